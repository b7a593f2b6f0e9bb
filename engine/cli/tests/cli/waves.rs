//! Applies in waves: what one plan can not know, the next does.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::environment::{Ran, TestEnvironment};

/// Two waves: the keys of `b` are known when `a` is there.
const TWO: &str = r#"
resource "terraform_data" "a" {
  input = "x,y"
  provisioner "local-exec" { command = "cp .terraform.tfstate.lock.info first" }
}
resource "terraform_data" "b" {
  for_each = toset(split(",", terraform_data.a.output))
  input    = each.key
}
resource "terraform_data" "c" {
  input = [for b in terraform_data.b : b.output]
  provisioner "local-exec" { command = "cp .terraform.tfstate.lock.info second" }
}
output "c" { value = terraform_data.c.output }
"#;

/// What of [`TWO`] there is in the end.
const ALL: [&str; 4] = ["terraform_data.a", "terraform_data.b[\"x\"]", "terraform_data.b[\"y\"]", "terraform_data.c"];

const NOTE: &str = "Note: This is a partial plan, parts can only be known in the next plan / apply cycle.";

fn ready(text: &str) -> TestEnvironment {
    let environment = TestEnvironment::of(text);
    environment.run(&["init"]).succeeds();
    environment
}

fn is_done(environment: &TestEnvironment, all: &[&str]) {
    assert_eq!(environment.state_list(), all);
    environment.run(&["plan", "-detailed-exitcode"]).succeeds().says("No changes.");
}

fn messages(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
}

#[test]
fn one_command_up_and_one_down() {
    let environment = ready(TWO);
    let planned = environment.run(&["plan", "-detailed-exitcode"]).ends_with(2).says(NOTE);
    let planned =
        planned.says("# terraform_data.b[*] was deferred # (because the number of resource instances is unknown)");
    let planned =
        planned.says("# terraform_data.c was deferred # (because a prerequisite for this resource is deferred)");
    planned.says("Plan: 1 to add, 0 to change, 0 to destroy.");
    let applied = environment.run(&["apply", "-auto-approve"]).succeeds();
    let applied = applied.says("Wave 1 is complete: 1 added, 0 changed, 0 destroyed. Planning what was deferred.");
    let applied = applied.says("Plan: 3 to add, 0 to change, 0 to destroy.");
    let applied = applied.says("Apply complete! Resources: 4 added, 0 changed, 0 destroyed.");
    let applied = applied.says("c = [ \"x\", \"y\", ]");
    assert!(!applied.stdout.contains("Refreshing state"), "what was just made is not read again: {}", applied.stdout);
    is_done(&environment, &ALL);
    assert_eq!(environment.read("first"), environment.read("second"), "the lock is held over all waves");
    assert!(!environment.has(".terraform.tfstate.lock.info"));
    environment.run(&["destroy", "-auto-approve"]).succeeds().says("Destroy complete! Resources: 4 destroyed.");
    assert_eq!(environment.state_list(), [""; 0]);
}

#[test]
fn each_wave_is_asked_for() {
    let environment = ready(TWO);
    let ran = environment.script("printf 'yes\\nno\\n' | \"$LANDFORM\" apply").ends_with(1);
    ran.says("Apply cancelled.").says("What was done before stays: 1 added, 0 changed, 0 destroyed.");
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
    environment.script("echo yes | \"$LANDFORM\" apply").succeeds().says("3 added, 0 changed, 0 destroyed");
    is_done(&environment, &ALL);
    environment
        .run(&["apply", "-auto-approve", "-replace=terraform_data.a"])
        .succeeds()
        .says("1 added, 0 changed, 1 destr");
}

