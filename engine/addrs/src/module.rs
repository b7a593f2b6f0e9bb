//! Modules: calls and their instances.

use std::fmt;
use std::sync::Arc;

use crate::{InstanceKey, Str};

/// A module by the names of the calls that lead to it; empty is the root module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModulePath(Arc<[Str]>);

/// One instance of a module; empty is the root module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleInstance(Arc<[(Str, InstanceKey)]>);

impl Default for ModulePath {
    fn default() -> Self {
        Self::root()
    }
}

impl Default for ModuleInstance {
    fn default() -> Self {
        Self::root()
    }
}

impl ModulePath {
    /// The root module.
    pub fn root() -> Self {
        Self(Arc::new([]))
    }

    /// From the names of calls.
    pub fn new(calls: impl IntoIterator<Item = Str>) -> Self {
        Self(calls.into_iter().collect())
    }

    /// The module that a call in this one leads to.
    #[must_use]
    pub fn child(&self, call: impl Into<Str>) -> Self {
        Self(self.0.iter().cloned().chain([call.into()]).collect())
    }

    /// The calling module and the call's name; `None` for the root module.
    pub fn parent(&self) -> Option<(Self, &Str)> {
        let (last, rest) = self.0.split_last()?;
        Some((Self(rest.into()), last))
    }

    /// The names of the calls.
    pub fn calls(&self) -> &[Str] {
        &self.0
    }

    /// Whether it is the root module.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is `other` or lies within it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }
}

impl ModuleInstance {
    /// The root module.
    pub fn root() -> Self {
        Self(Arc::new([]))
    }

    /// From names of calls and keys.
    pub fn new(steps: impl IntoIterator<Item = (Str, InstanceKey)>) -> Self {
        Self(steps.into_iter().collect())
    }

    /// An instance of a module that is called in this one.
    #[must_use]
    pub fn child(&self, call: impl Into<Str>, key: InstanceKey) -> Self {
        Self(self.0.iter().cloned().chain([(call.into(), key)]).collect())
    }

    /// The calling instance, the call's name and the key; `None` for the root module.
    pub fn parent(&self) -> Option<(Self, &Str, &InstanceKey)> {
        let ((call, key), rest) = self.0.split_last()?;
        Some((Self(rest.into()), call, key))
    }

    /// Names of calls and keys.
    pub fn steps(&self) -> &[(Str, InstanceKey)] {
        &self.0
    }

    /// Whether it is the root module.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is `other` or lies within it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// Whether it stands for instances that are not known yet.
    pub fn is_unknown(&self) -> bool {
        self.0.iter().any(|(_, key)| *key == InstanceKey::Wildcard)
    }

    /// Without keys.
    pub fn path(&self) -> ModulePath {
        ModulePath(self.0.iter().map(|(call, _)| call.clone()).collect())
    }
}

impl fmt::Display for ModulePath {
    /// `module.a.module.b`; nothing for the root module.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, call) in self.0.iter().enumerate() {
            write!(f, "{}module.{call}", if index == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}

impl fmt::Display for ModuleInstance {
    /// `module.a[0].module.b["k"]`; nothing for the root module.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (call, key)) in self.0.iter().enumerate() {
            write!(f, "{}module.{call}{key}", if index == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}
