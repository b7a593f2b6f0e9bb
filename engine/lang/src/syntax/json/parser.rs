//! Parses JSON with the messages and the error recovery of HashiCorp's HCL 2.

use landform_diagnostics::{Diagnostic, Diagnostics, FileId, SourceFile, Span};
use landform_values::Number;

use super::super::ast::{JsonKind, JsonMember, JsonNode, JsonString};
use super::super::parser::MAX_NESTING;
use super::super::place::Place;
use super::super::text::{did_you_mean, quote};
use super::scanner::{Token, TokenKind, scan};
use super::string::decode;

/// Parses a file that is one JSON value. With errors, the value holds what could be made sense of.
pub(in super::super) fn parse(contents: &SourceFile, file: FileId) -> (JsonNode, Diagnostics) {
    let mut parser = Parser {
        text: &contents.text,
        place: Place::whole(file, contents),
        tokens: scan(&contents.text),
        next: 0,
        depth: 0,
        gave_up: false,
        diagnostics: Diagnostics::new(),
    };
    let root = parser.value();
    if parser.diagnostics.is_empty() && parser.peek().kind != TokenKind::End {
        let detail = "Extra characters appear after the JSON value.";
        parser.error(parser.peek(), "Extraneous data after value", detail);
    }
    (root, parser.diagnostics)
}

struct Parser<'a> {
    text: &'a str,
    place: Place<'a>,
    tokens: Vec<Token>,
    next: usize,
    depth: u32,
    /// The text is too deeply nested: what follows is not parsed.
    gave_up: bool,
    diagnostics: Diagnostics,
}

/// A value could not be parsed; a diagnostic says so.
struct Reported;

