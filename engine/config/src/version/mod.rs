//! Versions and version constraints, by the rules that Terraform's configuration follows (which are not SemVer's
//! everywhere: missing segments are zero, `~>` pins all but the last given segment, and a pre-release satisfies
//! only constraints that name a pre-release of the same version).

mod constraint;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use landform_diagnostics::COMPATIBLE_VERSION;

pub use constraint::{Constraint, Constraints, Operator};

/// The version of Terraform whose language this is: what `required_version` is compared with.
pub fn language_version() -> Version {
    COMPATIBLE_VERSION.parse().expect("it is a version")
}

/// A version: `1.2.3-beta1+build`.
#[derive(Clone, Debug)]
pub struct Version {
    segments: Vec<u64>,
    given: usize,
    prerelease: String,
    metadata: String,
}

/// A text that is no version, or no version constraint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {text}")]
pub struct VersionError {
    what: &'static str,
    text: String,
}

impl VersionError {
    fn version(text: &str) -> Self {
        Self { what: "malformed version", text: text.to_owned() }
    }

    fn constraint(text: &str) -> Self {
        Self { what: "malformed constraint", text: text.to_owned() }
    }
}

impl Version {
    /// From its three segments.
    pub fn new(major: u64, minor: u64, patch: u64) -> Self {
        Self { segments: vec![major, minor, patch], given: 3, prerelease: String::new(), metadata: String::new() }
    }

    /// All segments, at least three.
    pub fn segments(&self) -> &[u64] {
        &self.segments
    }

    /// What stands behind the `-`; empty for a release.
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }

    /// Whether it is a pre-release.
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        let malformed = || VersionError::version(text);
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (rest, metadata) = rest.split_once('+').map_or((rest, None), |(rest, build)| (rest, Some(build)));
        let numbers = rest.find(|next: char| !next.is_ascii_digit() && next != '.').unwrap_or(rest.len());
        let (numbers, tail) = rest.split_at(numbers);
        let prerelease = prerelease(tail).ok_or_else(malformed)?;
        if !metadata.is_none_or(is_dotted) {
            return Err(malformed());
        }
        let mut segments = numbers
            .split('.')
            .map(|segment| segment.parse::<u64>().map_err(|_| malformed()))
            .collect::<Result<Vec<u64>, _>>()?;
        let given = segments.len();
        segments.resize(given.max(3), 0);
        let metadata = metadata.unwrap_or_default().to_owned();
        Ok(Self { segments, given, prerelease: prerelease.to_owned(), metadata })
    }
}

/// What stands behind the numbers: nothing, `-…` that begins with a digit or letter, or a letter right away.
fn prerelease(tail: &str) -> Option<&str> {
    if tail.is_empty() {
        return Some("");
    }
    let name = tail.strip_prefix('-').unwrap_or(tail);
    let starts_well =
        tail.starts_with('-') || tail.starts_with(|first: char| first.is_ascii_alphabetic() || first == '~');
    (starts_well && is_dotted(name)).then_some(name)
}

/// Identifiers of letters, digits, `-` and `~`, separated by dots.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|part| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'~')
    })
}

impl fmt::Display for Version {
    /// With all segments: `1.2` prints as `1.2.0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.segments.iter().enumerate() {
            write!(f, "{}{segment}", if index == 0 { "" } else { "." })?;
        }
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal && self.metadata == other.metadata
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_segments(&self.segments, &other.segments)
            .then_with(|| compare_prereleases(&self.prerelease, &other.prerelease))
            .then_with(|| self.metadata.cmp(&other.metadata))
    }
}

/// Missing segments are zero.
fn compare_segments(a: &[u64], b: &[u64]) -> Ordering {
    (0..a.len().max(b.len()))
        .map(|index| a.get(index).unwrap_or(&0).cmp(b.get(index).unwrap_or(&0)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// A release comes after its pre-releases; parts compare as numbers where both are, and numbers come first.
fn compare_prereleases(a: &str, b: &str) -> Ordering {
    if a.is_empty() || b.is_empty() {
        return a.is_empty().cmp(&b.is_empty());
    }
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => compare_parts(a, b),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_parts(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_version() {
        for (text, printed) in [
            ("1", Some("1.0.0")),
            ("v1.2", Some("1.2.0")),
            ("1.2.3", Some("1.2.3")),
            ("1.2.3.4", Some("1.2.3.4")),
            ("1.2.3-beta.1+linux", Some("1.2.3-beta.1+linux")),
            ("1.2.3beta1", Some("1.2.3-beta1")),
            ("", None),
            ("1.", None),
            ("1.2.x", None),
            ("1.2-", None),
            ("a.b", None),
            ("1.2.3+", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(text.parse::<Version>().ok().map(|version| version.to_string()).as_deref(), printed, "{text}");
        }
    }

    #[test]
    fn order() {
        let ordered =
            ["0.9", "1.0.0-1", "1.0.0-alpha", "1.0.0-alpha.2", "1.0.0-alpha.10", "1.0.0-beta", "1", "1.0.0.1", "1.1"];
        let versions: Vec<Version> = ordered.iter().map(|text| text.parse().expect("a version")).collect();
        assert!(versions.is_sorted(), "{versions:?}");
        assert_eq!(Version::new(1, 0, 0), "1".parse().expect("a version"));
    }
}
