//! What a run tells of its progress: a line for people, or a message of the JSON stream.

use std::time::Duration;

use landform_addrs::{ResourceInstance, Str};
use landform_plan::{Action, PlannedImport};
use landform_values::{Kind, Type, Value};

use crate::Style;
use crate::json::ui::Message;

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// It is made.
    Create,
    /// A data source is read.
    Read,
    /// It is changed in place.
    Update,
    /// It is destroyed.
    Delete,
    /// It is dropped from state.
    Forget,
    /// An ephemeral resource is opened.
    Open,
    /// An ephemeral resource is made to last longer.
    Renew,
    /// An ephemeral resource is closed.
    Close,
}

/// Something that happened to an object.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// The object.
    pub address: &'a ResourceInstance,
    /// The key of a deposed object.
    pub deposed: Option<&'a Str>,
    /// What happened.
    pub kind: EventKind<'a>,
}

/// What can happen to an object. Durations count in whole seconds.
#[derive(Clone, Copy, Debug)]
pub enum EventKind<'a> {
    /// It is read afresh; the object as last known.
    RefreshStart(&'a Value),
    /// It was read afresh; the object as it is.
    RefreshComplete(&'a Value),
    /// An operation begins; the object before.
    Start(Operation, &'a Value),
    /// An operation still goes on; the object before.
    Progress(Operation, &'a Value, Duration),
    /// An operation is complete; the object after.
    Complete(Operation, &'a Value, Duration),
    /// An operation failed.
    Errored(Operation, Duration),
    /// An ephemeral resource can not be opened before apply.
    Deferred,
    /// A provisioner of this type begins.
    ProvisionStart(&'a str),
    /// A provisioner of this type says a line; see [`provisioner_lines`].
    ProvisionOutput(&'a str, &'a str),
    /// A provisioner of this type is complete.
    ProvisionComplete(&'a str),
    /// A provisioner of this type failed.
    ProvisionErrored(&'a str),
    /// It is looked at to plan an import.
    PrepareImport(&'a PlannedImport),
    /// It is looked for by this id, to be imported at once.
    ImportById(&'a str),
    /// It is there and can be imported.
    ImportPrepared,
    /// It is imported, in apply.
    ImportStart(&'a PlannedImport),
    /// It was imported, in apply.
    ImportComplete(&'a PlannedImport),
}

/// Longer ids are shortened where they are repeated every few seconds.
const LONGEST_ID: usize = 80;

impl Operation {
    /// Of an action that is no replacement: those are carried out as two operations.
    pub fn of(action: Action) -> Option<Self> {
        match action {
            Action::Create => Some(Self::Create),
            Action::Read => Some(Self::Read),
            Action::Update => Some(Self::Update),
            Action::Delete => Some(Self::Delete),
            Action::Forget => Some(Self::Forget),
            Action::NoOp | Action::DeleteThenCreate | Action::CreateThenDelete | Action::CreateThenForget => None,
        }
    }

    fn is_ephemeral(self) -> bool {
        matches!(self, Self::Open | Self::Renew | Self::Close)
    }

    /// "Creating", and the noun for what is complete.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Create => ("Creating", "Creation"),
            Self::Read => ("Reading", "Read"),
            Self::Update => ("Modifying", "Modifications"),
            Self::Delete => ("Destroying", "Destruction"),
            Self::Forget => ("Removing", "Removal"),
            Self::Open => ("Opening", "Opening"),
            Self::Renew => ("Renewing", "Renewal"),
            Self::Close => ("Closing", "Closing"),
        }
    }

    /// The same words in the JSON stream, which calls reading "refreshing".
    fn stream_words(self) -> (&'static str, &'static str) {
        if self == Self::Read { ("Refreshing", "Refresh") } else { self.words() }
    }

    /// What stands behind "Still" in the JSON stream.
    fn stream_verb(self) -> String {
        if self == Self::Forget { "applying".into() } else { self.stream_words().0.to_lowercase() }
    }

    fn stream_name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Read => "read",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Forget => "remove",
            Self::Open => "open",
            Self::Renew => "renew",
            Self::Close => "close",
        }
    }
}

impl Event<'_> {
    /// The line for people, without a line break; nothing for what only programs are told.
    pub fn text(&self, style: &Style) -> Option<String> {
        let name = || match self.deposed {
            Some(key) => format!("{} (deposed object {key})", self.address),
            None => self.address.to_string(),
        };
        // Without the key, as Terraform has it.
        let address = self.address;
        let bold = |text: String| Some(style.enclosed("[reset][bold]", &text, ""));
        match self.kind {
            EventKind::RefreshStart(object) => {
                bold(format!("{}: Refreshing state...{}", name(), bracketed(id(object))))
            }
            EventKind::Start(operation, object) => {
                let (verb, _) = operation.words();
                let text = format!("{}: {verb}...{}", name(), bracketed(id_or_name(object)));
                Some(style.enclosed("[reset][bold]", &text, if operation.is_ephemeral() { "" } else { "[reset]" }))
            }
            EventKind::Progress(operation, object, elapsed) => {
                let id = id_or_name(object).map(|(key, id)| format!("{key}={}, ", shortened(&id))).unwrap_or_default();
                let verb = operation.words().0.to_lowercase();
                let text = format!("{address}: Still {verb}... [{id}{} elapsed]", duration(elapsed));
                Some(style.enclosed("[reset][bold]", &text, "[reset]"))
            }
            EventKind::Complete(operation, object, elapsed) => {
                let (_, noun) = operation.words();
                bold(format!("{address}: {noun} complete after {}{}", duration(elapsed), bracketed(id(object))))
            }
            EventKind::Deferred => bold(format!("{address}: Configuration unknown, deferring...")),
            EventKind::ProvisionStart(provisioner) => {
                let text = format!("{address}: Provisioning with '{provisioner}'...");
                Some(style.enclosed("[reset][bold]", &text, "[reset]"))
            }
            EventKind::ProvisionOutput(provisioner, line) => {
                let prefix = style.enclosed("[reset][bold]", &format!("{address} ({provisioner}):"), "[reset] ");
                Some(format!("{prefix}{line}"))
            }
            EventKind::PrepareImport(by) => bold(format!("{address}: Preparing import... [{}={by}]", by.name())),
            EventKind::ImportById(id) => bold(format!("{address}: Importing from ID {}...", crate::quote(id))),
            EventKind::ImportPrepared => {
                let prepared = style.enclosed("[reset][bold][green]", &format!("{address}: Import prepared!"), "");
                let kind = format!("  Prepared {} for import", address.resource.kind);
                Some(format!("{prepared}\n{}", style.enclosed("[reset][green]", &kind, "")))
            }
            EventKind::ImportStart(by) => bold(format!("{address}: Importing... [{}={by}]", by.name())),
            EventKind::ImportComplete(by) => bold(format!("{address}: Import complete [{}={by}]", by.name())),
            EventKind::RefreshComplete(_)
            | EventKind::Errored(..)
            | EventKind::ProvisionComplete(_)
            | EventKind::ProvisionErrored(_) => None,
        }
    }

    /// The message of the JSON stream; nothing for what only people are told.
    pub fn message(&self) -> Option<Message> {
        Some(match self.kind {
            EventKind::RefreshStart(object) => self.refresh("Refreshing state...", "refresh_start", object),
            EventKind::RefreshComplete(object) => self.refresh("Refresh complete", "refresh_complete", object),
            EventKind::Start(operation, object) => {
                let id = id_or_name(object).filter(|_| !operation.is_ephemeral());
                let text = format!("{}...{}", operation.stream_words().0, bracketed(id.clone()));
                self.operation(operation, &text, "start").with_id(id)
            }
            EventKind::Progress(operation, _, elapsed) => {
                let text = format!("Still {}... [{} elapsed]", operation.stream_verb(), duration(elapsed));
                self.operation(operation, &text, "progress").with_seconds(elapsed.as_secs())
            }
            EventKind::Complete(operation, object, elapsed) => {
                let id = id(object).filter(|_| !operation.is_ephemeral());
                let (_, noun) = operation.stream_words();
                let text = format!("{noun} complete after {}{}", duration(elapsed), bracketed(id.clone()));
                self.operation(operation, &text, "complete").with_id(id).with_seconds(elapsed.as_secs())
            }
            EventKind::Errored(operation, elapsed) => {
                let text = format!("{} errored after {}", operation.stream_words().1, duration(elapsed));
                self.operation(operation, &text, "errored").with_seconds(elapsed.as_secs())
            }
            EventKind::ProvisionStart(name) => self.provision(name, &format!("Provisioning with '{name}'..."), "start"),
            EventKind::ProvisionOutput(name, line) => {
                self.provision(name, &format!("({name}): {line}"), "progress").with_text("output", line)
            }
            EventKind::ProvisionComplete(name) => {
                self.provision(name, &format!("({name}) Provisioning complete"), "complete")
            }
            EventKind::ProvisionErrored(name) => {
                self.provision(name, &format!("({name}) Provisioning errored"), "errored")
            }
            EventKind::Deferred
            | EventKind::PrepareImport(_)
            | EventKind::ImportById(_)
            | EventKind::ImportPrepared
            | EventKind::ImportStart(_)
            | EventKind::ImportComplete(_) => return None,
        })
    }

    fn refresh(&self, words: &str, kind: &str, object: &Value) -> Message {
        let id = id(object);
        Message::hook(self.address, &format!("{words}{}", bracketed(id.clone())), kind).with_id(id)
    }

    fn operation(&self, operation: Operation, text: &str, stage: &str) -> Message {
        let family = if operation.is_ephemeral() { "ephemeral_op" } else { "apply" };
        let message = Message::hook(self.address, text, &format!("{family}_{stage}"));
        message.with_text("action", operation.stream_name())
    }

    fn provision(&self, provisioner: &str, text: &str, stage: &str) -> Message {
        Message::hook(self.address, text, &format!("provision_{stage}")).with_text("provisioner", provisioner)
    }
}

/// The lines of a provisioner's output that are shown: without what ends them, and without empty ones.
pub fn provisioner_lines(output: &str) -> impl Iterator<Item = &str> {
    output.split(['\n', '\r']).map(str::trim_end).filter(|line| !line.is_empty())
}

/// A duration in whole seconds, as Go writes it: `0s`, `1m5s`, `1h0m0s`.
pub fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds}s"),
        (hours, minutes, seconds) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

type Id = Option<(&'static str, String)>;

fn bracketed(id: Id) -> String {
    id.map(|(key, id)| format!(" [{key}={id}]")).unwrap_or_default()
}

/// The attribute that identifies an object to people: its `id`; its `name` where its type has no such attribute.
/// Sensitive ones never.
fn id(object: &Value) -> Id {
    let key = ["id", "name"].into_iter().find(|key| object.get_attribute(key).is_some_and(is_string))?;
    shown(object.get_attribute(key)?).map(|text| (key, text))
}

/// The same; where there is none, the name in its tags.
fn id_or_name(object: &Value) -> Id {
    let in_tags = || {
        let tags = object.get_attribute("tags").filter(|tags| !tags.marks().is_sensitive())?;
        if object.get_attribute("name").is_some_and(is_string) || !tags.is_wholly_known() {
            return None;
        }
        let Kind::Map(tags) = tags.kind() else { return None };
        let (key, tag) =
            [("tags.name", "name"), ("tags.Name", "Name")].into_iter().find(|(_, tag)| tags.get(tag).is_some())?;
        shown(tags.get(tag)?).map(|text| (key, text))
    };
    let by_name = || shown(object.get_attribute("name")?).map(|text| ("name", text));
    id(object).or_else(by_name).or_else(in_tags)
}

fn is_string(value: &Value) -> bool {
    match value.kind() {
        Kind::String(_) => true,
        Kind::Null(ty) => *ty == Type::String,
        Kind::Unknown(unknown) => unknown.ty == Type::String,
        _ => false,
    }
}

fn shown(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !value.marks().is_sensitive() && !text.is_empty()).map(str::to_owned)
}

/// An id with its middle left out, if it is very long.
fn shortened(id: &str) -> String {
    let characters: Vec<char> = id.chars().collect();
    if characters.len() <= LONGEST_ID {
        return id.to_owned();
    }
    let part = LONGEST_ID / 2;
    let left: String = characters[..part - 1].iter().collect();
    let right: String = characters[characters.len() - part + 2..].iter().collect();
    format!("{left}...{right}")
}

#[cfg(test)]
mod tests {
    use landform_values::Marks;

    use super::*;

    /// The lines are those of Terraform, with `^` for the escape character.
    #[test]
    fn lines_for_people() {
        let address: ResourceInstance = "module.m.terraform_data.a[\"[red]\"]".parse().expect("an address");
        let key = Str::from("0f46cd85");
        let object = Value::object([("id", Value::from("i"))]);
        let seconds = Duration::from_secs(71);
        let check = |deposed: bool, kind: EventKind<'_>, expected: &str| {
            let event = Event { address: &address, deposed: deposed.then_some(&key), kind };
            let text = |color| event.text(&Style { color, ..Style::default() }).unwrap_or_default();
            let name = "module.m.terraform_data.a[\"[red]\"]";
            let plain = expected.replace("^[0m", "").replace("^[1m", "");
            assert_eq!(text(true).replace('\x1b', "^"), expected.replace("NAME", name));
            assert_eq!(text(false), plain.replace("NAME", name));
        };
        check(false, EventKind::RefreshStart(&object), "^[0m^[1mNAME: Refreshing state... [id=i]^[0m");
        check(
            true,
            EventKind::RefreshStart(&Value::NULL),
            "^[0m^[1mNAME (deposed object 0f46cd85): Refreshing state...^[0m",
        );
        check(false, EventKind::Start(Operation::Create, &Value::NULL), "^[0m^[1mNAME: Creating...^[0m^[0m");
        check(false, EventKind::Start(Operation::Read, &Value::NULL), "^[0m^[1mNAME: Reading...^[0m^[0m");
        let destroying = "^[0m^[1mNAME (deposed object 0f46cd85): Destroying... [id=i]^[0m^[0m";
        check(true, EventKind::Start(Operation::Delete, &object), destroying);
        check(false, EventKind::Start(Operation::Open, &Value::NULL), "^[0m^[1mNAME: Opening...^[0m");
        let still = "^[0m^[1mNAME: Still modifying... [id=i, 1m11s elapsed]^[0m^[0m";
        check(false, EventKind::Progress(Operation::Update, &object, seconds), still);
        let complete = "^[0m^[1mNAME: Modifications complete after 1m11s [id=i]^[0m";
        check(false, EventKind::Complete(Operation::Update, &object, seconds), complete);
        check(
            false,
            EventKind::Complete(Operation::Close, &Value::NULL, Duration::ZERO),
            "^[0m^[1mNAME: Closing complete after 0s^[0m",
        );
        check(false, EventKind::Errored(Operation::Update, seconds), "");
        check(false, EventKind::Deferred, "^[0m^[1mNAME: Configuration unknown, deferring...^[0m");
        check(
            false,
            EventKind::ProvisionStart("local-exec"),
            "^[0m^[1mNAME: Provisioning with 'local-exec'...^[0m^[0m",
        );
        check(false, EventKind::ProvisionOutput("local-exec", "[bold]"), "^[0m^[1mNAME (local-exec):^[0m ^[0m[bold]");
        let by = PlannedImport::Id("x".into());
        check(false, EventKind::PrepareImport(&by), "^[0m^[1mNAME: Preparing import... [id=x]^[0m");
        let identity = PlannedImport::Identity(Value::object([("name", "a".into()), ("region", Value::NULL)]));
        let text = "^[0m^[1mNAME: Preparing import... [identity=name=a,region=<null>]^[0m";
        check(false, EventKind::PrepareImport(&identity), text);
        check(false, EventKind::ImportStart(&by), "^[0m^[1mNAME: Importing... [id=x]^[0m");
        check(false, EventKind::ImportComplete(&by), "^[0m^[1mNAME: Import complete [id=x]^[0m");
    }

    #[test]
    fn durations_are_gos() {
        let text = |seconds| duration(Duration::from_secs(seconds));
        assert_eq!([0, 59, 60, 3605].map(text), ["0s", "59s", "1m0s", "1h0m5s"]);
    }

    #[test]
    fn what_identifies_an_object() {
        let tags = |name: &str| Value::map(Type::String, [(name, Value::from("t"))]);
        let hidden = Value::from("x").with_marks(&Marks::sensitive());
        let check = |object: Value, expected: [Option<(&str, &str)>; 2]| {
            let found = [id(&object), id_or_name(&object)];
            assert_eq!(
                found.map(|found| found.map(|(key, id)| format!("{key}={id}"))),
                expected.map(|expected| expected.map(|(key, id)| format!("{key}={id}")))
            );
        };
        check(Value::object([("id", Value::from("i")), ("name", Value::from("n"))]), [Some(("id", "i")); 2]);
        check(Value::object([("name", Value::from("n")), ("tags", tags("Name"))]), [Some(("name", "n")); 2]);
        // An id that is not known yet does not make the name one, but the name will do where there is no other.
        let unknown = Value::unknown(Type::String);
        check(Value::object([("id", unknown.clone()), ("name", Value::from("n"))]), [None, Some(("name", "n"))]);
        check(Value::object([("id", hidden.clone()), ("tags", tags("Name"))]), [None, Some(("tags.Name", "t"))]);
        check(Value::object([("id", Value::number(1)), ("name", hidden), ("tags", tags("name"))]), [None; 2]);
        check(Value::object([("tags", tags("name"))]), [None, Some(("tags.name", "t"))]);
        check(Value::NULL, [None; 2]);
        check(unknown, [None; 2]);
    }

    #[test]
    fn long_ids_are_shortened() {
        let id: String = ('a'..='z').cycle().take(100).collect();
        let short = shortened(&id);
        assert_eq!(short.chars().count(), LONGEST_ID);
        assert!(short.starts_with("abc") && short.contains("m...") && id.ends_with(&short[short.len() - 38..]));
        assert_eq!(shortened("short"), "short");
    }

    #[test]
    fn lines_of_provisioners() {
        let lines: Vec<&str> = provisioner_lines("a \r\nb\rc\n\n  \nd").collect();
        assert_eq!(lines, ["a", "b", "c", "d"]);
    }
}
