//! What an operation goes by, for those who draw it: the static graph with what state and plans add, in the terms of
//! Terraform's graphs. What follows from other edges is left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use landform_addrs::{ConfigResource, ModulePath, ProviderConfigAddr, ResourceMode};
use landform_config::ModuleTree;
use landform_diagnostics::Diagnostics;
use landform_plan::{Action, Mode, ResourceChange};
use landform_state::State;
use petgraph::algo::tred::{dag_to_toposorted_adjacency_list, dag_transitive_reduction_closure};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeRef, IntoEdgeReferences};

use crate::RunSettings;
use crate::execution::Operation;
use crate::plan::Planned;
use crate::program::{Means, Node, Program, ProviderOf};
use crate::providers::ProviderSet;
use crate::validate::compile_graph;

/// Which operation.
#[derive(Clone, Copy, Debug)]
pub enum Drawn<'a> {
    /// A plan, of configuration and state.
    Plan(&'a State),
    /// A plan to destroy what state has.
    PlanDestroy(&'a State),
    /// An apply of no plan in particular.
    Apply(&'a State),
    /// The apply of a plan.
    ApplyPlan(&'a Planned),
}

/// What becomes of a graph that goes round in a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycles {
    /// It is an error.
    Error,
    /// It is drawn.
    Drawn,
}

/// Something in a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// Its name, by which edges know it.
    pub name: String,
    /// What it is.
    pub kind: GraphNodeKind,
}

/// What something in a graph is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphNodeKind {
    /// A resource, or so many instances of it under one name.
    Resource {
        /// Its address in configuration.
        label: String,
        /// How many there are.
        count: usize,
    },
    /// A provider configuration.
    Provider,
    /// The end of a provider configuration.
    ProviderEnd,
    /// A variable of the root module.
    RootVariable,
    /// Anything else.
    Other,
}

/// Nodes in the order of their names, and edges from each to what it waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationGraph {
    /// The nodes.
    pub nodes: Vec<GraphNode>,
    /// Indexes of nodes.
    pub edges: Vec<(usize, usize)>,
}

/// The graph of an operation.
///
/// # Errors
/// When a provider is missing, or something depends on itself.
pub fn operation_graph(
    tree: &ModuleTree,
    providers: &ProviderSet,
    settings: &RunSettings,
    drawn: Drawn<'_>,
    cycles: Cycles,
) -> Result<OperationGraph, Diagnostics> {
    let means = Means::of(providers, settings);
    let program = match cycles {
        Cycles::Error => compile_graph(tree, means)?,
        Cycles::Drawn => Program::compile(tree, means),
    };
    let mut builder =
        Builder { program: &program, graph: DiGraph::new(), by_name: HashMap::new(), statics: Vec::new() };
    match drawn {
        Drawn::Plan(state) => {
            builder.add_configuration();
            builder.add_check_reports();
            builder.add_orphans(state);
        }
        Drawn::Apply(state) => {
            builder.add_configuration();
            builder.add_ends_of_modules(state);
        }
        Drawn::PlanDestroy(state) => {
            builder.add_root_outputs();
            builder.add_destroys(state);
        }
        Drawn::ApplyPlan(planned) => {
            match planned.plan.mode {
                Mode::Destroy => builder.add_root_outputs(),
                Mode::Normal | Mode::RefreshOnly => {
                    builder.add_configuration();
                    builder.add_ends_of_modules(&planned.state);
                }
            }
            builder.add_changes(planned);
        }
    }
    builder.close_providers();
    builder.add_root();
    Ok(builder.finish())
}

struct Builder<'a> {
    program: &'a Program,
    /// Edges lead from what waits to what it waits for.
    graph: DiGraph<GraphNode, ()>,
    by_name: HashMap<String, NodeIndex>,
    /// What stands for each node of the static graph.
    statics: Vec<Option<NodeIndex>>,
}

