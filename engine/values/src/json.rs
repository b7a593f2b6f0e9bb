//! Values as JSON.

use crate::{PathError, Type, Value};

/// Decodes JSON text by a type. At `Type::Dynamic` the JSON is `{"type": …, "value": …}`.
pub fn decode(_json: &str, _ty: &Type) -> Result<Value, PathError> {
    Err(PathError::new("not yet"))
}

/// Encodes a wholly known, unmarked value, as if it had been converted to the type.
pub fn encode(_value: &Value, _ty: &Type) -> Result<String, PathError> {
    Err(PathError::new("not yet"))
}

/// Decodes JSON text with the types that the JSON itself implies (objects, tuples), as `jsondecode`.
pub fn decode_implied(_json: &str) -> Result<Value, PathError> {
    Err(PathError::new("not yet"))
}

/// A type as JSON: `"string"`, `["list", "string"]`, `["object", {…}]`.
pub fn encode_type(_ty: &Type) -> String {
    String::new()
}

/// The inverse of [`encode_type`].
pub fn decode_type(_json: &str) -> Result<Type, PathError> {
    Err(PathError::new("not yet"))
}
