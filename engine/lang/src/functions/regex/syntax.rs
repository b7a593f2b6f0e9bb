//! Reads the syntax of Go's `regexp` package and writes it in that of the regex crate.
//!
//! Both are of RE2's family, but they differ: here `\d` and `\b` are ASCII, `\Q…\E` and octal escapes exist, classes do
//! not nest, `{,2}` is text, `a**` is an error. What a pattern means must be what it means in Terraform, and so must
//! what is said of a wrong one.

use super::classes::{perl, posix, unicode};

/// The greatest repeat count, and the greatest product of counts within each other.
const MOST_REPEATS: u32 = 1000;
/// The deepest nesting of groups.
const DEEPEST: usize = 1000;

/// A pattern in the syntax of the regex crate.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) translated: String,
    /// The names of the capturing groups, in order.
    pub(super) groups: Vec<Option<String>>,
}

/// What is wrong with a pattern, as Go says it: a phrase, and a part of the pattern.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) code: &'static str,
    pub(super) expression: String,
}

fn error<T>(code: &'static str, expression: &str) -> Result<T, SyntaxError> {
    Err(SyntaxError { code, expression: expression.into() })
}

#[derive(Clone, Copy, Default)]
struct Flags {
    fold_case: bool,
    multi_line: bool,
    dot_matches_newline: bool,
    lazy: bool,
}

/// A group that is open: what holds again behind it.
struct Open {
    flags: Flags,
    weight: u32,
}

struct Parser<'p> {
    whole: &'p str,
    rest: &'p str,
    out: String,
    groups: Vec<Option<String>>,
    flags: Flags,
    open: Vec<Open>,
    /// Whether something stands directly before that can be repeated.
    repeatable: bool,
    /// How often the heaviest part of the item before, and of the group at hand, may be repeated.
    item_weight: u32,
    group_weight: u32,
}

impl Pattern {
    pub(super) fn parse(pattern: &str) -> Result<Self, SyntaxError> {
        let mut parser = Parser {
            whole: pattern,
            rest: pattern,
            out: String::with_capacity(pattern.len() + 8),
            groups: Vec::new(),
            flags: Flags::default(),
            open: Vec::new(),
            repeatable: false,
            item_weight: 1,
            group_weight: 1,
        };
        let mut last_repeat = None;
        while !parser.rest.is_empty() {
            last_repeat = parser.item(last_repeat)?;
        }
        if !parser.open.is_empty() {
            return error("missing closing )", pattern);
        }
        Ok(Self { translated: parser.out, groups: parser.groups })
    }
}

