//! What plans and applies do and say, recorded from Terraform: a root, and command lines with what they end with.

use crate::environment::{Ran, TestEnvironment};

/// A command line, its exit code, and texts that are printed, each in what is printed behind the one before.
pub(crate) type Step<'a> = (&'a str, i32, &'a [&'a str]);

/// Runs the steps in a root. `FILE<TEXT` writes a file in between.
pub(crate) fn check(root: &str, steps: &[Step<'_>]) -> TestEnvironment {
    let environment = TestEnvironment::of(root);
    environment.run(&["init"]);
    for (line, code, texts) in steps {
        if let Some((name, text)) = line.split_once('<') {
            environment.write(name, text);
            environment.run(&["init"]);
            continue;
        }
        let words: Vec<&str> = line.split(' ').collect();
        let ran = environment.run(&words).ends_with(*code);
        let printed = format!("{}{}", ran.stdout, ran.stderr);
        let mut rest = &*printed;
        for text in *texts {
            let found = rest.find(text);
            let at = found.unwrap_or_else(|| panic!("{line}: {text:?} is not in what is left of\n{printed}"));
            rest = &rest[at + text.len()..];
        }
    }
    environment
}

#[test]
fn what_is_written_in_vain_is_warned_of_by_all_that_reads_it() {
    let root = "resource \"terraform_data\" \"a\" {\n  lifecycle { ignore_changes = [id] }\n}\n";
    let warning = "Redundant ignore_changes element";
    check(
        root,
        &[
            ("plan -out=made", 0, &["1 to add", warning]),
            ("apply made", 0, &["1 added"]),
            ("plan", 0, &["No changes.", warning]),
            ("destroy -auto-approve", 0, &["1 to destroy", warning, "1 destroyed"]),
        ],
    );
}

#[test]
fn a_null_of_a_type_is_the_same_in_the_next_plan() {
    let root = r#"
resource "terraform_data" "a" { input = true ? null : "x" }
resource "terraform_data" "b" { input = [terraform_data.a, terraform_data.a.output] }
"#;
    check(root, &[("apply -auto-approve", 0, &[]), ("plan -detailed-exitcode", 0, &["No changes."])]);
}

#[test]
fn an_output_of_an_object_that_is_not_there_has_its_type() {
    let root = r#"
resource "terraform_data" "a" {}
resource "terraform_data" "b" {}
output "a" { value = terraform_data.a }
output "c" { value = 1 }
"#;
    let steps: &[Step<'_>] =
        &[("apply -auto-approve -target=terraform_data.b", 0, &[]), ("apply -refresh-only -auto-approve", 0, &[])];
    let environment = check(root, steps);
    assert_eq!(environment.state()["outputs"]["a"]["type"][1]["id"], "string");
}

#[test]
fn an_update_that_changes_nothing_after_all_has_the_values_of_before() {
    let root = r#"
variable "v" { default = 1 }
resource "terraform_data" "a" { input = { value = "x", v = var.v } }
resource "terraform_data" "b" {
  input = "b-${terraform_data.a.output.value}"
  lifecycle {
    postcondition {
      condition     = self.output == "b-x"
      error_message = "There is another value."
    }
  }
}
resource "terraform_data" "c" { input = "c-${terraform_data.b.output}" }
"#;
    let environment = check(
        root,
        &[
            ("apply -auto-approve", 0, &["3 added"]),
            ("apply -auto-approve -var=v=2", 0, &["0 to add, 3 to change", "0 added, 1 changed, 0 destroyed"]),
            ("plan -detailed-exitcode -var=v=2", 0, &["No changes"]),
        ],
    );
    assert_eq!(environment.state()["check_results"][0]["status"], "pass");
}

#[test]
fn what_must_stay_is_shown_with_the_error() {
    let root = "resource \"terraform_data\" \"a\" {\n  lifecycle { prevent_destroy = true }\n}\n";
    let texts: &[&str] =
        &["planned the following actions, but then", "will be destroyed", "Instance cannot be destroyed"];
    check(root, &[("apply -auto-approve", 0, &[]), ("plan -destroy", 1, texts)]);
}

#[test]
fn a_state_is_empty_when_it_has_no_outputs_either() {
    check("", &[("taint terraform_data.a", 1, &["The state currently contains no resource instances whatsoever"])]);
    let steps: &[Step<'_>] = &[
        ("apply -auto-approve", 0, &[]),
        (
            "taint terraform_data.a",
            1,
            &["There is no resource instance in the state with the address terraform_data.a"],
        ),
    ];
    check("output \"a\" {\n  value = 1\n}\n", steps);
}

#[test]
fn what_depends_on_what_must_stay_is_not_planned() {
    let root = |count: u32| {
        format!(
            r#"
resource "terraform_data" "before" {{}}
resource "terraform_data" "a" {{
  count = {count}
  input = terraform_data.before.id
  lifecycle {{ prevent_destroy = true }}
}}
module "m" {{
  source = "./m"
  count  = {count}
}}
resource "terraform_data" "after" {{
  input = [length(terraform_data.a), length(module.m[*].id)]
}}
output "count" {{
  value = length(terraform_data.a)
}}
"#
        )
    };
    let module = "m/main.tf<resource \"terraform_data\" \"in\" {\n  lifecycle { prevent_destroy = true }\n}
output \"id\" {\n  value = terraform_data.in.id\n}\n";
    let environment = check(&root(2), &[(module, 0, &[]), ("apply -auto-approve", 0, &[])]);
    environment.write("main.tf", &root(1));
    let refusals = |ran: &Ran| -> Vec<String> {
        let words = ran.stderr.split_whitespace().collect::<Vec<_>>();
        words.windows(2).filter(|pair| pair[1] == "has").map(|pair| pair[0].to_owned()).collect()
    };
    let changes =
        |ran: &Ran| ran.stdout.lines().filter(|line| line.starts_with("  # ") && line.contains("will be")).count();
    let ran = environment.run(&["plan"]).fails(&[]);
    assert_eq!(refusals(&ran), ["terraform_data.a[1]", "module.m[1].terraform_data.in"]);
    assert_eq!(changes(&ran), 2, "{}", ran.stdout);
    assert!(!ran.stdout.contains("Changes to Outputs"), "{}", ran.stdout);
    // What is destroyed after what must stay is not planned either.
    let ran = environment.run(&["plan", "-destroy"]).fails(&[]);
    let all = [
        "terraform_data.a[0]",
        "terraform_data.a[1]",
        "module.m[0].terraform_data.in",
        "module.m[1].terraform_data.in",
    ];
    assert_eq!(refusals(&ran), all);
    assert_eq!(changes(&ran), 5, "{}", ran.stdout);
    assert!(!ran.stdout.contains("terraform_data.before will be destroyed"), "{}", ran.stdout);
    // State knows it by its old name.
    let moved = "moved {\n  from = terraform_data.before\n  to   = terraform_data.first\n}\n";
    let renamed = root(1).replace("\"before\"", "\"first\"").replace("data.before", "data.first");
    environment.write("main.tf", &(renamed + moved));
    let ran = environment.run(&["plan", "-destroy"]).fails(&[]);
    assert!(!ran.stdout.contains("terraform_data.first will be destroyed"), "{}", ran.stdout);
}

#[test]
fn what_is_switched_off_may_have_to_stay() {
    let root = r#"
variable "on" { default = true }
resource "terraform_data" "a" {
  lifecycle {
    enabled         = var.on
    prevent_destroy = true
  }
}
resource "terraform_data" "after" { input = terraform_data.a == null }
"#;
    let refusal = &["1 to destroy", "terraform_data.a has lifecycle.prevent_destroy"];
    let environment = check(root, &[("apply -auto-approve", 0, &[]), ("plan -var=on=false", 1, refusal)]);
    let ran = environment.run(&["plan", "-var=on=false"]).fails(&[]);
    assert!(!ran.stdout.contains("terraform_data.after will be"), "{}", ran.stdout);
}

#[test]
fn nothing_ends_of_what_waits_for_itself() {
    let root = |count: u32, body: &str| format!("resource \"terraform_data\" \"a\" {{\n  count = {count}\n{body}}}\n");
    let environment = check(&root(3, ""), &[("apply -auto-approve", 0, &[])]);
    let provisioner = "  provisioner \"local-exec\" {\n    command = \"echo ${length(terraform_data.a)}\"\n  }\n";
    environment.write("main.tf", &root(2, provisioner));
    let ran = environment.run(&["plan"]).fails(&["Cycle: terraform_data.a[0], terraform_data.a[1]"]);
    assert!(!ran.stdout.contains("will be destroyed"), "{}", ran.stdout);
}

#[test]
fn what_is_replaced_by_request() {
    let root = "resource \"terraform_data\" \"a\" {\n  count = 2\n}\n";
    check(
        root,
        &[
            ("apply -auto-approve", 0, &[]),
            (
                "plan -replace=terraform_data.a",
                0,
                &["No changes.", "Incompletely-matched", "-replace=\"terraform_data.a[1]\""],
            ),
            (
                "plan -replace=module.x",
                1,
                &["Invalid force-replace address", "A resource instance address is required"],
            ),
            ("plan -replace=data.x.y", 1, &["Only managed resources can be used"]),
            ("plan -destroy -replace=terraform_data.a[0]", 1, &["Unsupported plan mode"]),
        ],
    );
}

#[test]
fn moves_out_of_a_module_come_before_the_move_of_the_module() {
    let environment = TestEnvironment::of("module \"m\" {\n  source = \"./m\"\n}\n");
    environment.write("m/main.tf", "resource \"terraform_data\" \"in\" {}\nresource \"terraform_data\" \"out\" {}\n");
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let moved = r#"
moved {
  from = module.m
  to   = module.n
}
moved {
  from = module.m.terraform_data.out
  to   = terraform_data.out
}
module "n" { source = "./m" }
resource "terraform_data" "out" {}
"#;
    environment.write("main.tf", moved);
    environment.write("m/main.tf", "resource \"terraform_data\" \"in\" {}\n");
    environment.run(&["init"]).succeeds();
    environment
        .run(&["apply", "-auto-approve"])
        .succeeds()
        .says("module.m.terraform_data.out has moved to terraform_data.out")
        .says("0 added, 0 changed, 0 destroyed");
    assert_eq!(environment.state_list(), ["terraform_data.out", "module.n.terraform_data.in"]);
}

#[test]
fn a_move_into_an_instance_of_a_module_comes_before_moves_out_of_that() {
    let environment = TestEnvironment::of("module \"m\" {\n  source = \"./m\"\n}\n");
    environment.write("m/main.tf", "resource \"terraform_data\" \"in\" {}\nresource \"terraform_data\" \"out\" {}\n");
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let moved = r#"
moved {
  from = module.m[0].terraform_data.out
  to   = terraform_data.out
}
moved {
  from = module.m
  to   = module.m[0]
}
module "m" {
  source = "./m"
  count  = 1
}
resource "terraform_data" "out" {}
"#;
    environment.write("main.tf", moved);
    environment.write("m/main.tf", "resource \"terraform_data\" \"in\" {}\n");
    environment.run(&["init"]).succeeds();
    environment
        .run(&["apply", "-auto-approve"])
        .succeeds()
        .says("module.m.terraform_data.out has moved to terraform_data.out")
        .says("0 added, 0 changed, 0 destroyed");
}

const HIDDEN: &str = r#"
resource "terraform_data" "shown" {}
resource "terraform_data" "hidden" {}
output "id" { value = terraform_data.shown.id }
"#;

#[test]
fn what_refers_to_a_whole_module_depends_on_all_in_it() {
    let root = r#"
module "m" {
  source = "./m"
  count  = 2
}
resource "terraform_data" "one" { input = module.m[0].id }
resource "terraform_data" "all" { input = module.m[*].id }
variable "v" { default = 1 }
resource "terraform_data" "changed" { input = [module.m[*].id, var.v] }
"#;
    let environment = check(root, &[(&format!("m/main.tf<{HIDDEN}"), 0, &[]), ("apply -auto-approve", 0, &[])]);
    let dependencies = |name: &str| {
        let state = environment.state();
        let mut resources = state["resources"].as_array().expect("resources").iter();
        let found = resources.find(|resource| resource["name"] == name).expect("a resource");
        found["instances"][0]["dependencies"].to_string()
    };
    let shown = r#"["module.m.terraform_data.shown"]"#;
    let both = r#"["module.m.terraform_data.hidden","module.m.terraform_data.shown"]"#;
    assert_eq!(dependencies("one"), shown);
    assert_eq!(dependencies("all"), both);
    // What goes is still part of the module in the plan, and so for what the plan leaves alone.
    environment.write("m/main.tf", &HIDDEN.replace("resource \"terraform_data\" \"hidden\" {}\n", ""));
    environment.run(&["apply", "-auto-approve", "-var=v=2"]).succeeds();
    assert_eq!(dependencies("one"), shown);
    assert_eq!(dependencies("all"), both);
    assert_eq!(dependencies("changed"), shown);
    environment.run(&["apply", "-auto-approve", "-var=v=2"]).succeeds();
    assert_eq!(dependencies("all"), shown);
}

#[test]
fn what_triggers_a_replacement_is_the_reason_before_all_others() {
    let root = r#"
variable "v" { default = 1 }
resource "terraform_data" "a" { input = var.v }
resource "terraform_data" "b" {
  count = 2 + var.v
  lifecycle { replace_triggered_by = [terraform_data.a] }
}
"#;
    let environment = check(
        root,
        &[
            ("apply -auto-approve", 0, &[]),
            ("taint terraform_data.b[0]", 0, &[]),
            ("plan -out=p -var=v=2 -replace=terraform_data.b[1]", 0, &[]),
        ],
    );
    let shown = environment.run(&["show", "-json", "p"]).succeeds().stdout;
    let plan: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let reasons: Vec<String> = plan["resource_changes"].as_array().expect("changes")[1..]
        .iter()
        .map(|change| format!("{} {}", change["change"]["actions"], change["action_reason"]))
        .collect();
    let replaced = r#"["delete","create"] "replace_by_triggers""#;
    assert_eq!(reasons, [replaced, replaced, replaced, r#"["create"] "replace_by_triggers""#]);
}

#[test]
fn infinite_numbers_are_errors() {
    let root = r#"
variable "by" { default = 0 }
resource "terraform_data" "a" { input = { x = [1 / var.by] } }
output "o" { value = -1 / var.by }
output "finite" { value = 1 / var.by > 5 }
"#;
    let errors: &[&str] =
        &["Infinite number", "terraform_data.a.input.x[0] is an infinite number", "output.o is an infinite number"];
    check(root, &[("apply -auto-approve", 1, errors), ("apply -auto-approve -var=by=1", 0, &["1 added"])]);
}

#[test]
fn data_that_apply_will_read_is_not_in_the_prior_state() {
    let root = r#"
variable "v" { default = 1 }
resource "terraform_data" "a" { input = var.v }
data "terraform_remote_state" "later" {
  backend    = "local"
  config     = { path = "${path.module}/terraform.tfstate" }
  depends_on = [terraform_data.a]
}
data "terraform_remote_state" "other" {
  backend = "local"
  config  = { path = "${path.module}/terraform.tfstate" }
}
"#;
    let environment = check(
        root,
        &[
            ("apply -auto-approve -target=terraform_data.a", 0, &[]),
            ("apply -auto-approve", 0, &[]),
            ("plan -out=p -var=v=2 -target=data.terraform_remote_state.later", 0, &["will be read during apply"]),
        ],
    );
    let shown = environment.run(&["show", "-json", "p"]).succeeds().stdout;
    let plan: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let prior: Vec<&serde_json::Value> = plan["prior_state"]["values"]["root_module"]["resources"]
        .as_array()
        .expect("resources")
        .iter()
        .map(|resource| &resource["address"])
        .collect();
    assert_eq!(prior, ["data.terraform_remote_state.other", "terraform_data.a"]);
}

#[test]
fn nothing_is_said_of_instances_whose_number_is_wrong() {
    let root = r#"
variable "n" { default = 1 }
resource "terraform_data" "a" {}
resource "terraform_data" "b" { count = var.n }
"#;
    let environment = check(root, &[("apply -auto-approve", 0, &[])]);
    let said = environment.run(&["plan", "-var=n=-1"]).fails(&["Invalid count argument"]).stdout;
    assert!(said.contains("terraform_data.a: Refreshing") && !said.contains("terraform_data.b"), "{said}");
}

#[test]
fn what_is_imported_depends_on_nothing_yet() {
    let root = r#"
resource "terraform_data" "a" {}
resource "terraform_data" "b" { input = terraform_data.a.id }
import {
  to = terraform_data.b
  id = "b"
}
"#;
    let environment = check(root, &[("apply -auto-approve -target=terraform_data.a", 0, &[]), ("plan -out=p", 0, &[])]);
    let shown = environment.run(&["show", "-json", "p"]).succeeds().stdout;
    let plan: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    let prior = &plan["prior_state"]["values"]["root_module"]["resources"][1];
    assert_eq!((prior["address"].as_str(), prior.get("depends_on")), (Some("terraform_data.b"), None));
}

const CHECKS: &str = r#"
variable "v" {
  type    = number
  default = 1
}
resource "terraform_data" "a" { input = var.v }
check "known" {
  assert {
    condition     = var.v < 5
    error_message = "v is ${var.v}"
  }
}
check "later" {
  assert {
    condition     = terraform_data.a.output == 1
    error_message = "a is ${terraform_data.a.output}"
  }
}
check "elsewhere" {
  data "terraform_remote_state" "x" {
    backend = "local"
    config  = { path = "nosuch.tfstate" }
  }
  assert {
    condition     = data.terraform_remote_state.x.outputs != null
    error_message = "no outputs"
  }
}
"#;

#[test]
fn checks_are_told_once_and_kept() {
    let environment = check(
        CHECKS,
        &[
            (
                "plan",
                0,
                &[
                    "(config will be reloaded to verify a check block)",
                    "known after apply",
                    "Unable to find remote state",
                ],
            ),
            ("apply -auto-approve -var=v=7", 0, &["v is 7", "a is 7", "1 added"]),
        ],
    );
    let state = environment.state();
    let results = state["check_results"].as_array().expect("results");
    let of = |name: &str| results.iter().find(|found| found["config_addr"] == name).expect("a result");
    assert_eq!(of("check.known")["objects"][0]["failure_messages"][0], "v is 7");
    let unread = of("check.elsewhere")["objects"][0]["failure_messages"][0].as_str().expect("a message").to_owned();
    assert!(unread.starts_with("Unable to find remote state: "), "{unread}");
    let again = environment.run(&["apply", "-auto-approve", "-var=v=7"]).succeeds();
    assert_eq!(again.stdout.matches("\nv is 7\n").count(), 1, "{}", again.stdout);
    environment.run(&["refresh", "-var=v=7"]).succeeds();
    assert!(environment.state()["check_results"].is_null());
    environment.run(&["destroy", "-auto-approve"]).succeeds().says("Destroy complete!");
    let state = environment.state();
    assert_eq!(state["check_results"][0]["status"], "unknown");
    assert!(state["resources"].as_array().is_none_or(Vec::is_empty), "data sources go, too");
}

#[test]
fn wrong_variables_stop_what_needs_them() {
    let root = r#"
variable "v" {
  type    = number
  default = 1
  validation {
    condition     = var.v < 9
    error_message = "too big"
  }
}
resource "terraform_data" "a" { input = var.v }
resource "terraform_data" "b" {}
"#;
    let environment = check(
        root,
        &[
            ("apply -auto-approve", 0, &[]),
            ("plan -var=v=x", 1, &["Planning failed.", "Invalid value for input variable"]),
            ("plan -var=v=9", 1, &["Planning failed.", "too big"]),
        ],
    );
    for value in ["-var=v=x", "-var=v=9"] {
        let ran = environment.run(&["plan", value]);
        assert!(ran.stdout.contains("terraform_data.b: Refreshing"), "{}", ran.stdout);
        assert!(!ran.stdout.contains("terraform_data.a: Refreshing"), "{}", ran.stdout);
    }
    let cycle = r#"
variable "v" {
  default = 1
  validation {
    condition     = var.v == 1 || terraform_data.a.id != ""
    error_message = "x"
  }
}
resource "terraform_data" "a" { input = var.v }
"#;
    check(cycle, &[("plan", 1, &["Cycle: ", "var.v (validation)"])]);
}

#[test]
fn validate_knows_what_is_constant() {
    let module = "main.tf<module \"m\" {\n  source = \"./m\"\n  n = 11\n}\n";
    let called = "m/main.tf<variable \"n\" {\n  validation {\n    condition = var.n < 10\n    error_message = \"n is ${var.n}\"\n  }\n}\n";
    check("", &[(called, 0, &[]), (module, 0, &[]), ("validate", 1, &["Invalid value for variable", "n is 11"])]);
    let ephemeral = r#"
variable "token" {
  default   = "x"
  ephemeral = true
}
resource "terraform_data" "a" { input = var.token }
"#;
    check(ephemeral, &[("validate", 1, &["Invalid use of ephemeral value", "with terraform_data.a"])]);
}

#[test]
fn errors_of_init_come_once_everything_was_tried() {
    let twice = "resource \"terraform_data\" \"a\" {\n  lifecycle {}\n  lifecycle {}\n}\n";
    let environment = TestEnvironment::of(twice);
    let ran = environment.run(&["init"]).ends_with(1);
    assert!(ran.stdout.contains("Initializing the backend..."), "{}", ran.stdout);
    assert_eq!(ran.stderr.matches("Duplicate lifecycle block").count(), 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("encountered problems during initialisation"), "{}", ran.stderr);
    check("resource \"terraform_data\" \"a\" {\n", &[("init", 1, &["Unclosed configuration block"])]);
}

#[test]
fn blocks_are_written_for_what_is_imported() {
    let root = r#"
import {
  to = random_integer.a
  id = "5,1,9"
}
import {
  to = terraform_data.b
  id = "b"
}
resource "terraform_data" "b" {
  input = 1
}
"#;
    let asked = &["Configuration for import target does not exist", "plan -generate-config-out=generated.tf"];
    let environment = check(root, &[("plan", 1, &["terraform_data.b will be updated in-place"]), ("plan", 1, asked)]);
    let line = ["plan", "-generate-config-out=made.tf", "-out=p"];
    let ran = environment.run(&line);
    let made = environment.has("made.tf").then(|| environment.read("made.tf"));
    let ran = ran.succeeds().says("(config will be generated)").says("written it to made.tf");
    let expected = r#"# __generated__ by Terraform
# Please review these resources and move them into your main configuration files.

# __generated__ by Terraform from "5,1,9"
resource "random_integer" "a" {
  keepers = null
  max     = 9
  min     = 1
  seed    = null
}
"#;
    assert_eq!(made.as_deref(), Some(expected), "{}", ran.stdout);
    environment.run(&line).fails(&["Target generated file already exists"]);
    let shown = environment.run(&["show", "-json", "p"]).succeeds();
    assert!(shown.stdout.contains("\"generated_config\":\"resource"), "{}", shown.stdout);
    // What was written is no part of the configuration that was planned.
    let plan: serde_json::Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let declared = plan["configuration"]["root_module"]["resources"].as_array().expect("resources");
    assert_eq!(declared.iter().map(|found| &found["address"]).collect::<Vec<_>>(), ["terraform_data.b"]);
    environment.run(&["apply", "p"]).succeeds().says("2 imported");
    environment.run(&["plan", "-detailed-exitcode"]).succeeds().says("No changes.");
}

#[test]
fn refreshing_what_is_not_there() {
    let root = "resource \"terraform_data\" \"a\" {}\noutput \"o\" {\n  value = terraform_data.a.output\n}\noutput \"v\" {\n  value = 1\n}\n";
    check(root, &[("refresh", 0, &["Empty or non-existent state", "v = 1"])]);
}

#[test]
fn who_only_refreshes_evaluates_no_arguments() {
    let root = r#"
variable "map" { default = {} }
resource "terraform_data" "there" { input = lookup(var.map, "a", "x") }
"#;
    let wrong = r#"
resource "terraform_data" "there" { input = var.map["a"] }
resource "terraform_data" "new" { input = var.map["b"] }
"#;
    let environment = check(root, &[("apply -auto-approve", 0, &["1 added"])]);
    environment.write("main.tf", &format!("variable \"map\" {{ default = {{}} }}\n{wrong}"));
    environment.run(&["plan", "-refresh-only"]).ends_with(0);
    environment.run(&["plan"]).ends_with(1);
}

#[test]
fn what_is_declared_removed_and_still_there_hinders_what_plans_it() {
    let root = "resource \"terraform_data\" \"a\" {}";
    let environment = check(root, &[("apply -auto-approve", 0, &["1 added"])]);
    environment.write("removed.tf", "removed {\n  from = terraform_data.a\n  lifecycle { destroy = true }\n}");
    for (line, code) in [
        ("plan", 1),
        ("plan -destroy", 1),
        ("plan -destroy -refresh=false", 0),
        ("plan -refresh-only", 0),
        ("refresh", 1),
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        environment.run(&words).ends_with(code);
    }
    environment.run(&["state", "rm", "terraform_data.a"]).ends_with(0);
    environment.run(&["plan", "-destroy"]).ends_with(0);
}

#[test]
fn other_differences_of_wording_and_value() {
    let root = r#"
variable "n" {
  type    = string
  default = null
}
resource "terraform_data" "a" {
  input = var.n
}
resource "terraform_data" "b" {
  input = { x = 1, y = 1 }
  lifecycle { ignore_changes = [input["x"]] }
}
output "n" { value = "x" }
"#;
    let later = root.replace("x = 1, y = 1", "x = 2, y = 2").replace("value = \"x\"", "value = null");
    let later = format!("main.tf<{later}");
    check(
        root,
        &[
            ("apply -auto-approve", 0, &["2 added"]),
            ("plan -detailed-exitcode", 0, &["No changes."]),
            (&later, 0, &[]),
            ("plan -out=p", 0, &["- n = \"x\" -> null", "without changing any real infrastructure"]),
            ("show -json p", 0, &["\"actions\":[\"update\"]"]),
            ("plan -out=nosuch/p", 1, &["open nosuch/p: no such file or directory"]),
            ("show nosuch", 1, &["State read error", "open nosuch: no such file", "Plan read error"]),
            ("-help -no-color", 0, &["Main commands"]),
        ],
    );
}

#[test]
fn each_call_tells_what_is_wrong_with_a_module_but_for_its_syntax() {
    let calls = "module \"a\" {\n  source = \"./m\"\n}\nmodule \"b\" {\n  source = \"./m\"\n}\n";
    let module = "resource \"terraform_data\" \"x\" {\n  input = 1\n}\n";
    let environment = TestEnvironment::new(&[("main.tf", calls), ("m/main.tf", module)]);
    environment.run(&["init"]).succeeds();
    environment.write("m/main.tf", "locals {\n  a = 1\n  a = 2\n}\nvariable \"x\" {\n  type = nosuch\n}\n");
    for command in ["init", "validate", "plan"] {
        let ran = environment.run(&[command]);
        let count = |text| ran.stderr.matches(text).count();
        let counts = (count("Attribute redefined"), count("Invalid type specification"));
        assert_eq!(counts, (1, 2), "{command}\n{}", ran.stderr);
    }
}

#[test]
fn data_of_checks_says_why_it_waits() {
    let check_of = |name: &str, path: &str, more: &str| {
        format!(
            r#"
check "{name}" {{
  data "terraform_remote_state" "{name}" {{
    backend  = "local"
    config   = {{ path = {path} }}
    defaults = {{ n = 1 }}
    {more}
  }}
  assert {{
    condition     = data.terraform_remote_state.{name}.outputs.n == 1
    error_message = "Another n."
  }}
}}
"#
        )
    };
    let root = [
        "resource \"terraform_data\" \"a\" { input = \"nosuch\" }\n".to_owned(),
        check_of("known", "\"other.tfstate\"", ""),
        check_of("named", "\"other.tfstate\"", "depends_on = [terraform_data.a]"),
        check_of("unknown", "terraform_data.a.output", ""),
    ];
    let state = r#"{"version":4,"serial":1,"lineage":"l","outputs":{},"resources":[]}"#;
    let reasons = [
        "(config will be reloaded to verify a check block)",
        "(depends on a resource or a module with changes pending)",
        "(config refers to values not yet known)",
    ];
    check(&root.concat(), &[(&format!("other.tfstate<{state}"), 0, &[]), ("plan", 0, &reasons)]);
}

#[test]
fn outputs_as_terraform_counts_them() {
    let root = r#"
resource "terraform_data" "a" {}
output "empty" {
  value     = ""
  sensitive = true
}
output "none" { value = null }
output "gone" { value = "x" }
"#;
    let later = root.replace("null", "1").replace("output \"gone\" { value = \"x\" }\n", "");
    let environment = check(
        root,
        &[
            ("apply -auto-approve", 0, &["+ gone  = \"x\"", "1 added"]),
            (&format!("main.tf<{later}"), 0, &[]),
            ("plan", 0, &["- gone  = \"x\" -> null", "+ none  = 1"]),
            ("plan -target=terraform_data.a", 0, &["No changes."]),
            ("apply -auto-approve -target=terraform_data.a", 0, &["gone = \"x\""]),
        ],
    );
    let ran = environment.run(&["plan"]).ends_with(0);
    assert!(!ran.stdout.contains("empty"), "an empty text that is hidden is as good as none\n{}", ran.stdout);
}

#[test]
fn an_output_that_state_has_as_null_is_updated() {
    let state =
        r#"{"version":4,"serial":1,"lineage":"l","outputs":{"b":{"value":null,"type":"string"}},"resources":[]}"#;
    let environment = check(
        "output \"b\" { value = \"x\" }\noutput \"new\" { value = \"x\" }\n",
        &[(&format!("terraform.tfstate<{state}"), 0, &[]), ("plan -out=p", 0, &["+ b   = \"x\""])],
    );
    let plan: serde_json::Value = serde_json::from_str(&environment.run(&["show", "-json", "p"]).stdout).expect("JSON");
    let action = |name: &str| plan["output_changes"][name]["actions"][0].clone();
    assert_eq!((action("b"), action("new")), ("update".into(), "create".into()));
}
