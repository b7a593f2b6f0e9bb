//! The journal: what a run is about to do and what it has done, written down before and after each operation.
//!
//! It is a file next to the data directory of a root module, one for each workspace, of which one run at a time takes hold.
//! A run that is killed leaves it behind; the next one brings the state up to date with it. A run that ends stores the
//! state and removes it.
//!
//! # The course of a run
//!
//! 1. [`Journal::open`] takes hold of the journal, if there is one.
//! 2. [`Journal::hold`] writes down which lock the run is about to take, so that the next one can tell a dead holder
//!    from a living one ([`Journal::break_abandoned_lock`]). Then the lock of the state is taken. This is for locks that
//!    outlive their process; that of a local state does not.
//! 3. [`Journal::recover`] brings the state that was read up to date and names operations whose outcome is not known.
//! 4. [`Journal::begin`] writes down how the state that the run works on differs from the stored one (what was recovered,
//!    moves): a run that can not write this does not begin.
//! 5. [`Journal::intent`] before and [`Journal::outcome`] after each operation, [`Journal::note`] for changes of
//!    state alone. Each is one append and one wait for the disk, shared by all that wait at the same time.
//! 6. [`Journal::snapshot`] now and then, [`Journal::finish`] at the end.
//!
//! A run without effects (plan) does 1 to 3 and [`Journal::release`].

mod leftover;
mod live;
mod record;
mod replay;
mod sink;
mod words;

use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use fs_err as fs;
use landform_addrs::{ProviderConfigAddr, ResourceInstance, Str};
use landform_diagnostics::{Diagnostic, Diagnostics};

pub use record::{Begun, Change, Effect};
pub use replay::Recovery;

use crate::files::{self, Privacy};
use crate::{LockInfo, Object, State, StateStore, Timer, Written};
use leftover::{Leftover, unusable, whole_lines};
use live::{Live, locked};
use record::{FORMAT, Header, Record};
use sink::{Line, Sink};
use words::{WRITE, busy, damaged, first, not_begun, other_owner};

/// How long a run goes on without storing the state. Terraform does the same.
const SNAPSHOT_INTERVAL: Duration = Duration::from_secs(20);
/// How many locks of dead runs are remembered.
const EARLIER: usize = 16;

/// The root module's workspace that a journal is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The workspace.
    pub workspace: String,
    /// What tells the backend from all others: its type and [`StateStore::location`], such as `s3 bucket/key`.
    pub backend: String,
}

/// Why a journal could not be taken hold of.
#[derive(Debug)]
pub enum OpenError {
    /// Another run has hold of it. A run without effects can do without.
    Busy(Diagnostics),
    /// It can not be used.
    Failed(Diagnostics),
}

impl OpenError {
    /// For people.
    pub fn into_diagnostics(self) -> Diagnostics {
        match self {
            Self::Busy(diagnostics) | Self::Failed(diagnostics) => diagnostics,
        }
    }
}

/// An operation that is about to begin.
#[derive(Clone, Copy, Debug)]
pub struct Intent<'a> {
    /// The resource instance.
    pub address: &'a ResourceInstance,
    /// The key of a deposed object.
    pub deposed: Option<&'a Str>,
    /// The provider configuration that does it.
    pub provider: &'a ProviderConfigAddr,
    /// What is about to be done.
    pub effect: Effect,
    /// How far it goes.
    pub reach: Reach,
    /// The token of an earlier attempt at the same; a new one is made otherwise.
    pub token: Option<&'a str>,
    /// The object before; `None` for one that is to be made.
    pub prior: Option<&'a Object>,
    /// The object as planned, as far as it is known: what a lost one can be recognised by.
    pub planned: Option<&'a Object>,
    /// Changes of state that come with it: an old object that is put aside before a new one is made.
    pub changes: &'a [Change],
}

/// How far an operation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Something is made, changed or removed that is not in state alone: a run that dies must not forget it.
    Outside,
    /// What it makes is in state and nowhere else, so that if it is forgotten, nothing is lost. Nobody waits until it is on
    /// the disk; it gets there before anything outside begins that may depend on it.
    State,
}

/// An operation that may begin now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Names it in [`Journal::outcome`].
    pub id: u64,
    /// For the provider to hand to the service with its request, where the service knows such tokens. It is recorded: the
    /// next run can make the same request again.
    pub token: String,
}

/// A journal.
pub struct Journal {
    header: Header,
    leftover: Option<Leftover>,
    sink: Sink,
    timer: Arc<dyn Timer>,
    live: Arc<Mutex<Live>>,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("path", &self.sink.path()).finish_non_exhaustive()
    }
}

