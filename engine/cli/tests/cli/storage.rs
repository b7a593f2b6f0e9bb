//! States that are locked, newer, another's, or can not be stored: each is told, and nothing is lost.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;

use crate::environment::TestEnvironment;

const ROOT: &str = r#"
resource "terraform_data" "a" {
  provisioner "local-exec" {
    command = "echo a >> created"
  }
}
"#;

/// Goes on until there is a file `go`.
const SLOW: &str = r#"
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "touch started; for i in $(seq 600); do [ -e go ] && break; sleep 0.05; done"
  }
}
"#;

#[test]
fn a_lock_names_its_holder() {
    let environment = TestEnvironment::of(SLOW);
    let other = TestEnvironment::of(ROOT);
    let path = environment.root().join("terraform.tfstate");
    let state = format!("-state={}", path.display());
    let running = environment.start(&["apply", "-auto-approve"]);
    environment.wait_for("started");
    for arguments in
        [&["plan", &state][..], &["apply", "-auto-approve", &state], &["taint", &state, "terraform_data.a"]]
    {
        other.run(arguments).fails(&[
            "Error acquiring the state lock",
            "Who: tester@",
            "Operation: OperationTypeApply",
        ]);
    }
    other.run(&["plan", "-lock-timeout=1s", &state]).fails(&["Error acquiring the state lock", "Who: tester@"]);
    other.run(&["plan", "-lock=false", &state]).succeeds().says("1 to add");
    environment.run(&["apply", "-auto-approve"]).fails(&[
        "Journal is in use",
        "Another run is at work in this directory",
        "Who: tester@",
    ]);
    assert!(!other.has("created"));
    environment.write("go", "");
    environment.ended(running).succeeds().says("1 added");
    assert_eq!(environment.state_list(), ["terraform_data.slow"]);
}

#[test]
fn whoever_waits_gets_the_lock() {
    let environment = TestEnvironment::of(SLOW);
    let other = TestEnvironment::of(ROOT);
    let state = format!("-state={}", environment.root().join("terraform.tfstate").display());
    let running = environment.start(&["apply", "-auto-approve"]);
    environment.wait_for("started");
    let waiting = other.start(&["plan", "-lock-timeout=60s", &state]);
    std::thread::sleep(std::time::Duration::from_millis(300));
    environment.write("go", "");
    environment.ended(running).succeeds();
    other.ended(waiting).succeeds().says("Acquiring state lock. This may take a few moments...").says("1 to add");
}

#[test]
fn states_of_newer_versions_are_refused() {
    let environment = TestEnvironment::of(ROOT);
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let before = environment.read("terraform.tfstate");
    let newer_format = before.replace("\"version\": 4", "\"version\": 5");
    for (state, expected) in [
        (&*newer_format, &["version 5"][..]),
        ("{\"version\": 4, \"serial\":", &["state"]),
        ("no state at all", &["state"]),
        ("{}", &["version"]),
    ] {
        environment.write("terraform.tfstate", state);
        for arguments in [&["plan"][..], &["apply", "-auto-approve"], &["state", "rm", "terraform_data.a"], &["show"]] {
            environment.run(arguments).fails(expected);
            assert_eq!(environment.read("terraform.tfstate"), state, "{arguments:?}");
        }
    }
    assert_eq!(environment.read("created"), "a\n");
    environment.write("terraform.tfstate", &before);
    environment.run(&["plan", "-detailed-exitcode"]).succeeds();
}

#[test]
fn a_state_of_another_root_is_not_pushed() {
    let (environment, other) = (TestEnvironment::of(ROOT), TestEnvironment::of(ROOT));
    environment.run(&["apply", "-auto-approve"]).succeeds();
    other.run(&["apply", "-auto-approve"]).succeeds();
    let before = environment.read("terraform.tfstate");
    environment.write("other.tfstate", &other.read("terraform.tfstate"));
    environment
        .run(&["state", "push", "other.tfstate"])
        .fails(&["cannot import state with lineage", "unrelated state"]);
    environment.write("old.tfstate", &before.replace("\"serial\": 1", "\"serial\": 0"));
    environment.run(&["state", "push", "old.tfstate"]).fails(&["over newer state with serial 1"]);
    environment.run(&["state", "push", "none.tfstate"]).fails(&["no such file"]);
    assert_eq!(environment.read("terraform.tfstate"), before);
    environment.run(&["state", "push", "-force", "other.tfstate"]).succeeds();
    assert_eq!(environment.read("terraform.tfstate"), other.read("terraform.tfstate"));
    environment.run(&["plan", "-detailed-exitcode"]).succeeds();
}

#[test]
fn nothing_is_done_in_a_folder_that_can_not_be_written() {
    let environment = TestEnvironment::of(&ROOT.replace("created", "/dev/null; echo made"));
    let root = environment.root();
    let set_mode = |mode| fs_err::set_permissions(&root, std::fs::Permissions::from_mode(mode)).expect("it is ours");
    let mut command = environment.command_of_anyone(&["apply", "-auto-approve"]);
    set_mode(0o555);
    // Folders are closed to all but the superuser.
    if fs_err::write(root.join("probe"), "").is_ok() {
        fs_err::remove_file(root.join("probe")).expect("it was just made");
        command.uid(65534).gid(65534);
    }
    let ran = environment.finish(&mut command).fails(&["ermission denied"]);
    set_mode(0o755);
    assert!(!ran.stdout.contains("made"), "{}", ran.stdout);
    assert_eq!(environment.names(), ["main.tf"]);
}

