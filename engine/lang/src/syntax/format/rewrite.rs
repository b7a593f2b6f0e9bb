//! What `terraform fmt` changes beside white space: quoted labels, expressions in needless quotes, and type
//! constraints in the style of Terraform 0.11.

use std::ops::Range;

use landform_values::Value;

use super::super::ast::{Attribute, Block, Body, NativeBody};
use super::super::text::{Escapes, is_printable, unescape};
use super::super::token::TokenKind;
use super::WriterToken;

type Tokens<'a> = Vec<WriterToken<'a>>;

/// The tokens of a file with all changes made.
pub(super) fn rewrite<'a>(body: &NativeBody, tokens: Tokens<'a>) -> Tokens<'a> {
    let mut rewriter = Rewriter { tokens, edits: Vec::new() };
    rewriter.body(body, Within::File);
    rewriter.finish()
}

/// The block that a body stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    File,
    Variable,
    Other,
}

struct Rewriter<'a> {
    tokens: Tokens<'a>,
    /// Ranges of tokens and what takes their place.
    edits: Vec<(Range<usize>, Tokens<'a>)>,
}

impl<'a> Rewriter<'a> {
    fn finish(mut self) -> Tokens<'a> {
        self.edits.sort_by_key(|(range, _)| range.start);
        let mut result = Vec::with_capacity(self.tokens.len());
        let mut tokens = self.tokens.into_iter();
        let mut at = 0;
        for (range, replacement) in self.edits {
            result.extend(tokens.by_ref().take(range.start - at));
            tokens.by_ref().take(range.len()).for_each(drop);
            result.extend(replacement);
            at = range.end;
        }
        result.extend(tokens);
        result
    }

    fn body(&mut self, body: &NativeBody, within: Within) {
        for attribute in &body.attributes {
            self.attribute(attribute, within);
        }
        for block in &body.blocks {
            self.labels(block);
            let within = match within {
                Within::File if &*block.kind == "variable" => Within::Variable,
                _ => Within::Other,
            };
            if let Body::Native(body, ..) = &block.body {
                self.body(body, within);
            }
        }
    }

    /// The indexes of the tokens between two offsets.
    fn range(&self, start: u32, end: u32) -> Range<usize> {
        let index = |offset| self.tokens.partition_point(|token| token.start < offset);
        index(start)..index(end)
    }

    fn attribute(&mut self, attribute: &Attribute, within: Within) {
        let span = attribute.value.span;
        let range = self.range(span.start, span.end);
        let tokens = &self.tokens[range.clone()];
        let replacement = if within == Within::Variable && &*attribute.name == "type" {
            modern_type(tokens)
        } else {
            unwrapped(tokens)
        };
        self.edits.extend(replacement.map(|replacement| (range, replacement)));
    }

    /// Labels are quoted and brought to Unicode's normal form C, and comments before and between them go away.
    fn labels(&mut self, block: &Block) {
        let Some(last) = block.labels.last() else { return };
        let range = self.range(block.kind_span.end, last.span.end);
        let mut replacement = Vec::new();
        for label in &block.labels {
            let tokens = &self.tokens[self.range(label.span.start, label.span.end)];
            let label_value = Value::string(label_text(tokens));
            replacement.extend(quoted(label_value.as_str().unwrap_or_default(), label.span.start));
        }
        self.edits.push((range, replacement));
    }
}

/// The text of a label: of a name, or between quotes with escapes resolved.
fn label_text(tokens: &[WriterToken]) -> String {
    let texts = tokens.iter().filter(|token| !matches!(token.kind, TokenKind::OpenQuote | TokenKind::CloseQuote));
    texts.map(|token| unescape(&token.text, Escapes::Quoted).0.into_owned()).collect()
}

/// A text in quotes.
fn quoted<'a>(text: &str, start: u32) -> Tokens<'a> {
    let mut tokens = vec![WriterToken::new(TokenKind::OpenQuote, "\"", start)];
    if !text.is_empty() {
        tokens.push(WriterToken::new(TokenKind::QuotedText, escaped(text), start));
    }
    tokens.push(WriterToken::new(TokenKind::CloseQuote, "\"", start));
    tokens
}

/// A text as it is written between quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' | '%' if chars.peek() == Some(&'{') => out.extend([c, c]),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    out
}

/// `"${x}"` becomes `x`, in parentheses if it spans lines.
fn unwrapped<'a>(tokens: &[WriterToken<'a>]) -> Option<Tokens<'a>> {
    let [open, start, inside @ .., end, close] = tokens else { return None };
    let wrapped = (open.kind, start.kind, end.kind, close.kind)
        == (TokenKind::OpenQuote, TokenKind::Interpolation, TokenKind::SequenceEnd, TokenKind::CloseQuote);
    if !wrapped || inside.is_empty() || !is_single_interpolation(inside) {
        return None;
    }
    let is_line_end = |token: &WriterToken| token.kind == TokenKind::Newline;
    let first = inside.iter().position(|token| !is_line_end(token)).unwrap_or(inside.len());
    let last = inside.iter().rposition(|token| !is_line_end(token)).map_or(first, |index| index + 1);
    let trimmed = &inside[first..last];
    let multi_line = trimmed.iter().any(is_line_end);
    if !multi_line || in_parentheses(trimmed) {
        return Some(trimmed.to_vec());
    }
    let mut parenthesised = vec![WriterToken::new(TokenKind::OpenParen, "(", open.start)];
    parenthesised.extend_from_slice(trimmed);
    parenthesised.push(WriterToken::new(TokenKind::CloseParen, ")", close.start));
    Some(parenthesised)
}

fn in_parentheses(tokens: &[WriterToken]) -> bool {
    let kind = |token: Option<&WriterToken>| token.map(|token| token.kind);
    tokens.len() > 1
        && kind(tokens.first()) == Some(TokenKind::OpenParen)
        && kind(tokens.last()) == Some(TokenKind::CloseParen)
}

/// Whether there is no sign, outside of nested quotes, of a second interpolation or of text between the two.
fn is_single_interpolation(inside: &[WriterToken]) -> bool {
    let mut quotes = 0;
    for token in inside {
        match token.kind {
            TokenKind::OpenQuote => quotes += 1,
            TokenKind::CloseQuote => quotes -= 1,
            TokenKind::Interpolation | TokenKind::SequenceEnd | TokenKind::QuotedText if quotes <= 0 => return false,
            _ => {}
        }
    }
    true
}

/// `list` becomes `list(any)`, `"list"` becomes `list(string)`.
fn modern_type<'a>(tokens: &[WriterToken<'a>]) -> Option<Tokens<'a>> {
    let (name, element, start) = match tokens {
        [name] if name.kind == TokenKind::Ident => match &*name.text {
            "list" => ("list", Some("any"), name.start),
            "map" => ("map", Some("any"), name.start),
            "set" => ("set", Some("any"), name.start),
            _ => return None,
        },
        [open, name, _] if open.kind == TokenKind::OpenQuote => match &*name.text {
            "string" => ("string", None, open.start),
            "list" => ("list", Some("string"), open.start),
            "map" => ("map", Some("string"), open.start),
            _ => return None,
        },
        _ => return None,
    };
    let mut result = vec![WriterToken::new(TokenKind::Ident, name, start)];
    if let Some(element) = element {
        result.push(WriterToken::new(TokenKind::OpenParen, "(", start));
        result.push(WriterToken::new(TokenKind::Ident, element, start));
        result.push(WriterToken::new(TokenKind::CloseParen, ")", start));
    }
    Some(result)
}
