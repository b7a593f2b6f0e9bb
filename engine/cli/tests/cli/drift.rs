//! `drift` where nothing can drift, and what it leaves alone. What really drifts is in the tests of the engine and in
//! those on the simulator.

use crate::environment::TestEnvironment;

const THING: &str = "resource \"terraform_data\" \"a\" {\n  input = \"x\"\n}\n";

#[test]
fn nothing_drifted_and_nothing_is_written() {
    let environment = TestEnvironment::of(THING);
    environment.run(&["init"]).succeeds();
    environment.run(&["drift"]).succeeds().says("No drift. There are no objects.");
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let (names, state) = (environment.names(), environment.read("terraform.tfstate"));
    environment.run(&["drift"]).succeeds().says("No drift. The one object is as it was.");
    environment
        .run(&["drift", "-format=markdown"])
        .succeeds()
        .says("<!-- landform-drift -->\n### No drift (1 object read)");
    assert_eq!((environment.names(), environment.read("terraform.tfstate")), (names, state));
}

#[test]
fn changed_configuration_is_no_drift() {
    let environment = TestEnvironment::of(THING);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.write("main.tf", &THING.replace("\"x\"", "\"y\""));
    environment.run(&["plan", "-detailed-exitcode"]).ends_with(2);
    environment.run(&["drift"]).succeeds();
}

#[test]
fn it_does_not_wait_for_a_lock() {
    let environment = TestEnvironment::of(THING);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let slow = format!(
        "{THING}resource \"terraform_data\" \"slow\" {{\n  provisioner \"local-exec\" {{\n    command = \"touch begun; until [ -e end ]; do sleep 0.1; done\"\n  }}\n}}\n"
    );
    environment.write("main.tf", &slow);
    let running = environment.start(&["apply", "-auto-approve"]);
    environment.wait_for("begun");
    environment.run(&["drift"]).succeeds().says("No drift.");
    environment.write("end", "");
    environment.ended(running).succeeds();
    assert_eq!(environment.state_list(), ["terraform_data.a", "terraform_data.slow"]);
}

#[test]
fn one_object_for_programs_errors_too() {
    let environment = TestEnvironment::of(THING);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let said = |code: i32, arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&environment.run(arguments).ends_with(code).stdout).expect("one JSON object")
    };
    let fine = said(0, &["drift", "-json"]);
    assert_eq!(fine["format_version"], "1.0");
    assert_eq!(fine["drifted"], false);
    assert_eq!(fine["summary"]["read"], 1);
    environment.write("main.tf", "resource \"terraform_data\" \"a\" {\n  input = nope\n}\n");
    let wrong = said(1, &["drift", "-json"]);
    assert_eq!(wrong["diagnostics"][0]["severity"], "error");
    environment.run(&["drift"]).fails(&["Invalid reference"]);
}

#[test]
fn wrong_command_lines() {
    let environment = TestEnvironment::of(THING);
    environment.run(&["init"]).succeeds();
    environment.run(&["drift", "-format=xml"]).fails(&["invalid value \"xml\" for flag -format"]);
    environment.run(&["drift", "-json", "-format=markdown"]).fails(&["-json and -format exclude each other"]);
    environment.run(&["drift", "-accept=a b"]).fails(&["Invalid address"]);
    environment.run(&["drift", "-lock=false"]).fails(&["flag provided but not defined: -lock"]);
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment
        .run(&["drift", "-accept=terraform_data.a"])
        .succeeds()
        .says("terraform_data.a was not written: it has not drifted");
}
