//! When two values of an attribute or of blocks mean the same.

use landform_values::{Kind, Number, Value};

use super::{AttributeShape, BlockShape, Shape};

/// Whether two values of an attribute mean the same. Unless `strict`, null and zero values do.
pub(crate) fn same_attribute(attribute: &AttributeShape, strict: bool, a: &Value, b: &Value) -> bool {
    if a == b {
        return true;
    }
    if !a.is_wholly_known() || !b.is_wholly_known() {
        return false;
    }
    if let (Some(same), Some(a), Some(b)) = (attribute.same, a.as_str(), b.as_str()) {
        return same(a, b);
    }
    if let (Some(normal), Some(a), Some(b)) = (attribute.normal, a.as_str(), b.as_str()) {
        return normal(a) == normal(b);
    }
    !strict && canonical(a) == canonical(b)
}

/// Whether two values of a kind of block mean the same.
pub(crate) fn same_blocks(block: &BlockShape, strict: bool, a: &Value, b: &Value) -> bool {
    if a == b {
        return true;
    }
    match (a.as_sequence(), b.as_sequence()) {
        (Some(a), Some(b)) if a.len() == b.len() => {
            if matches!(block.nesting, crate::Nesting::Set) {
                a.iter().all(|a| b.iter().any(|b| same_object(&block.shape, strict, a, b)))
                    && b.iter().all(|b| a.iter().any(|a| same_object(&block.shape, strict, a, b)))
            } else {
                a.iter().zip(b).all(|(a, b)| same_object(&block.shape, strict, a, b))
            }
        }
        (None, None) => same_object(&block.shape, strict, a, b),
        _ => false,
    }
}

/// Whether two objects of a shape mean the same.
pub(crate) fn same_object(shape: &Shape, strict: bool, a: &Value, b: &Value) -> bool {
    if a == b {
        return true;
    }
    let attributes = shape.attributes.iter().all(|attribute| {
        let (a, b) = (a.get_attribute(attribute.name), b.get_attribute(attribute.name));
        a.zip(b).is_some_and(|(a, b)| same_attribute(attribute, strict, a, b))
    });
    attributes
        && shape.blocks.iter().all(|block| {
            let (a, b) = (a.get_attribute(block.name), b.get_attribute(block.name));
            a.zip(b).is_some_and(|(a, b)| same_blocks(block, strict, a, b))
        })
}

/// Whether it is the zero value of its type: `""`, `0`, `false`, or empty.
pub(crate) fn is_zero(value: &Value) -> bool {
    match value.kind() {
        Kind::String(text) => text.is_empty(),
        Kind::Number(number) => *number == Number::from(0_i64),
        Kind::Bool(truth) => !truth,
        Kind::List(items) | Kind::Set(items) => items.items().is_empty(),
        Kind::Map(items) => items.items().is_empty(),
        _ => false,
    }
}

/// The value with null in place of every zero value.
fn canonical(value: &Value) -> Value {
    if is_zero(value) { Value::null(value.ty()) } else { value.map_items(&canonical) }
}
