//! The block that Terraform does not have: what is destroyed or replaced, and why.

use landform_views::Style;
use landform_views::plan::{self, PlanOptions};

use crate::{cases, mode, parse, reader};

/// The block of a plan with the lines around it.
fn block(case: &str, number: usize) -> String {
    let cases = cases::all();
    let case = cases.iter().find(|found| found.name == case).expect("the case");
    let step = case.steps().nth(number - 1).expect("the step");
    let plan = reader().plan(&parse(step.get("plan.json").expect("recorded")), mode(&step));
    let text = plan::human(&plan, &PlanOptions { style: Style::default(), automation: false });
    let Some(start) = text.find("\nDestroys and replacements:\n") else { return String::new() };
    let end = text.find("\nPlan: ").expect("the closing line");
    text[start + 1..end].to_owned()
}

fn check(case: &str, number: usize, expected: &str) {
    assert_eq!(block(case, number), expected, "{case} {number}");
}

#[test]
fn replacements() {
    let expected = "Destroys and replacements:
  -/+ terraform_data.asked: requested with -replace
  -/+ terraform_data.by_trigger: changes in replace_triggered_by
  +/- terraform_data.first: triggers_replace can not be changed in place
  -/+ terraform_data.tainted: it is tainted
  -/+ terraform_data.trigger: triggers_replace can not be changed in place
";
    check("replacing", 4, expected);
}

#[test]
fn paths_that_force_replacement() {
    let expected = "Destroys and replacements:
  -/+ fake_thing.a: b_list[0].force, force, force_list[1], force_map[\"a\"], force_obj.b, force_set, n_list[0].force, \
                    n_map[\"k\"].force, n_single.force can not be changed in place
    - fake_thing.few: it is not in configuration
";
    check("things", 8, expected);
}

#[test]
fn removals() {
    let expected = r#"Destroys and replacements:
    - terraform_data.count[1]: index [1] is out of range for count
    - terraform_data.count[2]: index [2] is out of range for count
    - terraform_data.each["<$${x}&é\"q"]: key ["<$${x}&é\"q"] is not in for_each map
    - terraform_data.each["b"]: key ["b"] is not in for_each map
    - terraform_data.from_each["k"]: resource does not use for_each
    - terraform_data.gone: it is not in configuration
    - terraform_data.nowhere: terraform_data.moved was moved here, which is not in configuration
    - terraform_data.to_each[0]: resource does not use count
    - module.fewer["b"].terraform_data.in[0]: module.fewer["b"] is not in configuration
    - module.fewer["b"].terraform_data.in[1]: module.fewer["b"] is not in configuration
    - module.gone.terraform_data.in[0]: it is not in configuration
    - module.gone.terraform_data.in[1]: it is not in configuration
"#;
    check("removing", 3, expected);
}

#[test]
fn what_is_left_over() {
    let text = block("failing", 8);
    let key = text.split("deposed object ").nth(1).and_then(|rest| rest.get(..8)).expect("a key");
    let expected = format!(
        "Destroys and replacements:
  +/- fake_small.a: force can not be changed in place
    - fake_small.a (deposed object {key}): left over from a partially-failed replacement
    - fake_small.dependent: it is not in configuration
"
    );
    assert_eq!(text, expected);
}

#[test]
fn everything() {
    let expected = "Destroys and replacements:
    - fake_thing.a: everything is to be destroyed
    - fake_thing.few: everything is to be destroyed
";
    check("things", 9, expected);
    check("data_basic", 1, "");
}

#[test]
fn triggers_are_named() {
    let cases = cases::all();
    let case = cases.iter().find(|found| found.name == "replacing").expect("the case");
    let step = case.steps().nth(3).expect("the step");
    let mut plan = reader().plan(&parse(step.get("plan.json").expect("recorded")), mode(&step));
    let change = plan.resource_changes.iter_mut().find(|change| &*change.address.resource.name == "by_trigger");
    change.expect("the change").triggered_by = vec!["a.b.output".into(), "c.d".into()];
    let text = plan::human(&plan, &PlanOptions::default());
    assert!(text.contains("terraform_data.by_trigger: a.b.output, c.d changes (replace_triggered_by)\n"), "{text}");
}
