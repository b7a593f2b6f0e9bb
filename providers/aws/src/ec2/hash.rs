//! The hash in ids that the public provider makes up.

/// A checksum as a number that is not negative: CRC-32 (IEEE).
pub(super) fn hash_code(text: &str) -> u32 {
    crc32fast::hash(text.as_bytes())
}
