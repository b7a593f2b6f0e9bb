//! The static graph: what must be known before what.

use std::collections::HashMap;
use std::sync::Arc;

use landform_addrs::ProviderConfigAddr;
use landform_config::{ModuleTree, ProviderChoice};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::Str;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{CompiledModule, ModuleId, ModuleNode, ProviderOf, ProviderUse, Target};

/// An object in configuration, for all instances of its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// The expansion of a module call.
    Call(ModuleId, usize),
    /// What a module call depends on by `depends_on`, for all in the called module.
    CallDependencies(ModuleId, usize),
    /// All in a module.
    Close(ModuleId),
    /// A variable's value.
    Variable(ModuleId, usize),
    /// A variable's validations.
    Validation(ModuleId, usize),
    /// A local value.
    Local(ModuleId, usize),
    /// An output.
    Output(ModuleId, usize),
    /// A resource.
    Resource(ModuleId, usize),
    /// A provider configuration, by its index in the program.
    Provider(usize),
    /// A check block.
    Check(ModuleId, usize),
}

/// Nodes and edges; an edge leads from what is needed to what needs it.
pub(crate) struct StaticGraph {
    /// The graph itself.
    pub(crate) graph: DiGraph<Node, ()>,
    first_of_module: Vec<usize>,
    first_provider: usize,
}

/// Where the kinds of nodes of one module begin, relative to its first.
struct Layout {
    variables: usize,
    validations: usize,
    locals: usize,
    outputs: usize,
    resources: usize,
    calls: usize,
    call_dependencies: usize,
    checks: usize,
    close: usize,
}

impl Layout {
    fn of(module: &CompiledModule) -> Self {
        let variables = 0;
        let validations = variables + module.variables.len();
        let locals = validations + module.variables.len();
        let outputs = locals + module.locals.len();
        let resources = outputs + module.outputs.len();
        let calls = resources + module.resources.len();
        let call_dependencies = calls + module.calls.len();
        let checks = call_dependencies + module.calls.len();
        let close = checks + module.checks.len();
        Self { variables, validations, locals, outputs, resources, calls, call_dependencies, checks, close }
    }
}

impl StaticGraph {
    /// Builds the graph of a tree of modules.
    pub(super) fn build(tree: &[ModuleNode], provider_configs: &[ProviderUse]) -> Self {
        let mut graph = DiGraph::new();
        let mut first_of_module = Vec::with_capacity(tree.len());
        for (id, node) in tree.iter().enumerate() {
            first_of_module.push(graph.node_count());
            add_nodes(&mut graph, id, &node.module);
        }
        let first_provider = graph.node_count();
        for index in 0..provider_configs.len() {
            graph.add_node(Node::Provider(index));
        }
        let mut this = Self { graph, first_of_module, first_provider };
        for (id, node) in tree.iter().enumerate() {
            this.connect_module(tree, id, node);
        }
        this.connect_imports(tree);
        for (index, provider) in provider_configs.iter().enumerate() {
            if let Some((module, block)) = provider.block {
                let targets = tree[module].module.provider_targets(block);
                let to = this.index(tree, Node::Provider(index));
                this.connect_all(tree, module, &targets, to);
                if let Some((parent, call)) = tree[module].parent {
                    this.connect(tree, Node::Call(parent, call), to);
                }
            }
        }
        this
    }

    /// The index of a node.
    pub(crate) fn index(&self, tree: &[ModuleNode], node: Node) -> NodeIndex {
        let at = |module: ModuleId, offset: fn(&Layout) -> usize, index: usize| {
            self.first_of_module[module] + offset(&Layout::of(&tree[module].module)) + index
        };
        NodeIndex::new(match node {
            Node::Variable(module, index) => at(module, |layout| layout.variables, index),
            Node::Validation(module, index) => at(module, |layout| layout.validations, index),
            Node::Local(module, index) => at(module, |layout| layout.locals, index),
            Node::Output(module, index) => at(module, |layout| layout.outputs, index),
            Node::Resource(module, index) => at(module, |layout| layout.resources, index),
            Node::Call(module, index) => at(module, |layout| layout.calls, index),
            Node::CallDependencies(module, index) => at(module, |layout| layout.call_dependencies, index),
            Node::Check(module, index) => at(module, |layout| layout.checks, index),
            Node::Close(module) => at(module, |layout| layout.close, 0),
            Node::Provider(index) => self.first_provider + index,
        })
    }

