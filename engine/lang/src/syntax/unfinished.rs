//! Whether more lines of an expression are to come.

use super::scanner::{ScanMode, scan};
use super::token::TokenKind;

/// Whether whoever typed this is likely to go on: a bracket, template sequence or heredoc is open, and all that are
/// closed were open. A blank last line says that nothing more comes.
pub fn is_unfinished(text: &str) -> bool {
    if text.lines().next_back().is_none_or(|line| line.trim().is_empty()) {
        return false;
    }
    let mut open = Vec::new();
    for token in scan(&format!("{text}\n"), ScanMode::Main) {
        match token.kind {
            TokenKind::OpenBrace | TokenKind::OpenBracket | TokenKind::OpenParen | TokenKind::OpenHeredoc => {
                open.push(token.kind.opposite());
            }
            TokenKind::Interpolation | TokenKind::Directive => open.push(Some(TokenKind::SequenceEnd)),
            TokenKind::CloseBrace
            | TokenKind::CloseBracket
            | TokenKind::CloseParen
            | TokenKind::CloseHeredoc
            | TokenKind::SequenceEnd
                if open.pop().flatten() != Some(token.kind) =>
            {
                return false;
            }
            TokenKind::Invalid | TokenKind::QuotedNewline => return false,
            _ => {}
        }
    }
    !open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::is_unfinished;

    #[test]
    fn open_brackets_ask_for_more() {
        for (text, expected) in [
            ("", false),
            ("1 +", false),
            ("[", true),
            ("[1,\n{ a = (", true),
            ("[1,\n2]", false),
            ("[1,\n\n", false),
            ("]", false),
            ("[)", false),
            ("<<EOT\nx", true),
            ("<<EOT\nx\nEOT", false),
            ("\"${", true),
            ("\"a", false),
        ] {
            assert_eq!(is_unfinished(text), expected, "{text:?}");
        }
    }
}
