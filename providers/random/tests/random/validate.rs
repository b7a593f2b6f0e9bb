//! What is said of wrong configurations.

use futures::executor::block_on;
use landform_values::{Type, Value};
use serde_json::json;

use crate::world::{PROVIDER, config, told};

#[test]
fn wrong_configurations() {
    let none_of = |name: &str| {
        format!(
            "{name}: Invalid Attribute Combination: At least one attribute out of [special,upper,lower,{name}] must \
             be specified as true"
        )
    };
    let number = |name: &str, demand: &str, got: &str| {
        format!("{name}: Invalid Attribute Value: Attribute {name} value must be {demand}, got: {got}")
    };
    let sum = "at least sum of min_upper + min_lower + min_numeric + min_special";
    let deprecated = "number: Argument is deprecated: **NOTE**: This is deprecated, use `numeric` instead.".to_owned();
    let cases = [
        ("random_string", json!({ "length": 0 }), vec![number("length", "at least 1", "0")]),
        ("random_string", json!({ "length": 2, "min_upper": 2, "min_lower": 1 }), vec![number("length", sum, "2")]),
        ("random_string", json!({ "length": 2, "min_upper": -1 }), vec![number("min_upper", "at least 0", "-1")]),
        (
            "random_password",
            json!({ "length": 1, "min_upper": i64::MAX, "min_lower": i64::MAX }),
            vec![
                number("length", sum, "1"),
                number("min_upper", "at most 16777216", "9223372036854775807"),
                number("min_lower", "at most 16777216", "9223372036854775807"),
            ],
        ),
        (
            "random_password",
            json!({ "length": 9, "special": false, "upper": false, "lower": false, "numeric": false }),
            vec![none_of("numeric")],
        ),
        (
            "random_string",
            json!({ "length": 9, "special": false, "upper": false, "lower": false, "number": false }),
            vec![deprecated.clone(), none_of("number")],
        ),
        ("random_string", json!({ "length": 9, "special": false, "upper": false, "numeric": false }), vec![]),
        (
            "random_string",
            json!({ "length": 9, "number": true, "numeric": false }),
            vec![
                deprecated,
                "number: Number and numeric are both configured with different values: Number is deprecated, use \
                 numeric instead"
                    .to_owned(),
            ],
        ),
        ("random_bytes", json!({ "length": 0 }), vec![number("length", "at least 1", "0")]),
        ("random_id", json!({ "byte_length": 0 }), vec![number("byte_length", "at least 1", "0")]),
        ("random_id", json!({ "byte_length": 1 << 24 }), vec![]),
        ("random_pet", json!({ "length": 1 << 25 }), vec![number("length", "at most 16777216", "33554432")]),
        ("random_shuffle", json!({ "input": [], "result_count": -1 }), vec![number("result_count", "at least 0", "-1")]),
        (
            "random_integer",
            json!({ "min": 2, "max": 1 }),
            vec![": Create Random Integer Error: The minimum (min) value needs to be smaller than or equal to maximum (max) value.".to_owned()],
        ),
    ];
    for (kind, json, expected) in cases {
        let found = block_on(PROVIDER.validate_resource(kind, &config(kind, &json)));
        assert_eq!(told(&found), expected, "{kind} {json}");
    }
}

#[test]
fn unknown_values_are_not_judged() {
    let config = config("random_string", &json!({ "length": 1, "special": false, "upper": false, "lower": false }));
    for (name, ty) in [("min_upper", Type::Number), ("numeric", Type::Bool), ("length", Type::Number)] {
        let found =
            block_on(PROVIDER.validate_resource("random_string", &config.with_attribute(name, Value::unknown(ty))));
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn a_type_that_does_not_exist() {
    assert!(block_on(PROVIDER.validate_resource("random_dice", &Value::NULL)).has_errors());
    assert!(block_on(PROVIDER.validate_ephemeral("random_dice", &Value::NULL)).has_errors());
}
