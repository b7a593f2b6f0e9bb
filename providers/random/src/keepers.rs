//! `keepers`: values that, when they change, have the object made afresh.

use std::collections::BTreeMap;

use landform_provider_api::framework::AttrType;
use landform_values::{PathError, Step, Type, Value};

/// Arbitrary values; some may be null, which counts as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keepers(BTreeMap<String, Option<String>>);

impl AttrType for Keepers {
    fn ty() -> Type {
        Type::map(Type::String)
    }

    fn decode(value: &Value) -> Result<Self, PathError> {
        let items = value.as_mapping().ok_or_else(|| PathError::new("map of string required"))?.items().iter();
        let decode = |(key, item): &(landform_values::Str, Value)| {
            let inside = |error: PathError| error.inside(Step::Index(Value::from(key.clone())));
            let item = if item.is_null() { Ok(None) } else { String::decode(item).map(Some).map_err(inside) };
            Ok((key.to_string(), item?))
        };
        items.map(decode).collect::<Result<_, _>>().map(Self)
    }

    fn encode(&self) -> Value {
        let items = self.0.iter().map(|(key, item)| (key.as_str(), nullable(item.as_deref())));
        Value::map(Type::String, items)
    }
}

/// A text or null.
pub(crate) fn nullable(text: Option<&str>) -> Value {
    text.map_or_else(|| Value::null(Type::String), Value::from)
}

/// Whether a change of keepers has the object made afresh. Keys that are null do not count where there were none: older
/// versions of the public provider did not store them.
pub(crate) fn replace(prior: &Value, planned: &Value) -> bool {
    let old = prior.as_mapping();
    let new = planned.as_mapping();
    let kept = |(key, value): &(landform_values::Str, Value)| match old.and_then(|old| old.get(key)) {
        None => value.is_null(),
        Some(stored) => stored == value,
    };
    let all_kept = new.is_none_or(|new| new.items().iter().all(kept));
    let none_lost =
        old.is_none_or(|old| old.items().iter().all(|(key, _)| new.is_some_and(|new| new.get(key).is_some())));
    prior != planned && !(all_kept && none_lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(items: &[(&str, Option<&str>)]) -> Value {
        Value::map(Type::String, items.iter().map(|(key, item)| (*key, nullable(*item))))
    }

    #[test]
    fn null_items_are_kept() {
        let value = map(&[("a", Some("x")), ("b", None)]);
        assert_eq!(Keepers::decode(&value).expect("keepers").encode(), value);
    }

    #[test]
    fn what_makes_an_object_afresh() {
        let null = || Value::null(Keepers::ty());
        let unknown = || Value::unknown(Keepers::ty());
        let unknown_item = || Value::map(Type::String, [("a", Value::unknown(Type::String))]);
        let x = || map(&[("a", Some("x"))]);
        let cases = [
            (null(), null(), false),
            (null(), map(&[]), false),
            (null(), map(&[("a", None)]), false),
            (null(), x(), true),
            (null(), unknown(), false),
            (null(), unknown_item(), true),
            (map(&[]), null(), false),
            (map(&[]), map(&[("a", None)]), false),
            (map(&[]), unknown(), false),
            (x(), x(), false),
            (x(), null(), true),
            (x(), map(&[]), true),
            (x(), map(&[("a", Some("y"))]), true),
            (x(), map(&[("a", None)]), true),
            (x(), map(&[("a", Some("x")), ("b", None)]), false),
            (x(), map(&[("a", Some("x")), ("b", Some("y"))]), true),
            (map(&[("a", Some("x")), ("b", None)]), x(), true),
            (x(), unknown(), true),
            (x(), unknown_item(), true),
        ];
        for (prior, planned, expected) in cases {
            assert_eq!(replace(&prior, &planned), expected, "{prior:?} -> {planned:?}");
        }
    }
}
