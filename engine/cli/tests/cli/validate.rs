//! `validate`: what is said of a configuration, and that all of it is said at once. Ranges, summaries and counts are
//! Terraform 1.11's.

mod parts;

use serde_json::Value;

use crate::environment::TestEnvironment;

/// Validates files, which begin with `-- path --` each, and compares with `severity file:line:column-line:column
/// summary` of each diagnostic, in any order.
#[track_caller]
fn check(files: &str, expected: &[&str]) {
    let mut found = summaries(&validated(files));
    found.sort();
    let mut expected: Vec<String> = expected.iter().map(|&line| line.to_owned()).collect();
    expected.sort();
    assert_eq!(found, expected);
}

/// What `validate -json` prints, with all modules installed.
#[track_caller]
fn validated(files: &str) -> Value {
    let environment = TestEnvironment::new(&[]);
    for file in files.split("-- ").skip(1) {
        let (path, text) = file.split_once(" --\n").expect("a path and a text");
        environment.write(path, text);
    }
    environment.run(&["get"]);
    let ran = environment.run(&["validate", "-json"]);
    let found: Value = serde_json::from_str(&ran.stdout).expect("a document");
    assert_eq!(ran.code, Some(i32::from(found["valid"] == false)));
    assert_eq!(found["valid"], found["error_count"] == 0);
    found
}

fn summaries(document: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let place = |range: &Value| {
        let at = |end: &str| format!("{}:{}", range[end]["line"], range[end]["column"]);
        format!("{}:{}-{}", text(&range["filename"]), at("start"), at("end"))
    };
    let line = |found: &Value| {
        let range = found.get("range").map_or_else(|| "-".to_owned(), place);
        format!("{} {range} {}", text(&found["severity"]), text(&found["summary"]))
    };
    document["diagnostics"].as_array().expect("a list").iter().map(line).collect()
}

#[test]
fn independent_errors_are_told_at_once() {
    check(
        r#"-- main.tf --
output "a" { value = var.nope }
output "b" { value = local.nope }
output "c" { value = upper([]) }
output "d" { value = 1 + "x" }
output "e" { value = nope() }
resource "terraform_data" "f" { bogus = 1 }
resource "terraform_data" "g" { count = "x" }
resource "terraform_data" "h" { for_each = [] }
data "terraform_remote_state" "i" {}
locals { j = {}.x }
resource "terraform_data" "k" {
  count = var.n
  bogus = 1
  lifecycle {
    ignore_changes = [input]
    precondition {
      condition     = self.id != ""
      error_message = "Never."
    }
  }
}
"#,
        &[
            "error main.tf:1:22-1:30 Reference to undeclared input variable",
            "error main.tf:2:22-2:32 Reference to undeclared local value",
            "error main.tf:3:28-3:29 Invalid function argument",
            "error main.tf:4:26-4:29 Invalid operand",
            "error main.tf:5:22-5:26 Call to unknown function",
            "error main.tf:6:33-6:38 Unsupported argument",
            "error main.tf:7:41-7:44 Incorrect value type",
            "error main.tf:8:44-8:46 Invalid for_each argument",
            "error main.tf:9:35-9:36 Missing required argument",
            "error main.tf:10:16-10:18 Unsupported attribute",
            "error main.tf:12:11-12:16 Reference to undeclared input variable",
            "error main.tf:13:3-13:8 Unsupported argument",
            "error main.tf:17:23-17:27 Invalid \"self\" reference",
            "error main.tf:17:23-17:27 Unknown variable",
        ],
    );
}

#[test]
fn what_refers_to_an_error_is_not_looked_at() {
    check(
        r#"-- main.tf --
locals { a = var.nope }
output "b" { value = upper([local.a]) }
resource "terraform_data" "c" { input = local.a, bogus = 1 }
-- other.tf --
resource "terraform_data" "d" { depends_on = [terraform_data.e] }
resource "terraform_data" "e" { bogus = 1 }
"#,
        &["error main.tf:3:48-3:49 Invalid single-argument block definition"],
    );
    check(
        r#"-- main.tf --
locals { a = var.nope }
output "b" { value = upper([local.a]) }
resource "terraform_data" "d" {
  wrong      = 1
  depends_on = [terraform_data.e]
}
resource "terraform_data" "e" { bogus = var.nope }
"#,
        &[
            "error main.tf:1:14-1:22 Reference to undeclared input variable",
            "error main.tf:7:33-7:38 Unsupported argument",
        ],
    );
}

