//! Addresses, and how they are shown.

pub use url::Url;

use super::NetworkError;

/// What is shown in place of a secret.
const REDACTED: &str = "redacted";

/// Query parameters that hold secrets: what go-getter hides, and the signatures of presigned addresses.
const SECRET_PARAMETERS: [&str; 6] =
    ["sshkey", "aws_access_key_secret", "aws_access_token", "X-Amz-Signature", "X-Amz-Security-Token", "sig"];

/// From a text.
///
/// # Errors
/// A phrase that does not repeat the text, which may hold secrets.
pub fn parse_url(text: &str) -> Result<Url, NetworkError> {
    Url::parse(text).map_err(|error| NetworkError { url: without_userinfo(text), reason: error.to_string() })
}

/// As it may be shown: without password and without secret parameters.
pub fn redacted(url: &Url) -> String {
    let mut shown = url.clone();
    if shown.password().is_some() {
        // Fails only for addresses that can not have a password.
        let _ = shown.set_password(Some(REDACTED));
    }
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let query = url.query().unwrap_or_default().split('&').map(hide_secret).collect::<Vec<_>>().join("&");
        shown.set_query(Some(&query));
    }
    shown.to_string()
}

fn is_secret(name: &str) -> bool {
    SECRET_PARAMETERS.contains(&name)
}

fn hide_secret(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={REDACTED}"),
        _ => parameter.to_owned(),
    }
}

/// What is left of a text that is no address.
fn without_userinfo(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}{}", &text[..scheme + 3], &text[at + 1..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden() {
        for (text, shown) in [
            ("https://host/a?ref=v1", "https://host/a?ref=v1"),
            ("https://user@host/a", "https://user@host/a"),
            ("https://user:pass@host/a", "https://user:redacted@host/a"),
            ("ssh://git@host/a?ref=v1&sshkey=abc", "ssh://git@host/a?ref=v1&sshkey=redacted"),
            ("https://host/a?X-Amz-Signature=abc&b=c", "https://host/a?X-Amz-Signature=redacted&b=c"),
        ] {
            assert_eq!(redacted(&Url::parse(text).expect(text)), shown);
        }
        let error = parse_url("https://user:pass@host:port/").expect_err("a bad port");
        assert_eq!(error.to_string(), "Get \"https://host:port/\": invalid port number");
    }
}
