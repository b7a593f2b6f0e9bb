//! Provider configurations with `for_each`: each instance of a resource is handled by the provider instance that its key
//! chooses, from its first to its last day.

use landform_core::events::Silent;
use landform_diagnostics::Diagnostics;
use landform_plan::{Action, Mode};
use landform_state::State;

use crate::fixture::{Fixture, expect_fine, texts};

/// Objects through several configurations.
struct Life {
    fixture: Fixture,
    state: State,
}

impl Life {
    fn new() -> Self {
        Self { fixture: Fixture::new(), state: State::new("1.11.4") }
    }

    /// Applies, and expects the next plan to be empty; the plan's changes, a word each.
    #[track_caller]
    fn apply(&mut self, config: &str, mode: Mode) -> String {
        let (planned, diagnostics) = self.fixture.plan(config, &self.state, mode);
        expect_fine(config, &diagnostics);
        let planned = planned.expect("a plan");
        let (applied, diagnostics) = self.fixture.apply(config, &planned, &Silent);
        expect_fine(config, &diagnostics);
        self.state = applied.state;
        let changes = planned.changes.iter().filter(|planned| planned.change.action != Action::NoOp);
        let mut changes: Vec<String> =
            changes.map(|planned| format!("{:?} {}", planned.change.action, planned.change.address)).collect();
        changes.sort();
        if mode == Mode::Normal {
            let (again, _) = self.fixture.plan(config, &self.state, mode);
            assert_eq!(again.expect("a plan").execution.to_string(), "", "{config}");
        }
        changes.join(", ").replace("test_thing.", "")
    }

    #[track_caller]
    fn refused(&self, config: &str, mode: Mode) -> Diagnostics {
        let (_, diagnostics) = self.fixture.plan(config, &self.state, mode);
        assert!(diagnostics.has_errors(), "{config}");
        diagnostics
    }

    /// Where objects are: address and place, of all in state.
    fn places(&self) -> String {
        let world = self.fixture.strict.world();
        let place = |found: landform_state::ObjectRef<'_>| {
            let id =
                found.object.attributes.split('"').skip_while(|text| *text != "id").nth(2).expect("an id").to_owned();
            let key = found.provider().key.unwrap_or_default();
            assert_eq!(world.places[&id], *key, "state says who handles it");
            format!("{} {key}", found.address())
        };
        self.state.objects().map(place).collect::<Vec<_>>().join(", ").replace("test_thing.", "")
    }
}

fn in_places(places: &str, things: &str) -> String {
    format!(
        r#"
provider "test" {{
  alias    = "in"
  for_each = toset({places})
  place    = each.value
}}
resource "test_thing" "a" {{
  for_each = toset({things})
  provider = test.in[each.key]
}}
resource "test_thing" "b" {{
  provider = test.in["north"]
  uses     = [for key, thing in test_thing.a : thing.id]
}}
"#
    )
}

