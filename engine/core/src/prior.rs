//! What was there before: the objects of a state, decoded by their schemas.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use landform_addrs::{
    AbsResource, ConfigResource, InstanceKey, ProviderConfigAddr, ResourceInstance, ResourceMode, Str,
};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::{ObjectStatus as Status, StateObject};
use landform_provider_api::{Provider, Schema, UpgradeRequest};
use landform_state::{Object, ObjectStatus, State};
use landform_values::{Type, Value, json};

use crate::objects::{Identity, mark_sensitive, sensitive_paths};
use crate::providers::ProviderSet;

/// An object as state has it, decoded.
#[derive(Clone, Debug)]
pub(crate) struct PriorObject {
    /// Of the schema's type, marked.
    pub(crate) value: Value,
    /// As state had it before it was read afresh.
    pub(crate) stored: Value,
    /// Whether it is to be replaced.
    pub(crate) tainted: bool,
    /// What the provider stored with it.
    pub(crate) private: Arc<[u8]>,
    /// What it was made after.
    pub(crate) dependencies: Arc<[ConfigResource]>,
    /// Whether a replacement is made before it is destroyed.
    pub(crate) create_before_destroy: bool,
    /// Its shape.
    pub(crate) schema: Arc<Schema>,
    /// By what it is told from all others.
    pub(crate) identity: Option<Identity>,
}

/// The objects of one instance.
#[derive(Clone, Debug, Default)]
pub(crate) struct PriorInstance {
    /// The present one.
    pub(crate) current: Option<PriorObject>,
    /// Those still to be destroyed, by key.
    pub(crate) deposed: BTreeMap<Str, PriorObject>,
    /// Who made them, where it is not as the resource says.
    provider: Option<Arc<ProviderConfigAddr>>,
}

/// The instances of a resource.
#[derive(Clone, Debug)]
pub(crate) struct PriorResource {
    /// Who made them.
    pub(crate) provider: ProviderConfigAddr,
    /// By key. Most resources have one: nodes of the map that hold instances themselves would be mostly empty.
    pub(crate) instances: BTreeMap<InstanceKey, Box<PriorInstance>>,
}

impl PriorResource {
    /// Without instances.
    pub(crate) fn new(provider: ProviderConfigAddr) -> Self {
        Self { provider, instances: BTreeMap::new() }
    }

    /// The provider configuration that the objects of an instance were made with.
    pub(crate) fn provider_of<'a>(&'a self, instance: &'a PriorInstance) -> &'a ProviderConfigAddr {
        instance.provider.as_deref().unwrap_or(&self.provider)
    }

    /// Another provider configuration is asked about an instance from now on.
    pub(crate) fn set_provider(&mut self, key: &InstanceKey, provider: &ProviderConfigAddr) {
        let own = (*provider != self.provider).then(|| Arc::new(provider.clone()));
        if let Some(instance) = self.instances.get_mut(key) {
            instance.provider = own;
        }
    }

    /// Another provider configuration is asked about all instances from now on.
    pub(crate) fn set_provider_of_all(&mut self, provider: &ProviderConfigAddr) {
        self.provider = provider.clone();
        self.instances.values_mut().for_each(|instance| instance.provider = None);
    }

    /// All provider configurations that are needed.
    pub(crate) fn providers(&self) -> impl Iterator<Item = &ProviderConfigAddr> {
        let of_all = self.instances.is_empty().then_some(&self.provider);
        of_all.into_iter().chain(self.instances.values().map(|instance| self.provider_of(instance)))
    }
}

/// All decoded objects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prior {
    /// By resource.
    pub(crate) resources: BTreeMap<AbsResource, PriorResource>,
}

impl Prior {
    /// The objects of an instance.
    pub(crate) fn instance(&self, resource: &AbsResource, key: &InstanceKey) -> Option<&PriorInstance> {
        self.resources.get(resource)?.instances.get(key).map(|instance| &**instance)
    }

