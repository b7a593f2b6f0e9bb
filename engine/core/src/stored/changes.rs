//! Changes, drift, outputs and check results as they are stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::{ConfigResource, InstanceKey, ModuleInstance, ModulePath, ResourceMode};
use landform_plan::{
    Action, ActionReason, CheckInstance, CheckObject, CheckResult, CheckStatus, DeferredChange, DeferredReason,
    IdentityChange, OutputChange, PlannedImport, ResourceChange,
};
use landform_schema::{IdentitySchema, Schema};
use landform_values::{Str, Type, Value};
use serde::{Deserialize, Serialize};

use super::values::{StoredPath, StoredValue, bytes_to_text, text_to_bytes};
use super::{Unusable, instance, provider_config};
use crate::plan::PlannedChange;
use crate::providers::ProviderSet;

/// A change with what applying it needs; of drift, only what is shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredChange {
    address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deposed: Option<Str>,
    provider: String,
    action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    triggered_by: Vec<Str>,
    before: StoredValue,
    after: StoredValue,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    requires_replace: Vec<StoredPath>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before_identity: Option<StoredValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after_identity: Option<StoredValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    importing: Option<StoredImport>,
    #[serde(default, skip_serializing_if = "str::is_empty")]
    generated_config: Str,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    planned: Option<StoredPlanned>,
}

/// By what an object is found.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum StoredImport {
    #[serde(rename = "unknown")]
    Unknown,
    #[serde(rename = "id")]
    Id(Str),
    #[serde(rename = "identity")]
    Identity(StoredValue),
}

impl StoredImport {
    fn new(by: &PlannedImport, ty: &Type) -> Result<Self, Unusable> {
        Ok(match by {
            PlannedImport::Unknown => Self::Unknown,
            PlannedImport::Id(id) => Self::Id(id.clone()),
            PlannedImport::Identity(identity) => Self::Identity(StoredValue::new(identity, ty)?),
        })
    }

