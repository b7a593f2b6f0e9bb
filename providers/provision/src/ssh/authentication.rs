//! Proves to a machine who one is, with one means after the other, in the order that Terraform has: the key, the
//! password, the password as the answer to questions, and the keys of the agent where the configuration has none.

use std::sync::Arc;

use russh::client::{AuthResult, Handle, KeyboardInteractiveAuthResponse};
use russh::keys::agent::AgentIdentity;
use russh::keys::signature::Signer as _;
use russh::keys::ssh_encoding::Encode as _;
use russh::keys::ssh_key::Signature;
use russh::keys::ssh_key::private::KeypairData;
use russh::keys::{HashAlg, PrivateKey, PrivateKeyWithHashAlg};
use russh::{MethodKind, MethodSet};

use super::agent::Agent;
use super::credentials::{Credentials, Key};
use super::dial::Client;
use super::failure::Failure;

/// Logs in.
pub(super) async fn authenticate(
    handle: &mut Handle<Client>,
    credentials: &Credentials,
    agent: Option<&Agent>,
) -> Result<(), Failure> {
    let mut means = Means { handle, credentials, agent };
    let mut tried = vec![MethodKind::None];
    let first = means.handle.authenticate_none(&credentials.user).await?;
    let Some((mut allowed, _)) = rejected(first) else { return Ok(()) };
    while let Some(kind) = means.next(&tried, &allowed) {
        let Some((remaining, was_a_step)) = means.attempt(kind).await? else { return Ok(()) };
        allowed = remaining;
        // What was accepted as one step of several may be asked for again, with something else.
        if !was_a_step || kind != MethodKind::PublicKey {
            tried.push(kind);
        }
        // Machines take only so many attempts on one connection.
        if means.handle.is_closed() {
            break;
        }
    }
    let tried: Vec<&str> = tried.iter().map(<&str>::from).collect();
    Err(Failure::plain(format!(
        "ssh: unable to authenticate, attempted methods [{}], no supported methods remain",
        tried.join(" ")
    )))
}

/// What the machine still takes, and whether it wants more than what it has just accepted; none if it is satisfied.
type Rejected = Option<(MethodSet, bool)>;

fn rejected(result: AuthResult) -> Rejected {
    match result {
        AuthResult::Success => None,
        AuthResult::Failure { remaining_methods, partial_success } => Some((remaining_methods, partial_success)),
    }
}

struct Means<'a> {
    handle: &'a mut Handle<Client>,
    credentials: &'a Credentials,
    agent: Option<&'a Agent>,
}

