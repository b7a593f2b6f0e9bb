//! Where the items of a list are after `moved` blocks that move it up or down.

use crate::moves::check;

/// A `count`.
fn counted(count: usize, moves: &str) -> String {
    format!("resource \"test_thing\" \"a\" {{ count = {count} }}\n{moves}\n")
}

const UP: &str = "test_thing.a[2] -> test_thing.a[1]\ntest_thing.a[3] -> test_thing.a[2]";

#[test]
fn a_list_moves_up_at_once() {
    let all = "test_thing.a[0]\n test_thing.a[1]\n test_thing.a[2]\n test_thing.a[3]";
    check(&counted(3, UP), all, "a[1] from a[2]\n a[2] from a[3]\n delete a[4] from a[1]");
    // Nothing is in the way.
    let state = "test_thing.a[0]\n test_thing.a[2]\n test_thing.a[3]";
    check(&counted(3, UP), state, "a[1] from a[2]\n a[2] from a[3]");
    // It has moved up before.
    check(&counted(3, UP), "test_thing.a[0]\n test_thing.a[1]\n test_thing.a[2]", "");
    // What comes next to the place of the last one is not it.
    let state = "test_thing.a[0]\n test_thing.a[1]\n test_thing.a[2]\n test_thing.b[3]";
    check(&counted(3, UP), state, "delete b[3]");
    let state = "test_thing.a[0]\n test_thing.a[1]\n test_thing.a[2]\n module.m.test_thing.a[3]";
    check(&counted(3, UP), state, "delete module.m.a[3]");
}

#[test]
fn a_list_with_gaps_moves_up_step_by_step() {
    let check = |state: &[u8], expected: &str| {
        let state: Vec<String> = state.iter().map(|index| format!("test_thing.a[{index}]")).collect();
        check(&counted(3, UP), &state.join("\n"), expected);
    };
    check(&[0, 2], "a[1] from a[2]\n create a[2]");
    check(&[0, 1], "create a[2]");
    check(&[0, 3], "a[1] from a[3]\n create a[2]");
    check(&[0, 1, 3], "a[2] from a[3]\n a[2] could not move to a[1]");
}

#[test]
fn a_long_list_that_has_lost_more_than_its_last_has_not_moved_up_before() {
    let moves = format!("{UP}\ntest_thing.a[4] -> test_thing.a[3]");
    let state = "test_thing.a[0]\n test_thing.a[1]\n test_thing.a[3]";
    check(&counted(4, &moves), state, "a[2] from a[3]\n create a[3]\n a[2] could not move to a[1]");
}

#[test]
fn a_list_moves_down_once() {
    let down = counted(4, "test_thing.a[1] -> test_thing.a[2]\ntest_thing.a[2] -> test_thing.a[3]");
    let state = "test_thing.a[0]\n test_thing.a[1]\n test_thing.a[2]";
    check(&down, state, "create a[1]\n a[2] from a[1]\n a[3] from a[2]");
    check(&down, &format!("{state}\n test_thing.a[3]"), "");
    // Whatever is missing else.
    check(&down, "test_thing.a[0]\n test_thing.a[2]\n test_thing.a[3]", "create a[1]");
}

#[test]
fn a_list_is_in_each_instance_of_its_module() {
    let config = r#"
-- main.tf --
resource "test_thing" "a" { count = 2 }
module "m" {
  source = "./m"
  count  = 3
}
test_thing.a[2] -> test_thing.a[1]
-- m/main.tf --
resource "test_thing" "a" { count = 1 }
test_thing.a[1] -> test_thing.a[0]
"#;
    let state = "
        test_thing.a[0]
        test_thing.a[1]
        test_thing.a[2]
        module.m[0].test_thing.a[0]
        module.m[1].test_thing.a[0]
        module.m[1].test_thing.a[1]
        module.m[2].test_thing.a[0]
        module.m[2].test_thing.a[1]
        module.m[2].test_thing.a[5]
    ";
    let expected = "
        a[1] from a[2]
        delete a[3] from a[1]
        module.m[1].a[0] from module.m[1].a[1]
        delete module.m[1].a[2] from module.m[1].a[0]
        module.m[2].a[0] from module.m[2].a[1]
        delete module.m[2].a[5]
        delete module.m[2].a[6] from module.m[2].a[0]
    ";
    check(config, state, expected);
}

#[test]
fn lists_of_modules_move_like_others() {
    let inner = "-- m/main.tf --\nresource \"test_thing\" \"a\" {}\nresource \"test_thing\" \"b\" {}\n";
    let list = |count: u8, name: &str| format!("module \"{name}\" {{\n  source = \"./m\"\n  count  = {count}\n}}\n");
    let up = format!("-- main.tf --\n{}module.o[1] -> module.o[0]\n{inner}", list(1, "o"));
    let state = "
        module.o[0].test_thing.a
        module.o[0].test_thing.b
        module.o[1].test_thing.a
        module.o[1].test_thing.b
    ";
    let expected = "
        module.o[0].a from module.o[1].a
        module.o[0].b from module.o[1].b
        delete module.o[2].a from module.o[0].a
        delete module.o[2].b from module.o[0].b
    ";
    check(&up, state, expected);
    // Before, though something next to it has the same number.
    let done = "module.o[0].test_thing.a\n module.o[0].test_thing.b\n module.p[1].test_thing.a";
    check(&up, done, "delete module.p[1].a");
    let done = "module.o[0].test_thing.a\n module.o[0].test_thing.b\n module.o[5].test_thing.a";
    check(&up, done, "delete module.o[5].a");
    let down = format!("-- main.tf --\n{}module.o[0] -> module.o[1]\n{inner}", list(2, "o"));
    let expected = "
        create module.o[0].a
        create module.o[0].b
        module.o[1].a from module.o[0].a
        module.o[1].b from module.o[0].b
    ";
    check(&down, "module.o[0].test_thing.a\n module.o[0].test_thing.b", expected);
    check(&down, state, "");
}

