//! Proxies on the way to a machine: of HTTP, and of SOCKS 5.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_socks::tcp::Socks5Stream;

use super::dial::{PATIENCE, bare, dial};
use super::failure::Failure;
use super::settings::{Endpoint, Proxy};
use crate::system_error::message;

/// Asks a proxy for the way to a machine.
pub(super) async fn dial_through(proxy: &Proxy, endpoint: &Endpoint) -> Result<TcpStream, Failure> {
    match proxy.scheme.as_str() {
        "http" | "https" => connect(proxy, &endpoint.address()).await,
        "socks5" | "socks5h" => socks(proxy, endpoint).await,
        other => Err(Failure::plain(format!("proxy: unknown scheme: {other}"))),
    }
}

/// In the protocol of SOCKS 5. Names are looked up by the proxy.
async fn socks(proxy: &Proxy, endpoint: &Endpoint) -> Result<TcpStream, Failure> {
    let failed = |why: &dyn std::fmt::Display| {
        let (from, to) = (format_args!("{}:{}", proxy.host, proxy.port), endpoint.address());
        Failure::plain(format!("socks connect tcp {from}->{to}: {why}"))
    };
    let stream = dial(&proxy.host, proxy.port).await?;
    let target = (bare(&endpoint.host), endpoint.port);
    let asked = async {
        match proxy.user.as_str() {
            "" => Socks5Stream::connect_with_socket(stream, target).await,
            user => Socks5Stream::connect_with_password_and_socket(stream, target, user, &proxy.password).await,
        }
    };
    match timeout(PATIENCE, asked).await {
        Ok(Ok(stream)) => Ok(stream.into_inner()),
        Ok(Err(error)) => Err(failed(&error)),
        Err(_) => Err(failed(&"i/o timeout")),
    }
}

/// In HTTP.
async fn connect(proxy: &Proxy, address: &str) -> Result<TcpStream, Failure> {
    let mut stream = dial(&proxy.host, proxy.port).await?;
    let credentials = STANDARD.encode(format!("{}:{}", proxy.user, proxy.password));
    let authorization = match proxy.user.as_str() {
        "" => String::new(),
        _ => format!("Proxy-Authorization: Basic {credentials}\r\n"),
    };
    let request = format!("CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n{authorization}\r\n");
    let answered = async {
        stream.write_all(request.as_bytes()).await?;
        head(&mut stream).await
    };
    let answer = match timeout(PATIENCE, answered).await {
        Ok(answer) => answer.map_err(|error| Failure::plain(format!("proxy: {}", message(&error))))?,
        Err(_) => return Err(Failure::plain("proxy: i/o timeout")),
    };
    match answer.split(' ').nth(1) {
        Some("200") => Ok(stream),
        Some(status) => Err(Failure::plain(format!("Connection Error: StatusCode: {status}"))),
        None => Err(Failure::plain("proxy: malformed HTTP response")),
    }
}

/// The head of an answer, byte by byte: what follows is the machine's.
async fn head(stream: &mut TcpStream) -> std::io::Result<String> {
    const LONGEST: usize = 16 * 1024;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == LONGEST {
            return Err(std::io::Error::other("the answer is too long"));
        }
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
