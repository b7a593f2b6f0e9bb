//! Keeps what a run does: each effect in the journal when it happens, the whole state in the backend at the end.

use std::cell::RefCell;
use std::sync::Arc;

use async_trait::async_trait;
use landform_core::apply::Recorder;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_state::journal::{Change, Intent, Journal, Ticket};
use landform_state::local::write_errored_state;
use landform_state::{State, StateStore, Written};

use crate::planning::Run;
use crate::session::Session;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// What became of all that it began is known.
    Whole,
    /// Operations were running, and stay in the journal.
    Halted,
}

/// The state as it is known to be, from the plan's on.
pub(crate) struct StateKeeper<'a> {
    store: Arc<dyn StateStore>,
    journal: &'a Journal,
    known: RefCell<State>,
    /// Whether a dead run has begun what nobody has looked into yet.
    leaves_open: bool,
}

impl<'a> StateKeeper<'a> {
    /// Begins to keep what a run does, from the state that it starts from on. `settled` is what of a dead run's operations
    /// is clear now.
    ///
    /// # Errors
    /// When nothing can be written down: then nothing may be done.
    pub(crate) async fn begin(run: &'a Run, state: &State, settled: &[u64]) -> Result<Self, Diagnostics> {
        let journal = run.guard.journal();
        journal.begin(run.stored.as_ref(), state).await?;
        for id in settled {
            journal.resolve(*id);
        }
        let leaves_open = run.unfinished.iter().any(|begun| !settled.contains(&begun.id));
        Ok(Self { store: run.store.clone(), journal, known: RefCell::new(state.clone()), leaves_open })
    }

    /// What is known to be done by now.
    pub(crate) fn known_state(&self) -> State {
        self.known.borrow().clone()
    }

    /// Stores the state. If that fails, it goes to a file here, so that nothing is lost.
    pub(crate) async fn finish(&self, session: &Session, state: &State, end: End) -> Result<Written, Diagnostics> {
        let stored = match end {
            End::Whole if !self.leaves_open => self.journal.finish(self.store.as_ref(), state).await,
            End::Whole | End::Halted => self.journal.snapshot(self.store.as_ref(), state).await,
        };
        let mut diagnostics = match stored {
            Ok(written) => return Ok(written),
            Err(diagnostics) => diagnostics,
        };
        diagnostics.extend(match write_errored_state(&session.world.directory, state) {
            Ok(path) => {
                let path = path.display();
                let detail = format!(
                    "The state could not be stored where it belongs. It is in the file {path}, so that nothing is lost. Once the cause is mended, bring it there with: landform state push {path}"
                );
                Diagnostic::error("Failed to persist state to backend", detail).into()
            }
            Err(found) => found,
        });
        Err(diagnostics)
    }

    fn apply(&self, changes: &[Change]) {
        let mut known = self.known.borrow_mut();
        for Change { address, deposed, provider, object } in changes {
            match (object, deposed) {
                (Some(object), None) => drop(known.insert(address, provider, object.clone())),
                (Some(object), Some(key)) => {
                    drop(known.insert_deposed(address, key.clone(), provider, object.clone()));
                }
                (None, deposed) => drop(known.remove(address, deposed.as_deref())),
            }
        }
    }
}

#[async_trait(?Send)]
impl Recorder for StateKeeper<'_> {
    async fn intent(&self, intent: &Intent<'_>) -> Result<Ticket, Diagnostic> {
        let ticket = self.journal.intent(intent).await?;
        self.apply(intent.changes);
        Ok(ticket)
    }

    async fn outcome(&self, id: u64, changes: &[Change]) -> Result<(), Diagnostic> {
        self.apply(changes);
        self.journal.outcome(id, changes).await
    }

    fn note(&self, changes: &[Change]) {
        self.apply(changes);
        self.journal.note(changes);
    }

    fn wants_snapshot(&self) -> bool {
        self.journal.wants_snapshot()
    }

    async fn snapshot(&self, state: &State) -> Result<(), Diagnostic> {
        let written = self.journal.snapshot(self.store.as_ref(), state).await;
        written.map(drop).map_err(|found| {
            let why = found.iter().map(|found| found.summary.clone()).collect::<Vec<_>>().join("; ");
            let detail = format!("The state could not be stored in between: {why}. What was done is in the journal, and it is tried again at the end.");
            Diagnostic::warning("State is not stored yet", detail)
        })
    }
}
