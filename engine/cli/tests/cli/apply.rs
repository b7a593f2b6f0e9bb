//! From configuration to objects and back: plan, apply, destroy, saved plans.

use crate::environment::TestEnvironment;

const ROOT: &str = r#"
resource "terraform_data" "first" {
  input = "one"
}

resource "terraform_data" "second" {
  count = 2
  input = "${terraform_data.first.output}-${count.index}"
}

resource "random_pet" "name" {}

output "pet" {
  value = random_pet.name.id
}
"#;

const BUILTIN: &str = r#"
variable "text" {
  default = "one"
}
resource "terraform_data" "a" {
  input = var.text
}
"#;

fn ready(text: &str) -> TestEnvironment {
    let environment = TestEnvironment::of(text);
    environment.run(&["init"]).succeeds();
    environment
}

#[test]
fn there_and_back() {
    let environment = ready(ROOT);
    environment.run(&["validate"]).succeeds().says("Success! The configuration is valid.");
    environment.run(&["plan", "-detailed-exitcode"]).ends_with(2).says("Plan: 4 to add, 0 to change, 0 to destroy.");
    assert!(!environment.has("terraform.tfstate"), "{:?}", environment.names());
    let applied = environment.run(&["apply", "-auto-approve"]).succeeds();
    let applied = applied.says("Apply complete! Resources: 4 added, 0 changed, 0 destroyed.");
    assert!(applied.stdout.contains("terraform_data.second[1]: Creation complete after 0s"), "{}", applied.stdout);
    environment.run(&["plan", "-detailed-exitcode"]).succeeds().says("No changes.");
    environment.run(&["apply", "-auto-approve"]).succeeds().says("0 added, 0 changed, 0 destroyed");
    assert_eq!(
        environment.state_list(),
        ["random_pet.name", "terraform_data.first", "terraform_data.second[0]", "terraform_data.second[1]"]
    );
    let pet = environment.run(&["output", "-raw", "pet"]).succeeds().stdout;
    assert_eq!(environment.state()["outputs"]["pet"]["value"], pet);
    environment.run(&["destroy", "-auto-approve"]).succeeds().says("Destroy complete! Resources: 4 destroyed.");
    assert_eq!(environment.state_list(), [""; 0]);
    environment.run(&["plan", "-destroy", "-detailed-exitcode"]).succeeds().says("No changes.");
    assert_eq!(
        environment.names(),
        [".terraform.lock.hcl", "main.tf", "terraform.tfstate", "terraform.tfstate.backup"]
    );
}

#[test]
fn nothing_is_done_without_consent() {
    let environment = ready(BUILTIN);
    environment.run(&["apply"]).fails(&["error asking for approval"]);
    environment.script("echo no | \"$LANDFORM\" apply").ends_with(1).says("Apply cancelled.");
    assert!(!environment.has("terraform.tfstate"));
    environment.script("echo yes | \"$LANDFORM\" apply").succeeds().says("1 added");
    environment.script("echo no | \"$LANDFORM\" destroy").ends_with(1).says("Destroy cancelled.");
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
}

#[test]
fn a_saved_plan_is_applied_as_it_was_shown() {
    let environment = ready(BUILTIN);
    environment.run(&["plan", "-out=p", "-var", "text=planned"]).succeeds();
    environment.write("main.tf", &BUILTIN.replace("\"terraform_data\" \"a\"", "\"terraform_data\" \"other\""));
    environment.run(&["show", "p"]).succeeds().says("+ input = \"planned\"");
    environment.run(&["apply", "p"]).succeeds().says("1 added");
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
    environment.run(&["apply", "p"]).fails(&["Saved plan is stale"]);
    environment.run(&["destroy", "p"]).fails(&["Destroy can't be called with a plan file"]);
}

