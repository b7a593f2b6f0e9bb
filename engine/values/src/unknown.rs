//! Values that are not known yet, and what is known of them all the same.

use crate::{Number, Str, Type};

/// A value that only apply will know.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// The type it will have; [`Type::Dynamic`] when not even that is known.
    pub ty: Type,
    /// Whether it is known not to become null.
    pub not_null: bool,
    /// What else is known.
    pub refinement: Option<Refinement>,
}

/// What is known of an unknown value, by its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Refinement {
    /// A string begins with this.
    Prefix(Str),
    /// A number lies between these bounds; the flag says whether the bound itself is allowed.
    Range {
        /// Lower bound.
        min: Option<(Number, bool)>,
        /// Upper bound.
        max: Option<(Number, bool)>,
    },
    /// A list, set or map has a length between these, both allowed.
    Length {
        /// Lower bound.
        min: u64,
        /// Upper bound; `u64::MAX` when there is none.
        max: u64,
    },
}

impl Unknown {
    /// Nothing known but the type.
    pub fn of(ty: Type) -> Self {
        Self { ty, not_null: false, refinement: None }
    }
}
