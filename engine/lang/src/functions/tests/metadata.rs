//! Signatures as documentation has them.

use landform_values::Type;
use serde_json::json;

use crate::functions::{metadata, metadata_of, schema_of};

#[test]
fn every_function_is_listed_under_both_names_and_described() {
    let all: Vec<_> = metadata().collect();
    assert_eq!(all.len(), 2 * 134);
    assert!(all.is_sorted_by(|(a, _), (b, _)| a < b));
    for (name, signature) in &all {
        assert!(signature["description"].is_string(), "{name}");
    }
    assert!(["type", "list", "map"].iter().all(|hidden| !all.iter().any(|(name, _)| name == hidden)));
}

#[test]
fn signatures_in_json() {
    let keys = metadata_of("core::cidrsubnets").expect("a function");
    assert_eq!(keys["name"], "core::cidrsubnets");
    assert_eq!(keys["return_type"], json!(["list", "string"]));
    assert_eq!(keys["parameters"][0]["name"], "prefix");
    assert_eq!(keys["variadic_parameter"], json!({"name": "newbits", "type": "number"}));
    let lazy =
        ["try", "can", "templatestring"].map(|name| metadata_of(name).expect("a function")["return_type"].clone());
    assert_eq!(lazy, [json!("dynamic"), json!("bool"), json!("string")]);
    let contains = metadata_of("contains").expect("a function");
    assert_eq!(contains["return_type"], "dynamic");
    let jsonencode = metadata_of("jsonencode").expect("a function");
    assert_eq!(jsonencode["parameters"], json!([{"name": "val", "is_nullable": true, "type": "dynamic"}]));
    assert!(metadata_of("nosuch").is_none());
}

#[test]
fn schemas() {
    let schema = schema_of("join").expect("a function");
    assert_eq!(schema.parameters, [("separator".into(), Type::String, false)]);
    assert_eq!(schema.variadic, Some(("lists".into(), Type::list(Type::String), false)));
    assert_eq!(schema.return_type, Type::String);
}
