//! Finding a host's services: `/.well-known/terraform.json`.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::Value as Json;

use crate::hosts::Hosts;
use crate::network::{Network, NetworkError, Request, Url, parse_url};

/// Why a host's service can not be found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// The host does not answer.
    #[error("could not connect to {host}: failed to request discovery document: {error}")]
    Unreachable {
        /// The host.
        host: String,
        /// Why.
        error: NetworkError,
    },
    /// The answer makes no sense.
    #[error("failed to request discovery document: {reason}")]
    Invalid {
        /// Why.
        reason: String,
    },
    /// The host has no such service.
    #[error("host {host} does not offer a {service} service")]
    NotOffered {
        /// The host.
        host: String,
        /// `modules.v1`.
        service: String,
    },
}

/// Finds services, asking each host once.
pub struct Discovery<'a> {
    network: &'a dyn Network,
    hosts: &'a Hosts,
    scheme: Scheme,
    timeout: Duration,
    found: Mutex<BTreeMap<String, Result<Services, DiscoveryError>>>,
}

/// How hosts are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Https,
    /// For tests, whose servers have no certificates.
    #[cfg(test)]
    Http,
}

/// Addresses by id.
type Services = BTreeMap<String, Url>;

/// The longest discovery document.
const MAX_DOCUMENT: u64 = 1 << 20;

impl<'a> Discovery<'a> {
    /// With what is known of hosts; the timeout is for one request.
    pub fn new(network: &'a dyn Network, hosts: &'a Hosts, timeout: Duration) -> Self {
        Self { network, hosts, scheme: Scheme::Https, timeout, found: Mutex::default() }
    }

    #[cfg(test)]
    pub(crate) fn plain(network: &'a dyn Network, hosts: &'a Hosts) -> Self {
        Self { scheme: Scheme::Http, ..Self::new(network, hosts, Duration::from_secs(10)) }
    }

    /// The address of a host's service, which ends in a slash.
    ///
    /// # Errors
    /// When the host does not answer or does not offer it.
    pub fn service(&self, host: &str, service: &str) -> Result<Url, DiscoveryError> {
        let services = self.services(host)?;
        let missing = || DiscoveryError::NotOffered { host: host.to_owned(), service: service.to_owned() };
        let mut url = services.get(service).cloned().ok_or_else(missing)?;
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(url)
    }

    /// A request for an address of a host's service, with the host's token.
    pub(super) fn request(&self, host: &str, url: Url) -> Request {
        let request = Request::new(url).within(self.timeout);
        match self.hosts.token(host) {
            Some(token) => request.header("authorization", token.authorization()),
            None => request,
        }
    }

    pub(super) fn network(&self) -> &dyn Network {
        self.network
    }

    fn services(&self, host: &str) -> Result<Services, DiscoveryError> {
        let mut found = self.found.lock().expect("nothing panics while it holds the lock");
        if let Some(services) = found.get(host) {
            return services.clone();
        }
        let services = self.ask(host);
        found.insert(host.to_owned(), services.clone());
        services
    }

    fn ask(&self, host: &str) -> Result<Services, DiscoveryError> {
        let scheme = match self.scheme {
            Scheme::Https => "https",
            #[cfg(test)]
            Scheme::Http => "http",
        };
        let unreachable = |error| DiscoveryError::Unreachable { host: host.to_owned(), error };
        let address = parse_url(&format!("{scheme}://{host}/.well-known/terraform.json")).map_err(unreachable)?;
        if let Some(services) = self.hosts.services(host) {
            let known = services.iter().filter_map(|(id, text)| Some((id.clone(), address.join(text).ok()?)));
            return Ok(known.collect());
        }
        let request = self.request(host, address).header("accept", "application/json");
        let response = self.network.get(&request).map_err(unreachable)?;
        let base = response.url.clone();
        match response.status {
            200 => {}
            404 => return Ok(Services::new()),
            status => return Err(DiscoveryError::Invalid { reason: format!("{status} returned from {base}") }),
        }
        let text = response.text(MAX_DOCUMENT).map_err(unreachable)?;
        read_document(&text, &base)
    }
}

fn read_document(text: &str, base: &Url) -> Result<Services, DiscoveryError> {
    let invalid = |reason: String| DiscoveryError::Invalid { reason };
    let document: Json = serde_json::from_str(text).map_err(|error| invalid(format!("{base}: {error}")))?;
    let services = document.as_object().ok_or_else(|| invalid(format!("{base}: no JSON object")))?;
    let address = |value: &Json| base.join(value.as_str()?).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    Ok(services.iter().filter_map(|(id, value)| Some((id.clone(), address(value)?))).collect())
}
