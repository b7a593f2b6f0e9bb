//! Lists that moved up: an item that `count` numbered is gone, and each behind it has another number now.
//!
//! Items are instances of a resource or of a module call. What an item is, is what configuration says of it. Items that
//! stay where they are, are left alone; each of the others is looked for by what it is, in order. What comes out are
//! chains that begin at a number that configuration has no more, because only those can be told from what was done before.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use landform_addrs::{AbsResource, InstanceKey, ModuleInstance, Resource, ResourceInstance, Str};
use landform_plan::{ActionReason, ResourceChange};

use super::{Pair, Wanted, fit};

/// The instances of a resource, or of a call in an instance of its module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Family {
    /// A call.
    Call(ModuleInstance, Str),
    /// A resource.
    Resource(AbsResource),
}

/// How the items of a list moved.
pub(super) struct MovedUp {
    /// Which list.
    pub(super) family: Family,
    /// From which number to which, in order of the second.
    pub(super) moves: Vec<(i64, i64)>,
    /// The objects that have moved.
    pub(super) pairs: Vec<Pair>,
    /// All addresses in items that moved, or that others moved to.
    pub(super) touched: BTreeSet<ResourceInstance>,
}

/// An object in an item, by what all items of the list have alike.
type Within = (ModuleInstance, Resource, InstanceKey);

#[derive(Default)]
struct Item<'a> {
    objects: BTreeMap<Within, &'a Wanted<'a>>,
}

/// All lists of which an item is gone, as they moved.
pub(super) fn moved_up(all: &[Wanted<'_>], going: &[&ResourceChange]) -> Vec<MovedUp> {
    let shrunk: HashSet<Family> = going.iter().flat_map(|change| shrunk(change)).collect();
    let mut lists: BTreeMap<Family, BTreeMap<i64, Item<'_>>> = BTreeMap::new();
    for wanted in all {
        for (family, index, within) in memberships(&wanted.change.address) {
            if shrunk.contains(&family) {
                lists.entry(family).or_default().entry(index).or_default().objects.insert(within, wanted);
            }
        }
    }
    let gone: HashSet<&ResourceInstance> = going.iter().map(|change| &change.address).collect();
    let mut found: Vec<MovedUp> = Vec::new();
    let mut taken: HashSet<ResourceInstance> = HashSet::new();
    // Outer calls first: what moves with its module does not move within it.
    for (family, items) in lists {
        let free = items.values().flat_map(|item| item.objects.values());
        if free.into_iter().any(|wanted| taken.contains(&wanted.change.address)) {
            continue;
        }
        if let Some(list) = list(family, &items, &gone) {
            taken.extend(list.touched.iter().cloned());
            found.push(list);
        }
    }
    found
}

/// The lists that a destroyed object shows to be shorter.
fn shrunk(change: &ResourceChange) -> Vec<Family> {
    let families = memberships(&change.address).into_iter().map(|(family, ..)| family);
    match change.reason {
        Some(ActionReason::DeleteBecauseCountIndex) => {
            families.filter(|family| matches!(family, Family::Resource(_))).collect()
        }
        Some(ActionReason::DeleteBecauseNoModule) => {
            families.filter(|family| matches!(family, Family::Call(..))).collect()
        }
        _ => Vec::new(),
    }
}

/// The lists that an object is in, with the number of its item and its place there.
fn memberships(address: &ResourceInstance) -> Vec<(Family, i64, Within)> {
    let steps = address.module.steps();
    let mut found = Vec::new();
    for (depth, (call, key)) in steps.iter().enumerate() {
        if let InstanceKey::Int(index) = key {
            let family = Family::Call(ModuleInstance::new(steps[..depth].iter().cloned()), call.clone());
            let rest = ModuleInstance::new(steps[depth + 1..].iter().cloned());
            found.push((family, *index, (rest, address.resource.clone(), address.key.clone())));
        }
    }
    if let InstanceKey::Int(index) = address.key {
        let within = (ModuleInstance::root(), address.resource.clone(), InstanceKey::None);
        found.push((Family::Resource(address.resource()), index, within));
    }
    found
}

/// What an item was and what it is to be, as texts that are the same where these are.
struct Seen {
    before: Option<String>,
    after: Option<String>,
    /// Whether all that was in it is destroyed.
    gone: bool,
}

fn list(family: Family, items: &BTreeMap<i64, Item<'_>>, gone: &HashSet<&ResourceInstance>) -> Option<MovedUp> {
    let names = common_names(items);
    let seen: BTreeMap<i64, Seen> = items.iter().map(|(index, item)| (*index, item.seen(&names, gone))).collect();
    let mut moves: Vec<(i64, i64)> = chains(&seen)
        .iter()
        .flat_map(|chain| chain.windows(2).map(|step| (step[0], step[1])).collect::<Vec<_>>())
        .collect();
    moves.sort_unstable_by_key(|(_, to)| *to);
    let mut list = MovedUp { family, moves, pairs: Vec::new(), touched: BTreeSet::new() };
    for (from, to) in &list.moves {
        let (from, to) = (&items[from], &items[to]);
        for (within, object) in &from.objects {
            if object.change.before.is_null() {
                continue;
            }
            if let Some(target) = to.objects.get(within).filter(|target| !target.change.after.is_null()) {
                let pair = Pair { from: object.change.address.clone(), to: target.change.address.clone() };
                list.pairs.push(pair);
            }
        }
        let touched = from.objects.values().chain(to.objects.values());
        list.touched.extend(touched.map(|object| object.change.address.clone()));
    }
    (!list.pairs.is_empty()).then_some(list)
}

/// Of each object in the items, the attributes that are known of all that are wanted.
fn common_names(items: &BTreeMap<i64, Item<'_>>) -> HashMap<Within, Vec<Str>> {
    let mut common: HashMap<Within, Vec<Str>> = HashMap::new();
    for (within, wanted) in items.values().flat_map(|item| &item.objects) {
        let after = &wanted.change.after;
        if after.is_null() {
            continue;
        }
        match common.get_mut(within) {
            Some(names) => *names = fit::known(after, &*names),
            None => {
                common.insert(within.clone(), fit::known(after, &*wanted.names));
            }
        }
    }
    common
}

impl Item<'_> {
    fn seen(&self, names: &HashMap<Within, Vec<Str>>, gone: &HashSet<&ResourceInstance>) -> Seen {
        let text = |value: fn(&ResourceChange) -> &landform_values::Value| {
            let mut text = String::new();
            for (within, object) in &self.objects {
                let value = value(object.change);
                if value.is_null() {
                    continue;
                }
                let (module, resource, key) = within;
                text.push_str(&format!("{module} {resource}{key}\n"));
                let names = names.get(within).map(Vec::as_slice).unwrap_or_default();
                text.push_str(&fit::signature(value, names)?);
            }
            (!text.is_empty()).then_some(text)
        };
        Seen {
            before: text(|change| &change.before),
            after: text(|change| &change.after),
            gone: self.objects.values().all(|object| gone.contains(&object.change.address)),
        }
    }
}

