//! Copies of the examples, each with an account of its own to work in.

use std::path::Path;
use std::process::{Command, Output};

use landform_simulator::{Account, Simulator};
use tempfile::TempDir;

/// The password that examples are given; no output may have it.
pub(crate) const CANARY: &str = "Canary-secret-6f1d2c";

/// One of the examples in one environment, with the bucket and the table that its state and locks go to.
pub(crate) struct Root {
    pub(crate) account: Account,
    example: &'static str,
    environment: &'static str,
    folder: TempDir,
    /// How fast time passes.
    speed: u32,
}

impl Root {
    /// Makes the bucket and the table, and initializes the example.
    pub(crate) fn new(example: &'static str, environment: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for part in ["examples/state-backend", &format!("examples/{example}"), "modules"] {
            copy(&repository.join(part), &folder.path().join(part));
        }
        let root = Self { account: Simulator::start().account(), example, environment, folder, speed: 1 };
        root.in_backend(&["init", "-input=false"]);
        root.change_backend("apply");
        root.init(&[]);
        root
    }

    /// The network in one environment.
    pub(crate) fn network(environment: &'static str) -> Self {
        Self::new("network", environment)
    }

    /// Lets time pass so many times as fast, in the account and for those who wait for it.
    pub(crate) fn runs_at(&mut self, speed: u32) {
        self.account.time_passes_faster(speed);
        self.speed = speed;
    }

    fn init(&self, more: &[&str]) {
        let settings = format!("-backend-config={}.s3.tfbackend", self.environment);
        let bucket = format!("-backend-config=bucket={}", self.bucket());
        self.ends(0, &[&["init", "-input=false", &settings, &bucket], more].concat());
    }

    /// Goes on with another environment in the same folder.
    pub(crate) fn switched_to(mut self, environment: &'static str) -> Self {
        self.environment = environment;
        self.init(&["-reconfigure"]);
        self
    }

    /// Where the environment lies.
    fn region(&self) -> &'static str {
        match (self.example, self.environment) {
            ("events-registration", _) | (_, "dr") => "us-west-2",
            _ => "us-east-1",
        }
    }

    fn bucket(&self) -> String {
        format!("{}-{}", self.example, self.account.number())
    }

    /// A command that plans, with the environment's variables.
    pub(crate) fn planning(&self, arguments: &[&str]) -> Command {
        let mut command = self.landform(&format!("examples/{}", self.example));
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
        let output = self
            .landform(&format!("examples/{}", self.example))
            .args(["state", "pull"])
            .output()
            .expect("the binary runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// A file of the copy, by its path in the repository.
    pub(crate) fn text(&self, path: &str) -> String {
        fs_err::read_to_string(self.folder.path().join(path)).expect("a file of the repository")
    }

    /// Runs any other command, which has to end with this exit code.
    pub(crate) fn ends(&self, code: i32, arguments: &[&str]) {
        expect(self.landform(&format!("examples/{}", self.example)).args(arguments), code);
    }

    /// Runs a command for the bucket and the table.
    fn in_backend(&self, arguments: &[&str]) {
        expect(self.landform("examples/state-backend").args(arguments), 0);
    }

    pub(crate) fn change_backend(&self, command: &str) {
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
        command.current_dir(self.folder.path().join(root)).env("TF_VAR_db_password", CANARY);
        command.env("LANDFORM_CLOCK_SPEED", self.speed.to_string());
        command
    }

    /// Runs boto3 code as somebody who does not use Landform: `ec2` and others are clients.
    pub(crate) fn outside(&self, code: &str) {
        let prelude = "import boto3\nnames = ('ec2', 'eks', 'elasticache', 'iam', 'kms', 'logs', 'rds', 'secretsmanager')\n\
                       ec2, eks, elasticache, iam, kms, logs, rds, secretsmanager = (boto3.client(name) for name in names)\n";
        let mut python = self.in_account(&landform_simulator::python());
        expect(python.env("AWS_DEFAULT_REGION", self.region()).args(["-c", &format!("{prelude}{code}")]), 0);
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
    assert!(!out.contains(CANARY) && !err.contains(CANARY), "{command:?} shows a secret:\n{out}\n{err}");
}

pub(crate) fn copy(from: &Path, to: &Path) {
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

/// The exit code of `validate` for a root module of one file, and what it prints.
pub(crate) fn validated(text: &str) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs_err::write(folder.path().join("main.tf"), text).expect("a file");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_landform"));
        command.args(arguments).current_dir(folder.path()).env("HOME", folder.path());
        command.output().expect("the program runs")
    };
    assert!(run(&["init", "-input=false"]).status.success(), "{text}");
    let Output { status, stdout, stderr } = run(&["validate", "-no-color"]);
    (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
}
