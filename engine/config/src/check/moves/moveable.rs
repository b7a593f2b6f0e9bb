//! What can be moved.

use std::fmt;

use landform_addrs::{AbsResource, InstanceKey, ModuleInstance, ResourceInstance, Str};

/// What can be moved: with all that is in it, or of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Moveable {
    /// A module call with all its instances.
    Call {
        /// The calling module.
        module: ModuleInstance,
        /// The call's name.
        call: Str,
    },
    /// One instance of a module.
    Module(ModuleInstance),
    /// A resource with all its instances.
    Resource(AbsResource),
    /// One instance of a resource.
    Instance(ResourceInstance),
}

impl Moveable {
    /// As messages name it.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Self::Call { .. } => "module call",
            Self::Module(_) => "module instance",
            Self::Resource(_) => "resource",
            Self::Instance(_) => "resource instance",
        }
    }

    /// As messages name it for the second time.
    pub(super) fn short_noun(&self) -> &'static str {
        match self {
            Self::Call { .. } => "call",
            Self::Module(_) | Self::Instance(_) => "instance",
            Self::Resource(_) => "resource",
        }
    }

    /// The number of an item in a list.
    pub(super) fn index(&self) -> Option<i64> {
        let key = match self {
            Self::Instance(instance) => &instance.key,
            Self::Module(module) => &module.steps().last()?.1,
            Self::Call { .. } | Self::Resource(_) => return None,
        };
        if let InstanceKey::Int(index) = key { Some(*index) } else { None }
    }

    /// The module instance that it is in, or is.
    pub(super) fn module(&self) -> &ModuleInstance {
        match self {
            Self::Call { module, .. } | Self::Module(module) => module,
            Self::Resource(resource) => &resource.module,
            Self::Instance(instance) => &instance.module,
        }
    }

    /// In an instance of the module that the address is relative to.
    pub(super) fn in_module(&self, base: &ModuleInstance) -> Self {
        let module = ModuleInstance::new(base.steps().iter().chain(self.module().steps()).cloned());
        match self {
            Self::Call { call, .. } => Self::Call { module, call: call.clone() },
            Self::Module(_) => Self::Module(module),
            Self::Resource(resource) => Self::Resource(resource.resource.clone().absolute(module)),
            Self::Instance(instance) => Self::Instance(ResourceInstance { module, ..instance.clone() }),
        }
    }
}

impl fmt::Display for Moveable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call { module, call } if module.is_root() => write!(f, "module.{call}"),
            Self::Call { module, call } => write!(f, "{module}.module.{call}"),
            Self::Module(module) => module.fmt(f),
            Self::Resource(resource) => resource.fmt(f),
            Self::Instance(instance) => instance.fmt(f),
        }
    }
}
