//! Text in double quotes, as Go's `%q` writes it: Terraform quotes names and values so.

/// Quotes a text; what can not be printed becomes an escape.
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            other if is_printable(other) => quoted.push(other),
            other if (other as u32) < 0x80 => quoted.push_str(&format!("\\x{:02x}", other as u32)),
            other if (other as u32) < 0x1_0000 => quoted.push_str(&format!("\\u{:04x}", other as u32)),
            other => quoted.push_str(&format!("\\U{:08x}", other as u32)),
        }
    }
    quoted.push('"');
    quoted
}

/// Letters, marks, numbers, punctuation, symbols and the ASCII space. A character behind another is escaped by the
/// standard library just when it is none of these.
fn is_printable(character: char) -> bool {
    if character.is_ascii() {
        return character == ' ' || character.is_ascii_graphic();
    }
    let mut pair = String::from("a");
    pair.push(character);
    pair.escape_debug().count() == 2
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn what_can_not_be_printed_is_escaped() {
        assert_eq!(quote("a\"\\\n\t é ${x} 'q'"), "\"a\\\"\\\\\\n\\t é ${x} 'q'\"");
        assert_eq!(
            quote("\u{1}\u{7f}\u{200b}\u{a0}\u{e0001}e\u{301}"),
            "\"\\x01\\x7f\\u200b\\u00a0\\U000e0001e\u{301}\""
        );
    }
}
