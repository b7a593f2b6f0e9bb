//! What a service has accepted and will do later, in a maintenance window for example.

use landform_values::Str;
use serde_json::{Value as Json, json};

/// Changes that a service has accepted and not made yet.
///
/// A field of this type carries `#[pending]`; it is no part of the schema. A read gives the attribute the value it *will*
/// have, and says here what it has until then: so it is neither taken for done nor for a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending(Vec<PendingChange>);

/// One change that is still to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingChange {
    /// The attribute's name.
    pub attribute: String,
    /// What it is and what it will be; `None` where that is secret.
    pub values: Option<(String, String)>,
    /// What it waits for: "the maintenance window (sun:04:00-05:00)".
    pub when: String,
}

pub(crate) static NONE: Pending = Pending(Vec::new());

impl Pending {
    /// Adds a change whose values may be shown.
    pub fn add(&mut self, attribute: &str, now: impl ToString, then: impl ToString, when: &str) {
        self.push(attribute, Some((now.to_string(), then.to_string())), when);
    }

    /// Adds a change of a secret.
    pub fn add_secret(&mut self, attribute: &str, when: &str) {
        self.push(attribute, None, when);
    }

    fn push(&mut self, attribute: &str, values: Option<(String, String)>, when: &str) {
        self.0.push(PendingChange { attribute: attribute.to_owned(), values, when: when.to_owned() });
    }

    /// The changes.
    pub fn iter(&self) -> impl Iterator<Item = &PendingChange> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The change of an attribute.
    pub fn of(&self, attribute: &str) -> Option<&PendingChange> {
        self.iter().find(|change| change.attribute == attribute)
    }

    /// One sentence each, for people.
    pub(crate) fn notes(&self) -> impl Iterator<Item = Str> {
        self.iter().map(|change| {
            let PendingChange { attribute, when, .. } = change;
            Str::from(match &change.values {
                Some((now, then)) => format!("{attribute} is {now} until {when}, then {then}"),
                None => format!("{attribute} changes with {when}"),
            })
        })
    }

    pub(crate) fn to_json(&self) -> Json {
        let changes = self.iter().map(|change| {
            let values = change.values.as_ref().map(|(now, then)| json!([now, then]));
            json!({ "attribute": change.attribute, "values": values, "when": change.when })
        });
        changes.collect()
    }

    /// What is not in the form of [`Pending::to_json`] is left out.
    pub(crate) fn from_json(json: &Json) -> Self {
        let text = |json: &Json| json.as_str().map(str::to_owned);
        let changes = json.as_array().into_iter().flatten().filter_map(|change| {
            let values = text(&change["values"][0]).zip(text(&change["values"][1]));
            Some(PendingChange { attribute: text(&change["attribute"])?, values, when: text(&change["when"])? })
        });
        Self(changes.collect())
    }
}
