//! The value of one attribute in a model.

use std::collections::{BTreeMap, BTreeSet};

/// Null, not known yet, or known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attr<T> {
    /// Not given.
    #[default]
    Null,
    /// Known after apply.
    Unknown,
    /// Given.
    Known(T),
}

impl<T> Attr<T> {
    /// The value, where there is a known one.
    pub fn known(&self) -> Option<&T> {
        if let Self::Known(value) = self { Some(value) } else { None }
    }

    /// The value, where there is a known one.
    pub fn into_known(self) -> Option<T> {
        if let Self::Known(value) = self { Some(value) } else { None }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether it is unknown.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown)
    }

    /// Whether it is known and not null.
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// Itself where known, else the other: for what a service does not always tell.
    #[must_use]
    pub fn or(self, other: &Self) -> Self
    where
        T: Clone,
    {
        if self.is_known() { self } else { other.clone() }
    }
}

impl<T: Clone> Attr<T> {
    /// A copy of the known value, as optional parameters of service calls want it.
    pub fn get(&self) -> Option<T> {
        self.known().cloned()
    }
}

impl Attr<String> {
    /// The known text. Empty text counts as none, as the public provider stores it for "not given".
    pub fn text(&self) -> Option<&str> {
        self.known().map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The known text as services' optional parameters want it; empty text counts as none.
    pub fn param(&self) -> Option<String> {
        self.text().map(str::to_owned)
    }

    /// The known text, or the empty one.
    pub fn as_str(&self) -> &str {
        self.known().map_or("", String::as_str)
    }
}

impl Attr<bool> {
    /// Whether it is known to be true.
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Known(true))
    }
}

impl Attr<i64> {
    /// As 32 bits, where it fits.
    pub fn get_i32(&self) -> Option<i32> {
        self.known().and_then(|number| i32::try_from(*number).ok())
    }
}

impl<T: Ord> Attr<BTreeSet<T>> {
    /// The known items; none where null or unknown.
    pub fn items(&self) -> impl Iterator<Item = &T> {
        self.known().into_iter().flatten()
    }
}

impl<T> Attr<Vec<T>> {
    /// The known items; none where null or unknown.
    pub fn items(&self) -> impl Iterator<Item = &T> {
        self.known().into_iter().flatten()
    }
}

impl<T> Attr<BTreeMap<String, T>> {
    /// The known items; none where null or unknown.
    pub fn items(&self) -> impl Iterator<Item = (&String, &T)> {
        self.known().into_iter().flatten()
    }
}

impl<T> From<T> for Attr<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Attr<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Known)
    }
}

impl From<&str> for Attr<String> {
    fn from(value: &str) -> Self {
        Self::Known(value.to_owned())
    }
}

impl From<Option<&str>> for Attr<String> {
    fn from(value: Option<&str>) -> Self {
        value.map(str::to_owned).into()
    }
}

impl From<i32> for Attr<i64> {
    fn from(value: i32) -> Self {
        Self::Known(i64::from(value))
    }
}

impl From<Option<i32>> for Attr<i64> {
    fn from(value: Option<i32>) -> Self {
        value.map(i64::from).into()
    }
}
