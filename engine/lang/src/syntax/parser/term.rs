//! Terms: literals, names, calls, parentheses, collections.

use landform_diagnostics::Span;
use landform_values::{Number, Value};

use super::super::ast::{Call, Expr, ExprKind, ObjectItem, ObjectKey, UnaryOp};
use super::super::token::{Token, TokenKind};
use super::{Newlines, Parser, invalid};

impl Parser<'_> {
    pub(super) fn term(&mut self) -> Expr {
        let start = self.peek();
        match start.kind {
            TokenKind::OpenParen => self.parentheses(),
            TokenKind::Number => {
                self.read();
                self.number(start)
            }
            TokenKind::Ident => {
                self.read();
                self.named(start)
            }
            TokenKind::OpenQuote | TokenKind::OpenHeredoc => self.quoted_template(),
            TokenKind::Minus => self.unary(UnaryOp::Negate),
            TokenKind::Bang => self.unary(UnaryOp::Not),
            TokenKind::OpenBracket => self.tuple(),
            TokenKind::OpenBrace => self.object(),
            _ => self.no_term(start),
        }
    }

    fn no_term(&mut self, found: Token) -> Expr {
        let span = self.span(found);
        if !self.recovering {
            if found.kind == TokenKind::End {
                let detail = "Expected the start of an expression, but found the end of the file.";
                self.error(span, "Missing expression", detail);
            } else {
                let detail = "Expected the start of an expression, but found an invalid expression token.";
                self.error(span, "Invalid expression", detail);
            }
        }
        self.recovering = true;
        invalid(span)
    }

    pub(super) fn number(&mut self, token: Token) -> Expr {
        let span = self.span(token);
        match Number::parse(token.text(self.text)) {
            Some(number) => Expr { kind: ExprKind::Literal(Value::number(number)), span },
            None => {
                let detail = "Failed to recognize the value of this number literal.";
                self.error(span, "Invalid number literal", detail);
                invalid(span)
            }
        }
    }

    /// A literal keyword, a call, or a reference.
    fn named(&mut self, token: Token) -> Expr {
        if matches!(self.peek_kind(), TokenKind::OpenParen | TokenKind::DoubleColon) {
            return self.call(token);
        }
        let kind = match token.text(self.text) {
            "true" => ExprKind::Literal(Value::TRUE),
            "false" => ExprKind::Literal(Value::FALSE),
            "null" => ExprKind::Literal(Value::NULL),
            _ => ExprKind::Traversal(self.ident(token), Vec::new()),
        };
        Expr { kind, span: self.span(token) }
    }

    /// An operator binds to the term behind it alone: `-1 + 2` is `(-1) + 2`.
    fn unary(&mut self, operator: UnaryOp) -> Expr {
        let symbol = self.read();
        let operand = self.nested(Self::operand).unwrap_or_else(|| invalid(self.next_span()));
        let span = self.span(symbol).to(operand.span);
        Expr { kind: ExprKind::Unary(operator, Box::new(operand)), span }
    }

    fn parentheses(&mut self) -> Expr {
        let open = self.read();
        let open_span = self.span(open);
        self.with_newlines(Newlines::Ignored, |parser| {
            let mark = parser.diagnostics.len();
            let inner = parser.expression();
            if parser.diagnostics.len() > mark {
                parser.skip_past(TokenKind::CloseParen);
                return inner;
            }
            let close = parser.read();
            let close_span = parser.span(close);
            if close.kind != TokenKind::CloseParen {
                let detail = "Expected a closing parenthesis to terminate the expression.";
                parser.error_within(open_span.to(close_span), close_span, "Unbalanced parentheses", detail);
                parser.recovering = true;
            }
            Expr { kind: ExprKind::Paren(Box::new(inner)), span: open_span.to(close_span) }
        })
    }

    /// A function call, from behind the first part of the name on.
    fn call(&mut self, first: Token) -> Expr {
        let mut open = self.read();
        let mut last = first;
        while open.kind == TokenKind::DoubleColon {
            last = self.read();
            if last.kind != TokenKind::Ident {
                return self.no_call(
                    first,
                    last,
                    "Missing function name",
                    "Function scope resolution symbol :: must be followed by a function name in this scope.",
                );
            }
            open = self.read();
        }
        if open.kind != TokenKind::OpenParen {
            return self.no_call(
                first,
                open,
                "Missing open parenthesis",
                "Function selector must be followed by an open parenthesis to begin the function call.",
            );
        }
        let name_span = self.span(first).to(self.span(last));
        let name = self.function_name(first, last);
        let open_paren = self.span(open);
        let (arguments, expand_last) =
            self.with_newlines(Newlines::Ignored, |parser| parser.arguments(name_span, open_paren));
        let close_paren = self.previous_span();
        let call = Call { name, name_span, arguments, expand_last, open_paren, close_paren };
        Expr { kind: ExprKind::Call(Box::new(call)), span: name_span.to(close_paren) }
    }

    fn no_call(&mut self, first: Token, found: Token, summary: &str, detail: &str) -> Expr {
        let (subject, context) = (self.span(found), self.span(first).to(self.span(found)));
        self.error_within(context, subject, summary, detail);
        self.skip_over(TokenKind::OpenParen, TokenKind::CloseParen);
        invalid(context)
    }

    /// The name with its namespaces, without spaces and comments that stand between its parts.
    fn function_name(&self, first: Token, last: Token) -> std::sync::Arc<str> {
        let written = &self.text[first.start as usize..last.end as usize];
        let plain = first == last || !written.contains([' ', '\t', '\r', '\n', '/', '#']);
        if plain {
            return written.into();
        }
        let inside = |token: &&Token| token.start >= first.start && token.end <= last.end;
        let parts = self.tokens.iter().filter(inside);
        let parts = parts.filter(|token| matches!(token.kind, TokenKind::Ident | TokenKind::DoubleColon));
        parts.map(|token| token.text(self.text)).collect::<String>().into()
    }

    /// Arguments through the closing parenthesis, and whether the last one is expanded.
    fn arguments(&mut self, name: Span, open: Span) -> (Vec<Expr>, bool) {
        let mut arguments = Vec::new();
        loop {
            if self.take(TokenKind::CloseParen).is_some() {
                return (arguments, false);
            }
            let mark = self.diagnostics.len();
            arguments.push(self.expression());
            if self.derailed_since(mark) {
                self.skip_past(TokenKind::CloseParen);
                return (arguments, false);
            }
            let separator = self.read();
            match separator.kind {
                TokenKind::Comma => {}
                TokenKind::CloseParen => return (arguments, false),
                TokenKind::Ellipsis => {
                    self.end_of_expanded(name, separator);
                    return (arguments, true);
                }
                _ => {
                    self.no_argument_separator(name, open, separator);
                    return (arguments, false);
                }
            }
        }
    }

    fn end_of_expanded(&mut self, name: Span, ellipsis: Token) {
        if self.take(TokenKind::CloseParen).is_some() {
            return;
        }
        if !self.recovering {
            let span = self.span(ellipsis);
            let detail = "An expanded function argument (with ...) must be immediately followed by closing \
                          parentheses.";
            self.error_within(name.to(span), span, "Missing closing parenthesis", detail);
        }
        self.skip_past(TokenKind::CloseParen);
    }

    fn no_argument_separator(&mut self, name: Span, open: Span, found: Token) {
        let span = self.span(found);
        if found.kind == TokenKind::End {
            let detail = "There is no closing parenthesis for this function call before the end of the file. This may \
                          be caused by incorrect parenthesis nesting elsewhere in this file.";
            self.error(name.to(open), "Unterminated function call", detail);
        } else {
            let detail = "A comma is required to separate each function argument from the next.";
            self.error_within(name.to(span), span, "Missing argument separator", detail);
        }
        self.skip_past(TokenKind::CloseParen);
    }

    fn tuple(&mut self) -> Expr {
        let open = self.read();
        let open_span = self.span(open);
        self.with_newlines(Newlines::Ignored, |parser| {
            if parser.at_keyword("for") {
                return parser.for_expression(open);
            }
            let items = parser.tuple_items(open_span);
            Expr { kind: ExprKind::Tuple(items), span: open_span.to(parser.previous_span()) }
        })
    }

    /// Items through the closing bracket.
    fn tuple_items(&mut self, open: Span) -> Vec<Expr> {
        let mut items = Vec::new();
        loop {
            if self.take(TokenKind::CloseBracket).is_some() {
                return items;
            }
            let mark = self.diagnostics.len();
            items.push(self.expression());
            if self.derailed_since(mark) {
                self.skip_past(TokenKind::CloseBracket);
                return items;
            }
            let next = self.peek();
            match next.kind {
                TokenKind::CloseBracket => {}
                TokenKind::Comma => {
                    self.read();
                }
                _ => {
                    self.no_item_separator(open, next);
                    return items;
                }
            }
        }
    }

    fn no_item_separator(&mut self, open: Span, found: Token) {
        if !self.recovering {
            let span = self.span(found);
            if found.kind == TokenKind::End {
                let detail = "There is no corresponding closing bracket before the end of the file. This may be \
                              caused by incorrect bracket nesting elsewhere in this file.";
                self.error(open, "Unterminated tuple constructor expression", detail);
            } else {
                let detail = "Expected a comma to mark the beginning of the next item.";
                self.error_within(open.to(span), span, "Missing item separator", detail);
            }
        }
        self.skip_past(TokenKind::CloseBracket);
    }

    fn object(&mut self) -> Expr {
        let open = self.read();
        let is_for = self.with_newlines(Newlines::Ignored, |parser| parser.at_keyword("for"));
        if is_for {
            return self.with_newlines(Newlines::Ignored, |parser| parser.for_expression(open));
        }
        let open_span = self.span(open);
        self.with_newlines(Newlines::Count, |parser| {
            let items = parser.object_items(open_span);
            Expr { kind: ExprKind::Object(items), span: open_span.to(parser.previous_span()) }
        })
    }

    /// Items through the closing brace.
    fn object_items(&mut self, open: Span) -> Vec<ObjectItem> {
        let mut items = Vec::new();
        loop {
            match self.peek_kind() {
                TokenKind::Newline => {
                    self.read();
                    continue;
                }
                TokenKind::CloseBrace => {
                    self.read();
                    return items;
                }
                _ => {}
            }
            let Some(item) = self.object_item(open) else {
                self.skip_past(TokenKind::CloseBrace);
                return items;
            };
            items.push(item);
            let next = self.peek();
            match next.kind {
                TokenKind::CloseBrace => {}
                TokenKind::Comma | TokenKind::Newline => {
                    self.read();
                }
                _ => {
                    self.no_attribute_separator(open, next);
                    self.skip_past(TokenKind::CloseBrace);
                    return items;
                }
            }
        }
    }

    /// `key = value`; `None`, with an error, if it is something else.
    fn object_item(&mut self, open: Span) -> Option<ObjectItem> {
        let mark = self.diagnostics.len();
        let key = self.expression();
        if self.derailed_since(mark) {
            return None;
        }
        let next = self.peek();
        if !matches!(next.kind, TokenKind::Assign | TokenKind::Colon) {
            self.no_value(open, next);
            return None;
        }
        self.read();
        let mark = self.diagnostics.len();
        let value = self.expression();
        (!self.derailed_since(mark)).then(|| ObjectItem { key: self.object_key(key), value })
    }

    /// A bare name is a key; so are `true`, `false` and `null`.
    fn object_key(&self, key: Expr) -> ObjectKey {
        match key.kind {
            ExprKind::Traversal(name, steps) if steps.is_empty() => ObjectKey::Name(name),
            ExprKind::Literal(ref value) if value.is_null() || value.as_bool().is_some() => {
                let name = match value.as_bool() {
                    Some(true) => "true",
                    Some(false) => "false",
                    None => "null",
                };
                ObjectKey::Name(super::super::ast::Ident { name: name.into(), span: key.span })
            }
            _ => ObjectKey::Expr(key),
        }
    }

    fn no_value(&mut self, open: Span, found: Token) {
        if self.recovering {
            return;
        }
        let span = self.span(found);
        let (summary, detail) = match found.kind {
            TokenKind::End => return self.error(open, UNTERMINATED_OBJECT.0, UNTERMINATED_OBJECT.1),
            TokenKind::Newline | TokenKind::Comma => {
                ("Missing attribute value", "Expected an attribute value, introduced by an equals sign (\"=\").")
            }
            // Perhaps a name with a dot and a digit, such as `foo1.2_bar`.
            TokenKind::Ident => (
                "Missing key/value separator",
                "Expected an equals sign (\"=\") to mark the beginning of the attribute value. If you intended to \
                 given an attribute name containing periods or spaces, write the name in quotes to create a string \
                 literal.",
            ),
            _ => (
                "Missing key/value separator",
                "Expected an equals sign (\"=\") to mark the beginning of the attribute value.",
            ),
        };
        self.error_within(open.to(span), span, summary, detail);
    }

    fn no_attribute_separator(&mut self, open: Span, found: Token) {
        if self.recovering {
            return;
        }
        if found.kind == TokenKind::End {
            return self.error(open, UNTERMINATED_OBJECT.0, UNTERMINATED_OBJECT.1);
        }
        let span = self.span(found);
        let detail = "Expected a newline or comma to mark the beginning of the next attribute.";
        self.error_within(open.to(span), span, "Missing attribute separator", detail);
    }
}

const UNTERMINATED_OBJECT: (&str, &str) = (
    "Unterminated object constructor expression",
    "There is no corresponding closing brace before the end of the file. This may be caused by incorrect brace nesting \
     elsewhere in this file.",
);
