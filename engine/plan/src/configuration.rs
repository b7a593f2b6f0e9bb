//! What configuration says, as far as the document of a plan tells of it.
//!
//! Made from the module tree by the engine; its serde form is the `configuration` member of Terraform's plan format
//! 1.2, so that it can be stored with a saved plan and be shown when the files are gone.

use std::collections::BTreeMap;

use landform_values::{Str, Value};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A whole configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Configuration {
    /// Provider configurations that are written or implied anywhere, by a key that resources refer to: the name in the
    /// module, behind the module's address and a colon unless it is the root module.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub provider_config: BTreeMap<String, ConfiguredProvider>,
    /// The root module.
    pub root_module: ConfiguredModule,
}

/// A provider configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ConfiguredProvider {
    /// The module's name for the provider.
    pub name: String,
    /// The provider's address.
    pub full_name: String,
    /// Tells configurations of one provider apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<Str>,
    /// Versions that the module allows, in the form of lock files.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version_constraint: String,
    /// The module; empty for the root module.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub module_address: String,
    /// Its arguments and blocks.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub expressions: Expressions,
}

/// A module.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ConfiguredModule {
    /// Outputs by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<Str, ConfiguredOutput>,
    /// Managed resources, then data sources, each sorted by address.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<ConfiguredResource>,
    /// Calls of other modules by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub module_calls: BTreeMap<Str, ConfiguredCall>,
    /// Input variables by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<Str, ConfiguredVariable>,
}

/// An output.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ConfiguredOutput {
    /// Whether its value is never shown.
    #[serde(skip_serializing_if = "is_false")]
    pub sensitive: bool,
    /// Its value.
    pub expression: Expression,
    /// What must be complete before it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Str>,
}

/// A variable.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ConfiguredVariable {
    /// Its value when none is given.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "value")]
    pub default: Option<Value>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Str>,
    /// Whether its value is never shown.
    #[serde(skip_serializing_if = "is_false")]
    pub sensitive: bool,
}

/// A managed resource or data source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfiguredResource {
    /// Its address in the module.
    pub address: String,
    /// `managed` or `data`.
    pub mode: &'static str,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Str,
    /// Its name.
    pub name: Str,
    /// Which of [`Configuration::provider_config`] it uses.
    pub provider_config_key: String,
    /// What runs on creation and destruction.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provisioners: Vec<ConfiguredProvisioner>,
    /// Its arguments and blocks, without those that mean the same for all resources.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub expressions: Expressions,
    /// The version of its schema; 0 for data sources.
    pub schema_version: i64,
    /// How many instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count_expression: Option<Expression>,
    /// One instance for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_each_expression: Option<Expression>,
    /// What must be complete before it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
}

/// A provisioner.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfiguredProvisioner {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Str,
    /// Its arguments.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub expressions: Expressions,
}

/// A call of a module.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ConfiguredCall {
    /// Where the module comes from, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Str>,
    /// Its variables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub expressions: Expressions,
    /// How many instances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count_expression: Option<Expression>,
    /// One instance for each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_each_expression: Option<Expression>,
    /// The called module.
    pub module: ConfiguredModule,
    /// Versions that the call allows, as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version_constraint: String,
    /// What must be complete before anything in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
}

/// The arguments and blocks of a body by name. Blocks that `dynamic` makes are not among them.
pub type Expressions = BTreeMap<Str, Configured>;

/// What a body has under one name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Configured {
    /// An argument.
    Argument(Expression),
    /// A block that can occur but once.
    Block(Expressions),
    /// Blocks in order.
    Blocks(Vec<Expressions>),
    /// Blocks by their label.
    Labelled(BTreeMap<Str, Expressions>),
}

/// An expression: its value where it refers to nothing, and what it refers to. Both are missing where it calls
/// functions with nothing but constants.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Expression {
    /// The value, as far as it can be told without calling functions.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "value")]
    pub constant_value: Option<Value>,
    /// Each reference, followed by what it begins with: `a.b[0].c`, `a.b[0]`, `a.b`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
}

impl Expression {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.constant_value.is_none() && self.references.is_empty()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A known value by its own type.
fn value<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::Error;
    let Some(value) = value else { return serializer.serialize_none() };
    let json = landform_values::json::encode(value, &value.ty()).map_err(S::Error::custom)?;
    RawValue::from_string(json).map_err(S::Error::custom)?.serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_left_out() {
        let json = |configuration: &Configuration| serde_json::to_string(configuration).expect("serializes");
        assert_eq!(json(&Configuration::default()), r#"{"root_module":{}}"#);
        let mut configuration = Configuration::default();
        let constant = |value| Configured::Argument(Expression { constant_value: Some(value), references: vec![] });
        let expressions = Expressions::from([
            ("a".into(), constant(Value::NULL)),
            ("b".into(), Configured::Block(Expressions::new())),
            ("c".into(), Configured::Blocks(vec![Expressions::from([("d".into(), constant(Value::from("<")))])])),
            ("e".into(), Configured::Argument(Expression::default())),
        ]);
        let call = ConfiguredCall { expressions, ..ConfiguredCall::default() };
        configuration.root_module.module_calls.insert("m".into(), call);
        configuration.root_module.outputs.insert("o".into(), ConfiguredOutput::default());
        let expected = r#"{"root_module":{"outputs":{"o":{"expression":{}}},"module_calls":{"m":{"expressions":{"a":{"constant_value":null},"b":{},"c":[{"d":{"constant_value":"<"}}],"e":{}},"module":{}}}}}"#;
        assert_eq!(json(&configuration).replace("\\u003c", "<"), expected);
    }
}
