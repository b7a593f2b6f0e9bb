//! Plans that are stored are loaded as they were.

use std::collections::BTreeMap;
use std::fmt::Debug;

use landform_core::StoredPlan;
use landform_core::plan::{Environment, PlanOptions, Planned};
use landform_core::variables::{Given, ValueSource};
use landform_plan::{Mode, Plan};
use landform_values::{Marks, Str, Value};

use crate::fixture::{Fixture, expect_fine};
use crate::objects::state_of;

/// What a plan file makes of a plan.
pub(crate) fn saved_and_loaded(fixture: &Fixture, planned: &Planned) -> Planned {
    let stored = StoredPlan::new(planned).expect("it can be saved");
    let text = serde_json::to_string(&stored).expect("JSON");
    let stored: StoredPlan = serde_json::from_str(&text).expect("the same");
    let load = async |_: Environment<'_>| stored.load(planned.state.clone(), &fixture.providers).await;
    fixture.run("", load).expect("it can be loaded")
}

#[track_caller]
fn same(one: &impl Debug, other: &impl Debug) {
    let [one, other] = [format!("{one:#?}"), format!("{other:#?}")];
    for (number, (one, other)) in one.lines().zip(other.lines()).enumerate() {
        assert_eq!(one, other, "line {number}");
    }
    assert_eq!(one.len(), other.len());
}

fn check(options: &PlanOptions, config: &str, state: &str, prepare: impl FnOnce(&Fixture)) -> Planned {
    let fixture = Fixture::new();
    let state = state_of(state, &mut fixture.strict.world());
    prepare(&fixture);
    let (planned, diagnostics) = fixture.plan_with(config.trim_start(), &state, options);
    expect_fine(config, &diagnostics);
    let planned = planned.expect("a plan");
    let loaded = saved_and_loaded(&fixture, &planned);
    // The prior state is stored as a state.
    let prior_state = loaded.plan.prior_state.clone();
    same(&loaded.plan, &Plan { suggested_moves: Vec::new(), prior_state, ..planned.plan.clone() });
    same(&loaded.changes, &planned.changes);
    same(&loaded.execution.to_string(), &planned.execution.to_string());
    same(&loaded.execution, &planned.execution);
    same(&loaded.data, &planned.data);
    same(&loaded.extra_providers, &planned.extra_providers);
    let own = PlanOptions { variables: loaded.options.variables.clone(), ..options.clone() };
    same(&loaded.options, &own);
    planned
}

#[test]
fn all_that_is_planned_is_stored() {
    let config = r#"
-- main.tf --
variable "text" {
  validation {
    condition     = var.text != ""
    error_message = "There is no text."
  }
}
provider "test" { alias = "p" }
resource "test_thing" "updated" { input = sensitive(var.text) }
resource "test_thing" "replaced" {
  replace = "new"
  lifecycle { create_before_destroy = true }
}
resource "test_thing" "triggered" {
  lifecycle { replace_triggered_by = [test_thing.updated] }
}
resource "test_thing" "tainted" { depends_on = [test_thing.replaced] }
resource "test_thing" "moved" {
  provider = test.p
  labels   = { k = test_thing.updated.tag }
}
moved {
  from = test_thing.was
  to   = test_thing.moved
}
resource "test_thing" "imported" { input = "new" }
import {
  to = test_thing.imported
  id = "test_thing.given"
}
resource "test_thing" "many" { for_each = toset([test_thing.new.id]) }
resource "test_thing" "new" {
  count = 1
  uses  = [test_thing.replaced.id]
  lifecycle {
    postcondition {
      condition     = self.id != ""
      error_message = "There is no id."
    }
  }
}
data "test_tag" "read" { id = "test_thing.moved.old" }
data "test_tag" "later" { id = test_thing.updated.tag }
module "m" {
  source = "./m"
  count  = 1
}
check "c" {
  assert {
    condition     = data.test_tag.read.tag == ""
    error_message = "There is a tag."
  }
}
output "secret" {
  value     = test_thing.updated.input
  sensitive = true
}
output "new" { value = test_thing.replaced.id }
output "gone" {
  value = null
  precondition {
    condition     = var.text != "other"
    error_message = "It is other."
  }
}
-- m/main.tf --
resource "test_thing" "a" {}
"#
    .replace("test_thing.new.id]) }", "test_thing.new[0].id]) }");
    let state = "
        test_thing.updated input:x
        test_thing.replaced create-first
        test_thing.triggered after test_thing.updated
        test_thing.tainted tainted
        test_thing.tainted deposed:00000001
        test_thing.was provider:p
        test_thing.drifted input:x
        test_thing.gone after test_thing.drifted
        module.m[1].test_thing.a
    ";
    let given = |text: &str| Given { value: Value::from(text), source: ValueSource::Caller, ephemeral: false };
    let variables: BTreeMap<Str, Given> = [("text".into(), given("new"))].into();
    let options = PlanOptions { variables, ..PlanOptions::default() };
    let planned = check(&options, &config, state, |fixture| {
        let mut world = fixture.strict.world();
        for id in ["test_thing.given", "test_thing.moved.old"] {
            let like = world.objects["test_thing.was"].clone();
            let tag = Value::string(format!("{id}@1"));
            world.objects.insert(id.into(), like.with_attribute("id", Value::from(id)).with_attribute("tag", tag));
        }
        let drifted = world.objects["test_thing.drifted"].with_attribute("input", Value::from("y"));
        world.objects.insert("test_thing.drifted".into(), drifted);
        world.bend_plan = Some(|response| {
            response.notes = vec!["It takes long.".into()];
            response.private = b"planned".to_vec();
        });
    });
    let plan = &planned.plan;
    assert!(!plan.drift.is_empty() && !plan.checks.is_empty() && !plan.deferred.is_empty() && !planned.data.is_empty());
}

