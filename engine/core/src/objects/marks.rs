//! Sensitive parts of objects: those the schema names and those that flowed in.

use landform_schema::{Attribute, Block, NestedAttributes, Nesting};
use landform_values::{Kind, Marks, Path, Step, Value};

/// Marks the attributes that the schema calls sensitive, and the given paths besides.
pub(crate) fn mark_sensitive(schema: &Block, object: Value, paths: &[Path]) -> Value {
    let object = if has_sensitive(schema) { mark_block(schema, &object) } else { object };
    paths.iter().fold(object, |object, path| mark_at(&object, path, &Marks::sensitive()))
}

/// Marks what a path leads to; a path that leads nowhere any more marks nothing.
pub(crate) fn mark_at(value: &Value, path: &Path, marks: &Marks) -> Value {
    mark_steps(value, &path.0, marks)
}

/// Whether any attribute within is sensitive.
fn has_sensitive(schema: &Block) -> bool {
    schema.attributes.values().any(attribute_has_sensitive)
        || schema.blocks.values().any(|nested| has_sensitive(&nested.block))
}

fn attribute_has_sensitive(attribute: &Attribute) -> bool {
    attribute.sensitive
        || attribute.nested.as_ref().is_some_and(|nested| nested.attributes.values().any(attribute_has_sensitive))
}

fn mark_block(schema: &Block, object: &Value) -> Value {
    if object.is_null() || !object.is_known() {
        return object.clone();
    }
    let mut object = object.clone();
    for (name, attribute) in schema.attributes.iter().filter(|(_, attribute)| attribute_has_sensitive(attribute)) {
        if let Some(value) = object.get_attribute(name) {
            let marked = mark_attribute(attribute, value);
            object = object.with_attribute(name, marked);
        }
    }
    for (name, nested) in schema.blocks.iter().filter(|(_, nested)| has_sensitive(&nested.block)) {
        if let Some(value) = object.get_attribute(name) {
            let marked = within(nested.nesting, value, &|value| mark_block(&nested.block, value));
            object = object.with_attribute(name, marked);
        }
    }
    object
}

fn mark_attribute(attribute: &Attribute, value: &Value) -> Value {
    if attribute.sensitive {
        return value.clone().with_marks(&Marks::sensitive());
    }
    match &attribute.nested {
        Some(nested) => within(nested.nesting, value, &|value| mark_attributes(nested, value)),
        None => value.clone(),
    }
}

fn mark_attributes(nested: &NestedAttributes, object: &Value) -> Value {
    if object.is_null() || !object.is_known() {
        return object.clone();
    }
    nested.attributes.iter().fold(object.clone(), |object, (name, attribute)| match object.get_attribute(name) {
        Some(value) => {
            let marked = mark_attribute(attribute, value);
            object.with_attribute(name, marked)
        }
        None => object,
    })
}

fn within(nesting: Nesting, value: &Value, mark: &dyn Fn(&Value) -> Value) -> Value {
    match nesting {
        Nesting::Single | Nesting::Group => mark(value),
        _ => value.map_items(mark),
    }
}

fn mark_steps(value: &Value, steps: &[Step], marks: &Marks) -> Value {
    let Some((step, rest)) = steps.split_first() else { return value.clone().with_marks(marks) };
    if matches!(value.kind(), Kind::Set(_)) {
        return value.clone().with_marks(marks);
    }
    let wanted = match step {
        Step::Attribute(name) => Value::from(name.clone()),
        Step::Index(key) => key.clone(),
    };
    if value.get_element(&wanted).is_none() {
        return value.clone();
    }
    let position = value.elements().position(|(key, _)| key == wanted);
    let counter = std::cell::Cell::new(0);
    value.map_items(&|item| {
        let index = counter.replace(counter.get() + 1);
        if Some(index) == position { mark_steps(item, rest, marks) } else { item.clone() }
    })
}

/// Paths of sensitive values, as state and plans store them.
pub(crate) fn sensitive_paths(object: &Value) -> Vec<Path> {
    object.marked_paths().into_iter().filter(|(_, marks)| marks.is_sensitive()).map(|(path, _)| path).collect()
}
