//! Resource identities: ARNs, or names within an account and a region.

use std::collections::BTreeMap;

use landform_diagnostics::Diagnostic;
use landform_provider_api::framework::{Definition, Identity, Role};
use landform_provider_api::{IdentityAttribute, IdentitySchema};
use landform_values::{Type, Value};

use super::context::account_in;

const ARN: &str = "arn";
const ACCOUNT: &str = "account_id";
const REGION: &str = "region";

/// By what objects of a type are told from all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IdentityForm {
    /// Their `arn`, which is their id as well.
    Arn,
    /// An attribute, which is their id as well; and the account that their `arn` names, and the region where they are in one.
    Within(&'static str),
}

impl Identity for IdentityForm {
    fn schema(&self, definition: &Definition) -> IdentitySchema {
        let mut attributes = BTreeMap::new();
        let mut add = |name: &str, required_for_import, description: Option<&str>| {
            let description = description.filter(|text| !text.is_empty()).map(Into::into);
            attributes.insert(name.into(), IdentityAttribute { ty: Type::String, required_for_import, description });
        };
        let described = |name: &str| {
            definition.shape.attributes.iter().find(|attribute| attribute.name == name).map(|found| found.description)
        };
        match *self {
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

    fn of(&self, definition: &Definition, object: &Value) -> Option<Value> {
        let text = |name: &str| object.get_attribute(name)?.as_str().filter(|text| !text.is_empty());
        let arn = text(ARN)?;
        let name = match *self {
            Self::Arn => return Some(Value::object([(ARN, arn.into())])),
            Self::Within(name) => name,
        };
        let mut identity = Value::object([(name, text(name)?.into()), (ACCOUNT, account_in(arn)?.into())]);
        if let Some(region) = definition.shape.role(Role::Region) {
            identity = identity.with_attribute(REGION, text(region.name)?.into());
        }
        Some(identity)
    }

    fn id<'a>(&self, identity: &'a Value) -> Result<(&'a str, Option<&'a str>), Diagnostic> {
        let text = |name: &str| identity.get_attribute(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (name, region) = match *self {
            Self::Arn => (ARN, text(ARN).and_then(|arn| arn.split(':').nth(3)).filter(|region| !region.is_empty())),
            Self::Within(name) => (name, text(REGION)),
        };
        let missing = || Diagnostic::error("Invalid import identity", format!("It needs a value for \"{name}\"."));
        Ok((text(name).ok_or_else(missing)?, region))
    }
}

#[cfg(test)]
mod tests {
    use landform_provider_api::framework::Registry;

    use super::*;
    use crate::core::Aws;

    fn registry() -> Registry<Aws> {
        crate::registry()
    }

    fn definition(kind: &str) -> &'static Definition {
        registry().resources().find(|definition| definition.name == kind).expect("there is such a type")
    }

    fn object<const N: usize>(attributes: [(&'static str, Option<&str>); N]) -> Value {
        let value = |text: Option<&str>| text.map_or_else(|| Value::null(Type::String), Value::from);
        Value::object(attributes.map(|(name, text)| (name, value(text))))
    }

    #[test]
    fn schemas_say_what_an_import_needs() {
        let told = |kind: &str| {
            let form = registry().resource_schemas()[kind].identity.clone().expect("an identity");
            let text = |(name, it): (_, &IdentityAttribute)| format!("{name} {}", it.required_for_import);
            form.attributes.iter().map(text).collect::<Vec<_>>()
        };
        assert_eq!(told("aws_secretsmanager_secret"), ["arn true"]);
        assert_eq!(told("aws_iam_role"), ["account_id false", "name true"]);
        assert_eq!(told("aws_cloudwatch_log_group"), ["account_id false", "name true", "region false"]);
    }

    #[test]
    fn an_object_tells_its_identity() {
        let (form, group) = (IdentityForm::Within("name"), definition("aws_cloudwatch_log_group"));
        let arn = "arn:aws:logs:eu-south-2:12:log-group:a";
        let found = object([("arn", Some(arn)), ("name", Some("a")), ("region", Some("eu-south-2"))]);
        let expected = object([("account_id", Some("12")), ("name", Some("a")), ("region", Some("eu-south-2"))]);
        assert_eq!(form.of(group, &found), Some(expected));
        assert_eq!(form.of(group, &object([("arn", Some(arn)), ("name", None)])), None);
        let role = object([("arn", Some("arn:aws:iam::12:role/a")), ("name", Some("a"))]);
        let expected = object([("account_id", Some("12")), ("name", Some("a"))]);
        assert_eq!(form.of(definition("aws_iam_role"), &role), Some(expected));
        let secret = object([("arn", Some(arn))]);
        assert_eq!(IdentityForm::Arn.of(definition("aws_secretsmanager_secret"), &secret), Some(secret.clone()));
    }

    #[test]
    fn an_identity_names_an_id_and_a_region() {
        let by_name = object([("account_id", None), ("name", Some("a")), ("region", Some("eu-south-2"))]);
        assert_eq!(IdentityForm::Within("name").id(&by_name), Ok(("a", Some("eu-south-2"))));
        let by_arn = object([("arn", Some("arn:aws:secretsmanager:eu-south-2:12:secret:a"))]);
        let arn = "arn:aws:secretsmanager:eu-south-2:12:secret:a";
        assert_eq!(IdentityForm::Arn.id(&by_arn), Ok((arn, Some("eu-south-2"))));
        let missing = IdentityForm::Within("name").id(&object([("name", None)])).expect_err("no name");
        assert!(missing.detail.contains("It needs a value for \"name\"."), "{missing:?}");
    }
}
