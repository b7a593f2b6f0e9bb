//! How long ephemeral resources are open: for as long as something uses them, and renewed as long as that takes.

use std::sync::Mutex;

use landform_core::events::{EphemeralPhase, Event, Observer};
use landform_diagnostics::Diagnostics;
use landform_plan::Mode;
use landform_state::State;

use crate::fixture::{Fixture, expect_fine, texts};
use crate::objects::state_of;

/// Notes what happens, a few words an event.
#[derive(Default)]
struct Log(Mutex<Vec<String>>);

impl Observer for Log {
    fn event(&self, event: Event<'_>) {
        let line = match event {
            Event::Ephemeral { address, phase: EphemeralPhase::Done(operation) } => format!("{operation:?} {address}"),
            Event::Ephemeral { address, phase: EphemeralPhase::Failed(operation) } => {
                format!("{operation:?} {address} failed")
            }
            Event::Applied { address, action, .. } => format!("{action:?} {address}"),
            Event::Failed { address, action, .. } => format!("{action:?} {address} failed"),
            _ => return,
        };
        let line = line.replace("ephemeral.test_session.", "").replace("test_thing.", "").to_lowercase();
        self.0.lock().expect("no test panics with it").push(line);
    }
}

/// Plans, and applies to what was there before; the events of apply.
fn run(fixture: &Fixture, config: &str, state: &State, mode: Mode) -> (String, Diagnostics) {
    let (planned, diagnostics) = fixture.plan(config, state, mode);
    expect_fine(config, &diagnostics);
    assert!(fixture.strict.world().sessions.is_empty(), "planning closes what it opens");
    let log = Log::default();
    let (_, diagnostics) = fixture.apply(config, &planned.expect("a plan"), &log);
    assert!(fixture.strict.world().sessions.is_empty(), "applying closes what it opens");
    (log.0.into_inner().expect("no test panics with it").join(", "), diagnostics)
}

#[track_caller]
fn check(config: &str, state: &str, expected: &str) {
    let fixture = Fixture::new();
    let state = state_of(state, &mut fixture.strict.world());
    let (events, diagnostics) = run(&fixture, config, &state, Mode::Normal);
    expect_fine(config, &diagnostics);
    assert_eq!(events, expected, "{config}");
}

#[test]
fn what_nothing_needs_any_more_is_closed() {
    let config = r#"
ephemeral "test_session" "s" { name = "s" }
locals { token = ephemeral.test_session.s.token }
resource "test_thing" "a" { session = local.token }
resource "test_thing" "b" { uses = [test_thing.a.id] }
resource "test_thing" "c" { uses = [test_thing.b.id] }
"#;
    check(config, "", "open s, create a, close s, create b, create c");
}

#[test]
fn what_nothing_uses_is_closed_at_once() {
    let config = r#"
ephemeral "test_session" "s" { name = "s" }
resource "test_thing" "a" { input = "slow" }
"#;
    check(config, "", "open s, close s, create a");
}

#[test]
fn who_only_waits_for_it_does_not_keep_it_open() {
    let config = r#"
-- main.tf --
ephemeral "test_session" "s" { name = "s" }
resource "test_thing" "a" { input = "slow" }
module "m" {
  source     = "./m"
  depends_on = [ephemeral.test_session.s, test_thing.a]
}
-- m/main.tf --
resource "test_thing" "b" {}
"#;
    check(config.trim_start(), "", "open s, close s, create a, create module.m.b");
}

#[test]
fn what_is_made_of_it_is_closed_before() {
    let config = r#"
ephemeral "test_session" "outer" { name = "outer" }
ephemeral "test_session" "inner" {
    count = 2
    name  = "inner"
    of    = ephemeral.test_session.outer.token
}
resource "test_thing" "a" { session = ephemeral.test_session.inner[1].token }
"#;
    check(
        config,
        "",
        "open outer, open inner[0], open inner[1], create a, close inner[1], close inner[0], close outer",
    );
}

