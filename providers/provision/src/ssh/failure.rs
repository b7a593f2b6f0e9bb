//! Why work on another machine failed, in Terraform's words.

use std::io;

use russh::client::Msg;

use crate::system_error::message;

/// What went wrong. Passwords and keys are never part of it; what may repeat words of the configuration is told apart, so
/// that it can be hidden.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A sentence without words of the configuration of the provisioner.
    Plain(String),
    /// What the other side says, which may repeat what it was told.
    Said(String),
    /// A file of this machine can not be used.
    Local {
        /// What was tried.
        action: &'static str,
        /// As the configuration has it.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A script of this machine can not be opened.
    Script {
        /// As the configuration has it.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// What was done when it failed, and the failure.
    Within(String, Box<Failure>),
    /// A command failed: what it was, how it ended and what it said.
    Chmod(Box<Failure>, String),
}

impl Failure {
    /// A sentence that holds no secrets.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::Plain(text.into())
    }

    /// A file of this machine could not be used.
    pub(crate) fn local(action: &'static str, path: impl Into<String>, error: io::Error) -> Self {
        Self::Local { action, path: path.into(), error }
    }

    /// The run was asked to stop.
    pub(crate) fn interrupted() -> Self {
        Self::plain("interrupted")
    }

    /// A failure of the protocol.
    pub(super) fn protocol(error: &russh::Error) -> Self {
        match error {
            russh::Error::IO(error) => Self::Plain(message(error)),
            other => Self::Plain(format!("ssh: {other}")),
        }
    }

    /// The same, with what was done.
    pub(crate) fn within(self, action: impl Into<String>) -> Self {
        Self::Within(action.into(), Box::new(self))
    }

    /// What people read. With `hidden`, it stands in the place of whatever may give words of the configuration away.
    pub(crate) fn text(&self, hidden: Option<&str>) -> String {
        let shown = |path: &str| hidden.map_or_else(|| path.to_owned(), str::to_owned);
        match self {
            Self::Plain(text) => text.clone(),
            Self::Said(text) => shown(text),
            Self::Local { action, path, error } => format!("{action} {}: {}", shown(path), message(error)),
            Self::Script { path, error } => {
                format!("Failed to open script '{}': open {}: {}", shown(path), shown(path), message(error))
            }
            Self::Within(action, failure) => format!("{action}: {}", failure.text(hidden)),
            Self::Chmod(failure, output) => format!(
                "Error chmodding script file to 0777 in remote machine {}: {} ",
                failure.text(hidden),
                shown(output.as_str())
            ),
        }
    }
}

impl From<russh::Error> for Failure {
    fn from(error: russh::Error) -> Self {
        Self::protocol(&error)
    }
}

/// What channels of a client send.
pub(super) type Sent = Msg;
