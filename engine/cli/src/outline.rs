//! Trees of lines, as Terraform draws them.

use std::fmt;

/// A line with those below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    text: String,
    children: Vec<Outline>,
}

impl Outline {
    /// A line with nothing below it yet.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), children: Vec::new() }
    }

    /// Puts a tree below the others.
    pub(crate) fn push(&mut self, child: Self) {
        self.children.push(child);
    }

    fn write(&self, indent: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((last, others)) = self.children.split_last() else { return Ok(()) };
        for child in others {
            writeln!(f, "{indent}├── {}", child.text)?;
            child.write(&format!("{indent}│\u{a0}\u{a0} "), f)?;
        }
        writeln!(f, "{indent}└── {}", last.text)?;
        last.write(&format!("{indent}    "), f)
    }
}

/// The trees below it; it itself is a dot.
impl fmt::Display for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, ".")?;
        self.write("", f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_drawn() {
        let mut root = Outline::default();
        let mut first = Outline::new("a");
        first.push(Outline::new("b"));
        root.push(first);
        root.push(Outline::new("c"));
        assert_eq!(root.to_string(), ".\n├── a\n│\u{a0}\u{a0} └── b\n└── c\n");
    }
}
