//! RSA private keys in PEM: PKCS #1, PKCS #8 and OpenSSH's own format.

use rsa::RsaPrivateKey as PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;

use crate::functions::encoding::decode;

/// Reads a key; the error says what is wrong with it, in Terraform's words where it has some.
pub(super) fn parse(pem: &str) -> Result<PrivateKey, String> {
    let invalid = |why: &str| format!("invalid private key: {why}");
    let block = Block::find(pem).ok_or_else(|| invalid("ssh: no key found"))?;
    if block.encrypted {
        return Err(invalid("ssh: this private key is passphrase protected"));
    }
    let wrong = || "invalid ASN1 data in the given private key: the key can not be read".to_owned();
    match block.label {
        "RSA PRIVATE KEY" => PrivateKey::from_pkcs1_der(&block.contents).map_err(|_| wrong()),
        "PRIVATE KEY" => PrivateKey::from_pkcs8_der(&block.contents).map_err(|_| wrong()),
        "OPENSSH PRIVATE KEY" => openssh(&block.contents).map_err(invalid),
        "EC PRIVATE KEY" | "DSA PRIVATE KEY" => Err("invalid private key type: an RSA key is required".into()),
        other => Err(invalid(&format!("ssh: unsupported key type {}", landform_values::quote(other)))),
    }
}

/// What stands between `-----BEGIN LABEL-----` and `-----END LABEL-----`.
struct Block<'p> {
    label: &'p str,
    contents: Vec<u8>,
    encrypted: bool,
}

impl<'p> Block<'p> {
    fn find(pem: &'p str) -> Option<Self> {
        let (_, after) = pem.split_once("-----BEGIN ")?;
        let (label, after) = after.split_once("-----")?;
        let (body, _) = after.split_once(&format!("-----END {label}-----"))?;
        // Headers look like `Proc-Type: 4,ENCRYPTED` and end with an empty line.
        let (headers, body) = if body.contains(':') {
            body.split_once("\n\n").or_else(|| body.split_once("\r\n\r\n"))?
        } else {
            ("", body)
        };
        let body: String = body.split_whitespace().collect();
        let contents = decode(&body).ok()?;
        Some(Self { label, contents, encrypted: headers.contains("ENCRYPTED") })
    }
}

/// Reads `openssh-key-v1`, as OpenSSH's `PROTOCOL.key` describes it.
fn openssh(contents: &[u8]) -> Result<PrivateKey, &'static str> {
    const INVALID: &str = "ssh: invalid openssh private key format";
    let key = ssh_key::PrivateKey::from_bytes(contents).map_err(|_| INVALID)?;
    if key.is_encrypted() {
        return Err("ssh: this private key is passphrase protected");
    }
    let pair = key.key_data().rsa().ok_or("an RSA key is required")?;
    let number =
        |number: &ssh_key::Mpint| number.as_positive_bytes().map(rsa::BoxedUint::from_be_slice_vartime).ok_or(INVALID);
    let primes = vec![number(&pair.private.p)?, number(&pair.private.q)?];
    PrivateKey::from_components(number(&pair.public.n)?, number(&pair.public.e)?, number(&pair.private.d)?, primes)
        .map_err(|_| INVALID)
}
