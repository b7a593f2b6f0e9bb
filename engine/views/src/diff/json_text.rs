//! JSON within strings, as values that can be compared.

use landform_values::{Deprecation, Marks, Number, Str, Value};

/// The JSON object or array that a string is.
pub(super) fn parse(text: &str) -> Option<Value> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok().as_ref().map(value)
}

fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::NULL,
        serde_json::Value::Bool(truth) => Value::from(*truth),
        serde_json::Value::Number(number) => numeral(number.as_str()),
        serde_json::Value::String(text) => Value::string(text.as_str()),
        serde_json::Value::Array(items) => Value::tuple(items.iter().map(value)),
        serde_json::Value::Object(items) => Value::object(items.iter().map(|(key, item)| (key.as_str(), value(item)))),
    }
}

/// What tells a numeral from a string; no such object is ever deprecated.
const NUMERAL: &str = "a numeral";

/// Numbers are shown, and compared, as they are written: `1.50` is not `1.5`.
fn numeral(text: &str) -> Value {
    match Number::parse(text) {
        Some(number) if number.to_string() == text => Value::number(number),
        _ => {
            let marks = Marks::deprecated(Deprecation { message: Str::from(""), origin: NUMERAL.into() });
            Value::from(text).with_marks(&marks)
        }
    }
}

/// The text of a number that is not written as the language would write it.
pub(super) fn as_numeral(value: &Value) -> Option<&str> {
    value.as_str().filter(|_| value.marks().deprecations().any(|deprecation| &*deprecation.origin == NUMERAL))
}
