//! What providers promise and what they do: the engine holds the two against each other, and state says what is true
//! whatever went wrong.

use async_trait::async_trait;
use landform_core::apply::Recorder;
use landform_core::events::Silent;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::Mode;
use landform_provider_api::{ApplyResponse, PlanResponse};
use landform_state::journal::{Change, Intent, Ticket};
use landform_state::{ObjectStatus, State};
use landform_values::{Path, Type, Value};

use crate::fixture::{Fixture, expect_fine, texts};
use crate::objects::state_of;
use crate::order::CHAIN_CONFIG;
use crate::strict::{Fault, World};

const A: &str = "resource \"test_thing\" \"a\" { input = \"x\" }\n";

/// Plans, changes the world, and applies. Errors of planning, or else of applying; what is in state then; and how many
/// operations the provider was asked for.
fn run(
    config: &str,
    state: &str,
    planning: impl FnOnce(&mut World),
    applying: impl FnOnce(&mut World),
) -> (String, String, usize) {
    let fixture = Fixture::new();
    let state = state_of(state, &mut fixture.strict.world());
    planning(&mut fixture.strict.world());
    let (planned, diagnostics) = fixture.plan(config, &state, Mode::Normal);
    if diagnostics.has_errors() {
        return (texts(&diagnostics), said(&state), 0);
    }
    applying(&mut fixture.strict.world());
    let (applied, diagnostics) = fixture.apply(config, &planned.expect("a plan"), &Silent);
    let operations = fixture.strict.world().operations;
    (texts(&diagnostics), said(&applied.state), operations)
}

fn nothing(_: &mut World) {}

/// A line an object: its address, how it is, its id and its input.
fn said(state: &State) -> String {
    let lines = state.objects().map(|found| {
        let status = if found.object.status == ObjectStatus::Tainted { " tainted" } else { "" };
        let deposed = if found.deposed.is_some() { " deposed" } else { "" };
        let attributes: serde_json::Value = serde_json::from_str(&found.object.attributes).expect("JSON");
        format!("{}{deposed}{status} {} {}\n", found.address(), attributes["id"], attributes["input"])
    });
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines.concat().replace("test_thing.", "").replace('"', "")
}

fn set(object: &mut Value, name: &str, value: &str) {
    *object = object.with_attribute(name, Value::from(value));
}

const BUG: &str = "\n\nThis is a bug in the provider, which should be reported in the provider's own issue tracker.\n";

fn failed(error: &str) -> String {
    error.replace("PROVIDER", "\"registry.terraform.io/hashicorp/test\"") + BUG
}

// Plans.

#[test]
fn what_is_planned_is_what_is_configured() {
    let bend = |response: &mut PlanResponse| set(&mut response.planned, "input", "other");
    let error = "Provider produced invalid plan: Provider PROVIDER planned an invalid value for test_thing.a.input: planned value a string of 5 characters does not match config value a string of 1 characters.";
    let (errors, state, _) = run(A, "", |world| world.bend_plan = Some(bend), nothing);
    assert_eq!((errors, &*state), (failed(error), ""));
}

#[test]
fn what_the_provider_decides_alone_is_nothing_to_ignore() {
    let config = "resource \"test_thing\" \"a\" {\n  input = \"x\"\n  lifecycle { ignore_changes = [tag] }\n}\n";
    let (errors, state, _) = run(config, "test_thing.a input:y", nothing, nothing);
    assert_eq!((&*errors, &*state), ("", "a a x\n"));
}

#[test]
fn providers_of_the_old_kind_may_plan_otherwise() {
    let bend = |response: &mut PlanResponse| {
        set(&mut response.planned, "id", "mine");
        if response.planned.get_attribute("labels").is_some_and(Value::is_null) {
            response.planned =
                response.planned.with_attribute("labels", Value::map(Type::String, [("added", Value::from("1"))]));
        }
        response.legacy = true;
    };
    let fixture = Fixture::new();
    fixture.strict.world().bend_plan = Some(bend);
    let (planned, diagnostics) = fixture.plan(A, &State::new("1.11.4"), Mode::Normal);
    expect_fine(A, &diagnostics);
    assert_eq!(planned.expect("a plan").execution.to_string(), "create test_thing.a\n");
}

#[test]
fn nothing_is_replaced_for_what_does_not_change() {
    let bend = |response: &mut PlanResponse| response.requires_replace.push(Path::root().attribute("replace"));
    let (errors, state, _) = run(A, "test_thing.a input:y", |world| world.bend_plan = Some(bend), nothing);
    assert_eq!((&*errors, &*state), ("", "a a x\n"));
}

