//! Which operations, in which order, where things end, are moved, or come to depend on others only now.

use landform_core::events::Silent;
use landform_core::plan::PlanOptions;
use landform_plan::Mode;
use landform_state::State;

use crate::fixture::{Fixture, expect_fine};
use crate::objects::state_of;
use crate::order::{check, check_mode};
use crate::strict::Fault;

#[test]
fn what_is_new_comes_after_what_it_comes_to_depend_on_is_destroyed() {
    let config = r#"
resource "test_thing" "a" { count = 1 }
resource "test_thing" "b" { uses = test_thing.a[*].id }
resource "test_thing" "c" { depends_on = [test_thing.b] }
"#;
    let expected = "
        create b: delete a[1]
        create c: create b
        delete a[1]
    ";
    check(config, "test_thing.a[0]\n test_thing.a[1]", expected);
}

#[test]
fn what_goes_last_goes_after_new_things_have_what_they_need() {
    let config = r#"
resource "test_thing" "a" {
  replace = "new"
  lifecycle { create_before_destroy = true }
}
resource "test_thing" "b" { uses = [test_thing.a.id] }
"#;
    check(config, "test_thing.a", "create a\n create b: create a\n delete a (old): create b");
}

#[test]
fn numbers_that_go_last_go_after_those_that_used_them_have_changed() {
    let config = r#"
resource "test_thing" "a" {
  count = 1
  lifecycle { create_before_destroy = true }
}
resource "test_thing" "b" { uses = test_thing.a[*].id }
"#;
    let state = "
        test_thing.a[0] create-first
        test_thing.a[1] create-first
        test_thing.b after test_thing.a
    ";
    check(config, state, "delete a[1]: update b\n update b");
}

#[test]
fn numbers_that_go_first_go_before_those_that_used_them_change() {
    let config = r#"
resource "test_thing" "a" { count = 1 }
resource "test_thing" "b" { uses = test_thing.a[*].id }
"#;
    check(
        config,
        "test_thing.a[0]\n test_thing.a[1]\n test_thing.b after test_thing.a",
        "delete a[1]\n update b: delete a[1]",
    );
}

#[test]
fn an_update_in_between_passes_create_before_destroy_on() {
    // `b` only changes; `a` is replaced create-first because of `c`.
    let config = r#"
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" { uses = [test_thing.a.id] }
resource "test_thing" "c" {
  uses = [test_thing.b.tag]
  lifecycle { create_before_destroy = true }
}
"#;
    let state = "
        test_thing.a
        test_thing.b after test_thing.a
        test_thing.c after test_thing.a, test_thing.b
    ";
    check(config, state, "create a\n delete a (old): update c\n update b: create a\n update c: update b");
}

#[test]
fn create_before_destroy_is_passed_on_through_modules() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" { replace = "new" }
module "m" {
  source = "./m"
  id     = test_thing.a.id
}
-- m/main.tf --
variable "id" {}
resource "test_thing" "b" {
  replace = var.id
  lifecycle { create_before_destroy = true }
}
"#;
    let state = "
        test_thing.a
        module.m.test_thing.b after test_thing.a
    ";
    let expected = "
        create a
        create module.m.b: create a
        delete a (old): delete module.m.b (old)
        delete module.m.b (old): create module.m.b
    ";
    check(config.trim_start(), state, expected);
}

#[test]
fn dependents_that_go_last_do_not_change_how_what_they_need_goes() {
    // Nothing declared goes last any more: what state remembers of `b` is for `b` alone.
    let config = r#"
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" { replace = test_thing.a.id }
"#;
    let state = "
        test_thing.a
        test_thing.b create-first after test_thing.a
    ";
    let expected = "
        create a: delete a
        create b: create a
        delete a: delete b
        delete b
    ";
    check(config, state, expected);
}

#[test]
fn deposed_things_of_what_is_gone_go_with_it() {
    let state = "
        test_thing.a
        test_thing.a deposed:00000001
        test_thing.b after test_thing.a
        test_thing.b deposed:00000002 after test_thing.a
    ";
    let expected = "
        delete a (deposed 00000001): delete b, delete b (deposed 00000002)
        delete a: delete b, delete b (deposed 00000002)
        delete b (deposed 00000002)
        delete b
    ";
    check("", state, expected);
    let config = "resource \"test_thing\" \"a\" {}\nresource \"test_thing\" \"b\" {}\n";
    check_mode(Mode::Destroy, config, state, expected);
}

#[test]
fn a_replacement_leaves_what_was_deposed_before_to_the_end() {
    let config = r#"
resource "test_thing" "a" {
  replace = "new"
  lifecycle { create_before_destroy = true }
}
"#;
    let expected = "
        create a
        delete a (deposed 00000001): create a
        delete a (old): create a
    ";
    check(config, "test_thing.a create-first\n test_thing.a deposed:00000001", expected);
}

