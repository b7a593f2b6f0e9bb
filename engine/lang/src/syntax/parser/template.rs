//! Templates, first as a flat list of parts: text, interpolations, and the beginnings and ends of directives.

use landform_diagnostics::Span;
use landform_values::Value;

use super::super::ast::{Expr, ExprKind, Ident, TemplatePart};
use super::super::text::{Escapes, did_you_mean, quote};
use super::super::token::{Token, TokenKind};
use super::{Newlines, Parser};

/// A part of a template before directives are matched with their ends.
pub(super) enum Part {
    /// Text, escapes resolved.
    Literal(String, Span),
    Interpolation(Expr),
    If(Expr, Span),
    For(ForDirective, Span),
    /// `else`, `endif` or `endfor`.
    Closing(Closing, Span),
    /// The end of the template; always the last part.
    End(Span),
}

/// `for k, v in c`.
pub(super) struct ForDirective {
    pub(super) key: Option<Ident>,
    pub(super) value: Ident,
    pub(super) collection: Expr,
}

/// A directive that ends something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closing {
    Else,
    EndIf,
    EndFor,
}

/// The parts read so far, and which white space is to be stripped.
struct Parts {
    /// The first token of the template, which some messages point at.
    start: Span,
    end: TokenKind,
    list: Vec<Part>,
    /// The sequence before ended in `~}`.
    strip_next: bool,
    /// The part before is text of the token before.
    text_before: bool,
}

impl Parts {
    /// Strips the text before a sequence that starts with `~`.
    fn strip_before(&mut self, text_before: bool) {
        if let (true, Some(Part::Literal(text, _))) = (text_before, self.list.last_mut()) {
            text.truncate(text.trim_end().len());
        }
    }
}

