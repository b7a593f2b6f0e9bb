//! Bodies, blocks and attributes.

use std::collections::HashMap;
use std::sync::Arc;

use landform_diagnostics::Span;

use super::super::ast::{Attribute, Block, Body, Ident, NativeBody, Taken};
use super::super::text::{Escapes, quote, unescape};
use super::super::token::{Token, TokenKind};
use super::Parser;

/// What the body of a block turned out to be, and the range that names its start.
struct ParsedBody {
    content: NativeBody,
    start: Span,
}

impl ParsedBody {
    fn empty(start: Span) -> Self {
        Self { content: NativeBody::default(), start }
    }

    fn into_body(self) -> Body {
        let start = Span { end: self.start.start, ..self.start };
        Body::Native(Arc::new(self.content), start, Taken::default())
    }
}

/// The names of a body's attributes and where they stand. Small bodies are searched as they are.
#[derive(Default)]
struct Names(HashMap<Arc<str>, Span>);

impl Names {
    const SMALL: usize = 24;

    fn find(&mut self, attributes: &[Attribute], name: &str) -> Option<Span> {
        if attributes.len() <= Self::SMALL {
            return attributes.iter().find(|known| &*known.name == name).map(|known| known.name_span);
        }
        let missing = &attributes[self.0.len()..];
        self.0.extend(missing.iter().map(|known| (known.name.clone(), known.name_span)));
        self.0.get(name).copied()
    }
}

