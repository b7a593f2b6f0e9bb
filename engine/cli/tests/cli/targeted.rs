//! What `-target` leaves of plans and applies, recorded from Terraform.

use crate::environment::TestEnvironment;
use crate::planned::check;

#[test]
fn targets_leave_the_others_unknown() {
    let root = r#"
resource "terraform_data" "a" { input = "a" }
resource "terraform_data" "b" { input = terraform_data.a.output }
resource "terraform_data" "many" {
  count = 3
  input = count.index
}
output "a" { value = terraform_data.a.output }
output "many" { value = [for it in terraform_data.many : it.output] }
"#;
    let environment = check(
        root,
        &[
            ("apply -auto-approve -target=terraform_data.many[1]", 0, &["1 added", "many = [", "null,", "1,"]),
            ("apply -auto-approve -target=terraform_data.a", 0, &["1 added", "a = \"a\""]),
            ("apply -auto-approve", 0, &["3 added"]),
            (
                "destroy -auto-approve -target=terraform_data.a",
                0,
                &["terraform_data.b will be destroyed", "2 destroyed"],
            ),
            ("plan -target=terraform_data", 1, &["Invalid target", "must include a resource type and name"]),
        ],
    );
    assert_eq!(environment.state_list().len(), 3);
    assert_eq!(environment.state()["outputs"]["a"]["value"], "a", "a restricted plan leaves outputs alone");
}

#[test]
fn outputs_of_a_targeted_module_that_nobody_needs_are_not_checked() {
    let root = "module \"m\" {\n  source = \"./m\"\n}\n";
    let module = "resource \"terraform_data\" \"a\" { input = 1 }
output \"o\" {
  value = terraform_data.a.output
  precondition {
    condition     = terraform_data.a.output == 2
    error_message = \"Not two.\"
  }
}
";
    let failed = &["Module output value precondition failed"];
    check(
        root,
        &[
            (&format!("m/main.tf<{module}"), 0, &[]),
            ("apply -auto-approve -target=module.m", 0, &["1 added"]),
            ("apply -auto-approve -target=module.m", 0, &["0 added"]),
            ("apply -auto-approve", 1, failed),
        ],
    );
}

#[test]
fn what_is_left_out_does_not_say_which_order_a_replacement_takes() {
    let root = r#"
variable "v" { default = 1 }
resource "terraform_data" "a" { triggers_replace = var.v }
resource "terraform_data" "b" {
  input = terraform_data.a.id
  lifecycle { create_before_destroy = true }
}
"#;
    let environment = check(
        root,
        &[
            ("apply -auto-approve", 0, &[]),
            ("plan -var=v=2", 0, &["+/- resource"]),
            ("plan -var=v=2 -target=terraform_data.b", 0, &["+/- resource"]),
            ("apply -auto-approve -var=v=2 -target=terraform_data.a", 0, &["-/+ resource"]),
        ],
    );
    // State says what holds for the whole configuration.
    assert_eq!(environment.state()["resources"][0]["instances"][0]["create_before_destroy"], true);
}

#[test]
fn only_targeted_instances_of_a_data_source_are_read() {
    let root = r#"
data "terraform_remote_state" "r" {
  for_each = toset(["x", "y"])
  backend  = "local"
  config   = { path = "${each.key}.tfstate" }
}
output "keys" { value = keys(data.terraform_remote_state.r) }
"#;
    let state =
        r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}"#;
    let environment = check(root, &[(&format!("x.tfstate<{state}"), 0, &[])]);
    let target = "-target=data.terraform_remote_state.r[\"x\"]";
    environment.run(&["apply", "-auto-approve", target]).succeeds().says("keys = [ \"x\", ]");
    environment.run(&["plan"]).fails(&["Unable to find remote state"]);
}

