//! Given values made to fit: what objects lack is made up, what they have too much is dropped.

use landform_lang::functions::World;
use landform_schema::{Attribute, Nesting};
use landform_values::{Kind, PathError, Step, Str, Type, Value, convert};

use super::generate;

/// The value of an attribute.
pub(super) fn attribute(given: &Value, attribute: &Attribute, world: &dyn World) -> Result<Value, PathError> {
    let Some(nested) = &attribute.nested else { return of_type(given, &attribute.ty, world) };
    if !matches!(given.ty(), Type::Object(_)) {
        let found = given.ty().friendly_name();
        return Err(PathError::new(format!("incompatible types; expected object type, found {found}")));
    }
    if !matches!(nested.nesting, Nesting::Single | Nesting::Group) {
        return Ok(generate::empty(&attribute.ty));
    }
    let parts = nested.attributes.iter().map(|(name, found)| {
        let value = match given.get_attribute(name) {
            Some(part) => {
                self::attribute(part, found, world).map_err(|error| error.inside(Step::Attribute(name.clone())))?
            }
            None => generate::attribute(found, world),
        };
        Ok((name.clone(), value))
    });
    Ok(Value::object(parts.collect::<Result<Vec<_>, PathError>>()?))
}

/// A value of a type.
fn of_type(given: &Value, ty: &Type, world: &dyn World) -> Result<Value, PathError> {
    match ty {
        Type::Object(_) => object(given, ty, world),
        Type::List(element) | Type::Set(element) | Type::Map(element) if matches!(**element, Type::Object(_)) => {
            collection(given, ty, element, world)
        }
        Type::Tuple(elements) if matches!(given.ty(), Type::Tuple(_)) => tuple(given, ty, elements, world),
        _ => convert(given, ty),
    }
}

fn incompatible(given: &Value, ty: &Type) -> PathError {
    let (expected, found) = (ty.friendly_name(), given.ty().friendly_name());
    PathError::new(format!("incompatible types; expected {expected}, found {found}"))
}

fn object(given: &Value, ty: &Type, world: &dyn World) -> Result<Value, PathError> {
    let Some(attributes) = ty.as_object() else { return Err(incompatible(given, ty)) };
    if !matches!(given.kind(), Kind::Object(_) | Kind::Map(_)) {
        return Err(incompatible(given, ty));
    }
    let parts = attributes.iter().map(|(name, ty, _)| {
        let value = match given.as_mapping().and_then(|mapping| mapping.get(name)) {
            Some(part) => of_type(part, ty, world).map_err(|error| error.inside(Step::Attribute(name.clone())))?,
            None => generate::of_type(ty, world),
        };
        Ok((name.clone(), value))
    });
    Ok(Value::object(parts.collect::<Result<Vec<_>, PathError>>()?))
}

fn collection(given: &Value, ty: &Type, element: &Type, world: &dyn World) -> Result<Value, PathError> {
    let fits = match ty {
        Type::Map(_) => matches!(given.kind(), Kind::Object(_) | Kind::Map(_)),
        _ => matches!(given.kind(), Kind::List(_) | Kind::Set(_) | Kind::Tuple(_)),
    };
    if !fits {
        return Err(incompatible(given, ty));
    }
    let filled = given.elements().map(|(key, item)| {
        let value = of_type(item, element, world).map_err(|error| error.inside(Step::Index(key.clone())))?;
        Ok((key, value))
    });
    let filled = filled.collect::<Result<Vec<(Value, Value)>, PathError>>()?;
    let values = filled.iter().map(|(_, value)| value.clone());
    Ok(match ty {
        Type::List(_) => Value::list(element.clone(), values),
        Type::Set(_) => Value::set(element.clone(), values),
        _ => {
            let named = filled.iter().filter_map(|(key, value)| Some((key.as_shared_str()?.clone(), value.clone())));
            Value::map::<Str>(element.clone(), named)
        }
    })
}

fn tuple(given: &Value, ty: &Type, elements: &[Type], world: &dyn World) -> Result<Value, PathError> {
    let items = given.as_sequence().unwrap_or_default();
    if items.len() != elements.len() {
        let (expected, found) = (ty.friendly_name(), given.ty().friendly_name());
        let message = format!(
            "incompatible types; expected {expected} with length {}, found {found} with length {}",
            elements.len(),
            items.len()
        );
        return Err(PathError::new(message));
    }
    let filled = items.iter().zip(elements).map(|(item, ty)| of_type(item, ty, world));
    Ok(Value::tuple(filled.collect::<Result<Vec<_>, PathError>>()?))
}
