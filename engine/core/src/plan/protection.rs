//! Objects that must not be destroyed: `prevent_destroy` and `destroy = false`.

use std::collections::HashSet;
use std::sync::Arc;

use landform_addrs::{ConfigResource, ResourceInstance};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::expr::Expression;
use landform_plan::{Action, Mode};
use landform_values::{Type, Value, convert};

use super::Planner;
use crate::evaluate::{DestroyScope, InstanceData};
use crate::program::{CompiledResource, ModuleId, Node};

impl Planner<'_> {
    /// Whether the object's own configuration refuses that it be destroyed; reports it.
    pub(super) fn must_stay(&self, address: &ResourceInstance, declared: (ModuleId, usize)) -> bool {
        let refusal = self.refusal(address, declared);
        let refused = refusal.is_some();
        self.report(refusal.into_iter().flatten());
        refused
    }

    /// Why an object can not be destroyed, if its configuration says so.
    fn refusal(&self, address: &ResourceInstance, (module, index): (ModuleId, usize)) -> Option<Diagnostics> {
        let compiled = self.program.resource(module, index);
        let expression = compiled.prevent_destroy.as_ref()?;
        match self.is_prevented(address, module, expression) {
            Ok(false) => None,
            Ok(true) => Some(prevented(address, compiled).into()),
            Err(found) => Some(found),
        }
    }

    /// What happens to an object that is not wanted any more: with `destroy = false`, it is only forgotten.
    pub(super) fn end_of(&self, (module, index): (ModuleId, usize), otherwise: Action) -> Action {
        let config = &self.program.tree[module].module.config.resources[index];
        if config.lifecycle.destroy == Some(false) { Action::Forget } else { otherwise }
    }

    /// Whether a resource refuses that instances be destroyed which configuration does not have any more; reports it. What
    /// depends on the resource is not planned then.
    pub(super) fn orphans_must_stay(&self, declared: (ModuleId, usize)) -> bool {
        if self.options.mode != Mode::Normal || self.program.resource(declared.0, declared.1).prevent_destroy.is_none()
        {
            return false;
        }
        let mut refused = false;
        for (address, _) in self.protected_objects(declared) {
            let goes = self.reason_to_delete(&address.resource(), &address.key).is_some();
            refused |= goes && self.must_stay(&address, declared);
        }
        refused
    }

    /// In a destroy plan, what objects depend on that refuse to be destroyed, as state and configuration say: its end would
    /// come after theirs, and is not planned.
    pub(super) fn needed_by_what_must_stay(&self) -> HashSet<ConfigResource> {
        let mut needed = HashSet::new();
        if self.options.mode != Mode::Destroy {
            return needed;
        }
        let graph = &self.program.graph.graph;
        for node in graph.node_indices() {
            let Node::Resource(module, index) = graph[node] else { continue };
            if self.program.resource(module, index).prevent_destroy.is_none() {
                continue;
            }
            let objects = self.protected_objects((module, index)).into_iter();
            let refused = objects.filter(|(address, _)| self.refusal(address, (module, index)).is_some());
            let mut lists: Vec<Arc<[ConfigResource]>> = refused.map(|(_, dependencies)| dependencies).collect();
            if !lists.is_empty() {
                lists.push(self.dependencies.addresses(&self.program, node));
            }
            // Instances share theirs.
            lists.dedup_by(|one, other| Arc::ptr_eq(one, other));
            needed.extend(lists.iter().flat_map(|list| list.iter().cloned()));
        }
        needed
    }

    /// Current objects of a protected resource that would be destroyed, and what each depends on.
    fn protected_objects(&self, declared: (ModuleId, usize)) -> Vec<(ResourceInstance, Arc<[ConfigResource]>)> {
        let prior = self.prior.borrow();
        let mut objects = Vec::new();
        for resource in self.stored(declared) {
            let instances = prior.resources.get(resource).into_iter().flat_map(|found| &found.instances);
            for (key, instance) in instances {
                let Some(object) = &instance.current else { continue };
                let address = resource.instance(key.clone());
                let goes = self.selection.includes_instance(&address)
                    && self.orphan_action(&address, Some(declared)) != Action::Forget;
                if goes {
                    objects.push((address, object.dependencies.clone()));
                }
            }
        }
        objects
    }

    fn is_prevented(
        &self,
        address: &ResourceInstance,
        module: ModuleId,
        expression: &Expression,
    ) -> Result<bool, Diagnostics> {
        let context = &self.evaluator.settings.context;
        let data = InstanceData::default();
        let (value, found) = match self.evaluator.scope_at(&address.module) {
            Some(scope) => expression.evaluate(&self.evaluator.scope(scope, &data), context),
            // The instance of the module is gone, and its variables with it.
            None => expression.evaluate(&DestroyScope { evaluator: &self.evaluator, module, data: &data }, context),
        };
        if found.has_errors() {
            return Err(found);
        }
        truth(&value).map_err(|error| error.at(expression.span()).about(address.to_string()).into())
    }
}

/// A value as `prevent_destroy` has it.
fn truth(value: &Value) -> Result<bool, Diagnostic> {
    let invalid = |detail: String| Diagnostic::error("Invalid prevent_destroy argument", detail);
    let value = convert(value, &Type::Bool)
        .map_err(|error| invalid(format!("The \"prevent_destroy\" value is unsuitable: {}.", error.message)))?;
    let (value, _) = value.unmark();
    if !value.is_known() {
        return Err(invalid(
            "The \"prevent_destroy\" value is not known yet, so Landform can not tell whether the object may be destroyed. Make it from variables and other values that are known when planning.".to_owned(),
        )
        .with_extra(|extra| extra.caused_by_unknown = true));
    }
    Ok(value.as_bool() == Some(true))
}

/// The error for an object that must stay.
fn prevented(address: &ResourceInstance, compiled: &CompiledResource) -> Diagnostic {
    let detail = format!(
        "Resource {address} has lifecycle.prevent_destroy set, but the plan calls for this resource to be destroyed. To avoid this error and continue with the plan, either disable lifecycle.prevent_destroy or reduce the scope of the plan using the -target option."
    );
    Diagnostic::error("Instance cannot be destroyed", detail).at(compiled.span)
}