#[test]
fn a_plan_is_good_for_its_own_state_only() {
    let environment = ready(BUILTIN);
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.run(&["plan", "-out=p", "-destroy"]).succeeds();
    let before = environment.read("terraform.tfstate");
    environment.write("terraform.tfstate", &before.replace("\"lineage\": \"", "\"lineage\": \"x"));
    environment.run(&["apply", "p"]).fails(&["Saved plan does not match the given state"]);
    fs_err::remove_file(environment.root().join("terraform.tfstate")).expect("a file");
    environment.run(&["apply", "p"]).fails(&["Saved plan does not match the given state"]);
    // A state that begins with another's content begins with the serial 0.
    let first = before.replace("\"serial\": 1,", "\"serial\": 0,");
    environment.write("terraform.tfstate", &first);
    environment.run(&["plan", "-out=first", "-destroy"]).succeeds();
    environment.write("terraform.tfstate", &first.replace("\"lineage\": \"", "\"lineage\": \"x"));
    environment.run(&["apply", "first"]).fails(&["Saved plan does not match the given state"]);
    environment.write("terraform.tfstate", &before);
    environment.run(&["workspace", "new", "other"]).succeeds();
    environment.run(&["apply", "p"]).fails(&["another workspace"]);
    environment.run(&["workspace", "select", "default"]).succeeds();
    environment.write("broken", "PK\u{3}\u{4}");
    environment.run(&["apply", "broken"]).fails(&["Failed to load plan file"]);
    environment.run(&["apply", "main.tf"]).fails(&["Failed to load \"main.tf\" as a plan file"]);
    environment.run(&["apply", "p"]).succeeds().says("1 destroyed");
    // A state without objects is a state.
    environment.run(&["plan", "-out=again"]).succeeds();
    let empty = environment.read("terraform.tfstate");
    environment.write("terraform.tfstate", &empty.replace("\"lineage\": \"", "\"lineage\": \"x"));
    environment.run(&["apply", "again"]).fails(&["Saved plan does not match the given state"]);
}

#[test]
fn what_changes_is_changed_in_place_or_replaced() {
    let environment = ready(BUILTIN);
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let id = environment.state()["resources"][0]["instances"][0]["attributes"]["id"].clone();
    environment.run(&["apply", "-auto-approve", "-var=text=two"]).succeeds().says("0 added, 1 changed, 0 destroyed");
    let object = environment.state()["resources"][0]["instances"][0]["attributes"].clone();
    assert_eq!((&object["id"], &object["output"]), (&id, &serde_json::json!({"value": "two", "type": "string"})));
    environment.run(&["taint", "terraform_data.a"]).succeeds();
    environment.run(&["apply", "-auto-approve", "-var=text=two"]).succeeds().says("1 added, 0 changed, 1 destroyed");
    let replaced = environment.state()["resources"][0]["instances"][0]["attributes"]["id"].clone();
    assert_ne!(replaced, id);
}

#[test]
fn what_is_another_value_each_time_is_known_after_apply() {
    let environment = ready(
        "resource \"terraform_data\" \"a\" {\n  input = uuid()\n}\nresource \"terraform_data\" \"b\" {\n  input = timestamp()\n}\n",
    );
    let planned = environment.run(&["plan"]).succeeds();
    assert_eq!(planned.stdout.matches("+ input  = (known after apply)").count(), 2, "{}", planned.stdout);
    environment.run(&["apply", "-auto-approve"]).succeeds().says("2 added");
    environment.run(&["plan", "-detailed-exitcode"]).ends_with(2).says("2 to change");
    // Within a second, the time is the same.
    environment.run(&["apply", "-auto-approve"]).succeeds().says("0 added");
}

