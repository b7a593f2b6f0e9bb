//! Which member of a state file is of a wrong type: messages name it as those of Terraform do.

use serde_json::Value;

/// What a member has to be. Every member may be null.
enum Form {
    Text,
    Truth,
    /// A whole number that is not negative.
    Whole,
    List(&'static Form),
    Map(&'static Form),
    Object(&'static [(&'static str, Form)]),
    Anything,
}

use Form::{Anything, List, Map, Object, Text, Truth, Whole};

const FILE: Form = Object(&[
    ("version", Whole),
    ("terraform_version", Text),
    ("serial", Whole),
    ("lineage", Text),
    ("outputs", Map(&OUTPUT)),
    ("resources", List(&RESOURCE)),
    ("check_results", List(&CHECK)),
]);

const OUTPUT: Form = Object(&[("value", Anything), ("type", Anything), ("sensitive", Truth)]);

const RESOURCE: Form = Object(&[
    ("module", Text),
    ("mode", Text),
    ("type", Text),
    ("name", Text),
    ("each", Text),
    ("provider", Text),
    ("instances", List(&INSTANCE)),
]);

const INSTANCE: Form = Object(&[
    ("index_key", Anything),
    ("status", Text),
    ("deposed", Text),
    ("schema_version", Whole),
    ("attributes", Anything),
    ("attributes_flat", Map(&Text)),
    ("private", Text),
    ("dependencies", List(&Text)),
    ("create_before_destroy", Truth),
]);

const CHECK: Form = Object(&[
    ("object_kind", Text),
    ("config_addr", Text),
    ("status", Text),
    ("objects", List(&Object(&[("object_addr", Text), ("status", Text), ("failure_messages", List(&Text))]))),
]);

/// What to say of the first member of a wrong type.
pub(super) fn problem(text: &str) -> Option<String> {
    let document: Value = serde_json::from_str(text).ok()?;
    let mut path = Vec::new();
    let found = wrong(&FILE, &document, &mut path)?;
    Some(format!("The state file field {:?} has invalid value {found}", path.join(".")))
}

/// The first value of a wrong type; `path` is then that of the member it is in.
fn wrong(form: &Form, value: &Value, path: &mut Vec<&'static str>) -> Option<String> {
    match (form, value) {
        (Anything, _) | (_, Value::Null) | (Text, Value::String(_)) | (Truth, Value::Bool(_)) => None,
        (Whole, Value::Number(number)) => (!number.is_u64()).then(|| format!("number {number}")),
        (List(item), Value::Array(items)) => items.iter().find_map(|value| wrong(item, value, path)),
        (Map(item), Value::Object(items)) => items.values().find_map(|value| wrong(item, value, path)),
        (Object(members), Value::Object(items)) => items.iter().find_map(|(name, value)| {
            let (name, form) = members.iter().find(|(known, _)| known == name)?;
            path.push(name);
            let found = wrong(form, value, path);
            if found.is_none() {
                path.pop();
            }
            found
        }),
        (_, Value::Bool(_)) => Some("bool".to_owned()),
        (_, Value::Number(_)) => Some("number".to_owned()),
        (_, Value::String(_)) => Some("string".to_owned()),
        (_, Value::Array(_)) => Some("array".to_owned()),
        (_, Value::Object(_)) => Some("object".to_owned()),
    }
}
