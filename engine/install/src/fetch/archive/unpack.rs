//! Writing an archive's entries into one folder and nowhere else.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use super::Limits;
use crate::fetch::FetchError;
use crate::files::link;

/// Writes entries below a folder. Symbolic links come last, so that nothing is written through them, and must not
/// lead outside.
pub(super) struct Unpacker<'a> {
    folder: PathBuf,
    limits: &'a Limits,
    entries: u64,
    bytes: u64,
    links: Vec<(PathBuf, PathBuf)>,
}

impl<'a> Unpacker<'a> {
    /// Into a new folder.
    pub(super) fn new(folder: &Path, limits: &'a Limits) -> Result<Self, FetchError> {
        fs_err::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), limits, entries: 0, bytes: 0, links: Vec::new() })
    }

    /// Makes a folder.
    pub(super) fn folder(&mut self, name: &str) -> Result<(), FetchError> {
        self.count()?;
        Ok(fs_err::create_dir_all(self.folder.join(relative(name)?))?)
    }

    /// Writes a file; `executable` is for its owner.
    pub(super) fn file(&mut self, name: &str, executable: bool, content: &mut dyn Read) -> Result<(), FetchError> {
        self.count()?;
        let path = self.folder.join(relative(name)?);
        make_parent(&path)?;
        let mut file = fs_err::File::create(&path)?;
        let left = self.limits.unpacked_bytes - self.bytes;
        let unreadable = |error: std::io::Error| FetchError::Archive(format!("cannot unpack {name}: {error}"));
        let copied = std::io::copy(&mut content.take(left + 1), &mut file).map_err(unreadable)?;
        if copied > left {
            let message = format!("archive larger than limit: {} bytes", self.limits.unpacked_bytes);
            return Err(FetchError::Archive(message));
        }
        self.bytes += copied;
        set_mode(&path, executable)
    }

    /// Remembers a symbolic link.
    pub(super) fn link(&mut self, name: &str, target: &str) -> Result<(), FetchError> {
        self.count()?;
        self.links.push((relative(name)?, target.into()));
        Ok(())
    }

    /// Writes a file that is the same as one written before.
    pub(super) fn copy(&mut self, name: &str, original: &str) -> Result<(), FetchError> {
        let original = self.folder.join(relative(original)?);
        let executable = is_executable(&original);
        let mut content = fs_err::File::open(original)?;
        self.file(name, executable, &mut content)
    }

    /// Makes the links.
    pub(super) fn finish(self) -> Result<(), FetchError> {
        if self.entries == 0 {
            return Err(FetchError::Archive("empty archive".to_owned()));
        }
        for (path, target) in &self.links {
            let path = self.folder.join(path);
            make_parent(&path)?;
            link(target, &path)?;
        }
        let folder = fs_err::canonicalize(&self.folder)?;
        for (path, target) in &self.links {
            self.check_link(&folder, path, target)?;
        }
        Ok(())
    }

    /// A link leads to something within, or nowhere.
    fn check_link(&self, folder: &Path, path: &Path, target: &Path) -> Result<(), FetchError> {
        let escapes = || {
            let message = format!("entry {} links to {}, outside of the archive", path.display(), target.display());
            FetchError::Archive(message)
        };
        match fs_err::canonicalize(self.folder.join(path)) {
            Ok(found) if found.starts_with(folder) => Ok(()),
            Ok(_) => Err(escapes()),
            Err(_) if target.is_absolute() || leaves(path, target) => Err(escapes()),
            Err(_) => Ok(()),
        }
    }

    fn count(&mut self) -> Result<(), FetchError> {
        self.entries += 1;
        if self.entries > self.limits.entries {
            let message = format!("archive contains too many files: more than {}", self.limits.entries);
            return Err(FetchError::Archive(message));
        }
        Ok(())
    }
}

/// The path of an entry below the folder.
fn relative(name: &str) -> Result<PathBuf, FetchError> {
    let bad = |why: &str| FetchError::Archive(format!("entry {why}: {name}"));
    if name.split(['/', '\\']).any(|part| part == "..") {
        return Err(bad("contains '..'"));
    }
    let mut path = PathBuf::new();
    for part in Path::new(name).components() {
        match part {
            Component::Normal(part) => path.push(part),
            Component::CurDir | Component::RootDir => {}
            Component::ParentDir | Component::Prefix(_) => return Err(bad("has no path within the archive")),
        }
    }
    Ok(path)
}

/// Whether a link's target lies outside, without looking at what is there.
fn leaves(link: &Path, target: &Path) -> bool {
    let mut depth = link.components().count().saturating_sub(1);
    for part in target.components() {
        match part {
            Component::ParentDir if depth == 0 => return true,
            Component::ParentDir => depth -= 1,
            Component::Normal(_) => depth += 1,
            _ => {}
        }
    }
    false
}

fn make_parent(path: &Path) -> Result<(), FetchError> {
    path.parent().map_or(Ok(()), |folder| Ok(fs_err::create_dir_all(folder)?))
}

fn set_mode(path: &Path, executable: bool) -> Result<(), FetchError> {
    let mode = if executable { 0o755 } else { 0o644 };
    Ok(fs_err::set_permissions(path, PermissionsExt::from_mode(mode))?)
}

fn is_executable(path: &Path) -> bool {
    fs_err::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o100 != 0)
}
