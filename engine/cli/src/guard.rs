//! Hold of a state: its lock, and the journal of what is done to it.

use std::sync::Arc;
use std::time::Duration;

use landform_diagnostics::Diagnostics;
use landform_state::journal::{Begun, Journal, OpenError, Owner};
use landform_state::{LockError, LockId, LockInfo, State, StateStore, lock_with_timeout};

use crate::commands::COMPATIBLE_VERSION;
use crate::failure::Failure;
use crate::operation::Locking;
use crate::session::{Clock, Session};

/// What hold is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To look and to plan.
    Plan,
    /// To change things.
    Apply,
}

impl Purpose {
    /// As locks name it.
    fn operation(self) -> &'static str {
        match self {
            Self::Plan => "OperationTypePlan",
            Self::Apply => "OperationTypeApply",
        }
    }
}

/// Hold of a state.
pub(crate) struct Guard {
    store: Arc<dyn StateStore>,
    lock: Option<LockId>,
    /// Missing only for a plan while another run is at work here.
    journal: Option<Journal>,
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

impl Guard {
    /// Takes journal and lock. A lock that a dead run of this directory left behind is removed.
    pub(crate) async fn take(
        session: &Session,
        backend: &str,
        store: Arc<dyn StateStore>,
        locking: Locking,
        purpose: Purpose,
    ) -> Result<Self, Failure> {
        let world = &session.world;
        let workspace = session.workspace();
        let path = Journal::path(&world.data_dir(), &workspace);
        let owner = Owner { workspace, backend: format!("{backend} {}", store.location()) };
        let journal = match Journal::open(path, owner, Arc::new(Clock::new())).await {
            Ok(journal) => Some(journal),
            Err(OpenError::Busy(_)) if purpose == Purpose::Plan => None,
            Err(error) => return Err(error.into_diagnostics().into()),
        };
        let mut guard = Self { store, lock: None, journal };
        if let Locking::Wait(timeout) = locking {
            let info = LockInfo::new(purpose.operation(), world.who(), COMPATIBLE_VERSION, world.now());
            if purpose == Purpose::Apply {
                guard.announce(&info).await?;
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
        match store.lock(info).await {
            Ok(lock) => return Ok(lock),
            Err(LockError::Held { holder: Some(holder), .. }) if self.break_abandoned(session, &holder).await? => {
                session.view.notice(&format!("The lock {} of a run that was interrupted here was removed.", holder.id));
            }
            Err(LockError::Held { .. }) if !timeout.is_zero() => {}
            Err(error) => return Err(error.into_diagnostics()),
        }
        let waiting = |holder: Option<&LockInfo>| session.view.waits_for_lock(holder);
        lock_with_timeout(store, info, timeout, &Clock::new(), &waiting).await.map_err(LockError::into_diagnostics)
    }

    async fn break_abandoned(&self, session: &Session, holder: &LockInfo) -> Result<bool, Diagnostics> {
        match &self.journal {
            Some(journal) => journal.break_abandoned_lock(self.store.as_ref(), holder, &session.world.who()).await,
            None => Ok(false),
        }
    }

    /// Reads the state, brought up to date with the journal.
    pub(crate) async fn read(&self, diagnostics: &mut Diagnostics) -> Result<ReadState, Diagnostics> {
        let stored = self.store.read().await?;
        let (recovered, unfinished) = match &self.journal {
            Some(journal) => {
                let recovery = journal.recover(stored.as_ref())?;
                diagnostics.extend(recovery.diagnostics);
                (recovery.state, recovery.unfinished)
            }
            None => (stored.clone(), Vec::new()),
        };
        let working = recovered.unwrap_or_else(|| State::new(COMPATIBLE_VERSION));
        Ok(ReadState { stored, working, unfinished })
    }

    /// The journal; there is one for every run that changes things.
    pub(crate) fn journal(&self) -> &Journal {
        self.journal.as_ref().expect("only plans do without a journal")
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
