//! The language's operators on values: null, unknown and marks included.
//!
//! Operands are converted first, as the language does (`"5" + 1` is 6). The results carry the marks of both operands.
//! What the messages say is Terraform's; to place them in a diagnostic is the evaluator's job.

mod access;
mod compare;
mod template;

#[cfg(test)]
mod tests;

use crate::{Marks, Number, NumberError, PathError, Type, Value, convert};

pub use access::{AccessError, get_attribute, index};
pub use compare::{equal, greater, greater_or_equal, less, less_or_equal, not_equal};
pub use template::{Template, TemplateError, unknown_choice};

/// Why an operator has no result.
#[derive(Clone, Debug, PartialEq)]
pub enum OperationError {
    /// "Invalid operand": operands of the wrong type, with the reason for each.
    Operands {
        /// Of the left operand, or the only one.
        left: Option<PathError>,
        /// Of the right operand.
        right: Option<PathError>,
    },
    /// "Operation failed", and why.
    Failed(&'static str),
}

const NULL_OPERAND: OperationError = OperationError::Failed("argument must not be null");

/// Two operands of a type, unmarked and not null, and their marks.
struct Operands {
    left: Value,
    right: Value,
    marks: Marks,
}

impl Operands {
    fn of(left: &Value, right: &Value, ty: &Type) -> Result<Self, OperationError> {
        let (left, right) = match (convert(left, ty), convert(right, ty)) {
            (Ok(left), Ok(right)) => (left, right),
            (left, right) => return Err(OperationError::Operands { left: left.err(), right: right.err() }),
        };
        if left.is_null() || right.is_null() {
            return Err(NULL_OPERAND);
        }
        let ((left, left_marks), (right, right_marks)) = (left.unmark(), right.unmark());
        Ok(Self { left, right, marks: left_marks.union(&right_marks) })
    }
}

fn operand(value: &Value, ty: &Type) -> Result<(Value, Marks), OperationError> {
    let value = convert(value, ty).map_err(|error| OperationError::Operands { left: Some(error), right: None })?;
    if value.is_null() { Err(NULL_OPERAND) } else { Ok(value.unmark()) }
}

fn arithmetic(
    left: &Value,
    right: &Value,
    compute: fn(&Number, &Number) -> Result<Number, NumberError>,
    undefined: &'static str,
) -> Result<Value, OperationError> {
    let of_numbers = |left: &Number, right: &Number| match compute(left, right) {
        Ok(number) => Ok(Value::number(number)),
        Err(NumberError::Undefined) => Err(OperationError::Failed(undefined)),
        Err(NumberError::OutOfRange) => Err(OperationError::Failed("the result is out of range")),
    };
    if let (Some(a), Some(b)) = (left.as_number(), right.as_number())
        && left.marks().is_empty()
        && right.marks().is_empty()
    {
        return of_numbers(a, b);
    }
    let Operands { left, right, marks } = Operands::of(left, right, &Type::Number)?;
    let result = match (left.as_number(), right.as_number()) {
        (Some(left), Some(right)) => of_numbers(left, right)?,
        _ => Value::unknown_not_null(Type::Number),
    };
    Ok(result.with_marks(&marks))
}

/// `left + right`.
pub fn add(left: &Value, right: &Value) -> Result<Value, OperationError> {
    arithmetic(left, right, Number::add, "can't compute sum of opposing infinities")
}

/// `left - right`.
pub fn subtract(left: &Value, right: &Value) -> Result<Value, OperationError> {
    arithmetic(left, right, Number::sub, "can't subtract infinity from itself")
}

/// `left * right`.
pub fn multiply(left: &Value, right: &Value) -> Result<Value, OperationError> {
    arithmetic(left, right, Number::mul, "can't multiply zero by infinity")
}

/// `left / right`. Division of another number by zero is an infinity.
pub fn divide(left: &Value, right: &Value) -> Result<Value, OperationError> {
    arithmetic(left, right, Number::div, "can't divide zero by zero or infinity by infinity")
}

/// `left % right`.
pub fn modulo(left: &Value, right: &Value) -> Result<Value, OperationError> {
    arithmetic(left, right, Number::rem, "can't use modulo with zero and infinity")
}

/// `-value`.
pub fn negate(value: &Value) -> Result<Value, OperationError> {
    let (value, marks) = operand(value, &Type::Number)?;
    let result = match value.as_number() {
        Some(number) => Value::number(number.neg()),
        None => Value::unknown_not_null(Type::Number),
    };
    Ok(result.with_marks(&marks))
}

/// `!value`.
pub fn not(value: &Value) -> Result<Value, OperationError> {
    if let (Some(truth), true) = (value.as_bool(), value.marks().is_empty()) {
        return Ok(Value::from(!truth));
    }
    let (value, marks) = operand(value, &Type::Bool)?;
    Ok(truth(value.as_bool().map(|truth| !truth)).with_marks(&marks))
}

/// `left && right`. Unknown as soon as one is unknown, as in Terraform 1.11.
pub fn and(left: &Value, right: &Value) -> Result<Value, OperationError> {
    let Operands { left, right, marks } = Operands::of(left, right, &Type::Bool)?;
    let both = left.as_bool().zip(right.as_bool()).map(|(left, right)| left && right);
    Ok(truth(both).with_marks(&marks))
}

/// `left || right`. Unknown as soon as one is unknown, as in Terraform 1.11.
pub fn or(left: &Value, right: &Value) -> Result<Value, OperationError> {
    let Operands { left, right, marks } = Operands::of(left, right, &Type::Bool)?;
    let either = left.as_bool().zip(right.as_bool()).map(|(left, right)| left || right);
    Ok(truth(either).with_marks(&marks))
}

/// A boolean, unknown but not null when it cannot be told.
fn truth(truth: Option<bool>) -> Value {
    truth.map_or_else(|| Value::unknown_not_null(Type::Bool), Value::from)
}

/// The length of a collection, tuple or object that is not null: unknown within bounds where items are unknown.
/// Marks of the value itself stay.
pub fn length(value: &Value) -> Value {
    let length = match (value.kind(), value.as_unknown().map(|unknown| &unknown.ty)) {
        (crate::Kind::Set(items), _) if items.items().len() > 1 && !value.is_wholly_known() => {
            let (min, max) = (Number::ONE, Number::from(items.items().len()));
            Value::unknown_not_null(Type::Number).refine_range(Some((min, true)), Some((max, true)))
        }
        (_, Some(Type::Tuple(items))) => Value::number(items.len()),
        (_, Some(Type::Object(object))) => Value::number(object.len()),
        (_, Some(_)) => {
            let (min, max) = value.length_bounds();
            let max = Number::from(max.min(i64::MAX as u64));
            Value::unknown_not_null(Type::Number).refine_range(Some((min.into(), true)), Some((max, true)))
        }
        _ => Value::number(value.length().unwrap_or_default()),
    };
    length.with_marks(value.marks())
}
