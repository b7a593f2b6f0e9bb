//! A web server that answers what it is told.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A request, as far as answers depend on it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// With its query.
    pub(crate) path: String,
    /// As they were sent, in lower case.
    pub(crate) headers: Vec<String>,
}

/// A status, headers in lines, and a body.
#[derive(Clone, Debug)]
pub(crate) struct Answer(pub(crate) u16, pub(crate) &'static str, pub(crate) String);

impl Answer {
    /// An error as S3 words it.
    pub(crate) fn error(status: u16, code: &str, more: &str) -> Self {
        Self(status, "", format!("<Error><Code>{code}</Code><Message>told to</Message>{more}</Error>"))
    }
}

/// It runs until the process ends.
pub(crate) struct Server {
    pub(crate) endpoint: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers each request with what the function makes of it.
    pub(crate) fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let (server, listener) = Self::listen("http");
        let (log, answer) = (server.requests.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (log, answer) = (log.clone(), answer.clone());
                std::thread::spawn(move || serve(&mut stream, &log, &*answer));
            }
        });
        server
    }

    /// The same behind TLS, with a certificate for 127.0.0.1 that nobody has signed; and that certificate.
    pub(crate) fn start_tls(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> (Self, String) {
        let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider supports them")
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .expect("the key is that of the certificate");
        let (server, config) = (Self::listen("https"), Arc::new(config));
        let (listener, log, answer) = (server.1, server.0.requests.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (log, answer, config) = (log.clone(), answer.clone(), config.clone());
                std::thread::spawn(move || {
                    let mut connection = rustls::ServerConnection::new(config).expect("a valid configuration");
                    let mut tls = rustls::Stream::new(&mut connection, &mut stream);
                    serve(&mut tls, &log, &*answer);
                    connection.send_close_notify();
                    let _ = connection.complete_io(&mut stream);
                });
            }
        });
        (server.0, own.cert.pem())
    }

    fn listen(scheme: &str) -> (Self, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("{scheme}://{}", listener.local_addr().expect("it is bound"));
        (Self { endpoint, requests: Arc::default() }, listener)
    }

    /// What was asked so far: "PUT /bucket/key".
    pub(crate) fn asked(&self) -> Vec<String> {
        let requests = self.requests.lock().expect("no panic inside");
        requests.iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }
}

fn serve(stream: &mut (impl Read + Write), log: &Mutex<Vec<Request>>, answer: &dyn Fn(&Request) -> Answer) {
    let Some(request) = read(stream) else { return };
    let Answer(status, headers, body) = answer(&request);
    log.lock().expect("no panic inside").push(request);
    let length =
        if headers.contains("content-length") { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let head = format!("HTTP/1.1 {status} Told\r\nconnection: close\r\n{length}{headers}\r\n");
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

fn read(stream: &mut impl Read) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let header = header.trim().to_lowercase();
        if header.is_empty() {
            break;
        }
        headers.push(header);
    }
    let length = headers.iter().find_map(|header| header.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    reader.read_exact(&mut vec![0; length]).ok()?;
    Some(Request { method, path, headers })
}
