//! Resource identities: by what providers tell objects apart. They are kept as state has them, since a provider of another
//! version may have another form of them.

use std::sync::Arc;

use landform_addrs::{ProviderAddr, ResourceInstance};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::Schema;
use landform_state::Object;
use landform_values::{Value, json};

/// A resource identity as state has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) json: Arc<str>,
    pub(crate) schema_version: Option<i64>,
}

impl Identity {
    /// Of an object in state.
    pub(crate) fn of(object: &Object) -> Option<Self> {
        let schema_version = object.identity_schema_version;
        object.identity.clone().map(|json| Self { json, schema_version })
    }

    /// A value of the identity schema, wholly known.
    pub(crate) fn new(value: &Value, schema: &Schema) -> Option<Self> {
        let form = schema.identity.as_ref()?;
        let json = json::encode(value, &form.implied_type()).ok()?;
        Some(Self { json: (*json).into(), schema_version: Some(form.version) })
    }

    /// The value by the present schema; `None` where it was stored in another form.
    pub(crate) fn value(&self, schema: &Schema) -> Option<Value> {
        let form = schema.identity.as_ref()?;
        let same_form = self.schema_version.unwrap_or_default() == form.version;
        json::decode(&self.json, &form.implied_type()).ok().filter(|_| same_form)
    }
}

/// An identity that a provider tells, and of what.
pub(crate) struct ToldIdentity<'a> {
    /// Of which object.
    pub(crate) address: &'a ResourceInstance,
    /// Who tells it.
    pub(crate) provider: &'a ProviderAddr,
    /// The shape of the object.
    pub(crate) schema: &'a Schema,
    /// As it is told.
    pub(crate) identity: &'a Value,
}

impl ToldIdentity<'_> {
    /// What is wrong with the identity of an object that is there: it has to be known and to stay what it was.
    pub(crate) fn check(&self, earlier: Option<&Value>) -> Diagnostics {
        let mut found = self.check_form();
        if !found.has_errors() && !self.identity.is_wholly_known() {
            found.push(self.invalid("an identity with unknown values"));
        }
        if let Some(earlier) = earlier.filter(|_| !found.has_errors())
            && !agrees(earlier, self.identity)
        {
            let detail = format!(
                "Provider \"{}\" gave another identity of {} than before: it was {}, and is {}. The identity of an object never changes.\n\n{}",
                self.provider,
                self.address,
                shown(earlier),
                shown(self.identity),
                BUG
            );
            found.push(Diagnostic::error("Unexpected Identity Change", detail).about(self.address.to_string()));
        }
        found
    }

    /// What is wrong with the identity of an object that is to be made.
    pub(crate) fn check_form(&self) -> Diagnostics {
        let Some(form) = &self.schema.identity else {
            return self.invalid("an identity, which its schema does not have,").into();
        };
        let ty = form.implied_type();
        if self.identity.is_null() || self.identity.ty() != ty {
            let detail = format!(
                "Provider \"{}\" returned an identity for {} that doesn't match the identity schema: {}.\n\n{BUG}",
                self.provider,
                self.address,
                shown(self.identity),
            );
            let summary = "Provider produced an identity that doesn't match the schema";
            return Diagnostic::error(summary, detail).about(self.address.to_string()).into();
        }
        Diagnostics::new()
    }

    fn invalid(&self, what: &str) -> Diagnostic {
        let detail = format!("Provider \"{}\" returned {what} for {}.\n\n{BUG}", self.provider, self.address);
        Diagnostic::error("Provider produced invalid identity", detail).about(self.address.to_string())
    }
}

const BUG: &str = "This is a bug in the provider, which should be reported in the provider's own issue tracker.";

/// Whether nothing differs but what was not known of an identity before.
pub(crate) fn agrees(earlier: &Value, now: &Value) -> bool {
    earlier.elements().all(|(name, value)| {
        value.is_null() || name.as_str().and_then(|name| now.get_attribute(name)).is_some_and(|now| now == value)
    })
}

fn shown(identity: &Value) -> String {
    landform_plan::PlannedImport::Identity(identity.clone()).to_string()
}
