//! Small things that were found by running public and generated roots with Terraform beside Landform. What is expected
//! is what Terraform 1.11.4 prints.

use crate::environment::TestEnvironment;

/// Runs a case: files, each behind a line `-- PATH --`, and steps, one a line.
///
/// - `$ COMMAND` has to succeed, `! COMMAND` to fail.
/// - `> TEXT` is printed by the last command, behind what the line before asks for; `\n` stands for a line break.
/// - `< TEXT` is not printed by it.
/// - `@ FOLDER` lays the files of a folder over the root.
#[track_caller]
pub(crate) fn check(case: &str) -> TestEnvironment {
    let (files, steps) = case.split_once("-- steps --\n").expect("steps");
    let files: Vec<(&str, &str)> =
        files.split("-- ").skip(1).map(|file| file.split_once(" --\n").expect("a path and a text")).collect();
    let environment = TestEnvironment::new(&files);
    let (mut printed, mut rest) = (String::new(), 0);
    for line in steps.lines() {
        let (kind, text) = line.split_at(2);
        match kind {
            "$ " | "! " => {
                let words: Vec<&str> = text.split(' ').collect();
                let ran = environment.run(&words).ends_with(i32::from(kind == "! "));
                (printed, rest) = (format!("{}{}", ran.stdout, ran.stderr), 0);
            }
            "@ " => {
                let within = |path: &str| path.strip_prefix(text)?.strip_prefix('/').map(str::to_owned);
                for (path, text) in files.iter().filter_map(|(path, text)| Some((within(path)?, text))) {
                    environment.write(&path, text);
                }
            }
            "> " => {
                let text = text.replace("\\n", "\n");
                let found = printed[rest..].find(&text);
                let at = found.unwrap_or_else(|| panic!("{text:?} is not in what is left of\n{}", &printed[rest..]));
                rest += at + text.len();
            }
            _ => assert!(!printed.contains(text), "{text:?} is in\n{printed}"),
        }
    }
    environment
}

#[test]
fn moves_that_targets_leave_out() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {}
resource "terraform_data" "b" { count = 2 }
-- v2/main.tf --
resource "terraform_data" "a2" {}
resource "terraform_data" "b2" { count = 2 }
moved {
  from = terraform_data.a
  to   = terraform_data.a2
}
moved {
  from = terraform_data.b
  to   = terraform_data.b2
}
-- steps --
$ apply -auto-approve
@ v2
! plan -target=terraform_data.a2
> Moved resource instances excluded by targeting
>   -target="terraform_data.a"\n  -target="terraform_data.b"\n  -target="terraform_data.b2"\n\n
! plan -target=terraform_data.a -target=terraform_data.a2 -target=terraform_data.b2
>   -target="terraform_data.b"\n\n
$ plan -target=terraform_data.a -target=terraform_data.a2 -target=terraform_data.b -target=terraform_data.b2
> has moved to terraform_data.a2
$ plan -refresh-only
> terraform_data.a has moved to terraform_data.a2
< You didn't use the -out option
$ plan
> You didn't use the -out option
"#,
    );
}

#[test]
fn what_only_the_provider_sets_may_be_ignored() {
    check(
        r#"-- main.tf --
variable "v" { default = 1 }
resource "terraform_data" "a" {
  input = var.v
  lifecycle { ignore_changes = [output] }
}
-- steps --
$ apply -auto-approve
$ apply -auto-approve -var=v=2
>       ~ output = 1 -> (known after apply)
> 0 added, 1 changed, 0 destroyed.
"#,
    );
}

#[test]
fn errors_of_evaluation_name_no_object() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {
  count = 2
  input = count.index == 1 ? tonumber("x${count.index}") : count.index
}
-- v2/main.tf --
resource "terraform_data" "a" {
  input = tonumber(terraform_data.b.output)
}
resource "terraform_data" "b" { input = "x" }
-- steps --
! plan
> Error: Invalid function argument\n\n  on main.tf line 3, in resource "terraform_data" "a":
@ v2
! apply -auto-approve
> Error: Invalid function argument\n\n  on main.tf line 2, in resource "terraform_data" "a":
"#,
    );
}

