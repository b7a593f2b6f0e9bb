//! How much a call may make. Terraform has no such limits: it runs until memory or patience end.

use landform_values::{Kind, Value};

use super::call::FunctionError;

/// The longest text, in bytes.
pub(crate) const LONGEST: usize = 1 << 28;

/// How many elements aliases of a document may stand for.
pub(super) const MOST_ALIASED: usize = 10_000_000;

/// The highest cost of `bcrypt`. Each step doubles the time: this one takes some ten seconds, and 31 more than a day.
pub(super) const HIGHEST_COST: i64 = 18;

/// What is said of a text that would be longer than [`LONGEST`].
pub(crate) fn longer_than_allowed() -> String {
    format!("the result would be longer than {LONGEST} bytes")
}

pub(super) fn too_long() -> FunctionError {
    FunctionError::new(longer_than_allowed())
}

/// Refuses a value whose texts and elements, each time they occur, are together more than a text may have. What is
/// shared in memory is written out each time.
pub(super) fn check_written(value: &Value) -> Result<(), FunctionError> {
    let mut size = 0_usize;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        size = size.saturating_add(match value.kind() {
            Kind::String(text) => text.len(),
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => {
                open.extend(items.items());
                items.items().len()
            }
            Kind::Map(items) | Kind::Object(items) => {
                open.extend(items.items().iter().map(|(_, item)| item));
                items.items().iter().map(|(name, _)| name.len() + 1).sum()
            }
            _ => 0,
        });
        if size > LONGEST {
            return Err(too_long());
        }
    }
    Ok(())
}
