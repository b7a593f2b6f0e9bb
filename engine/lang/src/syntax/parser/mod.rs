//! A recursive-descent parser with the grammar, messages and error recovery of HashiCorp's HCL 2 parser.
//!
//! **Invariant**: every function leaves a well-formed tree, whatever the input. A nesting deeper than
//! [`MAX_NESTING`] is an error, so that neither this parser nor those who walk the tree run out of stack.

mod body;
mod expression;
mod for_expression;
mod invalid_tokens;
mod postfix;
mod recovery;
mod template;
mod template_tree;
mod term;
mod traversal;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, Span};

use super::ast::{Expr, ExprKind, Ident};
use super::place::Place;
use super::scanner::{ScanMode, scan};
use super::text::{Escapes, unescape};
use super::token::{Token, TokenKind};

/// How deep expressions, templates and blocks may nest.
pub const MAX_NESTING: u32 = 256;

/// How high the tree of one expression may grow, including chains of operators, which do not nest in the source.
pub const MAX_HEIGHT: u32 = 1024;

pub(super) struct Parser<'a> {
    text: &'a str,
    place: Place<'a>,
    /// Names that were read: most are there many times.
    names: HashMap<&'a str, Arc<str>, foldhash::fast::RandomState>,
    tokens: Vec<Token>,
    /// Index of the next token.
    next: usize,
    /// Whether line endings are tokens here or just space.
    newlines: Newlines,
    /// An error made the parser skip tokens, so that what follows may be a consequence: less is reported then.
    recovering: bool,
    /// Something was nested too deep, and the rest of the text was skipped.
    gave_up: bool,
    /// How deep the item at hand is nested.
    depth: u32,
    /// How deep the deepest node goes of the expression parsed last.
    reach: u32,
    diagnostics: Diagnostics,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Newlines {
    Count,
    Ignored,
}

impl<'a> Parser<'a> {
    /// Scans the text and reports what can never be part of the language.
    pub(super) fn new(text: &'a str, place: Place<'a>, mode: ScanMode) -> Self {
        let tokens = scan(text, mode);
        let mut parser = Self {
            text,
            place,
            names: HashMap::default(),
            tokens,
            next: 0,
            newlines: Newlines::Count,
            recovering: false,
            gave_up: false,
            depth: 0,
            reach: 0,
            diagnostics: Diagnostics::new(),
        };
        parser.report_invalid_tokens();
        parser
    }

    /// What was reported.
    pub(super) fn into_diagnostics(self) -> Diagnostics {
        self.diagnostics
    }

    /// The whole text as one expression, in which line endings mean nothing.
    pub(super) fn whole_expression(&mut self) -> Expr {
        self.newlines = Newlines::Ignored;
        let expr = self.expression();
        let next = self.peek();
        if next.kind != TokenKind::End && !self.recovering {
            self.error(
                self.span(next),
                "Extra characters after expression",
                "An expression was successfully parsed, but extra characters were found after it.",
            );
        }
        expr
    }

    /// The next token and the index behind it.
    fn look(&self) -> (Token, usize) {
        for (index, token) in self.tokens.iter().enumerate().skip(self.next) {
            match token.kind {
                // A single-line comment ends its line.
                TokenKind::Comment if self.newlines == Newlines::Count && token.text(self.text).ends_with('\n') => {
                    return (Token { kind: TokenKind::Newline, ..*token }, index + 1);
                }
                TokenKind::Comment => {}
                TokenKind::Newline if self.newlines == Newlines::Ignored => {}
                _ => return (*token, index + 1),
            }
        }
        let end = self.tokens.len();
        (self.tokens[end - 1], end)
    }

    fn peek(&self) -> Token {
        self.look().0
    }

    fn peek_kind(&self) -> TokenKind {
        self.peek().kind
    }

    fn read(&mut self) -> Token {
        let (token, next) = self.look();
        self.next = next;
        token
    }

    /// Takes the next token if it is of a kind.
    fn take(&mut self, kind: TokenKind) -> Option<Token> {
        let (token, next) = self.look();
        (token.kind == kind).then(|| {
            self.next = next;
            token
        })
    }

    /// Whether the next token is a certain word.
    fn at_keyword(&self, keyword: &str) -> bool {
        let next = self.peek();
        next.kind == TokenKind::Ident && next.text(self.text) == keyword
    }

    fn span(&self, token: Token) -> Span {
        self.place.span(token.start, token.end)
    }

    fn next_span(&self) -> Span {
        self.span(self.peek())
    }

    /// Of the token read last, even if it is a comment or line ending.
    fn previous_span(&self) -> Span {
        match self.next {
            0 => self.next_span(),
            next => self.span(self.tokens[next - 1]),
        }
    }

    fn name(&mut self, token: Token) -> Arc<str> {
        self.shared(Cow::Borrowed(token.text(self.text)))
    }

    /// A name, which shares its text with where else it stands.
    fn shared(&mut self, name: Cow<'a, str>) -> Arc<str> {
        match name {
            Cow::Borrowed(name) => self.names.entry(name).or_insert_with(|| name.into()).clone(),
            Cow::Owned(name) => name.into(),
        }
    }

    /// What stands in quotes, the first of which was read, if there is nothing but text in them.
    fn plain_text(&mut self) -> Option<Cow<'a, str>> {
        let text = match self.tokens[self.next..] {
            [Token { kind: TokenKind::CloseQuote, .. }, ..] => Cow::Borrowed(""),
            [text @ Token { kind: TokenKind::QuotedText, .. }, Token { kind: TokenKind::CloseQuote, .. }, ..] => {
                let (text, bad) = unescape(text.text(self.text), Escapes::Quoted);
                if !bad.is_empty() {
                    return None;
                }
                self.next += 1;
                text
            }
            _ => return None,
        };
        self.next += 1;
        Some(text)
    }

    fn ident(&mut self, token: Token) -> Ident {
        Ident { name: self.name(token), span: self.span(token) }
    }

    fn error(&mut self, subject: Span, summary: &str, detail: impl Into<String>) {
        self.diagnostics.error(subject, summary, detail);
    }

    fn error_within(&mut self, context: Span, subject: Span, summary: &str, detail: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(summary, detail).at(subject).within(context));
    }

    /// Whether there were errors since the mark (a number of diagnostics) that made the parser skip tokens.
    fn derailed_since(&self, mark: usize) -> bool {
        self.recovering && self.diagnostics.len() > mark
    }

    /// Runs with line endings counted or ignored, then as before.
    fn with_newlines<T>(&mut self, newlines: Newlines, parse: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.newlines, newlines);
        let result = parse(self);
        self.newlines = outer;
        result
    }

    /// Runs one level deeper; `None`, with an error, at the limit.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_NESTING {
            self.too_deep(self.next_span());
            return None;
        }
        self.depth += 1;
        self.reach = self.reach.max(self.depth);
        let result = parse(self);
        self.depth -= 1;
        Some(result)
    }

    /// Says so and skips all that follows: what is too deep in one place usually is in thousands.
    fn too_deep(&mut self, subject: Span) {
        self.next = self.tokens.len() - 1;
        if std::mem::replace(&mut self.gave_up, true) {
            return;
        }
        let detail = format!(
            "Blocks, expressions and templates may be nested at most {MAX_NESTING} levels deep, and chains of operators \
             may have at most {MAX_HEIGHT} operands. Split this into smaller parts, for example with local values."
        );
        self.error(subject, "Too deeply nested", detail);
        self.recovering = true;
    }
}

fn invalid(span: Span) -> Expr {
    Expr { kind: ExprKind::Invalid, span }
}
