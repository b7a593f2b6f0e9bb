//! Zip archives.

use std::io::{Read, Seek};

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::unpack::Unpacker;
use crate::fetch::FetchError;

/// The longest target of a symbolic link.
const MAX_TARGET: u64 = 1 << 16;

/// Unpacks all entries.
pub(super) fn unpack(file: impl Read + Seek, unpacker: &mut Unpacker) -> Result<(), FetchError> {
    let mut archive = ZipArchive::new(file).map_err(|error| unreadable(&error))?;
    for index in 0..archive.len() {
        unpack_entry(archive.by_index(index).map_err(|error| unreadable(&error))?, unpacker)?;
    }
    Ok(())
}

fn unpack_entry<R: Read>(mut entry: ZipFile<'_, R>, unpacker: &mut Unpacker) -> Result<(), FetchError> {
    let name = entry.name().map_err(|error| unreadable(&error))?.into_owned();
    if entry.is_dir() {
        return unpacker.folder(&name);
    }
    if entry.is_symlink() {
        let mut target = String::new();
        let unreadable = |error: std::io::Error| FetchError::Archive(format!("cannot unpack {name}: {error}"));
        entry.take(MAX_TARGET).read_to_string(&mut target).map_err(unreadable)?;
        return unpacker.link(&name, &target);
    }
    let executable = entry.unix_mode().is_some_and(|mode| mode & 0o100 != 0);
    unpacker.file(&name, executable, &mut entry)
}

fn unreadable(error: &ZipError) -> FetchError {
    FetchError::Archive(format!("cannot read the archive: {error}"))
}
