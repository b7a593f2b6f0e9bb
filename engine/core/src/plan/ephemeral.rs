//! Ephemeral resources while planning: opened where that is possible, unknown where it is not.

use landform_addrs::ResourceInstance;
use landform_diagnostics::Diagnostic;
use landform_values::Value;

use super::Planner;
use super::managed::Expanded;
use crate::ephemeral::unopened;
use crate::evaluate::{InstanceData, RuleKind, ScopeId, whole_value};
use crate::program::{CompiledResource, ModuleId};
use crate::schedule::Outcome;

impl Planner<'_> {
    /// Opens all instances of an ephemeral resource.
    pub(super) async fn plan_ephemeral(&self, module: ModuleId, index: usize) -> Outcome {
        let mut outcome = Outcome::Done;
        for expanded in self.expansions(module, index) {
            let Some(Expanded { scope, resource, mode, instances }) = expanded else {
                outcome = Outcome::Failed;
                continue;
            };
            let Some(instances) = instances else {
                outcome = outcome.and(self.put_off_resource((module, index), scope, &resource).await);
                continue;
            };
            let mut values = Vec::with_capacity(instances.len());
            for (key, data) in instances {
                let address = resource.instance(key.clone());
                match self.open_instance((module, index), scope, &address, &data).await {
                    Some(value) => values.push((key, value)),
                    None => outcome = Outcome::Failed,
                }
            }
            self.evaluator.set_resource(scope, index, whole_value(mode, values));
        }
        outcome
    }

    async fn open_instance(
        &self,
        (module, index): (ModuleId, usize),
        scope: ScopeId,
        address: &ResourceInstance,
        data: &InstanceData,
    ) -> Option<Value> {
        let compiled = self.program.resource(module, index);
        let place = (scope, &address.key);
        if !self.run_rules((module, index), place, data, &compiled.preconditions, RuleKind::Precondition) {
            return None;
        }
        let (config, found) =
            compiled.body.evaluate(&self.evaluator.scope(scope, data), &self.evaluator.settings.context);
        if self.report_ephemeral(address, compiled, found) {
            return None;
        }
        let chosen = self.choose_provider((module, index), (scope, address), data)?;
        let Some(provider) = chosen.opened.ok().filter(|_| !self.is_behind(module, index)) else {
            self.put_off_opening(module, index);
            return Some(unopened(&compiled.schema, &config));
        };
        if !config.is_wholly_known() || self.put_off(module, index, &config).is_some() {
            return Some(unopened(&compiled.schema, &config));
        }
        let value = match self.open.open(address, &compiled.schema, provider, &config, self.observer).await {
            Ok(value) => value,
            Err(found) => {
                self.report_ephemeral(address, compiled, found);
                return None;
            }
        };
        let with_self = data.with_self(value.clone());
        self.run_rules((module, index), place, &with_self, &compiled.postconditions, RuleKind::Postcondition)
            .then_some(value)
    }

    /// Reports; whether any is an error.
    fn report_ephemeral(
        &self,
        address: &ResourceInstance,
        compiled: &CompiledResource,
        found: impl IntoIterator<Item = Diagnostic>,
    ) -> bool {
        let mut failed = false;
        self.report(found.into_iter().map(|mut found| {
            failed |= found.is_error();
            found.subject = found.subject.or_else(|| Some(compiled.body.place_of_problem(&found)));
            found.address = found.address.or_else(|| Some(address.to_string()));
            found
        }));
        failed
    }
}