#[test]
fn each_instance_has_its_own() {
    let mut life = Life::new();
    let config = in_places(r#"["north", "south"]"#, r#"["north", "south"]"#);
    assert_eq!(life.apply(&config, Mode::Normal), r#"Create a["north"], Create a["south"], Create b"#);
    assert_eq!(life.places(), r#"a["north"] north, a["south"] south, b north"#);
    let less = in_places(r#"["north", "south"]"#, r#"["north"]"#);
    assert_eq!(life.apply(&less, Mode::Normal), r#"Delete a["south"], Update b"#);
    let fewer = in_places(r#"["north"]"#, r#"["north"]"#);
    assert_eq!(life.apply(&fewer, Mode::Normal), "");
    assert_eq!(life.apply(&fewer, Mode::Destroy), r#"Delete a["north"], Delete b"#);
    assert!(life.fixture.strict.world().objects.is_empty());
}

#[test]
fn a_provider_instance_stays_until_its_objects_are_gone() {
    let mut life = Life::new();
    life.apply(&in_places(r#"["north", "south"]"#, r#"["north", "south"]"#), Mode::Normal);
    let without = in_places(r#"["north"]"#, r#"["north"]"#);
    for mode in [Mode::Normal, Mode::Destroy] {
        let said = texts(&life.refused(&without, mode));
        let expected = r#"Provider instance not present: To work with test_thing.a["south"] its original provider instance at provider["registry.terraform.io/hashicorp/test"].in["south"] is required"#;
        assert!(
            said.starts_with(expected) && said.lines().filter(|line| line.starts_with("Provider")).count() == 1,
            "{said}"
        );
        assert!(said.contains("add the key again to destroy"), "{said}");
    }
    // What is not even declared any more needs it as well.
    let said = texts(&life.refused("provider \"test\" {\n  alias    = \"in\"\n  for_each = {}\n}\n", Mode::Normal));
    assert_eq!(said.matches("Provider instance not present").count(), 3, "{said}");
}

#[test]
fn objects_go_over_to_provider_instances_and_back() {
    let aliases = |north: &str, south: &str| {
        format!(
            r#"
provider "test" {{
  alias = "north"
  place = "north"
}}
provider "test" {{
  alias = "south"
  place = "south"
}}
resource "test_thing" "n" {{
  provider = {north}
}}
resource "test_thing" "s" {{
  provider = {south}
}}
"#
        )
    };
    let instances = r#"
provider "test" {
  alias    = "in"
  for_each = { n = "north", s = "south" }
  place    = each.value
}
resource "test_thing" "n" {
  provider = test.in["n"]
}
resource "test_thing" "s" {
  provider = test.in[local.south]
}
locals {
  south = "s"
}
"#;
    let mut life = Life::new();
    life.apply(&aliases("test.north", "test.south"), Mode::Normal);
    assert_eq!(life.apply(instances, Mode::Normal), "");
    let key = |life: &Life| life.state.objects().filter_map(|found| found.provider().key).collect::<Vec<_>>().join(" ");
    assert_eq!(key(&life), "n s");
    assert_eq!(life.apply(&aliases("test.north", "test.south"), Mode::Normal), "");
    assert_eq!(key(&life), "");
}

#[test]
fn modules_are_passed_instances() {
    let config = r#"
-- main.tf --
provider "test" {
  alias    = "in"
  for_each = { n = "n", s = "s" }
  place    = each.key
}
module "m" {
  source    = "./m"
  for_each  = { one = "n", two = "s" }
  providers = { test.main = test.in[each.value] }
}
-- m/main.tf --
terraform {
  required_providers {
    test = {
      source                = "hashicorp/test"
      configuration_aliases = [test.main]
    }
  }
}
module "deep" {
  source    = "./deep"
  count     = 2
  providers = { test = test.main }
}
-- m/deep/main.tf --
terraform {
  required_providers {
    test = { source = "hashicorp/test" }
  }
}
resource "test_thing" "a" {}
data "test_tag" "a" {
  id = test_thing.a.id
}
"#;
    let mut life = Life::new();
    life.apply(config.trim_start(), Mode::Normal);
    let managed = life.places();
    let expected =
        |module: &str, index: usize, place: &str| format!("module.m[{module:?}].module.deep[{index}].a {place}");
    for (module, index, place) in [("one", 0, "n"), ("one", 1, "n"), ("two", 0, "s"), ("two", 1, "s")] {
        assert!(managed.contains(&expected(module, index, place)), "{managed}");
    }
    life.apply(config.trim_start(), Mode::Destroy);
    assert!(life.fixture.strict.world().objects.is_empty());
}

#[test]
fn a_provider_instance_may_need_objects() {
    let config = r#"
resource "test_thing" "a" {}
provider "test" {
  alias    = "in"
  for_each = toset(["n", "s"])
  uses     = [test_thing.a.id]
}
resource "test_thing" "b" {
  provider = test.in["n"]
}
"#;
    let mut life = Life::new();
    let (planned, diagnostics) = life.fixture.plan(config, &life.state, Mode::Normal);
    expect_fine(config, &diagnostics);
    let planned = planned.expect("a plan");
    assert_eq!(planned.execution.to_string(), "create test_thing.a\n", "the other is put off");
    life.state = life.fixture.apply(config, &planned, &Silent).0.state;
    assert_eq!(life.apply(config, Mode::Normal), "Create b");
}

#[test]
fn keys_that_choose_nothing() {
    for (key, expected) in [
        (r#""west""#, "the for_each of that provider configuration has these keys: \"north\", \"south\"."),
        ("null", "A provider instance key must not be null."),
        ("sensitive(\"north\")", "must not be derived from a sensitive value"),
        ("[]", "The given provider instance key is unsuitable: string required"),
    ] {
        let config = in_places(r#"["north", "south"]"#, r#"["north"]"#).replace(
            r#"["north"]
  uses"#,
            &format!("[{key}]\n  uses"),
        );
        let said = texts(&Life::new().refused(&config, Mode::Normal));
        assert!(said.to_lowercase().contains(&expected.to_lowercase()), "{key}: {said}");
    }
}

#[test]
fn a_call_waits_for_what_its_providers_keys_are_made_of() {
    let config = r#"
-- main.tf --
provider "test" {
  alias    = "in"
  for_each = toset(["north", "south"])
  place    = each.value
}
resource "test_thing" "z" { input = "south" }
locals { place = test_thing.z.input }
module "m" {
  source    = "./m"
  providers = { test = test.in[local.place] }
}
-- m/main.tf --
resource "test_thing" "a" {}
"#;
    let mut life = Life::new();
    assert_eq!(life.apply(config.trim_start(), Mode::Normal), "Create module.m.a, Create z");
    assert_eq!(life.fixture.strict.world().places.values().filter(|place| *place == "south").count(), 1);
}
