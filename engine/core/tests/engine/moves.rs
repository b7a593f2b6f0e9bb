//! Where objects are after `moved` blocks, and what is implied beside them.
//!
//! Things are called without their type here: `b from a` is what was `test_thing.a` and is `test_thing.b`.

use landform_core::plan::PlanOptions;
use landform_plan::{Action, Mode, ResourceChange};

use crate::fixture::{Fixture, expect_fine};
use crate::objects::state_of;

/// What is planned but for what stays as it is, and which moves something was in the way of. In the configuration, a line
/// `a -> b` is a `moved` block.
#[track_caller]
pub(crate) fn check(config: &str, state: &str, expected: &str) {
    check_with(&PlanOptions::default(), config, state, expected);
}

#[track_caller]
fn check_with(options: &PlanOptions, config: &str, state: &str, expected: &str) {
    let config = with_blocks(config);
    let fixture = Fixture::new();
    let state = state_of(state, &mut fixture.strict.world());
    let (planned, diagnostics) = fixture.plan_with(&config, &state, options);
    expect_fine(&config, &diagnostics);
    let mut is: Vec<String> =
        planned.expect("a plan").plan.resource_changes.iter().filter_map(told).map(|line| short(&line)).collect();
    let details = diagnostics.iter().flat_map(|found| found.detail.lines());
    let blocked = details.filter_map(|line| line.strip_prefix("  - "));
    is.extend(blocked.map(short));
    is.sort();
    let mut should_be: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    should_be.sort_unstable();
    assert_eq!(is, should_be, "{config}");
}

fn told(change: &ResourceChange) -> Option<String> {
    let action = match change.action {
        Action::NoOp => String::new(),
        action => action.names().join("/") + " ",
    };
    let from = if change.moved() { format!(" from {}", change.previous_address) } else { String::new() };
    (!action.is_empty() || !from.is_empty()).then(|| format!("{action}{}{from}", change.address))
}

fn short(text: &str) -> String {
    text.replace("test_thing.", "")
}

fn with_blocks(config: &str) -> String {
    let line = |line: &str| match line.split_once(" -> ") {
        Some((from, to)) => format!("moved {{\n  from = {from}\n  to   = {to}\n}}\n"),
        None => format!("{line}\n"),
    };
    config.trim_start().lines().map(line).collect()
}

#[test]
fn a_resource_moves_with_all_its_instances() {
    let config = r#"
resource "test_thing" "b" { count = 2 }
test_thing.a -> test_thing.b
"#;
    check(config, "test_thing.a[0]\n test_thing.a[1]", "b[0] from a[0]\n b[1] from a[1]");
    check(config, "test_thing.a[1]\n test_thing.a deposed:00000001", "create b[0]\n b[1] from a[1]\n delete b from a");
}

#[test]
fn what_is_destroyed_has_moved_before_where_it_was_read() {
    let config = "test_thing.a -> test_thing.b\nresource \"test_thing\" \"b\" {}\n";
    let state = "test_thing.a\n test_thing.a deposed:00000001";
    let read = PlanOptions { mode: Mode::Destroy, ..PlanOptions::default() };
    check_with(&read, config, state, "delete b\n delete b");
    let unread = PlanOptions { refresh: false, ..read };
    check_with(&unread, config, state, "delete b from a\n delete b from a");
}

#[test]
fn an_instance_moves_alone() {
    let config = r#"
resource "test_thing" "b" { for_each = toset(["k"]) }
test_thing.a[1] -> test_thing.b["k"]
"#;
    check(config, "test_thing.a[0]\n test_thing.a[1]", "delete a[0]\n b[\"k\"] from a[1]");
    // Where one end has a key, the other without one has none.
    let config = r#"
resource "test_thing" "b" { count = 1 }
test_thing.a -> test_thing.b[0]
"#;
    check(config, "test_thing.a", "b[0] from a");
    check(config, "test_thing.a[0]", "create b[0]\n delete a[0]");
}

