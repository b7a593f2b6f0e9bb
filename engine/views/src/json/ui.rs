//! The messages of `plan -json`, `apply -json` and the like: one JSON object a line, version 1.2 of Terraform's form.

use std::collections::BTreeMap;

use landform_addrs::{ResourceInstance, ResourceMode, Str};
use landform_diagnostics::{Diagnostic, Severity};
use landform_plan::{Action, ActionReason, Mode, OutputChange, Plan, PlannedImport, ResourceChange, SuggestedMove};
use landform_values::Value;

use super::resource::instance_key;
use super::value::known;
use super::writer::{Fields, JsonWriter};
use crate::Style;
use crate::diagnostics::{self, Sources};

/// The version of the form.
const VERSION: &str = "1.2";

/// One message. Whoever prints it adds the time.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    level: &'static str,
    text: String,
    kind: String,
    /// What else it carries, as JSON. Sorted by name, as all members are.
    extra: BTreeMap<&'static str, String>,
    /// The members of `hook`, as JSON, in the order in which they are shown.
    hook: Vec<(&'static str, String)>,
}

/// How many objects an operation deals with, or dealt with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// Made.
    pub add: usize,
    /// Changed in place.
    pub change: usize,
    /// Imported.
    pub import: usize,
    /// Destroyed.
    pub remove: usize,
}

/// What changes are counted of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    /// A plan.
    Plan,
    /// What apply did.
    Apply,
    /// What destroy did.
    Destroy,
}

impl Message {
    pub(super) fn new(level: &'static str, text: impl Into<String>, kind: impl Into<String>) -> Self {
        Self { level, text: text.into(), kind: kind.into(), extra: BTreeMap::new(), hook: Vec::new() }
    }

