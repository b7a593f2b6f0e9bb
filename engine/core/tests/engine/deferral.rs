//! What is put off, why, and what the next plans make of it.
//!
//! Things are called without their type here: `create a` creates `test_thing.a`.

use landform_core::plan::{PlanOptions, Planned};
use landform_plan::{Action, Mode};
use landform_state::State;

use crate::fixture::{Fixture, expect_fine};
use crate::objects::state_of;
use crate::rules::Log;

/// How many plans are enough for anything here.
const ENOUGH: usize = 6;

/// A line a change: `create a`, and behind a colon why it is put off.
pub(crate) fn told(planned: &Planned) -> String {
    let plan = &planned.plan;
    let mut lines: Vec<String> = Vec::new();
    for change in plan.resource_changes.iter().filter(|change| change.action != Action::NoOp) {
        lines.push(format!("{} {}", change.action.names().join("/"), change.address));
    }
    for deferred in &plan.deferred {
        let (change, reason) = (&deferred.change, deferred.reason.as_str());
        lines.push(format!("{} {}: {reason}", change.action.names().join("/"), change.address));
    }
    lines.join("\n").replace("test_thing.", "").replace("test_tag.", "")
}

/// One plan after the other, each applied. What each is to do, between lines of dashes.
pub(crate) fn waves(fixture: &Fixture, mode: Mode, config: &str, state: State, expected: &str) -> State {
    waves_with(fixture, PlanOptions { mode, ..PlanOptions::default() }, config, state, expected)
}

pub(crate) fn waves_with(fixture: &Fixture, options: PlanOptions, config: &str, state: State, expected: &str) -> State {
    let expected: Vec<Vec<&str>> = expected.split("---").map(lines).collect();
    let mut state = state;
    let mut options = options;
    for (number, expected) in expected.iter().enumerate() {
        assert!(number < ENOUGH, "{config}\ndoes not come to an end");
        let (planned, diagnostics) = fixture.plan_with(config, &state, &options);
        expect_fine(config, &diagnostics);
        let planned = planned.expect("a plan");
        let is = told(&planned);
        assert_eq!(lines(&is), *expected, "{config}\nplan {number}");
        assert_eq!(planned.plan.complete, planned.plan.deferred.is_empty(), "{config}\nplan {number}");
        let log = Log::default();
        let (applied, diagnostics) = fixture.apply(config, &planned, &log);
        expect_fine(config, &diagnostics);
        log.check(config, &planned.changes);
        options = options.following(&planned);
        state = applied.state;
    }
    state
}

fn lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.trim().lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    lines
}

/// From nothing to all, then nothing is left to do, then all is destroyed.
pub(crate) fn up_and_down(config: &str, expected: &str) {
    let fixture = Fixture::new();
    let state = waves(&fixture, Mode::Normal, config, State::new("1.11.4"), expected);
    let state = waves(&fixture, Mode::Normal, config, state, "");
    let (planned, diagnostics) = fixture.plan(config, &state, Mode::Destroy);
    expect_fine(config, &diagnostics);
    let planned = planned.expect("a plan");
    assert!(planned.plan.deferred.is_empty(), "{}", told(&planned));
    let log = Log::default();
    let (applied, diagnostics) = fixture.apply(config, &planned, &log);
    expect_fine(config, &diagnostics);
    log.check(config, &planned.changes);
    assert!(applied.state.is_empty() && fixture.strict.world().objects.is_empty(), "{config}");
}

/// With objects that are there: names as [`state_of`] has them.
pub(crate) fn from(state: &str, config: &str, expected: &str) {
    let fixture = Fixture::new();
    let state = state_of(state, &mut fixture.strict.world());
    waves(&fixture, Mode::Normal, config, state, expected);
}

#[test]
fn a_count_that_is_not_known() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" {
  count = length(split("-", test_thing.a.id))
  input = count.index
}
resource "test_thing" "c" { uses = test_thing.b[*].id }
resource "test_thing" "d" {}
output "b" { value = test_thing.b[*].input }
"#;
    let expected = "
        create a
        create d
        create b[*]: instance_count_unknown
        create c: deferred_prereq
        ---
        create b[0]
        create b[1]
        create c
    ";
    up_and_down(config, expected);
}