#[test]
fn moves_follow_each_other_however_they_are_written() {
    let moves = ["test_thing.a -> test_thing.b", "test_thing.b -> test_thing.c", "test_thing.c -> test_thing.d"];
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let moves = order.map(|index| moves[index]).join("\n");
        let config = format!("resource \"test_thing\" \"d\" {{}}\n{moves}\n");
        check(&config, "test_thing.a", "d from a");
        check(&config, "test_thing.b", "d from b");
        check(&config, "test_thing.d", "");
        let both = "delete a\n d from b\n a could not move to b";
        check(&config, "test_thing.a\n test_thing.b", both);
    }
}

#[test]
fn what_is_in_the_way_is_told_once() {
    let config = r#"
resource "test_thing" "b" { count = 2 }
resource "test_thing" "z" { count = 1 }
test_thing.a -> test_thing.b
test_thing.y[1] -> test_thing.z[0]
test_thing.y[2] -> test_thing.x
"#;
    let state = "
        test_thing.a[0]
        test_thing.a[1]
        test_thing.b[1]
        test_thing.x
        test_thing.y[1]
        test_thing.y[2]
        test_thing.z[0]
    ";
    let expected = "
        delete a[0]
        delete a[1]
        create b[0]
        delete x
        delete y[1]
        delete y[2]
        a could not move to b
        y[1] could not move to z[0]
        y[2] could not move to x
    ";
    check(config, state, expected);
    // An instance is in the way of none but its own.
    let config = r#"
resource "test_thing" "z" { count = 2 }
test_thing.y -> test_thing.z[0]
"#;
    check(config, "test_thing.y\n test_thing.z[1]", "z[0] from y");
}

const NESTED: &str = r#"
-- m/main.tf --
resource "test_thing" "a" {}
module "o" { source = "./o" }
-- m/o/main.tf --
resource "test_thing" "b" {}
"#;

#[test]
fn a_module_moves_with_all_that_is_in_it() {
    let config = |count: &str, moved: &str| {
        format!("-- main.tf --\nmodule \"n\" {{\n  source = \"./m\"\n  {count}\n}}\n{moved}{NESTED}")
    };
    let one = config("", "module.m -> module.n");
    let expected = "module.n.a from module.m.a\n module.n.module.o.b from module.m.module.o.b";
    check(&one, "module.m.test_thing.a\n module.m.module.o.test_thing.b", expected);
    let two = config("count = 2", "module.m -> module.n");
    let expected = "
        create module.n[0].a
        module.n[0].module.o.b from module.m[0].module.o.b
        module.n[1].a from module.m[1].a
        create module.n[1].module.o.b
    ";
    check(&two, "module.m[0].module.o.test_thing.b\n module.m[1].test_thing.a", expected);
    let keyed = config("for_each = toset([\"k\"])", "module.m[1] -> module.n[\"k\"]");
    let expected = r#"
        delete module.m[0].a
        module.n["k"].a from module.m[1].a
        module.n["k"].module.o.b from module.m[1].module.o.b
    "#;
    check(&keyed, "module.m[0].test_thing.a\n module.m[1].test_thing.a\n module.m[1].module.o.test_thing.b", expected);
    // Of module instances, too, one without a key is just that where the other has one.
    let expected = r#"
        delete module.m[0].a
        create module.n["k"].a
        create module.n["k"].module.o.b
    "#;
    check(&keyed.replace("module.m[1]", "module.m"), "module.m[0].test_thing.a", expected);
}

#[test]
fn what_is_in_a_module_is_in_the_way_of_another() {
    let config = format!("-- main.tf --\nmodule \"n\" {{ source = \"./m\" }}\nmodule.m -> module.n{NESTED}");
    // Any of its resources is, but nothing in modules that it calls.
    let state = "module.m.test_thing.a\n module.n.test_thing.z";
    let expected = "
        delete module.m.a
        create module.n.a
        create module.n.module.o.b
        delete module.n.z
        module.m could not move to module.n
    ";
    check(&config, state, expected);
    let state = "module.m.test_thing.a\n module.m.module.o.test_thing.b\n module.n.module.o.test_thing.z";
    let expected = "
        module.n.a from module.m.a
        delete module.m.module.o.b
        create module.n.module.o.b
        delete module.n.module.o.z
        module.m.module.o could not move to module.n.module.o
    ";
    check(&config, state, expected);
}

