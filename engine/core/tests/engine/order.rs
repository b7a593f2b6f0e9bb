//! Which operations a plan leads to, and what each waits for.
//!
//! Things are called without their type here: `create a` creates `test_thing.a`.

use landform_core::plan::PlanOptions;
use landform_plan::Mode;

use crate::fixture::{Fixture, expect_fine};
use crate::objects::state_of;

/// What applying a configuration to a state does. Lines are sorted; behind the colon stands what comes before.
pub(crate) fn check(config: &str, state: &str, expected: &str) {
    check_mode(Mode::Normal, config, state, expected);
}

pub(crate) fn check_mode(mode: Mode, config: &str, state: &str, expected: &str) {
    check_with(&PlanOptions { mode, ..PlanOptions::default() }, config, state, expected);
}

pub(crate) fn check_with(options: &PlanOptions, config: &str, state: &str, expected: &str) {
    let sorted = |text: &str| {
        let mut lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
        lines.sort_unstable();
        lines.join("\n")
    };
    let is = sorted(&execution(options, config, state).to_string().replace("test_thing.", ""));
    let should_be = sorted(expected);
    assert!(is == should_be, "{config}\n--- is\n{is}\n--- should be\n{should_be}");
}

fn execution(options: &PlanOptions, config: &str, state: &str) -> landform_core::execution::ExecutionGraph {
    let fixture = Fixture::new();
    let state = state_of(state, &mut fixture.strict.world());
    let (planned, diagnostics) = fixture.plan_with(config, &state, options);
    expect_fine(config, &diagnostics);
    planned.expect("a plan").execution
}

/// Three things, each made after those before it.
pub(crate) const CHAIN: &str = "
    test_thing.a
    test_thing.b after test_thing.a
    test_thing.c after test_thing.a, test_thing.b
";

/// The same, where each goes after its successor has come.
const CREATE_FIRST_CHAIN: &str = "
    test_thing.a create-first
    test_thing.b create-first after test_thing.a
    test_thing.c create-first after test_thing.a, test_thing.b
";

pub(crate) const CHAIN_CONFIG: &str = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { uses = [test_thing.a.id] }
resource "test_thing" "c" { uses = [test_thing.b.id] }
"#;

#[test]
fn creates_follow_references() {
    check(CHAIN_CONFIG, "", "create a\n create b: create a\n create c: create b");
}

#[test]
fn creates_follow_depends_on() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { depends_on = [test_thing.a] }
"#;
    check(config, "", "create a\n create b: create a");
}

#[test]
fn what_nothing_connects_goes_in_any_order() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" {}
"#;
    check(config, "test_thing.c", "create a\n create b\n delete c");
}

#[test]
fn what_is_as_it_should_be_needs_nothing() {
    let things = CHAIN_CONFIG.replace("uses = [", "depends_on = [").replace(".id]", "]");
    check(&things, CHAIN, "");
}

#[test]
fn updates_follow_references() {
    let config = r#"
resource "test_thing" "a" { input = "new" }
resource "test_thing" "b" { uses = [test_thing.a.tag] }
resource "test_thing" "c" { depends_on = [test_thing.b] }
"#;
    check(config, CHAIN, "update a\n update b: update a");
}

#[test]
fn a_replaced_thing_goes_before_its_successor_comes() {
    let config = r#"
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" { uses = [test_thing.a.id] }
resource "test_thing" "c" { uses = [test_thing.b.tag] }
"#;
    check(config, CHAIN, "create a: delete a\n delete a\n update b: create a\n update c: update b");
}

#[test]
fn replaced_things_go_in_reverse() {
    let config = r#"
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" { replace = test_thing.a.id }
resource "test_thing" "c" { replace = test_thing.b.id }
"#;
    let expected = "
        create a: delete a
        create b: create a
        create c: create b
        delete a: delete b
        delete b: delete c
        delete c
    ";
    check(config, CHAIN, expected);
}

