//! What is said of journals.

use std::io;
use std::path::Path;

use fs_err as fs;
use landform_diagnostics::{Diagnostic, Diagnostics};

use super::record::{Begun, Effect, Header};
use crate::files;

pub(super) const WRITE: &str = "Failed to write the journal";

pub(super) fn first(diagnostics: Diagnostics) -> Diagnostic {
    diagnostics.into_iter().next().expect("a problem is one diagnostic")
}

pub(super) fn other_owner(found: &Header) -> String {
    format!(
        "it is of the workspace {:?} of the backend {:?}, which is not the present one",
        found.workspace, found.backend
    )
}

/// That another run has hold of the journal, with what it says of itself.
pub(super) fn busy(path: &Path) -> Diagnostics {
    let header = fs::read_to_string(path).ok().and_then(|text| Header::read(text.lines().next()?));
    let lock = header.and_then(|header| header.lock).map(|lock| format!("\n\n{lock}")).unwrap_or_default();
    let detail =
        format!("Another run is at work in this directory: it has hold of the journal {}.{lock}", path.display());
    Diagnostic::error("Journal is in use", detail).into()
}

pub(super) fn not_begun(error: &io::Error) -> Diagnostics {
    let mut found = files::problem(WRITE, error);
    for diagnostic in found.iter_mut() {
        diagnostic
            .detail
            .push_str(" Nothing was begun: without a journal, objects could be lost when the run is interrupted.");
    }
    found
}

pub(super) fn damaged(path: &Path, lines: usize) -> Diagnostic {
    let detail = format!(
        "{lines} lines of the journal {} are damaged and were left out. What they said may be missing from state. Compare \
         the plan with what exists.",
        path.display()
    );
    Diagnostic::warning("Damaged journal", detail)
}

impl Begun {
    /// What a person should know when nothing more can be found out about it.
    pub fn warning(&self) -> Diagnostic {
        let address = &self.address;
        let detail = match self.effect {
            Effect::Create => format!(
                "An earlier run was interrupted while {address} was being made. Whether it exists is not known, and it is not \
                 in state. Look for it before you apply: if it exists, import it or remove it, or it will be made again."
            ),
            Effect::Update => format!(
                "An earlier run was interrupted while {address} was being changed. State has the object as it was before; \
                 reading it shows how far the change went."
            ),
            Effect::Delete => format!(
                "An earlier run was interrupted while {address} was being destroyed. It is still in state; reading it shows \
                 whether it is gone."
            ),
        };
        Diagnostic::warning("Operation was interrupted", detail).about(address.to_string())
    }
}
