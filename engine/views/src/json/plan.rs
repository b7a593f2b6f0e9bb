//! `show -json` of a plan, format 1.2.

use std::io;

use landform_addrs::ResourceMode;
use landform_plan::{
    Action, DeferredChange, Mode, OutputChange, Plan, PlannedImport, RelevantAttribute, ResourceChange,
};
use landform_values::{Type, Value};
use serde::Serialize;

use super::resource::{identity, module, resource_identity, schema_version};
use super::value::{has_known_members, known, path, sensitive, sorted_paths, unknown};
use super::writer::{Fields, JsonWriter};
use super::{checks, state};
use crate::modules::ModuleTree;
use crate::sensitive::with_schema_marks;

/// What the document of a plan says beside the plan itself.
#[derive(Clone, Copy, Debug)]
pub struct PlanContext<'a, C> {
    /// The version of the engine.
    pub engine_version: &'a str,
    /// The version of the engine that wrote the state which the plan starts from.
    pub state_version: &'a str,
    /// What configuration says: a [`landform_plan::Configuration`], or its JSON as saved.
    pub configuration: &'a C,
}

/// Writes the document of a plan. It ends without a line break. Memory: an address for each instance, and one
/// instance at a time.
pub fn write_plan<C: Serialize>(plan: &Plan, context: &PlanContext<'_, C>, sink: &mut dyn io::Write) -> io::Result<()> {
    let configuration = super::go::compact(context.configuration)?;
    let mut writer = JsonWriter::new(sink);
    writer.object(|object| {
        object.key("format_version").string("1.2");
        object.text("terraform_version", context.engine_version);
        variables(object, plan);
        planned_values(object.key("planned_values"), plan);
        changes(object, plan);
        if !plan.prior_state.is_empty() {
            state::document(object.key("prior_state"), &plan.prior_state, context.state_version);
        }
        object.key("configuration").raw(&configuration);
        relevant_attributes(object, &plan.relevant_attributes);
        checks::member(object, &plan.checks);
        object.text("timestamp", &plan.timestamp);
        object.key("applyable").boolean(plan.applyable);
        object.key("complete").boolean(plan.complete);
        object.key("errored").boolean(plan.errored);
    });
    writer.finish()
}

fn variables(object: &mut Fields<'_, '_>, plan: &Plan) {
    if plan.variables.is_empty() {
        return;
    }
    object.key("variables").object(|object| {
        for (name, value) in &plan.variables {
            object.key(name).object(|object| known(object.key("value"), value));
        }
    });
}

fn planned_values(writer: &mut JsonWriter<'_>, plan: &Plan) {
    writer.object(|object| {
        let kept = || plan.output_changes.iter().filter(|(_, change)| change.action != Action::Delete);
        if kept().next().is_some() {
            object.key("outputs").object(|object| {
                for (name, change) in kept() {
                    planned_output(object.key(name), change);
                }
            });
        }
        // Deposed objects go, or are gone already.
        let stays = |change: &&ResourceChange| change.action != Action::Delete && change.deposed.is_none();
        let changes = plan.resource_changes.iter().filter(stays);
        let mut modules = ModuleTree::new(changes, |change: &ResourceChange| &change.address);
        modules.sort_by_text(&|change| change.address.to_string());
        module(object.key("root_module"), &modules, &planned_resource);
    });
}

fn planned_output(writer: &mut JsonWriter<'_>, change: &OutputChange) {
    writer.object(|object| {
        object.key("sensitive").boolean(change.sensitive);
        if change.after.is_wholly_known() {
            // Plan files of Terraform do not keep the type of a null that has been null before.
            let is_still_null = change.after.is_null() && change.before.is_null();
            let ty = if is_still_null { Type::Dynamic } else { change.after.ty() };
            object.key("type").raw(&landform_values::json::encode_type(&ty));
            known(object.key("value"), &change.after);
        }
    });
}

fn planned_resource(writer: &mut JsonWriter<'_>, change: &ResourceChange) {
    writer.object(|object| {
        object.key("address").display(&change.address);
        identity(object, &change.address);
        object.key("provider_name").display(&change.provider.provider);
        object.key("schema_version").integer(schema_version(&change.address, &change.schema));
        if has_known_members(&change.after) {
            known(object.key("values"), &change.after);
        }
        sensitive(object.key("sensitive_values"), &with_schema_marks(&change.after, &change.schema.block));
        resource_identity(object, &change.schema, change.identity.after.as_ref());
    });
}

/// As `test -json -verbose` has it.
pub(super) fn shown_in_tests(object: &mut Fields<'_, '_>, plan: &Plan) {
    outputs(object, plan);
    list(object, "resource_changes", plan.resource_changes.iter().filter(is_shown), resource_change);
    list(object, "resource_drift", plan.drift.iter().filter(is_shown), resource_change);
    relevant_attributes(object, &plan.relevant_attributes);
    list(object, "deferred_changes", plan.deferred.iter(), deferred_change);
}

