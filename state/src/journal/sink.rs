//! The journal's file while a run writes to it: lines that wait together reach the disk together.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use fs_err as fs;
use tokio::sync::{OwnedMutexGuard, oneshot};

use crate::files::{self, Privacy, Replacement};
use crate::os_lock;

/// How much room is kept behind the journal's end, so that outcomes can be written when the disk is full.
const RESERVE: u64 = 1 << 20;

/// What becomes of a line that can not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It announces an operation, which then does not begin.
    Announcement,
    /// It says what has happened: it is tried again with the next one.
    Fact,
}

struct Waiting {
    kind: Line,
    text: String,
    /// Done as soon as the line is written, and before anything else is.
    then: Option<Box<dyn FnOnce() + Send>>,
    done: Option<oneshot::Sender<Result<(), Arc<io::Error>>>>,
}

/// The file. Clones write to the same one.
#[derive(Clone)]
pub(super) struct Sink {
    path: Arc<PathBuf>,
    waiting: Arc<Mutex<Vec<Waiting>>>,
    open: Arc<tokio::sync::Mutex<Open>>,
}

#[derive(Debug)]
struct Open {
    /// Locked as long as it is open.
    file: Option<fs::File>,
    /// All before is whole and on the disk.
    length: u64,
    /// Up to here the disk has room.
    reserved: u64,
}

impl Sink {
    /// Of a file that is open and locked, or of none yet.
    /// So many bytes of it are whole lines; the next ones go behind these.
    pub(super) fn new(path: PathBuf, file: Option<fs::File>, length: u64) -> Self {
        let open = Open { file, length, reserved: length };
        Self { path: Arc::new(path), waiting: Arc::default(), open: Arc::new(tokio::sync::Mutex::new(open)) }
    }

    /// Whether the file is there and no other process has it.
    pub(super) async fn is_held(&self) -> bool {
        self.open.lock().await.file.is_some()
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn queue(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().expect("nobody panics while queueing")
    }

    /// Lines up a line without waiting for the disk; the next one that is waited for takes it along.
    pub(super) fn enqueue(&self, text: String) {
        self.queue().push(Waiting { kind: Line::Fact, text, then: None, done: None });
    }

    /// Writes a line; it is safe when this returns. `then` is done once it is, before the journal can be replaced.
    pub(super) async fn append(
        &self,
        kind: Line,
        text: String,
        then: impl FnOnce() + Send + 'static,
    ) -> Result<(), Arc<io::Error>> {
        let (done, written) = oneshot::channel();
        self.queue().push(Waiting { kind, text, then: Some(Box::new(then)), done: Some(done) });
        // Whoever is first writes for all that wait by then.
        let open = self.open.clone().lock_owned().await;
        if !self.queue().is_empty() {
            self.flush(open).await;
        }
        written.await.unwrap_or_else(|_| Err(Arc::new(io::Error::other("the journal's writer has stopped"))))
    }

    async fn flush(&self, mut open: OwnedMutexGuard<Open>) {
        let waiting = self.waiting.clone();
        let work = move || {
            let lines = std::mem::take(&mut *waiting.lock().expect("nobody panics while queueing"));
            let left = open.write(lines);
            let mut queue = waiting.lock().expect("nobody panics while queueing");
            queue.splice(..0, left);
        };
        run(work).await;
    }

    /// Replaces the whole journal by what is made while nothing is written to it. What waits is written behind it later.
    pub(super) async fn replace(&self, content: impl FnOnce() -> String + Send + 'static) -> io::Result<()> {
        let (path, mut open) = (self.path.clone(), self.open.clone().lock_owned().await);
        run(move || open.replace(&path, content().as_bytes())).await
    }

    /// Removes the journal.
    pub(super) async fn remove(&self) -> io::Result<()> {
        let (path, mut open) = (self.path.clone(), self.open.clone().lock_owned().await);
        self.queue().clear();
        run(move || open.remove(&path)).await
    }
}

/// Runs what waits for a disk where waiting hinders nobody.
pub(super) async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is shutting down, and this task with it.
            Err(_) => std::future::pending().await,
        },
    }
}

