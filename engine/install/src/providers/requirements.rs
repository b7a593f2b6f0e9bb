//! Which providers a configuration and its state need.

use std::collections::{BTreeMap, BTreeSet};

use landform_addrs::ProviderAddr;
use landform_config::version::Constraints;
use landform_config::{Module, ModuleTree};

/// What is required of one provider.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requirement {
    /// Which versions will do.
    pub constraints: Constraints,
    /// Who needs it, as messages name them: `the root module`, `module.vpc`, `the state`.
    pub required_by: BTreeSet<String>,
}

/// All that a configuration and its state need.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requirements(BTreeMap<ProviderAddr, Requirement>);

impl Requirements {
    /// What the modules of a tree need: what `required_providers` and `provider` blocks name, and the providers of
    /// resources, data sources, ephemeral resources and imports.
    pub fn of_tree(tree: &ModuleTree) -> Self {
        let mut requirements = Self::default();
        for node in tree.nodes() {
            let path = node.path.to_string();
            let name = if path.is_empty() { "the root module" } else { &path };
            requirements.add_module(&node.module, name);
        }
        requirements
    }

    /// What one module needs itself.
    pub fn of_module(module: &Module) -> Self {
        let mut requirements = Self::default();
        requirements.add_module(module, "the module");
        requirements
    }

    /// Adds providers of objects in the state.
    pub fn add_state(&mut self, providers: impl IntoIterator<Item = ProviderAddr>) {
        for provider in providers {
            self.add(provider, None, "the state");
        }
    }

    /// By address.
    pub fn iter(&self) -> impl Iterator<Item = (&ProviderAddr, &Requirement)> {
        self.0.iter()
    }

    /// What is required of a provider; `None` when it is not needed.
    pub fn get(&self, provider: &ProviderAddr) -> Option<&Requirement> {
        self.0.get(provider)
    }

    fn add_module(&mut self, module: &Module, name: &str) {
        for (provider, version, _) in module.needed_providers() {
            self.add(provider, version, name);
        }
    }

    fn add(&mut self, provider: ProviderAddr, constraints: Option<&Constraints>, by: &str) {
        let requirement = self.0.entry(provider).or_default();
        if let Some(constraints) = constraints {
            requirement.constraints = requirement.constraints.and(constraints);
        }
        if !requirement.required_by.contains(by) {
            requirement.required_by.insert(by.to_owned());
        }
    }
}
