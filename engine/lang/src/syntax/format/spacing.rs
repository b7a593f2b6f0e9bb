//! Whether two tokens on a line have a space between them.

use super::super::token::TokenKind as K;
use super::WriterToken;

/// Whether a space comes between a token and the next one on the same line. `before` is the one before both, if there
/// is one in the same part of the line.
pub(super) fn space_between(before: Option<&WriterToken>, token: &WriterToken, after: &WriterToken) -> bool {
    match (token.kind, after.kind) {
        (_, K::Newline)
        | (K::Ident, K::OpenParen | K::DoubleColon)
        | (K::DoubleColon, K::Ident)
        | (K::Dot, _)
        | (_, K::Dot | K::Comma | K::Ellipsis) => false,
        (K::Comma, _) => true,
        (K::QuotedText | K::Text | K::OpenQuote | K::OpenHeredoc, _)
        | (_, K::QuotedText | K::Text | K::CloseQuote | K::CloseHeredoc) => false,
        // `for x in [a]`: a keyword, and no collection that is indexed.
        (K::Ident, _) if token.text == "in" && before.is_some_and(|before| before.kind == K::Ident) => true,
        (K::Ident | K::Number, K::OpenBracket) => false,
        (_, K::OpenBracket) if token.bracket_change() < 0 => false,
        (K::Bang, _) => false,
        (K::Minus, _) => before.is_some_and(|before| ends_operand(before.kind)),
        (K::OpenBrace, K::CloseBrace) => false,
        (K::OpenBrace, _) | (_, K::CloseBrace) => true,
        (K::Interpolation | K::Directive, K::OpenBrace) | (K::CloseBrace, K::SequenceEnd) => true,
        (K::SequenceEnd, K::Interpolation | K::Directive) => false,
        _ => token.bracket_change() <= 0 && after.bracket_change() >= 0,
    }
}

/// Whether a minus behind such a token takes something from it, rather than being a sign.
fn ends_operand(kind: K) -> bool {
    !matches!(
        kind,
        K::OpenParen
            | K::OpenBrace
            | K::OpenBracket
            | K::Assign
            | K::Colon
            | K::Comma
            | K::Question
            | K::Plus
            | K::Star
            | K::Slash
            | K::Percent
            | K::Minus
            | K::Equal
            | K::NotEqual
            | K::Greater
            | K::GreaterOrEqual
            | K::Less
            | K::LessOrEqual
            | K::And
            | K::Or
            | K::Bang
    )
}
