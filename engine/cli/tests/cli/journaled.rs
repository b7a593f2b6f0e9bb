//! Commands that mend state after a run that was killed: they work on what it did as well.

use std::process::Command;

use crate::environment::TestEnvironment;

const ROOT: &str = r#"
resource "terraform_data" "done" {}
resource "terraform_data" "moved" {}
resource "terraform_data" "waiting" {
  input = [terraform_data.done.id, terraform_data.moved.id]
  provisioner "local-exec" {
    command = "touch started; for i in $(seq 600); do [ -e go ] && break; sleep 0.05; done"
  }
}
"#;

/// After a run that made two objects, began with a third, and was killed.
fn killed() -> TestEnvironment {
    let environment = TestEnvironment::of(ROOT);
    let child = environment.start(&["apply", "-auto-approve"]);
    environment.wait_for("started");
    let sent = Command::new("kill").args(["-KILL", &child.id().to_string()]).status();
    assert!(sent.expect("there is a kill").success());
    environment.ended(child);
    environment.write("go", "");
    // The file is there for its lock.
    assert_eq!(environment.read("terraform.tfstate"), "");
    environment
}

#[test]
fn objects_of_the_killed_run_can_be_moved_and_removed() {
    let environment = killed();
    environment.run(&["state", "mv", "terraform_data.moved", "terraform_data.elsewhere"]).succeeds();
    assert!(environment.state_list().contains(&"terraform_data.elsewhere".to_owned()));
    environment.run(&["state", "rm", "terraform_data.done"]).succeeds().says("Removed terraform_data.done");
    assert!(!environment.state_list().contains(&"terraform_data.done".to_owned()), "{:?}", environment.state_list());
    // What was removed does not come back with the journal.
    environment.run(&["plan"]).succeeds().says("terraform_data.done will be created");
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.run(&["plan", "-detailed-exitcode"]).succeeds();
}

#[test]
fn objects_of_the_killed_run_can_be_tainted() {
    let environment = killed();
    environment.run(&["taint", "terraform_data.done"]).succeeds().says("has been marked as tainted");
    environment.run(&["plan"]).succeeds().says("terraform_data.done is tainted, so must be replaced");
    environment.run(&["untaint", "terraform_data.done"]).succeeds();
    let plan = environment.run(&["plan"]).succeeds().stdout;
    assert!(!plan.contains("terraform_data.done is tainted"), "{plan}");
}

#[test]
fn what_the_killed_run_made_is_known_to_import() {
    let environment = killed();
    environment.run(&["import", "terraform_data.done", "x"]).fails(&["Resource already managed by Landform"]);
    environment.write("more.tf", "resource \"terraform_data\" \"more\" {}\n");
    environment.run(&["import", "terraform_data.more", "x"]).succeeds();
    let listed = environment.state_list();
    for name in ["done", "more", "moved"] {
        assert!(listed.contains(&format!("terraform_data.{name}")), "{listed:?}");
    }
}

#[test]
fn a_pushed_state_is_joined_with_what_the_killed_run_made() {
    let environment = killed();
    environment.write("errored.tfstate", "{\"version\": 4, \"serial\": 7, \"lineage\": \"other\", \"resources\": []}");
    environment.run(&["state", "push", "-force", "errored.tfstate"]).succeeds();
    assert_eq!(environment.state()["serial"], 7);
    // The journal is of another lineage; it stays, and is told of.
    environment.run(&["apply", "-auto-approve"]).fails(&["Unusable journal", "lineage"]);
}

#[test]
fn a_failed_change_leaves_the_journal_as_it_was() {
    let environment = killed();
    let journal = environment.read(".default.tfstate.journal");
    let lines = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    environment.run(&["state", "mv", "terraform_data.none", "terraform_data.x"]).fails(&["Invalid source address"]);
    environment.run(&["state", "rm", "terraform_data.none"]).fails(&["Invalid target address"]);
    environment.run(&["taint", "terraform_data.none"]).fails(&["No such resource instance"]);
    assert_eq!(lines(&environment.read(".default.tfstate.journal")), lines(&journal));
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.run(&["plan", "-detailed-exitcode"]).succeeds();
}

#[test]
fn another_state_file_has_nothing_to_do_with_the_journal() {
    let environment = killed();
    environment.write(
        "other.tfstate",
        "{\"version\": 4, \"terraform_version\": \"1.11.4\", \"serial\": 1, \"lineage\": \"l\", \"outputs\": {}, \"resources\": []}",
    );
    environment.run(&["state", "rm", "-state=other.tfstate", "terraform_data.done"]).fails(&["Invalid target address"]);
    assert!(environment.has(".default.tfstate.journal"), "{:?}", environment.names());
    environment.run(&["apply", "-auto-approve"]).succeeds().says("1 added");
}
