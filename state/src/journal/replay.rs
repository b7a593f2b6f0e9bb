//! Bringing a state up to date with what a journal recorded.

use std::collections::{BTreeMap, BTreeSet};

use landform_addrs::{ResourceInstance, Str};
use landform_diagnostics::{Diagnostic, Diagnostics};
use md5::{Digest as _, Md5};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::leftover::Leftover;
use super::record::{Begun, Change, Effect, Record};
use crate::model::{ResourceState, raw};
use crate::{Object, State, file};

/// A state with all that a dead run is known to have done.
#[derive(Clone, Debug)]
pub struct Recovery {
    /// The state; `None` when there is none yet and nothing was recovered.
    pub state: Option<State>,
    /// The objects that it has, has no more, or has otherwise than the stored one.
    pub recovered: Vec<(ResourceInstance, Option<Str>)>,
    /// Operations that were begun and of which it is not known whether they were done.
    pub unfinished: Vec<Begun>,
    /// What people should know.
    pub diagnostics: Diagnostics,
}

/// What a state holds, whatever its serial and lineage.
pub(super) fn content(state: &State) -> String {
    let plain = State { lineage: String::new(), serial: 0, ..state.clone() };
    Md5::digest(file::write(&plain)).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Applies changes.
pub(super) fn apply<'a>(state: &mut State, changes: impl IntoIterator<Item = &'a Change>) {
    for change in changes {
        let Change { address, deposed, provider, object } = change;
        match (object, deposed) {
            (Some(object), None) => drop(state.insert(address, provider, object.clone())),
            (Some(object), Some(key)) => {
                drop(state.insert_deposed(address, key.clone(), provider, object.clone()));
            }
            (None, deposed) => drop(state.remove(address, deposed.as_deref())),
        }
    }
}

/// The changes that make one state's objects those of another.
pub(super) fn difference(from: Option<&State>, to: &State) -> Vec<Change> {
    let mut changes = Vec::new();
    for found in from.into_iter().flat_map(State::objects) {
        let (address, deposed) = (found.address(), found.deposed.cloned());
        if to.object(&address, deposed.as_deref()).is_none() {
            changes.push(Change { address, deposed, provider: found.provider(), object: None });
        }
    }
    for found in to.objects() {
        let (address, deposed) = (found.address(), found.deposed.cloned());
        let old =
            from.and_then(|from| Some((from.resource(found.resource)?, from.object(&address, deposed.as_deref())?)));
        let provider = found.provider();
        let is_same = |resource: &ResourceState| resource.provider_of(found.key) == provider;
        if !old.is_some_and(|(resource, object)| is_same(resource) && object == found.object) {
            let object = Some(found.object.clone());
            changes.push(Change { address, deposed, provider, object });
        }
    }
    changes
}

impl Leftover {
    /// Brings the stored state up to date.
    ///
    /// # Errors
    /// What is wrong when the journal is about the state of another root module.
    pub(super) fn recover(&self, stored: Option<&State>) -> Result<Recovery, String> {
        let unfinished = self.unfinished();
        let Some((lineage, serial)) = self.base() else {
            return Ok(Recovery {
                state: stored.cloned(),
                recovered: Vec::new(),
                unfinished,
                diagnostics: Diagnostics::new(),
            });
        };
        if let Some(other) = stored.map(|stored| &*stored.lineage).filter(|other| *other != lineage) {
            return Err(format!(
                "it is about a state with the lineage {lineage:?}, but the stored state has the lineage {other:?}"
            ));
        }
        let mut state = stored.cloned().unwrap_or_else(|| State { lineage: lineage.to_owned(), ..State::default() });
        let mut diagnostics = Diagnostics::new();
        if self.is_about(stored, serial) {
            self.records.iter().for_each(|record| apply(&mut state, record.changes()));
        } else {
            Merge::new(self).merge(&mut state, &mut diagnostics);
        }
        let before = stored.cloned().unwrap_or_default();
        let recovered: Vec<_> =
            difference(Some(&before), &state).into_iter().map(|change| (change.address, change.deposed)).collect();
        let state = (stored.is_some() || !recovered.is_empty()).then_some(state);
        Ok(Recovery { state, recovered, unfinished, diagnostics })
    }

    /// Whether nobody else has written the state since: it is the one that the run began with, or one that it stored.
    fn is_about(&self, stored: Option<&State>, base: u64) -> bool {
        let serial = stored.map_or(0, |stored| stored.serial);
        serial == base
            || stored.is_some_and(|stored| {
                self.records.iter().any(|record| match record {
                    Record::Snapshot { serial, content: expected } => {
                        *serial == stored.serial && *expected == content(stored)
                    }
                    _ => false,
                })
            })
    }
}

