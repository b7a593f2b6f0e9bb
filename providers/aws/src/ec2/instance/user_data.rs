//! User data: as they are given, as they travel, and as older providers stored them.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use landform_provider_api::framework::Check;
use sha1::{Digest as _, Sha1};

use crate::core::prelude::*;

/// In base64, which what is given may be in already.
pub(super) fn encoded(text: &str) -> String {
    if BASE64_STANDARD.decode(text).is_ok() { text.to_owned() } else { BASE64_STANDARD.encode(text) }
}

/// Out of base64, where it is text; else as it is.
pub(super) fn decoded(encoded: &str) -> String {
    let bytes = BASE64_STANDARD.decode(encoded).ok();
    bytes.and_then(|it| String::from_utf8(it).ok()).unwrap_or_else(|| encoded.to_owned())
}

/// The bytes that base64 stands for, or those of the text itself.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(text).unwrap_or_else(|_| text.as_bytes().to_vec())
}

/// What the public provider stored before its version 6.
fn hash(text: &str) -> String {
    Sha1::digest(bytes(text)).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether two texts are the same user data: as text, in base64, or one as the hash of the other.
pub(super) fn same(a: &str, b: &str) -> bool {
    a == b || bytes(a) == bytes(b) || a == hash(b) || hash(a) == b
}

/// Base64.
pub(super) fn base64() -> Check {
    Check::text(|text| match BASE64_STANDARD.decode(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("is not base64: {error}")),
    })
}

/// What is given, in base64.
pub(super) fn given(text: &Attr<String>, in_base64: &Attr<String>) -> Option<String> {
    text.text().map(encoded).or_else(|| in_base64.param())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let script = "#!/bin/sh\necho hello\n";
        let encoded = encoded(script);
        assert_eq!(decoded(&encoded), script);
        assert_eq!(super::encoded(&encoded), encoded, "nothing is encoded twice");
        assert!(same(script, &encoded) && same(&encoded, script));
        assert!(same(&hash(script), script) && same(&encoded, &hash(script)));
        assert!(same("da39a3ee5e6b4b0d3255bfef95601890afd80709", ""));
        assert!(!same(script, "#!/bin/sh\n"));
    }
}