impl Open {
    /// Writes lines and tells who waits for them; returns those that are to be tried again.
    fn write(&mut self, mut lines: Vec<Waiting>) -> Vec<Waiting> {
        if lines.iter().any(|line| line.kind == Line::Announcement)
            && let Err(error) = self.reserve()
        {
            let error = Arc::new(error);
            let (refused, facts): (Vec<_>, _) = lines.into_iter().partition(|line| line.kind == Line::Announcement);
            refused.into_iter().for_each(|line| line.tell(Err(error.clone())));
            lines = facts;
        }
        let bytes: String = lines.iter().map(|line| &*line.text).collect();
        match self.append(bytes.as_bytes()) {
            Ok(()) => {
                lines.into_iter().for_each(|line| line.tell(Ok(())));
                Vec::new()
            }
            Err(error) => {
                let error = Arc::new(error);
                let mut left = Vec::new();
                for mut line in lines {
                    let again =
                        Waiting { kind: line.kind, text: std::mem::take(&mut line.text), then: None, done: None };
                    line.tell(Err(error.clone()));
                    if again.kind == Line::Fact {
                        left.push(again);
                    }
                }
                left
            }
        }
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let Some(file) = &mut self.file else { return Err(io::Error::other("the journal was not begun")) };
        let written = file.write_all(bytes).and_then(|()| file.sync_data());
        match written {
            Ok(()) => self.length += bytes.len() as u64,
            // Half a line must not stand in front of the next.
            Err(_) => {
                let _ = file.set_len(self.length);
                self.reserved = self.length;
            }
        }
        written
    }

    /// Keeps room behind the end.
    fn reserve(&mut self) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        if self.reserved >= self.length + RESERVE / 2 {
            return Ok(());
        }
        allocate(file, self.length, RESERVE)?;
        self.reserved = self.length + RESERVE;
        Ok(())
    }

    fn replace(&mut self, path: &Path, content: &[u8]) -> io::Result<()> {
        let is_new = self.file.is_none();
        if is_new {
            self.file = Some(create(path)?);
        }
        let replaced = self.put(path, content);
        if is_new && replaced.is_err() {
            // An empty journal says nothing, so it does no harm if it stays.
            let _ = self.remove(path);
        }
        replaced
    }

    fn put(&mut self, path: &Path, content: &[u8]) -> io::Result<()> {
        files::remove_unfinished(path);
        let replacement = Replacement::write(path, content, Privacy::Private)?;
        if !os_lock::try_lock(replacement.file())? {
            return Err(io::Error::other(format!("the new file for {} is locked by another process", path.display())));
        }
        self.file = Some(replacement.put()?);
        self.length = content.len() as u64;
        self.reserved = self.length;
        files::sync_folder(path)?;
        self.reserve()
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let removed = fs::remove_file(path).and_then(|()| files::sync_folder(path));
        // A file that has no name any more is of no use to whoever has just opened it: it finds that out itself.
        let _ = os_lock::unlock(file.file());
        removed
    }
}

impl Drop for Open {
    /// Closing the file would do, but not at once while a process is being started that has inherited it.
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            let _ = os_lock::unlock(file.file());
        }
    }
}

impl Waiting {
    fn tell(self, result: Result<(), Arc<io::Error>>) {
        if let (Ok(()), Some(then)) = (&result, self.then) {
            then();
        }
        if let Some(done) = self.done {
            // Whoever waited may have been dropped.
            let _ = done.send(result);
        }
    }
}

/// Makes an empty file that is locked.
fn create(path: &Path) -> io::Result<fs::File> {
    let busy = |what: &str| io::Error::new(io::ErrorKind::ResourceBusy, what.to_owned());
    files::create_folders(files::folder(path))?;
    let file = files::open_locked(path, Privacy::Private)?.ok_or_else(|| busy("another run is at work here"))?;
    if file.metadata()?.len() > 0 {
        return Err(busy("another run has begun a journal here"));
    }
    Ok(file)
}

/// Makes room on the disk without changing the file's length, where the file system can.
fn allocate(file: &fs::File, offset: u64, length: u64) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use nix::errno::Errno;
        use nix::fcntl::{FallocateFlags, fallocate};
        let (offset, length) = (i64::try_from(offset).unwrap_or(i64::MAX), i64::try_from(length).unwrap_or(i64::MAX));
        match fallocate(file.file(), FallocateFlags::FALLOC_FL_KEEP_SIZE, offset, length) {
            Err(errno @ (Errno::ENOSPC | Errno::EDQUOT | Errno::EFBIG)) => Err(errno.into()),
            _ => Ok(()),
        }
    }
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = (file, offset, length);
        Ok(())
    }
}
