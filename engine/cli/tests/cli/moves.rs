//! `moved` blocks that plans suggest: what is shown, what `-write-moved` writes, and what is left to do then.

use crate::environment::TestEnvironment;

/// Applies one configuration; another, with all moves written, has `written` in its files and plans to do `left`, and
/// nothing when that is applied.
fn check(before: &[(&str, &str)], after: &[(&str, &str)], written: &[(&str, &[(&str, &str)])], left: &str) {
    let environment = applied(before);
    let text = written.iter().map(|(directory, moves)| ((*directory).to_owned(), blocks(moves)));
    let text: Vec<(String, String)> = text.collect();
    after.iter().for_each(|(name, text)| environment.write(name, text));
    environment.run(&["init"]).succeeds();
    let plan = environment.run(&["plan", "-no-color"]).succeeds().stdout;
    for (_, blocks) in &text {
        for line in blocks.lines().filter(|line| line.contains(" = ")) {
            assert!(plan.contains(line), "{line:?} is not in\n{plan}");
        }
    }
    let comment = environment.run(&["plan", "-format=markdown"]).succeeds().stdout;
    for (_, blocks) in &text {
        let together = blocks.replace("}\n\nmoved", "}\nmoved");
        assert!(comment.contains("#### Suggested moves (") && comment.contains(together.trim_end()), "{comment}");
    }
    let plan = environment.run(&["plan", "-no-color", "-write-moved"]).succeeds().stdout;
    for (name, blocks) in &text {
        assert_eq!(environment.read(name), *blocks, "{plan}");
    }
    assert!(plan.contains(left), "{left:?} is not in\n{plan}");
    environment.run(&["fmt", "-check"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    // Blocks may stay: what was done is not done again.
    environment.run(&["plan", "-detailed-exitcode", "-write-moved"]).succeeds();
    for (name, blocks) in &text {
        assert_eq!(environment.read(name), *blocks);
    }
}

/// Nothing is suggested.
fn check_none(before: &str, after: &str) {
    let environment = applied(&[("main.tf", before)]);
    environment.write("main.tf", after);
    let plan = environment.run(&["plan", "-no-color", "-write-moved"]).succeeds().stdout;
    assert!(!plan.contains("moved {"), "{plan}");
    assert!(!environment.has("moved.tf"));
}

fn applied(files: &[(&str, &str)]) -> TestEnvironment {
    let environment = TestEnvironment::new(files);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment
}

fn blocks(moves: &[(&str, &str)]) -> String {
    let blocks: Vec<String> =
        moves.iter().map(|(from, to)| format!("moved {{\n  from = {from}\n  to   = {to}\n}}\n")).collect();
    blocks.join("\n")
}

fn root(text: &str) -> [(&str, &str); 1] {
    [("main.tf", text)]
}

const NOTHING_LEFT: &str = "Plan: 0 to add, 0 to change, 0 to destroy.";

#[test]
fn a_resource_with_another_name() {
    let before = "resource \"terraform_data\" \"a\" {\n  input = \"x\"\n}\n";
    let after = before.replace("\"a\"", "\"b\"");
    let moves = [("terraform_data.a", "terraform_data.b")];
    check(&root(before), &root(&after), &[("moved.tf", &moves)], NOTHING_LEFT);
}

#[test]
fn all_instances_of_a_resource_with_another_name() {
    let before = "resource \"terraform_data\" \"a\" {\n  for_each = toset([\"x\", \"y\"])\n  input    = \"same\"\n}\n";
    let after = before.replace("\"a\"", "\"b\"");
    let moves = [("terraform_data.a", "terraform_data.b")];
    check(&root(before), &root(&after), &[("moved.tf", &moves)], NOTHING_LEFT);
}

#[test]
fn numbers_that_became_keys() {
    let before = "resource \"terraform_data\" \"a\" {\n  count = 2\n  input = [\"x\", \"y\"][count.index]\n}\n";
    let after = "resource \"terraform_data\" \"a\" {\n  for_each = toset([\"x\", \"y\"])\n  input    = each.key\n}\n";
    let moves =
        [("terraform_data.a[0]", "terraform_data.a[\"x\"]"), ("terraform_data.a[1]", "terraform_data.a[\"y\"]")];
    check(&root(before), &root(after), &[("moved.tf", &moves)], NOTHING_LEFT);
}

fn list(names: &[&str]) -> String {
    format!("resource \"terraform_data\" \"a\" {{\n  count = {}\n  input = {names:?}[count.index]\n}}\n", names.len())
}

#[test]
fn a_list_without_one_of_its_items() {
    let moves = [("terraform_data.a[2]", "terraform_data.a[1]"), ("terraform_data.a[3]", "terraform_data.a[2]")];
    let left = "Plan: 0 to add, 0 to change, 1 to destroy.";
    check(&root(&list(&["a", "b", "c", "d"])), &root(&list(&["a", "c", "d"])), &[("moved.tf", &moves)], left);
}

#[test]
fn a_list_of_which_an_item_became_another() {
    let moves = [
        ("terraform_data.a[1]", "terraform_data.a[0]"),
        ("terraform_data.a[2]", "terraform_data.a[1]"),
        ("terraform_data.a[3]", "terraform_data.a[2]"),
    ];
    let left = "Plan: 0 to add, 1 to change, 1 to destroy.";
    check(&root(&list(&["a", "b", "c", "d"])), &root(&list(&["b", "new", "d"])), &[("moved.tf", &moves)], left);
}

#[test]
fn a_list_that_changed_elsewhere_is_what_it_is() {
    check_none(&list(&["a", "b", "c"]), &list(&["a", "b"]));
    check_none(&list(&["a", "b"]), &list(&["b", "a"]));
    check_none(&list(&["a", "b", "c"]), &list(&["new", "a", "b"]));
    check_none(&list(&["a", "b"]), &list(&["b", "a", "new"]));
    check_none(&list(&["a", "b"]), &list(&["a", "b", "new"]));
    check_none(&list(&["a", "b"]), "");
}

#[test]
fn what_could_be_one_or_another_is_left_alone() {
    let one = "resource \"terraform_data\" \"a\" {\n  input = \"x\"\n}\nresource \"terraform_data\" \"b\" {\n  input = \"x\"\n}\n";
    check_none(one, "resource \"terraform_data\" \"c\" {\n  input = \"x\"\n}\n");
    check_none(one, &one.replace("\"a\"", "\"c\"").replace("\"b\"", "\"d\""));
}

#[test]
fn a_list_with_a_new_item_between_others() {
    let moves = [("terraform_data.a[1]", "terraform_data.a[2]"), ("terraform_data.a[2]", "terraform_data.a[3]")];
    let left = "Plan: 1 to add, 0 to change, 0 to destroy.";
    check(&root(&list(&["a", "b", "c"])), &root(&list(&["a", "new", "b", "c"])), &[("moved.tf", &moves)], left);
}

#[test]
fn a_list_with_several_new_items() {
    let moves = [
        ("terraform_data.a[0]", "terraform_data.a[1]"),
        ("terraform_data.a[1]", "terraform_data.a[3]"),
        ("terraform_data.a[2]", "terraform_data.a[4]"),
    ];
    let left = "Plan: 2 to add, 0 to change, 0 to destroy.";
    check(&root(&list(&["a", "b", "c"])), &root(&list(&["x", "a", "y", "b", "c"])), &[("moved.tf", &moves)], left);
}

#[test]
fn a_list_with_new_items_in_another_order() {
    let moves = [
        ("terraform_data.a[1]", "terraform_data.a[0]"),
        ("terraform_data.a[0]", "terraform_data.a[2]"),
        ("terraform_data.a[2]", "terraform_data.a[3]"),
    ];
    let left = "Plan: 1 to add, 0 to change, 0 to destroy.";
    check(&root(&list(&["a", "b", "c"])), &root(&list(&["b", "new", "a", "c"])), &[("moved.tf", &moves)], left);
}

#[test]
fn a_list_with_new_items_and_without_an_old_one() {
    let moves = [
        ("terraform_data.a[0]", "terraform_data.a[2]"),
        ("terraform_data.a[2]", "terraform_data.a[3]"),
        ("terraform_data.a[3]", "terraform_data.a[4]"),
    ];
    let left = "Plan: 1 to add, 1 to change, 0 to destroy.";
    let (before, after) = (list(&["a", "b", "c", "d"]), list(&["x", "y", "a", "c", "d"]));
    check(&root(&before), &root(&after), &[("moved.tf", &moves)], left);
}

#[test]
fn a_list_that_grew_and_is_shorter_again_is_not_moved_again() {
    let environment = applied(&root(&list(&["a", "b"])));
    environment.write("main.tf", &list(&["new", "a", "b"]));
    environment.run(&["plan", "-write-moved"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.write("main.tf", &list(&["new", "a"]));
    environment.run(&["plan", "-no-color"]).fails(&["Moved object still exists"]);
    // It may go on growing.
    environment.write("main.tf", &list(&["new", "a", "b", "c"]));
    environment.run(&["plan", "-no-color"]).succeeds().says("Plan: 1 to add, 0 to change, 0 to destroy.");
}

#[test]
fn a_new_item_that_could_not_be_made_is_made_by_the_next_run() {
    let environment = applied(&root(&list(&["a", "b", "c"])));
    let failing = |text: &str| {
        let tail = "  provisioner \"local-exec\" {\n    command = \"test -e go\"\n  }\n}\n";
        text.trim_end().trim_end_matches('}').to_owned() + tail
    };
    environment.write("main.tf", &failing(&list(&["a", "new", "b", "c"])));
    environment.run(&["plan", "-write-moved"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).fails(&["local-exec provisioner error"]);
    environment.run(&["state", "rm", "terraform_data.a[1]"]).succeeds();
    let again = environment.run(&["plan", "-no-color"]).succeeds();
    again.says("# terraform_data.a[1] will be created").says("Plan: 1 to add, 0 to change, 0 to destroy.");
}

const MODULE: &str = "variable \"name\" {}
resource \"terraform_data\" \"a\" {
  input = var.name
}
resource \"terraform_data\" \"b\" {
  triggers_replace = terraform_data.a.output
}
";

fn call(name: &str, arguments: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"./m\"\n{arguments}}}\n")
}

#[test]
fn a_module_with_another_name() {
    let before = call("one", "  name   = \"x\"\n");
    let files = [("main.tf", &*before), ("m/main.tf", MODULE)];
    let after = call("two", "  name   = \"x\"\n");
    check(&files, &root(&after), &[("moved.tf", &[("module.one", "module.two")])], NOTHING_LEFT);
}

#[test]
fn all_instances_of_a_module_with_another_name() {
    let before = call("one", "  count  = 2\n  name   = \"x${count.index}\"\n");
    let files = [("main.tf", &*before), ("m/main.tf", MODULE)];
    let after = before.replace("\"one\"", "\"two\"");
    check(&files, &root(&after), &[("moved.tf", &[("module.one", "module.two")])], NOTHING_LEFT);
}

#[test]
fn a_module_that_came_in_numbers() {
    let before = call("one", "  name   = \"x\"\n");
    let files = [("main.tf", &*before), ("m/main.tf", MODULE)];
    let after = call("one", "  for_each = { k = \"x\" }\n  name     = each.value\n").replace("source =", "source   =");
    check(&files, &root(&after), &[("moved.tf", &[("module.one", "module.one[\"k\"]")])], NOTHING_LEFT);
}

#[test]
fn a_list_of_modules_without_one_of_its_items() {
    let before = call("one", "  count  = 4\n  name   = [\"a\", \"b\", \"c\", \"d\"][count.index]\n");
    let after = call("one", "  count  = 3\n  name   = [\"a\", \"c\", \"d\"][count.index]\n");
    let files = [("main.tf", &*before), ("m/main.tf", MODULE)];
    let moves = [("module.one[2]", "module.one[1]"), ("module.one[3]", "module.one[2]")];
    check(&files, &root(&after), &[("moved.tf", &moves)], "Plan: 0 to add, 0 to change, 2 to destroy.");
}

#[test]
fn a_list_of_modules_with_a_new_item() {
    let before = call("one", "  count  = 3\n  name   = [\"a\", \"b\", \"c\"][count.index]\n");
    let after = call("one", "  count  = 4\n  name   = [\"a\", \"new\", \"b\", \"c\"][count.index]\n");
    let files = [("main.tf", &*before), ("m/main.tf", MODULE)];
    let moves = [("module.one[1]", "module.one[2]"), ("module.one[2]", "module.one[3]")];
    check(&files, &root(&after), &[("moved.tf", &moves)], "Plan: 2 to add, 0 to change, 0 to destroy.");
}

#[test]
fn a_list_in_every_instance_of_a_module() {
    let before = call("one", "  count  = 2\n  names  = [\"a\", \"b\"]\n");
    let inner = "variable \"names\" {}\nresource \"terraform_data\" \"a\" {\n  count = length(var.names)\n  \
                 input = var.names[count.index]\n}\n";
    let after = before.replace("[\"a\", ", "[\"new\", \"a\", ");
    let files = [("main.tf", &*before), ("m/main.tf", inner)];
    let moves = [("terraform_data.a[0]", "terraform_data.a[1]"), ("terraform_data.a[1]", "terraform_data.a[2]")];
    check(&files, &root(&after), &[("m/moved.tf", &moves)], "Plan: 2 to add, 0 to change, 0 to destroy.");
}

#[test]
fn keys_with_other_names() {
    let before =
        "resource \"terraform_data\" \"a\" {\n  for_each = { one = \"x\", two = \"y\" }\n  input    = each.value\n}\n";
    let after = before.replace("one", "eins");
    let moves = [("terraform_data.a[\"one\"]", "terraform_data.a[\"eins\"]")];
    check(&root(before), &root(&after), &[("moved.tf", &moves)], NOTHING_LEFT);
    let before = call("m", "  for_each = { one = \"x\", two = \"y\" }\n  name     = each.value\n");
    let before = before.replace("source =", "source   =");
    let after = before.replace("one", "eins").replace("two", "zwei");
    let files = [("main.tf", &*before), ("m/main.tf", MODULE)];
    let moves = [("module.m[\"one\"]", "module.m[\"eins\"]"), ("module.m[\"two\"]", "module.m[\"zwei\"]")];
    check(&files, &root(&after), &[("moved.tf", &moves)], NOTHING_LEFT);
}

#[test]
fn what_moved_within_a_module_is_written_there() {
    let before = call("one", "  count  = 2\n  name   = \"x${count.index}\"\n") + &call("two", "  name   = \"y\"\n");
    let files = [("main.tf", &*before), ("m/main.tf", MODULE)];
    let after = MODULE.replace("terraform_data\" \"a\"", "terraform_data\" \"c\"").replace("data.a.", "data.c.");
    let moves: (&str, &[(&str, &str)]) = ("m/moved.tf", &[("terraform_data.a", "terraform_data.c")]);
    check(&files, &[("m/main.tf", &after)], &[moves], NOTHING_LEFT);
}

#[test]
fn what_went_into_a_module_and_came_out() {
    let resource = "resource \"terraform_data\" \"a\" {\n  input = \"x\"\n}\n";
    let inner = "variable \"name\" {}\n";
    let (call, with) = (call("m", "  name   = \"x\"\n"), |text: &str| text.to_owned() + resource);
    let (root_with, inner_with) = (with(&call), with(inner));
    let outside = [("main.tf", &*root_with), ("m/main.tf", inner)];
    let inside = [("main.tf", &*call), ("m/main.tf", &*inner_with)];
    check(&outside, &inside, &[("moved.tf", &[("terraform_data.a", "module.m.terraform_data.a")])], NOTHING_LEFT);
    check(&inside, &outside, &[("moved.tf", &[("module.m.terraform_data.a", "terraform_data.a")])], NOTHING_LEFT);
}

#[test]
fn blocks_go_behind_those_that_there_are() {
    let environment = applied(&[
        ("main.tf", "resource \"terraform_data\" \"b\" {\n  input = \"x\"\n}\n"),
        ("moved.tf", "moved {\n  from = terraform_data.a\n  to   = terraform_data.b\n}"),
    ]);
    environment.write("main.tf", "resource \"terraform_data\" \"c\" {\n  input = \"x\"\n}\n");
    let ran = environment.run(&["plan", "-no-color", "-write-moved"]).succeeds();
    assert!(ran.stdout.contains("Wrote 1 moved block to moved.tf."), "{}", ran.stdout);
    let moves = [("terraform_data.a", "terraform_data.b"), ("terraform_data.b", "terraform_data.c")];
    assert_eq!(environment.read("moved.tf"), blocks(&moves));
}

#[test]
fn what_is_asked_of_other_modes() {
    let environment = applied(&root("resource \"terraform_data\" \"a\" {\n  input = \"x\"\n}\n"));
    environment.write("main.tf", "resource \"terraform_data\" \"b\" {\n  input = \"x\"\n}\n");
    for mode in ["-destroy", "-refresh-only", "-target=terraform_data.b"] {
        let plan = environment.run(&["plan", "-no-color", mode]).succeeds().stdout;
        assert!(!plan.contains("moved {"), "{plan}");
        let ran = environment.run(&["plan", "-no-color", "-write-moved", mode]).ends_with(1);
        assert!(ran.stderr.contains("Unsupported plan mode"), "{}", ran.stderr);
    }
    let messages = environment.run(&["plan", "-json"]).succeeds().stdout;
    let wanted = "\"move\":{\"module\":\"\",\"from\":\"terraform_data.a\",\"to\":\"terraform_data.b\"}";
    assert!(messages.contains(wanted), "{messages}");
}

#[test]
fn a_list_that_grows_again_is_not_moved_again() {
    let environment = applied(&root(&list(&["a", "b", "c"])));
    environment.write("main.tf", &list(&["b", "c"]));
    environment.run(&["plan", "-write-moved"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.write("main.tf", &list(&["b", "c", "d"]));
    let ran = environment.run(&["plan", "-no-color"]).ends_with(1);
    assert!(ran.stderr.contains("Moved object still exists"), "{}", ran.stderr);
}
