//! Why a command ended without doing what it was for, and how that is told.

use landform_diagnostics::{Diagnostic, Diagnostics};

use crate::view::View;
use crate::world::{print, print_error};

/// How a command ends: an exit code, or a failure.
pub(crate) type Outcome = Result<u8, Failure>;

/// Why a command failed. All end with exit code 1.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Told as diagnostics.
    Diagnostics(Diagnostics),
    /// The command line is wrong: diagnostics, and where help is.
    Usage(Diagnostics),
    /// The command line is wrong: a text, and the command's help.
    Misuse { message: String, help: Help },
    /// A text for standard error.
    Text(String),
    /// Everything was said already.
    Told,
}

/// Where a command's help goes after a mistake in its command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Help {
    /// Nowhere.
    Unsaid,
    /// To standard output.
    Output,
    /// To standard output, without a message.
    Alone,
    /// To standard error, before the message.
    Before,
    /// To standard error, behind the message.
    After,
}

impl Failure {
    /// A command line that can not be understood.
    pub(crate) fn flags(message: impl Into<String>) -> Self {
        Self::usage(Diagnostic::error("Failed to parse command-line flags", message))
    }

    /// A command line that asks for what can not be.
    pub(crate) fn usage(problems: impl Into<Diagnostics>) -> Self {
        Self::Usage(problems.into())
    }

    /// A single error.
    pub(crate) fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Diagnostics(Diagnostic::error(summary, detail).into())
    }

    /// A text for standard error; a line break is put behind it.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A wrong command line, told in the classic manner.
    pub(crate) fn misuse(message: impl Into<String>, help: Help) -> Self {
        Self::Misuse { message: message.into(), help }
    }

    /// What a document says of it; nothing of what was told already and of wrong command lines.
    pub(crate) fn diagnostics(&self) -> Diagnostics {
        match self {
            Self::Diagnostics(diagnostics) => diagnostics.clone(),
            Self::Text(text) => Diagnostic::error(text.as_str(), "").into(),
            Self::Usage(_) | Self::Misuse { .. } | Self::Told => Diagnostics::new(),
        }
    }

    /// Says it; for a command with this name and help.
    pub(crate) fn tell(self, view: &View, command: &str, help: &str) {
        match self {
            Self::Diagnostics(diagnostics) => drop(view.diagnostics(diagnostics)),
            Self::Usage(diagnostics) => {
                view.diagnostics(diagnostics);
                if !view.json {
                    print_error(&format!("\nFor more help on using this command, run:\n  landform {command} -help\n"));
                }
            }
            Self::Misuse { message, help: Help::Unsaid } => view.error(&message),
            Self::Misuse { message, help: Help::Output } => {
                view.error(&message);
                print(help);
            }
            Self::Misuse { help: Help::Alone, .. } => print(help),
            Self::Misuse { message, help: Help::Before } => {
                view.error(help.trim_end());
                view.error(&message);
            }
            Self::Misuse { message, help: Help::After } => {
                view.error(&message);
                view.error(help.trim_end());
            }
            Self::Text(text) => view.error(&text),
            Self::Told => {}
        }
    }
}

/// Diagnostics within a text, as Go programs make errors of them.
pub(crate) fn as_text(diagnostics: &Diagnostics) -> String {
    let one = |found: &Diagnostic| match found.detail.as_str() {
        "" => found.summary.clone(),
        detail => format!("{}: {detail}", found.summary),
    };
    match diagnostics.len() {
        1 => diagnostics.iter().map(one).collect(),
        count => {
            let list: String = diagnostics.iter().map(|found| format!("\n- {}", one(found))).collect();
            format!("{count} problems:\n{list}")
        }
    }
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Diagnostics(diagnostics)
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Diagnostics(diagnostic.into())
    }
}
