//! Evaluation: a walk over nodes that gathers what goes wrong.

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_values::ops::{self, AccessError};
use landform_values::{Kind, Type, Value};

use super::node::{Local, Node, NodeKind, Reference};
use super::{EvalContext, NoScope, Scope};
use crate::syntax::ast::{Step, StepKind};

/// Who evaluates less than this is too fast to be worth interrupting.
const TURNS_BETWEEN_LOOKS: u32 = 4096;

/// What one evaluation needs. As long as nothing goes wrong, nothing is allocated but values.
pub(super) struct Evaluator<'a> {
    scope: &'a dyn Scope,
    /// There is none where functions may not be called.
    pub(super) context: Option<&'a EvalContext>,
    /// Where messages about places look up lines.
    pub(super) sources: Option<&'a SourceMap>,
    /// The values of local names, by place.
    pub(super) frame: Vec<Value>,
    problems: Vec<Diagnostic>,
    /// How many elements `for` has visited.
    turns: u32,
    /// Somebody wished it to end: what it yields is not the value.
    given_up: bool,
    /// Above zero where errors are caught, so that nobody sees what would be said of the names in them.
    pub(super) quiet: usize,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(scope: &'a dyn Scope, context: &'a EvalContext, locals: &[Value]) -> Self {
        let sources = Some(&context.sources);
        Self { scope, context: Some(context), frame: locals.to_vec(), ..Self::alone(sources) }
    }

    /// Without anything around: what is evaluated refers to nothing and calls nothing.
    pub(super) fn alone(sources: Option<&'a SourceMap>) -> Self {
        Self {
            scope: &NoScope,
            context: None,
            sources,
            frame: Vec::new(),
            problems: Vec::new(),
            turns: 0,
            given_up: false,
            quiet: 0,
        }
    }

    pub(super) fn into_diagnostics(self) -> Diagnostics {
        self.problems.into_iter().collect()
    }

    /// Whether evaluating is to end, asked at each element of a `for`: only there can it take long.
    pub(super) fn gives_up(&mut self) -> bool {
        self.turns = self.turns.wrapping_add(1);
        if self.turns.is_multiple_of(TURNS_BETWEEN_LOOKS) {
            self.given_up |= self.context.is_some_and(|context| context.interrupt.is_interrupted());
        }
        self.given_up
    }

    /// The value, unless it was given up.
    pub(super) fn ended(&mut self, value: Value, node: &Node) -> Value {
        if !self.given_up {
            return value;
        }
        let detail = "This expression was being evaluated when the operation was interrupted.";
        self.report(Diagnostic::error("Operation canceled", detail).at(node.span));
        Value::dynamic()
    }

    pub(super) fn scope(&self) -> &'a dyn Scope {
        self.scope
    }

    pub(super) fn evaluate(&mut self, node: &Node) -> Value {
        match &node.kind {
            NodeKind::Literal(value) => value.clone(),
            NodeKind::Reference(reference) => self.reference(reference, node),
            NodeKind::Local(local) => self.local(local, node),
            NodeKind::Item(place) => self.frame[*place].clone(),
            NodeKind::Relative(source, steps) => {
                let value = self.evaluate(source);
                self.steps(value, steps, node)
            }
            NodeKind::Index(collection, key) => self.index(collection, key, node),
            NodeKind::Splat(splat) => self.splat(splat, node),
            NodeKind::Call(call) => self.call(call, node),
            NodeKind::Conditional(conditional) => self.conditional(conditional, node),
            NodeKind::Unary(op, operand) => self.unary(*op, operand, node),
            NodeKind::Binary(..) => self.binary(node),
            NodeKind::Tuple(items) => Value::tuple(items.iter().map(|item| self.evaluate(item)).collect::<Vec<_>>()),
            NodeKind::Object(items) => self.object(items, node),
            NodeKind::Record(record) => self.record(record),
            NodeKind::For(r#for) => self.r#for(r#for, node),
            NodeKind::Template(parts) => self.template(parts, node),
            NodeKind::Join(tuple) => self.join(tuple, node),
            NodeKind::Remembered(part) => self.remembered(part),
            NodeKind::Invalid => Value::dynamic(),
            NodeKind::Failed(diagnostics) => {
                self.problems.extend_from_slice(diagnostics);
                Value::dynamic()
            }
        }
    }

    /// The value of a node for which nothing needs to be done.
    pub(super) fn at_hand<'v>(&'v self, node: &'v Node) -> Option<&'v Value> {
        match &node.kind {
            NodeKind::Literal(value) => Some(value),
            NodeKind::Item(place) => Some(&self.frame[*place]),
            NodeKind::Local(local) if local.steps.is_empty() => Some(&self.frame[local.place]),
            _ => None,
        }
    }

    fn reference(&mut self, reference: &Reference, node: &Node) -> Value {
        match self.scope.get(reference.slot) {
            Ok(value) => self.steps(value, &reference.steps[reference.consumed..], node),
            Err(diagnostic) => {
                let subject = diagnostic.subject.unwrap_or(node.span);
                self.report(diagnostic.at(subject));
                Value::dynamic()
            }
        }
    }

    fn local(&mut self, local: &Local, node: &Node) -> Value {
        let value = &self.frame[local.place];
        let Some((first, rest)) = local.steps.split_first() else { return value.clone() };
        match take(value, first) {
            Ok(value) => self.steps(value, rest, node),
            Err(error) => self.not_taken(error, first, node),
        }
    }

    fn steps(&mut self, mut value: Value, steps: &[Step], node: &Node) -> Value {
        for step in steps {
            match take(&value, step) {
                Ok(next) => value = next,
                Err(error) => return self.not_taken(error, step, node),
            }
        }
        value
    }

    fn not_taken(&mut self, error: AccessError, step: &Step, node: &Node) -> Value {
        self.fail(Diagnostic::error(error.summary, error.detail).at(step.span), node)
    }

    fn index(&mut self, collection: &Node, key: &Node, node: &Node) -> Value {
        let collection_value = self.evaluate(collection);
        let key = self.evaluate(key);
        ops::index(&collection_value, &key).unwrap_or_else(|error| {
            let bracket = Span { start: collection.span.end, ..node.span };
            self.fail(Diagnostic::error(error.summary, error.detail).at(bracket), node)
        })
    }
}