#[test]
fn one_wave_alone_if_that_is_wanted() {
    let environment = ready(TWO);
    let next = "This was a part of what is to be done: changes were deferred. To go on, run: landform apply";
    environment.run(&["apply", "-auto-approve", "-one-wave"]).succeeds().says("1 added").says(next);
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
    let last = environment.run(&["apply", "-auto-approve", "-one-wave"]).succeeds().says("3 added");
    assert!(!last.stdout.contains("To go on"), "{}", last.stdout);
    is_done(&environment, &ALL);
}

#[test]
fn a_saved_plan_is_one_wave() {
    let environment = ready(TWO);
    environment.run(&["plan", "-out=p"]).succeeds();
    environment.run(&["show", "p"]).succeeds().says(NOTE).says("# terraform_data.b[*] was deferred");
    let plan: Value = serde_json::from_str(&environment.run(&["show", "-json", "p"]).succeeds().stdout).expect("JSON");
    assert_eq!((&plan["complete"], &plan["applyable"]), (&false.into(), &true.into()));
    let deferred = plan["deferred_changes"].as_array().expect("a list");
    let told = |deferred: &Value| {
        let change = &deferred["resource_change"];
        let [reason, address, actions] = [&deferred["reason"], &change["address"], &change["change"]["actions"]];
        format!("{reason} {address} {actions} {}", change["index_unknown"])
    };
    let told: Vec<String> = deferred.iter().map(told).collect();
    let expected = [
        r#""instance_count_unknown" "terraform_data.b[*]" ["create"] true"#,
        r#""deferred_prereq" "terraform_data.c" ["create"] null"#,
    ];
    assert_eq!(told, expected);
    environment.run(&["apply", "p"]).succeeds().says("1 added").says("To go on, run: landform apply");
    environment.run(&["apply", "-auto-approve"]).succeeds().says("3 added");
    is_done(&environment, &ALL);
}

#[test]
fn what_can_never_be_known_is_an_error_at_once() {
    let never = "resource \"terraform_data\" \"b\" {\n  for_each = toset([timestamp()])\n}\n";
    let expected = [
        "Deferred changes can not be planned",
        "- terraform_data.b[*]: the number of resource instances is unknown",
        "timestamp()",
    ];
    let environment = ready(never);
    environment.run(&["plan", "-detailed-exitcode"]).ends_with(2).says("No current changes.");
    environment.run(&["apply", "-auto-approve"]).fails(&expected);
    assert!(!environment.has("terraform.tfstate"));
    // Whatever can be done is done first; what changes each time is no progress.
    environment.write("a.tf", "resource \"terraform_data\" \"a\" {\n  input = timestamp()\n}\n");
    environment.run(&["apply", "-auto-approve"]).fails(&expected);
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
}

#[test]
fn a_failure_ends_all_waves() {
    let environment = ready(&TWO.replace("cp .terraform.tfstate.lock.info first", "false"));
    let ran = environment.run(&["apply", "-auto-approve"]).fails(&["local-exec provisioner error"]);
    assert!(!ran.stdout.contains("Wave 1"), "{}", ran.stdout);
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
    environment.write("main.tf", TWO);
    environment.run(&["apply", "-auto-approve"]).succeeds().says("4 added, 0 changed, 1 destroyed");
    is_done(&environment, &ALL);
}

#[test]
fn outputs_that_wait_stay_as_they_were() {
    let environment = ready(TWO);
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.write("main.tf", &TWO.replace("\"x,y\"", "\"z\""));
    environment.run(&["apply", "-auto-approve", "-one-wave"]).succeeds().says("0 added, 1 changed, 0 destroyed");
    assert_eq!(environment.state()["outputs"]["c"]["value"], serde_json::json!(["x", "y"]));
    assert_eq!(environment.state_list(), ALL, "nothing goes before it is known what stays");
    environment.run(&["apply", "-auto-approve"]).succeeds().says("1 added, 1 changed, 2 destroyed");
    assert_eq!(environment.state()["outputs"]["c"]["value"], serde_json::json!(["z"]));
}

