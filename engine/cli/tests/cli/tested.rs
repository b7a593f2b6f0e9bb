//! `landform test`: test files run on the engine's own provider and on mocks.
//!
//! Each file in `tested/` has a root module with its test files, and what Terraform 1.11.4 says and how it ends, with the
//! product's name in place of its own.

use std::path::Path;
use std::process::Child;
use std::time::Duration;

use serde_json::Value;

use crate::environment::TestEnvironment;
use crate::interrupted::signal;

/// The parts of an archive: `-- name --` on a line of its own begins each.
fn parts(text: &str) -> Vec<(String, String)> {
    let mut parts: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            Some(name) => parts.push((name.to_owned(), String::new())),
            None => parts.last_mut().expect("a file begins with a name").1.push_str(line),
        }
    }
    parts
}

/// In words, because the product's name is longer or shorter; ids and made-up texts are others each time.
fn words(text: &str) -> String {
    let word = |word: &str| {
        let bare = word.trim_matches(|character: char| !character.is_ascii_alphanumeric());
        let is_id = bare.len() == 36 && bare.matches('-').count() == 4;
        let is_made_up =
            bare.len() == 8 && word.starts_with('"') && word.trim_end_matches([',', '.', ':']).ends_with('"');
        if is_id || is_made_up { word.replace(bare, if is_id { "UUID" } else { "RANDOM8" }) } else { word.to_owned() }
    };
    text.replace("Terraform", "Landform").split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn as_terraform_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/tested");
    let mut paths: Vec<_> =
        fs_err::read_dir(folder).expect("the folder").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    assert!(paths.len() > 10);
    for path in paths {
        let archive = parts(&fs_err::read_to_string(&path).expect("a file"));
        let (expected, files): (Vec<_>, Vec<_>) =
            archive.into_iter().partition(|(name, _)| ["exit", "stdout", "stderr"].contains(&name.as_str()));
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let environment = TestEnvironment::new(&files);
        environment.run(&["init"]);
        let ran = environment.run(&["test"]);
        let found = [ran.code.unwrap_or_default().to_string(), ran.stdout, ran.stderr];
        for ((part, expected), found) in expected.iter().zip(found) {
            assert_eq!(words(&found), words(expected), "{part} of {}: {found}", path.display());
        }
        assert!(!environment.has("terraform.tfstate"), "tests have states of their own");
    }
}

const PASSES_AND_FAILS: &[(&str, &str)] = &[
    (
        "main.tf",
        "resource \"terraform_data\" \"a\" {\n  input = \"x\"\n}\noutput \"o\" {\n  value = terraform_data.a.output\n}\n",
    ),
    (
        "a.tftest.hcl",
        "run \"good\" {\n  assert {\n    condition     = output.o == \"x\"\n    error_message = \"never\"\n  }\n}\n",
    ),
    (
        "b.tftest.hcl",
        "run \"bad\" {\n  command = plan\n  assert {\n    condition     = terraform_data.a.input == \"<y>\"\n    error_message = \"it is '${terraform_data.a.input}'\"\n  }\n}\nrun \"broken\" {\n  assert {\n    condition     = output.p\n    error_message = \"\"\n  }\n}\nrun \"left_out\" {}\n",
    ),
];

fn ready() -> TestEnvironment {
    let environment = TestEnvironment::new(PASSES_AND_FAILS);
    environment.run(&["init"]).succeeds();
    environment
}

