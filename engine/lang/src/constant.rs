//! Values of constant expressions.

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
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
    let diagnostics = without_arguments(diagnostics);
    let failed = diagnostics.has_errors();
    (if failed { Value::dynamic() } else { value }, diagnostics)
}

/// Of a call that is not allowed, the arguments are not looked at.
fn without_arguments(diagnostics: Diagnostics) -> Diagnostics {
    let is_call = |found: &&Diagnostic| found.summary == "Function calls not allowed";
    let calls: Vec<Span> = diagnostics.iter().filter(is_call).filter_map(|found| found.subject).collect();
    let is_within = |span: Span| {
        let around = |call: &Span| call.start <= span.start && span.end <= call.end && *call != span;
        calls.iter().any(around)
    };
    diagnostics.into_iter().filter(|found| !found.subject.is_some_and(is_within)).collect()
}
