//! What is said of objects that were changed outside, and how real values get into configuration.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use landform_core::drift::accept::{edited, given_anew, propose, verify, wishes};
use landform_core::drift::{Drifted, drift};
use landform_core::plan::{Environment, PlanOptions};
use landform_core::variables::{Given, ValueSource};
use landform_diagnostics::Span;
use landform_lang::syntax::parse_native;
use landform_plan::{AcceptOutcome, Drift, Fate, Mode};
use landform_state::State;
use landform_values::{Str, Type, Value, json};

use crate::fixture::{Fixture, expect_fine};

/// Objects that were made by a configuration, and then changed.
struct Changed {
    fixture: Fixture,
    state: State,
}

/// What happens to an object, by the name that stands in its `replace`.
type Change<'a> = (&'a str, &'a str, Option<Value>);

impl Changed {
    /// Applies a configuration; then attributes get other values. Without a value, the object is destroyed.
    fn new(config: &str, changes: &[Change<'_>]) -> Self {
        let fixture = Fixture::new();
        let (planned, diagnostics) = fixture.plan(config, &State::new("1.11.4"), Mode::Normal);
        expect_fine(config, &diagnostics);
        let planned = planned.expect("without errors there is a plan");
        let (applied, diagnostics) = fixture.apply(config, &planned, &landform_core::events::Silent);
        expect_fine(config, &diagnostics);
        for (name, attribute, value) in changes {
            let mut world = fixture.strict.world();
            let is_it = |object: &Value| object.get_attribute("replace").and_then(Value::as_str) == Some(name);
            let (id, object) = world.objects.iter().find(|(_, object)| is_it(object)).expect("it is there");
            let (id, object) = (id.clone(), object.clone());
            match value {
                Some(value) => drop(world.objects.insert(id, object.with_attribute(attribute, value.clone()))),
                None => drop(world.objects.remove(&id)),
            }
        }
        Self { fixture, state: applied.state }
    }

    async fn drifted(&self, environment: &Environment<'_>, given: &BTreeMap<Str, Given>) -> Drifted {
        let options = PlanOptions { variables: given.clone(), ..PlanOptions::default() };
        let (drifted, diagnostics) = drift(environment, &self.state, &options).await;
        expect_fine("", &diagnostics);
        drifted.expect("without errors there is something to say")
    }
}

fn labels<const N: usize>(items: [(&str, &str); N]) -> Value {
    Value::map(Type::String, items.map(|(key, value)| (key, Value::from(value))))
}

/// A line an object, and a line an attribute: what was, what is, and who wants what was.
fn shown(drift: &Drift, environment: &Environment<'_>) -> String {
    let place = |span: Span| {
        let file = environment.settings.context.sources.file(span.file);
        format!("{}:{}", file.name, file.position(span.start as usize).line)
    };
    let value = |value: &Value| match value.contains_sensitive() {
        true => "(sensitive)".to_owned(),
        false => json::encode(value, &value.ty()).expect("it is known"),
    };
    let mut text = String::new();
    for object in &drift.objects {
        let vanished = if object.fate == Fate::Vanished { " vanished" } else { "" };
        let _ = writeln!(text, "{}{vanished} {}", object.address, object.declared.map(place).unwrap_or_default());
        for found in &object.attributes {
            let (before, after) = (value(&found.before), value(&found.after));
            let wanted = found.wanted.as_ref().map_or_else(
                || "unset".to_owned(),
                |wanted| {
                    let names: String = wanted.through.iter().map(|name| format!(" {name}")).collect();
                    format!("{} {}{names}", wanted.source.as_str(), wanted.span.map(place).unwrap_or_default())
                },
            );
            let _ = writeln!(text, "  {}: {before} -> {after} ({wanted})", found.path);
        }
    }
    let folded = drift.folded;
    if !folded.is_empty() {
        let _ = writeln!(text, "{} computed, {} ignored, {} settled", folded.computed, folded.ignored, folded.settled);
    }
    text
}

#[track_caller]
fn check(config: &str, changes: &[Change<'_>], expected: &str) {
    let changed = Changed::new(config, changes);
    let text = changed.fixture.run(config, async |environment| {
        let drifted = changed.drifted(&environment, &BTreeMap::new()).await;
        assert_eq!(drifted.drift.is_drifted(), !drifted.drift.objects.is_empty());
        shown(&drifted.drift, &environment)
    });
    assert_eq!(text, expected, "{config}");
}

fn text(text: &str) -> Option<Value> {
    Some(Value::from(text))
}

#[test]
fn attributes_with_who_wants_them() {
    check(
        "resource \"test_thing\" \"a\" {\n  replace = \"a\"\n  input   = \"x\"\n}\n",
        &[("a", "input", text("y"))],
        "test_thing.a main.tf:1\n  .input: \"x\" -> \"y\" (expression main.tf:3)\n",
    );
    check(
        "resource \"test_thing\" \"a\" {\n  replace = \"a\"\n}\n",
        &[("a", "input", text("y"))],
        "test_thing.a main.tf:1\n  .input: null -> \"y\" (absence main.tf:1)\n",
    );
}

#[test]
fn single_keys_of_maps_through_locals_variables_and_merge() {
    let config = r#"-- main.tf --
locals {
  common = {
    Team = "a"
  }
}
module "m" {
  source = "./m"
  labels = local.common
}
-- m/main.tf --
variable "labels" {}
resource "test_thing" "a" {
  replace = "a"
  labels = merge(var.labels, {
    Name = "n"
  })
}
"#;
    check(
        config,
        &[("a", "labels", Some(labels([("Name", "m"), ("Team", "b"), ("Owner", "me")])))],
        "module.m.test_thing.a m/main.tf:2\n  \
           .labels[\"Name\"]: \"n\" -> \"m\" (expression m/main.tf:5)\n  \
           .labels[\"Owner\"]: null -> \"me\" (expression m/main.tf:4)\n  \
           .labels[\"Team\"]: \"a\" -> \"b\" (expression main.tf:3 var.labels local.common)\n",
    );
}

#[test]
fn objects_that_vanished() {
    check(
        "resource \"test_thing\" \"a\" {\n  count   = 2\n  replace = \"a${count.index}\"\n}\n",
        &[("a1", "", None)],
        "test_thing.a[1] vanished main.tf:1\n",
    );
}

#[test]
fn noise_is_counted() {
    let thing = "resource \"test_thing\" \"a\" {\n  replace = \"a\"\n";
    let tag = [("a", "tag", text("thing-1@7"))];
    check(&format!("{thing}}}\n"), &tag, "1 computed, 0 ignored, 0 settled\n");
    // Somebody wants it.
    for user in ["test_thing.a.tag", "[for it in [test_thing.a] : it.tag]", "test_thing.a[*].tag", "[test_thing.a]"] {
        let config = format!("{thing}}}\noutput \"o\" {{\n  value = {user}\n}}\n");
        check(&config, &tag, "test_thing.a main.tf:1\n  .tag: \"thing-1@1\" -> \"thing-1@7\" (unset)\n");
    }
    // They want something else of it.
    for user in ["test_thing.a.id", "test_thing.a[*].id"] {
        check(
            &format!("{thing}}}\noutput \"o\" {{\n  value = {user}\n}}\n"),
            &tag,
            "1 computed, 0 ignored, 0 settled\n",
        );
    }
    let lifecycle = "  lifecycle {\n    ignore_changes = [input]\n  }\n";
    check(
        &format!("{thing}  input = \"x\"\n{lifecycle}}}\n"),
        &[("a", "input", text("y"))],
        "0 computed, 1 ignored, 0 settled\n",
    );
}

#[test]
fn what_configuration_wants_by_now_is_no_drift() {
    let before = "resource \"test_thing\" \"a\" {\n  replace = \"a\"\n  input   = \"x\"\n}\n";
    let changed = Changed::new(before, &[("a", "input", text("y"))]);
    let now = before.replace("\"x\"", "\"y\"");
    let said = changed.fixture.run(&now, async |environment| {
        shown(&changed.drifted(&environment, &BTreeMap::new()).await.drift, &environment)
    });
    assert_eq!(said, "0 computed, 0 ignored, 1 settled\n");
}

#[test]
fn sensitive_values_are_marked() {
    check(
        "resource \"test_thing\" \"a\" {\n  replace = \"a\"\n  input   = sensitive(\"x\")\n}\n",
        &[("a", "input", text("y"))],
        "test_thing.a main.tf:1\n  .input: (sensitive) -> (sensitive) (expression main.tf:3)\n",
    );
}

/// Accepts all that drifted; the new texts of `main.tf` and of `x.tfvars`, or why not.
fn accepted(config: &str, tfvars: &str, changes: &[Change<'_>]) -> Result<(String, String), String> {
    let mut made = config.to_owned();
    let defaults: String = tfvars.lines().filter_map(|line| line.split_once(" = ")).map(|(_, value)| value).collect();
    made = made.replace("variable \"x\" {}", &format!("variable \"x\" {{\n  default = {defaults}\n}}"));
    let changed = Changed::new(&made, changes);
    let (mut config, mut tfvars) = (config.to_owned(), tfvars.to_owned());
    let drifted = changed
        .fixture
        .run(&config, async |environment| changed.drifted(&environment, &given(&tfvars, &environment)).await);
    let addresses: Vec<_> = drifted.drift.objects.iter().map(|object| object.address.clone()).collect();
    let (wishes, refused) = wishes(&drifted, &addresses);
    if let Some(AcceptOutcome::Refused(reason)) = refused.into_iter().next().map(|refused| refused.outcome) {
        return Err(reason);
    }
    for wish in &wishes {
        let edit = changed
            .fixture
            .run(&config, async |environment| propose(&environment, &given(&tfvars, &environment), &drifted, wish))?;
        let file = if edit.file == "x.tfvars" { &mut tfvars } else { &mut config };
        *file = edited(file, &edit).expect("it parses");
    }
    let all: Vec<_> = wishes.iter().collect();
    let verdict = changed.fixture.run(&config, async |environment| {
        let variables = given(&tfvars, &environment);
        verify(&environment, &drifted, &PlanOptions { variables, ..PlanOptions::default() }, &all).await
    });
    match verdict.problems.into_iter().next() {
        Some(problem) => Err(problem),
        None => {
            assert_eq!(verdict.remaining.len(), 0, "{config}");
            Ok((config, tfvars))
        }
    }
}

/// The values of a variables file.
fn given(text: &str, environment: &Environment<'_>) -> BTreeMap<Str, Given> {
    let sources = &environment.settings.context.sources;
    let file = sources.add("x.tfvars", text);
    let (attributes, _) = parse_native(sources, file).0.just_attributes();
    let unset = |span| Given { value: Value::NULL, source: ValueSource::File(span), ephemeral: false };
    let all = attributes.into_iter().map(|(name, attribute)| (name, unset(attribute.value.span))).collect();
    given_anew(&all, "x.tfvars", text, sources).expect("a variables file")
}

#[track_caller]
fn check_accepted(config: &str, changes: &[Change<'_>], expected: &str) {
    assert_eq!(accepted(config, "", changes), Ok((expected.to_owned(), String::new())), "{config}");
}

#[track_caller]
fn check_refused(config: &str, changes: &[Change<'_>], expected: &str) {
    let reason = accepted(config, "", changes).expect_err(config);
    assert!(reason.contains(expected), "{reason}");
}

#[test]
fn literals_are_replaced_added_and_removed() {
    let with =
        |arguments: &str| format!("# One.\nresource \"test_thing\" \"a\" {{\n  replace = \"a\"\n{arguments}}}\n");
    let y = [("a", "input", text("y"))];
    check_accepted(&with("  input   = \"x\" # Why.\n"), &y, &with("  input   = \"y\" # Why.\n"));
    check_accepted(&with("  # Nothing.\n"), &y, &with("  input   = \"y\"\n  # Nothing.\n"));
    check_accepted(&with("  input   = \"x\"\n"), &[("a", "input", Some(Value::null(Type::String)))], &with(""));
    check_accepted(
        &with("  labels = {\n    Name = \"n\" # Why.\n    Team = \"a\"\n  }\n"),
        &[("a", "labels", Some(labels([("Name", "m"), ("Owner here", "me")])))],
        &with("  labels = {\n    Name         = \"m\" # Why.\n    \"Owner here\" = \"me\"\n  }\n"),
    );
    check_accepted(
        &with(""),
        &[("a", "labels", Some(labels([("Name", "${n}")])))],
        &with("  labels = {\n    Name = \"$${n}\"\n  }\n"),
    );
    check_accepted(
        &with("  labels  = { Name = \"n\", Team = \"a\" }\n"),
        &[("a", "labels", Some(labels([("Name", "n"), ("Owner", "me")])))],
        &with("  labels  = { Name = \"n\", Owner = \"me\" }\n"),
    );
    check_accepted(
        "resource \"test_thing\" \"a\" { replace = \"a\" }\n",
        &y,
        "resource \"test_thing\" \"a\" {\n  replace = \"a\"\n  input   = \"y\"\n}\n",
    );
    // A file that is not in the canonical style stays so.
    check_accepted(
        "resource \"test_thing\" \"a\" {\n    replace=\"a\"\n    input=\"x\"\n}\n",
        &y,
        "resource \"test_thing\" \"a\" {\n    replace=\"a\"\n    input=\"y\"\n}\n",
    );
}

#[test]
fn values_are_changed_where_they_come_from() {
    let config =
        "locals {\n  x = \"x\"\n}\nresource \"test_thing\" \"a\" {\n  replace = \"a\"\n  input   = local.x\n}\n";
    check_accepted(config, &[("a", "input", text("y"))], &config.replace("\"x\"", "\"y\""));
    let config = "variable \"x\" {}\nresource \"test_thing\" \"a\" {\n  replace = \"a\"\n  input   = var.x\n}\n";
    let new = accepted(config, "x = \"x\"\n", &[("a", "input", text("y"))]);
    assert_eq!(new, Ok((config.to_owned(), "x = \"y\"\n".to_owned())));
}

#[test]
fn reasons_why_not() {
    let y = [("a", "input", text("y"))];
    let thing = "resource \"test_thing\" \"a\" {\n  replace = \"a\"\n";
    check_refused(
        &format!("{thing}  input = upper(\"x\")\n}}\n"),
        &y,
        "an expression at main.tf:3 works the value out",
    );
    check_refused(
        &format!("variable \"v\" {{\n  default = \"x\"\n}}\n{thing}  input = var.v\n}}\n"),
        &y,
        "the default of var.v at main.tf:1",
    );
    check_refused(
        "resource \"test_thing\" \"a\" {\n  for_each = toset([\"a\", \"b\"])\n  replace = each.key\n  input = \"x\"\n}\n",
        &y,
        "the block makes 2 instances",
    );
    check_refused(
        &format!(
            "locals {{\n  x = \"x\"\n}}\n{thing}  input = local.x\n}}\nresource \"test_thing\" \"b\" {{\n  input = local.x\n}}\n"
        ),
        &y,
        "the same text says what test_thing.b is",
    );
    check_refused(&format!("{thing}  input = sensitive(\"x\")\n}}\n"), &y, "sensitive");
    check_refused(
        &format!("{thing}}}\noutput \"o\" {{\n  value = test_thing.a.tag\n}}\n"),
        &[("a", "tag", text("thing-1@7"))],
        "the provider alone decides on it",
    );
    check_refused(&format!("{thing}}}\n"), &[("a", "", None)], "landform state rm 'test_thing.a'");
}
