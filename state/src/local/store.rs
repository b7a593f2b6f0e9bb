//! One state file: locked as Terraform locks it, and replaced whole by each write.
//!
//! # The lock and the rename
//!
//! Terraform locks the open state file (the inode) and writes in place; here a new file is renamed over the old one,
//! so that no crash leaves half a state. For both to agree on one lock:
//!
//! - the new file is locked before it is put in place, so whoever opens the path finds a locked file at any time;
//! - the replaced file stays open and locked until the lock is given back, so whoever opened the path before the
//!   rename (`-lock-timeout`) goes on waiting;
//! - when the lock is given back, the file that the path led to when it was taken gets the last content and is renamed
//!   back into its place, so that who waited for it works on the right file;
//! - every other replaced file, and this one until then, has content that no version of Terraform accepts: who gets a
//!   lock on a file without a name, because this process was killed or wrote several times, would write its state to
//!   nowhere. Instead it stops with a message that says to run it again;
//! - whoever takes the lock here checks that the path still leads to the locked file, and opens it again if not.

use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use fs_err as fs;
use landform_diagnostics::{Diagnostic, Diagnostics};

use super::StateFiles;
use crate::baseline::Baseline;
use crate::files::{self, Privacy, Replacement, is_at};
use crate::lock::release_failed;
use crate::os_lock;
use crate::{LockError, LockId, LockInfo, State, StateStore, Written, file};

const READ: &str = "Failed to read state file";
const WRITE: &str = "Failed to save state";
const BACKUP: &str = "Failed to create local state backup file";

/// How often a holder's word is looked for, which follows its lock by a moment.
const HOLDER_ATTEMPTS: usize = 5;
const HOLDER_PAUSE: Duration = Duration::from_millis(20);
/// How many replaced files are kept open for those who wait for them.
const KEPT_FILES: usize = 16;

/// A format version that there is not, from a program whose version is a message: Terraform shows both.
const REPLACED: &[u8] =
    br#"{"version":999999,"terraform_version":"0.0.0-state-was-replaced-while-waiting-for-its-lock--run-again"}
"#;

/// One state file.
#[derive(Debug)]
pub struct LocalStore {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    /// With paths as lock information shows them.
    shown: StateFiles,
    files: StateFiles,
    work: Mutex<Work>,
}

#[derive(Debug, Default)]
struct Work {
    lock: Option<Held>,
    baseline: Baseline,
    /// Reads come from the written file from now on.
    written: bool,
    backed_up: bool,
}

/// The lock, while it is held.
#[derive(Debug)]
struct Held {
    id: String,
    /// The file that the path leads to.
    file: fs::File,
    /// The file that the path led to when the lock was taken, once it is replaced.
    first: Option<Parked>,
    /// Files that the path led to in between.
    replaced: Vec<fs::File>,
    /// The file was not there before, and nothing has been written.
    created: bool,
}

/// A replaced file that is to come back.
#[derive(Debug)]
struct Parked {
    file: fs::File,
    /// Its name in the meantime, unless the file system has no hard links.
    name: Option<PathBuf>,
}

impl LocalStore {
    /// Of files whose paths are relative to a folder.
    pub fn new(folder: &Path, files: StateFiles) -> Self {
        let resolved = StateFiles {
            read: folder.join(&files.read),
            write: folder.join(&files.write),
            backup: files.backup.as_ref().map(|backup| folder.join(backup)),
        };
        Self { inner: Arc::new(Inner { shown: files, files: resolved, work: Mutex::default() }) }
    }

    /// Runs what waits for a disk where waiting hinders nobody.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Inner) -> T + Send + 'static) -> T {
        let inner = self.inner.clone();
        match tokio::task::spawn_blocking(move || work(&inner)).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is shutting down, and this task with it.
                Err(_) => std::future::pending().await,
            },
        }
    }
}

#[async_trait]
impl StateStore for LocalStore {
    fn location(&self) -> String {
        self.inner.shown.read.display().to_string()
    }

    async fn lock(&self, info: &LockInfo) -> Result<LockId, LockError> {
        let info = info.at(self.location());
        self.run(move |inner| inner.lock(&info)).await
    }

    async fn unlock(&self, id: &LockId) -> Result<(), Diagnostics> {
        let id = id.clone();
        self.run(move |inner| inner.unlock(&id)).await
    }

    async fn force_unlock(&self, _id: &str) -> Result<(), Diagnostics> {
        let detail = "Local state cannot be unlocked by another process: the operating system releases its lock when \
                      the process that holds it ends.";
        Err(Diagnostic::error("Failed to unlock state", detail).into())
    }

    async fn read(&self) -> Result<Option<State>, Diagnostics> {
        self.run(|inner| inner.read(&mut inner.work())).await
    }

