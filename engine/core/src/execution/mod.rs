//! The execution graph: all that apply does, in which order.
//!
//! A small closed set of operations. The planner emits it, a saved plan holds it, the applier replays it. `Display`
//! prints it for people and tests.
//!
//! **Invariant**: data only. Between two resources of n and m instances there are n + m edges, through barriers.

mod build;
mod cycles;

pub(crate) use build::{BuildInput, build};

use std::collections::{HashMap, HashSet};
use std::fmt;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use serde::{Deserialize, Serialize};

/// One thing that apply does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// Evaluates an object of the static graph that is no resource, or waits for all in it.
    Evaluate(u32),
    /// Opens a provider configuration.
    OpenProvider(u32),
    /// All that a resource refers to is there.
    Begin(u32),
    /// Opens all instances of an ephemeral resource.
    OpenEphemeral(u32),
    /// Closes all instances of an ephemeral resource: what uses them has ended. After a failure, they are closed at the end
    /// of the run.
    CloseEphemeral(u32),
    /// Reads a data source.
    Read(u32),
    /// Adopts an object, which is in state already.
    Import(u32),
    /// Checks the conditions of an object that stays as it is.
    Verify(u32),
    /// Creates an object.
    Create(u32),
    /// Changes an object.
    Update(u32),
    /// Destroys an object: the current one, the one that a create put aside, or a deposed one.
    Delete(u32),
    /// Drops an object from state.
    Forget(u32),
    /// A resource's value, with all its instances, is there.
    Complete(u32),
    /// Everything that must go before objects of a resource may go.
    DependentsGone(String),
    /// All objects of a resource that go first are gone.
    Destroyed(String),
    /// Everything that must change before objects of a resource that go last may go.
    DependentsUpdated(String),
}

/// Why one operation waits for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wait {
    /// It needs what the other yields.
    Needs,
    /// What the other destroys was made after what it destroys. Gives way where it would wait for itself and no
    /// [`Wait::Order`] can.
    Dependent,
    /// It should come later. Gives way where it would wait for itself.
    Order,
}

/// Operations and what each waits for. Names are for people.
#[derive(Clone, Debug, Default)]
pub struct ExecutionGraph {
    /// Edges lead from what comes first to what waits for it.
    pub(crate) graph: DiGraph<Operation, Wait>,
    /// How each operation reads.
    pub(crate) names: Vec<String>,
}

/// As a saved plan has it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct StoredGraph {
    operations: Vec<(Operation, String)>,
    waits: Vec<(u32, u32, Wait)>,
}

impl ExecutionGraph {
    /// How many operations it has.
    pub fn len(&self) -> usize {
        self.graph.node_count()
    }

    /// How many times an operation waits for another.
    pub fn waits(&self) -> usize {
        self.graph.edge_count()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.graph.node_count() == 0
    }

    /// How an operation reads.
    pub(crate) fn name(&self, node: NodeIndex) -> &str {
        &self.names[node.index()]
    }

    /// As a saved plan has it.
    pub(crate) fn to_stored(&self) -> StoredGraph {
        let operations =
            self.graph.node_indices().map(|node| (self.graph[node].clone(), self.names[node.index()].clone()));
        let waits = self.graph.edge_indices().filter_map(|edge| {
            let (from, to) = self.graph.edge_endpoints(edge)?;
            Some((from.index() as u32, to.index() as u32, self.graph[edge]))
        });
        StoredGraph { operations: operations.collect(), waits: waits.collect() }
    }

    /// From a saved plan; `None` if it makes no sense.
    pub(crate) fn from_stored(stored: StoredGraph) -> Option<Self> {
        let mut this = Self::default();
        let count = stored.operations.len();
        for (operation, name) in stored.operations {
            this.graph.add_node(operation);
            this.names.push(name);
        }
        for (from, to, wait) in stored.waits {
            if from as usize >= count || to as usize >= count {
                return None;
            }
            this.graph.add_edge(NodeIndex::new(from as usize), NodeIndex::new(to as usize), wait);
        }
        (!petgraph::algo::is_cyclic_directed(&this.graph)).then_some(this)
    }
}

impl fmt::Display for ExecutionGraph {
    /// A line an operation with an effect, sorted, with those that it waits for: `update b.y: delete b.z, update a.x`.
    /// What these wait for themselves is not repeated.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = petgraph::algo::toposort(&self.graph, None).map_err(|_| fmt::Error)?;
        let mut before: HashMap<NodeIndex, HashSet<NodeIndex>> = HashMap::new();
        let mut lines: Vec<String> = Vec::new();
        for node in order.into_iter().filter(|node| self.graph[*node].is_effect()) {
            let nearest = self.effects_before(node);
            let implied: HashSet<NodeIndex> = nearest.iter().flat_map(|node| &before[node]).copied().collect();
            let mut needs: Vec<&str> =
                nearest.iter().filter(|node| !implied.contains(node)).map(|node| self.name(*node)).collect();
            needs.sort_unstable();
            let colon = if needs.is_empty() { "" } else { ": " };
            lines.push(format!("{}{colon}{}", self.name(node), needs.join(", ")));
            before.insert(node, implied.into_iter().chain(nearest).collect());
        }
        lines.sort_unstable();
        lines.into_iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl ExecutionGraph {
    /// The nearest operations with an effect that come before one.
    pub(crate) fn effects_before(&self, node: NodeIndex) -> Vec<NodeIndex> {
        let mut seen = HashSet::new();
        let mut open: Vec<NodeIndex> = self.graph.neighbors_directed(node, Direction::Incoming).collect();
        let mut found = Vec::new();
        while let Some(before) = open.pop() {
            if !seen.insert(before) {
                continue;
            }
            if self.graph[before].is_effect() {
                found.push(before);
            } else {
                open.extend(self.graph.neighbors_directed(before, Direction::Incoming));
            }
        }
        found
    }
}

impl Operation {
    /// Whether it changes or reads something real, or state.
    pub(crate) fn is_effect(&self) -> bool {
        matches!(
            self,
            Self::Read(_) | Self::Import(_) | Self::Create(_) | Self::Update(_) | Self::Delete(_) | Self::Forget(_)
        )
    }
}
