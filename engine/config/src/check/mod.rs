//! What can be said of a tree of modules without values, state and schemas.
//!
//! [`load_tree`](crate::load_tree) checks what Terraform checks as it loads a configuration. The functions here are for
//! what comes next; each wants a tree without errors so far. In the order in which Terraform comes to them:
//! [`check_provisioners`] and [`check_required_versions`] together, then [`check_references`], for all commands; and for
//! plans [`check_removed`] before the walk and [`check_moves`] behind it.

mod arguments;
mod deprecated;
mod moves;
mod provider_configs;
mod provider_nodes;
mod provisioners;
mod references;
mod removed;
mod tests;
mod versions;

use landform_diagnostics::{Diagnostics, SourceMap};

use crate::load::ModuleTree;
use crate::reference::Schemas;
pub use moves::{DeclaredInstances, Moveable, check_moves, order_of_moves};
pub use provisioners::{PROVISIONER_KINDS, check_provisioner_schemas, check_provisioners};
pub use references::{Object, Part, ReferenceProblem};
pub use removed::check_removed;
pub use tests::{check_run, check_test_file};
pub use versions::check_module as check_required_version;

/// What Terraform checks as it loads a tree.
pub(crate) fn check_tree(tree: &ModuleTree, sources: &SourceMap) -> Diagnostics {
    let found = provider_configs::check(tree, sources);
    if found.has_errors() {
        found
    } else {
        found.into_iter().chain(references::imports::providers(tree.root())).collect()
    }
}

/// Whether all modules allow this version of the language.
pub fn check_required_versions(tree: &ModuleTree, _sources: &SourceMap) -> Diagnostics {
    versions::check(tree)
}

/// What Terraform checks as it builds its graph: modules that imports are for, arguments of module calls, provider
/// configurations. The first stage with errors is the last.
pub fn check_graph(tree: &ModuleTree) -> Diagnostics {
    let stages = [references::imports::modules, arguments::check, provider_nodes::check];
    stages.into_iter().map(|stage| stage(tree)).find(Diagnostics::has_errors).unwrap_or_default()
}

/// What is wrong with the references of each object, with the schemas of what they refer to. For trees that
/// [`check_graph`] finds no errors in. Whoever evaluates objects leaves out those parts, and all behind them.
pub fn reference_problems(tree: &ModuleTree, schemas: &dyn Schemas) -> Vec<ReferenceProblem> {
    references::problems(tree, Some(schemas))
}

/// Imports for which there is no resource, and none can be written.
pub fn check_imports(tree: &ModuleTree) -> Diagnostics {
    references::imports_without_configuration(tree)
}

/// [`check_graph`] and, if all is well, what expressions refer to. [`Names`](crate::reference::Names) says the same of
/// one expression.
pub fn check_references(tree: &ModuleTree, _sources: &SourceMap) -> Diagnostics {
    let found = check_graph(tree);
    if found.has_errors() { found } else { references::check(tree) }
}

/// Warnings about uses of deprecated variables and outputs, in a tree without errors.
pub fn check_deprecated(tree: &ModuleTree) -> Diagnostics {
    deprecated::check(tree)
}
