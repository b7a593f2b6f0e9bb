//! Whole workflows as careful testers wrote them, with what Terraform 1.11.4 does; cases are written as in
//! [`recorded`](crate::recorded).

use crate::environment::TestEnvironment;
use crate::recorded::check;

#[test]
fn plans_that_failed_are_saved_to_look_at() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" { input = 1 }
resource "terraform_data" "b" {
  input = 2
  lifecycle {
    precondition {
      condition     = terraform_data.a.input == 2
      error_message = "not two"
    }
  }
}
-- steps --
! plan -out=p
> Landform planned the following actions, but then encountered a problem:
> terraform_data.a will be created
> not two
$ show p
> Landform planned the following actions, but then encountered a problem:
> terraform_data.a will be created
$ show -json p
> "applyable":false
> "errored":true
! apply p
> Cannot apply incomplete plan
! state list
> No state file was found!
"#,
    );
}

#[test]
fn nothing_is_stopped_where_nothing_changes() {
    check(
        r#"-- main.tf --
variable "v" { default = 1 }
resource "terraform_data" "a" {
  input = var.v
  lifecycle {
    precondition {
      condition     = var.v < 5
      error_message = "before"
    }
    postcondition {
      condition     = self.output == var.v
      error_message = "after"
    }
  }
}
output "v" {
  value = var.v
  precondition {
    condition     = var.v < 5
    error_message = "of the output"
  }
}
-- steps --
$ apply -auto-approve
$ plan -refresh-only -var=v=7
> Warning: Resource precondition failed
> before
> Warning: Resource postcondition failed
> after
> Warning: Module output value precondition failed
> of the output
! plan -var=v=7
> Error: Resource precondition failed
$ apply -refresh-only -auto-approve -var=v=3
> Warning: Resource postcondition failed
$ show -json
> "status":"fail"
"#,
    );
}

#[test]
fn flags_that_do_not_go_together() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {}
-- steps --
! destroy extra
> Failed to load "extra" as a plan file
! destroy -destroy
> Invalid mode option
> landform destroy -help
! destroy -refresh-only
> The -refresh-only option is not valid for
! init -migrate-state -reconfigure
> Invalid init options
< Initializing the backend
! plan -target=foo -target=module.m. -replace=module.m -destroy -refresh-only
> Invalid target "foo"
> Invalid target "module.m."
> Invalid force-replace address "module.m"
> Incompatible plan mode options
! plan -destroy -generate-config-out=gen.tf
> Invalid generate-config-out flag
$ plan -generate-config-out=gen.tf
< experimental
$ plan -out=p -state=x.tfstate
$ apply -state=x.tfstate p
> Deprecated flag: -state
"#,
    );
}

#[test]
fn variables_that_a_plan_does_not_know() {
    check(
        r#"-- main.tf --
variable "v" { default = 1 }
variable "w" { default = 1 }
output "v" { value = var.v }
-- steps --
$ plan -out=p -var=v=1
! apply -var=w=1 p
> Value for undeclared variable
> A variable named "w" was assigned on the command line
! apply -var=v=2 p
> Can't change variable when applying a saved plan
$ apply -var=v=1 p
"#,
    );
}

#[test]
fn installing_modules_tells_each_error_once() {
    check(
        r#"-- main.tf --
module "m" { source = "./m" }
check "none" {
}
-- m/main.tf --
output "o" { value = 1 }
-- bad/bad.tf --
locals {
  a = 1
  a = 2
}
-- gone/bad.tf --
module "gone" { source = "./nowhere" }
output "o" { value = 1 }
output "o" { value = 2 }
-- steps --
! init
> Error: Zero assert blocks
< problems during initialisation
! get
> Error: Zero assert blocks
@ bad
! init
> Error: Zero assert blocks
< Attribute redefined
@ gone
! get
> Unreadable module directory
> Duplicate output definition
> Zero assert blocks
"#,
    );
}

#[test]
fn what_is_not_what_it_is_given_for() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {}
-- m/main.txt --
-- husk.tfstate --
{"version":4,"serial":5,"lineage":"one","resources":[{"mode":"managed","type":"terraform_data","name":"b",
 "provider":"provider[\"terraform.io/builtin/terraform\"]","instances":[]}]}
-- other.tfstate --
{"version":4,"serial":6,"lineage":"two","resources":[]}
-- steps --
! -chdir=. -chdir=. plan
> Invalid flags before the subcommand.
! -nosuch plan
> Invalid flags before the subcommand.
$ plan -state=
! show m
> read m: is a directory
! apply other.tfstate
> invalid remote plan format
$ state push husk.tfstate
! state push other.tfstate
> over unrelated state with lineage
"#,
    );
}

