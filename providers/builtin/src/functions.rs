//! `provider::terraform::encode_tfvars`, `decode_tfvars` and `encode_expr`.

use std::collections::BTreeMap;

use landform_provider_api::{FunctionError, FunctionSchema};
use landform_values::{Kind, Refinement, Str, Type, Value};

use crate::expression::{attributes, expression};
use crate::host::Host;

/// Their schemas.
pub(crate) fn schemas() -> BTreeMap<Str, FunctionSchema> {
    let function = |parameter: (&str, Type), result, summary: &str, description: &str| FunctionSchema {
        parameters: vec![(parameter.0.into(), parameter.1, false)],
        variadic: None,
        return_type: result,
        summary: Some(summary.into()),
        description: Some(description.into()),
    };
    BTreeMap::from([
        (
            "decode_tfvars".into(),
            function(
                ("src", Type::String),
                Type::Dynamic,
                "Parse a string containing syntax like that used in a `.tfvars` file",
                "A rarely-needed function which takes a string containing the content of a `.tfvars` file and returns \
                 an object describing the raw variable values it defines.",
            ),
        ),
        (
            "encode_expr".into(),
            function(
                ("value", Type::Dynamic),
                Type::String,
                "Produce a string representation of an arbitrary value using Terraform expression syntax",
                "A rarely-needed function which takes any value and produces a string containing Terraform language \
                 expression syntax approximating that value.",
            ),
        ),
        (
            "encode_tfvars".into(),
            function(
                ("value", Type::Dynamic),
                Type::String,
                "Produce a string representation of an object using the same syntax as for `.tfvars` files",
                "A rarely-needed function which takes an object value and produces a string containing a description \
                 of that object using the same syntax as Terraform CLI would expect in a `.tfvars`.",
            ),
        ),
    ])
}

/// Calls one of them. The message of an error has no full stop: the engine ends the sentence.
pub(crate) fn call(name: &str, arguments: &[Value], host: &dyn Host) -> Result<Value, FunctionError> {
    let argument = arguments.first().unwrap_or(const { &Value::NULL });
    match name {
        "decode_tfvars" => decode_tfvars(argument, host),
        "encode_expr" => Ok(encode_expr(argument)),
        "encode_tfvars" => encode_tfvars(argument),
        _ => Err(failure(format!("there is no function {name:?}"))),
    }
}

fn failure(message: impl Into<String>) -> FunctionError {
    FunctionError { argument: None, message: message.into() }
}

fn decode_tfvars(source: &Value, host: &dyn Host) -> Result<Value, FunctionError> {
    match source.as_str() {
        Some(text) => host.decode_tfvars(text).map_err(failure),
        None => Ok(Value::dynamic()),
    }
}

fn encode_expr(value: &Value) -> Value {
    expression(value).map_or_else(|| unknown_expression(value), Value::string)
}

/// The text begins as the kind of value tells, even where something within is not known.
fn unknown_expression(value: &Value) -> Value {
    let prefix = match value.kind() {
        Kind::Map(_) | Kind::Object(_) => "{",
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => "[",
        _ => return Value::unknown_not_null(Type::String),
    };
    Value::unknown(Type::String).refine(Refinement::Prefix(prefix.into()))
}

fn encode_tfvars(value: &Value) -> Result<Value, FunctionError> {
    let variables = match value.kind() {
        Kind::Map(items) | Kind::Object(items) => items.items(),
        Kind::Unknown(_) => return Ok(Value::unknown_not_null(Type::String)),
        _ => {
            return Err(failure(
                "invalid value to encode: must be an object whose attribute names will become the encoded variable names",
            ));
        }
    };
    if let Some((name, _)) = variables.iter().find(|(name, _)| !crate::expression::is_identifier(name)) {
        return Err(failure(format!(
            "invalid variable name {name:?}: must be a valid identifier, per Terraform's rules for input variable \
             declarations"
        )));
    }
    let items: Vec<(&str, &Value)> = variables.iter().map(|(name, value)| (&**name, value)).collect();
    Ok(attributes(&items).map_or_else(|| Value::unknown_not_null(Type::String), Value::string))
}
