//! Connections: proxies and certificates.

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use landform_diagnostics::{Diagnostic, Diagnostics};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::insecure;
use crate::s3::arguments::Network;
use crate::s3::environment::{Environment, Secret};

/// Which proxies are used.
#[derive(Debug, Default, PartialEq, Eq)]
struct Proxies<'a> {
    http: Option<&'a str>,
    https: Option<&'a str>,
    none_for: Option<&'a str>,
}

/// The client that all calls go through, and warnings.
pub(super) fn client(
    network: &Network,
    environment: &Environment,
    found: &mut Diagnostics,
) -> Result<SharedHttpClient, Diagnostic> {
    let proxies = proxies(network, environment);
    if let (Some(Secret(http)), None) = (&network.http_proxy, &network.https_proxy)
        && !http.is_empty()
        && environment.first(&["HTTPS_PROXY", "https_proxy"]).is_none()
    {
        found.push(missing_https_proxy());
    }
    if network.insecure {
        if proxies.http.or(proxies.https).is_some() {
            let detail = "A proxy can not be used together with insecure = true. Trust the server's certificate with \
                          custom_ca_bundle instead.";
            return Err(Diagnostic::error("Unsupported backend setting", detail));
        }
        return Ok(insecure::client());
    }
    let tls = tls_context(network, environment)?;
    let build = |proxy: ProxyConfig| {
        let proxy = match proxies.none_for {
            Some(hosts) => proxy.no_proxy(hosts),
            None => proxy,
        };
        one_client(proxy, tls.clone())
    };
    let invalid = |summary: &'static str| {
        // The URL may hold a password.
        move |_| {
            Diagnostic::error(summary, "Unable to parse URL: it must be a URL such as http://proxy.example.com:3128.")
        }
    };
    let (bad_http, bad_https) = (invalid("Invalid HTTP Proxy"), invalid("Invalid HTTPS Proxy"));
    Ok(match (proxies.http, proxies.https) {
        (None, None) => build(ProxyConfig::disabled()),
        (Some(http), None) => build(ProxyConfig::http(http).map_err(bad_http)?),
        (None, Some(https)) => build(ProxyConfig::https(https).map_err(bad_https)?),
        (Some(http), Some(https)) if http == https => build(ProxyConfig::all(http).map_err(bad_http)?),
        (Some(http), Some(https)) => SharedHttpClient::new(ByScheme {
            http: build(ProxyConfig::http(http).map_err(bad_http)?),
            https: build(ProxyConfig::https(https).map_err(bad_https)?),
        }),
    })
}

/// An argument goes before a variable; an empty one means that there is no proxy. The proxy for HTTP is that for HTTPS
/// too, when only an argument names it.
fn proxies<'a>(network: &'a Network, environment: &'a Environment) -> Proxies<'a> {
    let argument = |argument: &'a Option<Secret>| argument.as_ref().map(|Secret(url)| url.as_str());
    let (http, https) = (argument(&network.http_proxy), argument(&network.https_proxy));
    let https_variable = environment.first(&["HTTPS_PROXY", "https_proxy"]);
    let some = |url: &&str| !url.is_empty();
    Proxies {
        http: http.or_else(|| environment.first(&["HTTP_PROXY", "http_proxy"])).filter(some),
        https: https.or(https_variable).or(http).filter(some),
        none_for: network.no_proxy.as_deref().or_else(|| environment.first(&["NO_PROXY", "no_proxy"])),
    }
}

fn missing_https_proxy() -> Diagnostic {
    let detail = "An HTTP proxy was set but no HTTPS proxy was. Using the HTTP proxy for HTTPS requests. This behavior may \
                  change in future versions.\n\nTo specify no proxy for HTTPS, set the HTTPS to an empty string.";
    Diagnostic::warning("Missing HTTPS Proxy", detail)
}