#[test]
fn a_module_that_is_gone_is_destroyed_in_reverse() {
    let state = "
        module.m[0].test_thing.a
        module.m[0].test_thing.b after module.m.test_thing.a
        module.m[0].module.n.test_thing.c after module.m.test_thing.b
    ";
    let expected = "
        delete module.m[0].a: delete module.m[0].b
        delete module.m[0].b: delete module.m[0].module.n.c
        delete module.m[0].module.n.c
    ";
    check("", state, expected);
}

#[test]
fn moves_alone_are_no_operations() {
    let config = r#"
resource "test_thing" "b" {}
moved {
  from = test_thing.a
  to   = test_thing.b
}
"#;
    check(config, "test_thing.a", "");
}

#[test]
fn what_moved_into_a_module_goes_as_if_it_had_been_there() {
    let config = r#"
-- main.tf --
module "m" { source = "./m" }
moved {
  from = test_thing.a
  to   = module.m.test_thing.a
}
moved {
  from = test_thing.b
  to   = module.m.test_thing.b
}
-- m/main.tf --
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" { replace = test_thing.a.id }
"#;
    let expected = "
        create module.m.a: delete module.m.a
        create module.m.b: create module.m.a
        delete module.m.a: delete module.m.b
        delete module.m.b
    ";
    check(config.trim_start(), "test_thing.a\n test_thing.b after test_thing.a", expected);
}

#[test]
fn what_was_made_after_several_goes_before_those_that_have_moved_and_those_that_have_not() {
    let config = r#"
moved {
  from = test_thing.a[0]
  to   = test_thing.b
}
"#;
    let state = "
        test_thing.a[0]
        test_thing.a[1]
        test_thing.c after test_thing.a
    ";
    check(config, state, "delete a[1]: delete c\n delete b: delete c\n delete c");
}

#[test]
fn a_list_that_moved_up_loses_its_last() {
    let config = r#"
resource "test_thing" "a" {
  count = 2
  input = ["x", "z"][count.index]
}
resource "test_thing" "b" { uses = test_thing.a[*].id }
moved {
  from = test_thing.a[2]
  to   = test_thing.a[1]
}
"#;
    let state = "
        test_thing.a[0] input:x
        test_thing.a[1] input:y
        test_thing.a[2] input:z
        test_thing.b after test_thing.a
    ";
    check(config, state, "delete a[3]\n update b: delete a[3]");
    // The run that should have destroyed it did not: that the list has moved is not forgotten.
    let state = "
        test_thing.a[0] input:x
        test_thing.a[1] input:z
        test_thing.a[3] input:y
        test_thing.b after test_thing.a
    ";
    check(config, state, "delete a[3]\n update b: delete a[3]");
}

#[test]
fn a_data_source_is_read_after_what_it_waits_for_has_changed() {
    let config = r#"
resource "test_thing" "a" { input = "new" }
data "test_tag" "d" {
  id         = "test_thing.b"
  depends_on = [test_thing.a]
}
resource "test_thing" "b" {}
resource "test_thing" "c" { input = data.test_tag.d.tag }
"#;
    let state = "
        test_thing.a
        test_thing.b
        test_thing.c after test_thing.a
    ";
    check(config, state, "read data.test_tag.d: update a\n update a\n update c: read data.test_tag.d");
}

#[test]
fn what_is_destroyed_needs_its_provider() {
    // Of a provider that is configured from a thing: its objects go while the thing is there.
    let config = r#"
provider "test" {
  alias = "p"
  uses  = [test_thing.a.id]
}
resource "test_thing" "a" {}
"#;
    let state = "
        test_thing.a
        test_thing.b provider:p after test_thing.a
    ";
    check(config, state, "delete b");
    check_mode(Mode::Destroy, config, state, "delete a: delete b\n delete b");
}

#[test]
fn providers_that_state_alone_has_are_opened() {
    let fixture = Fixture::new();
    let state = state_of("test_thing.a\n test_thing.b after test_thing.a", &mut fixture.strict.world());
    let (planned, _) = fixture.plan("", &state, Mode::Normal);
    let (applied, diagnostics) = fixture.apply("", &planned.expect("a plan"), &Silent);
    expect_fine("", &diagnostics);
    assert!(applied.state.is_empty() && fixture.strict.world().objects.is_empty());
}

#[test]
fn providers_of_what_stays_are_not_opened() {
    let config = r#"
provider "test" { alias = "p" }
resource "test_thing" "a" { input = "new" }
resource "test_thing" "b" { provider = test.p }
removed {
  from = test_thing.c
  lifecycle { destroy = false }
}
"#;
    let fixture = Fixture::new();
    let state = "test_thing.a\n test_thing.b provider:p\n test_thing.c provider:p";
    let state = state_of(state, &mut fixture.strict.world());
    let (planned, _) = fixture.plan(config, &state, Mode::Normal);
    fixture.strict.world().configured = 0;
    let (_, diagnostics) = fixture.apply(config, &planned.expect("a plan"), &Silent);
    expect_fine(config, &diagnostics);
    assert_eq!(fixture.strict.world().configured, 1);
}

