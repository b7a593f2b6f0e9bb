//! Whether a machine is the one that is meant.
//!
//! Terraform looks at no list of known hosts: with `host_key` the machine has to have that key, or a certificate that
//! was signed with it; without, any machine is taken for the right one.

use russh::keys::ssh_key::certificate::CertType;
use russh::keys::{Algorithm, Certificate, HashAlg, PublicKey, PublicKeyOrCertificate};

use super::failure::Failure;

/// The key that a machine has to have, or the authority that vouches for it.
#[derive(Clone)]
pub(super) struct HostKey {
    key: PublicKey,
    /// What a certificate has to name, unless it names nothing.
    host: String,
}

impl HostKey {
    /// Reads `host_key`, if there is one: a line as in `ssh_host_*_key.pub`.
    pub(super) fn of(text: &str, host: &str) -> Result<Option<Self>, Failure> {
        if text.is_empty() {
            return Ok(None);
        }
        let key = PublicKey::from_openssh(text.trim()).map_err(|_| {
            Failure::plain("the host key is not a public key as in a file ssh_host_*_key.pub: \"ssh-ed25519 AAAA...\"")
        })?;
        Ok(Some(Self { key, host: host.trim_matches(['[', ']']).to_owned() }))
    }

    /// Whether what a machine shows is what is asked for.
    pub(super) fn accepts(&self, shown: &PublicKeyOrCertificate) -> bool {
        match shown {
            PublicKeyOrCertificate::PublicKey { key, .. } => key.key_data() == self.key.key_data(),
            PublicKeyOrCertificate::Certificate(certificate) => {
                certificate.public_key() == self.key.key_data() || self.vouches_for(certificate)
            }
        }
    }

    fn vouches_for(&self, certificate: &Certificate) -> bool {
        let names = certificate.valid_principals();
        certificate.cert_type() == CertType::Host
            && certificate.critical_options().iter().next().is_none()
            && (names.is_empty() || names.contains(&self.host))
            && certificate.validate([&self.key.fingerprint(HashAlg::Sha256)]).is_ok()
    }

    /// Puts the algorithms of this kind of key before the others: a machine with several keys then shows the right one.
    pub(super) fn sort(&self, algorithms: &mut [Algorithm]) {
        algorithms.sort_by_key(|algorithm| match algorithm {
            Algorithm::Rsa { .. } => !self.key.algorithm().is_rsa(),
            other => *other != self.key.algorithm(),
        });
    }
}

#[cfg(test)]
mod tests {
    use russh::keys::PrivateKey;
    use russh::keys::key::safe_rng;
    use russh::keys::ssh_key::certificate::Builder;

    use super::*;

    fn key(algorithm: Algorithm) -> PrivateKey {
        PrivateKey::random(&mut safe_rng(), algorithm).expect("there is randomness")
    }

    fn ed25519() -> PrivateKey {
        key(Algorithm::Ed25519)
    }

    fn host_key(key: &PrivateKey) -> HostKey {
        let text = key.public_key().to_openssh().expect("it has a text");
        HostKey::of(&text, "[::1]").ok().flatten().expect("it is a key")
    }

    fn certificate(authority: &PrivateKey, of: &PrivateKey, kind: CertType, name: &str) -> PublicKeyOrCertificate {
        let mut builder = Builder::new(vec![7; 32], of.public_key().key_data().clone(), 0, u64::from(u32::MAX))
            .expect("the times are in order");
        builder.cert_type(kind).expect("a kind");
        builder.valid_principal(name).expect("a name");
        PublicKeyOrCertificate::Certificate(builder.sign(authority).expect("it can be signed"))
    }

    #[test]
    fn a_machine_shows_the_key_or_a_certificate_of_it() {
        let (mine, other) = (ed25519(), ed25519());
        let expected = host_key(&mine);
        assert!(expected.accepts(&mine.public_key().clone().into()));
        assert!(!expected.accepts(&other.public_key().clone().into()));
        assert!(expected.accepts(&certificate(&mine, &other, CertType::Host, "::1")));
        assert!(!expected.accepts(&certificate(&mine, &other, CertType::Host, "::2")));
        assert!(!expected.accepts(&certificate(&mine, &other, CertType::User, "::1")));
        assert!(!expected.accepts(&certificate(&other, &other, CertType::Host, "::1")));
        assert!(expected.accepts(&certificate(&other, &mine, CertType::Host, "::2")), "the key itself is enough");
    }

    #[test]
    fn machines_are_asked_for_the_kind_of_key_that_is_known() {
        let curve = russh::keys::EcdsaCurve::NistP256;
        let expected = host_key(&key(Algorithm::Ecdsa { curve }));
        let mut algorithms = [Algorithm::Ed25519, Algorithm::Rsa { hash: None }, Algorithm::Ecdsa { curve }];
        expected.sort(&mut algorithms);
        assert_eq!(algorithms, [Algorithm::Ecdsa { curve }, Algorithm::Ed25519, Algorithm::Rsa { hash: None }]);
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_repeated() {
        assert!(HostKey::of("", "a").is_ok_and(|key| key.is_none()));
        let failure = HostKey::of("ssh-ed25519 junk", "a").err().expect("it is none").text(None);
        assert!(failure.starts_with("the host key is not a public key") && !failure.contains("junk"), "{failure}");
    }
}
