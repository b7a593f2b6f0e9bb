//! Escapes and classes of Go's `regexp` syntax.

use super::classes::{perl, posix, unicode};
use super::syntax::{Parser, SyntaxError, consumed, error};

impl<'p> Parser<'p> {
    /// What begins with a backslash outside of a class.
    pub(super) fn escape(&mut self) -> Result<(), SyntaxError> {
        let before = self.rest;
        let next = before[1..].chars().next();
        match next {
            Some('A') => self.two(r"(?:\A)"),
            Some('b') => self.two(r"(?-u:\b)"),
            Some('B') => self.two(r"(?-u:\B)"),
            Some('z') => self.two(r"(?:\z)"),
            Some('C') => return error("invalid escape sequence", &before[..2]),
            Some('Q') => {
                let (text, rest) = before[2..].split_once(r"\E").unwrap_or((&before[2..], ""));
                text.chars().for_each(|character| self.literal(character as u32));
                self.rest = rest;
            }
            _ => match self.class_escape()? {
                Some(class) => {
                    let translated = self.folded(&format!("[{class}]"));
                    self.atom(&translated);
                }
                None => {
                    let code = self.character_escape()?;
                    self.literal(code);
                }
            },
        }
        Ok(())
    }

    /// An item of two characters of the pattern.
    fn two(&mut self, translated: &str) {
        self.rest = &self.rest[2..];
        self.atom(translated);
    }

    /// `\pL`, `\p{Greek}`, `\d` and their like, in or outside of a class.
    fn class_escape(&mut self) -> Result<Option<String>, SyntaxError> {
        let before = self.rest;
        let Some(letter) = before.strip_prefix('\\').and_then(|rest| rest.chars().next()) else { return Ok(None) };
        if let Some(characters) = perl(letter) {
            self.rest = &before[2..];
            return Ok(Some(negated(characters, letter.is_ascii_uppercase())));
        }
        let Some(name_start) = before[1..].strip_prefix(['p', 'P']).and_then(|rest| rest.chars().next()) else {
            return Ok(None);
        };
        let (mut name, end) = if name_start == '{' {
            let Some(end) = before.find('}') else { return error("invalid character class range", before) };
            (&before[3..end], end + 1)
        } else {
            let end = 2 + name_start.len_utf8();
            (&before[2..end], end)
        };
        let mut negative = letter == 'P';
        if let Some(positive) = name.strip_prefix('^') {
            name = positive;
            negative = !negative;
        }
        let Some(characters) = unicode(name) else {
            return error("invalid character class range", &before[..end]);
        };
        self.rest = &before[end..];
        Ok(Some(negated(&characters, negative)))
    }

    /// A character behind a backslash.
    fn character_escape(&mut self) -> Result<u32, SyntaxError> {
        let before = self.rest;
        let mut rest = &before[1..];
        let Some(character) = rest.chars().next() else {
            return error("trailing backslash at end of expression", "");
        };
        rest = &rest[character.len_utf8()..];
        let code = match character {
            '0'..='7' => octal(character, &mut rest),
            'x' => hexadecimal(&mut rest),
            'a' => Some(7),
            'f' => Some(12),
            'n' => Some(10),
            'r' => Some(13),
            't' => Some(9),
            'v' => Some(11),
            other => (other.is_ascii() && !other.is_ascii_alphanumeric()).then_some(other as u32),
        };
        match code {
            Some(code) => {
                self.rest = rest;
                Ok(code)
            }
            None => error("invalid escape sequence", consumed(before, rest)),
        }
    }

    /// `[…]`.
    pub(super) fn class(&mut self) -> Result<(), SyntaxError> {
        let before = self.rest;
        self.rest = &before[1..];
        let mut class = String::from("[");
        if let Some(rest) = self.rest.strip_prefix('^') {
            self.rest = rest;
            class.push('^');
        }
        let mut first = true;
        while first || !self.rest.starts_with(']') {
            first = false;
            if let Some(named) = self.named_class()? {
                class.push_str(&named);
            } else if let Some(escaped) = self.class_escape()? {
                class.push_str(&escaped);
            } else {
                class.push_str(&self.range(before)?);
            }
        }
        self.rest = &self.rest[1..];
        class.push(']');
        let translated = self.folded(&class);
        self.atom(&translated);
        Ok(())
    }

