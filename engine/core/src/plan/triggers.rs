//! `replace_triggered_by`: whether something that it names is to change.

use std::collections::HashMap;

use landform_addrs::{AbsResource, InstanceKey};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::Action;
use landform_values::{Number, Str};

use super::managed::Instance;
use super::{Found, PlannedChange, Planner};
use crate::program::CompiledTrigger;

/// Where the changes stand that can trigger a replacement: updates and replacements of current objects.
#[derive(Default)]
pub(crate) struct Triggering {
    /// Indexes of changes, by resource and key.
    changes: HashMap<AbsResource, HashMap<InstanceKey, usize>>,
    /// What is known already of triggers that name a whole resource, by the resource that they stand in and their place.
    whole: HashMap<(AbsResource, usize), bool>,
}

impl Found {
    /// Notes a change.
    pub(super) fn add(&mut self, planned: PlannedChange) {
        let change = &planned.change;
        if change.action == Action::Update || change.action.is_replace() {
            let instances = self.triggering.changes.entry(change.address.resource()).or_default();
            instances.insert(change.address.key.clone(), self.changes.len());
        }
        self.changes.push(planned);
    }

    /// Whether an instance of a resource, or any, is to change in a way that a trigger is about. All that can is planned.
    fn triggers(&self, trigger: &CompiledTrigger, target: &AbsResource, key: Option<&InstanceKey>) -> bool {
        let Some(instances) = self.triggering.changes.get(target) else { return false };
        let matters = |index: &usize| {
            let change = &self.changes[*index].change;
            trigger.path.0.is_empty() || trigger.path.get(&change.before) != trigger.path.get(&change.after)
        };
        match key {
            Some(key) => instances.get(key).is_some_and(matters),
            None => instances.values().any(matters),
        }
    }
}

impl Planner<'_> {
    /// Reports a trigger that names a resource which there is not.
    pub(super) fn check_triggers(&self, instance: &Instance<'_>) -> Option<()> {
        let Some(trigger) = instance.compiled.triggers.iter().find(|trigger| trigger.resource.is_none()) else {
            return Some(());
        };
        let module = &instance.address.module;
        let place = if module.is_root() { "the root module".to_owned() } else { module.to_string() };
        let named: Vec<&str> = trigger.text.split(['.', '[']).take(2).collect();
        let key = self.trigger_key(instance, trigger).unwrap_or(InstanceKey::None);
        let detail = format!("A resource {}{key} has not been declared in {place}", named.join("."));
        self.report([Diagnostic::error("Reference to undeclared resource", detail).at(trigger.span)]);
        None
    }

    /// The triggers of an instance that something sets off.
    pub(super) fn triggered(&self, instance: &Instance<'_>) -> Vec<Str> {
        let triggers = instance.compiled.triggers.iter().enumerate();
        let set_off = triggers.filter(|(place, trigger)| self.is_set_off(instance, *place, trigger));
        set_off.map(|(_, trigger)| trigger.text.clone()).collect()
    }

    fn is_set_off(&self, instance: &Instance<'_>, place: usize, trigger: &CompiledTrigger) -> bool {
        let Some(resource) = trigger.resource else { return false };
        let target = &self.program.tree[instance.module].module.resources[resource].address;
        let target = target.clone().absolute(instance.address.module.clone());
        if trigger.key.is_some() {
            let key = self.trigger_key(instance, trigger);
            return self.found.borrow().triggers(trigger, &target, key.as_ref());
        }
        let known = (instance.address.resource(), place);
        if let Some(answer) = self.found.borrow().triggering.whole.get(&known) {
            return *answer;
        }
        let answer = self.found.borrow().triggers(trigger, &target, None);
        self.found.borrow_mut().triggering.whole.insert(known, answer);
        answer
    }

    fn trigger_key(&self, instance: &Instance<'_>, trigger: &CompiledTrigger) -> Option<InstanceKey> {
        let mut diagnostics = Diagnostics::new();
        let key = trigger.key.as_ref()?;
        let key = self.evaluator.expression(instance.scope, &instance.data, key, &mut diagnostics);
        self.report(diagnostics);
        Some(match (key.as_str(), key.as_number().and_then(Number::to_i64)) {
            (Some(text), _) => InstanceKey::String(text.into()),
            (None, Some(number)) => InstanceKey::Int(number),
            _ => InstanceKey::None,
        })
    }
}
