//! The last resort: a state that could not be stored is saved where the run was started.

use std::path::{Path, PathBuf};

use landform_diagnostics::Diagnostics;

use crate::{State, file, files};

/// The name of the file.
pub const ERRORED_STATE: &str = "errored.tfstate";

/// Saves a state in a folder; returns the file.
///
/// # Errors
/// Why not even that worked. The caller then prints the state.
pub fn write_errored_state(folder: &Path, state: &State) -> Result<PathBuf, Diagnostics> {
    let path = folder.join(ERRORED_STATE);
    files::write_whole(&path, &file::write(state))
        .map_err(|error| files::problem("Failed to create local state file", &error))?;
    Ok(path)
}
