//! What is wrong with the objects of a program before anything is evaluated.

use std::collections::{BTreeMap, HashMap, HashSet};

use landform_config::check::{Object, Part, ReferenceProblem};
use landform_diagnostics::Diagnostics;
use petgraph::Direction;
use petgraph::graph::NodeIndex;

use crate::program::{ModuleId, Node, Program};

/// By object and part.
#[derive(Default)]
pub(super) struct Problems {
    found: HashMap<Node, BTreeMap<Part, Diagnostics>>,
    /// Those with references that mean nothing.
    astray: HashSet<(Node, Part)>,
}

impl Problems {
    /// What references and schemas say. Where a reference means nothing, a part is not looked at any further, but for
    /// conditions and their messages.
    pub(super) fn of(program: &Program, references: Vec<ReferenceProblem>) -> Self {
        let mut this = Self::default();
        for problem in references {
            if let Some(node) = node_of(program, problem.module, problem.object) {
                this.add(node, problem.part, problem.found);
            }
        }
        this.astray = this.failed_parts().collect();
        for (module, node) in program.tree.iter().enumerate() {
            for ((object, part), found) in &node.module.problems {
                let Some((node, part)) = place_of(program, module, *object, *part) else { continue };
                if !this.is_astray(node, part) || matches!(part, Part::Condition(_) | Part::Message(_)) {
                    this.add(node, part, found.clone());
                }
            }
        }
        this
    }

    fn add(&mut self, node: Node, part: Part, found: Diagnostics) {
        self.found.entry(node).or_default().entry(part).or_default().extend(found);
    }

    fn failed_parts(&self) -> impl Iterator<Item = (Node, Part)> {
        let parts = self.found.iter().flat_map(|(node, parts)| parts.iter().map(|(part, found)| (*node, *part, found)));
        parts.filter(|(_, _, found)| found.has_errors()).map(|(node, part, _)| (node, part))
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether a reference of a part means nothing.
    pub(super) fn is_astray(&self, node: Node, part: Part) -> bool {
        self.astray.contains(&(node, part))
    }

    /// What is wrong with a part of an object.
    pub(super) fn of_part(&self, node: Node, part: Part) -> Diagnostics {
        self.found.get(&node).and_then(|parts| parts.get(&part)).cloned().unwrap_or_default()
    }

    /// Those that are told of when nothing is evaluated: of objects that refer to no other with errors.
    pub(super) fn reported(&self, program: &Program) -> Diagnostics {
        let failed: HashSet<Node> = self.failed_parts().map(|(node, _)| node).collect();
        let behind = behind(program, &failed);
        let graph = &program.graph.graph;
        let nodes = graph.node_indices().filter(|index| !behind.contains(index)).map(|index| graph[index]);
        nodes.filter_map(|node| self.found.get(&node)).flat_map(BTreeMap::values).flatten().cloned().collect()
    }
}

/// All that depends on these.
fn behind(program: &Program, failed: &HashSet<Node>) -> HashSet<NodeIndex> {
    if failed.is_empty() {
        return HashSet::new();
    }
    let graph = &program.graph.as_terraform_has_it(&program.tree);
    let mut next: Vec<NodeIndex> = graph.node_indices().filter(|index| failed.contains(&graph[*index])).collect();
    let mut behind = HashSet::new();
    while let Some(index) = next.pop() {
        let dependents = graph.neighbors_directed(index, Direction::Outgoing);
        next.extend(dependents.filter(|dependent| behind.insert(*dependent)));
    }
    behind
}

/// The node and part of something in a compiled module. What a call sets variables to belongs to those variables.
fn place_of(program: &Program, module: ModuleId, object: Object, part: Part) -> Option<(Node, Part)> {
    match (object, part) {
        (Object::Call(call), Part::Argument(variable)) => {
            let child = *program.tree[module].children.get(call).filter(|child| **child < program.tree.len())?;
            Some((Node::Variable(child, variable), Part::Whole))
        }
        _ => Some((node_of(program, module, object)?, part)),
    }
}

fn node_of(program: &Program, module: ModuleId, object: Object) -> Option<Node> {
    Some(match object {
        Object::Variable(index) => Node::Variable(module, index),
        Object::Validation(index) => Node::Validation(module, index),
        Object::Local(index) => Node::Local(module, index),
        Object::Output(index) => Node::Output(module, index),
        Object::Resource(index) => Node::Resource(module, index),
        Object::Call(index) => Node::Call(module, index),
        Object::Check(index) => Node::Check(module, index),
        Object::Close => Node::Close(module),
        Object::Provider(block) => {
            let is_this = |found: &crate::program::ProviderUse| found.block == Some((module, block));
            let index = program.provider_configs.iter().position(is_this)?;
            // Terraform does not look at configurations that nothing uses.
            let is_used = program
                .tree
                .iter()
                .any(|node| node.resource_providers.iter().any(|provider| provider.all().contains(&index)));
            return is_used.then_some(Node::Provider(index));
        }
    })
}
