//! In which order `moved` blocks are carried out: one whose target another begins with comes before that one.

use landform_addrs::{InstanceKey, ModuleInstance, Resource};
use landform_config::MoveSubject;
use petgraph::graph::{DiGraph, NodeIndex};

use super::statement::Statement;

/// A subject as seen from the root module. Keys of the modules around a statement are not known.
struct Endpoint {
    calls: Vec<(landform_addrs::Str, Option<InstanceKey>)>,
    resource: Option<(Resource, InstanceKey)>,
}

/// Indexes of statements. Where statements go round in a circle, which is an error told elsewhere, as they stand.
pub(super) fn order(statements: &[Statement]) -> Vec<usize> {
    let ends: Vec<(Endpoint, Endpoint)> = statements
        .iter()
        .map(|statement| (Endpoint::new(statement, &statement.from), Endpoint::new(statement, &statement.to)))
        .collect();
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    for _ in statements {
        graph.add_node(());
    }
    for (first, (_, to)) in ends.iter().enumerate() {
        for (then, (from, _)) in ends.iter().enumerate() {
            if first != then && to.overlaps(from) {
                graph.add_edge(NodeIndex::new(first), NodeIndex::new(then), ());
            }
        }
    }
    match petgraph::algo::toposort(&graph, None) {
        Ok(sorted) => sorted.into_iter().map(NodeIndex::index).collect(),
        Err(_) => (0..statements.len()).collect(),
    }
}

impl Endpoint {
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
