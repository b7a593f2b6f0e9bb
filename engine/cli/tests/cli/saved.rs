//! Saved plans that are not what this program made of this place, and what is told when one is applied.

use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::environment::TestEnvironment;

const ROOT: &str = r#"
variable "n" {
  type    = number
  default = 1
}
variable "list" {
  type    = list(string)
  default = []
}
variable "token" {
  ephemeral = true
  default   = null
}
resource "terraform_data" "a" {
  input = var.n
  lifecycle { ignore_changes = ["input"] }
}
resource "terraform_data" "b" { input = terraform_data.a.id }
output "planned_at" { value = [terraform_data.a.id, plantimestamp()] }
"#;

/// With a saved plan `p`.
fn ready() -> TestEnvironment {
    let environment = TestEnvironment::of(ROOT);
    environment.run(&["init"]).succeeds();
    environment.run(&["plan", "-out=p", "-var=n=1", "-var=list=[]"]).succeeds();
    environment
}

/// Makes `other` of the plan `p`, with one text in one of its files in the place of another.
fn alter(environment: &TestEnvironment, file: &str, from: &str, to: &str) {
    let bytes = fs_err::read(environment.root().join("p")).expect("a plan");
    let mut plan = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut other = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..plan.len() {
        let mut entry = plan.by_index(index).expect("a file");
        let name = entry.name().expect("a name").to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("text");
        if name == file {
            assert!(text.contains(from), "{text}");
            text = text.replace(from, to);
        }
        other.start_file(name, SimpleFileOptions::default()).expect("room");
        other.write_all(text.as_bytes()).expect("room");
    }
    fs_err::write(environment.root().join("other"), other.finish().expect("room").into_inner()).expect("a file");
}

/// What is refused, with the texts that say so, leaves nothing behind and changes nothing.
#[track_caller]
fn refused(environment: &TestEnvironment, command: &[&str], texts: &[&str]) {
    let before = environment.names();
    environment.run(command).fails(texts);
    assert_eq!(environment.names(), before, "no lock, journal or state is left behind");
}

#[test]
fn a_plan_is_applied_by_the_version_that_made_it() {
    let environment = ready();
    alter(&environment, "head.json", "\"landform_version\":\"", "\"landform_version\":\"9");
    for command in [&["apply", "other"][..], &["show", "other"]] {
        refused(
            &environment,
            command,
            &["Plan file of another version", "was made by Landform 9", "Plans are applied by"],
        );
    }
    alter(&environment, "plan.json", "\"format\":1,", "\"format\":2,");
    refused(&environment, &["apply", "other"], &["Invalid plan file", "made by another version of Landform"]);
}

#[test]
fn operations_that_make_no_sense_are_refused() {
    let environment = ready();
    let nonsense: &[&str] = &["Invalid plan file", "its operations make no sense"];
    // One that is not there, and one that waits for itself.
    for wait in ["[0,4000,\"Needs\"]", "[1,1,\"Needs\"]"] {
        alter(&environment, "plan.json", "\"waits\":[", &format!("\"waits\":[{wait},"));
        refused(&environment, &["apply", "other"], nonsense);
    }
}

#[test]
fn what_is_refused_holds_no_lock() {
    let environment = ready();
    for (flags, texts) in [
        (&["-var=n=2"][..], &["Can't change variable when applying a saved plan"][..]),
        (&["-var=n"], &["Invalid -var option"]),
        (&["-var=list=["], &["<value for var.list>"]),
    ] {
        refused(&environment, &[&["apply"], flags, &["p"]].concat(), texts);
    }
    // What can not be read at all is told by itself.
    let unread = environment.run(&["apply", "-var=n", "-var=list=[", "p"]).fails(&["Invalid -var option"]);
    assert!(!unread.stderr.contains("var.list"), "{}", unread.stderr);
    let given = environment.run(&["apply", "-var=token=x", "p"]).fails(&["Ephemeral variable was not set"]);
    assert!(!given.stderr.contains("undeclared"), "{}", given.stderr);
    environment.run(&["apply", "-auto-approve"]).succeeds();
    refused(&environment, &["apply", "p"], &["Saved plan is stale"]);
}

#[test]
fn what_a_plan_does_not_have_is_given_again() {
    let environment = TestEnvironment::of(&format!(
        "{ROOT}resource \"terraform_data\" \"c\" {{\n  input = var.n\n  provisioner \"local-exec\" {{\n    \
         command     = \"echo $TOKEN > token\"\n    environment = {{ TOKEN = var.token }}\n  }}\n}}\n"
    ));
    environment.run(&["init"]).succeeds();
    environment.run(&["plan", "-out=p", "-var=n=2", "-var=token=planned"]).succeeds();
    // What a file that nobody names says is for plans.
    environment.write("a.auto.tfvars", "n = 7\n");
    let applied = environment.run(&["apply", "-var=token=given", "p"]).succeeds();
    assert!(!applied.stdout.contains("Ignoring variable"), "{}", applied.stdout);
    assert_eq!(environment.read("token"), "given\n");
    let state = environment.state().to_string();
    assert!(state.contains("\"input\":{\"value\":2,\"type\":\"number\"}"), "{state}");
}

#[test]
fn plans_that_lead_nowhere_are_refused() {
    let condition = "  lifecycle {\n    precondition {\n      condition     = var.n != 1\n      error_message = \"one\"\n    }\n  }\n";
    let failing = ROOT.replace("  lifecycle { ignore_changes = [\"input\"] }\n", condition);
    let environment = TestEnvironment::of(&failing);
    environment.run(&["init"]).succeeds();
    environment.run(&["plan", "-out=p"]).fails(&["one"]);
    refused(&environment, &["apply", "p"], &["Cannot apply incomplete plan"]);
    environment.write("main.tf", &ROOT.replace("plantimestamp()", "uuid()"));
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.run(&["plan", "-refresh-only", "-out=p"]).succeeds();
    refused(&environment, &["apply", "p"], &["Cannot apply non-applyable plan"]);
}

#[test]
fn a_configuration_that_is_not_sound_any_more_is_refused() {
    let environment = ready();
    alter(&environment, "config/main.tf", "variable \"list\"", "variable \"n\"");
    refused(&environment, &["apply", "other"], &["Duplicate variable declaration"]);
}

#[test]
fn a_plan_is_applied_at_the_time_when_it_was_made() {
    let environment = ready();
    let text = environment.run(&["show", "-json", "p"]).succeeds().stdout;
    let shown: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let time = shown["timestamp"].as_str().expect("a time");
    alter(&environment, "plan.json", time, "yesterday");
    refused(&environment, &["apply", "other"], &["Invalid plan file", "its time is wrong"]);
    alter(&environment, "plan.json", time, "2001-02-03T04:05:06Z");
    environment.run(&["apply", "other"]).succeeds().says("2 added").says("Quoted references are deprecated");
    assert_eq!(environment.state()["outputs"]["planned_at"]["value"][1], "2001-02-03T04:05:06Z");
}