#[test]
fn cycles_come_first() {
    let document = validated(
        r#"-- main.tf --
locals { a = local.b }
locals { b = local.a }
output "c" { value = var.nope }
"#,
    );
    assert_eq!(document["error_count"], 1);
    let summary = document["diagnostics"][0]["summary"].as_str().expect("a text");
    assert!(summary.starts_with("Cycle: local."), "{summary}");
    let expansion = r#"-- main.tf --
module "m" {
  source     = "./child"
  depends_on = [terraform_data.a]
}
resource "terraform_data" "a" { input = module.m.x }
-- child/main.tf --
output "x" { value = 1 }
"#;
    assert_eq!(validated(expansion)["error_count"], 1);
    let validation = r#"-- main.tf --
variable "v" {
  validation {
    condition     = var.v == local.w
    error_message = "It is not so."
  }
}
locals { w = var.v }
"#;
    assert_eq!(validated(validation)["error_count"], 1);
    check("-- main.tf --\nresource \"terraform_data\" \"a\" { depends_on = [terraform_data.a] }\n", &[]);
}

#[test]
fn attributes_of_references_are_checked_by_schema() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {}
resource "terraform_data" "b" {
  provisioner "local-exec" { command = self.nope }
}
resource "terraform_data" "c" {
  lifecycle {
    ignore_changes = [nope]
  }
}
resource "terraform_data" "d" {
  lifecycle {
    ignore_changes = [id]
  }
}
output "e" { value = terraform_data.a.inputt }
output "f" { value = terraform_data.a["input"] }
"#,
        &[
            "error main.tf:3:44-3:49 Unsupported attribute",
            "error main.tf:7:23-7:27 Unsupported attribute",
            "error main.tf:15:38-15:45 Unsupported attribute",
            "error main.tf:16:22-16:47 Unexpected resource instance key",
            "warning main.tf:10:10-10:26 Redundant ignore_changes element",
        ],
    );
}

#[test]
fn provider_configurations_that_nothing_uses_are_not_looked_at() {
    check("-- main.tf --\nprovider \"terraform\" { x = 1 }\n", &[]);
    check(
        "-- main.tf --\nprovider \"terraform\" { x = var.nope }\nresource \"terraform_data\" \"a\" { bogus = 1 }\n",
        &["error main.tf:1:24-1:25 Unsupported argument"],
    );
}

#[test]
fn a_missing_provider_is_told_of_once() {
    let document = validated(
        r#"-- main.tf --
resource "nobody_has" "a" { x = var.nope }
data "nobody_has" "b" {}
resource "elsewhere_too" "c" {}
terraform {
  required_providers {
    unused = { source = "someone/unused" }
  }
}
import {
  to = imported_only.d
  id = "d"
}
"#,
    );
    let missing = "error - Missing required provider";
    assert_eq!(summaries(&document), [missing; 4]);
    let detail = document["diagnostics"][2]["detail"].as_str().expect("a text");
    assert!(detail.contains("hashicorp/nobody") && detail.contains("main.tf:1"), "{detail}");
}

#[test]
fn values_of_called_modules_are_unknown_but_for_their_own_validations() {
    check(
        r#"-- main.tf --
module "m" {
  source = "./child"
  size   = 1
}
module "n" {
  source = "./child"
  size   = terraform_data.a.id
  extra  = each.key
}
resource "terraform_data" "a" {}
output "a" { value = module.m.size.deep }
-- child/main.tf --
variable "size" {
  validation {
    condition     = var.size > 3
    error_message = "It is too small."
  }
}
variable "extra" { default = {} }
output "size" { value = var.size }
output "deep" { value = var.extra.nope }
"#,
        &["error main.tf:3:12-3:13 Invalid value for variable"],
    );
}

#[test]
fn outputs_that_a_called_module_does_not_have() {
    check(
        r#"-- main.tf --
module "one" { source = "./child" }
module "many" {
  source = "./child"
  count  = 2
}
output "a" { value = module.one.nope }
output "b" { value = module.many[0].nope }
output "c" { value = module.many.nope }
output "d" { value = module.one.x.whatever.it["is"] }
-- child/main.tf --
output "x" { value = 1 }
"#,
        &[
            "error main.tf:6:32-6:37 Unsupported attribute",
            "error main.tf:7:36-7:41 Unsupported attribute",
            "error main.tf:8:33-8:38 Unsupported attribute",
        ],
    );
}

