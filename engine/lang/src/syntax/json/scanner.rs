//! Cuts JSON into tokens. Lax about words, numbers and strings: the parser tells what is wrong with them.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    Comma,
    Colon,
    /// No JSON; known so that the message can be a helpful one.
    Equals,
    Keyword,
    String,
    Number,
    End,
    Invalid,
}

/// A token: its kind and its bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Cuts a text into tokens; the last one is [`TokenKind::End`]. Ends at the first character that can not start a
/// token.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::with_capacity(bytes.len() / 6 + 2);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let (kind, len) = match byte {
            b' ' | b'\n' | b'\r' | b'\t' => {
                at += 1;
                continue;
            }
            b'{' => (TokenKind::OpenBrace, 1),
            b'}' => (TokenKind::CloseBrace, 1),
            b'[' => (TokenKind::OpenBracket, 1),
            b']' => (TokenKind::CloseBracket, 1),
            b',' => (TokenKind::Comma, 1),
            b':' => (TokenKind::Colon, 1),
            b'=' => (TokenKind::Equals, 1),
            b'"' => (TokenKind::String, string_len(rest)),
            b'-' | b'+' | b'.' | b'0'..=b'9' => (TokenKind::Number, len_while(rest, continues_number)),
            b'a'..=b'z' | b'A'..=b'Z' => (TokenKind::Keyword, len_while(rest, continues_keyword)),
            _ => (TokenKind::Invalid, text[at..].chars().next().map_or(1, char::len_utf8)),
        };
        tokens.push(Token { kind, start: at, end: at + len });
        at += len;
        if kind == TokenKind::Invalid {
            break;
        }
    }
    tokens.push(Token { kind: TokenKind::End, start: at, end: at });
    tokens
}

fn len_while(bytes: &[u8], belongs: fn(u8) -> bool) -> usize {
    bytes.iter().position(|b| !belongs(*b)).unwrap_or(bytes.len())
}

fn continues_number(byte: u8) -> bool {
    matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
}

fn continues_keyword(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Through the closing quote, or up to a control character or the end.
fn string_len(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            0..=31 => return at,
            b'\\' if bytes.get(at + 1).is_some_and(|next| *next >= 32) => at += 2,
            _ => at += 1,
        }
    }
    at
}
