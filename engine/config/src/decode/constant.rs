//! Arguments that must be constants.

use landform_addrs::Str;
use landform_diagnostics::{Diagnostic, SourceMap, Span};
use landform_lang::syntax::ast::{Expr, ExprKind, TemplatePart};
use landform_values::{Type, Value, convert};

use super::Decoder;

impl Decoder<'_> {
    /// The value of an expression without names and functions. Unknown where it has an error.
    pub(super) fn constant(&mut self, expr: &Expr) -> Value {
        let (value, diagnostics) = landform_lang::constant(expr, self.sources);
        self.diagnostics.extend(diagnostics);
        value
    }

    /// A constant of a type, never null or unknown; reports anything else.
    fn constant_of(&mut self, expr: &Expr, ty: &Type) -> Option<Value> {
        let value = self.constant(expr);
        let problem = match convert(&value, ty) {
            Ok(value) if !value.is_known() => "value must be known".to_owned(),
            Ok(value) if value.is_null() => "null value is not allowed".to_owned(),
            Ok(value) => return Some(value),
            Err(error) => error.to_string(),
        };
        let start = start_span(expr, self.sources);
        let detail = format!("Unsuitable value: {problem}");
        self.push(Diagnostic::error("Unsuitable value type", detail).at(start).within(expr.span));
        None
    }

    /// A constant text.
    pub(super) fn constant_string(&mut self, expr: &Expr) -> Option<Str> {
        self.constant_of(expr, &Type::String)?.as_shared_str().cloned()
    }

    /// A constant truth value.
    pub(super) fn constant_bool(&mut self, expr: &Expr) -> Option<bool> {
        self.constant_of(expr, &Type::Bool)?.as_bool()
    }
}

/// The range of the token that an expression begins with, roughly: what points at an unsuitable value.
fn start_span(expr: &Expr, sources: &SourceMap) -> Span {
    match &expr.kind {
        ExprKind::Literal(value) if value.as_str().is_some() => within_quotes(expr.span, sources),
        ExprKind::Template(parts) => match parts.first() {
            Some(TemplatePart::Literal(_, span)) => *span,
            Some(TemplatePart::Interpolation(inner)) => start_span(inner, sources),
            _ => expr.span,
        },
        ExprKind::Tuple(_) | ExprKind::Object(_) => first_byte(expr.span),
        ExprKind::For(inner) => inner.open,
        ExprKind::Call(call) => call.name_span.to(call.open_paren),
        ExprKind::Conditional(inner) => start_span(&inner.condition, sources),
        ExprKind::Binary(_, left, _) => start_span(left, sources),
        ExprKind::Unary(..) => first_byte(expr.span),
        ExprKind::Splat(splat) => splat.marker,
        _ => expr.span,
    }
}

fn first_byte(span: Span) -> Span {
    Span { end: span.start + 1, ..span }
}

fn within_quotes(span: Span, sources: &SourceMap) -> Span {
    let file = sources.file(span.file);
    let text = &file.text[span.start as usize..span.end as usize];
    let is_native = !file.name.ends_with(".json");
    if is_native && text.len() >= 2 && text.starts_with('"') && text.ends_with('"') {
        return Span { start: span.start + 1, end: span.end - 1, ..span };
    }
    span
}
