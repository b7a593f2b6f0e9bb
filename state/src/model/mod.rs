//! State in memory: what the engine works on.
//!
//! **Invariant**: attributes are never decoded here, so nothing here needs a schema.

mod checks;
mod object;
pub(crate) mod raw;
mod shared;

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::{AbsResource, InstanceKey, ModuleInstance, ProviderConfigAddr, ResourceInstance, Str};

pub use checks::{CheckResult, CheckStatus, CheckableKind, CheckedObject};
pub use object::{Extra, InstanceState, Object, ObjectStatus, sorted_dependencies};
pub use shared::Shared;

/// All that is known of what a root module's workspace manages.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Which history of states this one belongs to; chosen once, when the first is written.
    pub lineage: String,
    /// Grows with each changed write of one lineage.
    pub serial: u64,
    /// The version of Terraform (or its like) that wrote it.
    pub terraform_version: String,
    /// Output values of the root module.
    pub outputs: BTreeMap<Str, Output>,
    /// Resources with all their instances.
    pub resources: Shared<BTreeMap<AbsResource, ResourceState>>,
    /// Results of the last run's checks; `None` when it had none.
    pub check_results: Option<Vec<CheckResult>>,
    /// What newer versions wrote at the top level.
    pub extra: Extra,
}

/// An output value of the root module.
#[derive(Clone, Debug)]
pub struct Output {
    /// The value as JSON.
    pub value: Arc<str>,
    /// Its type as JSON.
    pub ty: Arc<str>,
    /// Whether it is hidden from people.
    pub sensitive: bool,
}

impl PartialEq for Output {
    fn eq(&self, other: &Self) -> bool {
        self.sensitive == other.sensitive && raw::same(&self.value, &other.value) && raw::same(&self.ty, &other.ty)
    }
}

/// A resource in one module instance.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceState {
    /// The provider configuration that it was last handled by, as a whole: instances have the keys.
    pub provider: ProviderConfigAddr,
    /// Its instances. Most resources have one: nodes of the map that hold instances themselves would be mostly empty.
    pub instances: BTreeMap<InstanceKey, Shared<InstanceState>>,
}

/// How a resource was repeated when its state was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EachMode {
    /// Neither `count` nor `for_each`.
    None,
    /// `count`.
    List,
    /// `for_each`.
    Map,
}

/// One object in state with its address.
#[derive(Clone, Copy, Debug)]
pub struct ObjectRef<'a> {
    /// The resource.
    pub resource: &'a AbsResource,
    /// The instance's key.
    pub key: &'a InstanceKey,
    /// The key of a deposed object.
    pub deposed: Option<&'a Str>,
    /// The object.
    pub object: &'a Object,
    /// The resource's provider configuration as a whole.
    configuration: &'a ProviderConfigAddr,
    provider_key: Option<&'a Str>,
}

impl ObjectRef<'_> {
    /// The instance's address.
    pub fn address(&self) -> ResourceInstance {
        self.resource.instance(self.key.clone())
    }

    /// The provider configuration that it was last handled by.
    pub fn provider(&self) -> ProviderConfigAddr {
        self.configuration.clone().with_key(self.provider_key.cloned())
    }
}

impl ResourceState {
    /// Without instances.
    pub fn new(provider: ProviderConfigAddr) -> Self {
        Self { provider: provider.with_key(None), instances: BTreeMap::new() }
    }

    /// An instance, made if there is none. The provider configuration becomes its own and the resource's.
    pub(crate) fn entry(&mut self, key: &InstanceKey, provider: &ProviderConfigAddr) -> &mut InstanceState {
        if !provider.is_of(&self.provider) {
            self.provider = provider.clone().with_key(None);
        }
        let instance = self.instances.entry(key.clone()).or_default();
        if instance.provider_key != provider.key {
            instance.provider_key.clone_from(&provider.key);
        }
        instance
    }

    /// The provider configuration that an instance was last handled by.
    pub fn provider_of(&self, key: &InstanceKey) -> ProviderConfigAddr {
        let key = self.instances.get(key).and_then(|instance| instance.provider_key.clone());
        self.provider.clone().with_key(key)
    }

    /// How it was repeated, as its keys tell.
    pub fn each(&self) -> EachMode {
        match self.instances.keys().next_back() {
            None | Some(InstanceKey::None | InstanceKey::Wildcard) => EachMode::None,
            Some(InstanceKey::Int(_)) => EachMode::List,
            Some(InstanceKey::String(_)) => EachMode::Map,
        }
    }
}

/// Looking.
impl State {
    /// The first state of a new lineage, with nothing in it.
    pub fn new(terraform_version: impl Into<String>) -> Self {
        Self {
            lineage: uuid::Uuid::new_v4().to_string(),
            terraform_version: terraform_version.into(),
            ..Self::default()
        }
    }

    /// Whether nothing is in it that a user would miss.
    pub fn is_empty(&self) -> bool {
        self.outputs.is_empty() && self.resources.is_empty()
    }

    /// A resource.
    pub fn resource(&self, address: &AbsResource) -> Option<&ResourceState> {
        self.resources.get(address)
    }

    /// A resource instance.
    pub fn instance(&self, address: &ResourceInstance) -> Option<&InstanceState> {
        self.resources.get(&address.resource())?.instances.get(&address.key).map(|instance| &**instance)
    }

