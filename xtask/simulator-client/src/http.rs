//! As much HTTP as the control endpoint needs: one request a connection, an answer that ends with it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Sends a request to the control endpoint and returns the body of the answer, `key value` a line.
///
/// # Panics
///
/// When there is no answer, or one that is not 200.
pub(crate) fn request(address: &str, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap_or_else(|e| panic!("no simulator at {address}: {e}"));
    let length = body.len();
    let request = format!(
        "{method} /landform-simulator/{path} HTTP/1.0\r\nHost: {address}\r\nAccept: text/plain\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap_or_else(|e| panic!("the simulator went away: {e}"));
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap_or_else(|e| panic!("the simulator went away: {e}"));
    let (head, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer has a head");
    let status = head.split_whitespace().nth(1).expect("an HTTP answer has a status");
    assert_eq!(status, "200", "{method} {path}: {body}");
    body.to_owned()
}
