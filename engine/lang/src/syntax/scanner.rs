//! Cuts native syntax into tokens, with the rules of HashiCorp's HCL 2 scanner: a stack of modes, because a template
//! holds expressions that hold templates.

use super::token::{Token, TokenKind};

/// What the text is at the outermost level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScanMode {
    /// A configuration file or an expression.
    Main,
    /// A template.
    Template,
}

/// The first and the last of the characters that stand for bytes which are not part of a character.
pub(super) const FIRST_STAND_IN: char = '\u{10ff80}';
pub(super) const LAST_STAND_IN: char = '\u{10ffff}';

/// Cuts a text into tokens; the last one is [`TokenKind::End`].
pub(super) fn scan(text: &str, mode: ScanMode) -> Vec<Token> {
    let outermost = match mode {
        ScanMode::Main => Mode::Main,
        ScanMode::Template => Mode::Bare,
    };
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
        tokens: Vec::with_capacity(text.len() / 3 + 2),
        modes: vec![outermost],
        braces: 0,
        returns: Vec::new(),
        heredocs: Vec::new(),
        comment_ends_exhausted: false,
    };
    scanner.run();
    scanner.tokens
}

/// Whether the text is a name: an identifier of Unicode's annex 31, with `-` allowed behind the first character.
pub fn is_identifier(text: &str) -> bool {
    !text.is_empty() && identifier_len(text) == text.len()
}

/// How many bytes at the start of a text are an identifier.
fn identifier_len(text: &str) -> usize {
    let mut chars = text.char_indices();
    if !chars.next().is_some_and(|(_, first)| starts_identifier(first)) {
        return 0;
    }
    chars.find(|(_, c)| !continues_identifier(*c)).map_or(text.len(), |(index, _)| index)
}

fn starts_identifier(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_' || (!c.is_ascii() && unicode_id_start::is_id_start_unicode(c))
}

fn continues_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '_' | '-')
        || (!c.is_ascii() && unicode_id_start::is_id_continue_unicode(c))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Main,
    Quoted,
    Heredoc,
    Bare,
}

/// A heredoc that is not closed yet.
struct Heredoc<'a> {
    marker: &'a str,
    at_line_start: bool,
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tokens: Vec<Token>,
    modes: Vec<Mode>,
    /// How many braces are open; below zero, wrapped around, when more were closed.
    braces: u32,
    /// The brace depths at which a `}` ends an interpolation or directive.
    returns: Vec<u32>,
    heredocs: Vec<Heredoc<'a>>,
    /// There is no `*/` any more, so that `/*` is not looked for again and again.
    comment_ends_exhausted: bool,
}

impl<'a> Scanner<'a> {
    fn run(&mut self) {
        while self.at < self.bytes.len() {
            match self.modes.last() {
                Some(Mode::Quoted) => self.quoted(),
                Some(Mode::Heredoc) => self.heredoc(),
                Some(Mode::Bare) => self.bare(),
                _ => self.main(),
            }
        }
        self.emit(TokenKind::End, 0);
    }

    /// A token of the next bytes.
    fn emit(&mut self, kind: TokenKind, len: usize) {
        let end = self.at + len;
        self.tokens.push(Token { kind, start: self.at as u32, end: end as u32 });
        self.at = end;
    }

    /// The byte some places ahead; 0 past the end (which no rule asks for).
    fn ahead(&self, places: usize) -> u8 {
        self.bytes.get(self.at + places).copied().unwrap_or(0)
    }

    fn main(&mut self) {
        use TokenKind as K;
        match self.bytes[self.at] {
            b' ' | b'\t' => self.at += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.identifier(),
            b'0'..=b'9' => self.emit(K::Number, number_len(&self.bytes[self.at..])),
            b'\n' => self.emit(K::Newline, 1),
            b'\r' if self.ahead(1) == b'\n' => self.emit(K::Newline, 2),
            b'"' => {
                self.emit(K::OpenQuote, 1);
                self.modes.push(Mode::Quoted);
            }
            b'{' => {
                self.emit(K::OpenBrace, 1);
                self.braces = self.braces.wrapping_add(1);
            }
            b'}' => self.close_brace(1, K::CloseBrace),
            b'~' if self.ahead(1) == b'}' => self.close_brace(2, K::SequenceEnd),
            b'#' => self.line_comment(),
            b'/' if self.ahead(1) == b'/' => self.line_comment(),
            b'/' if self.ahead(1) == b'*' => self.block_comment(),
            b'<' if self.ahead(1) == b'<' => self.open_heredoc(),
            byte => self.symbol(byte),
        }
    }

    fn identifier(&mut self) {
        let rest = &self.bytes[self.at..];
        let plain = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')));
        let len = match plain {
            Some(index) if rest[index] >= 0x80 => identifier_len(&self.text[self.at..]),
            Some(index) => index,
            None => rest.len(),
        };
        self.emit(TokenKind::Ident, len);
    }

