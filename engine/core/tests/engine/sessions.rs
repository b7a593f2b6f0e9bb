//! Ephemeral sessions of the provider that forgives nothing: whatever needs one must have it open.

use std::collections::BTreeMap;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::{Attribute, EphemeralRenewal, EphemeralResponse};
use landform_values::{Type, Value};

use crate::strict::text;

/// The type of ephemeral resources. Its `token` is its `name` and a number; `of` is the token of another, without which it can be
/// neither opened nor closed. With the name "short", it wants to be renewed three times, and with "stubborn" once, and then
/// can not be; not the first of all, which is that of planning.
pub(crate) const SESSION: &str = "test_session";

/// The sessions that are open.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    open: BTreeMap<String, Session>,
    pub(crate) opened: usize,
}

#[derive(Debug)]
struct Session {
    of: String,
    /// How many times it is to be renewed still.
    renewals: usize,
}

impl Session {
    fn renew_after(&self) -> Option<u64> {
        (self.renewals > 0).then_some(0)
    }
}

pub(crate) fn attributes() -> Vec<(&'static str, Attribute)> {
    let text = || Attribute::of(Type::String);
    vec![("name", text().required()), ("of", text().optional()), ("token", text().computed())]
}

impl Sessions {
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether none is to be renewed any more.
    pub(crate) fn is_settled(&self) -> bool {
        self.open.values().all(|session| session.renewals == 0)
    }

    /// A session that is needed, if any is, is open.
    pub(crate) fn check(&self, token: &str) {
        assert!(token.is_empty() || self.open.contains_key(token), "{token} is not open");
    }

    pub(crate) fn open(&mut self, config: &Value) -> EphemeralResponse {
        let (name, of) = (text(config, "name"), text(config, "of"));
        self.check(&of);
        self.opened += 1;
        let token = format!("{name}-{}", self.opened);
        let renewals = match &*name {
            "short" => 3,
            "stubborn" => usize::from(self.opened > 1),
            _ => 0,
        };
        let session = Session { of, renewals };
        let renew_after = session.renew_after();
        self.open.insert(token.clone(), session);
        let private = token.clone().into_bytes();
        EphemeralResponse { result: config.with_attribute("token", Value::string(token)), private, renew_after }
    }

    pub(crate) fn renew(&mut self, private: Vec<u8>) -> Result<EphemeralRenewal, Diagnostics> {
        let token = String::from_utf8_lossy(&private).into_owned();
        let session = self.open.get_mut(&token).unwrap_or_else(|| panic!("{token} is renewed, and is not open"));
        session.renewals -= 1;
        if token.starts_with("stubborn") {
            return Err(Diagnostic::error("It does not want to", token).into());
        }
        let renew_after = session.renew_after();
        Ok(EphemeralRenewal { private, renew_after })
    }

    pub(crate) fn close(&mut self, private: &[u8]) {
        let token = String::from_utf8_lossy(private);
        let closed = self.open.remove(&*token).unwrap_or_else(|| panic!("{token} is closed, and is not open"));
        self.check(&closed.of);
    }
}
