//! The `import` command: objects are adopted into state, and nothing else is planned or read afresh.

use landform_addrs::{AbsResource, InstanceKey, ProviderConfigAddr, ResourceInstance};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Mode, PlannedImport};
use landform_state::State;
use landform_values::{Str, Value};

use super::managed::Expanded;
use super::provider_choice::Chosen;
use super::{Environment, PlanOptions, Planner};
use crate::evaluate::{EachMode, InstanceData, RuleKind, ScopeId, whole_value};
use crate::import::{Purpose, import_object};
use crate::program::{ModuleId, Program};
use crate::schedule::Outcome;

/// The state with the objects that [`PlanOptions::imports`] names; nothing of it after an error. Blocks of managed
/// resources need not fit their schemas: people import first and write the arguments afterwards.
///
/// Providers are configured, data sources that can be are read, and outputs are evaluated, with what is not in state
/// unknown. Other objects stay as they are.
pub async fn import(
    environment: &Environment<'_>,
    state: &State,
    options: PlanOptions,
) -> (Option<State>, Diagnostics) {
    let options = PlanOptions { mode: Mode::RefreshOnly, refresh: false, ..options };
    let (planned, diagnostics) = Planner::plan(environment, state, &options).await;
    let Some((planned, evaluator)) = planned.filter(|_| !diagnostics.has_errors()) else { return (None, diagnostics) };
    let changes = planned.plan.output_changes;
    let mut new = planned.state;
    // Only some of them were evaluated.
    new.check_results = None;
    store_outputs(&evaluator.program, changes.into_iter().map(|(name, change)| (name, change.after)), &mut new);
    (Some(new), diagnostics)
}

/// Outputs as state stores them: none that is null, and null in the place of what is not known.
fn store_outputs(program: &Program, values: impl Iterator<Item = (Str, Value)>, state: &mut State) {
    let declared = &program.tree[0].module.config.outputs;
    for (name, value) in values {
        let Some(output) = declared.get(&name) else { continue };
        let plain = value.unmark_deep().0;
        if plain.is_known() && plain.is_null() {
            state.outputs.remove(&name);
            continue;
        }
        let known = plain.unknown_as_null();
        if let Some(stored) = crate::apply::stored_output(&known, output.sensitive) {
            state.outputs.insert(name, stored);
        }
    }
}

/// Who adopts an object has to reach it.
fn unknown_provider(address: &ProviderConfigAddr) -> Diagnostic {
    let detail = format!("The configuration for {address} depends on values that cannot be determined until apply.");
    Diagnostic::error("Invalid provider configuration", detail)
}

impl Planner<'_> {
    /// Adopts instances of a managed resource. Its value is that of the instances in state.
    pub(super) async fn import_managed(&self, module: ModuleId, index: usize) -> Outcome {
        let mut outcome = Outcome::Done;
        for expanded in self.expansions(module, index) {
            let Some(Expanded { scope, resource, mode, instances }) = expanded else {
                outcome = Outcome::Failed;
                continue;
            };
            // Here nothing is left out that is not known.
            let instances = instances.unwrap_or_default();
            for (key, data) in &instances {
                let address = resource.instance(key.clone());
                if self.import_instance((module, index), (scope, &address), data).await.is_none() {
                    outcome = Outcome::Failed;
                }
            }
            let value = self.value_in_state(module, index, &resource, (mode, instances));
            self.evaluator.set_resource(scope, index, value);
        }
        let of_this = |address: &&ResourceInstance| self.declared(&address.resource()) == Some((module, index));
        let wanted = self.options.imports.keys().filter(of_this);
        if self.check_imports(wanted).is_err() { Outcome::Failed } else { outcome }
    }

    /// Warns of conditions that do not hold for an object that stays as it is.
    fn check_as_stored(
        &self,
        resource: (ModuleId, usize),
        (scope, address): (ScopeId, &ResourceInstance),
        data: &InstanceData,
    ) {
        let compiled = self.program.resource(resource.0, resource.1);
        let prior = self.prior.borrow();
        let stored = prior.instance(&address.resource(), &address.key).and_then(|instance| instance.current.as_ref());
        let Some(object) = stored.filter(|_| compiled.has_conditions()) else { return };
        let place = (scope, &address.key);
        let with_self = data.with_self(object.value.clone());
        self.run_rules(resource, place, data, &compiled.preconditions, RuleKind::Precondition);
        self.run_rules(resource, place, &with_self, &compiled.postconditions, RuleKind::Postcondition);
    }

    /// Adopts an instance, if it is one of those to be adopted.
    async fn import_instance(
        &self,
        (module, index): (ModuleId, usize),
        (scope, address): (ScopeId, &ResourceInstance),
        data: &InstanceData,
    ) -> Option<()> {
        let Some(id) = self.options.imports.get(address) else {
            self.check_as_stored((module, index), (scope, address), data);
            return Some(());
        };
        let Chosen { index: provider_index, opened } = self.choose_provider((module, index), (scope, address), data)?;
        let Ok(provider) = opened else {
            self.report([unknown_provider(&self.provider_addresses[provider_index])]);
            return None;
        };
        let schema = &self.program.resource(module, index).schema;
        let is_managed = |found: &crate::prior::PriorInstance| found.current.is_some();
        let managed = self.prior.borrow().instance(&address.resource(), &address.key).is_some_and(is_managed);
        let purpose = if managed { Purpose::Refuse } else { Purpose::Adopt };
        let by = PlannedImport::Id(id.clone());
        let named = &self.provider_addresses[provider_index];
        let asked = (&named.provider, provider.as_ref());
        match import_object(address, schema, asked, &by, (self.observer, purpose)).await {
            Ok(object) => self.keep_imported(address, named, object),
            Err(diagnostics) => {
                self.report(diagnostics);
                return None;
            }
        }
        Some(())
    }

    /// The value of a resource as far as state has it: unknown where instances are wanted and none is there.
    fn value_in_state(
        &self,
        module: ModuleId,
        index: usize,
        resource: &AbsResource,
        (mode, instances): (EachMode, Vec<(InstanceKey, InstanceData)>),
    ) -> Value {
        let prior = self.prior.borrow();
        let current = |key: &InstanceKey| Some(prior.instance(resource, key)?.current.as_ref()?.value.clone());
        let none_wanted = instances.is_empty();
        let found: Vec<_> = instances.into_iter().filter_map(|(key, _)| Some((key.clone(), current(&key)?))).collect();
        match mode {
            _ if none_wanted || !found.is_empty() => whole_value(mode, found),
            EachMode::Single | EachMode::Optional => {
                Value::unknown(self.program.resource(module, index).schema.block.implied_type())
            }
            EachMode::Count | EachMode::ForEach => Value::dynamic(),
        }
    }
}
