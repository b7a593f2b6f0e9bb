//! Why a command failed, in the words that Terraform has from the libraries of Go.

use std::fmt;
use std::io;
use std::process::ExitStatus;

use crate::system_error::message;

/// A command that did not end well.
#[derive(Debug)]
pub(super) struct Failure {
    /// Why.
    pub(super) cause: Cause,
    /// The end of what it said.
    pub(super) output: Vec<u8>,
}

/// Why.
#[derive(Debug)]
pub(super) enum Cause {
    /// There is no such program in the search path.
    NotFound(String),
    /// The search path leads to a program relative to the working directory, which is refused.
    Relative(String),
    /// The working directory is not there.
    Directory(String, io::Error),
    /// The program could not be started.
    Start(String, io::Error),
    /// Its output could not be caught.
    Output(io::Error),
    /// It can not be told how it ended.
    Lost(io::Error),
    /// It ended otherwise than with success.
    Ended(ExitStatus),
}

impl Cause {
    /// Without words of the configuration.
    pub(super) fn without_names(&self) -> String {
        match self {
            Self::NotFound(_) => "executable file not found in $PATH".into(),
            Self::Relative(_) => "cannot run executable found relative to current directory".into(),
            Self::Directory(_, error) => format!("chdir: {}", message(error)),
            Self::Start(_, error) => format!("fork/exec: {}", message(error)),
            Self::Output(_) | Self::Lost(_) | Self::Ended(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(name) | Self::Relative(name) => {
                write!(f, "exec: {}: {}", landform_values::quote(name), self.without_names())
            }
            Self::Directory(path, error) => write!(f, "chdir {path}: {}", message(error)),
            Self::Start(path, error) => write!(f, "fork/exec {path}: {}", message(error)),
            Self::Output(error) => write!(f, "failed to initialize pipe for output: {}", message(error)),
            Self::Lost(error) => write!(f, "wait: {}", message(error)),
            Self::Ended(status) => f.write_str(&ending(*status)),
        }
    }
}

#[cfg(unix)]
fn ending(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => {
            let dumped = if status.core_dumped() { " (core dumped)" } else { "" };
            format!("signal: {}{dumped}", signal_name(signal))
        }
        (None, None) => status.to_string(),
    }
}

#[cfg(not(unix))]
fn ending(status: ExitStatus) -> String {
    status.code().map_or_else(|| status.to_string(), |code| format!("exit status {code}"))
}

#[cfg(unix)]
fn signal_name(signal: i32) -> String {
    const NAMES: [&str; 15] = [
        "hangup",
        "interrupt",
        "quit",
        "illegal instruction",
        "trace/breakpoint trap",
        "aborted",
        "bus error",
        "floating point exception",
        "killed",
        "user defined signal 1",
        "segmentation fault",
        "user defined signal 2",
        "broken pipe",
        "alarm clock",
        "terminated",
    ];
    let index = usize::try_from(signal).ok().and_then(|signal| signal.checked_sub(1));
    index.and_then(|index| NAMES.get(index)).map_or_else(|| format!("signal {signal}"), |name| (*name).to_owned())
}
