//! What functions may know of the world: files, directories, the clock, randomness. All of it is handed in.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;

use time::OffsetDateTime;

/// The world as functions see it. Relative paths are relative to [`World::working_dir`].
pub trait World: Send + Sync {
    /// A file's contents.
    fn read_file(&self, path: &str) -> Result<Vec<u8>, Error>;

    /// What is at a path, behind links.
    fn file_kind(&self, path: &str) -> Result<FileKind, Error>;

    /// What is in a directory, in any order; links are not followed.
    fn list(&self, path: &str) -> Result<Vec<DirEntry>, Error>;

    /// Where the program works: an absolute path.
    fn working_dir(&self) -> &str;

    /// The user's home directory, which `~` stands for.
    fn home_dir(&self) -> Option<&str>;

    /// The time of the call.
    fn now(&self) -> OffsetDateTime;

    /// When the plan was or is made; `None` where none is, as in validation.
    fn plan_time(&self) -> Option<OffsetDateTime>;

    /// Fills a buffer with random bytes that nobody can guess.
    fn random(&self, buffer: &mut [u8]);
}

/// What is at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A file with contents.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link, seen without following it.
    Link,
    /// A device node.
    Device,
    /// A named pipe.
    Pipe,
    /// A Unix domain socket.
    Socket,
    /// Anything else.
    Other,
}

/// An entry of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The last segment of its path.
    pub name: String,
    /// What it is; links are not followed.
    pub kind: FileKind,
}

/// The disk, with what else there is to know handed in. Nothing of it changes but the files and the clock.
pub struct DiskWorld<C, R> {
    /// An absolute path.
    pub working_dir: String,
    /// Where `~` leads.
    pub home_dir: Option<String>,
    /// When the plan was or is made.
    pub plan_time: Option<OffsetDateTime>,
    /// The clock.
    pub clock: C,
    /// Fills buffers with random bytes.
    pub random: R,
}

impl<C, R> DiskWorld<C, R> {
    fn resolve(&self, path: &str) -> PathBuf {
        Path::new(&self.working_dir).join(path)
    }
}

impl<C, R> World for DiskWorld<C, R>
where
    C: Fn() -> OffsetDateTime + Send + Sync,
    R: Fn(&mut [u8]) + Send + Sync,
{
    fn read_file(&self, path: &str) -> Result<Vec<u8>, Error> {
        fs_err::read(self.resolve(path)).map_err(bare)
    }

    fn file_kind(&self, path: &str) -> Result<FileKind, Error> {
        fs_err::metadata(self.resolve(path)).map(|found| kind_of(found.file_type())).map_err(bare)
    }

    fn list(&self, path: &str) -> Result<Vec<DirEntry>, Error> {
        let mut entries = Vec::new();
        for entry in fs_err::read_dir(self.resolve(path)).map_err(bare)? {
            let entry = entry.map_err(bare)?;
            // Names that are no Unicode can not be named in the language.
            if let Ok(name) = entry.file_name().into_string() {
                entries.push(DirEntry { name, kind: kind_of(entry.file_type().map_err(bare)?) });
            }
        }
        Ok(entries)
    }

    fn working_dir(&self) -> &str {
        &self.working_dir
    }

    fn home_dir(&self) -> Option<&str> {
        self.home_dir.as_deref()
    }

    fn now(&self) -> OffsetDateTime {
        (self.clock)()
    }

    fn plan_time(&self) -> Option<OffsetDateTime> {
        self.plan_time
    }

    fn random(&self, buffer: &mut [u8]) {
        (self.random)(buffer);
    }
}

/// The operating system's error without the path, which messages name as the user wrote it.
fn bare(error: Error) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(current) = cause {
        if let Some(code) = current.downcast_ref::<Error>().and_then(Error::raw_os_error) {
            return Error::from_raw_os_error(code);
        }
        cause = current.source();
    }
    error.kind().into()
}

fn kind_of(found: std::fs::FileType) -> FileKind {
    if found.is_file() {
        return FileKind::Regular;
    }
    if found.is_dir() {
        return FileKind::Directory;
    }
    if found.is_symlink() {
        return FileKind::Link;
    }
    special_kind(found)
}