#[test]
fn a_tainted_thing_is_replaced_like_any_other() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { uses = [test_thing.a.id] }
"#;
    let state = "
        test_thing.a tainted
        test_thing.b after test_thing.a
    ";
    check(config, state, "create a: delete a\n delete a\n update b: create a");
}

#[test]
fn create_before_destroy_waits_for_dependents_to_change_over() {
    let config = r#"
resource "test_thing" "a" {
  replace = "new"
  lifecycle { create_before_destroy = true }
}
resource "test_thing" "b" { uses = [test_thing.a.id] }
resource "test_thing" "c" { uses = [test_thing.b.tag] }
"#;
    check(config, CHAIN, "create a\n delete a (old): update c\n update b: create a\n update c: update b");
}

#[test]
fn create_before_destroy_holds_for_what_is_depended_on() {
    let config = r#"
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" { replace = test_thing.a.id }
resource "test_thing" "c" {
  replace = test_thing.b.id
  lifecycle { create_before_destroy = true }
}
"#;
    let expected = "
        create a
        create b: create a
        create c: create b
        delete a (old): delete b (old)
        delete b (old): delete c (old)
        delete c (old): create c
    ";
    check(config, CHAIN, expected);
}

#[test]
fn the_provider_says_which_goes_first_where_configuration_does_not() {
    let config = |lifecycle: &str| {
        format!("resource \"test_thing\" \"a\" {{\n  input = \"beside\"\n  replace = \"new\"\n  {lifecycle}\n}}\n")
    };
    let create_first = "create a\n delete a (old): create a";
    check(&config(""), "test_thing.a", create_first);
    check(&config("lifecycle { create_before_destroy = true }"), "test_thing.a", create_first);
    let delete_first = "create a: delete a\n delete a";
    check(&config("lifecycle { create_before_destroy = false }"), "test_thing.a", delete_first);
}

#[test]
fn create_before_destroy_below_things_that_go_first() {
    let config = r#"
resource "test_thing" "a" {
  replace = "new"
  lifecycle { create_before_destroy = true }
}
resource "test_thing" "b" { replace = test_thing.a.id }
resource "test_thing" "c" { replace = test_thing.b.id }
"#;
    let expected = "
        create a: delete b
        create b: create a
        create c: create b
        delete a (old): create c
        delete b: delete c
        delete c
    ";
    check(config, CHAIN, expected);
}

#[test]
fn all_is_destroyed_in_reverse() {
    let expected = "delete a: delete b\n delete b: delete c\n delete c";
    check_mode(Mode::Destroy, CHAIN_CONFIG, CHAIN, expected);
    check_mode(Mode::Destroy, CHAIN_CONFIG, CREATE_FIRST_CHAIN, expected);
    check("", CHAIN, expected);
}

#[test]
fn things_without_configuration_go_before_what_depended_on_them_changes() {
    let config = r#"resource "test_thing" "c" { input = "new" }"#;
    check(config, CHAIN, "delete a: delete b\n delete b\n update c: delete a");
}

#[test]
fn things_without_configuration_go_after_that_if_they_were_to_go_last() {
    let config = r#"resource "test_thing" "c" { input = "new" }"#;
    check(config, CREATE_FIRST_CHAIN, "delete a: delete b\n delete b: update c\n update c");
}

#[test]
fn what_depended_on_a_thing_goes_before_that_changes() {
    let config = r#"resource "test_thing" "a" { input = "new" }"#;
    check(config, CHAIN, "delete b: delete c\n delete c\n update a: delete b");
}

#[test]
fn deposed_things_go_last() {
    let config = r#"
resource "test_thing" "a" { input = "new" }
resource "test_thing" "b" { uses = [test_thing.a.tag] }
"#;
    let state = "
        test_thing.a
        test_thing.a deposed:00000001
        test_thing.b after test_thing.a
        test_thing.b deposed:00000002 after test_thing.a
    ";
    let expected = "
        delete a (deposed 00000001): delete b (deposed 00000002)
        delete b (deposed 00000002): update b
        update a
        update b: update a
    ";
    check(config, state, expected);
}

