//! Equality and order.

use std::cmp::Ordering;

use super::{Operands, OperationError, truth};
use crate::refine::Bound;
use crate::{Kind, Mapping, Number, Sequence, Type, Unknown, Value};

/// `a == b`: values of different types are never equal, except null, which equals null of any type. Carries the marks
/// of everything in both.
pub fn equal(a: &Value, b: &Value) -> Value {
    if let (Kind::Number(left), Kind::Number(right)) = (a.kind(), b.kind())
        && a.marks().is_empty()
        && b.marks().is_empty()
    {
        return Value::from(left == right);
    }
    let marks = a.all_marks().union(&b.all_marks());
    if marks.is_empty() {
        return truth(equality(a, b));
    }
    let ((a, _), (b, _)) = (a.clone().unmark_deep(), b.clone().unmark_deep());
    truth(equality(&a, &b)).with_marks(&marks)
}

/// `a != b`.
pub fn not_equal(a: &Value, b: &Value) -> Value {
    let equal = equal(a, b);
    truth(equal.as_bool().map(|equal| !equal)).with_marks(equal.marks())
}

/// `a < b`.
pub fn less(a: &Value, b: &Value) -> Result<Value, OperationError> {
    compare(a, b, before)
}

/// `a <= b`.
pub fn less_or_equal(a: &Value, b: &Value) -> Result<Value, OperationError> {
    compare(a, b, |a, b| either(before(a, b), || equality(a, b)))
}

/// `a > b`.
pub fn greater(a: &Value, b: &Value) -> Result<Value, OperationError> {
    compare(a, b, |a, b| before(b, a))
}

/// `a >= b`.
pub fn greater_or_equal(a: &Value, b: &Value) -> Result<Value, OperationError> {
    compare(a, b, |a, b| either(before(b, a), || equality(a, b)))
}

fn compare(a: &Value, b: &Value, decide: fn(&Value, &Value) -> Option<bool>) -> Result<Value, OperationError> {
    let Operands { left, right, marks } = Operands::of(a, b, &Type::Number)?;
    Ok(truth(decide(&left, &right)).with_marks(&marks))
}

