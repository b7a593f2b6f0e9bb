//! Lists that moved: an item that `count` numbered is gone or is new, and each behind it has another number now.
//!
//! Items are instances of a resource or of a module call. What an item is, is what configuration says of it. Items that
//! stay where they are, are left alone; each of the others is looked for by what it is, in order. What comes out are
//! chains that begin at a number that configuration has no more, or end at one that state does not have yet, because only
//! those can be told from what was done before. A list that grew is one that shrank, seen from its end.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use landform_addrs::{AbsResource, InstanceKey, ModuleInstance, Resource, ResourceInstance, Str};
use landform_plan::{Action, ActionReason, ResourceChange};

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
pub(super) struct MovedList {
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

/// All lists of which an item is gone, or which have one more, as they moved.
pub(super) fn moved(all: &[Wanted<'_>], going: &[&ResourceChange]) -> Vec<MovedList> {
    let shrunk: HashSet<Family> = going.iter().flat_map(|change| shrunk(change)).collect();
    let grown = grown(all, &shrunk);
    let mut lists: BTreeMap<Family, BTreeMap<i64, Item<'_>>> = BTreeMap::new();
    for wanted in all {
        for (family, index, within) in memberships(&wanted.change.address) {
            if shrunk.contains(&family) || grown.contains(&family) {
                lists.entry(family).or_default().entry(index).or_default().objects.insert(within, wanted);
            }
        }
    }
    let gone: HashSet<&ResourceInstance> = going.iter().map(|change| &change.address).collect();
    let mut found: Vec<MovedList> = Vec::new();
    let mut taken: HashSet<ResourceInstance> = HashSet::new();
    // Outer calls first: what moves with its module does not move within it.
    for (family, items) in lists {
        let free = items.values().flat_map(|item| item.objects.values());
        if free.into_iter().any(|wanted| taken.contains(&wanted.change.address)) {
            continue;
        }
        let change = if grown.contains(&family) { Length::Grown } else { Length::Shrunk(&gone) };
        if let Some(list) = list(family, &items, change) {
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

/// The lists in which something is made and something else becomes another.
fn grown(all: &[Wanted<'_>], shrunk: &HashSet<Family>) -> HashSet<Family> {
    let families = |is_meant: fn(&ResourceChange) -> bool| -> HashSet<Family> {
        let changes = all.iter().map(|wanted| wanted.change).filter(|change| is_meant(change));
        changes.flat_map(|change| memberships(&change.address)).map(|(family, ..)| family).collect()
    };
    let made = families(|change| change.action == Action::Create && change.importing.is_none());
    if made.is_empty() {
        return made;
    }
    let mut changed = families(|change| change.action == Action::Update || change.action.is_replace());
    changed.retain(|family| made.contains(family) && !shrunk.contains(family));
    changed
}

/// How the length of a list changed.
#[derive(Clone, Copy)]
enum Length<'a> {
    /// There are fewer items: these objects go.
    Shrunk(&'a HashSet<&'a ResourceInstance>),
    /// There are more.
    Grown,
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
    /// Whether all that was in it is destroyed; or, of a list that is seen from its end, all that is in it made.
    gone: bool,
}

fn list(family: Family, items: &BTreeMap<i64, Item<'_>>, length: Length<'_>) -> Option<MovedList> {
    let names = common_names(items);
    let seen = items.iter().map(|(index, item)| (*index, item.seen(&names, length))).collect();
    let steps = |chain: &Vec<i64>| chain.windows(2).map(|step| (step[0], step[1])).collect::<Vec<_>>();
    let mut moves: Vec<(i64, i64)> = match length {
        Length::Shrunk(_) => chains(&seen).iter().flat_map(steps).collect(),
        Length::Grown => chains_from_the_end(seen).iter().flat_map(steps).collect(),
    };
    moves.sort_unstable_by_key(|(_, to)| *to);
    let mut list = MovedList { family, moves, pairs: Vec::new(), touched: BTreeSet::new() };
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
    fn seen(&self, names: &HashMap<Within, Vec<Str>>, length: Length<'_>) -> Seen {
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
            gone: self.objects.values().all(|object| match length {
                Length::Shrunk(gone) => gone.contains(&object.change.address),
                Length::Grown => object.change.action == Action::Create,
            }),
        }
    }
}

/// As [`chains`], of a list that grew: it is looked at as if time ran backwards.
fn chains_from_the_end(items: BTreeMap<i64, Seen>) -> Vec<Vec<i64>> {
    let back = |item: Seen| Seen { before: item.after, after: item.before, gone: item.gone };
    let mut chains = chains(&items.into_iter().map(|(index, item)| (index, back(item))).collect());
    chains.iter_mut().for_each(|chain| chain.reverse());
    chains
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

    /// Items before and after as letters, `-` for none.
    fn items(before: &str, after: &str, gone: fn(&Option<String>, &Option<String>) -> bool) -> BTreeMap<i64, Seen> {
        let letter = |text: &str, index: usize| text.chars().nth(index).filter(|it| *it != '-').map(String::from);
        let item = |index: usize| {
            let (before, after) = (letter(before, index), letter(after, index));
            (index as i64, Seen { gone: gone(&before, &after), before, after })
        };
        (0..before.len().max(after.len())).map(item).collect()
    }

    /// Chains as they come out.
    fn check(before: &str, after: &str, expected: &[&[i64]]) {
        assert_eq!(chains(&items(before, after, |_, after| after.is_none())), expected, "{before} {after}");
    }

    #[test]
    fn chains_end_at_what_is_new() {
        let check = |before: &str, after: &str, expected: &[&[i64]]| {
            let chains = chains_from_the_end(items(before, after, |before, _| before.is_none()));
            assert_eq!(chains, expected, "{before} {after}");
        };
        check("abcd", "axbcd", &[&[1, 2, 3, 4]]);
        check("ab", "xab", &[&[0, 1, 2]]);
        check("abc", "abcx", &[]);
        check("abcd", "xyabcd", &[&[0, 2, 4], &[1, 3, 5]]);
        check("abc", "axbyc", &[&[1, 2, 4]]);
        // One was taken out, too, and becomes one of the new.
        check("abcd", "xyacd", &[&[0, 2, 3, 4]]);
        check("abc", "xayc", &[&[0, 1, 2, 3]]);
        check("abc", "bxac", &[&[1, 0, 2, 3]]);
        // Alike.
        check("aab", "aaab", &[&[2, 3]]);
        // What stays as long as it was.
        check("abc", "xab", &[]);
        check("ab", "bax", &[]);
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
