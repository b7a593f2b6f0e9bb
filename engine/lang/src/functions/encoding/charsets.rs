//! Character sets by their names in the IANA registry.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::hz;
use encoding_rs::{DecoderResult, EncoderResult, Encoding, WINDOWS_1254};

/// A character set.
pub(super) struct Charset {
    /// The name in the registry.
    pub(super) name: &'static str,
    codec: Codec,
}

enum Codec {
    Ascii,
    Latin1,
    /// As Windows 1254, with control characters where that has others.
    Latin5,
    Utf16 {
        big_endian: bool,
        byte_order_mark: bool,
    },
    /// HZ-GB-2312.
    Hz,
    /// A character for each byte.
    Page(&'static Page),
    /// As browsers know it.
    Web(&'static Encoding),
}

/// A line for each character set: name, codec, names in lower case by which it is found.
const CHARSETS: &str = include_str!("charsets.txt");
/// A line for each code page: name, and the characters of its 256 bytes, or of the upper 128 where the lower ones are
/// ASCII.
const CODE_PAGES: &str = include_str!("codepages.txt");

struct Page {
    decode: Vec<char>,
    encode: HashMap<char, u8>,
}

static PAGES: LazyLock<HashMap<&str, Page>> =
    LazyLock::new(|| CODE_PAGES.lines().filter_map(|line| line.split_once('\t')).map(page).collect());

fn page((name, codes): (&'static str, &str)) -> (&'static str, Page) {
    let listed: Vec<char> =
        codes.split(' ').filter_map(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)).collect();
    let lower = (0..=0x7F_u8).map(char::from).take(256 - listed.len());
    let decode: Vec<char> = lower.chain(listed).collect();
    let encode = decode.iter().zip(0..=u8::MAX).map(|(character, byte)| (*character, byte)).collect();
    (name, Page { decode, encode })
}

impl Charset {
    /// By a name in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        let wanted = name.to_ascii_lowercase();
        let mut lines = CHARSETS.lines().map(|line| line.split('\t'));
        let (name, codec) = lines.find_map(|mut fields| {
            let (name, codec, aliases) = (fields.next()?, fields.next()?, fields.next()?);
            aliases.split(' ').any(|alias| alias == wanted).then_some((name, codec))
        })?;
        let codec = match codec {
            "ascii" => Codec::Ascii,
            "latin1" => Codec::Latin1,
            "latin5" => Codec::Latin5,
            "utf-16" => Codec::Utf16 { big_endian: true, byte_order_mark: true },
            "utf-16be" => Codec::Utf16 { big_endian: true, byte_order_mark: false },
            "utf-16le" => Codec::Utf16 { big_endian: false, byte_order_mark: false },
            "hz" => Codec::Hz,
            "page" => Codec::Page(PAGES.get(name)?),
            label => Codec::Web(Encoding::for_label(label.as_bytes())?),
        };
        Some(Self { name, codec })
    }

    /// `None` if there is a character that it does not have.
    pub(super) fn encode(&self, text: &str) -> Option<Vec<u8>> {
        match &self.codec {
            Codec::Ascii => text.is_ascii().then(|| text.as_bytes().to_vec()),
            Codec::Latin1 => text.chars().map(|character| u8::try_from(character as u32).ok()).collect(),
            Codec::Latin5 => text.chars().map(latin5_byte).collect(),
            Codec::Utf16 { big_endian, byte_order_mark } => {
                let mark = byte_order_mark.then_some(0xFEFF);
                let units = mark.into_iter().chain(text.encode_utf16());
                let bytes = units.flat_map(|unit| if *big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() });
                Some(bytes.collect())
            }
            Codec::Hz => hz::encode(text),
            Codec::Page(page) => text.chars().map(|character| page.encode.get(&character).copied()).collect(),
            Codec::Web(encoding) if encoding.is_single_byte() && text.contains(is_control) => None,
            Codec::Web(encoding) => encode_web(encoding, text),
        }
    }

    /// `None` if there are bytes that mean nothing.
    pub(super) fn decode(&self, bytes: &[u8]) -> Option<String> {
        let text: String = match &self.codec {
            Codec::Ascii => bytes.is_ascii().then(|| bytes.iter().map(|byte| char::from(*byte)).collect())?,
            Codec::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Codec::Latin5 => bytes.iter().map(|byte| latin5_character(*byte)).collect(),
            Codec::Utf16 { big_endian, byte_order_mark } => decode_utf16(bytes, *big_endian, *byte_order_mark)?,
            Codec::Hz => hz::decode(bytes)?,
            Codec::Page(page) => bytes.iter().map(|byte| page.decode[usize::from(*byte)]).collect(),
            // Browsers take bytes without a meaning for control characters.
            Codec::Web(encoding) => {
                decode_web(encoding, bytes).filter(|text| !encoding.is_single_byte() || !text.contains(is_control))?
            }
        };
        (!text.contains(char::REPLACEMENT_CHARACTER)).then_some(text)
    }
}