    /// The current object of an instance, or a deposed one.
    pub(crate) fn object_mut(&mut self, address: &ResourceInstance, deposed: Option<&Str>) -> Option<&mut PriorObject> {
        let instance = self.resources.get_mut(&address.resource())?.instances.get_mut(&address.key)?;
        match deposed {
            None => instance.current.as_mut(),
            Some(key) => instance.deposed.get_mut(key),
        }
    }

    /// Takes out what [`Self::object_mut`] finds.
    pub(crate) fn remove(&mut self, address: &ResourceInstance, deposed: Option<&Str>) -> Option<PriorObject> {
        let instance = self.resources.get_mut(&address.resource())?.instances.get_mut(&address.key)?;
        match deposed {
            None => instance.current.take(),
            Some(key) => instance.deposed.remove(key),
        }
    }
}

impl PriorObject {
    /// Of a data source, wholly known.
    pub(crate) fn of_data(value: Value, schema: Arc<Schema>) -> Self {
        Self {
            stored: value.clone(),
            value,
            tainted: false,
            private: [].into(),
            dependencies: [].into(),
            create_before_destroy: false,
            schema,
            identity: None,
        }
    }

    /// By what it is told from all others, where that is stored by the present schema.
    pub(crate) fn known_identity(&self) -> Option<Value> {
        self.identity.as_ref()?.value(&self.schema)
    }

    /// Whether it is not as state had it.
    pub(crate) fn has_changed(&self) -> bool {
        !self.value.is_identical(&self.stored) && self.value != self.stored
    }
}

/// The objects as those who look at a state see them, without outputs and checks.
pub(crate) fn view(prior: &Prior) -> landform_plan::State {
    landform_plan::State { objects: objects(prior, |_| true).collect(), ..landform_plan::State::default() }
}

/// The objects of some modes as those who look at a state see them.
pub(crate) fn objects(prior: &Prior, of: impl Fn(ResourceMode) -> bool) -> impl Iterator<Item = StateObject> {
    let resources = prior.resources.iter().filter(move |(address, _)| of(address.resource.mode));
    let instances =
        resources.flat_map(|(address, found)| found.instances.iter().map(move |(key, it)| (address, found, key, it)));
    instances.flat_map(|(resource, found, key, instance)| {
        let current = instance.current.iter().map(|object| (None, object));
        let deposed = instance.deposed.iter().map(|(key, object)| (Some(key.clone()), object));
        current.chain(deposed).map(move |(deposed, object)| StateObject {
            address: resource.instance(key.clone()),
            deposed,
            provider: found.provider_of(instance).clone(),
            value: object.value.clone(),
            identity: object.known_identity(),
            status: if object.tainted { Status::Tainted } else { Status::Ready },
            depends_on: object.dependencies.to_vec(),
            schema: object.schema.clone(),
        })
    })
}

/// Decodes all managed objects of a state, and those of data sources.
pub(crate) async fn decode(state: &State, providers: &ProviderSet) -> (Prior, Diagnostics) {
    let mut decoder = Decoder { types: HashMap::new(), diagnostics: Diagnostics::new() };
    let mut resources = Vec::with_capacity(state.resources.len());
    for (address, resource) in &state.resources {
        let Some(provider) = providers.get(&resource.provider.provider) else {
            let missing = crate::program::missing_in_state(&resource.provider.provider);
            if decoder.diagnostics.iter().all(|found| found.detail != missing.detail) {
                decoder.diagnostics.push(missing);
            }
            continue;
        };
        let mut instances = BTreeMap::new();
        for (key, instance) in &resource.instances {
            let own = instance.provider_key.as_ref().map(|_| Arc::new(resource.provider_of(key)));
            let mut decoded = PriorInstance { provider: own, ..PriorInstance::default() };
            if let Some(object) = &instance.current {
                decoded.current = decoder.object(provider, address, key, object).await;
            }
            for (deposed, object) in &instance.deposed {
                if let Some(object) = decoder.object(provider, address, key, object).await {
                    decoded.deposed.insert(deposed.clone(), object);
                }
            }
            instances.insert(key.clone(), Box::new(decoded));
        }
        resources.push((address.clone(), PriorResource { provider: resource.provider.clone(), instances }));
    }
    // They are in their order, in which a map is made in one go.
    (Prior { resources: resources.into_iter().collect() }, decoder.diagnostics)
}

