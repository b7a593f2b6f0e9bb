//! Arguments that are references, keywords, lists or maps as written, and references within expressions.

use std::borrow::Cow;

use landform_addrs::Resource as ResourceAddr;
use landform_diagnostics::{Diagnostic, Span};

use landform_lang::syntax::ast::{Expr, ExprKind, ObjectKey};
use landform_lang::syntax::{
    Content, Traversal, as_keyword, as_static_list, as_static_map, as_traversal, parse_expression_at, parse_traversal,
    visit_references,
};

use super::Decoder;
use crate::reference::{Reference, Subject, parse_reference};

/// What Terraform says of a quoted reference or keyword.
const QUOTES: [&str; 2] = [
    "In this context, references are expected literally rather than in quotes. Terraform 0.11 and earlier required \
     quotes, but quoted references are now deprecated and will be removed in a future version of Terraform. Remove the \
     quotes surrounding this reference to silence this warning.",
    "In this context, keywords are expected literally rather than in quotes. Terraform 0.11 and earlier required \
     quotes, but quoted keywords are now deprecated and will be removed in a future version of Terraform. Remove the \
     quotes surrounding this keyword to silence this warning.",
];

impl Decoder<'_> {
    /// `depends_on`.
    pub(super) fn depends_on(&mut self, content: &Content) -> Vec<Traversal> {
        let Some(attribute) = content.attributes.get("depends_on") else { return Vec::new() };
        let items = self.expression_list(&attribute.value);
        items.iter().filter_map(|item| self.reference_in_quotes_or_not(item)).collect()
    }

    /// The items of a list as written.
    pub(super) fn expression_list<'e>(&mut self, expr: &'e Expr) -> &'e [Expr] {
        as_static_list(expr).unwrap_or_else(|diagnostic| {
            self.push(diagnostic);
            &[]
        })
    }

    /// Keys and values of a map as written.
    pub(super) fn expression_pairs(&mut self, expr: &Expr) -> Vec<(Expr, Expr)> {
        let items = as_static_map(expr).unwrap_or_else(|diagnostic| {
            self.push(diagnostic);
            &[]
        });
        items.iter().map(|item| (key_expression(&item.key), item.value.clone())).collect()
    }

    /// A reference, or with a warning one in quotes.
    pub(super) fn reference_in_quotes_or_not(&mut self, expr: &Expr) -> Option<Traversal> {
        match self.unquoted(expr, QUOTES[0]) {
            Some(unquoted) => unquoted,
            None => as_traversal(expr).map_err(|diagnostic| self.push(diagnostic)).ok(),
        }
    }

    /// As [`Self::reference_in_quotes_or_not`], without a word on what is none.
    pub(super) fn reference_if_any(&mut self, expr: &Expr) -> Option<Traversal> {
        match self.unquoted(expr, QUOTES[0]) {
            Some(unquoted) => unquoted,
            None => as_traversal(expr).ok(),
        }
    }

    /// A keyword, or with a warning one in quotes.
    pub(super) fn keyword(&mut self, expr: &Expr) -> Option<String> {
        match self.unquoted(expr, QUOTES[1]) {
            Some(unquoted) => unquoted.filter(|found| found.steps.is_empty()).map(|found| found.root.name.to_string()),
            None => as_keyword(expr).map(Cow::into_owned),
        }
    }

    /// What the text of a quoted native string refers to (if anything); `None` for other expressions.
    fn unquoted(&mut self, expr: &Expr, warning: &str) -> Option<Option<Traversal>> {
        let text = native_string(expr)?;
        let parsed = self.parse_quoted(text, expr.span);
        let keyword = std::ptr::eq(warning, QUOTES[1]);
        let summary = if keyword { "Quoted keywords are deprecated" } else { "Quoted references are deprecated" };
        self.warning(expr.span, summary, warning);
        Some(parsed)
    }

    /// Parses the text of a quoted string; places in it are right as long as it has no escapes.
    fn parse_quoted(&mut self, text: &str, span: Span) -> Option<Traversal> {
        let file = self.sources.add("", text);
        let moved = |within: Span| Span {
            file: span.file,
            start: span.start + 1 + within.start,
            end: span.start + 1 + within.end,
        };
        match parse_traversal(self.sources, file) {
            Ok(mut found) => {
                found.root.span = moved(found.root.span);
                found.steps.iter_mut().for_each(|step| step.span = moved(step.span));
                Some(Traversal { span, ..found })
            }
            Err(diagnostics) => {
                for mut diagnostic in diagnostics {
                    diagnostic.subject = diagnostic.subject.map(moved);
                    diagnostic.context = diagnostic.context.map(moved);
                    self.push(diagnostic);
                }
                None
            }
        }
    }

    /// In JSON, the expression that a string holds; anything else as it is.
    pub(super) fn reparsed(&mut self, expr: &Expr) -> Option<Expr> {
        let ExprKind::JsonString(text, _) = &expr.kind else {
            if self.sources.file(expr.span.file).name.ends_with(".json") {
                self.error(expr.span, "Invalid reference expression", "A single reference string is required.");
                return None;
            }
            return Some(expr.clone());
        };
        // Terraform counts from the quote.
        let (parsed, diagnostics) = parse_expression_at(self.sources, expr.span.file, expr.span.start, text);
        let failed = diagnostics.has_errors();
        self.diagnostics.extend(diagnostics);
        (!failed).then_some(parsed)
    }
}

pub(super) fn key_expression(key: &ObjectKey) -> Expr {
    match key {
        ObjectKey::Name(name) => Expr { kind: ExprKind::Traversal(name.clone(), Vec::new()), span: name.span },
        ObjectKey::Expr(expr) => expr.clone(),
    }
}

/// The text of a string without interpolation in native syntax.
pub(super) fn native_string(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Literal(value) => value.as_str(),
        _ => None,
    }
}

/// Whether the expression is a quoted template in native syntax, whatever is in it.
pub(super) fn is_native_template(expr: &Expr) -> bool {
    native_string(expr).is_some() || matches!(expr.kind, ExprKind::Template(_))
}

/// The text of a string without interpolation in either syntax.
pub(super) fn text_of(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::JsonString(text, _) => Some(text),
        _ => native_string(expr),
    }
}

/// What an expression refers to, and what it can not refer to.
pub(super) fn parsed_references(expr: &Expr) -> Vec<Result<Reference, Diagnostic>> {
    let mut found = Vec::new();
    visit_references(expr, &mut |traversal| found.push(parse_reference(traversal)));
    found
}

/// Whether an expression refers to anything at all.
pub(super) fn refers_to_anything(expr: &Expr) -> bool {
    let mut found = false;
    visit_references(expr, &mut |_| found = true);
    found
}

/// Whether an expression refers to a variable.
pub(super) fn refers_to_variable(expr: &Expr, variable: &str) -> bool {
    let is_it = |reference: &Reference| matches!(&reference.subject, Subject::Variable(name) if **name == *variable);
    parsed_references(expr).iter().flatten().any(is_it)
}

/// Whether an expression refers to a resource or one of its instances.
pub(super) fn refers_to_resource(expr: &Expr, resource: &ResourceAddr) -> bool {
    let is_it = |reference: &Reference| reference.subject.resource() == Some(resource);
    parsed_references(expr).iter().flatten().any(is_it)
}
