//! Where all wishes of order together would be a circle: which of them gives way, and that no other does.

use crate::order::check;

#[test]
fn what_was_destroyed_before_gives_way_first() {
    // `a` goes before `b` changes, `b` changes before `c` goes, `c` goes before `d` changes, that before `a` goes. That `d`
    // comes after `c` is gone matters least: it may not even need it any more.
    let config = r#"
provider "test" {
  alias = "from_d"
  uses  = [test_thing.d.id]
}
provider "test" {
  alias = "from_b"
  uses  = [test_thing.b.id]
}
resource "test_thing" "b" { input = "new" }
resource "test_thing" "d" { input = "new" }
"#;
    let state = "
        test_thing.a provider:from_d after test_thing.b
        test_thing.b
        test_thing.c provider:from_b
        test_thing.d after test_thing.c
    ";
    check(config, state, "delete a: update d\n delete c: update b\n update b: delete a\n update d");
}

#[test]
fn dependents_that_go_first_give_way_before_those_that_change_over() {
    // `b` goes last: after `a` has changed, for which `d` has to change; before which `c` was to go, and that after `b`.
    let config = r#"
resource "test_thing" "d" { input = "new" }
resource "test_thing" "a" { uses = [test_thing.d.tag] }
"#;
    let state = "
        test_thing.d
        test_thing.c after test_thing.d
        test_thing.b create-first after test_thing.c
        test_thing.a after test_thing.b
    ";
    check(config, state, "delete b: update a\n delete c: delete b\n update a: update d\n update d");
}

#[test]
fn those_outside_of_a_circle_still_go_before_what_they_depended_on() {
    // `b` should go before `a` does, and needs a provider that the new `a` makes possible; `d` can go before.
    let config = r#"
provider "test" {
  alias = "p"
  note  = test_thing.a.id
}
resource "test_thing" "a" { replace = "new" }
"#;
    let state = "
        test_thing.a
        test_thing.b provider:p after test_thing.a
        test_thing.d after test_thing.a
    ";
    check(config, state, "create a: delete a\n delete a: delete d\n delete b: create a\n delete d");
}

#[test]
fn what_goes_last_still_waits_for_those_outside_of_a_circle() {
    // `a` goes before `x` does, and `b` can only change when the new `x` is there; `c` can change before.
    let config = r#"
resource "test_thing" "b" { uses = [test_thing.x.id] }
resource "test_thing" "c" { input = "new" }
resource "test_thing" "x" { replace = "new" }
"#;
    let state = "
        test_thing.x
        test_thing.a create-first after test_thing.x
        test_thing.b after test_thing.a
        test_thing.c after test_thing.a
    ";
    check(
        config,
        state,
        "create x: delete x\n delete a: update c\n delete x: delete a\n update b: create x\n update c",
    );
}