#[test]
fn messages_for_programs() {
    let environment = ready();
    let ran = environment.run(&["test", "-json"]).ends_with(1);
    let messages: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect();
    let of = |kind: &str| messages.iter().filter(|found| found["type"] == kind).collect::<Vec<_>>();
    let all = serde_json::json!({"a.tftest.hcl": ["good"], "b.tftest.hcl": ["bad", "broken", "left_out"]});
    assert_eq!(of("test_abstract")[0]["test_abstract"], all);
    let ends: Vec<&Value> =
        of("test_run").iter().map(|found| &found["test_run"]["status"]).filter(|status| !status.is_null()).collect();
    assert_eq!(ends, ["pass", "fail", "error", "skip"]);
    let torn_down: Vec<&Value> = of("test_run")
        .iter()
        .filter(|found| found["test_run"]["progress"] == "teardown")
        .map(|found| &found["@testrun"])
        .collect();
    assert_eq!(torn_down, ["good", "broken"], "a plan makes nothing that is to be destroyed");
    let problems: Vec<(&Value, &Value)> =
        of("diagnostic").iter().map(|found| (&found["@testrun"], &found["diagnostic"]["summary"])).collect();
    assert_eq!(problems.len(), 2);
    assert_eq!(problems[0], (&Value::from("bad"), &Value::from("Test assertion failed")));
    let summary = serde_json::json!({"status": "error", "passed": 1, "failed": 1, "errored": 1, "skipped": 1});
    assert_eq!(of("test_summary")[0]["test_summary"], summary);
}

#[test]
fn a_report_in_the_form_of_junit() {
    let environment = ready();
    environment.run(&["test", "-junit-xml=report.xml"]).ends_with(1);
    let report = environment.read("report.xml");
    for expected in [
        "<testsuite name=\"a.tftest.hcl\" tests=\"1\" skipped=\"0\" failures=\"0\" errors=\"0\">",
        "<testsuite name=\"b.tftest.hcl\" tests=\"3\" skipped=\"1\" failures=\"1\" errors=\"1\">",
        "<failure message=\"1 of 1 assertions failed: it is &#39;x&#39;\"><![CDATA[",
        "condition     = terraform_data.a.input == \"<y>\"",
        "<error message=\"Encountered an error\"><![CDATA[",
        "<skipped message=\"Testcase skipped due to a previous testcase error\"><![CDATA[Previous testcase \"broken\" ended",
    ] {
        assert!(report.contains(expected), "{expected} in {report}");
    }
    let cases = report.matches("<testcase name=").count();
    assert_eq!((cases, report.matches(" time=\"").count()), (4, 3), "what was left out took no time: {report}");
}

#[test]
fn what_runs_plan_and_lead_to() {
    let environment = ready();
    let ran = environment.run(&["test", "-verbose", "-filter=a.tftest.hcl"]).succeeds();
    ran.says("run \"good\"... pass # terraform_data.a: resource \"terraform_data\" \"a\" {").says("Outputs: o = \"x\"");
    let ran = environment.run(&["test", "-verbose", "-filter=b.tftest.hcl"]).ends_with(1);
    ran.says("run \"bad\"... fail Landform used the selected providers").says("Plan: 1 to add");
    let ran = environment.run(&["test", "-json", "-verbose"]).ends_with(1);
    let messages = ran.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("a JSON object"));
    let shown: Vec<Value> =
        messages.filter(|found| found["@message"].as_str().unwrap_or("").starts_with("-verbose")).collect();
    assert_eq!(shown[0]["test_state"]["root_module"]["resources"][0]["values"]["output"], "x");
    assert_eq!(shown[1]["test_plan"]["resource_changes"][0]["address"], "terraform_data.a");
    let schemas = &shown[1]["test_plan"]["provider_schemas"]["terraform.io/builtin/terraform"];
    assert!(schemas["resource_schemas"]["terraform_data"].is_object());
}

#[test]
fn which_files_are_run() {
    let environment = ready();
    environment.run(&["test", "-filter=a.tftest.hcl"]).succeeds().says("Success! 1 passed, 0 failed.");
    let ran = environment.run(&["test", "-filter=nope.tftest.hcl"]).succeeds();
    ran.says("Unknown test file").says("Success! 0 passed, 0 failed.");
    environment.run(&["test", "-test-directory=../other"]).fails(&["Invalid testing directory"]);
    environment.run(&["test", "-cloud-run=x"]).fails(&["Remote tests are not supported"]);
    environment.write("other/c.tftest.hcl", "run \"other\" {\n  command = plan\n}\n");
    let ran = environment.run(&["test", "-test-directory=other", "-filter=other/c.tftest.hcl"]).succeeds();
    ran.says("other/c.tftest.hcl... in progress run \"other\"... pass");
}

