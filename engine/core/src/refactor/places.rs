//! Where objects are while moves are carried out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::{Display, Formatter};

use landform_addrs::{AbsResource, InstanceKey, ModuleInstance, ModulePath, Resource, ResourceInstance, ResourceMode};
use landform_config::MoveSubject;
use landform_diagnostics::{Diagnostic, Diagnostics};

use super::shift::leads_down;
use super::statement::{Scale, Statement};

/// Where objects are.
#[derive(Default)]
pub(super) struct Places {
    /// Each present address and the one in state.
    origins: BTreeMap<ResourceInstance, ResourceInstance>,
    /// The module instances that objects are in, or were, and those around them.
    modules: HashMap<ModulePath, BTreeSet<ModuleInstance>>,
    /// Moves that something was in the way of.
    blocked: Vec<(Unit, Unit)>,
}

/// What moves, or stays where it is, as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Unit {
    Instance(ResourceInstance),
    Resource(AbsResource),
    Module(ModuleInstance),
}

impl Unit {
    fn of(address: &ResourceInstance, scale: Scale) -> Self {
        match scale {
            Scale::Instance => Self::Instance(address.clone()),
            Scale::Resource => Self::Resource(address.resource()),
            Scale::Module => Self::Module(address.module.clone()),
        }
    }

    /// What sorts before all that is in it.
    fn first(&self) -> ResourceInstance {
        match self {
            Self::Instance(instance) => instance.clone(),
            Self::Resource(resource) => resource.instance(InstanceKey::None),
            Self::Module(module) => first_in(module.clone()),
        }
    }

    fn has(&self, address: &ResourceInstance) -> bool {
        match self {
            Self::Instance(instance) => address == instance,
            Self::Resource(resource) => address.module == resource.module && address.resource == resource.resource,
            Self::Module(module) => address.module == *module,
        }
    }
}

impl Display for Unit {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instance(instance) => instance.fmt(f),
            Self::Resource(resource) => resource.fmt(f),
            Self::Module(module) => module.fmt(f),
        }
    }
}

impl Places {
    /// Nothing has moved.
    pub(super) fn new(addresses: impl IntoIterator<Item = ResourceInstance>) -> Self {
        let origins = addresses.into_iter().map(|address| (address.clone(), address)).collect();
        let mut this = Self { origins, ..Self::default() };
        let mut modules: Vec<ModuleInstance> = this.origins.keys().map(|address| address.module.clone()).collect();
        modules.dedup();
        modules.into_iter().for_each(|module| this.note(module));
        this
    }

    /// Each present address and the one in state.
    pub(super) fn into_origins(self) -> BTreeMap<ResourceInstance, ResourceInstance> {
        self.origins
    }

    /// Whether there is an object at an address.
    pub(super) fn is_taken(&self, address: &ResourceInstance) -> bool {
        self.origins.contains_key(address)
    }

    /// How many instances of a module have objects, in them or below.
    pub(super) fn instances_of(&self, module: &ModulePath) -> usize {
        self.modules.get(module).map_or(0, BTreeSet::len)
    }

    fn put(&mut self, address: ResourceInstance, origin: ResourceInstance) {
        self.note(address.module.clone());
        self.origins.insert(address, origin);
    }

    /// Notes that something is in a module instance.
    fn note(&mut self, mut module: ModuleInstance) {
        while self.modules.entry(module.path()).or_default().insert(module.clone()) {
            let Some((around, ..)) = module.parent() else { break };
            module = around;
        }
    }

    /// Carries out one statement, in all instances of the module that it stands in.
    pub(super) fn carry_out(&mut self, statement: &Statement) {
        let moves = self.moves_of(self.within_reach(statement), statement);
        self.carry_out_moves(moves, statement.scale());
    }

    /// Carries out the statements of a chain within one list, from its beginning to its end.
    pub(super) fn carry_out_chain(&mut self, chain: &[&Statement]) {
        let Some((first, last)) = chain.first().zip(chain.last()) else { return };
        let bases: Vec<ModuleInstance> = self.modules.get(&first.module).into_iter().flatten().cloned().collect();
        for base in bases {
            let present: Vec<bool> =
                chain.iter().map(|statement| !self.within_reach_in(&base, &statement.from).is_empty()).collect();
            let taken = !self.within_reach_in(&base, &last.to).is_empty();
            if leads_down(&first.from, &last.to) {
                if !taken {
                    self.carry_out_at_once(&base, chain.iter().copied(), first.scale());
                }
                continue;
            }
            let done = !present[0] && taken && present[1..].iter().all(|present| *present);
            if done {
                continue;
            }
            if present.contains(&false) {
                for statement in chain {
                    let moves = self.moves_of(self.within_reach_in(&base, &statement.from).into_iter(), statement);
                    self.carry_out_moves(moves, statement.scale());
                }
                continue;
            }
            let back = taken.then(|| self.out_of_the_way(&base, last)).flatten();
            self.carry_out_at_once(&base, chain.iter().copied().chain(&back), first.scale());
        }
    }

