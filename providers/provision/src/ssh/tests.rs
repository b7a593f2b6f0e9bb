//! Ways to log in that the server of the system can not be set up for without its own users: passwords, and questions
//! that are answered with the password. The server is the library's own.

use std::borrow::Cow;
use std::sync::Arc;

use russh::keys::key::safe_rng;
use russh::keys::{Algorithm, PrivateKey};
use russh::server::{Auth, Config, Handler, Response};
use russh::{MethodKind, MethodSet};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::dial::{Machine, Route};
use super::settings::{Endpoint, Proxy};

const PASSWORD: &str = "s3cret";

/// Takes the password in one of two ways.
#[derive(Clone, Copy)]
struct Passwords(MethodKind);

impl Handler for Passwords {
    type Error = russh::Error;

    async fn auth_password(&mut self, _: &str, password: &str) -> Result<Auth, Self::Error> {
        let accepted = self.0 == MethodKind::Password && password == PASSWORD;
        Ok(if accepted { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        _: &str,
        _: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, Self::Error> {
        let Some(response) = response else {
            let prompts = vec![(Cow::Borrowed("Password: "), false), (Cow::Borrowed("Once more: "), false)];
            return Ok(Auth::Partial { name: "".into(), instructions: "".into(), prompts: prompts.into() });
        };
        let answers: Vec<_> = response.collect();
        let accepted = answers.len() == 2 && answers.iter().all(|answer| **answer == *PASSWORD.as_bytes());
        Ok(if accepted { Auth::Accept } else { Auth::reject() })
    }
}

/// Serves on a free port for as long as the test runs.
async fn serve(kind: MethodKind) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("it has one").port();
    let config = Arc::new(Config {
        keys: vec![PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).expect("there is randomness")],
        methods: MethodSet::from(&[kind][..]),
        ..Config::default()
    });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let running = russh::server::run_stream(Arc::clone(&config), stream, Passwords(kind));
            tokio::spawn(async move { running.await?.await });
        }
    });
    port
}

fn route(port: u16, password: &str) -> Route {
    let endpoint = Endpoint {
        host: "127.0.0.1".into(),
        port,
        user: "me".into(),
        password: password.into(),
        private_key: String::new(),
        certificate: String::new(),
        host_key: String::new(),
    };
    let target = Machine::of(endpoint).expect("it is complete");
    Route { target, bastion: None, proxy: None, agent: None }
}

/// The error of logging in, if there is one.
async fn log_in(route: Route) -> Option<String> {
    route.connect().await.err().map(|failure| failure.text(None))
}

#[tokio::test]
async fn passwords_log_in() {
    for (kind, name) in [(MethodKind::Password, "password"), (MethodKind::KeyboardInteractive, "keyboard-interactive")]
    {
        let port = serve(kind).await;
        assert_eq!(log_in(route(port, PASSWORD)).await, None, "{name}");
        let error = log_in(route(port, "wr0ng")).await.expect("it is wrong");
        let why = format!("unable to authenticate, attempted methods [none {name}], no supported methods remain");
        assert!(error.ends_with(&why) && !error.contains("wr0ng"), "{error}");
    }
}

/// A proxy that wants `u:p`, connects once, and gives what it was asked for.
async fn proxy() -> (u16, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("it has one").port();
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("somebody comes");
        let mut request = String::new();
        while !request.ends_with("\r\n\r\n") {
            request.push(char::from(stream.read_u8().await.expect("there is more")));
        }
        if request.contains("Proxy-Authorization: Basic dTpw\r\n") {
            let to = request.split(' ').nth(1).expect("it says where to");
            let mut server = tokio::net::TcpStream::connect(to).await.expect("it is there");
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.expect("it listens");
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
        } else {
            stream.write_all(b"HTTP/1.1 407 No\r\n\r\n").await.expect("it listens");
        }
        request
    });
    (port, served)
}

#[tokio::test]
async fn a_proxy_is_on_the_way() {
    let port = serve(MethodKind::Password).await;
    let through = |proxy_port: u16, user: &str| {
        let proxy = Proxy {
            scheme: "http".into(),
            host: "127.0.0.1".into(),
            port: proxy_port,
            user: user.into(),
            password: "p".into(),
        };
        Route { proxy: Some(proxy), ..route(port, PASSWORD) }
    };
    let (proxy_port, served) = proxy().await;
    assert_eq!(log_in(through(proxy_port, "u")).await, None);
    let request = served.await.expect("it ends with the connection");
    assert!(request.starts_with(&format!("CONNECT 127.0.0.1:{port} HTTP/1.1\r\nHost: ")), "{request}");
    let (proxy_port, _served) = proxy().await;
    assert_eq!(log_in(through(proxy_port, "")).await.as_deref(), Some("Connection Error: StatusCode: 407"));
}

/// A proxy of SOCKS 5 that wants `u:p` if anybody says who they are, and connects once.
async fn socks_proxy() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("it has one").port();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("somebody comes");
        let [_, methods] = read(&mut stream).await;
        let mut offered = vec![0; methods.into()];
        stream.read_exact(&mut offered).await.expect("it says how");
        if !offered.contains(&2) {
            stream.write_all(&[5, 0xff]).await.expect("it listens");
            return;
        }
        stream.write_all(&[5, 2]).await.expect("it listens");
        let [_, 1, user, 1, password] = read(&mut stream).await else { panic!("both are a letter") };
        let right = (user, password) == (b'u', b'p');
        stream.write_all(&[1, u8::from(!right)]).await.expect("it listens");
        if !right {
            return;
        }
        let [5, 1, 0, 1, a, b, c, d, high, low] = read(&mut stream).await else { panic!("it is an address") };
        let to = (std::net::Ipv4Addr::new(a, b, c, d), u16::from_be_bytes([high, low]));
        let mut server = tokio::net::TcpStream::connect(to).await.expect("it is there");
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.expect("it listens");
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
    });
    port
}

async fn read<const N: usize>(stream: &mut tokio::net::TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await.expect("there is more");
    bytes
}

#[tokio::test]
async fn a_socks_proxy_is_on_the_way() {
    let port = serve(MethodKind::Password).await;
    let through = |scheme: &str, proxy_port: u16, (user, password): (&str, &str)| {
        let proxy = Proxy {
            scheme: scheme.into(),
            host: "127.0.0.1".into(),
            port: proxy_port,
            user: user.into(),
            password: password.into(),
        };
        log_in(Route { proxy: Some(proxy), ..route(port, PASSWORD) })
    };
    for scheme in ["socks5", "socks5h"] {
        assert_eq!(through(scheme, socks_proxy().await, ("u", "p")).await, None);
    }
    for who in [("", ""), ("u", "x")] {
        let proxy_port = socks_proxy().await;
        let error = through("socks5", proxy_port, who).await.expect("it is refused");
        let begin = format!("socks connect tcp 127.0.0.1:{proxy_port}->127.0.0.1:{port}: ");
        assert!(error.starts_with(&begin), "{error}");
    }
    assert_eq!(through("socks4", 1, ("", "")).await.as_deref(), Some("proxy: unknown scheme: socks4"));
}
