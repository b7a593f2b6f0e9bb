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