#[test]
fn where_there_is_nothing_to_apply() {
    check(
        r#"-- e/keep.txt --
x
-- src/main.tf --
output "o" { value = 1 }
-- steps --
! apply -auto-approve
> Apply requires configuration to be present
! plan
> Plan requires configuration to be present
! -chdir=e init -from-module=../src
> Copying configuration from "../src"...
> Can't populate non-empty directory
! -chdir=src init -from-module=../e
> The working directory already contains files
! -chdir= plan
> Invalid -chdir option: must include an equals sign
! import -config=nowhere terraform_data.a x
> The directory nowhere does not contain any
"#,
    );
}

#[test]
fn texts_that_become_unknown() {
    check(
        r#"-- main.tf --
variable "v" { default = "" }
resource "terraform_data" "a" { input = var.v }
module "m" {
  source = "./m"
  v      = terraform_data.a.id
}
resource "terraform_data" "z" { input = module.m.v }
-- m/main.tf --
variable "v" {}
resource "terraform_data" "r" { input = var.v }
module "sub" {
  source = "../s"
  v      = var.v
}
output "v" { value = "${module.sub.v}${terraform_data.r.id}" }
-- s/main.tf --
variable "v" {}
resource "terraform_data" "s" { input = var.v }
output "v" { value = terraform_data.s.id }
-- steps --
$ init
$ apply -auto-approve
$ plan -var=v=x
> ~ input  = "" -> "x"\n      ~ output = null -> (known after apply)
$ graph
> "terraform_data.z" -> "module.m.terraform_data.r";\n  "terraform_data.z" -> "module.m.module.sub.terraform_data.s";
"#,
    );
}

#[test]
fn arguments_of_the_environment_that_do_not_end() {
    let environment = TestEnvironment::of("output \"o\" { value = 1 }\n");
    let mut command = environment.command(&["plan"]);
    command.env("TF_CLI_ARGS_plan", "-var='a");
    let told = "Error parsing extra CLI args from TF_CLI_ARGS_plan: invalid command line string";
    environment.finish(&mut command).fails(&[told]);
}

#[test]
fn the_working_directory_is_where_the_program_was_started() {
    let environment = check(
        r#"-- other/main.tf --
output "o" { value = abspath(path.module) == "${path.cwd}/other" }
-- steps --
$ -chdir=other apply -auto-approve
> o = true
"#,
    );
    assert!(environment.has("other/terraform.tfstate"));
}

#[test]
fn what_is_in_the_way_of_one_instance_is_in_the_way_of_all() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" { count = 2 }
resource "terraform_data" "b" { for_each = { k = 1 } }
module "m" {
  source = "./m"
}
module "n" {
  source = "./m"
  name   = "n"
}
-- m/main.tf --
variable "name" { default = "m" }
resource "terraform_data" "x" { for_each = { (var.name) = 1 } }
-- v2/main.tf --
moved {
  from = terraform_data.a
  to   = terraform_data.b
}
moved {
  from = module.m
  to   = module.n
}
resource "terraform_data" "b" { for_each = { k = 1 } }
module "n" {
  source = "./m"
  name   = "n"
}
-- steps --
$ init
$ apply -auto-approve
@ v2
$ plan
> terraform_data.a[0] will be destroyed
> terraform_data.a[1] will be destroyed
> module.m.terraform_data.x["m"] will be destroyed
> Unresolved resource instance address changes
>   - module.m could not move to module.n
>   - terraform_data.a could not move to terraform_data.b
"#,
    );
}

#[test]
fn strings_of_json_are_what_they_are_where_nothing_is_evaluated() {
    check(
        r#"-- main.tf --
variable "v" {}
variable "w" { default = {} }
output "v" { value = var.v }
output "w" { value = var.w }
-- more.tf.json --
{ "variable": { "d": { "default": "${1 + 1}" } }, "output": { "d": { "value": "${var.d}" } } }
-- x.tfvars.json --
{ "v": "${1 + 1}", "w": { "${k}": ["%{ if }"] } }
-- steps --
$ apply -auto-approve -var-file=x.tfvars.json
$ output d
> "${1 + 1}"
$ output v
> "${1 + 1}"
$ output -json w
> {"${k}":["%{ if }"]}
"#,
    );
}

#[test]
fn places_are_named_in_full_where_a_command_only_looks() {
    let environment = check(
        r#"-- main.tf --
variable "v" {}
resource "terraform_data" "a" {}
-- bad/bad.tf --
module "m" { source = "./m" }
-- steps --
! import -input=false terraform_data.a x
> No value for required variable
> /main.tf line 1:
@ bad
! state rm terraform_data.a
> Module not installed
> /bad.tf line 1:
! plan -input=false
>   on bad.tf line 1:
"#,
    );
    assert!(!environment.has("terraform.tfstate"));
}

