//! Variables, locals and outputs.

use std::sync::Arc;

use landform_addrs::Str;
use landform_diagnostics::Span;
use landform_lang::syntax::ast::Expr;
use landform_lang::typeexpr::Defaults;
use landform_values::{Type, Value};

use super::{CheckRule, Traversal};

/// A `variable` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: Str,
    /// For people.
    pub description: Option<Str>,
    /// The type constraint; it may have optional attributes.
    pub ty: Type,
    /// Whether the type constraint was written out, `any` included.
    pub typed: bool,
    /// Defaults of optional attributes, to be applied before conversion.
    pub defaults: Option<Defaults>,
    /// Already converted to the type; a variable without one must be set.
    pub default: Option<Value>,
    /// Whether null is a value for it, rather than a wish for the default.
    pub nullable: bool,
    /// Whether its value is never shown.
    pub sensitive: bool,
    /// Whether its value is never stored.
    pub ephemeral: bool,
    /// What callers that set it are told.
    pub deprecated: Option<Str>,
    /// Conditions on its value.
    pub validations: Vec<CheckRule>,
    /// The block's header.
    pub span: Span,
}

impl Variable {
    /// Whether a caller must set it.
    pub fn is_required(&self) -> bool {
        self.default.is_none()
    }

    /// The type of its value: the constraint without "optional".
    pub fn value_type(&self) -> Type {
        self.ty.without_optional()
    }

    /// Whether a value given as text (by flag or environment) stands for itself, rather than being an expression.
    pub fn takes_literal_text(&self) -> bool {
        self.ty.is_primitive() || !self.typed
    }
}

/// An argument of a `locals` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    /// Its name.
    pub name: Str,
    /// Its value.
    pub value: Arc<Expr>,
    /// The whole argument.
    pub span: Span,
}

/// An `output` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Its name.
    pub name: Str,
    /// For people.
    pub description: Option<Str>,
    /// Its value.
    pub value: Arc<Expr>,
    /// Whether its value is never shown.
    pub sensitive: bool,
    /// Whether its value is never stored.
    pub ephemeral: bool,
    /// What users of it are told.
    pub deprecated: Option<Str>,
    /// What must be complete before it.
    pub depends_on: Vec<Traversal>,
    /// Conditions on what it may show.
    pub preconditions: Vec<CheckRule>,
    /// The block's header.
    pub span: Span,
}
