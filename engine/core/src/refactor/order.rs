//! In which order `moved` blocks are carried out: one whose target another begins with comes before that one, and what
//! moves out of a module comes before the move of the module, and what moves into it after.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use landform_addrs::{InstanceKey, ModuleInstance, Resource, Str};
use landform_config::MoveSubject;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

use super::statement::Statement;

/// A subject as seen from the root module. Keys of the modules around a statement are not known.
struct Endpoint {
    calls: Vec<(Str, Option<InstanceKey>)>,
    resource: Option<(Resource, InstanceKey)>,
}

/// Indexes of statements. Where they can not be put in order, as they stand.
pub(super) fn order(statements: &[Statement]) -> Vec<usize> {
    acyclic_order(statements).unwrap_or_else(|| (0..statements.len()).collect())
}

/// Indexes of statements, those that may come in any order as they stand; `None` where they go round in a circle.
pub(super) fn acyclic_order(statements: &[Statement]) -> Option<Vec<usize>> {
    let ends: Vec<(Endpoint, Endpoint)> = statements
        .iter()
        .map(|statement| (Endpoint::new(statement, &statement.from), Endpoint::new(statement, &statement.to)))
        .collect();
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    for _ in statements {
        graph.add_node(());
    }
    let mut sources = Sources::of(ends.iter().map(|(from, _)| from));
    let mut targets = Sources::of(ends.iter().map(|(_, to)| to));
    let mut put = |first: usize, then: usize| {
        if first != then && !stays_around(&ends[then], &statements[then], &statements[first]) {
            graph.add_edge(NodeIndex::new(first), NodeIndex::new(then), ());
        }
    };
    for (this, (from, to)) in ends.iter().enumerate() {
        sources.overlapping(to).into_iter().for_each(|then| put(this, then));
        let within = sources.overlapping(from).into_iter().filter(|other| ends[*other].0.is_within(from));
        within.for_each(|first| put(first, this));
        let around = targets.overlapping(to).into_iter().filter(|other| to.is_within(&ends[*other].1));
        around.for_each(|first| put(first, this));
    }
    sorted(&graph)
}

/// The nodes, each behind those with an edge to it, and else by their indexes; `None` where that can not be.
fn sorted(graph: &DiGraph<(), ()>) -> Option<Vec<usize>> {
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

/// Whether a move only gives a module another key: what moves within the module does not come before it.
fn stays_around((from, to): &(Endpoint, Endpoint), outer: &Statement, inner: &Statement) -> bool {
    let names = |end: &Endpoint| end.calls.iter().map(|(call, _)| call.clone()).collect::<Vec<_>>();
    outer.module.calls().len() < inner.module.calls().len()
        && from.resource.is_none()
        && to.resource.is_none()
        && names(from) == names(to)
}

/// Sources of statements, to be found by targets that overlap them.
struct Sources<'a> {
    ends: Vec<&'a Endpoint>,
    by_shape: HashMap<Shape, Vec<usize>>,
    /// The sources of one shape by what they have in common with overlapping targets of another, made when asked for.
    common: HashMap<(Shape, Shape), HashMap<Common, Vec<usize>>>,
}

/// Which parts of an endpoint there are: of each call, whether its key is fixed; of the resource, if there is one, the same.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Shape {
    calls: Vec<bool>,
    resource: Option<bool>,
}

/// The parts of an endpoint that must be the same in another.
type Common = (Vec<(Str, Option<InstanceKey>)>, Option<(Resource, Option<InstanceKey>)>);

impl<'a> Sources<'a> {
    fn of(ends: impl Iterator<Item = &'a Endpoint>) -> Self {
        let ends: Vec<&Endpoint> = ends.collect();
        let mut by_shape: HashMap<Shape, Vec<usize>> = HashMap::new();
        for (index, end) in ends.iter().enumerate() {
            by_shape.entry(end.shape()).or_default().push(index);
        }
        Self { ends, by_shape, common: HashMap::new() }
    }

    /// Those that a target overlaps, in order.
    fn overlapping(&mut self, target: &Endpoint) -> Vec<usize> {
        let target_shape = target.shape();
        let mut found = Vec::new();
        for (shape, sources) in &self.by_shape {
            let (ends, both) = (&self.ends, (shape.clone(), target_shape.clone()));
            let common = self.common.entry(both).or_insert_with(|| {
                let mut common: HashMap<Common, Vec<usize>> = HashMap::new();
                for source in sources {
                    common.entry(ends[*source].common(shape, &target_shape)).or_default().push(*source);
                }
                common
            });
            let alike = common.get(&target.common(shape, &target_shape)).into_iter().flatten();
            found.extend(alike.copied().filter(|source| target.overlaps(ends[*source])));
        }
        found.sort_unstable();
        found
    }
}

