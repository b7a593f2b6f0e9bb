//! What `-target` and `-exclude` leave of a plan.

use landform_core::events::Silent;
use landform_core::plan::PlanOptions;
use landform_plan::Mode;
use landform_state::State;

use crate::fixture::Fixture;
use crate::objects::state_of;
use crate::order::{CHAIN, CHAIN_CONFIG, check_with};

fn targets(mode: Mode, targets: &[&str]) -> PlanOptions {
    let targets = targets.iter().map(|text| text.parse().expect("an address")).collect();
    PlanOptions { mode, targets, ..PlanOptions::default() }
}

fn excludes(mode: Mode, excludes: &[&str]) -> PlanOptions {
    let excludes = excludes.iter().map(|text| text.parse().expect("an address")).collect();
    PlanOptions { mode, excludes, ..PlanOptions::default() }
}

#[test]
fn a_target_brings_what_it_needs() {
    let options = targets(Mode::Normal, &["test_thing.b"]);
    check_with(&options, CHAIN_CONFIG, "", "create a\n create b: create a");
}

#[test]
fn nothing_but_targets_is_planned() {
    let config = "resource \"test_thing\" \"a\" {\n  count = 3\n}\n";
    let options = targets(Mode::Normal, &["test_thing.a[1]"]);
    let state = "
        test_thing.gone
        test_thing.a[4]
        test_thing.a[0]
        test_thing.a[0] deposed:00000001
    ";
    check_with(&options, config, state, "create a[1]");
    let state = "test_thing.a[0]\n test_thing.a[0] deposed:00000001\n test_thing.a[2]";
    check_with(&excludes(Mode::Normal, &["test_thing.a[0]"]), config, state, "create a[1]");
}

#[test]
fn outputs_of_which_all_is_there_are_evaluated() {
    let config = format!(
        "{CHAIN_CONFIG}output \"b\" {{ value = test_thing.b.id }}\noutput \"c\" {{ value = test_thing.c.id }}\n"
    );
    let fixture = Fixture::new();
    let options = targets(Mode::Normal, &["test_thing.b"]);
    let (planned, _) = fixture.plan_with(&config, &landform_state::State::new("1.11.4"), &options);
    let planned = planned.expect("a plan");
    assert_eq!(planned.plan.output_changes.keys().map(|name| &**name).collect::<Vec<_>>(), ["b"]);
}

#[test]
fn what_has_moved_is_targeted_where_it_was_and_where_it_is() {
    let config = r#"
resource "test_thing" "b" {}
resource "test_thing" "c" {}
moved {
  from = test_thing.a
  to   = test_thing.b
}
"#;
    let refused = |names: &[&str]| {
        let fixture = Fixture::new();
        let state = state_of("test_thing.a\n test_thing.c", &mut fixture.strict.world());
        let (planned, diagnostics) = fixture.plan_with(config, &state, &targets(Mode::Normal, names));
        assert_eq!(planned.is_none(), diagnostics.has_errors());
        let found: Vec<String> =
            diagnostics.iter().map(|found| format!("{}: {}", found.summary, found.detail)).collect();
        let summary = "Moved resource instances excluded by targeting";
        let left_out = |name: &str| found.concat().contains(&format!("\n  -target=\"test_thing.{name}\""));
        (found.concat().contains(summary), left_out("a"), left_out("b"), left_out("c"))
    };
    assert_eq!(refused(&["test_thing.a"]), (true, false, true, false));
    assert_eq!(refused(&["test_thing.b"]), (true, true, false, false));
    assert_eq!(refused(&["test_thing.c"]), (true, true, true, false));
    assert_eq!(refused(&["test_thing.a", "test_thing.b"]), (false, false, false, false));
}

#[test]
fn what_is_excluded_takes_what_needs_it_along() {
    let options = excludes(Mode::Normal, &["test_thing.b"]);
    check_with(&options, CHAIN_CONFIG, "", "create a");
}

