//! Results of conditions and checks.

use std::fmt;

use landform_addrs::{ConfigResource, InstanceKey, ModuleInstance, ModulePath, Str};

/// Something with conditions, in configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckObject {
    /// A resource or data source with preconditions or postconditions.
    Resource(ConfigResource),
    /// An output with preconditions.
    Output(ModulePath, Str),
    /// A check block.
    Check(ModulePath, Str),
    /// A variable with validations.
    Variable(ModulePath, Str),
}

/// How conditions turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckStatus {
    /// All hold.
    Pass,
    /// One does not hold.
    Fail,
    /// One could not be evaluated.
    Error,
    /// One depends on what is not known yet.
    Unknown,
}

/// The results of all instances of one object in configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckResult {
    /// The object.
    pub object: CheckObject,
    /// Of all instances together.
    pub status: CheckStatus,
    /// Of each; empty where expansion was not reached.
    pub instances: Vec<CheckInstance>,
}

/// The result of one instance.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckInstance {
    /// The instance of the module.
    pub module: ModuleInstance,
    /// Which instance of a resource; [`InstanceKey::None`] for all else.
    pub key: InstanceKey,
    /// How it turned out.
    pub status: CheckStatus,
    /// Messages of the conditions that do not hold.
    pub problems: Vec<Str>,
}

impl CheckObject {
    /// The module that declares it.
    pub fn module(&self) -> &ModulePath {
        match self {
            Self::Resource(resource) => &resource.module,
            Self::Output(module, _) | Self::Check(module, _) | Self::Variable(module, _) => module,
        }
    }

    /// What stands behind the module in an address.
    fn local(&self) -> String {
        match self {
            Self::Resource(resource) => resource.resource.to_string(),
            Self::Output(_, name) => format!("output.{name}"),
            Self::Check(_, name) => format!("check.{name}"),
            Self::Variable(_, name) => format!("var.{name}"),
        }
    }

    /// The address of one instance.
    pub fn instance_address(&self, instance: &CheckInstance) -> String {
        let dot = if instance.module.is_root() { "" } else { "." };
        format!("{}{dot}{}{}", instance.module, self.local(), instance.key)
    }
}

impl fmt::Display for CheckObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot = if self.module().is_root() { "" } else { "." };
        write!(f, "{}{dot}{}", self.module(), self.local())
    }
}

impl CheckStatus {
    /// As JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }
}