    fn connect(&mut self, tree: &[ModuleNode], from: Node, to: NodeIndex) {
        let from = self.index(tree, from);
        // What an object says of itself does not keep it waiting; the checks of references tell where it must not.
        if from != to {
            self.graph.add_edge(from, to, ());
        }
    }

    /// Makes `to` depend on what targets in a module stand for.
    fn connect_all(&mut self, tree: &[ModuleNode], module: ModuleId, targets: &[Target], to: NodeIndex) {
        let mut targets = targets.to_vec();
        targets.sort_unstable();
        targets.dedup();
        for target in targets {
            match target {
                Target::Variable(index) => self.connect_variable_value(tree, module, index, to),
                Target::Local(index) => self.connect(tree, Node::Local(module, index), to),
                Target::Resource(index) => self.connect(tree, Node::Resource(module, index), to),
                Target::CallOutput(call, output) => {
                    let child = tree[module].children[call];
                    if child < tree.len() {
                        self.connect(tree, Node::Output(child, output), to);
                    }
                }
                Target::Call(call) => self.connect_call(tree, module, call, to),
                _ => {}
            }
        }
    }

    /// A variable's value is not used before its validations have passed it, except by themselves.
    fn connect_variable_value(&mut self, tree: &[ModuleNode], module: ModuleId, index: usize, to: NodeIndex) {
        self.connect(tree, Node::Variable(module, index), to);
        let validation = Node::Validation(module, index);
        if !tree[module].module.variables[index].is_empty() && self.graph[to] != validation {
            self.connect(tree, validation, to);
        }
    }

    /// A whole module as a value needs all its outputs, and waits for all in it.
    fn connect_call(&mut self, tree: &[ModuleNode], module: ModuleId, call: usize, to: NodeIndex) {
        self.connect(tree, Node::Call(module, call), to);
        let child = tree[module].children[call];
        if child < tree.len() {
            self.connect(tree, Node::Close(child), to);
            for output in 0..tree[child].module.outputs.len() {
                self.connect(tree, Node::Output(child, output), to);
            }
        }
    }

    /// `depends_on` a module waits for everything in it.
    fn connect_dependencies(&mut self, tree: &[ModuleNode], module: ModuleId, targets: &[Target], to: NodeIndex) {
        for target in targets {
            match target {
                Target::Call(call) | Target::CallOutput(call, _) => {
                    let child = tree[module].children[*call];
                    if child < tree.len() {
                        self.connect(tree, Node::Close(child), to);
                    }
                }
                other => self.connect_all(tree, module, &[*other], to),
            }
        }
    }

    fn connect_module(&mut self, tree: &[ModuleNode], id: ModuleId, node: &ModuleNode) {
        let module = &node.module;
        for index in 0..module.variables.len() {
            self.connect_variable(tree, id, index);
        }
        for (index, local) in module.locals.iter().enumerate() {
            let to = self.index(tree, Node::Local(id, index));
            self.connect_all(tree, id, &module.targets_of([local]), to);
        }
        for (index, output) in module.outputs.iter().enumerate() {
            let to = self.index(tree, Node::Output(id, index));
            self.connect_all(tree, id, &module.output_targets(index), to);
            self.connect_dependencies(tree, id, &output.depends_on, to);
            if let Some((parent, call)) = node.parent {
                self.connect(tree, Node::CallDependencies(parent, call), to);
            }
        }
        for index in 0..module.resources.len() {
            self.connect_resource(tree, id, index);
        }
        for (index, call) in module.calls.iter().enumerate() {
            let to = self.index(tree, Node::Call(id, index));
            self.connect_all(tree, id, &module.targets_of(call.repetition.expression()), to);
            self.connect_all(tree, id, &module.targets_of(call.provider_keys.iter().flatten()), to);
            let to = self.index(tree, Node::CallDependencies(id, index));
            self.connect_dependencies(tree, id, &call.depends_on, to);
            if let Some((parent, parent_call)) = node.parent {
                self.connect(tree, Node::CallDependencies(parent, parent_call), to);
            }
        }
        for index in 0..module.checks.len() {
            let to = self.index(tree, Node::Check(id, index));
            self.connect_all(tree, id, &module.check_targets(index), to);
        }
        self.connect_expansion_and_close(tree, id, node);
    }

