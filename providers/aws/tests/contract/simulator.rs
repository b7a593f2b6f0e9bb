//! moto, started once a test process; each test has an account of its own.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The address of the running simulator.
pub(crate) fn endpoint() -> &'static str {
    static ENDPOINT: OnceLock<String> = OnceLock::new();
    ENDPOINT.get_or_init(start)
}

/// The id of an account that no other test uses.
pub(crate) fn new_account() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("9{:011}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn start() -> String {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port is free").port();
    // The shell ends the simulator once the test process, which holds its input open, is gone.
    let script = format!("moto_server -H 127.0.0.1 -p {port} >/dev/null 2>&1 & server=$!; cat; kill $server");
    let mut shell = Command::new("sh")
        .args(["-c", &script])
        .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        .env("MOTO_ACM_VALIDATION_WAIT", "1")
        .stdin(Stdio::piped())
        .spawn()
        .expect("a shell starts");
    let mut input = shell.stdin.take().expect("its input is piped");
    let _ = input.flush();
    std::mem::forget(input);
    let address = format!("127.0.0.1:{port}");
    let begun = Instant::now();
    while TcpStream::connect(&address).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "moto_server (pip install 'moto[server]') does not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    format!("http://{address}")
}
