//! What needs an ephemeral resource to be open.

use std::collections::BTreeSet;

use landform_addrs::ResourceMode;
use petgraph::graph::NodeIndex;

use super::{Node, Program};

impl Program {
    /// Whether a node is an ephemeral resource.
    pub(crate) fn is_ephemeral(&self, node: Node) -> bool {
        matches!(node, Node::Resource(module, index) if self.resource(module, index).address.mode == ResourceMode::Ephemeral)
    }

    /// The ephemeral resources, and which nodes may use what each yields: those that refer to it, and those that refer to
    /// what may hand it on (other values, provider configurations). A resource hands on nothing, because nothing ephemeral is
    /// stored; an ephemeral one that is made of it is closed before it, and so has users of its own.
    pub(crate) fn ephemeral_users(&self) -> Vec<(NodeIndex, BTreeSet<NodeIndex>)> {
        let nodes = self.graph.graph.node_indices();
        nodes
            .filter(|node| self.is_ephemeral(self.graph.graph[*node]))
            .map(|node| (node, self.users_of(node)))
            .collect()
    }

    fn users_of(&self, ephemeral: NodeIndex) -> BTreeSet<NodeIndex> {
        let graph = &self.graph.graph;
        let mut users = BTreeSet::new();
        let mut open = vec![ephemeral];
        while let Some(node) = open.pop() {
            for user in graph.neighbors(node) {
                // These order what comes before what, and use no values.
                let orders = matches!(graph[user], Node::Close(_) | Node::CallDependencies(..));
                if !orders && users.insert(user) && hands_on(graph[user]) {
                    open.push(user);
                }
            }
        }
        users
    }
}

fn hands_on(node: Node) -> bool {
    match node {
        Node::Variable(..) | Node::Local(..) | Node::Output(..) | Node::Provider(_) => true,
        Node::Resource(..)
        | Node::Call(..)
        | Node::CallDependencies(..)
        | Node::Close(_)
        | Node::Validation(..)
        | Node::Check(..) => false,
    }
}
