//! Runs that are killed or interrupted: what they did is known to the next one, which goes on from there.

use std::process::{Child, Command};

use crate::environment::TestEnvironment;

/// The first object is made at once, the second waits for a file `go`, the third comes after it.
const ROOT: &str = r#"
resource "terraform_data" "first" {
  provisioner "local-exec" {
    command = "echo first >> created"
  }
}
resource "terraform_data" "second" {
  input = terraform_data.first.id
  provisioner "local-exec" {
    command = "echo second >> created; touch started; for i in $(seq 600); do [ -e go ] && break; sleep 0.05; done"
  }
}
resource "terraform_data" "third" {
  input = terraform_data.second.id
  provisioner "local-exec" {
    command = "echo third >> created"
  }
}
"#;

pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(sent.expect("there is a kill").success());
}

fn begun_with(root: &str) -> (TestEnvironment, Child) {
    let environment = TestEnvironment::of(root);
    let child = environment.start(&["apply", "-auto-approve"]);
    environment.wait_for("started");
    (environment, child)
}

fn begun() -> (TestEnvironment, Child) {
    begun_with(ROOT)
}

/// As [`begun`], with a provisioner that does not end when it is asked to.
fn stubborn() -> (TestEnvironment, Child) {
    begun_with(&ROOT.replace("\"echo second", "\"trap '' TERM INT; echo second"))
}

/// The id of the first object, which was done before the run ended.
fn first(environment: &TestEnvironment) -> String {
    let shown = environment.run(&["state", "show", "terraform_data.first"]).succeeds().stdout;
    shown.lines().find(|line| line.trim().starts_with("id ")).expect("it has an id").to_owned()
}

/// Runs again, to the end: the first object stays, and every other is made once more at most.
fn converges(environment: &TestEnvironment) {
    environment.write("go", "");
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.run(&["plan", "-detailed-exitcode"]).succeeds().says("No changes.");
    assert_eq!(environment.state_list(), ["terraform_data.first", "terraform_data.second", "terraform_data.third"]);
    let created = environment.read("created");
    assert_eq!(created.matches("first").count(), 1, "{created}");
    assert_eq!(created.matches("third").count(), 1, "{created}");
    assert!(!environment.names().iter().any(|name| name.contains("journal")), "{:?}", environment.names());
}

#[test]
fn a_killed_run() {
    let (environment, child) = begun();
    signal(&child, "KILL");
    let ran = environment.ended(child);
    assert_eq!(ran.code, None);
    // The file is there for its lock.
    assert_eq!(environment.read("terraform.tfstate"), "");
    environment.run(&["plan"]).succeeds().says("terraform_data.first: Refreshing state...");
    converges(&environment);
}

#[test]
fn killed_again_and_again() {
    let (environment, child) = begun();
    signal(&child, "KILL");
    environment.ended(child);
    for _ in 0..3 {
        fs_err::remove_file(environment.root().join("started")).expect("the last run made it");
        let child = environment.start(&["apply", "-auto-approve"]);
        environment.wait_for("started");
        signal(&child, "KILL");
        environment.ended(child);
    }
    converges(&environment);
}

#[test]
fn an_interrupt_lets_what_is_running_end() {
    let (environment, child) = stubborn();
    signal(&child, "INT");
    std::thread::sleep(std::time::Duration::from_millis(300));
    environment.write("go", "");
    let ran = environment.ended(child).ends_with(1).says("Interrupt received.").says("Gracefully shutting down...");
    assert!(!ran.stdout.contains("terraform_data.third: Creating"), "{}", ran.stdout);
    assert_eq!(environment.state_list(), ["terraform_data.first", "terraform_data.second"]);
    converges(&environment);
}

#[test]
fn provisioners_are_asked_to_end() {
    for name in ["INT", "TERM"] {
        let (environment, child) = begun();
        signal(&child, name);
        environment.ended(child).fails(&["execution halted", "signal: terminated"]);
        environment.run(&["plan"]).succeeds().says("terraform_data.second is tainted, so must be replaced");
        converges(&environment);
    }
}

/// How long the list of the second is, is known when the first is made; to work it out takes hours.
const ENDLESS: &str = r#"
resource "terraform_data" "first" {
  input = 1000
  provisioner "local-exec" {
    command = "touch started"
  }
}
resource "terraform_data" "second" {
  input = length([
    for a in range(terraform_data.first.output) : length([
      for b in range(1000) : length([for c in range(1000) : length([for d in range(1000) : d])])
    ])
  ])
}
"#;

#[test]
fn an_interrupt_ends_an_evaluation() {
    let (environment, child) = begun_with(ENDLESS);
    signal(&child, "INT");
    environment.ended(child).ends_with(1).says("Interrupt received.");
    assert_eq!(environment.state_list(), ["terraform_data.first"]);
    assert!(!environment.names().iter().any(|name| name.contains("lock.info")), "{:?}", environment.names());
}

#[test]
fn the_second_interrupt_saves_what_is_known() {
    let (environment, child) = stubborn();
    signal(&child, "INT");
    std::thread::sleep(std::time::Duration::from_millis(300));
    signal(&child, "INT");
    let ran = environment.ended(child).fails(&["Operation canceled"]).says("Two interrupts received.");
    assert!(!ran.stdout.contains("terraform_data.third: Creating"), "{}", ran.stdout);
    assert_eq!(environment.state()["resources"][0]["name"], "first");
    let before = first(&environment);
    converges(&environment);
    assert_eq!(first(&environment), before);
}
