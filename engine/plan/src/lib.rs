//! Plans and states as data: what the planner finds out, and all that views, saved plan files and the applier know
//! of it.
//!
//! [`Plan`] holds everything that Terraform's plan format 1.2 shows but the [`Configuration`]; [`State`] is a state whose
//! objects are decoded by their schemas.
//!
//! **Invariant**: data only; nothing here plans, applies, reads files or prints for people.

mod change;
mod check;
mod configuration;
mod drift;
mod identity;
mod plan;
mod state;
mod test;

pub use change::{Action, ActionReason, OutputChange, ResourceChange};
pub use check::{CheckInstance, CheckObject, CheckResult, CheckStatus};
pub use configuration::{
    Configuration, Configured, ConfiguredCall, ConfiguredModule, ConfiguredOutput, ConfiguredProvider,
    ConfiguredProvisioner, ConfiguredResource, ConfiguredVariable, Expression, Expressions,
};
pub use drift::{
    AcceptOutcome, Acceptance, Drift, DriftedAttribute, DriftedObject, Fate, Folded, Wanted, WantedSource,
};
pub use identity::{IdentityChange, PlannedImport};
pub use plan::{DeferredChange, DeferredReason, Mode, Plan, RelevantAttribute, SuggestedMove};
pub use state::{ObjectStatus, State, StateObject};
pub use test::{TestCounts, TestStatus};
