//! Whether an object is what a configuration asks for.

use landform_addrs::Str;
use landform_values::{Kind, Step, Type, Value, json};

use crate::plan::IgnoreChanges;
use crate::program::CompiledResource;

/// The attributes and blocks of a resource that its configuration decides, in order: what the provider may choose and
/// nobody wrote tells nothing, and neither does what is ignored.
pub(super) fn telling(resource: &CompiledResource) -> Vec<Str> {
    let block = &resource.schema.block;
    let attributes = block.attributes.iter().filter(|(name, attribute)| {
        !attribute.write_only
            && (attribute.required || (attribute.optional && (!attribute.computed || resource.body.has(name))))
    });
    let names = attributes.map(|(name, _)| name).chain(block.blocks.keys());
    names.filter(|name| !is_ignored(&resource.ignore_changes, name)).cloned().collect()
}

fn is_ignored(ignored: &IgnoreChanges, name: &str) -> bool {
    match ignored {
        IgnoreChanges::Nothing => false,
        IgnoreChanges::All => true,
        IgnoreChanges::Paths(paths) => {
            paths.iter().any(|path| matches!(path.0.first(), Some(Step::Attribute(first)) if &**first == name))
        }
    }
}

/// Those of the names whose value is wholly known.
pub(super) fn known<'n>(object: &Value, names: impl IntoIterator<Item = &'n Str>) -> Vec<Str> {
    let is_known = |name: &&Str| object.get_attribute(name).is_some_and(Value::is_wholly_known);
    names.into_iter().filter(is_known).cloned().collect()
}

/// Whether any of the names has a value.
pub(super) fn says_something(object: &Value, names: &[Str]) -> bool {
    let empty = |value: &Value| value.is_null() || value.length() == Some(0);
    names.iter().any(|name| object.get_attribute(name).is_some_and(|value| !empty(value)))
}

/// A text that two objects have in common just when they have the same values of some attributes. It is never shown:
/// some of them may be sensitive.
pub(super) fn signature(object: &Value, names: &[Str]) -> Option<String> {
    let (object, _) = object.clone().unmark_deep();
    let mut text = String::new();
    for name in names {
        text.push_str(&json::encode(object.get_attribute(name)?, &Type::Dynamic).ok()?);
        text.push('\n');
    }
    Some(text)
}

/// Whether an object may be as planned, as far as that is known.
pub(super) fn fits(planned: &Value, object: &Value, names: &[Str]) -> bool {
    let (planned, object) = (planned.clone().unmark_deep().0, object.clone().unmark_deep().0);
    names.iter().all(|name| match (planned.get_attribute(name), object.get_attribute(name)) {
        (Some(planned), Some(object)) => may_be(planned, object),
        (planned, object) => planned.is_none() && object.is_none(),
    })
}

fn may_be(planned: &Value, object: &Value) -> bool {
    if planned.is_wholly_known() {
        return planned == object;
    }
    match (planned.kind(), object.kind()) {
        (Kind::Unknown(_), _) => true,
        (Kind::List(_) | Kind::Tuple(_), Kind::List(_) | Kind::Tuple(_)) => {
            let (some, others) = (planned.as_sequence().unwrap_or_default(), object.as_sequence().unwrap_or_default());
            some.len() == others.len() && some.iter().zip(others).all(|(planned, object)| may_be(planned, object))
        }
        (Kind::Map(some) | Kind::Object(some), Kind::Map(others) | Kind::Object(others)) => {
            some.items().len() == others.items().len()
                && some
                    .items()
                    .iter()
                    .all(|(key, planned)| others.get(key).is_some_and(|object| may_be(planned, object)))
        }
        // Which of the items of a set is which can not be known.
        (Kind::Set(_), Kind::Set(_)) => true,
        _ => false,
    }
}
