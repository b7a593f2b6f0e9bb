//! A state with its lock, for as long as a command works on it.

use std::sync::Arc;

use landform_state::{LockId, StateStore};

use crate::failure::Failure;
use crate::operation::Locking;
use crate::session::Session;

/// A store whose lock is held, unless the user wants none.
pub(crate) struct Locked {
    pub(crate) store: Arc<dyn StateStore>,
    lock: Option<LockId>,
}

impl Locked {
    /// Takes the lock. `purpose` is what it says of the operation.
    pub(crate) async fn take(
        session: &Session,
        store: Arc<dyn StateStore>,
        locking: Locking,
        purpose: &str,
    ) -> Result<Self, Failure> {
        let lock = match locking {
            Locking::Off => None,
            Locking::Wait(timeout) => Some(session.lock(store.as_ref(), purpose, timeout).await?),
        };
        Ok(Self { store, lock })
    }

    /// Gives the lock back.
    pub(crate) async fn release(self, session: &Session) {
        let Some(lock) = self.lock else { return };
        if let Err(diagnostics) = self.store.unlock(&lock).await {
            session.view.diagnostics(diagnostics);
        }
    }
}
