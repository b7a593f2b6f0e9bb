//! `[for …]` and `{for …}`.

use landform_diagnostics::Span;

use super::super::ast::{Expr, ExprKind, For, Ident};
use super::super::token::{Token, TokenKind};
use super::{Parser, invalid};

/// The constructor that a `for` expression stands in.
struct Constructor {
    open: Span,
    close: TokenKind,
}

/// What stands behind the colon.
struct Results {
    key: Option<Expr>,
    value: Expr,
    ellipsis: Option<Span>,
    condition: Option<Expr>,
}

impl Parser<'_> {
    /// From the word `for` on, with line endings ignored.
    pub(super) fn for_expression(&mut self, open: Token) -> Expr {
        let close = if open.kind == TokenKind::OpenBrace { TokenKind::CloseBrace } else { TokenKind::CloseBracket };
        let constructor = Constructor { open: self.span(open), close };
        self.read();
        self.for_parts(&constructor).unwrap_or_else(|| {
            let close = self.skip_past(close);
            invalid(constructor.open.to(self.span(close)))
        })
    }

    /// `None`, with an error, if it can not be made sense of.
    fn for_parts(&mut self, constructor: &Constructor) -> Option<Expr> {
        let (key, value) = self.for_names(constructor)?;
        if !self.at_keyword("in") {
            self.bad_for(constructor, "For expression requires the 'in' keyword after its name declarations.");
            return None;
        }
        self.read();
        let mark = self.diagnostics.len();
        let collection = self.expression();
        if self.derailed_since(mark) {
            return None;
        }
        if self.take(TokenKind::Colon).is_none() {
            self.bad_for(constructor, "For expression requires a colon after the collection expression.");
            return None;
        }
        let results = self.for_results()?;
        let close = match self.take(constructor.close) {
            Some(close) => close,
            None => {
                self.bad_for(constructor, "Extra characters after the end of the 'for' expression.");
                self.skip_past(constructor.close)
            }
        };
        let close = self.span(close);
        let span = constructor.open.to(close);
        self.check_results(constructor, &results, span);
        let parts = For {
            key,
            value,
            collection,
            key_result: results.key,
            value_result: results.value,
            group: results.ellipsis.is_some(),
            condition: results.condition,
            open: constructor.open,
            close,
        };
        Some(Expr { kind: ExprKind::For(Box::new(parts)), span })
    }

    fn for_names(&mut self, constructor: &Constructor) -> Option<(Option<Ident>, Ident)> {
        let Some(first) = self.take(TokenKind::Ident) else {
            self.bad_for(constructor, "For expression requires variable name after 'for'.");
            return None;
        };
        if self.take(TokenKind::Comma).is_none() {
            return Some((None, self.ident(first)));
        }
        let Some(second) = self.take(TokenKind::Ident) else {
            self.bad_for(constructor, "For expression requires value variable name after comma.");
            return None;
        };
        Some((Some(self.ident(first)), self.ident(second)))
    }

    fn for_results(&mut self) -> Option<Results> {
        let mark = self.diagnostics.len();
        let mut value = self.expression();
        let mut key = None;
        if self.take(TokenKind::FatArrow).is_some() {
            key = Some(std::mem::replace(&mut value, self.expression()));
        }
        if self.derailed_since(mark) {
            return None;
        }
        let ellipsis = self.take(TokenKind::Ellipsis).map(|token| self.span(token));
        let mut condition = None;
        if self.at_keyword("if") {
            self.read();
            let mark = self.diagnostics.len();
            condition = Some(self.expression());
            if self.derailed_since(mark) {
                return None;
            }
        }
        Some(Results { key, value, ellipsis, condition })
    }

    /// A tuple has no keys and no groups; an object needs keys.
    fn check_results(&mut self, constructor: &Constructor, results: &Results, whole: Span) {
        let object = constructor.close == TokenKind::CloseBrace;
        let mut report = |subject, detail: &str| self.error_within(whole, subject, INVALID_FOR, detail);
        match &results.key {
            Some(key) if !object => report(key.span, "Key expression is not valid when building a tuple."),
            None if object => report(results.value.span, "Key expression is required when building an object."),
            _ => {}
        }
        if let (false, Some(ellipsis)) = (object, results.ellipsis) {
            report(ellipsis, "Grouping ellipsis (...) cannot be used when building a tuple.");
        }
    }

    fn bad_for(&mut self, constructor: &Constructor, detail: &str) {
        if !self.recovering {
            let next = self.next_span();
            self.error_within(constructor.open.to(next), next, INVALID_FOR, detail);
        }
    }
}

const INVALID_FOR: &str = "Invalid 'for' expression";
