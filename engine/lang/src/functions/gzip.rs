//! gzip.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::strings::LONGEST;

/// Compresses.
pub(super) fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes).and_then(|()| encoder.flush());
    encoder.finish().unwrap_or_default()
}

/// Decompresses, up to a limit; the error says what is wrong.
pub(super) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let limit = LONGEST as u64;
    MultiGzDecoder::new(bytes).take(limit + 1).read_to_end(&mut out).map_err(|error| error.to_string())?;
    if out.len() > LONGEST { Err(format!("the result would be longer than {LONGEST} bytes")) } else { Ok(out) }
}