    fn connect_variable(&mut self, tree: &[ModuleNode], id: ModuleId, index: usize) {
        let node = &tree[id];
        let to = self.index(tree, Node::Variable(id, index));
        if let Some((parent, call)) = node.parent {
            let caller = &tree[parent].module;
            let argument = caller.calls[call].arguments.get(index).and_then(Option::as_ref);
            self.connect_all(tree, parent, &caller.targets_of(argument), to);
        }
        let check = self.index(tree, Node::Validation(id, index));
        self.connect(tree, Node::Variable(id, index), check);
        let targets = node.module.validation_targets(index);
        self.connect_all(tree, id, &targets, check);
    }

    fn connect_resource(&mut self, tree: &[ModuleNode], id: ModuleId, index: usize) {
        let node = &tree[id];
        let to = self.index(tree, Node::Resource(id, index));
        let targets = node.module.resource_targets(index);
        self.connect_all(tree, id, &targets, to);
        self.connect_dependencies(tree, id, &node.module.resources[index].depends_on, to);
        for provider in node.resource_providers.get(index).map(ProviderOf::all).unwrap_or_default() {
            self.connect(tree, Node::Provider(provider), to);
        }
        if let Some((parent, call)) = node.parent {
            self.connect(tree, Node::CallDependencies(parent, call), to);
        }
    }

    /// A resource waits for what imports for it refer to.
    fn connect_imports(&mut self, tree: &[ModuleNode]) {
        for (own, node) in tree.iter().enumerate() {
            for import in &node.module.imports {
                let mut steps = import.resource.module.calls().iter();
                let id = steps.try_fold(own, |module, call| {
                    let found = &tree[module];
                    let call = found.module.config.module_calls.get_index_of(call)?;
                    found.children.get(call).copied().filter(|child| *child < tree.len())
                });
                let Some(id) = id else { continue };
                let Some(index) = tree[id].module.resource_indexes.get(&import.resource.resource).copied() else {
                    continue;
                };
                let to = self.index(tree, Node::Resource(id, index));
                self.connect_all(tree, own, &import.targets(&node.module), to);
            }
        }
    }

    /// Everything in a called module waits for the call's expansion, and closing the module waits for everything.
    fn connect_expansion_and_close(&mut self, tree: &[ModuleNode], id: ModuleId, node: &ModuleNode) {
        let first = self.first_of_module[id];
        let layout = Layout::of(&node.module);
        let close = NodeIndex::new(first + layout.close);
        for offset in 0..layout.close {
            let index = NodeIndex::new(first + offset);
            if let Some((parent, call)) = node.parent {
                self.connect(tree, Node::Call(parent, call), index);
            }
            if !(layout.call_dependencies..layout.checks).contains(&offset) && offset < layout.checks {
                self.graph.add_edge(index, close, ());
            }
        }
        for child in node.children.iter().filter(|child| **child < tree.len()) {
            self.connect(tree, Node::Close(*child), close);
        }
        if let Some((parent, call)) = node.parent {
            self.connect(tree, Node::Call(parent, call), close);
            self.connect(tree, Node::CallDependencies(parent, call), close);
        }
    }

    /// As Terraform has it: a module with `depends_on` has no instances before those are there, and a check waits for
    /// the data source within.
    pub(crate) fn as_terraform_has_it(&self, tree: &[ModuleNode]) -> DiGraph<Node, ()> {
        let mut graph = self.graph.clone();
        for index in self.graph.node_indices() {
            if let Node::CallDependencies(module, call) = self.graph[index]
                && !tree[module].module.calls[call].depends_on.is_empty()
            {
                graph.add_edge(index, self.index(tree, Node::Call(module, call)), ());
            }
        }
        for (module, node) in tree.iter().enumerate() {
            let checks = node.module.config.checks.values().enumerate();
            for (check, declared) in checks.filter_map(|(index, check)| Some((index, check.data.as_ref()?))) {
                if let Some(data) = node.module.resource_indexes.get(declared) {
                    let data = self.index(tree, Node::Resource(module, *data));
                    graph.add_edge(data, self.index(tree, Node::Check(module, check)), ());
                }
            }
        }
        graph
    }

    /// An error for every set of nodes that depend on each other, by their names.
    pub(crate) fn cycles(&self, tree: &[ModuleNode], name: impl Fn(Node) -> String) -> Diagnostics {
        let components = petgraph::algo::tarjan_scc(&self.as_terraform_has_it(tree));
        components
            .into_iter()
            .filter(|component| component.len() > 1)
            .map(|component| {
                let nodes = component.iter().rev().map(|node| self.graph[*node]);
                let nodes = nodes.filter(|node| match *node {
                    Node::CallDependencies(..) => false,
                    Node::Validation(module, index) => !tree[module].module.variables[index].is_empty(),
                    _ => true,
                });
                let names: Vec<String> = nodes.map(&name).collect();
                Diagnostic::error(format!("Cycle: {}", names.join(", ")), "")
            })
            .collect()
    }