impl Parser<'_> {
    /// The whole text as a template.
    pub(in super::super) fn whole_template(&mut self) -> Expr {
        let start = self.next_span();
        let kind = self.template_until(TokenKind::End, Margin::Kept);
        Expr { kind, span: start.to(self.previous_span()) }
    }

    /// A template in quotes or a heredoc.
    pub(super) fn quoted_template(&mut self) -> Expr {
        let open = self.read();
        let kind = match open.kind {
            TokenKind::OpenQuote => match self.plain_text() {
                Some(text) => ExprKind::Literal(Value::string(text.as_ref())),
                None => self.template_until(TokenKind::CloseQuote, Margin::Kept),
            },
            _ if open.text(self.text).starts_with("<<-") => {
                self.template_until(TokenKind::CloseHeredoc, Margin::Stripped)
            }
            _ => self.template_until(TokenKind::CloseHeredoc, Margin::Kept),
        };
        Expr { kind, span: self.span(open).to(self.previous_span()) }
    }

    /// The template up to its closing token.
    fn template_until(&mut self, end: TokenKind, margin: Margin) -> ExprKind {
        let mut parts = self.template_parts(end);
        if margin == Margin::Stripped {
            strip_margin(&mut parts);
        }
        let mut parts = joined(parts);
        if let [Part::Interpolation(_), Part::End(_)] = parts.as_slice() {
            let Part::Interpolation(expr) = parts.swap_remove(0) else { return ExprKind::Invalid };
            return ExprKind::TemplateWrap(Box::new(expr));
        }
        let tree = self.template_tree(parts);
        match tree.as_slice() {
            [TemplatePart::Literal(text, _)] => ExprKind::Literal(Value::string(text.clone())),
            _ => ExprKind::Template(tree),
        }
    }

    fn template_parts(&mut self, end: TokenKind) -> Vec<Part> {
        let start = self.next_span();
        let mut parts = Parts { start, end, list: Vec::new(), strip_next: false, text_before: false };
        let end_span = loop {
            let token = self.read();
            if token.kind == end {
                break self.span(token);
            }
            let strip = std::mem::take(&mut parts.strip_next);
            let text_before = std::mem::take(&mut parts.text_before);
            match token.kind {
                TokenKind::QuotedText => self.text_part(&mut parts, token, Escapes::Quoted, strip),
                TokenKind::Text => self.text_part(&mut parts, token, Escapes::Bare, strip),
                TokenKind::Interpolation | TokenKind::Directive => {
                    if token.text(self.text).ends_with('~') {
                        parts.strip_before(text_before);
                    }
                    self.with_newlines(Newlines::Ignored, |parser| match token.kind {
                        TokenKind::Interpolation => parser.interpolation(&mut parts),
                        _ => parser.directive(&mut parts, token),
                    });
                }
                _ => {
                    self.unterminated_template(start, token);
                    let last = self.skip_past(end);
                    break self.span(last);
                }
            }
        };
        if parts.list.is_empty() {
            parts.list.push(Part::Literal(String::new(), start.end_point()));
        }
        parts.list.push(Part::End(end_span));
        parts.list
    }

    fn unterminated_template(&mut self, start: Span, found: Token) {
        if !self.recovering {
            let span = self.span(found);
            let detail = "No closing marker was found for the string.";
            self.error_within(start.to(span), span, "Unterminated template string", detail);
        }
    }

    fn text_part(&mut self, parts: &mut Parts, token: Token, escapes: Escapes, strip: bool) {
        let mut text = String::new();
        self.resolved_text(token, escapes, &mut text);
        if strip {
            text.drain(..text.len() - text.trim_start().len());
        }
        parts.list.push(Part::Literal(text, self.span(token)));
        parts.text_before = true;
    }

    fn interpolation(&mut self, parts: &mut Parts) {
        let expr = self.expression();
        let close = self.peek();
        if close.kind == TokenKind::SequenceEnd {
            self.end_of_sequence(parts);
        } else {
            if !self.recovering {
                self.unclosed_interpolation(parts, close);
            }
            self.skip_past(TokenKind::SequenceEnd);
        }
        parts.list.push(Part::Interpolation(expr));
    }

    fn end_of_sequence(&mut self, parts: &mut Parts) {
        let close = self.read();
        parts.strip_next = close.text(self.text).starts_with('~');
    }

    fn unclosed_interpolation(&mut self, parts: &Parts, found: Token) {
        let span = self.span(found);
        let context = parts.start.to(span);
        let extra = "Extra characters after interpolation expression";
        let unclosed = "Unclosed template interpolation sequence";
        match found.kind {
            TokenKind::End => {
                let detail = "There is no closing brace for this interpolation sequence before the end of the file. \
                              This might be caused by incorrect nesting inside the given expression.";
                self.error(parts.start, unclosed, detail);
            }
            TokenKind::Colon => {
                let detail = "Template interpolation doesn't expect a colon at this location. Did you intend this to \
                              be a literal sequence to be processed as part of another language? If so, you can \
                              escape it by starting with \"$${\" instead of just \"${\".";
                self.error_within(context, span, extra, detail);
            }
            TokenKind::OpenQuote | TokenKind::CloseQuote if parts.end == TokenKind::CloseQuote => {
                let detail = "There is no closing brace for this interpolation sequence before the end of the quoted \
                              template. This might be caused by incorrect nesting inside the given expression.";
                self.error(parts.start, unclosed, detail);
            }
            _ => {
                let detail = "Expected a closing brace to end the interpolation expression, but found extra \
                              characters.\n\nThis can happen when you include interpolation syntax for another \
                              language, such as shell scripting, but forget to escape the interpolation start token. \
                              If this is an embedded sequence for another language, escape it by starting with \
                              \"$${\" instead of just \"${\".";
                self.error_within(context, span, extra, detail);
            }
        }
    }

    fn directive(&mut self, parts: &mut Parts, open: Token) {
        let keyword = self.peek();
        let open_span = self.span(open);
        if keyword.kind != TokenKind::Ident {
            let detail = "A template directive keyword (\"if\", \"for\", etc) is expected at the beginning of a %{ \
                          sequence.";
            return self.bad_directive(open_span, keyword, "Invalid template directive", detail);
        }
        self.read();
        let part = match keyword.text(self.text) {
            "if" => {
                let condition = self.expression();
                Part::If(condition, open_span.to(self.next_span()))
            }
            "for" => match self.for_directive() {
                Some(directive) => Part::For(directive, open_span.to(self.next_span())),
                None => {
                    self.skip_past(TokenKind::SequenceEnd);
                    return;
                }
            },
            "else" => Part::Closing(Closing::Else, open_span.to(self.next_span())),
            "endif" => Part::Closing(Closing::EndIf, open_span.to(self.next_span())),
            "endfor" => Part::Closing(Closing::EndFor, open_span.to(self.next_span())),
            other => {
                let suggestion = did_you_mean(other, ["if", "for", "else", "endif", "endfor"]).unwrap_or_default();
                let detail = format!("{} is not a valid template control keyword.{suggestion}", quote(other));
                return self.bad_directive(open_span, keyword, "Invalid template control keyword", &detail);
            }
        };
        parts.list.push(part);
        self.end_of_directive(parts, keyword);
    }

    fn bad_directive(&mut self, open: Span, found: Token, summary: &str, detail: &str) {
        if !self.recovering {
            let span = self.span(found);
            self.error_within(open.to(span), span, summary, detail);
        }
        self.skip_past(TokenKind::SequenceEnd);
    }

    fn end_of_directive(&mut self, parts: &mut Parts, keyword: Token) {
        let close = self.peek();
        if close.kind == TokenKind::SequenceEnd {
            return self.end_of_sequence(parts);
        }
        if !self.recovering {
            let span = self.span(close);
            let summary = format!("Extra characters in {} marker", keyword.text(self.text));
            let detail = "Expected a closing brace to end the sequence, but found extra characters.";
            self.error_within(parts.start.to(span), span, &summary, detail);
        }
        self.skip_past(TokenKind::SequenceEnd);
    }

    /// `k, v in c`; `None`, with an error, if it is something else.
    fn for_directive(&mut self) -> Option<ForDirective> {
        let Some(first) = self.take(TokenKind::Ident) else {
            return self.bad_for_directive("For directive requires variable name after 'for'.");
        };
        let mut names = (None, self.ident(first));
        if self.take(TokenKind::Comma).is_some() {
            let Some(second) = self.take(TokenKind::Ident) else {
                return self.bad_for_directive("For directive requires value variable name after comma.");
            };
            names = (Some(names.1), self.ident(second));
        }
        if !self.at_keyword("in") {
            return self.bad_for_directive("For directive requires 'in' keyword after names.");
        }
        self.read();
        let (key, value) = names;
        Some(ForDirective { key, value, collection: self.expression() })
    }

    fn bad_for_directive(&mut self, detail: &str) -> Option<ForDirective> {
        if !self.recovering {
            self.error(self.next_span(), "Invalid 'for' directive", detail);
        }
        None
    }
}