    fn carry_out_at_once<'s>(
        &mut self,
        base: &ModuleInstance,
        statements: impl Iterator<Item = &'s Statement>,
        scale: Scale,
    ) {
        let moves_of = |each: &Statement| self.moves_of(self.within_reach_in(base, &each.from).into_iter(), each);
        let moves: Vec<_> = statements.flat_map(moves_of).collect();
        self.carry_out_moves(moves, scale);
    }

    /// What moves that which is in the way at the end of a chain: behind all others in the list. Not to the place that
    /// becomes free: if it is destroyed only by a later run, that has to see that the chain was carried out.
    fn out_of_the_way(&self, base: &ModuleInstance, last: &Statement) -> Option<Statement> {
        let steps = |module: &ModuleInstance| ModuleInstance::new(base.steps().iter().chain(module.steps()).cloned());
        let behind = InstanceKey::Int(i64::MAX);
        let next = |key: &InstanceKey| match key {
            InstanceKey::Int(index) => Some(InstanceKey::Int(index + 1)),
            _ => None,
        };
        let to = match &last.to {
            MoveSubject::Resource(item) => {
                let end = ResourceInstance { module: steps(&item.module), key: behind, ..item.clone() };
                let (highest, _) = self.origins.range(..end).next_back()?;
                MoveSubject::Resource(ResourceInstance { key: next(&highest.key)?, ..item.clone() })
            }
            MoveSubject::Module(item) => {
                let (around, call, _) = item.parent()?;
                let end = first_in(steps(&around).child(call.clone(), behind));
                let (highest, _) = self.origins.range(..end).next_back()?;
                let (_, key) = highest.module.steps().get(base.steps().len() + around.steps().len())?;
                MoveSubject::Module(around.child(call.clone(), next(key)?))
            }
        };
        Some(Statement { module: last.module.clone(), from: last.to.clone(), to })
    }

    fn moves_of<'s>(
        &self,
        objects: impl Iterator<Item = &'s ResourceInstance>,
        statement: &Statement,
    ) -> Vec<(ResourceInstance, ResourceInstance)> {
        objects.filter_map(|address| Some((address.clone(), statement.destination(address)?))).collect()
    }

    fn carry_out_moves(&mut self, moves: Vec<(ResourceInstance, ResourceInstance)>, scale: Scale) {
        // Whole resources and modules move even where one address is both source and target of the same statement.
        let leaving: HashSet<&ResourceInstance> = moves.iter().map(|(from, _)| from).collect();
        let mut free = Vec::with_capacity(moves.len());
        let mut known: HashMap<Unit, bool> = HashMap::new();
        for (from, to) in &moves {
            let unit = Unit::of(to, scale);
            let new = !known.contains_key(&unit);
            let taken = *known.entry(unit).or_insert_with_key(|unit| self.is_in_use(unit, &leaving));
            if !taken {
                free.push((from.clone(), to.clone()));
            } else if new {
                self.blocked.push((Unit::of(from, scale), Unit::of(to, scale)));
            }
        }
        let taken: Vec<_> = free.into_iter().filter_map(|(from, to)| Some((to, self.origins.remove(&from)?))).collect();
        taken.into_iter().for_each(|(to, origin)| self.put(to, origin));
    }

    /// Whether there is anything in a place but what leaves it.
    fn is_in_use(&self, unit: &Unit, leaving: &HashSet<&ResourceInstance>) -> bool {
        let mut there = self.origins.range(unit.first()..).map(|(address, _)| address);
        there.by_ref().take_while(|address| unit.has(address)).any(|address| !leaving.contains(address))
    }

    /// The objects that a statement may move, in order: hardly more than it does, however many there are.
    pub(super) fn within_reach(&self, statement: &Statement) -> impl Iterator<Item = &ResourceInstance> {
        let bases = self.modules.get(&statement.module).into_iter().flatten();
        bases.flat_map(|base| self.within_reach_in(base, &statement.from))
    }

    fn within_reach_in(&self, base: &ModuleInstance, from: &MoveSubject) -> Vec<&ResourceInstance> {
        let absolute =
            |module: &ModuleInstance| ModuleInstance::new(base.steps().iter().chain(module.steps()).cloned());
        let behind = |first: &ResourceInstance| self.origins.range(first..).map(|(address, _)| address);
        match from {
            MoveSubject::Resource(from) => {
                let from = ResourceInstance { module: absolute(&from.module), ..from.clone() };
                let is_meant = |address: &&ResourceInstance| {
                    address.module == from.module
                        && address.resource == from.resource
                        && (from.key == InstanceKey::None || address.key == from.key)
                };
                behind(&from).take_while(is_meant).collect()
            }
            MoveSubject::Module(from) => {
                let module = absolute(from);
                behind(&first_in(module.clone())).take_while(|address| is_within(address, &module)).collect()
            }
        }
    }

    /// Tells of moves that something was in the way of.
    pub(super) fn report(&self) -> Diagnostics {
        if self.blocked.is_empty() {
            return Diagnostics::new();
        }
        let mut lines: Vec<String> =
            self.blocked.iter().map(|(from, to)| format!("\n  - {from} could not move to {to}")).collect();
        lines.sort_unstable();
        let lines = lines.concat();
        let detail = format!(
            "Landform tried to adjust resource instance addresses in the prior state based on change information recorded in the configuration, but some adjustments did not succeed due to existing objects already at the intended addresses:{lines}\n\nLandform has planned to destroy these objects. If Landform's proposed changes aren't appropriate, you must first resolve the conflicts using the \"landform state\" subcommands and then create a new plan."
        );
        Diagnostic::warning("Unresolved resource instance address changes", detail).into()
    }
}

