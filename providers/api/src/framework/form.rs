//! The form in which a value is planned and stored, whatever form it was given in.

use landform_values::{Number, Type, Value};

use super::{AttributeShape, Shape};

/// The value in the normal form of the attribute. In the objects of an attribute that consists of objects, what is not
/// said becomes the default or, unless `strict`, the zero value of its type: as the older types of public providers
/// store it.
pub(crate) fn stored_form(attribute: &AttributeShape, strict: bool, value: &Value) -> Value {
    if value.is_null() || !value.is_known() {
        return value.clone();
    }
    match (&attribute.nested, attribute.normal, value.as_str()) {
        (Some(shape), ..) if attribute.ty.as_object().is_some() => stored_object(shape, strict, value),
        (Some(shape), ..) => value.map_items(&|item| stored_object(shape, strict, item)),
        (None, Some(normal), Some(text)) => Value::string(normal(text)),
        _ => value.clone(),
    }
}

fn stored_object(shape: &Shape, strict: bool, object: &Value) -> Value {
    if object.is_null() || !object.is_known() {
        return object.clone();
    }
    let attributes = shape.attributes.iter().map(|attribute| {
        let given = object.get_attribute(attribute.name).filter(|given| !given.is_null());
        let value = match (given, &attribute.default) {
            (Some(given), _) => stored_form(attribute, strict, given),
            (None, Some(default)) => default.clone(),
            (None, None) if strict => Value::null(attribute.ty.clone()),
            (None, None) => zero(&attribute.ty),
        };
        (attribute.name, value)
    });
    Value::object(attributes.collect::<Vec<_>>())
}

/// `""`, `0`, `false`, or empty; null for types that have no such value.
fn zero(ty: &Type) -> Value {
    match ty {
        Type::String => Value::string(""),
        Type::Number => Value::number(Number::from(0_i64)),
        Type::Bool => Value::from(false),
        Type::List(element) => Value::list((**element).clone(), []),
        Type::Set(element) => Value::set((**element).clone(), []),
        Type::Map(element) => Value::map((**element).clone(), std::iter::empty::<(&str, Value)>()),
        other => Value::null(other.clone()),
    }
}
