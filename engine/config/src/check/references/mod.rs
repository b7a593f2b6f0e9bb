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
use crate::reference::Schemas;
use findings::Checker;
use graph::{Graph, Node, scope_of};
use imports::Imports;
pub use objects::Object;
use objects::Objects;
pub use units::Part;

/// What is wrong with the references of a part of an object.
#[derive(Clone, Debug)]
pub struct ReferenceProblem {
    /// The module, by its index in the tree.
    pub module: usize,
    /// The object.
    pub object: Object,
    /// What of it can not be evaluated.
    pub part: Part,
    /// What is wrong.
    pub found: Diagnostics,
}

/// Checks a tree. What refers to an object with errors is not looked at, as in Terraform.
pub(super) fn check(tree: &ModuleTree) -> Diagnostics {
    let found = problems(tree, None);
    let mut diagnostics = imports_without_configuration(tree);
    if !found.is_empty() {
        let nodes = found.iter().map(|problem| -> Node { (problem.module, problem.object) });
        let behind = Graph::of(tree).behind(nodes);
        let reported = found.into_iter().filter(|problem| !behind.contains(&(problem.module, problem.object)));
        diagnostics.extend(reported.flat_map(|problem| problem.found));
    }
    diagnostics
}

/// What is wrong with the references of every object, whatever it refers to.
pub(super) fn problems(tree: &ModuleTree, schemas: Option<&dyn Schemas>) -> Vec<ReferenceProblem> {
    let imports = Imports::of(tree, schemas);
    let mut problems = Vec::new();
    for module in 0..tree.nodes().len() {
        let objects = Objects::of(tree, module, schemas);
        for object in objects.all() {
            let mut found = Vec::new();
            if let Object::Resource(index) = object {
                found.push((Part::Imports, imports.check(module, index)));
            }
            let checker = Checker::new(tree, scope_of(tree, (module, object)), schemas);
            found.extend(checker.check(object, &objects.contents(object)));
            let found = found.into_iter().filter(|(_, found)| !found.is_empty());
            problems.extend(found.map(|(part, found)| ReferenceProblem { module, object, part, found }));
        }
    }
    problems
}

/// Imports for which there is no resource, and none can be written.
pub(super) fn imports_without_configuration(tree: &ModuleTree) -> Diagnostics {
    Imports::of(tree, None).without_configuration()
}
