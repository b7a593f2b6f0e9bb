//! Connections: straight, through a proxy, and through a bastion.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use russh::Channel;
use russh::client::{ChannelOpenHandle, Config, Handle, Handler, Session};
use russh::keys::PublicKeyOrCertificate;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::agent::Agent;
use super::algorithms;
use super::authentication::authenticate;
use super::credentials::Credentials;
use super::failure::{Failure, Sent};
use super::host_key::HostKey;
use super::proxy;
use super::settings::{Endpoint, Proxy};
use crate::system_error::message;

/// How long one address may take to answer.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);

/// A machine with what is needed to log in there.
pub(super) struct Machine {
    endpoint: Endpoint,
    credentials: Credentials,
    host_key: Option<HostKey>,
}

impl Machine {
    /// Reads keys, and says what is wrong with them.
    pub(super) fn of(endpoint: Endpoint) -> Result<Self, Failure> {
        let host_key = HostKey::of(&endpoint.host_key, &endpoint.host)?;
        Ok(Self { credentials: Credentials::of(&endpoint)?, host_key, endpoint })
    }

    /// Agrees with the machine on how to speak, checks that it is the right one, and logs in.
    async fn log_in(&self, stream: Box<dyn Stream>, agent: Option<&Agent>) -> Result<Handle<Client>, Failure> {
        let config = Config {
            preferred: algorithms::preferred(self.host_key.as_ref()),
            // A connection that is silent for two minutes is dead, as for Terraform.
            keepalive_interval: Some(Duration::from_secs(2)),
            keepalive_max: 60,
            nodelay: true,
            ..Config::default()
        };
        let client = Client { host_key: self.host_key.clone(), agent: agent.cloned() };
        let logged_in = async {
            let mut handle = russh::client::connect_stream(Arc::new(config), stream, client).await.map_err(why)?;
            authenticate(&mut handle, &self.credentials, agent).await?;
            Ok(handle)
        };
        logged_in.await.map_err(|failure: Failure| failure.within("ssh: handshake failed"))
    }
}

fn why(error: russh::Error) -> Failure {
    match error {
        russh::Error::UnknownKey => Failure::plain("knownhosts: key mismatch"),
        other => other.into(),
    }
}

/// The way to a machine.
pub(super) struct Route {
    /// The machine itself.
    pub(super) target: Machine,
    /// The machine in between.
    pub(super) bastion: Option<Machine>,
    /// What is before both.
    pub(super) proxy: Option<Proxy>,
    /// What else proves who one is.
    pub(super) agent: Option<Agent>,
}

/// A connection that one is logged in on. The bastion's lasts as long.
pub(super) struct Connected {
    /// The machine.
    pub(super) target: Handle<Client>,
    /// The machine in between.
    pub(super) bastion: Option<Handle<Client>>,
}

impl Route {
    /// Goes it, once.
    pub(super) async fn connect(&self) -> Result<Connected, Failure> {
        let agent = self.agent.as_ref();
        let (stream, bastion) = match &self.bastion {
            None => (self.dial(&self.target.endpoint).await?, None),
            Some(bastion) => {
                let connected = async { bastion.log_in(self.dial(&bastion.endpoint).await?, agent).await };
                let handle = connected.await.map_err(|failure| failure.within("Error connecting to bastion"))?;
                (self.through(&handle).await?, Some(handle))
            }
        };
        let Endpoint { user, .. } = &self.target.endpoint;
        let target = self.target.log_in(stream, agent).await.map_err(|failure| {
            failure.within(format!("SSH authentication failed ({user}@{})", self.target.endpoint.address()))
        })?;
        Ok(Connected { target, bastion })
    }

    async fn dial(&self, endpoint: &Endpoint) -> Result<Box<dyn Stream>, Failure> {
        match &self.proxy {
            None => Ok(Box::new(dial(&endpoint.host, endpoint.port).await?)),
            Some(proxy) => Ok(Box::new(proxy::dial_through(proxy, endpoint).await?)),
        }
    }

    async fn through(&self, bastion: &Handle<Client>) -> Result<Box<dyn Stream>, Failure> {
        let Endpoint { host, port, .. } = &self.target.endpoint;
        let channel = bastion.channel_open_direct_tcpip(bare(host), u32::from(*port), "127.0.0.1", 0).await;
        let channel = channel.map_err(|error| match error {
            russh::Error::ChannelOpenFailure(reason) => Failure::plain(format!(
                "ssh: rejected: {reason:?} (from the bastion to {})",
                self.target.endpoint.address()
            )),
            other => other.into(),
        })?;
        Ok(Box::new(channel.into_stream()))
    }
}

/// What SSH runs over.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A host without the brackets of an IPv6 address.
pub(super) fn bare(host: &str) -> &str {
    host.trim_matches(['[', ']'])
}

/// Every address of a name is tried.
pub(super) async fn dial(host: &str, port: u16) -> Result<TcpStream, Failure> {
    let host = bare(host);
    let addresses: Vec<SocketAddr> = match tokio::net::lookup_host((host, port)).await {
        Ok(addresses) => addresses.collect(),
        Err(error) => {
            return Err(Failure::plain(format!("dial tcp: lookup {host}: no such host ({})", message(&error))));
        }
    };
    let mut last = Failure::plain(format!("dial tcp: lookup {host}: no such host"));
    for address in addresses {
        last = match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                stream.set_nodelay(true).map_err(|error| Failure::plain(message(&error)))?;
                return Ok(stream);
            }
            Ok(Err(error)) => Failure::plain(format!("dial tcp {address}: connect: {}", message(&error))),
            Err(_) => Failure::plain(format!("dial tcp {address}: i/o timeout")),
        };
    }
    Err(last)
}

/// What this side does when a machine asks something.
pub(super) struct Client {
    host_key: Option<HostKey>,
    agent: Option<Agent>,
}

impl Handler for Client {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(self.host_key.as_ref().is_none_or(|expected| expected.accepts(shown)))
    }

    /// Programs on the machine may use the agent, where the configuration lets it be used at all.
    async fn server_channel_open_agent_forward(
        &mut self,
        channel: Channel<Sent>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        // What is neither accepted nor kept is refused.
        let Some(agent) = self.agent.clone() else { return Ok(()) };
        reply.accept().await;
        tokio::spawn(async move {
            if let Ok(mut stream) = agent.stream().await {
                // Either end may go at any time.
                let _ = tokio::io::copy_bidirectional(&mut channel.into_stream(), &mut stream).await;
            }
        });
        Ok(())
    }
}
