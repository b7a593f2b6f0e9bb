//! What schemas say about sensitivity, applied to values.

use landform_schema::{Attribute, Block};
use landform_values::{Kind, Marks, Value};

/// The value with all attributes marked that its schema calls sensitive. Costs nothing where there are none.
pub(crate) fn with_schema_marks(value: &Value, block: &Block) -> Value {
    if !has_sensitive(block) || !value.is_known() || value.is_null() {
        return value.clone();
    }
    let mut marked = value.clone();
    for (name, attribute) in &block.attributes {
        if let Some(found) = value.get_attribute(name)
            && attribute_has_sensitive(attribute)
        {
            marked = marked.with_attribute(name, mark_attribute(found, attribute));
        }
    }
    for (name, nested) in &block.blocks {
        if let Some(found) = value.get_attribute(name)
            && has_sensitive(&nested.block)
        {
            let inside = within(found, &|object| with_schema_marks(object, &nested.block));
            marked = marked.with_attribute(name, inside);
        }
    }
    marked
}

fn mark_attribute(value: &Value, attribute: &Attribute) -> Value {
    if attribute.sensitive {
        return value.clone().with_marks(&Marks::sensitive());
    }
    let Some(nested) = &attribute.nested else { return value.clone() };
    within(value, &|object| {
        let mut marked = object.clone();
        for (name, attribute) in &nested.attributes {
            if let Some(found) = object.get_attribute(name) {
                marked = marked.with_attribute(name, mark_attribute(found, attribute));
            }
        }
        marked
    })
}

/// Each object of a collection of objects, or the one object that a value is.
fn within(value: &Value, change: &dyn Fn(&Value) -> Value) -> Value {
    match value.kind() {
        Kind::Object(_) => change(value),
        Kind::Unknown(_) | Kind::Null(_) => value.clone(),
        _ => value.map_items(change),
    }
}

fn has_sensitive(block: &Block) -> bool {
    block.attributes.values().any(attribute_has_sensitive)
        || block.blocks.values().any(|nested| has_sensitive(&nested.block))
}

fn attribute_has_sensitive(attribute: &Attribute) -> bool {
    attribute.sensitive
        || attribute.nested.as_ref().is_some_and(|nested| nested.attributes.values().any(attribute_has_sensitive))
}
