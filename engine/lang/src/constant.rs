//! Values of constant expressions.

use landform_diagnostics::{Diagnostics, SourceMap};
use landform_values::Value;

use crate::expr::{NoNames, compile};
use crate::syntax::ast::{Expr, ExprKind};

/// The value of an expression that refers to nothing and calls nothing; unknown with an error.
pub fn constant(expr: &Expr, sources: &SourceMap) -> (Value, Diagnostics) {
    if let ExprKind::Literal(value) = &expr.kind {
        return (value.clone(), Diagnostics::new());
    }
    let (compiled, mut diagnostics) = compile(expr, &mut NoNames);
    let (value, found) = compiled.evaluate_alone(sources);
    diagnostics.extend(found);
    let failed = diagnostics.has_errors();
    (if failed { Value::dynamic() } else { value }, diagnostics)
}