#[test]
fn modules_that_are_called_from_elsewhere_are_installed_again() {
    check(
        r#"-- main.tf --
module "m" { source = "./m" }
-- m/main.tf --
output "o" { value = 1 }
-- n/main.tf --
output "o" { value = 2 }
-- v2/main.tf --
module "m" { source = "./n" }
-- v3/main.tf --
module "gone" { source = "./gone" }
-- steps --
$ init
$ plan
@ v2
! plan
> Module source has changed
$ init
$ plan
@ v3
! plan
> Module not installed
"#,
    );
}

#[test]
fn what_the_plan_does_not_come_to_is_not_told_of() {
    check(
        r#"-- main.tf --
variable "v" { default = ["x"] }
locals { first = upper(var.v[0]) }
resource "terraform_data" "a" { input = 1 }
resource "terraform_data" "b" { input = local.first }
resource "terraform_data" "gone" {}
-- v2/main.tf --
variable "v" { default = ["x"] }
locals { first = upper(var.v[0]) }
resource "terraform_data" "a" { input = 1 }
resource "terraform_data" "b" { input = local.first }
-- steps --
$ apply -auto-approve
@ v2
! plan -var=v=[]
> terraform_data.a: Refreshing state...
> terraform_data.gone: Refreshing state...
> Invalid index
< terraform_data.b: Refreshing state...
$ plan
> terraform_data.b: Refreshing state...
"#,
    );
}

#[test]
fn one_instance_moves_before_the_others() {
    check(
        r#"-- main.tf --
resource "terraform_data" "b" { count = 2 }
-- v2/main.tf --
moved {
  from = terraform_data.b
  to   = terraform_data.c
}
moved {
  from = terraform_data.b[1]
  to   = terraform_data.single
}
resource "terraform_data" "c" { count = 1 }
resource "terraform_data" "single" {}
-- steps --
$ apply -auto-approve
@ v2
$ plan
> terraform_data.b[0] has moved to terraform_data.c[0]
> terraform_data.b[1] has moved to terraform_data.single
> Plan: 0 to add, 0 to change, 0 to destroy.
"#,
    );
}

#[test]
fn a_check_is_drawn_behind_its_data() {
    check(
        r#"-- main.tf --
check "c" {
  data "terraform_remote_state" "s" {
    backend = "local"
    config  = { path = "none" }
  }
  assert {
    condition     = path.module == "."
    error_message = "x"
  }
}
-- circle/main.tf --
resource "terraform_data" "a" { input = terraform_data.b.id }
resource "terraform_data" "b" { input = terraform_data.a.id }
-- steps --
$ init
$ graph -type=plan
> "[root] check.c (expand)" -> "[root] data.terraform_remote_state.s (expand)"
> "[root] data.terraform_remote_state.s (expand)" -> "[root] check.c (report)"
< "[root] check.c (expand)" -> "[root] check.c (report)"
$ graph -type=apply
> "[root] check.c (expand)" -> "[root] data.terraform_remote_state.s (expand)"
@ circle
! graph
> Cycle: terraform_data.
> (expand)
! validate
> Cycle: terraform_data.
< (expand)
"#,
    );
}

#[test]
fn conditions_of_what_stays_are_checked_once_more() {
    check(
        r#"-- main.tf --
variable "v" { default = 1 }
resource "terraform_data" "c" { input = var.v }
resource "terraform_data" "a" {
  lifecycle {
    precondition {
      condition     = terraform_data.c.output < 5
      error_message = "too large"
    }
  }
}
-- steps --
$ apply -auto-approve
$ apply -auto-approve -var=v=2
$ show -json
> "status":"pass"
! apply -auto-approve -var=v=6
> terraform_data.c: Modifications complete
> Error: Resource precondition failed
> too large
$ show -json
> "status":"fail"
"#,
    );
}

