//! What resources depend on, and what must therefore be replaced create-first.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use landform_addrs::ConfigResource;
use petgraph::Direction;
use petgraph::graph::NodeIndex;

use super::selection::closure;
use crate::program::{ModuleId, Node, Program};

/// Facts about the static graph that hold for all instances.
pub(crate) struct Dependencies {
    /// For each node of the static graph, the resources it depends on, however indirectly, sorted by node.
    resources: Vec<Arc<[NodeIndex]>>,
    /// The same as addresses, once asked for.
    addresses: Vec<OnceCell<Arc<[ConfigResource]>>>,
    /// Of the whole configuration.
    create_before_destroy: HashSet<NodeIndex>,
    /// Of what a plan does not leave out, if it leaves out anything.
    of_included: Option<HashSet<NodeIndex>>,
}

impl Dependencies {
    /// Works them out for a program without cycles.
    pub(crate) fn of(program: &Program) -> Self {
        let graph = &program.graph.graph;
        let order = petgraph::algo::toposort(graph, None).unwrap_or_default();
        let empty: Arc<[NodeIndex]> = Arc::from([]);
        let mut resources = vec![empty.clone(); graph.node_count()];
        for node in &order {
            resources[node.index()] = union(graph, &resources, *node, &empty);
        }
        let addresses = vec![OnceCell::new(); graph.node_count()];
        let mut this = Self { resources, addresses, create_before_destroy: HashSet::new(), of_included: None };
        this.create_before_destroy = this.create_first(program, |_| true);
        this
    }

    /// What a plan leaves out does not say in which order others are replaced.
    pub(crate) fn restrict_to(&mut self, program: &Program, includes: impl Fn(NodeIndex) -> bool) {
        self.of_included = Some(self.create_first(program, includes));
    }

    /// Whether a resource is replaced create-first in this plan.
    pub(crate) fn is_created_first(&self, node: NodeIndex) -> bool {
        self.of_included.as_ref().unwrap_or(&self.create_before_destroy).contains(&node)
    }

    /// Whether state says of a resource that it is replaced create-first: because it says so itself, or because something
    /// that depends on it does.
    pub(crate) fn create_before_destroy(&self, node: NodeIndex) -> bool {
        self.create_before_destroy.contains(&node)
    }

    /// The resources that a node depends on, however indirectly.
    pub(crate) fn resources(&self, node: NodeIndex) -> &Arc<[NodeIndex]> {
        &self.resources[node.index()]
    }

    /// As state stores them: addresses sorted by text.
    pub(crate) fn addresses(&self, program: &Program, node: NodeIndex) -> Arc<[ConfigResource]> {
        let work_out = || {
            let addresses = self.resources(node).iter().filter_map(|node| resource_address(program, *node));
            landform_state::sorted_dependencies(addresses)
        };
        self.addresses[node.index()].get_or_init(work_out).clone()
    }

    fn create_first(&self, program: &Program, includes: impl Fn(NodeIndex) -> bool) -> HashSet<NodeIndex> {
        let graph = &program.graph.graph;
        let mut found = HashSet::new();
        for node in graph.node_indices().filter(|node| includes(*node)) {
            let Node::Resource(module, index) = graph[node] else { continue };
            let config = &program.tree[module].module.config.resources[index];
            if config.lifecycle.create_before_destroy == Some(true) {
                found.insert(node);
                found.extend(self.resources(node).iter().copied());
            }
        }
        found
    }
}

/// Resources that state alone has, for each resource that depends on all in their module.
pub(super) fn undeclared(
    program: &Program,
    resources: impl IntoIterator<Item = ConfigResource>,
) -> HashMap<NodeIndex, Vec<ConfigResource>> {
    let mut of_modules: HashMap<ModuleId, BTreeSet<ConfigResource>> = HashMap::new();
    for resource in resources {
        if let Some(module) = program.module_at(&resource.module) {
            of_modules.entry(module).or_default().insert(resource);
        }
    }
    let mut found: HashMap<NodeIndex, Vec<ConfigResource>> = HashMap::new();
    for (module, resources) in of_modules {
        let close = program.graph.index(&program.tree, Node::Close(module));
        let dependents = closure(program, vec![close], Direction::Outgoing).into_iter();
        for node in dependents.filter(|node| matches!(program.graph.graph[*node], Node::Resource(..))) {
            found.entry(node).or_default().extend(resources.iter().cloned());
        }
    }
    found
}

fn union(
    graph: &petgraph::graph::DiGraph<Node, ()>,
    resources: &[Arc<[NodeIndex]>],
    node: NodeIndex,
    empty: &Arc<[NodeIndex]>,
) -> Arc<[NodeIndex]> {
    let mut needed: Vec<NodeIndex> = graph.neighbors_directed(node, Direction::Incoming).collect();
    needed.sort_unstable();
    needed.dedup();
    let is_resource = |node: &NodeIndex| matches!(graph[*node], Node::Resource(..));
    // A node that only passes on what one other depends on shares its list.
    let mut sources = needed.iter().filter(|node| is_resource(node) || !resources[node.index()].is_empty());
    match (sources.next(), sources.next()) {
        (None, _) => return empty.clone(),
        (Some(only), None) if !is_resource(only) => return resources[only.index()].clone(),
        _ => {}
    }
    let mut all: Vec<NodeIndex> = Vec::new();
    let mut lists: HashSet<*const NodeIndex> = HashSet::new();
    for source in needed {
        if is_resource(&source) {
            all.push(source);
        }
        let list = &resources[source.index()];
        if lists.insert(list.as_ptr()) {
            all.extend_from_slice(list);
        }
    }
    all.sort_unstable();
    all.dedup();
    all.into()
}

/// The address of a resource node.
pub(crate) fn resource_address(program: &Program, node: NodeIndex) -> Option<ConfigResource> {
    let Node::Resource(module, index) = program.graph.graph[node] else { return None };
    Some(address(program, module, index))
}

/// The address of a resource in configuration.
pub(crate) fn address(program: &Program, module: ModuleId, index: usize) -> ConfigResource {
    let node = &program.tree[module];
    ConfigResource { module: node.path.clone(), resource: node.module.resources[index].address.clone() }
}
