//! Variables, locals and outputs.

use std::sync::Arc;

use landform_addrs::Str;
use landform_diagnostics::Span;
use landform_lang::syntax::ast::Expr;
use landform_lang::typeexpr::Defaults;
use landform_values::{Marks, Type, Value, convert};

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
    /// Whether its value must be known before anything is read or planned.
    pub is_const: bool,
    /// What callers that set it are told.
    pub deprecated: Option<Str>,
    /// Conditions on its value.
    pub validations: Vec<CheckRule>,
    /// The block's header.
    pub span: Span,
}

/// Why a value can not be a variable's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsuitable {
    /// It can not be converted; why, without a full stop.
    #[error("{0}")]
    Type(String),
    /// It is null where that is not allowed.
    #[error("required variable may not be set to null")]
    Null,
}

impl Variable {
    /// The value of the variable from what its caller gave: default, conversion, null and marks.
    ///
    /// # Errors
    /// When what was given can not be its value.
    pub fn value_of(&self, given: Option<Value>) -> Result<Value, Unsuitable> {
        let default = || self.default.clone().unwrap_or_else(|| Value::null(self.value_type()));
        let given = match given {
            None => default(),
            Some(value) if value.is_null() && !self.nullable && self.default.is_some() => default(),
            Some(value) => value,
        };
        let given = match &self.defaults {
            Some(defaults) if !given.is_null() => defaults.apply(&given),
            _ => given,
        };
        let converted = convert(&given, &self.ty).map_err(|error| Unsuitable::Type(error.message))?;
        if converted.is_null() && !self.nullable {
            return Err(Unsuitable::Null);
        }
        let mut marks = Marks::NONE;
        if self.sensitive {
            marks = marks.union(&Marks::sensitive());
        }
        if self.ephemeral {
            marks = marks.union(&Marks::ephemeral());
        }
        Ok(converted.with_marks(&marks))
    }

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
