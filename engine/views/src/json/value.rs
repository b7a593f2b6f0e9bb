//! Values within documents: what is known of them, what is not, and what must not be shown.
//!
//! Terraform's forms, in which lists, sets and tuples are arrays, maps and objects are objects.

use landform_values::{Kind, Mapping, Path, Step, Value};

use super::writer::JsonWriter;

/// A value with all that is known of it. Marks do not matter. In an object what is unknown is missing, in an array it
/// is null.
pub(super) fn known(writer: &mut JsonWriter<'_>, value: &Value) {
    match value.kind() {
        Kind::Null(_) | Kind::Unknown(_) | Kind::Type(_) => writer.raw("null"),
        Kind::Bool(truth) => writer.boolean(*truth),
        Kind::Number(number) if number.is_infinite() => writer.raw("null"),
        Kind::Number(number) => writer.raw(&number.to_string()),
        Kind::String(text) => writer.string(text),
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => writer.array(items.items(), known),
        Kind::Map(items) | Kind::Object(items) => members(writer, items, Value::is_known, known),
    }
}

/// Whether an object has an attribute that is known: documents leave out the values of those that have none.
pub(super) fn has_known_members(value: &Value) -> bool {
    match value.kind() {
        Kind::Map(items) | Kind::Object(items) => items.items().iter().any(|(_, item)| item.is_known()),
        _ => false,
    }
}

/// `true` for what is unknown; arrays of `true` and `false`; in objects only what is not `false`.
pub(super) fn unknown(writer: &mut JsonWriter<'_>, value: &Value) {
    match value.kind() {
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => writer.array(items.items(), unknown),
        Kind::Map(items) | Kind::Object(items) => {
            let shown = |item: &Value| !item.is_known() || is_compound(item);
            members(writer, items, shown, unknown);
        }
        _ => writer.boolean(!value.is_known()),
    }
}

/// `true` for what is sensitive, in the same form as [`unknown`]. Nothing is known of what is within unknown values.
pub(super) fn sensitive(writer: &mut JsonWriter<'_>, value: &Value) {
    if value.marks().is_sensitive() {
        return writer.boolean(true);
    }
    match value.kind() {
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => writer.array(items.items(), sensitive),
        Kind::Map(items) | Kind::Object(items) => {
            let shown = |item: &Value| {
                let unknown_compound = item.as_unknown().is_some_and(|unknown| has_parts(&unknown.ty));
                item.marks().is_sensitive() || is_compound(item) || unknown_compound
            };
            members(writer, items, shown, sensitive);
        }
        Kind::Unknown(unknown) if has_items(&unknown.ty) => writer.raw("[]"),
        Kind::Unknown(unknown) if has_parts(&unknown.ty) => writer.raw("{}"),
        _ => writer.boolean(false),
    }
}

fn members<'s>(
    writer: &mut JsonWriter<'s>,
    items: &Mapping,
    shown: impl Fn(&Value) -> bool,
    write: impl Fn(&mut JsonWriter<'s>, &Value),
) {
    writer.object(|object| {
        for (name, item) in items.items().iter().filter(|(_, item)| shown(item)) {
            write(object.key(name), item);
        }
    });
}

fn is_compound(value: &Value) -> bool {
    value.as_sequence().is_some() || value.as_mapping().is_some()
}

fn has_items(ty: &landform_values::Type) -> bool {
    use landform_values::Type;
    matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
}

fn has_parts(ty: &landform_values::Type) -> bool {
    use landform_values::Type;
    has_items(ty) || matches!(ty, Type::Map(_) | Type::Object(_))
}

/// A path as an array of names and indexes.
pub(super) fn path(writer: &mut JsonWriter<'_>, path: &Path) {
    writer.array(&path.0, |writer, step| match step {
        Step::Attribute(name) => writer.string(name),
        Step::Index(key) => known(writer, key),
    });
}

/// Paths in the order in which cty keeps a set of them, each once.
pub(super) fn sorted_paths(paths: &[Path]) -> Vec<&Path> {
    let mut sorted: Vec<&Path> = Vec::with_capacity(paths.len());
    for path in paths {
        if !sorted.contains(&path) {
            sorted.push(path);
        }
    }
    sorted.sort_by_cached_key(|path| path_hash(path));
    sorted
}

/// The hash that cty sorts paths by: names, and a sign for every index.
fn path_hash(path: &Path) -> i64 {
    let mut hash = u64::MAX;
    for step in &path.0 {
        let bytes = match step {
            Step::Attribute(name) => name.as_bytes(),
            Step::Index(_) => b"#",
        };
        hash = bytes.iter().fold(hash, |hash, byte| crc64(hash, *byte));
    }
    (!hash).cast_signed()
}

/// One byte more in a CRC-64 by ISO 3309.
fn crc64(hash: u64, byte: u8) -> u64 {
    const POLYNOMIAL: u64 = 0xD800_0000_0000_0000;
    (0..8).fold(hash ^ u64::from(byte), |hash, _| if hash & 1 == 1 { hash >> 1 ^ POLYNOMIAL } else { hash >> 1 })
}

#[cfg(test)]
mod tests {
    use landform_values::{Marks, Type};

    use super::*;

    fn check(value: &Value, expected: [&str; 3]) {
        let written = [known, unknown, sensitive].map(|write| {
            let mut writer = JsonWriter::in_memory();
            write(&mut writer, value);
            writer.into_text()
        });
        assert_eq!(written, expected);
    }

    #[test]
    fn three_views_of_a_value() {
        let secret = Value::from("x").with_marks(&Marks::sensitive());
        check(&secret, ["\"x\"", "false", "true"]);
        check(&Value::dynamic(), ["null", "true", "false"]);
        check(&Value::null(Type::list(Type::String)), ["null", "false", "false"]);
        check(&Value::tuple([]), ["[]", "[]", "[]"]);
        check(&Value::unknown(Type::set(Type::String)), ["null", "true", "[]"]);
        let object = Value::object([
            ("a", Value::tuple([secret, Value::unknown(Type::Bool), Value::NULL])),
            ("b", Value::unknown(Type::map(Type::Bool))),
            ("c", Value::unknown(Type::list(Type::Bool))),
            ("d", Value::unknown(Type::Number)),
            ("e", Value::object::<&str>([])),
            ("f", Value::number(landform_values::Number::parse("1.50").expect("a number"))),
        ]);
        check(
            &object,
            [
                r#"{"a":["x",null,null],"e":{},"f":1.5}"#,
                r#"{"a":[false,true,false],"b":true,"c":true,"d":true,"e":{}}"#,
                r#"{"a":[true,false,false],"b":{},"c":[],"e":{}}"#,
            ],
        );
    }

    /// The orders are those of `replace_paths` in plans of a provider that names paths so.
    #[test]
    fn paths_are_sorted_by_their_hashes() {
        let hash = |name: &str| path_hash(&Path::root().attribute(name));
        assert_eq!(hash("123456789"), 0xB909_56C7_75A4_1001_u64.cast_signed());
        let paths = [Path::root().attribute("b"), Path::root().attribute("a").index(1), Path::root().attribute("b")];
        assert_eq!(sorted_paths(&paths).len(), 2);
    }
}
