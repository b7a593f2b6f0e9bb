//! Bad input: each gives exit code 1 and says what is wrong, where, and how to mend it; nothing is changed.

use crate::environment::TestEnvironment;

const GOOD: &str = "resource \"terraform_data\" \"good\" {\n  input = 1\n}\n";

/// The command fails with these texts, and a state that was there stays as it is.
#[track_caller]
fn check(bad: &str, arguments: &[&str], expected: &[&str]) {
    let environment = TestEnvironment::of(GOOD);
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let before = environment.read("terraform.tfstate");
    environment.write("bad.tf", bad);
    environment.run(arguments).fails(expected);
    assert_eq!(environment.read("terraform.tfstate"), before);
    assert_eq!(environment.names(), ["bad.tf", "main.tf", "terraform.tfstate"]);
}

#[track_caller]
fn plan(bad: &str, expected: &[&str]) {
    check(bad, &["plan"], expected);
    check(bad, &["apply", "-auto-approve"], expected);
}

#[test]
fn syntax_errors() {
    plan(
        "resource \"terraform_data\" \"a\" {\n  input = \n}\n",
        &["Error: Invalid expression", "on bad.tf line 2, in resource \"terraform_data\" \"a\":", "2:   input ="],
    );
    plan("locals {\n  a = \"x\n}\n", &["on bad.tf line 2", "2:   a = \"x"]);
    plan("resource \"terraform_data\" {\n}\n", &["Missing name for resource", "on bad.tf line 1", "1: resource"]);
    plan("locals {\n  a = [1, 2\n", &["on bad.tf line"]);
    plan("\u{0}\u{1}garbage", &["on bad.tf line 1"]);
}

#[test]
fn names_that_are_not_known() {
    plan(
        "resource \"terraform_data\" \"a\" {\n  inputt = 1\n}\n",
        &["Unsupported argument", "on bad.tf line 2", "2:   inputt = 1", "Did you mean \"input\"?"],
    );
    plan(
        "resource \"terraform_dta\" \"a\" {\n}\n",
        &["on bad.tf line 1, in resource \"terraform_dta\" \"a\":", "terraform_dta"],
    );
    plan("resoruce \"terraform_data\" \"a\" {\n}\n", &["Unsupported block type", "Did you mean \"resource\"?"]);
    plan(
        "output \"a\" {\n  value = terraform_data.god.id\n}\n",
        &["Reference to undeclared resource", "2:   value = terraform_data.god.id"],
    );
    plan("output \"a\" {\n  value = var.nope\n}\n", &["Reference to undeclared input variable", "on bad.tf line 2"]);
    plan("output \"a\" {\n  value = local.nope\n}\n", &["Reference to undeclared local value", "on bad.tf line 2"]);
    plan("output \"a\" {\n  value = upperr(\"x\")\n}\n", &["Call to unknown function", "Did you mean \"upper\"?"]);
    plan("output \"a\" {\n  value = terraform_data.good.nope\n}\n", &["Unsupported attribute", "\"nope\""]);
}

#[test]
fn values_that_do_not_fit() {
    plan(
        "resource \"terraform_data\" \"a\" {\n  count = \"many\"\n}\n",
        &["Incorrect value type", "on bad.tf line 2", "a number is required"],
    );
    plan(
        "resource \"random_pet\" \"a\" {\n  length = \"x\"\n}\n",
        &["Incorrect attribute value type", "on bad.tf line 2"],
    );
    plan("output \"a\" {\n  value = upper([])\n}\n", &["Invalid function argument", "on bad.tf line 2"]);
    plan("output \"a\" {\n  value = [1][3]\n}\n", &["Invalid index", "on bad.tf line 2"]);
    plan(
        "variable \"v\" {\n  type    = number\n  default = \"x\"\n}\n",
        &["Invalid default value for variable", "on bad.tf line 3"],
    );
    plan(
        "variable \"v\" {\n  default = \"short\"\n  validation {\n    condition     = length(var.v) > 9\n    error_message = \"Too short.\"\n  }\n}\n",
        &["Invalid value for variable", "on bad.tf line 1", "Too short.", "var.v is \"short\""],
    );
    plan(
        "resource \"terraform_data\" \"a\" {\n  lifecycle {\n    precondition {\n      condition     = terraform_data.good.input == 2\n      error_message = \"It is not two.\"\n    }\n  }\n}\n",
        &["Resource precondition failed", "on bad.tf line 4", "It is not two.", "terraform_data.good.input is 1"],
    );
}