/// Opening.
impl Journal {
    /// Where the journal of a workspace is: next to the data directory (`.terraform`). The name is one that the usual
    /// `.gitignore` of a root module covers, because a journal holds secrets as a state does.
    pub fn path(data_dir: &Path, workspace: &str) -> PathBuf {
        data_dir.with_file_name(format!(".{workspace}.tfstate.journal"))
    }

    /// Takes hold of a journal. Where there is none, nothing is made yet.
    ///
    /// # Errors
    /// When another run has hold of it, when it is of another root module or workspace, or damaged.
    pub async fn open(path: PathBuf, owner: Owner, timer: Arc<dyn Timer>) -> Result<Self, OpenError> {
        let at = path.clone();
        let (file, bytes) = sink::run(move || open_existing(&at)).await.map_err(|error| match error.kind() {
            ErrorKind::WouldBlock => OpenError::Busy(busy(&path)),
            _ => OpenError::Failed(files::problem("Failed to open the journal", &error)),
        })?;
        let leftover = leftover::read(&bytes).map_err(|problem| OpenError::Failed(unusable(&path, &problem)))?;
        let header = Header {
            format: FORMAT,
            workspace: owner.workspace,
            backend: owner.backend,
            lock: None,
            earlier: Vec::new(),
        };
        if let Some(found) = &leftover
            && !found.is_clean()
            && (&found.header.workspace, &found.header.backend) != (&header.workspace, &header.backend)
        {
            return Err(OpenError::Failed(unusable(&path, &other_owner(&found.header))));
        }
        let live = Live {
            last_id: leftover.as_ref().map_or(0, Leftover::last_id),
            open: leftover.iter().flat_map(Leftover::unfinished).map(|begun| (begun.id, begun)).collect(),
            stored_at: timer.elapsed(),
            ..Live::default()
        };
        let live = Arc::new(Mutex::new(live));
        Ok(Self { header, leftover, sink: Sink::new(path, file, whole_lines(&bytes) as u64), timer, live })
    }

    /// What a run that died, or one that is at work, is known to have done to a state. Takes hold of nothing and writes
    /// nothing, so it disturbs no other run; a journal of another owner is passed over.
    ///
    /// # Errors
    /// When it can not be read, or is damaged.
    pub async fn look(path: PathBuf, owner: &Owner, stored: Option<&State>) -> Result<Recovery, Diagnostics> {
        let nothing = || Recovery {
            state: stored.cloned(),
            recovered: Vec::new(),
            unfinished: Vec::new(),
            diagnostics: Diagnostics::new(),
        };
        let at = path.clone();
        let bytes = match sink::run(move || fs::read(&at)).await {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(nothing()),
            Err(error) => return Err(files::problem("Failed to open the journal", &error)),
        };
        let leftover = leftover::read(&bytes).map_err(|problem| unusable(&path, &problem))?;
        let is_ours =
            |found: &Leftover| found.header.workspace == owner.workspace && found.header.backend == owner.backend;
        match leftover.filter(is_ours) {
            Some(leftover) => leftover.recover(stored).map_err(|problem| unusable(&path, &problem)),
            None => Ok(nothing()),
        }
    }

