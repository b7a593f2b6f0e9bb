//! A provider that is configured from what the same root makes: one command brings both up, and one takes both down.

use landform_simulator::Simulator;

use crate::tested::{Environment, ends};

/// The second provider works as a role that is not there yet.
const ROOT: &str = r#"
variable "region" {}

provider "aws" {
  region = var.region
}

resource "aws_iam_role" "builder" {
  name = "builder"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } }]
  })
}

provider "aws" {
  alias  = "builder"
  region = var.region

  assume_role {
    role_arn = aws_iam_role.builder.arn
  }
}

resource "aws_vpc" "built" {
  provider   = aws.builder
  cidr_block = "10.9.0.0/16"
}

resource "aws_subnet" "built" {
  provider   = aws.builder
  count      = length(split("-", aws_vpc.built.id))
  vpc_id     = aws_vpc.built.id
  cidr_block = cidrsubnet("10.9.0.0/16", 8, count.index)
}
"#;

#[test]
fn a_role_and_what_is_made_by_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs_err::write(folder.path().join("main.tf"), ROOT).expect("a file");
    let account = Simulator::start().account();
    let environment = Environment::of(&account);
    let run = |code, arguments: &[&str]| ends(&folder, &environment, code, arguments);
    run(0, &["init", "-input=false"]);
    let planned = run(0, &["plan", "-no-color"]);
    assert!(planned.contains("# aws_vpc.built was deferred"), "{planned}");
    let applied = run(0, &["apply", "-no-color", "-auto-approve"]);
    assert!(applied.contains("Wave 2 is complete"), "{applied}");
    assert!(applied.contains("Apply complete! Resources: 4 added, 0 changed, 0 destroyed."), "{applied}");
    let again = run(0, &["plan", "-no-color", "-detailed-exitcode"]);
    assert!(again.contains("No changes."), "{again}");
    let destroyed = run(0, &["destroy", "-no-color", "-auto-approve"]);
    assert!(destroyed.contains("Destroy complete! Resources: 4 destroyed."), "{destroyed}");
    assert_eq!(account.objects(), [], "something is left");
}
