//! `moved` and `removed` blocks: objects that have a new address, or are to be forgotten.

use std::collections::{BTreeMap, HashMap};

use landform_addrs::{AbsResource, ConfigResource, InstanceKey, ModuleInstance, ResourceInstance, ResourceMode};
use landform_config::{MoveSubject, Removed, RemovedTarget};
use landform_diagnostics::{Diagnostic, Diagnostics, Span};
use landform_plan::Action;
use landform_state::State;

use crate::program::{Program, Repetition};

/// A state with its objects at their new addresses.
#[derive(Debug, Default)]
pub(crate) struct Moved {
    /// The state after all moves.
    pub(crate) state: State,
    /// The old address of each moved instance by its new one.
    previous: HashMap<ResourceInstance, ResourceInstance>,
    removed: Vec<RemovedObject>,
}

#[derive(Debug)]
struct RemovedObject {
    target: RemovedTarget,
    destroy: bool,
}

impl Moved {
    /// Where an instance was before.
    pub(crate) fn previous(&self, address: &ResourceInstance) -> ResourceInstance {
        self.previous.get(address).unwrap_or(address).clone()
    }

    /// What becomes of an instance that configuration does not have: a `removed` block may say "forget".
    pub(crate) fn removed_action(&self, address: &ResourceInstance) -> Action {
        let covers = |removed: &&RemovedObject| match &removed.target {
            RemovedTarget::Resource(resource) => *resource == address.config(),
            RemovedTarget::Module(module) => address.module.path().is_within(module),
        };
        match self.removed.iter().find(covers) {
            Some(removed) if !removed.destroy => Action::Forget,
            _ => Action::Delete,
        }
    }
}

/// A move with absolute addresses.
struct Statement {
    from: Endpoint,
    to: Endpoint,
    span: Span,
}

#[derive(Clone, Debug)]
enum Endpoint {
    Module(ModuleInstance),
    Resource(ResourceInstance),
}

/// Carries out the `moved` blocks of all modules, and the moves that a change of repetition implies.
pub(crate) fn apply_moves(program: &Program, state: &State) -> (Moved, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let mut moves: BTreeMap<ResourceInstance, ResourceInstance> = BTreeMap::new();
    let mut current: Vec<ResourceInstance> = state
        .addresses()
        .into_iter()
        .filter(|address| address.resource.mode == ResourceMode::Managed)
        .collect();
    let statements = statements(program, state);
    // A chain of moves is as long as there are statements at most.
    for _ in 0..=statements.len() {
        let mut changed = false;
        for statement in &statements {
            changed |= carry_out(statement, &mut current, &mut moves, &mut diagnostics);
        }
        if !changed {
            break;
        }
    }
    for address in &mut current {
        let Some(target) = implied(program, address) else { continue };
        if state.instance(&target).is_none() {
            note(&mut moves, address, &target);
            *address = target;
        }
    }
    let mut moved = Moved { state: state.clone(), previous: HashMap::new(), removed: removed(program) };
    for (to, from) in moves {
        if to == from {
            continue;
        }
        let Some(provider) = state.resource(&from.resource()).map(|found| found.provider.clone()) else { continue };
        if let Some(instance) = moved.state.remove_instance(&from) {
            *moved.state.instance_entry(&to, &provider) = instance;
        }
        moved.previous.insert(to, from);
    }
    moved.state.prune();
    (moved, diagnostics)
}

/// Notes that what is at `from` now is at `to`, by where it was first.
fn note(moves: &mut BTreeMap<ResourceInstance, ResourceInstance>, from: &ResourceInstance, to: &ResourceInstance) {
    let origin = moves.remove(from).unwrap_or_else(|| from.clone());
    moves.insert(to.clone(), origin);
}

fn statements(program: &Program, state: &State) -> Vec<Statement> {
    let mut statements = Vec::new();
    for node in &program.tree {
        for moved in &node.module.config.moved {
            for base in instances_of(&node.path, state) {
                statements.push(Statement {
                    from: absolute(&base, &moved.from.subject),
                    to: absolute(&base, &moved.to.subject),
                    span: moved.span,
                });
            }
        }
    }
    statements
}

