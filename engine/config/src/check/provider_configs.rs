//! Provider configurations: what modules configure, require and are passed.

mod instances;
mod passed;
mod proxies;

use indexmap::IndexMap;
use landform_addrs::{ProviderAddr, ResourceMode, Str};
use landform_diagnostics::{Diagnostics, SourceMap, Span};

use crate::decode::provider_part;
use crate::load::{ModuleNode, ModuleTree};
use crate::model::{LocalProvider, Module, ModuleCall, PassedProvider, Resource};

/// Checks all modules of a tree.
pub(super) fn check(tree: &ModuleTree, sources: &SourceMap) -> Diagnostics {
    let mut found = Diagnostics::new();
    // Callers stand before what they call.
    let mut forbidden: Vec<Option<Span>> = Vec::with_capacity(tree.nodes().len());
    for (index, node) in tree.nodes().iter().enumerate() {
        let by_call = tree.call(index).and_then(forbids_configurations);
        let inherited = node.parent.and_then(|(parent, _)| forbidden[parent]);
        forbidden.push(by_call.or(inherited));
        Checker::new(tree, index, sources, &mut found).check(forbidden[index]);
    }
    found
}

/// What in a call keeps the called module from having provider configurations of its own: that it may have many
/// instances, or waits for something.
fn forbids_configurations(call: &ModuleCall) -> Option<Span> {
    let repeated = call.count.as_ref().or(call.for_each.as_ref()).map(|expr| expr.span);
    repeated.or_else(|| call.depends_on.first().map(|first| first.span))
}

/// Checks one module in its place.
struct Checker<'a> {
    tree: &'a ModuleTree,
    node: &'a ModuleNode,
    module: &'a Module,
    call: Option<&'a ModuleCall>,
    sources: &'a SourceMap,
    /// Configurations that say something.
    configured: IndexMap<LocalProvider, Span>,
    /// Configurations that say nothing: before `configuration_aliases`, a module so said what it wants to be passed.
    proxies: IndexMap<LocalProvider, Span>,
    found: &'a mut Diagnostics,
}

impl<'a> Checker<'a> {
    fn new(tree: &'a ModuleTree, index: usize, sources: &'a SourceMap, found: &'a mut Diagnostics) -> Self {
        let node = tree.node(index);
        let (mut configured, mut proxies) = (IndexMap::new(), IndexMap::new());
        for (name, config) in &node.module.provider_configs {
            let body = config.body.everything();
            let says_nothing = body.attributes.is_empty() && body.blocks.is_empty() && config.version.is_none();
            let into = if says_nothing { &mut proxies } else { &mut configured };
            into.insert(name.clone(), config.span);
        }
        let call = tree.call(index);
        Self { tree, node, module: &node.module, call, sources, configured, proxies, found }
    }

    fn check(&mut self, forbidden: Option<Span>) {
        self.check_requirements();
        self.check_implied_names();
        self.check_instances();
        self.check_passed_on();
        let Some(call) = self.call else { return };
        self.check_allowed(call, forbidden);
        self.check_aliases(call);
        for passed in &call.providers {
            self.check_passed(passed);
        }
        self.check_proxies();
    }

    /// The module, as messages name it.
    fn name(&self) -> String {
        display(self.node)
    }

    /// The calling module, as messages name it.
    fn parent_name(&self) -> String {
        self.parent().map_or_else(|| "the root module".to_owned(), display)
    }

