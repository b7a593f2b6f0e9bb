//! The planner and the applier.
//!
//! Three parties: the evaluator ([`evaluate`]) knows the language and nothing of state; the planner ([`plan`]) knows
//! state and providers and emits an [`execution::ExecutionGraph`]; the applier ([`apply`]) interprets that graph and
//! decides nothing.
//!
//! **Invariant**: nothing here touches the terminal, the environment, files or the clock; all that is handed in.

pub mod apply;
mod checks;
pub mod console;
pub mod describe;
pub mod drift;
mod ephemeral;
mod evaluate;
pub mod events;
pub mod execution;
mod from_state;
pub mod graph;
mod import;
mod objects;
mod parts;
pub mod plan;
mod prior;
mod program;
mod providers;
mod provisioners;
mod refactor;
mod schedule;
mod stop;
mod stored;
pub mod testing;
mod validate;
pub mod variables;

use std::sync::Arc;

use landform_lang::expr::EvalContext;
use landform_values::Str;

pub use providers::ProviderSet;
pub use provisioners::ProvisionerSet;
pub use stop::StopSignal;
pub use stored::StoredPlan;
pub use validate::validate;

/// The values of the root module's outputs in a state; those declared sensitive are marked.
pub fn stored_outputs(state: &landform_state::State) -> std::collections::BTreeMap<Str, landform_values::Value> {
    plan::outputs::all_stored(state)
}

/// A state with its objects decoded by their providers' schemas.
///
/// # Errors
/// When a provider is missing or an object can not be decoded.
pub async fn decode_state(
    state: &landform_state::State,
    providers: &ProviderSet,
) -> Result<landform_plan::State, landform_diagnostics::Diagnostics> {
    let (prior, diagnostics) = prior::decode(state, providers).await;
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let checks = checks::decode(state);
    Ok(landform_plan::State { outputs: stored_outputs(state), checks, ..prior::view(&prior) })
}

/// What a run is given of the world.
#[derive(Clone)]
pub struct RunSettings {
    /// What functions may use: files, clock, randomness.
    pub context: EvalContext,
    /// The provisioners at hand.
    pub provisioners: ProvisionerSet,
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
