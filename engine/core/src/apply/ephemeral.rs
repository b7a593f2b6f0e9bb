//! Ephemeral resources while applying.

use std::sync::Arc;

use indexmap::IndexMap;
use landform_addrs::ResourceInstance;
use landform_diagnostics::Diagnostics;
use landform_provider_api::ProviderInstance;
use landform_values::Value;
use petgraph::graph::NodeIndex;

use super::Applier;
use crate::ephemeral::unopened;
use crate::evaluate::{InstanceData, RuleKind, ScopeId};
use crate::plan::checks;
use crate::program::{ModuleId, Node};
use crate::schedule::Outcome;

impl Applier<'_> {
    /// Opens all instances of an ephemeral resource.
    pub(super) async fn open_ephemeral(&self, index: NodeIndex) -> Outcome {
        let Node::Resource(module, resource) = self.program.graph.graph[index] else { return Outcome::Done };
        let instances: Vec<(ScopeId, ResourceInstance, InstanceData)> = {
            let expansions = self.expansions.borrow();
            let expanded = expansions.get(&(module, resource)).into_iter().flat_map(IndexMap::values);
            expanded
                .flat_map(|found| {
                    let instances = found.instances.iter();
                    instances.map(|(key, data)| (found.scope, found.resource.instance(key.clone()), data.clone()))
                })
                .collect()
        };
        let mut outcome = Outcome::Done;
        for (scope, address, data) in instances {
            match self.open_instance((module, resource), (scope, &address, &data)).await {
                Ok(value) => self.values.borrow_mut().insert(&address, value),
                Err(found) => {
                    outcome = Outcome::Failed;
                    let body = &self.program.resource(module, resource).body;
                    self.report(found.into_iter().map(|mut found| {
                        found.subject = found.subject.or_else(|| Some(body.place_of_problem(&found)));
                        found.address = found.address.or_else(|| Some(address.to_string()));
                        found
                    }));
                }
            }
        }
        outcome
    }

    /// Closes all instances of an ephemeral resource.
    pub(super) async fn close_ephemeral(&self, index: NodeIndex) -> Outcome {
        let found = self.open.close(index, self.environment.observer).await;
        self.settle(found)
    }

    async fn open_instance(
        &self,
        (module, index): (ModuleId, usize),
        (scope, address, data): (ScopeId, &ResourceInstance, &InstanceData),
    ) -> Result<Value, Diagnostics> {
        let compiled = self.program.resource(module, index);
        let provider = self.provider_of_instance((module, index), scope, data)?;
        let checkable = checks::Checkable::Resource(module, index);
        let place = (scope, &address.key);
        let check = |data: &InstanceData, rules, kind| {
            let (passed, found) = checks::run(&self.evaluator, &self.checks, checkable, place, data, rules, kind);
            if passed { Ok(()) } else { Err(found) }
        };
        check(data, &compiled.preconditions, RuleKind::Precondition)?;
        let context = &self.environment.settings.context;
        let (config, found) = compiled.body.evaluate(&self.evaluator.scope(scope, data), context);
        if found.has_errors() {
            return Err(found);
        }
        // What is put off is all that needs it, where it can not be opened.
        let Some(provider) = provider.filter(|_| config.is_wholly_known()) else {
            return Ok(unopened(&compiled.schema, &config));
        };
        let node = self.program.graph.index(&self.program.tree, Node::Resource(module, index));
        let observer = self.environment.observer;
        let value = self.open.open((node, address), &compiled.schema, provider, &config, observer).await?;
        check(&data.with_self(value.clone()), &compiled.postconditions, RuleKind::Postcondition)?;
        Ok(value)
    }

    /// The provider of an instance; `None` where that is not known yet.
    fn provider_of_instance(
        &self,
        resource: (ModuleId, usize),
        scope: ScopeId,
        data: &InstanceData,
    ) -> Result<Option<Arc<dyn ProviderInstance>>, Diagnostics> {
        let index = self.evaluator.provider_index(resource, scope, data)?;
        Ok(index.and_then(|index| self.configured.borrow().get(&index).cloned()))
    }
}
