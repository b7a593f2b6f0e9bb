//! Text as messages and refinements need it.

use unicode_segmentation::UnicodeSegmentation;

/// In double quotes with escapes, as Go's `%q`, which Terraform's messages use.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            ' '..='~' => out.push(character),
            '\0'..='\x7f' => out.push_str(&format!("\\x{:02x}", character as u32)),
            _ if is_printable(character) => out.push(character),
            _ if (character as u32) < 0x10000 => out.push_str(&format!("\\u{:04x}", character as u32)),
            _ => out.push_str(&format!("\\U{:08x}", character as u32)),
        }
    }
    out.push('"');
    out
}

/// Whether a character is a letter, mark, digit, sign or symbol.
fn is_printable(character: char) -> bool {
    // After another character, only what cannot be shown is escaped.
    let text: String = ['a', character].into_iter().collect();
    text.escape_debug().nth(1) == Some(character)
}

/// The part of a known beginning that stays as it is whatever follows: without the last character as people count
/// them, which might combine with the next, unless it is one of the common delimiters, which never do.
pub fn safe_prefix(text: &str) -> &str {
    match text.grapheme_indices(true).next_back() {
        Some((_, last)) if ends_always(last) => text,
        Some((start, _)) => &text[..start],
        None => text,
    }
}

fn ends_always(cluster: &str) -> bool {
    const DELIMITERS: &str = "-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'";
    let mut characters = cluster.chars();
    characters.next().is_some_and(|character| DELIMITERS.contains(character)) && characters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_as_go() {
        for (text, expected) in [
            ("plain", r#""plain""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("\u{7}\u{1}\n", r#""\a\x01\n""#),
            ("it's é", r#""it's é""#),
            ("\u{a0}\u{200d}", r#""\u00a0\u200d""#),
            ("\u{e000}\u{10fffe}", r#""\ue000\U0010fffe""#),
        ] {
            assert_eq!(quote(text), expected);
        }
    }

    #[test]
    fn prefixes_that_stay() {
        for (text, expected) in [
            ("", ""),
            ("a", ""),
            ("boo", "bo"),
            ("boop\r", "boop"),
            ("ami-", "ami-"),
            ("https://", "https://"),
            ("hello 가", "hello "),
            ("hello 🤷🏽‍♂️", "hello "),
            ("hello 🤷 ", "hello 🤷 "),
        ] {
            assert_eq!(safe_prefix(text), expected, "{text}");
        }
    }
}
