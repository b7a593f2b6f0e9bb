//! Expressions, compiled once and evaluated often.
//!
//! [`compile`] turns a syntax tree into an [`Expression`]: names become [`Slot`]s or places in a local frame,
//! functions are found, constants are folded. [`Expression::evaluate`] then only asks a [`Scope`] for the values of
//! slots.
//!
//! **Invariant**: nothing here knows what a slot stands for.

mod call;
mod callee;
mod compile;
mod conditional;
mod describe;
mod evaluate;
mod loops;
mod node;
mod object;
mod operators;
mod remember;
mod splat;
mod template;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_schema::FunctionSchema;
use landform_values::Value;

use crate::functions::World;
use crate::syntax::TraversalRef;
use crate::syntax::ast::{Expr, Step};
use evaluate::Evaluator;
use node::{Node, NodeKind};

pub use describe::statement;
pub use evaluate::static_steps;
pub(crate) use loops::is_iterable;

/// A value that a scope provides. What it stands for is agreed between [`Names`] and [`Scope`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

/// What names mean where an expression is compiled.
pub trait Names {
    /// The slot that a traversal begins with, and how many of its steps lead there: of `var.a.b` it is the slot of
    /// the variable, and 1. Whatever is left is taken from the slot's value. An error is reported as it is.
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic>;

    /// A function in a namespace other than `core`, such as `provider::aws::arn_parse`. `None` if there is none, which
    /// is reported as "Call to unknown function".
    fn function(&mut self, name: &str, span: Span) -> Result<Option<Arc<dyn ExternalFunction>>, Diagnostic> {
        let _ = (name, span);
        Ok(None)
    }

    /// Whether functions may be called at all.
    fn allows_calls(&self) -> bool {
        true
    }

    /// Whether the value of a slot may be another each time that the expression is evaluated. Parts that refer only to what
    /// does not vary, such as whole resources, are evaluated again only when that has changed.
    fn varies(&self, slot: Slot) -> bool {
        let _ = slot;
        true
    }

    /// Which functions of the language there are.
    fn functions(&self) -> FunctionSet {
        FunctionSet::Module
    }
}

/// Which functions of the language there are where an expression is compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FunctionSet {
    /// Those of a module.
    #[default]
    Module,
    /// Those of the console: `type` is one, `plantimestamp` is not.
    Console,
    /// Those of a template file: no function renders templates.
    TemplateFile,
    /// Those of a template that is no file: as those of a file, and no function reads files.
    TemplateString,
}

/// No names at all, neither of values nor of functions: only constants compile.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoNames;

impl Names for NoNames {
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic> {
        Err(Diagnostic::error("Variables not allowed", "Variables may not be used here.").at(traversal.root.span))
    }

    fn allows_calls(&self) -> bool {
        false
    }
}

/// A function that comes from outside the language, such as a provider's.
pub trait ExternalFunction: Send + Sync {
    /// Its parameters and result.
    fn schema(&self) -> &FunctionSchema;

    /// Calls it with known, unmarked arguments of the parameters' types.
    fn call(&self, arguments: Vec<Value>) -> Result<Value, ExternalError>;
}

/// Why a call of an [`ExternalFunction`] failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalError {
    /// The argument that is to blame.
    pub argument: Option<usize>,
    /// Why; a full stop is added.
    pub message: String,
}

/// The values that slots have where an expression is evaluated.
pub trait Scope {
    /// The value of a slot that [`Names::resolve`] returned.
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic>;
}

/// No values at all, for expressions without slots.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoScope;

impl Scope for NoScope {
    fn get(&self, _: Slot) -> Result<Value, Diagnostic> {
        Err(Diagnostic::error("Variables not allowed", "Variables may not be used here."))
    }
}

/// What evaluation needs beside values. Cheap to clone.
#[derive(Clone, Debug)]
pub struct EvalContext {
    /// Where messages about places look up lines.
    pub sources: SourceMap,
    world: Arc<dyn World>,
    impure_calls: ImpureCalls,
    interrupt: Interrupt,
}

/// A wish that evaluating ends, for who waits for a long one. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Asks long evaluations to end. Short ones do not look.
    pub fn interrupt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Asks no more.
    pub fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Whether functions that yield something else at each call (`timestamp`, `uuid`, `bcrypt`) are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImpureCalls {
    /// They are: while applying and in the console.
    Made,
    /// Their results are unknown: while validating and planning.
    Deferred,
}

impl EvalContext {
    /// In a world, where impure functions are called.
    pub fn new(world: Arc<dyn World>, sources: SourceMap) -> Self {
        Self { sources, world, impure_calls: ImpureCalls::Made, interrupt: Interrupt::default() }
    }

    /// The same with impure functions called or not.
    #[must_use]
    pub fn with_impure_calls(self, impure_calls: ImpureCalls) -> Self {
        Self { impure_calls, ..self }
    }

    /// The same with a wish that ends it.
    #[must_use]
    pub fn with_interrupt(self, interrupt: Interrupt) -> Self {
        Self { interrupt, ..self }
    }

