//! The rules of order, held against what a run did: pair by pair, and from nothing but the plan's changes and the events.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use landform_addrs::{ConfigResource, ResourceInstance};
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
    /// What happened, for people.
    told: Vec<String>,
    /// What was created or changed.
    made: HashMap<ResourceInstance, Span>,
    /// What was destroyed: the current or old object of an instance, or a deposed one by its key.
    destroyed: HashMap<(ResourceInstance, Option<String>), Span>,
}

impl Observer for Log {
    fn event(&self, event: Event<'_>) {
        let mut noted = self.0.lock().expect("no holder panics");
        match event {
            Event::Applying { address, deposed, action, .. } => {
                noted.begin(address, deposed.map(|key| &**key), action);
            }
            Event::Applied { address, deposed, action, .. } => {
                noted.end(address, deposed.map(|key| &**key), action, "done");
            }
            Event::Failed { address, deposed, action } => {
                noted.end(address, deposed.map(|key| &**key), action, "failed");
            }
            _ => {}
        }
    }
}

impl Noted {
    fn begin(&mut self, address: &ResourceInstance, deposed: Option<&str>, action: Action) {
        let span = Span { began: self.told.len(), ended: usize::MAX };
        self.told.push(format!("{action:?} {address} {}", deposed.unwrap_or_default()));
        match action {
            Action::Delete => drop(self.destroyed.insert((address.clone(), deposed.map(Into::into)), span)),
            _ => drop(self.made.insert(address.clone(), span)),
        }
    }

    fn end(&mut self, address: &ResourceInstance, deposed: Option<&str>, action: Action, how: &str) {
        let now = self.told.len();
        self.told.push(format!("{how}: {action:?} {address} {}", deposed.unwrap_or_default()));
        let span = match action {
            Action::Delete => self.destroyed.get_mut(&(address.clone(), deposed.map(Into::into))),
            _ => self.made.get_mut(address),
        };
        span.expect("what ends has begun").ended = now;
    }

    /// When the old object of a replacement was destroyed. The key is made when it is put aside.
    fn old_destroyed(&self, change: &PlannedChange, deposed: &HashSet<(ResourceInstance, String)>) -> Option<Span> {
        let is_old = |(address, key): &(ResourceInstance, Option<String>)| {
            let planned = key.clone().is_some_and(|key| deposed.contains(&(address.clone(), key)));
            *address == change.change.address && key.is_some() && !planned
        };
        self.destroyed.iter().find(|(object, _)| is_old(object)).map(|(_, span)| *span)
    }
}

/// What is to happen to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It is created or changed.
    Made,
    /// It is destroyed, before its successor comes.
    GoesFirst,
    /// It is destroyed, after its successor has come.
    GoesLast,
}

/// Half of a change, and when it was carried out, if it was.
struct Act<'a> {
    change: &'a PlannedChange,
    kind: Kind,
    span: Option<Span>,
    /// What its provider is configured from, however indirectly.
    opened_by: Vec<ConfigResource>,
}

/// How much it matters that one act comes before another. Where not all wishes can be fulfilled, the weakest give way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Wish {
    /// What it depended on is gone before a dependent changes.
    GoneBefore,
    /// Dependents are gone before what they depended on changes.
    DependentsGone,
    /// The two turned round, for what goes last.
    Changed,
    /// Dependents are destroyed before what they depended on is.
    Dependents,
    /// Nothing else is possible.
    Needed,
}

impl Log {
    /// Panics if two objects were dealt with in the wrong order.
    pub(crate) fn check(&self, config: &str, changes: &[PlannedChange]) {
        let noted = self.0.lock().expect("no holder panics");
        let acts = acts(config, &noted, changes);
        for (first_index, first) in acts.iter().enumerate() {
            for (then_index, then) in acts.iter().enumerate() {
                let (Some(wish), Some(earlier), Some(later)) = (wish(first, then), first.span, then.span) else {
                    continue;
                };
                assert!(
                    earlier.ended < later.began || is_in_circle(&acts, first_index, then_index, wish),
                    "{config}\n{wish:?}: {:?} {} before {:?} {}\n{}",
                    first.kind,
                    first.change.change.address,
                    then.kind,
                    then.change.change.address,
                    noted.told.join("\n")
                );
            }
        }
    }
}