#[test]
fn ephemeral_values_where_they_would_be_stored() {
    check(
        r#"-- main.tf --
variable "e" { ephemeral = true }
resource "terraform_data" "a" { input = { deep = [var.e] } }
module "m" {
  source = "./child"
  plain  = var.e
}
output "b" { value = var.e }
check "c" {
  assert {
    condition     = terraform_data.d.id != ""
    error_message = [terraform_data.d.id]
  }
}
resource "terraform_data" "d" {}
-- child/main.tf --
variable "plain" {}
"#,
        &[
            "error main.tf:2:41-2:59 Invalid use of ephemeral value",
            "error main.tf:5:12-5:17 Ephemeral value not allowed",
            "error main.tf:7:22-7:27 Ephemeral value not allowed",
            "error main.tf:11:21-11:42 Invalid error message",
        ],
    );
}

#[test]
fn what_stands_beside_unknown_arguments_is_evaluated() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {
  input = file("nope")
  bogus = 1
}
resource "terraform_data" "b" {
  input = local.nope
  bogus = 1
}
"#,
        &[
            "error main.tf:2:17-2:21 Invalid function argument",
            "error main.tf:3:3-3:8 Unsupported argument",
            "error main.tf:6:11-6:21 Reference to undeclared local value",
        ],
    );
}

#[test]
fn tabs_in_json_are_two_columns() {
    check(
        "-- main.tf.json --\n{\n\t\"output\": {\n\t\t\"a\": {\n\t\t\t\"value\": \"${local.nope}\"\n\t\t}\n\t}\n}\n",
        &["error main.tf.json:4:19-4:29 Reference to undeclared local value"],
    );
}

#[test]
fn ephemeral_outputs_and_data() {
    check(
        r#"-- main.tf --
variable "e" { ephemeral = true }
data "terraform_remote_state" "r" {
  backend = "local"
  config  = { path = var.e }
}
module "m" { source = "./child" }
-- child/main.tf --
variable "e" {
  ephemeral = true
  default   = 1
}
output "constant" {
  value     = "x"
  ephemeral = true
}
output "within" {
  value     = [var.e]
  ephemeral = true
}
output "whole" {
  value     = "x${var.e}"
  ephemeral = true
}
"#,
        &[
            "error child/main.tf:10:15-10:22 Value not allowed in ephemeral output",
            "error child/main.tf:6:15-6:18 Value not allowed in ephemeral output",
            "error main.tf:4:13-4:29 Invalid use of ephemeral value",
        ],
    );
}

#[test]
fn import_blocks() {
    check(
        r#"-- main.tf --
import {
  to       = terraform_data.a
  id       = "x"
  provider = terraform
}
resource "terraform_data" "a" {}
"#,
        &["error main.tf:4:3-4:23 Invalid import provider argument"],
    );
    check(
        r#"-- main.tf --
import {
  to = terraform_data.a
  id = terraform_data.a.id
}
import {
  to = terraform_data.b
  id = terraform_data.c.nope
}
resource "terraform_data" "a" {}
resource "terraform_data" "b" {}
resource "terraform_data" "c" {}
"#,
        &["error main.tf:3:8-3:24 Invalid import id argument", "error main.tf:7:24-7:29 Unsupported attribute"],
    );
}

#[test]
fn test_files() {
    check(
        r#"-- main.tf --
resource "terraform_data" "a" {}
variable "v" { default = 1 }
-- a.tftest.hcl --
provider "terraform" { version = "1.0" }
variables { v = 2 }
run "one" {
  command = apply
  plan_options {
    mode    = refresh-only
    refresh = false
  }
}
run "one" { command = destroy }
run "bad name" {}
override_resource { values = {} }
override_data { target = terraform_data.a }
nobody "knows" {}
-- tests/b.tftest.hcl --
mock_provider "terraform" {
  mock_resource "terraform_data" { defaults = { id = upper(lower("x")) } }
  override_resource {
    target          = terraform_data.a
    override_during = never
    values          = "x"
  }
}
"#,
        &[
            "error a.tftest.hcl:1:34-1:39 Version constraints are not allowed in test files",
            "error a.tftest.hcl:7:5-7:20 Incompatible plan options",
            "error a.tftest.hcl:10:1-10:10 Duplicate \"run\" block names",
            "error a.tftest.hcl:10:23-10:30 Invalid \"command\" keyword",
            "error a.tftest.hcl:11:5-11:15 Invalid run block name",
            "error a.tftest.hcl:12:1-12:18 Missing target attribute",
            "error a.tftest.hcl:13:17-13:42 Invalid override target",
            "error a.tftest.hcl:14:1-14:7 Unsupported block type",
            "error tests/b.tftest.hcl:2:54-2:71 Function calls not allowed",
            "error tests/b.tftest.hcl:5:5-5:28 Invalid override_during value",
            "error tests/b.tftest.hcl:6:5-6:26 Invalid values attribute",
        ],
    );
}

