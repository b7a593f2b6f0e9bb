//! Objects that are destroyed at one address and would be made at another.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

use landform_addrs::{InstanceKey, ModuleInstance, ProviderConfigAddr, Resource, ResourceInstance, Str};
use landform_plan::ResourceChange;

use super::{Pair, Wanted, fit};

/// So many sets of known attributes are looked at for each resource type. There are few: which attributes are not known
/// depends on what configuration refers to.
const MOST_SETS: usize = 32;

/// What must be the same for one object to be another.
type Family<'a> = (&'a Str, &'a ProviderConfigAddr);

/// Each destroyed object that is just what configuration wants elsewhere, where there is no other like it.
pub(super) fn pairs(going: &[&ResourceChange], coming: &[Wanted<'_>]) -> Vec<Pair> {
    let mut families: BTreeMap<Family<'_>, Matching<'_>> = BTreeMap::new();
    for wanted in coming {
        let key = (&wanted.change.address.resource.kind, &wanted.change.provider);
        families.entry(key).or_default().coming.push(wanted);
    }
    for change in going {
        if let Some(family) = families.get_mut(&(&change.address.resource.kind, &change.provider)) {
            family.going.push(change);
        }
    }
    families.values_mut().for_each(Matching::by_values);
    let hints = Hints::of(families.values().flat_map(|family| &family.pairs));
    families.values_mut().for_each(|family| family.by_hints(&hints));
    let mut pairs: Vec<Pair> = families.into_values().flat_map(|family| family.pairs).collect();
    pairs.sort_by(|one, other| one.to.cmp(&other.to));
    pairs
}

/// The objects of one type and provider that are not matched yet, and those that are.
#[derive(Default)]
struct Matching<'a> {
    going: Vec<&'a ResourceChange>,
    coming: Vec<&'a Wanted<'a>>,
    pairs: Vec<Pair>,
}

/// Those that have some values in common.
#[derive(Default)]
struct Alike<'a> {
    going: Vec<&'a ResourceChange>,
    coming: Vec<&'a Wanted<'a>>,
}

impl<'a> Matching<'a> {
    /// By the values that are known of what is wanted, those of which most is known first.
    fn by_values(&mut self) {
        let mut sets: BTreeMap<Vec<Str>, Vec<&'a Wanted<'a>>> = BTreeMap::new();
        for wanted in &self.coming {
            sets.entry(fit::known(&wanted.change.after, &*wanted.names)).or_default().push(wanted);
        }
        let mut sets: Vec<_> = sets.into_iter().collect();
        sets.sort_by_key(|(names, _)| std::cmp::Reverse(names.len()));
        for (names, coming) in sets.into_iter().take(MOST_SETS) {
            let mut alike: BTreeMap<String, Alike<'a>> = BTreeMap::new();
            for wanted in coming {
                if let Some(signature) = fit::signature(&wanted.change.after, &names) {
                    alike.entry(signature).or_default().coming.push(wanted);
                }
            }
            for change in &self.going {
                let signature = fit::signature(&change.before, &names);
                if let Some(alike) = signature.and_then(|signature| alike.get_mut(&signature)) {
                    alike.going.push(change);
                }
            }
            let found = alike.into_values().flat_map(|alike| alike.pairs(&names)).collect();
            self.settle(found);
        }
    }

    /// By what has become of others: what was beside them is beside them still.
    fn by_hints(&mut self, hints: &Hints) {
        let coming: HashMap<&ResourceInstance, &Wanted<'_>> =
            self.coming.iter().map(|wanted| (&wanted.change.address, *wanted)).collect();
        let follow = |change: &&'a ResourceChange| {
            let to = hints.destination(&change.address)?;
            let wanted = coming.get(&to)?;
            fit::fits(&wanted.change.after, &change.before, &wanted.names)
                .then(|| Pair { from: change.address.clone(), to })
        };
        let found: Vec<Pair> = self.going.iter().filter_map(follow).collect();
        let mut targets = HashSet::new();
        let distinct = found.into_iter().filter(|pair| targets.insert(pair.to.clone())).collect();
        self.settle(distinct);
    }

    fn settle(&mut self, found: Vec<Pair>) {
        let from: HashSet<&ResourceInstance> = found.iter().map(|pair| &pair.from).collect();
        let to: HashSet<&ResourceInstance> = found.iter().map(|pair| &pair.to).collect();
        self.going.retain(|change| !from.contains(&change.address));
        self.coming.retain(|wanted| !to.contains(&wanted.change.address));
        self.pairs.extend(found);
    }
}

