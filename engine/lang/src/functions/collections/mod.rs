//! Lists, sets, maps, tuples and objects.

mod choice;
mod lists;
mod maps;
mod queries;
mod sets;
mod sums;

use std::collections::HashSet;

use landform_values::convert::homogeneous;
use landform_values::{Kind, Type, Value, json};

use super::call::FunctionError;
use super::entry::Function;

pub(super) fn functions() -> Vec<Function> {
    let families = [
        choice::functions(),
        lists::functions(),
        maps::functions(),
        queries::functions(),
        sets::functions(),
        sums::functions(),
    ];
    families.into_iter().flatten().collect()
}

/// Most items that a function makes out of fewer.
const MOST_ITEMS: usize = 1 << 22;

/// A list, set or tuple type.
fn is_sequence(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_))
}

/// Items of one collection, and their type where the wanted one leaves it open.
fn of_one_type(items: Vec<Value>, wanted: &Type) -> Result<(Type, Vec<Value>), FunctionError> {
    homogeneous(items, wanted, wanted).ok_or_else(|| FunctionError::new("all elements must have the same type"))
}

/// Values seen so far, found in constant time. They are wholly known, without marks and of one type.
#[derive(Default)]
struct Seen {
    keys: HashSet<String>,
    /// Values that have no JSON.
    others: Vec<Value>,
}

impl Seen {
    /// Remembers a value; whether it is new.
    fn insert(&mut self, value: &Value) -> bool {
        match key(value) {
            Some(key) => self.keys.insert(key),
            None if self.others.contains(value) => false,
            None => {
                self.others.push(value.clone());
                true
            }
        }
    }

    fn remember(&mut self, value: &Value) {
        self.insert(value);
    }

    fn contains(&self, value: &Value) -> bool {
        match key(value) {
            Some(key) => self.keys.contains(&key),
            None => self.others.contains(value),
        }
    }
}

/// A text that equal values share.
fn key(value: &Value) -> Option<String> {
    if value.is_null() {
        return Some("null".into());
    }
    // The negative of zero is equal to zero, but is not written so.
    match value.kind() {
        Kind::Number(number) if number.is_zero() => Some("0".into()),
        _ => json::encode(value, &value.ty()).ok(),
    }
}