impl Parser<'_> {
    /// The whole text as a configuration file.
    pub(in super::super) fn whole_body(&mut self) -> Body {
        self.body(TokenKind::End).into_body()
    }

    /// Items up to the end of the file or the closing brace.
    fn body(&mut self, end: TokenKind) -> ParsedBody {
        let mut body = ParsedBody::empty(self.previous_span());
        let mut names = Names::default();
        loop {
            let next = self.peek();
            match next.kind {
                kind if kind == end => {
                    self.read();
                    return body;
                }
                TokenKind::Newline => {
                    self.read();
                }
                TokenKind::Ident => self.item(&mut body.content, &mut names),
                _ => {
                    self.read();
                    self.no_item(next, end, body.start);
                    self.skip_past(end);
                    return body;
                }
            }
        }
    }

    /// Something stands where an attribute or block should.
    fn no_item(&mut self, bad: Token, end: TokenKind, start: Span) {
        if self.recovering {
            return;
        }
        let subject = self.span(bad);
        match bad.kind {
            TokenKind::OpenQuote => {
                self.error(subject, "Invalid argument name", "Argument names must not be quoted.");
            }
            TokenKind::End if end == TokenKind::CloseBrace => {
                self.error(start, "Unclosed configuration block", UNCLOSED_BLOCK);
            }
            _ => self.error(subject, ITEM_REQUIRED, "An argument or block definition is required here."),
        }
    }

    fn item(&mut self, body: &mut NativeBody, names: &mut Names) {
        let name = self.read();
        match self.peek_kind() {
            TokenKind::Assign => {
                let attribute = self.attribute(name, Line::Own);
                match names.find(&body.attributes, &attribute.name) {
                    Some(existing) => self.redefined(&attribute, existing),
                    None => body.attributes.push(attribute),
                }
            }
            TokenKind::OpenQuote | TokenKind::OpenBrace | TokenKind::Ident => {
                let block = self.block(name);
                body.blocks.push(Arc::new(block));
            }
            _ => self.neither_attribute_nor_block(name),
        }
    }

    fn neither_attribute_nor_block(&mut self, name: Token) {
        self.skip_item();
        let detail = "An argument or block definition is required here. To set an argument, use the equals sign \"=\" \
                      to introduce the argument value.";
        self.error(self.span(name), ITEM_REQUIRED, detail);
    }

    fn redefined(&mut self, attribute: &Attribute, existing: Span) {
        let detail = format!(
            "The argument {} was already set at {}. Each argument may be set only once.",
            quote(&attribute.name),
            self.place.describe(existing)
        );
        self.error(attribute.name_span, "Attribute redefined", detail);
    }

    /// `name = value`, from the `=` on.
    fn attribute(&mut self, name: Token, line: Line) -> Attribute {
        self.read();
        let mark = self.diagnostics.len();
        self.reach = self.depth;
        let value = self.expression();
        let end = self.previous_span();
        if self.derailed_since(mark) {
            self.skip_item();
        } else if line == Line::Own {
            self.end_of_attribute(name);
        }
        let name_span = self.span(name);
        Attribute { name: self.name(name), name_span, value: Arc::new(value), span: name_span.to(end) }
    }

    fn end_of_attribute(&mut self, name: Token) {
        let end = self.peek();
        if matches!(end.kind, TokenKind::Newline | TokenKind::End) {
            self.read();
            return;
        }
        if !self.recovering {
            let (summary, detail) = if end.kind == TokenKind::Comma {
                (
                    "Unexpected comma after argument",
                    "Argument definitions must be separated by newlines, not commas. An argument definition must end \
                     with a newline.",
                )
            } else {
                ("Missing newline after argument", "An argument definition must end with a newline.")
            };
            self.error_within(self.span(name).to(self.span(end)), self.span(end), summary, detail);
        }
        self.skip_item();
    }

    /// `type "label" { … }`, from behind the type on.
    fn block(&mut self, kind: Token) -> Block {
        let kind_span = self.span(kind);
        let (labels, open) = self.labels();
        let header_span = labels.last().map_or(kind_span, |label| kind_span.to(label.span));
        let Some(open) = open else {
            self.no_block_body(kind_span);
            let body = ParsedBody::empty(kind_span).into_body();
            let (open_span, span) = (kind_span, kind_span);
            return Block { kind: self.name(kind), kind_span, labels, body, header_span, open_span, span };
        };
        let open_span = self.span(open);
        let body = self.nested(|parser| parser.block_body(kind_span, open_span)).unwrap_or_else(|| {
            self.skip_past(TokenKind::CloseBrace);
            ParsedBody::empty(open_span)
        });
        let close_span = self.previous_span();
        self.end_of_block(kind_span);
        let span = kind_span.to(close_span);
        let body = body.into_body();
        Block { kind: self.name(kind), kind_span, labels, body, header_span, open_span, span }
    }

    /// Labels up to the opening brace, if there is one.
    fn labels(&mut self) -> (Vec<Ident>, Option<Token>) {
        let mut labels = Vec::with_capacity(2);
        loop {
            match self.peek_kind() {
                TokenKind::OpenBrace => return (labels, Some(self.read())),
                TokenKind::OpenQuote => labels.push(self.quoted_string()),
                TokenKind::Ident => {
                    let token = self.read();
                    labels.push(self.ident(token));
                }
                _ => return (labels, None),
            }
        }
    }

    fn no_block_body(&mut self, kind: Span) {
        let next = self.peek();
        let detail = match next.kind {
            TokenKind::Assign => {
                "The equals sign \"=\" indicates an argument definition, and must not be used when defining a block."
            }
            TokenKind::Newline => {
                "A block definition must have block content delimited by \"{\" and \"}\", starting on the same line \
                 as the block header."
            }
            _ => "Either a quoted string block label or an opening brace (\"{\") is expected here.",
        };
        if !self.recovering || matches!(next.kind, TokenKind::Assign | TokenKind::Newline) {
            let subject = self.span(next);
            self.error_within(kind.to(subject), subject, "Invalid block definition", detail);
        }
        self.skip_item();
    }

    fn block_body(&mut self, kind: Span, open: Span) -> ParsedBody {
        if matches!(self.peek_kind(), TokenKind::Newline | TokenKind::End | TokenKind::CloseBrace) {
            return self.body(TokenKind::CloseBrace);
        }
        let body = self.single_attribute(open);
        self.end_of_single_line_block(kind, open);
        body
    }

    /// The body of a block that is written on one line.
    fn single_attribute(&mut self, open: Span) -> ParsedBody {
        let name = self.read();
        if name.kind != TokenKind::Ident {
            self.skip_item();
            self.error(self.span(name), ITEM_REQUIRED, "An argument or block definition is required here.");
            return ParsedBody::empty(open);
        }
        let next = self.peek();
        match next.kind {
            TokenKind::Assign => {
                let attribute = self.attribute(name, Line::Shared);
                let start = attribute.span;
                ParsedBody { content: NativeBody { attributes: vec![attribute], blocks: Vec::new() }, start }
            }
            TokenKind::OpenQuote | TokenKind::OpenBrace | TokenKind::Ident => {
                self.skip_item();
                let detail = format!(
                    "A single-line block definition can contain only a single argument. If you meant to define \
                     argument {}, use an equals sign to assign it a value. To define a nested block, place it on a \
                     line of its own within its parent block.",
                    quote(name.text(self.text))
                );
                self.error(self.span(name).to(self.span(next)), "Argument definition required", detail);
                ParsedBody::empty(open)
            }
            _ => {
                self.neither_attribute_nor_block(name);
                ParsedBody::empty(open)
            }
        }
    }

    fn end_of_single_line_block(&mut self, kind: Span, open: Span) {
        let next = self.peek();
        let subject = self.span(next);
        let summary = "Invalid single-argument block definition";
        match next.kind {
            TokenKind::CloseBrace => {
                self.read();
                return;
            }
            TokenKind::Comma => self.error(subject, summary, COMMA_IN_SINGLE_LINE_BLOCK),
            TokenKind::Newline => self.error(subject, summary, NEWLINE_IN_SINGLE_LINE_BLOCK),
            _ if self.recovering => {}
            TokenKind::End => {
                self.error_within(kind.to(open), open, "Unclosed configuration block", UNCLOSED_BLOCK);
            }
            _ => self.error(
                subject,
                summary,
                "A single-line block definition must end with a closing brace immediately after its single argument \
                 definition.",
            ),
        }
        self.skip_past(TokenKind::CloseBrace);
    }

    fn end_of_block(&mut self, kind: Span) {
        let end = self.peek();
        if matches!(end.kind, TokenKind::Newline | TokenKind::End) {
            self.read();
            return;
        }
        if !self.recovering {
            let subject = self.span(end);
            let detail = "A block definition must end with a newline.";
            self.error_within(kind.to(subject), subject, "Missing newline after block definition", detail);
        }
        self.skip_item();
    }

    /// A quoted string without interpolation.
    pub(super) fn quoted_string(&mut self) -> Ident {
        let open = self.read();
        let open_span = self.span(open);
        if let Some(name) = self.plain_text() {
            let name = self.shared(name);
            return Ident { name, span: open_span.to(self.previous_span()) };
        }
        let mut text = String::new();
        loop {
            let token = self.read();
            let span = self.span(token);
            match token.kind {
                TokenKind::CloseQuote => return Ident { name: text.into(), span: open_span.to(span) },
                TokenKind::QuotedText => self.resolved_text(token, Escapes::Quoted, &mut text),
                TokenKind::Interpolation | TokenKind::Directive => {
                    let which = if token.kind == TokenKind::Directive { "%" } else { "$" };
                    let detail = format!(
                        "Template sequences are not allowed in this string. To include a literal \"{which}\", double \
                         it (as \"{which}{which}\") to escape it."
                    );
                    self.error_within(open_span.to(span), span, INVALID_STRING, detail);
                    text.push_str(which);
                    text.push_str("{ ... }");
                    self.skip_past(TokenKind::SequenceEnd);
                }
                _ => {
                    self.broken_string(token, open_span);
                    return Ident { name: text.into(), span: open_span.to(span) };
                }
            }
        }
    }

    fn broken_string(&mut self, token: Token, open: Span) {
        let span = self.span(token);
        if token.kind == TokenKind::End {
            let detail = "Unable to find the closing quote mark before the end of the file.";
            self.error_within(open.to(span), span, "Unterminated string literal", detail);
        } else {
            self.error_within(open.to(span), span, INVALID_STRING, "This item is not valid in a string literal.");
            self.skip_past(TokenKind::CloseQuote);
        }
    }

    /// Appends the text of a token with its escapes resolved.
    pub(super) fn resolved_text(&mut self, token: Token, escapes: Escapes, to: &mut String) {
        let (text, bad) = unescape(token.text(self.text), escapes);
        to.push_str(&text);
        for escape in bad {
            let span = self.place.span(token.start + escape.start as u32, token.start + escape.end as u32);
            self.error(span, "Invalid escape sequence", escape.detail);
        }
    }
}

/// Whether an attribute has its line for itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Own,
    Shared,
}

const ITEM_REQUIRED: &str = "Argument or block definition required";
const INVALID_STRING: &str = "Invalid string literal";

const UNCLOSED_BLOCK: &str = "There is no closing brace for this block before the end of the file. This may be caused \
    by incorrect brace nesting elsewhere in this file.";

const COMMA_IN_SINGLE_LINE_BLOCK: &str = "Single-line block syntax can include only one argument definition. To define \
    multiple arguments, use the multi-line block syntax with one argument definition per line.";

const NEWLINE_IN_SINGLE_LINE_BLOCK: &str = "An argument definition on the same line as its containing block creates a \
    single-line block definition, which must also be closed on the same line. Place the block's closing brace \
    immediately after the argument definition.";