    /// A resource instance, to change it.
    pub fn instance_mut(&mut self, address: &ResourceInstance) -> Option<&mut InstanceState> {
        self.resources.get_mut(&address.resource())?.instances.get_mut(&address.key).map(|instance| &mut **instance)
    }

    /// A resource instance's current object.
    pub fn current(&self, address: &ResourceInstance) -> Option<&Object> {
        self.instance(address)?.current.as_ref()
    }

    /// A resource instance's current object, or the deposed one of a key.
    pub fn object(&self, address: &ResourceInstance, deposed: Option<&str>) -> Option<&Object> {
        let instance = self.instance(address)?;
        match deposed {
            None => instance.current.as_ref(),
            Some(key) => instance.deposed.get(key),
        }
    }

    /// All resource instances by module, mode, type, name and key.
    pub fn instances(&self) -> impl Iterator<Item = (&AbsResource, &InstanceKey, &InstanceState)> {
        self.resources
            .iter()
            .flat_map(|(address, resource)| resource.instances.iter().map(move |(key, state)| (address, key, &**state)))
    }

    /// All objects, an instance's current one before its deposed ones.
    pub fn objects(&self) -> impl Iterator<Item = ObjectRef<'_>> {
        self.resources.iter().flat_map(|(resource, state)| {
            let configuration = &state.provider;
            state.instances.iter().flat_map(move |(key, instance)| {
                let current = instance.current.iter().map(|object| (None, object));
                let deposed = instance.deposed.iter().map(|(key, object)| (Some(key), object));
                current.chain(deposed).map(move |(deposed, object)| ObjectRef {
                    resource,
                    key,
                    deposed,
                    object,
                    configuration,
                    provider_key: instance.provider_key.as_ref(),
                })
            })
        })
    }

    /// Addresses of all resource instances in the order in which Terraform lists them: modules nearer to the root
    /// first, data sources before resources.
    pub fn addresses(&self) -> Vec<ResourceInstance> {
        let mut addresses: Vec<ResourceInstance> =
            self.instances().map(|(resource, key, _)| resource.instance(key.clone())).collect();
        // The sort is stable and the map is sorted by all the rest.
        addresses.sort_by_key(|address| address.module.steps().len());
        addresses
    }

    /// Whether anything is in a module instance or below it.
    pub fn has_module(&self, module: &ModuleInstance) -> bool {
        self.resources.keys().any(|address| address.module.is_within(module))
    }

    /// Whether two states hold the same, whatever their serial, lineage and version.
    pub fn same_content(&self, other: &Self) -> bool {
        let checks = |state: &'_ Self| state.check_results.clone().unwrap_or_default();
        self.outputs == other.outputs
            && self.resources == other.resources
            && self.extra == other.extra
            && checks::same_results(&checks(self), &checks(other))
    }
}

/// Changing.
impl State {
    /// A resource instance, made if there is none. The provider configuration becomes its own and the resource's.
    pub fn instance_entry(&mut self, address: &ResourceInstance, provider: &ProviderConfigAddr) -> &mut InstanceState {
        let resource = self.resources.entry(address.resource()).or_insert_with(|| ResourceState::new(provider.clone()));
        resource.entry(&address.key, provider)
    }

    /// Sets a current object; returns the one it replaces.
    pub fn insert(
        &mut self,
        address: &ResourceInstance,
        provider: &ProviderConfigAddr,
        object: Object,
    ) -> Option<Object> {
        self.instance_entry(address, provider).current.replace(object)
    }

    /// Sets a deposed object; returns the one it replaces.
    pub fn insert_deposed(
        &mut self,
        address: &ResourceInstance,
        deposed: impl Into<Str>,
        provider: &ProviderConfigAddr,
        object: Object,
    ) -> Option<Object> {
        self.instance_entry(address, provider).deposed.insert(deposed.into(), object)
    }

    /// Removes the current object, or the deposed one of a key; what is empty after that goes too.
    pub fn remove(&mut self, address: &ResourceInstance, deposed: Option<&str>) -> Option<Object> {
        let resource_address = address.resource();
        let resource = self.resources.get_mut(&resource_address)?;
        let instance = resource.instances.get_mut(&address.key)?;
        let removed = match deposed {
            None => instance.current.take(),
            Some(key) => instance.deposed.remove(key),
        };
        if instance.is_empty() {
            resource.instances.remove(&address.key);
        }
        if resource.instances.is_empty() {
            self.resources.remove(&resource_address);
        }
        removed
    }

    /// Removes a resource instance with all its objects.
    pub fn remove_instance(&mut self, address: &ResourceInstance) -> Option<InstanceState> {
        let resource_address = address.resource();
        let resource = self.resources.get_mut(&resource_address)?;
        let removed = resource.instances.remove(&address.key);
        if resource.instances.is_empty() {
            self.resources.remove(&resource_address);
        }
        removed.map(Shared::into_inner)
    }

    /// Has a resource in state, even without instances.
    pub fn keep_resource(&mut self, address: AbsResource, provider: &ProviderConfigAddr) {
        self.resources.entry(address).or_insert_with(|| ResourceState::new(provider.clone()));
    }

    /// Removes instances without objects and resources without instances.
    pub fn prune(&mut self) {
        self.resources.retain(|_, resource| {
            resource.instances.retain(|_, instance| !instance.is_empty());
            !resource.instances.is_empty()
        });
    }
}

#[cfg(test)]
mod tests;
