//! `show -json` of a state, format 1.0; the `prior_state` of a plan has the same form.

use std::io;

use landform_plan::{ObjectStatus, State, StateObject};
use landform_values::Value;

use super::checks;
use super::resource::{identity, module, resource_identity, schema_version};
use super::value::{has_known_members, known, sensitive};
use super::writer::{Fields, JsonWriter};
use crate::modules::ModuleTree;
use crate::sensitive::with_schema_marks;

/// Writes the document of a state with the version of the engine that made it. It ends without a line break.
pub fn write_state(state: &State, engine_version: &str, sink: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = JsonWriter::new(sink);
    document(&mut writer, state, engine_version);
    writer.finish()
}

pub(super) fn document(writer: &mut JsonWriter<'_>, state: &State, engine_version: &str) {
    writer.object(|object| {
        object.key("format_version").string("1.0");
        if state.is_empty() {
            return;
        }
        object.text("terraform_version", engine_version);
        object.key("values").object(|object| {
            if !state.outputs.is_empty() {
                object.key("outputs").object(|object| {
                    for (name, value) in &state.outputs {
                        output(object.key(name), value);
                    }
                });
            }
            let modules = ModuleTree::new(&state.objects, |object: &StateObject| &object.address);
            module(object.key("root_module"), &modules, &resource);
        });
        checks::member(object, &state.checks);
    });
}

/// As `test -json -verbose` has it.
pub(super) fn shown_in_tests(object: &mut Fields<'_, '_>, state: &State) {
    let modules = ModuleTree::new(&state.objects, |object: &StateObject| &object.address);
    module(object.key("root_module"), &modules, &resource);
    if !state.outputs.is_empty() {
        object.key("outputs").object(|object| {
            for (name, value) in &state.outputs {
                output(object.key(name), value);
            }
        });
    }
}

fn output(writer: &mut JsonWriter<'_>, value: &Value) {
    writer.object(|object| {
        object.key("sensitive").boolean(value.contains_sensitive());
        known(object.key("value"), value);
        object.key("type").raw(&landform_values::json::encode_type(&value.ty()));
    });
}

fn resource(writer: &mut JsonWriter<'_>, found: &StateObject) {
    writer.object(|object| {
        object.key("address").display(&found.address);
        identity(object, &found.address);
        object.key("provider_name").display(&found.provider.provider);
        // Terraform says so of deposed objects, whatever their schema.
        let version = if found.deposed.is_some() { 0 } else { schema_version(&found.address, &found.schema) };
        object.key("schema_version").integer(version);
        if has_known_members(&found.value) {
            known(object.key("values"), &found.value);
        }
        sensitive(object.key("sensitive_values"), &with_schema_marks(&found.value, &found.schema.block));
        if !found.depends_on.is_empty() {
            object.key("depends_on").array(&found.depends_on, |writer, dependency| writer.display(dependency));
        }
        object.flag("tainted", found.status == ObjectStatus::Tainted);
        object.text("deposed_key", found.deposed.as_deref().unwrap_or_default());
        resource_identity(object, &found.schema, found.identity.as_ref());
    });
}
