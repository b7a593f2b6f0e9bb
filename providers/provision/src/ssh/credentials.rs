//! What proves to a machine who one is: keys, certificates and passwords of a configuration, read before anything is
//! connected. Nothing here has `Debug`, and no error repeats a key.

use std::sync::Arc;

use russh::keys::{Certificate, Error, PrivateKey, decode_secret_key};

use super::failure::Failure;
use super::settings::Endpoint;

/// Who to be on a machine and how to prove it.
pub(super) struct Credentials {
    /// Who to be.
    pub(super) user: String,
    /// The key of the configuration.
    pub(super) key: Option<Key>,
    /// The password of the configuration.
    pub(super) password: Option<String>,
}

/// A key, with its certificate.
pub(super) struct Key {
    /// The private key.
    pub(super) private: Arc<PrivateKey>,
    /// What an authority says of it.
    pub(super) certificate: Option<Certificate>,
}

impl Credentials {
    /// Those of a machine.
    pub(super) fn of(endpoint: &Endpoint) -> Result<Self, Failure> {
        let key = Some(&endpoint.private_key).filter(|key| !key.is_empty());
        let password = Some(&endpoint.password).filter(|password| !password.is_empty());
        Ok(Self {
            user: endpoint.user.clone(),
            key: key.map(|key| Key::of(key, &endpoint.certificate)).transpose()?,
            password: password.cloned(),
        })
    }
}

impl Key {
    fn of(private_key: &str, certificate: &str) -> Result<Self, Failure> {
        let private = Arc::new(private(private_key)?);
        let certificate = Some(certificate).filter(|text| !text.is_empty()).map(parse_certificate).transpose()?;
        match &certificate {
            Some(certificate) if certificate.public_key() != private.public_key().key_data() => {
                Err(Failure::plain("failed to create cert signer: ssh: signer and cert have different public key"))
            }
            _ => Ok(Self { private, certificate }),
        }
    }
}

fn parse_certificate(text: &str) -> Result<Certificate, Failure> {
    Certificate::from_openssh(text.trim())
        .map_err(|_| Failure::plain("failed to parse certificate: it is not a line as in a file id_*-cert.pub"))
}

fn private(text: &str) -> Result<PrivateKey, Failure> {
    // Keys often come with an empty line before them, or without the line break at their end.
    let text = text.trim();
    if !text.contains("-----BEGIN ") {
        return Err(Failure::plain("Failed to read ssh private key: no key found"));
    }
    if text.contains("Proc-Type: 4,ENCRYPTED") {
        let why = "password protected keys are\nnot supported. Please decrypt the key prior to use.";
        return Err(Failure::plain(format!("Failed to read ssh private key: {why}")));
    }
    decode_secret_key(text, None)
        .ok()
        .filter(|key| !key.is_encrypted())
        .ok_or_else(|| Failure::plain(format!("Failed to parse ssh private key: {}", why_unusable(text))))
}

/// Why a key can not be read. What the library says may quote the key, and stays untold.
fn why_unusable(text: &str) -> &'static str {
    let encrypted = PrivateKey::from_openssh(text).is_ok_and(|key| key.is_encrypted());
    if encrypted
        || text.contains("BEGIN ENCRYPTED PRIVATE KEY")
        || matches!(decode_secret_key(text, None), Err(Error::KeyIsEncrypted))
    {
        return "ssh: this private key is passphrase protected";
    }
    if text.contains("BEGIN OPENSSH PRIVATE KEY") {
        return "ssh: invalid openssh private key format";
    }
    "it is no key in the format of OpenSSH, PKCS#1, PKCS#8 or SEC1, or of a kind that is not supported"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::keygen;

    fn error(text: &str) -> String {
        private(text).err().map(|failure| failure.text(None)).unwrap_or_default()
    }

    #[test]
    fn keys_that_can_not_be_used_are_told_apart_and_not_repeated() {
        assert_eq!(error("s3cret"), "Failed to read ssh private key: no key found");
        let openssh = "-----BEGIN OPENSSH PRIVATE KEY-----\nczNjcmV0\n-----END OPENSSH PRIVATE KEY-----\n";
        assert_eq!(error(openssh), "Failed to parse ssh private key: ssh: invalid openssh private key format");
        let other = error(&openssh.replace("OPENSSH", "RSA"));
        assert!(
            other.starts_with("Failed to parse ssh private key: it is no key") && !other.contains("czN"),
            "{other}"
        );
    }

    #[test]
    fn keys_with_a_passphrase_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let kinds: [&[&str]; 3] = [&["-t", "ed25519"], &["-t", "rsa", "-m", "PKCS8"], &["-t", "rsa", "-m", "PEM"]];
        for (number, kind) in kinds.iter().enumerate() {
            let path = folder.path().join(number.to_string()).display().to_string();
            keygen(&[kind, &["-N", "passphrase", "-f", &path][..]].concat());
            let error = error(&fs_err::read_to_string(&path).expect("it was made"));
            assert!(error.contains("passphrase protected") || error.contains("Please decrypt the key"), "{error}");
        }
    }

    #[test]
    fn white_space_around_keys_has_no_meaning() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key").display().to_string();
        keygen(&["-t", "ed25519", "-f", &path]);
        let text = fs_err::read_to_string(&path).expect("it was made");
        assert_eq!(error(&format!("\n{}", text.trim_end())), "");
    }
}
