//! What stands above a change.

use landform_addrs::{InstanceKey, ResourceInstance};
use landform_plan::{Action, ActionReason, PlannedImport, ResourceChange};

use super::Cause;
use crate::Style;

/// Codes for colours; all empty where there are none.
struct Codes {
    bold: &'static str,
    red: &'static str,
    yellow: &'static str,
    reset: &'static str,
}

const COLORS: Codes = Codes { bold: "\x1b[1m", red: "\x1b[31m", yellow: "\x1b[33m", reset: "\x1b[0m" };
const NO_COLORS: Codes = Codes { bold: "", red: "", yellow: "", reset: "" };

/// Lines that begin with `#`, with their line breaks.
pub(super) fn render(change: &ResourceChange, cause: Cause, style: &Style) -> String {
    let codes = if style.color { &COLORS } else { &NO_COLORS };
    let reset = codes.reset;
    let mut text = headline(change, cause, codes);
    text.push_str(&reason(change));
    if change.deposed.is_some() && change.action == Action::Delete {
        text.push_str("\n  # (left over from a partially-failed replacement of this instance)");
    }
    text.push('\n');
    if change.moved() && change.action != Action::NoOp {
        text.push_str(&format!("  # {reset}(moved from {})\n", change.previous_address));
    }
    if let Some(by) = change.importing.as_ref().filter(|_| change.action != Action::NoOp) {
        let from = match by {
            PlannedImport::Identity(_) => format!("identity {by}"),
            PlannedImport::Unknown | PlannedImport::Id(_) => format!("\"{by}\""),
        };
        text.push_str(&format!("  # {reset}(imported from {from})\n"));
        if change.action.destroys() {
            let yellow = codes.yellow;
            text.push_str(&format!("  # {reset}{yellow}Warning: this will destroy the imported resource{reset}\n"));
        }
    }
    for note in &change.notes {
        text.push_str(&format!("  # {reset}({note})\n"));
    }
    text + reset
}

/// The address and what happens to it.
fn headline(change: &ResourceChange, cause: Cause, codes: &Codes) -> String {
    let Codes { bold, red, reset, .. } = codes;
    let address = match &change.deposed {
        Some(key) => format!("{} (deposed object {key})", change.address),
        None => change.address.to_string(),
    };
    let what = match (change.action, cause) {
        (Action::Create, _) => "will be created".to_owned(),
        (Action::Read, _) => "will be read during apply".to_owned(),
        (Action::Update, Cause::Planned) => "will be updated in-place".to_owned(),
        (Action::Update, Cause::Drift) => "has changed".to_owned(),
        (Action::Delete, Cause::Planned) => format!("will be {bold}{red}destroyed{reset}"),
        (Action::Delete, Cause::Drift) => "has been deleted".to_owned(),
        (Action::Forget, _) => return forgetting(change, &address, codes),
        (Action::CreateThenForget, _) => {
            return format!(
                "{bold} # {address}{reset} must be replaced, but the existing object will not be destroyed\n # (destroy = \
                 false is set in the configuration)"
            );
        }
        (Action::DeleteThenCreate | Action::CreateThenDelete, _) => replacement(change, codes),
        (Action::NoOp, _) if change.moved() => {
            return format!("{bold}  # {}{reset} has moved to {bold}{address}{reset}", change.previous_address);
        }
        (Action::NoOp, _) if !change.generated_config.is_empty() => {
            format!("will be imported\n  #{reset} (config will be generated)")
        }
        (Action::NoOp, _) => "will be imported".to_owned(),
    };
    format!("{bold}  # {address}{reset} {what}")
}

fn forgetting(change: &ResourceChange, address: &str, codes: &Codes) -> String {
    let Codes { bold, red, reset, .. } = codes;
    let (what, why) = match &change.deposed {
        Some(_) => (
            "will be removed from Landform state",
            format!("\n{bold} # (left over from a partially-failed replacement of this instance)"),
        ),
        None => ("will no longer be managed by Landform", String::new()),
    };
    format!(
        "{bold} # {address}{reset} {what}, but {bold}{red}will not be destroyed{reset}{why}\n # (destroy = false is set in \
         the configuration)"
    )
}

fn replacement(change: &ResourceChange, codes: &Codes) -> String {
    let Codes { bold, red, reset, .. } = codes;
    let replaced = format!("{bold}{red}replaced{reset}");
    match change.reason {
        Some(ActionReason::ReplaceBecauseTainted) => format!("is tainted, so must be {replaced}"),
        Some(ActionReason::ReplaceByRequest) => format!("will be {replaced}, as requested"),
        Some(ActionReason::ReplaceByTriggers) => format!("will be {replaced} due to changes in replace_triggered_by"),
        _ => format!("must be {replaced}"),
    }
}

/// The key in brackets, as JSON.
fn key(address: &ResourceInstance) -> String {
    match &address.key {
        InstanceKey::None => String::new(),
        key @ (InstanceKey::Int(_) | InstanceKey::Wildcard) => key.to_string(),
        InstanceKey::String(key) => {
            let mut text = String::from("[");
            landform_values::json::write_string(key, &mut text);
            text + "]"
        }
    }
}

/// How a resource repeats, as opposed to what an instance's key is for.
pub(super) fn wrong_repetition(address: &ResourceInstance) -> &'static str {
    match address.key {
        InstanceKey::None | InstanceKey::Wildcard => "resource uses count or for_each",
        InstanceKey::Int(_) => "resource does not use count",
        InstanceKey::String(_) => "resource does not use for_each",
    }
}

/// Why, in lines behind the first.
fn reason(change: &ResourceChange) -> String {
    let key = key(&change.address);
    let why = match change.reason {
        Some(ActionReason::ReadBecauseConfigUnknown) => "config refers to values not yet known".to_owned(),
        Some(ActionReason::ReadBecauseDependencyPending) => {
            "depends on a resource or a module with changes pending".to_owned()
        }
        Some(ActionReason::ReadBecauseCheckNested) => "config will be reloaded to verify a check block".to_owned(),
        Some(ActionReason::DeleteBecauseNoResourceConfig) => {
            let resource = &change.address.resource;
            format!("because {}.{} is not in configuration", resource.kind, resource.name)
        }
        Some(ActionReason::DeleteBecauseNoMoveTarget) => {
            let (from, to) = (&change.previous_address, &change.address);
            format!("because {from} was moved to {to}, which is not in configuration")
        }
        Some(ActionReason::DeleteBecauseNoModule) => {
            format!("because {} is not in configuration", change.address.module)
        }
        Some(ActionReason::DeleteBecauseWrongRepetition) => format!("because {}", wrong_repetition(&change.address)),
        Some(ActionReason::DeleteBecauseCountIndex) => format!("because index {key} is out of range for count"),
        Some(ActionReason::DeleteBecauseEachKey) => format!("because key {key} is not in for_each map"),
        _ => return String::new(),
    };
    let fits = matches!(change.action, Action::Read | Action::Delete);
    if fits { format!("\n  # ({why})") } else { String::new() }
}
