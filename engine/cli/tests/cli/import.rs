//! `import`: objects that exist already are put into state.

use crate::environment::TestEnvironment;
use crate::recorded::check;

const ROOT: &str = r#"
variable "from" {
  default = "x"
}
resource "terraform_data" "a" {
  input = var.from
}
resource "terraform_data" "b" {
  count = 2
  input = terraform_data.a.id
}
resource "random_password" "unwritten" {
}
module "m" {
  source = "./m"
}
output "id" {
  value = terraform_data.a.id
}
"#;

fn ready() -> TestEnvironment {
    let environment =
        TestEnvironment::new(&[("main.tf", ROOT), ("m/main.tf", "resource \"terraform_data\" \"in\" {}\n")]);
    environment.run(&["init"]).succeeds();
    environment
}

#[test]
fn an_object_is_adopted_as_it_is() {
    let environment = ready();
    let ran = environment.run(&["import", "terraform_data.b[0]", "id \"0\""]).succeeds();
    let expected = "terraform_data.b[0]: Importing from ID \"id \\\"0\\\"\"...
terraform_data.b[0]: Import prepared!
  Prepared terraform_data for import
terraform_data.b[0]: Refreshing state... [id=id \"0\"]

Import successful!

The resources that were imported are shown above. These resources are now in
your Landform state and will henceforth be managed by Landform.

";
    assert_eq!((&*ran.stdout, &*ran.stderr), (expected, ""));
    // What is not there yet is not known, and stored as null.
    assert_eq!(environment.state()["outputs"]["id"]["value"], serde_json::Value::Null);
    environment.run(&["import", "terraform_data.a", "id-a"]).succeeds();
    assert_eq!(environment.state()["outputs"]["id"]["value"], "id-a");
    environment.run(&["import", "module.m.terraform_data.in", "id-m"]).succeeds();
    environment.run(&["import", "random_password.unwritten", "secret"]).succeeds();
    assert_eq!(
        environment.state_list(),
        ["random_password.unwritten", "terraform_data.a", "terraform_data.b[0]", "module.m.terraform_data.in"]
    );
    assert_eq!(environment.state()["serial"], 4);
    assert!(!environment.names().iter().any(|name| name.contains("journal")), "{:?}", environment.names());
}

#[test]
fn outputs_of_what_has_no_instances_are_known() {
    let root = r#"
resource "terraform_data" "a" {}
resource "terraform_data" "none" {
  count = 0
}
resource "terraform_data" "no_keys" {
  for_each = {}
}
resource "terraform_data" "two" {
  count = 2
}
output "none" {
  value = jsonencode([terraform_data.none[*].id, terraform_data.no_keys])
}
output "two" {
  value = length(terraform_data.two)
}
"#;
    let environment = TestEnvironment::of(root);
    environment.run(&["init"]).succeeds();
    environment.run(&["import", "terraform_data.a", "id"]).succeeds();
    let outputs = &environment.state()["outputs"];
    assert_eq!(outputs["none"]["value"], "[[],{}]");
    assert_eq!(outputs["two"]["value"], serde_json::Value::Null);
}

#[test]
fn what_can_not_be_imported() {
    let environment = ready();
    environment.run(&["import", "terraform_data.a", "id"]).succeeds();
    let before = environment.read("terraform.tfstate");
    let check = |address: &str, expected: &[&str]| {
        environment.run(&["import", address, "id"]).fails(expected);
        assert_eq!(environment.read("terraform.tfstate"), before);
    };
    check("terraform_data.a", &["Resource already managed by Landform", "first remove the existing object"]);
    check("terraform_data.b[2]", &["Configuration for import target does not exist", "terraform_data.b[2]"]);
    check("terraform_data.b", &["Configuration for import target does not exist"]);
    check("terraform_data.z", &["resource address \"terraform_data.z\" does not exist in the configuration"]);
    check("module.n.terraform_data.a", &["Import to non-existent module", "module.n"]);
    check("data.terraform_remote_state.a", &["Importing into a data resource is not allowed."]);
    check("terraform_data", &["Invalid address", "on <import-address> line 1:", "1: terraform_data"]);
    check("random_pet.a", &["does not exist in the configuration"]);
    environment.run(&["import", "terraform_data.b[1]"]).fails(&["The import command expects two arguments."]);
    environment
        .run(&["import", "-config=m/none", "terraform_data.b[1]", "x"])
        .fails(&["No Landform configuration files"]);
    environment.run(&["import", "-var=none=1", "terraform_data.b[1]", "x"]).fails(&["Value for undeclared variable"]);
}

#[test]
fn the_flags_of_local_state() {
    let environment = ready();
    environment.run(&["import", "terraform_data.a", "id"]).succeeds();
    let before = environment.read("terraform.tfstate");
    environment
        .run(&["import", "-state-out=other.tfstate", "-backup=-", "-lock=false", "terraform_data.b[0]", "id"])
        .succeeds();
    assert_eq!(environment.read("terraform.tfstate"), before);
    environment.run(&["state", "list", "-state=other.tfstate"]).succeeds().says("terraform_data.b[0]");
    environment.run(&["import", "-config=m", "terraform_data.in", "id"]).succeeds();
    assert_eq!(environment.state_list(), ["terraform_data.a", "terraform_data.in"]);
}

#[test]
fn an_import_block_has_an_id_or_an_identity() {
    let check = |key: &str, errors: &[&str]| {
        let block = format!("resource \"terraform_data\" \"a\" {{}}\nimport {{\n  to = terraform_data.a\n{key}}}\n");
        let environment = TestEnvironment::of(&block);
        environment.run(&["init"]);
        environment.run(&["validate"]).fails(errors);
    };
    let unknown_kind = "The provider knows no identities of terraform_data: use \"id\" to import such an";
    let place = "on main.tf line 4, in import:\n   4:   identity = { id = \"x\" }";
    check("  identity = { id = \"x\" }\n", &["Error: Invalid import identity argument", place, unknown_kind]);
    let both = "  id       = \"x\"\n  identity = { id = \"x\" }\n";
    check(both, &["Error: Invalid import block", "Only one of 'id' or 'identity' can be specified."]);
    check("", &["The argument \"id\" is required, but no definition was found."]);
    check("  identity = terraform_data.a\n", &["The import identity cannot reference the resource being imported."]);
}

#[test]
fn an_id_of_a_wrong_type_is_shown() {
    let root = r#"
variable "ids" {
  default = ["a", "b"]
}
resource "terraform_data" "a" {}
import {
  to = terraform_data.a
  id = var.ids
}
"#;
    let environment = TestEnvironment::of(root);
    environment.run(&["init"]).succeeds();
    let expected = ["Incorrect value type", "var.ids is tuple with 2 elements", "string required"];
    environment.run(&["plan"]).fails(&expected);
}

#[test]
fn conditions_of_what_is_there_are_warned_of_and_those_of_outputs_are_errors() {
    let root = |of_a: &str, of_output: &str| {
        format!(
            r#"
resource "terraform_data" "a" {{
  input = "x"
  lifecycle {{
    postcondition {{
      condition     = self.input == "{of_a}"
      error_message = "Another input."
    }}
  }}
}}
resource "terraform_data" "b" {{}}
output "a" {{
  value = terraform_data.a.input
  precondition {{
    condition     = terraform_data.a.input == "{of_output}"
    error_message = "Another output."
  }}
}}
"#
        )
    };
    let environment = TestEnvironment::of(&root("x", "x"));
    environment.run(&["init"]);
    environment.run(&["apply", "-auto-approve", "-target=terraform_data.a"]).succeeds();
    environment.write("main.tf", &root("y", "y"));
    environment
        .run(&["import", "terraform_data.b", "id"])
        .fails(&["Module output value precondition failed", "Another output."]);
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
    environment.write("main.tf", &root("y", "x"));
    environment.run(&["import", "terraform_data.b", "id"]).succeeds().says("Warning: Resource postcondition failed");
    assert!(environment.state()["check_results"].is_null());
}

#[test]
fn outputs_that_are_null_are_not_stored() {
    let environment = check(
        r#"-- main.tf --
resource "terraform_data" "a" {}
output "a" { value = terraform_data.a.input }
output "id" { value = terraform_data.a.id }
-- steps --
$ import terraform_data.a x
"#,
    );
    assert_eq!(environment.state()["outputs"], serde_json::json!({ "id": { "value": "x", "type": "string" } }));
}

#[test]
fn blocks_for_what_is_not_there_are_looked_at() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" { for_each = toset(["x"]) }
import {
  for_each = 5
  to       = terraform_data.a[each.key]
  id       = "x"
}
import {
  to = terraform_data.a["x"]
  id = null
}
-- none/main.tf --
import {
  for_each = toset(["x"])
  to       = terraform_data.none[each.key]
  id       = "x"
}
-- both/main.tf --
variable "ids" { default = "x" }
resource "terraform_data" "a" { for_each = var.ids }
import {
  for_each = var.ids
  to       = terraform_data.a[each.key]
  id       = each.value
}
-- steps --
! validate
> The "for_each" expression must be a collection.
< The import ID cannot be null.
@ none
! validate
> The target resource does not use for_each.
@ both
! plan
> must be a map, or set of strings, and you have provided a value of type
> The "for_each" expression must be a collection.
"#,
    );
}