#[test]
fn what_test_files_refer_to() {
    check(
        r#"-- main.tf --
locals { x = 1 }
resource "terraform_data" "a" {}
-- a.tftest.hcl --
run "one" {
  expect_failures = [local.x, terraform_data.a, output.o, check.c]
  override_resource { target = terraform_data.nope }
}
override_module { target = module.nope }
run "two" {
  module {
    source = "./setup"
  }
}
-- setup/main.tf --
output "x" { value = var.nope }
"#,
        &[
            "error a.tftest.hcl:2:22-2:29 Invalid `expect_failures` reference",
            "error setup/main.tf:1:22-1:30 Reference to undeclared input variable",
            "warning a.tftest.hcl:3:23-3:51 Invalid override target",
            "warning a.tftest.hcl:5:19-5:39 Invalid override target",
        ],
    );
}

#[test]
fn modules_of_test_files_are_installed() {
    let environment = TestEnvironment::of("locals { x = 1 }\n");
    environment.write("setup/main.tf", "output \"x\" { value = 1 }\n");
    environment.write("tests/a.tftest.hcl", "run \"one\" {\n  module {\n    source = \"./setup\"\n  }\n}\n");
    environment.run(&["validate"]).fails(&["Module not installed", "on tests/a.tftest.hcl line 2, in run \"one\":"]);
    environment.run(&["validate", "-no-tests"]).succeeds();
    environment.run(&["init"]).succeeds();
    assert!(environment.read(".terraform/modules/modules.json").contains("\"Key\":\"test.tests.a.one\""));
    environment.run(&["validate"]).succeeds();
}

#[test]
fn another_folder_is_validated_with_what_is_installed_in_this_one() {
    let environment = TestEnvironment::of("");
    environment.write("below/main.tf", "output \"o\" {\n  value = var.nope\n}\n");
    let whole = environment.root().join("below").display().to_string();
    for folder in ["below", "./below/", &whole] {
        environment.run(&["validate", folder]).fails(&["undeclared input variable", "on below/main.tf line 2"]);
    }
    environment.run(&["validate", "."]).succeeds();
    environment.run(&["validate", "nosuch"]).fails(&["Module directory nosuch does not exist or cannot be read."]);
    environment.write("below/main.tf", "module \"m\" {\n  source = \"./m\"\n}\n");
    environment.write("below/m/main.tf", "");
    environment.run(&["validate", "below"]).fails(&["Module not installed", "on below/main.tf line 1"]);
    environment.write("below/a.tf", "output \"a\" {\n  value      = 1\n  depends_on = [\"module.m\"]\n}\n");
    let told = environment.run(&["validate", "-json", "below"]).ends_with(1);
    told.says("Quoted references are deprecated").says("Module not installed");
}

#[test]
fn warnings_are_listed_one_by_one_for_programs_and_together_for_people() {
    let files = "resource \"terraform_data\" \"a\" {\n  depends_on = [\"terraform_data.b\", \"terraform_data.c\"]\n}\n\
                 resource \"terraform_data\" \"b\" {}\nresource \"terraform_data\" \"c\" {}\n";
    let document = validated(&format!("-- main.tf --\n{files}"));
    assert_eq!((&document["warning_count"], &document["valid"]), (&2.into(), &true.into()));
    let ran = TestEnvironment::of(files).run(&["validate"]).succeeds();
    assert!(ran.stdout.contains("(and one more similar warning elsewhere)"), "{}", ran.stdout);
}

#[test]
fn snippets_say_where_they_are() {
    let document = validated(
        r#"-- a.tf --
locals { a = var.nope }
output "b" { value = 1 }
output "b" { value = 1 }
-- b.tf.json --
{"output": {"c": {"value": 1, "sensitive": "maybe"}}}
"#,
    );
    let contexts: Vec<&Value> =
        document["diagnostics"].as_array().expect("a list").iter().map(|found| &found["snippet"]["context"]).collect();
    assert_eq!(contexts, [&Value::from("output.c"), &Value::Null]);
}