#[test]
fn keys_that_are_not_known() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" {
  for_each = toset([test_thing.a.id])
  input = "of ${each.key}"
}
"#;
    up_and_down(config, "create a\n create b[*]: instance_count_unknown\n --- create b[\"thing-1\"]");
}

#[test]
fn one_after_the_other() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { for_each = toset([test_thing.a.id]) }
resource "test_thing" "c" { for_each = toset([for b in test_thing.b : b.id]) }
"#;
    let expected = "
        create a
        create b[*]: instance_count_unknown
        create c[*]: instance_count_unknown
        ---
        create b[\"thing-1\"]
        create c[*]: instance_count_unknown
        ---
        create c[\"thing-2\"]
    ";
    up_and_down(config, expected);
}

#[test]
fn modules_whose_instances_are_not_known() {
    let config = r#"-- main.tf --
resource "test_thing" "a" {}
module "m" {
  source   = "./m"
  for_each = toset([test_thing.a.id])
  name     = each.key
}
resource "test_thing" "after" { uses = [for m in module.m : m.id] }
-- m/main.tf --
variable "name" {}
resource "test_thing" "b" { input = var.name }
module "inner" {
  source = "./inner"
  name   = test_thing.b.input
}
output "id" { value = module.inner.id }
check "names" {
  assert {
    condition     = var.name != "" 
    error_message = "There is no name."
  }
}
-- m/inner/main.tf --
variable "name" {}
resource "test_thing" "c" { 
  count = 2
  input = "${var.name}-${count.index}"
}
data "test_tag" "d" { id = test_thing.c[0].id }
output "id" { value = test_thing.c[1].id }
"#;
    let expected = "
        create a
        create after: deferred_prereq
        create module.m[*].b[*]: instance_count_unknown
        create module.m[*].module.inner[*].c[*]: instance_count_unknown
        read module.m[*].module.inner[*].data.d[*]: instance_count_unknown
        ---
        create after
        create module.m[\"thing-1\"].b
        create module.m[\"thing-1\"].module.inner.c[0]
        create module.m[\"thing-1\"].module.inner.c[1]
        read module.m[\"thing-1\"].module.inner.data.d
    ";
    up_and_down(config, expected);
}

#[test]
fn data_sources_wait_for_what_is_put_off() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { for_each = toset([test_thing.a.id]) }
resource "test_thing" "x" {}
data "test_tag" "of_x" {
  id         = test_thing.x.id
  depends_on = [test_thing.b]
}
data "test_tag" "of_b" {
  for_each = test_thing.b
  id       = each.value.id
}
"#;
    let expected = "
        create a
        create x
        create b[*]: instance_count_unknown
        read data.of_b[*]: instance_count_unknown
        read data.of_x: deferred_prereq
        ---
        create b[\"thing-1\"]
        read data.of_b[\"thing-1\"]
        read data.of_x
    ";
    up_and_down(config, expected);
}

/// The provider of `b` is configured from `a`.
const CONFIGURED: &str = r#"
resource "test_thing" "a" { REPLACE }
provider "test" {
  alias = "p"
  uses  = [test_thing.a.id]
}
resource "test_thing" "b" {
  provider = test.p
  input    = "b"
}
resource "test_thing" "c" { uses = [test_thing.b.id] }
"#;

#[test]
fn a_provider_that_is_configured_from_what_is_not_there_yet() {
    let config = CONFIGURED.replace("REPLACE", "");
    let expected = "
        create a
        create b: provider_config_unknown
        create c: deferred_prereq
        ---
        create b
        create c
    ";
    up_and_down(&config, expected);
}

#[test]
fn what_a_provider_can_do_without_puts_nothing_off() {
    let config = CONFIGURED.replace("REPLACE", "").replace("uses  = [test_thing.a.id]", "note  = test_thing.a.id");
    up_and_down(
        &config,
        "
        create a
        create b
        create c
        ",
    );
    let replaced = config.replacen("{  }", "{ replace = \"new\" }", 1);
    let state = "
        test_thing.a
        test_thing.b provider:p after test_thing.a
        test_thing.gone provider:p after test_thing.a
    ";
    let expected = "
        delete/create a
        update b
        create c
        delete gone
    ";
    from(state, &replaced, expected);
}

#[test]
fn what_a_provider_can_do_without_waits_for_what_is_put_off() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "many" { for_each = toset([test_thing.a.id]) }
provider "test" {
  alias = "p"
  note  = join(",", values(test_thing.many)[*].id)
}
resource "test_thing" "b" { provider = test.p }
"#;
    let expected = "
        create a
        create many[*]: instance_count_unknown
        create b: deferred_prereq
        ---
        create many[\"thing-1\"]
        create b
    ";
    up_and_down(config, expected);
}

#[test]
fn objects_of_a_provider_that_is_not_known_stay_until_it_is() {
    let config = CONFIGURED.replace("REPLACE", "replace = \"new\"");
    let state = "
        test_thing.a
        test_thing.b provider:p after test_thing.a
        test_thing.c after test_thing.a, test_thing.b
        test_thing.gone provider:p after test_thing.a
    ";
    let expected = "
        delete/create a
        update b: provider_config_unknown
        update c: deferred_prereq
        delete gone: provider_config_unknown
        ---
        update b
        update c
        delete gone
    ";
    from(state, &config, expected);
}

#[test]
fn instances_that_may_be_wanted_stay() {
    let config = r#"
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" { for_each = toset([test_thing.a.id]) }
"#;
    let state = "
        test_thing.a
        test_thing.b[\"x\"] after test_thing.a
    ";
    let expected = "
        delete/create a
        create b[*]: instance_count_unknown
        ---
        create b[\"thing-1\"]
        delete b[\"x\"]
    ";
    from(state, config, expected);
}

#[test]
fn instances_of_modules_that_may_be_wanted_stay() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" { replace = "new" }
module "m" {
  source   = "./m"
  for_each = toset([test_thing.a.id])
}
-- m/main.tf --
resource "test_thing" "b" {}
"#;
    let state = "
        test_thing.a
        module.m[\"x\"].test_thing.b
    ";
    let expected = "
        delete/create a
        create module.m[*].b[*]: instance_count_unknown
        ---
        create module.m[\"thing-1\"].b
        delete module.m[\"x\"].b
    ";
    from(state, config.trim_start(), expected);
}

#[test]
fn what_may_be_destroyed_later_goes_before_what_it_was_made_after() {
    let config = r#"
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" { for_each = toset([test_thing.a.id]) }
"#;
    let state = "
        test_thing.a
        test_thing.old
        test_thing.b[\"x\"] after test_thing.a, test_thing.old
        test_thing.other
    ";
    let expected = "
        delete/create a
        delete other
        delete old: deferred_prereq
        create b[*]: instance_count_unknown
        ---
        create b[\"thing-1\"]
        delete b[\"x\"]
        delete old
    ";
    from(state, config, expected);
}

#[test]
fn a_replacement_that_is_put_off_is_not_forgotten() {
    let config = r#"
resource "test_thing" "a" { input = "new" }
resource "test_thing" "b" { for_each = toset([test_thing.a.tag]) }
resource "test_thing" "c" {
  depends_on = [test_thing.b]
  lifecycle { replace_triggered_by = [test_thing.a] }
}
"#;
    let state = "
        test_thing.a
        test_thing.c after test_thing.a
    ";
    let expected = "
        update a
        create b[*]: instance_count_unknown
        delete/create c: deferred_prereq
        ---
        create b[\"a@2\"]
        delete/create c
    ";
    from(state, config, expected);
}

#[test]
fn what_is_wrong_with_instances_that_are_not_known_is_found() {
    let fixture = Fixture::new();
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" {
  for_each = toset([test_thing.a.id])
  input    = tonumber("no number ${length("x")}")
}
"#;
    let (_, diagnostics) = fixture.plan(config, &State::new("1.11.4"), Mode::Normal);
    assert!(diagnostics.has_errors());
}

#[test]
fn what_can_not_be_reached_stays_and_what_it_was_made_after() {
    // `a` is gone, and with it what the provider of `b` was configured from.
    let config = CONFIGURED.replace("REPLACE", "");
    let state = "
        test_thing.needed
        test_thing.b provider:p after test_thing.a, test_thing.needed
        test_thing.c after test_thing.a, test_thing.b
        test_thing.other
    ";
    let fixture = Fixture::new();
    let state = state_of(state, &mut fixture.strict.world());
    let expected = "
        delete c
        delete other
        delete b: provider_config_unknown
        delete needed: deferred_prereq
    ";
    let state = waves(&fixture, Mode::Destroy, &config, state, expected);
    assert_eq!(
        state.addresses().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["test_thing.b", "test_thing.needed"]
    );
}

#[test]
fn imports_wait_with_their_resource() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { for_each = toset([test_thing.a.id]) }
resource "test_thing" "c" {
  input      = "new"
  depends_on = [test_thing.b]
}
import {
  to = test_thing.c
  id = "given"
}
"#;
    let fixture = Fixture::new();
    state_of("test_thing.given", &mut fixture.strict.world());
    let given = fixture.strict.world().objects["test_thing.given"].clone();
    let given = given.with_attribute("id", landform_values::Value::from("given"));
    let given = given.with_attribute("tag", landform_values::Value::from("given@1"));
    fixture.strict.world().objects = [("given".to_owned(), given)].into();
    let expected = "
        create a
        create b[*]: instance_count_unknown
        update c: deferred_prereq
        ---
        create b[\"thing-1\"]
        update c
    ";
    let state = waves(&fixture, Mode::Normal, config, State::new("1.11.4"), expected);
    assert_eq!(state.addresses().len(), 3);
}

#[test]
fn to_look_again_puts_nothing_off() {
    let fixture = Fixture::new();
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { for_each = toset([test_thing.a.id]) }
"#;
    let state = state_of("test_thing.b[\"x\"] after test_thing.a", &mut fixture.strict.world());
    let state = waves(&fixture, Mode::RefreshOnly, config, state, "");
    assert_eq!(state.addresses().len(), 1);
}

#[test]
fn triggers_of_instances_that_are_not_known_are_not_forgotten() {
    let config = r#"
resource "test_thing" "a" { input = "new" }
resource "test_thing" "b" {
  for_each = toset([for tag in [test_thing.a.tag] : "x" if tag != ""])
  lifecycle { replace_triggered_by = [test_thing.a] }
}
"#;
    let state = "
        test_thing.a
        test_thing.b[\"x\"] after test_thing.a
    ";
    from(state, config, "update a\n create b[*]: instance_count_unknown\n --- delete/create b[\"x\"]");
}

#[test]
fn what_is_to_be_replaced_once_is_replaced_once() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { for_each = toset([for tag in [test_thing.a.id] : "x" if tag != ""]) }
"#;
    let fixture = Fixture::new();
    let state = state_of("test_thing.a\n test_thing.b[\"x\"] after test_thing.a", &mut fixture.strict.world());
    let replace = ["test_thing.a", "test_thing.b[\"x\"]"].map(|text| text.parse().expect("an address")).to_vec();
    let options = PlanOptions { replace, ..PlanOptions::default() };
    let expected = "
        delete/create a
        create b[*]: instance_count_unknown
        ---
        delete/create b[\"x\"]
        ---
    ";
    waves_with(&fixture, options, config, state, expected);
}

#[test]
fn imports_by_ids_that_are_not_known() {
    let config = r#"
resource "test_thing" "a" { input = "given" }
resource "test_thing" "b" { input = "new" }
resource "test_thing" "c" {
  for_each = toset(["given"])
  input    = "new"
}
resource "test_thing" "d" { uses = [test_thing.b.id] }
import {
  to = test_thing.b
  id = test_thing.a.id == "" ? "" : "test_thing.given"
}
import {
  for_each = toset([for id in [test_thing.a.id] : "given" if id != ""])
  to       = test_thing.c[each.key]
  id       = "test_thing.${each.key}s"
}
"#;
    let fixture = Fixture::new();
    state_of("test_thing.given\n test_thing.givens", &mut fixture.strict.world());
    let expected = "
        create a
        no-op b: resource_config_unknown
        no-op c[\"given\"]: resource_config_unknown
        create d: deferred_prereq
        ---
        create d
        update b
        update c[\"given\"]
    ";
    waves(&fixture, Mode::Normal, config, State::new("1.11.4"), expected);
}

#[test]
fn providers_that_are_configured_from_something_put_off_wait() {
    let config = r#"
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" { for_each = toset([test_thing.a.id]) }
resource "test_thing" "c" {
  input      = "new"
  depends_on = [test_thing.b]
}
provider "test" {
  alias = "p"
  uses  = [test_thing.c.id]
}
resource "test_thing" "d" {
  provider = test.p
  input    = "new"
}
data "test_tag" "of_c" {
  provider = test.p
  id       = test_thing.c.id
}
"#;
    let state = "
        test_thing.a
        test_thing.c
        test_thing.d provider:p after test_thing.c
        test_thing.gone provider:p
    ";
    let expected = "
        delete/create a
        create b[*]: instance_count_unknown
        update c: deferred_prereq
        update d: deferred_prereq
        delete gone: deferred_prereq
        read data.of_c: deferred_prereq
        ---
        create b[\"thing-1\"]
        update c
        update d
        delete gone
        read data.of_c
    ";
    from(state, config, expected);
}

#[test]
fn a_provider_instance_that_is_not_known() {
    let config = r#"
resource "test_thing" "a" {}
provider "test" {
  alias    = "p"
  for_each = toset(["x", "y"])
}
resource "test_thing" "b" {
  provider = test.p[test_thing.a.id == "thing-1" ? "x" : "y"]
}
resource "test_thing" "c" {
  for_each = toset([test_thing.a.id])
  provider = test.p[each.key == "thing-1" ? "x" : "y"]
}
"#;
    let expected = "
        create a
        create b: provider_config_unknown
        create c[*]: instance_count_unknown
        ---
        create b
        create c[\"thing-1\"]
    ";
    up_and_down(config, expected);
}

#[test]
fn what_can_not_be_asked_about_is_compared_with_what_is_configured() {
    let config = |lifecycle: &str| {
        let lifecycle = format!("input    = \"b\"\n  lifecycle {{ {lifecycle} }}");
        CONFIGURED.replace("REPLACE", "replace = \"new\"").replace("input    = \"b\"", &lifecycle)
    };
    let first = |config: &str, b: &str| {
        let fixture = Fixture::new();
        let state = format!("test_thing.a\n test_thing.b {b} provider:p after test_thing.a");
        let state = state_of(&state, &mut fixture.strict.world());
        let (planned, diagnostics) = fixture.plan(config, &state, Mode::Normal);
        expect_fine(config, &diagnostics);
        let told = told(&planned.expect("a plan"));
        told.lines().find(|line| line.contains(" b:")).expect("it is put off").to_owned()
    };
    assert_eq!(first(&config(""), "input:x"), "update b: provider_config_unknown");
    assert_eq!(first(&config(""), "input:b"), "no-op b: provider_config_unknown");
    assert_eq!(first(&config("ignore_changes = [input]"), "input:x"), "no-op b: provider_config_unknown");
    assert_eq!(first(&config(""), "tainted input:b"), "delete/create b: provider_config_unknown");
}

#[test]
fn what_is_adopted_later_is_not_in_state_before() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { for_each = toset([test_thing.a.id]) }
resource "test_thing" "c" { depends_on = [test_thing.b] }
import {
  to = test_thing.c
  id = "test_thing.given"
}
"#;
    let fixture = Fixture::new();
    state_of("test_thing.given", &mut fixture.strict.world());
    let (planned, diagnostics) = fixture.plan(config, &State::new("1.11.4"), Mode::Normal);
    expect_fine(config, &diagnostics);
    assert!(planned.expect("a plan").state.is_empty());
}

#[test]
fn what_deposed_objects_were_made_after_stays_as_long_as_they_may() {
    let config = r#"
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" { for_each = toset([test_thing.a.id]) }
"#;
    let state = "
        test_thing.a
        test_thing.old
        test_thing.b[\"x\"] deposed:00000001 after test_thing.a, test_thing.old
    ";
    let expected = "
        delete/create a
        delete old: deferred_prereq
        create b[*]: instance_count_unknown
        ---
        create b[\"thing-1\"]
        delete b[\"x\"]
        delete old
    ";
    from(state, config, expected);
}
