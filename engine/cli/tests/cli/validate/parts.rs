//! What an error in one part of an object leaves to be said of its other parts, and of other objects.

use super::check;

#[test]
fn what_names_nothing_hides_no_other_part() {
    check(
        r#"-- main.tf --
variable "b" {}
locals { s = sensitive("x") }
output "a" {
  value      = local.s.x
  depends_on = [var.nope]
}
check "c" {
  assert {
    condition     = var.b
    error_message = "m ${local.s}"
  }
  assert {
    condition     = var.nope
    error_message = { for k, v in 1.5 : k => local.nope }
  }
}
resource "terraform_data" "p" {
  lifecycle {
    precondition {
      condition     = var.nope
      error_message = "m ${var.b.x[0].y + upper([])}"
    }
    postcondition {
      condition     = upper(var.nope, "b")
      error_message = "m"
    }
  }
}
data "terraform_remote_state" "d" {
  backend   = {}
  workspace = local.list
}
locals { list = [1] }
output "o" {
  value = 1
  precondition {
    condition     = [var.b]
    error_message = ["m"]
  }
}
"#,
        &[
            "error main.tf:4:23-4:25 Unsupported attribute",
            "error main.tf:5:17-5:25 Reference to undeclared input variable",
            "warning main.tf:10:21-10:35 Error message refers to sensitive values",
            "error main.tf:13:21-13:29 Reference to undeclared input variable",
            "error main.tf:14:35-14:38 Iteration over non-iterable value",
            "error main.tf:14:46-14:56 Reference to undeclared local value",
            "error main.tf:20:23-20:31 Reference to undeclared input variable",
            "error main.tf:21:49-21:50 Invalid function argument",
            "error main.tf:24:29-24:37 Reference to undeclared input variable",
            "error main.tf:24:40-24:41 Too many function arguments",
            "error main.tf:30:15-30:17 Incorrect attribute value type",
            "error main.tf:31:15-31:25 Incorrect attribute value type",
            "error main.tf:38:21-38:26 Invalid error message",
        ],
    );
}

#[test]
fn dynamic_blocks_of_unknown_types() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {
  nope = 1
}
resource "terraform_data" "behind" {
  dynamic "x" {
    for_each = terraform_data.a
    content {}
  }
  nope = 1
}
resource "terraform_data" "by_label" {
  dynamic "x" {
    for_each = []
    labels   = [terraform_data.a]
    content {}
  }
  nope = 1
}
resource "terraform_data" "beside" {
  dynamic "x" {
    for_each = var.nope
    content {
      y = terraform_data.a
    }
  }
  input = upper([])
}
resource "terraform_data" "block" {
  input {
    a = var.nope
  }
}
"#,
        &[
            "error main.tf:2:3-2:7 Unsupported argument",
            "error main.tf:20:11-20:14 Unsupported block type",
            "error main.tf:21:16-21:24 Reference to undeclared input variable",
            "error main.tf:26:17-26:18 Invalid function argument",
            "error main.tf:29:3-29:8 Unsupported block type",
        ],
    );
}

#[test]
fn escaped_blocks_hold_no_others() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {
  _ {
    count = 1
    _ {
      nope = 1
    }
  }
  provisioner "local-exec" {
    _ {
      command = "x"
      when    = destroy
    }
  }
}
"#,
        &[
            "error main.tf:3:5-3:10 Unsupported argument",
            "error main.tf:4:5-4:6 Unsupported block type",
            "error main.tf:11:7-11:11 Unsupported argument",
        ],
    );
}

#[test]
fn provisioners_and_how_they_connect() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {
  provisioner "file" {
    nope        = each.key
    destination = "x"
    connection {
      nope = each.key
      host = upper([])
    }
  }
}
resource "terraform_data" "b" {
  connection {
    port = {}
    host = "x"
  }
  provisioner "remote-exec" {
    inline = var.nope
  }
}
"#,
        &[
            "error main.tf:2:22-2:23 Must provide one of 'source' or 'content'",
            "error main.tf:3:5-3:9 Unsupported argument",
            "error main.tf:6:7-6:11 Unsupported argument",
            "error main.tf:7:20-7:21 Invalid function argument",
            "error main.tf:13:12-13:14 Incorrect attribute value type",
            "error main.tf:16:29-16:30 Invalid remote-exec provisioner configuration",
            "error main.tf:17:14-17:22 Reference to undeclared input variable",
        ],
    );
}

