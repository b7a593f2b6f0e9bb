//! Values of constant expressions.

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use landform_lang::syntax::ast::{Expr, ExprKind};
use landform_values::Value;

/// The value of an expression that refers to nothing and calls nothing; unknown with an error.
pub(crate) fn constant(expr: &Expr, sources: &SourceMap) -> (Value, Diagnostics) {
    todo!()
}
