//! Running the nodes of a dependency graph in order, many at once, on over failures.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::Future;
use std::task::Poll;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};

/// How a node ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What depends on it may run.
    Done,
    /// What depends on it must not run.
    Failed,
}

impl Outcome {
    /// Done if both are.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        if self == Self::Done { other } else { self }
    }
}

/// What running a node yields: an outcome at once, or a future for one.
pub(crate) enum Run<F> {
    /// Ended already.
    Now(Outcome),
    /// Goes on beside others.
    Later(F),
}

/// Lets others have a turn, such as who waits for an interrupt: much may be planned without waiting for anything.
pub(crate) async fn give_way() {
    let mut given = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut given, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Runs every node after those it depends on. Edges lead from a node to its dependents. At most `parallelism`
/// futures run at a time. `run` is not called for nodes behind a failed one; `skipped` is.
pub(crate) async fn run_graph<N, E, F>(
    graph: &DiGraph<N, E>,
    parallelism: usize,
    mut run: impl FnMut(NodeIndex) -> Run<F>,
    mut skipped: impl FnMut(NodeIndex),
) where
    F: Future<Output = (NodeIndex, Outcome)>,
{
    let mut schedule = Schedule::new(graph);
    let mut running = FuturesUnordered::new();
    loop {
        while running.len() < parallelism.max(1) {
            let Some((node, blocked)) = schedule.next() else { break };
            if blocked {
                skipped(node);
                schedule.finish(node, Outcome::Failed);
                continue;
            }
            match run(node) {
                Run::Now(outcome) => schedule.finish(node, outcome),
                Run::Later(future) => running.push(future),
            }
        }
        match running.next().await {
            Some((node, outcome)) => schedule.finish(node, outcome),
            None if schedule.is_idle() => return,
            None => {}
        }
    }
}

/// Which nodes may run next.
struct Schedule<'g, N, E> {
    graph: &'g DiGraph<N, E>,
    waiting_for: Vec<u32>,
    blocked: Vec<bool>,
    /// The first in the graph comes first, so that runs are alike.
    ready: BinaryHeap<Reverse<NodeIndex>>,
}

impl<'g, N, E> Schedule<'g, N, E> {
    fn new(graph: &'g DiGraph<N, E>) -> Self {
        let waiting_for: Vec<u32> =
            graph.node_indices().map(|node| graph.edges_directed(node, Direction::Incoming).count() as u32).collect();
        let ready = graph.node_indices().filter(|node| waiting_for[node.index()] == 0).map(Reverse).collect();
        Self { graph, blocked: vec![false; waiting_for.len()], waiting_for, ready }
    }

    /// A node all of whose dependencies ended, and whether one of them failed.
    fn next(&mut self) -> Option<(NodeIndex, bool)> {
        self.ready.pop().map(|Reverse(node)| (node, self.blocked[node.index()]))
    }

    fn is_idle(&self) -> bool {
        self.ready.is_empty()
    }

    fn finish(&mut self, node: NodeIndex, outcome: Outcome) {
        for dependent in self.graph.neighbors_directed(node, Direction::Outgoing) {
            self.blocked[dependent.index()] |= outcome == Outcome::Failed;
            self.waiting_for[dependent.index()] -= 1;
            if self.waiting_for[dependent.index()] == 0 {
                self.ready.push(Reverse(dependent));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Runs a graph of letters given as `ab` = a before b; upper case nodes fail. Returns what ran and what was skipped.
    async fn check(nodes: &str, edges: &str) -> (String, String) {
        let mut graph = DiGraph::<char, ()>::new();
        let indexes: Vec<(char, NodeIndex)> = nodes.chars().map(|node| (node, graph.add_node(node))).collect();
        let find = |wanted: char| indexes.iter().find(|(node, _)| *node == wanted).expect("a listed node").1;
        for edge in edges.split_whitespace() {
            let ends: Vec<char> = edge.chars().collect();
            graph.add_edge(find(ends[0]), find(ends[1]), ());
        }
        let (ran, skipped) = (RefCell::new(String::new()), RefCell::new(String::new()));
        let outcome = |node: char| if node.is_uppercase() { Outcome::Failed } else { Outcome::Done };
        run_graph(
            &graph,
            2,
            |node| {
                ran.borrow_mut().push(graph[node]);
                let outcome = outcome(graph[node]);
                if node.index() % 2 == 0 { Run::Now(outcome) } else { Run::Later(async move { (node, outcome) }) }
            },
            |node| skipped.borrow_mut().push(graph[node]),
        )
        .await;
        (ran.into_inner(), skipped.into_inner())
    }

    #[tokio::test]
    async fn dependents_of_a_failed_node_are_skipped_and_others_run() {
        assert_eq!(check("abc", "ab bc").await, ("abc".into(), String::new()));
        // Of dependents that become ready together, those behind the latest edge run first.
        assert_eq!(check("aBcd", "aB Bc ad").await, ("aBd".into(), "c".into()));
        assert_eq!(check("Abcd", "Ab bc").await, ("Ad".into(), "bc".into()));
    }
}