    async fn write(&self, state: &State) -> Result<Written, Diagnostics> {
        let state = state.clone();
        self.run(move |inner| inner.write(|baseline| baseline.next(&state))).await
    }

    async fn replace(&self, state: &State, force: bool) -> Result<Written, Diagnostics> {
        let state = state.clone();
        self.run(move |inner| inner.write(|baseline| baseline.replacement(&state, force))).await
    }
}

impl Inner {
    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().expect("nobody panics while working on a state file")
    }

    /// `.terraform.tfstate.lock.info`, next to the file.
    fn lock_info_path(&self) -> PathBuf {
        let name = self.files.write.file_name().unwrap_or_default().to_string_lossy();
        let name = name.strip_prefix('.').unwrap_or(&name);
        self.files.write.with_file_name(format!(".{name}.lock.info"))
    }

    fn holder(&self) -> Option<Box<LockInfo>> {
        (0..HOLDER_ATTEMPTS).find_map(|attempt| {
            if attempt > 0 {
                std::thread::sleep(HOLDER_PAUSE);
            }
            LockInfo::from_json(&fs::read(self.lock_info_path()).ok()?).map(Box::new)
        })
    }

    fn held(&self, message: &str) -> LockError {
        LockError::Held { holder: self.holder(), message: message.to_owned() }
    }
}

/// Locking.
impl Inner {
    fn lock(&self, info: &LockInfo) -> Result<LockId, LockError> {
        let mut work = self.work();
        if work.lock.is_some() {
            return Err(self.held("this run holds the lock already"));
        }
        let path = &self.files.write;
        let created = !path.exists();
        files::create_folders(files::folder(path)).map_err(LockError::failed)?;
        let Some(file) = files::open_locked(path, Privacy::Usual).map_err(LockError::failed)? else {
            return Err(self.held("the state file is locked by another process"));
        };
        let held = Held { id: info.id.clone(), file, first: None, replaced: Vec::new(), created };
        files::remove_unfinished(path);
        if let Err(error) = write_lock_info(&self.lock_info_path(), info) {
            self.let_go(held);
            return Err(LockError::failed(format!("could not write lock info for {:?}: {error}", info.path)));
        }
        work.lock = Some(held);
        // A new run begins, and what was read without the lock may be out of date.
        work.baseline = Baseline::Unknown;
        work.backed_up = false;
        Ok(LockId(info.id.clone()))
    }

    fn unlock(&self, id: &LockId) -> Result<(), Diagnostics> {
        let mut work = self.work();
        match work.lock.take() {
            None => Err(release_failed("The state is not locked by this run.")),
            Some(held) if held.id != id.0 => {
                let detail = format!("Invalid lock id: {:?}. The lock is held as {:?}.", id.0, held.id);
                work.lock = Some(held);
                Err(release_failed(&detail))
            }
            Some(held) => {
                // Without the lock it means nothing, so a failure to remove it does no harm.
                let _ = fs::remove_file(self.lock_info_path());
                self.let_go(held);
                Ok(())
            }
        }
    }

    /// Ends all locks; removes a file that was made for the lock only.
    fn let_go(&self, held: Held) {
        let Held { mut file, first, replaced, created, .. } = held;
        replaced.iter().for_each(disown);
        if created && file.metadata().is_ok_and(|metadata| metadata.len() == 0) {
            let _ = fs::remove_file(&self.files.write);
            return disown(&file);
        }
        if let Some(first) = first {
            match first.restore(&mut file, &self.files.write) {
                Ok(()) => {
                    disown(&file);
                    file = first.file;
                }
                // The path leads to the newest state all the same.
                Err(_) => first.give_up(),
            }
        }
        let _ = os_lock::unlock(file.file());
    }
}

impl Parked {
    /// Gives a file another name before it is replaced.
    fn park(path: &Path) -> Option<PathBuf> {
        let path = files::resolved(path);
        let name = files::unfinished_name(&path);
        fs::hard_link(&path, &name).ok().map(|()| name)
    }

    /// Gives it the content of the file that a path leads to, and the path.
    fn restore(&self, newest: &mut fs::File, path: &Path) -> io::Result<()> {
        let Some(name) = &self.name else { return Err(io::Error::other("the file has no name")) };
        let bytes = read_open(newest)?;
        let mut file: &fs::File = &self.file;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()?;
        fs::rename(name, files::resolved(path))?;
        files::sync_folder(&files::resolved(path))
    }

    fn give_up(&self) {
        disown(&self.file);
        if let Some(name) = &self.name {
            let _ = fs::remove_file(name);
        }
    }
}

