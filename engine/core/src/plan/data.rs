//! Data sources: read while planning where that is possible, put off to apply where it is not.

use landform_addrs::ResourceInstance;
use landform_diagnostics::Diagnostics;
use landform_plan::{Action, ActionReason, DeferredReason, Mode, ResourceChange};
use landform_provider_api::ReadDataRequest;
use landform_values::{Str, Value};

use super::checks;
use super::deferral::unknown_computed;
use super::managed::{Expanded, Instance};
use super::provider_choice::Chosen;
use super::{PlannedChange, Planner};
use crate::evaluate::{InstanceData, RuleKind, ScopeId, whole_value};
use crate::events::Event;
use crate::objects::{mark_sensitive, sensitive_paths};
use crate::program::{CompiledResource, ModuleId, Node};
use crate::schedule::Outcome;

impl Planner<'_> {
    /// Reads all instances of a data source, or plans to.
    pub(super) async fn plan_data(&self, module: ModuleId, index: usize) -> Outcome {
        let check = self.program.tree[module].module.config.resources[index].check.as_ref();
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
                // A destroy comes here for what providers are configured from, whatever it is about.
                let is_needed = self.options.mode == Mode::Destroy;
                if !is_needed && !self.selection.includes_instance(&address) {
                    let prior = self.prior.borrow();
                    let found = prior.instance(&resource, &key).and_then(|instance| instance.current.as_ref());
                    values.extend(found.map(|object| (key, object.value.clone())));
                    continue;
                }
                match self.plan_data_instance((module, index), scope, &address, &data, check).await {
                    Some(value) => values.push((key, value)),
                    None if check.is_some() => values.push((key, Value::dynamic())),
                    None => outcome = Outcome::Failed,
                }
            }
            self.evaluator.set_resource(scope, index, whole_value(mode, values));
        }
        outcome
    }

    async fn plan_data_instance(
        &self,
        (module, index): (ModuleId, usize),
        scope: ScopeId,
        address: &ResourceInstance,
        data: &InstanceData,
        check: Option<&Str>,
    ) -> Option<Value> {
        let in_check = check.is_some();
        let compiled = self.program.resource(module, index);
        let place = (scope, &address.key);
        if !self.run_rules((module, index), place, data, &compiled.preconditions, RuleKind::Precondition) {
            return None;
        }
        let mut diagnostics = Diagnostics::new();
        let (config, found) =
            compiled.body.evaluate(&self.evaluator.scope(scope, data), &self.evaluator.settings.context);
        diagnostics.extend(found);
        let Chosen { index: provider_index, opened } = self.choose_provider((module, index), (scope, address), data)?;
        let plain = config.clone().unmark_deep().0;
        if !diagnostics.has_errors() {
            let kind = &address.resource.kind;
            diagnostics.extend(self.provider(provider_index)?.validate_data_source(kind, &plain).await);
        }
        if !self.settle_data(diagnostics, address, compiled, check) {
            return None;
        }
        let opened = if self.is_behind(module, index) { Err(DeferredReason::DeferredPrereq) } else { opened };
        let provider = match opened {
            Ok(provider) => provider,
            Err(reason) => {
                let (address, data) = (address.clone(), data.clone());
                let instance = Instance { module, index, scope, compiled, address, data };
                return Some(self.put_off_read(reason, &instance, provider_index, &config));
            }
        };
        if let Some(reason) = self.put_off((module, index), scope, &plain) {
            let after = unknown_computed(compiled, &config);
            self.record_read((module, index), provider_index, address, after.clone(), reason);
            let with_self = data.with_self(after.clone());
            return self
                .run_rules((module, index), place, &with_self, &compiled.postconditions, RuleKind::Postcondition)
                .then_some(after);
        }
        self.observer.event(Event::Reading { address });
        let request = ReadDataRequest { kind: address.resource.kind.clone(), config: plain };
        let plain = request.config.clone();
        let response = provider.read_data_source(request).await;
        let failed = response.diagnostics.has_errors();
        if failed && in_check {
            checks::note_unread(&self.evaluator, &self.checks, (module, index), scope, &response.diagnostics);
        } else if !failed {
            self.observer.event(Event::Read { address, object: &response.object });
        }
        if !self.settle_data(response.diagnostics, address, compiled, check) && !in_check {
            return None;
        }
        let object = if failed { unknown_computed(compiled, &plain).unmark_deep().0 } else { response.object };
        let value = mark_sensitive(&compiled.schema.block, object, &sensitive_paths(&config));
        // Checks are made once more when applying, with what is true then.
        if in_check && self.options.mode == Mode::Normal {
            let reason = ActionReason::ReadBecauseCheckNested;
            let provider = self.provider_addresses[provider_index].clone();
            self.found.borrow_mut().data.insert(address.clone(), (provider, value.unknown_as_null()));
            self.record_read((module, index), provider_index, address, value.clone(), reason);
            return Some(value);
        }
        if failed {
            return Some(value);
        }
        let provider_address = self.provider_addresses[provider_index].clone();
        self.found.borrow_mut().data.insert(address.clone(), (provider_address, value.clone()));
        let with_self = data.with_self(value.clone());
        self.run_rules((module, index), place, &with_self, &compiled.postconditions, RuleKind::Postcondition)
            .then_some(value)
    }

    /// Reports; whether it can go on. Within a check block, errors become warnings.
    fn settle_data(
        &self,
        diagnostics: Diagnostics,
        address: &ResourceInstance,
        compiled: &CompiledResource,
        check: Option<&Str>,
    ) -> bool {
        let failed = diagnostics.has_errors();
        self.report(diagnostics.into_iter().map(|mut found| {
            found.subject = found.subject.or_else(|| Some(compiled.body.place_of_problem(&found)));
            found.address = found.address.or_else(|| Some(address.to_string()));
            match check {
                Some(check) => checks::soften(found, check, &address.module),
                None => found,
            }
        }));
        !failed
    }

    fn record_read(
        &self,
        (module, index): (ModuleId, usize),
        provider: usize,
        address: &ResourceInstance,
        after: Value,
        reason: ActionReason,
    ) {
        let compiled = self.program.resource(module, index);
        let node = self.program.graph.index(&self.program.tree, Node::Resource(module, index));
        let planned = PlannedChange {
            change: ResourceChange {
                action: Action::Read,
                reason: Some(reason),
                after,
                ..ResourceChange::none(
                    address.clone(),
                    self.provider_addresses[provider].clone(),
                    compiled.schema.clone(),
                )
            },
            private: Vec::new(),
            prior_private: [].into(),
            prior_dependencies: [].into(),
            dependencies: self.dependencies.addresses(&self.program, node),
            create_before_destroy: false,
            config: Some((module, index)),
        };
        self.found.borrow_mut().add(planned);
    }
}