#[test]
fn cycles_are_told_with_their_path() {
    plan("locals {\n  a = local.b\n  b = local.a\n}\n", &["Error: Cycle:", "local.a", "local.b"]);
    plan(
        "resource \"terraform_data\" \"a\" {\n  input = terraform_data.b.id\n}\nresource \"terraform_data\" \"b\" {\n  input = terraform_data.a.id\n}\n",
        &["Error: Cycle: terraform_data.", "terraform_data.a", "terraform_data.b"],
    );
    plan(
        "resource \"terraform_data\" \"a\" {\n  input = terraform_data.a.id\n}\n",
        &["Self-referential block", "on bad.tf line 2", "Configuration for terraform_data.a may not refer to itself."],
    );
    plan(
        "resource \"terraform_data\" \"a\" {\n  count = length(terraform_data.a)\n}\n",
        &["Self-referential block", "on bad.tf line 2"],
    );
}

#[test]
fn variables_that_are_missing_or_unwanted() {
    let variable = "variable \"v\" {\n  type = number\n}\n";
    check(
        variable,
        &["plan", "-input=false"],
        &["No value for required variable", "on bad.tf line 1", "1: variable \"v\"", "-var or -var-file"],
    );
    check(
        variable,
        &["plan", "-var=v=x"],
        &["Invalid value for input variable", "on bad.tf line 1", "a number is required"],
    );
    check(variable, &["plan", "-var=v=1", "-var=w=1"], &["Value for undeclared variable", "\"w\""]);
    check(variable, &["plan", "-var", "v"], &["Invalid -var option"]);
    check(variable, &["plan", "-var-file=none.tfvars"], &["Given variables file none.tfvars does not exist."]);
    check(variable, &["apply", "-nope"], &["flag provided but not defined: -nope"]);
    check(variable, &["plan", "-target=a b"], &["Invalid target"]);
}

#[test]
fn values_in_files_that_do_not_fit() {
    let environment = TestEnvironment::of("variable \"v\" {\n  type = number\n}\n");
    environment.write("terraform.tfvars", "v = \"x\"\n");
    environment.run(&["plan"]).fails(&[
        "Invalid value for input variable",
        "on terraform.tfvars line 1:",
        "1: v = \"x\"",
        "The given value is not suitable for var.v declared at main.tf:1,1-13",
    ]);
    environment.write("terraform.tfvars", "v = \n");
    environment.run(&["plan"]).fails(&["on terraform.tfvars line 1"]);
    environment.write("terraform.tfvars", "variable \"v\" {}\n");
    environment.run(&["plan"]).fails(&["Variable declaration in .tfvars file", "on terraform.tfvars line 1"]);
}

#[test]
fn modules_that_do_not_fit() {
    let environment = TestEnvironment::new(&[
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n  extra  = 1\n}\n"),
        ("m/main.tf", "variable \"needed\" {}\n"),
    ]);
    environment.run(&["plan"]).fails(&["Module not installed", "on main.tf line 1", "landform init"]);
    environment.run(&["init"]).succeeds();
    environment.run(&["plan"]).fails(&[
        "Missing required argument",
        "The argument \"needed\" is required",
        "Unsupported argument",
        "3:   extra  = 1",
    ]);
    environment.write("main.tf", "module \"m\" {\n  source = \"./none\"\n}\n");
    environment.run(&["init"]).fails(&["Unreadable module directory", "lstat none", "for module \"m\" at main.tf:1"]);
}

#[test]
fn commands_and_versions_that_there_are_not() {
    let environment = TestEnvironment::of("terraform {\n  required_version = \">= 99.0.0\"\n}\n");
    environment.run(&["plna"]).fails(&["no command named \"plna\"", "Did you mean \"plan\"?"]);
    for command in ["plan", "get", "modules"] {
        environment.run(&[command]).fails(&["Unsupported Terraform Core version", "on main.tf line 2", ">= 99.0.0"]);
    }
    // Another version may have another language: what else is wrong does not matter.
    environment.write("wrong.tf", "bogus {}\n");
    let told = environment.run(&["modules"]).fails(&["Unsupported Terraform Core version"]).stderr;
    assert!(!told.contains("bogus"), "{told}");
    environment.run(&["-chdir=none", "plan"]).fails(&["chdir none: no such file or directory"]);
    TestEnvironment::new(&[]).run(&["plan"]).fails(&["No configuration files"]);
}

#[test]
fn remote_states_of_no_backend() {
    let data = "data \"terraform_remote_state\" \"a\" {\n  backend = null\n}\n";
    for command in ["validate", "plan"] {
        TestEnvironment::of(data).run(&[command]).fails(&["The backend type must be given", "on main.tf line 2"]);
    }
}
