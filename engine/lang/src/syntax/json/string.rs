//! Strings in JSON: their escapes, and the templates they hold.

use std::sync::Arc;

use super::super::ast::{Expr, ExprKind, JsonString};
use super::super::parser::Parser;
use super::super::place::Place;
use super::super::scanner::ScanMode;

/// A string with its escapes resolved, and for each escape an offset behind it and the offset in the token that it
/// stands for.
struct Decoded {
    text: String,
    shifts: Vec<(u32, u32)>,
}

/// Resolves a string token, which starts at some offset of the file, and parses the template that it holds.
/// The error is the offset in the token behind the byte that is wrong.
pub(super) fn decode(token: &str, start: usize, place: Place) -> Result<JsonString, usize> {
    let Some(inner) = token.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|_| token.len() > 1)
    else {
        return Err(first_error(token));
    };
    let inner_start = start as u32 + 1;
    if !inner.contains('\\') {
        let template = template(inner, Place { base: inner_start, ..place });
        return Ok(JsonString { text: inner.into(), template });
    }
    let decoded = resolve(inner).map_err(|offset| offset + 1)?;
    let shifts: Vec<_> = decoded.shifts.iter().map(|(text, raw)| (*text, raw + inner_start)).collect();
    let template = template(&decoded.text, Place { base: inner_start, shifts: &shifts, ..place });
    Ok(JsonString { text: decoded.text.into(), template })
}

/// The template in a text; `None` if it is only the text.
fn template(text: &str, place: Place) -> Option<Arc<Expr>> {
    if !text.contains("${") && !text.contains("%{") {
        return None;
    }
    let mut parser = Parser::new(text, place, ScanMode::Template);
    let mut expr = parser.whole_template();
    let diagnostics = parser.into_diagnostics();
    if diagnostics.has_errors() {
        expr.kind = ExprKind::Failed(Arc::new(diagnostics));
    }
    Some(Arc::new(expr))
}

/// Where a string without an end goes wrong: at a bad escape, or at its end.
fn first_error(token: &str) -> usize {
    let escape = token.get(1..).and_then(|inner| resolve(inner).err());
    escape.map_or(token.len(), |offset| token.len().min(offset + 1))
}

/// Resolves the escapes of what stands between the quotes. The error is the offset behind the byte that is wrong.
fn resolve(inner: &str) -> Result<Decoded, usize> {
    let mut decoded = Decoded { text: String::with_capacity(inner.len()), shifts: Vec::new() };
    let mut at = 0;
    while let Some(offset) = inner[at..].find('\\') {
        decoded.text.push_str(&inner[at..at + offset]);
        at += offset;
        let (meant, len) = escape(&inner[at..]).map_err(|offset| at + offset)?;
        decoded.text.push(meant);
        at += len;
        decoded.shifts.push((decoded.text.len() as u32, at as u32));
    }
    decoded.text.push_str(&inner[at..]);
    Ok(decoded)
}

/// The character that an escape stands for, and the length of the escape.
fn escape(text: &str) -> Result<(char, usize), usize> {
    let plain = match text.as_bytes().get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(symbol @ (b'"' | b'\\' | b'/')) => char::from(*symbol),
        Some(b'u') => return unicode_escape(text),
        _ => return Err(2),
    };
    Ok((plain, 2))
}

/// `\uXXXX`, or two of them for a character outside the basic plane. Half of such a pair is no character.
fn unicode_escape(text: &str) -> Result<(char, usize), usize> {
    let first = four_digits(text)?;
    if let Some(c) = char::from_u32(first) {
        return Ok((c, 6));
    }
    let second = text.get(6..).filter(|rest| rest.starts_with("\\u")).and_then(|rest| four_digits(rest).ok());
    let pair = second.and_then(|second| char::decode_utf16([first as u16, second as u16]).next()?.ok());
    Ok(pair.map_or((char::REPLACEMENT_CHARACTER, 6), |c| (c, 12)))
}

fn four_digits(text: &str) -> Result<u32, usize> {
    let bytes = text.as_bytes();
    let valid = bytes.iter().skip(2).take(4).take_while(|b| b.is_ascii_hexdigit()).count();
    if valid < 4 {
        return Err(3 + valid);
    }
    u32::from_str_radix(&text[2..6], 16).map_err(|_| 3)
}
