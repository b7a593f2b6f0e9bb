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
    /// The triggers of an instance that something sets off. `None` after an error: where one is no plain reference, or
    /// names a resource which there is not, or nothing that is planned, unless one before it is enough.
    pub(super) fn triggered(&self, instance: &Instance<'_>) -> Option<Vec<Str>> {
        let mut problems = Diagnostics::new();
        let mut set_off = Vec::new();
        for (place, trigger) in instance.compiled.triggers.iter().enumerate() {
            match self.is_set_off(instance, place, trigger) {
                Ok(false) => {}
                Ok(true) => set_off.push(trigger.text.clone()),
                Err(problem) if set_off.is_empty() => problems.push(problem),
                Err(_) => {}
            }
        }
        let sound = !problems.has_errors();
        self.report(problems);
        sound.then_some(set_off)
    }

    fn is_set_off(&self, instance: &Instance<'_>, place: usize, trigger: &CompiledTrigger) -> Result<bool, Diagnostic> {
        if let Some(problem) = &trigger.wrong_key {
            return Err(problem.clone());
        }
        let module = &instance.address.module;
        let place_of = || if module.is_root() { "the root module".to_owned() } else { module.to_string() };
        let Some(resource) = trigger.resource else {
            let named: Vec<&str> = trigger.text.split(['.', '[']).take(2).collect();
            let key = self.trigger_key(instance, trigger).unwrap_or(InstanceKey::None);
            let detail = format!("A resource {}{key} has not been declared in {}", named.join("."), place_of());
            return Err(Diagnostic::error("Reference to undeclared resource", detail).at(trigger.span));
        };
        let target = &self.program.tree[instance.module].module.resources[resource].address;
        let target = target.clone().absolute(module.clone());
        let key = self.trigger_key(instance, trigger);
        if !self.is_planned(&target, key.as_ref()) {
            let key = key.as_ref().map(ToString::to_string).unwrap_or_default();
            let summary = format!("no change found for {}{key} in {}", target.resource, place_of());
            let detail = "The plan has nothing of what is named here: there is no such instance.";
            return Err(Diagnostic::error(summary, detail).at(trigger.span));
        }
        if key.is_some() {
            return Ok(self.found.borrow().triggers(trigger, &target, key.as_ref()));
        }
        let known = (instance.address.resource(), place);
        if let Some(answer) = self.found.borrow().triggering.whole.get(&known) {
            return Ok(*answer);
        }
        let answer = self.found.borrow().triggers(trigger, &target, None);
        self.found.borrow_mut().triggering.whole.insert(known, answer);
        Ok(answer)
    }

    /// Whether the plan has, or may have, anything to say of an instance, or of any.
    fn is_planned(&self, target: &AbsResource, key: Option<&InstanceKey>) -> bool {
        let found = self.found.borrow();
        let wanted = found.expansions.get(target).map(|(_, keys)| keys);
        let wanted = wanted.is_some_and(|keys| key.map_or(!keys.is_empty(), |key| keys.contains(key)));
        let prior = self.prior.borrow();
        let was_there = prior.resources.get(target).is_some_and(|resource| match key {
            Some(key) => resource.instances.get(key).is_some_and(|instance| instance.current.is_some()),
            None => !resource.instances.is_empty(),
        });
        let is_any = key == Some(&InstanceKey::Wildcard);
        is_any || wanted || was_there || self.may_be_wanted(target)
    }

    /// The key of the instance that is named; that of any while it is not known.
    fn trigger_key(&self, instance: &Instance<'_>, trigger: &CompiledTrigger) -> Option<InstanceKey> {
        let mut diagnostics = Diagnostics::new();
        let key = trigger.key.as_ref()?;
        let key = self.evaluator.expression(instance.scope, &instance.data, key, &mut diagnostics);
        self.report(diagnostics);
        if !key.is_known() {
            return Some(InstanceKey::Wildcard);
        }
        Some(match (key.as_str(), key.as_number().and_then(Number::to_i64)) {
            (Some(text), _) => InstanceKey::String(text.into()),
            (None, Some(number)) => InstanceKey::Int(number),
            _ => InstanceKey::None,
        })
    }
}
