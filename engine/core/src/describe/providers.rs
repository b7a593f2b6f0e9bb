//! Provider configurations, written or implied, and which of them a module's name for a provider means.

use std::collections::BTreeMap;

use landform_addrs::{ModulePath, ProviderAddr};
use landform_config::version::Constraints;
use landform_config::{LocalProvider, Module, ModuleNode};
use landform_plan::ConfiguredProvider;

use super::Describer;

/// All of them by key.
pub(super) struct Providers(BTreeMap<String, Found>);

struct Found {
    configured: ConfiguredProvider,
    /// The key of the configuration that a caller passes on, or that is inherited.
    source: Option<String>,
}

impl Providers {
    /// The key that a resource of a module uses.
    pub(super) fn key(&self, module: &ModulePath, local: &LocalProvider) -> String {
        let key = key(module, &local.to_string());
        let source = self.0.get(&key).and_then(|found| found.source.as_ref());
        source.filter(|source| self.0.contains_key(*source)).cloned().unwrap_or(key)
    }

    /// Those that are not passed on from elsewhere.
    pub(super) fn into_declared(self) -> BTreeMap<String, ConfiguredProvider> {
        let declared = self.0.into_iter().filter(|(_, found)| found.source.is_none());
        declared.map(|(key, found)| (key, found.configured)).collect()
    }

    /// Adds a configuration, unless its key is known.
    fn add(&mut self, module: &ModulePath, name: &str, configured: ConfiguredProvider, source: Option<String>) {
        self.0.entry(key(module, name)).or_insert(Found { configured, source });
    }

    /// The first of the configurations that a key leads to, as long as they are of one provider.
    fn source(&self, key: String, full_name: &str) -> Option<String> {
        let mut source = None;
        let mut next = Some(key);
        while let Some(key) = next.take() {
            if let Some(found) = self.0.get(&key).filter(|found| found.configured.full_name == full_name) {
                next.clone_from(&found.source);
                source = Some(key);
            }
        }
        source
    }
}

fn key(module: &ModulePath, name: &str) -> String {
    if module.is_root() { name.to_owned() } else { format!("{module}:{name}") }
}

/// What modules have for a provider: its address, and the versions that they allow.
type Requirements = BTreeMap<ProviderAddr, Constraints>;

/// Callers stand before what they call, so that what they pass on is known.
pub(super) fn describe(describer: &Describer<'_>) -> Providers {
    let mut providers = Providers(BTreeMap::new());
    for index in 0..describer.tree.nodes().len() {
        passed(describer, index, &mut providers);
        own(describer, index, &mut providers);
    }
    providers
}

fn entry(name: &str, provider: &ProviderAddr, module: &ModulePath) -> ConfiguredProvider {
    ConfiguredProvider {
        name: name.to_owned(),
        full_name: provider.to_string(),
        module_address: module.to_string(),
        ..ConfiguredProvider::default()
    }
}

/// Those that the caller passes by name.
fn passed(describer: &Describer<'_>, index: usize, providers: &mut Providers) {
    let node = describer.tree.node(index);
    let (Some(call), Some((parent, _))) = (describer.tree.call(index), node.parent) else { return };
    let parent = &describer.tree.node(parent).path;
    for passed in &call.providers {
        let (in_child, in_parent) = (passed.in_child.local().to_string(), passed.in_parent.local().to_string());
        let configured = entry(&in_child, &node.module.provider_named(&passed.in_child.name), &node.path);
        let source = providers.source(key(parent, &in_parent), &configured.full_name);
        providers.0.insert(key(&node.path, &in_child), Found { configured, source });
    }
}

/// Those that the module writes, requires or implies.
fn own(describer: &Describer<'_>, index: usize, providers: &mut Providers) {
    let node = describer.tree.node(index);
    let ModuleNode { path, module, .. } = node;
    let requirements = requirements(module);
    let with_versions = |configured: ConfiguredProvider, provider: &ProviderAddr| ConfiguredProvider {
        version_constraint: requirements.get(provider).map(Constraints::normalized).unwrap_or_default(),
        ..configured
    };
    for (local, config) in &module.provider_configs {
        let provider = module.provider_named(&config.name);
        let schemas = (describer.schemas)(&provider).unwrap_or_default();
        let configured = ConfiguredProvider {
            alias: config.alias.clone(),
            expressions: describer.body(&config.body, &schemas.provider.block),
            ..with_versions(entry(&config.name, &provider, path), &provider)
        };
        providers.0.insert(key(path, &local.to_string()), Found { configured, source: None });
    }
    let parent = node.parent.map(|(parent, _)| &describer.tree.node(parent).path);
    let inherited = |providers: &Providers, name: &str, full_name: &str| {
        parent.and_then(|parent| providers.source(key(parent, name), full_name))
    };
    for (name, required) in &module.required_providers.entries {
        let configured = with_versions(entry(&required.name, &required.provider, path), &required.provider);
        for alias in &required.aliases {
            providers.add(path, &alias.to_string(), configured.clone(), None);
        }
        let source = inherited(providers, &required.name, &configured.full_name);
        providers.add(path, name, configured, source);
    }
    for provider in requirements.keys() {
        let configured = with_versions(entry(&provider.name, provider, path), provider);
        let source = inherited(providers, &provider.name, &configured.full_name);
        providers.add(path, &provider.name, configured, source);
    }
}

/// All providers that a module uses in any way.
fn requirements(module: &Module) -> Requirements {
    let mut requirements = Requirements::new();
    let mut add = |provider: &ProviderAddr, constraints: Option<&Constraints>| {
        let all = requirements.entry(provider.clone()).or_default();
        if let Some(constraints) = constraints {
            *all = all.and(constraints);
        }
    };
    for required in module.required_providers.entries.values() {
        add(&required.provider, required.version.as_ref());
    }
    for resource in module.resources.values() {
        add(&resource.provider_addr, None);
    }
    for import in module.imports.iter().filter(|import| import.resource.module.is_root()) {
        if !module.resources.contains_key(&import.resource.resource) {
            add(&import.provider_addr, None);
        }
    }
    for config in module.provider_configs.values() {
        add(&module.provider_named(&config.name), config.version.as_ref());
    }
    requirements
}
