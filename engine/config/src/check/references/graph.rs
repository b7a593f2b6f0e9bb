//! Which objects are looked at: Terraform comes to an object only when all went well with those that it refers to.

use std::collections::{HashMap, HashSet, VecDeque};

use landform_addrs::ProviderConfigAddr;

use super::objects::{Contents, Object, Objects};
use crate::load::ModuleTree;
use crate::reference::{Reference, Subject, parse_reference};

/// An object and its module, by the index in the tree.
pub(super) type Node = (usize, Object);

/// What refers to what.
pub(super) struct Graph<'a> {
    tree: &'a ModuleTree,
    /// What refers to an object.
    dependents: HashMap<Node, Vec<Node>>,
    providers: HashMap<ProviderConfigAddr, Node>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(tree: &'a ModuleTree) -> Self {
        let mut graph = Self { tree, dependents: HashMap::new(), providers: HashMap::new() };
        for (module, node) in tree.nodes().iter().enumerate() {
            for (index, config) in node.module.provider_configs.values().enumerate() {
                let provider = node.module.provider_named(&config.name);
                let address = ProviderConfigAddr::new(node.path.clone(), provider, config.alias.clone());
                graph.providers.insert(address, (module, Object::Provider(index)));
            }
        }
        for module in 0..tree.nodes().len() {
            let objects = Objects::of(tree, module, None);
            graph.add_edges_of_module(module, &objects);
            for object in objects.all() {
                graph.add_edges((module, object), &objects.contents(object));
            }
        }
        graph
    }

    /// The objects that are not looked at because of errors in these.
    pub(super) fn behind(&self, failed: impl IntoIterator<Item = Node>) -> HashSet<Node> {
        let mut next: VecDeque<Node> = failed.into_iter().collect();
        let mut behind = HashSet::new();
        while let Some(node) = next.pop_front() {
            for dependent in self.dependents.get(&node).into_iter().flatten() {
                if behind.insert(*dependent) {
                    next.push_back(*dependent);
                }
            }
        }
        behind
    }

    fn edge(&mut self, from: Node, to: Node) {
        if from != to {
            self.dependents.entry(from).or_default().push(to);
        }
    }

    /// All in a module waits for its call, and what waits for the whole of it for all in it.
    fn add_edges_of_module(&mut self, module: usize, objects: &Objects<'_>) {
        let node = self.tree.node(module);
        let call = node.parent.map(|(parent, index)| (parent, Object::Call(index)));
        for object in objects.all() {
            self.edge((module, object), (module, Object::Close));
            if let Some(call) = call {
                self.edge(call, (module, object));
            }
        }
        for child in node.children.iter().flatten() {
            self.edge((*child, Object::Close), (module, Object::Close));
        }
    }

    fn add_edges(&mut self, (module, object): Node, contents: &Contents) {
        let scope = scope_of(self.tree, (module, object));
        if let Object::Validation(index) = object {
            self.edge((module, Object::Variable(index)), (module, object));
        }
        for reference in references(contents) {
            for from in self.objects_of(scope, &reference) {
                let own = matches!((from, object), ((_, Object::Variable(a) | Object::Validation(a)), Object::Validation(b)) if a == b);
                if !own {
                    self.edge(from, (module, object));
                }
            }
        }
        match object {
            Object::Resource(index) => self.add_provider_edge(module, index),
            Object::Check(index) => self.add_data_edge(module, index),
            _ => {}
        }
    }

    /// A check waits for the data source within, even if it does not refer to it.
    fn add_data_edge(&mut self, module: usize, index: usize) {
        let declared = &self.tree.node(module).module;
        let data = declared.checks[index].data.as_ref().and_then(|data| declared.resources.get_index_of(data));
        if let Some(data) = data {
            self.edge((module, Object::Resource(data)), (module, Object::Check(index)));
        }
    }

    fn add_provider_edge(&mut self, module: usize, index: usize) {
        let resource = &self.tree.node(module).module.resources[index];
        let address = self.tree.provider_config(module, resource);
        if let Some(provider) = self.providers.get(&address).copied() {
            self.edge(provider, (module, Object::Resource(index)));
        }
    }

    /// The objects that a reference in a module is to.
    fn objects_of(&self, module: usize, reference: &Reference) -> Vec<Node> {
        let node = self.tree.node(module);
        let declared = &node.module;
        let here = |object: Option<Object>| object.map(|object| (module, object)).into_iter().collect::<Vec<Node>>();
        match &reference.subject {
            Subject::Variable(name) => match declared.variables.get_index_of(name) {
                Some(index) => vec![(module, Object::Variable(index)), (module, Object::Validation(index))],
                None => Vec::new(),
            },
            Subject::Local(name) => here(declared.locals.get_index_of(name).map(Object::Local)),
            Subject::Resource { resource, .. } => here(declared.resources.get_index_of(resource).map(Object::Resource)),
            Subject::Module { call, output, .. } => {
                let Some(index) = declared.module_calls.get_index_of(call) else { return Vec::new() };
                let Some(child) = node.children[index] else { return here(Some(Object::Call(index))) };
                let outputs = &self.tree.node(child).module.outputs;
                match output.as_ref().and_then(|name| outputs.get_index_of(name)) {
                    Some(output) => vec![(child, Object::Output(output))],
                    None => vec![(module, Object::Call(index)), (child, Object::Close)],
                }
            }
            _ => Vec::new(),
        }
    }
}

/// The module in whose names an object's references are looked up: variables are set by calls.
pub(super) fn scope_of(tree: &ModuleTree, (module, object): Node) -> usize {
    match (object, tree.node(module).parent) {
        (Object::Variable(_), Some((parent, _))) => parent,
        _ => module,
    }
}

/// What the contents of an object refer to.
pub(super) fn references(contents: &Contents) -> Vec<Reference> {
    let units = contents.units.iter().chain(contents.last.iter().flatten());
    let in_units = units.flat_map(|unit| unit.found.iter().map(|found| &found.traversal).chain(&unit.later));
    let depends_on = contents.depends_on.iter().flat_map(|(_, traversals)| traversals);
    in_units.chain(depends_on).filter_map(|traversal| parse_reference(traversal.as_ref()).ok()).collect()
}
