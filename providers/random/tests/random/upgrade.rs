//! Objects that older versions of the public provider stored.

use serde_json::json;

use crate::world::{assert_no_change, integer, text, upgrade};

/// A bcrypt hash of `allmine`: a test vector of the reference implementation.
const HASH: &str = "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga";

#[test]
fn older_objects_need_no_change() {
    let full = json!({
        "id": "none", "keepers": null, "length": 5, "lower": true, "min_lower": 0, "min_numeric": 0, "min_special": 0,
        "min_upper": 0, "number": true, "override_special": null, "result": "hello", "special": true, "upper": true,
    });
    let imported = json!({ "id": "none", "result": "hello", "length": null, "number": null });
    for kind in ["random_password", "random_string"] {
        for version in [0, 1] {
            for stored in [&full, &imported] {
                let object = upgrade(kind, version, stored);
                assert_no_change(kind, &object, &json!({ "length": 5 }));
                assert_eq!(text(&object, "result"), "hello");
            }
        }
    }
}

#[test]
fn present_objects_are_left_alone() {
    let stored = json!({ "result": "hello", "length": 7, "bcrypt_hash": "x", "number": false, "numeric": true });
    let object = upgrade("random_password", 3, &stored);
    assert_eq!((integer(&object, "length"), text(&object, "bcrypt_hash")), (7, "x"));
    assert_eq!(object.get_attribute("number").and_then(|it| it.as_bool()), Some(false));
}

#[test]
fn numeric_follows_number() {
    for number in [true, false] {
        let object = upgrade("random_string", 1, &json!({ "result": "hello", "length": 5, "number": number }));
        assert_eq!(object.get_attribute("numeric").and_then(|it| it.as_bool()), Some(number));
    }
}

/// The one of version 0 is missing, and that of version 2 may be one of something else.
#[test]
fn hashes_are_made_where_they_are_missing_or_wrong() {
    for (version, stored, kept) in [(0, None, false), (2, Some("$2a$10$abc"), false), (2, Some(HASH), true)] {
        let object = upgrade("random_password", version, &json!({ "result": "allmine", "bcrypt_hash": stored }));
        let hash = text(&object, "bcrypt_hash");
        assert!(bcrypt::verify("allmine", hash).expect("a hash"), "{version} {stored:?}");
        assert_eq!(Some(hash) == stored, kept, "{version} {stored:?}");
    }
}
