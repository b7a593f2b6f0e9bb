//! `file` and `remote-exec` on a real OpenSSH server, through the program.

use std::process::Command;
use std::time::Duration;

use crate::environment::TestEnvironment;
use crate::ssh_server::Server;

/// Objects whose provisioners put into the folder of the server what they get; `script` runs for the object `b`.
const ROOT: &str = r#"
variable "script" {
  type = list(string)
}
variable "on" {
  type = object({ port = number, user = string, folder = string })
}
locals {
  key = file("${var.on.folder}/user")
}
resource "terraform_data" "a" {
  input = var.on
  connection {
    host        = "127.0.0.1"
    port        = self.output.port
    user        = self.output.user
    private_key = file("${self.output.folder}/user")
    script_path = "${self.output.folder}/script.sh"
    agent       = false
  }
  provisioner "file" {
    content     = "made of ${self.id}\n"
    destination = "${var.on.folder}/a"
  }
  provisioner "remote-exec" {
    inline = ["echo one", "echo two >&2", "cat ${var.on.folder}/a"]
  }
  provisioner "remote-exec" {
    when   = destroy
    inline = ["rm ${self.output.folder}/a"]
  }
}
resource "terraform_data" "b" {
  depends_on = [terraform_data.a]
  connection {
    host        = "127.0.0.1"
    port        = var.on.port
    user        = var.on.user
    private_key = local.key
    script_path = "${var.on.folder}/script.sh"
    agent       = false
  }
  provisioner "remote-exec" {
    inline     = ["exit 4"]
    on_failure = continue
  }
  provisioner "remote-exec" {
    inline = var.script
  }
}
"#;

fn started(script: &str) -> (TestEnvironment, Server) {
    let server = Server::start();
    let environment = TestEnvironment::of(ROOT);
    let folder = server.path("").display().to_string();
    let on = serde_json::json!({
        "port": server.port,
        "user": Server::user(),
        "folder": folder.trim_end_matches('/'),
    });
    environment.write("terraform.tfvars.json", &serde_json::json!({ "on": on }).to_string());
    script_is(&environment, script);
    environment.run(&["init"]).succeeds();
    (environment, server)
}

fn script_is(environment: &TestEnvironment, script: &str) {
    environment.write("script.auto.tfvars.json", &serde_json::json!({ "script": [script] }).to_string());
}

#[test]
fn machines_are_set_up_and_put_away() {
    let (environment, server) = started("echo three");
    let ran = environment.run(&["apply", "-auto-approve"]).succeeds();
    let lines = [
        "terraform_data.a: Provisioning with 'file'...",
        "terraform_data.a: Provisioning with 'remote-exec'...",
        "terraform_data.a (remote-exec): Connecting to remote host via SSH...",
        "terraform_data.a (remote-exec):   Host: 127.0.0.1",
        &format!("terraform_data.a (remote-exec):   User: {}", Server::user()),
        "terraform_data.a (remote-exec):   Password: false",
        "terraform_data.a (remote-exec):   Private key: true",
        "terraform_data.a (remote-exec):   Certificate: false",
        "terraform_data.a (remote-exec):   SSH Agent: false",
        "terraform_data.a (remote-exec):   Checking Host Key: false",
        "terraform_data.a (remote-exec):   Target Platform: unix",
        "terraform_data.a (remote-exec): Connected!",
        "terraform_data.a (remote-exec): one",
        "terraform_data.a (remote-exec): two",
        "terraform_data.a (remote-exec): made of ",
    ];
    assert!(ran.stdout.contains(&lines.join("\n")), "{}", ran.stdout);
    ran.says("terraform_data.b (remote-exec): three");
    assert!(server.read("a").starts_with("made of "));
    assert_eq!(server.read("script.sh"), "");
    environment.run(&["plan", "-detailed-exitcode"]).succeeds();
    environment.run(&["destroy", "-auto-approve"]).succeeds();
    assert_eq!(server.read("a"), "");
}

#[test]
fn an_object_whose_script_fails_is_made_again() {
    let (environment, server) = started("echo said; exit 3");
    let path = server.path("script.sh").display().to_string();
    let error = format!("error executing \"{path}\": Process exited with status 3");
    let ran = environment.run(&["apply", "-auto-approve"]);
    ran.fails(&["Error: remote-exec provisioner error", "with terraform_data.b,", &error]);
    environment.run(&["plan"]).succeeds().says("terraform_data.b is tainted, so must be replaced");
    script_is(&environment, "true");
    environment.run(&["apply", "-auto-approve"]).succeeds().says("1 added, 0 changed, 1 destroyed");
}

