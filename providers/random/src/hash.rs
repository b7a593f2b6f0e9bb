//! bcrypt hashes of passwords.

use bcrypt::Version;

use crate::context::{Failure, Result};
use crate::source;

/// The work factor of the public provider.
const COST: u32 = 10;
/// So many bytes of a password take part.
const SIGNIFICANT: usize = 72;

/// A salted hash of the first 72 bytes, in the form that Go's library writes.
pub(crate) fn bcrypt(password: &str) -> Result<String> {
    let mut salt = [0; 16];
    source::fill(&mut salt)?;
    let parts = bcrypt::hash_with_salt(significant(password), COST, salt);
    Ok(parts.map_err(|error| Failure::Hash(error.to_string()))?.format_for_version(Version::TwoA))
}

/// Whether a hash is one of this password.
pub(crate) fn matches(password: &str, hash: &str) -> bool {
    bcrypt::verify(significant(password), hash).unwrap_or(false)
}

fn significant(password: &str) -> &[u8] {
    let bytes = password.as_bytes();
    &bytes[..bytes.len().min(SIGNIFICANT)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_of_the_first_72_bytes() {
        let long = "x".repeat(100);
        let hash = bcrypt(&long).expect("a hash");
        assert!(hash.starts_with("$2a$10$"), "{hash}");
        assert!(matches(&"x".repeat(72), &hash));
        assert!(!matches(&"x".repeat(71), &hash));
        assert!(!matches(&long, "not a hash"));
    }

    /// A test vector of the reference implementation.
    #[test]
    fn hashes_of_others_are_understood() {
        assert!(matches("allmine", "$2a$10$XajjQvNhvvRt5GSeFk1xFeyqRrsxkhBkUiQeg0dt.wU1qD4aFDcga"));
    }
}