/// What happens to the spaces that all lines of a heredoc start with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Margin {
    Kept,
    /// As `<<-` wants it.
    Stripped,
}

/// Strips from each line as many leading spaces as the line with the fewest has. Blank lines do not count.
fn strip_margin(parts: &mut [Part]) {
    let mut margin = usize::MAX;
    let mut lines = Vec::new();
    let mut at_line_start = true;
    for (index, part) in parts.iter().enumerate() {
        if at_line_start {
            match part {
                Part::Literal(text, _) => {
                    let blank = text.trim_start().is_empty() && text.ends_with('\n');
                    if !blank {
                        margin = margin.min(spaces(text).count());
                        lines.push(index);
                    }
                }
                Part::End(_) => break,
                _ => margin = 0,
            }
        }
        at_line_start = matches!(part, Part::Literal(text, _) if text.ends_with('\n'));
    }
    for index in lines {
        if let Part::Literal(text, span) = &mut parts[index] {
            let bytes: usize = spaces(text).take(margin).map(str::len).sum();
            text.drain(..bytes);
            span.start += bytes as u32;
        }
    }
}

/// The characters, as a reader sees them, of the white space that a text starts with.
fn spaces(text: &str) -> impl Iterator<Item = &str> {
    use unicode_segmentation::UnicodeSegmentation;
    text[..text.len() - text.trim_start().len()].graphemes(true)
}

/// Makes one of texts that follow each other.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut joined: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Part::Literal(before, before_span)), Part::Literal(text, span)) => {
                before.push_str(&text);
                before_span.end = span.end;
            }
            (_, part) => joined.push(part),
        }
    }
    joined
}
