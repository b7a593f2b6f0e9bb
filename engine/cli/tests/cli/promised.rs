//! What a plan says is what apply makes, and what a plan leaves alone is still there; cases are written as in
//! [`recorded`](crate::recorded).

use crate::recorded::check;

#[test]
fn outputs_are_as_the_plan_has_them() {
    let environment = check(
        r#"-- main.tf --
output "text" { value = trimspace(file("text")) }
output "none" { value = null }
-- text --
one
-- changed/text --
two
-- steps --
$ plan -out=p
@ changed
$ apply p
> text = "one"
"#,
    );
    assert!(environment.state()["outputs"].get("none").is_none());
}

#[test]
fn what_turns_out_not_to_change_keeps_its_value() {
    check(
        r#"-- main.tf --
variable "v" { default = "1" }
resource "terraform_data" "a" {
  input            = "same"
  triggers_replace = var.v
}
resource "terraform_data" "b" {
  input = terraform_data.a.output
  lifecycle {
    postcondition {
      condition     = var.v != "3" || self.output == "other"
      error_message = "still ${self.output}"
    }
  }
}
resource "terraform_data" "c" { input = [terraform_data.b.output] }
output "b" { value = terraform_data.b.output }
-- steps --
$ apply -auto-approve
$ apply -auto-approve -var=v=2
> Plan: 1 to add, 2 to change, 1 to destroy.
> 1 added, 0 changed, 1 destroyed
> b = "same"
! apply -auto-approve -var=v=3
> still same
"#,
    );
}

#[test]
fn data_of_a_check_that_can_not_be_read_leaves_nothing() {
    check(
        r#"-- main.tf --
variable "path" { default = "there.tfstate" }
resource "terraform_data" "path" { input = var.path }
check "later" {
  data "terraform_remote_state" "x" {
    backend = "local"
    config  = { path = terraform_data.path.output }
  }
  assert {
    condition     = data.terraform_remote_state.x.outputs != null
    error_message = "no outputs"
  }
}
-- there.tfstate --
{"version": 4, "serial": 1, "lineage": "a", "outputs": {}, "resources": []}
-- steps --
$ apply -auto-approve
> (config refers to values not yet known)
$ state list
> data.terraform_remote_state.x
$ apply -auto-approve -var=path=none.tfstate
> Unable to find remote state
$ state list
< data.terraform_remote_state.x
"#,
    );
}

#[test]
fn what_a_plan_leaves_alone_counts() {
    check(
        r#"-- main.tf --
variable "n" { default = 3 }
resource "terraform_data" "list" {
  count = var.n
  input = count.index
}
resource "terraform_data" "map" {
  for_each = toset([for index in range(var.n) : "k${index}"])
  input    = each.key
}
output "list" { value = terraform_data.list[*].output }
output "map" { value = keys(terraform_data.map) }
-- steps --
$ apply -auto-approve
$ plan -var=n=1 -target=terraform_data.list[0]
> No changes.
$ plan -var=n=1 -target=terraform_data.map["k0"]
> No changes.
$ plan -var=n=1 -refresh-only
> No changes.
$ apply -auto-approve -var=n=1 -target=terraform_data.list[0] -replace=terraform_data.list[0]
> list = [
>   0,
>   1,
>   2,
$ apply -auto-approve -var=n=1 -target=terraform_data.list[1]
> list = [
>   0,
>   2,
$ plan -var=n=1 -target=terraform_data.list
> terraform_data.list[2] will be destroyed
"#,
    );
}

#[test]
fn data_waits_for_changes_of_what_it_refers_to() {
    check(
        r#"-- main.tf --
variable "v" { default = "1" }
variable "n" { default = 2 }
resource "terraform_data" "a" {
  input            = "there.tfstate"
  triggers_replace = var.v
}
resource "terraform_data" "b" { count = var.n }
locals { path = terraform_data.a.input }
data "terraform_remote_state" "direct" {
  backend = "local"
  config  = { path = terraform_data.a.input }
}
data "terraform_remote_state" "unchosen" {
  backend = "local"
  config  = { path = var.v == "" ? terraform_data.a.id : "there.tfstate" }
}
data "terraform_remote_state" "local" {
  backend = "local"
  config  = { path = local.path }
}
data "terraform_remote_state" "condition" {
  backend = "local"
  config  = { path = local.path }
  lifecycle {
    postcondition {
      condition     = self.outputs != null
      error_message = "none"
    }
  }
}
data "terraform_remote_state" "count" {
  count   = length(terraform_data.b) > 0 ? 1 : 0
  backend = "local"
  config  = { path = "there.tfstate" }
}
module "m" {
  source = "./m"
  count  = var.n
}
-- m/main.tf --
resource "terraform_data" "a" { input = "there.tfstate" }
data "terraform_remote_state" "own" {
  backend = "local"
  config  = { path = terraform_data.a.input }
}
-- there.tfstate --
{"version": 4, "serial": 1, "lineage": "a", "outputs": {}, "resources": []}
-- steps --
$ init
$ plan
> data.terraform_remote_state.condition will be read during apply
> (depends on a resource or a module with changes pending)
> data.terraform_remote_state.count[0] will be read during apply
> data.terraform_remote_state.direct will be read during apply
> data.terraform_remote_state.unchosen will be read during apply
> module.m[0].data.terraform_remote_state.own will be read during apply
> module.m[1].data.terraform_remote_state.own will be read during apply
< data.terraform_remote_state.local will be read
$ apply -auto-approve
$ plan
> No changes.
$ plan -var=v=2
> data.terraform_remote_state.condition will be read during apply
> data.terraform_remote_state.direct will be read during apply
> data.terraform_remote_state.unchosen will be read during apply
< .count[0] will be read
$ plan -var=n=1
> data.terraform_remote_state.count[0] will be read during apply
< .direct will be read
< .own will be read
$ plan -var=n=3
> module.m[2].data.terraform_remote_state.own will be read during apply
< module.m[0].data.terraform_remote_state.own will be read
$ plan -refresh-only -var=v=2
< will be read
"#,
    );
}

#[test]
fn targets_leave_outputs_that_are_not_declared_any_more() {
    let environment = check(
        r#"-- main.tf --
resource "terraform_data" "a" {}
output "gone" { value = 1 }
-- less/main.tf --
resource "terraform_data" "a" { input = 1 }
-- steps --
$ apply -auto-approve
@ less
$ apply -auto-approve -target=terraform_data.a
< gone = 1 -> null
"#,
    );
    assert_eq!(environment.state()["outputs"]["gone"]["value"], 1);
}
