//! Reads the syntax of Go's `regexp` package and writes it in that of the regex crate.
//!
//! Both are of RE2's family, but they differ: here `\d` and `\b` are ASCII, `\Q…\E` and octal escapes exist, classes do
//! not nest, `{,2}` is text, `a**` is an error. What a pattern means must be what it means in Terraform, and so must
//! what is said of a wrong one.

use super::escapes::code_point;

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

pub(super) fn error<T>(code: &'static str, expression: &str) -> Result<T, SyntaxError> {
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
    start: usize,
}

pub(super) struct Parser<'p> {
    whole: &'p str,
    pub(super) rest: &'p str,
    out: String,
    groups: Vec<Option<String>>,
    flags: Flags,
    open: Vec<Open>,
    /// Whether something stands directly before that can be repeated.
    repeatable: bool,
    /// Where the item before begins in `out`, and whether it is repeated already: flags may stand in between.
    item_start: usize,
    repeated: bool,
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
            item_start: 0,
            repeated: false,
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

    pub(super) fn atom(&mut self, translated: &str) {
        self.close_item();
        self.item_start = self.out.len();
        self.out.push_str(translated);
        self.repeatable = true;
    }

    /// What can be repeated is no longer the item before.
    fn close_item(&mut self) {
        self.group_weight = self.group_weight.max(self.item_weight);
        self.item_weight = 1;
        self.repeated = false;
    }

    fn literal_here(&mut self, character: char) {
        self.rest = &self.rest[character.len_utf8()..];
        self.literal(character as u32);
    }

    pub(super) fn literal(&mut self, code: u32) {
        let translated = self.folded(&code_point(code));
        self.atom(&translated);
    }

    /// With case ignored where the flags say so.
    pub(super) fn folded(&self, translated: &str) -> String {
        if self.flags.fold_case { format!("(?i:{translated})") } else { translated.to_owned() }
    }

    fn open_group(&mut self, translated: &str) -> Result<(), SyntaxError> {
        self.close_item();
        if self.open.len() >= DEEPEST {
            return error("expression nests too deeply", self.whole);
        }
        self.open.push(Open { flags: self.flags, weight: self.group_weight, start: self.out.len() });
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
        self.item_start = open.start;
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
        if self.repeated {
            self.out.insert_str(self.item_start, "(?:");
            self.out.push(')');
        }
        self.repeated = true;
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
}

/// What was read of a text, given what is left of it.
pub(super) fn consumed<'p>(before: &'p str, rest: &str) -> &'p str {
    &before[..before.len() - rest.len()]
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
