//! What references mean in test files: all that they mean in a module, and some more.

use std::fmt;

use landform_addrs::Str;
use landform_diagnostics::{Diagnostic, Span};
use landform_lang::syntax::TraversalRef;
use landform_lang::syntax::ast::{Step, StepKind};
use landform_values::Value;

use super::parse::named;
use super::{Subject, parse_reference};

/// What a reference in a test file begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestSubject {
    /// `run.name`: the outputs of a run.
    Run(Str),
    /// `output.name`, of the module under test.
    Output(Str),
    /// `check.name`.
    Check(Str),
    /// What modules have too.
    Module(Subject),
}

/// A reference in a test file, and what is taken from its subject.
#[derive(Clone, Debug, PartialEq)]
pub struct TestReference {
    /// What is referred to.
    pub subject: TestSubject,
    /// The part that names the subject.
    pub span: Span,
    /// What is taken from it.
    pub remaining: Vec<Step>,
}

/// What a traversal in a test file means, or why it means nothing.
pub fn parse_test_reference(traversal: TraversalRef<'_>) -> Result<TestReference, Diagnostic> {
    let make: fn(Str) -> TestSubject = match &*traversal.root.name {
        "run" => TestSubject::Run,
        "output" => TestSubject::Output,
        "check" => TestSubject::Check,
        _ => {
            let found = parse_reference(traversal)?;
            let subject = TestSubject::Module(found.subject);
            return Ok(TestReference { subject, span: found.span, remaining: found.remaining });
        }
    };
    let (name, span, remaining) = named(traversal)?;
    Ok(TestReference { subject: make(name), span, remaining })
}

impl TestSubject {
    /// The variable, if it is one.
    pub fn variable(&self) -> Option<&Str> {
        match self {
            Self::Module(Subject::Variable(name)) => Some(name),
            _ => None,
        }
    }
}

/// As it is written.
impl fmt::Display for TestSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(name) => write!(f, "run.{name}"),
            Self::Output(name) => write!(f, "output.{name}"),
            Self::Check(name) => write!(f, "check.{name}"),
            Self::Module(subject) => subject.fmt(f),
        }
    }
}

impl TestReference {
    /// What is taken from the value of the subject, if it is there.
    pub fn value_in<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.remaining.iter().try_fold(value, |value, step| match &step.kind {
            StepKind::Attribute(name) => value.get_attribute(name),
            StepKind::Key(key) => value.get_element(&Value::from(key.clone())),
            StepKind::Index(index) | StepKind::LegacyIndex(index) => value.get_element(&Value::number(index.clone())),
        })
    }
}