    fn parent(&self) -> Option<&'a ModuleNode> {
        self.node.parent.map(|(parent, _)| self.tree.node(parent))
    }

    fn required(&self, name: &str) -> Option<&'a ProviderAddr> {
        self.module.required_providers.entries.get(name).map(|required| &required.provider)
    }

    fn is_passed(&self, name: &LocalProvider) -> bool {
        self.call.is_some_and(|call| call.providers.iter().any(|passed| passed.in_child.local() == *name))
    }

    /// A provider has one name in a module.
    fn check_requirements(&mut self) {
        let mut seen: IndexMap<&ProviderAddr, &Str> = IndexMap::new();
        for (name, required) in &self.module.required_providers.entries {
            let provider = &required.provider;
            let shown = provider.for_display();
            let detail = if let Some(first) = seen.get(provider) {
                format!(
                    "Provider {shown} with the local name {:?} was previously required as {:?}. A provider can only \
                     be required once within required_providers.",
                    &**name, &***first
                )
            } else if is_of_hashicorp(provider) && provider.name != *name && self.configures(&provider.name) {
                format!(
                    "Provider {shown} with the local name {:?} was implicitly required via a configuration block as \
                     {:?}. The provider configuration block name must match the name used in required_providers.",
                    &**name, &*provider.name
                )
            } else {
                seen.insert(provider, name);
                continue;
            };
            self.found.warning(required.span, DUPLICATE, detail);
            seen.insert(provider, name);
        }
    }

    fn configures(&self, name: &str) -> bool {
        self.module.provider_configs.keys().any(|local| *local.name == *name)
    }

    /// The name that a resource type implies is the one that is required, if its provider is.
    fn check_implied_names(&mut self) {
        let by_type = |resource: &&Resource| resource.provider.is_none() && resource.mode != ResourceMode::Ephemeral;
        for resource in self.module.resources.values().filter(by_type) {
            let address = resource.addr();
            let name = address.implied_provider();
            if let Err(problem) = provider_part(name) {
                let detail = format!("{name:?} is an invalid implied provider local name: {problem}");
                self.found.error(resource.span, "Invalid provider local name", detail);
                continue;
            }
            if self.required(name).is_some() {
                continue;
            }
            let implied = ProviderAddr::implied(name);
            for (other, _) in self.names_of(&implied) {
                let detail = format!(
                    "Provider {:?} was implicitly required via resource {:?}, but listed in required_providers as \
                     {other:?}. Either the local name in required_providers must match the resource name, or the \
                     {other:?} provider must be assigned within the resource block.",
                    implied.to_string(),
                    address.to_string()
                );
                self.found.warning(resource.span, DUPLICATE, detail);
            }
        }
    }

    /// The names under which a provider is required.
    fn names_of(&self, provider: &ProviderAddr) -> Vec<(&'a str, &'a ProviderAddr)> {
        let entries = self.module.required_providers.entries.iter();
        let same = entries.filter(|(_, required)| required.provider == *provider);
        same.map(|(name, required)| (&**name, &required.provider)).collect()
    }

    /// What this module passes to those that it calls, without alias: with one, the called module is checked instead.
    fn check_passed_on(&mut self) {
        let passed = self.module.module_calls.values().flat_map(|call| &call.providers);
        for passed in passed.filter(|passed| passed.in_parent.alias.is_none()) {
            let local = passed.in_parent.local();
            let configured = self.configured.contains_key(&local);
            if !configured && self.required(&local.name).is_none() {
                self.undeclared_name(passed, &local);
            } else if let Some(call) = self.call
                && !configured
                && !self.is_passed(&local)
            {
                self.not_inherited(call, &local);
            }
        }
    }

    fn undeclared_name(&mut self, passed: &PassedProvider, local: &LocalProvider) {
        let provider = ProviderAddr::hashicorp(local.name.clone()).for_display();
        let (name, here) = (&*local.name, self.name());
        // Terraform names the calling module's caller here.
        let parent = self.parent_name();
        let detail = format!(
            "There is no explicit declaration for local provider name {name:?} in {here}, so Terraform is assuming you \
             mean to pass a configuration for provider {provider:?}.\n\nTo clarify your intent and silence this \
             warning, add to {parent} a required_providers entry named {name:?} with source = {provider:?}, or a \
             different source address if appropriate."
        );
        self.found.warning(passed.in_parent.name_span, UNDEFINED, detail);
    }

    fn not_inherited(&mut self, call: &ModuleCall, local: &LocalProvider) {
        let provider = ProviderAddr::hashicorp(local.name.clone()).for_display();
        let (name, here, parent) = (&*local.name, self.name(), self.parent_name());
        let detail = format!(
            "The configuration for {here} expects to inherit a configuration for provider {provider} with local name \
             {name:?}, but {parent} doesn't pass a configuration under that name.\n\nTo satisfy this requirement, add \
             an entry for {name:?} to the \"providers\" argument in the module {:?} block.",
            &*call.name
        );
        self.found.warning(call.span, MISSING, detail);
    }

    fn check_allowed(&mut self, call: &ModuleCall, forbidden: Option<Span>) {
        if let Some(span) = forbidden.filter(|_| !self.configured.is_empty()) {
            let source = call.source.as_ref().map(ToString::to_string).unwrap_or_default();
            let detail = format!(
                "The module at {} is a legacy module which contains its own local provider configurations, and so \
                 calls to it may not use the count, for_each, or depends_on arguments.\n\nIf you also control the \
                 module {source:?}, consider updating this module to instead expect provider configurations to be \
                 passed by its caller.",
                self.node.path
            );
            self.found.error(span, "Module is incompatible with count, for_each, and depends_on", detail);
        }
        for passed in call.providers.iter().filter(|it| self.configured.contains_key(&it.in_child.local())) {
            let (here, name, parent) = (self.name(), passed.in_child.local(), self.parent_name());
            let detail = format!(
                "The configuration of {here} has its own local configuration for {name}, and so it cannot accept an \
                 overridden configuration provided by {parent}."
            );
            self.found.error(passed.in_child.name_span, "Cannot override provider configuration", detail);
        }
    }

    /// A declared alias wants a configuration, of the module's own or passed.
    fn check_aliases(&mut self, call: &ModuleCall) {
        for required in self.module.required_providers.entries.values() {
            for name in &required.aliases {
                if self.configured.contains_key(name) || self.is_passed(name) {
                    continue;
                }
                let detail = format!(
                    "The child module requires an additional configuration for provider {}, with the local name \
                     {:?}.\n\nRefer to the module's documentation to understand the intended purpose of this \
                     additional provider configuration, and then add an entry for {name} in the \"providers\" \
                     meta-argument in the module block to choose which provider configuration the module should use \
                     for that purpose.",
                    required.provider.for_display(),
                    name.to_string()
                );
                self.found.error(call.span, MISSING, detail);
            }
        }
    }
}

const DUPLICATE: &str = "Duplicate required provider";
const UNDEFINED: &str = "Reference to undefined provider";
const MISSING: &str = "Missing required provider configuration";

fn display(node: &ModuleNode) -> String {
    if node.path.is_root() { "the root module".to_owned() } else { node.path.to_string() }
}

fn is_of_hashicorp(provider: &ProviderAddr) -> bool {
    *provider == ProviderAddr::hashicorp(provider.name.clone())
}
