//! Conversion and unification of types, by cty's rules.
//!
//! Whether one type converts to another is decided by the types alone ([`Conversion::between`]); applying the
//! conversion to a value may then still fail for this value. A *safe* conversion never fails and loses nothing; an
//! *unsafe* one may (`"5"` to a number, a map to an object).

mod apply;
mod defaults;
mod mismatch;
mod plan;
mod unify;

#[cfg(test)]
mod tests;

use crate::{PathError, Type, Value};

pub use apply::{homogeneous, uniform};
pub use defaults::Defaults;
pub use mismatch::mismatch_message;
pub use plan::Conversion;
pub use unify::{Unified, unify_with};

/// Whether conversions that can fail or lose something are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// Only those that cannot fail.
    Safe,
    /// All.
    Unsafe,
}

/// Converts a value to a type (a constraint: it may contain `any` and optional attributes). Unknown values keep what
/// is known of them, marks stay where they are, null stays null.
pub fn convert(value: &Value, ty: &Type) -> Result<Value, PathError> {
    if *ty == Type::Dynamic || value.has_type(ty) {
        return Ok(value.clone());
    }
    if let Some(converted) = apply::between_primitives(value, ty).or_else(|| apply::from_uniform(value, ty).map(Ok)) {
        return converted;
    }
    let from = value.ty();
    match Conversion::between(&from, ty, Safety::Unsafe) {
        Some(conversion) => conversion.apply(value),
        None => Err(PathError::new(mismatch_message(&from, ty))),
    }
}

/// The one type that all of these safely convert to, where there is one.
pub fn unify(types: &[Type]) -> Option<Type> {
    unify_with(types, Safety::Safe).map(|unified| unified.ty)
}