impl Endpoint {
    fn shape(&self) -> Shape {
        let is_fixed = |key: &InstanceKey| *key != InstanceKey::None;
        Shape {
            calls: self.calls.iter().map(|(_, key)| key.as_ref().is_some_and(is_fixed)).collect(),
            resource: self.resource.as_ref().map(|(_, key)| is_fixed(key)),
        }
    }

    /// What endpoints of two shapes that overlap have in common, taken from one of them.
    fn common(&self, shape: &Shape, other: &Shape) -> Common {
        let fixed = shape.calls.iter().zip(&other.calls).map(|(one, other)| *one && *other);
        let calls = self.calls.iter().zip(fixed);
        let calls = calls.map(|((call, key), fixed)| (call.clone(), key.clone().filter(|_| fixed))).collect();
        let fixed = shape.resource.zip(other.resource).map(|(one, other)| one && other);
        let resource = self.resource.as_ref().zip(fixed);
        (calls, resource.map(|((resource, key), fixed)| (resource.clone(), fixed.then(|| key.clone()))))
    }

    fn new(statement: &Statement, subject: &MoveSubject) -> Self {
        let around = statement.module.calls().iter().map(|call| (call.clone(), None));
        let within = |module: &ModuleInstance| {
            module.steps().iter().map(|(call, key)| (call.clone(), Some(key.clone()))).collect::<Vec<_>>()
        };
        let (module, resource) = match subject {
            MoveSubject::Module(module) => (within(module), None),
            MoveSubject::Resource(resource) => {
                (within(&resource.module), Some((resource.resource.clone(), resource.key.clone())))
            }
        };
        Self { calls: around.chain(module).collect(), resource }
    }

    /// Whether this, which overlaps the other, is something in the module, or an instance of the resource, that the other
    /// is.
    fn is_within(&self, other: &Self) -> bool {
        let is_instance = |end: &Self| end.resource.as_ref().map(|(_, key)| *key != InstanceKey::None);
        if (is_instance(self), is_instance(other)) == (Some(true), Some(false)) {
            return self.calls.len() == other.calls.len();
        }
        other.resource.is_none()
            && (self.calls.len() > other.calls.len()
                || (self.calls.len() == other.calls.len() && self.resource.is_some()))
    }

    /// Whether the two may have instances in common.
    fn overlaps(&self, other: &Self) -> bool {
        let calls = self.calls.iter().zip(&other.calls);
        let mut common = calls.map(|((call, key), (other_call, other_key))| {
            let keys = match (key, other_key) {
                (Some(key), Some(other)) => same_key(key, other),
                _ => true,
            };
            call == other_call && keys
        });
        if !common.all(|same| same) {
            return false;
        }
        match (&self.resource, &other.resource) {
            (Some((resource, key)), Some((other_resource, other_key))) => {
                self.calls.len() == other.calls.len() && resource == other_resource && same_key(key, other_key)
            }
            (Some(_), None) => self.calls.len() >= other.calls.len(),
            (None, Some(_)) => self.calls.len() <= other.calls.len(),
            (None, None) => true,
        }
    }
}

/// An address without a key may stand for all instances.
fn same_key(key: &InstanceKey, other: &InstanceKey) -> bool {
    key == other || *key == InstanceKey::None || *other == InstanceKey::None
}

#[cfg(test)]
mod tests {
    use landform_addrs::ModulePath;

    use super::*;
    use crate::refactor::subject;

    #[test]
    fn sources_are_found_by_what_they_have_in_common_with_targets() {
        let subjects = [
            "a.b",
            "a.b[0]",
            "a.b[\"k\"]",
            "a.c[0]",
            "module.m",
            "module.m[0]",
            "module.m[1]",
            "module.m.a.b",
            "module.m[0].a.b",
            "module.m[0].a.b[1]",
            "module.m[1].a.b",
            "module.m[0].module.o",
            "module.m.module.o.a.b",
        ];
        let ends: Vec<Endpoint> = [&[][..], &["m"], &["m", "o"]]
            .into_iter()
            .flat_map(|module| subjects.map(|text| (ModulePath::new(module.iter().map(|call| (*call).into())), text)))
            .map(|(module, text)| {
                let statement = Statement { module, from: subject(text), to: subject(text) };
                Endpoint::new(&statement, &statement.from)
            })
            .collect();
        let mut sources = Sources::of(ends.iter());
        let mut overlaps = 0;
        for target in &ends {
            let expected: Vec<usize> = (0..ends.len()).filter(|source| target.overlaps(&ends[*source])).collect();
            overlaps += expected.len();
            assert_eq!(sources.overlapping(target), expected);
        }
        assert!(overlaps > ends.len(), "some overlap others than themselves");
    }
}