/// The control characters beyond ASCII.
fn is_control(character: char) -> bool {
    ('\u{80}'..='\u{9F}').contains(&character)
}

fn latin5_byte(character: char) -> Option<u8> {
    match character as u32 {
        code @ 0..=0x9F => u8::try_from(code).ok(),
        _ => match encode_web(WINDOWS_1254, character.encode_utf8(&mut [0; 4]))?[..] {
            [byte] if byte >= 0xA0 => Some(byte),
            _ => None,
        },
    }
}

fn latin5_character(byte: u8) -> char {
    match byte {
        0..=0x9F => char::from(byte),
        _ => decode_web(WINDOWS_1254, &[byte])
            .and_then(|text| text.chars().next())
            .unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

fn decode_utf16(bytes: &[u8], mut big_endian: bool, byte_order_mark: bool) -> Option<String> {
    let mut bytes = bytes;
    if byte_order_mark && let [first, second, rest @ ..] = bytes {
        match (first, second) {
            (0xFE, 0xFF) => (bytes, big_endian) = (rest, true),
            (0xFF, 0xFE) => (bytes, big_endian) = (rest, false),
            _ => {}
        }
    }
    let (pairs, odd) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| if big_endian { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
    let text = char::decode_utf16(units).collect::<Result<String, _>>().ok()?;
    odd.is_empty().then_some(text)
}

pub(super) fn encode_web(encoding: &'static Encoding, text: &str) -> Option<Vec<u8>> {
    let mut encoder = encoding.new_encoder();
    let capacity = encoder.max_buffer_length_from_utf8_without_replacement(text.len())?;
    let mut out = Vec::with_capacity(capacity);
    match encoder.encode_from_utf8_to_vec_without_replacement(text, &mut out, true) {
        (EncoderResult::InputEmpty, _) => Some(out),
        _ => None,
    }
}

pub(super) fn decode_web(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let capacity = decoder.max_utf8_buffer_length_without_replacement(bytes.len())?;
    let mut out = String::with_capacity(capacity);
    match decoder.decode_to_string_without_replacement(bytes, &mut out, true) {
        (DecoderResult::InputEmpty, _) => Some(out),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, text: &str, bytes: &[u8]) {
        let charset = Charset::named(name).expect(name);
        assert_eq!(charset.encode(text).as_deref(), Some(bytes), "{name}");
        assert_eq!(charset.decode(bytes).as_deref(), Some(text), "{name}");
    }

    #[test]
    fn texts_in_many_character_sets() {
        check("utf-16LE", "aé", &[0x61, 0, 0xE9, 0]);
        check("UTF-16", "a", &[0xFE, 0xFF, 0, 0x61]);
        check("latin1", "é", &[0xE9]);
        check("ISO-8859-9", "ş\u{85}", &[0xFE, 0x85]);
        check("ISO-8859-15", "€", &[0xA4]);
        check("cp437", "é░", &[0x82, 0xB0]);
        check("IBM037", "A1", &[0xC1, 0xF1]);
        check("windows-1252", "€", &[0x80]);
        check("Shift_JIS", "あ", &[0x82, 0xA0]);
        check("ISO-2022-JP", "あ", &[0x1B, 0x24, 0x42, 0x24, 0x22, 0x1B, 0x28, 0x42]);
        check("GBK", "中", &[0xD6, 0xD0]);
    }

    #[test]
    fn every_line_is_a_character_set() {
        for line in CHARSETS.lines() {
            let name = line.split(['\t', ' ']).nth(2).expect("three fields");
            assert!(Charset::named(name).is_some(), "{line}");
        }
        assert!(PAGES.values().all(|page| page.decode.len() == 256));
    }

    #[test]
    fn what_can_not_be_written_or_read() {
        assert_eq!(Charset::named("US-ASCII").expect("known").encode("é"), None);
        assert_eq!(Charset::named("latin1").expect("known").encode("€"), None);
        assert_eq!(Charset::named("UTF-8").expect("known").decode(&[0xFF]), None);
        assert_eq!(Charset::named("windows-1252").expect("known").decode(&[0x81]), None);
        assert_eq!(Charset::named("UTF-16BE").expect("known").decode(&[0xD8, 0]), None);
        assert!(Charset::named("utf-7").is_none());
    }
}
