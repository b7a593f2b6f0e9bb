//! Resource identities: what plans and states say of them, what providers may say, and imports by them.

use landform_core::plan::Planned;
use landform_plan::{Action, Mode, PlannedImport};
use landform_state::State;
use landform_values::{Type, Value};

use crate::fixture::{Fixture, expect_fine, texts};
use crate::objects::state_of;
use crate::rules::Log;
use crate::stored::saved_and_loaded;

fn nothing() -> State {
    State::new("1.11.4")
}

fn identity(id: &str, place: &str) -> Value {
    Value::object([("id", Value::from(id)), ("place", Value::from(place))])
}

/// Plans and applies, and all goes well.
fn applied(fixture: &Fixture, config: &str, state: &State) -> (Planned, State) {
    let (planned, diagnostics) = fixture.plan(config, state, Mode::Normal);
    expect_fine(config, &diagnostics);
    let planned = planned.expect("a plan");
    let (applied, diagnostics) = fixture.apply(config, &planned, &Log::default());
    expect_fine(config, &diagnostics);
    (planned, applied.state)
}

/// What state has of the only object: the version of the schema, and the identity.
fn stored(state: &State) -> (Option<i64>, Option<String>) {
    let (_, resource) = state.resources.iter().next().expect("a resource");
    let (_, instance) = resource.instances.iter().next().expect("an instance");
    let object = instance.current.as_ref().expect("an object");
    (object.identity_schema_version, object.identity.as_ref().map(ToString::to_string))
}