#[test]
fn lists_of_modules_are_told_apart_by_name() {
    let config = r#"
-- main.tf --
module "o" {
  source = "./m"
  count  = 1
}
module "p" {
  source = "./m"
  count  = 2
}
module.o[1] -> module.o[0]
module.p[2] -> module.p[1]
-- m/main.tf --
resource "test_thing" "a" {}
"#;
    let state = "
        module.o[0].test_thing.a
        module.o[1].test_thing.a
        module.p[0].test_thing.a
        module.p[1].test_thing.a
        module.p[2].test_thing.a
    ";
    let expected = "
        module.o[0].a from module.o[1].a
        delete module.o[2].a from module.o[0].a
        module.p[1].a from module.p[2].a
        delete module.p[3].a from module.p[1].a
    ";
    check(config, state, expected);
}

#[test]
fn a_list_that_has_moved_up_is_not_taken_for_that_of_another_instance() {
    let config = r#"
-- main.tf --
module "x" {
  source = "./x"
  count  = 2
}
-- x/main.tf --
module "o" {
  source = "./o"
  count  = 1
}
module.o[1] -> module.o[0]
-- x/o/main.tf --
resource "test_thing" "a" {}
"#;
    let state = "module.x[0].module.o[0].test_thing.a\n module.x[1].module.o[1].test_thing.a";
    check(config, state, "module.x[1].module.o[0].a from module.x[1].module.o[1].a");
}

#[test]
fn lists_of_modules_are_told_apart_by_where_they_are() {
    let config = r#"
-- main.tf --
module "x" {
  source = "./x"
  count  = 2
  length = count.index + 1
}
module.x[0].module.y.module.o[1] -> module.x[0].module.y.module.o[0]
module.x[1].module.y.module.o[2] -> module.x[1].module.y.module.o[1]
-- x/main.tf --
variable "length" {}
module "y" {
  source = "./y"
  length = var.length
}
-- x/y/main.tf --
variable "length" {}
module "o" {
  source = "./o"
  count  = var.length
}
module "p" {
  source = "./o"
  count  = 2
}
module.p[2] -> module.p[1]
-- x/y/o/main.tf --
resource "test_thing" "a" {}
"#;
    let state = "
        module.x[0].module.y.module.o[0].test_thing.a
        module.x[0].module.y.module.o[1].test_thing.a
        module.x[0].module.y.module.p[0].test_thing.a
        module.x[0].module.y.module.p[1].test_thing.a
        module.x[0].module.y.module.p[2].test_thing.a
        module.x[1].module.y.module.o[0].test_thing.a
        module.x[1].module.y.module.o[1].test_thing.a
        module.x[1].module.y.module.o[2].test_thing.a
        module.x[1].module.y.module.p[0].test_thing.a
        module.x[1].module.y.module.p[1].test_thing.a
    ";
    let expected = "
        module.x[0].module.y.module.o[0].a from module.x[0].module.y.module.o[1].a
        delete module.x[0].module.y.module.o[2].a from module.x[0].module.y.module.o[0].a
        module.x[0].module.y.module.p[1].a from module.x[0].module.y.module.p[2].a
        delete module.x[0].module.y.module.p[3].a from module.x[0].module.y.module.p[1].a
        module.x[1].module.y.module.o[1].a from module.x[1].module.y.module.o[2].a
        delete module.x[1].module.y.module.o[3].a from module.x[1].module.y.module.o[1].a
    ";
    check(config, state, expected);
}

#[test]
fn what_goes_on_elsewhere_is_no_list() {
    let config = r#"
resource "test_thing" "b" {}
test_thing.a[1] -> test_thing.a[0]
test_thing.a[0] -> test_thing.b
"#;
    check(config, "test_thing.a[1]", "b from a[1]");
    let expected = "b from a[0]\n delete a[1]\n a[1] could not move to a[0]";
    check(config, "test_thing.a[0]\n test_thing.a[1]", expected);
    // What other modules say is about their own.
    let config = r#"
-- main.tf --
resource "test_thing" "a" { count = 1 }
module "m" { source = "./m" }
test_thing.a[1] -> test_thing.a[0]
-- m/main.tf --
resource "test_thing" "b" {}
test_thing.a[0] -> test_thing.b
"#;
    let state = "test_thing.a[0]\n test_thing.a[1]\n module.m.test_thing.a[0]";
    check(config, state, "a[0] from a[1]\n delete a[2] from a[0]\n module.m.b from module.m.a[0]");
}
