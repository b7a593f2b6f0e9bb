//! Version constraints: `>= 1.2, < 2.0, != 1.5.0`.

use std::fmt;
use std::str::FromStr;

use super::{Version, VersionError};

/// How a version must relate to the constraint's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`, or nothing.
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `~>`: at least this, and only its last given segment may grow.
    Pessimistic,
}

/// The longer ones first, so that `>=` is not read as `>`.
const OPERATORS: [(&str, Operator); 7] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("~>", Operator::Pessimistic),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
];

impl Operator {
    /// As written; nothing for a lone version.
    pub fn symbol(self) -> &'static str {
        OPERATORS.iter().find(|(_, operator)| *operator == self).map_or("", |(symbol, _)| symbol)
    }
}

/// One constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// How.
    pub operator: Operator,
    /// To what.
    pub version: Version,
    text: String,
}

/// Constraints that all must hold, and the text they were read from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraints(Vec<Constraint>);

impl Constraint {
    /// Whether a version satisfies it.
    pub fn allows(&self, version: &Version) -> bool {
        let wanted = &self.version;
        match self.operator {
            Operator::Equal => version == wanted,
            Operator::NotEqual => version != wanted,
            Operator::Greater => self.comparable(version) && version > wanted,
            Operator::Less => self.comparable(version) && version < wanted,
            Operator::AtLeast => self.comparable(version) && version >= wanted,
            Operator::AtMost => self.comparable(version) && version <= wanted,
            Operator::Pessimistic => self.comparable(version) && self.is_within_pessimistic(version),
        }
    }

    /// A pre-release satisfies only constraints on pre-releases of the same version.
    fn comparable(&self, version: &Version) -> bool {
        match (version.is_prerelease(), self.version.is_prerelease()) {
            (true, true) => version.segments == self.version.segments,
            (true, false) => false,
            (false, true) => self.operator != Operator::Pessimistic,
            (false, false) => true,
        }
    }

    fn is_within_pessimistic(&self, version: &Version) -> bool {
        let wanted = &self.version;
        let last = wanted.given - 1;
        version >= wanted
            && wanted.segments.len() <= version.segments.len()
            && wanted.segments[..last] == version.segments[..last]
    }
}

impl Constraints {
    /// Whether a version satisfies them all.
    pub fn allow(&self, version: &Version) -> bool {
        self.0.iter().all(|constraint| constraint.allows(version))
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Constraint> {
        self.0.iter()
    }

    /// Whether there are none, so that every version is allowed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// These and those.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// The newest of the candidates that satisfies them all. Pre-releases only when a constraint names exactly that
    /// version.
    pub fn newest<'a>(&self, candidates: impl IntoIterator<Item = &'a Version>) -> Option<&'a Version> {
        candidates
            .into_iter()
            .filter(|version| self.allow(version))
            .filter(|version| !version.is_prerelease() || self.names(version))
            .max()
    }

    fn names(&self, version: &Version) -> bool {
        self.0.iter().any(|constraint| constraint.operator == Operator::Equal && constraint.version == *version)
    }

    /// As Terraform writes them into a lock file: sorted by version and operator, without duplicates, each with a
    /// space behind its operator, a lone version bare, all three segments except for `~> 1.2`.
    pub fn normalized(&self) -> String {
        let mut constraints: Vec<&Constraint> = self.0.iter().collect();
        constraints.sort_by(|a, b| a.version.cmp(&b.version).then_with(|| a.rank().cmp(&b.rank())));
        let mut texts: Vec<String> = constraints.into_iter().map(Constraint::normalized).collect();
        texts.dedup();
        texts.join(", ")
    }
}

impl Constraint {
    /// Lower bounds first, upper bounds last.
    fn rank(&self) -> u8 {
        match self.operator {
            Operator::Greater => 1,
            Operator::AtLeast => 2,
            Operator::Equal => 3,
            Operator::Pessimistic if !self.pins_patch_only() => 5,
            Operator::Pessimistic => 4,
            Operator::AtMost => 6,
            Operator::Less => 7,
            Operator::NotEqual => 8,
        }
    }

