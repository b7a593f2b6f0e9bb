//! `moved` and `removed` blocks: objects that have a new address, or are to be forgotten.

mod implied;
mod places;
mod removed;
mod shift;
mod statement;
pub(crate) mod suggest;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use landform_addrs::{ConfigResource, ResourceInstance, ResourceMode};
use landform_config::check;
use landform_diagnostics::Diagnostics;
use landform_plan::Action;
use landform_state::State;

use crate::program::Program;
use places::Places;
use removed::Removed;
pub(crate) use removed::{provisioners_of, removed_resources};
use shift::Chains;
use statement::Statement;

/// A state with its objects at their new addresses.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// The state after all moves.
    pub(crate) state: State,
    /// The old address of each moved instance by its new one.
    previous: HashMap<ResourceInstance, ResourceInstance>,
    removed: Removed,
}

impl Moved {
    /// Where an instance was before.
    pub(crate) fn previous(&self, address: &ResourceInstance) -> ResourceInstance {
        self.previous.get(address).unwrap_or(address).clone()
    }

    /// The old and new addresses of what has moved.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &ResourceInstance> {
        self.previous.iter().flat_map(|(new, old)| [new, old])
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

    /// Whether a `removed` block is about an instance.
    pub(crate) fn is_removed(&self, address: &ResourceInstance) -> bool {
        self.removed.action(address).is_some()
    }

    /// What becomes of an instance that configuration does not have: a `removed` block may say "forget".
    pub(crate) fn removed_action(&self, address: &ResourceInstance) -> Action {
        self.removed.action(address).unwrap_or(Action::Delete)
    }
}

/// Carries out the `moved` blocks of all modules, and the moves that a change of repetition implies. Where some lead back to
/// where they began, which is an error later, all stays where it is.
pub(crate) fn apply_moves(program: &Program, state: &State) -> (Moved, Diagnostics) {
    let mut moved = Moved { state: state.clone(), previous: HashMap::new(), removed: Removed::of(program) };
    let Some(places) = carry_out(program, state, statement::statements(program)) else {
        return (moved, Diagnostics::new());
    };
    let diagnostics = places.report();
    relocate(&mut moved, state, places.into_origins());
    (moved, diagnostics)
}

/// Where objects are when statements have been carried out, and what is implied beside them; `None` where some go round in
/// a circle.
fn carry_out(program: &Program, state: &State, mut statements: Vec<Statement>) -> Option<Places> {
    let managed = state.addresses().into_iter().filter(|address| address.resource.mode == ResourceMode::Managed);
    let objects: Vec<ResourceInstance> = managed.collect();
    statements.extend(implied::statements(program, &objects, &statements));
    let moves = statements.iter().map(|statement| (&statement.module, &statement.from, &statement.to));
    let order = check::order_of_moves(moves)?;
    let mut places = Places::new(objects);
    let chains = Chains::of(&statements);
    for index in order {
        match chains.of_statement(index) {
            None => places.carry_out(&statements[index]),
            // All of it when its beginning comes up.
            Some(chain) if chain[0] == index => {
                let chain: Vec<&Statement> = chain.iter().map(|index| &statements[*index]).collect();
                places.carry_out_chain(&chain);
            }
            Some(_) => {}
        }
    }
    Some(places)
}

/// Puts objects where they are now.
fn relocate(moved: &mut Moved, state: &State, origins: BTreeMap<ResourceInstance, ResourceInstance>) {
    let moves: Vec<_> = origins.into_iter().filter(|(to, from)| to != from).collect();
    if moves.is_empty() {
        return;
    }
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

/// What a test says is moved: `a.b[0]`, `module.m`.
#[cfg(test)]
fn subject(text: &str) -> landform_config::MoveSubject {
    match text.parse() {
        Ok(module) => landform_config::MoveSubject::Module(module),
        Err(_) => landform_config::MoveSubject::Resource(text.parse().expect("an address")),
    }
}
