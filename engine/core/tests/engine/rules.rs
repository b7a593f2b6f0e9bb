//! The rules of order, held against what a run did: pair by pair, and from nothing but the plan's changes and the events.

use std::collections::HashMap;
use std::sync::Mutex;

use landform_addrs::ResourceInstance;
use landform_core::events::{Event, Observer};
use landform_core::plan::PlannedChange;
use landform_plan::Action;

/// One operation on an object: when it began, and when it ended.
#[derive(Clone, Copy, Debug)]
struct Span {
    began: usize,
    ended: usize,
}

/// Notes the order of operations.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    clock: usize,
    /// What was created or changed.
    made: HashMap<ResourceInstance, Span>,
    /// What was destroyed: the current or old object of an instance, or a deposed one by its key.
    destroyed: HashMap<(ResourceInstance, Option<String>), Span>,
}

impl Observer for Log {
    fn event(&self, event: Event<'_>) {
        let mut noted = self.0.lock().expect("no holder panics");
        noted.clock += 1;
        let now = noted.clock;
        let begun = Span { began: now, ended: usize::MAX };
        match event {
            Event::Applying { address, deposed, action: Action::Delete, .. } => {
                noted.destroyed.insert((address.clone(), deposed.map(ToString::to_string)), begun);
            }
            Event::Applying { address, .. } => drop(noted.made.insert(address.clone(), begun)),
            Event::Applied { address, deposed, action: Action::Delete, .. }
            | Event::Failed { address, deposed, action: Action::Delete } => {
                let key = (address.clone(), deposed.map(ToString::to_string));
                noted.destroyed.entry(key).and_modify(|span| span.ended = now);
            }
            Event::Applied { address, .. } | Event::Failed { address, .. } => {
                noted.made.entry(address.clone()).and_modify(|span| span.ended = now);
            }
            _ => {}
        }
    }
}

/// An object that a change destroys.
struct Destroyed<'a> {
    change: &'a PlannedChange,
    span: Span,
    last: bool,
}

impl Log {
    /// Panics if operations on two objects were in the wrong order.
    pub(crate) fn check(&self, config: &str, changes: &[PlannedChange]) {
        let noted = self.0.lock().expect("no holder panics");
        let destroyed: Vec<Destroyed<'_>> = changes.iter().filter_map(|change| noted.destroyed(change)).collect();
        let fine = |first: Span, then: Span, what: &str, a: &PlannedChange, b: &PlannedChange| {
            let (a, b) = (&a.change.address, &b.change.address);
            assert!(first.ended < then.began, "{config}\n{what}: {a}, {b}\n{noted:#?}");
        };
        for object in &destroyed {
            let own = noted.made.get(&object.change.change.address);
            match own {
                Some(made) if object.last => fine(*made, object.span, "created first", object.change, object.change),
                Some(made) => fine(object.span, *made, "destroyed first", object.change, object.change),
                None => {}
            }
            for other in &destroyed {
                if depends_on(other.change, object.change) {
                    fine(other.span, object.span, "dependents are destroyed first", other.change, object.change);
                }
            }
            for change in changes {
                let Some(made) = noted.made.get(&change.change.address).copied() else { continue };
                let (first, then) = if object.last { (made, object.span) } else { (object.span, made) };
                // What comes first can not wait for something that goes first and after its old self.
                let contradicts = !object.last && change.change.action == Action::CreateThenDelete;
                if depends_on(change, object.change) && !contradicts {
                    fine(first, then, "dependents change on the right side", object.change, change);
                }
                if depends_on(object.change, change) {
                    fine(first, then, "dependencies change on the right side", object.change, change);
                }
            }
        }
    }
}

impl Noted {
    fn destroyed<'a>(&self, change: &'a PlannedChange) -> Option<Destroyed<'a>> {
        let address = &change.change.address;
        let deposed = change.change.deposed.as_ref().map(ToString::to_string);
        let is_replaced_last = change.change.action == Action::CreateThenDelete;
        let span = match is_replaced_last {
            // The key is made when it is put aside; no key of the plan's deposed objects can be the same.
            true => {
                self.destroyed.iter().find(|((found, key), _)| found == address && key.is_some()).map(|(_, span)| *span)
            }
            false => self.destroyed.get(&(address.clone(), deposed.clone())).copied(),
        };
        let last = is_replaced_last
            || deposed.is_some()
            || (change.change.action == Action::Delete && change.create_before_destroy);
        Some(Destroyed { change, span: span?, last })
    }
}

/// Whether the prior object of one change was made after the resource of another.
fn depends_on(change: &PlannedChange, other: &PlannedChange) -> bool {
    change.prior_dependencies.contains(&other.change.address.config())
}
