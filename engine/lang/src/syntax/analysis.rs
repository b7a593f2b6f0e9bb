//! Reading expressions without evaluating them, where the language wants a keyword, a reference, a type or a list.

use std::borrow::Cow;
use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, FileId, Span};

use super::ast::{Expr, ExprKind, Ident, ObjectItem, ObjectKey, TemplatePart};
use super::parser::Parser;
use super::place::Place;
use super::scanner::ScanMode;
use super::traversal::Traversal;

/// A function call that is read and not evaluated, such as a type constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct StaticCall<'a> {
    /// The name with its namespaces.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// In order. Owned if the call stands in a JSON string.
    pub arguments: Cow<'a, [Expr]>,
    /// From the opening to the closing parenthesis.
    pub arguments_span: Span,
}

/// The expression as a reference: a name, attributes and literal indexes, and nothing else.
pub fn as_traversal(expr: &Expr) -> Result<Traversal, Diagnostic> {
    traversal(expr).ok_or_else(|| {
        let detail = "A single static variable reference is required: only attribute access and indexing with constant \
                      keys. No calculations, function calls, template expressions, etc are allowed here.";
        Diagnostic::error("Invalid expression", detail).at(expr.span)
    })
}

/// The expression as one bare name, which may also be `true`, `false` or `null`.
pub fn as_keyword(expr: &Expr) -> Option<Cow<'_, str>> {
    match &expr.kind {
        ExprKind::Traversal(root, steps) => steps.is_empty().then_some(Cow::Borrowed(&root.name)),
        ExprKind::Literal(_) => literal_keyword(expr).map(Cow::Borrowed),
        ExprKind::JsonString(text, _) => {
            let text = text.trim_matches([' ', '\t', '\n']);
            super::is_identifier(text).then_some(Cow::Borrowed(text))
        }
        _ => None,
    }
}

/// The items of `[a, b]`.
pub fn as_static_list(expr: &Expr) -> Result<&[Expr], Diagnostic> {
    match &expr.kind {
        ExprKind::Tuple(items) => Ok(items),
        _ => Err(required("A static list expression is required.", expr)),
    }
}

/// The items of `{a = b}`.
pub fn as_static_map(expr: &Expr) -> Result<&[ObjectItem], Diagnostic> {
    match &expr.kind {
        ExprKind::Object(items) => Ok(items),
        _ => Err(required("A static map expression is required.", expr)),
    }
}

/// `name(arguments)`.
pub fn as_static_call(expr: &Expr) -> Result<StaticCall<'_>, Diagnostic> {
    static_call(expr).ok_or_else(|| required("A static function call is required.", expr))
}

impl ObjectKey {
    /// The bare name, if it is one. In JSON syntax, any name of a property that could be one.
    pub fn as_keyword(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Name(name) => Some(Cow::Borrowed(&name.name)),
            Self::Expr(expr) => as_keyword(expr),
        }
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span,
            Self::Expr(expr) => expr.span,
        }
    }
}

fn required(detail: &str, expr: &Expr) -> Diagnostic {
    Diagnostic::error("Invalid expression", detail).at(start_span(expr))
}

/// The part of an expression that messages about the whole of it point at: its first operand, symbol or bracket.
pub(crate) fn start_span(expr: &Expr) -> Span {
    let first_byte = |span: Span| Span { end: span.end.min(span.start + 1), ..span };
    match &expr.kind {
        ExprKind::Literal(value) if value.as_str().is_some() && expr.span.end > expr.span.start + 1 => {
            Span { start: expr.span.start + 1, end: expr.span.end - 1, ..expr.span }
        }
        ExprKind::Index(collection, _) => {
            Span { start: collection.span.end, end: collection.span.end + 1, ..expr.span }
        }
        ExprKind::Splat(splat) => splat.marker,
        ExprKind::Binary(_, left, _) => start_span(left),
        ExprKind::Conditional(parts) => start_span(&parts.condition),
        ExprKind::Call(call) => call.name_span.to(call.open_paren),
        ExprKind::Unary(..) | ExprKind::Tuple(_) | ExprKind::Object(_) | ExprKind::For(_) => first_byte(expr.span),
        ExprKind::Template(parts) => match parts.first() {
            Some(TemplatePart::Literal(_, span)) => *span,
            Some(TemplatePart::Interpolation(inner)) => start_span(inner),
            _ => expr.span,
        },
        _ => expr.span,
    }
}