#[test]
fn a_plan_of_nothing_that_failed_is_not_shown_by_apply() {
    check(
        r#"-- main.tf --
module "m" {
  source   = "./m"
  for_each = toset(["a", "b"])
  v        = each.key
}
-- m/main.tf --
variable "v" {
  validation {
    condition     = var.v == "x"
    error_message = "No."
  }
}
resource "terraform_data" "x" { input = var.v }
-- steps --
$ get
! plan
> Planning failed.
! apply -auto-approve
> Invalid value for variable
< Planning failed
"#,
    );
}

#[test]
fn data_that_can_not_be_read_is_told_at_its_block() {
    check(
        r#"-- main.tf --
data "terraform_remote_state" "r" {
  backend = "local"
  config  = { path = "nope" }
}
-- v2/main.tf --
data "terraform_remote_state" "r" {
  backend = "local"
  config  = "x"
}
-- steps --
! plan
> with data.terraform_remote_state.r,\n  on main.tf line 1, in data "terraform_remote_state" "r":\n
@ v2
! validate
> The given configuration is not valid for backend "local": an object is\nrequired.
"#,
    );
}

#[test]
fn settings_of_other_states_fit_their_backend() {
    check(
        r#"-- main.tf --
data "terraform_remote_state" "a" {
  backend = "s3"
  config  = { bucket = 5 }
}
data "terraform_remote_state" "b" {
  backend = "local"
  config  = { path = ["x"] }
}
data "terraform_remote_state" "c" {
  backend = "azure"
}
data "terraform_remote_state" "d" {
  backend = "local"
  config  = { path = "x", other = 1 }
}
-- steps --
! validate
> not valid for backend "s3": attribute "key" is\nrequired.
> not valid for backend "local": .path: string\nrequired.
> The "azure" backend name has been removed, please use "azurerm".
> not valid for backend "local": unexpected\nattribute "other".
"#,
    );
}

#[test]
fn messages_of_checks_are_stored_in_order() {
    let environment = check(
        r#"-- main.tf --
locals { one = 1 }
check "c" {
  assert {
    condition     = local.one > 2
    error_message = "Second."
  }
  assert {
    condition     = local.one > 3
    error_message = "First."
  }
}
-- steps --
$ apply -auto-approve
> Second.
> First.
"#,
    );
    let stored = &environment.state()["check_results"][0]["objects"][0]["failure_messages"];
    assert_eq!(*stored, serde_json::json!(["First.", "Second."]));
}

#[test]
fn modules_of_modules_that_are_not_installed() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {}
-- v2/main.tf --
module "a" { source = "./a" }
-- a/main.tf --
module "b" { source = "./b" }
-- a/b/main.tf --
-- steps --
$ init
@ v2
! plan
> on main.tf line 1:
< on a/main.tf
"#,
    );
}

#[test]
fn attributes_that_a_type_no_longer_has() {
    let state = r#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","outputs":{},"resources":[
{"mode":"managed","type":"terraform_data","name":"a","provider":"provider[\"terraform.io/builtin/terraform\"]","instances":[
{"schema_version":0,"attributes":{"id":"i","input":null,"output":null,"triggers_replace":null,"gone":{"deep":[1]}}}]}]}"#;
    let environment = check(&format!(
        r#"-- main.tf --
resource "terraform_data" "a" {{}}
-- terraform.tfstate --
{state}
-- newer/terraform.tfstate --
{}
-- steps --
$ plan
> No changes.
$ apply -auto-approve
@ newer
! plan
> The current state of terraform_data.a was created by a newer provider version\nthan is currently selected. Upgrade the terraform provider to work with this\nstate.
"#,
        state.replace("\"schema_version\":0", "\"schema_version\":3")
    ));
    assert!(environment.read("newer/terraform.tfstate").contains("gone"));
}

#[test]
fn objects_whose_provider_configuration_is_gone() {
    check(
        r#"-- main.tf --
-- terraform.tfstate --
{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","outputs":{},"resources":[
{"module":"module.gone","mode":"managed","type":"terraform_data","name":"a",
"provider":"module.gone.provider[\"terraform.io/builtin/terraform\"].x","instances":[
{"schema_version":0,"attributes":{"id":"i","input":null,"output":null,"triggers_replace":null}}]}]}
-- steps --
! plan
> To work with module.gone.terraform_data.a (orphan) its original provider
< Refreshing
< will be destroyed
! plan -destroy
> module.gone.terraform_data.a (orphan)
"#,
    );
}