#[test]
fn a_provider_has_it_for_all_that_it_does() {
    let config = r#"
ephemeral "test_session" "s" {
    provider = test.without
    name     = "s"
}
provider "test" {
    alias   = "with"
    session = ephemeral.test_session.s.token
}
provider "test" { alias = "without" }
resource "test_thing" "a" { provider = test.with }
resource "test_thing" "b" { provider = test.without }
"#;
    let state = "
test_thing.old provider:with after test_thing.older
test_thing.older provider:with
";
    let fixture = Fixture::new();
    let state = state_of(state, &mut fixture.strict.world());
    let (events, diagnostics) = run(&fixture, config, &state, Mode::Normal);
    expect_fine(config, &diagnostics);
    let at = |event: &str| {
        events.split(", ").position(|found| found == event).unwrap_or_else(|| panic!("{event}: {events}"))
    };
    assert!(at("open s") < at("create a"), "{events}");
    assert!(at("close s") > at("create a") && at("close s") > at("delete older"), "{events}");
}

#[test]
fn modules_hand_it_on() {
    let config = r#"
-- main.tf --
module "login" { source = "./login" }
module "app" {
    source = "./app"
    token  = module.login.token
}
resource "test_thing" "last" { uses = [module.app.id] }
-- login/main.tf --
ephemeral "test_session" "s" { name = "s" }
output "token" {
    value     = ephemeral.test_session.s.token
    ephemeral = true
}
-- app/main.tf --
variable "token" { ephemeral = true }
resource "test_thing" "a" { session = var.token }
output "id" { value = test_thing.a.id }
"#;
    let expected = "open module.login.s, create module.app.a, close module.login.s, create last";
    check(config.trim_start(), "", expected);
}

#[test]
fn it_is_renewed_for_as_long_as_it_is_needed() {
    let config = r#"
ephemeral "test_session" "s" { name = "short" }
resource "test_thing" "a" {
    input   = "slow"
    session = ephemeral.test_session.s.token
}
resource "test_thing" "b" {
    input = "slow"
    uses  = [test_thing.a.id]
}
"#;
    check(config, "", "open s, renew s, renew s, renew s, create a, close s, create b");
}

#[test]
fn a_destroy_has_it_too() {
    let config = r#"
ephemeral "test_session" "s" { name = "s" }
provider "test" {
    alias   = "with"
    session = ephemeral.test_session.s.token
}
resource "test_thing" "a" { provider = test.with }
"#;
    let fixture = Fixture::new();
    let state = state_of("test_thing.a provider:with", &mut fixture.strict.world());
    let (events, diagnostics) = run(&fixture, config, &state, Mode::Destroy);
    expect_fine(config, &diagnostics);
    assert_eq!(events, "open s, delete a, close s");
}

#[test]
fn after_a_failure_it_is_closed() {
    let config = r#"
ephemeral "test_session" "s" { name = "s" }
resource "test_thing" "a" { session = ephemeral.test_session.s.token }
resource "test_thing" "b" { session = test_thing.a.id == "" ? "" : ephemeral.test_session.s.token }
"#;
    let fixture = Fixture::new();
    fixture.strict.world().faults.push_back(crate::strict::Fault::Before);
    let (events, diagnostics) = run(&fixture, config, &State::new("1.11.4"), Mode::Normal);
    assert_eq!(events, "open s, create a failed, close s");
    assert_eq!(texts(&diagnostics), "Out of luck: Before\n");
}

#[test]
fn what_can_not_be_renewed_is_told_when_it_is_closed() {
    let config = r#"
ephemeral "test_session" "s" { name = "stubborn" }
resource "test_thing" "a" {
    input   = "slow"
    session = ephemeral.test_session.s.token == "" ? "" : null
}
"#;
    let fixture = Fixture::new();
    let (events, diagnostics) = run(&fixture, config, &State::new("1.11.4"), Mode::Normal);
    assert_eq!(events, "open s, renew s failed, create a, close s");
    assert_eq!(texts(&diagnostics), "It does not want to: stubborn-2\n");
}