impl Builder<'_> {
    fn add(&mut self, name: String, kind: GraphNodeKind) -> NodeIndex {
        if let Some(known) = self.by_name.get(&name).copied() {
            if let GraphNodeKind::Resource { count, .. } = &mut self.graph[known].kind {
                *count += 1;
            }
            return known;
        }
        let node = self.graph.add_node(GraphNode { name: name.clone(), kind });
        self.by_name.insert(name, node);
        node
    }

    fn edge(&mut self, from: NodeIndex, to: NodeIndex) {
        if from != to {
            self.graph.update_edge(from, to, ());
        }
    }

    fn provider(&mut self, address: &ProviderConfigAddr) -> NodeIndex {
        let name = address.to_string();
        if let Some(known) = self.by_name.get(&name) {
            return *known;
        }
        let provider = self.add(name, GraphNodeKind::Provider);
        let mut inner = provider;
        let mut module = address.module.clone();
        while let Some((around, _)) = module.parent() {
            let expand = self.add(format!("{module} (expand)"), GraphNodeKind::Other);
            self.edge(inner, expand);
            inner = expand;
            module = around;
        }
        provider
    }

    /// All that configuration has, but for providers that nothing uses.
    fn add_configuration(&mut self) {
        let program = self.program;
        let used: BTreeSet<usize> =
            program.tree.iter().flat_map(|node| node.resource_providers.iter().flat_map(ProviderOf::all)).collect();
        let graph = &program.graph.graph;
        for index in graph.node_indices() {
            let node = graph[index];
            let name = || program.expanded_name(node);
            let added = match node {
                Node::Resource(id, resource) => {
                    let label = program.tree[id].module.resources[resource].address.clone();
                    let label = label.in_module(program.tree[id].path.clone()).to_string();
                    Some(self.add(name(), GraphNodeKind::Resource { label, count: 1 }))
                }
                Node::Variable(0, _) => Some(self.add(name(), GraphNodeKind::RootVariable)),
                Node::Provider(provider) if used.contains(&provider) => Some(self.add(name(), GraphNodeKind::Provider)),
                // What is in the root module is in the root of all.
                Node::Provider(_) | Node::Close(0) => None,
                Node::Validation(id, variable) if program.tree[id].module.variables[variable].is_empty() => {
                    self.statics[program.graph.index(&program.tree, Node::Variable(id, variable)).index()]
                }
                Node::CallDependencies(id, call) => {
                    self.statics[program.graph.index(&program.tree, Node::Call(id, call)).index()]
                }
                _ => Some(self.add(name(), GraphNodeKind::Other)),
            };
            self.statics.push(added);
        }
        for edge in program.graph.as_terraform_has_it(&program.tree).edge_references() {
            let ends = [edge.target(), edge.source()].map(|node| self.statics[node.index()]);
            if let [Some(from), Some(to)] = ends {
                self.edge(from, to);
            }
        }
    }

    fn add_root_outputs(&mut self) {
        for output in self.program.tree[0].module.config.outputs.keys() {
            self.add(format!("output.{output} (expand)"), GraphNodeKind::Other);
        }
    }

    /// Checks are told of before they are looked at, and before the data within them is read.
    fn add_check_reports(&mut self) {
        let program = self.program;
        let graph = &program.graph.graph;
        for index in graph.node_indices() {
            let Node::Check(id, check) = graph[index] else { continue };
            let report = program.name(graph[index]).replace(" (expand)", " (report)");
            let report = self.add(report, GraphNodeKind::Other);
            let module = &program.tree[id].module;
            let data = module.config.checks[check].data.as_ref().and_then(|data| module.resource_indexes.get(data));
            let data = data.map(|data| program.graph.index(&program.tree, Node::Resource(id, *data)));
            for node in [Some(index), data].into_iter().flatten() {
                if let Some(node) = self.statics[node.index()] {
                    self.edge(node, report);
                }
            }
        }
    }

    /// Objects whose resource is not in configuration any more.
    fn add_orphans(&mut self, state: &State) {
        let program = self.program;
        for (address, resource) in state.resources.iter() {
            if is_declared(program, &address.config()) {
                continue;
            }
            let provider = (address.resource.mode == ResourceMode::Managed).then(|| self.provider(&resource.provider));
            for key in resource.instances.keys() {
                let kind = GraphNodeKind::Resource { label: address.config().to_string(), count: 1 };
                let orphan = self.add(format!("{} (orphan)", address.instance(key.clone())), kind);
                provider.into_iter().for_each(|provider| self.edge(orphan, provider));
            }
        }
        self.add_ends_of_modules(state);
    }

    /// The ends of modules that only state has.
    fn add_ends_of_modules(&mut self, state: &State) {
        let paths: BTreeSet<ModulePath> = state.resources.keys().map(|address| address.module.path()).collect();
        for path in paths {
            let mut inner: Option<NodeIndex> = None;
            let mut path = path;
            while let Some((around, _)) = path.parent().filter(|_| self.program.module_at(&path).is_none()) {
                let close = self.add(format!("{path} (close)"), GraphNodeKind::Other);
                inner.into_iter().for_each(|inner| self.edge(close, inner));
                inner = Some(close);
                path = around;
            }
        }
    }

    /// What state has, each behind what was made after it.
    fn add_destroys(&mut self, state: &State) {
        let mut of_resource: BTreeMap<ConfigResource, Vec<NodeIndex>> = BTreeMap::new();
        let mut needs: Vec<(NodeIndex, ConfigResource)> = Vec::new();
        for (address, resource) in state.resources.iter() {
            let provider = self.provider(&resource.provider);
            for instance in resource.instances.values() {
                let kind = GraphNodeKind::Resource { label: address.config().to_string(), count: 1 };
                let destroy = self.add(format!("{} (destroy)", address.config()), kind);
                self.edge(destroy, provider);
                of_resource.entry(address.config()).or_default().push(destroy);
                let dependencies = instance.current.iter().flat_map(|object| object.dependencies.iter());
                needs.extend(dependencies.map(|dependency| (destroy, dependency.clone())));
            }
        }
        of_resource.values_mut().for_each(Vec::dedup);
        needs.sort();
        needs.dedup();
        for (dependent, dependency) in needs {
            for destroy in of_resource.get(&dependency).into_iter().flatten() {
                self.edge(*destroy, dependent);
            }
        }
    }

    /// What a plan changes: instances between their resource and what needs it, and the order of destroying.
    fn add_changes(&mut self, planned: &Planned) {
        let mut creators: HashMap<usize, NodeIndex> = HashMap::new();
        let mut destroyers: HashMap<usize, NodeIndex> = HashMap::new();
        for (index, change) in planned.plan.resource_changes.iter().enumerate() {
            let makes = !matches!(change.action, Action::NoOp | Action::Delete | Action::Forget);
            if makes {
                creators.insert(index, self.add_instance(change, planned.changes[index].config));
            }
            if let Some(name) = name_of_end(change) {
                let destroyer = self.add(name, resource_kind(change));
                let provider = self.provider(&change.provider);
                self.edge(destroyer, provider);
                destroyers.insert(index, destroyer);
            }
        }
        let execution = &planned.execution;
        let node_of = |operation: NodeIndex| match execution.graph[operation] {
            Operation::Read(id) | Operation::Create(id) | Operation::Update(id) => {
                creators.get(&(id as usize)).copied()
            }
            Operation::Delete(id) | Operation::Forget(id) => destroyers.get(&(id as usize)).copied(),
            _ => None,
        };
        let is_end = |operation: NodeIndex| matches!(execution.graph[operation], Operation::Delete(_));
        let mut order = Vec::new();
        for operation in execution.graph.node_indices().filter(|node| node_of(*node).is_some()) {
            for before in execution.effects_before(operation) {
                if is_end(operation) || is_end(before) {
                    order.extend(node_of(operation).zip(node_of(before)));
                }
            }
        }
        order.into_iter().for_each(|(from, to)| self.edge(from, to));
    }

    fn add_instance(&mut self, change: &ResourceChange, config: Option<(usize, usize)>) -> NodeIndex {
        let instance = self.add(change.address.to_string(), resource_kind(change));
        let node =
            config.map(|(module, index)| self.program.graph.index(&self.program.tree, Node::Resource(module, index)));
        if let Some(expand) = node.and_then(|node| self.statics.get(node.index()).copied().flatten()) {
            let dependents: Vec<NodeIndex> = self
                .graph
                .neighbors_directed(expand, petgraph::Direction::Incoming)
                .filter(|dependent| !is_instance_of(&self.graph[*dependent], &self.graph[expand]))
                .collect();
            dependents.into_iter().for_each(|dependent| self.edge(dependent, instance));
            self.edge(instance, expand);
        }
        let provider = self.provider(&change.provider);
        self.edge(instance, provider);
        instance
    }

    /// A provider ends when all that uses it is done.
    fn close_providers(&mut self) {
        let is_provider = |node: &NodeIndex| self.graph[*node].kind == GraphNodeKind::Provider;
        let providers: Vec<NodeIndex> = self.graph.node_indices().filter(is_provider).collect();
        for provider in providers {
            let users: Vec<NodeIndex> = self
                .graph
                .neighbors_directed(provider, petgraph::Direction::Incoming)
                .filter(|user| matches!(self.graph[*user].kind, GraphNodeKind::Resource { .. }))
                .collect();
            let close = self.add(format!("{} (close)", self.graph[provider].name), GraphNodeKind::ProviderEnd);
            self.edge(close, provider);
            users.into_iter().for_each(|user| self.edge(close, user));
        }
    }

    /// All that nothing else waits for.
    fn add_root(&mut self) {
        let last: Vec<NodeIndex> = self.graph.externals(petgraph::Direction::Incoming).collect();
        let root = self.add("root".into(), GraphNodeKind::Other);
        last.into_iter().for_each(|node| self.edge(root, node));
    }

    fn finish(self) -> OperationGraph {
        let mut order: Vec<NodeIndex> = self.graph.node_indices().collect();
        order.sort_by(|one, other| self.graph[*one].name.cmp(&self.graph[*other].name));
        let mut place = vec![0; order.len()];
        for (index, node) in order.iter().enumerate() {
            place[node.index()] = index;
        }
        let mut edges: Vec<(usize, usize)> =
            needed_edges(&self.graph).into_iter().map(|(from, to)| (place[from.index()], place[to.index()])).collect();
        edges.sort_unstable();
        OperationGraph { nodes: order.iter().map(|node| self.graph[*node].clone()).collect(), edges }
    }
}

