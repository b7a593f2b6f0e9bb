//! Folders and archives of this machine.

use std::path::Path;

use super::FetchError;
use super::source::Source;
use crate::files::link;

/// Makes a link to a folder, as Terraform does.
pub(super) fn link_folder(source: &Source, to: &Path) -> Result<(), FetchError> {
    let path = source.path()?;
    let found = fs_err::metadata(&path).map_err(|error| FetchError::Invalid(format!("source path error: {error}")))?;
    if !found.is_dir() {
        return Err(FetchError::Invalid("source path must be a directory".to_owned()));
    }
    Ok(link(&path, to)?)
}

/// Copies a file.
pub(super) fn copy_file(source: &Source, to: &Path) -> Result<(), FetchError> {
    let path = source.path()?;
    let found = fs_err::metadata(&path).map_err(|error| FetchError::Invalid(format!("source path error: {error}")))?;
    if found.is_dir() {
        return Err(FetchError::Invalid("source path must be a file".to_owned()));
    }
    fs_err::copy(path, to)?;
    Ok(())
}