#[test]
fn what_configuration_contradicts_is_asked_of_what_is_planned() {
    let root =
        |more: &str| format!("resource \"terraform_data\" \"a\" {{}}\nresource \"terraform_data\" \"b\" {{}}\n{more}");
    let moved = root("moved {\n  from = terraform_data.a\n  to   = terraform_data.b\n}\n");
    let removed = root("removed {\n  from = terraform_data.a\n  lifecycle {\n    destroy = false\n  }\n}\n");
    let undeclared = root("output \"z\" { value = terraform_data.z }\n");
    let [nothing_else, moved, removed, undeclared] =
        [root(""), moved, removed, undeclared].map(|root| format!("main.tf<{root}"));
    let targeting = "Resource targeting is in effect";
    let environment = check(
        &root(""),
        &[
            (&moved, 0, &[]),
            ("destroy -auto-approve", 0, &["No objects need to be destroyed"]),
            (&nothing_else, 0, &[]),
            ("apply -auto-approve", 0, &[]),
            (&moved, 0, &[]),
            ("plan", 1, &["Moved object still exists"]),
            ("plan -destroy -refresh=false", 0, &["2 to destroy"]),
            ("plan -target=terraform_data.b", 0, &["No changes.", targeting, "could not move to terraform_data.b"]),
            ("plan -destroy -target=terraform_data.b", 0, &["1 to destroy", targeting, "could not move"]),
            ("plan -destroy -target=terraform_data.a", 1, &["Moved object still exists"]),
            (&removed, 0, &[]),
            ("plan", 1, &["Removed resource still exists"]),
            ("plan -destroy", 1, &["Removed resource still exists"]),
            ("plan -refresh-only", 0, &["No changes."]),
            (&undeclared, 0, &[]),
        ],
    );
    let ran = environment.run(&["plan", "-target=terraform_data.b"]).ends_with(1);
    assert!(!ran.stdout.contains(targeting), "nothing was planned\n{}", ran.stdout);
}

#[test]
fn a_destroy_of_targets_takes_the_data_that_they_contain() {
    let read = |path: &str| {
        format!("data \"terraform_remote_state\" \"d\" {{\n  backend = \"local\"\n  config = {{ path = {path} }}\n}}\n")
    };
    let root = r#"
resource "terraform_data" "a" { input = "d.tfstate" }
module "m" {
  source = "./m"
  path   = terraform_data.a.output
}
"#;
    let environment = TestEnvironment::of(&format!("{root}{}", read("\"d.tfstate\"")));
    environment.write("m/main.tf", &format!("variable \"path\" {{}}\n{}", read("var.path")));
    environment.write("d.tfstate", r#"{"version": 4, "lineage": "d", "serial": 1, "outputs": {}, "resources": []}"#);
    environment.run(&["init"]);
    environment.run(&["apply", "-auto-approve"]).ends_with(0);
    environment.run(&["plan", "-destroy", "-target=module.m", "-out=p"]).ends_with(0).says("Saved the plan to: p");
    let plan: serde_json::Value = serde_json::from_str(&environment.run(&["show", "-json", "p"]).stdout).expect("JSON");
    assert_eq!(plan["relevant_attributes"][0]["resource"], "terraform_data.a");
    for (target, left) in [("module.m", 2), ("terraform_data.a", 1), ("data.terraform_remote_state.d", 0)] {
        environment.run(&["destroy", "-auto-approve", &format!("-target={target}")]).ends_with(0);
        assert_eq!(environment.state_list().len(), left, "{target}");
    }
}

#[test]
fn imports_of_what_is_not_targeted_need_no_configuration() {
    let root = r#"
resource "terraform_data" "a" {}
import {
  to = terraform_data.unwritten
  id = "x"
}
"#;
    let homeless = "Configuration for import target does not exist";
    check(
        root,
        &[
            ("plan", 1, &[homeless]),
            ("plan -target=terraform_data.unwritten", 1, &[homeless]),
            ("plan -target=terraform_data.a", 0, &["1 to add"]),
            ("plan -exclude=terraform_data.unwritten", 0, &["1 to add"]),
        ],
    );
}

#[test]
fn a_destroy_of_targets_knows_no_outputs() {
    let root = r#"
resource "terraform_data" "a" {}
output "o" {
  value = "x"
  precondition {
    condition     = terraform_data.a.id != ""
    error_message = "No."
  }
}
"#;
    let environment = check(root, &[("apply -auto-approve", 0, &["1 added"])]);
    let objects = || environment.state()["check_results"][0]["objects"].clone();
    assert_eq!(objects()[0]["status"], "pass");
    environment.run(&["destroy", "-auto-approve", "-target=terraform_data.b"]).succeeds();
    assert!(objects().is_null());
    environment.run(&["destroy", "-auto-approve"]).succeeds();
    assert_eq!(objects()[0]["status"], "unknown");
}
