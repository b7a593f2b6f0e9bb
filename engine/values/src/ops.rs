//! The language's operators on values: null, unknown and marks included.

use crate::Value;

/// `a == b`.
pub fn equal(a: &Value, b: &Value) -> Value {
    Value::from(a == b)
}