impl Means<'_> {
    fn next(&self, tried: &[MethodKind], allowed: &MethodSet) -> Option<MethodKind> {
        let has_key = self.credentials.key.is_some();
        let has_password = self.credentials.password.is_some();
        let means = [
            (MethodKind::PublicKey, has_key),
            (MethodKind::Password, has_password),
            (MethodKind::KeyboardInteractive, has_password),
            (MethodKind::PublicKey, self.agent.is_some()),
        ];
        let usable = |(kind, has): &(MethodKind, bool)| *has && !tried.contains(kind) && allowed.contains(kind);
        means.into_iter().find(usable).map(|(kind, _)| kind)
    }

    async fn attempt(&mut self, kind: MethodKind) -> Result<Rejected, Failure> {
        let credentials = self.credentials;
        match (kind, &credentials.key, &credentials.password, self.agent) {
            (MethodKind::PublicKey, Some(key), ..) => self.key(key).await,
            (MethodKind::PublicKey, None, _, Some(agent)) => self.keys_of(agent).await,
            (MethodKind::Password, _, Some(password), _) => {
                Ok(rejected(self.handle.authenticate_password(&credentials.user, password).await?))
            }
            (MethodKind::KeyboardInteractive, _, Some(password), _) => self.answers(password).await,
            _ => Ok(Some((MethodSet::empty(), false))),
        }
    }

    async fn key(&mut self, key: &Key) -> Result<Rejected, Failure> {
        let user = &self.credentials.user;
        let hash = self.hash(key.private.algorithm().is_rsa()).await?;
        let result = match &key.certificate {
            None => {
                let key = PrivateKeyWithHashAlg::new(Arc::clone(&key.private), hash);
                self.handle.authenticate_publickey(user, key).await?
            }
            Some(certificate) => {
                let mut signer = Signer(Arc::clone(&key.private));
                self.handle.authenticate_certificate_with(user, certificate.clone(), hash, &mut signer).await?
            }
        };
        Ok(rejected(result))
    }

    /// Only RSA keys can sign in several ways; what the machine does not tell of is the oldest one.
    async fn hash(&self, is_rsa: bool) -> Result<Option<HashAlg>, Failure> {
        if is_rsa { Ok(self.handle.best_supported_rsa_hash().await?.flatten()) } else { Ok(None) }
    }

    async fn keys_of(&mut self, agent: &Agent) -> Result<Rejected, Failure> {
        let said = |error: &dyn std::fmt::Display| Failure::plain(format!("SSH agent: {error}"));
        let mut client = agent.connect().await?;
        let mut identities = client.request_identities().await.map_err(|error| said(&error))?;
        agent.sort(&mut identities);
        let user = self.credentials.user.clone();
        let mut last = Some((MethodSet::empty(), false));
        for identity in identities {
            let hash = self.hash(identity.public_key().algorithm().is_rsa()).await?;
            let result = match identity {
                AgentIdentity::PublicKey { key, .. } => {
                    self.handle.authenticate_publickey_with(&user, key, hash, &mut client).await
                }
                AgentIdentity::Certificate { certificate, .. } => {
                    self.handle.authenticate_certificate_with(&user, certificate, hash, &mut client).await
                }
            };
            // An agent may decline to sign with one key and still do so with the next.
            let Ok(result) = result else { continue };
            last = rejected(result);
            if last.as_ref().is_none_or(|(_, was_a_step)| *was_a_step) || self.handle.is_closed() {
                break;
            }
        }
        Ok(last)
    }

    /// Every question is taken for the one about the password.
    async fn answers(&mut self, password: &str) -> Result<Rejected, Failure> {
        use KeyboardInteractiveAuthResponse::{Failure as Refused, InfoRequest, Success};
        let user = &self.credentials.user;
        let mut response = self.handle.authenticate_keyboard_interactive_start(user, None).await?;
        loop {
            response = match response {
                Success => return Ok(None),
                Refused { remaining_methods, partial_success } => {
                    return Ok(Some((remaining_methods, partial_success)));
                }
                InfoRequest { prompts, .. } => {
                    let answers = vec![password.to_owned(); prompts.len()];
                    self.handle.authenticate_keyboard_interactive_respond(answers).await?
                }
            };
        }
    }
}

/// A key could not be used to sign.
struct CanNotSign;

impl From<russh::SendError> for CanNotSign {
    fn from(_: russh::SendError) -> Self {
        Self
    }
}

impl From<CanNotSign> for Failure {
    fn from(_: CanNotSign) -> Self {
        Self::plain("ssh: the key can not sign for its certificate")
    }
}

/// Signs for a certificate: unlike the library's own way, with the hash that was agreed upon.
struct Signer(Arc<PrivateKey>);

impl russh::Signer for Signer {
    type Error = CanNotSign;

    async fn auth_sign(
        &mut self,
        _: &AgentIdentity,
        hash: Option<HashAlg>,
        mut request: Vec<u8>,
    ) -> Result<Vec<u8>, Self::Error> {
        let signature: Signature = match self.0.key_data() {
            KeypairData::Rsa(pair) => (pair, hash).try_sign(&request),
            other => other.try_sign(&request),
        }
        .map_err(|_| CanNotSign)?;
        let mut encoded = Vec::new();
        signature.encode(&mut encoded).and_then(|()| encoded.encode(&mut request)).map_err(|_| CanNotSign)?;
        Ok(request)
    }
}