    fn restore(self, ty: &Type) -> Result<PlannedImport, Unusable> {
        Ok(match self {
            Self::Unknown => PlannedImport::Unknown,
            Self::Id(id) => PlannedImport::Id(id),
            Self::Identity(identity) => PlannedImport::Identity(identity.restore(ty)?),
        })
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredPlanned {
    private: String,
    prior_private: String,
    prior_dependencies: Vec<String>,
    dependencies: Vec<String>,
    create_before_destroy: bool,
    config: Option<(usize, usize)>,
}

impl StoredChange {
    pub(super) fn new(change: &ResourceChange) -> Result<Self, Unusable> {
        let ty = change.schema.block.implied_type();
        let of_identity = identity_type(&change.schema);
        let identity =
            |value: &Option<Value>| value.as_ref().map(|identity| StoredValue::new(identity, &of_identity)).transpose();
        let moved = change.moved().then(|| change.previous_address.to_string());
        Ok(Self {
            address: change.address.to_string(),
            previous_address: moved,
            deposed: change.deposed.clone(),
            provider: change.provider.to_string(),
            action: change.action.names().join(","),
            reason: change.reason.map(|reason| reason.as_str().to_owned()),
            triggered_by: change.triggered_by.clone(),
            before: StoredValue::new(&change.before, &ty)?,
            after: StoredValue::new(&change.after, &ty)?,
            requires_replace: change.requires_replace.iter().map(StoredPath::new).collect::<Result<_, _>>()?,
            before_identity: identity(&change.identity.before)?,
            after_identity: identity(&change.identity.after)?,
            importing: change.importing.as_ref().map(|by| StoredImport::new(by, &of_identity)).transpose()?,
            generated_config: change.generated_config.clone(),
            notes: change.notes.clone(),
            planned: None,
        })
    }

    pub(super) fn planned(planned: &PlannedChange) -> Result<Self, Unusable> {
        let addresses = |list: &[ConfigResource]| list.iter().map(ToString::to_string).collect();
        let rest = StoredPlanned {
            private: bytes_to_text(&planned.private),
            prior_private: bytes_to_text(&planned.prior_private),
            prior_dependencies: addresses(&planned.prior_dependencies),
            dependencies: addresses(&planned.dependencies),
            create_before_destroy: planned.create_before_destroy,
            config: planned.config,
        };
        Ok(Self { planned: Some(rest), ..Self::new(&planned.change)? })
    }

    pub(super) fn restore(self, providers: &ProviderSet) -> Result<PlannedChange, Unusable> {
        let address = instance(&self.address)?;
        let provider = provider_config(&self.provider)?;
        let schema = schema(providers, &provider.provider, address.resource.mode, &address.resource.kind)?;
        let ty = schema.block.implied_type();
        let of_identity = identity_type(&schema);
        let identity = |stored: Option<StoredValue>| stored.map(|stored| stored.restore(&of_identity)).transpose();
        let previous = self.previous_address.map(|text| instance(&text)).transpose()?;
        let change = ResourceChange {
            previous_address: previous.unwrap_or_else(|| address.clone()),
            address,
            deposed: self.deposed,
            provider,
            action: action(&self.action)?,
            reason: self.reason.map(|text| reason(&text)).transpose()?,
            triggered_by: self.triggered_by,
            before: self.before.restore(&ty)?,
            after: self.after.restore(&ty)?,
            requires_replace: self.requires_replace.into_iter().map(StoredPath::restore).collect::<Result<_, _>>()?,
            identity: IdentityChange { before: identity(self.before_identity)?, after: identity(self.after_identity)? },
            importing: self.importing.map(|by| by.restore(&of_identity)).transpose()?,
            generated_config: self.generated_config,
            notes: self.notes,
            schema,
        };
        let none = || StoredPlanned {
            private: String::new(),
            prior_private: String::new(),
            prior_dependencies: Vec::new(),
            dependencies: Vec::new(),
            create_before_destroy: false,
            config: None,
        };
        let rest = self.planned.unwrap_or_else(none);
        Ok(PlannedChange {
            change,
            private: text_to_bytes(&rest.private)?,
            prior_private: text_to_bytes(&rest.prior_private)?.into(),
            prior_dependencies: resources(&rest.prior_dependencies)?,
            dependencies: resources(&rest.dependencies)?,
            create_before_destroy: rest.create_before_destroy,
            config: rest.config,
        })
    }
}

fn identity_type(schema: &Schema) -> Type {
    schema.identity.as_ref().map_or(Type::Dynamic, IdentitySchema::implied_type)
}

fn resources(texts: &[String]) -> Result<Arc<[ConfigResource]>, Unusable> {
    texts.iter().map(|text| instance(text).map(|address| address.config())).collect()
}

fn schema(
    providers: &ProviderSet,
    provider: &landform_addrs::ProviderAddr,
    mode: ResourceMode,
    kind: &Str,
) -> Result<Arc<Schema>, Unusable> {
    let missing = || Unusable::new(format!("the provider {} has no {kind}", provider.for_display()));
    let schemas = providers.get(provider).ok_or_else(missing)?.schemas();
    let found = match mode {
        ResourceMode::Managed => schemas.resources.get(kind),
        ResourceMode::Data => schemas.data_sources.get(kind),
        ResourceMode::Ephemeral => schemas.ephemeral.get(kind),
    };
    found.cloned().ok_or_else(missing)
}

fn action(text: &str) -> Result<Action, Unusable> {
    let found = Action::ALL.into_iter().find(|action| action.names().join(",") == text);
    found.ok_or_else(|| Unusable::new(format!("there is no action {text:?}")))
}

fn reason(text: &str) -> Result<ActionReason, Unusable> {
    let found = ActionReason::ALL.into_iter().find(|reason| reason.as_str() == text);
    found.ok_or_else(|| Unusable::new(format!("there is no reason {text:?}")))
}

/// The change of an output.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredOutput {
    action: String,
    before: StoredValue,
    after: StoredValue,
    sensitive: bool,
}

impl StoredOutput {
    pub(super) fn all(changes: &BTreeMap<Str, OutputChange>) -> Result<BTreeMap<Str, Self>, Unusable> {
        let stored = |change: &OutputChange| {
            Ok(Self {
                action: change.action.names().join(","),
                before: StoredValue::new(&change.before, &Type::Dynamic)?,
                after: StoredValue::new(&change.after, &Type::Dynamic)?,
                sensitive: change.sensitive,
            })
        };
        changes.iter().map(|(name, change)| Ok((name.clone(), stored(change)?))).collect()
    }

