//! What is known of what is put off, what is asked of later plans, and who has to wait.
//!
//! Things are called without their type here: `create a` creates `test_thing.a`.

use landform_core::plan::{PlanOptions, Planned};
use landform_plan::{ActionReason, CheckStatus, Mode, PlannedImport, ResourceChange};
use landform_state::State;
use landform_values::Value;

use crate::deferral::{from, told, up_and_down, waves, waves_with};
use crate::fixture::{Fixture, expect_fine, texts};
use crate::objects::state_of;

fn plan(config: &str, state: &str) -> Planned {
    let fixture = Fixture::new();
    let state = state_of(state, &mut fixture.strict.world());
    let (planned, diagnostics) = fixture.plan(config.trim_start(), &state, Mode::Normal);
    expect_fine(config, &diagnostics);
    planned.expect("a plan")
}

/// What is put off of an address.
fn put_off<'p>(planned: &'p Planned, address: &str) -> &'p ResourceChange {
    let mut changes = planned.plan.deferred.iter().map(|deferred| &deferred.change);
    changes.find(|change| change.address.to_string() == address).unwrap_or_else(|| panic!("{}", told(planned)))
}

/// With things that are not known yet.
fn with_many(rest: &str) -> String {
    format!(
        r#"
resource "test_thing" "a" {{}}
resource "test_thing" "many" {{ for_each = toset([test_thing.a.id]) }}
{rest}"#
    )
}

#[test]
fn instances_that_are_not_known_may_be_imported() {
    let import = |to: &str| format!("import {{\n  to = {to}\n  id = \"test_thing.given\"\n}}\n");
    let module = r#"
module "m" {
  source   = "./m"
  for_each = toset([test_thing.a.id])
}
-- m/main.tf --
resource "test_thing" "many" {}
"#;
    let in_module = import("module.m[\"thing-1\"].test_thing.many") + module;
    for (address, unknown, config) in [
        ("many[\"thing-1\"]", "many[*]", with_many(&import("test_thing.many[\"thing-1\"]"))),
        (
            "module.m[\"thing-1\"].many",
            "module.m[*].many[*]",
            format!("-- main.tf --\nresource \"test_thing\" \"a\" {{}}\n{in_module}"),
        ),
    ] {
        let fixture = Fixture::new();
        state_of("test_thing.given", &mut fixture.strict.world());
        let expected = format!("create a\n create {unknown}: instance_count_unknown\n ---\n ---");
        let state = waves(&fixture, Mode::Normal, &config, State::new("1.11.4"), &expected);
        let address = address.replace("many", "test_thing.many").parse().expect("an address");
        let many = state.current(&address).expect("it is there");
        assert!(many.attributes.contains("test_thing.given"), "{}", many.attributes);
    }
}

