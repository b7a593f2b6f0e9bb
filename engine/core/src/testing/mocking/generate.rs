//! Values that are made up.

use landform_lang::functions::World;
use landform_schema::{Attribute, NestedAttributes, Nesting};
use landform_values::{Number, Str, Type, Value};

/// A value that an attribute may have: texts are random, all else is empty.
pub(super) fn attribute(attribute: &Attribute, world: &dyn World) -> Value {
    match &attribute.nested {
        Some(nested) => nested_attributes(nested, &attribute.ty, world),
        None => of_type(&attribute.ty, world),
    }
}

fn nested_attributes(nested: &NestedAttributes, ty: &Type, world: &dyn World) -> Value {
    match nested.nesting {
        Nesting::Single | Nesting::Group => {
            Value::object(nested.attributes.iter().map(|(name, found)| (name.clone(), attribute(found, world))))
        }
        _ => empty(ty),
    }
}

/// A value of a type.
pub(super) fn of_type(ty: &Type, world: &dyn World) -> Value {
    match ty {
        Type::String => Value::string(text(world)),
        Type::Number => Value::number(Number::from(0_i64)),
        Type::Bool => Value::from(false),
        Type::Object(attributes) => {
            Value::object(attributes.iter().map(|(name, ty, _)| (name.clone(), of_type(ty, world))))
        }
        // Nobody knows what would fit, and a null is at least told of as one.
        Type::Dynamic => Value::null(Type::Dynamic),
        _ => empty(ty),
    }
}

/// A collection without elements.
pub(super) fn empty(ty: &Type) -> Value {
    match ty {
        Type::List(element) => Value::list((**element).clone(), []),
        Type::Set(element) => Value::set((**element).clone(), []),
        Type::Map(element) => Value::map::<Str>((**element).clone(), []),
        _ => Value::null(ty.clone()),
    }
}

const CHARACTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

fn text(world: &dyn World) -> String {
    let mut bytes = [0_u8; 8];
    world.random(&mut bytes);
    bytes.iter().map(|byte| char::from(CHARACTERS[usize::from(*byte) % CHARACTERS.len()])).collect()
}
