//! Tokens of native syntax.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    OpenParen,
    CloseParen,
    OpenQuote,
    CloseQuote,
    /// `<<X` or `<<-X` with the line ending behind it.
    OpenHeredoc,
    /// The closing marker with the spaces before it.
    CloseHeredoc,
    Star,
    Slash,
    Plus,
    Minus,
    Percent,
    Assign,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Bang,
    Dot,
    Comma,
    DoubleColon,
    Ellipsis,
    FatArrow,
    Question,
    Colon,
    /// `${` or `${~`.
    Interpolation,
    /// `%{` or `%{~`.
    Directive,
    /// The `}` or `~}` that ends an interpolation or directive.
    SequenceEnd,
    /// Text in quotes, escapes not resolved.
    QuotedText,
    /// Text in a heredoc or a template file.
    Text,
    Number,
    Ident,
    /// A single-line comment includes its line ending.
    Comment,
    Newline,
    /// Empty, at the end of the text.
    End,
    BitAnd,
    BitOr,
    BitNot,
    BitXor,
    Apostrophe,
    Backtick,
    Semicolon,
    /// A line ending within quotes.
    QuotedNewline,
    /// Bytes that are not part of a character.
    BadEncoding,
    /// What the language does not use.
    Invalid,
}

impl TokenKind {
    /// The bracket that goes with this one, for error recovery.
    pub(super) fn opposite(self) -> Option<Self> {
        Some(match self {
            Self::OpenBrace => Self::CloseBrace,
            Self::CloseBrace => Self::OpenBrace,
            Self::OpenBracket => Self::CloseBracket,
            Self::CloseBracket => Self::OpenBracket,
            Self::OpenParen => Self::CloseParen,
            Self::CloseParen => Self::OpenParen,
            Self::OpenQuote => Self::CloseQuote,
            Self::CloseQuote => Self::OpenQuote,
            Self::OpenHeredoc => Self::CloseHeredoc,
            Self::CloseHeredoc => Self::OpenHeredoc,
            Self::Interpolation | Self::Directive => Self::SequenceEnd,
            Self::SequenceEnd => Self::Interpolation,
            _ => return None,
        })
    }
}

/// A token: its kind and its bytes in the scanned text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Token {
    /// Its text.
    pub(super) fn text(self, source: &str) -> &str {
        &source[self.start as usize..self.end as usize]
    }
}
