//! Archives: which kind a file is, and how it is unpacked without leaving the folder that it is unpacked into.

mod kind;
mod tar;
mod unpack;
mod zip;

pub(super) use kind::ArchiveKind;

/// How much may be fetched and unpacked: an archive must not fill the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of an archive.
    pub archive_bytes: u64,
    /// The size of all that is in it.
    pub unpacked_bytes: u64,
    /// How many files and folders are in it.
    pub entries: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { archive_bytes: 1 << 30, unpacked_bytes: 4 << 30, entries: 200_000 }
    }
}