    fn live(&self) -> MutexGuard<'_, Live> {
        locked(&self.live)
    }

    /// The locks that dead runs of this workspace have, or were about to take; that of the last one first.
    pub fn abandoned_locks(&self) -> impl Iterator<Item = &LockInfo> {
        let headers = self.leftover.iter().map(|leftover| &leftover.header);
        headers.flat_map(|header| header.lock.iter().chain(&header.earlier))
    }

    /// Removes the lock of a state whose holder was a run of this very journal and is dead: we have hold of its journal now.
    /// Returns whether it was that and is removed. `who` is this run's `user@host`: a journal that was copied to another
    /// machine says nothing of the life of its run.
    ///
    /// # Errors
    /// When the lock can not be removed.
    pub async fn break_abandoned_lock(
        &self,
        store: &dyn StateStore,
        holder: &LockInfo,
        who: &str,
    ) -> Result<bool, Diagnostics> {
        let ours = self
            .abandoned_locks()
            .any(|lock| !lock.id.is_empty() && lock.id == holder.id && lock.who == holder.who && holder.who == who)
            && self.sink.is_held().await;
        if ours {
            store.force_unlock(&holder.id).await?;
        }
        Ok(ours)
    }

    /// Writes down which lock this run is about to take. What a dead run left stays as it is.
    ///
    /// # Errors
    /// When the journal can not be written: a run with effects must not go on then.
    pub async fn hold(&self, lock: &LockInfo) -> Result<(), Diagnostics> {
        self.live().lock = Some(lock.clone());
        self.withdraw().await
    }

    async fn replace(&self, content: impl FnOnce() -> String + Send + 'static) -> Result<(), Diagnostics> {
        self.sink.replace(content).await.map_err(|error| match error.kind() {
            ErrorKind::ResourceBusy => busy(self.sink.path()),
            _ => not_begun(&error),
        })
    }

    /// Brings a state up to date with what a dead run has done. Reads only.
    ///
    /// # Errors
    /// When the journal is about a state of another lineage.
    pub fn recover(&self, stored: Option<&State>) -> Result<Recovery, Diagnostics> {
        let Some(leftover) = &self.leftover else {
            let (recovered, unfinished) = (Vec::new(), Vec::new());
            return Ok(Recovery { state: stored.cloned(), recovered, unfinished, diagnostics: Diagnostics::new() });
        };
        let mut recovery = leftover.recover(stored).map_err(|problem| unusable(self.sink.path(), &problem))?;
        if leftover.damaged > 0 {
            recovery.diagnostics.push(damaged(self.sink.path(), leftover.damaged));
        }
        Ok(recovery)
    }

    /// Puts back what a dead run left, after a state could not be stored whose changes are not to be made later either.
    ///
    /// # Errors
    /// When the journal can not be written: then the next run makes the changes.
    pub async fn withdraw(&self) -> Result<(), Diagnostics> {
        let lock = {
            let mut live = self.live();
            live.begun = false;
            live.lock.clone()
        };
        let earlier = self.abandoned_locks().filter(|it| Some(*it) != lock.as_ref()).take(EARLIER).cloned().collect();
        let header = Header { lock, earlier, ..self.header.clone() };
        let left = self.leftover.iter().flat_map(|leftover| &leftover.lines).map(|line| &**line);
        let content: String = std::iter::once(&*header.to_line()).chain(left).collect();
        self.replace(move || content).await
    }

    /// Gives the journal back. What a dead run left stays for the next, and what this run did and could not store.
    pub async fn release(&self) {
        let says_nothing = {
            let live = self.live();
            match live.begun {
                true => live.changes.is_empty() && live.open.is_empty(),
                false => self.leftover.as_ref().is_none_or(Leftover::is_clean),
            }
        };
        if says_nothing {
            // It says nothing, so it does no harm if it stays.
            let _ = self.sink.remove().await;
        }
    }
}

/// The file that is there with its content, locked unless it can only be read. A line that was not written to its end is
/// cut off, so that the next one does not continue it.
fn open_existing(path: &Path) -> io::Result<(Option<fs::File>, Vec<u8>)> {
    if !path.exists() {
        return Ok((None, Vec::new()));
    }
    let mut bytes = Vec::new();
    match files::open_locked(path, Privacy::Private) {
        Ok(Some(mut file)) => {
            file.read_to_end(&mut bytes)?;
            let whole = whole_lines(&bytes) as u64;
            file.set_len(whole)?;
            file.seek(SeekFrom::Start(whole))?;
            Ok((Some(file), bytes))
        }
        Ok(None) => Err(ErrorKind::WouldBlock.into()),
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            Ok((None, fs::read(path)?))
        }
        Err(error) => Err(error),
    }
}

/// Writing.
impl Journal {
    /// Starts the journal of a run with effects: from the stored state and the one that the run works on. Operations of
    /// a dead run whose outcome is not known are kept until [`Journal::resolve`] or the end.
    ///
    /// # Errors
    /// When it can not be written: the run must not begin.
    pub async fn begin(&self, stored: Option<&State>, working: &State) -> Result<(), Diagnostics> {
        {
            let mut live = self.live();
            live.lineage = stored.map_or(&working.lineage, |stored| &stored.lineage).clone();
            live.serial = stored.map_or(0, |stored| stored.serial);
            let changes = replay::difference(stored, working);
            live.changes = changes.into_iter().map(|change| (change.place(), change)).collect();
            live.stored_at = self.timer.elapsed();
            live.begun = true;
        }
        let (live, header) = (self.live.clone(), self.header.clone());
        self.replace(move || locked(&live).content(&header)).await
    }

