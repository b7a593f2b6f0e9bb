//! Where operations would wait for themselves.
//!
//! A provider may be configured from a resource, and its own objects may have been made after that one. When the resource
//! is replaced, they should go before it does; but their provider can only be opened once the new one is there. And what
//! is now replaced create-first may have been made after something that goes first: it should come after that is gone,
//! which goes after the old one, which goes after it has come. Terraform has no plan for such cases. Here wishes give
//! way, those of the least weight first; what an operation truly needs never makes a circle.

use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};

use super::{Operation, Wait};

/// Drops waits until nothing waits for itself.
pub(super) fn break_cycles(graph: &mut DiGraph<Operation, Wait>) {
    loop {
        let circles = Circles::of(graph);
        let Some(weakest) = circles.weakest(graph) else { return };
        circles.drop_beside(graph, weakest);
    }
}

/// How much a wait matters; `None` where it can not give way. Of the two halves of a wish that goes through a barrier,
/// the one gives way that tells the resources on its other side apart.
fn weight(wait: Wait, first: &Operation, then: &Operation) -> Option<u8> {
    match (wait, first, then) {
        (Wait::Needs, ..) | (_, Operation::DependentsGone(_) | Operation::DependentsUpdated(_), _) => None,
        (Wait::Dependent, ..) => Some(3),
        // What comes now may not even need any more what is gone.
        (Wait::Order, Operation::Destroyed(_), _) => Some(0),
        (Wait::Order, _, Operation::DependentsGone(_)) => Some(1),
        (Wait::Order, ..) => Some(2),
    }
}

/// Waits that give way together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// All that lead to a barrier.
    Towards(NodeIndex),
    /// All that lead from a barrier.
    From(NodeIndex),
    /// All that lead from one effect to another.
    Direct,
}

impl Wish {
    fn of(graph: &DiGraph<Operation, Wait>, (first, then): (NodeIndex, NodeIndex)) -> Self {
        match (graph[first].is_effect(), graph[then].is_effect()) {
            (false, _) => Self::From(first),
            (true, false) => Self::Towards(then),
            (true, true) => Self::Direct,
        }
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

    /// The wait in a circle that gives way first.
    fn weakest(&self, graph: &DiGraph<Operation, Wait>) -> Option<EdgeIndex> {
        let weighed = graph.edge_indices().filter_map(|edge| {
            let ends = graph.edge_endpoints(edge).filter(|ends| self.holds(*ends))?;
            Some((weight(graph[edge], &graph[ends.0], &graph[ends.1])?, edge))
        });
        weighed.min_by_key(|(weight, edge)| (*weight, edge.index())).map(|(_, edge)| edge)
    }

    /// All waits of the same wish within circles go together: so there are no more rounds than barriers.
    fn drop_beside(&self, graph: &mut DiGraph<Operation, Wait>, edge: EdgeIndex) {
        let Some(ends) = graph.edge_endpoints(edge) else { return };
        let (wish, wait) = (Wish::of(graph, ends), graph[edge]);
        graph.retain_edges(|graph, edge| {
            let Some(ends) = graph.edge_endpoints(edge) else { return true };
            !(graph[edge] == wait && self.holds(ends) && Wish::of(&graph, ends) == wish)
        });
    }
}
