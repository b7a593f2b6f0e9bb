//! gzip, byte for byte as Go's `compress/gzip` writes it.
//!
//! Compressed user data is a hash away from replacing a machine: what another library makes of the same text is as
//! short, but not the same. So this is Go's algorithm at its default level, from `compress/flate`: a hash of four
//! bytes, chains of 128, lazy matching, and per block the shortest of stored, fixed and dynamic codes.

mod blocks;
mod codes;
mod matches;

use std::io::Read as _;

use flate2::read::MultiGzDecoder;

use super::limits::LONGEST;
use blocks::BlockWriter;
use matches::Matcher;

/// Compresses: the text, a flush, and an empty block at the end.
pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    // Method deflate, no flags, no time, no level, no system.
    let mut out = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
    let mut writer = BlockWriter::default();
    Matcher::new(bytes).run(&mut writer);
    writer.stored(&[], false);
    writer.stored(&[], true);
    out.extend(writer.finish());
    let mut checksum = flate2::Crc::new();
    checksum.update(bytes);
    out.extend(checksum.sum().to_le_bytes());
    out.extend(checksum.amount().to_le_bytes());
    out
}

/// Decompresses, up to a limit; the error says what is wrong.
pub(super) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let limit = LONGEST as u64;
    MultiGzDecoder::new(bytes).take(limit + 1).read_to_end(&mut out).map_err(|error| error.to_string())?;
    if out.len() > LONGEST { Err(format!("the result would be longer than {LONGEST} bytes")) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_texts_come_back() {
        let mut random = 1_u32;
        let mut next = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 24) as u8
        };
        let noise: Vec<u8> = (0..200_000).map(|_| next()).collect();
        let words: Vec<u8> = (0..300_000).map(|_| b"abcdefgh \n"[usize::from(next()) % 10]).collect();
        let repeated = b"the same line again and again\n".repeat(10_000);
        for text in [noise, words, repeated] {
            assert!(decompress(&compress(&text)) == Ok(text));
        }
    }

    proptest! {
        #[test]
        fn what_is_compressed_comes_back(parts in proptest::collection::vec("[a-c]{0,9}", 0..60)) {
            let text = parts.concat().into_bytes();
            prop_assert_eq!(decompress(&compress(&text)), Ok(text));
        }
    }
}
