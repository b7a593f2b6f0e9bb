//! Moves within one list: what a `count` numbers moves up when an item before it is gone, and down when there is a new one.
//!
//! Of `x[2]` to `x[1]` and `x[3]` to `x[2]`, neither can come first: each target is taken until the other is carried out.
//! So they are carried out at once, where the last of the list, which begins the chain, is there; what was in the way at
//! the end of the chain goes behind all others. Where it is not there and all others are, that was done before.
//! A chain that leads down, `x[1]` to `x[2]` and `x[2]` to `x[3]`, ends where nothing is yet. Where something is, that was
//! done before.

use std::collections::{BTreeMap, HashMap, HashSet};

use landform_addrs::{AbsResource, InstanceKey, ModuleInstance, ModulePath};
use landform_config::MoveSubject;

use super::statement::Statement;

/// All items of one list, in the modules that statements stand in.
#[derive(PartialEq, Eq, Hash)]
enum List {
    Resource(AbsResource),
    Call(ModuleInstance),
}

/// For each number that something moves from, the statement that says so and the number that it names.
type Moves = BTreeMap<i64, (usize, i64)>;

/// Chains of statements, each as indexes from its beginning to its end.
pub(super) struct Chains {
    chains: Vec<Vec<usize>>,
    /// The chain of each statement that is in one.
    chain_of: HashMap<usize, usize>,
}

impl Chains {
    /// Those of some statements.
    pub(super) fn of(statements: &[Statement]) -> Self {
        let mut lists: HashMap<(&ModulePath, List), Moves> = HashMap::new();
        for (index, statement) in statements.iter().enumerate() {
            if let Some((list, from, to)) = within_list(&statement.from, &statement.to) {
                // That something has two targets is told as an error later.
                lists.entry((&statement.module, list)).or_default().entry(from).or_insert((index, to));
            }
        }
        let mut this = Self { chains: Vec::new(), chain_of: HashMap::new() };
        lists.values().for_each(|moves| this.add(moves));
        this.leave_out_those_that_go_on_elsewhere(statements);
        this
    }

    /// The chain that a statement is in.
    pub(super) fn of_statement(&self, statement: usize) -> Option<&[usize]> {
        self.chain_of.get(&statement).map(|chain| &*self.chains[*chain])
    }

    fn add(&mut self, moves: &Moves) {
        let targets: HashSet<i64> = moves.values().map(|(_, to)| *to).collect();
        for head in moves.keys().filter(|from| !targets.contains(from)) {
            let mut chain = Vec::new();
            let mut at = *head;
            while let Some((statement, to)) = moves.get(&at) {
                chain.push(*statement);
                self.chain_of.insert(*statement, self.chains.len());
                at = *to;
            }
            self.chains.push(chain);
        }
    }

    /// What another statement takes from the end of a chain is a history, not a list.
    fn leave_out_those_that_go_on_elsewhere(&mut self, statements: &[Statement]) {
        let key = |module: &ModulePath, subject: &MoveSubject| format!("{module}:{subject}");
        let sources: HashSet<String> =
            statements.iter().map(|statement| key(&statement.module, &statement.from)).collect();
        let goes_on = |chain: &Vec<usize>| {
            let last = chain.last().map(|last| &statements[*last]);
            last.is_some_and(|last| sources.contains(&key(&last.module, &last.to)))
        };
        let chains = &self.chains;
        self.chain_of.retain(|_, chain| !goes_on(&chains[*chain]));
    }
}

/// Whether a chain that begins and ends with these leads down its list: to a greater number than it comes from.
pub(super) fn leads_down(first: &MoveSubject, last: &MoveSubject) -> bool {
    within_list(first, last).is_some_and(|(_, from, to)| from < to)
}

/// The list that both ends are items of, with the index of each.
fn within_list(from: &MoveSubject, to: &MoveSubject) -> Option<(List, i64, i64)> {
    let ((list, from), (other, to)) = (item(from)?, item(to)?);
    (list == other).then_some((list, from, to))
}

fn item(subject: &MoveSubject) -> Option<(List, i64)> {
    match subject {
        MoveSubject::Resource(resource) => match resource.key {
            InstanceKey::Int(index) => Some((List::Resource(resource.resource()), index)),
            _ => None,
        },
        MoveSubject::Module(module) => match module.parent()? {
            (around, call, InstanceKey::Int(index)) => {
                Some((List::Call(around.child(call.clone(), InstanceKey::None)), *index))
            }
            _ => None,
        },
    }
}
