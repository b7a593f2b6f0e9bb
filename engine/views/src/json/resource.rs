//! What all documents say of a resource instance, and modules with their resources.

use landform_addrs::{InstanceKey, ResourceInstance, ResourceMode};
use landform_schema::Schema;
use landform_values::Value;

use super::value::known;
use super::writer::{Fields, JsonWriter};
use crate::modules::ModuleTree;

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

/// A number or a string; nothing where it is not known.
pub(super) fn instance_key(writer: &mut JsonWriter<'_>, key: &InstanceKey) {
    match key {
        InstanceKey::None | InstanceKey::Wildcard => writer.raw("null"),
        InstanceKey::Int(index) => writer.integer(*index),
        InstanceKey::String(key) => writer.string(key),
    }
}

/// `mode`, `type`, `name`, and `index` where there is one, or that it is not known.
pub(super) fn identity(object: &mut Fields<'_, '_>, address: &ResourceInstance) {
    object.key("mode").string(mode(address.resource.mode));
    object.key("type").string(&address.resource.kind);
    object.key("name").string(&address.resource.name);
    match &address.key {
        InstanceKey::None => {}
        InstanceKey::Wildcard => object.key("index_unknown").boolean(true),
        key => instance_key(object.key("index"), key),
    }
}

/// `identity_schema_version` and `identity`, where there is one that is known.
pub(super) fn resource_identity(object: &mut Fields<'_, '_>, schema: &Schema, identity: Option<&Value>) {
    let known_identity = identity.filter(|identity| identity.is_wholly_known());
    if let (Some(form), Some(identity)) = (&schema.identity, known_identity) {
        object.key("identity_schema_version").integer(form.version);
        known(object.key("identity"), identity);
    }
}

/// `{"resources": […], "address": …, "child_modules": […]}`, all left out where there are none.
pub(super) fn module<'s, T>(
    writer: &mut JsonWriter<'s>,
    tree: &ModuleTree<'_, T>,
    item: &impl Fn(&mut JsonWriter<'s>, &T),
) {
    writer.object(|object| {
        if !tree.items().is_empty() {
            object.key("resources").array(tree.items(), |writer, found| item(writer, found));
        }
        object.text("address", &tree.address().to_string());
        let mut children = tree.children().peekable();
        if children.peek().is_some() {
            object.key("child_modules").array(children, |writer, child| module(writer, child, item));
        }
    });
}