#[test]
fn providers_of_called_modules_are_there_when_everything_goes() {
    let environment = check(
        r#"-- main.tf --
module "child" { source = "./child" }
-- child/main.tf --
provider "terraform" {
  alias = "x"
}
resource "terraform_data" "a" { provider = terraform.x }
-- steps --
$ init
$ plan -out=p
$ apply p
> Warning: Redundant empty provider block
> 1 added
$ destroy -auto-approve
> Destroy complete! Resources: 1 destroyed.
"#,
    );
    assert!(environment.state_list().is_empty());
}

#[test]
fn plans_to_destroy_know_of_conditions() {
    let environment = check(
        r#"-- main.tf --
resource "terraform_data" "a" {
  lifecycle {
    precondition {
      condition     = path.module != ""
      error_message = "No."
    }
  }
}
-- steps --
$ apply -auto-approve
$ plan -destroy -out=p
"#,
    );
    let shown = environment.run(&["show", "-json", "p"]).succeeds();
    let plan: serde_json::Value = serde_json::from_str(&shown.stdout).expect("a document");
    assert_eq!(plan["checks"][0]["address"]["to_display"], "terraform_data.a");
    assert_eq!(plan["checks"][0]["status"], "unknown");
}

#[test]
fn warnings_of_configuration_are_told_as_often_as_it_is_read() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" { depends_on = ["terraform_data.b"] }
resource "terraform_data" "b" {}
-- called/more.tf --
module "m" { source = "./called/m" }
-- called/called/m/main.tf --
-- steps --
$ init
> Warning: Quoted references are deprecated
> (and one more similar warning elsewhere)\nLandform has been successfully initialized!
$ get
> Warning: Quoted references are deprecated
< more similar
$ validate
> Warning: Quoted references are deprecated
> Success! The configuration is valid, but there were some validation warnings\nas shown above.\n\n
@ called
$ init
> (and 2 more similar warnings elsewhere)\nLandform has been successfully initialized!
"#,
    );
}

#[test]
fn programs_get_each_warning_by_itself() {
    let environment = check(
        r#"-- main.tf --
resource "terraform_data" "a" {
  depends_on = ["terraform_data.b"]
  lifecycle { ignore_changes = ["input"] }
}
resource "terraform_data" "b" {}
-- steps --
$ plan
> (and one more similar warning elsewhere)
"#,
    );
    let stream = environment.run(&["plan", "-json"]).succeeds();
    assert_eq!(stream.stdout.matches("Warning: Quoted references are deprecated").count(), 2, "{}", stream.stdout);
}

#[test]
fn a_graph_of_nothing() {
    check(
        r#"-- main.tf --
-- steps --
$ graph
>   /* This configuration does not contain any resources.         */\n  /* For a more detailed graph, try: landform graph -type=plan */\n}
"#,
    );
}

#[test]
fn lines_of_a_text_go_by_place_where_their_number_stays() {
    check(
        r#"-- main.tf --
variable "v" { default = 1 }
resource "terraform_data" "a" {
  input = "first\nx ${var.v}\ny ${var.v}\nlast\n"
}
-- steps --
$ apply -auto-approve
$ plan -var=v=2
>             first\n          - x 1\n          + x 2\n          - y 1\n          + y 2\n            last\n
"#,
    );
}

#[test]
fn an_import_without_a_resource_has_an_id_all_the_same() {
    check(
        r#"-- main.tf --
import {
  to = terraform_data.a
  id = null
}
-- steps --
! validate
> Invalid import id argument
> The import ID cannot be null.
! plan
> Invalid import id argument
< Configuration for import target does not exist
"#,
    );
}

#[test]
fn a_plan_file_that_is_not_there() {
    check("-- main.tf --\n-- steps --\n! graph -plan=nope\n> stat nope: no such file or directory\n< Error\n");
}