#[test]
fn what_waits_for_whole_modules() {
    let child = "variable \"in\" {}\noutput \"out\" {\n  value = 1\n}\n";
    // All in a module waits for what its call depends on.
    check(
        &format!(
            r#"-- main.tf --
resource "terraform_data" "a" {{
  nope = 1
}}
module "m" {{
  source     = "./m"
  in         = var.nope
  count      = var.nope
  depends_on = [terraform_data.a]
}}
output "o" {{
  value = module.m[0].out.nope
}}
-- m/main.tf --
{child}"#
        ),
        &["error main.tf:2:3-2:7 Unsupported argument"],
    );
    check(
        &format!(
            r#"-- main.tf --
module "m" {{
  source = "./m"
  in     = module.m
}}
-- m/main.tf --
{child}"#
        ),
        &["error - Cycle: module.m (close), module.m.var.in (expand)"],
    );
}

#[test]
fn imports_of_what_is_still_to_be_written() {
    check(
        r#"-- main.tf --
import {
  id = data.terraform_remote_state.x
  to = terraform_data.a
}
import {
  id = terraform_data.b.id
  to = terraform_data.b
}
import {
  id = var.nope
  to = terraform_data.c
}
"#,
        &[
            "error main.tf:2:8-2:37 Reference to undeclared resource",
            "error main.tf:6:8-6:24 Invalid import id argument",
            "error main.tf:10:8-10:16 Reference to undeclared input variable",
        ],
    );
}

#[test]
fn removed_blocks_and_variables_that_are_half_right() {
    check(
        r#"-- main.tf --
removed {
  from = terraform_data.a[0]
  connection {
    host = "x"
  }
  provisioner "local-exec" {
    command = "x"
  }
}
variable "v" {
  default  = null
  nullable = "x"
}
"#,
        &[
            "error main.tf:2:26-2:29 Resource instance keys not allowed",
            "error main.tf:3:3-3:13 Invalid connection block",
            "error main.tf:6:3-6:27 Invalid provisioner block",
            "error main.tf:11:14-11:18 Invalid default value for variable",
            "error main.tf:12:15-12:16 Unsuitable value type",
        ],
    );
}

#[test]
fn arguments_have_the_right_type_first() {
    check(
        r#"-- main.tf --
variable "e" {
  type      = string
  ephemeral = true
}
module "m" {
  source = "./m"
  a      = var.e
  b      = var.e
}
-- m/main.tf --
variable "a" { type = list(string) }
variable "b" { type = string }
"#,
        &[
            "error main.tf:7:12-7:17 Invalid value for input variable",
            "error main.tf:8:12-8:17 Ephemeral value not allowed",
        ],
    );
}

#[test]
fn messages_of_validations_that_no_plan_has_told_yet() {
    check(
        r#"-- main.tf --
module "m" {
  source = "./m"
  other  = "x"
  late   = "no"
  list   = "no"
}
-- m/main.tf --
variable "other" {}
variable "late" {
  validation {
    condition     = var.late == "ok"
    error_message = "m ${var.other}"
  }
}
variable "list" {
  validation {
    condition     = var.list == "ok"
    error_message = []
  }
}
"#,
        &["error main.tf:5:12-5:16 Invalid value for variable", "error m/main.tf:11:21-11:23 Invalid error message"],
    );
}

#[test]
fn steps_behind_attributes_of_known_types() {
    check(
        r#"-- main.tf --
resource "terraform_data" "one" {}
output "a" { value = terraform_data.one.id.foo.bar }
output "b" { value = [terraform_data.one.id[0], terraform_data.nope] }
output "c" { value = terraform_data.one.output.any.thing[0] }
"#,
        &[
            "error main.tf:2:43-2:47 Unsupported attribute",
            "error main.tf:3:44-3:47 Invalid index",
            "error main.tf:3:49-3:68 Reference to undeclared resource",
        ],
    );
}

#[test]
fn checks_wait_for_what_they_read() {
    check(
        r#"-- main.tf --
check "c" {
  data "terraform_remote_state" "d" {
    backend = "nope"
  }
  assert {
    condition     = var.nope
    error_message = "m"
  }
}
"#,
        &["error main.tf:3:15-3:21 Invalid backend configuration"],
    );
}
