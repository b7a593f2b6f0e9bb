//! JSON texts that are kept as texts.

use std::borrow::Cow;

/// Whether two JSON texts are the same but for white space and the way in which characters are escaped for HTML.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a == b || normal(a) == normal(b)
}

/// Without insignificant white space, escaped as the state file is.
fn normal(text: &str) -> String {
    escape_html(&compact(text)).into_owned()
}

/// Without insignificant white space.
pub(crate) fn compact(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut result = Vec::new();
    let (mut kept, mut index) = (0, 0);
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'"' => index = string_end(bytes, index),
            b' ' | b'\n' | b'\r' | b'\t' => {
                if kept == 0 {
                    result.reserve(bytes.len());
                }
                result.extend_from_slice(&bytes[kept..index]);
                // It mostly comes as a line ending and indentation.
                index += bytes[index..].iter().take_while(|byte| is_space(**byte)).count();
                kept = index;
            }
            _ => index += 1,
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    result.extend_from_slice(&bytes[kept..]);
    Cow::Owned(String::from_utf8(result).expect("only whole ASCII characters were left out"))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// The offset behind the string that starts with the quote at an offset; the end of the text when it does not end.
pub(crate) fn string_end(bytes: &[u8], quote: usize) -> usize {
    let mut index = quote + 1;
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'\\' => index += 1,
            b'"' => return index + 1,
            _ => {}
        }
        index += 1;
    }
    bytes.len()
}

/// The first byte from an offset on that is no white space.
pub(crate) fn next_significant(bytes: &[u8], from: usize) -> Option<u8> {
    bytes.get(from..)?.iter().copied().find(|byte| !is_space(*byte))
}

/// What Go's JSON encoder writes in place of a character that means something to HTML or JavaScript.
pub(crate) fn html_escape(character: char) -> Option<&'static str> {
    match character {
        '<' => Some("\\u003c"),
        '>' => Some("\\u003e"),
        '&' => Some("\\u0026"),
        '\u{2028}' => Some("\\u2028"),
        '\u{2029}' => Some("\\u2029"),
        _ => None,
    }
}

/// With such characters escaped. They occur in strings only, so nothing else changes.
pub(crate) fn escape_html(text: &str) -> Cow<'_, str> {
    if !text.contains(|character| html_escape(character).is_some()) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match html_escape(character) {
            Some(escape) => result.push_str(escape),
            None => result.push(character),
        }
    }
    Cow::Owned(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compacting_leaves_strings_alone() {
        for (text, expected) in [
            ("{}", "{}"),
            (" { \"a b\" : [ 1 , \"c \\\" d\\\\\" ] }\n", "{\"a b\":[1,\"c \\\" d\\\\\"]}"),
            ("\"é \\u2028 \"", "\"é \\u2028 \""),
        ] {
            assert_eq!(compact(text), expected);
        }
    }

    #[test]
    fn same_text_in_other_clothes() {
        assert!(same("{\"a\": \"<&>\"}", "{\"a\":\"\\u003c\\u0026\\u003e\"}"));
        assert!(!same("{\"a\":\"<\"}", "{\"a\":\">\"}"));
    }
}
