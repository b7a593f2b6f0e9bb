//! What Terraform does not have: what providers say of a change, or of an object that stays as it is.

use landform_plan::{Mode, Plan};
use landform_views::Style;
use landform_views::plan::{self, PlanOptions};
use serde_json::json;

use crate::{cases, parse, reader};

const NOTE: &str = "size is 1 until the maintenance window (sun:04:00-sun:05:00), then 2";

/// A recorded plan in which all changes with this action carry a note.
fn noted(case: &str, number: usize, action: &str) -> Plan {
    let cases = cases::all();
    let case = cases.iter().find(|found| found.name == case).expect("the case");
    let step = case.steps().nth(number - 1).expect("the step");
    let mut recorded = parse(step.get("plan.json").expect("recorded"));
    let changes = recorded["resource_changes"].as_array_mut().expect("changes");
    let (mut with, without): (Vec<_>, Vec<_>) =
        std::mem::take(changes).into_iter().partition(|change| change["change"]["actions"] == json!([action]));
    assert!(!with.is_empty(), "no change is a {action}");
    with.iter_mut().for_each(|change| change["notes"] = json!([NOTE]));
    *changes = if action == "no-op" { with } else { with.into_iter().chain(without).collect() };
    reader().plan(&recorded, Mode::Normal)
}

fn text(plan: &Plan) -> String {
    plan::human(plan, &PlanOptions { style: Style::default(), automation: false })
}

#[test]
fn what_a_change_waits_for_stands_above_it() {
    let text = text(&noted("things", 5, "update"));
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.contains("will be updated in-place")).expect("an update");
    assert_eq!(lines[at + 1], format!("  # ({NOTE})"));
    assert!(!text.contains("still to come"), "{text}");
}

#[test]
fn what_is_still_to_come_is_told_where_nothing_changes() {
    let text = text(&noted("things", 3, "no-op"));
    let (before, _) = text.split_once("No changes.").expect("there is nothing to do");
    assert!(before.contains("Changes that were accepted earlier are still to come."), "{text}");
    assert!(before.contains(&format!("\n  # ({NOTE})\n")), "{text}");
}
