//! A server that remembers what it was asked and answers what it was told to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A server on a port of its own, until the process ends.
#[derive(Clone)]
pub(super) struct Listener {
    address: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    /// Answers requests by what their first lines contain; others get a 500.
    pub(super) fn start(answers: Vec<(&'static str, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address").to_string();
        let started = Self { address, heard: Arc::default() };
        let heard = Arc::clone(&started.heard);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let asked = hear(&stream);
                let first = asked.lines().next().unwrap_or_default();
                let answer = answers.iter().find(|(part, _)| first.contains(part)).map(|(_, answer)| answer.as_str());
                answer_with(stream, answer);
                heard.lock().expect("nobody panics with it").push(asked);
            }
        });
        started
    }

    /// Where it is.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// First lines and headers of what it was asked.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("nobody panics with it").clone()
    }
}

fn hear(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) <= 2 {
            break;
        }
        if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = text.trim().parse().expect("a length is a number");
        }
        head.push_str(&line);
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink()).expect("the body arrives");
    head
}

fn answer_with(mut stream: TcpStream, answer: Option<&str>) {
    let (status, body) = answer.map_or(("500 Internal Server Error", ""), |answer| ("200 OK", answer));
    let headers = format!("content-length: {}\r\nx-aws-ec2-metadata-token-ttl-seconds: 600", body.len());
    // Whoever asked may have gone away.
    let _ = write!(stream, "HTTP/1.1 {status}\r\n{headers}\r\nconnection: close\r\n\r\n{body}");
}