impl Parser<'_> {
    fn peek(&self) -> Token {
        self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn read(&mut self) -> Token {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn span(&self, token: Token) -> Span {
        self.place.span(token.start as u32, token.end as u32)
    }

    fn error(&mut self, subject: Token, summary: &str, detail: impl Into<String>) -> Reported {
        if !self.gave_up {
            self.diagnostics.error(self.span(subject), summary, detail);
        }
        Reported
    }

    fn value(&mut self) -> JsonNode {
        let token = self.peek();
        let result = if self.depth >= MAX_NESTING { Err(self.too_deep(token)) } else { self.value_at(token) };
        result.unwrap_or_else(|Reported| JsonNode { kind: JsonKind::Invalid, span: self.span(token) })
    }

    fn too_deep(&mut self, token: Token) -> Reported {
        let detail = format!("JSON values may be nested at most {MAX_NESTING} levels deep.");
        self.error(token, "Too deeply nested", detail);
        self.next = self.tokens.len();
        self.gave_up = true;
        Reported
    }

    fn value_at(&mut self, token: Token) -> Result<JsonNode, Reported> {
        match token.kind {
            TokenKind::OpenBrace => self.nested(Self::object),
            TokenKind::OpenBracket => self.nested(Self::array),
            TokenKind::Number => self.number(),
            TokenKind::String => self.string().map(|(text, span)| JsonNode { kind: JsonKind::String(text), span }),
            TokenKind::Keyword => self.keyword(),
            TokenKind::CloseBrace => Err(self.error(token, "Missing JSON value", VALUE_START)),
            TokenKind::CloseBracket => Err(self.error(token, "Missing array element value", VALUE_START)),
            TokenKind::End => Err(self.error(token, "Missing value", "The JSON data ends prematurely.")),
            _ => Err(self.error(token, "Invalid start of value", VALUE_START)),
        }
    }

    fn nested(&mut self, parse: fn(&mut Self) -> Result<JsonNode, Reported>) -> Result<JsonNode, Reported> {
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn object(&mut self) -> Result<JsonNode, Reported> {
        let open = self.read();
        let mut members = Vec::new();
        while self.peek().kind != TokenKind::CloseBrace {
            let (name, name_span) = self.property_name()?;
            let colon = self.read();
            if colon.kind != TokenKind::Colon {
                return Err(self.no_colon(colon));
            }
            let value = self.value();
            members.push(JsonMember { name, name_span, value });
            match self.peek().kind {
                TokenKind::Comma => {
                    let comma = self.read();
                    if self.peek().kind == TokenKind::CloseBrace {
                        let detail = "JSON does not permit a trailing comma after the final property in an object.";
                        return Err(self.error(comma, "Trailing comma in object", detail));
                    }
                }
                TokenKind::CloseBrace => {}
                _ => return Err(self.no_comma_in_object(open)),
            }
        }
        let close = self.read();
        let span = self.span(open).to(self.span(close));
        Ok(JsonNode { kind: JsonKind::Object(members.into()), span })
    }

    fn property_name(&mut self) -> Result<(JsonString, Span), Reported> {
        let token = self.peek();
        if token.kind == TokenKind::String
            && let Ok(name) = self.string()
        {
            return Ok(name);
        }
        if token.kind != TokenKind::String {
            self.value();
        }
        let subject = match token.kind {
            TokenKind::OpenBrace | TokenKind::OpenBracket => Token { end: token.start + 1, ..token },
            _ => token,
        };
        Err(self.error(subject, "Invalid object property name", "A JSON object property name must be a string"))
    }

    fn no_colon(&mut self, found: Token) -> Reported {
        self.skip_past(found, TokenKind::OpenBrace, TokenKind::CloseBrace);
        let (summary, detail) = match found.kind {
            TokenKind::CloseBrace | TokenKind::Comma => {
                ("Missing object value", "A JSON object attribute must have a value, introduced by a colon.")
            }
            TokenKind::Equals => {
                ("Missing property value colon", "JSON uses a colon as its name/value delimiter, not an equals sign.")
            }
            _ => {
                ("Missing property value colon", "A colon must appear between an object property's name and its value.")
            }
        };
        self.error(found, summary, detail)
    }

    fn no_comma_in_object(&mut self, open: Token) -> Reported {
        let found = self.read();
        match found.kind {
            TokenKind::End => self.error(open, "Unclosed object", "No closing brace was found for this JSON object."),
            TokenKind::CloseBracket => {
                let detail = "A JSON object must be closed with a brace, not a bracket.";
                self.error(self.peek(), "Mismatched braces", detail)
            }
            _ => {
                self.skip_past(found, TokenKind::OpenBrace, TokenKind::CloseBrace);
                let detail = "A comma must appear between each property definition in an object.";
                self.error(self.peek(), MISSING_COMMA, detail)
            }
        }
    }

    fn array(&mut self) -> Result<JsonNode, Reported> {
        let open = self.read();
        let mut items = Vec::new();
        while self.peek().kind != TokenKind::CloseBracket {
            items.push(self.value());
            match self.peek().kind {
                TokenKind::Comma => {
                    let comma = self.read();
                    if self.peek().kind == TokenKind::CloseBracket {
                        let detail = "JSON does not permit a trailing comma after the final value in an array.";
                        return Err(self.error(comma, "Trailing comma in array", detail));
                    }
                }
                TokenKind::CloseBracket => {}
                _ => return Err(self.no_comma_in_array(open)),
            }
        }
        let close = self.read();
        let span = self.span(open).to(self.span(close));
        Ok(JsonNode { kind: JsonKind::Array(items.into()), span })
    }

    fn no_comma_in_array(&mut self, open: Token) -> Reported {
        let found = self.read();
        self.skip_past(found, TokenKind::OpenBracket, TokenKind::CloseBracket);
        let next = self.peek();
        match found.kind {
            TokenKind::Colon => {
                let detail = "A colon is not used to introduce values in a JSON array.";
                self.error(next, "Invalid array value", detail)
            }
            TokenKind::End => self.error(open, "Unclosed object", "No closing bracket was found for this JSON array."),
            TokenKind::CloseBrace => {
                let detail = "A JSON array must be closed with a bracket, not a brace.";
                self.error(next, "Mismatched brackets", detail)
            }
            _ => self.error(next, MISSING_COMMA, "A comma must appear between each value in an array."),
        }
    }

    /// From a token on past the bracket that seems to end what is broken.
    fn skip_past(&mut self, from: Token, open: TokenKind, close: TokenKind) {
        let mut token = from;
        let mut levels = 1;
        loop {
            if token.kind == open {
                levels += 1;
            } else if token.kind == close {
                levels -= 1;
                if levels <= 1 {
                    return;
                }
            } else if token.kind == TokenKind::End {
                return;
            }
            token = self.read();
        }
    }

    fn number(&mut self) -> Result<JsonNode, Reported> {
        let token = self.read();
        let text = &self.text[token.start..token.end];
        let number = if is_json_number(text) { Number::parse(text) } else { None };
        match number {
            Some(number) => Ok(JsonNode { kind: JsonKind::Number(number), span: self.span(token) }),
            None => {
                let detail = "There is a syntax error in the given JSON number.";
                Err(self.error(token, "Invalid JSON number", detail))
            }
        }
    }

    fn string(&mut self) -> Result<(JsonString, Span), Reported> {
        let token = self.read();
        let span = self.span(token);
        decode(&self.text[token.start..token.end], token.start, self.place).map(|text| (text, span)).map_err(|offset| {
            let subject = self.character(token.start + offset);
            let detail = "There is a syntax error in the given JSON string.";
            self.diagnostics.push(Diagnostic::error("Invalid JSON string", detail).at(subject).within(span));
            Reported
        })
    }

    /// The character at an offset, or the one that an offset within it belongs to.
    fn character(&self, offset: usize) -> Span {
        let start = self.text.floor_char_boundary(offset.min(self.text.len()));
        let end = self.text.ceil_char_boundary((start + 1).min(self.text.len()));
        self.place.span(start as u32, end as u32)
    }

    fn keyword(&mut self) -> Result<JsonNode, Reported> {
        let token = self.read();
        let word = &self.text[token.start..token.end];
        let kind = match word {
            "true" => JsonKind::Bool(true),
            "false" => JsonKind::Bool(false),
            "null" => JsonKind::Null,
            _ => return Err(self.unknown_keyword(token, word.to_owned())),
        };
        Ok(JsonNode { kind, span: self.span(token) })
    }

    fn unknown_keyword(&mut self, token: Token, word: String) -> Reported {
        let detail = if matches!(word.as_str(), "undefined" | "NaN" | "Infinity") {
            format!("The JavaScript identifier {} cannot be used in JSON.", quote(&word))
        } else {
            let suggestion = did_you_mean(&word, ["false", "true", "null"]).unwrap_or_default();
            format!("{} is not a valid JSON keyword.{suggestion}", quote(&word))
        };
        self.error(token, "Invalid JSON keyword", detail)
    }
}

/// Whether a text is a number as JSON wants it: no leading plus or zeros, digits around the dot.
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

const VALUE_START: &str = "A JSON value must start with a brace, a bracket, a number, a string, or a keyword.";
const MISSING_COMMA: &str = "Missing attribute seperator comma";
