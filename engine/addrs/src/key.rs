//! Keys that tell the instances of one object apart.

use std::fmt::{self, Write as _};

use crate::Str;

/// Which instance of a resource or module call. Ordered as Terraform lists instances: no key, numbers, strings.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceKey {
    /// Neither `count` nor `for_each`.
    #[default]
    None,
    /// The index under `count`.
    Int(i64),
    /// The key under `for_each`.
    String(Str),
    /// It is not known yet: stands for all instances that there may be. In plans only.
    Wildcard,
}

impl fmt::Display for InstanceKey {
    /// Nothing, `[0]`, `["key"]` or `[*]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Int(index) => write!(f, "[{index}]"),
            Self::Wildcard => f.write_str("[*]"),
            Self::String(key) => {
                f.write_str("[")?;
                write_quoted(f, key)?;
                f.write_str("]")
            }
        }
    }
}

/// Writes text as a quoted template of the language that has just this text.
pub(crate) fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '$' | '%' if characters.peek() == Some(&'{') => write!(f, "{character}{character}")?,
            other if other.is_control() => write!(f, "\\u{:04x}", other as u32)?,
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}