/// `resource_drift`, `resource_changes`, `deferred_changes` and `output_changes`.
fn changes(object: &mut Fields<'_, '_>, plan: &Plan) {
    // What only moved is among the changes, except where there are none.
    let has_drifted = |change: &&ResourceChange| plan.mode == Mode::RefreshOnly || change.action != Action::NoOp;
    list(object, "resource_drift", plan.drift.iter().filter(has_drifted).filter(is_shown), resource_change);
    list(object, "resource_changes", plan.resource_changes.iter().filter(is_shown), resource_change);
    list(object, "deferred_changes", plan.deferred.iter(), deferred_change);
    outputs(object, plan);
}

fn outputs(object: &mut Fields<'_, '_>, plan: &Plan) {
    if !plan.output_changes.is_empty() {
        object.key("output_changes").object(|object| {
            for (name, change) in &plan.output_changes {
                output_change(object.key(name), change);
            }
        });
    }
}

/// An array, left out when it is empty.
fn list<'s, T>(
    object: &mut Fields<'_, 's>,
    name: &str,
    items: impl Iterator<Item = T>,
    write: impl FnMut(&mut JsonWriter<'s>, T),
) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        object.key(name).array(items, write);
    }
}

/// That a data source leaves state is nothing that users should see.
fn is_shown(change: &&ResourceChange) -> bool {
    change.action != Action::Delete || change.address.resource.mode != ResourceMode::Data
}

fn deferred_change(writer: &mut JsonWriter<'_>, deferred: &DeferredChange) {
    writer.object(|object| {
        object.key("reason").string(deferred.reason.as_str());
        resource_change(object.key("resource_change"), &deferred.change);
    });
}

fn resource_change(writer: &mut JsonWriter<'_>, change: &ResourceChange) {
    writer.object(|object| {
        object.key("address").display(&change.address);
        if change.moved() {
            object.key("previous_address").display(&change.previous_address);
        }
        object.text("module_address", &change.address.module.to_string());
        identity(object, &change.address);
        object.key("provider_name").display(&change.provider.provider);
        object.text("deposed", change.deposed.as_deref().unwrap_or_default());
        object.key("change").object(|object| object_change(object, change));
        object.text("action_reason", change.reason.map_or("", landform_plan::ActionReason::as_str));
        if !change.notes.is_empty() {
            object.key("notes").array(&change.notes, |writer, note| writer.string(note));
        }
    });
}

fn object_change(object: &mut Fields<'_, '_>, change: &ResourceChange) {
    actions(object, change.action);
    known(object.key("before"), &change.before);
    known(object.key("after"), &change.after);
    if change.after.is_wholly_known() {
        object.key("after_unknown").raw("{}");
    } else {
        unknown(object.key("after_unknown"), &change.after);
    }
    let block = &change.schema.block;
    sensitive(object.key("before_sensitive"), &with_schema_marks(&change.before, block));
    sensitive(object.key("after_sensitive"), &with_schema_marks(&change.after, block));
    if !change.requires_replace.is_empty() {
        object.key("replace_paths").array(sorted_paths(&change.requires_replace), path);
    }
    if let Some(by) = &change.importing {
        object.key("importing").object(|object| match by {
            PlannedImport::Unknown => object.key("unknown").boolean(true),
            PlannedImport::Id(id) => object.text("id", id),
            PlannedImport::Identity(identity) => known(object.key("identity"), identity),
        });
    }
    object.text("generated_config", &change.generated_config);
    let identities = [("before_identity", &change.identity.before), ("after_identity", &change.identity.after)];
    for (name, identity) in identities {
        if let Some(identity) = identity.as_ref().filter(|identity| identity.is_wholly_known()) {
            known(object.key(name), identity);
        }
    }
}

fn actions(object: &mut Fields<'_, '_>, action: Action) {
    object.key("actions").array(action.names(), |writer, name| writer.string(name));
}

fn output_change(writer: &mut JsonWriter<'_>, change: &OutputChange) {
    let after: &Value = &change.after;
    writer.object(|object| {
        actions(object, change.action);
        known(object.key("before"), &change.before);
        if after.is_known() {
            known(object.key("after"), after);
        }
        if after.is_wholly_known() {
            object.key("after_unknown").boolean(false);
        } else {
            unknown(object.key("after_unknown"), after);
        }
        object.key("before_sensitive").boolean(change.sensitive);
        object.key("after_sensitive").boolean(change.sensitive);
    });
}

fn relevant_attributes(object: &mut Fields<'_, '_>, attributes: &[RelevantAttribute]) {
    let mut sorted: Vec<&RelevantAttribute> = attributes.iter().collect();
    sorted.sort_by_cached_key(|relevant| (relevant.resource.to_string(), relevant.attribute.to_string()));
    list(object, "relevant_attributes", sorted.into_iter(), |writer, relevant| {
        writer.object(|object| {
            object.key("resource").display(&relevant.resource);
            path(object.key("attribute"), &relevant.attribute);
        });
    });
}
