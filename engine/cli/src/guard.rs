//! Hold of a state: its lock, and the journal of what is done to it.

use std::sync::Arc;
use std::time::Duration;

use landform_diagnostics::{COMPATIBLE_VERSION, Diagnostics};
use landform_state::journal::{Begun, Journal, OpenError};
use landform_state::{LockError, LockId, LockInfo, State, StateStore, lock_with_timeout};

use crate::backend::{Kind, Place};
use crate::failure::{Failure, as_text};
use crate::operation::Locking;
use crate::session::{Clock, Session, StoppableClock};

/// How often a lock is tried that turns out to be a dead run's.
const LATE_LOCKS: usize = 10;

/// What hold is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To look and to plan.
    Plan,
    /// To change things.
    Apply,
    /// To change state alone; as locks name the command.
    Mend(&'static str),
}

impl Purpose {
    /// As locks name it.
    fn operation(self) -> &'static str {
        match self {
            Self::Plan => "OperationTypePlan",
            Self::Apply => "OperationTypeApply",
            Self::Mend(command) => command,
        }
    }
}

/// Hold of a state.
pub(crate) struct Guard {
    store: Arc<dyn StateStore>,
    lock: Option<LockId>,
    /// Whether the state is a file on this machine.
    is_local: bool,
    /// Missing only for a plan while another run is at work here, and for a state that is not the workspace's own.
    journal: Option<Journal>,
    purpose: Purpose,
}

/// Whether the journal of a workspace is about a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Journaled {
    /// It is the workspace's own.
    Yes,
    /// It is some other file.
    No,
}

/// A state as it was read.
pub(crate) struct ReadState {
    /// As the backend has it.
    pub(crate) stored: Option<State>,
    /// With all that a run that was killed is known to have done.
    pub(crate) working: State,
    /// What such a run had begun and may have done.
    pub(crate) unfinished: Vec<Begun>,
}

impl ReadState {
    /// Whether there is no state at all.
    pub(crate) fn is_none(&self) -> bool {
        self.stored.is_none() && self.working.is_empty()
    }
}

/// Why there is no state as it should be.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// A file that can not be read can not be locked either.
    Lock(Diagnostics),
    /// The store can not read it.
    State(Diagnostics),
    /// The journal is not about it.
    Journal(Diagnostics),
}

impl ReadError {
    /// The failure of a command that has words of its own for a state that can not be read.
    pub(crate) fn or_told_as(self, told: impl FnOnce(&str) -> String) -> Failure {
        match self {
            Self::State(found) => Failure::text(told(&as_text(&found))),
            Self::Lock(found) | Self::Journal(found) => found.into(),
        }
    }
}

impl From<ReadError> for Diagnostics {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Lock(found) | ReadError::State(found) | ReadError::Journal(found) => found,
        }
    }
}

impl Guard {
    /// Takes journal and lock. A lock that a dead run of this directory left behind is removed.
    pub(crate) async fn take(
        session: &Session,
        place: Place,
        journaled: Journaled,
        locking: Locking,
        purpose: Purpose,
    ) -> Result<Self, Failure> {
        let world = &session.world;
        let journal = match journaled {
            Journaled::Yes => open_journal(session, &place, purpose).await?,
            Journaled::No => None,
        };
        let is_local = place.backend == Kind::Local.name();
        let store = place.store;
        let mut guard = Self { store, lock: None, is_local, journal, purpose };
        if let Locking::Wait(timeout) = locking {
            let info = LockInfo::new(purpose.operation(), world.who(), COMPATIBLE_VERSION, world.now());
            match guard.announce(&info).await {
                // A plan can do without: should it die, its lock stays until somebody removes it.
                Err(_) if purpose == Purpose::Plan => {}
                announced => announced?,
            }
            match guard.lock(session, &info, timeout).await {
                Ok(lock) => guard.lock = Some(lock),
                Err(diagnostics) => {
                    guard.release(session).await;
                    return Err(diagnostics.into());
                }
            }
        }
        Ok(guard)
    }

    async fn announce(&self, info: &LockInfo) -> Result<(), Diagnostics> {
        match &self.journal {
            Some(journal) => journal.hold(info).await,
            None => Ok(()),
        }
    }

    async fn lock(&self, session: &Session, info: &LockInfo, timeout: Duration) -> Result<LockId, Diagnostics> {
        let store = self.store.as_ref();
        // What a dead run had sent may still take its lock after it was removed.
        for _ in 0..LATE_LOCKS {
            match store.lock(info).await {
                Ok(lock) => return Ok(lock),
                Err(LockError::Held { holder: Some(holder), .. }) if self.break_abandoned(session, &holder).await? => {
                    let notice = format!("The lock {} of a run that was interrupted here was removed.", holder.id);
                    session.view.notice(&notice);
                }
                Err(LockError::Held { .. }) if !timeout.is_zero() => break,
                Err(error) => return Err(error.into_diagnostics()),
            }
        }
        let waiting = |holder: Option<&LockInfo>| session.view.waits_for_lock(holder);
        let clock = StoppableClock::new(session.interrupts.stop().clone());
        lock_with_timeout(store, info, timeout, &clock, &waiting).await.map_err(LockError::into_diagnostics)
    }

