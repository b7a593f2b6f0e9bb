//! Which operations, in which order.
//!
//! The rules of order are Terraform's. With "B was made after A" from state:
//!
//! 1. B is destroyed before A is.
//! 2. B is destroyed before A is created or changed.
//! 3. B is created or changed after A is destroyed, also where B comes to depend on A only now.
//! 4. A replaced object is destroyed before its successor is created.
//!
//! Where an object goes last (`create_before_destroy`, and all that are deposed), 2, 3 and 4 are turned round.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use landform_addrs::{ConfigResource, ResourceInstance, ResourceMode};
use landform_plan::Action;
use petgraph::graph::NodeIndex;

use super::{ExecutionGraph, Operation, Wait, cycles};
use crate::plan::PlannedChange;
use crate::program::{Node, Program};

/// What the graph is built from.
pub(crate) struct BuildInput<'a> {
    pub(crate) program: &'a Program,
    pub(crate) changes: &'a [PlannedChange],
    /// Whether a node of the static graph is part of this run.
    pub(crate) includes: &'a dyn Fn(NodeIndex) -> bool,
    /// The provider configuration of a change.
    pub(crate) provider_of: &'a dyn Fn(&PlannedChange) -> usize,
    /// Names of provider configurations.
    pub(crate) provider_names: &'a [String],
    /// The new addresses of resources that were moved: state knows dependencies by their old ones.
    pub(crate) renamed: &'a HashMap<ConfigResource, BTreeSet<ConfigResource>>,
}

/// Builds the graph.
pub(crate) fn build(input: &BuildInput<'_>) -> ExecutionGraph {
    let ending = input.changes.iter().filter(|change| change.change.action.destroys());
    let mut builder = Builder {
        input,
        ending: ending.map(|change| change.change.address.config()).collect(),
        result: ExecutionGraph::default(),
        ends: HashMap::new(),
        closings: BTreeMap::new(),
        providers: BTreeMap::new(),
        gone: BTreeMap::new(),
        all_gone: BTreeMap::new(),
        destroyed: BTreeMap::new(),
        updated: BTreeMap::new(),
        creators: HashMap::new(),
    };
    builder.add_static();
    builder.add_changes();
    builder.order_deposed();
    builder.read_for_checks_last();
    builder.order_closings();
    cycles::break_cycles(&mut builder.result.graph);
    builder.result
}

struct Builder<'a> {
    input: &'a BuildInput<'a>,
    /// Resources of which objects are destroyed.
    ending: HashSet<ConfigResource>,
    result: ExecutionGraph,
    /// The first and the last operation of each node of the static graph.
    ends: HashMap<NodeIndex, (NodeIndex, NodeIndex)>,
    /// What closes each ephemeral resource.
    closings: BTreeMap<NodeIndex, NodeIndex>,
    providers: BTreeMap<usize, NodeIndex>,
    gone: BTreeMap<ConfigResource, NodeIndex>,
    all_gone: BTreeMap<ConfigResource, NodeIndex>,
    destroyed: BTreeMap<ConfigResource, NodeIndex>,
    updated: BTreeMap<ConfigResource, NodeIndex>,
    /// What creates or changes an instance.
    creators: HashMap<&'a ResourceInstance, NodeIndex>,
}

impl<'a> Builder<'a> {
    fn add(&mut self, operation: Operation, name: String) -> NodeIndex {
        self.result.names.push(name);
        self.result.graph.add_node(operation)
    }

    fn needs(&mut self, first: NodeIndex, then: NodeIndex) {
        self.result.graph.add_edge(first, then, Wait::Needs);
    }

    fn goes_first(&mut self, first: NodeIndex, then: NodeIndex) {
        self.result.graph.add_edge(first, then, Wait::Dependent);
    }

    fn order(&mut self, first: NodeIndex, then: NodeIndex) {
        self.result.graph.add_edge(first, then, Wait::Order);
    }

