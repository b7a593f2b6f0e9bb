//! Kinds of archives.

use std::io::{BufReader, Read};
use std::path::Path;

use bzip2::read::MultiBzDecoder;
use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;

use super::unpack::Unpacker;
use super::{Limits, tar, zip};
use crate::fetch::FetchError;
use crate::fetch::source::Source;

/// A kind of archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArchiveKind {
    Zip,
    TarGzip,
    TarBzip2,
    TarXz,
    /// One compressed file, which is no package.
    SingleFile(&'static str),
}

/// By what a path ends in, longer ends first.
const KINDS: [(&str, ArchiveKind); 11] = [
    ("tar.tbz2", ArchiveKind::TarBzip2),
    ("tar.bz2", ArchiveKind::TarBzip2),
    ("tar.gz", ArchiveKind::TarGzip),
    ("tar.xz", ArchiveKind::TarXz),
    ("tbz2", ArchiveKind::TarBzip2),
    ("tgz", ArchiveKind::TarGzip),
    ("txz", ArchiveKind::TarXz),
    ("zip", ArchiveKind::Zip),
    ("bz2", ArchiveKind::SingleFile("bzip2")),
    ("gz", ArchiveKind::SingleFile("gzip")),
    ("xz", ArchiveKind::SingleFile("xz")),
];

impl ArchiveKind {
    /// The kind that a source's parameter `archive` or its path says; the parameter is taken away. `archive=false` is
    /// none.
    pub(crate) fn of(source: &mut Source) -> Result<Option<Self>, FetchError> {
        match source.take("archive") {
            Some(kind) if !kind.is_empty() => Ok(KINDS.iter().find(|(name, _)| *name == kind).map(|(_, kind)| *kind)),
            _ => {
                let path = source.url.path();
                let ends = |name: &str| path.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
                Ok(KINDS.iter().find(|(name, _)| ends(name)).map(|(_, kind)| *kind))
            }
        }
    }

    /// Unpacks an archive into a new folder.
    pub(crate) fn unpack(self, archive: &Path, to: &Path, limits: &Limits) -> Result<(), FetchError> {
        let mut unpacker = Unpacker::new(to, limits)?;
        let file = fs_err::File::open(archive)?;
        match self {
            Self::Zip => zip::unpack(file, &mut unpacker)?,
            Self::TarGzip => tar::unpack(MultiGzDecoder::new(BufReader::new(file)), &mut unpacker)?,
            Self::TarBzip2 => tar::unpack(MultiBzDecoder::new(BufReader::new(file)), &mut unpacker)?,
            Self::TarXz => tar::unpack(xz(BufReader::new(file)), &mut unpacker)?,
            Self::SingleFile(name) => {
                let message = format!("{name}-compressed files can only unarchive to a single file");
                return Err(FetchError::Archive(message));
            }
        }
        unpacker.finish()
    }
}

fn xz(file: impl Read) -> impl Read {
    XzReader::new(file, true)
}
