//! Why a command ended without doing what it was for, and how that is told.

use landform_diagnostics::{Diagnostic, Diagnostics};

use crate::view::View;
use crate::world::print_error;

/// How a command ends: an exit code, or a failure.
pub(crate) type Outcome = Result<u8, Failure>;

/// Why a command failed. All end with exit code 1.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Told as diagnostics.
    Diagnostics(Diagnostics),
    /// The command line is wrong: a diagnostic, and where help is.
    Usage(Diagnostic),
    /// A text for standard error.
    Text(String),
    /// Everything was said already.
    Told,
}

impl Failure {
    /// A command line that can not be understood.
    pub(crate) fn flags(message: impl Into<String>) -> Self {
        Self::Usage(Diagnostic::error("Failed to parse command-line flags", message))
    }

    /// A single error.
    pub(crate) fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Diagnostics(Diagnostic::error(summary, detail).into())
    }

    /// Says it.
    pub(crate) fn tell(self, view: &View, command: &str) {
        match self {
            Self::Diagnostics(diagnostics) => drop(view.diagnostics(diagnostics)),
            Self::Usage(diagnostic) => {
                view.diagnostics(diagnostic.into());
                if !view.json {
                    print_error(&format!("\nFor more help on using this command, run:\n  landform {command} -help\n"));
                }
            }
            Self::Text(text) => print_error(&text),
            Self::Told => {}
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
