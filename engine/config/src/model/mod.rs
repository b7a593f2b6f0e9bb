//! What configuration declares: typed, with a span on everything, expressions left as syntax.
//!
//! **Invariant**: plain data. Nothing here reads files, evaluates expressions or checks what stands in others.

mod call;
mod check;
mod module;
mod provider;
mod refactoring;
mod resource;
mod settings;
mod test;
mod value;

pub use call::{ModuleCall, PassedProvider};
pub use check::{Check, CheckRule};
pub use landform_lang::syntax::Traversal;
pub use module::Module;
pub use provider::{LocalProvider, ProviderConfig, ProviderMeta, ProviderRef, RequiredProvider, RequiredProviders};
pub use refactoring::{Import, ImportKey, MoveEndpoint, MoveSubject, Moved, Removed, RemovedTarget};
pub use resource::{
    Connection, IgnoreChanges, Lifecycle, OnFailure, Provisioner, ProvisionerWhen, ReplaceTrigger, Resource,
};
pub use settings::{Backend, Cloud, VersionRequirement};
pub(crate) use test::Collision;
pub use test::{MockData, MockedObject, Override, TestCommand, TestFile, TestOptions, TestRun};
pub use value::{Local, Output, Unsuitable, Variable};
