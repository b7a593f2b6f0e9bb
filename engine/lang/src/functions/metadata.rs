//! Functions as documentation has them: their signatures, as schemas and as JSON.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use landform_schema::FunctionSchema;
use landform_values::{Type, json};
use serde_json::{Map, Value as Json, value::RawValue};

use super::call::type_in_general;
use super::descriptions::describe;
use super::entry::{Function, Parameter};
use super::registry;

/// The prefix under which every function is known too.
const NAMESPACE: &str = "core::";

/// The signature of each function under both of its names, in the order of names.
pub fn schemas() -> impl Iterator<Item = (String, Arc<FunctionSchema>)> {
    let plain = registry::documented().map(|function| (function.name.to_owned(), schema(function)));
    let mut all: Vec<_> =
        plain.flat_map(|(name, schema)| [(format!("{NAMESPACE}{name}"), schema.clone()), (name, schema)]).collect();
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    all.into_iter()
}

/// The signature of a function by either of its names.
pub fn schema_of(name: &str) -> Option<Arc<FunctionSchema>> {
    registry::find(name).map(schema)
}

fn schema(function: &Function) -> Arc<FunctionSchema> {
    static SCHEMAS: LazyLock<HashMap<&'static str, Arc<FunctionSchema>>> = LazyLock::new(|| {
        registry::names()
            .filter_map(registry::find)
            .map(|function| (function.name, Arc::new(new_schema(function))))
            .collect()
    });
    SCHEMAS.get(function.name).cloned().unwrap_or_else(|| Arc::new(new_schema(function)))
}

fn new_schema(function: &Function) -> FunctionSchema {
    let parameter = |parameter: &Parameter| (parameter.name.into(), parameter.ty.clone(), parameter.takes.null);
    FunctionSchema {
        parameters: function.parameters.iter().map(parameter).collect(),
        variadic: function.variadic.as_ref().map(parameter),
        return_type: type_in_general(function),
        summary: None,
        description: describe(function.name).map(Into::into),
    }
}

/// The signatures of all functions as `metadata functions -json` lists them, by both names in order.
pub fn metadata() -> impl Iterator<Item = (String, Json)> {
    schemas().filter_map(|(name, _)| registry::find(&name).map(|function| (name, signature(function))))
}

/// The signature of a function by either of its names as diagnostics in JSON show it: as in [`metadata`], with its
/// name.
pub fn metadata_of(name: &str) -> Option<Json> {
    let mut found = Map::from_iter([("name".into(), Json::from(name))]);
    if let Json::Object(signature) = signature(registry::find(name)?) {
        found.extend(signature);
    }
    Some(Json::Object(found))
}

fn signature(function: &Function) -> Json {
    let mut found = Map::new();
    found.extend(describe(function.name).map(|text| ("description".into(), Json::from(text))));
    found.insert("return_type".into(), type_json(&type_in_general(function)));
    if !function.parameters.is_empty() {
        let parameters = function.parameters.iter().map(|parameter| parameter_json(function, parameter));
        found.insert("parameters".into(), parameters.collect());
    }
    if let Some(variadic) = &function.variadic {
        found.insert("variadic_parameter".into(), parameter_json(function, variadic));
    }
    Json::Object(found)
}

fn parameter_json(function: &Function, parameter: &Parameter) -> Json {
    let mut found = Map::from_iter([("name".into(), Json::from(parameter.name))]);
    let text = describe(&format!("{}.{}", function.name, parameter.name));
    found.extend(text.map(|text| ("description".into(), Json::from(text))));
    if parameter.takes.null {
        found.insert("is_nullable".into(), true.into());
    }
    found.insert("type".into(), type_json(&parameter.ty));
    Json::Object(found)
}

fn type_json(ty: &Type) -> Json {
    let text = json::encode_type(ty);
    let parsed = RawValue::from_string(text).ok().and_then(|raw| serde_json::from_str(raw.get()).ok());
    parsed.unwrap_or(Json::Null)
}
