//! `removed` blocks.

use landform_addrs::{ConfigResource, ModulePath, ResourceInstance};
use landform_config::RemovedTarget;

use crate::program::Program;

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
    let all = program.tree.iter().flat_map(|node| node.module.config.removed.iter().map(move |removed| (node, removed)));
    all.map(|(node, removed)| {
        let within = |path: &ModulePath| ModulePath::new(node.path.calls().iter().chain(path.calls()).cloned());
        let target = match &removed.from {
            RemovedTarget::Module(module) => RemovedTarget::Module(within(module)),
            RemovedTarget::Resource(resource) => RemovedTarget::Resource(ConfigResource {
                module: within(&resource.module),
                resource: resource.resource.clone(),
            }),
        };
        RemovedObject { target, destroy: removed.destroy }
    })
    .collect()
}