#[test]
fn a_provider_of_a_module_is_opened_to_destroy() {
    let config = r#"
-- main.tf --
module "m" { source = "./m" }
-- m/main.tf --
provider "test" {
  alias = "p"
}
resource "test_thing" "a" { provider = test.p }
"#;
    let config = config.trim_start();
    let fixture = Fixture::new();
    let (planned, _) = fixture.plan(config, &State::new("1.11.4"), Mode::Normal);
    let (applied, _) = fixture.apply(config, &planned.expect("a plan"), &Silent);
    let (planned, diagnostics) = fixture.plan(config, &applied.state, Mode::Destroy);
    expect_fine(config, &diagnostics);
    let (applied, diagnostics) = fixture.apply(config, &planned.expect("a plan"), &Silent);
    expect_fine(config, &diagnostics);
    assert!(applied.state.is_empty() && fixture.strict.world().objects.is_empty());
}

/// A provider whose configuration waits for a data source, and that for a thing of another.
const CONFIGURED_FROM_DATA: &str = r#"
resource "test_thing" "a" {}
data "test_tag" "d" { id = test_thing.a.id }
provider "test" {
  alias = "p"
  uses  = [data.test_tag.d.id]
}
resource "test_thing" "b" { provider = test.p }
"#;

#[test]
fn a_provider_that_is_configured_from_data_is_opened_to_destroy() {
    let config = CONFIGURED_FROM_DATA;
    let destroy = |options: &PlanOptions, with_data: bool| {
        let fixture = Fixture::new();
        let state = "test_thing.a\n test_thing.b provider:p after test_thing.a";
        let mut state = state_of(state, &mut fixture.strict.world());
        if with_data {
            let (planned, _) = fixture.plan(config, &state, Mode::RefreshOnly);
            state = fixture.apply(config, &planned.expect("a plan"), &Silent).0.state;
            assert_eq!(state.addresses().len(), 3);
        }
        let (planned, diagnostics) = fixture.plan_with(config, &state, options);
        expect_fine(config, &diagnostics);
        let (applied, diagnostics) = fixture.apply(config, &planned.expect("a plan"), &Silent);
        expect_fine(config, &diagnostics);
        applied.state.addresses().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let all = PlanOptions { mode: Mode::Destroy, ..PlanOptions::default() };
    let part = PlanOptions { targets: vec!["test_thing.b".parse().expect("an address")], ..all.clone() };
    for with_data in [true, false] {
        for options in [&all, &PlanOptions { refresh: false, ..all.clone() }] {
            assert_eq!(destroy(options, with_data), "");
        }
        assert_eq!(destroy(&part, with_data), "data.test_tag.d test_thing.a");
    }
}

#[test]
fn data_configures_providers_until_all_is_destroyed() {
    let config = CONFIGURED_FROM_DATA;
    let fixture = Fixture::new();
    let mut state = State::new("1.11.4");
    let mut run = |mode, faults: Vec<Fault>| {
        let (planned, diagnostics) = fixture.plan(config, &state, mode);
        expect_fine(config, &diagnostics);
        fixture.strict.world().faults = faults.into();
        let (applied, _) = fixture.apply(config, &planned.expect("a plan"), &Silent);
        state = applied.state;
        state.objects().count()
    };
    run(Mode::Normal, vec![]);
    assert_eq!(run(Mode::Normal, vec![]), 3);
    assert_eq!(run(Mode::Destroy, vec![Fault::Before]), 3, "nothing was destroyed");
    assert_eq!(run(Mode::Destroy, vec![]), 0);
}

#[test]
fn of_modules_that_could_not_be_reached_nothing_ends() {
    let config = r#"
-- main.tf --
locals { no = false }
resource "test_thing" "b" {
  lifecycle {
    precondition {
      condition     = local.no
      error_message = "No."
    }
  }
}
module "m" {
  source = "./m"
  count  = length([test_thing.b.id])
}
-- m/main.tf --
resource "test_thing" "a" {}
"#;
    let fixture = Fixture::new();
    let state = state_of("test_thing.b\n module.m[0].test_thing.a", &mut fixture.strict.world());
    let (planned, diagnostics) = fixture.plan(config.trim_start(), &state, Mode::Normal);
    assert!(diagnostics.has_errors());
    assert_eq!(planned.expect("what there is of it").execution.to_string(), "");
}

#[test]
fn state_says_what_goes_last_once_configuration_does() {
    let config = r#"
resource "test_thing" "a" {
  lifecycle { create_before_destroy = true }
}
resource "test_thing" "b" { uses = [test_thing.a.id] }
"#;
    let fixture = Fixture::new();
    let state = state_of("test_thing.a\n test_thing.b", &mut fixture.strict.world());
    let (planned, _) = fixture.plan(config, &state, Mode::Normal);
    let (applied, _) = fixture.apply(config, &planned.expect("a plan"), &Silent);
    let object = |name: &str| {
        let address = name.parse().expect("an address");
        applied.state.current(&address).expect("it is there").clone()
    };
    assert!(object("test_thing.a").create_before_destroy && !object("test_thing.b").create_before_destroy);
    assert_eq!(object("test_thing.b").dependencies.len(), 1);
}
