//! What tests of stores have in common.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use landform_state::{LockInfo, Output, State, Timer};

/// A state with one output.
pub(crate) fn state(lineage: &str, output: &str) -> State {
    let mut state = State { lineage: lineage.to_owned(), terraform_version: "1.11.4".to_owned(), ..State::default() };
    let output = Output { value: format!("{output:?}").into(), ty: "\"string\"".into(), sensitive: false };
    state.outputs.insert("o".into(), output);
    state
}

/// The value of that output.
pub(crate) fn output(state: Option<&State>) -> Option<&str> {
    Some(&state?.outputs.get("o")?.value)
}

/// A lock for an operation.
pub(crate) fn lock_info(operation: &str) -> LockInfo {
    LockInfo::new(operation, "somebody@somewhere", "1.11.4", time::OffsetDateTime::UNIX_EPOCH)
}

/// Time that passes only by sleeping, and then only in thought.
#[derive(Default)]
pub(crate) struct FakeTimer(Mutex<Duration>);

#[async_trait]
impl Timer for FakeTimer {
    fn elapsed(&self) -> Duration {
        *self.0.lock().expect("no panic inside")
    }

    async fn sleep(&self, duration: Duration) {
        *self.0.lock().expect("no panic inside") += duration;
        tokio::task::yield_now().await;
    }
}

/// Runs one test of this binary in a process of its own, to be killed, and waits until it prints a line.
#[cfg(unix)]
pub(crate) fn start_again(test: &str, (variable, folder): (&str, &Path), line: &str) -> Child {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", test, "--nocapture"])
        .env(variable, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("this test runs again");
    let stdout = BufReader::new(child.stdout.take().expect("it is a pipe"));
    let mut lines = stdout.lines().map_while(Result::ok);
    assert!(lines.any(|printed| printed == line), "the child did not come to say {line:?}");
    child
}
