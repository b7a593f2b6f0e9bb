//! Traversals: a name in scope and what is taken from it.

use std::fmt;

use landform_diagnostics::Span;

use super::ast::{Ident, Step, StepKind};
use super::text::quote;

/// A name in scope and what is taken from it: `var.a.b[0]["c"]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Traversal {
    /// The name.
    pub root: Ident,
    /// What is taken.
    pub steps: Vec<Step>,
    /// The whole of it.
    pub span: Span,
}

/// A traversal that stands in an expression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TraversalRef<'a> {
    /// The name.
    pub root: &'a Ident,
    /// What is taken.
    pub steps: &'a [Step],
    /// The whole of it.
    pub span: Span,
}

impl Traversal {
    /// From its parts.
    pub fn new(root: Ident, steps: Vec<Step>) -> Self {
        let span = steps.last().map_or(root.span, |step| root.span.to(step.span));
        Self { root, steps, span }
    }

    /// Borrowed.
    pub fn as_ref(&self) -> TraversalRef<'_> {
        TraversalRef { root: &self.root, steps: &self.steps, span: self.span }
    }
}

impl TraversalRef<'_> {
    /// One's own copy.
    pub fn to_owned(&self) -> Traversal {
        Traversal { root: self.root.clone(), steps: self.steps.to_vec(), span: self.span }
    }
}

/// As Terraform shows it in messages.
impl fmt::Display for Traversal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

/// As Terraform shows it in messages.
impl fmt::Display for TraversalRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root.name)?;
        self.steps.iter().try_for_each(|step| step.fmt(f))
    }
}

/// As Terraform shows it in messages.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            StepKind::Attribute(name) => write!(f, ".{name}"),
            StepKind::Key(key) => write!(f, "[{}]", quote(key)),
            StepKind::Index(index) | StepKind::LegacyIndex(index) => write!(f, "[{index}]"),
        }
    }
}
