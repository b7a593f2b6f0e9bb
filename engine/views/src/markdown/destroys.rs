//! What is destroyed or replaced, and why: named in every comment, however many there are.

use std::collections::BTreeMap;

use landform_plan::{Action, ActionReason, ResourceChange};

use super::escape::{code, fence};
use super::names::{Precision, grouped};
use super::room::{count, digits, joined, lines_within};
use crate::Style;
use crate::diff::symbol;
use crate::plan::cause;

/// How each is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A line each, with its own cause.
    Lines,
    /// Those with one cause together.
    Grouped(Precision),
}

/// The section with its heading; nothing where nothing is destroyed. The least precise form is not longer than `room`.
pub(super) fn text(destroyed: &[&ResourceChange], form: Form, room: usize) -> String {
    if destroyed.is_empty() {
        return String::new();
    }
    let heading = format!("\n#### Destroys and replacements ({})\n\n", digits(destroyed.len()));
    match form {
        Form::Lines => heading + &joined(destroyed.iter().map(|change| line(change)), ""),
        Form::Grouped(precision) => heading + &groups(destroyed, precision, room),
    }
}

/// The symbol of an action.
pub(super) fn sign(action: Action) -> String {
    symbol(action, &Style::default()).trim().to_owned()
}

/// The address of an object, deposed or not.
pub(super) fn name(change: &ResourceChange) -> String {
    match &change.deposed {
        Some(key) => format!("{} (deposed object {key})", change.address),
        None => change.address.to_string(),
    }
}

fn line(change: &ResourceChange) -> String {
    format!("- {} {}: {}\n", code(&sign(change.action)), code(&name(change)), code(&cause(change)))
}

fn groups(destroyed: &[&ResourceChange], precision: Precision, room: usize) -> String {
    let mut names: BTreeMap<(Action, String), Vec<String>> = BTreeMap::new();
    for change in destroyed {
        names.entry((change.action, shared_cause(change, precision))).or_default().push(name(change));
    }
    let share = room / names.len();
    let mut text = match precision {
        Precision::Single | Precision::Complete => String::new(),
        Precision::Distinct => {
            "A star stands for the rest of a name, which no other in the same list begins like.\n\n".into()
        }
        Precision::Counted => {
            "These have too many names for a comment. All are in the saved plan: `landform show PLAN`.\n\n".into()
        }
    };
    for ((action, cause), names) in names {
        let listed = lines_within(&grouped(&names, precision), share.saturating_sub(400), "resource");
        text.push_str(&format!(
            "{} {}: {}\n{}",
            code(&sign(action)),
            count(names.len(), "object"),
            code(&cause),
            fence("text", &listed)
        ));
    }
    text
}

/// A cause that many have: without the key or the name of each.
fn shared_cause(change: &ResourceChange, precision: Precision) -> String {
    let shared = match change.reason {
        _ if change.deposed.is_some() => return cause(change),
        Some(ActionReason::DeleteBecauseCountIndex) => "the index is out of range for count",
        Some(ActionReason::DeleteBecauseEachKey) => "the key is not in for_each map",
        Some(ActionReason::DeleteBecauseNoModule) => "the module instance is not in configuration",
        Some(ActionReason::DeleteBecauseNoMoveTarget) => "moved to here, which is not in configuration",
        Some(ActionReason::ReplaceByTriggers) if precision > Precision::Complete => "changes in replace_triggered_by",
        Some(ActionReason::ReplaceBecauseCannotUpdate) | None
            if precision > Precision::Complete && change.action.is_replace() =>
        {
            "what changes can not be changed in place"
        }
        _ => return cause(change),
    };
    shared.to_owned()
}
