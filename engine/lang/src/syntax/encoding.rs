//! Files that are not all UTF-8. A comment may be in any encoding, so that their other bytes must survive.

use std::borrow::Cow;

use super::scanner::{FIRST_STAND_IN, LAST_STAND_IN};

/// Bytes as text, in which a character at the very end of Unicode's private area stands for each byte that is not part
/// of a character. The scanner takes it for an error, unless it is in a comment.
pub fn decode(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let mut text = String::with_capacity(error.as_bytes().len() + 64);
        for chunk in error.as_bytes().utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().filter_map(|byte| stand_in(*byte)));
        }
        text
    })
}

/// The bytes of a text that [`decode`] made.
pub fn encode(text: &str) -> Cow<'_, [u8]> {
    if !text.contains(is_stand_in) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match is_stand_in(c) {
            true => bytes.push(u32::from(c) as u8),
            false => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

fn stand_in(byte: u8) -> Option<char> {
    char::from_u32(u32::from(FIRST_STAND_IN) - 0x80 + u32::from(byte))
}

fn is_stand_in(c: char) -> bool {
    (FIRST_STAND_IN..=LAST_STAND_IN).contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_survive() {
        for bytes in
            [&b"plain"[..], b"", b"\xff", b"# Gr\xf6\xdfe\n", "é\u{fffd}".as_bytes(), b"\xe2\x82x\x80\xed\xa0\x80"]
        {
            let text = decode(bytes.to_vec());
            assert_eq!(&encode(&text)[..], bytes, "{text:?}");
        }
    }

    #[test]
    fn each_byte_is_a_character() {
        assert_eq!(decode(b"a\xff\x80b".to_vec()), "a\u{10ffff}\u{10ff80}b");
    }
}
