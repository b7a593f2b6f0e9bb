//! Changes that are put off. The released Terraform 1.11 never puts anything off, so nothing is recorded here: the
//! expectations follow the format's description.

use landform_plan::{DeferredChange, DeferredReason, Mode, Plan};
use landform_views::json::{PlanContext, write_plan};
use landform_views::plan::{self, PlanOptions};

use crate::{cases, parse, reader};

/// A plan that puts off one change, beside others or alone.
fn deferring(alone: bool) -> Plan {
    let cases = cases::all();
    let case = cases.iter().find(|found| found.name == "data_basic").expect("the case");
    let step = case.steps().next().expect("the step");
    let mut plan = reader().plan(&parse(step.get("plan.json").expect("recorded")), Mode::Normal);
    let change = plan.resource_changes.pop().expect("a change");
    plan.deferred = vec![DeferredChange { reason: DeferredReason::DeferredPrereq, change }];
    plan.output_changes.clear();
    if alone {
        plan.resource_changes.clear();
    }
    plan
}

#[test]
fn text_of_changes_that_are_put_off() {
    let note = "
Note: This is a partial plan, parts can only be known in the next plan / apply cycle.


  # terraform_data.empty was deferred
  # (because a prerequisite for this resource is deferred)
  + resource \"terraform_data\" \"empty\" {
      + id = (known after apply)
    }
";
    let rule = format!("\n{}\n", "─".repeat(77));
    let alone = plan::human(&deferring(true), &PlanOptions::default());
    let head = "\nNo current changes. This plan requires another plan to be applied first.\n\n";
    assert_eq!(alone, format!("{head}{note}{rule}"));
    let beside = plan::human(&deferring(false), &PlanOptions::default());
    assert!(beside.starts_with(&format!("{note}{rule}\nLandform used the selected providers")), "{beside}");
}

#[test]
fn document_of_changes_that_are_put_off() {
    let context = PlanContext { engine_version: "1", state_version: "1", configuration: &parse("{}") };
    let mut text = Vec::new();
    write_plan(&deferring(true), &context, &mut text).expect("memory takes everything");
    let document = parse(&String::from_utf8(text).expect("UTF-8"));
    let deferred = document["deferred_changes"].as_array().expect("a list");
    assert_eq!(deferred.len(), 1);
    assert_eq!(deferred[0]["reason"], "deferred_prereq");
    assert_eq!(deferred[0]["resource_change"]["address"], "terraform_data.empty");
    assert_eq!(deferred[0]["resource_change"]["change"]["actions"], parse("[\"create\"]"));
}