#[test]
fn objects_go_into_modules_and_come_out() {
    let config = format!(
        r#"-- main.tf --
module "m" {{
  source   = "./m"
  for_each = toset(["k"])
}}
resource "test_thing" "c" {{}}
test_thing.a -> module.m["k"].test_thing.a
module.m["k"].test_thing.c -> test_thing.c
module.p.module.q -> module.m["k"].module.o{NESTED}"#
    );
    let state = r#"
        test_thing.a
        module.m["k"].test_thing.c
        module.p.module.q.test_thing.b
    "#;
    let expected = r#"
        module.m["k"].a from a
        c from module.m["k"].c
        module.m["k"].module.o.b from module.p.module.q.b
    "#;
    check(&config, state, expected);
}

#[test]
fn blocks_of_a_module_are_about_all_its_instances() {
    let config = r#"
-- main.tf --
module "m" {
  source = "./m"
  count  = 2
}
module "n" { source = "./m" }
-- m/main.tf --
resource "test_thing" "b" {}
module "p" { source = "./p" }
test_thing.a -> test_thing.b
module.o -> module.p
-- m/p/main.tf --
resource "test_thing" "d" {}
test_thing.c -> test_thing.d
"#;
    let state = "
        test_thing.a
        module.m[0].test_thing.a
        module.m[1].test_thing.a
        module.m[1].module.o.test_thing.c
        module.n.module.p.test_thing.c
        module.n.test_thing.b
    ";
    let expected = "
        delete a
        module.m[0].b from module.m[0].a
        module.m[1].b from module.m[1].a
        create module.m[0].module.p.d
        module.m[1].module.p.d from module.m[1].module.o.c
        module.n.module.p.d from module.n.module.p.c
    ";
    check(config, state, expected);
}

#[test]
fn what_moves_within_a_module_moves_before_it_goes_and_after_it_came() {
    let config = |moves: &str| {
        format!(
            r#"-- main.tf --
module "n" {{ source = "./m" }}
resource "test_thing" "c" {{}}
{moves}
-- m/main.tf --
resource "test_thing" "a" {{}}
resource "test_thing" "b" {{}}
test_thing.old -> test_thing.b
"#
        )
    };
    for moves in [
        "module.m -> module.n\nmodule.m.test_thing.c -> test_thing.c\ntest_thing.a -> module.n.test_thing.a",
        "test_thing.a -> module.n.test_thing.a\nmodule.m.test_thing.c -> test_thing.c\nmodule.m -> module.n",
    ] {
        let state = "
            test_thing.a
            module.m.test_thing.old
            module.m.test_thing.c
        ";
        let expected = "
            module.n.a from a
            module.n.b from module.m.old
            c from module.m.c
        ";
        check(&config(moves), state, expected);
    }
    // An instance that has a move of its own leaves before the others, or after it has come with them.
    let config = r#"
resource "test_thing" "c" { count = 2 }
resource "test_thing" "x" {}
resource "test_thing" "y" {}
test_thing.c[2] -> test_thing.y
test_thing.a -> test_thing.c
test_thing.a[0] -> test_thing.x
"#;
    let expected = "
        create c[0]
        c[1] from a[1]
        x from a[0]
        y from a[2]
    ";
    check(config, "test_thing.a[0]\n test_thing.a[1]\n test_thing.a[2]", expected);
}