    /// A closing brace ends an interpolation if that is the innermost open one.
    fn close_brace(&mut self, len: usize, otherwise: TokenKind) {
        if self.returns.last() == Some(&self.braces) {
            self.emit(TokenKind::SequenceEnd, len);
            self.returns.pop();
            self.modes.pop();
        } else {
            self.emit(otherwise, len);
        }
        self.braces = self.braces.wrapping_sub(1);
    }

    fn line_comment(&mut self) {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |index| index + 1);
        self.emit(TokenKind::Comment, len);
    }

    fn block_comment(&mut self) {
        let end = if self.comment_ends_exhausted { None } else { self.text[self.at + 2..].find("*/") };
        match end {
            Some(index) => self.emit(TokenKind::Comment, index + 4),
            None => {
                self.comment_ends_exhausted = true;
                self.emit(TokenKind::Slash, 1);
            }
        }
    }

    /// `<<X` is a heredoc only if the line ends behind the name.
    fn open_heredoc(&mut self) {
        let dash = usize::from(self.ahead(2) == b'-');
        let name_start = self.at + 2 + dash;
        let name_len = identifier_len(&self.text[name_start..]);
        let name_end = name_start + name_len;
        let newline = match &self.bytes[name_end..] {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => 0,
        };
        if name_len == 0 || newline == 0 {
            return self.emit(TokenKind::Less, 1);
        }
        self.heredocs.push(Heredoc { marker: &self.text[name_start..name_end], at_line_start: true });
        self.modes.push(Mode::Heredoc);
        self.emit(TokenKind::OpenHeredoc, name_end + newline - self.at);
    }

    fn symbol(&mut self, byte: u8) {
        use TokenKind as K;
        let (kind, len) = match (byte, self.ahead(1)) {
            (b'=', b'=') => (K::Equal, 2),
            (b'=', b'>') => (K::FatArrow, 2),
            (b'!', b'=') => (K::NotEqual, 2),
            (b'>', b'=') => (K::GreaterOrEqual, 2),
            (b'<', b'=') => (K::LessOrEqual, 2),
            (b'&', b'&') => (K::And, 2),
            (b'|', b'|') => (K::Or, 2),
            (b':', b':') => (K::DoubleColon, 2),
            (b'.', b'.') if self.ahead(2) == b'.' => (K::Ellipsis, 3),
            (b'[', _) => (K::OpenBracket, 1),
            (b']', _) => (K::CloseBracket, 1),
            (b'(', _) => (K::OpenParen, 1),
            (b')', _) => (K::CloseParen, 1),
            (b'.', _) => (K::Dot, 1),
            (b',', _) => (K::Comma, 1),
            (b'*', _) => (K::Star, 1),
            (b'/', _) => (K::Slash, 1),
            (b'%', _) => (K::Percent, 1),
            (b'+', _) => (K::Plus, 1),
            (b'-', _) => (K::Minus, 1),
            (b'=', _) => (K::Assign, 1),
            (b'<', _) => (K::Less, 1),
            (b'>', _) => (K::Greater, 1),
            (b'!', _) => (K::Bang, 1),
            (b'?', _) => (K::Question, 1),
            (b':', _) => (K::Colon, 1),
            (b'&', _) => (K::BitAnd, 1),
            (b'|', _) => (K::BitOr, 1),
            (b'~', _) => (K::BitNot, 1),
            (b'^', _) => (K::BitXor, 1),
            (b';', _) => (K::Semicolon, 1),
            (b'`', _) => (K::Backtick, 1),
            (b'\'', _) => (K::Apostrophe, 1),
            _ => return self.other_character(),
        };
        self.emit(kind, len);
    }

    /// An identifier that does not start in ASCII, or what the language does not use.
    fn other_character(&mut self) {
        match identifier_len(&self.text[self.at..]) {
            0 if self.stand_ins_len() > 0 => self.emit(TokenKind::BadEncoding, self.stand_ins_len()),
            0 => self.emit(TokenKind::Invalid, self.character_len()),
            len => self.emit(TokenKind::Ident, len),
        }
    }

    /// How many bytes from here on stand for such as are not part of a character.
    fn stand_ins_len(&self) -> usize {
        let stand_in = |c: &char| (FIRST_STAND_IN..=LAST_STAND_IN).contains(c);
        self.text[self.at..].chars().take_while(stand_in).map(char::len_utf8).sum()
    }

    fn character_len(&self) -> usize {
        self.text[self.at..].chars().next().map_or(0, char::len_utf8)
    }

    fn quoted(&mut self) {
        let len = self.quoted_text_len();
        if len > 0 {
            return self.emit(TokenKind::QuotedText, len);
        }
        match self.bytes[self.at] {
            b'"' => {
                self.emit(TokenKind::CloseQuote, 1);
                self.modes.pop();
            }
            b'\n' | b'\r' => {
                let rest = &self.bytes[self.at..];
                let len = rest.iter().position(|b| !matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
                self.emit(TokenKind::QuotedNewline, len);
            }
            b'\\' => self.emit(TokenKind::Invalid, 1),
            LAST_LEAD => self.emit(TokenKind::BadEncoding, self.stand_ins_len()),
            _ => self.dollar_or_percent(TokenKind::QuotedText),
        }
    }

    /// How many bytes are text without `$`, `%`, the closing quote and line endings.
    fn quoted_text_len(&self) -> usize {
        let rest = &self.bytes[self.at..];
        let mut len = 0;
        while let Some(byte) = rest.get(len) {
            match byte {
                b'"' | b'$' | b'%' | b'\n' | b'\r' => break,
                &LAST_LEAD if is_stand_in(&rest[len..]) => break,
                b'\\' if matches!(rest.get(len + 1), None | Some(b'\n' | b'\r')) => break,
                // The continuation bytes of a longer character are plain text on the next turns.
                b'\\' => len += 2,
                _ => len += 1,
            }
        }
        len
    }

    /// `${`, `%{`, an escaped one, or the character itself.
    fn dollar_or_percent(&mut self, text: TokenKind) {
        let first = self.bytes[self.at];
        let strips = |places: usize| usize::from(self.ahead(places) == b'~');
        if self.ahead(1) == b'{' {
            let kind = if first == b'$' { TokenKind::Interpolation } else { TokenKind::Directive };
            self.emit(kind, 2 + strips(2));
            self.open_sequence();
        } else if self.ahead(1) == first && self.ahead(2) == b'{' {
            self.emit(text, 3 + strips(3));
        } else if self.at + 1 == self.bytes.len() && self.modes.last() != Some(&Mode::Bare) {
            self.emit(TokenKind::Invalid, 1);
        } else {
            self.emit(text, 1);
        }
    }

    fn open_sequence(&mut self) {
        self.braces = self.braces.wrapping_add(1);
        self.returns.push(self.braces);
        self.modes.push(Mode::Main);
        if let Some(heredoc) = self.heredocs.last_mut() {
            heredoc.at_line_start = false;
        }
    }

    fn heredoc(&mut self) {
        let rest = &self.bytes[self.at..];
        let ends_text = |at: &usize| match rest[*at] {
            b'$' | b'%' | b'\n' | b'\r' => true,
            LAST_LEAD => is_stand_in(&rest[*at..]),
            _ => false,
        };
        let len = (0..rest.len()).find(ends_text).unwrap_or(rest.len());
        match &rest[len..] {
            [b'\n', ..] => self.heredoc_line(len, 1),
            [b'\r', b'\n', ..] => self.heredoc_line(len, 2),
            _ if len > 0 => {
                self.leave_line_start();
                self.emit(TokenKind::Text, len);
            }
            // A lone carriage return has no place in a heredoc: HashiCorp's scanner gives up here.
            [b'\r', ..] => self.emit(TokenKind::Invalid, rest.len()),
            [LAST_LEAD, ..] => self.emit(TokenKind::BadEncoding, self.stand_ins_len()),
            _ => {
                self.leave_line_start();
                self.dollar_or_percent(TokenKind::Text);
            }
        }
    }

    fn leave_line_start(&mut self) {
        if let Some(heredoc) = self.heredocs.last_mut() {
            heredoc.at_line_start = false;
        }
    }

    /// The end of a line in a heredoc: text, or the closing marker.
    fn heredoc_line(&mut self, len: usize, newline: usize) {
        let line = &self.text[self.at..self.at + len];
        let Some(heredoc) = self.heredocs.last_mut() else { return self.emit(TokenKind::Text, len + newline) };
        if heredoc.at_line_start && line.trim() == heredoc.marker {
            self.heredocs.pop();
            self.modes.pop();
            self.emit(TokenKind::CloseHeredoc, len);
            return self.emit(TokenKind::Newline, newline);
        }
        heredoc.at_line_start = true;
        self.emit(TokenKind::Text, len + newline);
    }

    fn bare(&mut self) {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().position(|b| matches!(b, b'$' | b'%' | b'\n' | b'\r')).unwrap_or(rest.len());
        match &rest[len..] {
            [b'\n', ..] => self.emit(TokenKind::Text, len + 1),
            [b'\r', b'\n', ..] => self.emit(TokenKind::Text, len + 2),
            _ if len > 0 => self.emit(TokenKind::Text, len),
            // HashiCorp's scanner takes all behind a lone carriage return as text.
            [b'\r', ..] => self.emit(TokenKind::Text, rest.len()),
            _ => self.dollar_or_percent(TokenKind::Text),
        }
    }
}

/// The first byte of the last characters there are.
const LAST_LEAD: u8 = 0xf4;

/// Whether the text begins with a character that stands for a byte which is not part of one.
fn is_stand_in(bytes: &[u8]) -> bool {
    matches!(bytes, [LAST_LEAD, 0x8f, 0xbe | 0xbf, ..])
}

/// How many bytes at the start are a number: digits, dots and exponents, as long as the last is no dot.
fn number_len(bytes: &[u8]) -> usize {
    let (mut at, mut end) = (1, 1);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                at += 1;
                end = at;
            }
            b'.' => at += 1,
            b'e' | b'E' => {
                let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
                if !bytes.get(at + 1 + sign).is_some_and(u8::is_ascii_digit) {
                    break;
                }
                at += 2 + sign;
                end = at;
            }
            _ => break,
        }
    }
    end
}
