//! A call that is about to be installed, and what is said of it.

use std::path::PathBuf;
use std::sync::Arc;

use landform_addrs::ModulePath;
use landform_config::ModuleCall;
use landform_config::source::ModuleSource;
use landform_diagnostics::{Diagnostic, SourceMap};

use super::WorkingDirectory;
use super::installer::Reached;

/// The summary of what is said of a directory that is none.
pub(super) const UNREADABLE: &str = "Unreadable module directory";

/// A call.
pub(super) struct Call<'a> {
    pub(super) caller: &'a Arc<Reached>,
    pub(super) call: &'a ModuleCall,
    pub(super) source: &'a ModuleSource,
    /// The called module.
    pub(super) path: ModulePath,
}

impl Call<'_> {
    /// The names of the calls that lead to the module, joined by dots.
    pub(super) fn key(&self) -> String {
        self.path.calls().join(".")
    }

    /// Where its package goes, relative to the working directory.
    pub(super) fn package_folder(&self, directory: &WorkingDirectory) -> PathBuf {
        directory.modules_dir().join(self.key())
    }

    /// `main.tf:1`.
    pub(super) fn place(&self, sources: &SourceMap) -> String {
        let file = sources.file(self.call.span.file);
        format!("{}:{}", file.name, file.line_of(self.call.span.start as usize))
    }

    /// An error that points at the call.
    pub(super) fn error(&self, summary: &str, detail: impl Into<String>) -> Diagnostic {
        Diagnostic::error(summary, detail).at(self.call.span)
    }

    pub(super) fn unreadable(&self, directory: &str, sources: &SourceMap) -> Diagnostic {
        let place = self.place(sources);
        let name = &*self.call.name;
        let detail = format!("The directory {directory} could not be read for module {name:?} at {place}.");
        Diagnostic::error(UNREADABLE, detail)
    }
}