#[test]
fn a_deposed_thing_goes_after_those_that_used_it_have_changed() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" { uses = [test_thing.a.id] }
"#;
    let state = "
        test_thing.a
        test_thing.a deposed:00000001
        test_thing.b after test_thing.a
    ";
    check(config, state, "delete a (deposed 00000001): update b\n update b");
}

#[test]
fn moves_keep_what_things_depended_on() {
    let config = r#"
resource "test_thing" "a2" { input = "new" }
resource "test_thing" "b2" { replace = test_thing.a2.tag }
moved {
  from = test_thing.a
  to   = test_thing.a2
}
moved {
  from = test_thing.b
  to   = test_thing.b2
}
"#;
    let expected = "
        create b2: update a2
        delete b2: delete c
        delete c
        update a2: delete b2
    ";
    check(config, CHAIN, expected);
}

#[test]
fn what_is_forgotten_waits_for_nothing() {
    let config = r#"
removed {
  from = test_thing.a
  lifecycle { destroy = false }
}
"#;
    let state = "
        test_thing.a
        test_thing.a deposed:00000001
        test_thing.b after test_thing.a
        test_thing.b deposed:00000002 after test_thing.a
    ";
    let expected = "
        delete b
        delete b (deposed 00000002)
        forget a
        forget a (deposed 00000001)
    ";
    check(config, state, expected);
}

#[test]
fn a_data_source_is_read_when_what_it_refers_to_is_there() {
    let config = r#"
resource "test_thing" "a" {}
data "test_tag" "a" { id = test_thing.a.id }
resource "test_thing" "b" { input = data.test_tag.a.tag }
"#;
    check(config, "", "create a\n create b: read data.test_tag.a\n read data.test_tag.a: create a");
}

#[test]
fn a_module_waits_for_what_it_depends_on_and_is_waited_for_as_a_whole() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" {}
module "m" {
  source     = "./m"
  count      = 2
  depends_on = [test_thing.a]
}
resource "test_thing" "z" { depends_on = [module.m] }
-- m/main.tf --
resource "test_thing" "x" {}
resource "test_thing" "y" {}
"#;
    let all = ["module.m[0].x", "module.m[0].y", "module.m[1].x", "module.m[1].y"];
    let creates: String = all.iter().map(|name| format!("create {name}: create a\n")).collect();
    let waits = all.map(|name| format!("create {name}")).join(", ");
    check(config.trim_start(), "", &format!("create a\n{creates}create z: {waits}"));
}

#[test]
fn modules_in_modules_wait_and_are_waited_for_too() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" {}
module "m" {
  source     = "./m"
  depends_on = [test_thing.a]
}
resource "test_thing" "z" { depends_on = [module.m] }
-- m/main.tf --
module "n" { source = "./n" }
-- m/n/main.tf --
resource "test_thing" "x" {}
"#;
    let expected = "create a\n create module.m.module.n.x: create a\n create z: create module.m.module.n.x";
    check(config.trim_start(), "", expected);
}

#[test]
fn an_empty_module_is_there_when_it_is_known_how_often() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" {}
module "m" {
  source = "./m"
  count  = length([test_thing.a.id])
}
resource "test_thing" "z" { depends_on = [module.m] }
-- m/main.tf --
"#;
    check(config.trim_start(), "", "create a\n create z: create a");
}

#[test]
fn who_uses_an_output_waits_for_what_that_depends_on() {
    let config = r#"
-- main.tf --
module "m" { source = "./m" }
resource "test_thing" "z" { input = module.m.name }
-- m/main.tf --
resource "test_thing" "x" {}
output "name" {
  value      = "m"
  depends_on = [test_thing.x]
}
"#;
    check(config.trim_start(), "", "create module.m.x\n create z: create module.m.x");
}