#[test]
fn small_things_that_are_told_of() {
    let environment = check(
        r#"-- main.tf --
variable "n" {
  default = null
  validation {
    condition     = var.n
    error_message = "x"
  }
}
-- empty --
-- half --
{"version": 4,
-- steps --
! plan
> Validation condition expression must return either true or false, not null.
! plan -parallelism=-1
> Error: Invalid parallelism value\n\nThe parallelism must be a positive value. Not -1.
! state push empty
> Error reading source state "empty": no state
! state push half
> 2 problems:\n\n- Unsupported state file format: The state file could not be parsed as JSON: syntax error at byte offset 15.
> - Unsupported state file format: The state file does not have a "version" attribute
"#,
    );
    let console = environment.script("echo 1 + 1 | \"$LANDFORM\" console -plan").succeeds();
    assert!(console.stdout.contains("some expressions may produce unexpected results.\n\n\n2\n"), "{}", console.stdout);
}

#[test]
fn a_change_of_who_may_see_a_value_is_applied() {
    check(
        r#"-- main.tf --
variable "v" { default = "one" }
resource "terraform_data" "t" { input = { a = var.v } }
-- v2/main.tf --
variable "v" {
  default   = "one"
  sensitive = true
}
resource "terraform_data" "t" { input = { a = var.v } }
-- steps --
$ apply -auto-approve
@ v2
$ apply -auto-approve
> this attribute value will be marked as sensitive
> terraform_data.t: Modifications complete
> 0 added, 1 changed, 0 destroyed
$ show -json
> "sensitive_values":{"input":{"a":true}
$ plan
> No changes.
"#,
    );
}

#[test]
fn null_triggers_of_another_type_replace_nothing() {
    check(
        r#"-- main.tf --
variable "v" { default = 1 }
resource "terraform_data" "t" { triggers_replace = [null, tostring(null)][var.v - 1] }
resource "terraform_data" "u" { triggers_replace = [{ a = null }, { a = tostring(null) }][var.v - 1] }
-- steps --
$ apply -auto-approve
$ plan -var=v=2
> terraform_data.t will be updated in-place
> terraform_data.u must be replaced
"#,
    );
}

#[test]
fn errors_in_checks_are_errors() {
    check(
        r#"-- main.tf --
variable "v" { default = null }
resource "terraform_data" "a" { input = 1 }
check "fails" {
  assert {
    condition     = terraform_data.a.output == 2
    error_message = "not two"
  }
}
-- bad/bad.tf --
check "c" {
  assert {
    condition     = var.v
    error_message = "m"
  }
}
-- steps --
$ apply -auto-approve
> Warning: Check block assertion failed
@ bad
! plan
> Warning: Check block assertion failed
> Error: Invalid condition result
! apply -auto-approve
> Error: Invalid condition result
"#,
    );
}

#[test]
fn outputs_that_can_not_be_known_are_not_refreshed() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" { input = 1 }
output "o" { value = terraform_data.a.output }
-- steps --
! apply -refresh-only -auto-approve
> + o = (known after apply)
> Cannot apply non-applyable plan
$ plan -refresh-only -detailed-exitcode -out=p
< Saved the plan to
! apply p
> Cannot apply non-applyable plan
! state list
> No state file was found!
"#,
    );
}

#[test]
fn what_a_failed_run_leaves() {
    let environment = check(
        r#"-- main.tf --
variable "v" { default = 1 }
resource "terraform_data" "none" { count = var.v == 1 ? 1 : 0 }
output "o" { value = var.v }
-- bad/bad.tf --
resource "terraform_data" "bad" {
  provisioner "local-exec" { command = "false" }
}
-- steps --
$ apply -auto-approve
$ apply -auto-approve -var=v=2
@ bad
! apply -auto-approve -var=v=3
$ output o
> 3
$ state list
< terraform_data.none
"#,
    );
    let state = environment.state();
    let resources = state["resources"].as_array().expect("resources");
    let none = resources.iter().find(|resource| resource["name"] == "none").expect("a resource without instances");
    assert_eq!(none["instances"], serde_json::json!([]));
}

#[test]
fn a_failed_output_of_a_module_holds_up_what_needs_it() {
    check(
        r#"-- main.tf --
variable "v" { default = 1 }
module "m" {
  source = "./m"
  v      = var.v
}
output "o" { value = module.m.v }
-- m/main.tf --
variable "v" {}
output "v" {
  value = var.v
  precondition {
    condition     = var.v < 5
    error_message = "too large"
  }
}
-- steps --
$ init
$ apply -auto-approve
! plan -var=v=7
> too large
< Changes to Outputs
"#,
    );
}

#[test]
fn conditions_that_a_target_leaves_out_are_not_known() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" { input = 1 }
resource "terraform_data" "c" {
  lifecycle {
    precondition {
      condition     = terraform_data.a.output == 1
      error_message = "not one"
    }
  }
}
-- steps --
$ apply -auto-approve -target=terraform_data.a
$ show -json
> "to_display":"terraform_data.c"
> "status":"unknown"
"#,
    );
}

#[test]
fn a_reference_in_a_json_string_begins_at_its_quote() {
    check(
        r#"-- x.tf.json --
{"output": {"a": {"value": 1, "depends_on": ["terraform_data.none"]}}}
-- steps --
! validate -json
> "column": 46
"#,
    );
}
