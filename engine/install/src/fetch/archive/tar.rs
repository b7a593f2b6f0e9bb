//! Tar archives.

use std::io::Read;

use tar::{Archive, Entry, EntryType};

use super::unpack::Unpacker;
use crate::fetch::FetchError;

/// Unpacks all entries.
pub(super) fn unpack(content: impl Read, unpacker: &mut Unpacker) -> Result<(), FetchError> {
    let unreadable = |error: std::io::Error| FetchError::Archive(format!("cannot read the archive: {error}"));
    let mut archive = Archive::new(content);
    for entry in archive.entries().map_err(unreadable)? {
        unpack_entry(entry.map_err(unreadable)?, unpacker)?;
    }
    Ok(())
}

fn unpack_entry(mut entry: Entry<impl Read>, unpacker: &mut Unpacker) -> Result<(), FetchError> {
    let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let target = entry.link_name_bytes().map(|target| String::from_utf8_lossy(&target).into_owned());
    let executable = entry.header().mode().is_ok_and(|mode| mode & 0o100 != 0);
    match (entry.header().entry_type(), target) {
        (EntryType::Directory, _) => unpacker.folder(&name),
        (EntryType::Symlink, Some(target)) => unpacker.link(&name, &target),
        (EntryType::Link, Some(target)) => unpacker.copy(&name, &target),
        (EntryType::XGlobalHeader | EntryType::XHeader, _) => Ok(()),
        (kind, _) if kind.is_file() || kind.is_contiguous() => unpacker.file(&name, executable, &mut entry),
        (kind, _) => {
            Err(FetchError::Archive(format!("entry {name} is of a kind that packages do not hold ({kind:?})")))
        }
    }
}
