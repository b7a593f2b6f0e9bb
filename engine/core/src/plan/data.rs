//! Data sources: read while planning where that is possible, put off to apply where it is not.

use landform_addrs::{ResourceInstance, ResourceMode};
use landform_diagnostics::Diagnostics;
use landform_plan::{Action, ActionReason, DeferredReason, Mode, ResourceChange};
use landform_provider_api::ReadDataRequest;
use landform_values::{Str, Value};
use petgraph::graph::NodeIndex;

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
        if let Some(reason) = self.put_off(module, index, &plain) {
            let after = unknown_computed(compiled, &config);
            self.record_read((module, index), provider_index, address, after.clone(), reason);
            return Some(after);
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

    /// Why it can not be read yet, if it can not.
    pub(super) fn put_off(&self, module: ModuleId, index: usize, config: &Value) -> Option<ActionReason> {
        if !config.is_wholly_known() {
            return Some(ActionReason::ReadBecauseConfigUnknown);
        }
        self.waits_for_change(module, index).then_some(ActionReason::ReadBecauseDependencyPending)
    }

    /// Whether something that `depends_on` names, here or around the module, has changes to come. All of it is planned.
    fn waits_for_change(&self, module: ModuleId, index: usize) -> bool {
        let known = self.found.borrow().waiting.get(&(module, index)).copied();
        known.unwrap_or_else(|| {
            let waits = self.is_named_to_change(module, index);
            self.found.borrow_mut().waiting.insert((module, index), waits);
            waits
        })
    }

    fn is_named_to_change(&self, module: ModuleId, index: usize) -> bool {
        let graph = &self.program.graph;
        let tree = &self.program.tree;
        let mut named: Vec<NodeIndex> = Vec::new();
        let resource = &tree[module].module.resources[index];
        for target in &resource.depends_on {
            named.extend(self.nodes_of(module, *target));
        }
        let mut around: Vec<NodeIndex> = Vec::new();
        let mut at = module;
        while let Some((parent, call)) = tree[at].parent {
            for target in &tree[parent].module.calls[call].depends_on {
                around.extend(self.nodes_of(parent, *target));
            }
            at = parent;
        }
        let is_pending = |node: NodeIndex| match graph.graph[node] {
            Node::Resource(module, index) => self.found.borrow().pending.contains(&(module, index)),
            _ => false,
        };
        // What a module depends on is followed further than what a data source does by itself.
        let of_modules = around
            .iter()
            .any(|node| is_pending(*node) || self.dependencies.resources(*node).iter().any(|node| is_pending(*node)));
        of_modules
            || named.iter().any(|node| {
                is_pending(*node)
                    || (!matches!(graph.graph[*node], Node::Resource(..))
                        && self.dependencies.resources(*node).iter().any(|node| is_pending(*node)))
                    || self.is_data_that_waits(*node)
            })
    }

    /// `depends_on` a data source passes on to what that one depends on.
    fn is_data_that_waits(&self, node: NodeIndex) -> bool {
        let Node::Resource(module, index) = self.program.graph.graph[node] else { return false };
        let resource = &self.program.tree[module].module.resources[index];
        resource.address.mode == ResourceMode::Data
            && !resource.depends_on.is_empty()
            && self.waits_for_change(module, index)
    }

    fn nodes_of(&self, module: ModuleId, target: crate::program::Target) -> Vec<NodeIndex> {
        use crate::program::Target;
        let tree = &self.program.tree;
        let node = match target {
            Target::Resource(index) => Node::Resource(module, index),
            Target::Call(call) | Target::CallOutput(call, _) => Node::Close(tree[module].children[call]),
            Target::Variable(index) => Node::Variable(module, index),
            Target::Local(index) => Node::Local(module, index),
            _ => return Vec::new(),
        };
        vec![self.program.graph.index(tree, node)]
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
        let in_check = self.program.tree[module].module.config.resources[index].check.is_some();
        let reason = if in_check { ActionReason::ReadBecauseCheckNested } else { reason };
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