    /// `[:alpha:]`.
    fn named_class(&mut self) -> Result<Option<String>, SyntaxError> {
        let before = self.rest;
        let Some(length) = before.strip_prefix("[:").and_then(|rest| rest.find(":]")) else { return Ok(None) };
        let (name, end) = (&before[2..2 + length], length + 4);
        let (negative, positive) = name.strip_prefix('^').map_or((false, name), |positive| (true, positive));
        let Some(characters) = posix(positive) else {
            return error("invalid character class range", &before[..end]);
        };
        self.rest = &before[end..];
        Ok(Some(negated(characters, negative)))
    }

    /// A character or a range of them, within a class.
    fn range(&mut self, class: &'p str) -> Result<String, SyntaxError> {
        let before = self.rest;
        let low = self.class_character(class)?;
        let Some(rest) = self.rest.strip_prefix('-').filter(|rest| !rest.is_empty() && !rest.starts_with(']')) else {
            return Ok(code_point(low));
        };
        self.rest = rest;
        let high = self.class_character(class)?;
        if high < low {
            return error("invalid character class range", consumed(before, self.rest));
        }
        // No text has surrogates; a range may end at one.
        let (low, high) = (if (0xD800..0xE000).contains(&low) { 0xE000 } else { low }, high);
        let high = if (0xD800..0xE000).contains(&high) { 0xD7FF } else { high };
        Ok(if low <= high { format!("{}-{}", code_point(low), code_point(high)) } else { NOTHING.into() })
    }

    fn class_character(&mut self, class: &str) -> Result<u32, SyntaxError> {
        if self.rest.starts_with('\\') {
            return self.character_escape();
        }
        let Some(character) = self.rest.chars().next() else { return error("missing closing ]", class) };
        self.rest = &self.rest[character.len_utf8()..];
        Ok(character as u32)
    }
}

/// A class that holds no character.
const NOTHING: &str = r"[^\x{0}-\x{10FFFF}]";

fn negated(characters: &str, negative: bool) -> String {
    if negative { format!("[^{characters}]") } else { characters.to_owned() }
}

/// A character of a pattern, written so that it stands for itself wherever it is.
pub(super) fn code_point(code: u32) -> String {
    match char::from_u32(code) {
        Some(character) if character.is_ascii_alphanumeric() => character.to_string(),
        Some(_) => format!(r"\x{{{code:X}}}"),
        None => NOTHING.into(),
    }
}

/// Up to three digits. One digit alone would be a back reference, unless it is zero.
fn octal(first: char, rest: &mut &str) -> Option<u32> {
    let digit = |text: &str| text.chars().next().and_then(|digit| digit.to_digit(8));
    if first != '0' && digit(rest).is_none() {
        return None;
    }
    let mut code = first.to_digit(8)?;
    for _ in 0..2 {
        let Some(next) = digit(rest) else { break };
        code = code * 8 + next;
        *rest = &rest[1..];
    }
    Some(code)
}

/// Two digits, or any number of them in braces. Consumes as much as Go does where it fails.
fn hexadecimal(rest: &mut &str) -> Option<u32> {
    let mut next = || {
        let character = rest.chars().next()?;
        *rest = &rest[character.len_utf8()..];
        Some(character)
    };
    let first = next()?;
    if first != '{' {
        let second = next()?;
        return Some(first.to_digit(16)? * 16 + second.to_digit(16)?);
    }
    let mut code: Option<u32> = None;
    loop {
        let character = next()?;
        if character == '}' {
            return code;
        }
        let value = code.unwrap_or(0) * 16 + character.to_digit(16)?;
        code = Some(value).filter(|value| *value <= 0x10_FFFF);
        code?;
    }
}