/// Gathering what goes wrong.
impl Evaluator<'_> {
    /// Reports as it is.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    /// Reports with what is known of the names in `node`; yields the value of what has failed.
    pub(super) fn fail(&mut self, diagnostic: Diagnostic, node: &Node) -> Value {
        let diagnostic = self.describe(diagnostic, node);
        self.report(diagnostic);
        Value::dynamic()
    }

    pub(super) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// A point in time, for [`Self::failed_since`] and [`Self::take_since`].
    pub(super) fn mark(&self) -> usize {
        self.problems.len()
    }

    /// Whether an error was reported since.
    pub(super) fn failed_since(&self, mark: usize) -> bool {
        self.problems[mark..].iter().any(Diagnostic::is_error)
    }

    /// Takes back what was reported since.
    pub(super) fn take_since(&mut self, mark: usize) -> Vec<Diagnostic> {
        if self.problems.len() == mark { Vec::new() } else { self.problems.split_off(mark) }
    }

    /// Reports again what was taken back.
    pub(super) fn restore(&mut self, diagnostics: Vec<Diagnostic>) {
        self.problems.extend(diagnostics);
    }
}

/// What is wrong with steps that are taken from a value of which only the type is known.
pub fn static_steps(ty: &Type, steps: &[Step]) -> Option<Diagnostic> {
    let mut value = Value::unknown(ty.clone());
    for step in steps {
        match take(&value, step) {
            Ok(next) => value = next,
            Err(error) => return Some(Diagnostic::error(error.summary, error.detail).at(step.span)),
        }
    }
    None
}

/// Takes a step of a traversal.
pub(super) fn take(value: &Value, step: &Step) -> Result<Value, AccessError> {
    match &step.kind {
        StepKind::Attribute(name) => ops::get_attribute(value, name),
        StepKind::Key(key) => ops::index(value, &Kind::String(key.clone()).into()),
        StepKind::Index(number) | StepKind::LegacyIndex(number) => ops::index(value, &Value::number(number.clone())),
    }
}
