//! `moved` and `removed` blocks: objects that have a new address, or are to be forgotten.

mod order;
mod removed;
mod statement;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use landform_addrs::{AbsResource, ConfigResource, InstanceKey, ResourceInstance, ResourceMode};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::Action;
use landform_state::State;

use crate::program::{Program, Repetition};
use removed::RemovedObject;
pub(crate) use removed::removed_resources;
use statement::Statement;

/// A state with its objects at their new addresses.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// The state after all moves.
    pub(crate) state: State,
    /// The old address of each moved instance by its new one.
    previous: HashMap<ResourceInstance, ResourceInstance>,
    removed: Vec<RemovedObject>,
}

impl Moved {
    /// Where an instance was before.
    pub(crate) fn previous(&self, address: &ResourceInstance) -> ResourceInstance {
        self.previous.get(address).unwrap_or(address).clone()
    }

    /// The new addresses of moved resources, by their old ones.
    pub(crate) fn renamed(&self) -> HashMap<ConfigResource, BTreeSet<ConfigResource>> {
        let mut renamed: HashMap<_, BTreeSet<_>> = HashMap::new();
        for (new, old) in
            self.previous.iter().map(|(new, old)| (new.config(), old.config())).filter(|(new, old)| new != old)
        {
            renamed.entry(old).or_default().insert(new);
        }
        renamed
    }

    /// What becomes of an instance that configuration does not have: a `removed` block may say "forget".
    pub(crate) fn removed_action(&self, address: &ResourceInstance) -> Action {
        match self.removed.iter().find(|removed| removed.covers(address)) {
            Some(removed) if !removed.destroy => Action::Forget,
            _ => Action::Delete,
        }
    }
}

/// Where objects are while moves are carried out.
struct Places {
    /// Each present address and the one in state.
    origins: BTreeMap<ResourceInstance, ResourceInstance>,
    /// Moves that something was in the way of.
    blocked: Vec<(ResourceInstance, ResourceInstance)>,
}

/// Carries out the `moved` blocks of all modules, and the moves that a change of repetition implies.
pub(crate) fn apply_moves(program: &Program, state: &State) -> (Moved, Diagnostics) {
    let managed = state.addresses().into_iter().filter(|address| address.resource.mode == ResourceMode::Managed);
    let origins = managed.map(|address| (address.clone(), address)).collect();
    let mut places = Places { origins, blocked: Vec::new() };
    let statements = statement::statements(program);
    for index in order::order(&statements) {
        places.carry_out(&statements[index]);
    }
    places.imply(program, &statements);
    let diagnostics = places.report();
    let mut moved = Moved { state: state.clone(), previous: HashMap::new(), removed: removed::removed(program) };
    relocate(&mut moved, state, places.origins);
    (moved, diagnostics)
}

impl Places {
    fn carry_out(&mut self, statement: &Statement) {
        let moves: Vec<(ResourceInstance, ResourceInstance)> = self
            .origins
            .keys()
            .filter_map(|address| Some((address.clone(), statement.destination(address)?)))
            .filter(|(from, to)| from != to)
            .collect();
        // Whole resources and modules move even where one address is both source and target of the same statement.
        let leaving: HashSet<&ResourceInstance> = moves.iter().map(|(from, _)| from).collect();
        let (free, blocked): (Vec<_>, Vec<_>) =
            moves.iter().cloned().partition(|(_, to)| leaving.contains(to) || !self.origins.contains_key(to));
        self.blocked.extend(blocked);
        let taken: Vec<_> = free.into_iter().filter_map(|(from, to)| Some((to, self.origins.remove(&from)?))).collect();
        self.origins.extend(taken);
    }

    /// `x` and `x[0]` are the same object when `count` comes or goes, unless a statement says otherwise.
    fn imply(&mut self, program: &Program, statements: &[Statement]) {
        let candidates: Vec<ResourceInstance> = self.origins.keys().cloned().collect();
        for address in candidates {
            let Some(target) = implied(program, &address) else { continue };
            let mentioned = statements.iter().any(|statement| statement.mentions(&address));
            if mentioned || self.origins.contains_key(&target) {
                continue;
            }
            if let Some(origin) = self.origins.remove(&address) {
                self.origins.insert(target, origin);
            }
        }
    }

    fn report(&self) -> Diagnostics {
        if self.blocked.is_empty() {
            return Diagnostics::new();
        }
        let lines: String =
            self.blocked.iter().map(|(from, to)| format!("\n  - {from} could not move to {to}")).collect();
        let detail = format!(
            "Landform tried to adjust resource instance addresses in the prior state based on change information recorded in the configuration, but some adjustments did not succeed due to existing objects already at the intended addresses:{lines}\n\nLandform has planned to destroy these objects. If Landform's proposed changes aren't appropriate, you must first resolve the conflicts using the \"landform state\" subcommands and then create a new plan."
        );
        Diagnostic::warning("Unresolved resource instance address changes", detail).into()
    }
}

/// Puts objects where they are now.
fn relocate(moved: &mut Moved, state: &State, origins: BTreeMap<ResourceInstance, ResourceInstance>) {
    let moves: Vec<_> = origins.into_iter().filter(|(to, from)| to != from).collect();
    let mut taken = Vec::with_capacity(moves.len());
    for (to, from) in moves {
        let Some(provider) = state.resource(&from.resource()).map(|found| found.provider.clone()) else { continue };
        if let Some(instance) = moved.state.remove_instance(&from) {
            taken.push((to.clone(), provider, instance));
        }
        moved.previous.insert(to, from);
    }
    for (to, provider, instance) in taken {
        *moved.state.instance_entry(&to, &provider) = instance;
    }
    moved.state.prune();
}

fn implied(program: &Program, address: &ResourceInstance) -> Option<ResourceInstance> {
    let resource: AbsResource = address.resource();
    let module = program.module_at(&resource.module.path())?;
    let compiled = &program.tree[module].module;
    let index = *compiled.resource_indexes.get(&resource.resource)?;
    match (&compiled.resources[index].repetition, &address.key) {
        (Repetition::Count(_), InstanceKey::None) => Some(resource.instance(InstanceKey::Int(0))),
        (Repetition::Single, InstanceKey::Int(0)) => Some(resource.instance(InstanceKey::None)),
        _ => None,
    }
}
