//! The connections that all clients share.

use std::sync::OnceLock;

use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector, proxy::ProxyConfig};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::{ProviderConfig, environment};
use crate::core::{Error, Result};

/// The one pool of connections of the process; configurations with a proxy or certificates of their own have their own.
pub(super) fn client(config: &ProviderConfig) -> Result<SharedHttpClient> {
    static SHARED: OnceLock<SharedHttpClient> = OnceLock::new();
    if config.insecure.is_true() {
        let message = "insecure = true would send credentials to whoever answers; it is not supported.";
        let hint = "Trust the server's certificate with custom_ca_bundle, or use an endpoint with http://.";
        return Err(Error::new("Unsupported provider setting", message).hint(hint));
    }
    let proxied = [&config.http_proxy, &config.https_proxy, &config.no_proxy].iter().any(|it| it.text().is_some());
    let bundle = config.custom_ca_bundle.param().or_else(|| environment::variable("AWS_CA_BUNDLE"));
    let Some(bundle) = bundle else {
        if proxied {
            return build(proxy(config)?, TlsContext::default());
        }
        let made = SHARED.get().cloned().map_or_else(|| build(ProxyConfig::from_env(), TlsContext::default()), Ok)?;
        return Ok(SHARED.get_or_init(|| made).clone());
    };
    let pem = fs_err::read(&bundle).map_err(|error| Error::new("Unreadable certificate bundle", error.to_string()))?;
    check_certificates(&bundle, &pem)?;
    let trust = TrustStore::default().with_pem_certificate(pem);
    let context = TlsContext::builder().with_trust_store(trust).build();
    let context = context.map_err(|error| Error::new("Invalid certificate bundle", error.to_string()))?;
    build(if proxied { proxy(config)? } else { ProxyConfig::from_env() }, context)
}

/// The SDK takes it for granted that it can read what it is given.
fn check_certificates(bundle: &str, pem: &[u8]) -> Result<()> {
    let invalid = |why: String| {
        let hint = "custom_ca_bundle and AWS_CA_BUNDLE name a file with certificates in PEM form.";
        Error::new("Invalid certificate bundle", format!("{bundle}: {why}.")).hint(hint)
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| invalid(error.to_string()))?;
        roots.add(certificate).map_err(|error| invalid(error.to_string()))?;
    }
    if roots.is_empty() { Err(invalid("there is no certificate in it".into())) } else { Ok(()) }
}

#[expect(clippy::unnecessary_wraps, reason = "the callers' other ways to a client can fail")]
fn build(proxy: ProxyConfig, tls: TlsContext) -> Result<SharedHttpClient> {
    Ok(Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder().proxy_config(proxy.clone());
        if let Some(settings) = settings {
            connector = connector.connector_settings(settings.clone());
        }
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(tls.clone()).build()
    }))
}

fn proxy(config: &ProviderConfig) -> Result<ProxyConfig> {
    let invalid = |error: &dyn std::fmt::Display| Error::new("Invalid proxy", error.to_string());
    let proxy = match (config.https_proxy.param(), config.http_proxy.param()) {
        (Some(https), None) => ProxyConfig::https(https).map_err(|error| invalid(&error))?,
        (None, Some(http)) => ProxyConfig::http(http).map_err(|error| invalid(&error))?,
        (Some(https), Some(http)) if https != http => {
            let message = "http_proxy and https_proxy can only be given together when they are the same.";
            return Err(Error::new("Unsupported provider setting", message));
        }
        (Some(both), Some(_)) => ProxyConfig::all(both).map_err(|error| invalid(&error))?,
        (None, None) => ProxyConfig::from_env(),
    };
    Ok(match config.no_proxy.param() {
        Some(hosts) => proxy.no_proxy(hosts),
        None => proxy,
    })
}