#[test]
fn who_uses_a_whole_module_waits_until_it_is_known_how_often() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" { input = "x" }
module "m" {
  source = "./m"
  count  = length(test_thing.a.input)
}
resource "test_thing" "z" { input = length(module.m) }
-- m/main.tf --
"#;
    check(config.trim_start(), "", "create a\n create z: create a");
}

#[test]
fn instances_wait_for_all_instances() {
    let config = r#"
resource "test_thing" "a" {
  count   = 2
  replace = "new"
}
resource "test_thing" "b" {
  for_each = toset(["x", "y"])
  replace  = test_thing.a[0].id
}
"#;
    let state = r#"
        test_thing.a[0]
        test_thing.a[1]
        test_thing.a[2]
        test_thing.b["x"] after test_thing.a
        test_thing.b["y"] after test_thing.a
    "#;
    let expected = r#"
        create a[0]: delete a[0]
        create a[1]: delete a[1]
        create b["x"]: create a[0], create a[1], delete a[2]
        create b["y"]: create a[0], create a[1], delete a[2]
        delete a[0]: delete b["x"], delete b["y"]
        delete a[1]: delete b["x"], delete b["y"]
        delete a[2]: delete b["x"], delete b["y"]
        delete b["x"]
        delete b["y"]
    "#;
    check(config, state, expected);
}

#[test]
fn waits_grow_with_the_instances_and_not_with_their_pairs() {
    let config = |count: usize| {
        format!(
            r#"
resource "test_thing" "a" {{
  count   = {count}
  replace = "new"
  lifecycle {{ create_before_destroy = {} }}
}}
resource "test_thing" "b" {{
  count   = {count}
  replace = test_thing.a[0].id
}}
"#,
            count.is_multiple_of(2)
        )
    };
    let state = |count: usize| {
        let instance = |index| format!("test_thing.a[{index}]\ntest_thing.b[{index}] after test_thing.a\n");
        (0..count).map(instance).collect::<String>()
    };
    let waits = |count: usize| execution(&PlanOptions::default(), &config(count), &state(count)).waits();
    for offset in [0, 1] {
        let (some, more, most) = (waits(10 + offset), waits(20 + offset), waits(30 + offset));
        assert_eq!(most - more, more - some, "the same number of instances adds the same number of waits");
    }
}

/// The provider of `b` is configured from `a`: it can only be opened when `a` is there.
const PROVIDER_FROM_THING: &str = r#"
provider "test" {
  alias = "p"
  uses  = [test_thing.a.id]
}
"#;

#[test]
fn a_provider_is_opened_when_what_it_refers_to_is_there() {
    let config = format!(
        r#"{PROVIDER_FROM_THING}
resource "test_thing" "a" {{ input = "new" }}
resource "test_thing" "b" {{
  provider = test.p
  input    = "new"
}}
"#
    );
    let state = "test_thing.a\n test_thing.b provider:p after test_thing.a";
    check(&config, state, "update a\n update b: update a");
    check_mode(Mode::Destroy, &config, state, "delete a: delete b\n delete b");
}

