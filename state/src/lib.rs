//! State: in memory, as a file, where it is stored, who holds its lock, and the journal of what is being done.
//!
//! **Invariant**: knows no schemas, evaluates nothing, and takes time, environment and paths from its caller.

pub mod model;

pub use model::{
    CheckResult, CheckStatus, CheckableKind, CheckedObject, EachMode, Extra, InstanceState, Object, ObjectRef,
    ObjectStatus, Output, ResourceState, State, sorted_dependencies,
};