fn either(first: Option<bool>, second: impl FnOnce() -> Option<bool>) -> Option<bool> {
    match first {
        Some(true) => Some(true),
        first => match (first, second()) {
            (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
    }
}

/// Whether a number is below another, if their bounds tell.
fn before(a: &Value, b: &Value) -> Option<bool> {
    if let (Some(a), Some(b)) = (a.as_number(), b.as_number()) {
        return Some(a.compare(b) == Ordering::Less);
    }
    let ((a_min, a_max), (b_min, b_max)) = (a.number_bounds(), b.number_bounds());
    let beyond = |low: &Bound, high: &Bound| match (low, high) {
        (Some((low, _)), Some((high, _))) => low.compare(high) == Ordering::Less,
        _ => false,
    };
    if beyond(&a_max, &b_min) {
        Some(true)
    } else if beyond(&b_max, &a_min) {
        Some(false)
    } else {
        None
    }
}

/// Whether two unmarked values are equal; `None` when what is unknown decides.
fn equality(a: &Value, b: &Value) -> Option<bool> {
    match (a.kind(), b.kind()) {
        (Kind::Null(_), _) if b.is_surely_not_null() => Some(false),
        (_, Kind::Null(_)) if a.is_surely_not_null() => Some(false),
        (Kind::Null(_), Kind::Null(_)) => Some(true),
        (Kind::Unknown(_), Kind::Unknown(_)) => None,
        (Kind::Unknown(unknown), _) => unknown_equality(unknown, a, b),
        (_, Kind::Unknown(unknown)) => unknown_equality(unknown, b, a),
        _ if a.is_wholly_known() && b.is_wholly_known() => Some(a == b),
        _ => partly_known_equality(a, b),
    }
}

/// Compares an unknown value with a known one.
fn unknown_equality(unknown: &Unknown, a: &Value, b: &Value) -> Option<bool> {
    let ty = b.ty();
    if !b.is_null() && (!ty.conforms_to(&unknown.ty) || !within_bounds(a, b)) {
        return Some(false);
    }
    if b.is_null() || unknown.ty.has_dynamic() || ty == unknown.ty { None } else { Some(false) }
}

/// Whether a known value can be what an unknown one of the same type becomes.
fn within_bounds(unknown: &Value, known: &Value) -> bool {
    let number_within = |number: &Number| {
        let (min, max) = unknown.number_bounds();
        let above = min.is_none_or(|(min, allowed)| match number.compare(&min) {
            Ordering::Less => false,
            Ordering::Equal => allowed,
            Ordering::Greater => true,
        });
        let below = max.is_none_or(|(max, allowed)| match number.compare(&max) {
            Ordering::Less => true,
            Ordering::Equal => allowed,
            Ordering::Greater => false,
        });
        above && below
    };
    match known.kind() {
        Kind::String(text) => text.starts_with(unknown.known_prefix()),
        Kind::Number(number) => number_within(number),
        Kind::List(_) | Kind::Set(_) | Kind::Map(_) => {
            let ((min, max), (least, most)) = (unknown.length_bounds(), known.length_bounds());
            most >= min && least <= max
        }
        _ => true,
    }
}

/// Compares known values that have something unknown within.
fn partly_known_equality(a: &Value, b: &Value) -> Option<bool> {
    let (a_type, b_type) = (a.ty(), b.ty());
    if a_type != b_type {
        let open = !has_definite_type(a) || !has_definite_type(b);
        let may_agree = a_type.conforms_to(&b_type) || b_type.conforms_to(&a_type);
        return if open && may_agree { None } else { Some(false) };
    }
    if !has_definite_type(a) || !has_definite_type(b) {
        return None;
    }
    match (a.kind(), b.kind()) {
        (Kind::Object(a), Kind::Object(b)) | (Kind::Map(a), Kind::Map(b)) => mapping_equality(a, b),
        (Kind::Tuple(a), Kind::Tuple(b)) | (Kind::List(a), Kind::List(b)) => sequence_equality(a, b),
        (Kind::Set(a), Kind::Set(b)) => set_equality(a, b),
        _ => Some(a == b),
    }
}

/// Whether nothing within is unknown down to its type.
fn has_definite_type(value: &Value) -> bool {
    match value.kind() {
        Kind::Unknown(unknown) => unknown.ty != Type::Dynamic,
        _ if value.is_wholly_known() => true,
        _ => value.elements().all(|(_, item)| has_definite_type(item)),
    }
}

fn sequence_equality(a: &Sequence, b: &Sequence) -> Option<bool> {
    if a.items().len() != b.items().len() {
        return Some(false);
    }
    // The first item that is not surely equal decides, as in cty.
    let unequal = a.items().iter().zip(b.items()).map(|(a, b)| equality(a, b)).find(|equal| *equal != Some(true));
    unequal.unwrap_or(Some(true))
}

fn mapping_equality(a: &Mapping, b: &Mapping) -> Option<bool> {
    let names = |mapping: &Mapping| mapping.items().iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    if a.items().len() != b.items().len() || names(a) != names(b) {
        return Some(false);
    }
    let mut result = Some(true);
    for ((_, a), (_, b)) in a.items().iter().zip(b.items()) {
        match equality(a, b) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}

fn set_equality(a: &Sequence, b: &Sequence) -> Option<bool> {
    if a.items().iter().chain(b.items()).any(|item| !item.is_known()) {
        return None;
    }
    let includes = |set: &Sequence, item: &Value| set.items().iter().any(|other| equality(item, other) == Some(true));
    let same = a.items().iter().all(|item| includes(b, item)) && b.items().iter().all(|item| includes(a, item));
    Some(same)
}
