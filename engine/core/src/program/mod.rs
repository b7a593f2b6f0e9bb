//! The compiled configuration: names resolved to slots, references to edges.
//!
//! A module directory is compiled once ([`CompiledModule`]), however many calls lead to it. Each call has a
//! [`ModuleNode`], and each object in it a [`Node`] of the static graph: one an object in configuration, not an
//! instance.
//!
//! **Invariant**: knows nothing of state; holds no value that depends on a run.

mod compile;
mod ephemeral;
mod functions;
mod graph;
mod imports;
mod module;
mod names;
mod provisioner;

pub(crate) use compile::{missing_in_state, missing_provider};
pub(crate) use graph::{Node, StaticGraph};
pub(crate) use module::{
    CompiledCall, CompiledCheck, CompiledImport, CompiledModule, CompiledOutput, CompiledProvider, CompiledResource,
    CompiledRule, CompiledTrigger, ImportAddress, ImportStep, Repetition,
};
pub(crate) use names::{NameTable, Target};
pub(crate) use provisioner::{CompiledProvisioner, missing as missing_provisioner};

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use landform_addrs::{ConfigResource, ModulePath, ProviderAddr, ProviderConfigAddr};
use landform_config::reference::Schemas;
use landform_config::{MockData, ModuleTree, ProviderKey};
use landform_diagnostics::{Diagnostic, FileId, SourceMap};
use landform_provider_api::connection_schema;
use landform_schema::{self as schema, ProviderSchemas};
use landform_values::{Str, Value};

use crate::providers::ProviderSet;
use crate::provisioners::ProvisionerSet;

/// A compiled configuration.
pub(crate) struct Program {
    /// One an element of the tree of calls; the root module is the first, a caller stands before what it calls.
    pub(crate) tree: Vec<ModuleNode>,
    /// What depends on what.
    pub(crate) graph: StaticGraph,
    /// Every provider configuration that is declared or needed, in the order of their nodes.
    pub(crate) provider_configs: Vec<ProviderUse>,
    /// The import blocks for each resource: the module, and the index there.
    imports: HashMap<ConfigResource, Vec<(ModuleId, usize)>>,
    /// Local values that are the same in every instance of their module, whatever a run is given: those that checking
    /// found to be known. They are evaluated once.
    pub(crate) constants: HashMap<(ModuleId, usize), Value>,
}

/// What a configuration is compiled with.
#[derive(Clone, Copy)]
pub(crate) struct Means<'a> {
    /// For schemas and functions.
    pub(crate) providers: &'a ProviderSet,
    /// For schemas.
    pub(crate) provisioners: &'a ProvisionerSet,
    /// For messages that mention another place.
    pub(crate) sources: &'a SourceMap,
    /// Whether what stands in blocks of managed resources has to fit their schemas.
    pub(crate) bodies: Bodies,
    /// The file of blocks that are still to be written.
    pub(crate) unwritten: Option<FileId>,
}

/// Whether what stands in blocks of managed resources has to fit their schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bodies {
    /// It has to.
    Checked,
    /// Nobody evaluates it: the block may still be empty.
    Unused,
}

impl fmt::Debug for Means<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.providers.fmt(f)
    }
}

impl Schemas for Means<'_> {
    fn of(&self, provider: &ProviderAddr) -> Option<Arc<ProviderSchemas>> {
        Schemas::of(self.providers, provider)
    }

    fn provisioner(&self, kind: &str) -> Option<schema::Block> {
        self.provisioners.get(kind).map(|found| found.schema().clone())
    }

    fn connection(&self) -> Option<schema::Block> {
        Some(connection_schema())
    }
}

impl<'a> Means<'a> {
    /// Of a run.
    pub(crate) fn of(providers: &'a ProviderSet, settings: &'a crate::RunSettings) -> Self {
        let (provisioners, sources) = (&settings.provisioners, &settings.context.sources);
        Self { providers, provisioners, sources, bodies: Bodies::Checked, unwritten: None }
    }

