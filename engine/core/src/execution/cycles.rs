//! Where operations would wait for themselves.
//!
//! A provider may be configured from a resource, and its own objects may have been made after that one. When the resource
//! is replaced, they should go before it does; but their provider can only be opened once the new one is there. Such
//! wishes give way, those of the least weight first; what an operation truly needs never makes a circle.

use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};

use super::{Operation, Wait};

/// Drops waits until nothing waits for itself.
pub(super) fn break_cycles(graph: &mut DiGraph<Operation, Wait>) {
    loop {
        let circles = Circles::of(graph);
        let weakest = [Wait::Order, Wait::Dependent].into_iter().find_map(|wait| circles.wait_of_kind(graph, wait));
        let Some(weakest) = weakest else { return };
        circles.drop_beside(graph, weakest);
    }
}

/// For each operation, the number of the set that waits for itself, if it is in one.
struct Circles(Vec<Option<usize>>);

impl Circles {
    fn of(graph: &DiGraph<Operation, Wait>) -> Self {
        let mut circles = vec![None; graph.node_count()];
        let components = petgraph::algo::tarjan_scc(graph);
        for (number, component) in components.iter().enumerate().filter(|(_, component)| component.len() > 1) {
            for node in component {
                circles[node.index()] = Some(number);
            }
        }
        Self(circles)
    }

    fn holds(&self, (from, to): (NodeIndex, NodeIndex)) -> bool {
        self.0[from.index()].is_some() && self.0[from.index()] == self.0[to.index()]
    }

    fn wait_of_kind(&self, graph: &DiGraph<Operation, Wait>, wait: Wait) -> Option<EdgeIndex> {
        let of_kind = |edge: &EdgeIndex| graph[*edge] == wait;
        graph
            .edge_indices()
            .filter(of_kind)
            .find(|edge| graph.edge_endpoints(*edge).is_some_and(|ends| self.holds(ends)))
    }

    /// A wait is one of many through the same barrier. All that lead from it into the circle are the same wish, and go
    /// together: so there are no more rounds than barriers.
    fn drop_beside(&self, graph: &mut DiGraph<Operation, Wait>, edge: EdgeIndex) {
        let Some((from, to)) = graph.edge_endpoints(edge) else { return };
        let wait = graph[edge];
        let barrier = if graph[from].is_effect() { to } else { from };
        graph.retain_edges(|graph, edge| {
            let Some(ends) = graph.edge_endpoints(edge) else { return true };
            let beside = if barrier == from { ends.0 == from } else { ends.1 == to };
            !(beside && graph[edge] == wait && self.holds(ends))
        });
    }
}
