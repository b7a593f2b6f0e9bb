//! Reports tokens that can never be part of the language, before anything is parsed.

use super::super::token::TokenKind;
use super::Parser;

/// How often each kind of mistake was seen already, so that it is not repeated for every occurrence.
#[derive(Default)]
struct Seen {
    bitwise: u32,
    backticks: u32,
    apostrophes: u32,
    semicolons: u32,
}

impl Parser<'_> {
    pub(super) fn report_invalid_tokens(&mut self) {
        use TokenKind as K;
        let mut seen = Seen::default();
        for index in 0..self.tokens.len() {
            let token = self.tokens[index];
            let problem = match token.kind {
                K::BitAnd | K::BitOr | K::BitXor | K::BitNot => seen.bitwise(token.kind),
                K::Backtick => seen.backtick(),
                K::Apostrophe => seen.apostrophe(),
                K::Semicolon => seen.semicolon(),
                K::QuotedNewline => Some(("Invalid multi-line string", NEWLINE_IN_QUOTES)),
                K::BadEncoding => Some(("Invalid character encoding", BAD_ENCODING)),
                K::Invalid => Some(("Invalid character", character(token.text(self.text)))),
                _ => None,
            };
            if let Some((summary, detail)) = problem {
                self.error(self.span(token), summary, detail);
            }
        }
    }
}

type Problem = Option<(&'static str, &'static str)>;

impl Seen {
    fn bitwise(&mut self, kind: TokenKind) -> Problem {
        self.bitwise += 1;
        let detail = match kind {
            TokenKind::BitAnd => "Bitwise operators are not supported. Did you mean boolean AND (\"&&\")?",
            TokenKind::BitOr => "Bitwise operators are not supported. Did you mean boolean OR (\"||\")?",
            TokenKind::BitNot => "Bitwise operators are not supported. Did you mean boolean NOT (\"!\")?",
            _ => "Bitwise operators are not supported.",
        };
        (self.bitwise <= 4).then_some(("Unsupported operator", detail))
    }

    /// Only the opening ones of the first pairs.
    fn backtick(&mut self) -> Problem {
        let opening = self.backticks.is_multiple_of(2);
        self.backticks = (self.backticks + 1).min(3);
        opening.then_some(("Invalid character", BACKTICK))
    }

    fn apostrophe(&mut self) -> Problem {
        let opening = self.apostrophes.is_multiple_of(2);
        self.apostrophes = (self.apostrophes + 1).min(3);
        opening
            .then_some(("Invalid character", "Single quotes are not valid. Use double quotes (\") to enclose strings."))
    }

    fn semicolon(&mut self) -> Problem {
        self.semicolons += 1;
        (self.semicolons == 1).then_some(("Invalid character", SEMICOLON))
    }
}

const NEWLINE_IN_QUOTES: &str = "Quoted strings may not be split over multiple lines. To produce a multi-line string, \
    either use the \\n escape to represent a newline character or use the \"heredoc\" multi-line template syntax.";

const BAD_ENCODING: &str =
    "All input files must be UTF-8 encoded. Ensure that UTF-8 encoding is selected in your editor.";

const BACKTICK: &str = "The \"`\" character is not valid. To create a multi-line string, use the \"heredoc\" syntax, \
    like \"<<EOT\".";

const SEMICOLON: &str = "The \";\" character is not valid. Use newlines to separate arguments and blocks, and commas \
    to separate items in collection values.";

fn character(text: &str) -> &'static str {
    match text {
        "\u{201c}" | "\u{201d}" => {
            "\"Curly quotes\" are not valid here. These can sometimes be inadvertently introduced when sharing code \
             via documents or discussion forums. It might help to replace the character with a \"straight quote\"."
        }
        _ => "This character is not used within the language.",
    }
}
