//! What becomes of objects that `removed` blocks are about.

use crate::moves::check;

/// A line `forget FROM` or `destroy FROM` is a `removed` block.
#[track_caller]
fn check_removed(config: &str, state: &str, expected: &str) {
    let block =
        |from: &str, destroy: bool| format!("removed {{\n  from = {from}\n  lifecycle {{ destroy = {destroy} }}\n}}");
    let line = |line: &str| match line.split_once(' ') {
        Some(("forget", from)) => block(from, false),
        Some(("destroy", from)) => block(from, true),
        _ => line.to_owned(),
    };
    check(&config.trim_start().lines().map(line).collect::<Vec<_>>().join("\n"), state, expected);
}

#[test]
fn resources_that_are_removed_are_forgotten_or_destroyed() {
    let config = "forget test_thing.a\ndestroy test_thing.b\n";
    let state = "test_thing.a[0]\n test_thing.a[1]\n test_thing.b\n test_thing.c";
    check_removed(config, state, "forget a[0]\n forget a[1]\n delete b\n delete c");
    check_removed(
        "forget module.m.test_thing.a\n",
        "test_thing.a\n module.m[0].test_thing.a\n module.m[0].test_thing.b",
        "
        delete a
        forget module.m[0].a
        delete module.m[0].b
    ",
    );
}

#[test]
fn modules_that_are_removed_go_with_all_that_is_in_them() {
    let state = "
        module.m[0].test_thing.a
        module.m[0].module.o.test_thing.b
        module.n.module.m.test_thing.a
        module.o.test_thing.b
    ";
    let expected = "
        forget module.m[0].a
        forget module.m[0].module.o.b
        delete module.n.module.m.a
        delete module.o.b
    ";
    check_removed("forget module.m\n", state, expected);
    let expected = "
        delete module.m[0].a
        forget module.m[0].module.o.b
        delete module.n.module.m.a
        delete module.o.b
    ";
    check_removed("forget module.m.module.o\n", state, expected);
}

#[test]
fn what_a_module_says_is_removed_is_its_own() {
    let config = r#"
-- main.tf --
module "m" {
  source = "./m"
  count  = 2
}
-- m/main.tf --
forget test_thing.a
forget module.o
"#;
    let state = "
        test_thing.a
        module.o.test_thing.b
        module.m[0].test_thing.a
        module.m[1].test_thing.a
        module.m[1].module.o.test_thing.b
    ";
    let expected = "
        delete a
        delete module.o.b
        forget module.m[0].a
        forget module.m[1].a
        forget module.m[1].module.o.b
    ";
    check_removed(config, state, expected);
}

#[test]
fn what_any_block_forgets_is_forgotten() {
    let state = "module.m.test_thing.a\n module.m.test_thing.b";
    let [forget, destroy] = ["forget module.m\n", "destroy module.m.test_thing.a\n"];
    check_removed(&[forget, destroy].concat(), state, "forget module.m.a\n forget module.m.b");
    check_removed(&[destroy, forget].concat(), state, "forget module.m.a\n forget module.m.b");
    // Of blocks that are about the same, the first counts.
    check_removed("forget module.m\ndestroy module.m\n", state, "forget module.m.a\n forget module.m.b");
    let twice = "destroy module.m.test_thing.a\nforget module.m.test_thing.a\n";
    check_removed(twice, state, "delete module.m.a\n delete module.m.b");
}
