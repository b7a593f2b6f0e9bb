//! Opening providers, and reading all their objects afresh in one go.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::{AbsResource, ProviderConfigAddr, ResourceInstance, ResourceMode};
use landform_diagnostics::Diagnostics;
use landform_plan::{Action, Mode};
use landform_provider_api::{ConfigureRequest, Provider, ProviderInstance, ReadRequest};
use landform_values::{Str, Value};

use super::Planner;
use super::managed::with_marks_of;
use super::provider_choice::not_present;
use super::untold::Reading;
use crate::evaluate::InstanceData;
use crate::events::Event;
use crate::objects::{Identity, ToldIdentity};
use crate::program::missing_provider;
use crate::schedule::Outcome;
use crate::testing::mocking::Mock;

/// Where an object to read stands.
type Place = (ResourceInstance, Option<Str>);

impl Planner<'_> {
    /// The program behind a provider configuration.
    pub(super) fn provider(&self, index: usize) -> Option<&Arc<dyn Provider>> {
        self.providers.get(&self.provider_addresses[index].provider)
    }

    /// Opens a provider configuration of the program and reads its objects.
    pub(super) async fn open_provider(&self, index: usize) -> Outcome {
        let mut diagnostics = Diagnostics::new();
        let config = self.provider_config(index, &mut diagnostics);
        if diagnostics.has_errors() {
            return self.settle(diagnostics);
        }
        self.report(diagnostics);
        self.configure(index, config).await
    }

    /// The value of a provider configuration.
    fn provider_config(&self, index: usize, diagnostics: &mut Diagnostics) -> Option<Value> {
        let found = &self.program.provider_configs[index];
        let (module, block) = found.block?;
        let scope = *self.evaluator.instances(module).first()?;
        let data = InstanceData::of_provider(found);
        let compiled = &self.program.tree[module].module.providers[block];
        // Here the time is told and dice are thrown already: no plan would ever know a configuration that waits for that.
        let (value, found) = compiled.body.evaluate(&self.evaluator.scope(scope, &data), &self.settings.context);
        diagnostics.extend(found);
        Some(value.unmark_deep().0)
    }

    async fn configure(&self, index: usize, config: Option<Value>) -> Outcome {
        let address = &self.provider_addresses[index];
        let Some(provider) = self.provider(index) else {
            return self.settle(missing_provider(&address.provider).into());
        };
        if let Some(mock) = self.program.mock(index) {
            let mock = Mock::of_provider(provider.as_ref(), mock, &self.settings.context);
            self.configured.borrow_mut()[index] = Some(mock);
            return Outcome::Done;
        }
        let config = config.unwrap_or_else(|| crate::objects::empty_config(&provider.schemas().provider.block));
        let place = self.program.provider_configs.get(index).and_then(|found| found.block);
        let span = place.and_then(|(module, block)| {
            self.program.tree[module].module.config.provider_configs.get_index(block).map(|(_, config)| config.span)
        });
        let placed = |found: Diagnostics| -> Diagnostics {
            found
                .into_iter()
                .map(|mut diagnostic| {
                    diagnostic.subject = diagnostic.subject.or(span);
                    diagnostic.address = diagnostic.address.or_else(|| Some(address.to_string()));
                    diagnostic
                })
                .collect()
        };
        let invalid = provider.validate_config(&config).await;
        if invalid.has_errors() {
            return self.settle(placed(invalid));
        }
        if self.put_off_provider(index, provider.as_ref(), &config) {
            return Outcome::Done;
        }
        let request = ConfigureRequest { config, engine_version: self.settings.engine_version.clone() };
        match provider.configure(request).await {
            Ok((instance, warnings)) => {
                self.report(placed(warnings));
                self.configured.borrow_mut()[index] = Some(instance.clone());
                self.find_interrupted(address, instance.as_ref()).await;
                let reads = self.options.refresh && !self.options.earlier.has_read(address);
                if reads { self.refresh(address, instance.as_ref(), &|_| true).await } else { Outcome::Done }
            }
            Err(diagnostics) => self.settle(placed(diagnostics)),
        }
    }

    /// Opens the provider configurations that only state names; what is missing of them.
    pub(super) async fn open_providers_of_state(&self) -> Diagnostics {
        let mut missing = Diagnostics::new();
        for index in self.program.provider_configs.len()..self.provider_addresses.len() {
            let address = &self.provider_addresses[index];
            if self.is_missing(address) {
                missing.extend(self.orphans_of(address));
            } else {
                self.configure(index, None).await;
            }
        }
        missing
    }

    /// Objects whose provider configuration is gone. Where configuration declares a resource, it may say who else handles
    /// it: that is seen at its node.
    fn orphans_of(&self, address: &ProviderConfigAddr) -> Diagnostics {
        let prior = self.prior.borrow();
        let undeclared = prior.resources.iter().filter(|(resource, _)| self.declared(resource).is_none());
        undeclared
            .flat_map(|(resource, found)| {
                let its = found.instances.iter().filter(|(_, instance)| found.provider_of(instance) == address);
                its.map(|(key, _)| not_present(&format!("{} (orphan)", resource.instance(key.clone())), address))
            })
            .collect()
    }

    /// Reads the managed objects of a provider configuration, of these resources, with as few calls as the provider can.
    pub(super) async fn refresh(
        &self,
        provider: &ProviderConfigAddr,
        instance: &dyn ProviderInstance,
        of: &dyn Fn(&AbsResource) -> bool,
    ) -> Outcome {
        let (places, requests) = self.to_refresh(provider, of);
        if places.is_empty() {
            return Outcome::Done;
        }
        let acts_outside = self.providers.get(&provider.provider).is_none_or(|found| found.acts_outside());
        let later = self.tells_later(acts_outside);
        let before: Vec<Value> =
            if later { requests.iter().map(|request| request.prior.clone()).collect() } else { Vec::new() };
        if !later {
            self.observer.events(&mut places.iter().zip(&requests).map(|((address, deposed), request)| {
                Event::Refreshing { address, deposed: deposed.as_ref(), object: &request.prior }
            }));
        }
        let responses = instance.read_resources(requests).await;
        let mut outcome = Outcome::Done;
        let mut before = before.into_iter();
        for ((address, deposed), response) in places.into_iter().zip(responses) {
            if let Some(before) = before.next() {
                let after = response.object.clone();
                self.tell_later(Reading { address: address.clone(), deposed: deposed.clone(), before, after });
            } else {
                self.observer.event(Event::Refreshed {
                    address: &address,
                    deposed: deposed.as_ref(),
                    object: &response.object,
                });
            }
            let (address, deposed) = (&address, deposed.as_ref());
            let failed = response.diagnostics.has_errors();
            self.report(response.diagnostics.into_iter().map(|mut found| {
                found.address = found.address.or_else(|| Some(address.to_string()));
                found
            }));
            if failed || !self.keep_identity((address, deposed), provider, response.identity.as_ref()) {
                outcome = Outcome::Failed;
            } else {
                self.keep(address, deposed, response.object, response.private);
            }
        }
        outcome
    }

    fn to_refresh(
        &self,
        provider: &ProviderConfigAddr,
        of: &dyn Fn(&AbsResource) -> bool,
    ) -> (Vec<Place>, Vec<ReadRequest>) {
        let (prior, blocked) = (self.prior.borrow(), self.blocked.borrow());
        let mut places = Vec::new();
        let mut requests = Vec::new();
        let resources =
            prior.resources.iter().filter(|(address, _)| address.resource.mode == ResourceMode::Managed && of(address));
        for (resource, found) in resources {
            for (key, instance) in found.instances.iter().filter(|(_, it)| found.provider_of(it) == provider) {
                let address = resource.instance(key.clone());
                let forgotten = self.options.mode != Mode::RefreshOnly
                    && self.declared(&address.resource()).is_none()
                    && self.moved.removed_action(&address) == Action::Forget;
                let overridden = self.options.overrides.of_resource(&address, provider).is_some();
                if forgotten
                    || overridden
                    || blocked.contains(&address.config())
                    || !self.selection.reads_instance(&address)
                {
                    continue;
                }
                let current = instance.current.iter().map(|object| (None, object));
                let deposed = instance.deposed.iter().map(|(key, object)| (Some(key.clone()), object));
                for (deposed, object) in current.chain(deposed) {
                    places.push((address.clone(), deposed));
                    requests.push(ReadRequest {
                        kind: resource.resource.kind.clone(),
                        prior: object.value.clone().unmark_deep().0,
                        private: object.private.to_vec(),
                    });
                }
            }
        }
        (places, requests)
    }

    /// Notes the identity that was read of an object, if it is a right one.
    fn keep_identity(
        &self,
        (address, deposed): (&ResourceInstance, Option<&Str>),
        provider: &ProviderConfigAddr,
        identity: Option<&Value>,
    ) -> bool {
        let Some(identity) = identity else { return true };
        let mut prior = self.prior.borrow_mut();
        let Some(found) = prior.object_mut(address, deposed) else { return true };
        let earlier = found.known_identity();
        let told = ToldIdentity { address, provider: &provider.provider, schema: &found.schema, identity };
        let wrong = told.check(earlier.as_ref());
        let fine = !wrong.has_errors();
        if fine && earlier.as_ref() != Some(identity) {
            found.identity = Identity::new(identity, &found.schema);
        }
        drop(prior);
        self.report(wrong);
        fine
    }

    /// Notes an object as it is now.
    fn keep(&self, address: &ResourceInstance, deposed: Option<&Str>, object: Value, private: Vec<u8>) {
        let mut prior = self.prior.borrow_mut();
        if object.is_null() {
            if let Some(vanished) = prior.remove(address, deposed) {
                self.vanished.borrow_mut().insert((address.clone(), deposed.cloned()), vanished);
            }
            return;
        }
        let Some(found) = prior.object_mut(address, deposed) else { return };
        // What is as it was stays the same value, not one like it.
        let object = with_marks_of(object, &found.value, &found.schema);
        if object != found.value {
            found.value = object;
        }
        if *private != *found.private {
            found.private = private.into();
        }
    }
}

/// Objects that were gone when they were read, by place.
pub(crate) type Vanished = BTreeMap<Place, crate::prior::PriorObject>;
