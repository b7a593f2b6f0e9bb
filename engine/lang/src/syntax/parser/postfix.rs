//! What stands behind a term: attributes, indexes and splats.

use landform_diagnostics::Span;
use landform_values::Kind;

use super::super::ast::{Expr, ExprKind, Splat, Step, StepKind};
use super::super::token::{Token, TokenKind};
use super::{Newlines, Parser, invalid};

impl Parser<'_> {
    /// A term and what is taken from it.
    pub(super) fn operand(&mut self) -> Expr {
        let term = self.term();
        self.postfix(term)
    }

    fn postfix(&mut self, from: Expr) -> Expr {
        let start = from.span;
        let mut result = from;
        loop {
            result = match self.peek_kind() {
                TokenKind::Dot => self.dot(start, result),
                TokenKind::OpenBracket => self.bracket(start, result),
                _ => return result,
            };
        }
    }

    /// `.name`, `.0` or `.*`.
    fn dot(&mut self, start: Span, from: Expr) -> Expr {
        let dot = self.read();
        let dot_span = self.span(dot);
        let selector = self.peek();
        let selector_span = self.span(selector);
        match selector.kind {
            TokenKind::Ident => {
                self.read();
                let kind = StepKind::Attribute(self.name(selector));
                extended(from, Step { kind, span: dot_span.to(selector_span) })
            }
            TokenKind::Number => {
                self.read();
                let span = from.span.to(selector_span);
                match self.legacy_index(dot_span, selector, selector_span, "") {
                    Some(step) => extended(from, step),
                    None => invalid(span),
                }
            }
            TokenKind::Star => self.attribute_splat(start, from, dot_span),
            _ => {
                self.error(selector_span, INVALID_NAME, "An attribute name is required after a dot.");
                self.recovering = true;
                invalid(start.to(dot_span))
            }
        }
    }

    /// The step `.0`; `None`, with an error about the subject, if the number is not one index.
    fn legacy_index(&mut self, dot: Span, number: Token, subject: Span, hint: &str) -> Option<Step> {
        let text = number.text(self.text);
        let span = dot.to(self.span(number));
        if let Some((first, second)) = text.split_once('.') {
            let detail = format!(
                "When using the legacy index syntax, chaining two indexes together is not permitted. Use the proper \
                 index syntax{hint} instead, like [{first}][{second}]."
            );
            self.error(subject, "Invalid legacy index syntax", detail);
            return None;
        }
        let expr = self.number(number);
        let ExprKind::Literal(value) = expr.kind else { return None };
        Some(Step { kind: StepKind::LegacyIndex(value.as_number()?.clone()), span })
    }

    /// `.*` and the attributes behind it, which belong to each element; what follows them belongs to the result.
    fn attribute_splat(&mut self, start: Span, from: Expr, dot: Span) -> Expr {
        let star = self.read();
        let star_span = self.span(star);
        let marker = dot.to(star_span);
        let steps_start = self.next_span();
        let mut steps = Vec::new();
        while let Some(dot) = self.take(TokenKind::Dot) {
            let dot_span = self.span(dot);
            let selector = self.peek();
            match selector.kind {
                TokenKind::Number => {
                    self.read();
                    let hint = " with a full splat expression [*]";
                    steps.extend(self.legacy_index(dot_span, selector, star_span, hint));
                }
                TokenKind::Ident => {
                    self.read();
                    let kind = StepKind::Attribute(self.name(selector));
                    steps.push(Step { kind, span: dot_span.to(self.span(selector)) });
                }
                _ => {
                    self.no_splat_attribute(selector, star_span);
                    return from;
                }
            }
        }
        let item = Expr { kind: ExprKind::SplatItem, span: marker };
        let end = steps.last().map_or(star_span, |step| step.span);
        let each = match steps.is_empty() {
            true => item,
            false => Expr { kind: ExprKind::RelativeTraversal(Box::new(item), steps), span: steps_start.to(end) },
        };
        self.splat(Splat { source: from, each, marker }, start.to(end))
    }

    fn no_splat_attribute(&mut self, found: Token, star: Span) {
        if !self.recovering {
            if found.kind == TokenKind::Star {
                let detail = "A splat expression (*) cannot be used inside another attribute-only splat expression.";
                self.error(self.span(found), "Nested splat expression not allowed", detail);
            } else {
                self.error(star, INVALID_NAME, "An attribute name is required after a dot.");
            }
        }
        self.recovering = true;
    }

    fn splat(&mut self, splat: Splat, span: Span) -> Expr {
        if self.grow(splat.marker) { Expr { kind: ExprKind::Splat(Box::new(splat)), span } } else { invalid(span) }
    }

    /// `[key]` or `[*]`.
    fn bracket(&mut self, start: Span, from: Expr) -> Expr {
        let open = self.read();
        let open_span = self.span(open);
        if self.take(TokenKind::Star).is_some() {
            return self.full_splat(start, from, open_span);
        }
        let (key, close) = self.with_newlines(Newlines::Ignored, Self::index_key);
        let bracket = open_span.to(self.span(close));
        match index_step(&key) {
            Some(kind) => extended(from, Step { kind, span: bracket }),
            None if self.grow(bracket) => {
                Expr { kind: ExprKind::Index(Box::new(from), Box::new(key)), span: start.to(bracket) }
            }
            None => invalid(start.to(bracket)),
        }
    }

    /// The key and the closing bracket.
    fn index_key(&mut self) -> (Expr, Token) {
        let mark = self.diagnostics.len();
        let key = self.expression();
        if self.derailed_since(mark) {
            return (key, self.skip_past(TokenKind::CloseBracket));
        }
        let detail = "The index operator must end with a closing bracket (\"]\").";
        (key, self.close_bracket("Missing close bracket on index", detail))
    }

    /// The closing bracket. If something else stands there, the next one; HashiCorp's parser points at that, too.
    fn close_bracket(&mut self, summary: &str, detail: &str) -> Token {
        let close = self.read();
        if close.kind == TokenKind::CloseBracket || self.recovering {
            return close;
        }
        let close = self.skip_past(TokenKind::CloseBracket);
        self.error(self.span(close), summary, detail);
        close
    }

    /// `[*]`; all that follows belongs to each element.
    fn full_splat(&mut self, start: Span, from: Expr, open: Span) -> Expr {
        let detail = "The star for a full splat operator must be immediately followed by a closing bracket (\"]\").";
        let close = self.close_bracket("Missing close bracket on splat index", detail);
        let marker = open.to(self.span(close));
        let item = Expr { kind: ExprKind::SplatItem, span: marker };
        let each = self.nested(|parser| parser.postfix(item)).unwrap_or_else(|| invalid(marker));
        let span = start.to(each.span);
        self.splat(Splat { source: from, each, marker }, span)
    }
}

/// An expression with one more step taken from it.
fn extended(from: Expr, step: Step) -> Expr {
    let span = from.span.to(step.span);
    let kind = match from.kind {
        ExprKind::Traversal(root, mut steps) => {
            steps.push(step);
            ExprKind::Traversal(root, steps)
        }
        ExprKind::RelativeTraversal(source, mut steps) => {
            steps.push(step);
            ExprKind::RelativeTraversal(source, steps)
        }
        kind => ExprKind::RelativeTraversal(Box::new(Expr { kind, span: from.span }), vec![step]),
    };
    Expr { kind, span }
}

/// The step that a literal key stands for.
fn index_step(key: &Expr) -> Option<StepKind> {
    let ExprKind::Literal(value) = &key.kind else { return None };
    match value.kind() {
        Kind::Number(number) => Some(StepKind::Index(number.clone())),
        Kind::String(text) => Some(StepKind::Key(text.clone())),
        _ => None,
    }
}

const INVALID_NAME: &str = "Invalid attribute name";
