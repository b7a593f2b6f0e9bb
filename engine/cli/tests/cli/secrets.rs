//! Sensitive values stand in the state and nowhere else.

use crate::environment::{Ran, TestEnvironment};

const SECRET: &str = "s3cr3t-v4lue";

const ROOT: &str = r#"
variable "secret" {
  sensitive = true
  validation {
    condition     = length(var.secret) > 3
    error_message = "It is too short."
  }
}
variable "hidden" {
  ephemeral = true
  default   = null
}
resource "terraform_data" "a" {
  input            = "plain"
  triggers_replace = [var.secret]
}
resource "terraform_data" "b" {
  triggers_replace = ["prefix-${terraform_data.a.triggers_replace[0]}"]
  provisioner "local-exec" {
    command = "echo ${self.triggers_replace[0]}"
  }
}
resource "random_password" "c" {
  length = 20
  keepers = { by = var.secret }
}
output "secret" {
  value     = var.secret
  sensitive = true
}
"#;

#[track_caller]
fn clean(ran: &Ran, secrets: &[&str]) {
    for secret in secrets {
        assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{secret}: {ran:?}");
    }
}

#[test]
fn nothing_printed_has_them() {
    let environment = TestEnvironment::of(ROOT);
    environment.write("terraform.tfvars", &format!("secret = \"{SECRET}\"\nhidden = \"eph3meral\"\n"));
    environment.run(&["init"]).succeeds();
    environment.run(&["plan", "-out=p"]).succeeds().says("(sensitive value)");
    environment.run(&["apply", "p"]).succeeds();
    let password = environment.state()["resources"][0]["instances"][0]["attributes"]["result"].clone();
    let password = password.as_str().expect("a password");
    environment.write("main.tf", &ROOT.replace("\"plain\"", "\"changed\""));
    for arguments in [
        &["plan"][..],
        &["plan", "-json"],
        &["plan", "-format=markdown"],
        &["plan", "-format=markdown", "-replace=random_password.c"],
        &["show", "-format=markdown", "p"],
        &["plan", "-destroy", "-target=random_password.c"],
        &["plan", "-refresh-only"],
        &["plan", "-replace=random_password.c"],
        &["apply", "-auto-approve"],
        &["apply", "-auto-approve", "-json", "-replace=terraform_data.a"],
        &["refresh"],
        &["show"],
        &["show", "p"],
        &["output"],
        &["state", "list"],
        &["state", "show", "terraform_data.a"],
        &["state", "show", "random_password.c"],
        &["state", "mv", "-dry-run", "terraform_data.a", "terraform_data.z"],
        &["validate"],
        &["taint", "terraform_data.b"],
        &["destroy", "-auto-approve", "-json"],
    ] {
        clean(&environment.run(arguments).succeeds(), &[SECRET, password, "eph3meral"]);
    }
}

#[test]
fn errors_do_not_have_them() {
    let environment = TestEnvironment::of(ROOT);
    environment.run(&["init"]).succeeds();
    let check = |name: &str, text: &str| {
        environment.write(name, text);
        for arguments in [&["plan"][..], &["plan", "-json"], &["plan", "-format=markdown"], &["apply", "-auto-approve"]]
        {
            clean(&environment.run(arguments).ends_with(1), &[SECRET, "eph3meral", "abc"]);
        }
        environment.write(name, "");
    };
    let given = format!("secret = \"{SECRET}\"\nhidden = \"eph3meral\"\n");
    check("terraform.tfvars", "secret = \"abc\"\n");
    environment.write("terraform.tfvars", &given);
    check("bad.tf", "output \"o\" {\n  value = var.secret\n}\n");
    check("bad.tf", "output \"o\" {\n  value = tonumber(var.secret)\n  sensitive = true\n}\n");
    check("bad.tf", "output \"o\" {\n  value = { a = 1 }[var.secret]\n  sensitive = true\n}\n");
    check("bad.tf", "resource \"terraform_data\" \"bad\" {\n  for_each = toset([var.secret])\n}\n");
    check("bad.tf", "resource \"terraform_data\" \"bad\" {\n  input = var.hidden\n}\n");
    check("bad.tf", "resource \"terraform_data\" \"bad\" {\n  count = var.secret\n}\n");
    check("bad.tf", "resource \"random_pet\" \"bad\" {\n  length = var.secret\n}\n");
    check(
        "bad.tf",
        "resource \"terraform_data\" \"bad\" {\n  lifecycle {\n    precondition {\n      condition     = var.secret == \"x\"\n      error_message = \"It is ${var.secret}.\"\n    }\n  }\n}\n",
    );
}

#[test]
fn files_that_hold_them_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let environment = TestEnvironment::of(ROOT);
    environment.write("terraform.tfvars", &format!("secret = \"{SECRET}\"\n"));
    environment.run(&["init"]).succeeds();
    environment.run(&["plan", "-out=p"]).succeeds();
    let mode = fs_err::metadata(environment.root().join("p")).expect("the plan").permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[test]
fn what_is_ignored_stays_as_hidden_as_it_was() {
    let root = |secret: &str, plain: &str| {
        format!(
            r#"
resource "terraform_data" "attribute" {{
  input = {secret}
  lifecycle {{ ignore_changes = [input] }}
}}
resource "terraform_data" "all" {{
  input = {{ hidden = {secret}, shown = {plain} }}
  lifecycle {{ ignore_changes = all }}
}}
variable "version_of" {{ default = 1 }}
resource "terraform_data" "updated" {{
  input = {{ hidden = {secret}, version = var.version_of }}
  lifecycle {{ ignore_changes = [input.hidden] }}
}}
resource "terraform_data" "whole" {{
  input = sensitive({{ part = {plain} }})
  lifecycle {{ ignore_changes = [input.part] }}
}}
resource "terraform_data" "map" {{
  input = sensitive(tomap({{ part = {plain} }}))
  lifecycle {{ ignore_changes = [input["part"]] }}
}}
"#
        )
    };
    let environment = TestEnvironment::of(&root("sensitive(\"s3cret\")", "\"old\""));
    environment.run(&["init"]).succeeds();
    environment.run(&["apply", "-auto-approve"]).succeeds();
    environment.run(&["plan", "-detailed-exitcode"]).succeeds().says("No changes.");
    environment.write("main.tf", &root("\"other\"", "sensitive(\"new\")"));
    environment.run(&["plan", "-detailed-exitcode"]).succeeds().says("No changes.");
    let ran = environment.run(&["apply", "-auto-approve", "-var=version_of=2"]).succeeds();
    assert!(ran.stdout.contains("1 changed"), "{}", ran.stdout);
    let shown = environment.run(&["show"]).succeeds().stdout;
    assert!(!format!("{}{shown}", ran.stdout).contains("other"), "{shown}");
    assert_eq!(shown.matches("(sensitive value)").count(), 5, "{shown}");
}