#[test]
fn secrets_stay_hidden() {
    let environment = TestEnvironment::new(&[
        (
            "main.tf",
            "variable \"secret\" {\n  sensitive = true\n}\noutput \"o\" {\n  value     = var.secret\n  sensitive = true\n}\n",
        ),
        (
            "a.tftest.hcl",
            "variables {\n  secret = \"hunter2\"\n}\nrun \"a\" {\n  assert {\n    condition     = output.o == \"x\"\n    error_message = \"it is ${output.o}\"\n  }\n}\nrun \"b\" {\n  assert {\n    condition     = run.a.o == var.secret && false\n    error_message = run.a.o\n  }\n}\n",
        ),
    ]);
    environment.run(&["init"]).succeeds();
    for arguments in [&["test", "-verbose"][..], &["test", "-json"], &["test", "-junit-xml=report.xml"]] {
        let ran = environment.run(arguments).ends_with(1);
        let all = ran.stdout + &ran.stderr + &environment.read("report.xml");
        assert!(!all.contains("hunter2"), "{all}");
    }
}

#[test]
fn a_run_goes_on_in_waves() {
    let environment = TestEnvironment::new(&[
        (
            "main.tf",
            "resource \"terraform_data\" \"a\" {\n  input = \"x,y\"\n}\nresource \"terraform_data\" \"b\" {\n  for_each = toset(split(\",\", terraform_data.a.output))\n  input    = each.key\n}\n",
        ),
        (
            "a.tftest.hcl",
            "run \"both\" {\n  assert {\n    condition     = [for b in terraform_data.b : b.output] == [\"x\", \"y\"]\n    error_message = jsonencode(keys(terraform_data.b))\n  }\n}\n",
        ),
    ]);
    environment.run(&["init"]).succeeds();
    environment.run(&["test"]).succeeds().says("run \"both\"... pass");
}

const SLOW: &str = r#"
resource "terraform_data" "first" {
  provisioner "local-exec" {
    when    = destroy
    command = "touch destroyed"
  }
}
resource "terraform_data" "slow" {
  input = terraform_data.first.id
  provisioner "local-exec" {
    command = "touch started; for i in $(seq 600); do [ -e go ] && break; sleep 0.05; done"
  }
}
"#;

fn begun() -> (TestEnvironment, Child) {
    let runs = "run \"slow\" {}\nrun \"next\" {}\n";
    let environment = TestEnvironment::new(&[("main.tf", SLOW), ("a.tftest.hcl", runs), ("b.tftest.hcl", runs)]);
    environment.run(&["init"]).succeeds();
    let child = environment.start(&["test", "-junit-xml=report.xml"]);
    environment.wait_for("started");
    (environment, child)
}

#[test]
fn an_interrupt_lets_the_run_end_and_destroys_what_was_made() {
    let (environment, child) = begun();
    signal(&child, "INT");
    std::thread::sleep(Duration::from_millis(300));
    environment.write("go", "");
    let ran = environment.ended(child).ends_with(0);
    ran.says("run \"slow\"... pass run \"next\"... skip a.tftest.hcl... tearing down a.tftest.hcl... pass")
        .says("run \"slow\"... skip run \"next\"... skip")
        .says("Success! 1 passed, 0 failed, 3 skipped.");
    assert!(environment.has("destroyed"));
    assert!(environment.read("report.xml").contains("Testcase skipped due to an interrupt"));
}

#[test]
fn two_interrupts_end_it_and_say_what_is_left() {
    let (environment, child) = begun();
    signal(&child, "INT");
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "INT");
    environment.ended(child).fails(&[
        "Landform was interrupted while executing a.tftest.hcl, and may not have performed the expected cleanup operations.",
        "Landform was in the process of creating the following resources for \"slow\" from the module under test",
        "- terraform_data.first - terraform_data.slow",
    ]);
    assert!(!environment.has("destroyed") && !environment.has("report.xml"));
}
