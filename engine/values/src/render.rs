//! Values as people read them in the language: what `console` and `output` print.

use crate::{Kind, Type, Value, quote};

/// A value in a form that the language would read back, with conversion functions where the type would be lost:
/// `tolist([…])`, `tostring(null)`. Lines after the first are not indented. What is sensitive, ephemeral or unknown is
/// not shown.
pub fn literal(value: &Value) -> String {
    literal_at(value, 0)
}

/// [`literal`] for a value that stands at a depth of so many spaces.
pub fn literal_at(value: &Value, indent: usize) -> String {
    let mut out = String::new();
    write(value, indent, &mut out);
    out
}

fn write(value: &Value, indent: usize, out: &mut String) {
    match value.kind() {
        Kind::Unknown(_) => out.push_str("(known after apply)"),
        Kind::Type(ty) => out.push_str(&type_text(ty)),
        _ if value.marks().is_sensitive() => out.push_str("(sensitive value)"),
        _ if value.marks().is_ephemeral() => out.push_str("(ephemeral value)"),
        Kind::Null(ty) => out.push_str(&null(ty)),
        Kind::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&number.to_string()),
        Kind::String(text) if text.contains('\n') => write_heredoc(text, indent, out),
        Kind::String(text) => out.push_str(&quote(text)),
        Kind::Tuple(items) => write_sequence(items.items(), indent, out),
        Kind::List(items) => call("tolist", out, |out| write_sequence(items.items(), indent, out)),
        Kind::Set(items) => call("toset", out, |out| write_sequence(items.items(), indent, out)),
        Kind::Object(items) => write_mapping(items.items(), indent, out),
        Kind::Map(items) => call("tomap", out, |out| write_mapping(items.items(), indent, out)),
    }
}

fn call(function: &str, out: &mut String, argument: impl FnOnce(&mut String)) {
    out.push_str(function);
    out.push('(');
    argument(out);
    out.push(')');
}

fn null(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "null".into(),
        Type::String => "tostring(null)".into(),
        Type::Number => "tonumber(null)".into(),
        Type::Bool => "tobool(null)".into(),
        Type::List(element) => format!("tolist(null) /* of {} */", element.friendly_name()),
        Type::Set(element) => format!("toset(null) /* of {} */", element.friendly_name()),
        Type::Map(element) => format!("tomap(null) /* of {} */", element.friendly_name()),
        other => format!("null /* {} */", other.friendly_name()),
    }
}

fn new_line(indent: usize, out: &mut String) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}

fn write_heredoc(text: &str, indent: usize, out: &mut String) {
    let mut delimiter = "EOT".to_owned();
    while text.split('\n').any(|line| line.trim() == delimiter) {
        delimiter.push('_');
    }
    out.push_str(if indent > 0 { "<<-" } else { "<<" });
    out.push_str(&delimiter);
    for line in text.split('\n') {
        new_line(indent, out);
        out.push_str(line);
    }
    new_line(indent, out);
    out.push_str(&delimiter);
}

fn write_sequence(items: &[Value], indent: usize, out: &mut String) {
    out.push('[');
    for item in items {
        new_line(indent + 2, out);
        write(item, indent + 2, out);
        out.push(',');
    }
    if !items.is_empty() {
        new_line(indent, out);
    }
    out.push(']');
}

fn write_mapping(items: &[(crate::Str, Value)], indent: usize, out: &mut String) {
    out.push('{');
    for (name, item) in items {
        new_line(indent + 2, out);
        write(&name.clone().into(), indent + 2, out);
        out.push_str(" = ");
        write(item, indent + 2, out);
    }
    if !items.is_empty() {
        new_line(indent, out);
    }
    out.push('}');
}

/// A type as the console's `type` function prints it: one line an attribute.
pub fn type_text(ty: &Type) -> String {
    let mut out = String::new();
    write_type(ty, 0, &mut out);
    out
}

fn write_type(ty: &Type, indent: usize, out: &mut String) {
    match ty {
        Type::List(element) => call("list", out, |out| write_element(element, indent, out)),
        Type::Set(element) => call("set", out, |out| write_element(element, indent, out)),
        Type::Map(element) => call("map", out, |out| write_element(element, indent, out)),
        Type::Tuple(elements) if elements.is_empty() => out.push_str("tuple([])"),
        Type::Tuple(elements) => {
            out.push_str("tuple([");
            for element in elements.iter() {
                new_line(indent + 4, out);
                write_type(element, indent + 4, out);
                out.push(',');
            }
            new_line(indent, out);
            out.push_str("])");
        }
        Type::Object(object) if object.is_empty() => out.push_str("object({})"),
        Type::Object(object) => {
            out.push_str("object({");
            for (name, ty, _) in object.iter() {
                new_line(indent + 4, out);
                out.push_str(name);
                out.push_str(": ");
                write_type(ty, indent + 4, out);
                out.push(',');
            }
            new_line(indent, out);
            out.push_str("})");
        }
        other => out.push_str(&other.friendly_name()),
    }
}

/// The element type of a collection: structures stand on lines of their own.
fn write_element(element: &Type, indent: usize, out: &mut String) {
    if !matches!(element, Type::Tuple(_) | Type::Object(_)) {
        return write_type(element, indent, out);
    }
    new_line(indent + 4, out);
    write_type(element, indent + 4, out);
    out.push(',');
    new_line(indent, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Marks;

    #[test]
    fn values_print_as_in_terraforms_console() {
        let cases = [
            (Value::from("tab\t\"q\" ${x} é \u{200b} \u{1}"), r#""tab\t\"q\" ${x} é \u200b \x01""#),
            (Value::from("a\nb"), "<<EOT\na\nb\nEOT"),
            (Value::tuple([Value::from("p\nEOT\nq")]), "[\n  <<-EOT_\n  p\n  EOT\n  q\n  EOT_,\n]"),
            (Value::list(Type::String, [Value::null(Type::String)]), "tolist([\n  tostring(null),\n])"),
            (Value::set(Type::String, []), "toset([])"),
            (
                Value::map(Type::Dynamic, [("a-b", Value::object([("z", Value::number(1))]))]),
                "tomap({\n  \"a-b\" = {\n    \"z\" = 1\n  }\n})",
            ),
            (Value::object::<&str>([]), "{}"),
            (Value::null(Type::list(Type::Dynamic)), "tolist(null) /* of dynamic */"),
            (Value::null(Type::object([("a", Type::Bool)])), "null /* object */"),
            (Value::tuple([Value::TRUE.with_marks(&Marks::sensitive())]), "[\n  (sensitive value),\n]"),
            (Value::unknown(Type::Bool).with_marks(&Marks::sensitive()), "(known after apply)"),
            (Value::TRUE.with_marks(&Marks::ephemeral()), "(ephemeral value)"),
            (Value::ty_value(Type::Bool).with_marks(&Marks::sensitive()), "bool"),
        ];
        for (value, expected) in cases {
            assert_eq!(literal(&value), expected);
        }
    }

    #[test]
    fn types_print_as_in_terraforms_console() {
        let ty = Type::object([
            ("a", Type::tuple([Type::Number, Type::object([("b", Type::Bool)])])),
            ("c d", Type::list(Type::list(Type::tuple([])))),
            ("e", Type::tuple([])),
        ]);
        let expected = "object({\n    a: tuple([\n        number,\n        object({\n            b: bool,\n        }),\n    \
                        ]),\n    c d: list(list(\n        tuple([]),\n    )),\n    e: tuple([]),\n})";
        assert_eq!(type_text(&ty), expected);
    }
}
