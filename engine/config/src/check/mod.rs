//! What can be said of a tree of modules without values, state and schemas.
//!
//! [`load_tree`](crate::load_tree) checks what Terraform checks as it loads a configuration. The functions here are for
//! what comes next, in the order in which Terraform comes to it; each wants a tree without errors so far.

mod arguments;
mod moves;
mod provider_configs;
mod provider_nodes;
mod provisioners;
mod references;
mod removed;
mod versions;

use landform_diagnostics::{Diagnostics, SourceMap};

use crate::load::ModuleTree;
pub use moves::{DeclaredInstances, Moveable, check_moves};
pub use provisioners::{PROVISIONER_KINDS, check_provisioners};
pub use removed::check_removed;

/// What Terraform checks as it loads a tree.
pub(crate) fn check_tree(tree: &ModuleTree, sources: &SourceMap) -> Diagnostics {
    provider_configs::check(tree, sources)
}

/// Whether all modules allow this version of the language.
pub fn check_required_versions(tree: &ModuleTree, _sources: &SourceMap) -> Diagnostics {
    versions::check(tree)
}

/// What must be there for expressions to be evaluated at all: arguments of module calls, provider configurations, and
/// what expressions refer to. [`Names`](crate::reference::Names) says the same of one expression.
pub fn check_references(tree: &ModuleTree, _sources: &SourceMap) -> Diagnostics {
    let stages = [references::imports::modules, arguments::check, provider_nodes::check, references::check];
    let mut found = Diagnostics::new();
    for stage in stages {
        if found.has_errors() {
            break;
        }
        found.extend(stage(tree));
    }
    found
}