    pub(super) fn with(mut self, name: &'static str, write: impl FnOnce(&mut JsonWriter<'_>)) -> Self {
        self.extra.insert(name, json(write));
        self
    }

    /// The line with its line break. The time is RFC 3339; Terraform gives microseconds, in UTC.
    pub fn line(&self, timestamp: &str) -> String {
        let mut writer = JsonWriter::in_memory();
        writer.object(|object| {
            object.key("@level").string(self.level);
            object.key("@message").string(&self.text);
            object.key("@module").string("terraform.ui");
            self.extra.range(..="@timestamp").for_each(|(name, json)| object.key(name).raw(json));
            object.key("@timestamp").string(timestamp);
            let (before, behind) = (self.extra.range("@timestamp"..="type"), self.extra.range("type"..));
            before.for_each(|(name, json)| object.key(name).raw(json));
            if !self.hook.is_empty() {
                object.key("hook").object(|hook| self.hook.iter().for_each(|(name, json)| hook.key(name).raw(json)));
            }
            object.key("type").string(&self.kind);
            behind.for_each(|(name, json)| object.key(name).raw(json));
        });
        writer.into_text() + "\n"
    }

    /// The first message of every stream: the engine's version and the form's.
    pub fn version(engine_version: &str) -> Self {
        Self::new("info", format!("Landform {engine_version}"), "version")
            .with("terraform", |writer| writer.string(engine_version))
            .with("ui", |writer| writer.string(VERSION))
    }

    /// Words for people, such as that the run was interrupted.
    pub fn log(text: &str) -> Self {
        Self::new("info", text, "log")
    }

    /// A state file that could not be stored, as JSON.
    pub fn state_dump(state: &str) -> Self {
        Self::new("info", "Emergency state dump", "log").with("state", |writer| writer.raw(state))
    }

    /// That the state's lock is waited for.
    pub fn state_lock_acquire() -> Self {
        Self::new("info", "Acquiring state lock. This may take a few moments...", "state_lock_acquire")
    }

    /// That the state's lock is given back, which takes long.
    pub fn state_lock_release() -> Self {
        Self::new("info", "Releasing state lock. This may take a few moments...", "state_lock_release")
    }

    /// A step of `init`, with Terraform's code for it.
    pub fn init_output(code: &str, text: &str) -> Self {
        Self::new("info", text, "init_output").with("message_code", |writer| writer.string(code))
    }

    /// A warning or an error.
    pub fn diagnostic(diagnostic: &Diagnostic, sources: &Sources<'_>) -> Self {
        let (level, label) = match diagnostic.severity {
            Severity::Warning => ("warn", "Warning"),
            Severity::Error => ("error", "Error"),
        };
        let json = super::go::escaped(diagnostics::json(diagnostic, sources).to_string());
        Self::new(level, format!("{label}: {}", diagnostic.summary), "diagnostic")
            .with("diagnostic", |writer| writer.raw(&json))
    }

    /// A change that is planned.
    pub fn planned_change(change: &ResourceChange) -> Self {
        let text = format!("{}: Plan to {}", change.address, change_action(change));
        Self::new("info", text, "planned_change").with("change", |writer| resource_change(writer, change))
    }

    /// A change that was made outside.
    pub fn resource_drift(change: &ResourceChange) -> Self {
        let text = format!("{}: Drift detected ({})", change.address, change_action(change));
        Self::new("info", text, "resource_drift").with("change", |writer| resource_change(writer, change))
    }

    /// A `moved` block that would keep what is destroyed otherwise. Terraform has no such message.
    pub fn suggested_move(suggested: &SuggestedMove) -> Self {
        let text = format!("Suggested move: {} to {}", suggested.from, suggested.to);
        Self::new("info", text, "suggested_move").with("move", |writer| {
            writer.object(|object| {
                object.key("module").display(&suggested.module);
                object.key("from").string(&suggested.from);
                object.key("to").string(&suggested.to);
            });
        })
    }

    /// How many objects are, or were, dealt with.
    pub fn change_summary(counts: ChangeCounts, summary: Summary) -> Self {
        let operation = match summary {
            Summary::Plan => "plan",
            Summary::Apply => "apply",
            Summary::Destroy => "destroy",
        };
        Self::new("info", counts.text(summary), "change_summary").with("changes", |writer| {
            writer.object(|object| {
                let numbers = [("add", counts.add), ("change", counts.change), ("import", counts.import)];
                for (name, count) in numbers.into_iter().chain([("remove", counts.remove)]) {
                    object.key(name).raw(&count.to_string());
                }
                object.key("operation").string(operation);
            });
        })
    }

    /// Outputs as they are planned: whether they change, and not how.
    pub fn planned_outputs(outputs: &BTreeMap<Str, OutputChange>) -> Self {
        Self::of_outputs(outputs, |object, change| {
            object.key("sensitive").boolean(change.sensitive);
            object.key("action").string(action(change.action));
        })
    }

    /// Outputs as they are; those that are sensitive without their value.
    pub fn outputs(outputs: &BTreeMap<Str, Value>) -> Self {
        Self::of_outputs(outputs, |object, value| {
            let is_sensitive = value.contains_sensitive();
            object.key("sensitive").boolean(is_sensitive);
            object.key("type").raw(&landform_values::json::encode_type(&value.ty()));
            if !is_sensitive {
                known(object.key("value"), value);
            }
        })
    }

    fn of_outputs<T>(outputs: &BTreeMap<Str, T>, write: impl Fn(&mut Fields<'_, '_>, &T)) -> Self {
        Self::new("info", format!("Outputs: {}", outputs.len()), "outputs").with("outputs", |writer| {
            writer.object(|object| {
                for (name, output) in outputs {
                    object.key(name).object(|object| write(object, output));
                }
            });
        })
    }

    /// Something that happened to an object. More members may follow.
    pub(crate) fn hook(address: &ResourceInstance, text: &str, kind: &str) -> Self {
        let message = Self::new("info", format!("{address}: {text}"), kind);
        message.with_member("resource", |writer| resource(writer, address))
    }

    fn with_member(mut self, name: &'static str, write: impl FnOnce(&mut JsonWriter<'_>)) -> Self {
        self.hook.push((name, json(write)));
        self
    }

    pub(crate) fn with_text(self, name: &'static str, text: &str) -> Self {
        self.with_member(name, |writer| writer.string(text))
    }

    pub(crate) fn with_id(self, id: Option<(&str, String)>) -> Self {
        match id {
            Some((key, id)) => self.with_text("id_key", key).with_text("id_value", &id),
            None => self,
        }
    }

    pub(crate) fn with_seconds(self, seconds: u64) -> Self {
        self.with_member("elapsed_seconds", |writer| writer.raw(&seconds.to_string()))
    }
}

