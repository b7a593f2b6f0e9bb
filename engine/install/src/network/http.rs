//! The real network.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, Proxy};

use super::{Network, NetworkError, Request, Response, Url, redacted};

/// What requests need to know of the machine.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The header `user-agent`.
    pub user_agent: String,
    /// The proxy for `http` addresses: `HTTP_PROXY`.
    pub http_proxy: Option<String>,
    /// The proxy for `https` addresses: `HTTPS_PROXY`.
    pub https_proxy: Option<String>,
    /// Hosts that are reached without a proxy, separated by commas: `NO_PROXY`.
    pub no_proxy: Option<String>,
    /// How often a request that failed for a passing reason is made again: `TF_REGISTRY_DISCOVERY_RETRY`.
    pub retries: u32,
}

/// Requests by HTTP/1.1, with the certificates that the machine trusts. Nothing is set up before the first request.
#[derive(Debug)]
pub struct HttpNetwork {
    settings: HttpSettings,
    plain: OnceLock<Agent>,
    secure: OnceLock<Agent>,
}

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(30);
/// How long a server may be silent.
const SILENCE: Duration = Duration::from_secs(60);
/// The wait before the first repetition; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// As many as Terraform follows.
const MAX_REDIRECTS: u32 = 10;

impl HttpNetwork {
    /// With settings.
    pub fn new(settings: HttpSettings) -> Self {
        Self { settings, plain: OnceLock::new(), secure: OnceLock::new() }
    }

    fn agent(&self, scheme: &str) -> &Agent {
        match scheme {
            "https" => self.secure.get_or_init(|| self.new_agent(self.settings.https_proxy.as_deref(), tls())),
            _ => self.plain.get_or_init(|| self.new_agent(self.settings.http_proxy.as_deref(), TlsConfig::default())),
        }
    }

    fn new_agent(&self, proxy: Option<&str>, tls: TlsConfig) -> Agent {
        Agent::config_builder()
            .tls_config(tls)
            .user_agent(self.settings.user_agent.as_str())
            .proxy(proxy.and_then(|proxy| self.proxy(proxy)))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_per_read(Some(SILENCE))
            .build()
            .new_agent()
    }

    fn proxy(&self, address: &str) -> Option<Proxy> {
        let given = Proxy::new(address).ok()?;
        let Some(except) = &self.settings.no_proxy else { return Some(given) };
        let mut builder = Proxy::builder(given.protocol()).host(given.host()).port(given.port());
        if let Some(username) = given.username() {
            builder = builder.username(username);
        }
        if let Some(password) = given.password() {
            builder = builder.password(password);
        }
        // A host stands for those below it, too.
        let with_subdomains = |host: &str| [host.to_owned(), format!(".{}", host.trim_start_matches('.'))];
        let except = except.split(',').map(str::trim).filter(|host| !host.is_empty()).flat_map(with_subdomains);
        except.fold(builder, |builder, host| builder.no_proxy(&host)).build().ok()
    }

    /// Makes a request and follows redirects, each with the proxy and the certificates of its scheme.
    fn attempt(&self, request: &Request) -> Result<Response, NetworkError> {
        let mut request = request.clone();
        for _ in 0..MAX_REDIRECTS {
            let response = self.attempt_once(&request)?;
            let Some(next) = redirect(&response) else { return Ok(response) };
            if next.origin() != request.url.origin() {
                request.headers.retain(|(name, _)| *name != "authorization");
            }
            request.url = next;
        }
        let reason = format!("stopped after {MAX_REDIRECTS} redirects");
        Err(NetworkError { url: redacted(&request.url), reason })
    }

    fn attempt_once(&self, request: &Request) -> Result<Response, NetworkError> {
        let problem = |error: &dyn ToString| NetworkError { url: redacted(&request.url), reason: error.to_string() };
        let mut call = self.agent(request.url.scheme()).get(request.url.as_str());
        for (name, value) in &request.headers {
            call = call.header(*name, value);
        }
        let call = call.config().timeout_global(request.timeout).build();
        let response = call.call().map_err(|error| problem(&error))?;
        let (parts, body) = response.into_parts();
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Ok(Response {
            status: parts.status.as_u16(),
            url: request.url.clone(),
            headers: parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect(),
            body: Box::new(body.into_reader()),
        })
    }
}

impl Network for HttpNetwork {
    fn get(&self, request: &Request) -> Result<Response, NetworkError> {
        let mut wait = FIRST_WAIT;
        for _ in 0..self.settings.retries {
            match self.attempt(request) {
                Ok(response) if !is_passing(response.status) => return Ok(response),
                Ok(_) | Err(_) => std::thread::sleep(wait),
            }
            wait *= 2;
        }
        self.attempt(request)
    }
}

