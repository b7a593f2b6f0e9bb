//! Ephemeral sessions of the provider that forgives nothing: one ends 40 seconds after it was opened or last renewed, and whatever
//! needs it must have it open.

use std::collections::BTreeMap;
use std::time::Duration;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::{Attribute, EphemeralRenewal, EphemeralResponse};
use landform_values::{Type, Value};
use tokio::time::Instant;

use crate::strict::{attribute, text};

/// The type of ephemeral resources. Its `token` is its `name` and a number; `of` is the token of another, without which it can be
/// neither opened nor closed. With the name "stubborn", it can not be renewed.
pub(crate) const SESSION: &str = "test_session";

const LIFE: Duration = Duration::from_secs(40);
const RENEW_AFTER: u64 = 30;

/// The sessions that are open.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    open: BTreeMap<String, Session>,
    opened: usize,
    pub(crate) renewed: usize,
}

#[derive(Debug)]
struct Session {
    of: String,
    until: Instant,
}

pub(crate) fn attributes() -> Vec<(&'static str, Attribute)> {
    let text = || Attribute::of(Type::String);
    vec![("name", text().required()), ("of", text().optional()), ("token", text().computed())]
}

/// Making or changing what has the input "slow" takes 100 seconds.
pub(crate) async fn pass_time(config: &Value) {
    if attribute(config, "input").as_str() == Some("slow") {
        tokio::time::sleep(Duration::from_secs(100)).await;
    }
}

impl Sessions {
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// A session that is needed, if any is, is open.
    pub(crate) fn check(&self, token: &str) {
        if !token.is_empty() {
            let found = self.open.get(token).unwrap_or_else(|| panic!("{token} is not open"));
            assert!(found.until > Instant::now(), "{token} has ended");
        }
    }

    pub(crate) fn open(&mut self, config: Value) -> Result<EphemeralResponse, Diagnostics> {
        let of = text(&config, "of");
        self.check(&of);
        self.opened += 1;
        let token = format!("{}-{}", text(&config, "name"), self.opened);
        self.open.insert(token.clone(), Session { of, until: Instant::now() + LIFE });
        let private = token.clone().into_bytes();
        let result = config.with_attribute("token", Value::string(token));
        Ok(EphemeralResponse { result, private, renew_after: Some(RENEW_AFTER) })
    }

    pub(crate) fn renew(&mut self, private: Vec<u8>) -> Result<EphemeralRenewal, Diagnostics> {
        let token = String::from_utf8_lossy(&private).into_owned();
        if token.starts_with("stubborn") {
            return Err(Diagnostic::error("It does not want to", token).into());
        }
        self.check(&token);
        self.renewed += 1;
        self.open.get_mut(&token).expect("it was checked").until = Instant::now() + LIFE;
        Ok(EphemeralRenewal { private, renew_after: Some(RENEW_AFTER) })
    }

    pub(crate) fn close(&mut self, private: &[u8]) -> Diagnostics {
        let token = String::from_utf8_lossy(private);
        let closed = self.open.remove(&*token).unwrap_or_else(|| panic!("{token} is closed, and is not open"));
        self.check(&closed.of);
        Diagnostics::new()
    }
}
