//! Reading that is told of when its resource is planned: where state alone has the objects, all of it is read at once and
//! for nothing, and nobody needs to hear of resources that the plan does not come to after an error.

use std::cell::RefCell;
use std::collections::BTreeMap;

use landform_addrs::{ConfigResource, ResourceInstance};
use landform_plan::Mode;
use landform_values::{Str, Value};

use super::Planner;
use crate::events::Event;

/// What was read and not told of yet.
#[derive(Default)]
pub(crate) struct Untold(RefCell<BTreeMap<ConfigResource, Vec<Reading>>>);

/// One object as it was and as it is.
pub(super) struct Reading {
    pub(super) address: ResourceInstance,
    pub(super) deposed: Option<Str>,
    pub(super) before: Value,
    pub(super) after: Value,
}

impl Planner<'_> {
    /// Whether reading by a provider is told of later.
    pub(super) fn tells_later(&self, acts_outside: bool) -> bool {
        !acts_outside && self.options.mode != Mode::Destroy && !self.options.only_imports()
    }

    /// Keeps in mind what was read.
    pub(super) fn tell_later(&self, reading: Reading) {
        self.untold.0.borrow_mut().entry(reading.address.config()).or_default().push(reading);
    }

    /// Tells what was read of a resource that the plan has come to.
    pub(super) fn tell_read(&self, resource: &ConfigResource) {
        let found = self.untold.0.borrow_mut().remove(resource);
        found.into_iter().flatten().for_each(|reading| self.tell(&reading));
    }

    /// Tells what was read of resources that are not declared.
    pub(super) fn tell_rest(&self) {
        let all = std::mem::take(&mut *self.untold.0.borrow_mut());
        let undeclared = all.into_values().flatten();
        for reading in undeclared.filter(|reading| self.declared(&reading.address.resource()).is_none()) {
            self.tell(&reading);
        }
    }

    fn tell(&self, Reading { address, deposed, before, after }: &Reading) {
        let deposed = deposed.as_ref();
        self.observer.event(Event::Refreshing { address, deposed, object: before });
        self.observer.event(Event::Refreshed { address, deposed, object: after });
    }
}
