//! Text in templates: escapes, and how text is quoted in messages.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

/// How the escapes of a text are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    /// In quotes: backslashes count.
    Quoted,
    /// In a heredoc or template file: only `$${` and `%%{`.
    Bare,
}

/// An escape that could not be resolved: what is wrong with it and which bytes of the text it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadEscape {
    pub(super) detail: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Resolves the escapes of a text token.
pub(super) fn unescape(text: &str, escapes: Escapes) -> (Cow<'_, str>, Vec<BadEscape>) {
    let special = |b: u8| matches!(b, b'$' | b'%') || (b == b'\\' && escapes == Escapes::Quoted);
    if !text.bytes().any(special) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut decoder = Decoder { text, out: String::with_capacity(text.len()), at: 0, bad: Vec::new() };
    while let Some(offset) = text[decoder.at..].bytes().position(special) {
        decoder.out.push_str(&text[decoder.at..decoder.at + offset]);
        decoder.at += offset;
        if text.as_bytes()[decoder.at] == b'\\' { decoder.backslash() } else { decoder.doubled() }
    }
    decoder.out.push_str(&text[decoder.at..]);
    (Cow::Owned(decoder.out), decoder.bad)
}

struct Decoder<'a> {
    text: &'a str,
    out: String,
    at: usize,
    bad: Vec<BadEscape>,
}

impl Decoder<'_> {
    /// Takes the next bytes as they are.
    fn literal(&mut self, len: usize) {
        self.out.push_str(&self.text[self.at..self.at + len]);
        self.at += len;
    }

    /// `$${` stands for `${`; anything else for itself.
    fn doubled(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        match rest {
            [first, second, b'{', ..] if first == second => {
                self.at += 1;
                self.literal(2);
            }
            [first, second, ..] if first == second => self.literal(2),
            _ => self.literal(1),
        }
    }

    fn backslash(&mut self) {
        let Some(selector) = self.text[self.at + 1..].chars().next() else {
            self.reject(1, "Backslash must be followed by an escape sequence selector character.".into());
            return self.literal(1);
        };
        let plain = match selector {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '"' => '"',
            '\\' => '\\',
            'u' => return self.code_point(4, "The \\u escape sequence must be followed by four hexadecimal digits."),
            'U' => return self.code_point(8, "The \\U escape sequence must be followed by eight hexadecimal digits."),
            _ => return self.unknown_selector(selector),
        };
        self.out.push(plain);
        self.at += 2;
    }

    fn unknown_selector(&mut self, selector: char) {
        let detail = format!("The symbol {} is not a valid escape sequence selector.", quote(&selector.to_string()));
        self.reject(1 + selector.len_utf8(), detail);
        self.out.push(selector);
        self.at += 1 + selector.len_utf8();
    }

    fn code_point(&mut self, digits: usize, problem: &str) {
        let hex = &self.text[self.at + 2..];
        let found = hex.bytes().take(digits).take_while(u8::is_ascii_hexdigit).count();
        let len = 2 + found;
        if found != digits {
            self.reject(len, problem.into());
            return self.literal(len);
        }
        let code = u32::from_str_radix(&hex[..digits], 16).unwrap_or(u32::MAX);
        match char::from_u32(code) {
            Some(c) => {
                self.out.push(c);
                self.at += len;
            }
            None => {
                self.reject(len, format!("Cannot encode character U+{code:04x} in UTF-8."));
                self.literal(len);
            }
        }
    }

    fn reject(&mut self, len: usize, detail: String) {
        self.bad.push(BadEscape { detail, start: self.at, end: self.at + len });
    }
}

/// Whether a character is shown as itself: letters, marks, numbers, punctuation, symbols and the space.
pub(super) fn is_printable(c: char) -> bool {
    static PRINTABLE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[\p{L}\p{M}\p{N}\p{P}\p{S}]$").expect("the pattern is fixed"));
    match c {
        ' '..='~' => true,
        c if c.is_ascii() => false,
        c => PRINTABLE.is_match(c.encode_utf8(&mut [0; 4])),
    }
}

/// Text in double quotes, with escapes as Go prints them, which is how messages show names.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            c if is_printable(c) => quoted.push(c),
            c if u32::from(c) < 0x80 => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
            c if u32::from(c) < 0x1_0000 => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    quoted.push('"');
    quoted
}

/// The first of the names that differs from the given one by less than three letters, as ` Did you mean "x"?`.
pub(super) fn did_you_mean<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let name = names.into_iter().find(|name| landform_diagnostics::suggestion(given, [*name]).is_some())?;
    Some(format!(" Did you mean {}?", quote(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_in_quotes() {
        for (written, meant) in [
            ("plain", "plain"),
            (r#"a\n\r\t\"\\b"#, "a\n\r\t\"\\b"),
            (r"\u00e9\U0001F600", "é😀"),
            ("$${x} %%{y}", "${x} %{y}"),
            ("$$$${x}", "$$${x}"),
            ("5$ 6% $$", "5$ 6% $$"),
        ] {
            let (text, bad) = unescape(written, Escapes::Quoted);
            assert_eq!((text.as_ref(), bad.len()), (meant, 0), "{written}");
        }
        assert_eq!(unescape(r"a\nb", Escapes::Bare).0, r"a\nb");
    }

    #[test]
    fn bad_escapes_are_named() {
        for (written, detail, start, end) in [
            (r"ab\q", "The symbol \"q\" is not a valid escape sequence selector.", 2, 4),
            (r"\é", "The symbol \"é\" is not a valid escape sequence selector.", 0, 3),
            (r"\u12", "The \\u escape sequence must be followed by four hexadecimal digits.", 0, 4),
            (r"\U1234567x", "The \\U escape sequence must be followed by eight hexadecimal digits.", 0, 9),
            (r"\ud800", "Cannot encode character U+d800 in UTF-8.", 0, 6),
            ("x\\", "Backslash must be followed by an escape sequence selector character.", 1, 2),
        ] {
            let (_, bad) = unescape(written, Escapes::Quoted);
            assert_eq!(bad, [BadEscape { detail: detail.into(), start, end }], "{written}");
        }
    }

    #[test]
    fn quoting_for_messages() {
        assert_eq!(quote("a\"b\\\n\u{1}é\u{301}\u{200b}"), "\"a\\\"b\\\\\\n\\x01é\u{301}\\u200b\"");
    }
}