impl<'p> Parser<'p> {
    /// Reads one item; yields the text from a repetition on, if it was one.
    fn item(&mut self, last_repeat: Option<&'p str>) -> Result<Option<&'p str>, SyntaxError> {
        let before = self.rest;
        let Some(first) = before.chars().next() else { return Ok(None) };
        match first {
            '(' if before.starts_with("(?") => self.flags_or_group()?,
            '(' => {
                self.rest = &before[1..];
                self.open_group("(")?;
                self.groups.push(None);
            }
            '|' => {
                self.rest = &before[1..];
                self.out.push('|');
                self.close_item();
                self.repeatable = false;
            }
            ')' => self.close_group()?,
            '^' => self.simple(if self.flags.multi_line { "(?m:^)" } else { r"(?:\A)" }),
            '$' => self.simple(if self.flags.multi_line { "(?m:$)" } else { r"(?:\z)" }),
            '.' => self.simple(if self.flags.dot_matches_newline { "(?s:.)" } else { r"[^\n]" }),
            '[' => self.class()?,
            '*' | '+' | '?' => {
                self.rest = &before[1..];
                self.repeat(&before[..1], None, before, last_repeat)?;
                return Ok(Some(before));
            }
            '{' => match counts(before) {
                Some((min, max, length)) => {
                    self.rest = &before[length..];
                    self.repeat(&before[..length], Some((min, max)), before, last_repeat)?;
                    return Ok(Some(before));
                }
                None => self.literal_here('{'),
            },
            '\\' => self.escape()?,
            other => self.literal_here(other),
        }
        Ok(None)
    }

    /// An item of one character of the pattern.
    fn simple(&mut self, translated: &str) {
        self.rest = &self.rest[1..];
        self.atom(translated);
    }

    fn atom(&mut self, translated: &str) {
        self.close_item();
        self.out.push_str(translated);
        self.repeatable = true;
    }

    /// What can be repeated is no longer the item before.
    fn close_item(&mut self) {
        self.group_weight = self.group_weight.max(self.item_weight);
        self.item_weight = 1;
    }

    fn literal_here(&mut self, character: char) {
        self.rest = &self.rest[character.len_utf8()..];
        self.literal(character as u32);
    }

    fn literal(&mut self, code: u32) {
        let translated = self.folded(&code_point(code));
        self.atom(&translated);
    }

    /// With case ignored where the flags say so.
    fn folded(&self, translated: &str) -> String {
        if self.flags.fold_case { format!("(?i:{translated})") } else { translated.to_owned() }
    }

    fn open_group(&mut self, translated: &str) -> Result<(), SyntaxError> {
        self.close_item();
        if self.open.len() >= DEEPEST {
            return error("expression nests too deeply", self.whole);
        }
        self.open.push(Open { flags: self.flags, weight: self.group_weight });
        self.group_weight = 1;
        self.repeatable = false;
        self.out.push_str(translated);
        Ok(())
    }

    fn close_group(&mut self) -> Result<(), SyntaxError> {
        self.close_item();
        let Some(open) = self.open.pop() else { return error("unexpected )", self.whole) };
        self.rest = &self.rest[1..];
        self.item_weight = self.group_weight;
        self.group_weight = open.weight;
        self.flags = open.flags;
        self.repeatable = true;
        self.out.push(')');
        Ok(())
    }

    fn repeat(
        &mut self,
        operator: &str,
        counts: Option<(u32, Option<u32>)>,
        before: &'p str,
        last_repeat: Option<&'p str>,
    ) -> Result<(), SyntaxError> {
        if let Some((min, max)) = counts
            && (min > MOST_REPEATS || max.is_some_and(|max| max > MOST_REPEATS || min > max))
        {
            return error("invalid repeat count", consumed(before, self.rest));
        }
        let mut lazy = self.flags.lazy;
        if let Some(rest) = self.rest.strip_prefix('?') {
            self.rest = rest;
            lazy = !lazy;
        }
        if let Some(last) = last_repeat {
            return error("invalid nested repetition operator", consumed(last, self.rest));
        }
        if !self.repeatable {
            return error("missing argument to repetition operator", consumed(before, self.rest));
        }
        if let Some((min, max)) = counts {
            self.item_weight = self.item_weight.saturating_mul(max.unwrap_or(min));
            if self.item_weight > MOST_REPEATS {
                return error("invalid repeat count", consumed(before, self.rest));
            }
        }
        self.out.push_str(operator);
        if lazy {
            self.out.push('?');
        }
        Ok(())
    }

    /// `(?P<name>`, `(?<name>`, `(?flags)`, `(?flags:`.
    fn flags_or_group(&mut self) -> Result<(), SyntaxError> {
        let before = self.rest;
        let name_start = match before {
            _ if before.len() > 4 && before.starts_with("(?P<") => Some(4),
            _ if before.len() > 3 && before.starts_with("(?<") => Some(3),
            _ => None,
        };
        if let Some(start) = name_start {
            let Some(end) = before.find('>') else { return error("invalid named capture", before) };
            let name = &before[start..end];
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                return error("invalid named capture", &before[..=end]);
            }
            self.rest = &before[end + 1..];
            self.open_group("(")?;
            self.groups.push(Some(name.to_owned()));
            return Ok(());
        }
        self.flags_only(before)
    }

