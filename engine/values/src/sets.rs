//! The order of a set's items, and which of them are the same.
//!
//! Strings, numbers and booleans are ordered by value. Everything else is ordered by a text that cty makes of each
//! item for its hash table, in which numbers have only ten digits. Null comes last, unknown before it. Known items
//! that are equal become one; unknown ones never do.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::{Kind, Mapping, Notation, Number, Type, Value, quote};

/// Brings items (unmarked, of the element type) into cty's order and drops repeated ones.
pub(crate) fn sort_and_dedup(element: &Type, items: &mut Vec<Value>) {
    if items.len() < 2 {
        return;
    }
    if element.is_primitive() {
        // As the keys of a map are.
        let is_ready = *element == Type::String && items.is_sorted_by(|a, b| compare_primitives(a, b).is_lt());
        if !is_ready {
            items.sort_by(compare_primitives);
            items.dedup_by(|later, kept| later.is_known() && later == kept);
        }
    } else {
        sort_compound(items);
    }
}

/// Known, then unknown, then null.
fn rank(value: &Value) -> u8 {
    match value.kind() {
        Kind::Null(_) => 2,
        Kind::Unknown(_) => 1,
        _ => 0,
    }
}

fn compare_primitives(a: &Value, b: &Value) -> Ordering {
    match (a.kind(), b.kind()) {
        (Kind::String(a), Kind::String(b)) => a.cmp(b),
        (Kind::Bool(a), Kind::Bool(b)) => a.cmp(b),
        (Kind::Number(a), Kind::Number(b)) => a.compare(b),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn sort_compound(items: &mut Vec<Value>) {
    let mut keyed: Vec<(u8, String, Value)> =
        std::mem::take(items).into_iter().map(|item| (rank(&item), key(&item, short_number), item)).collect();
    keyed.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    *items = keyed
        .chunk_by(|a, b| a.0 == b.0 && a.1 == b.1)
        .flat_map(|group| if group.len() == 1 { vec![group[0].2.clone()] } else { distinct(group) })
        .collect();
}

/// Items whose keys with short numbers are the same are compared by keys with all digits.
fn distinct(group: &[(u8, String, Value)]) -> Vec<Value> {
    let mut seen = HashSet::new();
    let fresh = |item: &Value| !item.is_wholly_known() || seen.insert(key(item, full_number));
    let mut fresh = fresh;
    group.iter().map(|(_, _, item)| item).filter(|item| fresh(item)).cloned().collect()
}

fn short_number(number: &Number) -> String {
    match number.to_i64() {
        Some(int) if (-9_999_999_999..=9_999_999_999).contains(&int) && (int != 0) => int.to_string(),
        _ => number.format(Notation::General('e'), Some(10)),
    }
}

fn full_number(number: &Number) -> String {
    if number.is_zero() { "0".into() } else { number.to_string() }
}

/// The text that cty makes of an unmarked value for its hash, which Terraform keeps of backend configurations.
pub fn hash_text(value: &Value) -> String {
    key(value, short_number)
}

/// The text by which cty finds an item in its hash table.
fn key(value: &Value, number: fn(&Number) -> String) -> String {
    let mut out = String::new();
    write_key(value, number, &mut out);
    out
}

fn write_key(value: &Value, number: fn(&Number) -> String, out: &mut String) {
    match value.kind() {
        Kind::Unknown(_) => out.push('?'),
        Kind::Null(_) => out.push('~'),
        Kind::Number(known) => out.push_str(&number(known)),
        Kind::Bool(truth) => out.push(if *truth { 'T' } else { 'F' }),
        Kind::String(text) => out.push_str(&quote(text)),
        Kind::Map(items) => write_map_key(items, number, out),
        Kind::List(items) | Kind::Set(items) => write_items(items.items().iter(), ('[', ']'), number, out),
        Kind::Tuple(items) => write_items(items.items().iter(), ('<', '>'), number, out),
        Kind::Object(items) => write_items(items.items().iter().map(|(_, item)| item), ('<', '>'), number, out),
        Kind::Type(ty) => {
            out.push('«');
            out.push_str(&quote(&ty.to_string()));
            out.push('»');
        }
    }
}

fn write_items<'a>(
    items: impl Iterator<Item = &'a Value>,
    (open, close): (char, char),
    number: fn(&Number) -> String,
    out: &mut String,
) {
    out.push(open);
    for item in items {
        write_key(item, number, out);
        out.push(';');
    }
    out.push(close);
}

fn write_map_key(items: &Mapping, number: fn(&Number) -> String, out: &mut String) {
    out.push('{');
    for (name, item) in items.items() {
        out.push_str(&quote(name));
        out.push(':');
        write_key(item, number, out);
        out.push(';');
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(items: &[i64]) -> Value {
        Value::list(Type::Number, items.iter().map(|item| Value::number(*item)))
    }

    #[test]
    fn primitives_are_ordered_by_value() {
        let set = Value::set(
            Type::String,
            [Value::NULL, Value::from("b"), Value::unknown(Type::String), Value::from("a"), Value::from("b")],
        );
        let items = set.as_sequence().expect("a set");
        assert_eq!(items[..2], [Value::from("a"), Value::from("b")]);
        assert!(!items[2].is_known() && items[3].is_null() && items.len() == 4);

        let unknown = Value::unknown(Type::Number);
        let set = Value::set(Type::Number, [unknown.clone(), Value::number(10), Value::number(9), unknown]);
        assert_eq!(set.length(), Some(4));
        assert_eq!(set.as_sequence().expect("a set")[0], Value::number(9));
    }

    #[test]
    fn others_are_ordered_by_their_key() {
        let set = Value::set(Type::list(Type::Number), [numbers(&[9]), numbers(&[10]), numbers(&[9])]);
        assert_eq!(set.as_sequence(), Some(&[numbers(&[10]), numbers(&[9])][..]));
    }

    #[test]
    fn ten_digits_are_not_all() {
        let items = [numbers(&[123_456_789_012]), numbers(&[123_456_789_011]), numbers(&[123_456_789_012])];
        let set = Value::set(Type::list(Type::Number), items.clone());
        assert_eq!(set.as_sequence(), Some(&items[..2]));
    }
}
