//! HZ-GB-2312: pairs of ASCII characters between `~{` and `~}` stand for what GB 2312 has in the upper half.

use encoding_rs::GB18030;

use super::charsets::{decode_web, encode_web};

/// `None` if there is a character that GB 2312 does not have. As in Go, the text may end within pairs.
pub(super) fn encode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut in_pairs = false;
    for character in text.chars() {
        if character == '~' {
            out.extend(b"~~");
        } else if let Ok(byte @ 0..=0x7F) = u8::try_from(character) {
            if std::mem::take(&mut in_pairs) {
                out.extend(b"~}");
            }
            out.push(byte);
        } else {
            let [first, second] = encode_web(GB18030, character.encode_utf8(&mut [0; 4]))?[..] else { return None };
            if first.min(second) < 0xA1 {
                return None;
            }
            if !std::mem::replace(&mut in_pairs, true) {
                out.extend(b"~{");
            }
            out.extend([first & 0x7F, second & 0x7F]);
        }
    }
    Some(out)
}

/// `None` if there are bytes that mean nothing.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    let mut out = String::new();
    let mut in_pairs = false;
    let mut rest = bytes;
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first == b'~' {
            let (escaped, behind) = rest.split_first()?;
            rest = behind;
            match escaped {
                b'{' => in_pairs = true,
                b'}' => in_pairs = false,
                b'~' => out.push('~'),
                b'\n' => {}
                _ => return None,
            }
        } else if in_pairs {
            let (second, behind) = rest.split_first()?;
            rest = behind;
            let is_pair = (0x21..0x7E).contains(first) && (0x21..0x7F).contains(second);
            out.push_str(&decode_web(GB18030, &[first | 0x80, second | 0x80]).filter(|_| is_pair)?);
        } else {
            out.push(first.is_ascii().then(|| char::from(*first))?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_escapes() {
        assert_eq!(encode("a你b~好").as_deref(), Some(&b"a~{Dc~}b~~~{:C"[..]));
        assert_eq!(encode("€").as_deref(), Some(&b"~{\"c"[..]));
        assert_eq!((encode("镕"), encode("🙂")), (None, None));
        for (bytes, text) in [
            ("~{Dc:C~}b", Some("你好b")),
            ("a~~b~\nc", Some("a~bc")),
            ("~{~~Dc~}~}a", Some("~你a")),
            ("~{~{Dc", Some("你")),
            ("~{(\"~}", Some("á")),
            ("a~xb", None),
            ("~", None),
            ("~{D", None),
            ("~{ab\nDc", None),
            ("~{ D~}", None),
            ("é", None),
        ] {
            assert_eq!(decode(bytes.as_bytes()).as_deref(), text, "{bytes}");
        }
    }
}