/// Chains of numbers: what is at each goes to the one behind it in the chain.
fn chains(items: &BTreeMap<i64, Seen>) -> Vec<Vec<i64>> {
    let moving = || items.iter().filter(|(_, item)| item.before != item.after);
    let mut sources: HashMap<&str, BTreeSet<i64>> = HashMap::new();
    for (index, item) in moving() {
        if let Some(before) = &item.before {
            sources.entry(before).or_default().insert(*index);
        }
    }
    let wanted = moving().filter_map(|(index, item)| Some((*index, item.after.as_deref()?)));
    let mut target_of: BTreeMap<i64, i64> = BTreeMap::new();
    let mut filled: HashSet<i64> = HashSet::new();
    for (to, after) in wanted {
        let Some(alike) = sources.get_mut(after) else { continue };
        // Of several that are alike, the next one behind: lists move up.
        if let Some(from) = alike.range(to..).next().or_else(|| alike.first()).copied() {
            alike.remove(&from);
            target_of.insert(from, to);
            filled.insert(to);
        }
    }
    let heads = target_of.keys().filter(|head| !filled.contains(head));
    let chains = heads.map(|head| std::iter::successors(Some(*head), |at| target_of.get(at).copied()).collect());
    let (good, stuck): (Vec<Vec<i64>>, Vec<Vec<i64>>) = chains.partition(|chain: &Vec<i64>| items[&chain[0]].gone);
    joined(good, stuck)
}

/// Chains that begin at a number which is still wanted, behind others that leave something over to fill it with.
fn joined(good: Vec<Vec<i64>>, stuck: Vec<Vec<i64>>) -> Vec<Vec<i64>> {
    let end = |chain: &[i64]| chain.last().copied().unwrap_or_default();
    let mut by_end: BTreeMap<i64, Vec<i64>> = good.into_iter().map(|chain| (end(&chain), chain)).collect();
    for chain in stuck.into_iter().rev() {
        let before = by_end.range(chain[0] + 1..).next().map(|(end, _)| *end);
        if let Some(mut whole) = before.and_then(|before| by_end.remove(&before)) {
            whole.extend(chain);
            by_end.insert(end(&whole), whole);
        }
    }
    by_end.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items before and after as letters, `-` for none; chains as they come out.
    fn check(before: &str, after: &str, expected: &[&[i64]]) {
        let letter = |text: &str, index: usize| text.chars().nth(index).filter(|it| *it != '-').map(String::from);
        let items = (0..before.len().max(after.len())).map(|index| {
            let (before, after) = (letter(before, index), letter(after, index));
            (index as i64, Seen { gone: after.is_none(), before, after })
        });
        assert_eq!(chains(&items.collect()), expected, "{before} {after}");
    }

    #[test]
    fn chains_begin_at_what_is_gone() {
        check("abcd", "acd", &[&[3, 2, 1]]);
        check("abcd", "bcd", &[&[3, 2, 1, 0]]);
        check("abcd", "abc", &[]);
        check("abcdef", "acdf", &[&[5, 3, 2, 1]]);
        check("ab", "ba", &[]);
        check("abc", "xabc", &[]);
        check("abcd", "bxd", &[&[3, 2, 1, 0]]);
        check("abab", "bab", &[&[3, 2, 1, 0]]);
        check("aab", "ab", &[&[2, 1]]);
    }
}