    pub(super) fn restore_all(stored: BTreeMap<Str, Self>) -> Result<BTreeMap<Str, OutputChange>, Unusable> {
        let restore = |stored: Self| {
            Ok(OutputChange {
                action: action(&stored.action)?,
                before: stored.before.restore(&Type::Dynamic)?,
                after: stored.after.restore(&Type::Dynamic)?,
                sensitive: stored.sensitive,
            })
        };
        stored.into_iter().map(|(name, change)| Ok((name, restore(change)?))).collect()
    }
}

/// The results of the conditions of one object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredCheck {
    kind: String,
    module: Vec<Str>,
    name: String,
    status: String,
    instances: Vec<StoredCheckInstance>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredCheckInstance {
    module: String,
    key: Option<serde_json::Value>,
    status: String,
    problems: Vec<Str>,
}

impl StoredCheck {
    pub(super) fn new(result: &CheckResult) -> Self {
        let (kind, name) = match &result.object {
            CheckObject::Resource(resource) => ("resource", resource.resource.to_string()),
            CheckObject::Output(_, name) => ("output", name.to_string()),
            CheckObject::Check(_, name) => ("check", name.to_string()),
            CheckObject::Variable(_, name) => ("variable", name.to_string()),
        };
        let instance = |instance: &CheckInstance| StoredCheckInstance {
            module: instance.module.to_string(),
            key: match &instance.key {
                // Conditions are about instances that are known.
                InstanceKey::None | InstanceKey::Wildcard => None,
                InstanceKey::Int(index) => Some((*index).into()),
                InstanceKey::String(key) => Some((**key).into()),
            },
            status: instance.status.as_str().to_owned(),
            problems: instance.problems.clone(),
        };
        Self {
            kind: kind.to_owned(),
            module: result.object.module().calls().to_vec(),
            name,
            status: result.status.as_str().to_owned(),
            instances: result.instances.iter().map(instance).collect(),
        }
    }

    pub(super) fn restore(self) -> Result<CheckResult, Unusable> {
        let module = ModulePath::new(self.module);
        let object = match self.kind.as_str() {
            "resource" => CheckObject::Resource(instance(&self.name)?.resource.in_module(module)),
            "output" => CheckObject::Output(module, self.name.into()),
            "check" => CheckObject::Check(module, self.name.into()),
            "variable" => CheckObject::Variable(module, self.name.into()),
            other => return Err(Unusable::new(format!("nothing of the kind {other:?} has conditions"))),
        };
        let instances = self.instances.into_iter().map(StoredCheckInstance::restore).collect::<Result<_, _>>()?;
        Ok(CheckResult { object, status: status(&self.status)?, instances })
    }
}

impl StoredCheckInstance {
    fn restore(self) -> Result<CheckInstance, Unusable> {
        let module: ModuleInstance = if self.module.is_empty() {
            ModuleInstance::root()
        } else {
            self.module.parse().map_err(|error| Unusable::of("an address in it is wrong", error))?
        };
        let key = match self.key {
            None => InstanceKey::None,
            Some(serde_json::Value::String(key)) => InstanceKey::String(key.into()),
            Some(index) => InstanceKey::Int(index.as_i64().ok_or_else(|| Unusable::new("a key in it is wrong"))?),
        };
        Ok(CheckInstance { module, key, status: status(&self.status)?, problems: self.problems })
    }
}

fn status(text: &str) -> Result<CheckStatus, Unusable> {
    const ALL: [CheckStatus; 4] = [CheckStatus::Pass, CheckStatus::Fail, CheckStatus::Error, CheckStatus::Unknown];
    let found = ALL.into_iter().find(|status| status.as_str() == text);
    found.ok_or_else(|| Unusable::new(format!("there is no check status {text:?}")))
}

/// A change put off.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct StoredDeferred {
    reason: String,
    change: StoredChange,
}

impl StoredDeferred {
    pub(super) fn new(deferred: &DeferredChange) -> Result<Self, Unusable> {
        Ok(Self { reason: deferred.reason.as_str().to_owned(), change: StoredChange::new(&deferred.change)? })
    }

    pub(super) fn restore(self, providers: &ProviderSet) -> Result<DeferredChange, Unusable> {
        const ALL: [DeferredReason; 5] = [
            DeferredReason::InstanceCountUnknown,
            DeferredReason::ResourceConfigUnknown,
            DeferredReason::ProviderConfigUnknown,
            DeferredReason::AbsentPrereq,
            DeferredReason::DeferredPrereq,
        ];
        let reason = ALL.into_iter().find(|reason| reason.as_str() == self.reason);
        let reason = reason.ok_or_else(|| Unusable::new(format!("there is no reason {:?}", self.reason)))?;
        Ok(DeferredChange { reason, change: self.change.restore(providers)?.change })
    }
}