#[test]
fn destroying_a_target_destroys_what_depends_on_it() {
    let options = targets(Mode::Destroy, &["test_thing.b"]);
    let expected = "delete b: delete c\n delete c";
    // As configuration says, as state says, and through what state has in between.
    check_with(&options, CHAIN_CONFIG, "test_thing.a\n test_thing.b\n test_thing.c", "delete b\n delete c");
    check_with(&options, "", CHAIN, expected);
    let state = "
        test_thing.a
        test_thing.b after test_thing.a
        test_thing.c after test_thing.b
    ";
    let options = targets(Mode::Destroy, &["test_thing.a"]);
    check_with(&options, "", state, "delete a: delete b\n delete b: delete c\n delete c");
}

#[test]
fn what_depends_on_a_target_in_a_module_is_in_the_same_instance_or_elsewhere() {
    let state = "
        module.m[0].test_thing.a
        module.m[0].test_thing.b after module.m.test_thing.a
        module.m[1].test_thing.a
        module.m[1].test_thing.b after module.m.test_thing.a
        module.n[1].test_thing.c after module.m.test_thing.b
        module.n[1].test_thing.d after module.n.test_thing.c
        module.n[2].test_thing.d after module.n.test_thing.c
    ";
    let options = targets(Mode::Destroy, &["module.m[0].test_thing.a"]);
    let expected = "
        delete module.m[0].a: delete module.m[0].b
        delete module.m[0].b: delete module.n[1].c
        delete module.n[1].c: delete module.n[1].d
        delete module.n[1].d
    ";
    check_with(&options, "", state, expected);
}

#[test]
fn destroying_all_but_something_keeps_what_it_needs() {
    let options = excludes(Mode::Destroy, &["test_thing.b"]);
    check_with(&options, CHAIN_CONFIG, "test_thing.a\n test_thing.b\n test_thing.c", "delete c");
    check_with(&options, "", CHAIN, "delete c");
    let state = "
        test_thing.a
        test_thing.b after test_thing.a
        test_thing.c after test_thing.b
    ";
    check_with(&excludes(Mode::Destroy, &["test_thing.c"]), "", state, "");
}

#[test]
fn data_goes_with_the_targets_of_a_destroy() {
    let config = r#"
resource "test_thing" "a" {}
data "test_tag" "d" { id = test_thing.a.id }
data "test_tag" "e" { id = test_thing.a.id }
resource "test_thing" "b" { uses = [data.test_tag.d.id] }
"#;
    // What is left after destroys, one after another, and whether the last had anything to do.
    let destroy = |config_then: &str, addresses: &[&str]| {
        let fixture = Fixture::new();
        let run = |config: &str, state: &State, options: &PlanOptions| {
            let planned = fixture.plan_with(config, state, options).0.expect("a plan");
            (fixture.apply(config, &planned, &Silent).0.state, planned.plan.applyable)
        };
        let all = run(config, &State::new("1.11.4"), &PlanOptions::default());
        let destroyed = |(state, _), address: &&str| run(config_then, &state, &targets(Mode::Destroy, &[*address]));
        let (state, applyable) = addresses.iter().fold(all, destroyed);
        let left: Vec<String> = state.addresses().iter().map(ToString::to_string).collect();
        (left.join(" "), applyable)
    };
    let left = |addresses: &[&str]| destroy(config, addresses).0;
    assert_eq!(left(&[]), "data.test_tag.d data.test_tag.e test_thing.a test_thing.b");
    assert_eq!(left(&["test_thing.b"]), "data.test_tag.d data.test_tag.e test_thing.a");
    assert_eq!(left(&["data.test_tag.d"]), "data.test_tag.e test_thing.a");
    assert_eq!(
        left(&["test_thing.a"]),
        "data.test_tag.d data.test_tag.e",
        "what depends on a target goes, but for data"
    );
    assert_eq!(destroy(config, &["data.test_tag.e"]), ("data.test_tag.d test_thing.a test_thing.b".into(), true));
    assert!(!destroy(config, &["data.test_tag.e", "data.test_tag.e"]).1);
    let without = "resource \"test_thing\" \"a\" {}\n";
    assert_eq!(destroy(without, &["data.test_tag.e"]).0, "data.test_tag.d test_thing.a test_thing.b");
}
