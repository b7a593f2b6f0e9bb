//! Downloads by HTTP, and servers that say where a package is.

use std::io::{Read, Write};
use std::path::Path;

use super::source::Source;
use super::{FetchError, meta};
use crate::hosts::Netrc;
use crate::hosts::basic;
use crate::network::{Network, Request, Response, Url};

/// The longest page that may name a package.
const MAX_PAGE: u64 = 16 << 20;

/// Asks a server where the package is that an address stands for: by the header `X-Terraform-Get`, or by a `meta`
/// element of a page.
pub(super) fn find_source(source: &Source, network: &dyn Network, netrc: &Netrc) -> Result<Source, FetchError> {
    let mut asked = source.clone();
    asked.url.query_pairs_mut().append_pair("terraform-get", "1");
    let response = network.get(&request(&asked.url, netrc))?;
    if !(200..300).contains(&response.status) {
        return Err(FetchError::Status { url: source.shown(), status: response.status });
    }
    let base = response.url.clone();
    let found = match response.header("x-terraform-get").map(str::to_owned) {
        Some(found) => Some(found),
        None => meta::source_of(&response.text(MAX_PAGE)?),
    };
    let Some(found) = found.filter(|found| !found.is_empty()) else {
        return Err(FetchError::NoSource { url: source.shown() });
    };
    let found = if is_relative(&found) { resolve(&base, &found)? } else { found };
    let next = Source::parse(&found)?;
    if next.protocol == "file" || next.url.scheme() == "file" {
        let message =
            format!("the server at {} leads to a file of this machine, which servers may not", source.shown());
        return Err(FetchError::Invalid(message));
    }
    Ok(next)
}

/// Downloads a file of at most `limit` bytes.
pub(super) fn download(
    source: &Source,
    to: &Path,
    network: &dyn Network,
    netrc: &Netrc,
    limit: u64,
) -> Result<(), FetchError> {
    let response = network.get(&request(&source.url, netrc))?;
    if response.status != 200 {
        return Err(FetchError::Status { url: source.shown(), status: response.status });
    }
    write_body(response, to, source, limit)
}

fn write_body(response: Response, to: &Path, source: &Source, limit: u64) -> Result<(), FetchError> {
    let mut file = fs_err::File::create(to)?;
    let failed =
        |error: std::io::Error| FetchError::Invalid(format!("error downloading '{}': {error}", source.shown()));
    let copied = std::io::copy(&mut response.body.take(limit + 1), &mut file).map_err(failed)?;
    if copied > limit {
        let message = format!("error downloading '{}': it is larger than {limit} bytes", source.shown());
        return Err(FetchError::Invalid(message));
    }
    file.flush()?;
    Ok(())
}

/// With user and password from the address, or else from `.netrc`.
fn request(url: &Url, netrc: &Netrc) -> Request {
    let mut plain = url.clone();
    // Both fail only for addresses that can not have a user.
    let _ = plain.set_password(None);
    let _ = plain.set_username("");
    let authorization = match (url.username(), url.password()) {
        ("", None) => netrc.authorization(url.host_str().unwrap_or_default()),
        (user, password) => Some(basic(&decoded(user), &decoded(password.unwrap_or_default()))),
    };
    let request = Request::new(plain);
    authorization.into_iter().fold(request, |request, value| request.header("authorization", value))
}

/// Without percent signs.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                at += 3;
            }
            None => {
                decoded.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn is_relative(source: &str) -> bool {
    ["/", "./", "../"].iter().any(|prefix| source.starts_with(prefix))
}

fn resolve(base: &Url, relative: &str) -> Result<String, FetchError> {
    let url = base.join(relative).map_err(|error| FetchError::Invalid(format!("{relative}: {error}")))?;
    Ok(url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::parse_url;

    #[test]
    fn users_of_addresses_and_of_netrc() {
        let netrc = Netrc::parse("machine host login n password p");
        let header = |text: &str| {
            let request = request(&parse_url(text).expect(text), &netrc);
            assert!(!request.url.as_str().contains('@'), "{}", request.url);
            request.headers.first().map(|(_, value)| value.clone())
        };
        assert_eq!(header("https://host/x"), Some(basic("n", "p")));
        assert_eq!(header("https://u:a%40b%zz@host/x"), Some(basic("u", "a@b%zz")));
        assert_eq!(header("https://other/x"), None);
    }
}
