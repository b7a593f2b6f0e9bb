//! Operations of a run that died, of which nobody knows what became of them.
//!
//! Reading afresh shows how far an update or a delete has come. An object that was being made is in no state; so the
//! provider looks for it, and what it finds counts as if it had been in state before.

use landform_addrs::ProviderConfigAddr;
use landform_config::ProvisionerWhen;
use landform_diagnostics::Diagnostic;
use landform_provider_api::{FindRequest, ProviderInstance, Trace};
use landform_state::State;
use landform_state::journal::{Begun, Effect};
use landform_values::Value;

use super::Planner;
use super::managed::with_marks_of;
use crate::prior::{self, Prior, PriorObject, PriorResource};

/// Lets a plan know of the resources of objects that may exist, so that their providers are opened.
pub(super) fn expect(prior: &mut Prior, interrupted: &[Begun]) {
    for begun in interrupted.iter().filter(|begun| begun.effect == Effect::Create) {
        prior.resources.entry(begun.address.resource()).or_insert_with(|| PriorResource::new(begun.provider.clone()));
    }
}

impl Planner<'_> {
    /// Looks for the objects that were being made with a provider configuration.
    pub(super) async fn find_interrupted(&self, provider: &ProviderConfigAddr, instance: &dyn ProviderInstance) {
        let sought: Vec<&Begun> =
            self.options.interrupted.iter().filter(|begun| self.is_sought(begun, provider)).collect();
        if sought.is_empty() {
            return;
        }
        let (planned, diagnostics) = prior::decode(&planned_objects(&sought), self.providers).await;
        self.report(diagnostics);
        let sought: Vec<(&Begun, &PriorObject)> = sought
            .into_iter()
            .filter_map(|begun| {
                Some((begun, planned.instance(&begun.address.resource(), &begun.address.key)?.current.as_ref()?))
            })
            .collect();
        let requests = sought.iter().map(|(begun, planned)| FindRequest {
            kind: begun.address.resource.kind.clone(),
            planned: planned.value.clone().unmark_deep().0.unknown_as_null(),
            known: self.known_objects(begun),
        });
        let traces = instance.find_created(requests.collect()).await;
        for ((begun, planned), trace) in sought.into_iter().zip(traces) {
            self.follow(begun, planned, trace);
        }
    }

    /// Whether an operation has made an object that is in no state.
    fn is_sought(&self, begun: &Begun, provider: &ProviderConfigAddr) -> bool {
        let prior = self.prior.borrow();
        let known = prior.instance(&begun.address.resource(), &begun.address.key);
        begun.effect == Effect::Create
            && begun.provider == *provider
            && known.is_none_or(|instance| instance.current.is_none())
    }

    /// All objects of the same type that state has: they are none that is sought.
    fn known_objects(&self, begun: &Begun) -> Vec<Value> {
        let prior = self.prior.borrow();
        let alike = prior.resources.iter().filter(|(address, _)| address.resource.kind == begun.address.resource.kind);
        let instances = alike.flat_map(|(_, found)| {
            found.instances.values().filter(|instance| *found.provider_of(instance) == begun.provider)
        });
        let objects = instances.flat_map(|instance| instance.current.iter().chain(instance.deposed.values()));
        objects.map(|object| object.value.clone().unmark_deep().0).collect()
    }

    fn follow(&self, begun: &Begun, planned: &PriorObject, trace: Trace) {
        match trace {
            // It will be made as if nothing had happened.
            Trace::Nothing => {}
            Trace::Object { object, half_made, private } => {
                self.report([found(begun, &object)]);
                let planned = PriorObject { tainted: half_made || self.has_provisioners(begun), ..planned.clone() };
                self.take_over(begun, planned, object, private);
            }
            Trace::Unclear { why } => {
                let mut warning = begun.warning();
                warning.detail = format!("{}\n\n{why}", warning.detail);
                self.report([warning]);
            }
            Trace::Failed(diagnostics) => {
                self.report(diagnostics.into_iter().map(|found| found.about(begun.address.to_string())));
            }
        }
    }

    /// An object whose provisioners did not run to their end is incomplete.
    fn has_provisioners(&self, begun: &Begun) -> bool {
        self.declared(&begun.address.resource()).is_some_and(|(module, index)| {
            self.program.resource(module, index).provisioners_at(ProvisionerWhen::Create).next().is_some()
        })
    }

    /// What was found counts as if it had been in state before.
    fn take_over(&self, begun: &Begun, planned: PriorObject, object: Value, private: Vec<u8>) {
        let value = with_marks_of(object, &planned.value, &planned.schema);
        let object = PriorObject { stored: value.clone(), value, private: private.into(), ..planned };
        self.keep_imported(&begun.address, &begun.provider, object);
    }

    /// What nobody could look for, a person has to know. It stays in the journal.
    pub(super) fn report_unsought(&self) {
        let unsought = self.options.interrupted.iter().filter(|begun| !self.is_settled(begun));
        self.report(unsought.map(Begun::warning));
    }

    /// The operations that no later run has to look into.
    pub(super) fn settled(&self) -> Vec<u64> {
        let settled = self.options.interrupted.iter().filter(|begun| self.is_settled(begun));
        settled.map(|begun| begun.id).collect()
    }

    fn is_settled(&self, begun: &Begun) -> bool {
        match begun.effect {
            Effect::Create => {
                let index = self.provider_indexes.get(&begun.provider);
                let opened = index.is_some_and(|index| self.configured.borrow()[*index].is_some());
                opened || !self.is_sought(begun, &begun.provider)
            }
            Effect::Update | Effect::Delete => self.options.refresh && self.why_unopened(&begun.provider).is_none(),
        }
    }
}

/// What was planned, as a state.
fn planned_objects(sought: &[&Begun]) -> State {
    let mut state = State::new("");
    for begun in sought {
        if let Some(planned) = &begun.planned {
            state.insert(&begun.address, &begun.provider, planned.clone());
        }
    }
    state
}

fn found(begun: &Begun, object: &Value) -> Diagnostic {
    let id = object.get_attribute("id").and_then(|id| id.as_str().map(str::to_owned));
    let named = id.map(|id| format!(" with the id {id}")).unwrap_or_default();
    let address = &begun.address;
    let detail = format!(
        "An earlier run was interrupted while {address} was being made. It exists{named}, and is taken over as it is; what it still lacks is in this plan."
    );
    Diagnostic::warning("Object of an interrupted run was found", detail).about(address.to_string())
}