fn json(write: impl FnOnce(&mut JsonWriter<'_>)) -> String {
    let mut writer = JsonWriter::in_memory();
    write(&mut writer);
    writer.into_text()
}

/// All messages about a plan: drift, changes, their number, outputs. One is made at a time.
pub fn plan_messages(plan: &Plan) -> impl Iterator<Item = Message> {
    let drift = plan.drift.iter().filter(|change| plan.mode == Mode::RefreshOnly || change.action != Action::NoOp);
    let changes = plan.resource_changes.iter().filter(|change| {
        is_counted(change) && (change.action != Action::NoOp || change.moved() || change.importing.is_some())
    });
    let summary = Message::change_summary(ChangeCounts::planned(plan), Summary::Plan);
    let outputs = (!plan.output_changes.is_empty()).then(|| Message::planned_outputs(&plan.output_changes));
    let planned = drift.map(Message::resource_drift).chain(changes.map(Message::planned_change));
    planned.chain([summary]).chain(outputs).chain(plan.suggested_moves.iter().map(Message::suggested_move))
}

/// That a data source leaves state is nothing that users should see.
fn is_counted(change: &ResourceChange) -> bool {
    change.action != Action::Delete || change.address.resource.mode != ResourceMode::Data
}

impl ChangeCounts {
    /// The changes of a plan.
    pub fn planned(plan: &Plan) -> Self {
        let mut counts = Self::default();
        for change in plan.resource_changes.iter().filter(|change| is_counted(change)) {
            let action = change.action;
            counts.import += usize::from(change.importing.is_some());
            counts.add += usize::from(action == Action::Create || action.is_replace());
            counts.change += usize::from(action == Action::Update);
            counts.remove += usize::from(action.destroys());
        }
        counts
    }

    /// What people read at the end of an apply or a destroy.
    pub fn human(self, summary: Summary, style: &Style) -> String {
        style.paint(&format!("[reset][bold][green]\n{}\n", self.text(summary)))
    }

    /// What was done.
    pub fn in_words(self) -> String {
        let Self { add, change, import, remove } = self;
        let imports = if import > 0 { format!("{import} imported, ") } else { String::new() };
        format!("{imports}{add} added, {change} changed, {remove} destroyed")
    }

    /// The sentence that closes a plan, an apply or a destroy, without a line break.
    pub fn text(self, summary: Summary) -> String {
        let Self { add, change, import, remove } = self;
        let imports = if import > 0 { format!("{import} to import, ") } else { String::new() };
        match summary {
            Summary::Plan => {
                format!("Plan: {imports}{add} to add, {change} to change, {remove} to destroy.")
            }
            Summary::Apply => format!("Apply complete! Resources: {}.", self.in_words()),
            Summary::Destroy => format!("Destroy complete! Resources: {remove} destroyed."),
        }
    }
}

/// An action in one word.
fn action(action: Action) -> &'static str {
    match action {
        Action::NoOp => "noop",
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "update",
        Action::DeleteThenCreate | Action::CreateThenDelete | Action::CreateThenForget => "replace",
        Action::Delete => "delete",
        Action::Forget => "remove",
    }
}

/// The last thing that is done to an object.
fn change_action(change: &ResourceChange) -> &'static str {
    match change.action {
        Action::NoOp if change.moved() => "move",
        Action::NoOp if change.importing.is_some() => "import",
        other => action(other),
    }
}

/// Reasons of replacements have shorter names than in plans.
fn reason(reason: ActionReason) -> &'static str {
    match reason {
        ActionReason::ReplaceBecauseTainted => "tainted",
        ActionReason::ReplaceByRequest => "requested",
        ActionReason::ReplaceByTriggers => "replace_triggered_by",
        ActionReason::ReplaceBecauseCannotUpdate => "cannot_update",
        other => other.as_str(),
    }
}

fn resource_change(writer: &mut JsonWriter<'_>, change: &ResourceChange) {
    writer.object(|object| {
        resource(object.key("resource"), &change.address);
        if change.moved() {
            resource(object.key("previous_resource"), &change.previous_address);
        }
        object.key("action").string(change_action(change));
        object.text("reason", change.reason.map_or("", reason));
        if let Some(by) = &change.importing {
            object.key("importing").object(|object| match by {
                PlannedImport::Unknown => {}
                PlannedImport::Id(id) => object.text("id", id),
                PlannedImport::Identity(identity) => known(object.key("identity"), identity),
            });
        }
        object.text("generated_config", &change.generated_config);
    });
}

fn resource(writer: &mut JsonWriter<'_>, address: &ResourceInstance) {
    let in_module = format!("{}{}", address.resource, address.key);
    writer.object(|object| {
        object.key("addr").display(address);
        object.key("module").display(&address.module);
        object.key("resource").string(&in_module);
        object.key("implied_provider").string(address.resource.implied_provider());
        object.key("resource_type").string(&address.resource.kind);
        object.key("resource_name").string(&address.resource.name);
        instance_key(object.key("resource_key"), &address.key);
    });
}