    /// Writes down that an operation is about to begin. It may begin when this returns.
    ///
    /// # Errors
    /// When it can not be written: the operation must not begin.
    pub async fn intent(&self, intent: &Intent<'_>) -> Result<Ticket, Diagnostic> {
        let id = {
            let mut live = self.live();
            live.last_id += 1;
            live.last_id
        };
        let token = intent.token.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned);
        let ticket = Ticket { id, token: token.clone() };
        if intent.reach == Reach::State {
            if !intent.changes.is_empty() {
                self.note(intent.changes);
            }
            return Ok(ticket);
        }
        let begun = Begun {
            id,
            address: intent.address.clone(),
            deposed: intent.deposed.cloned(),
            provider: intent.provider.clone(),
            effect: intent.effect,
            token,
            prior: intent.prior.cloned(),
            planned: intent.planned.cloned(),
        };
        let (begun, changes) = (Box::new(begun), intent.changes.to_vec());
        let line = Record::Intent(begun.clone(), changes.clone()).to_line();
        let live = self.live.clone();
        let then = move || {
            let mut live = locked(&live);
            live.note(&changes);
            live.open.insert(id, *begun);
        };
        let written = self.sink.append(Line::Announcement, line, then).await;
        written.map_err(|error| first(files::problem(WRITE, &error)))?;
        Ok(ticket)
    }

    /// Writes down what is there after an operation, whether it succeeded or not.
    ///
    /// # Errors
    /// When it can not be written now. It is not forgotten: it is tried again with the next line, and the next stored state
    /// has it. The run should begin nothing new.
    pub async fn outcome(&self, id: u64, changes: &[Change]) -> Result<(), Diagnostic> {
        let begun = self.live().open.remove(&id);
        if begun.is_none() {
            self.note(changes);
            return Ok(());
        }
        self.live().note(changes);
        let line = Record::Outcome { id, changes: changes.to_vec() }.to_line();
        self.sink.append(Line::Fact, line, || ()).await.map_err(|error| first(files::problem(WRITE, &error)))
    }

    /// Notes changes of state alone, such as an object that is forgotten. They reach the disk with the next operation.
    pub fn note(&self, changes: &[Change]) {
        self.live().note(changes);
        self.sink.enqueue(Record::Note(changes.to_vec()).to_line());
    }

    /// Notes that what became of a dead run's operation is known now, and in state.
    pub fn resolve(&self, id: u64) {
        self.live().open.remove(&id);
        self.sink.enqueue(Record::Resolved(id).to_line());
    }

    /// Whether it is time for [`Journal::snapshot`].
    pub fn wants_snapshot(&self) -> bool {
        let live = self.live();
        !live.changes.is_empty() && self.timer.elapsed().saturating_sub(live.stored_at) >= SNAPSHOT_INTERVAL
    }

    /// Stores the state as it is now and drops from the journal what it has. Operations may go on meanwhile.
    ///
    /// # Errors
    /// When the state can not be stored. The journal stays as it is.
    pub async fn snapshot(&self, store: &dyn StateStore, state: &State) -> Result<Written, Diagnostics> {
        let written = self.store(store, state).await?;
        self.live().stored(&written, state, self.timer.elapsed());
        self.shorten().await;
        Ok(written)
    }

    /// Writes only what is to be said still.
    async fn shorten(&self) {
        let (live, header) = (self.live.clone(), self.header.clone());
        // The longer journal says the same.
        let _ = self.sink.replace(move || locked(&live).content(&header)).await;
    }

    async fn store(&self, store: &dyn StateStore, state: &State) -> Result<Written, Diagnostics> {
        let serial = self.live().serial + 1;
        let record = Record::Snapshot { serial, content: replay::content(state) };
        // Without this line, a crash between here and the shorter journal would look as if another had stored the state.
        // What is recovered would be the same, only with more care.
        let _ = self.sink.append(Line::Fact, record.to_line(), || ()).await;
        store.write(state).await
    }

    /// Stores the state that the run ends with. What a dead run left unfinished is forgotten. But for the lock, which is known
    /// until it is given back, the journal says nothing then, and [`Journal::release`] removes it.
    ///
    /// # Errors
    /// When the state can not be stored. The journal stays: the next run will bring the state up to date.
    pub async fn finish(&self, store: &dyn StateStore, state: &State) -> Result<Written, Diagnostics> {
        let written = self.store(store, state).await?;
        self.live().ended(&written, state, self.timer.elapsed());
        self.shorten().await;
        Ok(written)
    }
}
