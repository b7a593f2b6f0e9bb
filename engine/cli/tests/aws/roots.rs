//! Copies of the examples, each with an account of its own to work in.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use landform_simulator::{Account, Simulator};
use tempfile::TempDir;

/// The network in one environment, with the bucket and the table that its state and locks go to.
pub(crate) struct Network {
    pub(crate) account: Account,
    environment: &'static str,
    folder: TempDir,
}

impl Network {
    /// Makes the bucket and the table, and initializes the network.
    pub(crate) fn new(environment: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for part in ["examples/state-backend", "examples/network", "modules/vpc"] {
            copy(&repository.join(part), &folder.path().join(part));
        }
        let network = Self { account: Simulator::start().account(), environment, folder };
        let bucket = network.bucket();
        network.in_backend(&["init", "-input=false"]);
        network.in_backend(&[
            "apply",
            "-input=false",
            "-auto-approve",
            &format!("-var=bucket={bucket}"),
            "-var=force_destroy=true",
        ]);
        let settings = format!("-backend-config={environment}.s3.tfbackend");
        network.ends(0, &["init", "-input=false", &settings, &format!("-backend-config=bucket={bucket}")]);
        network
    }

    pub(crate) fn bucket(&self) -> String {
        format!("network-{}", self.account.number())
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().join("examples/network")
    }

    /// A command with the environment's variables where it plans.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.landform(&self.folder());
        command.args(arguments);
        if ["plan", "apply", "destroy"].contains(&arguments[0]) {
            command.args(["-input=false", &format!("-var-file={}.tfvars", self.environment)]);
        }
        command
    }

    /// Runs a command, which has to end with this exit code.
    pub(crate) fn ends(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("the binary runs");
        expect(&output, code, &arguments.join(" "))
    }

    /// Runs a command for the bucket and the table.
    fn in_backend(&self, arguments: &[&str]) {
        let output = self.landform(&self.folder.path().join("examples/state-backend")).args(arguments).output();
        expect(&output.expect("the binary runs"), 0, &arguments.join(" "));
    }

    /// Destroys all there is, and looks that nothing is left.
    pub(crate) fn is_destroyed_without_a_trace(&self) {
        self.ends(0, &["destroy", "-auto-approve"]);
        let bucket = format!("-var=bucket={}", self.bucket());
        self.in_backend(&["destroy", "-input=false", "-auto-approve", &bucket, "-var=force_destroy=true"]);
        assert_eq!(self.account.objects(), [], "something is left");
    }

    fn landform(&self, folder: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_landform"));
        command.current_dir(folder).env_clear().envs(self.account.environment());
        for name in ["PATH", "HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command
    }

    /// Runs boto3 code as somebody who does not use Landform: `ec2` and others are clients.
    pub(crate) fn outside(&self, code: &str) {
        let prelude = "import boto3\nec2, iam, logs = (boto3.client(name) for name in ('ec2', 'iam', 'logs'))\n";
        let python = std::env::var("LANDFORM_PYTHON").unwrap_or_else(|_| "python3".into());
        let mut command = Command::new(python);
        command.args(["-c", &format!("{prelude}{code}")]).envs(self.account.environment());
        expect(&command.output().expect("Python runs"), 0, code);
    }
}

/// Standard output of a command that ended with this exit code.
pub(crate) fn expect(output: &Output, code: i32, what: &str) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{what}\n{out}\n{err}");
    out.into_owned()
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).expect("a folder");
    for entry in fs_err::read_dir(from).expect("a folder of the repository") {
        let entry = entry.expect("an entry");
        let is_own = !entry.file_name().to_string_lossy().starts_with(".terraform");
        match entry.file_type().expect("its type") {
            kind if kind.is_dir() && is_own => copy(&entry.path(), &to.join(entry.file_name())),
            kind if kind.is_file() && is_own => {
                fs_err::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
            }
            _ => {}
        }
    }
}