    /// What a check reads is read when everything has been made, and not where that failed. What waits for the check
    /// itself, by `depends_on` of its module, can not go before it.
    fn read_for_checks_last(&mut self) {
        let program = self.input.program;
        let mut checks = program.tree.iter().flat_map(|node| node.module.config.checks.values());
        if checks.all(|check| check.data.is_none()) {
            return;
        }
        let graph = &program.graph.graph;
        let declared = |node: NodeIndex| match graph[node] {
            Node::Resource(module, index) => program.tree[module].module.config.resources.get_index(index),
            _ => None,
        };
        // The first of them waits for no other.
        let ordered = petgraph::algo::toposort(graph, None).unwrap_or_default();
        let included = ordered.into_iter().filter(|node| self.ends.contains_key(node));
        let (read, rest): (Vec<_>, Vec<_>) = included
            .filter_map(|node| Some((node, declared(node)?.1)))
            .filter(|(_, resource)| resource.check.is_some() || resource.mode == ResourceMode::Managed)
            .partition(|(_, resource)| resource.check.is_some());
        let Some((first, _)) = read.first() else { return };
        let first = self.ends[first].0;
        let mut behind = HashSet::new();
        let mut ahead: Vec<NodeIndex> = read.iter().map(|(node, _)| *node).collect();
        while let Some(node) = ahead.pop() {
            if behind.insert(node) {
                ahead.extend(graph.neighbors(node));
            }
        }
        for (node, _) in rest.into_iter().filter(|(node, _)| !behind.contains(node)) {
            self.needs(self.ends[&node].1, first);
        }
        for (node, _) in read.iter().skip(1) {
            self.needs(first, self.ends[node].0);
        }
    }

    fn add_static(&mut self) {
        let program = self.input.program;
        let graph = &program.graph.graph;
        let mut used = vec![false; self.input.provider_names.len()];
        for change in self.input.changes.iter().filter(|change| needs_provider(program, change)) {
            used[(self.input.provider_of)(change)] = true;
        }
        let included = graph.node_indices().filter(|node| (self.input.includes)(*node));
        for node in included.filter(|node| program.is_ephemeral(graph[*node])) {
            if let Node::Resource(module, index) = graph[node] {
                program.tree[module].resource_providers[index].all().into_iter().for_each(|index| used[index] = true);
            }
        }
        for node in graph.node_indices().filter(|node| (self.input.includes)(*node)) {
            let name = program.name(graph[node]);
            let id = node.index() as u32;
            let ends = match graph[node] {
                Node::Resource(..) => {
                    let begin = self.add(Operation::Begin(id), format!("begin {name}"));
                    let complete = self.add(Operation::Complete(id), format!("complete {name}"));
                    self.needs(begin, complete);
                    if program.is_ephemeral(graph[node]) {
                        let open = self.add(Operation::OpenEphemeral(id), format!("open {name}"));
                        self.needs(begin, open);
                        self.needs(open, complete);
                        let close = self.add(Operation::CloseEphemeral(id), format!("close {name}"));
                        self.closings.insert(node, close);
                    }
                    (begin, complete)
                }
                Node::Provider(index) if used[index] => {
                    let open = self.add(Operation::OpenProvider(index as u32), format!("open {name}"));
                    self.providers.insert(index, open);
                    (open, open)
                }
                _ => {
                    let evaluate = self.add(Operation::Evaluate(id), format!("evaluate {name}"));
                    (evaluate, evaluate)
                }
            };
            self.ends.insert(node, ends);
        }
        for (index, _) in used.iter().enumerate().filter(|(_, used)| **used) {
            if !self.providers.contains_key(&index) {
                let name = format!("open {}", self.input.provider_names[index]);
                let open = self.add(Operation::OpenProvider(index as u32), name);
                self.providers.insert(index, open);
            }
        }
        for edge in graph.edge_indices() {
            let Some((from, to)) = graph.edge_endpoints(edge) else { continue };
            if let (Some((_, first)), Some((then, _))) = (self.ends.get(&from).copied(), self.ends.get(&to).copied()) {
                self.needs(first, then);
            }
        }
    }

    fn add_changes(&mut self) {
        for index in 0..self.input.changes.len() {
            self.add_change(index);
        }
    }