/// What to trust: the system's certificates, or only those of a bundle.
fn tls_context(network: &Network, environment: &Environment) -> Result<TlsContext, Diagnostic> {
    let Some(bundle) = network.custom_ca_bundle.as_deref().or_else(|| environment.get("AWS_CA_BUNDLE")) else {
        return Ok(TlsContext::default());
    };
    let path = environment.expand(bundle);
    let wrong = |error: String| Diagnostic::error("Invalid custom CA bundle", error);
    let pem = fs_err::read(&path).map_err(|error| wrong(format!("reading custom CA bundle: {error}")))?;
    let count =
        certificates(&pem).map_err(|error| wrong(format!("The file {path} holds an invalid certificate: {error}.")))?;
    if count == 0 {
        return Err(wrong(format!("The file {path} holds no certificate in PEM format.")));
    }
    let trust = TrustStore::empty().with_pem_certificate(pem);
    TlsContext::builder().with_trust_store(trust).build().map_err(|error| wrong(error.to_string()))
}

/// How many certificates there are; the HTTP client would panic at an invalid one.
fn certificates(pem: &[u8]) -> Result<usize, String> {
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        store.add(certificate).map_err(|error| error.to_string())?;
    }
    Ok(store.len())
}

fn one_client(proxy: ProxyConfig, tls: TlsContext) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder().proxy_config(proxy.clone());
        if let Some(settings) = settings {
            connector = connector.connector_settings(settings.clone());
        }
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(tls.clone()).build()
    })
}

/// A client for HTTP and one for HTTPS, because a client has one proxy at most.
#[derive(Debug)]
struct ByScheme {
    http: SharedHttpClient,
    https: SharedHttpClient,
}

impl HttpClient for ByScheme {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(ByConnector {
            http: self.http.http_connector(settings, components),
            https: self.https.http_connector(settings, components),
        })
    }
}

#[derive(Debug)]
struct ByConnector {
    http: SharedHttpConnector,
    https: SharedHttpConnector,
}

impl HttpConnector for ByConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if request.uri().starts_with("https:") { self.https.call(request) } else { self.http.call(request) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_proxy() {
        let of = |arguments: [Option<&str>; 2], variables: &[(&str, &str)]| {
            let [http_proxy, https_proxy] = arguments.map(|url| url.map(|url| Secret(url.to_owned())));
            let network = Network { http_proxy, https_proxy, ..Network::default() };
            let environment = variables.iter().copied().collect();
            let Proxies { http, https, .. } = proxies(&network, &environment);
            [http, https].map(|url| url.unwrap_or_default().to_owned())
        };
        let both = [("HTTP_PROXY", "http://v"), ("https_proxy", "http://w")];
        assert_eq!(of([None, None], &[]), ["", ""]);
        assert_eq!(of([None, None], &both), ["http://v", "http://w"]);
        assert_eq!(of([None, None], &both[..1]), ["http://v", ""]);
        assert_eq!(of([Some("http://a"), None], &[]), ["http://a", "http://a"]);
        assert_eq!(of([Some("http://a"), None], &both), ["http://a", "http://w"]);
        assert_eq!(of([Some("http://a"), Some("")], &both), ["http://a", ""]);
        assert_eq!(of([None, Some("http://b")], &both), ["http://v", "http://b"]);
    }

    #[test]
    fn bad_bundles_are_told() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("bundle.pem");
        let network = Network { custom_ca_bundle: Some(path.display().to_string()), ..Network::default() };
        let detail = || match tls_context(&network, &Environment::default()) {
            Ok(_) => String::new(),
            Err(diagnostic) => diagnostic.detail,
        };
        assert!(detail().contains("reading custom CA bundle"), "{}", detail());
        for (content, expected) in [
            ("nothing", "holds no certificate"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "holds an invalid certificate"),
        ] {
            fs_err::write(&path, content).expect("a file");
            assert!(detail().contains(expected), "{}", detail());
        }
    }
}
