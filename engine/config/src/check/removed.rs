//! `removed` blocks for what is still there.

use std::collections::HashSet;

use landform_addrs::{ConfigResource, ModulePath};
use landform_diagnostics::{Diagnostic, Diagnostics};

use crate::load::ModuleTree;
use crate::model::RemovedTarget;

/// Whether all that `removed` blocks name is gone from configuration. Terraform looks as it begins to plan.
pub fn check_removed(tree: &ModuleTree) -> Diagnostics {
    let mut seen = HashSet::new();
    let mut found = Diagnostics::new();
    for node in tree.nodes() {
        for removed in &node.module.removed {
            let target = absolute(&node.path, &removed.from);
            if !seen.contains(&target) {
                found.extend(still_there(tree, &target));
                seen.insert(target);
            }
        }
    }
    found
}

fn absolute(base: &ModulePath, target: &RemovedTarget) -> RemovedTarget {
    let join = |module: &ModulePath| ModulePath::new(base.calls().iter().chain(module.calls()).cloned());
    match target {
        RemovedTarget::Module(module) => RemovedTarget::Module(join(module)),
        RemovedTarget::Resource(ConfigResource { module, resource }) => {
            RemovedTarget::Resource(resource.clone().in_module(join(module)))
        }
    }
}

fn still_there(tree: &ModuleTree, target: &RemovedTarget) -> Option<Diagnostic> {
    let (summary, name, span) = match target {
        RemovedTarget::Module(module) => {
            let call = tree.find(module).and_then(|index| tree.call(index))?;
            ("Removed module still exists", module.to_string(), call.span)
        }
        RemovedTarget::Resource(address) => {
            let index = tree.find(&address.module)?;
            let resource = tree.node(index).module.resources.get(&address.resource)?;
            ("Removed resource still exists", address.to_string(), resource.span)
        }
    };
    let detail = format!("This statement declares that {name} was removed, but it is still declared in configuration.");
    Some(Diagnostic::error(summary, detail).at(span))
}
