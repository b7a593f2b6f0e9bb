//! The planner and the applier.
//!
//! Three parties: the evaluator ([`evaluate`]) knows the language and nothing of state; the planner ([`plan`]) knows
//! state and providers and emits an [`execution::ExecutionGraph`]; the applier ([`apply`]) interprets that graph and
//! decides nothing.
//!
//! **Invariant**: nothing here touches the terminal, the environment, files or the clock; all that is handed in.

pub mod apply;
pub mod describe;
mod evaluate;
pub mod events;
pub mod execution;
mod import;
mod objects;
pub mod plan;
mod prior;
mod program;
mod providers;
mod refactor;
mod schedule;
mod validate;

use std::sync::Arc;

use landform_lang::expr::EvalContext;
use landform_values::Str;

pub use providers::ProviderSet;
pub use validate::validate;

/// What a run is given of the world.
#[derive(Clone)]
pub struct RunSettings {
    /// What functions may use: files, clock, randomness.
    pub context: EvalContext,
    /// The root module's directory, as `path.root` says.
    pub root_dir: Str,
    /// The working directory, as `path.cwd` says.
    pub working_dir: Str,
    /// The selected workspace.
    pub workspace: Str,
    /// The engine's version, for providers.
    pub engine_version: Str,
    /// The time of the run: RFC 3339, UTC, in whole seconds.
    pub timestamp: Str,
    /// Makes keys for objects that are put aside: eight hexadecimal digits.
    pub new_deposed_key: Arc<dyn Fn() -> String + Send + Sync>,
}