#[test]
fn nothing_is_opened_of_which_it_is_not_known_how_many_there_are() {
    let config = with_many(
        r#"
ephemeral "test_session" "s" {
  for_each = toset([test_thing.a.id])
  name     = each.key
}
resource "test_thing" "b" { session = one(values(ephemeral.test_session.s)).token }
"#,
    );
    let expected = "
        create a
        create many[*]: instance_count_unknown
        create b: deferred_prereq
        ---
        create many[\"thing-1\"]
        create b
    ";
    up_and_down(&config, expected);
    let stored = config.replace("{ session =", "{ input =");
    let fixture = Fixture::new();
    let (_, diagnostics) = fixture.plan(&stored, &State::new("1.11.4"), Mode::Normal);
    assert!(texts(&diagnostics).contains("phemeral"), "{}", texts(&diagnostics));
}

#[test]
fn nothing_is_opened_before_what_it_waits_for() {
    let config = with_many(
        r#"
ephemeral "test_session" "s" {
  name       = "s"
  depends_on = [test_thing.many]
}
resource "test_thing" "b" { session = ephemeral.test_session.s.token }
"#,
    );
    let fixture = Fixture::new();
    let (planned, diagnostics) = fixture.plan(&config, &State::new("1.11.4"), Mode::Normal);
    expect_fine(&config, &diagnostics);
    assert_eq!(fixture.strict.world().sessions.opened, 0);
    let told = told(&planned.expect("a plan"));
    assert!(told.contains("create b: deferred_prereq"), "{told}");
}

#[test]
fn what_does_not_change_waits_for_nothing() {
    let config = with_many("resource \"test_thing\" \"c\" { depends_on = [test_thing.many] }\n");
    let expected = "create a\n create many[*]: instance_count_unknown\n --- create many[\"thing-1\"]";
    from("test_thing.c", &config, expected);
}

#[test]
fn what_is_forgotten_waits_for_no_provider() {
    let config = r#"
resource "test_thing" "a" {}
provider "test" {
  alias = "p"
  uses  = [test_thing.a.id]
}
resource "test_thing" "b" { provider = test.p }
removed {
  from = test_thing.gone
  lifecycle { destroy = false }
}
"#;
    let expected = "
        create a
        create b: provider_config_unknown
        delete other
        forget gone
        ---
        create b
    ";
    from("test_thing.gone provider:p\n test_thing.other", config, expected);
}

#[test]
fn what_was_made_after_what_stays_stays() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" { replace = "new" }
module "m" {
  source   = "./m"
  for_each = { x = test_thing.a.id, y = "known" }
  id       = each.value
}
-- m/main.tf --
variable "id" {}
resource "test_thing" "b" { for_each = toset([var.id]) }
"#;
    // In each instance of a module, objects may have been made after others.
    let state = "
        test_thing.a
        test_thing.older
        test_thing.old after test_thing.older
        test_thing.other
        module.m[\"x\"].test_thing.b[\"k\"] after test_thing.a, test_thing.old
        module.m[\"y\"].test_thing.b[\"known\"] after test_thing.other
    ";
    let planned = plan(config, state);
    let expected = [
        "create module.m[\"x\"].b[*]: instance_count_unknown",
        "delete older: deferred_prereq",
        "delete old: deferred_prereq",
        "delete other: deferred_prereq",
    ];
    let addresses: Vec<&ResourceChange> = planned.plan.deferred.iter().map(|deferred| &deferred.change).collect();
    assert!(addresses.is_sorted_by_key(|change| change.sort_key()), "{}", told(&planned));
    for line in expected {
        assert!(told(&planned).contains(line), "{line}\n{}", told(&planned));
    }
}

#[test]
fn all_that_is_known_of_what_is_put_off_is_told() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" {}
module "m" {
  source   = "./m"
  for_each = toset([test_thing.a.id])
}
-- m/main.tf --
resource "test_thing" "b" { input = "x" }
resource "test_thing" "c" { input = "${test_thing.b.input}y" }
"#;
    let planned = plan(config, "");
    let c = put_off(&planned, "module.m[*].test_thing.c[*]");
    assert_eq!(c.after.get_attribute("input"), Some(&Value::from("xy")));
    assert!(c.after.get_attribute("id").is_some_and(|id| !id.is_known()));
    assert_eq!(c.after.get_attribute("replace").map(Value::is_null), Some(true));
}

#[test]
fn what_is_put_off_keeps_its_secrets_and_says_where_it_was() {
    let config = r#"
resource "test_thing" "a" {}
provider "test" {
  alias = "p"
  uses  = [test_thing.a.id]
}
resource "test_thing" "new" {
  provider = test.p
  input    = sensitive("x")
}
resource "test_thing" "b" {
  provider = test.p
  input    = sensitive("x")
}
moved {
  from = test_thing.old
  to   = test_thing.b
}
"#;
    let planned = plan(config, "test_thing.old provider:p");
    for address in ["test_thing.new", "test_thing.b"] {
        let input = put_off(&planned, address).after.get_attribute("input").expect("one").clone();
        assert!(input.marks().is_sensitive() && input.unmark_deep().0 == Value::from("x"), "{address}");
    }
    let b = put_off(&planned, "test_thing.b");
    assert_eq!(b.previous_address.to_string(), "test_thing.old");
    assert_eq!(b.before.get_attribute("id"), Some(&Value::from("test_thing.old")));
}

#[test]
fn it_is_told_why_data_is_read_later() {
    let config = with_many(
        r#"
data "test_tag" "known" {
  id         = "test_thing.x"
  depends_on = [test_thing.many]
}
data "test_tag" "unknown" {
  id         = test_thing.a.id
  depends_on = [test_thing.many]
}
data "test_tag" "many" {
  for_each = test_thing.many
  id       = each.value.id
}
"#,
    );
    let planned = plan(&config, "test_thing.x");
    let reason = |name: &str| put_off(&planned, &format!("data.test_tag.{name}")).reason;
    assert_eq!(reason("known"), Some(ActionReason::ReadBecauseDependencyPending));
    assert_eq!(reason("unknown"), Some(ActionReason::ReadBecauseConfigUnknown));
    assert_eq!(reason("many[*]"), Some(ActionReason::ReadBecauseConfigUnknown));
}

#[test]
fn what_may_be_imported_says_so() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" {}
import {
  to = test_thing.b
  id = test_thing.a.id
}
"#;
    let planned = plan(config, "");
    assert_eq!(put_off(&planned, "test_thing.b").importing, Some(PlannedImport::Unknown));
}

#[test]
fn conditions_of_what_is_put_off_are_not_known() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "many" {
  for_each = toset([test_thing.a.id])
  lifecycle {
    postcondition {
      condition     = self.input == null
      error_message = "There is one."
    }
  }
}
"#;
    let planned = plan(config, "");
    let statuses: Vec<CheckStatus> = planned.plan.checks.iter().map(|check| check.status).collect();
    assert_eq!(statuses, [CheckStatus::Unknown]);
}

#[test]
fn what_is_to_be_replaced_and_is_not_there_is_made_once() {
    let config = with_many("");
    let replace = vec!["test_thing.a".parse().expect("an address")];
    let options = PlanOptions { replace, ..PlanOptions::default() };
    let expected = "
        create a
        create many[*]: instance_count_unknown
        ---
        create many[\"thing-1\"]
    ";
    waves_with(&Fixture::new(), options, &config, State::new("1.11.4"), expected);
}

#[test]
fn what_triggers_one_instance_triggers_no_other() {
    let config = r#"
resource "test_thing" "a" {
  for_each = { x = "new", y = null }
  input    = each.value
}
resource "test_thing" "many" { for_each = toset([test_thing.a["x"].tag]) }
resource "test_thing" "c" {
  for_each   = toset(["x", "y"])
  input      = "new"
  depends_on = [test_thing.many]
  lifecycle { replace_triggered_by = [test_thing.a[each.key]] }
}
"#;
    let state = "
        test_thing.a[\"x\"]
        test_thing.a[\"y\"]
        test_thing.c[\"x\"] after test_thing.a
        test_thing.c[\"y\"] after test_thing.a
    ";
    let expected = "
        update a[\"x\"]
        create many[*]: instance_count_unknown
        delete/create c[\"x\"]: deferred_prereq
        update c[\"y\"]: deferred_prereq
        ---
        create many[\"a[\\\"x\\\"]@2\"]
        delete/create c[\"x\"]
        update c[\"y\"]
    ";
    from(state, config, expected);
}
