//! Files that are written whole or not at all, and what to say when they can not be.

use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use fs_err as fs;
use landform_diagnostics::{Diagnostic, Diagnostics};

use crate::os_lock;

/// Who may read a file that is new. One that is replaced keeps its permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Privacy {
    /// Whoever the user lets.
    Usual,
    /// Only the user.
    Private,
}

/// A new file next to the one that it is to replace; removed again unless it does.
pub(crate) struct Replacement {
    file: Option<fs::File>,
    temporary: PathBuf,
    target: PathBuf,
}

/// What names of unfinished files begin and end with.
fn temporary_affixes(target: &Path) -> (String, &'static str) {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    (format!(".{}.", name.trim_start_matches('.')), ".landform-tmp")
}

impl Replacement {
    /// Writes all of it and waits until it is on the disk. The permissions are those of the file that is replaced.
    pub(crate) fn write(target: &Path, bytes: &[u8], privacy: Privacy) -> io::Result<Self> {
        let target = resolved(target);
        let temporary = unfinished_name(&target);
        let old = fs::metadata(&target).ok().map(|metadata| metadata.permissions());
        let file = create(&temporary, privacy, old.as_ref())?;
        let mut replacement = Self { file: None, temporary, target };
        let file = replacement.file.insert(file);
        file.write_all(bytes)?;
        if let Some(old) = old {
            fs::set_permissions(&replacement.temporary, old)?;
        }
        file.sync_all()?;
        Ok(replacement)
    }

    /// The new file, for locking it.
    pub(crate) fn file(&self) -> &std::fs::File {
        self.file.as_ref().expect("it is taken only when it is put in place").file()
    }

    /// Puts it in place; [`sync_folder`] makes that durable. The file stays open all the time.
    pub(crate) fn put(mut self) -> io::Result<fs::File> {
        fs::rename(&self.temporary, &self.target)?;
        Ok(self.file.take().expect("it is taken only here"))
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if self.file.is_some() {
            // What is left over is removed by the next run.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Makes a file that nobody may read who may not read the old one, at no time.
fn create(path: &Path, privacy: Privacy, old: Option<&std::fs::Permissions>) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        use std::os::unix::fs::PermissionsExt as _;
        match (privacy, old) {
            (_, Some(old)) => drop(options.mode(old.mode() & 0o777)),
            (Privacy::Private, None) => drop(options.mode(0o600)),
            (Privacy::Usual, None) => {}
        }
    }
    #[cfg(not(unix))]
    let _ = (privacy, old);
    options.open(path)
}

/// Where a symbolic link leads to, so that not the link is replaced.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// A name next to a file that [`remove_unfinished`] knows.
pub(crate) fn unfinished_name(target: &Path) -> PathBuf {
    let (prefix, suffix) = temporary_affixes(target);
    target.with_file_name(format!("{prefix}{}{suffix}", uuid::Uuid::new_v4().simple()))
}

/// Replaces a file whole or not at all.
pub(crate) fn write_whole(target: &Path, bytes: &[u8]) -> io::Result<()> {
    Replacement::write(target, bytes, Privacy::Usual)?.put()?;
    sync_folder(&resolved(target))
}

/// How often the path may lead to another file while its lock is taken.
const OPEN_ATTEMPTS: usize = 100;

/// Opens and locks the file that a path leads to, making it if there is none; `None` when another has the lock.
pub(crate) fn open_locked(path: &Path, privacy: Privacy) -> io::Result<Option<fs::File>> {
    for _ in 0..OPEN_ATTEMPTS {
        let mut options = fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        if privacy == Privacy::Private {
            fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        #[cfg(not(unix))]
        let _ = privacy;
        let file = options.open(path)?;
        if !os_lock::try_lock(file.file())? {
            return Ok(None);
        }
        if is_at(&file, path) {
            return Ok(Some(file));
        }
    }
    Err(io::Error::other(format!("{} was replaced again and again while it was opened", path.display())))
}

/// Whether a path still leads to an open file.
pub(crate) fn is_at(file: &fs::File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let identity = |metadata: &std::fs::Metadata| (metadata.dev(), metadata.ino());
        match (file.metadata(), fs::metadata(path)) {
            (Ok(open), Ok(named)) => identity(&open) == identity(&named),
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// Makes folders that are not there, durably.
pub(crate) fn create_folders(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| *parent != Path::new("")) {
        create_folders(parent)?;
    }
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder(path),
    }
}

/// Makes renames and removals in a file's folder durable.
pub(crate) fn sync_folder(file: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder(file))?.sync_all() } else { Ok(()) }
}

/// The folder of a file; `.` when its path has none.
pub(crate) fn folder(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Removes what killed runs left unfinished next to a file.
pub(crate) fn remove_unfinished(target: &Path) {
    let target = resolved(target);
    let (prefix, suffix) = temporary_affixes(&target);
    let Ok(entries) = fs::read_dir(folder(&target)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let unfinished = name.to_str().is_some_and(|name| name.starts_with(&prefix) && name.ends_with(suffix));
        if unfinished {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Why an operation on a file failed, and what can be done about it.
pub(crate) fn problem(summary: &str, error: &io::Error) -> Diagnostics {
    let advice = match error.kind() {
        ErrorKind::StorageFull => " The disk is full: make room and try again.",
        ErrorKind::QuotaExceeded => " The disk quota is used up: make room and try again.",
        ErrorKind::PermissionDenied => " Check who owns the file and its folder, and their permissions.",
        ErrorKind::ReadOnlyFilesystem => " The file system is read-only.",
        ErrorKind::IsADirectory => " There is a folder of that name.",
        _ => "",
    };
    Diagnostic::error(summary, format!("{error}.{advice}")).into()
}
