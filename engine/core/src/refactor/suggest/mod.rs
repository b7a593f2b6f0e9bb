//! Which `moved` blocks would make a plan smaller: what is destroyed looks like what is made, or the items of a list moved.
//!
//! A pure function of what is planned. Objects are matched by what their configuration says, in one pass, never pairwise,
//! and only where no other match is possible. What is suggested is carried out on the addresses first, by the same code
//! that carries out `moved` blocks; whatever does not come out as it was meant is left away.

mod fit;
mod list;
mod rename;
mod write;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use landform_addrs::{ModulePath, ResourceInstance, ResourceMode, Str};
use landform_config::MoveSubject;
use landform_plan::{Action, ResourceChange, SuggestedMove};
use landform_state::State;

use super::places::Places;
use super::statement::Statement;
use super::{Moved, carry_out, statement};
use crate::plan::PlannedChange;
use crate::program::{ModuleId, Program};

/// What suggestions are made from.
pub(crate) struct Input<'a> {
    /// The configuration.
    pub(crate) program: &'a Program,
    /// Before all moves.
    pub(crate) state: &'a State,
    /// After those that configuration has.
    pub(crate) moved: &'a Moved,
    /// All changes.
    pub(crate) changes: &'a [PlannedChange],
    /// Whether a destroyed object is worth keeping.
    pub(crate) worth_keeping: &'a dyn Fn(&ResourceInstance) -> bool,
}

/// What goes where.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pair {
    from: ResourceInstance,
    to: ResourceInstance,
}

/// An object that configuration wants, and which of its attributes tell it from others.
#[derive(Clone)]
struct Wanted<'a> {
    change: &'a ResourceChange,
    names: Rc<[Str]>,
}

/// The blocks that make the plan smaller, in the order of the objects that they keep.
pub(crate) fn suggest(input: &Input<'_>) -> Vec<SuggestedMove> {
    let is_current =
        |change: &ResourceChange| change.address.resource.mode == ResourceMode::Managed && change.deposed.is_none();
    let current = || input.changes.iter().filter(|planned| is_current(&planned.change));
    let goes = |change: &ResourceChange| change.action == Action::Delete && (input.worth_keeping)(&change.address);
    let going: Vec<&ResourceChange> = current().map(|planned| &planned.change).filter(|change| goes(change)).collect();
    let does = |is_meant: fn(Action) -> bool| current().any(|planned| is_meant(planned.change.action));
    let may_have_grown =
        does(|action| action == Action::Create) && does(|action| action == Action::Update || action.is_replace());
    if going.is_empty() && !may_have_grown {
        return Vec::new();
    }
    let mut names = Names { program: input.program, known: HashMap::new() };
    let all: Vec<Wanted<'_>> =
        current().map(|planned| Wanted { change: &planned.change, names: names.of(planned) }).collect();
    let lists = list::moved(&all, &going);
    let claimed: HashSet<&ResourceInstance> = lists.iter().flat_map(|list| list.touched.iter()).collect();
    let going: Vec<&ResourceChange> = going.into_iter().filter(|change| !claimed.contains(&change.address)).collect();
    let coming =
        all.iter().filter(|wanted| wanted.change.action == Action::Create && wanted.change.importing.is_none());
    let coming: Vec<Wanted<'_>> = coming.filter(|wanted| !claimed.contains(&wanted.change.address)).cloned().collect();
    let pairs = rename::pairs(&going, &coming);
    let writer = write::Writer::new(input.program, &all, &pairs);
    let mut statements = writer.of_lists(&lists);
    statements.extend(writer.of_pairs(&pairs));
    let pairs: Vec<Pair> = lists.into_iter().flat_map(|list| list.pairs).chain(pairs).collect();
    settle(input, statements, &pairs).iter().map(|statement| suggested(input.program, statement)).collect()
}