#[test]
fn a_module_that_only_gets_a_key_is_no_other_for_what_moves_in_it() {
    let config = r#"
-- main.tf --
module "m" {
  source = "./m"
  count  = 1
}
module.m -> module.m[0]
-- m/main.tf --
resource "test_thing" "b" {}
module "o" {
  source = "./o"
  count  = 1
}
test_thing.a -> test_thing.b
module.o -> module.o[0]
-- m/o/main.tf --
resource "test_thing" "d" {}
test_thing.c -> test_thing.d
"#;
    let expected = "
        module.m[0].b from module.m.a
        module.m[0].module.o[0].d from module.m.module.o.c
    ";
    check(config, "module.m.test_thing.a\n module.m.module.o.test_thing.c", expected);
    // What the same module says of both is told apart.
    let config = r#"
-- main.tf --
module "m" {
  source = "./m"
  count  = 1
}
module.m -> module.m[0]
module.m.test_thing.a -> module.m.test_thing.b
-- m/main.tf --
resource "test_thing" "b" {}
"#;
    check(config, "module.m.test_thing.a", "module.m[0].b from module.m.a");
}

#[test]
fn modules_follow_each_other_and_what_is_in_them_goes_along() {
    let inner = "-- m/main.tf --\nresource \"test_thing\" \"a\" {}\n";
    let config = |moves: &str| format!("-- main.tf --\nmodule \"n\" {{ source = \"./m\" }}\n{moves}\n{inner}");
    let chain = config("module.m -> module.n\nmodule.l -> module.m");
    check(&chain, "module.l.test_thing.a", "module.n.a from module.l.a");
    let through = config("module.m -> module.n\ntest_thing.a -> module.m.test_thing.a");
    check(&through, "test_thing.a", "module.n.a from a");
    let config = format!(
        r#"-- main.tf --
module "n" {{
  source = "./m"
  count  = 2
}}
module "p" {{ source = "./m" }}
resource "test_thing" "c" {{}}
module.m -> module.n
module.m[1].test_thing.c -> test_thing.c
module.m[0].module.o -> module.p
{inner}"#
    );
    let state = "
        module.m[0].test_thing.a
        module.m[0].module.o.test_thing.a
        module.m[1].test_thing.a
        module.m[1].test_thing.c
    ";
    let expected = "
        module.n[0].a from module.m[0].a
        module.n[1].a from module.m[1].a
        module.p.a from module.m[0].module.o.a
        c from module.m[1].c
    ";
    check(&config, state, expected);
}

#[test]
fn what_a_module_says_of_itself_comes_before_one_of_its_instances_goes() {
    let config = r#"
-- main.tf --
module "m" {
  source = "./m"
  count  = 1
}
module "n" { source = "./n" }
module.m[1] -> module.n
-- m/main.tf --
resource "test_thing" "b" {}
test_thing.old -> test_thing.b
-- n/main.tf --
resource "test_thing" "b" {}
"#;
    let state = "module.m[0].test_thing.b\n module.m[1].test_thing.old";
    check(config, state, "module.n.b from module.m[1].old");
}

// What is implied.

#[test]
fn count_that_comes_or_goes_keeps_the_first() {
    let counted = "resource \"test_thing\" \"a\" { count = 2 }\n";
    check(counted, "test_thing.a", "a[0] from a\n create a[1]");
    check(counted, "test_thing.a\n test_thing.a[0]", "delete a\n create a[1]\n a could not move to a[0]");
    let single = "resource \"test_thing\" \"a\" {}\n";
    check(single, "test_thing.a[0]\n test_thing.a[1]", "a from a[0]\n delete a[1]");
    check(single, "test_thing.a[1]", "create a\n delete a[1]");
    check(single, "test_thing.a\n test_thing.a[0]", "delete a[0]\n a[0] could not move to a");
    let keyed = "resource \"test_thing\" \"a\" { for_each = toset([\"k\"]) }\n";
    check(keyed, "test_thing.a", "create a[\"k\"]\n delete a");
    check(keyed, "test_thing.a[0]", "create a[\"k\"]\n delete a[0]");
}

#[test]
fn what_is_enabled_is_single() {
    let config = "resource \"test_thing\" \"a\" {\n  lifecycle { enabled = true }\n}\n";
    check(config, "test_thing.a[0]", "a from a[0]");
}