    fn pins_patch_only(&self) -> bool {
        self.version.given > 2
    }

    fn normalized(&self) -> String {
        let segments = if self.operator == Operator::Pessimistic && !self.pins_patch_only() { 2 } else { 3 };
        let numbers: Vec<String> = self.version.segments.iter().take(segments).map(u64::to_string).collect();
        let dash = if self.version.is_prerelease() { "-" } else { "" };
        let space = if self.operator == Operator::Equal { "" } else { " " };
        let symbol = if self.operator == Operator::Equal { "" } else { self.operator.symbol() };
        format!("{symbol}{space}{}{dash}{}", numbers.join("."), self.version.prerelease)
    }
}

impl FromStr for Constraint {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let trimmed = text.trim();
        let (rest, operator) = OPERATORS
            .iter()
            .find_map(|(symbol, operator)| trimmed.strip_prefix(symbol).map(|rest| (rest, *operator)))
            .unwrap_or((trimmed, Operator::Equal));
        let version = rest.trim_start().parse().map_err(|_| VersionError::constraint(text))?;
        Ok(Self { operator, version, text: trimmed.to_owned() })
    }
}

impl FromStr for Constraints {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        text.split(',').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Constraint {
    /// As it was written, without space around it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Constraints {
    /// As they were written, separated by commas without spaces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, constraint) in self.0.iter().enumerate() {
            write!(f, "{}{constraint}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_constraints_allow() {
        for (constraints, version, allowed) in [
            (">= 1.0", "1.11.4", true),
            ("~> 1.11", "1.11.4", true),
            ("~> 1.11.0", "1.12.0", false),
            ("~> 1.11", "1.12.0", true),
            ("~> 1.11", "2.0.0", false),
            ("~> 1", "2.5.0", true),
            ("~> 1.2.3", "1.2.2", false),
            ("1.11.4", "1.11.4", true),
            ("= 1.11", "1.11.0", true),
            ("!= 1.11.4", "1.11.4", false),
            (">1.0,<2", "1.11.4", true),
            ("> 1.11.4", "1.11.4", false),
            ("<= 1.11.4", "1.11.4", true),
            (">= 1.12.0-beta1", "1.11.4", false),
            (">= 1.11.0-beta1", "1.11.4", true),
            ("~> 1.11.0-beta1", "1.11.4", false),
            (">= 1.0", "2.0.0-beta1", false),
            (">= 2.0.0-alpha1", "2.0.0-beta1", true),
        ] {
            let parsed: Constraints = constraints.parse().expect("constraints");
            assert_eq!(parsed.allow(&version.parse().expect("a version")), allowed, "{constraints} {version}");
        }
    }

    #[test]
    fn what_is_no_constraint() {
        for text in ["", ">", ">= x", "1.0,", "=> 1.0", "~> 1.0 || 2", ">> 1"] {
            assert!(text.parse::<Constraints>().is_err(), "{text}");
        }
    }

    #[test]
    fn lock_file_form() {
        for (text, normalized) in [
            ("~>3.0,>=3.1", "~> 3.0, >= 3.1.0"),
            ("1.2", "1.2.0"),
            ("~> 2", "~> 2.0"),
            ("< 4, >= 3.0.0, < 4.0.0", ">= 3.0.0, < 4.0.0"),
        ] {
            assert_eq!(text.parse::<Constraints>().map(|parsed| parsed.normalized()).as_deref(), Ok(normalized));
        }
    }

    #[test]
    fn newest_allowed() {
        let versions: Vec<Version> =
            ["1.0.0", "1.2.0", "2.0.0-beta1", "1.10.0"].iter().map(|text| text.parse().expect("a version")).collect();
        let newest = |text: &str| text.parse::<Constraints>().ok()?.newest(&versions).map(ToString::to_string);
        assert_eq!(newest(">= 1.0").as_deref(), Some("1.10.0"));
        assert_eq!(newest("~> 1.2.0").as_deref(), Some("1.2.0"));
        assert_eq!(newest("2.0.0-beta1").as_deref(), Some("2.0.0-beta1"));
        assert_eq!(newest("> 3"), None);
    }
}