    fn flags_only(&mut self, before: &'p str) -> Result<(), SyntaxError> {
        let mut flags = self.flags;
        let (mut on, mut seen) = (true, false);
        let mut rest = &before[2..];
        while let Some(character) = rest.chars().next() {
            rest = &rest[character.len_utf8()..];
            match character {
                'i' => flags.fold_case = on,
                'm' => flags.multi_line = on,
                's' => flags.dot_matches_newline = on,
                'U' => flags.lazy = on,
                '-' if on => {
                    (on, seen) = (false, false);
                    continue;
                }
                ':' | ')' if on || seen => {
                    self.rest = rest;
                    if character == ':' {
                        self.open_group("(?:")?;
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => return error("invalid or unsupported Perl syntax", consumed(before, rest)),
            }
            seen = true;
        }
        error("invalid or unsupported Perl syntax", before)
    }

    /// What begins with a backslash outside of a class.
    fn escape(&mut self) -> Result<(), SyntaxError> {
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
    fn class(&mut self) -> Result<(), SyntaxError> {
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

fn consumed<'p>(before: &'p str, rest: &str) -> &'p str {
    &before[..before.len() - rest.len()]
}

fn negated(characters: &str, negative: bool) -> String {
    if negative { format!("[^{characters}]") } else { characters.to_owned() }
}

fn code_point(code: u32) -> String {
    match char::from_u32(code) {
        Some(character) if character.is_ascii_alphanumeric() => character.to_string(),
        Some(_) => format!(r"\x{{{code:X}}}"),
        None => NOTHING.into(),
    }
}

/// `{2}`, `{2,}` or `{2,3}` with its length; counts too large to read are beyond all limits.
fn counts(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let (min, rest) = count(&text[1..])?;
    let (max, rest) = match rest.strip_prefix(',') {
        None => (Some(min), rest),
        Some(rest) if rest.starts_with('}') => (None, rest),
        Some(rest) => {
            let (max, rest) = count(rest)?;
            (Some(max), rest)
        }
    };
    let rest = rest.strip_prefix('}')?;
    Some((min, max, text.len() - rest.len()))
}

/// A number without leading zeros.
fn count(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let valid = !digits.is_empty() && (digits == "0" || !digits.starts_with('0'));
    valid.then(|| (digits.parse().unwrap_or(u32::MAX), rest))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translations() {
        for (pattern, expected) in [
            ("a.b", r"a[^\n]b"),
            ("(?s)a.b", r"a(?s:.)b"),
            (r"^\d+$", r"(?:\A)[0-9]+(?:\z)"),
            (r"(?m)^\W*?$", r"(?m:^)[[^0-9A-Za-z_]]*?(?m:$)"),
            (r"(?U)a+b+?", "a+?b+"),
            (r"\Qa.b\E*", r"a\x{2E}b*"),
            (r"[[:alpha:]_-]", r"[A-Za-z\x{5F}\x{2D}]"),
            (r"[^\s&&a-c]", r"[^\t\n\x0C\r \x{26}\x{26}a-c]"),
            (r"a{,2}", r"a\x{7B}\x{2C}2\x{7D}"),
            (r"(?i)ab(?-i:c)", r"(?i:a)(?i:b)(?:c)"),
            (r"\101\x41\x{263a}", r"AA\x{263A}"),
            (r"\pL\p{^Greek}", r"[\p{L}][[^\p{Script=Greek}]]"),
            (r"[]a]", r"[\x{5D}a]"),
            (r"\bx\B", r"(?-u:\b)x(?-u:\B)"),
        ] {
            let parsed = Pattern::parse(pattern).expect(pattern);
            assert_eq!(parsed.translated, expected, "{pattern}");
            assert!(::regex::Regex::new(expected).is_ok(), "{expected}");
        }
    }

    #[test]
    fn groups_and_their_names() {
        let parsed = Pattern::parse("(a)(?P<b>c)(?<d>e)(?:f)").expect("a pattern");
        assert_eq!(parsed.groups, [None, Some("b".into()), Some("d".into())]);
    }

    #[test]
    fn errors_as_go_words_them() {
        for (pattern, code, expression) in [
            ("[a", "missing closing ]", "[a"),
            ("(a", "missing closing )", "(a"),
            ("a)b", "unexpected )", "a)b"),
            ("*a", "missing argument to repetition operator", "*"),
            ("a|*?", "missing argument to repetition operator", "*?"),
            ("a**", "invalid nested repetition operator", "**"),
            ("a{2}{3}", "invalid nested repetition operator", "{2}{3}"),
            ("a{1001}", "invalid repeat count", "{1001}"),
            ("a{3,2}", "invalid repeat count", "{3,2}"),
            ("(a{100}){100}", "invalid repeat count", "{100}"),
            ("(?=a)", "invalid or unsupported Perl syntax", "(?="),
            ("(?i", "invalid or unsupported Perl syntax", "(?i"),
            ("(?P<n", "invalid named capture", "(?P<n"),
            ("(?P<n-m>a)", "invalid named capture", "(?P<n-m>"),
            (r"\", "trailing backslash at end of expression", ""),
            (r"\q", "invalid escape sequence", r"\q"),
            (r"\8", "invalid escape sequence", r"\8"),
            (r"\1", "invalid escape sequence", r"\1"),
            (r"\pX", "invalid character class range", r"\pX"),
            ("[b-a]", "invalid character class range", "b-a"),
            ("[[:foo:]]", "invalid character class range", "[:foo:]"),
        ] {
            let expected = SyntaxError { code, expression: expression.into() };
            assert_eq!(Pattern::parse(pattern), Err(expected), "{pattern}");
        }
    }
}
