//! A module: all that the files of one directory declare.

use indexmap::IndexMap;
use landform_addrs::{ProviderAddr, Resource as ResourceAddr, ResourceMode, Str};
use landform_diagnostics::{FileId, Span};

use super::{
    Backend, Check, Cloud, Import, Local, LocalProvider, ModuleCall, Moved, Output, ProviderConfig, ProviderMeta,
    Removed, RequiredProviders, Resource, TestFile, Variable, VersionRequirement,
};
use crate::version::Constraints;

/// All that the files of one directory declare. Names are in source order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Module {
    /// The directory as shown to people, relative to the working directory.
    pub source_dir: String,
    /// The files, overrides last.
    pub files: Vec<FileId>,
    /// Versions of the engine that it allows.
    pub required_versions: Vec<VersionRequirement>,
    /// Providers that it requires.
    pub required_providers: RequiredProviders,
    /// Where state is kept. Only the root module's counts.
    pub backend: Option<Backend>,
    /// A remote organisation. Only the root module's counts.
    pub cloud: Option<Cloud>,
    /// What providers are told of the module.
    pub provider_metas: IndexMap<ProviderAddr, ProviderMeta>,
    /// Configurations of providers.
    pub provider_configs: IndexMap<LocalProvider, ProviderConfig>,
    /// Input variables.
    pub variables: IndexMap<Str, Variable>,
    /// Local values.
    pub locals: IndexMap<Str, Local>,
    /// Output values.
    pub outputs: IndexMap<Str, Output>,
    /// Calls of other modules.
    pub module_calls: IndexMap<Str, ModuleCall>,
    /// Managed resources, data sources (those in check blocks too) and ephemeral resources.
    pub resources: IndexMap<ResourceAddr, Resource>,
    /// Check blocks.
    pub checks: IndexMap<Str, Check>,
    /// Objects that have a new address.
    pub moved: Vec<Moved>,
    /// Objects that are no longer managed.
    pub removed: Vec<Removed>,
    /// Objects to be taken over.
    pub imports: Vec<Import>,
    /// Test files of the root module, where somebody asked for them.
    pub tests: Vec<TestFile>,
}

impl Module {
    /// Resources of one mode.
    pub fn resources_of(&self, mode: ResourceMode) -> impl Iterator<Item = &Resource> {
        self.resources.values().filter(move |resource| resource.mode == mode)
    }

    /// Managed resources.
    pub fn managed_resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources_of(ResourceMode::Managed)
    }

    /// Data sources.
    pub fn data_sources(&self) -> impl Iterator<Item = &Resource> {
        self.resources_of(ResourceMode::Data)
    }

    /// Ephemeral resources.
    pub fn ephemeral_resources(&self) -> impl Iterator<Item = &Resource> {
        self.resources_of(ResourceMode::Ephemeral)
    }

    /// The provider that a name means here: what `required_providers` says, or the default registry's.
    pub fn provider_named(&self, name: &str) -> ProviderAddr {
        match self.required_providers.entries.get(name) {
            Some(required) => required.provider.clone(),
            None => ProviderAddr::implied(name),
        }
    }

    /// The providers that it needs itself, and where: those of resources, those that `provider` and `required_providers`
    /// blocks name, with the versions they allow, and those of imported objects that are not declared.
    pub fn needed_providers(&self) -> impl Iterator<Item = (ProviderAddr, Option<&Constraints>, Span)> {
        let of_resources = self.resources.values().map(|found| (found.provider_addr.clone(), None, found.span));
        let configs = self.provider_configs.values();
        let of_configs = configs.map(|found| (self.provider_named(&found.name), found.version.as_ref(), found.span));
        let required = self.required_providers.entries.values();
        let required = required.map(|found| (found.provider.clone(), found.version.as_ref(), found.span));
        let undeclared = self.imports.iter().filter(|import| {
            import.resource.module.is_root() && !self.resources.contains_key(&import.resource.resource)
        });
        let of_imports = undeclared.map(|import| (import.provider_addr.clone(), None, import.span));
        of_resources.chain(of_configs).chain(required).chain(of_imports)
    }

    /// The name by which the module knows a provider.
    pub fn name_of_provider(&self, provider: &ProviderAddr) -> Str {
        let mut entries = self.required_providers.entries.values();
        entries.find(|required| required.provider == *provider).map_or(&provider.name, |found| &found.name).clone()
    }
}
