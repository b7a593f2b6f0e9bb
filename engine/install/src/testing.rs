//! A small HTTP server, recorded events and folders, for tests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::{InstallEvent, InstallObserver};

/// A request as the server got it.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// Path and query.
    pub(crate) path: String,
    headers: Vec<(String, String)>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| &**value)
    }
}

/// What the server answers.
pub(crate) struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(status: u16, body: &str) -> Self {
        Self::bytes(status, body.as_bytes())
    }

    pub(crate) fn bytes(status: u16, body: &[u8]) -> Self {
        Self { status, headers: Vec::new(), body: body.to_vec() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

type Handler = dyn Fn(&Received, usize) -> Answer + Send + Sync;

/// A server on this machine, on a port of its own, until it is dropped.
pub(crate) struct Server {
    address: String,
    requests: Arc<Mutex<Vec<Received>>>,
    stopped: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(handler: impl Fn(&Received) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_counting(move |request, _| handler(request))
    }

    /// The handler is also told how many requests there were before.
    pub(crate) fn start_counting(handler: impl Fn(&Received, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("a bound port"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let stopped = Arc::new(AtomicBool::new(false));
        let (seen, stop) = (requests.clone(), stopped.clone());
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                // A client that gives up is no failure of the server.
                let _ = serve(stream, &seen, &handler);
            }
        });
        Self { address, requests, stopped, thread: Some(thread) }
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// Host and port.
    pub(crate) fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    pub(crate) fn requests(&self) -> Vec<Received> {
        self.requests.lock().expect("no handler panics").clone()
    }

    pub(crate) fn paths(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.path).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread up.
        let _ = TcpStream::connect(self.host());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(stream: TcpStream, seen: &Mutex<Vec<Received>>, handler: &Handler) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let received = Received { path: target, headers };
    let count = {
        let mut seen = seen.lock().expect("no handler panics");
        seen.push(received.clone());
        seen.len() - 1
    };
    let answer = handler(&received, count);
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n", answer.status, answer.body.len())?;
    for (name, value) in &answer.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&answer.body)?;
    stream.flush()?;
    // Until the client closes, so that it reads all of it.
    let _ = reader.read(&mut [0; 1]);
    Ok(())
}

/// Remembers what it is told.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<Vec<String>>);

impl Recorder {
    /// What was said so far, one line each, without markup.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().expect("no observer panics").clone()
    }
}

impl InstallObserver for Recorder {
    fn event(&self, event: &InstallEvent<'_>) {
        self.0.lock().expect("no observer panics").push(event.plain());
    }
}

/// Writes files below a folder.
pub(crate) fn write_files(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs_err::create_dir_all(path.parent().expect("a folder above")).expect("creatable");
        fs_err::write(path, text).expect("writable");
    }
}
