//! Tokens with the number of spaces before each, which is all that laying out changes.

use std::borrow::Cow;

use super::super::scanner::{self, ScanMode};
use super::super::token::TokenKind;

/// A token to be written.
#[derive(Clone, Debug)]
pub(super) struct WriterToken<'a> {
    pub(super) kind: TokenKind,
    pub(super) text: Cow<'a, str>,
    /// Offset of its first byte in the source; of a made one, of what it stands for.
    pub(super) start: u32,
    /// How many spaces come before it.
    pub(super) spaces: usize,
}

impl<'a> WriterToken<'a> {
    /// A token that is not in the source.
    pub(super) fn new(kind: TokenKind, text: impl Into<Cow<'a, str>>, start: u32) -> Self {
        Self { kind, text: text.into(), start, spaces: 0 }
    }

    /// Whether it ends a line.
    pub(super) fn ends_line(&self) -> bool {
        match self.kind {
            TokenKind::Newline => true,
            TokenKind::Comment => self.text.ends_with('\n'),
            _ => false,
        }
    }

    /// How many brackets it opens; negative if it closes one.
    pub(super) fn bracket_change(&self) -> i32 {
        use TokenKind as K;
        match self.kind {
            K::OpenBrace | K::OpenBracket | K::OpenParen | K::Directive | K::Interpolation => 1,
            K::CloseBrace | K::CloseBracket | K::CloseParen | K::SequenceEnd => -1,
            _ => 0,
        }
    }

    /// How many characters wide it is with the spaces before it.
    pub(super) fn columns(&self) -> usize {
        use unicode_segmentation::UnicodeSegmentation;
        if self.text.is_ascii() && !self.text.contains('\r') {
            return self.spaces + self.text.len();
        }
        self.spaces + self.text.graphemes(true).count()
    }
}

/// The tokens of a file. Any white space between them counts as so many spaces.
pub(super) fn scan(text: &str) -> Vec<WriterToken<'_>> {
    let mut end = 0;
    let tokens = scanner::scan(text, ScanMode::Main).into_iter().map(|token| {
        let spaces = (token.start - end) as usize;
        end = token.end;
        WriterToken { kind: token.kind, text: Cow::Borrowed(token.text(text)), start: token.start, spaces }
    });
    tokens.collect()
}

/// The text of all tokens with the spaces before them.
pub(super) fn write(tokens: &[WriterToken], capacity: usize) -> String {
    let mut out = String::with_capacity(capacity);
    for token in tokens {
        out.extend(std::iter::repeat_n(' ', token.spaces));
        out.push_str(&token.text);
    }
    out
}
