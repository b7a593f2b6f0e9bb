//! The network as the installers see it: one request, one response.

mod http;
mod url;

use std::fmt;
use std::io::Read;
use std::time::Duration;

pub use http::{HttpNetwork, HttpSettings};
pub use url::{Url, parse_url, redacted};

/// A `GET` request.
#[derive(Clone)]
pub struct Request {
    /// An `http` or `https` address without user and password.
    pub url: Url,
    /// Names and values beside those that every request has. Values may be secret.
    pub headers: Vec<(&'static str, String)>,
    /// How long until the response begins and ends; without, there is only a limit to silence.
    pub timeout: Option<Duration>,
}

/// What a server says. Its redirects have been followed.
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Where the response came from in the end.
    pub url: Url,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Box<dyn Read + Send>,
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Get {url:?}: {reason}")]
pub struct NetworkError {
    /// The address without secrets.
    pub url: String,
    /// A phrase.
    pub reason: String,
}

/// Makes requests.
pub trait Network: Send + Sync {
    /// Makes a request and follows redirects. Credentials in headers go to the first host only.
    ///
    /// # Errors
    /// When there is no response at all; a response of status 500 is no error.
    fn get(&self, request: &Request) -> Result<Response, NetworkError>;
}

impl Request {
    /// Without headers.
    pub fn new(url: Url) -> Self {
        Self { url, headers: Vec::new(), timeout: None }
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With a limit of time.
    #[must_use]
    pub fn within(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }
}

impl fmt::Debug for Request {
    /// Headers by name only: their values may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| *name).collect();
        f.debug_struct("Request").field("url", &redacted(&self.url)).field("headers", &names).finish_non_exhaustive()
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("url", &redacted(&self.url))
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Response {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(candidate, _)| candidate == name).map(|(_, value)| &**value)
    }

    /// The whole body as text.
    ///
    /// # Errors
    /// When it is longer than `limit` bytes, no UTF-8, or ends too early.
    pub fn text(self, limit: u64) -> Result<String, NetworkError> {
        let problem = |reason: String| NetworkError { url: redacted(&self.url), reason };
        let mut bytes = Vec::new();
        self.body.take(limit + 1).read_to_end(&mut bytes).map_err(|error| problem(error.to_string()))?;
        if bytes.len() as u64 > limit {
            return Err(problem(format!("the response is longer than {limit} bytes")));
        }
        String::from_utf8(bytes).map_err(|_| problem("the response is not UTF-8 text".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(body: &'static [u8]) -> Response {
        let url = parse_url("http://user:secret@host/x?sshkey=key").expect("a URL");
        Response { status: 200, url, headers: vec![("a".into(), "b".into())], body: Box::new(body) }
    }

    #[test]
    fn bodies_have_a_limit() {
        assert_eq!(response(b"abc").text(3).as_deref(), Ok("abc"));
        let url = "http://user:redacted@host/x?sshkey=redacted";
        let error = |reason: &str| Err(NetworkError { url: url.into(), reason: reason.into() });
        assert_eq!(response(b"abcd").text(3), error("the response is longer than 3 bytes"));
        assert_eq!(response(b"\xff").text(3), error("the response is not UTF-8 text"));
        assert_eq!(response(b"").header("a"), Some("b"));
    }

    #[test]
    fn secrets_do_not_show() {
        let url = parse_url("http://user:secret@host/x").expect("a URL");
        let request = Request::new(url).header("authorization", "Bearer secret");
        let shown = format!("{request:?} {:?}", response(b""));
        assert!(!shown.contains("secret") && shown.contains("authorization"), "{shown}");
    }
}
