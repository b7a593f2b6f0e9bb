//! Which provider configuration is asked about an object: what configuration says goes before what state says.

use std::sync::Arc;

use landform_addrs::{AbsResource, InstanceKey, ProviderConfigAddr, ResourceInstance};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{DeferredReason, Mode};
use landform_provider_api::ProviderInstance;

use super::Planner;
use super::managed::Expanded;
use crate::evaluate::{InstanceData, ScopeId};
use crate::prior::{Prior, PriorResource};
use crate::program::{ModuleId, Program, ProviderOf};
use crate::schedule::Outcome;

/// Where configuration names one provider configuration for all instances of a resource, that is the one.
pub(super) fn claim(prior: &mut Prior, program: &Program) {
    for (resource, found) in &mut prior.resources {
        let Some(module) = program.module_at(&resource.module.path()) else { continue };
        let node = &program.tree[module];
        let Some(index) = node.module.resource_indexes.get(&resource.resource) else { continue };
        let ProviderOf::One(index) = node.resource_providers[*index] else { continue };
        let address = &program.provider_configs[index].address;
        // Objects of another provider have another shape.
        if address.provider == found.provider.provider {
            found.set_provider_of_all(address);
        }
    }
}

/// The provider configuration of an instance of a resource.
pub(super) struct Chosen {
    /// Its index; of one of those that it may be, where that is not known.
    pub(super) index: usize,
    /// The provider, or why it can not be asked.
    pub(super) opened: Result<Arc<dyn ProviderInstance>, DeferredReason>,
}

impl Planner<'_> {
    /// The provider configuration of an instance of a resource. What is wrong is reported.
    pub(super) fn choose_provider(
        &self,
        resource: (ModuleId, usize),
        (scope, address): (ScopeId, &ResourceInstance),
        data: &InstanceData,
    ) -> Option<Chosen> {
        let found = match self.evaluator.provider_index(resource, scope, data) {
            Ok(Some(index)) => {
                let unopened = self.why_unopened(&self.provider_addresses[index]);
                let opened = match unopened {
                    Some(reason) => Err(reason),
                    None => Ok(self.answering(address, index)?),
                };
                return Some(Chosen { index, opened });
            }
            // It may be any.
            Ok(None) => match self.program.tree[resource.0].resource_providers[resource.1].all().iter().min() {
                Some(index) => {
                    return Some(Chosen { index: *index, opened: Err(DeferredReason::ProviderConfigUnknown) });
                }
                None => self.evaluator.unknown_provider_key(resource).into(),
            },
            Err(found) => found,
        };
        self.report(found.into_iter().map(|found| found.about(address.to_string())));
        None
    }

    /// The provider that is open, or what a test has in its place.
    fn answering(&self, address: &ResourceInstance, index: usize) -> Option<Arc<dyn ProviderInstance>> {
        let opened = self.configured.borrow()[index].clone()?;
        let place = (address, &self.provider_addresses[index]);
        Some(self.options.overrides.answering(place, opened, self.provider(index)?.as_ref(), &self.settings))
    }

    /// Instances whose provider configuration is another one than before are read by that one.
    pub(super) async fn read_by_another(
        &self,
        resource: (ModuleId, usize),
        Expanded { scope, resource: address, instances, .. }: &Expanded,
    ) -> Outcome {
        if matches!(self.program.tree[resource.0].resource_providers[resource.1], ProviderOf::One(_)) {
            return Outcome::Done;
        }
        let mut outcome = Outcome::Done;
        let instances = instances.as_deref().unwrap_or_default();
        for index in self.take_over_by_others(resource, (*scope, address), instances) {
            let Some(provider) = self.configured.borrow()[index].clone() else { continue };
            let of = |found: &AbsResource| found == address;
            if self.options.refresh
                && self.refresh(&self.provider_addresses[index], provider.as_ref(), &of).await == Outcome::Failed
            {
                outcome = Outcome::Failed;
            }
        }
        outcome
    }

    /// Notes new provider configurations of instances, and yields them all.
    fn take_over_by_others(
        &self,
        resource: (ModuleId, usize),
        (scope, address): (ScopeId, &AbsResource),
        instances: &[(InstanceKey, InstanceData)],
    ) -> Vec<usize> {
        let mut new: Vec<usize> = Vec::new();
        let mut prior = self.prior.borrow_mut();
        let Some(found) = prior.resources.get_mut(address) else { return new };
        for (key, data) in instances {
            let Ok(Some(index)) = self.evaluator.provider_index(resource, scope, data) else { continue };
            let wanted = &self.provider_addresses[index];
            let is_other = |found: &PriorResource| {
                found.instances.get(key).is_some_and(|instance| found.provider_of(instance) != wanted)
            };
            if is_other(found) && wanted.provider == found.provider.provider {
                found.set_provider(key, wanted);
                if !new.contains(&index) {
                    new.push(index);
                }
            }
        }
        new
    }

    /// Objects that nothing in configuration claims need the provider configuration that they were made with.
    pub(super) fn report_missing_providers(&self) {
        let prior = self.prior.borrow();
        let mut missing = Diagnostics::new();
        for (resource, found) in prior.resources.iter().filter(|(resource, _)| self.declared(resource).is_some()) {
            for (key, instance) in &found.instances {
                let provider = found.provider_of(instance);
                let orphaned = || self.options.mode == Mode::Destroy || self.reason_to_delete(resource, key).is_some();
                if self.is_missing(provider)
                    && self.selection.includes_instance(&resource.instance(key.clone()))
                    && orphaned()
                {
                    missing.push(not_present(&resource.instance(key.clone()).to_string(), provider));
                }
            }
        }
        drop(prior);
        self.report(missing);
    }

    /// Whether only state knows a provider configuration, and nobody can tell how it was.
    pub(super) fn is_missing(&self, provider: &ProviderConfigAddr) -> bool {
        let only_in_state = |index: &usize| *index >= self.program.provider_configs.len();
        self.provider_indexes.get(provider).is_none_or(only_in_state)
            && (provider.alias.is_some() || !provider.module.is_root())
    }
}

/// An object whose provider configuration is not there any more.
pub(super) fn not_present(instance: &str, provider: &ProviderConfigAddr) -> Diagnostic {
    if provider.key.is_none() {
        let detail = format!(
            "To work with {instance} its original provider configuration at {provider} is required, but it has been removed. This occurs when a provider configuration is removed while objects created by that provider still exist in the state. Re-add the provider configuration to destroy {instance}, after which you can remove the provider configuration again."
        );
        return Diagnostic::error("Provider configuration not present", detail);
    }
    let detail = format!(
        "To work with {instance} its original provider instance at {provider} is required, but the for_each of the provider configuration has that key no more. A provider instance has to stay until all of its objects are gone: add the key again to destroy {instance}, and take it away afterwards.\n\nThis often comes of one collection for both the provider and its resources. Give the provider a for_each with more keys than that of the resources, so that a key can go from the resources first."
    );
    Diagnostic::error("Provider instance not present", detail)
}
