//! Operations that only evaluate.

use std::sync::Arc;

use indexmap::IndexMap;
use landform_addrs::{InstanceKey, ProviderConfigAddr, ResourceMode};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{Mode, ResourceChange};
use landform_provider_api::{ConfigureRequest, ProviderInstance};
use landform_values::Value;
use petgraph::graph::NodeIndex;

use super::{Applier, Expanded};
use crate::evaluate::{EachMode, InstanceData, RuleKind, Unknowns, expand, whole_value, whole_value_of};
use crate::plan::checks;
use crate::program::{ModuleId, Node, Repetition, missing_provider};
use crate::schedule::Outcome;
use crate::testing::mocking::Mock;

impl Applier<'_> {
    /// Evaluates an object that is no resource.
    pub(super) fn evaluate(&self, index: NodeIndex) -> Outcome {
        let node = self.program.graph.graph[index];
        if self.planned.plan.mode != Mode::Destroy {
            self.checks.borrow_mut().reached(&self.program, node);
        }
        let diagnostics = match node {
            Node::Variable(module, variable) => self.evaluator.variable(module, variable),
            Node::Validation(module, variable) => {
                checks::validate_variable(&self.evaluator, &self.checks, module, variable)
            }
            Node::Local(module, local) => self.evaluator.local(module, local),
            Node::Output(module, output) => self.output(module, output),
            Node::Call(module, call) => self.evaluator.call(module, call),
            Node::Check(module, check) => checks::run_check(&self.evaluator, &self.checks, module, check),
            Node::CallDependencies(..) | Node::Close(_) | Node::Provider(_) | Node::Resource(..) => Diagnostics::new(),
        };
        self.settle(diagnostics)
    }

    fn output(&self, module: ModuleId, index: usize) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        let compiled = &self.program.tree[module].module;
        for scope in self.evaluator.instances(module) {
            let data = InstanceData::default();
            let rules = &compiled.outputs[index].preconditions;
            let place = (scope, &InstanceKey::None);
            let checkable = checks::Checkable::Output(module, index);
            let kind = RuleKind::OutputPrecondition;
            let (passed, found) = checks::run(&self.evaluator, &self.checks, checkable, place, &data, rules, kind);
            diagnostics.extend(found);
            if !passed {
                continue;
            }
            let name = &compiled.config.outputs[index].name;
            let promised = (module == 0).then(|| self.promised_output(name)).flatten();
            let value = promised.unwrap_or_else(|| {
                let (value, found) = self.evaluator.output_value(scope, module, index);
                diagnostics.extend(found);
                value
            });
            if module == 0 {
                self.outputs.borrow_mut().insert(name.clone(), value.clone());
            }
            self.evaluator.set_output(scope, index, value);
        }
        diagnostics
    }

    /// What the plan says that an output of the root module will be, whatever it is made of has become since.
    fn promised_output(&self, name: &str) -> Option<Value> {
        let change = self.planned.plan.output_changes.get(name)?;
        change.after.is_wholly_known().then(|| change.after.clone())
    }

    /// Finds out the instances of a resource, now that all it refers to is known.
    pub(super) fn begin(&self, index: NodeIndex) -> Outcome {
        let Node::Resource(module, resource) = self.program.graph.graph[index] else { return Outcome::Done };
        if self.is_as_planned(module, resource) {
            return Outcome::Done;
        }
        let place = (module, resource);
        let compiled = self.program.resource(module, resource);
        let mut diagnostics = Diagnostics::new();
        let mut expanded = IndexMap::new();
        for scope in self.evaluator.instances(module) {
            let data = InstanceData::default();
            let names = self.evaluator.scope(scope, &data);
            let Some(expansion) = expand(&compiled.repetition, &names, Unknowns::Allowed, &mut diagnostics) else {
                continue;
            };
            let address = self.evaluator.address(scope);
            let resource = compiled.address.clone().absolute(address.clone());
            // What is put off stays unknown.
            let Some(instances) = expansion.instances.filter(|_| !self.put_off.contains(&resource)) else { continue };
            let instances: IndexMap<_, _> = instances.into_iter().collect();
            self.checks.borrow_mut().expect(&self.program, place, &address, instances.keys());
            expanded.insert(address, Expanded { scope, resource, mode: expansion.mode, instances });
        }
        let is_known = expanded.len() == self.evaluator.instances(module).len();
        let is_empty = is_known && expanded.values().all(|found| found.instances.is_empty());
        self.expansions.borrow_mut().insert((module, resource), expanded);
        if is_empty && !diagnostics.has_errors() {
            self.checks.borrow_mut().reached(&self.program, Node::Resource(module, resource));
        }
        self.settle(diagnostics)
    }

    /// Puts a resource's value together.
    pub(super) fn complete(&self, index: NodeIndex) -> Outcome {
        let Node::Resource(module, resource) = self.program.graph.graph[index] else { return Outcome::Done };
        if self.is_as_planned(module, resource) {
            self.complete_from_plan(module, resource);
            return Outcome::Done;
        }
        let values = self.values.borrow();
        let ty = self.program.resource(module, resource).schema.block.implied_type();
        for expanded in self.expansions.borrow().get(&(module, resource)).into_iter().flat_map(IndexMap::values) {
            // What stays that is not wanted any more counts, too.
            let counts = |key: &InstanceKey, value: &Value| {
                expanded.instances.contains_key(key) || expanded.mode.has_place_for(key) && !value.is_null()
            };
            let instances = values.of(&expanded.resource).into_iter().flatten();
            let instances = instances.filter(|(key, value)| counts(key, value));
            let instances = instances.map(|(key, value)| (key.clone(), value.clone())).collect();
            let value = whole_value_of(expanded.mode, instances, &ty);
            self.evaluator.set_resource(expanded.scope, resource, value);
        }
        Outcome::Done
    }

    /// When everything goes, objects are what they were, and only what is ephemeral is made.
    fn is_as_planned(&self, module: ModuleId, resource: usize) -> bool {
        let mode = self.program.resource(module, resource).address.mode;
        self.planned.plan.mode == Mode::Destroy && mode != ResourceMode::Ephemeral
    }

    fn complete_from_plan(&self, module: ModuleId, resource: usize) {
        let compiled = self.program.resource(module, resource);
        for scope in self.evaluator.instances(module) {
            let address = compiled.address.clone().absolute(self.evaluator.address(scope));
            let values = self.values.borrow();
            let instances = values.of(&address).into_iter().flatten();
            let instances = instances.map(|(key, value)| (key.clone(), value.clone())).collect();
            let mode = match compiled.repetition {
                Repetition::Single => EachMode::Single,
                Repetition::Enabled(_) => EachMode::Optional,
                Repetition::Count(_) => EachMode::Count,
                Repetition::ForEach(_) => EachMode::ForEach,
            };
            self.evaluator.set_resource(scope, resource, whole_value(mode, instances));
        }
    }

    /// Opens a provider configuration.
    pub(super) async fn open_provider(&self, index: usize) -> Outcome {
        let declared = self.program.provider_configs.get(index);
        let extra = || self.planned.extra_providers.get(index - self.program.provider_configs.len());
        let Some(address) = declared.map(|found| &found.address).or_else(extra) else { return Outcome::Failed };
        let Some(provider) = self.environment.providers.get(&address.provider) else {
            return self.settle(missing_provider(&address.provider).into());
        };
        if let Some(mock) = self.program.mock(index) {
            let mock = Mock::of_provider(provider.as_ref(), mock, &self.environment.settings.context);
            self.configured.borrow_mut().insert(index, mock);
            return Outcome::Done;
        }
        let block = declared.and_then(|found| found.block);
        let mut diagnostics = Diagnostics::new();
        let config = match block {
            Some((module, block)) => {
                let Some(scope) = self.evaluator.instances(module).first().copied() else {
                    let detail = format!(
                        "The module of {address} has no instances, which its configuration could be evaluated in."
                    );
                    return self.settle(Diagnostic::error("Provider configuration without a module", detail).into());
                };
                let compiled = &self.program.tree[module].module.providers[block];
                let data = declared.map(InstanceData::of_provider).unwrap_or_default();
                let names = self.evaluator.scope(scope, &data);
                let (value, found) = compiled.body.evaluate(&names, &self.environment.settings.context);
                diagnostics.extend(found);
                value.unmark_deep().0
            }
            None => crate::objects::empty_config(&provider.schemas().provider.block),
        };
        if !config.is_wholly_known() && self.planned.plan.deferred.is_empty() && !diagnostics.has_errors() {
            diagnostics.push(unknown_configuration(address));
        }
        // What is put off needs it, and nothing else.
        if diagnostics.has_errors() || !config.is_wholly_known() {
            return self.settle(diagnostics);
        }
        let request = ConfigureRequest { config, engine_version: self.environment.settings.engine_version.clone() };
        match provider.configure(request).await {
            Ok((instance, found)) => {
                diagnostics.extend(found);
                self.configured.borrow_mut().insert(index, instance);
            }
            Err(found) => diagnostics.extend(found),
        }
        self.settle(diagnostics)
    }

    /// The provider of a change, once it is open, or what a test has in its place.
    pub(super) fn provider_of(&self, change: &ResourceChange) -> Option<Arc<dyn ProviderInstance>> {
        let index = self.provider_indexes.get(&change.provider)?;
        let opened = self.configured.borrow().get(index).cloned()?;
        let provider = self.environment.providers.get(&change.provider.provider)?;
        let place = (&change.address, &change.provider);
        let overrides = &self.planned.options.overrides;
        Some(overrides.answering(place, opened, provider.as_ref(), &self.environment.settings))
    }
}

/// What should not happen must not look like success.
fn unknown_configuration(address: &ProviderConfigAddr) -> Diagnostic {
    let detail = format!(
        "The configuration of {address} depends on values that are not known, though the plan puts nothing off. What it handles is left as it is. This is a bug in Landform, which should be reported."
    );
    Diagnostic::error("Provider configuration is not known", detail)
}
