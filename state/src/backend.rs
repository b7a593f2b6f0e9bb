//! Where states are stored: what every backend does for the engine.

use std::sync::Arc;

use async_trait::async_trait;
use landform_diagnostics::Diagnostics;

use crate::{LockError, LockId, LockInfo, State};

/// The workspace that always exists.
pub const DEFAULT_WORKSPACE: &str = "default";

/// A place with a state for each workspace.
#[async_trait]
pub trait Backend: Send + Sync {
    /// The names of all workspaces: the default one first, the others sorted.
    async fn workspaces(&self) -> Result<Vec<String>, Diagnostics>;

    /// Deletes a workspace with its state, whatever is in it. Refuses the default one. The caller has looked
    /// whether anything is managed there, and holds the lock.
    async fn delete_workspace(&self, name: &str) -> Result<(), Diagnostics>;

    /// The state of a workspace, which need not exist yet.
    async fn open(&self, workspace: &str) -> Result<Arc<dyn StateStore>, Diagnostics>;
}

/// What a write did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The serial of what is stored now.
    pub serial: u64,
    /// Its lineage.
    pub lineage: String,
    /// Whether anything had to be written.
    pub changed: bool,
}

/// One workspace's state.
///
/// A store remembers what it read or wrote last. A write of the same content is left out; one of other content
/// has the next serial. Methods may be called concurrently; writes are done one after another.
#[async_trait]
pub trait StateStore: Send + Sync {
    /// Where the state is, as lock information and messages say it.
    fn location(&self) -> String;

    /// Takes the lock, once and without waiting. The id in `info` is the one returned, except where a store has ids
    /// of its own.
    ///
    /// # Errors
    /// [`LockError::Held`] with the holder when another has it.
    async fn lock(&self, info: &LockInfo) -> Result<LockId, LockError>;

    /// Gives the lock back.
    ///
    /// # Errors
    /// When it is not, or not any more, held under this id; and when it could not be removed.
    async fn unlock(&self, id: &LockId) -> Result<(), Diagnostics>;

    /// Removes a lock that another, dead process left behind.
    ///
    /// # Errors
    /// When the lock's id is another one.
    async fn force_unlock(&self, id: &str) -> Result<(), Diagnostics>;

    /// The stored state; `None` when there is none yet.
    async fn read(&self) -> Result<Option<State>, Diagnostics>;

    /// Stores a state of the lineage that is there already, under the next serial, whatever serial it says. Once this
    /// returns, the state survives a crash of the process and the machine. A crash on the way leaves the old state
    /// or the new one.
    ///
    /// # Errors
    /// Leaves the old state in place, except where a connection breaks before the store answers.
    async fn write(&self, state: &State) -> Result<Written, Diagnostics>;

    /// Stores a state with just its serial and lineage, for `state push` and the change of a backend.
    ///
    /// # Errors
    /// Unless `force` is given, when the stored state has another lineage, or a higher serial, or other content under
    /// the same serial.
    async fn replace(&self, state: &State, force: bool) -> Result<Written, Diagnostics>;

    /// Warnings that came up on the way and were not taken before.
    fn take_warnings(&self) -> Diagnostics {
        Diagnostics::new()
    }
}

/// The default workspace can not be deleted.
pub(crate) fn default_workspace_stays() -> Diagnostics {
    landform_diagnostics::Diagnostic::error(
        "Failed to delete workspace",
        "The default workspace is always there and can not be deleted.",
    )
    .into()
}