#[test]
fn nothing_is_implied_of_what_blocks_are_about() {
    let single = "resource \"test_thing\" \"a\" {}\ntest_thing.a[1] -> test_thing.a\n";
    check(single, "test_thing.a[0]\n test_thing.a[1]", "a from a[1]\n delete a[0]");
    check(single, "test_thing.a[0]", "create a\n delete a[0]");
    let counted = "resource \"test_thing\" \"a\" { count = 2 }\ntest_thing.old -> test_thing.a[1]\n";
    check(counted, "test_thing.a", "create a[0]\n create a[1]\n delete a");
    check(
        "resource \"test_thing\" \"a\" {}\ntest_thing.a[1] -> test_thing.b\n",
        "test_thing.a[0]",
        "create a\n delete a[0]",
    );
    let elsewhere = "resource \"test_thing\" \"a\" { count = 1 }\ntest_thing.old -> test_thing.b\n";
    check(elsewhere, "test_thing.a", "a[0] from a");
}

#[test]
fn what_is_implied_of_an_instance_of_a_module_is_its_own_matter() {
    let config = |root: &str, inner: &str| {
        format!(
            r#"-- main.tf --
module "m" {{
  source   = "./m"
  for_each = toset(["x", "y"])
}}
{root}
-- m/main.tf --
resource "test_thing" "a" {{}}
{inner}"#
        )
    };
    let state = r#"
        module.m["x"].test_thing.a[0]
        module.m["y"].test_thing.a[0]
    "#;
    let outside = config("module.m[\"x\"].test_thing.a[7] -> module.m[\"x\"].test_thing.a", "");
    let expected = r#"
        create module.m["x"].a
        delete module.m["x"].a[0]
        module.m["y"].a from module.m["y"].a[0]
    "#;
    check(&outside, state, expected);
    let inside = config("", "test_thing.a[7] -> test_thing.a\n");
    let expected = r#"
        create module.m["x"].a
        delete module.m["x"].a[0]
        create module.m["y"].a
        delete module.m["y"].a[0]
    "#;
    check(&inside, state, expected);
}

#[test]
fn what_is_implied_is_seen_in_the_state_as_it_was() {
    let module = "-- m/main.tf --\nresource \"test_thing\" \"a\" { count = 1 }\n";
    // A module that only gets a key has had the resource.
    let config = format!(
        "-- main.tf --\nmodule \"m\" {{\n  source = \"./m\"\n  count  = 1\n}}\nmodule.m -> module.m[0]\n{module}"
    );
    check(&config, "module.m.test_thing.a", "module.m[0].a[0] from module.m.a");
    let config = format!("-- main.tf --\nmodule \"n\" {{ source = \"./m\" }}\nmodule.m -> module.n\n{module}");
    check(&config, "module.m.test_thing.a", "create module.n.a[0]\n delete module.n.a from module.m.a");
}

// Who is who.

#[test]
fn what_is_next_to_something_is_not_it() {
    let config = "resource \"test_thing\" \"b\" {}\ntest_thing.a -> test_thing.b\n";
    check(config, "test_thing.a\n module.m.test_thing.b", "b from a\n delete module.m.b");
    let config = "resource \"test_thing\" \"b\" { count = 2 }\ntest_thing.a -> test_thing.b\n";
    let state = "test_thing.a[0]\n module.m.test_thing.a[0]\n test_thing.c[0]";
    check(config, state, "b[0] from a[0]\n create b[1]\n delete c[0]\n delete module.m.a[0]");
}

#[test]
fn blocks_reach_what_has_just_come_to_their_module_and_what_is_only_below_it() {
    let config = r#"
-- main.tf --
module "m" {
  source   = "./m"
  for_each = toset(["k"])
}
test_thing.a -> module.m["k"].test_thing.old
-- m/main.tf --
resource "test_thing" "b" {}
test_thing.old -> test_thing.b
"#;
    check(config, "test_thing.a", "module.m[\"k\"].b from a");
    let config = r#"
-- main.tf --
module "m" { source = "./m" }
-- m/main.tf --
resource "test_thing" "b" {}
module.o.test_thing.old -> test_thing.b
"#;
    check(config, "module.m.module.o.test_thing.old", "module.m.b from module.m.module.o.old");
}