impl Record {
    /// What state has to say from now on.
    pub(super) fn changes(&self) -> &[Change] {
        match self {
            Self::Note(changes) | Self::Intent(_, changes) | Self::Outcome { changes, .. } => changes,
            Self::Base { .. } | Self::Resolved(_) | Self::Snapshot { .. } => &[],
        }
    }
}

/// What the journal says in the end of one object.
struct Net<'a> {
    last: &'a Change,
    /// The object before the first operation on it.
    prior: Option<&'a Object>,
    /// Whether the run made it.
    created: bool,
}

/// Brings what a run did into a state that another has written since.
///
/// The other could not know of it. What it did know, it knows better: it came later.
struct Merge<'a> {
    nets: BTreeMap<(&'a ResourceInstance, Option<&'a Str>), Net<'a>>,
}

impl<'a> Merge<'a> {
    fn new(leftover: &'a Leftover) -> Self {
        let mut nets: BTreeMap<_, Net<'a>> = BTreeMap::new();
        let mut begun: BTreeMap<u64, &Begun> = BTreeMap::new();
        for record in &leftover.records {
            let of = match record {
                Record::Intent(intent, _) => begun.insert(intent.id, intent).and(None),
                Record::Outcome { id, .. } => begun.get(id).copied(),
                _ => None,
            };
            for change in record.changes() {
                let of = of.filter(|of| of.address == change.address && of.deposed == change.deposed);
                let net = nets.entry((&change.address, change.deposed.as_ref())).or_insert_with(|| Net {
                    last: change,
                    prior: of.and_then(|of| of.prior.as_ref()),
                    created: false,
                });
                net.last = change;
                net.created |= of.is_some_and(|of| of.effect == Effect::Create) && change.object.is_some();
            }
        }
        Self { nets }
    }

    fn merge(self, state: &mut State, diagnostics: &mut Diagnostics) {
        let known: BTreeSet<Identity> =
            state.objects().filter_map(|found| Identity::of(&found.resource.resource.kind, found.object)).collect();
        for ((address, deposed), net) in self.nets {
            let kind = &address.resource.kind;
            let stored = state.object(address, deposed.map(|key| &**key)).cloned();
            match (&net.last.object, stored) {
                (None, Some(stored)) => {
                    if net.prior.is_some_and(|prior| is_same(kind, prior, &stored)) {
                        apply(state, [net.last]);
                    }
                }
                // What was moved, or is elsewhere by now, is there already.
                (Some(ours), _) if Identity::of(kind, ours).is_some_and(|ours| known.contains(&ours)) => {}
                // If the other has destroyed it, reading it will show that.
                (Some(_), None) => apply(state, [net.last]),
                (Some(ours), Some(stored)) => {
                    let told_apart = Identity::of(kind, ours).is_some() && Identity::of(kind, &stored).is_some();
                    if (told_apart || net.created) && !is_same(kind, ours, &stored) {
                        depose(state, net.last, ours);
                        diagnostics.push(made_twice(address));
                    }
                }
                (None, None) => {}
            }
        }
    }
}

/// Keeps an object whose place is taken as a deposed one, so that the next plan destroys it.
fn depose(state: &mut State, change: &Change, object: &Object) {
    let instance = state.instance(&change.address);
    let key = instance.map_or_else(|| Str::from("00000001"), crate::InstanceState::new_deposed_key);
    drop(state.insert_deposed(&change.address, key, &change.provider, object.clone()));
}

fn made_twice(address: &ResourceInstance) -> Diagnostic {
    let detail = format!(
        "An earlier run here made {address} and died before that was in state. Another run has made it too in the meantime. \
         The object of this run is kept in state as a deposed one: the next plan destroys it."
    );
    Diagnostic::warning("Object was made twice", detail).about(address.to_string())
}

/// By what an object is recognised wherever it is: its type and its id.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Identity(Str, String);

#[derive(Deserialize)]
struct IdForm<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
}

impl Identity {
    fn of(kind: &Str, object: &Object) -> Option<Self> {
        let form: IdForm<'_> = serde_json::from_str(&object.attributes).ok()?;
        Some(Self(kind.clone(), form.id?.get().to_owned()))
    }
}

/// Whether two states of objects are of one object, as far as can be told without a schema.
fn is_same(kind: &Str, a: &Object, b: &Object) -> bool {
    match (Identity::of(kind, a), Identity::of(kind, b)) {
        (Some(a), Some(b)) => a == b,
        _ => raw::same(&a.attributes, &b.attributes),
    }
}