    async fn break_abandoned(&self, session: &Session, holder: &LockInfo) -> Result<bool, Diagnostics> {
        match &self.journal {
            Some(journal) => journal.break_abandoned_lock(self.store.as_ref(), holder, &session.world.who()).await,
            None => Ok(false),
        }
    }

    /// What the store has to say by the way.
    pub(crate) fn warnings(&self) -> Diagnostics {
        self.store.take_warnings()
    }

    /// Reads the state, brought up to date with the journal.
    pub(crate) async fn read(&self, diagnostics: &mut Diagnostics) -> Result<ReadState, ReadError> {
        let stored = self.store.read().await.map_err(|found| match self.is_local && self.lock.is_some() {
            true => ReadError::Lock(no_lock(&found)),
            false => ReadError::State(found),
        })?;
        self.recover(stored, diagnostics).map_err(ReadError::Journal)
    }

    /// Brings a state that was read up to date with the journal.
    fn recover(&self, stored: Option<State>, diagnostics: &mut Diagnostics) -> Result<ReadState, Diagnostics> {
        let (recovered, unfinished) = match &self.journal {
            Some(journal) => {
                let recovery = journal.recover(stored.as_ref())?;
                diagnostics.extend(recovery.diagnostics);
                // A plan looks for what was begun; nobody else can.
                if let Purpose::Mend(_) = self.purpose {
                    diagnostics.extend(recovery.unfinished.iter().map(Begun::warning));
                }
                (recovery.state, recovery.unfinished)
            }
            None => (stored.clone(), Vec::new()),
        };
        let working = recovered.unwrap_or_else(|| State::new(COMPATIBLE_VERSION));
        Ok(ReadState { stored, working, unfinished })
    }

    /// Stores a state that is the one that was read with a change to it. What a dead run began and may have done stays in
    /// the journal, for a run that can find out.
    ///
    /// # Errors
    /// When it can not be stored. The change is not made later either.
    pub(crate) async fn put(&self, read: &ReadState, state: &State) -> Result<(), Diagnostics> {
        let store = self.store.as_ref();
        let Some(journal) = &self.journal else { return store.write(state).await.map(drop) };
        journal.begin(read.stored.as_ref(), state).await?;
        let stored = match read.unfinished.is_empty() {
            true => journal.finish(store, state).await,
            false => journal.snapshot(store, state).await,
        };
        if let Err(mut found) = stored {
            found.extend(journal.withdraw().await.err().into_iter().flatten());
            return Err(found);
        }
        Ok(())
    }

    /// Puts a state in the place of the stored one. What the journal has and the new state lacks stays there.
    ///
    /// # Errors
    /// When it can not be stored.
    pub(crate) async fn replace(&self, state: &State) -> Result<(), Diagnostics> {
        self.store.replace(state, true).await?;
        if let Some(journal) = &self.journal
            && let Ok(recovery) = journal.recover(Some(state))
        {
            journal.begin(Some(state), recovery.state.as_ref().unwrap_or(state)).await?;
        }
        Ok(())
    }

    /// The store.
    pub(crate) fn store(&self) -> &dyn StateStore {
        self.store.as_ref()
    }

    /// The journal; there is one for every run that changes things.
    pub(crate) fn journal(&self) -> &Journal {
        self.journal.as_ref().expect("only plans and other files do without a journal")
    }

    /// Gives all back.
    pub(crate) async fn release(self, session: &Session) {
        if let Some(lock) = &self.lock
            && let Err(diagnostics) = self.store.unlock(lock).await
        {
            session.view.diagnostics(diagnostics);
        }
        if let Some(journal) = &self.journal {
            journal.release().await;
        }
    }
}

/// A state file that can not be read can not be locked either, as Terraform tells it.
fn no_lock(found: &Diagnostics) -> Diagnostics {
    LockError::failed(format!("Error message: {}", as_text(found))).into_diagnostics()
}

async fn open_journal(session: &Session, place: &Place, purpose: Purpose) -> Result<Option<Journal>, Diagnostics> {
    let path = Journal::path(&session.world.data_dir(), &place.workspace);
    match Journal::open(path, place.owner(), Arc::new(Clock::new())).await {
        Ok(journal) => Ok(Some(journal)),
        Err(OpenError::Busy(_)) if purpose == Purpose::Plan => Ok(None),
        Err(error) => Err(error.into_diagnostics()),
    }
}
