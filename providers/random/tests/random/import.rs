//! Import: which ids are taken, and that a plan is empty afterwards.

use serde_json::json;

use crate::world::{assert_no_change, import, integer, text, told};

#[test]
fn after_import_nothing_is_left_to_do() {
    let uuid = "6b0f8e7c-3d2a-5b1c-9e4f-0a1b2c3d4e5f";
    let cases = [
        ("random_bytes", "aGVsbG8=", json!({ "length": 5 })),
        ("random_id", "aGVsbG8", json!({ "byte_length": 5 })),
        ("random_id", "a,b,aGVsbG8", json!({ "byte_length": 5, "prefix": "a,b" })),
        ("random_integer", "3,1,5", json!({ "min": 1, "max": 5 })),
        ("random_integer", "-3,-5,5,seed", json!({ "min": -5, "max": 5, "seed": "seed" })),
        ("random_password", "sécret", json!({ "length": 6 })),
        ("random_string", "hello", json!({ "length": 5, "special": true })),
        ("random_uuid", uuid, json!({})),
        ("random_uuid4", uuid, json!({})),
        ("random_uuid7", uuid, json!({})),
    ];
    for (kind, id, json) in cases {
        assert_no_change(kind, &import(kind, id).expect("an importable id"), &json);
    }
}

#[test]
fn imported_values() {
    let id = import("random_id", "p-,_-8").expect("an importable id");
    let notations = ["id", "b64_url", "b64_std", "hex", "dec", "prefix"].map(|name| text(&id, name));
    assert_eq!(notations, ["_-8", "p-_-8", "p-/+8=", "p-ffef", "p-65519", "p-"]);
    let bytes = import("random_bytes", "aGVsbG8=").expect("an importable id");
    assert_eq!((text(&bytes, "base64"), text(&bytes, "hex")), ("aGVsbG8=", "68656c6c6f"));
    let password = import("random_password", "secret").expect("an importable id");
    assert_eq!((text(&password, "result"), text(&password, "id")), ("secret", "none"));
    assert!(bcrypt::verify("secret", text(&password, "bcrypt_hash")).expect("a hash"));
    assert_eq!(integer(&import("random_integer", "3,1,5").expect("an importable id"), "result"), 3);
    let uuid = import("random_uuid", "6B0F8E7C-3D2A-5B1C-9E4F-0A1B2C3D4E5F").expect("an importable id");
    assert_eq!(text(&uuid, "result"), "6b0f8e7c-3d2a-5b1c-9e4f-0a1b2c3d4e5f");
    let braced = "{6b0f8e7c-3d2a-5b1c-9e4f-0a1b2c3d4e5f}";
    assert_eq!(text(&import("random_uuid4", braced).expect("an importable id"), "id"), text(&uuid, "id"));
}

#[test]
fn what_can_not_be_imported() {
    let usage = "Invalid import usage: expecting {result},{min},{max} or {result},{min},{max},{seed}";
    let integer = |rest: &str| format!(": Import Random Integer Error: {rest}");
    let no_import = ": Resource Import Not Implemented: This resource does not support import. Please contact the \
                     provider developer for additional information.";
    let cases = [
        ("random_integer", "1,2", integer(usage)),
        ("random_integer", "1,2,3,s,t", integer(usage)),
        (
            "random_integer",
            "a,b,c",
            integer("The value supplied could not be parsed as an integer.\n\nOriginal Error: \"a\": invalid digit found in string"),
        ),
        (
            "random_integer",
            "1,b,c",
            integer("The min value supplied could not be parsed as an integer.\n\nOriginal Error: \"b\": invalid digit found in string"),
        ),
        ("random_pet", "x", no_import.to_owned()),
        ("random_shuffle", "x", no_import.to_owned()),
        (
            "random_uuid",
            "{6b0f8e7c-3d2a-5b1c-9e4f-0a1b2c3d4e5f}",
            ": Import Random UUID Error: There was an error during the parsing of the UUID.\n\nOriginal Error: uuid string is wrong length".to_owned(),
        ),
    ];
    for (kind, id, expected) in cases {
        assert_eq!(told(&import(kind, id).expect_err("no importable id")), [expected], "{kind} {id}");
    }
}

#[test]
fn a_refused_id_that_may_be_a_secret_is_not_told() {
    let refused = import("random_bytes", "hunter2-is-my-key!").expect_err("no base64");
    let told = format!("{refused:?}");
    assert!(told.contains("base64") && !told.contains("hunter2"), "{told}");
}
