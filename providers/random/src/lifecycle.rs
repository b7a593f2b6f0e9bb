//! What `random_string` and `random_password` share beside the characters: planning, import, older stored objects.

use landform_provider_api::framework::{Attr, Planning};
use landform_values::Value;
use serde_json::{Map, Value as Json, json};

/// Whether a change of `override_special` has the object made afresh. Version 3.4.2 of the public provider stored `""`
/// for none, and that is put right in place; of an unknown value nothing is sure yet.
pub(crate) fn replace_override(prior: &Value, planned: &Value) -> bool {
    planned.is_known() && !(planned.is_null() && prior.as_str() == Some(""))
}

/// Plans `number` and `numeric`, which are one attribute under two names: what one of them says holds for both.
pub(crate) fn plan_numeric(planning: &mut Planning<'_>) {
    let (number, numeric) = (planning.config("number"), planning.config("numeric"));
    match (number.is_null(), numeric.is_null()) {
        (true, true) => {
            planning.set("number", true);
            planning.set("numeric", true);
        }
        (true, false) => set_other(planning, "number", numeric),
        (false, true) => set_other(planning, "numeric", number),
        (false, false) => {}
    }
}

/// What is not known yet may be another value, which the other name can not take in place either.
fn set_other(planning: &mut Planning<'_>, name: &str, value: Value) {
    if !value.is_known() {
        planning.require_replace(name);
    }
    planning.set(name, value);
}

/// As [`plan_numeric`], once both are known.
pub(crate) fn settle_numeric(number: &mut Attr<bool>, numeric: &mut Attr<bool>) {
    let value = numeric.known().or(number.known()).copied().unwrap_or(true);
    (*number, *numeric) = (value.into(), value.into());
}

/// The length of a string that is imported or stored without one.
pub(crate) fn length_of(text: &str) -> i64 {
    i64::try_from(text.chars().count()).unwrap_or(i64::MAX)
}

/// Brings an object of an older schema version to the present one: fills in what it lacks if it was imported by version
/// 3.3.1 of the public provider or an earlier one, and gives `number` and `numeric` the same value.
pub(crate) fn upgrade(mut stored: Map<String, Json>) -> Map<String, Json> {
    let number = given(&stored, "number").or_else(|| given(&stored, "numeric")).unwrap_or(Json::Bool(true));
    let length = length_of(stored.get("result").and_then(Json::as_str).unwrap_or_default());
    let defaults = [
        ("length", json!(length)),
        ("special", json!(true)),
        ("upper", json!(true)),
        ("lower", json!(true)),
        ("number", number.clone()),
        ("min_numeric", json!(0)),
        ("min_upper", json!(0)),
        ("min_lower", json!(0)),
        ("min_special", json!(0)),
    ];
    for (name, default) in defaults {
        let value = given(&stored, name).unwrap_or(default);
        stored.insert(name.to_owned(), value);
    }
    stored.insert("numeric".into(), number);
    stored
}

fn given(stored: &Map<String, Json>, name: &str) -> Option<Json> {
    stored.get(name).filter(|value| !value.is_null()).cloned()
}