/// Those of the statements that do what they should.
fn settle(input: &Input<'_>, mut statements: Vec<Statement>, pairs: &[Pair]) -> Vec<Statement> {
    let own = statement::statements(input.program);
    let end = |module: &ModulePath, subject: &MoveSubject| format!("{module}:{subject}");
    let [from, to]: [HashSet<String>; 2] = [
        own.iter().map(|own| end(&own.module, &own.from)).collect(),
        own.iter().map(|own| end(&own.module, &own.to)).collect(),
    ];
    // What is said of an address already can not be said otherwise.
    statements.retain(|new| !from.contains(&end(&new.module, &new.from)) && !to.contains(&end(&new.module, &new.to)));
    let lost = misplaced(input, &own, &statements, pairs);
    if lost.is_empty() {
        return statements;
    }
    let lost = Places::new(lost);
    let moves = |places: &Places, statement: &Statement| -> Vec<ResourceInstance> {
        let reached = places.within_reach(statement);
        reached.filter(|address| statement.destination(address).is_some()).cloned().collect()
    };
    statements.retain(|statement| moves(&lost, statement).is_empty());
    let all = Places::new(pairs.iter().map(|pair| pair.from.clone()));
    let still: HashSet<ResourceInstance> = statements.iter().flat_map(|statement| moves(&all, statement)).collect();
    let rest: Vec<Pair> = pairs.iter().filter(|pair| still.contains(&pair.from)).cloned().collect();
    if misplaced(input, &own, &statements, &rest).is_empty() { statements } else { Vec::new() }
}

/// The objects that statements do not bring where they should be, by their present addresses; all where the statements
/// go round in a circle.
fn misplaced(
    input: &Input<'_>,
    own: &[Statement],
    statements: &[Statement],
    pairs: &[Pair],
) -> BTreeSet<ResourceInstance> {
    if statements.is_empty() {
        return BTreeSet::new();
    }
    let everywhere = statements.iter().flat_map(|statement| write::in_all_calls(input.program, statement));
    let together: Vec<Statement> = own.iter().cloned().chain(everywhere).collect();
    let Some(places) = carry_out(input.program, input.state, together) else {
        return pairs.iter().map(|pair| pair.from.clone()).collect();
    };
    let origins = places.into_origins();
    let moved: BTreeMap<&ResourceInstance, &ResourceInstance> =
        pairs.iter().map(|pair| (&pair.to, &pair.from)).collect();
    let stays = input
        .changes
        .iter()
        .map(|planned| &planned.change)
        .filter(|change| change.deposed.is_none() && !change.before.is_null() && change.action != Action::Delete);
    let leaving: HashSet<&ResourceInstance> = pairs.iter().map(|pair| &pair.from).collect();
    let stays = stays.map(|change| &change.address).filter(|address| {
        address.resource.mode == ResourceMode::Managed && !moved.contains_key(address) && !leaving.contains(address)
    });
    let expected = moved.iter().map(|(to, from)| (*to, *from)).chain(stays.map(|address| (address, address)));
    expected
        .filter(|(to, from)| origins.get(*to) != Some(&input.moved.previous(from)))
        .map(|(_, from)| from.clone())
        .collect()
}

fn suggested(program: &Program, statement: &Statement) -> SuggestedMove {
    let directory = program.module_at(&statement.module).map(|id| &program.tree[id].module.config.source_dir);
    SuggestedMove {
        module: statement.module.clone(),
        directory: directory.map_or_else(|| "".into(), |directory| directory.as_str().into()),
        from: statement.from.to_string().into(),
        to: statement.to.to_string().into(),
    }
}

/// The attributes by which objects of each resource are told apart.
struct Names<'a> {
    program: &'a Program,
    known: HashMap<(ModuleId, usize), Rc<[Str]>>,
}

impl Names<'_> {
    fn of(&mut self, planned: &PlannedChange) -> Rc<[Str]> {
        let Some((module, index)) = planned.config.filter(|_| !planned.change.after.is_null()) else {
            return Rc::new([]);
        };
        let compute = || fit::telling(self.program.resource(module, index)).into();
        self.known.entry((module, index)).or_insert_with(compute).clone()
    }
}