/// Whether configuration has a resource.
pub(super) fn is_declared(program: &Program, resource: &ConfigResource) -> bool {
    let module = program.module_at(&resource.module);
    module.is_some_and(|id| program.tree[id].module.resource_indexes.contains_key(&resource.resource))
}

/// The edges that do not follow from others; all where the graph goes round in a circle.
fn needed_edges(graph: &DiGraph<GraphNode, ()>) -> Vec<(NodeIndex, NodeIndex)> {
    let Ok(order) = petgraph::algo::toposort(graph, None) else {
        return graph.edge_references().map(|edge| (edge.source(), edge.target())).collect();
    };
    let (sorted, _) = dag_to_toposorted_adjacency_list::<_, u32>(graph, &order);
    let (reduced, _) = dag_transitive_reduction_closure(&sorted);
    let node = |index: u32| order[index as usize];
    reduced.edge_references().map(|edge| (node(edge.source()), node(edge.target()))).collect()
}

fn resource_kind(change: &ResourceChange) -> GraphNodeKind {
    GraphNodeKind::Resource { label: change.address.config().to_string(), count: 1 }
}

/// Whether one is an instance of the resource that the other expands.
fn is_instance_of(node: &GraphNode, expand: &GraphNode) -> bool {
    match (&node.kind, &expand.kind) {
        (GraphNodeKind::Resource { label, .. }, GraphNodeKind::Resource { label: resource, .. }) => label == resource,
        _ => false,
    }
}

/// How the end of an object reads.
fn name_of_end(change: &ResourceChange) -> Option<String> {
    let address = &change.address;
    match (&change.deposed, change.action) {
        (_, Action::Forget) => Some(format!("{address} (forget)")),
        (Some(key), _) => Some(format!("{address} (destroy deposed {key})")),
        (None, Action::CreateThenDelete) => Some(format!("{address} (destroy deposed)")),
        (None, Action::Delete | Action::DeleteThenCreate) => Some(format!("{address} (destroy)")),
        _ => None,
    }
}
