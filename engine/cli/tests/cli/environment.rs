//! A root module in a folder of its own, with a home of its own, and the program run in it.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A root module in a temporary folder.
pub(crate) struct TestEnvironment {
    folder: TempDir,
}

/// What a run printed and how it ended; paths of the folder are written as `$ROOT`.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; `None` after a signal.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

impl TestEnvironment {
    /// With these files.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let this = Self { folder: TempDir::new().expect("a temporary folder") };
        fs_err::create_dir(this.root()).expect("a folder for the root module");
        fs_err::create_dir(this.folder.path().join("home")).expect("a home");
        for (name, text) in files {
            this.write(name, text);
        }
        this
    }

    /// With one file, `main.tf`.
    pub(crate) fn of(text: &str) -> Self {
        Self::new(&[("main.tf", text)])
    }

    /// The root module's folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.root().join(name);
        fs_err::create_dir_all(path.parent().expect("within the root")).expect("a folder");
        fs_err::write(path, text).expect("a file");
    }

    /// A file's text; empty where there is none.
    pub(crate) fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.root().join(name)).unwrap_or_default()
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.root().join(name).exists()
    }

    /// The names of all files in the root module's folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs_err::read_dir(self.root()).expect("the folder").flatten();
        let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        names
    }

    /// The addresses in state.
    pub(crate) fn state_list(&self) -> Vec<String> {
        self.run(&["state", "list"]).succeeds().stdout.lines().map(str::to_owned).collect()
    }

    /// The stored state.
    pub(crate) fn state(&self) -> serde_json::Value {
        serde_json::from_str(&self.read("terraform.tfstate")).expect("a state file")
    }

    /// A command that is ready to run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(program(), arguments)
    }

    /// A command that any user may run, from a copy of the program: the build's own folder may be closed to others.
    pub(crate) fn command_of_anyone(&self, arguments: &[&str]) -> Command {
        let copy = self.folder.path().join("landform");
        fs_err::copy(program(), &copy).expect("there is room");
        fs_err::set_permissions(self.folder.path(), Permissions::from_mode(0o755)).expect("it is ours");
        self.command_of(&copy, arguments)
    }

    fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments);
        self.surround(&mut command);
        command
    }

    /// The program run by a shell script, as `"$LANDFORM"`.
    pub(crate) fn script(&self, script: &str) -> Ran {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        self.surround(&mut command);
        self.finish(command.env("LANDFORM", program()))
    }

    fn surround(&self, command: &mut Command) {
        command
            .current_dir(self.root())
            .env_clear()
            .env("HOME", self.folder.path().join("home"))
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("USER", "tester")
            .stdin(Stdio::null());
    }

    /// Runs to the end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.finish(&mut self.command(arguments))
    }

    /// Runs a command to the end.
    pub(crate) fn finish(&self, command: &mut Command) -> Ran {
        self.ended(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts"))
    }

    /// Starts a run that goes on behind.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
    }

    /// Waits for a run.
    pub(crate) fn ended(&self, child: Child) -> Ran {
        let output = child.wait_with_output().expect("the program ends");
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("UTF-8");
            text.replace(&*self.root().to_string_lossy(), "$ROOT")
        };
        let ran = Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
        assert!(!ran.stderr.contains("panicked"), "{ran:?}");
        ran
    }

    /// Waits until a file is there.
    pub(crate) fn wait_for(&self, name: &str) {
        let begun = Instant::now();
        while !self.has(name) {
            assert!(begun.elapsed() < Duration::from_secs(60), "{name} does not come: {:?}", self.names());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Ran {
    /// It ended well.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        self.ends_with(0)
    }

    /// It ended with this exit code.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// It ended with exit code 1, and standard error has all these texts, whatever the lines.
    #[track_caller]
    pub(crate) fn fails(self, texts: &[&str]) -> Self {
        let this = self.ends_with(1);
        let flat = flat(&this.stderr);
        for text in texts {
            assert!(flat.contains(&self::flat(text)), "{text:?} is not in:\n{}", this.stderr);
        }
        this
    }

    /// Standard output has this text, whatever the lines.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(flat(&self.stdout).contains(&flat(text)), "{text:?} is not in:\n{}{}", self.stdout, self.stderr);
        self
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The program that was built.
fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_landform"))
}
