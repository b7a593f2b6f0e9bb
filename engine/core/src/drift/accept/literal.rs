//! Values as configuration writes them.

use std::fmt::Write as _;

use landform_lang::syntax::is_identifier;
use landform_values::{Kind, Value};

/// A value as an expression. `indent` is that of the line that it begins on.
pub(crate) fn literal(value: &Value, indent: &str) -> String {
    match value.kind() {
        Kind::Bool(truth) => truth.to_string(),
        Kind::Number(number) => number.to_string(),
        Kind::String(text) => quoted(text),
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => list(items.items(), indent),
        Kind::Map(items) | Kind::Object(items) if items.items().is_empty() => "{}".to_owned(),
        Kind::Map(items) | Kind::Object(items) => {
            let inner = format!("{indent}  ");
            let lines = items
                .items()
                .iter()
                .map(|(key, value)| format!("{inner}{} = {}\n", self::key(key), literal(value, &inner)));
            format!("{{\n{}{indent}}}", lines.collect::<String>())
        }
        Kind::Null(_) | Kind::Unknown(_) | Kind::Type(_) => "null".to_owned(),
    }
}

/// Short items stand on one line.
fn list(items: &[Value], indent: &str) -> String {
    let inner = format!("{indent}  ");
    let written: Vec<String> = items.iter().map(|item| literal(item, &inner)).collect();
    let one_line = format!("[{}]", written.join(", "));
    if one_line.contains('\n') || one_line.len() + indent.len() > 100 {
        let lines: String = written.iter().map(|item| format!("{inner}{item},\n")).collect();
        return format!("[\n{lines}{indent}]");
    }
    one_line
}

/// The key of a map's item.
pub(crate) fn key(key: &str) -> String {
    if is_identifier(key) { key.to_owned() } else { quoted(key) }
}

/// A string in quotes, in which nothing is a template.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' if characters.peek() == Some(&'{') => {
                quoted.push(character);
                quoted.push(character);
            }
            other if other.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", other as u32);
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use landform_diagnostics::SourceMap;
    use landform_lang::syntax::parse_expression;
    use landform_values::Type;

    use super::*;

    #[test]
    fn what_is_written_is_read_as_the_same() {
        let texts = ["", "a \"b\" \\ ${c} %{d} $${e} $", "two\nlines\t\r", "é\u{1}", "100%"];
        let values = texts.map(Value::from).into_iter().chain([
            Value::TRUE,
            Value::from(-3),
            Value::tuple([Value::from("a"), Value::from(1)]),
            Value::object([
                ("a", Value::from("b")),
                ("c d", Value::object([("e", Value::NULL)])),
                ("f", Value::object::<&str>([])),
            ]),
            Value::tuple((0..30).map(|_| Value::from("a rather long item"))),
        ]);
        for value in values {
            let sources = SourceMap::new();
            let text = literal(&value, "    ");
            let (expr, found) = parse_expression(&sources, sources.add("", text.as_str()));
            assert!(!found.has_errors(), "{text}: {found:?}");
            assert_eq!(landform_lang::constant(&expr, &sources).0, value, "{text}");
        }
        assert_eq!(literal(&Value::list(Type::String, [Value::from("a"), Value::from("b")]), ""), r#"["a", "b"]"#);
        assert_eq!(literal(&Value::object([("a", Value::from(1))]), "  "), "{\n    a = 1\n  }");
    }
}
