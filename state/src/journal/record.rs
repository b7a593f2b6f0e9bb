//! The lines of a journal: JSON with a checksum, and what they say.
//!
//! ```text
//! {"crc":"1f2e3d4c","record":{"type":"outcome","id":3,"changes":[…]}}
//! ```
//!
//! The checksum is the CRC-32 of the record's text. The first line is the header. Changes say what is there after, not what
//! is different, so that reading a record twice does no harm.

use std::borrow::Cow;
use std::fmt::Write as _;

use landform_addrs::{ProviderConfigAddr, ResourceInstance, Str};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::file::{ObjectReader, write_object};
use crate::{LockInfo, Object};

/// The version of the format that is read and written.
pub(super) const FORMAT: u64 = 1;

/// Whose journal it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) format: u64,
    pub(super) workspace: String,
    pub(super) backend: String,
    /// The lock that the run took, or was about to take.
    pub(super) lock: Option<LockInfo>,
    /// Locks that dead runs before it were about to take: what they had sent may take effect later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) earlier: Vec<LockInfo>,
}

/// What a run does to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// It is made.
    Create,
    /// It is changed in place.
    Update,
    /// It is destroyed.
    Delete,
}

/// What state has to say from now on of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The resource instance.
    pub address: ResourceInstance,
    /// The key of a deposed object.
    pub deposed: Option<Str>,
    /// The provider configuration that handles it.
    pub provider: ProviderConfigAddr,
    /// The object; `None` when there is none any more.
    pub object: Option<Object>,
}

/// An operation that was begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Begun {
    /// Names it within the journal.
    pub id: u64,
    /// The resource instance.
    pub address: ResourceInstance,
    /// The key of a deposed object.
    pub deposed: Option<Str>,
    /// The provider configuration that handles it.
    pub provider: ProviderConfigAddr,
    /// What was about to be done.
    pub effect: Effect,
    /// What the provider was given to recognise its own request by.
    pub token: String,
    /// The object before; `None` for one that was to be made.
    pub prior: Option<Object>,
    /// The object as it was planned, as far as it was known.
    pub planned: Option<Object>,
}

/// One line but the first.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Record {
    /// The stored state that the following is about.
    Base { lineage: String, serial: u64 },
    /// Changes of state without an effect.
    Note(Vec<Change>),
    /// Something is about to be done; the changes are those that come with it.
    Intent(Box<Begun>, Vec<Change>),
    /// It was done, or failed: the changes say what is there now.
    Outcome { id: u64, changes: Vec<Change> },
    /// What became of an operation without an outcome is known, or was told to a person.
    Resolved(u64),
    /// A state is about to be stored that has all of the above in it.
    Snapshot { serial: u64, content: String },
}

/// A member in JSON.
fn member(json: &mut String, name: &str, value: &str) {
    if !json.ends_with(['{', '[']) {
        json.push(',');
    }
    let _ = write!(json, "\"{name}\":{value}");
}

fn text(text: &str) -> String {
    serde_json::to_string(text).expect("text always has a JSON form")
}

fn optional(object: Option<&Object>) -> String {
    object.map_or_else(|| "null".to_owned(), write_object)
}

fn place(json: &mut String, address: &ResourceInstance, deposed: Option<&Str>, provider: &ProviderConfigAddr) {
    member(json, "address", &text(&address.to_string()));
    if let Some(deposed) = deposed {
        member(json, "deposed", &text(deposed));
    }
    member(json, "provider", &text(&provider.to_string()));
}

fn list(changes: &[Change]) -> String {
    let mut json = String::from("[");
    for change in changes {
        let comma = if json.ends_with('[') { "" } else { "," };
        let mut one = String::from("{");
        place(&mut one, &change.address, change.deposed.as_ref(), &change.provider);
        member(&mut one, "object", &optional(change.object.as_ref()));
        let _ = write!(json, "{comma}{one}}}");
    }
    json.push(']');
    json
}

impl Record {
    fn to_json(&self) -> String {
        let mut json = String::from("{");
        match self {
            Self::Base { lineage, serial } => {
                member(&mut json, "type", "\"base\"");
                member(&mut json, "lineage", &text(lineage));
                member(&mut json, "serial", &serial.to_string());
            }
            Self::Resolved(id) => {
                member(&mut json, "type", "\"resolved\"");
                member(&mut json, "id", &id.to_string());
            }
            Self::Snapshot { serial, content } => {
                member(&mut json, "type", "\"snapshot\"");
                member(&mut json, "serial", &serial.to_string());
                member(&mut json, "content", &text(content));
            }
            Self::Note(changes) => {
                member(&mut json, "type", "\"note\"");
                member(&mut json, "changes", &list(changes));
            }
            Self::Outcome { id, changes } => {
                member(&mut json, "type", "\"outcome\"");
                member(&mut json, "id", &id.to_string());
                member(&mut json, "changes", &list(changes));
            }
            Self::Intent(begun, changes) => {
                member(&mut json, "type", "\"intent\"");
                member(&mut json, "id", &begun.id.to_string());
                place(&mut json, &begun.address, begun.deposed.as_ref(), &begun.provider);
                let effect = serde_json::to_string(&begun.effect).expect("a name");
                member(&mut json, "effect", &effect);
                member(&mut json, "token", &text(&begun.token));
                member(&mut json, "prior", &optional(begun.prior.as_ref()));
                member(&mut json, "planned", &optional(begun.planned.as_ref()));
                member(&mut json, "changes", &list(changes));
            }
        }
        json.push('}');
        json
    }

