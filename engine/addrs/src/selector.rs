//! What a plan is restricted to.

use std::fmt;
use std::str::FromStr;

use crate::{AddressError, ConfigResource, InstanceKey, ModuleInstance, Pattern, ResourceInstance, Target};

/// What `-target` and `-exclude` name: one thing, or all that an address with wildcards names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Selector {
    /// One thing, with all in it or of it.
    Target(Target),
    /// All of a kind.
    Pattern(Pattern),
}

impl Selector {
    /// Whether an instance is meant.
    pub fn contains(&self, instance: &ResourceInstance) -> bool {
        match self {
            Self::Target(target) => target.contains(instance),
            Self::Pattern(pattern) => pattern.contains(instance),
        }
    }

    /// Whether an instance of a resource in configuration may be meant.
    pub fn may_contain(&self, resource: &ConfigResource) -> bool {
        match self {
            Self::Target(Target::Module(module)) => resource.module.is_within(&module.path()),
            Self::Target(Target::Resource(wanted)) => wanted.config() == *resource,
            Self::Target(Target::Instance(wanted)) => wanted.config() == *resource,
            Self::Pattern(pattern) => pattern.may_contain(resource),
        }
    }

    /// Whether all instances of a resource in configuration are meant.
    pub fn contains_all(&self, resource: &ConfigResource) -> bool {
        let keyless = |module: &ModuleInstance| module.steps().iter().all(|(_, key)| *key == InstanceKey::None);
        self.may_contain(resource)
            && match self {
                Self::Target(Target::Module(module)) => keyless(module),
                Self::Target(Target::Resource(resource)) => keyless(&resource.module),
                Self::Target(Target::Instance(_)) => false,
                Self::Pattern(pattern) => pattern.is_keyless(),
            }
    }
}

impl FromStr for Selector {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if Pattern::is_pattern(text) { text.parse().map(Self::Pattern) } else { text.parse().map(Self::Target) }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(target) => target.fmt(f),
            Self::Pattern(pattern) => pattern.fmt(f),
        }
    }
}
