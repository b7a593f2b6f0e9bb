//! `removed` blocks.

use std::collections::HashMap;

use landform_addrs::{ConfigResource, ModulePath, ResourceInstance};
use landform_config::RemovedTarget;
use landform_plan::Action;

use crate::plan::PlannedChange;
use crate::program::{CompiledProvisioner, ModuleId, ModuleNode, Program};

/// What becomes of objects that the `removed` blocks of all modules are about, by the targets of these as seen from the root
/// module. Of blocks with the same target, the first counts.
#[derive(Debug, Default)]
pub(super) struct Removed {
    resources: HashMap<ConfigResource, Action>,
    modules: HashMap<ModulePath, Action>,
}

impl Removed {
    pub(super) fn of(program: &Program) -> Self {
        let mut this = Self::default();
        let nodes = program.tree.iter();
        for (node, block) in nodes.flat_map(|node| node.module.config.removed.iter().map(move |block| (node, block))) {
            let action = if block.destroy { Action::Delete } else { Action::Forget };
            match absolute(node, &block.from) {
                RemovedTarget::Resource(resource) => this.resources.entry(resource).or_insert(action),
                RemovedTarget::Module(module) => this.modules.entry(module).or_insert(action),
            };
        }
        this
    }

    /// What becomes of an instance, if a block is about its resource or a module around it: if any says so, it is forgotten.
    pub(super) fn action(&self, address: &ResourceInstance) -> Option<Action> {
        let config = address.config();
        let calls = config.module.calls();
        let around = (1..=calls.len()).filter(|_| !self.modules.is_empty());
        let modules = around.filter_map(|depth| self.modules.get(&ModulePath::new(calls[..depth].iter().cloned())));
        let said = self.resources.get(&config).into_iter().chain(modules).copied();
        said.reduce(|one, other| if one == Action::Forget { one } else { other })
    }
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

/// Provisioners of an object's resource, or of the `removed` block that has taken its place, with the module that they stand
/// in.
pub(crate) fn provisioners_of<'p>(
    program: &'p Program,
    removed: &HashMap<ConfigResource, (ModuleId, usize)>,
    planned: &PlannedChange,
) -> Option<(ModuleId, &'p [CompiledProvisioner])> {
    if let Some((module, index)) = planned.config {
        return Some((module, &program.resource(module, index).provisioners));
    }
    let (module, index) = *removed.get(&planned.change.address.config())?;
    Some((module, &program.tree[module].module.removed[index]))
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