    /// As a line of the journal.
    pub(super) fn to_line(&self) -> String {
        line(&self.to_json())
    }
}

impl Header {
    /// As the first line of the journal.
    pub(super) fn to_line(&self) -> String {
        line(&serde_json::to_string(self).expect("numbers and text always have a JSON form"))
    }

    pub(super) fn read(line: &str) -> Option<Self> {
        serde_json::from_str(checked(line)?).ok()
    }
}

fn line(json: &str) -> String {
    format!("{{\"crc\":\"{:08x}\",\"record\":{json}}}\n", crc32fast::hash(json.as_bytes()))
}

#[derive(Deserialize)]
struct LineForm<'a> {
    crc: &'a str,
    #[serde(borrow)]
    record: &'a RawValue,
}

/// The record of a line whose checksum is right.
pub(super) fn checked(line: &str) -> Option<&str> {
    let form: LineForm<'_> = serde_json::from_str(line).ok()?;
    let crc = u32::from_str_radix(form.crc, 16).ok()?;
    (crc32fast::hash(form.record.get().as_bytes()) == crc).then(|| form.record.get())
}

#[derive(Deserialize)]
struct RecordForm<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: Option<u64>,
    lineage: Option<String>,
    serial: Option<u64>,
    content: Option<String>,
    #[serde(borrow)]
    address: Option<Cow<'a, str>>,
    #[serde(borrow)]
    deposed: Option<Cow<'a, str>>,
    #[serde(borrow)]
    provider: Option<Cow<'a, str>>,
    effect: Option<Effect>,
    token: Option<String>,
    #[serde(borrow)]
    prior: Option<&'a RawValue>,
    #[serde(borrow)]
    planned: Option<&'a RawValue>,
    #[serde(borrow)]
    changes: Option<Vec<ChangeForm<'a>>>,
}

#[derive(Deserialize)]
struct ChangeForm<'a> {
    #[serde(borrow)]
    address: Cow<'a, str>,
    #[serde(borrow)]
    deposed: Option<Cow<'a, str>>,
    #[serde(borrow)]
    provider: Cow<'a, str>,
    #[serde(borrow)]
    object: Option<&'a RawValue>,
}

/// Reads records; their objects share what they have in common.
#[derive(Default)]
pub(super) struct Reader<'a> {
    objects: ObjectReader<'a>,
}

impl<'a> Reader<'a> {
    /// Reads the record of a line whose checksum is right.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(&mut self, json: &'a str) -> Result<Record, String> {
        let form: RecordForm<'a> = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let changes = form.changes.as_deref().unwrap_or_default();
        let changes = changes.iter().map(|change| self.change(change)).collect::<Result<Vec<_>, _>>()?;
        let (text, serial) = (|text: &Option<String>| text.clone().unwrap_or_default(), form.serial);
        match (form.kind, form.id) {
            ("base", _) => Ok(Record::Base { lineage: text(&form.lineage), serial: serial.unwrap_or_default() }),
            ("snapshot", _) => {
                Ok(Record::Snapshot { serial: serial.unwrap_or_default(), content: text(&form.content) })
            }
            ("resolved", Some(id)) => Ok(Record::Resolved(id)),
            ("note", _) => Ok(Record::Note(changes)),
            ("outcome", Some(id)) => Ok(Record::Outcome { id, changes }),
            ("intent", Some(id)) => Ok(Record::Intent(Box::new(self.begun(id, &form)?), changes)),
            (kind, _) => Err(format!("a record of the unknown type {kind:?}, or without an id")),
        }
    }

    fn object(&mut self, raw: Option<&'a RawValue>) -> Result<Option<Object>, String> {
        raw.map(|raw| self.objects.read(raw.get())).transpose()
    }

    fn change(&mut self, form: &ChangeForm<'a>) -> Result<Change, String> {
        Ok(Change {
            address: address(&form.address)?,
            deposed: form.deposed.as_deref().map(Str::from),
            provider: provider(&form.provider)?,
            object: self.object(form.object)?,
        })
    }

    fn begun(&mut self, id: u64, form: &RecordForm<'a>) -> Result<Begun, String> {
        let missing = |what: &str| format!("an intent without {what}");
        Ok(Begun {
            id,
            address: address(form.address.as_deref().ok_or_else(|| missing("an address"))?)?,
            deposed: form.deposed.as_deref().map(Str::from),
            provider: provider(form.provider.as_deref().ok_or_else(|| missing("a provider"))?)?,
            effect: form.effect.ok_or_else(|| missing("an effect"))?,
            token: form.token.clone().unwrap_or_default(),
            prior: self.object(form.prior)?,
            planned: self.object(form.planned)?,
        })
    }
}

fn address(text: &str) -> Result<ResourceInstance, String> {
    text.parse().map_err(|error| format!("the invalid address {text:?}: {error}"))
}

fn provider(text: &str) -> Result<ProviderConfigAddr, String> {
    ProviderConfigAddr::parse(text).map_err(|error| format!("the invalid provider address {text:?}: {error}"))
}