#[test]
fn what_waits_is_an_update_though_nothing_differs() {
    let planning = |world: &mut World| world.bend_plan = Some(|response| response.unfinished = true);
    // Another tag than was planned is nothing that providers of the old kind are held to.
    let applying = |world: &mut World| world.bend_applied = Some(|response| response.legacy = true);
    let (errors, _, operations) = run(A, "test_thing.a input:x", planning, applying);
    assert_eq!((&*errors, operations), ("", 1));
}

#[test]
fn a_plan_keeps_its_promises_when_all_is_known() {
    let bend = |response: &mut PlanResponse| set(&mut response.planned, "id", "other");
    let error = "Provider produced inconsistent final plan: When expanding the plan for test_thing.a to include new values learned so far during apply, provider PROVIDER produced an invalid new value for .id: was a string of 12 characters, but now a string of 5 characters.";
    let (errors, state, operations) = run(A, "test_thing.a input:y", nothing, |world| world.bend_plan = Some(bend));
    assert_eq!((errors, &*state, operations), (failed(error), "a a y\n", 0));
}

#[test]
fn an_update_that_turns_out_to_change_nothing_is_not_made() {
    let config = r#"
resource "test_thing" "a" { input = "new" }
resource "test_thing" "b" { input = test_thing.a.tag == "" ? "y" : "x" }
"#;
    let (errors, state, operations) = run(config, "test_thing.a\n test_thing.b input:x", nothing, nothing);
    assert_eq!((&*errors, &*state, operations), ("", "a a new\nb b x\n", 1));
}

#[test]
fn what_is_sensitive_only_now_is_an_update() {
    crate::order::check(&A.replace("\"x\"", "sensitive(\"x\")"), "test_thing.a input:x", "update a");
}

#[test]
fn a_plan_is_of_its_configuration() {
    let config = |count: u8| format!("resource \"test_thing\" \"a\" {{ count = {count} }}\n");
    let fixture = Fixture::new();
    let (planned, _) = fixture.plan(&config(2), &State::new("1.11.4"), Mode::Normal);
    let (applied, diagnostics) = fixture.apply(&config(1), &planned.expect("a plan"), &Silent);
    assert_eq!(
        texts(&diagnostics),
        "Inconsistent plan: The plan has a change of test_thing.a[1], but with the values known now there is no such instance.\n"
    );
    assert_eq!(said(&applied.state), "a[0] thing-1 null\n");
}

// What was done.

#[test]
fn what_is_done_is_what_was_planned() {
    let bend = |response: &mut ApplyResponse| set(&mut response.object, "input", "other");
    let error = "Provider produced inconsistent result after apply: When applying changes to test_thing.a, provider PROVIDER produced an unexpected new value: .input: was a string of 1 characters, but now a string of 5 characters.";
    let (errors, state, _) = run(A, "", nothing, |world| world.bend_applied = Some(bend));
    assert_eq!((errors, &*state), (failed(error), "a tainted thing-1 other\n"));
    let (_, state, _) = run(A, "test_thing.a input:y", nothing, |world| world.bend_applied = Some(bend));
    assert_eq!(state, "a a other\n");
}

#[test]
fn providers_of_the_old_kind_may_do_otherwise() {
    let bend = |response: &mut ApplyResponse| {
        set(&mut response.object, "input", "other");
        response.legacy = true;
    };
    let (errors, state, _) = run(A, "", nothing, |world| world.bend_applied = Some(bend));
    assert_eq!((&*errors, &*state), ("", "a thing-1 other\n"));
}

#[test]
fn of_what_has_failed_nothing_more_is_said() {
    let bend = |response: &mut ApplyResponse| set(&mut response.object, "input", "other");
    let (errors, state, _) = run(A, "", nothing, |world| {
        world.bend_applied = Some(bend);
        world.faults.push_back(Fault::After);
    });
    assert_eq!((&*errors, &*state), ("Out of luck: After\n", "a tainted thing-1 other\n"));
}

#[test]
fn something_is_there_after_a_change() {
    let bend = |response: &mut ApplyResponse| response.object = Value::null(response.object.ty());
    let error = "Provider produced inconsistent result after apply: When applying changes to test_thing.a, provider PROVIDER returned no object and no error.";
    let (errors, state, _) = run(A, "", nothing, |world| world.bend_applied = Some(bend));
    assert_eq!((errors, &*state), (failed(error), ""));
}

#[test]
fn all_is_known_after_a_change() {
    let bend = |response: &mut ApplyResponse| {
        response.object = response.object.with_attribute("input", Value::unknown(Type::String));
    };
    let error = "Provider returned invalid result object after apply: After the apply operation, the provider still indicated an unknown value for test_thing.a. All values must be known after apply, so this is always a bug in the provider and should be reported in the provider's own repository. Landform will still save the other known object values in the state.\n";
    let (errors, state, _) = run(A, "", nothing, |world| world.bend_applied = Some(bend));
    assert_eq!((&*errors, &*state), (error, "a tainted thing-1 null\n"));
}

