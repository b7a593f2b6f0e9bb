//! Expressions from source to value, by tables.

mod arbitrary;
mod errors;
mod interrupted;
mod remember;
mod unknowns;
mod values;

use landform_diagnostics::{Diagnostics, SourceMap};
use landform_values::Value;

use super::compile;
use crate::syntax::parse_expression;
pub(super) use crate::testing::show;
use crate::testing::show_errors;
use crate::testing::{Variables, context};

/// Parses, compiles and evaluates.
pub(super) fn evaluate(source: &str) -> (Value, Diagnostics, SourceMap) {
    let sources = SourceMap::new();
    let file = sources.add("test.tf", source);
    let (expr, mut diagnostics) = parse_expression(&sources, file);
    let mut variables = Variables::new();
    let (expression, found) = compile(&expr, &mut variables);
    diagnostics.extend(found);
    let (value, found) = expression.evaluate(&variables, &context(&sources));
    diagnostics.extend(found);
    (value, diagnostics, sources)
}

/// Checks the value of each expression: `(source, expected)`.
pub(super) fn check(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        let (value, diagnostics, _) = evaluate(source);
        assert!(diagnostics.is_empty(), "{source}: {diagnostics:#?}");
        assert_eq!(show(&value), *expected, "{source}");
    }
}

/// Checks what goes wrong in each expression: `(source, expected)`, where the expectation is a line
/// `summary at "snippet": detail` for each diagnostic, with ` | NAME STATEMENT` for each name.
pub(super) fn check_errors(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        let (_, diagnostics, sources) = evaluate(source);
        let shown = show_errors(&diagnostics, &sources);
        assert_eq!(shown, *expected, "{source}");
    }
}
