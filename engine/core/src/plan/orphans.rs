//! Objects that configuration does not want any more, and everything in a destroy plan.

use landform_addrs::{AbsResource, InstanceKey, ResourceInstance, ResourceMode};
use landform_plan::{Action, ActionReason, IdentityChange, Mode, ResourceChange};
use landform_values::{Str, Value};

use super::{PlannedChange, Planner};
use crate::evaluate::{EachMode, ScopeId, whole_value};
use crate::prior::{PriorInstance, PriorObject};
use crate::program::ModuleId;
use crate::schedule::Outcome;

impl Planner<'_> {
    /// Plans the end of every object that no instance in configuration claims.
    pub(super) async fn plan_orphans(&self) {
        if self.options.mode == Mode::RefreshOnly {
            return;
        }
        let prior = self.prior.borrow();
        let needed = self.needed_by_what_must_stay();
        let is_needed = |address: &AbsResource| !needed.is_empty() && needed.contains(&address.config());
        let goes = |address: &AbsResource| address.resource.mode == ResourceMode::Managed && !is_needed(address);
        for (resource, found) in prior.resources.iter().filter(|(address, _)| goes(address)) {
            for (key, instance) in &found.instances {
                self.plan_orphan(resource, key, instance);
            }
        }
    }

    fn plan_orphan(&self, resource: &AbsResource, key: &InstanceKey, instance: &PriorInstance) {
        let address = resource.instance(key.clone());
        if !self.selection.includes_instance(&address) {
            return;
        }
        let destroying = self.options.mode == Mode::Destroy;
        let reason = match self.reason_to_delete(resource, key) {
            Some(reason) => Some(reason),
            None if destroying => None,
            // Claimed: planned at its node, or not reached after an error.
            None => return,
        };
        let reason = reason.filter(|_| !destroying);
        let declared = self.declared(&address.resource());
        let action = self.orphan_action(&address, declared);
        for (deposed, object) in &instance.deposed {
            self.plan_end(&address, Some(deposed.clone()), object.clone(), None, action);
        }
        if let Some(object) = &instance.current {
            // But for a destroy, that was asked where the resource was planned.
            if let Some(declared) = declared.filter(|_| destroying && action != Action::Forget) {
                self.must_stay(&address, declared);
            }
            self.plan_end(&address, None, object.clone(), reason, action);
        }
    }

    /// What happens to an object that is not wanted any more.
    pub(super) fn orphan_action(&self, address: &ResourceInstance, declared: Option<(ModuleId, usize)>) -> Action {
        let action = self.moved.removed_action(address);
        declared.map_or(action, |declared| self.end_of(declared, action))
    }

    /// What configuration does not want any more and the plan leaves alone. As in Terraform, it counts until it is
    /// destroyed.
    pub(super) fn remaining(&self, resource: &AbsResource, mode: EachMode) -> Vec<(InstanceKey, Value)> {
        let all_stay = self.options.mode == Mode::RefreshOnly;
        if !all_stay && !self.selection.is_restricted() {
            return Vec::new();
        }
        let stays = |key: &InstanceKey| all_stay || !self.selection.includes_instance(&resource.instance(key.clone()));
        let found = self.found.borrow();
        let wanted = found.expansions.get(resource).map(|(_, keys)| keys);
        let is_wanted = |key: &InstanceKey| wanted.is_some_and(|keys| keys.contains(key));
        let prior = self.prior.borrow();
        let instances = prior.resources.get(resource).into_iter().flat_map(|found| &found.instances);
        let current = instances.filter_map(|(key, instance)| Some((key, &instance.current.as_ref()?.value)));
        let remaining = current.filter(|(key, _)| mode.has_place_for(key) && !is_wanted(key) && stays(key));
        remaining.map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// Why configuration does not claim an instance; `None` when it does, or when that could not be found out.
    pub(super) fn reason_to_delete(&self, resource: &AbsResource, key: &InstanceKey) -> Option<ActionReason> {
        let Some(declared) = self.declared(resource) else {
            let address = resource.instance(key.clone());
            if self.moved.previous(&address) != address {
                return Some(ActionReason::DeleteBecauseNoMoveTarget);
            }
            return Some(ActionReason::DeleteBecauseNoResourceConfig);
        };
        if self.may_be_wanted(resource) {
            return None;
        }
        let found = self.found.borrow();
        if !self.evaluator.module_exists(&resource.module) {
            let is_sure = !found.failed || found.expanded.contains(&declared);
            return is_sure.then_some(ActionReason::DeleteBecauseNoModule);
        }
        let (mode, keys) = found.expansions.get(resource)?;
        if keys.contains(key) {
            return None;
        }
        Some(match (mode, key) {
            // Switched off.
            (EachMode::Optional, InstanceKey::None) => ActionReason::DeleteBecauseNoResourceConfig,
            (EachMode::Count, InstanceKey::Int(_)) => ActionReason::DeleteBecauseCountIndex,
            (EachMode::ForEach, InstanceKey::String(_)) => ActionReason::DeleteBecauseEachKey,
            _ => ActionReason::DeleteBecauseWrongRepetition,
        })
    }

    /// Where configuration declares a resource.
    pub(crate) fn declared(&self, resource: &AbsResource) -> Option<(ModuleId, usize)> {
        let module = self.program.module_at(&resource.module.path())?;
        let index = self.program.tree[module].module.resource_indexes.get(&resource.resource)?;
        Some((module, *index))
    }

    /// Plans the end of an object: that it is destroyed, or forgotten.
    pub(super) fn plan_end(
        &self,
        address: &ResourceInstance,
        deposed: Option<Str>,
        object: PriorObject,
        reason: Option<ActionReason>,
        action: Action,
    ) {
        let prior = self.prior.borrow();
        let Some(found) = prior.resources.get(&address.resource()) else { return };
        let Some(provider) = found.instances.get(&address.key).map(|instance| found.provider_of(instance).clone())
        else {
            return;
        };
        let identity = object.known_identity();
        // In Terraform, what is read to be destroyed has moved by then.
        let has_moved = self.options.mode == Mode::Destroy && self.options.refresh;
        let previous_address = if has_moved { address.clone() } else { self.moved.previous(address) };
        let planned = PlannedChange {
            change: ResourceChange {
                previous_address,
                deposed,
                action,
                reason,
                before: object.value,
                identity: IdentityChange { before: identity, after: None },
                ..ResourceChange::none(address.clone(), provider, object.schema)
            },
            private: object.private.to_vec(),
            prior_private: object.private,
            prior_dependencies: object.dependencies.clone(),
            dependencies: object.dependencies,
            create_before_destroy: object.create_before_destroy,
            config: self.declared(&address.resource()),
        };
        self.found.borrow_mut().add(planned);
    }

    /// Whether a destroy takes a resource as state has it. What is visited is what providers are configured from: data is
    /// read afresh for that, and always where state has none.
    pub(super) fn is_as_stored(&self, module: ModuleId, index: usize) -> bool {
        let compiled = self.program.resource(module, index);
        let prior = self.prior.borrow();
        let stored = |scope: &ScopeId| {
            let resource = compiled.address.clone().absolute(self.evaluator.address(*scope));
            prior.resources.contains_key(&resource)
        };
        match compiled.address.mode {
            ResourceMode::Managed => true,
            ResourceMode::Data => !self.options.refresh && self.evaluator.instances(module).iter().all(stored),
            ResourceMode::Ephemeral => false,
        }
    }

    /// In a destroy plan, a resource's value is what state says.
    pub(super) fn resource_from_state(&self, module: ModuleId, index: usize) -> Outcome {
        let compiled = self.program.resource(module, index);
        let prior = self.prior.borrow();
        for scope in self.evaluator.instances(module) {
            let resource = compiled.address.clone().absolute(self.evaluator.address(scope));
            let instances: Vec<(InstanceKey, Value)> = prior
                .resources
                .get(&resource)
                .into_iter()
                .flat_map(|found| &found.instances)
                .filter_map(|(key, instance)| Some((key.clone(), instance.current.as_ref()?.value.clone())))
                .collect();
            let mode = match (&compiled.repetition, instances.first()) {
                (crate::program::Repetition::Count(_), _) | (_, Some((InstanceKey::Int(_), _))) => EachMode::Count,
                (crate::program::Repetition::ForEach(_), _) | (_, Some((InstanceKey::String(_), _))) => {
                    EachMode::ForEach
                }
                (crate::program::Repetition::Enabled(_), _) => EachMode::Optional,
                _ => EachMode::Single,
            };
            self.evaluator.set_resource(scope, index, whole_value(mode, instances));
        }
        Outcome::Done
    }
}
