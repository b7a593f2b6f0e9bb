//! What all documents say of a resource instance, and the tree of its modules.

use std::collections::BTreeMap;

use landform_addrs::{InstanceKey, ModuleInstance, ResourceInstance, ResourceMode};
use landform_schema::Schema;

use super::writer::{Fields, JsonWriter};

/// `managed` or `data`.
pub(super) fn mode(mode: ResourceMode) -> &'static str {
    match mode {
        ResourceMode::Managed => "managed",
        ResourceMode::Data => "data",
        ResourceMode::Ephemeral => "ephemeral",
    }
}

/// The version of a schema, as documents have it: data sources are never stored for long, and so count as of version 0.
pub(super) fn schema_version(address: &ResourceInstance, schema: &Schema) -> i64 {
    if address.resource.mode == ResourceMode::Managed { schema.version } else { 0 }
}

/// A number or a string.
pub(super) fn instance_key(writer: &mut JsonWriter<'_>, key: &InstanceKey) {
    match key {
        InstanceKey::None => writer.raw("null"),
        InstanceKey::Int(index) => writer.integer(*index),
        InstanceKey::String(key) => writer.string(key),
    }
}

/// `mode`, `type`, `name`, and `index` where there is one.
pub(super) fn identity(object: &mut Fields<'_, '_>, address: &ResourceInstance) {
    object.key("mode").string(mode(address.resource.mode));
    object.key("type").string(&address.resource.kind);
    object.key("name").string(&address.resource.name);
    if address.key != InstanceKey::None {
        instance_key(object.key("index"), &address.key);
    }
}

/// Resource instances by their modules. Costs one text an instance.
pub(super) struct ModuleTree<'a, T> {
    module: ModuleInstance,
    items: Vec<&'a T>,
    /// By address, as text: that is Terraform's order.
    children: BTreeMap<String, Self>,
}

impl<'a, T> ModuleTree<'a, T> {
    /// In each module the items stay in their order.
    pub(super) fn new(items: impl IntoIterator<Item = &'a T>, address: impl Fn(&T) -> &ResourceInstance) -> Self {
        let mut root = Self::of(ModuleInstance::root());
        for item in items {
            root.module(&address(item).module).items.push(item);
        }
        root
    }

    fn of(module: ModuleInstance) -> Self {
        Self { module, items: Vec::new(), children: BTreeMap::new() }
    }

    fn module(&mut self, wanted: &ModuleInstance) -> &mut Self {
        let mut tree = self;
        for (call, key) in wanted.steps() {
            let module = tree.module.child(call.clone(), key.clone());
            tree = tree.children.entry(module.to_string()).or_insert_with(|| Self::of(module));
        }
        tree
    }

    /// Sorts the items of each module by a text made of each.
    pub(super) fn sort_by_text(&mut self, text: &impl Fn(&T) -> String) {
        self.items.sort_by_cached_key(|item| text(item));
        self.children.values_mut().for_each(|child| child.sort_by_text(text));
    }

    /// `{"resources": […], "address": …, "child_modules": […]}`, all left out where there are none.
    pub(super) fn write<'s>(&self, writer: &mut JsonWriter<'s>, item: &impl Fn(&mut JsonWriter<'s>, &T)) {
        writer.object(|object| {
            if !self.items.is_empty() {
                object.key("resources").array(&self.items, |writer, found| item(writer, found));
            }
            object.text("address", &self.module.to_string());
            if !self.children.is_empty() {
                object.key("child_modules").array(self.children.values(), |writer, child| child.write(writer, item));
            }
        });
    }
}
