//! The last resort: a state that could not be stored is saved where the run was started.

use std::path::{Path, PathBuf};

use landform_diagnostics::Diagnostics;

use crate::{State, file, files};

/// The name of the file.
pub const ERRORED_STATE: &str = "errored.tfstate";

/// Saves a state in a folder; returns the file. It has the serial that it would have been stored with, so that it can be
/// pushed to where it belongs.
///
/// # Errors
/// Why not even that worked. What was done is in the journal all the same.
pub fn write_errored_state(folder: &Path, state: &State) -> Result<PathBuf, Diagnostics> {
    let path = folder.join(ERRORED_STATE);
    let next = State { serial: state.serial + 1, ..state.clone() };
    files::write_whole(&path, &file::write(&next))
        .map_err(|error| files::problem("Failed to create local state file", &error))?;
    Ok(path)
}