#[test]
fn what_is_put_off_is_no_part_of_it() {
    let config = format!(
        r#"{PROVIDER_FROM_THING}
resource "test_thing" "a" {{ replace = "new" }}
resource "test_thing" "b" {{ provider = test.p }}
resource "test_thing" "c" {{ for_each = toset([test_thing.a.id]) }}
resource "test_thing" "d" {{ depends_on = [test_thing.c] }}
resource "test_thing" "e" {{ uses = [test_thing.a.id] }}
"#
    );
    let state = "
        test_thing.a
        test_thing.b provider:p after test_thing.a
        test_thing.c[\"x\"] after test_thing.a
        test_thing.gone after test_thing.a
        test_thing.needed
        test_thing.c[\"y\"] after test_thing.needed
    ";
    check(&config, state, "create a: delete a\n create e: create a\n delete a: delete gone\n delete gone");
}

#[test]
fn only_the_wish_that_waits_for_itself_gives_way() {
    // `b` should go before `a` changes, and needs a provider that the changed `a` makes possible; `d` can go before.
    let config = format!(
        r#"{PROVIDER_FROM_THING}
resource "test_thing" "a" {{ input = "new" }}
resource "test_thing" "c" {{ provider = test.p }}
"#
    );
    let state = "
        test_thing.a
        test_thing.b provider:p after test_thing.a
        test_thing.c provider:p after test_thing.a
        test_thing.d after test_thing.a
    ";
    check(&config, state, "delete b: update a\n delete d\n update a: delete d");
}

#[test]
fn what_was_to_go_last_goes_before_what_it_depends_on_if_that_does() {
    // `b` was made when `a` was to be replaced create-first, because of `b`. Terraform finds a circle here.
    let config = r#"resource "test_thing" "a" { replace = "new" }"#;
    let state = "
        test_thing.a create-first
        test_thing.b create-first after test_thing.a
    ";
    check(config, state, "create a: delete a\n delete a: delete b\n delete b");
}

#[test]
fn what_is_replaced_create_first_comes_before_what_its_old_self_depends_on_goes() {
    // Here too Terraform finds a circle: `a` goes before `b` changes, that before the old `c` goes, that before `a`.
    let config = r#"
resource "test_thing" "b" {}
resource "test_thing" "c" {
  replace = "new"
  lifecycle { create_before_destroy = true }
}
"#;
    let state = "
        test_thing.a
        test_thing.b input:old after test_thing.a
        test_thing.c after test_thing.a, test_thing.b
    ";
    let expected = "
        create c
        delete a: delete c (old)
        delete c (old): create c, update b
        update b
    ";
    check(config, state, expected);
}

#[test]
fn replacement_is_triggered_by_what_is_named() {
    let config = |trigger: &str| {
        format!(
            r#"
resource "test_thing" "a" {{
  count = 3
  input = count.index == 1 ? "new" : null
}}
resource "test_thing" "b" {{
  count = 3
  lifecycle {{ replace_triggered_by = [{trigger}] }}
}}
"#
        )
    };
    let instance = |index| format!("test_thing.a[{index}]\ntest_thing.b[{index}] after test_thing.a\n");
    let state: String = (0..3).map(instance).collect();
    let changed = |indexes: &[usize]| {
        let lines = indexes.iter().map(|index| format!("create b[{index}]: update a[1]\n delete b[{index}]\n"));
        lines.collect::<String>()
    };
    // What depended on `a` goes before that changes.
    let update = |indexes: &[usize]| {
        let deletes: Vec<String> = indexes.iter().map(|index| format!("delete b[{index}]")).collect();
        if deletes.is_empty() { "update a[1]\n".to_owned() } else { format!("update a[1]: {}\n", deletes.join(", ")) }
    };
    for (trigger, indexes) in [
        ("test_thing.a", &[0, 1, 2][..]),
        ("test_thing.a[1]", &[0, 1, 2]),
        ("test_thing.a[0]", &[]),
        ("test_thing.a[count.index]", &[1]),
        ("test_thing.a[count.index].input", &[1]),
        ("test_thing.a[count.index].replace", &[]),
        ("test_thing.a[count.index].tag, test_thing.a[0]", &[1]),
    ] {
        check(&config(trigger), &state, &format!("{}{}", changed(indexes), update(indexes)));
    }
}

#[test]
fn what_is_new_triggers_nothing() {
    let config = r#"
resource "test_thing" "a" {}
resource "test_thing" "b" {
  lifecycle { replace_triggered_by = [test_thing.a] }
}
"#;
    check(config, "test_thing.b", "create a");
}

#[test]
fn what_is_replaced_triggers_too() {
    let config = r#"
resource "test_thing" "a" { replace = "new" }
resource "test_thing" "b" {
  lifecycle { replace_triggered_by = [test_thing.a] }
}
"#;
    let expected = "
        create a: delete a
        create b: create a
        delete a: delete b
        delete b
    ";
    check(config, "test_thing.a\n test_thing.b after test_thing.a", expected);
}

#[test]
fn a_validation_waits_for_what_it_compares_with() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" { input = "x" }
module "m" {
  source = "./m"
  given  = "x"
  wanted = test_thing.a.input
}
-- m/main.tf --
variable "given" {
  validation {
    condition     = var.given == local.wanted
    error_message = "It is ${var.given}."
  }
}
variable "wanted" {}
locals { wanted = var.wanted }
resource "test_thing" "b" { input = var.given }
"#;
    check(config.trim_start(), "", "create a\n create module.m.b: create a");
}

// What is adopted.

/// As `check`, with things that state does not have.
fn check_adopted(config: &str, objects: &str, expected: &str) {
    let fixture = Fixture::new();
    state_of(objects, &mut fixture.strict.world());
    let (planned, diagnostics) = fixture.plan(config, &landform_state::State::new("1.11.4"), Mode::Normal);
    expect_fine(config, &diagnostics);
    let execution = planned.expect("a plan").execution.to_string();
    assert_eq!(execution.replace("test_thing.", "").trim(), expected, "{config}");
}

#[test]
fn what_is_adopted_is_there_before_it_is_changed_or_used() {
    let config = |arguments: &str| {
        format!(
            r#"
resource "test_thing" "a" {{ {arguments} }}
resource "test_thing" "b" {{ uses = [test_thing.a.id] }}
import {{
  to = test_thing.a
  id = "test_thing.given"
}}
"#
        )
    };
    check_adopted(&config(""), "test_thing.given", "create b: import a\nimport a");
    check_adopted(&config("input = \"new\""), "test_thing.given", "create b: update a\nimport a\nupdate a: import a");
}

#[test]
fn to_look_again_changes_nothing() {
    check_mode(Mode::RefreshOnly, "", CHAIN, "");
    check_mode(Mode::RefreshOnly, CHAIN_CONFIG, CHAIN, "");
    let deposed = "test_thing.a\n test_thing.a deposed:00000001";
    check_mode(Mode::RefreshOnly, CHAIN_CONFIG, deposed, "");
}

// `destroy = false`.

const STAYS: &str = r#"
resource "test_thing" "a" {
  replace = "2"
  lifecycle {
    destroy = false
  }
}
resource "test_thing" "b" { uses = [test_thing.a.id] }
"#;

const STAYED: &str = "test_thing.a replace:1\n test_thing.b after test_thing.a";

#[test]
fn what_stays_is_forgotten_when_its_successor_is_there() {
    check(STAYS, STAYED, "create a\n forget a (old): create a\n update b: create a");
}

#[test]
fn a_successor_takes_the_place_of_what_stays_or_else_nothing_changes() {
    use crate::strict::Fault;
    for (fault, expected) in [(Fault::None, "thing-1"), (Fault::Before, "test_thing.a")] {
        let fixture = Fixture::new();
        let state = state_of(STAYED, &mut fixture.strict.world());
        let (planned, diagnostics) = fixture.plan(STAYS, &state, Mode::Normal);
        expect_fine(STAYS, &diagnostics);
        fixture.strict.world().faults = [fault].into();
        let (applied, _) = fixture.apply(STAYS, &planned.expect("a plan"), &landform_core::events::Silent);
        let instance = applied.state.instance(&"test_thing.a".parse().expect("an address")).expect("it is there");
        let current = instance.current.as_ref().expect("it is there");
        assert!(current.attributes.contains(&format!("\"id\":{expected:?}")), "{}", current.attributes);
        assert!(instance.deposed.is_empty() && fixture.strict.world().objects.contains_key("test_thing.a"));
    }
}
