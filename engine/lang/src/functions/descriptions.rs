//! What functions and parameters are for, as `metadata functions -json` has it: Markdown.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A line for each function, `name TAB text`, and for parameters that need one, `name.parameter TAB text`.
static TEXTS: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| include_str!("descriptions.txt").lines().filter_map(|line| line.split_once('\t')).collect());

/// The description of a function; of a parameter by `function.parameter`.
pub(super) fn describe(name: &str) -> Option<&'static str> {
    TEXTS.get(name).copied()
}