/// What sorts before everything in a module instance and below it.
fn first_in(module: ModuleInstance) -> ResourceInstance {
    let resource = Resource { mode: ResourceMode::Data, kind: "".into(), name: "".into() };
    ResourceInstance { module, resource, key: InstanceKey::None }
}

/// Whether an instance is within a module instance, or, where that has no key, within any of the same call.
fn is_within(address: &ResourceInstance, module: &ModuleInstance) -> bool {
    let Some(((call, key), around)) = module.steps().split_last() else { return true };
    let steps = address.module.steps();
    let own = steps.get(around.len()).filter(|_| steps.starts_with(around));
    own.is_some_and(|(own_call, own_key)| own_call == call && (*key == InstanceKey::None || own_key == key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refactor::subject;

    #[test]
    fn all_that_a_statement_moves_is_within_its_reach() {
        let addresses: Vec<ResourceInstance> = [
            "a.b",
            "a.b[0]",
            "a.b[1]",
            "a.b[\"k\"]",
            "a.c",
            "a.c[0]",
            "data.a.b",
            "module.m.a.b",
            "module.m[0].a.b",
            "module.m[1].a.b[2]",
            "module.m[\"k\"].a.c",
            "module.n.a.b",
            "module.m[0].module.o.a.b",
            "module.m[0].module.o[\"x\"].a.b",
            "module.m[1].module.o.a.b[0]",
        ]
        .map(|text| text.parse().expect("an address"))
        .into();
        let subjects = [
            "a.b",
            "a.b[0]",
            "a.b[7]",
            "a.b[\"k\"]",
            "a.c",
            "module.m",
            "module.m[0]",
            "module.m[1]",
            "module.m[\"k\"]",
            "module.o",
            "module.o[\"x\"]",
            "module.m.a.b",
            "module.m[0].a.b",
            "module.m[0].module.o",
            "module.o.a.b",
        ];
        let places = Places::new(addresses.clone());
        for module in [&[][..], &["m"], &["n"], &["m", "o"], &["p"]] {
            for from in subjects {
                let to = if matches!(subject(from), MoveSubject::Module(_)) { "module.z" } else { "z.z" };
                let module = ModulePath::new(module.iter().map(|call| (*call).into()));
                let statement = Statement { module, from: subject(from), to: subject(to) };
                let moves = |address: &ResourceInstance| statement.destination(address).is_some();
                let found: Vec<&ResourceInstance> =
                    places.within_reach(&statement).filter(|found| moves(found)).collect();
                let mut expected: Vec<&ResourceInstance> = addresses.iter().filter(|address| moves(address)).collect();
                expected.sort_unstable();
                assert_eq!(found, expected, "{} {from}", statement.module);
            }
        }
    }
}
