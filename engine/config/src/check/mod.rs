//! What can be said of a tree of modules without values, state and schemas.

use landform_diagnostics::{Diagnostics, SourceMap};

use crate::load::ModuleTree;

/// What Terraform checks as it loads a tree.
pub(crate) fn check_tree(_tree: &ModuleTree, _sources: &SourceMap) -> Diagnostics {
    Diagnostics::new()
}

pub fn check_required_versions(_tree: &ModuleTree, _sources: &SourceMap) -> Diagnostics {
    Diagnostics::new()
}

pub fn check_references(_tree: &ModuleTree, _sources: &SourceMap) -> Diagnostics {
    Diagnostics::new()
}