    fn add_change(&mut self, index: usize) {
        let change = &self.input.changes[index];
        let id = index as u32;
        let address = &change.change.address;
        let deposed = change.change.deposed.as_ref().map(|key| format!(" (deposed {key})")).unwrap_or_default();
        let import = change.change.importing.as_ref().map(|_| {
            let import = self.add(Operation::Import(id), format!("import {address}"));
            self.place(change, import);
            import
        });
        let first = self.result.graph.node_count();
        match change.change.action {
            // What conditions refer to may have changed.
            Action::NoOp if has_conditions(self.input.program, change) => {
                let verify = self.add(Operation::Verify(id), format!("verify {address}"));
                self.place(change, verify);
            }
            Action::NoOp => {}
            Action::Read => {
                let read = self.add(Operation::Read(id), format!("read {address}"));
                self.place(change, read);
            }
            Action::Create => {
                let create = self.add(Operation::Create(id), format!("create {address}"));
                self.place_creator(change, create);
            }
            Action::Update => {
                let update = self.add(Operation::Update(id), format!("update {address}"));
                self.place_creator(change, update);
            }
            Action::Forget => {
                self.add(Operation::Forget(id), format!("forget {address}{deposed}"));
            }
            Action::Delete => {
                let delete = self.add(Operation::Delete(id), format!("delete {address}{deposed}"));
                let last = change.create_before_destroy || change.change.deposed.is_some();
                self.place_destroyer(change, delete, last);
            }
            Action::DeleteThenCreate => {
                let delete = self.add(Operation::Delete(id), format!("delete {address}"));
                let create = self.add(Operation::Create(id), format!("create {address}"));
                self.needs(delete, create);
                self.place_destroyer(change, delete, false);
                self.place_creator(change, create);
            }
            Action::CreateThenForget => {
                let create = self.add(Operation::Create(id), format!("create {address}"));
                let forget = self.add(Operation::Forget(id), format!("forget {address} (old)"));
                self.needs(create, forget);
                self.place_creator(change, create);
            }
            Action::CreateThenDelete => {
                let create = self.add(Operation::Create(id), format!("create {address}"));
                let delete = self.add(Operation::Delete(id), format!("delete {address} (old)"));
                self.needs(create, delete);
                self.place_creator(change, create);
                self.place_destroyer(change, delete, true);
            }
        }
        let Some(import) = import else { return };
        for node in (first..self.result.graph.node_count()).map(NodeIndex::new) {
            if self.result.graph[node].is_effect() {
                self.needs(import, node);
            }
        }
    }

    /// Between the beginning and the end of its resource, which is behind its provider.
    fn place(&mut self, change: &PlannedChange, operation: NodeIndex) {
        if let Some((begin, complete)) = self.ends_of(change) {
            self.needs(begin, operation);
            self.needs(operation, complete);
        }
    }

    fn ends_of(&self, change: &PlannedChange) -> Option<(NodeIndex, NodeIndex)> {
        let (module, index) = change.config?;
        let node = self.input.program.graph.index(&self.input.program.tree, Node::Resource(module, index));
        self.ends.get(&node).copied()
    }

    fn place_creator(&mut self, change: &'a PlannedChange, creator: NodeIndex) {
        self.place(change, creator);
        self.creators.insert(&change.change.address, creator);
        let resource = change.change.address.config();
        // Rule 2: dependents that go first are gone.
        let gone = self.gone_barrier(&resource);
        self.order(gone, creator);
        for dependency in &self.ending_dependencies(change) {
            // Rule 3, and the same turned round for dependencies that go last.
            let destroyed = self.destroyed_barrier(dependency);
            self.order(destroyed, creator);
            let updated = self.updated_barrier(dependency);
            self.order(creator, updated);
        }
    }

    fn place_destroyer(&mut self, change: &PlannedChange, destroyer: NodeIndex, last: bool) {
        if let Some(open) = self.providers.get(&(self.input.provider_of)(change)).copied() {
            self.needs(open, destroyer);
        }
        let resource = change.change.address.config();
        // Rule 1: every dependent's destroyer comes first.
        let gone = self.gone_all_barrier(&resource);
        self.goes_first(gone, destroyer);
        if last {
            let updated = self.updated_barrier(&resource);
            self.order(updated, destroyer);
        } else {
            let destroyed = self.destroyed_barrier(&resource);
            self.order(destroyer, destroyed);
        }
        for dependency in &self.prior_dependencies(change) {
            let gone = self.gone_all_barrier(dependency);
            self.goes_first(destroyer, gone);
            if last {
                self.after_creators(dependency, destroyer);
            } else {
                let gone = self.gone_barrier(dependency);
                self.order(destroyer, gone);
            }
        }
    }

    /// What an object was made after, by the addresses of today.
    fn prior_dependencies(&self, change: &PlannedChange) -> BTreeSet<ConfigResource> {
        let known = change.prior_dependencies.iter();
        let renamed = known.clone().filter_map(|dependency| self.input.renamed.get(dependency)).flatten();
        known.chain(renamed).cloned().collect()
    }

    /// What an object was made after or will be, as far as objects of it are destroyed.
    fn ending_dependencies(&self, change: &PlannedChange) -> BTreeSet<ConfigResource> {
        if self.ending.is_empty() {
            return BTreeSet::new();
        }
        let all = self.prior_dependencies(change).into_iter().chain(change.dependencies.iter().cloned());
        all.filter(|dependency| self.ending.contains(dependency)).collect()
    }