/// The instances of a module that state holds; the root module always.
fn instances_of(path: &landform_addrs::ModulePath, state: &State) -> Vec<ModuleInstance> {
    if path.is_root() {
        return vec![ModuleInstance::root()];
    }
    let depth = path.calls().len();
    let mut found: Vec<ModuleInstance> = state
        .resources
        .keys()
        .filter(|resource| resource.module.path().is_within(path))
        .map(|resource| ModuleInstance::new(resource.module.steps()[..depth].iter().cloned()))
        .collect();
    found.sort();
    found.dedup();
    found
}

fn absolute(base: &ModuleInstance, subject: &MoveSubject) -> Endpoint {
    let join = |module: &ModuleInstance| ModuleInstance::new(base.steps().iter().chain(module.steps()).cloned());
    match subject {
        MoveSubject::Module(module) => Endpoint::Module(join(module)),
        MoveSubject::Resource(resource) => {
            Endpoint::Resource(ResourceInstance { module: join(&resource.module), ..resource.clone() })
        }
    }
}

fn carry_out(
    statement: &Statement,
    current: &mut [ResourceInstance],
    moves: &mut BTreeMap<ResourceInstance, ResourceInstance>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let taken: std::collections::HashSet<ResourceInstance> = current.iter().cloned().collect();
    let mut changed = false;
    for address in current.iter_mut() {
        let Some(target) = destination(statement, address) else { continue };
        if target == *address {
            continue;
        }
        if taken.contains(&target) {
            let detail = format!(
                "Landform tried to move {address} to {target}, but there is already an object at {target}. The move was not done: the object at {address} will be planned as if there were no such move."
            );
            if !diagnostics.iter().any(|found| found.detail == detail) {
                diagnostics.push(Diagnostic::warning("Unresolved resource instance address changes", detail).at(statement.span));
            }
            continue;
        }
        note(moves, address, &target);
        *address = target;
        changed = true;
    }
    changed
}

/// Where a statement moves an instance.
fn destination(statement: &Statement, address: &ResourceInstance) -> Option<ResourceInstance> {
    match (&statement.from, &statement.to) {
        (Endpoint::Module(from), Endpoint::Module(to)) => {
            let depth = from.steps().len();
            let steps = address.module.steps();
            let covers = steps.len() >= depth
                && steps.iter().zip(from.steps()).enumerate().all(|(index, ((call, key), (wanted, wanted_key)))| {
                    let whole_call = index + 1 == depth && *wanted_key == InstanceKey::None && call_is_whole(to);
                    call == wanted && (key == wanted_key || whole_call)
                });
            if !covers {
                return None;
            }
            let mut target: Vec<_> = to.steps().to_vec();
            if let (Some(last), Some((_, from_key))) = (target.last_mut(), from.steps().last()) {
                if last.1 == InstanceKey::None && *from_key == InstanceKey::None {
                    last.1 = steps[depth - 1].1.clone();
                }
            }
            let module = ModuleInstance::new(target.into_iter().chain(steps[depth..].iter().cloned()));
            Some(ResourceInstance { module, ..address.clone() })
        }
        (Endpoint::Resource(from), Endpoint::Resource(to)) => {
            let whole = from.key == InstanceKey::None && to.key == InstanceKey::None;
            let covers = from.module == address.module
                && from.resource == address.resource
                && (whole || from.key == address.key);
            covers.then(|| ResourceInstance {
                module: to.module.clone(),
                resource: to.resource.clone(),
                key: if whole { address.key.clone() } else { to.key.clone() },
            })
        }
        _ => None,
    }
}

fn call_is_whole(module: &ModuleInstance) -> bool {
    module.steps().last().is_some_and(|(_, key)| *key == InstanceKey::None)
}

/// `x` and `x[0]` are the same object when `count` comes or goes.
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

fn removed(program: &Program) -> Vec<RemovedObject> {
    let all = program.tree.iter().flat_map(|node| node.module.config.removed.iter().map(move |removed| (node, removed)));
    all.map(|(node, removed): (_, &Removed)| {
        let within = |path: &landform_addrs::ModulePath| {
            landform_addrs::ModulePath::new(node.path.calls().iter().chain(path.calls()).cloned())
        };
        RemovedObject {
            target: match &removed.from {
                RemovedTarget::Module(module) => RemovedTarget::Module(within(module)),
                RemovedTarget::Resource(resource) => RemovedTarget::Resource(ConfigResource {
                    module: within(&resource.module),
                    resource: resource.resource.clone(),
                }),
            },
            destroy: removed.destroy,
        }
    })
    .collect()
}
