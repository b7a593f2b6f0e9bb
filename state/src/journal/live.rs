//! What the journal says of the present run, to write it anew when the state is stored.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use landform_addrs::{ResourceInstance, Str};

use super::record::{Begun, Change, Header, Record};
use crate::{LockInfo, State, Written};

/// What the journal says of the present run.
#[derive(Debug, Default)]
pub(super) struct Live {
    pub(super) last_id: u64,
    pub(super) serial: u64,
    pub(super) lineage: String,
    /// The lock that the run took or is about to take.
    pub(super) lock: Option<LockInfo>,
    /// Operations without an outcome.
    pub(super) open: BTreeMap<u64, Begun>,
    /// What was last said of each object since the state was stored.
    pub(super) changes: BTreeMap<(ResourceInstance, Option<Str>), Change>,
    pub(super) stored_at: Duration,
    pub(super) begun: bool,
}

impl Change {
    pub(super) fn place(&self) -> (ResourceInstance, Option<Str>) {
        (self.address.clone(), self.deposed.clone())
    }
}

impl Live {
    pub(super) fn note(&mut self, changes: &[Change]) {
        self.changes.extend(changes.iter().map(|change| (change.place(), change.clone())));
    }

    /// Forgets what a stored state has.
    pub(super) fn stored(&mut self, written: &Written, state: &State, now: Duration) {
        self.serial = written.serial;
        self.lineage.clone_from(&written.lineage);
        self.stored_at = now;
        self.changes
            .retain(|(address, deposed), change| state.object(address, deposed.as_deref()) != change.object.as_ref());
    }

    /// Forgets everything: a stored state has it all, or it does not matter any more.
    pub(super) fn ended(&mut self, written: &Written, state: &State, now: Duration) {
        self.stored(written, state, now);
        self.changes.clear();
        self.open.clear();
        self.begun = true;
    }

    /// The whole journal, as short as it can be.
    pub(super) fn content(&self, header: &Header) -> String {
        let mut content = Header { lock: self.lock.clone(), ..header.clone() }.to_line();
        if !self.begun {
            return content;
        }
        let base = Record::Base { lineage: self.lineage.clone(), serial: self.serial };
        content.push_str(&base.to_line());
        if !self.changes.is_empty() {
            content.push_str(&Record::Note(self.changes.values().cloned().collect()).to_line());
        }
        for begun in self.open.values() {
            content.push_str(&Record::Intent(Box::new(begun.clone()), Vec::new()).to_line());
        }
        content
    }
}

pub(super) fn locked(live: &Mutex<Live>) -> MutexGuard<'_, Live> {
    live.lock().expect("nobody panics while noting")
}