impl<'a> Alike<'a> {
    /// One with one: by values alone where these say all or enough, then by what is the same in addresses.
    fn pairs(mut self, names: &[Str]) -> Vec<Pair> {
        let mut pairs = Vec::new();
        let tells = |wanted: &&Wanted<'_>| {
            names.len() == wanted.names.len() || fit::says_something(&wanted.change.after, names)
        };
        if self.coming.first().is_some_and(tells) {
            self.one_with_one(&mut pairs, |_| ());
        }
        self.one_with_one(&mut pairs, |address| (address.resource.clone(), address.key.clone(), keys(&address.module)));
        self.one_with_one(&mut pairs, |address| (address.module.clone(), address.key.clone()));
        self.one_with_one(&mut pairs, |address| (address.module.clone(), address.resource.clone()));
        pairs
    }

    fn one_with_one<K: Eq + Hash>(&mut self, pairs: &mut Vec<Pair>, key: impl Fn(&ResourceInstance) -> K) {
        let mut groups: HashMap<K, Alike<'a>> = HashMap::new();
        for change in std::mem::take(&mut self.going) {
            groups.entry(key(&change.address)).or_default().going.push(change);
        }
        for wanted in std::mem::take(&mut self.coming) {
            groups.entry(key(&wanted.change.address)).or_default().coming.push(wanted);
        }
        for group in groups.into_values() {
            match (&group.going[..], &group.coming[..]) {
                ([change], [wanted]) if fit::fits(&wanted.change.after, &change.before, &wanted.names) => {
                    pairs.push(Pair { from: change.address.clone(), to: wanted.change.address.clone() });
                }
                _ => {
                    self.going.extend(group.going);
                    self.coming.extend(group.coming);
                }
            }
        }
    }
}

fn keys(module: &ModuleInstance) -> Vec<InstanceKey> {
    module.steps().iter().map(|(_, key)| key.clone()).collect()
}

/// Where modules and resources went as a whole; `None` where that is not clear.
struct Hints {
    modules: HashMap<ModuleInstance, Option<ModuleInstance>>,
    resources: HashMap<(ModuleInstance, Resource), Option<(ModuleInstance, Resource)>>,
}

impl Hints {
    fn of<'p>(pairs: impl Iterator<Item = &'p Pair>) -> Self {
        let mut this = Self { modules: HashMap::new(), resources: HashMap::new() };
        for Pair { from, to } in pairs {
            if from.resource == to.resource && from.key == to.key {
                note(&mut this.modules, from.module.clone(), to.module.clone());
            }
            let whole = |address: &ResourceInstance| (address.module.clone(), address.resource.clone());
            if from.key == to.key {
                note(&mut this.resources, whole(from), whole(to));
            }
        }
        this
    }

    fn destination(&self, address: &ResourceInstance) -> Option<ResourceInstance> {
        let whole = (address.module.clone(), address.resource.clone());
        if let Some(Some((module, resource))) = self.resources.get(&whole) {
            return Some(ResourceInstance { module: module.clone(), resource: resource.clone(), ..address.clone() });
        }
        let module = self.modules.get(&address.module)?.clone()?;
        Some(ResourceInstance { module, ..address.clone() })
    }
}

fn note<K: Eq + Hash, V: PartialEq>(known: &mut HashMap<K, Option<V>>, from: K, to: V) {
    match known.get_mut(&from) {
        None => {
            known.insert(from, Some(to));
        }
        Some(found) if found.as_ref() != Some(&to) => *found = None,
        Some(_) => {}
    }
}