    /// An ephemeral resource is closed when all that may use it has ended, and what was made of it is closed.
    fn order_closings(&mut self) {
        for (node, users) in self.input.program.ephemeral_users() {
            let Some(close) = self.closings.get(&node).copied() else { continue };
            for user in users.iter().chain([&node]) {
                if let Some((_, end)) = self.ends.get(user).copied() {
                    self.needs(end, close);
                }
                if let Some(first) = self.closings.get(user).copied().filter(|first| *first != close) {
                    self.needs(first, close);
                }
                if let Node::Provider(index) = self.input.program.graph.graph[*user] {
                    self.close_after_provider(index, close);
                }
            }
        }
    }

    /// What a provider destroys is outside of what configuration declares, and comes before a closing, too.
    fn close_after_provider(&mut self, provider: usize, close: NodeIndex) {
        let Some(open) = self.providers.get(&provider).copied() else { return };
        let graph = &self.result.graph;
        let effects: Vec<NodeIndex> = graph.neighbors(open).filter(|node| graph[*node].is_effect()).collect();
        effects.into_iter().for_each(|effect| self.needs(effect, close));
    }

    /// Rule 4 turned round for deposed objects: what has taken their place is there, and as it should be.
    fn order_deposed(&mut self) {
        let graph = &self.result.graph;
        let deletes = graph.node_indices().filter_map(|node| match graph[node] {
            Operation::Delete(id) => {
                let change = &self.input.changes[id as usize].change;
                let creator = change.deposed.as_ref().and_then(|_| self.creators.get(&change.address));
                creator.map(|creator| (*creator, node))
            }
            _ => None,
        });
        let edges: Vec<(NodeIndex, NodeIndex)> = deletes.collect();
        edges.into_iter().for_each(|(creator, delete)| self.order(creator, delete));
    }

    /// Rule 2 turned round: what goes last goes after what it depends on has changed.
    fn after_creators(&mut self, dependency: &ConfigResource, destroyer: NodeIndex) {
        let Some(module) = self.input.program.module_at(&dependency.module) else { return };
        let compiled = &self.input.program.tree[module].module;
        let Some(index) = compiled.resource_indexes.get(&dependency.resource) else { return };
        let node = self.input.program.graph.index(&self.input.program.tree, Node::Resource(module, *index));
        if let Some((_, complete)) = self.ends.get(&node).copied() {
            self.order(complete, destroyer);
        }
    }

    /// Dependents that go first are gone (rule 2).
    fn gone_barrier(&mut self, resource: &ConfigResource) -> NodeIndex {
        if let Some(node) = self.gone.get(resource) {
            return *node;
        }
        let name = format!("dependents gone: {resource}");
        let node = self.add(Operation::DependentsGone(resource.to_string()), name);
        self.gone.insert(resource.clone(), node);
        node
    }

    /// All dependents are gone (rule 1).
    fn gone_all_barrier(&mut self, resource: &ConfigResource) -> NodeIndex {
        if let Some(node) = self.all_gone.get(resource) {
            return *node;
        }
        let name = format!("all dependents gone: {resource}");
        let node = self.add(Operation::DependentsGone(resource.to_string()), name);
        self.all_gone.insert(resource.clone(), node);
        node
    }

    fn destroyed_barrier(&mut self, resource: &ConfigResource) -> NodeIndex {
        if let Some(node) = self.destroyed.get(resource) {
            return *node;
        }
        let node = self.add(Operation::Destroyed(resource.to_string()), format!("destroyed: {resource}"));
        self.destroyed.insert(resource.clone(), node);
        node
    }

    fn updated_barrier(&mut self, resource: &ConfigResource) -> NodeIndex {
        if let Some(node) = self.updated.get(resource) {
            return *node;
        }
        let node =
            self.add(Operation::DependentsUpdated(resource.to_string()), format!("dependents updated: {resource}"));
        self.updated.insert(resource.clone(), node);
        node
    }
}

fn needs_provider(program: &Program, change: &PlannedChange) -> bool {
    match change.change.action {
        Action::NoOp => has_conditions(program, change),
        Action::Forget => false,
        _ => true,
    }
}

fn has_conditions(program: &Program, change: &PlannedChange) -> bool {
    change.config.is_some_and(|(module, index)| program.resource(module, index).has_conditions())
}