#[test]
fn messages_for_programs_are_one_object_a_line() {
    let environment = ready(BUILTIN);
    let check = |arguments: &[&str], expected: &[&str]| {
        let ran = environment.run(arguments).succeeds();
        let message = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("a JSON object");
        let kinds: Vec<serde_json::Value> = ran.stdout.lines().map(|line| message(line)["type"].clone()).collect();
        assert_eq!(kinds, expected, "{arguments:?}");
    };
    let changes = ["version", "planned_change", "change_summary"];
    check(&["plan", "-json"], &changes);
    let applied = ["apply_start", "apply_complete", "change_summary", "outputs"];
    check(&["apply", "-json", "-auto-approve"], &[&changes[..], &applied].concat());
    let refreshed = ["version", "refresh_start", "refresh_complete"];
    check(&["refresh", "-json"], &[&refreshed[..], &["outputs"]].concat());
    let destroyed = ["planned_change", "change_summary", "apply_start", "apply_complete", "change_summary"];
    check(&["destroy", "-json", "-auto-approve"], &[&refreshed[..], &destroyed].concat());
}

#[test]
fn a_saved_plan_has_its_values_but_for_ephemeral_ones() {
    let environment = ready(
        r#"
variable "text" {}
variable "token" {
  ephemeral = true
  default   = null
}
variable "secret" {
  sensitive = true
  default   = "hidden"
}
resource "terraform_data" "a" {
  input = var.text
}
"#,
    );
    let check = |planned: &[&str], flags: &[&str], expected: &[&str]| {
        environment.run(&[&["plan", "-out=p", "-var=text=one"], planned].concat()).succeeds();
        environment.run(&[&["apply"], flags, &["p"]].concat()).fails(expected);
    };
    let changed = "Can't change variable when applying a saved plan";
    check(
        &[],
        &["-var=text=two"],
        &[changed, "The saved plan specifies \"one\" as the value", "\"two\" was set by a CLI"],
    );
    check(
        &["-var=secret=given"],
        &["-var=secret=other"],
        &[changed, "specifies (sensitive value)", "the value (sensitive value) was set"],
    );
    check(&[], &["-var=none=1"], &["Value for undeclared variable"]);
    check(&[], &["-var=token=x"], &["Ephemeral variable was not set during planning"]);
    check(&["-var=token=x"], &[], &["No value for required variable", "\"token\" was set during the plan phase"]);
    environment.write("other.tfvars", "text = 3\n");
    check(
        &[],
        &["-var-file=other.tfvars"],
        &[changed, "on other.tfvars line 1", "the value 3 was set by a .tfvars file"],
    );
    environment.run(&["plan", "-out=p", "-var=text=one", "-var=token=x"]).succeeds();
    // Files that are read without being named are for plans, and the environment only draws a warning.
    environment.write("a.auto.tfvars", "text = \"unused\"\n");
    let ran = environment.script("TF_VAR_text=three \"$LANDFORM\" apply -var=text=one -var=token=y p").succeeds();
    assert!(!ran.stdout.contains("Ignoring variable"), "{}", ran.stdout);
    environment.run(&["plan", "-out=p", "-var=text=two"]).succeeds();
    let ran = environment.script("rm a.auto.tfvars; TF_VAR_text=three \"$LANDFORM\" apply p").succeeds();
    ran.says("Ignoring variable when applying a saved plan").says("1 changed");
}

#[test]
fn checks_read_when_everything_has_been_made() {
    let environment = TestEnvironment::of(
        r#"resource "terraform_data" "a" {
  provisioner "local-exec" {
    command = "exit 3"
  }
}

check "later" {
  data "terraform_remote_state" "s" {
    backend = "local"
    config  = { path = "missing.tfstate" }
  }
  assert {
    condition     = data.terraform_remote_state.s.outputs.x == 1
    error_message = "no x"
  }
}
"#,
    );
    environment.run(&["apply", "-auto-approve"]).fails(&["exit status 3"]);
    let state = environment.read("terraform.tfstate");
    assert!(state.contains("\"status\": \"unknown\"") && !state.contains("failure_messages"), "{state}");
}

#[test]
fn an_answer_is_a_whole_line() {
    let environment = TestEnvironment::of(BUILTIN);
    environment.script("printf yes | \"$LANDFORM\" apply").fails(&["error asking for approval: EOF"]);
    environment.script("echo yes | \"$LANDFORM\" apply").succeeds();
}
