//! A security group that is in use is replaced by making the new one, pointing to it what uses the old one, and deleting that.

use std::process::Command;

use landform_simulator::Simulator;

const ROOT: &str = r#"
variable "name" {
  default = "first"
}

provider "aws" {
  region = "us-east-1"
}

resource "aws_vpc" "a" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.a.id
  cidr_block = "10.0.1.0/24"
}

resource "aws_security_group" "a" {
  name   = var.name
  vpc_id = aws_vpc.a.id
}

resource "aws_vpc_security_group_ingress_rule" "a" {
  security_group_id = aws_security_group.a.id
  ip_protocol       = "-1"
  cidr_ipv4         = "10.0.0.0/8"
}

data "aws_ami" "a" {
  most_recent = true
  owners      = ["amazon"]
}

resource "aws_instance" "a" {
  ami                    = data.aws_ami.a.id
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.a.id
  vpc_security_group_ids = [aws_security_group.a.id]
}
"#;

#[test]
fn a_group_in_use_makes_way_for_the_next() {
    let account = Simulator::start().account();
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs_err::write(folder.path().join("main.tf"), ROOT).expect("a file");
    let run = |code: i32, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_landform"));
        command.args(arguments).current_dir(folder.path()).envs(account.environment()).env("HOME", folder.path());
        let output = command.output().expect("the program runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(code), "{text}{}", String::from_utf8_lossy(&output.stderr));
        text
    };
    run(0, &["init"]);
    run(0, &["apply", "-auto-approve"]);
    let said = run(0, &["apply", "-auto-approve", "-var=name=second"]);
    let at = |what: &str| said.find(what).unwrap_or_else(|| panic!("{what} is not said:\n{said}"));
    let made = at("aws_security_group.a: Creation complete");
    let pointed = at("aws_instance.a: Modifications complete");
    let gone = said.rfind("Destruction complete").expect("the old one goes");
    assert!(made < pointed && pointed < gone, "{said}");
    run(0, &["plan", "-detailed-exitcode", "-var=name=second"]);
    run(0, &["destroy", "-auto-approve"]);
    assert_eq!(account.objects(), []);
}
