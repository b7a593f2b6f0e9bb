//! What a change of the configuration leads to.

use landform_values::{Type, Value};
use serde_json::{Value as Json, json};

use crate::world::{apply, assert_no_change, config, create, plan};

/// Every type with a configuration.
fn all() -> Vec<(&'static str, Json)> {
    vec![
        ("random_bytes", json!({ "length": 8 })),
        ("random_id", json!({ "byte_length": 8 })),
        ("random_integer", json!({ "min": 1, "max": 5 })),
        ("random_password", json!({ "length": 8 })),
        ("random_pet", json!({})),
        ("random_shuffle", json!({ "input": ["a", "b"] })),
        ("random_string", json!({ "length": 8 })),
        ("random_uuid", json!({})),
        ("random_uuid4", json!({})),
        ("random_uuid7", json!({})),
    ]
}

/// The configuration with one more attribute.
fn with(json: &Json, name: &str, value: Json) -> Json {
    let mut json = json.clone();
    json[name] = value;
    json
}

/// Plans a change and says which attributes have the object made afresh.
fn replacing(kind: &str, from: &Json, to: &Json) -> Vec<String> {
    let object = create(kind, from);
    let response = plan(kind, Some(&object), &config(kind, to));
    response.requires_replace.iter().map(|path| path.to_string().trim_start_matches('.').to_owned()).collect()
}

#[test]
fn the_same_configuration_changes_nothing() {
    for (kind, json) in all() {
        let json = with(&json, "keepers", json!({ "a": "x" }));
        assert_no_change(kind, &create(kind, &json), &json);
    }
}

#[test]
fn other_keepers_replace() {
    for (kind, json) in all() {
        let (old, new) = (with(&json, "keepers", json!({ "a": "x" })), with(&json, "keepers", json!({ "a": "y" })));
        assert_eq!(replacing(kind, &old, &new), ["keepers"], "{kind}");
        assert_eq!(replacing(kind, &json, &new), ["keepers"], "{kind}");
    }
}

/// A null keeper is none, and is written down in place; but `random_bytes` takes it for a change.
#[test]
fn null_keepers_are_put_in_place() {
    for (kind, json) in all() {
        let new = with(&json, "keepers", json!({ "a": null }));
        if kind == "random_bytes" {
            assert_eq!(replacing(kind, &json, &new), ["keepers"], "{kind}");
            continue;
        }
        let object = create(kind, &json);
        let response = plan(kind, Some(&object), &config(kind, &new));
        assert!(response.requires_replace.is_empty(), "{kind}: {:?}", response.requires_replace);
        let updated = apply(kind, Some(&object), &response.planned).expect("an update");
        for (name, value) in object.as_mapping().expect("an object").items() {
            assert!(&**name == "keepers" || updated.get_attribute(name) == Some(value), "{kind}.{name} is kept");
        }
    }
}

#[test]
fn what_replaces() {
    let string = json!({ "length": 8 });
    let cases = [
        ("random_bytes", json!({ "length": 8 }), json!({ "length": 9 }), "length"),
        ("random_id", json!({ "byte_length": 8 }), json!({ "byte_length": 9 }), "byte_length"),
        ("random_id", json!({ "byte_length": 8 }), json!({ "byte_length": 8, "prefix": "a" }), "prefix"),
        ("random_integer", json!({ "min": 1, "max": 5 }), json!({ "min": 2, "max": 5 }), "min"),
        ("random_integer", json!({ "min": 1, "max": 5 }), json!({ "min": 1, "max": 6 }), "max"),
        ("random_integer", json!({ "min": 1, "max": 5 }), json!({ "min": 1, "max": 5, "seed": "s" }), "seed"),
        ("random_pet", json!({}), json!({ "length": 3 }), "length"),
        ("random_pet", json!({}), json!({ "prefix": "a" }), "prefix"),
        ("random_pet", json!({}), json!({ "separator": "_" }), "separator"),
        ("random_shuffle", json!({ "input": ["a"] }), json!({ "input": ["b"] }), "input"),
        ("random_shuffle", json!({ "input": ["a"] }), json!({ "input": ["a"], "result_count": 1 }), "result_count"),
        ("random_string", string.clone(), json!({ "length": 9 }), "length"),
        ("random_string", string.clone(), with(&string, "lower", json!(false)), "lower"),
        ("random_string", string.clone(), with(&string, "min_lower", json!(1)), "min_lower"),
        ("random_string", string.clone(), with(&string, "numeric", json!(false)), "number numeric"),
        ("random_string", string.clone(), with(&string, "number", json!(false)), "number numeric"),
        ("random_string", string.clone(), with(&string, "override_special", json!("!")), "override_special"),
        ("random_string", with(&string, "override_special", json!("!")), string.clone(), "override_special"),
    ];
    for (kind, from, to, expected) in cases {
        assert_eq!(replacing(kind, &from, &to).join(" "), expected, "{kind}: {from} -> {to}");
    }
}

#[test]
fn what_says_the_same_changes_nothing() {
    let string = json!({ "length": 8 });
    let same = [
        json!({ "length": 8, "number": true }),
        json!({ "length": 8, "numeric": true, "special": true, "upper": true, "lower": true }),
        json!({ "length": 8, "min_upper": 0 }),
    ];
    let object = create("random_string", &string);
    for json in same {
        assert_no_change("random_string", &object, &json);
    }
    assert_no_change("random_pet", &create("random_pet", &json!({})), &json!({ "length": 2, "separator": "-" }));
}

/// `""` was stored for none by one version of the public provider.
#[test]
fn an_empty_override_is_taken_back_in_place() {
    let old = json!({ "length": 8, "override_special": "" });
    assert_eq!(replacing("random_password", &old, &json!({ "length": 8 })), [] as [&str; 0]);
    let new = json!({ "length": 8, "override_special": "" });
    assert_eq!(replacing("random_password", &json!({ "length": 8 }), &new), ["override_special"]);
}

#[test]
fn unknown_values() {
    let object = create("random_string", &json!({ "length": 8 }));
    let config = config("random_string", &json!({ "length": 8 }));
    let replacing = |name: &str, ty: Type| {
        let response = plan("random_string", Some(&object), &config.with_attribute(name, Value::unknown(ty)));
        response.requires_replace.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(replacing("override_special", Type::String), "");
    assert_eq!(replacing("keepers", Type::map(Type::String)), "");
    assert_eq!(replacing("length", Type::Number), ".length");
    assert_eq!(replacing("numeric", Type::Bool), ".number .numeric");
}

#[test]
fn what_is_planned_is_sensitive_only_where_the_schema_says() {
    let planned = plan("random_password", None, &config("random_password", &json!({ "length": 8 }))).planned;
    let unknown = planned.as_mapping().expect("an object").items().iter().filter(|(_, it)| !it.is_known());
    let unknown: Vec<&str> = unknown.map(|(name, _)| &**name).collect();
    assert_eq!(unknown, ["bcrypt_hash", "id", "result"]);
}

#[test]
fn a_deleted_object_is_gone() {
    for (kind, json) in all() {
        let object = create(kind, &json);
        let null = Value::null(object.ty());
        let request = landform_provider_api::ApplyRequest {
            kind: kind.into(),
            prior: object,
            planned: null.clone(),
            config: null,
            private: Vec::new(),
        };
        let response = futures::executor::block_on(crate::world::instance().apply_resource(request));
        assert!(response.object.is_null() && response.diagnostics.is_empty(), "{kind}");
    }
}
