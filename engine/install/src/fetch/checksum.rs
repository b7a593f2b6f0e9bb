//! Checksums of downloads: `?checksum=sha256:…`, `?checksum=…`, `?checksum=file:…`.

use std::io::Read;
use std::path::Path;

use super::source::Source;
use super::{FetchError, PackageFetcher, Scratch};

/// The longest file of checksums.
const MAX_LIST: u64 = 16 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha512,
}

const ALGORITHMS: [(&str, Algorithm, usize); 4] = [
    ("md5", Algorithm::Md5, 16),
    ("sha1", Algorithm::Sha1, 20),
    ("sha256", Algorithm::Sha256, 32),
    ("sha512", Algorithm::Sha512, 64),
];

/// What a file is expected to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checksum {
    algorithm: Algorithm,
    expected: Vec<u8>,
    file: String,
}

impl Checksum {
    /// From a parameter of a source's address. A file of checksums is fetched right away.
    pub(super) fn parse(
        text: &str,
        source: &Source,
        fetcher: &PackageFetcher,
        scratch: &Scratch,
    ) -> Result<Self, FetchError> {
        let file = source.file_name();
        let parsed = match text.split_once(':') {
            Some(("file", address)) => return Self::from_list(address, file, fetcher, scratch),
            Some((kind, value)) => Self::of_kind(kind, value, file),
            None => Self::guessed(text, file),
        };
        parsed.map_err(|message| FetchError::Invalid(format!("invalid checksum: {message}")))
    }

    /// Whether a file is what was expected.
    pub(super) fn check(&self, path: &Path) -> Result<(), FetchError> {
        let found = digest(self.algorithm, &mut fs_err::File::open(path)?)?;
        if found == self.expected {
            return Ok(());
        }
        let (expected, found) = (hex::encode(&self.expected), hex::encode(found));
        Err(FetchError::Checksum { file: self.file.clone(), expected, found })
    }

    fn of_kind(kind: &str, value: &str, file: &str) -> Result<Self, String> {
        let expected = hex::decode(value).map_err(|error| error.to_string())?;
        let kind = kind.to_ascii_lowercase();
        let found = ALGORITHMS.iter().find(|(name, ..)| *name == kind);
        let (_, algorithm, _) = found.ok_or_else(|| format!("unsupported checksum type: {kind}"))?;
        Ok(Self { algorithm: *algorithm, expected, file: file.to_owned() })
    }

    /// The kind follows from the length.
    fn guessed(value: &str, file: &str) -> Result<Self, String> {
        let expected = hex::decode(value).map_err(|error| error.to_string())?;
        let found = ALGORITHMS.iter().find(|(_, _, length)| *length == expected.len());
        let (_, algorithm, _) = found.ok_or_else(|| format!("Unknown type for checksum {value}"))?;
        Ok(Self { algorithm: *algorithm, expected, file: file.to_owned() })
    }

    /// The entry for a file in a list of checksums that is to be fetched.
    fn from_list(address: &str, file: &str, fetcher: &PackageFetcher, scratch: &Scratch) -> Result<Self, FetchError> {
        let path = scratch.folder("checksums");
        fetcher.get_file(&Source::parse(address)?, &path)?;
        let mut text = Vec::new();
        fs_err::File::open(&path)?.take(MAX_LIST).read_to_end(&mut text)?;
        let text = String::from_utf8_lossy(&text);
        let names = [file.to_owned(), format!("*{file}"), format!("?{file}"), format!("./{file}")];
        let fits = |entry: &Self| entry.file.is_empty() || names.contains(&entry.file);
        let found = text.lines().filter_map(read_line).find(fits);
        let missing = || FetchError::Invalid(format!("invalid checksum: no checksum found in: {address}"));
        found.map(|found| Self { file: file.to_owned(), ..found }).ok_or_else(missing)
    }
}

/// `hash  file`, or `SHA256 (file) = hash`, or a hash alone.
fn read_line(line: &str) -> Option<Checksum> {
    match line.split_whitespace().collect::<Vec<_>>()[..] {
        [kind, file, "=", value] => {
            let file = file.strip_prefix('(')?.strip_suffix(')')?;
            Checksum::of_kind(kind, value, file).ok()
        }
        [value, file] => Checksum::guessed(value, file).ok(),
        [value, ..] => Checksum::guessed(value, "").ok(),
        [] => None,
    }
}

fn digest(algorithm: Algorithm, from: &mut impl Read) -> std::io::Result<Vec<u8>> {
    match algorithm {
        Algorithm::Md5 => md5_digest(from),
        Algorithm::Sha1 => read_into::<sha1::Sha1>(from),
        Algorithm::Sha256 => read_into::<sha2::Sha256>(from),
        Algorithm::Sha512 => read_into::<sha2::Sha512>(from),
    }
}

fn read_into<D: sha2::Digest>(from: &mut impl Read) -> std::io::Result<Vec<u8>> {
    let mut digest = D::new();
    each_block(from, |block| digest.update(block))?;
    Ok(digest.finalize().to_vec())
}

/// Its library is of another generation.
fn md5_digest(from: &mut impl Read) -> std::io::Result<Vec<u8>> {
    use md5::Digest;
    let mut digest = md5::Md5::new();
    each_block(from, |block| digest.update(block))?;
    Ok(digest.finalize().to_vec())
}

fn each_block(from: &mut impl Read, mut take: impl FnMut(&[u8])) -> std::io::Result<()> {
    let mut block = vec![0; 1 << 16];
    loop {
        match from.read(&mut block)? {
            0 => return Ok(()),
            read => take(&block[..read]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests() {
        for (algorithm, expected) in [
            (Algorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (Algorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (Algorithm::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            assert_eq!(hex::encode(digest(algorithm, &mut &b"abc"[..]).expect("readable")), expected);
        }
        assert_eq!(digest(Algorithm::Sha512, &mut &b"abc"[..]).expect("readable").len(), 64);
    }

    #[test]
    fn lists() {
        let sum = "a9993e364706816aba3e25717850c26c9cd0d89d";
        for (line, file) in [
            (format!("{sum}  x.zip"), Some("x.zip")),
            (format!("{sum} *x.zip"), Some("*x.zip")),
            (format!("SHA1 (x.zip) = {sum}"), Some("x.zip")),
            (sum.to_owned(), Some("")),
            ("nothing to see here".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(read_line(&line).map(|found| found.file).as_deref(), file, "{line}");
        }
    }

    #[test]
    fn what_is_no_checksum() {
        for (kind, value, message) in [
            (Some("crc"), "00", "unsupported checksum type: crc"),
            (Some("md5"), "xy", "Invalid character 'x' at position 0"),
            (None, "0011", "Unknown type for checksum 0011"),
        ] {
            let parsed = match kind {
                Some(kind) => Checksum::of_kind(kind, value, ""),
                None => Checksum::guessed(value, ""),
            };
            assert_eq!(parsed, Err(message.to_owned()));
        }
    }
}
