//! State: in memory, as a file, where it is stored, who holds its lock, and the journal of what is being done.
//!
//! **Invariant**: knows no provider's schemas, evaluates nothing, and takes time, environment and paths from its caller.

mod backend;
mod baseline;
pub mod file;
mod files;
pub mod journal;
pub mod local;
mod lock;
pub mod model;
mod os_lock;
#[cfg(feature = "s3")]
pub mod s3;

pub use backend::{Backend, DEFAULT_WORKSPACE, StateStore, Written};
pub use local::{LocalBackend, LocalConfig};
pub use lock::{LockError, LockId, LockInfo, Timer, lock_with_timeout};
pub use model::{
    CheckResult, CheckStatus, CheckableKind, CheckedObject, EachMode, Extra, InstanceState, Object, ObjectRef,
    ObjectStatus, Output, ResourceState, State, sorted_dependencies,
};
#[cfg(feature = "s3")]
pub use s3::{S3Backend, S3Config};
