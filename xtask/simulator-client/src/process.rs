//! Starts the simulator as a child process.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

/// The child and, with it, the pipe to its stdin: it ends when this process does and the pipe closes.
static CHILD: Mutex<Option<Child>> = Mutex::new(None);

/// Starts it and returns where it listens, `HOST:PORT`.
pub(crate) fn start() -> String {
    let python = python();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../simulator");
    let mut child = Command::new(&python)
        .args(["-m", "landform_simulator", "--port", "0"])
        .env("PYTHONPATH", sources)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("cannot start {}: {e}", python.display()));
    let mut line = String::new();
    let stdout = child.stdout.take().expect("stdout was asked to be a pipe");
    BufReader::new(stdout).read_line(&mut line).expect("the simulator's first line is text");
    let Some(address) = line.trim().strip_prefix("listening on ") else {
        panic!("{} cannot run the simulator; `cargo xtask python` makes a Python that can", python.display());
    };
    *CHILD.lock().expect("nobody panics while holding the lock") = Some(child);
    address.to_owned()
}

/// The Python that runs the simulator and has boto3: `LANDFORM_PYTHON`, else the one that `cargo xtask` made, else that of
/// the system.
pub fn python() -> PathBuf {
    if let Some(python) = std::env::var_os("LANDFORM_PYTHON") {
        return python.into();
    }
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    let made = target.join("simulator-python/bin/python");
    if made.exists() { made } else { "python3".into() }
}