// What went wrong.

#[test]
fn what_failed_is_in_state_as_it_is() {
    let check = |state: &str, applying: fn(&mut World), expected: &str| {
        let (errors, state, _) = run(A, state, nothing, applying);
        assert!(errors.starts_with("Out of luck"), "{errors}");
        assert_eq!(state, expected);
    };
    let before: fn(&mut World) = |world| world.faults.push_back(Fault::Before);
    let after: fn(&mut World) = |world| world.faults.push_back(Fault::After);
    check("", before, "");
    check("", after, "a tainted thing-1 x\n");
    check("test_thing.a input:y", before, "a a y\n");
    check("test_thing.a input:y", after, "a a x\n");
    check("test_thing.a input:x\n test_thing.gone", before, "a a x\ngone gone null\n");
    // Who does not say what is there any more has not destroyed it.
    let lost: fn(&mut World) = |world| {
        world.faults.push_back(Fault::After);
        world.bend_applied = Some(|response| response.object = Value::null(response.object.ty()));
    };
    check("test_thing.a input:y", lost, "a a y\n");
    // Who has only stopped waiting has not failed.
    let waiting: fn(&mut World) = |world| {
        world.faults.push_back(Fault::After);
        world.bend_applied = Some(|response| response.unfinished = true);
    };
    check("", waiting, "a thing-1 x\n");
}

#[test]
fn an_old_object_is_put_back_only_where_nothing_has_come() {
    let config =
        "resource \"test_thing\" \"a\" {\n  replace = \"new\"\n  lifecycle { create_before_destroy = true }\n}\n";
    let (_, state, _) = run(config, "test_thing.a", nothing, |world| world.faults.push_back(Fault::Before));
    assert_eq!(state, "a a null\n");
    let (_, state, _) = run(config, "test_thing.a", nothing, |world| world.faults.push_back(Fault::After));
    assert_eq!(state, "a deposed a null\na tainted thing-1 null\n");
}

#[test]
fn state_says_what_an_object_was_made_after() {
    let fixture = Fixture::new();
    let (planned, _) = fixture.plan(CHAIN_CONFIG, &State::new("1.11.4"), Mode::Normal);
    let (applied, _) = fixture.apply(CHAIN_CONFIG, &planned.expect("a plan"), &Silent);
    let dependencies = applied.state.objects().map(|found| found.object.dependencies.len());
    assert_eq!(dependencies.collect::<Vec<_>>(), [0, 1, 2]);
}

/// Where nothing can be written.
struct Full;

#[async_trait(?Send)]
impl Recorder for Full {
    async fn intent(&self, _: &Intent<'_>) -> Result<Ticket, Diagnostic> {
        Err(Diagnostic::error("No space left", ""))
    }

    async fn outcome(&self, _: u64, _: &[Change]) -> Result<(), Diagnostic> {
        Ok(())
    }

    fn note(&self, _: &[Change]) {}

    fn wants_snapshot(&self) -> bool {
        false
    }

    async fn snapshot(&self, _: &State) -> Result<(), Diagnostic> {
        Ok(())
    }
}

#[test]
fn who_may_see_a_value_is_no_business_of_providers() {
    let fixture = Fixture::new();
    let state = state_of("test_thing.a input:x", &mut fixture.strict.world());
    let config = A.replace("\"x\"", "sensitive(\"x\")");
    let (planned, _) = fixture.plan(&config, &state, Mode::Normal);
    let planned = planned.expect("a plan");
    let (applied, diagnostics): (_, Diagnostics) =
        fixture.run(&config, async |environment| landform_core::apply::apply(&environment, &planned, &Full).await);
    assert_eq!(texts(&diagnostics), "", "nothing has to be written down first");
    assert_eq!(said(&applied.state), "a a x\n");
    let marked: Vec<usize> = applied.state.objects().map(|found| found.object.sensitive_attributes.len()).collect();
    assert_eq!(marked, [1]);
    assert_eq!(fixture.strict.world().operations, 0);
}

#[test]
fn what_can_not_be_written_down_is_not_done() {
    let fixture = Fixture::new();
    let state = state_of("test_thing.a input:y\n test_thing.gone", &mut fixture.strict.world());
    let (planned, _) = fixture.plan(A, &state, Mode::Normal);
    let planned = planned.expect("a plan");
    let (applied, diagnostics): (_, Diagnostics) =
        fixture.run(A, async |environment| landform_core::apply::apply(&environment, &planned, &Full).await);
    assert_eq!(texts(&diagnostics), "No space left: \nNo space left: \n");
    assert_eq!(said(&applied.state), "a a y\ngone gone null\n");
    assert_eq!(fixture.strict.world().operations, 0);
}
