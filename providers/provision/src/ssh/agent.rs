//! The SSH agent of this machine: a program that signs with keys that it does not give away.

use std::path::{Path, PathBuf};

use russh::keys::agent::AgentIdentity;
use russh::keys::{PublicKey, decode_secret_key};

use super::failure::Failure;
use super::settings::Settings;

/// Where the agent is, and which of its keys is tried first.
#[derive(Clone)]
pub(super) struct Agent {
    socket: PathBuf,
    identity: Option<Identity>,
}

/// What `agent_identity` says: the comment of a key, its end, or a file with the key or with its public part.
#[derive(Clone)]
struct Identity {
    text: String,
    key: Option<PublicKey>,
}

impl Agent {
    /// The agent to ask, if it is to be asked. Relative files begin at `directory`.
    pub(super) fn of(settings: &Settings, socket: Option<&Path>, directory: &Path) -> Result<Option<Self>, Failure> {
        let socket = match (settings.agent, socket) {
            (Some(false), _) | (None, None) => return Ok(None),
            (Some(true), None) => return Err(Failure::plain("SSH agent requested but SSH_AUTH_SOCK not-specified")),
            (_, Some(socket)) => socket.to_owned(),
        };
        let text = settings.agent_identity.clone();
        let identity = (!text.is_empty()).then(|| Identity { key: key_of(&directory.join(&text)), text });
        Ok(Some(Self { socket, identity }))
    }

    /// Puts the key that is meant before the others, since machines allow only so many attempts.
    pub(super) fn sort(&self, identities: &mut [AgentIdentity]) {
        if let Some(wanted) = &self.identity {
            identities.sort_by_key(|found| wanted.distance(found));
        }
    }
}

impl Identity {
    fn distance(&self, found: &AgentIdentity) -> u8 {
        let comment = found.comment();
        let is_key = self.key.as_ref().is_some_and(|key| key.key_data() == found.public_key().key_data());
        match () {
            () if is_key || comment == self.text => 0,
            () if comment.ends_with(&self.text) => 1,
            () => 2,
        }
    }
}

/// The public part of the key in a file, or in the file beside it: the key itself may have a passphrase.
fn key_of(path: &Path) -> Option<PublicKey> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".pub");
    [path.to_owned(), PathBuf::from(beside)].iter().find_map(|path| {
        let text = fs_err::read_to_string(path).ok()?;
        let private = decode_secret_key(&text, None).ok().map(|key| key.public_key().clone());
        private.or_else(|| PublicKey::from_openssh(text.trim()).ok())
    })
}

#[cfg(unix)]
mod socket {
    use russh::keys::agent::client::AgentClient;
    use tokio::net::UnixStream;

    use super::{Agent, Failure};
    use crate::system_error::message;

    impl Agent {
        /// A connection to the agent.
        pub(in crate::ssh) async fn connect(&self) -> Result<AgentClient<UnixStream>, Failure> {
            self.stream().await.map(AgentClient::connect)
        }

        /// Bytes to and from the agent.
        pub(in crate::ssh) async fn stream(&self) -> Result<UnixStream, Failure> {
            UnixStream::connect(&self.socket).await.map_err(|error| {
                let socket = self.socket.display();
                Failure::plain(format!(
                    "Error connecting to SSH_AUTH_SOCK: dial unix {socket}: connect: {}",
                    message(&error)
                ))
            })
        }
    }
}

#[cfg(not(unix))]
mod socket {
    use russh::keys::agent::client::AgentClient;
    use tokio::io::DuplexStream;

    use super::{Agent, Failure};

    impl Agent {
        /// A connection to the agent.
        pub(in crate::ssh) async fn connect(&self) -> Result<AgentClient<DuplexStream>, Failure> {
            self.stream().await.map(AgentClient::connect)
        }

        /// Bytes to and from the agent.
        pub(in crate::ssh) async fn stream(&self) -> Result<DuplexStream, Failure> {
            let socket = self.socket.display();
            Err(Failure::plain(format!("SSH agents are not supported on this system: {socket}; set agent = false")))
        }
    }
}