    /// What functions may know of the world.
    pub fn world(&self) -> &dyn World {
        &*self.world
    }

    /// Whether impure functions are called.
    pub fn impure_calls(&self) -> ImpureCalls {
        self.impure_calls
    }

    /// The same with other files that messages point into.
    pub(crate) fn with_sources(&self, sources: SourceMap) -> Self {
        Self { sources, ..self.clone() }
    }
}

/// A reference in an expression.
#[derive(Clone, Copy, Debug)]
pub struct SlotReference<'a> {
    /// Where the value comes from.
    pub slot: Slot,
    /// What is taken from it, as far as that is written out.
    pub steps: &'a [Step],
}

fn collect_references<'a>(node: &'a Node, found: &mut Vec<SlotReference<'a>>) {
    match &node.kind {
        NodeKind::Reference(reference) => {
            found.push(SlotReference { slot: reference.slot, steps: &reference.steps[reference.consumed..] });
        }
        _ => node.for_each_child(&mut |child| collect_references(child, found)),
    }
}

/// A compiled expression. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Expression {
    root: Arc<Node>,
    slots: Arc<[Slot]>,
}

/// Compiles a syntax tree. What has an error evaluates to an unknown value without complaining again.
pub fn compile(expr: &Expr, names: &mut dyn Names) -> (Expression, Diagnostics) {
    compile_with_locals(expr, names, &[])
}

/// As [`compile`], with names of values that [`Expression::evaluate_with_locals`] is given.
pub(crate) fn compile_with_locals(
    expr: &Expr,
    names: &mut dyn Names,
    locals: &[Arc<str>],
) -> (Expression, Diagnostics) {
    let (root, slots, diagnostics) = compile::compile(expr, names, locals);
    (Expression { root: Arc::new(root), slots: slots.into() }, diagnostics)
}

impl Expression {
    /// An expression that is always the same value.
    pub fn constant(value: Value, span: Span) -> Self {
        Self { root: Arc::new(Node::literal(value, span)), slots: Arc::from([]) }
    }

    /// The value, and what went wrong. With an error, it is what is known all the same, or an unknown value.
    pub fn evaluate(&self, scope: &dyn Scope, context: &EvalContext) -> (Value, Diagnostics) {
        self.evaluate_with_locals(scope, context, &[])
    }

    /// As [`Self::evaluate`], with values for the names that it was compiled with.
    pub(crate) fn evaluate_with_locals(
        &self,
        scope: &dyn Scope,
        context: &EvalContext,
        locals: &[Value],
    ) -> (Value, Diagnostics) {
        if let NodeKind::Literal(value) = &self.root.kind {
            return (value.clone(), Diagnostics::new());
        }
        let mut evaluator = Evaluator::new(scope, context, locals);
        let value = evaluator.evaluate(&self.root);
        let value = evaluator.ended(value, &self.root);
        (value, evaluator.into_diagnostics())
    }

    /// The value of an expression that was compiled with [`NoNames`].
    pub(crate) fn evaluate_alone(&self, sources: &SourceMap) -> (Value, Diagnostics) {
        let mut evaluator = Evaluator::alone(Some(sources));
        let value = evaluator.evaluate(&self.root);
        (value, evaluator.into_diagnostics())
    }

    /// Adds to a diagnostic about this expression's value what is known of the names in it, as Terraform shows below
    /// the snippet.
    pub fn describe(&self, diagnostic: Diagnostic, scope: &dyn Scope, context: &EvalContext) -> Diagnostic {
        self.describe_with_locals(diagnostic, scope, context, &[])
    }

    pub(crate) fn describe_with_locals(
        &self,
        diagnostic: Diagnostic,
        scope: &dyn Scope,
        context: &EvalContext,
        locals: &[Value],
    ) -> Diagnostic {
        Evaluator::new(scope, context, locals).describe(diagnostic, &self.root)
    }

    /// The error for a value that is made from a type: the function `type`, which only the console has, may be a part
    /// of an expression only where the whole yields a type.
    pub fn misused_type(&self, value: &Value) -> Option<Diagnostic> {
        let is_type = matches!(value.kind(), landform_values::Kind::Type(_));
        if is_type { None } else { compile::misplaced_call(&self.root) }
    }

    /// All slots that it refers to, each once, in ascending order.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// What it takes from each slot: the steps that are written out behind the reference.
    pub fn references(&self) -> Vec<SlotReference<'_>> {
        let mut found = Vec::new();
        collect_references(&self.root, &mut found);
        found
    }

    /// Whether its value is known already.
    pub fn is_constant(&self) -> bool {
        self.as_constant().is_some()
    }

    /// Its value, when that is known already.
    pub fn as_constant(&self) -> Option<&Value> {
        if let NodeKind::Literal(value) = &self.root.kind { Some(value) } else { None }
    }

    /// The whole of it in the source.
    pub fn span(&self) -> Span {
        self.root.span
    }
}