/// Where a response says to look instead.
fn redirect(response: &Response) -> Option<Url> {
    let is_redirect = matches!(response.status, 301 | 302 | 303 | 307 | 308);
    let target = response.header("location").filter(|_| is_redirect)?;
    response.url.join(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Whether a server may answer otherwise a moment later.
fn is_passing(status: u16) -> bool {
    status == 429 || (500..600).contains(&status) && status != 501
}

/// The library that the AWS SDK uses as well, so that there is one in the program.
fn tls() -> TlsConfig {
    let certificates = rustls_native_certs::load_native_certs().certs;
    let certificates: Vec<Certificate<'static>> =
        certificates.iter().map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned()).collect();
    TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .root_certs(RootCerts::new_with_certs(&certificates))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::parse_url;
    use crate::testing::{Answer, Server};

    fn network(retries: u32) -> HttpNetwork {
        HttpNetwork::new(HttpSettings {
            user_agent: "Landform/test".into(),
            http_proxy: None,
            https_proxy: None,
            no_proxy: None,
            retries,
        })
    }

    fn get(network: &HttpNetwork, address: &str) -> Result<Response, NetworkError> {
        network.get(&Request::new(parse_url(address)?).header("authorization", "Bearer secret"))
    }

    #[test]
    fn responses_and_redirects() {
        let server = Server::start(|request| match request.path.as_str() {
            "/a" => Answer::text(200, "body").header("X-Terraform-Get", "b"),
            "/moved" => Answer::text(302, "").header("Location", "/a"),
            _ => Answer::text(404, "nothing"),
        });
        let network = network(0);
        let response = get(&network, &server.address("/moved")).expect("a response");
        assert_eq!(response.url.as_str(), server.address("/a"));
        assert_eq!(response.header("x-terraform-get"), Some("b"));
        assert_eq!(response.text(100).as_deref(), Ok("body"));
        assert_eq!(get(&network, &server.address("/b")).expect("a response").status, 404);
        let requests = server.requests();
        assert_eq!(requests[0].header("user-agent"), Some("Landform/test"));
        assert_eq!(requests[0].header("authorization"), Some("Bearer secret"));
    }

    #[test]
    fn credentials_stay_with_their_host() {
        let other = Server::start(|_| Answer::text(200, "other"));
        let target = other.address("/x").replace("127.0.0.1", "localhost");
        let server = Server::start(move |_| Answer::text(302, "").header("Location", &target));
        assert_eq!(get(&network(0), &server.address("/")).expect("a response").status, 200);
        assert_eq!(other.requests()[0].header("authorization"), None);
    }

    #[test]
    fn passing_failures_are_tried_again() {
        let server = Server::start_counting(|_, count| Answer::text(if count == 0 { 503 } else { 200 }, "x"));
        assert_eq!(get(&network(1), &server.address("/")).expect("a response").status, 200);
        let server = Server::start_counting(|_, count| Answer::text(if count == 0 { 503 } else { 200 }, "x"));
        assert_eq!(get(&network(0), &server.address("/")).expect("a response").status, 503);
    }

    #[test]
    fn a_server_without_encryption() {
        let server = Server::start(|_| Answer::text(200, ""));
        let error = get(&network(0), &server.address("/").replace("http:", "https:")).expect_err("no TLS");
        assert!(error.url.starts_with("https://127.0.0.1:"), "{error}");
    }

    #[test]
    fn no_server() {
        let address = Server::start(|_| Answer::text(200, "")).address("/x");
        let error = get(&network(0), &address).expect_err("nobody listens any more");
        assert!(error.to_string().starts_with(&format!("Get {address:?}: ")), "{error}");
    }

    #[test]
    fn endless_redirects() {
        let server = Server::start(|_| Answer::text(302, "").header("Location", "/again"));
        let error = get(&network(0), &server.address("/")).expect_err("endless");
        assert_eq!(error.reason, "stopped after 10 redirects");
        assert_eq!(server.paths().len(), 10);
    }

    #[test]
    fn proxies() {
        let proxy = Server::start(|_| Answer::text(403, "no tunnels here"));
        let network = HttpNetwork::new(HttpSettings {
            http_proxy: Some(proxy.address("")),
            no_proxy: Some("127.0.0.1, direct.example".into()),
            ..network(0).settings
        });
        assert!(get(&network, "http://registry.example/x").is_err());
        assert_eq!(proxy.paths(), ["registry.example:80"]);
        let direct = Server::start(|_| Answer::text(200, "direct"));
        assert_eq!(get(&network, &direct.address("/")).expect("a response").text(100).as_deref(), Ok("direct"));
        assert!(get(&network, "http://sub.direct.example/x").is_err());
        assert_eq!(proxy.paths().len(), 1, "hosts below one that needs no proxy need none either");
    }
}
