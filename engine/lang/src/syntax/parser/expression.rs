//! Conditionals and binary operators.

use std::mem::replace;

use landform_diagnostics::Span;

use super::super::ast::{BinaryOp, Conditional, Expr, ExprKind};
use super::super::token::TokenKind;
use super::{MAX_HEIGHT, Parser, invalid};

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Expr {
        let outer = replace(&mut self.reach, self.depth);
        let expr = self.nested(Self::conditional);
        self.reach = self.reach.max(outer);
        expr.unwrap_or_else(|| invalid(self.next_span()))
    }

    fn conditional(&mut self) -> Expr {
        let start = self.next_span();
        let mark = self.diagnostics.len();
        let condition = self.binary(0);
        if self.derailed_since(mark) || self.take(TokenKind::Question).is_none() {
            return condition;
        }
        let yes = self.expression();
        if self.derailed_since(mark) {
            return condition;
        }
        if self.take(TokenKind::Colon).is_none() {
            let next = self.next_span();
            let detail = "The conditional operator (...?...:...) requires a false expression, delimited by a colon.";
            self.error_within(start.to(next), next, "Missing false expression in conditional", detail);
            return condition;
        }
        let no = self.expression();
        if self.derailed_since(mark) {
            return condition;
        }
        let span = start.to(no.span);
        Expr { kind: ExprKind::Conditional(Box::new(Conditional { condition, yes, no })), span }
    }

    /// Operands and operators that bind at least as tightly as the given level.
    fn binary(&mut self, level: u8) -> Expr {
        let mark = self.diagnostics.len();
        let mut left = self.operand();
        if self.derailed_since(mark) {
            return left;
        }
        while let Some((operator, binding)) = binary_operator(self.peek_kind()) {
            if binding < level {
                break;
            }
            let symbol = self.read();
            let right = self.binary(binding + 1);
            if self.derailed_since(mark) || !self.grow(self.span(symbol)) {
                return left;
            }
            let span = left.span.to(right.span);
            left = Expr { kind: ExprKind::Binary(operator, Box::new(left), Box::new(right)), span };
        }
        left
    }

    /// Makes the tree of the expression at hand one level higher; `false`, with an error, at the limit.
    pub(super) fn grow(&mut self, at: Span) -> bool {
        self.reach += 1;
        if self.reach > MAX_HEIGHT {
            self.too_deep(at);
            return false;
        }
        true
    }
}

/// The operator that a token stands for and how tightly it binds.
fn binary_operator(kind: TokenKind) -> Option<(BinaryOp, u8)> {
    Some(match kind {
        TokenKind::Or => (BinaryOp::Or, 0),
        TokenKind::And => (BinaryOp::And, 1),
        TokenKind::Equal => (BinaryOp::Equal, 2),
        TokenKind::NotEqual => (BinaryOp::NotEqual, 2),
        TokenKind::Greater => (BinaryOp::Greater, 3),
        TokenKind::GreaterOrEqual => (BinaryOp::GreaterOrEqual, 3),
        TokenKind::Less => (BinaryOp::Less, 3),
        TokenKind::LessOrEqual => (BinaryOp::LessOrEqual, 3),
        TokenKind::Plus => (BinaryOp::Add, 4),
        TokenKind::Minus => (BinaryOp::Subtract, 4),
        TokenKind::Star => (BinaryOp::Multiply, 5),
        TokenKind::Slash => (BinaryOp::Divide, 5),
        TokenKind::Percent => (BinaryOp::Modulo, 5),
        _ => return None,
    })
}
