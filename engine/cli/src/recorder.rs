//! Keeps what a run does: each effect when it happens, the whole state at the end.

use std::cell::RefCell;
use std::sync::Arc;

use async_trait::async_trait;
use landform_addrs::{ProviderConfigAddr, ResourceInstance};
use landform_core::apply::Recorder;
use landform_core::plan::Planned;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::Action;
use landform_state::local::write_errored_state;
use landform_state::{Object, State, StateStore};
use landform_values::Str;
use std::collections::HashMap;

use crate::planning::Run;
use crate::session::Session;

/// The state as it is known to be, from the plan's on.
pub(crate) struct StateKeeper {
    store: Arc<dyn StateStore>,
    known: RefCell<State>,
    providers: HashMap<ResourceInstance, ProviderConfigAddr>,
}

impl StateKeeper {
    /// For the changes of a plan.
    pub(crate) fn new(run: &Run, planned: &Planned) -> Self {
        let provider = |change: &landform_plan::ResourceChange| (change.address.clone(), change.provider.clone());
        Self {
            store: run.store.clone(),
            known: RefCell::new(planned.state.clone()),
            providers: planned.plan.resource_changes.iter().map(provider).collect(),
        }
    }

    /// What is known to be done by now.
    pub(crate) fn known_state(&self) -> State {
        self.known.borrow().clone()
    }

    /// Stores the state. If that fails, it goes to a file here, so that nothing is lost.
    pub(crate) async fn finish(&self, session: &Session, state: &State) -> Result<(), Diagnostics> {
        let Err(mut diagnostics) = self.store.write(state).await.map(drop) else { return Ok(()) };
        diagnostics.extend(match write_errored_state(&session.world.directory, state) {
            Ok(path) => Diagnostic::error(
                "Failed to persist state to backend",
                format!("The state could not be stored where it belongs. It is in the file {}, so that nothing is lost. Once the cause is mended, bring it there with: landform state push {}", path.display(), path.display()),
            )
            .into(),
            Err(found) => found,
        });
        Err(diagnostics)
    }
}

#[async_trait(?Send)]
impl Recorder for StateKeeper {
    async fn intent(
        &self,
        _: &ResourceInstance,
        _: Option<&Str>,
        _: Action,
        _: Option<&Object>,
    ) -> Result<u64, Diagnostic> {
        Ok(0)
    }

    async fn outcome(
        &self,
        _: u64,
        address: &ResourceInstance,
        deposed: Option<&Str>,
        object: Option<&Object>,
    ) -> Result<(), Diagnostic> {
        let mut known = self.known.borrow_mut();
        match (object, self.providers.get(address)) {
            (Some(object), Some(provider)) => match deposed {
                None => drop(known.insert(address, provider, object.clone())),
                Some(key) => drop(known.insert_deposed(address, key.clone(), provider, object.clone())),
            },
            _ => drop(known.remove(address, deposed.map(|key| &**key))),
        }
        Ok(())
    }
}
