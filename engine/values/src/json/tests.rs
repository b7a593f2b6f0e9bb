//! JSON as `jsonencode`, `jsondecode` and state files have it.

use proptest::prelude::*;

use super::*;
use crate::samples::{any_type, any_value};
use crate::{Marks, Type, Value};

fn string(text: &str) -> Value {
    Value::from(text)
}

#[test]
fn strings_are_escaped_as_go_does() {
    let text = string("\u{8}\u{c}\u{7f}\u{1}<>&\u{2028}\u{2029}\"\\/é\u{b}");
    let expected = "\"\\b\\f\u{7f}\\u0001\\u003c\\u003e\\u0026\\u2028\\u2029\\\"\\\\/é\\u000b\"";
    assert_eq!(encode(&text, &Type::String).as_deref(), Ok(expected));
}

#[test]
fn types_direct_the_encoding() {
    let value = Value::object([("b", Value::number(1)), ("a", Value::tuple([string("x")]))]);
    let any = Type::object([("a", Type::list(Type::String)), ("b", Type::Dynamic)]);
    let expected = r#"{"a":["x"],"b":{"value":1,"type":"number"}}"#;
    assert_eq!(encode(&value, &any).as_deref(), Ok(expected));
    let back = decode(expected, &any).expect("decodes");
    assert_eq!(back.get_attribute("b"), Some(&Value::number(1)));
    assert_eq!(encode(&Value::NULL, &Type::Dynamic).as_deref(), Ok("null"));
    let null_text = r#"{"value":null,"type":"string"}"#;
    assert_eq!(encode(&Value::null(Type::String), &Type::Dynamic).as_deref(), Ok(null_text));
    assert_eq!(decode(null_text, &Type::Dynamic), Ok(Value::null(Type::String)));
}

#[test]
fn what_cannot_be_encoded() {
    let secret = Value::tuple([string("x").with_marks(&Marks::sensitive())]);
    assert_eq!(
        encode(&secret, &secret.ty()).expect_err("marked").to_string(),
        "[0]: value has marks, so it cannot be serialized as JSON"
    );
    let unknown = Value::object([("a", Value::unknown(Type::String))]);
    assert_eq!(encode(&unknown, &unknown.ty()).expect_err("unknown").to_string(), ".a: value is not known");
}

#[test]
fn malformed_text_is_told_as_go_does() {
    for (text, expected) in [
        ("", "EOF"),
        ("{", "EOF"),
        ("[1", "EOF"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("[1 2]", "invalid character '2' after array element"),
        ("{\"a\":1,}", "invalid character '}' looking for beginning of object key string"),
        ("{a:1}", "invalid character 'a'"),
        ("{\"a\" 1}", "invalid character '1' after object key"),
        ("tru", "unexpected EOF"),
        ("trux", "invalid character 'x' in literal true (expecting 'e')"),
        ("\"abc", "unexpected EOF"),
        ("1 2", "extraneous data after JSON object"),
        ("01", "extraneous data after JSON object"),
        ("-", "unexpected EOF"),
        ("1.", "unexpected EOF"),
        ("\"\\q\"", "invalid character 'q' in string escape code"),
        ("\"\\u12x\"", "invalid character 'x' in \\u hexadecimal character escape"),
        ("[1}", "invalid character '}' after array element"),
        ("{\"a\":1]", "invalid character ']' after object key:value pair"),
        ("}", "invalid character '}' looking for beginning of value"),
        ("\"a\tb\"", "invalid character '\\t' in string literal"),
        ("{\"a\":1 \"b\"}", "invalid character '\"' after object key:value pair"),
        ("é", "invalid character 'Ã' looking for beginning of value"),
    ] {
        assert_eq!(decode_implied(text).expect_err(text).message, expected, "{text}");
    }
    assert_eq!(decode_implied("\"\\ud800\""), Ok(string("\u{fffd}")));
    assert_eq!(decode_implied("\"\\ud83d\\ude00\""), Ok(string("😀")));
    assert!(decode_implied(&"[".repeat(100_000)).is_err());
}

#[test]
fn mistyped_values_are_told_where() {
    let ty = Type::object([("a", Type::list(Type::Number)), ("b", Type::Bool)]);
    for (text, expected) in [
        (r#"{"a":[1,true]}"#, ".a[1]: number is required"),
        (r#"{"a":{}}"#, ".a: missing expected ["),
        (r#"{"c":1}"#, "unsupported attribute \"c\""),
        ("[]", "missing expected {"),
        (r#"{"b":1}"#, ".b: bool is required"),
    ] {
        assert_eq!(decode(text, &ty).expect_err(text).to_string(), expected);
    }
    let value = decode(r#"{"a":["1"],"b":"true"}"#, &ty).expect("numbers as strings");
    assert_eq!(value.get_attribute("b"), Some(&Value::TRUE));
    assert_eq!(decode("{}", &ty).expect("nulls").get_attribute("b"), Some(&Value::null(Type::Bool)));
}

#[test]
fn attributes_that_a_type_does_not_have_can_be_passed_over() {
    let ty = Type::object([("a", Type::list(Type::object([("b", Type::Bool)])))]);
    let json = r#"{"x":{"y":[1]},"a":[{"b":true,"z":"q"},{"w":null}]}"#;
    assert!(decode(json, &ty).is_err());
    let value = decode_known(json, &ty).expect("decodes");
    assert_eq!(encode(&value, &ty).as_deref(), Ok(r#"{"a":[{"b":true},{"b":null}]}"#));
    assert!(decode_known(r#"{"x":[}"#, &ty).is_err());
}

#[test]
fn a_seed_decodes_within_a_document() {
    use serde::de::DeserializeSeed;
    let mut deserializer = serde_json::Deserializer::from_str("[1, 12345678901234567890]");
    let value = Seed(&Type::list(Type::Number)).deserialize(&mut deserializer).expect("decodes");
    assert_eq!(encode(&value, &value.ty()).as_deref(), Ok("[1,12345678901234567890]"));
}

#[test]
fn optional_attributes_of_types() {
    let json = r#"["object",{"a":["tuple",["string"]],"b":["map","dynamic"]},["b"]]"#;
    assert_eq!(encode_type(&decode_type(json).expect("decodes")), json);
    for wrong in ["\"text\"", "[]", "[\"list\"]", "[\"list\",\"string\",1]", "[\"object\",{},[],[]]", "{}", "1"] {
        assert!(decode_type(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn types_come_back(ty in any_type()) {
        prop_assert_eq!(decode_type(&encode_type(&ty)), Ok(ty));
    }

    #[test]
    fn values_come_back(value in any_value(false)) {
        let ty = value.ty();
        let json = encode(&value, &ty).expect("encodes");
        prop_assert_eq!(&decode(&json, &ty), &Ok(value.clone()));
        prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
        let dynamic = encode(&value, &Type::Dynamic).expect("encodes");
        prop_assert_eq!(decode(&dynamic, &Type::Dynamic), Ok(value));
    }
}
