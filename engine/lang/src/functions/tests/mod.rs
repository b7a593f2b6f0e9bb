//! Functions from source to what is printed.

mod additions;
mod console;
mod deferral;
mod disk;
mod laws;
mod limits;
mod marks;
mod metadata;
mod reference;
mod unknowns;

use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use landform_values::Value;

use super::{MemoryWorld, World};
use crate::expr::{EvalContext, FunctionSet, Names, Scope, Slot, compile};
use crate::syntax::{TraversalRef, parse_expression};
use crate::testing::{Variables, show, show_errors};

/// The names that functions are called with in tests: those of [`Variables`], and `path`.
struct Surroundings {
    variables: Variables,
    set: FunctionSet,
}

/// The slot of `path.module`, far from those of variables.
const PATH: Slot = Slot(u32::MAX);

impl Names for Surroundings {
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic> {
        match &*traversal.root.name {
            "path" => Ok((PATH, 1)),
            "var" => self.variables.resolve(traversal),
            _ => Err(Diagnostic::error("Undeclared", format!("{traversal} is not declared.")).at(traversal.span)),
        }
    }

    fn functions(&self) -> FunctionSet {
        self.set
    }
}

impl Scope for Surroundings {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        if slot == PATH { Ok(".".into()) } else { self.variables.get(slot) }
    }
}

/// Parses, compiles and evaluates; the change is made to what is around the evaluation.
fn evaluate(
    source: &str,
    set: FunctionSet,
    world: Arc<dyn World>,
    change: fn(EvalContext) -> EvalContext,
) -> (Value, Diagnostics, SourceMap) {
    let sources = SourceMap::new();
    let (expr, mut diagnostics) = parse_expression(&sources, sources.add("<console-input>", source));
    if diagnostics.has_errors() {
        return (Value::NULL, diagnostics, sources);
    }
    let mut surroundings = Surroundings { variables: Variables::new(), set };
    let (expression, found) = compile(&expr, &mut surroundings);
    diagnostics.extend(found);
    let context = change(EvalContext::new(world, sources.clone()));
    let (value, found) = expression.evaluate(&surroundings, &context);
    diagnostics.extend(found);
    if !diagnostics.has_errors() {
        diagnostics.extend(expression.misused_type(&value));
    }
    (value, diagnostics, sources)
}

fn empty_world() -> Arc<dyn World> {
    let now = time::macros::datetime!(2024-02-03 04:05:06.5 UTC);
    Arc::new(MemoryWorld::at(now))
}

/// Checks the value of each expression, or what goes wrong: `(source, expected)`.
fn check(cases: &[(&str, &str)]) {
    check_in(FunctionSet::Module, |context| context, cases);
}

fn check_in(set: FunctionSet, change: fn(EvalContext) -> EvalContext, cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        let (value, diagnostics, sources) = evaluate(source, set, empty_world(), change);
        let shown = if diagnostics.is_empty() { show(&value) } else { show_errors(&diagnostics, &sources) };
        assert_eq!(shown, *expected, "{source}");
    }
}
