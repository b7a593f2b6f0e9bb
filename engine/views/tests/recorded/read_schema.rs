//! Schemas from their recorded documents.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_schema::{Attribute, Block, FunctionSchema, Nested, NestedAttributes, Nesting, ProviderSchemas, Schema};
use landform_values::json::decode_type;
use landform_values::{Str, Type};
use serde_json::Value as Json;

/// All providers of a document, by address.
pub(crate) fn providers(document: &Json) -> BTreeMap<String, ProviderSchemas> {
    members(&document["provider_schemas"]).map(|(name, json)| (name.clone(), provider(json))).collect()
}

fn members(json: &Json) -> impl Iterator<Item = (&String, &Json)> {
    json.as_object().into_iter().flatten()
}

fn provider(json: &Json) -> ProviderSchemas {
    let schemas =
        |key: &str| members(&json[key]).map(|(name, json)| (Str::from(&**name), Arc::new(schema(json)))).collect();
    ProviderSchemas {
        provider: schema(&json["provider"]),
        resources: schemas("resource_schemas"),
        data_sources: schemas("data_source_schemas"),
        ephemeral: schemas("ephemeral_resource_schemas"),
        functions: members(&json["functions"]).map(|(name, json)| (Str::from(&**name), function(json))).collect(),
        parts: Vec::new(),
    }
}

fn schema(json: &Json) -> Schema {
    Schema { version: json["version"].as_i64().expect("a version"), block: block(&json["block"]), identity: None }
}

fn text(json: &Json) -> Option<Str> {
    json.as_str().map(Str::from)
}

fn ty(json: &Json) -> Type {
    decode_type(&json.to_string()).expect("a type")
}

fn nesting(json: &Json) -> Nesting {
    match json.as_str() {
        Some("single") => Nesting::Single,
        Some("group") => Nesting::Group,
        Some("list") => Nesting::List,
        Some("set") => Nesting::Set,
        Some("map") => Nesting::Map,
        other => panic!("nesting {other:?}"),
    }
}

fn block(json: &Json) -> Block {
    Block {
        attributes: attributes(&json["attributes"]),
        blocks: members(&json["block_types"]).map(|(name, json)| (Str::from(&**name), nested(json))).collect(),
        description: text(&json["description"]),
        deprecated: json["deprecated"] == true,
    }
}

fn nested(json: &Json) -> Nested {
    Nested {
        block: block(&json["block"]),
        nesting: nesting(&json["nesting_mode"]),
        min_items: json["min_items"].as_u64().unwrap_or_default(),
        max_items: json["max_items"].as_u64().unwrap_or_default(),
    }
}

fn attributes(json: &Json) -> BTreeMap<Str, Attribute> {
    members(json).map(|(name, json)| (Str::from(&**name), attribute(json))).collect()
}

fn attribute(json: &Json) -> Attribute {
    let flag = |name: &str| json[name] == true;
    let within = &json["nested_type"];
    let of = match within.is_object() {
        false => Attribute::of(ty(&json["type"])),
        true => Attribute::of(Type::Dynamic).nested(NestedAttributes {
            nesting: nesting(&within["nesting_mode"]),
            attributes: attributes(&within["attributes"]),
        }),
    };
    Attribute {
        required: flag("required"),
        optional: flag("optional"),
        computed: flag("computed"),
        sensitive: flag("sensitive"),
        write_only: flag("write_only"),
        deprecated: flag("deprecated").then(|| "It is.".into()),
        description: text(&json["description"]),
        ..of
    }
}

fn function(json: &Json) -> FunctionSchema {
    let parameter =
        |json: &Json| (text(&json["name"]).expect("a name"), ty(&json["type"]), json["is_nullable"] == true);
    FunctionSchema {
        parameters: json["parameters"].as_array().into_iter().flatten().map(parameter).collect(),
        variadic: json["variadic_parameter"].is_object().then(|| parameter(&json["variadic_parameter"])),
        return_type: ty(&json["return_type"]),
        summary: text(&json["summary"]),
        description: text(&json["description"]),
    }
}
