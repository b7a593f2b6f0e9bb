//! Where an expression stands, as far as that decides what it may refer to.

use landform_addrs::{Resource, Str};

/// Where an expression stands, as far as that decides what it may refer to. By default nothing but what the module
/// declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// What `count` and `each` are.
    pub repetition: Repetition,
    /// The resource that `self` is an instance of.
    pub self_resource: Option<Resource>,
    /// The check block around it, whose data source it may use.
    pub check: Option<Str>,
}

/// What `count` and `each` are where an expression stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repetition {
    /// Neither is anything.
    #[default]
    None,
    /// There is `count.index`.
    Count,
    /// There are `each.key` and `each.value`.
    ForEach,
    /// There are all of them: in the arguments of module calls, as long as no values are known.
    Any,
}

impl Place {
    /// With what a resource's own `count` or `for_each` provides.
    pub fn repeated(repetition: Repetition) -> Self {
        Self { repetition, ..Self::default() }
    }

    /// Where `self` is an instance of a resource.
    #[must_use]
    pub fn with_self(self, resource: Resource) -> Self {
        Self { self_resource: Some(resource), ..self }
    }

    /// In a check block.
    pub fn in_check(check: Str) -> Self {
        Self { check: Some(check), ..Self::default() }
    }
}

impl Repetition {
    /// By the arguments of a block.
    pub fn of(has_count: bool, has_for_each: bool) -> Self {
        match (has_count, has_for_each) {
            (true, _) => Self::Count,
            (false, true) => Self::ForEach,
            (false, false) => Self::None,
        }
    }

    pub(super) fn has_count(self) -> bool {
        matches!(self, Self::Count | Self::Any)
    }

    pub(super) fn has_each(self) -> bool {
        matches!(self, Self::ForEach | Self::Any)
    }
}