fn literal_keyword(expr: &Expr) -> Option<&'static str> {
    let ExprKind::Literal(value) = &expr.kind else { return None };
    match value.as_bool() {
        Some(true) => Some("true"),
        Some(false) => Some("false"),
        None => value.is_null().then_some("null"),
    }
}

fn traversal(expr: &Expr) -> Option<Traversal> {
    match &expr.kind {
        ExprKind::Traversal(root, steps) => {
            Some(Traversal { root: root.clone(), steps: steps.clone(), span: expr.span })
        }
        ExprKind::RelativeTraversal(source, steps) => {
            let mut whole = traversal(source)?;
            whole.steps.extend_from_slice(steps);
            whole.span = expr.span;
            Some(whole)
        }
        ExprKind::Literal(_) => {
            let root = Ident { name: literal_keyword(expr)?.into(), span: expr.span };
            Some(Traversal::new(root, Vec::new()))
        }
        ExprKind::JsonString(text, _) => in_json_string(text, expr.span, |parser| {
            parser.whole_traversal().map(|(root, steps)| Traversal::new(root, steps))
        }),
        _ => None,
    }
}

fn static_call(expr: &Expr) -> Option<StaticCall<'_>> {
    match &expr.kind {
        ExprKind::Call(call) => Some(StaticCall {
            name: call.name.clone(),
            name_span: call.name_span,
            arguments: Cow::Borrowed(&call.arguments),
            arguments_span: call.open_paren.to(call.close_paren),
        }),
        ExprKind::JsonString(text, _) => {
            let parsed = in_json_string(text, expr.span, |parser| Some(parser.whole_expression()))?;
            let ExprKind::Call(call) = parsed.kind else { return None };
            let arguments_span = call.open_paren.to(call.close_paren);
            let (name, name_span) = (call.name, call.name_span);
            Some(StaticCall { name, name_span, arguments: Cow::Owned(call.arguments), arguments_span })
        }
        _ => None,
    }
}

/// Parses what stands in a JSON string. Places in it are as Terraform has them: as if it began with the quote, and had no
/// escapes. Where these would be in the middle of a character, they are only known to lie within the string.
fn in_json_string<T>(text: &str, span: Span, parse: impl FnOnce(&mut Parser) -> Option<T>) -> Option<T> {
    let has_escapes = (span.end - span.start) as usize != text.len() + 2;
    let shifts: Vec<(u32, u32)> = match has_escapes && !text.is_ascii() {
        true => (0..=text.len() as u32).map(|offset| (offset, span.start)).collect(),
        false => Vec::new(),
    };
    let place = Place { file: span.file, source: None, base: span.start, shifts: &shifts };
    let mut parser = Parser::new(text, place, ScanMode::Main);
    let parsed = parse(&mut parser);
    if parser.into_diagnostics().has_errors() { None } else { parsed }
}

/// Parses an absolute traversal that stands in no file, such as an address on the command line. The spans of the
/// result belong to no source map; the diagnostics have none.
pub fn parse_traversal_text(text: &str) -> Result<Traversal, Diagnostics> {
    let place = Place { file: FileId(u32::MAX), source: None, base: 0, shifts: &[] };
    let mut parser = Parser::new(text, place, ScanMode::Main);
    let parsed = parser.whole_traversal().map(|(root, steps)| Traversal::new(root, steps));
    parsed.ok_or_else(|| {
        let mut diagnostics = parser.into_diagnostics();
        for diagnostic in diagnostics.iter_mut() {
            diagnostic.subject = None;
            diagnostic.context = None;
        }
        diagnostics
    })
}