/// Makes a file that is not the state any more useless for those who still have it open.
fn spoil(mut file: &fs::File) {
    // What matters is that the attempt was made: the file is lost, and few ever wait for it.
    let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(REPLACED));
    let _ = file.set_len(REPLACED.len() as u64);
}

/// Lets go of such a file.
fn disown(file: &fs::File) {
    spoil(file);
    let _ = os_lock::unlock(file.file());
}

fn write_lock_info(path: &Path, info: &LockInfo) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(info.to_json().as_bytes())
}

/// Reading.
impl Inner {
    fn read(&self, work: &mut Work) -> Result<Option<State>, Diagnostics> {
        let from_written = work.written || self.files.read == self.files.write;
        let bytes = match &mut work.lock {
            Some(held) if from_written => read_open(&mut held.file),
            _ if from_written => read_named(&self.files.write),
            _ => read_named(&self.files.read),
        };
        let bytes = bytes.map_err(|error| files::problem(READ, &error))?;
        let state = file::read(&bytes)?;
        work.baseline = Baseline::Known(state.clone());
        Ok(state)
    }
}

fn read_open(file: &mut fs::File) -> io::Result<Vec<u8>> {
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A file that is not there is empty.
fn read_named(path: &Path) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other,
    }
}

/// Writing.
impl Inner {
    fn write(
        &self,
        next: impl FnOnce(&Baseline) -> Result<Option<State>, Diagnostics>,
    ) -> Result<Written, Diagnostics> {
        let mut work = self.work();
        if !work.baseline.is_known() {
            self.read(&mut work)?;
        }
        let Some(state) = next(&work.baseline)? else {
            self.copy_elsewhere(&mut work)?;
            return Ok(work.baseline.unchanged());
        };
        if work.lock.is_none() {
            self.check_still_there(&work)?;
        }
        self.back_up(&mut work)?;
        self.put(&mut work, &file::write(&state)).map_err(|error| files::problem(WRITE, &error))?;
        work.written = true;
        Ok(work.baseline.wrote(state))
    }

    /// Where states are written to another file than they are read from, that is there even if nothing changed.
    fn copy_elsewhere(&self, work: &mut Work) -> Result<(), Diagnostics> {
        if self.files.read == self.files.write || work.written {
            return Ok(());
        }
        let stored = read_named(&self.files.read).map_err(|error| files::problem(READ, &error))?;
        if stored.is_empty() {
            return Ok(());
        }
        self.back_up(work)?;
        self.put(work, &stored).map_err(|error| files::problem(WRITE, &error))?;
        work.written = true;
        Ok(())
    }

    /// Without a lock, another may have written since the last read.
    fn check_still_there(&self, work: &Work) -> Result<(), Diagnostics> {
        if self.files.read != self.files.write && !work.written {
            return Ok(());
        }
        let bytes = read_named(&self.files.write).map_err(|error| files::problem(READ, &error))?;
        work.baseline.check_still_stored(file::read(&bytes)?.as_ref())
    }

    /// Keeps what the first write replaces.
    fn back_up(&self, work: &mut Work) -> Result<(), Diagnostics> {
        let Some(backup) = self.files.backup.as_ref().filter(|_| !work.backed_up) else { return Ok(()) };
        let old = match &mut work.lock {
            Some(held) => read_open(&mut held.file),
            None => read_named(&self.files.write),
        };
        let saved = old.and_then(|old| if old.is_empty() { Ok(()) } else { files::write_whole(backup, &old) });
        saved.map_err(|error| files::problem(BACKUP, &error))?;
        work.backed_up = true;
        Ok(())
    }

    fn put(&self, work: &mut Work, bytes: &[u8]) -> io::Result<()> {
        let path = &self.files.write;
        let Some(held) = &mut work.lock else {
            files::create_folders(files::folder(path))?;
            return files::write_whole(path, bytes);
        };
        if !is_at(&held.file, path) {
            return Err(io::Error::other(format!("{} was moved or replaced while it was locked", path.display())));
        }
        let replacement = Replacement::write(path, bytes, Privacy::Usual)?;
        if !os_lock::try_lock(replacement.file())? {
            return Err(io::Error::other(format!("the new file for {} is locked by another process", path.display())));
        }
        let name = if held.first.is_none() { Parked::park(path) } else { None };
        let replaced = std::mem::replace(&mut held.file, replacement.put()?);
        spoil(&replaced);
        held.created = false;
        if held.first.is_none() {
            held.first = Some(Parked { file: replaced, name });
        } else {
            held.replaced.push(replaced);
        }
        if held.replaced.len() > KEPT_FILES {
            disown(&held.replaced.remove(0));
        }
        files::sync_folder(&files::resolved(path))
    }
}