#[cfg(unix)]
fn special_kind(found: std::fs::FileType) -> FileKind {
    use std::os::unix::fs::FileTypeExt as _;
    match () {
        () if found.is_block_device() || found.is_char_device() => FileKind::Device,
        () if found.is_fifo() => FileKind::Pipe,
        () if found.is_socket() => FileKind::Socket,
        () => FileKind::Other,
    }
}

#[cfg(not(unix))]
fn special_kind(_: std::fs::FileType) -> FileKind {
    FileKind::Other
}

/// A world in memory, for tests and for evaluation without a disk: files by path, a clock that stands still, and
/// "random" bytes that count up.
#[derive(Debug)]
pub struct MemoryWorld {
    files: BTreeMap<PathBuf, Vec<u8>>,
    now: OffsetDateTime,
    counter: Mutex<u8>,
}

/// Where a [`MemoryWorld`] works.
const MEMORY_DIR: &str = "/memory";
/// The home directory of a [`MemoryWorld`].
const MEMORY_HOME: &str = "/home/user";

impl MemoryWorld {
    /// Without files, at a time.
    pub fn at(now: OffsetDateTime) -> Self {
        Self { files: BTreeMap::new(), now, counter: Mutex::new(0) }
    }

    /// With one more file; relative paths are relative to the working directory.
    #[must_use]
    pub fn with_file(mut self, path: &str, contents: impl Into<Vec<u8>>) -> Self {
        self.files.insert(absolute(path), contents.into());
        self
    }

    /// The error for a path where there is nothing to read.
    fn missing(&self, path: &Path) -> Error {
        let in_file = self.files.keys().any(|file| path.starts_with(file));
        if in_file { ErrorKind::NotADirectory } else { ErrorKind::NotFound }.into()
    }

    fn is_directory(&self, path: &Path) -> bool {
        path == Path::new(MEMORY_DIR) || self.files.keys().any(|file| file != path && file.starts_with(path))
    }
}

fn absolute(path: &str) -> PathBuf {
    let mut found = PathBuf::new();
    for component in Path::new(MEMORY_DIR).join(path).components() {
        match component {
            Component::ParentDir => drop(found.pop()),
            Component::CurDir => {}
            other => found.push(other),
        }
    }
    found
}

impl World for MemoryWorld {
    fn read_file(&self, path: &str) -> Result<Vec<u8>, Error> {
        let path = absolute(path);
        match self.files.get(&path) {
            Some(contents) => Ok(contents.clone()),
            None if self.is_directory(&path) => Err(ErrorKind::IsADirectory.into()),
            None => Err(self.missing(&path)),
        }
    }

    fn file_kind(&self, path: &str) -> Result<FileKind, Error> {
        let path = absolute(path);
        match self.files.contains_key(&path) {
            true => Ok(FileKind::Regular),
            false if self.is_directory(&path) => Ok(FileKind::Directory),
            false => Err(self.missing(&path)),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<DirEntry>, Error> {
        let path = absolute(path);
        if !self.is_directory(&path) {
            return Err(self.missing(&path));
        }
        let mut entries: Vec<DirEntry> = Vec::new();
        for file in self.files.keys() {
            let Ok(below) = file.strip_prefix(&path) else { continue };
            let mut components = below.components();
            let Some(name) = components.next().and_then(|name| name.as_os_str().to_str()) else { continue };
            let kind = if components.next().is_some() { FileKind::Directory } else { FileKind::Regular };
            if entries.last().is_none_or(|last| last.name != name) {
                entries.push(DirEntry { name: name.to_owned(), kind });
            }
        }
        Ok(entries)
    }

    fn working_dir(&self) -> &str {
        MEMORY_DIR
    }

    fn home_dir(&self) -> Option<&str> {
        Some(MEMORY_HOME)
    }

    fn now(&self) -> OffsetDateTime {
        self.now
    }

    fn plan_time(&self) -> Option<OffsetDateTime> {
        Some(self.now)
    }

    fn random(&self, buffer: &mut [u8]) {
        let mut counter = self.counter.lock().expect("nobody panics while counting");
        for byte in buffer {
            *byte = *counter;
            *counter = counter.wrapping_add(1);
        }
    }
}

impl std::fmt::Debug for dyn World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}
