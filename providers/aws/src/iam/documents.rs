//! Policy documents and names, as IAM takes and tells them.

use landform_provider_api::framework::{Attr, Check, check};

/// The text of a document that IAM tells percent-encoded (RFC 3986).
pub(super) fn decoded(document: &str) -> String {
    let mut bytes = Vec::with_capacity(document.len());
    let mut rest = document.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = escaped.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A document as an attribute.
pub(super) fn document(told: Option<&str>) -> Attr<String> {
    told.map(decoded).into()
}

/// The characters of names in IAM.
pub(super) fn name_characters() -> Check {
    let allowed = |it: char| it.is_ascii_alphanumeric() || "_+=,.@-".contains(it);
    check::characters(allowed, "letters, digits and any of _+=,.@-")
}

/// A policy document: a JSON object, which IAM wants to begin with its brace.
pub(super) fn policy_json() -> Check {
    Check::text(|text| {
        if text.is_empty() {
            return Err("must be a JSON policy document, but is empty".into());
        }
        if text.starts_with(char::is_whitespace) {
            return Err("must be a JSON policy document that begins with {, not with white space".into());
        }
        if !text.starts_with('{') {
            let is_arn = text.starts_with("arn:");
            let instead = if is_arn { "the ARN of one" } else { "something else" };
            return Err(format!("must be a JSON policy document; this is {instead}"));
        }
        let parsed = serde_json::from_str::<serde_json::Value>(text);
        parsed.map(|_| ()).map_err(|error| format!("contains invalid JSON: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use landform_values::Value;

    use super::*;

    #[test]
    fn documents_are_decoded() {
        let cases = [
            ("%7B%22Version%22%3A%20%222012-10-17%22%7D", r#"{"Version": "2012-10-17"}"#),
            (r#"{"plain": "100%"}"#, r#"{"plain": "100%"}"#),
            ("%C3%A9+%2B", "é++"),
            ("%zz%4", "%zz%4"),
            ("", ""),
        ];
        for (told, text) in cases {
            assert_eq!(decoded(told), text);
        }
    }

    #[test]
    fn policies_begin_with_a_brace() {
        let cases = [
            ("{}", true),
            (r#"{"a":1}"#, true),
            (" {}", false),
            ("", false),
            ("arn:aws:iam::1:policy/x", false),
            ("{", false),
        ];
        for (text, fine) in cases {
            assert_eq!(policy_json().run(&Value::from(text)).is_ok(), fine, "{text}");
        }
    }
}