#[test]
fn all_that_was_asked_for_is_stored() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { depends_on = [test_thing.a] }
resource "test_thing" "c" {}
"#;
    let state = "test_thing.a\n test_thing.b\n test_thing.c";
    let selector = |text: &str| text.parse().expect("an address");
    let options = PlanOptions {
        targets: vec![selector("test_thing.b")],
        replace: vec!["test_thing.b".parse().expect("an address")],
        refresh: false,
        parallelism: 3,
        ..PlanOptions::default()
    };
    check(&options, config, state, |_| {});
    let planned = check(&PlanOptions::default(), "", "test_thing.a", |_| {});
    assert_eq!(planned.extra_providers.len(), 1, "nothing but state has its provider");
    let excludes = vec![selector("test_thing.b")];
    check(&PlanOptions { excludes, mode: Mode::Destroy, ..PlanOptions::default() }, config, state, |_| {});
    let imports = [("test_thing.c".parse().expect("an address"), "test_thing.c".into())].into();
    check(&PlanOptions { imports, mode: Mode::RefreshOnly, ..PlanOptions::default() }, config, "", |fixture| {
        state_of("test_thing.c", &mut fixture.strict.world());
    });
}

#[test]
fn what_is_ephemeral_is_not_stored() {
    let config = r#"
variable "token" { ephemeral = true }
variable "text" {}
resource "test_thing" "a" { input = var.text }
"#;
    let given = |value: Value, ephemeral| Given { value, source: ValueSource::Caller, ephemeral };
    let secret = Value::from("hidden").with_marks(&Marks::ephemeral());
    let variables: BTreeMap<Str, Given> =
        [("token".into(), given(secret, true)), ("text".into(), given(Value::from("shown"), false))].into();
    let fixture = Fixture::new();
    let options = PlanOptions { variables, ..PlanOptions::default() };
    let (planned, diagnostics) = fixture.plan_with(config, &landform_state::State::new("1.11.4"), &options);
    expect_fine(config, &diagnostics);
    let planned = planned.expect("a plan");
    let loaded = saved_and_loaded(&fixture, &planned);
    let variables = &loaded.options.variables;
    assert_eq!((&variables["text"].value, variables["text"].ephemeral), (&Value::from("shown"), false));
    assert!(variables["token"].value.is_null() && variables["token"].ephemeral);
    let stored = StoredPlan::new(&planned).expect("it can be saved").given().expect("values");
    assert_eq!(stored, [("text".into(), Value::from("shown"))].into());
}
