//! Which moves come before which: one to where another begins before that one, and what is said of something within a
//! module or a resource before the move of the whole away, and after a move of the whole to there.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use landform_addrs::{InstanceKey, Resource};
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

use super::statement::{Pattern, Statement, Step};

/// A node for each statement, by its index, with edges to those that come later.
pub(super) fn graph(statements: &[Statement]) -> DiGraph<(), ()> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(statements.len(), statements.len());
    for _ in statements {
        graph.add_node(());
    }
    for (one, other) in related(statements) {
        if statements[one].depends_on(&statements[other]) {
            graph.add_edge(NodeIndex::new(other), NodeIndex::new(one), ());
        }
    }
    graph
}

/// The nodes, each behind those with an edge to it, and else by their indexes; `None` where that can not be.
pub(super) fn sorted(graph: &DiGraph<(), ()>) -> Option<Vec<usize>> {
    let mut open: Vec<usize> =
        graph.node_indices().map(|node| graph.neighbors_directed(node, Direction::Incoming).count()).collect();
    let free = graph.node_indices().filter(|node| open[node.index()] == 0);
    let mut free: BinaryHeap<Reverse<NodeIndex>> = free.map(Reverse).collect();
    let mut order = Vec::with_capacity(open.len());
    while let Some(Reverse(node)) = free.pop() {
        order.push(node.index());
        for then in graph.neighbors(node) {
            open[then.index()] -= 1;
            if open[then.index()] == 0 {
                free.push(Reverse(then));
            }
        }
    }
    (order.len() == open.len()).then_some(order)
}

/// A module or a resource, whatever the keys.
type Place<'a> = (Vec<&'a str>, Option<&'a Resource>);

/// The keys of the modules around, where all are known; and that of the thing itself, if it must have one.
type Keys<'a> = (Option<Vec<&'a InstanceKey>>, Option<&'a InstanceKey>);

/// Statements by where their ends are: all of a place, those in an instance of the module around, and of these those of a
/// key. Where nothing is known of keys, `None` stands for them.
#[derive(Default)]
struct ByPlace<'a> {
    all: HashMap<Place<'a>, Vec<usize>>,
    in_module: HashMap<(Place<'a>, Option<Vec<&'a InstanceKey>>), Vec<usize>>,
    with_key: HashMap<(Place<'a>, Keys<'a>), Vec<usize>>,
}

impl<'a> ByPlace<'a> {
    fn add(&mut self, (place, keys): (Place<'a>, Keys<'a>), statement: usize) {
        self.all.entry(place.clone()).or_default().push(statement);
        self.in_module.entry((place.clone(), keys.0.clone())).or_default().push(statement);
        self.with_key.entry((place, keys)).or_default().push(statement);
    }

    /// Those that may be of one thing with a place and keys; where these may be any, all of the place.
    fn of(&self, place: Place<'a>, (around, key): Keys<'a>) -> Vec<usize> {
        if around.is_none() {
            return self.all.get(&place).cloned().unwrap_or_default();
        }
        let found = [around, None].into_iter().flat_map(|around| match key {
            None => vec![self.in_module.get(&(place.clone(), around))],
            Some(_) => [key, None].map(|key| self.with_key.get(&(place.clone(), (around.clone(), key)))).into(),
        });
        found.flatten().flatten().copied().collect()
    }
}

/// All pairs of statements of which an end of one may be, or be within, an end of the other; in both orders.
fn related(statements: &[Statement]) -> HashSet<(usize, usize)> {
    let mut by_place = ByPlace::default();
    for (index, statement) in statements.iter().enumerate() {
        for end in statement.ends() {
            let steps = end.steps();
            by_place.add(((end.path(), end.resource()), keys(&steps, end.resource().map(|_| end.key()))), index);
        }
    }
    let mut pairs = HashSet::new();
    for (index, statement) in statements.iter().enumerate() {
        for (place, keys) in statement.ends().iter().flat_map(around) {
            let others = by_place.of(place, keys).into_iter().filter(|other| *other != index);
            pairs.extend(others.flat_map(|other| [(index, other), (other, index)]));
        }
    }
    pairs
}

/// The place of an end and all that it is within, with the keys that must be there, if they must.
fn around<'a>(end: &Pattern<'a>) -> Vec<(Place<'a>, Keys<'a>)> {
    let (path, steps) = (end.path(), end.steps());
    let modules = (0..=path.len()).map(|length| ((path[..length].to_vec(), None), keys(&steps[..length], None)));
    let resource = end.resource().map(|resource| ((path.clone(), Some(resource)), keys(&steps, Some(end.key()))));
    modules.chain(resource).collect()
}

/// The keys of a module that steps lead to, or of a resource in it whose key is given.
fn keys<'a>(steps: &[Step<'a>], resource: Option<Option<&'a InstanceKey>>) -> Keys<'a> {
    let (around, key) = match (resource, steps.split_last()) {
        (Some(key), _) => (steps, key),
        (None, Some(((_, key), around))) => (around, *key),
        (None, None) => (steps, None),
    };
    (around.iter().map(|(_, key)| *key).collect(), key)
}

#[cfg(test)]
mod tests {
    use landform_addrs::ModulePath;

    use super::super::Moveable;
    use super::*;

    fn moveable(text: &str) -> Moveable {
        if let Some(address) = text.strip_suffix("[*]") {
            return match address.parse::<landform_addrs::ModuleInstance>() {
                Ok(module) => {
                    let (module, call, _) = module.parent().expect("a call");
                    Moveable::Call { call: call.clone(), module }
                }
                Err(_) => {
                    Moveable::Resource(address.parse::<landform_addrs::ResourceInstance>().expect("one").resource())
                }
            };
        }
        text.parse().map_or_else(|_| Moveable::Instance(text.parse().expect("an address")), Moveable::Module)
    }

    #[test]
    fn statements_that_depend_on_each_other_are_related() {
        let ends = [
            "a.b[*]",
            "a.b",
            "a.b[0]",
            "a.b[1]",
            "a.c[0]",
            "module.m[*]",
            "module.m",
            "module.m[0]",
            "module.m[1]",
            "module.m[0].a.b",
            "module.m[1].a.b[*]",
            "module.m[0].module.o[*]",
            "module.m[0].module.o[\"k\"].a.b",
        ];
        let modules = [&[][..], &["m"], &["m", "o"]];
        let statements: Vec<Statement> = modules
            .into_iter()
            .flat_map(|module| ends.map(|end| (ModulePath::new(module.iter().map(|call| (*call).into())), end)))
            .enumerate()
            .map(|(index, (module, end))| {
                let to = if end.contains("a.") { format!("z.z{index}") } else { format!("module.z{index}") };
                Statement { module, from: moveable(end), to: moveable(&to) }
            })
            .collect();
        let related = related(&statements);
        for (one, first) in statements.iter().enumerate() {
            for (other, second) in statements.iter().enumerate().filter(|(other, _)| *other != one) {
                let is_related = related.contains(&(one, other));
                assert!(is_related || !first.depends_on(second), "{first:?} {second:?}");
            }
        }
        assert!(!related.contains(&(2, 3)), "instances of a resource have nothing to do with each other");
    }
}
