//! Resources, data sources and ephemeral resources, and their instances.

use std::fmt;

use crate::{InstanceKey, ModuleInstance, ModulePath, Str};

/// What kind of object a resource block declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceMode {
    /// `data`.
    Data,
    /// `resource`.
    Managed,
    /// `ephemeral`.
    Ephemeral,
}

/// A resource within its module: mode, type and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    /// What kind.
    pub mode: ResourceMode,
    /// Its type, such as `aws_vpc`.
    pub kind: Str,
    /// Its name.
    pub name: Str,
}

/// A resource in configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConfigResource {
    /// The module that declares it.
    pub module: ModulePath,
    /// Which one there.
    pub resource: Resource,
}

/// A resource in one instance of its module, with all its own instances.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AbsResource {
    /// The module instance.
    pub module: ModuleInstance,
    /// Which one there.
    pub resource: Resource,
}

/// One instance of a resource in one instance of its module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceInstance {
    /// The module instance.
    pub module: ModuleInstance,
    /// Which resource there.
    pub resource: Resource,
    /// Which instance of it.
    pub key: InstanceKey,
}

/// The name of the provider that a resource type implies: what stands before the first underscore.
pub fn implied_provider(kind: &str) -> &str {
    kind.split_once('_').map_or(kind, |(provider, _)| provider)
}

impl Resource {
    /// A managed resource.
    pub fn managed(kind: impl Into<Str>, name: impl Into<Str>) -> Self {
        Self { mode: ResourceMode::Managed, kind: kind.into(), name: name.into() }
    }

    /// A data source.
    pub fn data(kind: impl Into<Str>, name: impl Into<Str>) -> Self {
        Self { mode: ResourceMode::Data, kind: kind.into(), name: name.into() }
    }

    /// The name of the provider that its type implies.
    pub fn implied_provider(&self) -> &str {
        implied_provider(&self.kind)
    }

    /// In a module.
    pub fn in_module(self, module: ModulePath) -> ConfigResource {
        ConfigResource { module, resource: self }
    }

    /// In a module instance.
    pub fn absolute(self, module: ModuleInstance) -> AbsResource {
        AbsResource { module, resource: self }
    }
}

impl ConfigResource {
    /// In one instance of its module.
    pub fn absolute(&self, module: ModuleInstance) -> AbsResource {
        AbsResource { module, resource: self.resource.clone() }
    }
}

impl AbsResource {
    /// One of its instances.
    pub fn instance(&self, key: InstanceKey) -> ResourceInstance {
        ResourceInstance { module: self.module.clone(), resource: self.resource.clone(), key }
    }

    /// As configuration has it.
    pub fn config(&self) -> ConfigResource {
        ConfigResource { module: self.module.path(), resource: self.resource.clone() }
    }
}

impl ResourceInstance {
    /// The resource with all its instances.
    pub fn resource(&self) -> AbsResource {
        AbsResource { module: self.module.clone(), resource: self.resource.clone() }
    }

    /// As configuration has it.
    pub fn config(&self) -> ConfigResource {
        ConfigResource { module: self.module.path(), resource: self.resource.clone() }
    }
}

impl ResourceMode {
    /// What stands before the type in an address.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Data => "data.",
            Self::Managed => "",
            Self::Ephemeral => "ephemeral.",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}.{}", self.mode.prefix(), self.kind, self.name)
    }
}

impl fmt::Display for ConfigResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.module.is_root() { "" } else { "." };
        write!(f, "{}{dot}{}", self.module, self.resource)
    }
}

impl fmt::Display for AbsResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.module.is_root() { "" } else { "." };
        write!(f, "{}{dot}{}", self.module, self.resource)
    }
}

impl fmt::Display for ResourceInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.module.is_root() { "" } else { "." };
        write!(f, "{}{dot}{}{}", self.module, self.resource, self.key)
    }
}
