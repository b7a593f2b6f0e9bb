//! Values as expressions of the language, formatted as `fmt` leaves them.

use std::fmt::Write as _;

use landform_values::{Kind, Mapping, Value};

/// A wholly known value as an expression, over several lines where it holds objects. `None` when it is not wholly
/// known.
pub fn expression(value: &Value) -> Option<String> {
    let mut text = String::new();
    write_value(&mut text, value, 0)?;
    Some(text)
}

/// `name = expression` lines with their equals signs in columns. `None` when a value is not wholly known.
pub fn attributes(items: &[(&str, &Value)]) -> Option<String> {
    let mut text = String::new();
    let items: Vec<(String, &Value)> = items.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    write_items(&mut text, &items, 0)?;
    Some(text)
}

/// Whether a text is an identifier of the language.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|other| other.is_alphanumeric() || other == '_' || other == '-')
}

fn write_value(text: &mut String, value: &Value, depth: usize) -> Option<()> {
    match value.kind() {
        Kind::Null(_) | Kind::Type(_) => text.push_str("null"),
        Kind::Unknown(_) => return None,
        Kind::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Kind::Number(number) => text.push_str(&number.to_string()),
        Kind::String(string) => write_quoted(text, string),
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => write_sequence(text, items.items(), depth)?,
        Kind::Map(items) | Kind::Object(items) => write_mapping(text, items, depth)?,
    }
    Some(())
}

fn write_sequence(text: &mut String, items: &[Value], depth: usize) -> Option<()> {
    text.push('[');
    for (index, item) in items.iter().enumerate() {
        text.push_str(if index == 0 { "" } else { ", " });
        write_value(text, item, depth)?;
    }
    text.push(']');
    Some(())
}

fn write_mapping(text: &mut String, mapping: &Mapping, depth: usize) -> Option<()> {
    if mapping.items().is_empty() {
        text.push_str("{}");
        return Some(());
    }
    text.push_str("{\n");
    let items: Vec<(String, &Value)> = mapping.items().iter().map(|(name, value)| (key(name), value)).collect();
    write_items(text, &items, depth + 1)?;
    indent(text, depth);
    text.push('}');
    Some(())
}

fn key(name: &str) -> String {
    if is_identifier(name) {
        return name.to_owned();
    }
    let mut quoted = String::new();
    write_quoted(&mut quoted, name);
    quoted
}

/// Runs of one-line items share a column; an item over several lines stands for itself.
fn write_items(text: &mut String, items: &[(String, &Value)], depth: usize) -> Option<()> {
    let mut written = Vec::with_capacity(items.len());
    for (name, value) in items {
        let mut expression = String::new();
        write_value(&mut expression, value, depth)?;
        written.push((name.as_str(), expression));
    }
    for run in written.chunk_by(|(_, a), (_, b)| !a.contains('\n') && !b.contains('\n')) {
        let width = run.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        for (name, expression) in run {
            indent(text, depth);
            writeln!(text, "{name:width$} = {expression}").ok()?;
        }
    }
    Some(())
}

fn indent(text: &mut String, depth: usize) {
    text.extend(std::iter::repeat_n("  ", depth));
}

fn write_quoted(text: &mut String, string: &str) {
    text.push('"');
    let mut characters = string.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '$' | '%' if characters.peek() == Some(&'{') => text.extend([character, character]),
            other if is_printable(other) => text.push(other),
            other if (other as u32) < 0x1_0000 => text.push_str(&format!("\\u{:04x}", other as u32)),
            other => text.push_str(&format!("\\U{:08x}", other as u32)),
        }
    }
    text.push('"');
}

/// Letters, marks, numbers, punctuation, symbols and the ASCII space. A character behind another is escaped by the
/// standard library just when it is none of these.
fn is_printable(character: char) -> bool {
    let mut pair = String::from("a");
    pair.push(character);
    character.is_ascii_graphic() || pair.escape_debug().count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: Value, expected: &str) {
        assert_eq!(expression(&value).as_deref(), Some(expected));
    }

    #[test]
    fn objects_take_a_line_an_item_and_lists_one_line() {
        let inner = Value::object([("a", Value::number(1_i64)), ("bcd", Value::number(2_i64))]);
        let value = Value::object([
            ("b c", Value::tuple([Value::number(1_i64), Value::from("x"), Value::NULL, Value::TRUE])),
            ("e", Value::object::<&str>([])),
            ("long_name", Value::object([("y", Value::tuple([inner]))])),
            ("m", Value::tuple([])),
        ]);
        check(
            value,
            "{\n  \"b c\" = [1, \"x\", null, true]\n  e     = {}\n  long_name = {\n    y = [{\n      a   = 1\n      \
             bcd = 2\n    }]\n  }\n  m = []\n}",
        );
    }

    #[test]
    fn strings_are_escaped() {
        check(Value::from("a\nb${x}\"é\u{1}\u{200b}%{"), "\"a\\nb$${x}\\\"é\\u0001\\u200b%%{\"");
    }

    #[test]
    fn unknown_has_no_expression() {
        assert_eq!(expression(&Value::tuple([Value::dynamic()])), None);
    }
}
