//! Conversion and unification of types.

use crate::{PathError, Type, Value};

/// Converts a value to a type (a constraint: it may contain `any` and optional attributes).
pub fn convert(value: &Value, ty: &Type) -> Result<Value, PathError> {
    if value.ty() == *ty || *ty == Type::Dynamic {
        Ok(value.clone())
    } else {
        Err(PathError::new(format!("{} required", ty.friendly_name())))
    }
}

/// The one type that all of these convert to, where there is one.
pub fn unify(types: &[Type]) -> Option<Type> {
    types.first().cloned()
}
