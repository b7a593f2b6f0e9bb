//! Base64 as Go's `base64.StdEncoding` reads it: line ends between symbols do not matter, nor do unused bits.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// The bytes, or where the text is wrong, as Go counts it.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let plain: String = text.chars().filter(|character| !matches!(character, '\r' | '\n')).collect();
    ENGINE.decode(&plain).map_err(|_| wrong_offset(text.as_bytes()))
}

/// Where Go's decoder stops.
fn wrong_offset(text: &[u8]) -> usize {
    let is_symbol = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let symbols: Vec<(usize, u8)> =
        text.iter().copied().enumerate().filter(|(_, byte)| !matches!(byte, b'\r' | b'\n')).collect();
    for (place, (offset, byte)) in symbols.iter().enumerate() {
        if is_symbol(*byte) {
            continue;
        }
        let in_quantum = place % 4;
        return match (byte, in_quantum, symbols.get(place + 1)) {
            (b'=', 2, None) => text.len(),
            (b'=', 2, Some((next, b'='))) => symbols.get(place + 2).map_or(next + 1, |(offset, _)| *offset),
            (b'=', 3, Some((next, _))) => *next,
            (b'=', 2, Some((next, _))) => next.saturating_sub(1),
            _ => *offset,
        };
    }
    text.len() - symbols.len() % 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_as_go() {
        assert_eq!(decode("aGVs\nbG8="), Ok(b"hello".to_vec()));
        assert_eq!(decode("aGk="), decode("aGl="), "unused bits");
        for (text, offset) in [("a", 0), ("abc", 0), ("abcde", 4), ("ab!d", 2), ("ab==x", 4), ("ab=", 3), ("=abc", 0)] {
            assert_eq!(decode(text), Err(offset), "{text}");
        }
    }
}
