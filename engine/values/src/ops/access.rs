//! Taking a value out of another: `value[key]` and `value.name`.

use crate::{Kind, Marks, Type, Value, convert, quote};

/// Why there is nothing to take: the summary and the detail of Terraform's diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessError {
    /// A fixed phrase.
    pub summary: &'static str,
    /// What is wrong, in whole sentences.
    pub detail: String,
}

impl AccessError {
    fn new(summary: &'static str, detail: impl Into<String>) -> Self {
        Self { summary, detail: detail.into() }
    }

    fn index(detail: &str) -> Self {
        Self::new("Invalid index", detail)
    }

    fn no_element(reason: &str) -> Self {
        Self::index(&format!("The given key does not identify an element in this collection value{reason}"))
    }
}

/// `collection[key]`.
pub fn index(collection: &Value, key: &Value) -> Result<Value, AccessError> {
    if collection.is_null() {
        let detail = "This value is null, so it does not have any indices.";
        return Err(AccessError::new("Attempt to index null value", detail));
    }
    if key.is_null() {
        return Err(AccessError::index("Can't use a null value as an indexing key."));
    }
    let marks = collection.marks();
    if key.has_type(&Type::Dynamic) || collection.has_type(&Type::Dynamic) {
        return Ok(Value::dynamic().with_marks(marks));
    }
    let ty = collection.as_unknown().map(|unknown| unknown.ty.clone());
    match (collection.kind(), ty) {
        (Kind::List(_) | Kind::Tuple(_), _) | (_, Some(Type::List(_) | Type::Tuple(_))) => by_number(collection, key),
        (Kind::Map(_), _) | (_, Some(Type::Map(_))) => by_key(collection, key),
        (Kind::Object(_), _) | (_, Some(Type::Object(_))) => by_name(collection, key),
        (Kind::Set(_), _) | (_, Some(Type::Set(_))) => Err(AccessError::index(
            "Elements of a set are identified only by their value and don't have any separate index or key to select \
             with, so it's only possible to perform operations across all elements of the set.",
        )),
        _ => Err(AccessError::index("This value does not have any indices.")),
    }
}

fn converted_key(key: &Value, ty: &Type) -> Result<(Value, Marks), AccessError> {
    let key = convert(key, ty).map_err(|error| AccessError::no_element(&format!(": {error}.")))?;
    Ok(key.unmark())
}

fn by_number(sequence: &Value, key: &Value) -> Result<Value, AccessError> {
    let (key, key_marks) = converted_key(key, &Type::Number)?;
    let Some(number) = key.as_number() else { return Ok(unknown_item(sequence)) };
    let position = number.to_usize();
    let both = sequence.marks().union(&key_marks);
    if let Some(items) = sequence.as_sequence() {
        if let Some(item) = position.and_then(|position| items.get(position)) {
            return Ok(item.clone().with_marks(&both));
        }
    } else {
        match sequence.as_unknown().map(|unknown| &unknown.ty) {
            Some(Type::Tuple(types)) => {
                if let Some(ty) = position.and_then(|position| types.get(position)) {
                    return Ok(Value::unknown(ty.clone()).with_marks(&both));
                }
            }
            _ => return Ok(unknown_item(sequence)),
        }
    }
    // An index at the very end is explained, one further off is not.
    let length = super::length(sequence).as_number().and_then(crate::Number::to_usize);
    Err(AccessError::no_element(if !number.is_integer() {
        ": indexing a sequence requires a whole number, but the given index has a fractional part."
    } else if number.is_negative() {
        ": a negative number is not a valid index for a sequence."
    } else if !sequence.marks().is_empty() || position != length {
        "."
    } else if length == Some(0) {
        ": the collection has no elements."
    } else {
        ": the given index is greater than or equal to the length of the collection."
    }))
}

