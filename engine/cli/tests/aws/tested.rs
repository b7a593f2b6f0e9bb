//! Tests of a module: on mocks, without an account, and on the simulator, where what they make is gone when they end.

use std::path::Path;
use std::process::{Command, Output};

use landform_simulator::{Account, Simulator};
use tempfile::TempDir;

use crate::roots::copy;

/// A copy of the network module.
fn module() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../modules/vpc"), folder.path());
    folder
}

/// What a run knows of the world.
#[derive(Default)]
pub(crate) struct Environment(Vec<(&'static str, String)>);

impl Environment {
    /// An account, and `var.region`.
    pub(crate) fn of(account: &Account) -> Self {
        let region = ("TF_VAR_region", "us-east-1".to_owned());
        Self(account.environment().into_iter().chain([region]).collect())
    }
}

/// Runs a command in a folder, which has to end with this exit code; what it printed.
pub(crate) fn ends(folder: &TempDir, environment: &Environment, code: i32, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_landform"));
    command.env_clear().env("HOME", folder.path()).envs(environment.0.iter().cloned());
    let Output { status, stdout, stderr } =
        command.current_dir(folder.path()).args(arguments).output().expect("the program runs");
    let text = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    assert_eq!(status.code(), Some(code), "{text}");
    text
}

#[test]
fn on_mocks_nobody_is_asked() {
    let folder = module();
    ends(&folder, &Environment::default(), 0, &["init", "-input=false"]);
    let text = ends(&folder, &Environment::default(), 0, &["test"]);
    assert!(text.contains("Success! 4 passed, 0 failed."), "{text}");
}

const REAL: &str = r#"
variables {
  region             = "us-east-1"
  cidr_block         = "10.7.0.0/16"
  availability_zones = ["us-east-1a", "us-east-1b"]
  public_subnets     = ["10.7.101.0/24"]
  private_subnets    = ["10.7.1.0/24", "10.7.2.0/24"]
  single_nat_gateway = true
}

provider "aws" {
  region = var.region
}

run "network" {
  assert {
    condition     = startswith(output.vpc_id, "vpc-") && length(distinct(output.private_subnet_ids)) == 2
    error_message = "vpc is ${output.vpc_id}"
  }
}

run "without_private_subnets" {
  variables {
    private_subnets = []
  }
  assert {
    condition     = output.vpc_id == run.network.vpc_id && length(output.nat_gateway_ids) == 0
    error_message = "it is another network, or has a way out that it does not need"
  }
}
"#;

#[test]
fn what_runs_make_is_destroyed() {
    let folder = module();
    let account = Simulator::start().account();
    let environment = Environment::of(&account);
    fs_err::write(folder.path().join("tests/real.tftest.hcl"), REAL).expect("a file");
    ends(&folder, &environment, 0, &["init", "-input=false"]);
    let text = ends(&folder, &environment, 0, &["test", "-filter=tests/real.tftest.hcl"]);
    assert!(text.contains("Success! 2 passed, 0 failed."), "{text}");
    assert_eq!(account.objects(), [], "something is left");
}
