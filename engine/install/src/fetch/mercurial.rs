//! Repositories of Mercurial.

use std::path::Path;
use std::process::Command;

use super::source::Source;
use super::{FetchError, FetchSettings, program};

/// Clones a repository into a folder that does not exist yet. A parameter of the address: `rev`.
pub(super) fn clone(source: &Source, to: &Path, settings: &FetchSettings) -> Result<(), FetchError> {
    let mut source = source.clone();
    let revision = source.take("rev").filter(|revision| !revision.is_empty());
    let mut clone = Command::new(&settings.hg);
    program::run(clone.args(["clone", "-U", "--"]).arg(source.url.as_str()).arg(to), &source.url)?;
    let mut update = Command::new(&settings.hg);
    update.current_dir(to).arg("update");
    if let Some(revision) = revision {
        update.arg("--").arg(revision);
    }
    program::run(&mut update, &source.url)?;
    Ok(())
}