fn by_key(map: &Value, key: &Value) -> Result<Value, AccessError> {
    let (key, key_marks) = converted_key(key, &Type::String)?;
    match (key.as_str(), map.as_mapping()) {
        (Some(key), Some(items)) => match items.get(key) {
            Some(item) => Ok(item.clone().with_marks(&map.marks().union(&key_marks))),
            None => Err(AccessError::no_element(".")),
        },
        _ => Ok(unknown_item(map)),
    }
}

fn by_name(object: &Value, key: &Value) -> Result<Value, AccessError> {
    let was_number = key.has_type(&Type::Number);
    let (key, _) = converted_key(key, &Type::String)?;
    let unknown = || Ok(Value::dynamic().with_marks(object.marks()));
    let Some(name) = key.as_str() else { return unknown() };
    // Even of what it can not have, nothing is known.
    if !object.is_known() {
        return unknown();
    }
    attribute(object, name).ok_or_else(|| {
        let hint = " An object only supports looking up attributes by name, not by numeric index.";
        AccessError::no_element(&format!(".{}", if was_number { hint } else { "" }))
    })
}

/// An item of a collection or tuple that is not known, or whose key is not.
fn unknown_item(collection: &Value) -> Value {
    let element = match collection.kind() {
        Kind::List(items) => Some(items.element().clone()),
        Kind::Map(items) => Some(items.element().clone()),
        Kind::Unknown(unknown) => unknown.ty.element().cloned(),
        _ => None,
    };
    Value::unknown(element.unwrap_or(Type::Dynamic)).with_marks(collection.marks())
}

/// An attribute of an object, known or not.
fn attribute(object: &Value, name: &str) -> Option<Value> {
    let value = match object.as_unknown().map(|unknown| &unknown.ty) {
        Some(Type::Object(ty)) => Value::unknown(ty.get(name)?.clone()),
        _ => object.get_attribute(name)?.clone(),
    };
    Some(value.with_marks(object.marks()))
}

/// `value.name`.
pub fn get_attribute(value: &Value, name: &str) -> Result<Value, AccessError> {
    if value.is_null() {
        let detail = "This value is null, so it does not have any attributes.";
        return Err(AccessError::new("Attempt to get attribute from null value", detail));
    }
    let unknown = value.as_unknown().map(|unknown| &unknown.ty);
    match (value.kind(), unknown) {
        (Kind::Object(_), _) | (_, Some(Type::Object(_))) => attribute(value, name)
            .ok_or_else(|| unsupported(&format!("This object does not have an attribute named {}.", quote(name)))),
        (Kind::Map(items), _) => match items.get(name) {
            Some(item) => Ok(item.clone().with_marks(value.marks())),
            None => {
                let detail = format!("This map does not have an element with the key {}.", quote(name));
                Err(AccessError::new("Missing map element", detail))
            }
        },
        (_, Some(Type::Map(_))) => Ok(unknown_item(value)),
        (_, Some(Type::Dynamic)) => Ok(Value::dynamic().with_marks(value.marks())),
        _ => Err(no_attributes(&value.ty(), name)),
    }
}

fn unsupported(detail: &str) -> AccessError {
    AccessError::new("Unsupported attribute", detail)
}

fn no_attributes(ty: &Type, name: &str) -> AccessError {
    match ty {
        Type::List(element) if element.as_object().is_some_and(|object| object.get(name).is_some()) => {
            unsupported(&format!(
                "Can't access attributes on a list of objects. Did you mean to access attribute {} for a specific \
                 element of the list, or across all elements of the list?",
                quote(name)
            ))
        }
        Type::List(element) if element.as_object().is_some() => unsupported(
            "Can't access attributes on a list of objects. Did you mean to access an attribute for a specific element \
             of the list, or across all elements of the list?",
        ),
        Type::Set(element) if element.as_object().is_some() => unsupported(
            "Can't access attributes on a set of objects. Did you mean to access an attribute across all elements of \
             the set?",
        ),
        ty if ty.is_primitive() => {
            unsupported(&format!("Can't access attributes on a primitive-typed value ({}).", ty.friendly_name()))
        }
        _ => unsupported("This value does not have any attributes."),
    }
}