fn acts<'a>(config: &str, noted: &Noted, changes: &'a [PlannedChange]) -> Vec<Act<'a>> {
    let deposed = |change: &PlannedChange| {
        let key = change.change.deposed.as_ref()?;
        Some((change.change.address.clone(), key.to_string()))
    };
    let deposed: HashSet<(ResourceInstance, String)> = changes.iter().filter_map(deposed).collect();
    let mut acts = Vec::new();
    for change in changes {
        let address = &change.change.address;
        let made = noted.made.get(address).copied();
        let key = change.change.deposed.as_ref().map(ToString::to_string);
        let destroyed = noted.destroyed.get(&(address.clone(), key)).copied();
        let opened_by = opened_by(config, change);
        let mut add = |kind, span| acts.push(Act { change, kind, span, opened_by: opened_by.clone() });
        match change.change.action {
            Action::Create | Action::Update => add(Kind::Made, made),
            Action::Delete if change.create_before_destroy || change.change.deposed.is_some() => {
                add(Kind::GoesLast, destroyed);
            }
            Action::Delete => add(Kind::GoesFirst, destroyed),
            Action::DeleteThenCreate => {
                add(Kind::GoesFirst, destroyed);
                add(Kind::Made, made);
            }
            Action::CreateThenDelete => {
                add(Kind::Made, made);
                add(Kind::GoesLast, noted.old_destroyed(change, &deposed));
            }
            Action::CreateThenForget => add(Kind::Made, made),
            Action::NoOp | Action::Read | Action::Forget => {}
        }
    }
    acts
}

/// What the provider of a change is configured from, however indirectly, as the configuration's text says.
fn opened_by(config: &str, change: &PlannedChange) -> Vec<ConfigResource> {
    let Some(alias) = &change.change.provider.alias else { return Vec::new() };
    let mut found: Vec<ConfigResource> = Vec::new();
    let mut open = vec![format!("alias = \"{alias}\"")];
    while let Some(head) = open.pop() {
        let Some(block) = config.split("\n}").find(|block| block.contains(&head)) else { continue };
        for word in block.split(|next: char| !next.is_alphanumeric() && !"_.".contains(next)) {
            match word.split('.').collect::<Vec<_>>()[..] {
                ["test_thing", name, ..] => {
                    let address =
                        format!("test_thing.{name}").parse::<ResourceInstance>().expect("an address").config();
                    if !found.contains(&address) {
                        found.push(address);
                        open.push(format!("resource \"test_thing\" \"{name}\""));
                    }
                }
                ["data", "test_tag", name, ..] => open.push(format!("data \"test_tag\" \"{name}\"")),
                ["ephemeral", "test_session", name, ..] => {
                    open.push(format!("ephemeral \"test_session\" \"{name}\""));
                }
                ["test", alias] => open.push(format!("alias = \"{alias}\"")),
                _ => {}
            }
        }
    }
    found
}

/// Whether one act should come before another.
fn wish(first: &Act<'_>, then: &Act<'_>) -> Option<Wish> {
    let same_change = std::ptr::eq(first.change, then.change);
    let same_object = first.change.change.address == then.change.change.address;
    let needs =
        |act: &Act<'_>, other: &Act<'_>| act.change.dependencies.contains(&other.change.change.address.config());
    let depended =
        |act: &Act<'_>, other: &Act<'_>| act.change.prior_dependencies.contains(&other.change.change.address.config());
    // Its provider is opened once all that it is configured from is there.
    let opens = || first.kind == Kind::Made && then.opened_by.contains(&first.change.change.address.config());
    let (depends, is_depended_on) = (depended(first, then), depended(then, first));
    match (first.kind, then.kind) {
        _ if opens() => Some(Wish::Needed),
        (Kind::GoesFirst, Kind::Made) | (Kind::Made, Kind::GoesLast) if same_change => Some(Wish::Needed),
        (Kind::Made, Kind::Made) if needs(then, first) => Some(Wish::Needed),
        (Kind::GoesFirst | Kind::GoesLast, Kind::GoesFirst | Kind::GoesLast) if depends => Some(Wish::Dependents),
        (Kind::Made, Kind::GoesLast) if depends || needs(first, then) || is_depended_on || same_object => {
            Some(Wish::Changed)
        }
        (Kind::GoesFirst, Kind::Made) if depends => Some(Wish::DependentsGone),
        (Kind::GoesFirst, Kind::Made) if is_depended_on || needs(then, first) => Some(Wish::GoneBefore),
        _ => None,
    }
}

/// Whether wishes at least as strong would have the second come before the first. Instances of a resource wait for each
/// other's sake: through one of them, all may be in a circle.
fn is_in_circle(acts: &[Act<'_>], first: usize, then: usize, wish: Wish) -> bool {
    let alike = |index: usize| {
        let is_like = move |act: &Act<'_>| {
            act.kind == acts[index].kind
                && act.change.change.address.config() == acts[index].change.change.address.config()
        };
        (0..acts.len()).filter(|other| is_like(&acts[*other])).collect::<Vec<_>>()
    };
    leads(acts, &[then], &alike(first), wish) || leads(acts, &alike(then), &[first], wish)
}

/// Whether a way of wishes, all of a strength or stronger, leads from some acts to others.
fn leads(acts: &[Act<'_>], from: &[usize], to: &[usize], strength: Wish) -> bool {
    let mut seen: HashSet<usize> = from.iter().copied().collect();
    let mut open = from.to_vec();
    while let Some(at) = open.pop() {
        let next = (0..acts.len()).filter(|next| wish(&acts[at], &acts[*next]) >= Some(strength));
        for next in next.collect::<Vec<_>>() {
            if to.contains(&next) {
                return true;
            }
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    false
}