    /// Whether a problem is in what somebody has written.
    pub(crate) fn is_written(&self, found: &Diagnostic) -> bool {
        found.subject.is_none_or(|span| self.unwritten != Some(span.file))
    }
}

/// Index into [`Program::tree`].
pub(crate) type ModuleId = usize;

/// A module as called from one place.
pub(crate) struct ModuleNode {
    /// The calls that lead to it.
    pub(crate) path: ModulePath,
    /// What is in it.
    pub(crate) module: Arc<CompiledModule>,
    /// The caller and the index of the call there.
    pub(crate) parent: Option<(ModuleId, usize)>,
    /// The called modules, by index of the call.
    pub(crate) children: Vec<ModuleId>,
    /// The provider configuration of each resource.
    pub(crate) resource_providers: Vec<ProviderOf>,
}

/// Which of [`Program::provider_configs`] a resource uses.
#[derive(Clone, Debug)]
pub(crate) enum ProviderOf {
    /// All instances use this one.
    One(usize),
    /// Each instance has a key that chooses one of these.
    Keyed {
        /// The configuration as a whole.
        address: ProviderConfigAddr,
        /// Where the key stands.
        key: ProviderKey,
        /// What there is to choose from.
        instances: Arc<HashMap<Str, usize>>,
    },
}

/// A provider configuration, or one instance of it, and where its block is, if it has one.
#[derive(Debug)]
pub(crate) struct ProviderUse {
    /// Which one.
    pub(crate) address: ProviderConfigAddr,
    /// The module and the index of the block there.
    pub(crate) block: Option<(ModuleId, usize)>,
    /// The value of `each.value`, of an instance.
    pub(crate) value: Option<Value>,
}

impl ProviderOf {
    /// All that instances may use.
    pub(crate) fn all(&self) -> Vec<usize> {
        match self {
            Self::One(index) => vec![*index],
            Self::Keyed { instances, .. } => instances.values().copied().collect(),
        }
    }
}

impl Program {
    /// Compiles a tree of modules. What could not be compiled is told by [`CompiledModule::problems`], all of it.
    pub(crate) fn compile(tree: &ModuleTree, means: Means<'_>) -> Self {
        compile::compile(tree, means)
    }

    /// How messages name a node.
    pub(crate) fn name(&self, node: Node) -> String {
        self.graph.name(&self.tree, &self.provider_configs, node)
    }

    /// As [`Self::name`], where a resource stands for its instances.
    pub(crate) fn expanded_name(&self, node: Node) -> String {
        let expand = if matches!(node, Node::Resource(..)) { " (expand)" } else { "" };
        format!("{}{expand}", self.name(node))
    }

    /// The element of the tree at a path.
    pub(crate) fn module_at(&self, path: &ModulePath) -> Option<ModuleId> {
        path.calls().iter().try_fold(0, |module, call| {
            let node = &self.tree[module];
            let index = node.module.config.module_calls.get_index_of(call)?;
            node.children.get(index).copied().filter(|child| *child < self.tree.len())
        })
    }

    /// The import blocks for a resource, each with the module that it stands in.
    pub(crate) fn imports_of(
        &self,
        module: ModuleId,
        resource: usize,
    ) -> impl Iterator<Item = (ModuleId, &CompiledImport)> {
        let node = &self.tree[module];
        let resource = node.module.resources[resource].address.clone();
        let found = self.imports.get(&ConfigResource { module: node.path.clone(), resource });
        found.into_iter().flatten().map(|(own, index)| (*own, &self.tree[*own].module.imports[*index]))
    }

    /// What a provider configuration answers in the provider's place, in tests.
    pub(crate) fn mock(&self, config: usize) -> Option<&Arc<MockData>> {
        let (module, block) = self.provider_configs.get(config)?.block?;
        let (_, declared) = self.tree[module].module.config.provider_configs.get_index(block)?;
        declared.mock.as_ref()
    }

    /// The resource of a node, with its module.
    pub(crate) fn resource(&self, module: ModuleId, resource: usize) -> &CompiledResource {
        &self.tree[module].module.resources[resource]
    }
}
