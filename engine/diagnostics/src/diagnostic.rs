//! One problem, and lists of them.

use std::sync::Arc;

use crate::Span;

/// How bad it is: an error stops the operation, a warning does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The operation can not go on.
    Error,
    /// The operation goes on; a person should look.
    Warning,
}

/// The value of a name that occurs in the expression a diagnostic points at, ready to print.
///
/// `statement` is the whole predicate, such as `is "x"`, `is a string` or `is a sensitive value`:
/// whoever makes it has already hidden what must not show.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamedValue {
    /// The reference as it stands in the source: `var.name`.
    pub traversal: String,
    /// What is said of its value: `is "x"`.
    pub statement: String,
}

/// The function call that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FunctionCall {
    /// The name as called.
    pub name: String,
    /// The signature, as `name(parameter, …)`, where it is to be shown.
    pub signature: Option<String>,
}

/// What some diagnostics carry beside their text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Extra {
    /// Names in the expression and what is known of them.
    pub values: Vec<NamedValue>,
    /// The function that failed.
    pub function_call: Option<FunctionCall>,
    /// Caused by an unknown value; callers that can wait for it may drop the diagnostic.
    pub caused_by_unknown: bool,
    /// Caused by a sensitive value.
    pub caused_by_sensitive: bool,
    /// Caused by an ephemeral value.
    pub caused_by_ephemeral: bool,
    /// Comes from a check block: never an error, listed apart in JSON.
    pub from_check: bool,
    /// Is an error by itself, and a warning only because it comes from a check block.
    pub softened: bool,
    /// The address of the object whose condition does not hold, where that is what is told.
    pub condition_of: Option<String>,
    /// A file is not written as its syntax wants, whoever uses it.
    pub of_syntax: bool,
    /// Where in the configuration body of `address` a problem is that a provider reports; the engine turns it into a
    /// span where it can.
    pub attribute: Option<Vec<AttributeStep>>,
}

/// One step from a configuration body to something in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AttributeStep {
    /// An attribute or a type of nested blocks.
    Name(String),
    /// An element of a list, or a nested block, by its position.
    Index(i64),
    /// An element of a map by its key.
    Key(String),
    /// An element of a set, which has no name.
    Element,
}

/// A problem: severity, a short fixed summary, a detail, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// A short fixed phrase without the particulars of this case and without a full stop.
    pub summary: String,
    /// What, why and how to fix it, in sentences. May be empty.
    pub detail: String,
    /// The range that is wrong.
    pub subject: Option<Span>,
    /// A wider range that helps to understand the subject.
    pub context: Option<Span>,
    /// The resource instance it is about, printed as `with ADDRESS`.
    pub address: Option<String>,
    extra: Option<Arc<Extra>>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Error, summary.into(), detail.into())
    }

    /// A warning without a place.
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new(Severity::Warning, summary.into(), detail.into())
    }

    fn new(severity: Severity, summary: String, detail: String) -> Self {
        Self { severity, summary, detail, subject: None, context: None, address: None, extra: None }
    }

    /// Points at the range that is wrong.
    #[must_use]
    pub fn at(mut self, subject: Span) -> Self {
        self.subject = Some(subject);
        self
    }

    /// As grave as said.
    #[must_use]
    pub fn as_severe_as(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds a wider range around the subject.
    #[must_use]
    pub fn within(mut self, context: Span) -> Self {
        self.context = Some(context);
        self
    }

    /// Names the resource instance.
    #[must_use]
    pub fn about(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Changes what it carries beside its text.
    #[must_use]
    pub fn with_extra(mut self, change: impl FnOnce(&mut Extra)) -> Self {
        let mut extra = self.extra.take().map(Arc::unwrap_or_clone).unwrap_or_default();
        change(&mut extra);
        self.extra = Some(Arc::new(extra));
        self
    }

    /// What it carries beside its text.
    pub fn extra(&self) -> Option<&Extra> {
        self.extra.as_deref()
    }

    /// Whether it stops the operation.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it comes from a check block.
    pub fn is_from_check(&self) -> bool {
        self.extra().is_some_and(|extra| extra.from_check)
    }
}

/// Diagnostics in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds an error at a range.
    pub fn error(&mut self, subject: Span, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic::error(summary, detail).at(subject));
    }

    /// Adds a warning at a range.
    pub fn warning(&mut self, subject: Span, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic::warning(summary, detail).at(subject));
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(Diagnostic::is_error)
    }

    /// Whether there are none at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// In the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// To change them in place.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.0.iter_mut()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, iter: T) {
        self.0.extend(iter);
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<T: IntoIterator<Item = Diagnostic>>(iter: T) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}
