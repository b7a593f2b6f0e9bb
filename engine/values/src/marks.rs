//! Marks: what must be said of a value wherever it flows.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::Str;

/// A use of something deprecated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deprecation {
    /// What the author of the deprecated object says.
    pub message: Str,
    /// The deprecated object: `module.m.output`, `var.x`.
    pub origin: Str,
}

/// A set of marks. Empty costs nothing; cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks(Option<Arc<Set>>);

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Set {
    sensitive: bool,
    ephemeral: bool,
    deprecations: BTreeSet<Deprecation>,
}

impl Marks {
    /// No mark.
    pub const NONE: Self = Self(None);

    /// "Never show this."
    pub fn sensitive() -> Self {
        Self(Some(Arc::new(Set { sensitive: true, ..Set::default() })))
    }

    /// "Never store this."
    pub fn ephemeral() -> Self {
        Self(Some(Arc::new(Set { ephemeral: true, ..Set::default() })))
    }

    /// "Do not use this any more."
    pub fn deprecated(deprecation: Deprecation) -> Self {
        Self(Some(Arc::new(Set { deprecations: BTreeSet::from([deprecation]), ..Set::default() })))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether it says "never show this".
    pub fn is_sensitive(&self) -> bool {
        self.0.as_ref().is_some_and(|set| set.sensitive)
    }

    /// Whether it says "never store this".
    pub fn is_ephemeral(&self) -> bool {
        self.0.as_ref().is_some_and(|set| set.ephemeral)
    }

    /// The deprecated objects it comes from.
    pub fn deprecations(&self) -> impl Iterator<Item = &Deprecation> {
        self.0.iter().flat_map(|set| set.deprecations.iter())
    }

    /// These and those.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (_, None) => self.clone(),
            (None, _) => other.clone(),
            (Some(a), Some(b)) if Arc::ptr_eq(a, b) || a == b => self.clone(),
            (Some(a), Some(b)) => Self(Some(Arc::new(Set {
                sensitive: a.sensitive || b.sensitive,
                ephemeral: a.ephemeral || b.ephemeral,
                deprecations: a.deprecations.union(&b.deprecations).cloned().collect(),
            }))),
        }
    }

    fn changed(&self, change: impl FnOnce(&mut Set)) -> Self {
        let mut set = self.0.as_deref().cloned().unwrap_or_default();
        change(&mut set);
        Self((set != Set::default()).then(|| Arc::new(set)))
    }

    /// All but "sensitive".
    #[must_use]
    pub fn without_sensitive(&self) -> Self {
        if self.is_sensitive() { self.changed(|set| set.sensitive = false) } else { self.clone() }
    }

    /// All but "ephemeral".
    #[must_use]
    pub fn without_ephemeral(&self) -> Self {
        if self.is_ephemeral() { self.changed(|set| set.ephemeral = false) } else { self.clone() }
    }

    /// All but deprecations.
    #[must_use]
    pub fn without_deprecations(&self) -> Self {
        if self.deprecations().next().is_some() { self.changed(|set| set.deprecations.clear()) } else { self.clone() }
    }
}
