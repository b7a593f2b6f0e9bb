//! `removed` blocks.

use std::collections::HashMap;

use landform_addrs::{ConfigResource, ModulePath, ResourceInstance};
use landform_config::RemovedTarget;

use crate::program::{ModuleId, ModuleNode, Program};

/// What a `removed` block says.
#[derive(Debug)]
pub(super) struct RemovedObject {
    target: RemovedTarget,
    /// Whether objects are destroyed, rather than forgotten.
    pub(super) destroy: bool,
}

impl RemovedObject {
    /// Whether an instance is meant.
    pub(super) fn covers(&self, address: &ResourceInstance) -> bool {
        match &self.target {
            RemovedTarget::Resource(resource) => *resource == address.config(),
            RemovedTarget::Module(module) => address.module.path().is_within(module),
        }
    }
}

/// The blocks of all modules, their targets as seen from the root module.
pub(super) fn removed(program: &Program) -> Vec<RemovedObject> {
    let all =
        program.tree.iter().flat_map(|node| node.module.config.removed.iter().map(move |removed| (node, removed)));
    all.map(|(node, removed)| RemovedObject { target: absolute(node, &removed.from), destroy: removed.destroy })
        .collect()
}

/// The blocks that name resources: the module that each stands in, and its index there. Of several, the last.
pub(crate) fn removed_resources(program: &Program) -> HashMap<ConfigResource, (ModuleId, usize)> {
    let all = program.tree.iter().enumerate().flat_map(|(module, node)| {
        node.module.config.removed.iter().enumerate().map(move |(index, removed)| (module, index, node, removed))
    });
    all.filter_map(|(module, index, node, removed)| match absolute(node, &removed.from) {
        RemovedTarget::Resource(resource) => Some((resource, (module, index))),
        RemovedTarget::Module(_) => None,
    })
    .collect()
}

fn absolute(node: &ModuleNode, target: &RemovedTarget) -> RemovedTarget {
    let within = |path: &ModulePath| ModulePath::new(node.path.calls().iter().chain(path.calls()).cloned());
    match target {
        RemovedTarget::Module(module) => RemovedTarget::Module(within(module)),
        RemovedTarget::Resource(resource) => RemovedTarget::Resource(ConfigResource {
            module: within(&resource.module),
            resource: resource.resource.clone(),
        }),
    }
}
