//! Copies of the examples, each with an account of its own to work in.

use std::path::Path;
use std::process::{Command, Output};

use landform_simulator::{Account, Simulator};
use tempfile::TempDir;

const NETWORK: &str = "examples/network";

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
        for part in ["examples/state-backend", NETWORK, "modules/vpc"] {
            copy(&repository.join(part), &folder.path().join(part));
        }
        let network = Self { account: Simulator::start().account(), environment, folder };
        network.in_backend(&["init", "-input=false"]);
        network.change_backend("apply");
        let settings = format!("-backend-config={environment}.s3.tfbackend");
        network.ends(0, &["init", "-input=false", &settings, &format!("-backend-config=bucket={}", network.bucket())]);
        network
    }

    fn bucket(&self) -> String {
        format!("network-{}", self.account.number())
    }

    /// A command that plans, with the environment's variables.
    pub(crate) fn planning(&self, arguments: &[&str]) -> Command {
        let mut command = self.landform(NETWORK);
        command.args(arguments).args(["-input=false", &format!("-var-file={}.tfvars", self.environment)]);
        command
    }

    /// Runs a command that plans, which has to end with this exit code.
    pub(crate) fn plans(&self, code: i32, arguments: &[&str]) {
        expect(&mut self.planning(arguments), code);
    }

    /// Runs `drift -json` with further flags, which has to end with this exit code; what it printed.
    pub(crate) fn drift(&self, code: i32, flags: &[&str]) -> serde_json::Value {
        let arguments: Vec<&str> = ["drift", "-json"].into_iter().chain(flags.iter().copied()).collect();
        let Output { status, stdout, stderr } = self.planning(&arguments).output().expect("the binary runs");
        let (out, err) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        assert_eq!(status.code(), Some(code), "{out}\n{err}");
        serde_json::from_str(&out).expect("one JSON object")
    }

    /// The state as it is stored.
    pub(crate) fn state(&self) -> String {
        let output = self.landform(NETWORK).args(["state", "pull"]).output().expect("the binary runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A file of the copy, by its path in the repository.
    pub(crate) fn text(&self, path: &str) -> String {
        fs_err::read_to_string(self.folder.path().join(path)).expect("a file of the repository")
    }

    /// Runs any other command, which has to end with this exit code.
    pub(crate) fn ends(&self, code: i32, arguments: &[&str]) {
        expect(self.landform(NETWORK).args(arguments), code);
    }

    /// Runs a command for the bucket and the table.
    fn in_backend(&self, arguments: &[&str]) {
        expect(self.landform("examples/state-backend").args(arguments), 0);
    }

    fn change_backend(&self, command: &str) {
        let bucket = format!("-var=bucket={}", self.bucket());
        self.in_backend(&[command, "-input=false", "-auto-approve", &bucket, "-var=force_destroy=true"]);
    }

    /// Destroys all there is, and looks that nothing is left.
    pub(crate) fn is_destroyed_without_a_trace(&self) {
        self.plans(0, &["destroy", "-auto-approve"]);
        self.change_backend("destroy");
        assert_eq!(self.account.objects(), [], "something is left");
    }

    fn landform(&self, root: &str) -> Command {
        let mut command = self.in_account(Path::new(env!("CARGO_BIN_EXE_landform")));
        command.current_dir(self.folder.path().join(root));
        command
    }

    /// Runs boto3 code as somebody who does not use Landform: `ec2` and others are clients.
    pub(crate) fn outside(&self, code: &str) {
        let prelude = "import boto3\nec2, iam, logs = (boto3.client(name) for name in ('ec2', 'iam', 'logs'))\n";
        expect(self.in_account(&landform_simulator::python()).args(["-c", &format!("{prelude}{code}")]), 0);
    }

    /// A program that knows the account, and nothing of the developer's but PATH and HOME.
    fn in_account(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.account.environment());
        for name in ["PATH", "HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command
    }
}

/// Runs a command, which has to end with this exit code.
fn expect(command: &mut Command, code: i32) {
    let Output { status, stdout, stderr } = command.output().expect("the program runs");
    let (out, err) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert_eq!(status.code(), Some(code), "{command:?}\n{out}\n{err}");
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
