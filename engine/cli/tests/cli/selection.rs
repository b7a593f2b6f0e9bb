//! What plans are restricted to: files of addresses, and wildcards.

use crate::environment::TestEnvironment;

const ROOT: &str = r##"
resource "terraform_data" "a" { input = "a" }
resource "terraform_data" "b" {
  for_each = toset(["x", "#y"])
  input    = terraform_data.a.output
}
module "m" {
  source = "./m"
  count  = 2
}
module "n" { source = "./m" }
"##;

const MODULE: &str = "resource \"terraform_data\" \"web\" {}\nresource \"terraform_data\" \"db\" {}\n";

fn environment() -> TestEnvironment {
    let environment = TestEnvironment::new(&[("main.tf", ROOT), ("m/main.tf", MODULE)]);
    environment.run(&["init"]).succeeds();
    environment
}

/// What a plan with some flags makes.
fn check(flags: &[&str], expected: &[&str]) {
    check_in(&environment(), flags, expected);
}

fn check_in(environment: &TestEnvironment, flags: &[&str], expected: &[&str]) {
    let plan = environment.run(&[&["plan", "-no-color"], flags].concat()).succeeds().stdout;
    let line = |line: &str| Some(line.strip_prefix("  # ")?.split_once(" will be")?.0.to_owned());
    assert_eq!(plan.lines().filter_map(line).collect::<Vec<_>>(), expected, "{flags:?}\n{plan}");
}

#[test]
fn wildcards() {
    let a = "terraform_data.a";
    check(&["-target=*.a"], &[a]);
    check(&["-target=terraform_data.b[\"#y\"]"], &[a, "terraform_data.b[\"#y\"]"]);
    check(&["-target=*.b[*]"], &[a, "terraform_data.b[\"#y\"]", "terraform_data.b[\"x\"]"]);
    let web = ["module.n.terraform_data.web", "module.m[0].terraform_data.web", "module.m[1].terraform_data.web"];
    check(&["-target=module.*.terraform_data.web"], &[web[1], web[2], web[0]]);
    check(&["-target=**.*.web"], &[web[1], web[2], web[0]]);
    check(&["-target=module.m[0].*.*"], &["module.m[0].terraform_data.db", "module.m[0].terraform_data.web"]);
    check(&["-exclude=module.**"], &[a, "terraform_data.b[\"#y\"]", "terraform_data.b[\"x\"]"]);
    check(&["-exclude=*.a", "-exclude=**.*.d*"], &[web[1], web[2], web[0]]);
    check(&["-target=module.**", "-exclude=module.m", "-exclude=module.n.**"], &[]);
}

#[test]
fn files_of_addresses() {
    let environment = environment();
    environment.write("some.txt", "# Some.\n\n  terraform_data.b[\"#y\"] # with a reason\r\nmodule.n.*.web\n");
    let some = ["terraform_data.a", "terraform_data.b[\"#y\"]", "module.n.terraform_data.web"];
    check_in(&environment, &["-target-file=some.txt"], &some);
    environment.write("others.txt", "module.m\nmodule.n.*.db");
    check_in(&environment, &["-exclude-file=others.txt", "-exclude", "terraform_data.b[\"x\"]"], &some);
}

#[test]
fn what_is_wrong_with_files() {
    let environment = environment();
    environment.write("bad.txt", "terraform_data.a\nterraform_data\n\nmodule.*.x[\n");
    let ran = environment.run(&["plan", "-no-color", "-target-file=bad.txt"]).ends_with(1);
    for text in [
        "Invalid target \"terraform_data\"",
        "on bad.txt line 2:",
        "Resource specification must include a resource type and name.",
        "Invalid target \"module.*.x[\"",
        "on bad.txt line 4:",
    ] {
        assert!(ran.stderr.contains(text), "{text:?} is not in\n{}", ran.stderr);
    }
    let ran = environment.run(&["plan", "-no-color", "-exclude-file=missing.txt"]).ends_with(1);
    assert!(ran.stderr.contains("Could not read the file of -exclude-file"), "{}", ran.stderr);
    environment.write("empty.txt", "# nothing\n");
    let ran = environment.run(&["plan", "-no-color", "-target-file=empty.txt"]).ends_with(1);
    assert!(ran.stderr.contains("No addresses in the file of -target-file"), "{}", ran.stderr);
}

#[test]
fn patterns_that_name_nothing() {
    let ran = environment().run(&["plan", "-no-color", "-target=aws_*.x", "-target=terraform_data.a"]).succeeds();
    assert!(ran.stdout.contains("Pattern matches nothing"), "{}", ran.stdout);
    assert!(ran.stdout.contains("an address like aws_*.x"), "{}", ran.stdout);
    let ran = environment().run(&["plan", "-no-color", "-exclude=*.a"]).succeeds();
    assert!(!ran.stdout.contains("Pattern matches nothing"), "{}", ran.stdout);
}

#[test]
fn what_is_kept_keeps_what_it_needs() {
    let environment = environment();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment
        .run(&["destroy", "-auto-approve", "-exclude=terraform_data.b[\"x\"]", "-exclude=module.m[1]"])
        .succeeds();
    let left = environment.state_list();
    let web_and_db = ["module.m[1].terraform_data.db", "module.m[1].terraform_data.web"];
    assert_eq!(left, ["terraform_data.a", "terraform_data.b[\"x\"]", web_and_db[0], web_and_db[1]]);
}
