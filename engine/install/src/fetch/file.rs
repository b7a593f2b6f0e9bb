//! Folders and archives of this machine.

use std::path::Path;

use super::FetchError;
use super::source::Source;
use crate::files::link;

/// Makes a link to a folder, as Terraform does.
pub(super) fn link_folder(source: &Source, to: &Path) -> Result<(), FetchError> {
    let path = source.path()?;
    let found = look_at(source, &path)?;
    if !found.is_dir() {
        return Err(FetchError::Invalid("source path must be a directory".to_owned()));
    }
    Ok(link(&path, to)?)
}

/// Copies a file.
pub(super) fn copy_file(source: &Source, to: &Path) -> Result<(), FetchError> {
    let path = source.path()?;
    let found = look_at(source, &path)?;
    if found.is_dir() {
        return Err(FetchError::Invalid("source path must be a file".to_owned()));
    }
    fs_err::copy(path, to)?;
    Ok(())
}

/// What is there, or what is wrong as Go programs say it.
fn look_at(source: &Source, path: &Path) -> Result<std::fs::Metadata, FetchError> {
    fs_err::metadata(path).map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string(),
        };
        let message =
            format!("error downloading '{}': source path error: stat {}: {why}", source.shown(), path.display());
        FetchError::Invalid(message)
    })
}
