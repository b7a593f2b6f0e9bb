//! What `-target`, `-exclude` and `-replace` name.

use std::fmt;

use crate::{AbsResource, InstanceKey, ModuleInstance, ResourceInstance};

/// A module instance, a resource or a resource instance.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// All in a module instance and below; without a key, in all instances of that call.
    Module(ModuleInstance),
    /// All instances of a resource.
    Resource(AbsResource),
    /// One instance.
    Instance(ResourceInstance),
}

impl Target {
    /// Whether an instance is meant.
    pub fn contains(&self, instance: &ResourceInstance) -> bool {
        match self {
            Self::Module(module) => module_contains(module, &instance.module),
            Self::Resource(resource) => {
                resource.resource == instance.resource && same_module(&resource.module, &instance.module)
            }
            Self::Instance(wanted) => {
                wanted.resource == instance.resource
                    && wanted.key == instance.key
                    && same_module(&wanted.module, &instance.module)
            }
        }
    }
}

/// A step without a key in a target stands for every instance of the call.
fn module_contains(target: &ModuleInstance, module: &ModuleInstance) -> bool {
    target.steps().len() <= module.steps().len()
        && target
            .steps()
            .iter()
            .zip(module.steps())
            .all(|((call, key), (found, found_key))| call == found && (*key == InstanceKey::None || key == found_key))
}

fn same_module(target: &ModuleInstance, module: &ModuleInstance) -> bool {
    target.steps().len() == module.steps().len() && module_contains(target, module)
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Module(module) => module.fmt(f),
            Self::Resource(resource) => resource.fmt(f),
            Self::Instance(instance) => instance.fmt(f),
        }
    }
}