/// A schema and the type that it implies.
type TypeOfObjects = (Arc<Schema>, Type);

struct Decoder {
    types: HashMap<(ResourceMode, Str), Option<TypeOfObjects>>,
    diagnostics: Diagnostics,
}

impl Decoder {
    async fn object(
        &mut self,
        provider: &Arc<dyn Provider>,
        address: &AbsResource,
        key: &InstanceKey,
        object: &Object,
    ) -> Option<PriorObject> {
        let resource = &address.resource;
        let found = self
            .types
            .entry((resource.mode, resource.kind.clone()))
            .or_insert_with(|| {
                let schemas = provider.schemas();
                let schema = match resource.mode {
                    ResourceMode::Managed => schemas.resources.get(&resource.kind),
                    ResourceMode::Data => schemas.data_sources.get(&resource.kind),
                    ResourceMode::Ephemeral => None,
                }?;
                Some((schema.clone(), schema.block.implied_type()))
            })
            .clone();
        let Some((schema, ty)) = found else {
            self.diagnostics.push(Diagnostic::error(
                "no schema available for resource",
                format!("The state holds {address}, but the provider has no resource type {}.", resource.kind),
            ));
            return None;
        };
        match value_of(provider, &address.instance(key.clone()), object, &schema, &ty).await {
            Ok(value) => {
                let value = mark_sensitive(&schema.block, value, &object.sensitive_attributes);
                Some(PriorObject {
                    stored: value.clone(),
                    value,
                    tainted: object.status == ObjectStatus::Tainted,
                    private: object.private.clone(),
                    dependencies: object.dependencies.clone(),
                    create_before_destroy: object.create_before_destroy,
                    schema,
                    identity: Identity::of(object),
                })
            }
            // A data source is read anew anyway.
            Err(_) if resource.mode == ResourceMode::Data => None,
            Err(diagnostics) => {
                self.diagnostics.extend(diagnostics);
                None
            }
        }
    }
}

/// Decodes an object by the present schema, upgrading it first where it has another version or shape.
async fn value_of(
    provider: &Arc<dyn Provider>,
    address: &ResourceInstance,
    object: &Object,
    schema: &Schema,
    ty: &Type,
) -> Result<Value, Diagnostics> {
    let version = object.schema_version;
    if version > schema.version {
        let detail = format!(
            "The current state of {address} was created by a newer provider version than is currently selected. Upgrade the {} provider to work with this state.",
            address.resource.kind.split('_').next().unwrap_or_default()
        );
        return Err(Diagnostic::error("Resource instance managed by newer provider version", detail).into());
    }
    // Attributes that the type no longer has are dropped, as in Terraform; of other versions the provider knows more.
    if version == schema.version
        && object.attributes_flat.is_none()
        && let Ok(value) = json::decode(&object.attributes, ty).or_else(|_| json::decode_known(&object.attributes, ty))
    {
        return Ok(value);
    }
    let request = UpgradeRequest { kind: address.resource.kind.clone(), version, json: object.attributes.clone() };
    let upgraded = provider.upgrade_state(request).await;
    upgraded.map_err(|found| found.into_iter().map(|diagnostic| diagnostic.about(address.to_string())).collect())
}

/// An object as state stores it. The value is wholly known.
pub(crate) fn encode(object: &PriorObject, ty: &Type) -> Result<Object, landform_values::PathError> {
    let paths = sensitive_paths(&object.value);
    let (value, _) = object.value.clone().unmark_deep();
    let mut encoded = Object::new(object.schema.version, json::encode(&value, ty)?);
    encoded.status = if object.tainted { ObjectStatus::Tainted } else { ObjectStatus::Ready };
    encoded.private = object.private.clone();
    encoded.dependencies = object.dependencies.clone();
    encoded.create_before_destroy = object.create_before_destroy;
    encoded.sensitive_attributes = paths.into();
    if let Some(identity) = &object.identity {
        encoded.identity = Some(identity.json.clone());
        encoded.identity_schema_version = identity.schema_version;
    }
    Ok(encoded)
}
