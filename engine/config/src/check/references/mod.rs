//! References to what is not there, in the expressions of a whole tree.

mod anyway;
mod findings;
mod graph;
pub(super) mod imports;
mod objects;
mod outputs;
mod units;

use landform_diagnostics::Diagnostics;

use crate::load::ModuleTree;
use crate::reference::Reference;
use findings::Checker;
use graph::{Graph, Node, references, scope_of};
use imports::Imports;
use objects::{Object, Objects};

/// All references in the expressions of one module.
pub(super) fn referred(tree: &ModuleTree, module: usize) -> Vec<Reference> {
    let own = Objects::of(tree, module);
    // What calls set variables to is among the contents of the called module.
    let children = tree.node(module).children.iter().flatten();
    let arguments = children.flat_map(|child| {
        let called = Objects::of(tree, *child);
        let variables = called.all().filter(|object| matches!(object, Object::Variable(_)));
        variables.map(|variable| called.contents(variable)).collect::<Vec<_>>()
    });
    let contents = own.all().filter(|object| !matches!(object, Object::Variable(_))).map(|object| own.contents(object));
    contents.chain(arguments).flat_map(|contents| references(&contents)).collect()
}

/// Checks a tree. What refers to an object with errors is not looked at, as in Terraform.
pub(super) fn check(tree: &ModuleTree) -> Diagnostics {
    let imports = Imports::of(tree);
    let mut found: Vec<(Node, Diagnostics)> = Vec::new();
    for module in 0..tree.nodes().len() {
        let objects = Objects::of(tree, module);
        for object in objects.all() {
            let mut problems = match object {
                Object::Resource(index) => imports.check(module, index),
                _ => Diagnostics::new(),
            };
            let node = (module, object);
            problems.extend(Checker::new(tree, scope_of(tree, node)).check(object, &objects.contents(object)));
            if !problems.is_empty() {
                found.push((node, problems));
            }
        }
    }
    let mut diagnostics = imports.without_configuration();
    if !found.is_empty() {
        let behind = Graph::of(tree).behind(found.iter().map(|(node, _)| *node));
        let reported = found.into_iter().filter(|(node, _)| !behind.contains(node));
        diagnostics.extend(reported.flat_map(|(_, problems)| problems));
    }
    diagnostics
}
