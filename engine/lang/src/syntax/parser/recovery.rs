//! Where to go on after an error.

use super::super::token::{Token, TokenKind};
use super::Parser;

impl Parser<'_> {
    /// Skips past the token that ends the construct at hand, over nested ones of its kind, or to the end of the text.
    pub(super) fn skip_past(&mut self, end: TokenKind) -> Token {
        let start = end.opposite();
        self.recovering = true;
        let mut nested = 0;
        loop {
            let token = self.read();
            let kind = match token.kind {
                TokenKind::Directive if end == TokenKind::SequenceEnd => TokenKind::Interpolation,
                kind => kind,
            };
            if Some(kind) == start {
                nested += 1;
            } else if kind == end {
                if nested == 0 {
                    return token;
                }
                nested -= 1;
            } else if kind == TokenKind::End {
                return token;
            }
        }
    }

    /// Skips past the next pair of brackets.
    pub(super) fn skip_over(&mut self, start: TokenKind, end: TokenKind) {
        loop {
            let kind = self.read().kind;
            if kind == start || kind == TokenKind::End {
                break;
            }
        }
        self.skip_past(end);
    }

    /// Skips past the next line ending that is in no brackets.
    pub(super) fn skip_item(&mut self) {
        use TokenKind as K;
        self.recovering = true;
        let mut open = Vec::new();
        loop {
            let kind = self.read().kind;
            match kind {
                K::Newline if open.is_empty() => return,
                K::End => return,
                K::OpenBrace | K::OpenBracket | K::OpenParen | K::OpenQuote | K::OpenHeredoc => open.push(kind),
                K::Interpolation | K::Directive => open.push(K::Interpolation),
                K::CloseBrace | K::CloseBracket | K::CloseParen | K::CloseQuote | K::CloseHeredoc | K::SequenceEnd => {
                    close(&mut open, kind);
                }
                _ => {}
            }
        }
    }
}

/// Takes the innermost bracket that a closing one belongs to, and all within it that were not closed.
fn close(open: &mut Vec<TokenKind>, closing: TokenKind) {
    let opening = closing.opposite();
    while open.pop().is_some_and(|innermost| Some(innermost) != opening) {}
}
