//! Absolute traversals alone: a name, attributes and literal indexes.

use landform_diagnostics::Span;
use landform_values::Value;

use super::super::ast::{ExprKind, Ident, Step, StepKind};
use super::super::token::TokenKind;
use super::{Newlines, Parser};

impl Parser<'_> {
    /// The whole text as a traversal; `None`, with errors, if it is something else.
    pub(in super::super) fn whole_traversal(&mut self) -> Option<(Ident, Vec<Step>)> {
        self.newlines = Newlines::Ignored;
        let token = self.read();
        if token.kind != TokenKind::Ident {
            self.error(self.span(token), "Variable name required", "Must begin with a variable name.");
            return None;
        }
        let root = self.ident(token);
        let mut steps = Vec::new();
        loop {
            let next = self.peek();
            let step = match next.kind {
                TokenKind::End => break,
                TokenKind::Dot => self.traversal_attribute(root.span),
                TokenKind::OpenBracket => self.traversal_index(root.span),
                _ => {
                    let detail = "Expected an attribute access or an index operator.";
                    let span = self.span(next);
                    self.error_within(root.span.to(span), span, "Invalid character", detail);
                    None
                }
            };
            steps.push(step?);
        }
        (!self.diagnostics.has_errors()).then_some((root, steps))
    }

    fn traversal_attribute(&mut self, root: Span) -> Option<Step> {
        let dot = self.read();
        let name = self.read();
        let span = self.span(name);
        if name.kind == TokenKind::Ident {
            return Some(Step { kind: StepKind::Attribute(self.name(name)), span: self.span(dot).to(span) });
        }
        let detail = match name.kind {
            TokenKind::Star => "Splat expressions (.*) may not be used here.",
            _ => "Dot must be followed by attribute name.",
        };
        self.error_within(root.to(span), span, "Attribute name required", detail);
        None
    }

    fn traversal_index(&mut self, root: Span) -> Option<Step> {
        let open = self.read();
        let open_span = self.span(open);
        let next = self.peek();
        let kind = match next.kind {
            TokenKind::Number => {
                self.read();
                let ExprKind::Literal(value) = self.number(next).kind else { return None };
                StepKind::Index(value.as_number()?.clone())
            }
            TokenKind::OpenQuote => {
                let text = Value::string(self.quoted_string().name);
                StepKind::Key(text.as_shared_str()?.clone())
            }
            other => {
                let (summary, detail) = match other {
                    TokenKind::Star => ("Attribute name required", "Splat expressions ([*]) may not be used here."),
                    _ => (
                        "Index value required",
                        "Index brackets must contain either a literal number or a literal string.",
                    ),
                };
                let span = self.span(next);
                self.error_within(root.to(span), span, summary, detail);
                return None;
            }
        };
        let close = self.read();
        let close_span = self.span(close);
        let span = open_span.to(close_span);
        if close.kind != TokenKind::CloseBracket {
            let detail = "Index key must be followed by a closing bracket.";
            self.error_within(span, close_span, "Unclosed index brackets", detail);
            return None;
        }
        Some(Step { kind, span })
    }
}