#[test]
fn validations_that_would_tell_what_is_ephemeral() {
    check(
        r#"-- main.tf --
variable "e" {
  ephemeral = true
  validation {
    condition     = var.e != "bad"
    error_message = "is ${var.e}"
  }
}
-- steps --
! plan -var=e=bad
> The error message included a sensitive value, so it will not be displayed.
> Error: Error message refers to ephemeral values
> values. Landform will not display the resulting message.
"#,
    );
}

#[test]
fn messages_of_validations_are_looked_at_though_the_condition_holds() {
    check(
        r#"-- main.tf --
variable "a" {
  default = 1
  validation {
    condition     = var.a == 1
    error_message = "a" + 1
  }
}
-- json/main.tf --
-- json/more.tf.json --
{"variable": {"j": {"default": 1, "validation": {"condition": "${var.j == 2}", "error_message": "bad ${1 + \"x\"} x"}}}}
-- steps --
! validate
> Error: Invalid operand\n\n  on main.tf line 5, in variable "a":
@ json
! plan
> Warning: Validation error message expression is invalid
> Error: Invalid value for variable
> bad ${1 + "x"} x
"#,
    );
}

#[test]
fn saved_plans_are_stale_whatever_variables_are_given() {
    check(
        r#"-- main.tf --
variable "v" { default = 1 }
resource "terraform_data" "a" { input = var.v }
-- steps --
$ plan -out=one
$ plan -out=two -var=v=2
$ apply one
! apply -var=v=3 two
> Saved plan is stale
< Can't change variable
$ plan -out= -var=v=2
> You didn't use the -out option
"#,
    );
}

#[test]
fn warnings_of_messages_with_secrets_are_told_together() {
    check(
        r#"-- main.tf --
variable "s" {
  default   = "x"
  sensitive = true
}
check "c" {
  assert {
    condition     = var.s != "x"
    error_message = "is ${var.s}"
  }
}
output "o" {
  value = 1
  precondition {
    condition     = var.s == "x"
    error_message = "is ${var.s}"
  }
}
-- steps --
$ plan
> Warning: Error message refers to sensitive values
> (and one more similar warning elsewhere)
"#,
    );
}

#[test]
fn the_type_of_an_output_that_becomes_null() {
    let environment = check(
        r#"-- main.tf --
variable "v" { default = "a" }
output "o" { value = var.v == "a" ? "x" : null }
output "n" { value = var.v == "a" ? null : null }
-- steps --
$ apply -auto-approve
$ plan -var=v=b -out=p
"#,
    );
    let shown = environment.run(&["show", "-json", "p"]).succeeds();
    let plan: serde_json::Value = serde_json::from_str(&shown.stdout).expect("a document");
    assert_eq!(plan["planned_values"]["outputs"]["o"]["type"], "string");
    assert_eq!(plan["planned_values"]["outputs"]["n"]["type"], "dynamic");
}

#[test]
fn hidden_outputs_that_are_empty_count_as_none() {
    check(
        r#"-- main.tf --
variable "v" { default = "" }
resource "terraform_data" "a" { count = var.v == "" ? 0 : 1 }
output "hidden" {
  value     = var.v
  sensitive = true
}
output "later" { value = var.v == "" ? "" : terraform_data.a[0].id }
-- steps --
$ plan
< + hidden
$ apply -auto-approve
$ plan -var=v=x
> + hidden = (sensitive value)
> ~ later  = null -> (known after apply)
$ apply -auto-approve -var=v=x
$ plan
> - hidden = (sensitive value) -> null
"#,
    );
}

#[test]
fn signatures_of_functions_are_not_shown_within_loops() {
    check(
        r#"-- main.tf --
variable "texts" { default = ["x"] }
output "looped" { value = [for text in var.texts : tonumber(text)] }
-- other/main.tf --
variable "texts" { default = ["x"] }
output "alone" { value = tonumber(var.texts[0]) }
-- steps --
! plan
> Invalid function argument
< while calling
! plan -json
> "function_call":{"called_as":"tonumber"}
@ other
! plan
> while calling tonumber(v)
! plan -json
> "function_call":{"called_as":"tonumber","signature":
"#,
    );
}
