//! Resource identities, made of what objects say of themselves.

use std::collections::BTreeMap;

use landform_diagnostics::Diagnostic;
use landform_values::{Type, Value};

use super::{Definition, Role};
use crate::{IdentityAttribute, IdentitySchema};

const ARN: &str = "arn";
const ACCOUNT: &str = "account_id";
const REGION: &str = "region";

/// By what objects of a type are told from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityForm {
    /// Their `arn`, which is their id as well.
    Arn,
    /// An attribute, which is their id as well; and the account that their `arn` names, and the region where they are in one.
    Within(&'static str),
}

impl IdentityForm {
    /// The schema of identities of a type.
    pub(crate) fn schema(self, definition: &Definition) -> IdentitySchema {
        let mut attributes = BTreeMap::new();
        let mut add = |name: &str, required_for_import, description: Option<&str>| {
            let description = description.filter(|text| !text.is_empty()).map(Into::into);
            attributes.insert(name.into(), IdentityAttribute { ty: Type::String, required_for_import, description });
        };
        let described = |name: &str| {
            definition.shape.attributes.iter().find(|attribute| attribute.name == name).map(|found| found.description)
        };
        match self {
            Self::Arn => add(ARN, true, described(ARN)),
            Self::Within(name) => {
                add(name, true, described(name));
                add(ACCOUNT, false, Some("Account that it is in."));
                if definition.shape.role(Role::Region).is_some() {
                    add(REGION, false, Some("Region that it is in."));
                }
            }
        }
        IdentitySchema { version: 0, attributes }
    }

    /// The identity of an object; `None` while the object does not tell all of it.
    pub(crate) fn of(self, definition: &Definition, object: &Value) -> Option<Value> {
        let text = |name: &str| object.get_attribute(name)?.as_str().filter(|text| !text.is_empty());
        let arn = text(ARN)?;
        let name = match self {
            Self::Arn => return Some(Value::object([(ARN, arn.into())])),
            Self::Within(name) => name,
        };
        let account = arn.split(':').nth(4).filter(|account| !account.is_empty())?;
        let mut identity = Value::object([(name, text(name)?.into()), (ACCOUNT, account.into())]);
        if let Some(region) = definition.shape.role(Role::Region) {
            identity = identity.with_attribute(REGION, text(region.name)?.into());
        }
        Some(identity)
    }

    /// The id of the object with an identity that the user gave, and its region.
    pub(crate) fn id(self, identity: &Value) -> Result<(&str, Option<&str>), Diagnostic> {
        let text = |name: &str| identity.get_attribute(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (name, region) = match self {
            Self::Arn => (ARN, text(ARN).and_then(|arn| arn.split(':').nth(3)).filter(|region| !region.is_empty())),
            Self::Within(name) => (name, text(REGION)),
        };
        let missing = || Diagnostic::error("Invalid import identity", format!("It needs a value for \"{name}\"."));
        Ok((text(name).ok_or_else(missing)?, region))
    }
}
