//! Certificates and proxies.

use landform_values::Value;

use super::server::{Answer, Server};
use super::words::backend;

const EMPTY: &str = "<ListBucketResult><Name>b</Name><KeyCount>0</KeyCount></ListBucketResult>";

fn list() -> Answer {
    Answer(200, "content-type: application/xml\r\n", EMPTY.to_owned())
}

/// What listing workspaces says.
async fn listed(endpoint: &str, more: &[(&'static str, Value)]) -> String {
    match backend(endpoint, more).await.workspaces().await {
        Ok(names) => names.join(", "),
        Err(found) => found.into_iter().map(|found| found.detail).collect(),
    }
}

#[tokio::test]
async fn certificates_are_checked_unless_told_otherwise() {
    let (server, certificate) = Server::start_tls(|_| list());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bundle = folder.path().join("bundle.pem");
    fs_err::write(&bundle, certificate).expect("a file");
    let told = listed(&server.endpoint, &[]).await;
    assert!(told.contains("invalid peer certificate"), "{told}");
    assert_eq!(listed(&server.endpoint, &[("insecure", Value::from(true))]).await, "default");
    let bundle = Value::string(bundle.display().to_string());
    assert_eq!(listed(&server.endpoint, &[("custom_ca_bundle", bundle)]).await, "default");
}

#[tokio::test]
async fn proxies_are_used() {
    let proxy = Server::start(|_| list());
    let url = || Value::string(&*proxy.endpoint);
    let elsewhere = "http://s3.example.invalid";
    assert_eq!(listed(elsewhere, &[("http_proxy", url())]).await, "default");
    assert!(proxy.asked()[0].starts_with("GET http://s3.example.invalid/b/?"), "{:?}", proxy.asked());
    let other = ("https_proxy", Value::string("http://127.0.0.1:1"));
    assert_eq!(listed(elsewhere, &[("http_proxy", url()), other]).await, "default");
    let direct = Server::start(|_| list());
    let none_for = ("no_proxy", Value::string("127.0.0.1"));
    let asked = proxy.asked().len();
    assert_eq!(listed(&direct.endpoint, &[("http_proxy", url()), none_for]).await, "default");
    assert_eq!((proxy.asked().len(), direct.asked().len()), (asked, 1));
}
