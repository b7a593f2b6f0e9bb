//! Pairs of addresses as few `moved` blocks: a whole module or resource at once where all of it moved.

use std::collections::{BTreeMap, HashMap, HashSet};

use landform_addrs::{InstanceKey, ModuleInstance, ModulePath, ResourceInstance};
use landform_config::source::ModuleSource;
use landform_config::{ModuleCall, MoveSubject};
use landform_plan::Action;

use super::list::{Family, MovedList};
use super::{Pair, Wanted};
use crate::program::{ModuleId, Program};
use crate::refactor::places::Places;
use crate::refactor::statement::Statement;

/// Knows what is where.
pub(super) struct Writer<'a> {
    program: &'a Program,
    places: Places,
    /// Where each object goes.
    targets: HashMap<&'a ResourceInstance, &'a ResourceInstance>,
    /// Where each object comes from.
    sources: HashSet<&'a ResourceInstance>,
    /// What is destroyed.
    going: HashSet<&'a ResourceInstance>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(program: &'a Program, all: &'a [Wanted<'a>], pairs: &'a [Pair]) -> Self {
        let going = all.iter().map(|wanted| wanted.change).filter(|change| change.action == Action::Delete);
        let present = all.iter().filter(|wanted| !wanted.change.before.is_null());
        Self {
            program,
            places: Places::new(present.map(|wanted| wanted.change.address.clone())),
            targets: pairs.iter().map(|pair| (&pair.from, &pair.to)).collect(),
            sources: pairs.iter().map(|pair| &pair.to).collect(),
            going: going.map(|change| &change.address).collect(),
        }
    }

    /// The fewest statements that move all pairs.
    pub(super) fn of_pairs(&self, pairs: &[Pair]) -> Vec<Statement> {
        let mut known: HashMap<String, bool> = HashMap::new();
        let mut statements = Vec::new();
        for pair in pairs {
            for statement in self.candidates(pair) {
                let text = format!("{} {} {}", statement.module, statement.from, statement.to);
                match known.get(&text) {
                    Some(true) => break,
                    Some(false) => {}
                    None => {
                        let holds = self.holds(&statement);
                        known.insert(text, holds);
                        if holds {
                            statements.push(statement);
                            break;
                        }
                    }
                }
            }
        }
        statements
    }

    /// Statements that move the items of lists: in the module of the list, if that is so in all its instances.
    pub(super) fn of_lists(&self, lists: &[MovedList]) -> Vec<Statement> {
        let mut by_place: BTreeMap<(ModulePath, MoveSubjectKind), Vec<&MovedList>> = BTreeMap::new();
        for list in lists {
            let kind = match &list.family {
                Family::Call(_, call) => MoveSubjectKind::Call(call.to_string()),
                Family::Resource(resource) => MoveSubjectKind::Resource(resource.resource.to_string()),
            };
            by_place.entry((around(&list.family).path(), kind)).or_default().push(list);
        }
        let mut statements = Vec::new();
        for ((path, _), lists) in by_place {
            let alike = lists.windows(2).all(|two| two[0].moves == two[1].moves);
            let everywhere = self.places.instances_of(&path) == lists.len();
            let own = self.own_depth(&path) == path.calls().len();
            let in_module = alike && everywhere && own;
            let told = if in_module { &lists[..1] } else { &lists[..] };
            let depth = if in_module { path.calls().len() } else { 0 };
            statements.extend(told.iter().flat_map(|list| steps(list, depth)));
        }
        statements
    }

    /// What may be said of a pair, from the most to the least.
    fn candidates(&self, pair: &Pair) -> Vec<Statement> {
        let (from, to) = (&pair.from, &pair.to);
        let (steps, to_steps) = (from.module.steps(), to.module.steps());
        let common = steps.iter().zip(to_steps).take_while(|(one, other)| one == other).count();
        let depth = self.own_depth(&ModulePath::new(steps[..common].iter().map(|(call, _)| call.clone())));
        let mut found = self.whole_modules(pair, depth);
        if from.key == to.key && from.key != InstanceKey::None {
            found.push(statement(pair, depth, |address| {
                MoveSubject::Resource(ResourceInstance { key: InstanceKey::None, ..address })
            }));
        }
        found.push(statement(pair, depth, MoveSubject::Resource));
        if depth > 0 {
            found.push(statement(pair, 0, MoveSubject::Resource));
        }
        found
    }

    /// The modules as a whole, if the pair differs in those alone: all instances of a call first.
    fn whole_modules(&self, pair: &Pair, depth: usize) -> Vec<Statement> {
        let (from, to) = (&pair.from.module.steps()[depth..], &pair.to.module.steps()[depth..]);
        if pair.from.resource != pair.to.resource || pair.from.key != pair.to.key || from.is_empty() || to.is_empty() {
            return Vec::new();
        }
        let same = from.iter().rev().zip(to.iter().rev()).take_while(|(one, other)| one == other).count();
        let same = same.min(from.len() - 1).min(to.len() - 1);
        let (from, to) = (&from[..from.len() - same], &to[..to.len() - same]);
        let path = ModulePath::new(pair.from.module.steps()[..depth].iter().map(|(call, _)| call.clone()));
        let of = |from: ModuleInstance, to: ModuleInstance| Statement {
            module: path.clone(),
            from: MoveSubject::Module(from),
            to: MoveSubject::Module(to),
        };
        let (from, to) = (ModuleInstance::new(from.iter().cloned()), ModuleInstance::new(to.iter().cloned()));
        let mut found = Vec::new();
        if let (Some((around, call, key)), Some((to_around, to_call, to_key))) = (from.parent(), to.parent())
            && key == to_key
            && *key != InstanceKey::None
        {
            let whole =
                |around: ModuleInstance, call: &landform_addrs::Str| around.child(call.clone(), InstanceKey::None);
            found.push(of(whole(around, call), whole(to_around, to_call)));
        }
        found.push(of(from, to));
        found
    }

    /// Whether a statement does nothing but what is meant.
    fn holds(&self, statement: &Statement) -> bool {
        let mut moves =
            self.places.within_reach(statement).filter_map(|from| Some((from, statement.destination(from)?)));
        moves.all(|(from, to)| match self.targets.get(from) {
            Some(target) => **target == to,
            None => {
                // What is destroyed anyway may come along, where nothing else is or comes.
                self.going.contains(from) && !self.sources.contains(&to) && !self.places.is_taken(&to)
            }
        })
    }

    /// How many of the calls of a path lead to modules that are part of this configuration: what comes from elsewhere is
    /// not for us to write in.
    fn own_depth(&self, path: &ModulePath) -> usize {
        let mut module: ModuleId = 0;
        for (depth, call) in path.calls().iter().enumerate() {
            let config = &self.program.tree[module].module.config;
            let is_local = |call: &ModuleCall| matches!(call.source, Some(ModuleSource::Local(_)));
            match config.module_calls.get_full(call) {
                Some((index, _, call)) if is_local(call) => module = self.program.tree[module].children[index],
                _ => return depth,
            }
        }
        path.calls().len()
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum MoveSubjectKind {
    Call(String),
    Resource(String),
}

/// The module instance that a list is in.
fn around(family: &Family) -> ModuleInstance {
    match family {
        Family::Call(module, _) => module.clone(),
        Family::Resource(resource) => resource.module.clone(),
    }
}

fn statement(pair: &Pair, depth: usize, subject: impl Fn(ResourceInstance) -> MoveSubject) -> Statement {
    let steps = &pair.from.module.steps()[..depth];
    let relative = |address: &ResourceInstance| ResourceInstance {
        module: ModuleInstance::new(address.module.steps()[depth..].iter().cloned()),
        ..address.clone()
    };
    Statement {
        module: ModulePath::new(steps.iter().map(|(call, _)| call.clone())),
        from: subject(relative(&pair.from)),
        to: subject(relative(&pair.to)),
    }
}

/// A statement for each step of a list.
fn steps(list: &MovedList, depth: usize) -> Vec<Statement> {
    let module = around(&list.family);
    let within = ModuleInstance::new(module.steps()[depth..].iter().cloned());
    let path = ModulePath::new(module.steps()[..depth].iter().map(|(call, _)| call.clone()));
    let subject = |index: i64| match &list.family {
        Family::Call(_, call) => MoveSubject::Module(within.child(call.clone(), InstanceKey::Int(index))),
        Family::Resource(resource) => MoveSubject::Resource(ResourceInstance {
            module: within.clone(),
            resource: resource.resource.clone(),
            key: InstanceKey::Int(index),
        }),
    };
    let moves = list.moves.iter();
    moves.map(|(from, to)| Statement { module: path.clone(), from: subject(*from), to: subject(*to) }).collect()
}

/// A statement as it is read in every call of its module's directory.
pub(super) fn in_all_calls<'p>(program: &'p Program, written: &Statement) -> impl Iterator<Item = Statement> + use<'p> {
    let written = written.clone();
    let directory = program.module_at(&written.module).map(|id| program.tree[id].module.config.source_dir.clone());
    let calls = program.tree.iter().filter(move |node| Some(&node.module.config.source_dir) == directory.as_ref());
    calls.map(move |node| Statement { module: node.path.clone(), ..written.clone() })
}
