//! What must hold before something is done, and after: nothing that depends on it is done where it does not.

use landform_core::events::Silent;
use landform_core::plan::PlanOptions;
use landform_plan::{CheckInstance, CheckResult, Mode};

use crate::fixture::{Fixture, texts};
use crate::objects::state_of;

/// What applying makes, and the summaries of what went wrong.
fn check(config: &str, state: &str, expected: &str, summaries: &[&str]) {
    let fixture = Fixture::new();
    let state = state_of(state, &mut fixture.strict.world());
    let (planned, mut diagnostics) = fixture.plan(config.trim_start(), &state, Mode::Normal);
    let mut state = state;
    if !diagnostics.has_errors() {
        let (applied, found) = fixture.apply(config.trim_start(), &planned.expect("a plan"), &Silent);
        (state, diagnostics) = (applied.state, found);
    }
    let addresses: Vec<String> = state.addresses().iter().map(ToString::to_string).collect();
    assert_eq!(addresses.join(", ").replace("test_thing.", ""), expected, "{config}\n{}", texts(&diagnostics));
    assert_eq!(diagnostics.iter().map(|found| &*found.summary).collect::<Vec<_>>(), summaries, "{config}");
}

fn with(condition: &str, kind: &str) -> String {
    format!(
        r#"
locals {{ no = false }}
resource "test_thing" "a" {{}}
resource "test_thing" "b" {{
  uses = [test_thing.a.id]
  lifecycle {{
    {kind} {{
      condition     = {condition}
      error_message = "No."
    }}
  }}
}}
resource "test_thing" "c" {{ uses = [test_thing.b.id] }}
"#
    )
}

#[test]
fn preconditions() {
    let failed = ["Resource precondition failed"];
    check(&with("local.no", "precondition"), "", "", &failed);
    check(&with("test_thing.a.id == \"\"", "precondition"), "", "a", &failed);
    check(&with("test_thing.a.id != \"\"", "precondition"), "", "a, b, c", &[]);
}

#[test]
fn postconditions() {
    let failed = ["Resource postcondition failed"];
    check(&with("self.input == \"x\"", "postcondition"), "", "", &failed);
    check(&with("self.id == \"\"", "postcondition"), "", "a, b", &failed);
    check(&with("self.id != \"\"", "postcondition"), "", "a, b, c", &[]);
}

#[test]
fn conditions_of_what_stays_are_checked_when_what_they_are_about_has_changed() {
    // Its provider is opened for nothing else.
    let config = |kind: &str, tag: &str| {
        format!(
            r#"
provider "test" {{ alias = "p" }}
resource "test_thing" "a" {{
  provider = test.p
  lifecycle {{
    {kind} {{
      condition     = test_thing.b.tag == "{tag}"
      error_message = "No."
    }}
  }}
}}
resource "test_thing" "b" {{ input = "new" }}
"#
        )
    };
    let state = "test_thing.a provider:p\n test_thing.b";
    for (kind, failed) in
        [("precondition", "Resource precondition failed"), ("postcondition", "Resource postcondition failed")]
    {
        check(&config(kind, "test_thing.b@2"), state, "a, b", &[]);
        check(&config(kind, "test_thing.b@1"), state, "a, b", &[failed]);
    }
}

#[test]
fn variables_are_not_used_before_they_are_validated() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" {}
module "m" {
  source = "./m"
  id     = test_thing.a.id
}
-- m/main.tf --
variable "id" {
  validation {
    condition     = var.id == ""
    error_message = "No."
  }
}
resource "test_thing" "b" { uses = [var.id] }
"#;
    check(config, "", "a", &["Invalid value for variable"]);
}

#[test]
fn checks_wait_for_what_they_are_about() {
    let config = r#"
resource "test_thing" "a" {}
check "a" {
  assert {
    condition     = test_thing.a.id == ""
    error_message = "No."
  }
}
"#;
    check(config, "", "a", &["Check block assertion failed"]);
}

#[test]
fn what_must_stay_is_neither_replaced_nor_destroyed() {
    let config = |arguments: &str| {
        format!("resource \"test_thing\" \"a\" {{\n  {arguments}\n  lifecycle {{ prevent_destroy = true }}\n}}\n")
    };
    let refused = ["Instance cannot be destroyed"];
    check(&config("replace = \"new\""), "test_thing.a", "a", &refused);
    check(&config("count = 0"), "test_thing.a", "a", &refused);
    check(&config("input = \"new\""), "test_thing.a", "a", &[]);
}

#[test]
fn instances_that_are_left_out_are_not_known_to_hold() {
    let config = r#"
data "test_tag" "d" {
  count = 2
  id    = "test_thing.z"
  lifecycle {
    postcondition {
      condition     = self.id != ""
      error_message = "No."
    }
  }
}
resource "test_thing" "a" {
  count = 3
  uses  = [data.test_tag.d[0].id]
  lifecycle {
    precondition {
      condition     = count.index < 3
      error_message = "No."
    }
  }
}
"#;
    let fixture = Fixture::new();
    let state = state_of("test_thing.z", &mut fixture.strict.world());
    let target = |text: &str| text.parse().expect("an address");
    let options = PlanOptions { targets: vec![target("data.test_tag.d[1]")], ..PlanOptions::default() };
    let (planned, _) = fixture.plan_with(config, &state, &options);
    let of_data = "data.test_tag.d: Unknown ([0] Unknown, [1] Pass)";
    assert_eq!(results(&planned.expect("a plan").plan.checks), [of_data, "test_thing.a: Unknown ()"]);

    let options = PlanOptions { targets: vec![target("test_thing.a[1]")], ..PlanOptions::default() };
    let (planned, _) = fixture.plan_with(config, &state, &options);
    let of_things = "test_thing.a: Unknown ([0] Unknown, [1] Pass, [2] Unknown)";
    let planned = planned.expect("a plan");
    assert_eq!(results(&planned.plan.checks), ["data.test_tag.d: Pass ([0] Pass, [1] Pass)", of_things]);
    let (applied, _) = fixture.apply(config, &planned, &Silent);
    let stored = applied.state.check_results.unwrap_or_default();
    let of_things = stored.iter().find(|found| &*found.config_address == "test_thing.a").expect("results");
    assert_eq!(of_things.objects.len(), 3);
}

/// A line an object with conditions.
fn results(checks: &[CheckResult]) -> Vec<String> {
    let line = |found: &CheckResult| {
        let instance = |found: &CheckInstance| format!("{} {:?}", found.key, found.status);
        let instances: Vec<String> = found.instances.iter().map(instance).collect();
        format!("{}: {:?} ({})", found.object, found.status, instances.join(", "))
    };
    checks.iter().map(line).collect()
}