/// A limit of the size of files stands for a disk without room.
#[test]
fn nothing_is_done_on_a_full_disk() {
    let environment = TestEnvironment::of(ROOT);
    let limited = |arguments: &str| format!("trap '' XFSZ; ulimit -f 1; exec \"$LANDFORM\" {arguments}");
    environment.script(&limited("apply -auto-approve")).fails(&["File too large"]);
    assert!(!environment.has("created"), "{:?}", environment.names());
    environment.run(&["apply", "-auto-approve"]).succeeds().says("1 added");
    environment.write("main.tf", &format!("{ROOT}output \"long\" {{\n  value = \"{}\"\n}}\n", "x".repeat(3000)));
    let before = environment.read("terraform.tfstate");
    environment.script(&limited("import terraform_data.b x")).fails(&[]);
    environment.script(&limited("apply -auto-approve")).fails(&["File too large"]);
    environment.script(&limited("plan -out=p")).fails(&["Failed to write plan file", "File too large"]);
    assert_eq!(environment.read("terraform.tfstate"), before);
    assert_eq!(environment.read("created"), "a\n");
}

#[test]
fn a_state_that_can_not_be_stored_is_kept_here() {
    let backend = "terraform {\n  backend \"local\" {\n    path = \"place/terraform.tfstate\"\n  }\n}\n";
    let environment =
        TestEnvironment::of(&format!("{backend}{}", ROOT.replace("echo", "rm -rf place; touch place; echo")));
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).fails(&["Failed to persist state to backend", "errored.tfstate"]);
    fs_err::remove_file(environment.root().join("place")).expect("it was put there");
    environment.write("main.tf", &format!("{backend}{ROOT}"));
    environment.run(&["state", "push", "errored.tfstate"]).succeeds();
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
    environment.run(&["plan", "-detailed-exitcode"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds().says("0 added");
    assert_eq!(environment.read("created"), "a\n");
}

/// The disk is full just when the state is to be stored: what was done is in the journal, and the next run has it.
#[test]
fn what_was_done_before_the_disk_was_full_is_not_lost() {
    let output = format!("output \"long\" {{\n  value = \"{}\"\n}}\n", "x".repeat(3 << 20));
    let environment = TestEnvironment::of(&format!("{ROOT}{output}"));
    let ran = environment.script("trap '' XFSZ; ulimit -f 4096; exec \"$LANDFORM\" apply -auto-approve");
    ran.fails(&["File too large"]);
    assert_eq!(environment.read("created"), "a\n");
    environment.write("main.tf", ROOT);
    environment.run(&["apply", "-auto-approve"]).succeeds().says("0 added, 0 changed, 0 destroyed");
    assert_eq!(environment.state_list(), ["terraform_data.a"]);
    assert_eq!(environment.read("created"), "a\n");
}

/// Terraform 1.12 and later write down by what an object is told from all others.
#[test]
fn the_identity_of_an_object_lasts_as_long_as_it() {
    let environment = TestEnvironment::of("resource \"terraform_data\" \"a\" {\n  input = 1\n}\n");
    environment.run(&["apply", "-auto-approve"]).succeeds();
    let state = environment.read("terraform.tfstate");
    let with_identity = "\"schema_version\": 0, \"identity_schema_version\": 3, \"identity\": {\"id\": \"x-1\"},";
    environment.write("terraform.tfstate", &state.replacen("\"schema_version\": 0,", with_identity, 1));
    let identity = || {
        let state: serde_json::Value = serde_json::from_str(&environment.read("terraform.tfstate")).expect("JSON");
        let object = &state["resources"][0]["instances"][0];
        (object["identity_schema_version"].as_i64(), object["identity"]["id"].as_str().map(str::to_owned))
    };
    let kept = (Some(3), Some("x-1".to_owned()));
    assert_eq!(identity(), kept);
    environment
        .write("main.tf", "resource \"terraform_data\" \"a\" {\n  input = 2\n}\noutput \"o\" {\n  value = 1\n}\n");
    environment.run(&["apply", "-auto-approve"]).succeeds().says("1 changed");
    assert_eq!(identity(), kept);
    environment.run(&["state", "mv", "terraform_data.a", "terraform_data.b"]).succeeds();
    environment.run(&["state", "mv", "terraform_data.b", "terraform_data.a"]).succeeds();
    environment.run(&["taint", "terraform_data.a"]).succeeds();
    assert_eq!(identity(), kept);
    environment.run(&["apply", "-auto-approve"]).succeeds().says("1 destroyed");
    assert_eq!(identity(), (None, None), "another object has another");
}

#[test]
fn a_person_is_asked_before_states_are_copied() {
    let environment = TestEnvironment::of(ROOT);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.write("backend.tf", "terraform {\n  backend \"local\" { path = \"other.tfstate\" }\n}\n");
    let one = "Do you want to copy existing state to the new backend?";
    let asked = environment.run(&["init"]).fails(&["Error: Error asking for confirmation: EOF"]);
    assert!(asked.stdout.contains(one), "{}", asked.stdout);
    environment.script("printf 'perhaps\\nperhaps\\n' | \"$LANDFORM\" init").succeeds();
    assert!(!environment.root().join("other.tfstate").exists());
}

#[test]
fn all_workspaces_are_copied_or_none() {
    let environment = TestEnvironment::of(ROOT);
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.run(&["workspace", "new", "w"]).succeeds();
    environment.write("backend.tf", "terraform {\n  backend \"local\" { path = \"other.tfstate\" }\n}\n");
    let question = "Do you want to migrate all workspaces to \"local\"?";
    let asking = "Error asking for state migration action: Error asking for confirmation: EOF";
    let asked = environment.run(&["init"]).fails(&[asking]);
    assert!(asked.stdout.contains(question), "{}", asked.stdout);
    environment.script("echo no | \"$LANDFORM\" init").fails(&["Migration aborted by user."]);
    environment.script("echo yes | \"$LANDFORM\" init").succeeds();
    assert!(environment.root().join("other.tfstate").exists());
}