#[test]
fn what_can_not_be_is_found_before_anything_runs() {
    let check = |provisioner: &str, errors: &[&str]| {
        let environment = TestEnvironment::of(&format!("resource \"terraform_data\" \"a\" {{\n{provisioner}\n}}\n"));
        environment.run(&["init"]).succeeds();
        environment.run(&["validate"]).fails(errors);
    };
    let both = "provisioner \"remote-exec\" {\n inline = [\"a\"]\n script = \"b\"\n}";
    let only_one = r#"Only one of "inline", "script", or "scripts" must be set"#;
    check(both, &["Error: Invalid remote-exec provisioner configuration", only_one]);
    check("provisioner \"file\" {\n destination = \"a\"\n}", &["Error: Must provide one of 'source' or 'content'"]);
    check("provisioner \"file\" {\n content = \"a\"\n}", &["The argument \"destination\" is required"]);
}

/// The same root, but for what its connection's type is.
fn connected_by(kind: &str) -> String {
    format!(
        r#"
variable "kind" {{
  default = "winrm"
}}
resource "terraform_data" "kind" {{
  input = var.kind
}}
resource "terraform_data" "a" {{
  connection {{
    type = {kind}
    host = "127.0.0.1"
  }}
  provisioner "local-exec" {{
    command = "exit 0"
  }}
  provisioner "remote-exec" {{
    when   = destroy
    inline = ["exit 0"]
  }}
}}
"#
    )
}

#[test]
fn a_plan_that_would_need_winrm_fails() {
    let environment = TestEnvironment::of(&connected_by("\"winrm\""));
    environment.run(&["init"]).succeeds();
    let place = "on main.tf line 10, in resource \"terraform_data\" \"a\":\n  10:     type = \"winrm\"";
    let what = "Unsupported connection type";
    environment.run(&["validate"]).succeeds().says(&format!("Warning: {what}")).says(place);
    // `local-exec` connects to nothing, and what runs at the end does not run yet.
    environment.run(&["apply", "-auto-approve"]).succeeds().says("2 added");
    let nothing = environment.run(&["plan"]).succeeds();
    assert!(!nothing.stdout.contains(what), "{nothing:?}");
    let error = format!("Error: {what}");
    environment.run(&["plan", "-destroy"]).fails(&[&error, "with terraform_data.a,", place]);
    environment.run(&["plan", "-replace=terraform_data.a"]).fails(&[&error]);
    environment.write("main.tf", &connected_by("\"ssh\""));
    environment.run(&["plan", "-destroy"]).succeeds();
    environment.write("main.tf", &connected_by("\"winrm\"").replace("when ", "on_failure = continue\n    when "));
    environment.run(&["plan", "-destroy"]).succeeds().says(&format!("Warning: {what}"));
    environment.run(&["taint", "terraform_data.a"]).succeeds();
    environment.write("main.tf", &connected_by("\"winrm\""));
    environment.run(&["plan", "-destroy"]).succeeds();
}

#[test]
fn the_type_of_a_connection_counts_once_it_is_known() {
    let created = |kind| connected_by(kind).replace("    when   = destroy\n", "");
    let environment = TestEnvironment::of(&created("var.kind"));
    environment.run(&["init"]).succeeds();
    environment.run(&["validate"]).succeeds().says("Success! The configuration is valid.");
    environment.run(&["plan"]).fails(&["Error: Unsupported connection type", "type = var.kind"]);
    environment.run(&["plan", "-var=kind=ssh"]).succeeds();
    environment.run(&["plan", "-target=terraform_data.kind"]).succeeds();
    environment.write("main.tf", &created("terraform_data.kind.output"));
    environment.run(&["plan"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).fails(&["connection type 'winrm' is not supported"]);
    environment.write("main.tf", "removed {\n  from = terraform_data.a\n}\n");
    environment.run(&["plan"]).succeeds();
}

#[test]
fn secrets_show_nowhere() {
    let (environment, _server) = started("echo three");
    environment.write(
        "secret_override.tf",
        r#"
resource "terraform_data" "b" {
  provisioner "remote-exec" {
    inline = [sensitive("echo s3cret; exit 3")]
  }
}
"#,
    );
    let ran = environment.run(&["apply", "-auto-approve"]);
    let ran = ran.fails(&["Process exited with status 3"]);
    assert!(!ran.stdout.contains("s3cret") && !ran.stderr.contains("s3cret"), "{ran:?}");
    ran.says("terraform_data.b (remote-exec): (output suppressed due to sensitive value in config)");
}

#[test]
fn an_interrupted_run_ends_what_runs_on_the_machine() {
    let (environment, server) = started("");
    let at = |name: &str| server.path(name).display().to_string();
    let (begun, ended) = (at("begun"), at("ended"));
    script_is(&environment, &format!("trap 'echo bye > {ended}; exit' HUP; touch {begun}; sleep 300 & wait"));
    let child = environment.start(&["apply", "-auto-approve"]);
    let wait_for = |name: &str| {
        let came = (0..6000).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            server.path(name).exists()
        });
        assert!(came, "{name} does not come");
    };
    wait_for("begun");
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.expect("there is a kill").success());
    environment.ended(child).fails(&["Error: remote-exec provisioner error", "interrupted"]);
    wait_for("ended");
    environment.run(&["plan"]).succeeds().says("terraform_data.b is tainted, so must be replaced");
}