#[test]
fn modules_and_data_sources_wait_too() {
    let environment = TestEnvironment::new(&[
        (
            "main.tf",
            r#"
resource "random_pet" "names" { length = 1 }
module "m" {
  source   = "./m"
  for_each = toset([random_pet.names.id])
  name     = each.key
}
data "terraform_remote_state" "other" {
  backend    = "local"
  config     = { path = "other.tfstate" }
  depends_on = [module.m]
}
output "names" { value = [for m in module.m : m.name] }
output "other" { value = data.terraform_remote_state.other.outputs }
"#,
        ),
        (
            "m/main.tf",
            r#"
variable "name" {
  validation {
    condition     = length(var.name) > 0
    error_message = "There is no name."
  }
}
resource "terraform_data" "it" { input = var.name }
output "name" { value = terraform_data.it.output }
"#,
        ),
        ("other.tfstate", r#"{"version": 4, "outputs": {"x": {"value": 1, "type": "number"}}}"#),
    ]);
    environment.run(&["init"]).succeeds();
    let planned =
        environment.run(&["plan", "-out=p"]).succeeds().says("# module.m[*].terraform_data.it[*] was deferred");
    planned.says("# data.terraform_remote_state.other was deferred").says("Plan: 1 to add");
    environment.run(&["apply", "p"]).succeeds().says("1 added").says("To go on");
    let applied = environment.run(&["apply", "-auto-approve"]).succeeds().says("1 added, 0 changed, 0 destroyed");
    applied.says("names = [");
    environment.run(&["plan", "-detailed-exitcode"]).succeeds().says("No changes.");
    environment.run(&["destroy", "-auto-approve"]).succeeds().says("2 destroyed");
}

#[test]
fn messages_for_programs() {
    let environment = ready(TWO);
    let ran = environment.run(&["apply", "-json", "-auto-approve"]).succeeds();
    let all = messages(&ran);
    let summaries: Vec<&Value> = all.iter().filter(|message| message["type"] == "change_summary").collect();
    let counts = |summary: &Value| (summary["changes"]["operation"].clone(), summary["changes"]["add"].clone());
    let told: Vec<(Value, Value)> = summaries.into_iter().map(counts).collect();
    assert_eq!(told, [("plan".into(), 1.into()), ("plan".into(), 3.into()), ("apply".into(), 4.into())]);
    let logged = |message: &Value| message["type"] == "log" && message["@message"].to_string().contains("Wave 1");
    assert!(all.iter().any(logged), "{}", ran.stdout);
}

#[test]
fn variables_are_asked_for_once() {
    let environment = ready(&format!("variable \"text\" {{}}\n{}", TWO.replace("\"x,y\"", "var.text")));
    let ran = environment.script("printf 'v,w\\nyes\\nyes\\n' | \"$LANDFORM\" apply").succeeds();
    ran.says("Apply complete! Resources: 4 added");
    assert_eq!(environment.state_list()[1..3], ["terraform_data.b[\"v\"]", "terraform_data.b[\"w\"]"]);
}

#[test]
fn an_interrupt_at_a_question_gives_everything_back() {
    let environment = ready(TWO);
    let mut command = environment.command(&["apply"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut input = child.stdin.take().expect("a pipe");
    let mut output = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut wait_for = |text: &str| {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            assert!(output.read_line(&mut line).expect("text") > 0, "{text} does not come");
        }
    };
    wait_for("Only 'yes' will be accepted");
    input.write_all(b"yes\n").expect("it reads");
    wait_for("Wave 1 is complete");
    wait_for("Only 'yes' will be accepted");
    assert!(environment.has(".terraform.tfstate.lock.info"));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("there is a kill").success());
    environment.ended(child).fails(&["error asking for approval: interrupted"]);
    drop(input);
    assert!(!environment.has(".terraform.tfstate.lock.info"));
    assert!(!environment.names().iter().any(|name| name.contains("journal")), "{:?}", environment.names());
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
}