#[test]
fn an_identity_goes_with_its_object() {
    let fixture = Fixture::new();
    let first = "resource \"test_thing\" \"a\" {}\n";
    let (planned, state) = applied(&fixture, first, &nothing());
    let change = |planned: &Planned| planned.plan.resource_changes[0].identity.clone();
    assert_eq!((change(&planned).before, change(&planned).after), (None, None));
    let expected = r#"{"id":"thing-1","place":""}"#.to_owned();
    assert_eq!(stored(&state), (Some(1), Some(expected.clone())));

    let (planned, state) = applied(&fixture, "resource \"test_thing\" \"a\" {\n  input = \"x\"\n}\n", &state);
    let own = || Some(identity("thing-1", ""));
    assert_eq!((change(&planned).before, change(&planned).after), (own(), own()));
    assert_eq!(planned.plan.prior_state.objects[0].identity, own());
    assert_eq!(stored(&state), (Some(1), Some(expected)));

    let (planned, state) = applied(&fixture, "resource \"test_thing\" \"a\" {\n  replace = \"x\"\n}\n", &state);
    assert_eq!((change(&planned).before, change(&planned).after), (own(), None));
    assert_eq!(stored(&state).1.as_deref(), Some(r#"{"id":"thing-2","place":""}"#));

    let (planned, diagnostics) = fixture.plan("", &state, Mode::Normal);
    expect_fine("", &diagnostics);
    let planned = planned.expect("a plan");
    assert_eq!((change(&planned).before, change(&planned).after), (Some(identity("thing-2", "")), None));
}

#[test]
fn reading_finds_the_identity_of_an_object_that_has_none_yet() {
    let fixture = Fixture::new();
    let state = state_of("test_thing.a", &mut fixture.strict.world());
    assert_eq!(stored(&state), (None, None));
    let (planned, state) = applied(&fixture, "resource \"test_thing\" \"a\" {}\n", &state);
    assert_eq!(planned.plan.resource_changes[0].action, Action::NoOp);
    assert_eq!(stored(&state).1.as_deref(), Some(r#"{"id":"test_thing.a","place":""}"#));
}

#[test]
fn an_identity_in_another_form_gives_way() {
    let fixture = Fixture::new();
    let mut state = state_of("test_thing.a", &mut fixture.strict.world());
    let resource = state.resources.values_mut().next().expect("a resource");
    let object = resource.instances.values_mut().next().and_then(|found| found.current.as_mut()).expect("an object");
    object.identity = Some(r#"{"name":"a"}"#.into());
    object.identity_schema_version = Some(0);
    let (planned, state) = applied(&fixture, "resource \"test_thing\" \"a\" {}\n", &state);
    assert_eq!(planned.plan.resource_changes[0].identity.before, Some(identity("test_thing.a", "")));
    assert_eq!(stored(&state).0, Some(1));
}

#[test]
fn what_providers_may_not_say() {
    let check = |told: Value, expected: &str| {
        let fixture = Fixture::new();
        let config = "resource \"test_thing\" \"a\" {}\n";
        let (_, state) = applied(&fixture, config, &nothing());
        fixture.strict.world().identity = Some(told);
        let (_, diagnostics) = fixture.plan(config, &state, Mode::Normal);
        assert!(diagnostics.has_errors() && texts(&diagnostics).contains(expected), "{}", texts(&diagnostics));
    };
    check(identity("other", ""), "it was id=thing-1,place=, and is id=other,place=.");
    let unknown = identity("thing-1", "").with_attribute("id", Value::unknown(Type::String));
    check(unknown, "returned an identity with unknown values for test_thing.a");
    check(Value::object([("id", Value::from("thing-1"))]), "doesn't match the identity schema");
}

#[test]
fn apply_holds_providers_to_it_and_keeps_the_object() {
    let fixture = Fixture::new();
    let (_, state) = applied(&fixture, "resource \"test_thing\" \"a\" {}\n", &nothing());
    let config = "resource \"test_thing\" \"a\" {\n  input = \"x\"\n}\n";
    let (planned, diagnostics) = fixture.plan(config, &state, Mode::Normal);
    expect_fine(config, &diagnostics);
    fixture.strict.world().identity = Some(identity("other", ""));
    let (applied, diagnostics) = fixture.apply(config, &planned.expect("a plan"), &Log::default());
    assert!(texts(&diagnostics).contains("Unexpected Identity Change"), "{}", texts(&diagnostics));
    assert_eq!(stored(&applied.state).1.as_deref(), Some(r#"{"id":"thing-1","place":""}"#));
    let (_, resource) = applied.state.resources.iter().next().expect("a resource");
    let object = resource.instances.values().next().and_then(|found| found.current.as_ref()).expect("an object");
    assert!(object.attributes.contains(r#""input":"x""#), "{}", object.attributes);
}

/// A root that imports `test_thing.a`.
fn importing(block: &str) -> String {
    format!("import {{\n  to = test_thing.a\n  {block}\n}}\nresource \"test_thing\" \"a\" {{}}\n")
}

#[test]
fn an_object_is_imported_by_its_identity() {
    let check = |block: &str| {
        let fixture = Fixture::new();
        state_of("test_thing.x", &mut fixture.strict.world());
        let (planned, state) = applied(&fixture, &importing(block), &nothing());
        let change = &planned.plan.resource_changes[0];
        let own = identity("test_thing.x", "");
        assert_eq!(change.action, Action::NoOp);
        assert_eq!(change.importing, Some(PlannedImport::Identity(own.clone())), "all of it, whatever the block gives");
        assert_eq!((&change.identity.before, &change.identity.after), (&Some(own.clone()), &Some(own)));
        let saved = saved_and_loaded(&fixture, &planned).plan;
        let saved = &saved.resource_changes[0];
        assert_eq!((&saved.identity, &saved.importing), (&change.identity, &change.importing));
        assert_eq!(stored(&state).1.as_deref(), Some(r#"{"id":"test_thing.x","place":""}"#));
    };
    check("identity = { id = \"test_thing.x\" }");
    check("identity = { id = \"test_thing.x\", place = \"\" }");
    check("identity = { id = \"test_thing.x\", place = null, odd = 1 }");
}

#[test]
fn an_identity_that_is_not_known_yet_puts_the_import_off() {
    let fixture = Fixture::new();
    let config = "resource \"test_thing\" \"x\" {}\n".to_owned() + &importing("identity = { id = test_thing.x.id }");
    let (planned, diagnostics) = fixture.plan(&config, &nothing(), Mode::Normal);
    expect_fine(&config, &diagnostics);
    let plan = planned.expect("a plan").plan;
    assert_eq!(plan.deferred[0].change.importing, Some(PlannedImport::Unknown));
}

#[test]
fn what_import_blocks_may_not_say() {
    let check = |block: &str, expected: &str| {
        let fixture = Fixture::new();
        state_of("test_thing.x", &mut fixture.strict.world());
        let (_, diagnostics) = fixture.plan(&importing(block), &nothing(), Mode::Normal);
        let is = texts(&diagnostics);
        assert!(diagnostics.has_errors() && is.contains(expected), "{block}: {is}");
    };
    check("identity = null", "The import identity cannot be null.");
    check("identity = \"a\"", "an object is required");
    check("identity = { place = \"a\" }", "The identity of test_thing needs the attribute \"id\".");
    check("identity = { id = [] }", "Inappropriate value for attribute \"id\": string required");
    check("identity = { id = sensitive(\"test_thing.x\") }", "can not hold sensitive values");
    check("identity = { id = \"y\" }", "Nothing there: y");
    let elsewhere = "identity = { id = \"test_thing.x\", place = \"north\" }";
    check(elsewhere, "another identity than the one that the import block gives: id=test_thing.x,place=");
    check("identity = { id = test_thing.a.id }", "The import identity cannot reference the resource being imported.");
}
