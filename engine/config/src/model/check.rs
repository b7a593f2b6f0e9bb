//! Conditions: validations, preconditions, postconditions, assertions, and check blocks.

use std::sync::Arc;

use landform_addrs::{Resource, Str};
use landform_diagnostics::Span;
use landform_lang::syntax::ast::Expr;

/// A condition that must hold and what to say when it does not.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckRule {
    /// Must be true.
    pub condition: Arc<Expr>,
    /// What is said otherwise.
    pub error_message: Arc<Expr>,
    /// The block's header.
    pub span: Span,
}

/// A `check` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// Its name.
    pub name: Str,
    /// The data source within; the module's resources hold it.
    pub data: Option<Resource>,
    /// What must hold.
    pub asserts: Vec<CheckRule>,
    /// The block's header.
    pub span: Span,
}
