//! Objects by the modules that they are in.

use std::collections::BTreeMap;

use landform_addrs::{ModuleInstance, ResourceInstance};

/// A module instance with its objects and the modules within. Costs a pointer an object and one text a module.
pub(crate) struct ModuleTree<'a, T> {
    address: ModuleInstance,
    items: Vec<&'a T>,
    /// By address as text: that is Terraform's order.
    children: BTreeMap<String, Self>,
}

impl<'a, T> ModuleTree<'a, T> {
    /// In each module the items stay in their order.
    pub(crate) fn new(items: impl IntoIterator<Item = &'a T>, address: impl Fn(&T) -> &ResourceInstance) -> Self {
        let mut root = Self::of(ModuleInstance::root());
        for item in items {
            root.module(&address(item).module).items.push(item);
        }
        root
    }

    fn of(address: ModuleInstance) -> Self {
        Self { address, items: Vec::new(), children: BTreeMap::new() }
    }

    fn module(&mut self, wanted: &ModuleInstance) -> &mut Self {
        wanted.steps().iter().fold(self, |tree, (call, key)| {
            let address = tree.address.child(call.clone(), key.clone());
            tree.children.entry(address.to_string()).or_insert_with(|| Self::of(address))
        })
    }

    /// Sorts the items of each module by a text made of each.
    pub(crate) fn sort_by_text(&mut self, text: &impl Fn(&T) -> String) {
        self.items.sort_by_cached_key(|item| text(item));
        self.children.values_mut().for_each(|child| child.sort_by_text(text));
    }

    /// Its address; the root module's is empty.
    pub(crate) fn address(&self) -> &ModuleInstance {
        &self.address
    }

    /// What is in this module itself.
    pub(crate) fn items(&self) -> &[&'a T] {
        &self.items
    }

    /// The modules within, by address.
    pub(crate) fn children(&self) -> impl Iterator<Item = &Self> {
        self.children.values()
    }
}