    /// How messages name a node.
    pub(crate) fn name(&self, tree: &[ModuleNode], provider_configs: &[ProviderUse], node: Node) -> String {
        let within = |module: ModuleId, local: String| {
            let path = &tree[module].path;
            if path.is_root() { local } else { format!("{path}.{local}") }
        };
        let config = |module: ModuleId| &tree[module].module.config;
        match node {
            Node::Variable(id, index) => {
                // Those of the root module have no instances.
                let expand = if tree[id].path.is_root() { "" } else { " (expand)" };
                within(id, format!("var.{}{expand}", config(id).variables[index].name))
            }
            Node::Validation(id, index) => within(id, format!("var.{} (validation)", config(id).variables[index].name)),
            Node::Local(id, index) => within(id, format!("local.{} (expand)", config(id).locals[index].name)),
            Node::Output(id, index) => within(id, format!("output.{} (expand)", config(id).outputs[index].name)),
            Node::Resource(id, index) => within(id, tree[id].module.resources[index].address.to_string()),
            Node::Call(id, index) => within(id, format!("module.{} (expand)", config(id).module_calls[index].name)),
            Node::CallDependencies(id, index) => {
                within(id, format!("module.{} (depends on)", config(id).module_calls[index].name))
            }
            Node::Check(id, index) => within(id, format!("check.{} (expand)", config(id).checks[index].name)),
            Node::Close(id) => within(id, "(close)".into()).replace(".(close)", " (close)"),
            Node::Provider(index) => provider_configs[index].address.to_string(),
        }
    }
}

fn add_nodes(graph: &mut DiGraph<Node, ()>, id: ModuleId, module: &CompiledModule) {
    let mut add = |count: usize, node: fn(ModuleId, usize) -> Node| {
        for index in 0..count {
            graph.add_node(node(id, index));
        }
    };
    add(module.variables.len(), Node::Variable);
    add(module.variables.len(), Node::Validation);
    add(module.locals.len(), Node::Local);
    add(module.outputs.len(), Node::Output);
    add(module.resources.len(), Node::Resource);
    add(module.calls.len(), Node::Call);
    add(module.calls.len(), Node::CallDependencies);
    add(module.checks.len(), Node::Check);
    graph.add_node(Node::Close(id));
}

/// Finds the provider configuration of every resource, and lists them all with their instances: those with a block
/// first.
pub(super) fn bind_providers(tree: &ModuleTree, nodes: &mut [ModuleNode]) -> Vec<ProviderUse> {
    let mut uses: Vec<ProviderUse> = Vec::new();
    let mut keyed: HashMap<ProviderConfigAddr, Arc<HashMap<Str, usize>>> = HashMap::new();
    for (id, node) in nodes.iter().enumerate() {
        for (block, (local, config)) in node.module.config.provider_configs.iter().enumerate() {
            let provider = node.module.config.provider_named(&config.name);
            let address = ProviderConfigAddr::new(node.path.clone(), provider, config.alias.clone());
            let block = Some((id, block));
            match tree.node(id).provider_instances.get(local) {
                None => uses.push(ProviderUse { address, block, value: None }),
                Some(instances) => {
                    let mut by_key = HashMap::with_capacity(instances.len());
                    for (key, value) in instances.iter() {
                        by_key.insert(key.clone(), uses.len());
                        let address = address.clone().with_key(Some(key.clone()));
                        uses.push(ProviderUse { address, block, value: Some(value.clone()) });
                    }
                    keyed.insert(address, Arc::new(by_key));
                }
            }
        }
    }
    let mut indexes: HashMap<ProviderConfigAddr, usize> =
        uses.iter().enumerate().map(|(index, found)| (found.address.clone(), index)).collect();
    for (id, node) in nodes.iter_mut().enumerate() {
        for resource in node.module.config.resources.values() {
            let ProviderChoice { address, key } = tree.provider_choice(id, resource);
            let instances = keyed.get(&address).cloned();
            node.resource_providers.push(match (key, instances) {
                (Some(key), Some(instances)) => ProviderOf::Keyed { address, key, instances },
                _ => ProviderOf::One(*indexes.entry(address.clone()).or_insert_with(|| {
                    uses.push(ProviderUse { address, block: None, value: None });
                    uses.len() - 1
                })),
            });
        }
    }
    uses
}
