//! A pull reader of JSON text, with the error messages of Go's `encoding/json`, which Terraform passes on to people.

use std::borrow::Cow;

/// Deeper nesting than this is refused.
const MAX_DEPTH: usize = 512;

/// The reader: a position in a text.
pub(super) struct Reader<'a> {
    text: &'a str,
    position: usize,
    depth: usize,
    /// Whether attributes that a type does not have are passed over.
    pub(super) lenient: bool,
}

/// The beginning of a value, or all of it when it is no array or object.
#[derive(Debug)]
pub(super) enum Token<'a> {
    Null,
    Bool(bool),
    /// The numeral as written.
    Number(&'a str),
    String(Cow<'a, str>),
    /// Items follow: [`Reader::next_item`].
    Array,
    /// Properties follow: [`Reader::next_key`].
    Object,
}

type Result<T> = std::result::Result<T, String>;

const LOST: &str = "unexpected EOF";

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, position: 0, depth: 0, lenient: false }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn skip_space(&mut self) -> Option<u8> {
        while let Some(byte) = self.byte() {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Some(byte);
            }
            self.position += 1;
        }
        None
    }

    /// The next byte that is no white space, for something that must be there.
    fn need(&mut self) -> Result<u8> {
        self.skip_space().ok_or_else(|| "EOF".to_owned())
    }

    /// Whether nothing but white space is left. Stray closing brackets pass, as in Go.
    pub(super) fn is_at_end(&mut self) -> bool {
        matches!(self.skip_space(), None | Some(b'}' | b']'))
    }

    /// Reads the beginning of a value.
    pub(super) fn token(&mut self) -> Result<Token<'a>> {
        match self.need()? {
            b'{' => self.open().map(|()| Token::Object),
            b'[' => self.open().map(|()| Token::Array),
            b'"' => self.string().map(Token::String),
            b't' => self.literal("true").map(|()| Token::Bool(true)),
            b'f' => self.literal("false").map(|()| Token::Bool(false)),
            b'n' => self.literal("null").map(|()| Token::Null),
            b'-' | b'0'..=b'9' => self.number().map(Token::Number),
            _ => Err(self.wrong(" looking for beginning of value")),
        }
    }

    fn open(&mut self) -> Result<()> {
        self.position += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH { Err("exceeded max depth".into()) } else { Ok(()) }
    }

    fn close(&mut self) {
        self.position += 1;
        self.depth -= 1;
    }

    /// Inside an array: whether another item follows. `first` says that none has been read.
    pub(super) fn next_item(&mut self, first: bool) -> Result<bool> {
        match (self.need()?, first) {
            (b']', _) => {
                self.close();
                Ok(false)
            }
            (_, true) => Ok(true),
            (b',', false) => {
                self.position += 1;
                if self.need()? == b']' { Err(self.wrong(" looking for beginning of value")) } else { Ok(true) }
            }
            _ => Err(self.wrong(" after array element")),
        }
    }

    /// Inside an object: the next key, if another follows. The value is to be read next.
    pub(super) fn next_key(&mut self, first: bool) -> Result<Option<Cow<'a, str>>> {
        match (self.need()?, first) {
            (b'}', _) => {
                self.close();
                return Ok(None);
            }
            (b'"', true) => {}
            (_, true) => return Err(self.wrong("")),
            (b',', false) => {
                self.position += 1;
                if self.need()? != b'"' {
                    return Err(self.wrong(" looking for beginning of object key string"));
                }
            }
            _ => return Err(self.wrong(" after object key:value pair")),
        }
        let key = self.string()?;
        if self.need()? != b':' {
            return Err(self.wrong(" after object key"));
        }
        self.position += 1;
        Ok(Some(key))
    }

    /// Reads a whole value and gives its text.
    pub(super) fn skip_value(&mut self) -> Result<&'a str> {
        self.need()?;
        let start = self.position;
        match self.token()? {
            Token::Array => {
                let mut first = true;
                while self.next_item(first)? {
                    self.skip_value()?;
                    first = false;
                }
            }
            Token::Object => {
                let mut first = true;
                while self.next_key(first)?.is_some() {
                    self.skip_value()?;
                    first = false;
                }
            }
            _ => {}
        }
        Ok(&self.text[start..self.position])
    }

    fn wrong(&self, context: &str) -> String {
        match self.byte() {
            None => LOST.into(),
            Some(b'\'') => format!("invalid character '\\''{context}"),
            Some(b'"') => format!("invalid character '\"'{context}"),
            Some(byte) => {
                let quoted = crate::quote(char::from(byte).encode_utf8(&mut [0; 4]));
                format!("invalid character '{}'{context}", &quoted[1..quoted.len() - 1])
            }
        }
    }

    fn literal(&mut self, word: &str) -> Result<()> {
        for expected in word.bytes() {
            if self.byte() != Some(expected) {
                let expected = char::from(expected);
                return Err(self.wrong(&format!(" in literal {word} (expecting '{expected}')")));
            }
            self.position += 1;
        }
        Ok(())
    }

    fn digits(&mut self, context: &str) -> Result<()> {
        if !self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.wrong(context));
        }
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.position += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<&'a str> {
        let start = self.position;
        if self.byte() == Some(b'-') {
            self.position += 1;
        }
        if self.byte() == Some(b'0') {
            self.position += 1;
        } else {
            self.digits(" in numeric literal")?;
        }
        if self.byte() == Some(b'.') {
            self.position += 1;
            self.digits(" after decimal point in numeric literal")?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.position += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.position += 1;
            }
            self.digits(" in exponent of numeric literal")?;
        }
        Ok(&self.text[start..self.position])
    }

    fn string(&mut self) -> Result<Cow<'a, str>> {
        self.position += 1;
        let start = self.position;
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(Cow::Borrowed(&self.text[start..self.position - 1]));
                }
                Some(b'\\') => return self.escaped(start).map(Cow::Owned),
                Some(0x20..) => self.position += 1,
                _ => return Err(self.wrong(" in string literal")),
            }
        }
    }

    /// The rest of a string from its first escape.
    fn escaped(&mut self, start: usize) -> Result<String> {
        let mut out = self.text[start..self.position].to_owned();
        let mut plain = self.position;
        loop {
            match self.byte() {
                Some(b'"') => {
                    out.push_str(&self.text[plain..self.position]);
                    self.position += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    out.push_str(&self.text[plain..self.position]);
                    self.position += 1;
                    out.push(self.escape()?);
                    plain = self.position;
                }
                Some(0x20..) => self.position += 1,
                _ => return Err(self.wrong(" in string literal")),
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let character = match self.byte() {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.position += 1;
                return self.unicode();
            }
            _ => return Err(self.wrong(" in string escape code")),
        };
        self.position += 1;
        Ok(character)
    }

    /// `XXXX` after `\u`. Halves of a surrogate pair without the other half become U+FFFD.
    fn unicode(&mut self) -> Result<char> {
        let first = self.four_digits()?;
        if (0xd800..0xdc00).contains(&first) && self.text.as_bytes()[self.position..].starts_with(b"\\u") {
            let after_first = self.position;
            self.position += 2;
            let second = self.four_digits()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.position = after_first;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_digits(&mut self) -> Result<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            let digit = digit.ok_or_else(|| self.wrong(" in \\u hexadecimal character escape"))?;
            code = code << 4 | digit;
            self.position += 1;
        }
        Ok(code)
    }
}
