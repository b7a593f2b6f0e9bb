//! The first lines: what a plan comes to, in numbers.

use landform_plan::{Action, CheckStatus, Mode, Plan, ResourceChange};

use super::destroys::sign;
use super::escape::{code, shortened};
use super::room::{count, digits};
use crate::json::ui::{ChangeCounts, Summary};

/// The title.
pub(super) fn title(name: &str) -> String {
    format!("### Landform plan: {}\n\n", code(&shortened(name, 400)))
}

/// What could not be planned.
pub(super) fn failure(errors: usize, plan: Option<&Plan>) -> String {
    let rest = if plan.is_some() { " What follows was planned before." } else { "" };
    format!("> [!CAUTION]\n> **Planning failed** with {}.{rest}\n\n", count(errors, "error"))
}

/// The counts, and a line for each kind of action.
pub(super) fn summary(plan: &Plan, shown: &[&ResourceChange], drifted: usize) -> String {
    let outputs = plan.output_changes.values().filter(|change| change.action != Action::NoOp).count();
    let mut text = sentence(plan, shown, outputs);
    let destroyed = shown.iter().filter(|change| change.action.destroys()).count();
    if destroyed > 0 {
        let verb = if destroyed == 1 { "is" } else { "are" };
        text.push_str(&format!("> [!WARNING]\n> {} {verb} destroyed or replaced.\n\n", count(destroyed, "object")));
    }
    for (action, what) in KINDS {
        let number = shown.iter().filter(|change| change.action == action).count();
        if number > 0 {
            text.push_str(&format!("- {} {} to {what}\n", code(&sign(action)), digits(number)));
        }
    }
    let moved = shown.iter().filter(|change| change.moved()).count();
    let imported = shown.iter().filter(|change| change.importing.is_some()).count();
    let failed = plan.checks.iter().filter(|check| is_failed(check.status)).count();
    let others = [
        (moved, "moved in state"),
        (imported, "to import"),
        (drifted, "changed outside since the last apply"),
        (outputs, if outputs == 1 { "output changes" } else { "outputs change" }),
        (plan.deferred.len(), "put off to a later plan"),
        (failed, if failed == 1 { "check does not hold" } else { "checks do not hold" }),
    ];
    for (number, what) in others.into_iter().filter(|(number, _)| *number > 0) {
        text.push_str(&format!("- {} {what}\n", digits(number)));
    }
    text
}

/// Whether a check found something wrong.
pub(super) fn is_failed(status: CheckStatus) -> bool {
    matches!(status, CheckStatus::Fail | CheckStatus::Error)
}

/// Actions in the order of their weight.
const KINDS: [(Action, &str); 8] = [
    (Action::Delete, "destroy"),
    (Action::DeleteThenCreate, "replace: destroyed, then created"),
    (Action::CreateThenDelete, "replace: created, then destroyed"),
    (Action::CreateThenForget, "replace: created; the old ones stay, and are no longer managed"),
    (Action::Forget, "forget: they stay, and are no longer managed"),
    (Action::Update, "update in place"),
    (Action::Create, "create"),
    (Action::Read, "read during apply"),
];

fn sentence(plan: &Plan, shown: &[&ResourceChange], outputs: usize) -> String {
    let restricted = if plan.targeted { " The plan is restricted with `-target` or `-exclude`." } else { "" };
    if !shown.is_empty() {
        return format!("**{}**{restricted}\n\n", ChangeCounts::planned(plan).text(Summary::Plan));
    }
    if plan.errored {
        return String::new();
    }
    let text = match plan.mode {
        _ if outputs > 0 => "**No changes to objects**; outputs change.",
        Mode::RefreshOnly if plan.applyable => {
            "**State is brought in line with real objects.** These stay as they are."
        }
        Mode::Destroy => "**No changes.** There is nothing to destroy.",
        _ if !plan.deferred.is_empty() => "**No changes yet.** This plan requires another plan to be applied first.",
        _ => "**No changes.** The infrastructure matches the configuration.",
    };
    format!("{text}{restricted}\n\n")
}
