//! An address of a package, taken apart.

use landform_config::source::{split_protocol, split_subdirectory};

use super::FetchError;
use crate::network::{Url, parse_url, redacted};

/// An address of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    /// What fetches it: `git`, `https`.
    pub(super) protocol: String,
    /// Where it is.
    pub(super) url: Url,
    /// What of it is wanted; empty for all.
    pub(super) subdirectory: String,
}

impl Source {
    /// From `[protocol::]url[//subdirectory][?query]`.
    pub(super) fn parse(text: &str) -> Result<Self, FetchError> {
        let (package, subdirectory) = split_subdirectory(text);
        if subdirectory.split(['/', '\\']).any(|part| part == "..") {
            let message = "subdirectory component contain path traversal out of the repository";
            return Err(FetchError::Invalid(message.to_owned()));
        }
        let (forced, address) = split_protocol(&package);
        let url = parse_url(address).map_err(|error| FetchError::Invalid(format!("{error}{}", hint(address))))?;
        let protocol = forced.unwrap_or(url.scheme()).to_owned();
        Ok(Self { protocol, url, subdirectory })
    }

    /// Removes a query parameter that is not meant for the server.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let value = self.url.query_pairs().find(|(candidate, _)| candidate == name)?.1.into_owned();
        let query = self.url.query().unwrap_or_default();
        let rest: Vec<&str> = query.split('&').filter(|pair| pair.split('=').next() != Some(name)).collect();
        let query = Some(rest.join("&")).filter(|query| !query.is_empty());
        self.url.set_query(query.as_deref());
        Some(value)
    }

    /// As it may be shown.
    pub(super) fn shown(&self) -> String {
        redacted(&self.url)
    }

    /// The path of a `file` address.
    pub(super) fn path(&self) -> Result<std::path::PathBuf, FetchError> {
        self.url
            .to_file_path()
            .map_err(|()| FetchError::Invalid(format!("{} is no path of this machine", self.shown())))
    }

    /// The last part of its path.
    pub(super) fn file_name(&self) -> &str {
        self.url.path().rsplit('/').next().unwrap_or_default()
    }
}

/// A source address as it may be shown: without passwords and keys.
pub fn redacted_source(text: &str) -> String {
    let (forced, address) = split_protocol(text);
    let Ok(url) = parse_url(address) else { return text.to_owned() };
    let shown = redacted(&url);
    // What has no secrets is shown as it was written.
    if shown == url.as_str() {
        return text.to_owned();
    }
    forced.map_or(shown.clone(), |forced| format!("{forced}::{shown}"))
}

/// git's own notation is often mixed up with addresses.
fn hint(address: &str) -> String {
    if !address.starts_with("ssh://") {
        return String::new();
    }
    "; if using the \"scp-like\" git address scheme where a colon introduces the path instead, remove the ssh:// portion \
     and use just the git:: prefix"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts() {
        let mut source = Source::parse("git::https://host/o/r.git//sub/dir?ref=a%2Fb&depth=1&x=y").expect("a source");
        assert_eq!((source.protocol.as_str(), source.subdirectory.as_str()), ("git", "sub/dir"));
        assert_eq!(source.take("ref").as_deref(), Some("a/b"));
        assert_eq!(source.take("depth").as_deref(), Some("1"));
        assert_eq!(source.take("ref"), None);
        assert_eq!(source.url.as_str(), "https://host/o/r.git?x=y");
        source.take("x");
        assert_eq!(source.url.as_str(), "https://host/o/r.git");
        assert_eq!(source.file_name(), "r.git");
    }

    #[test]
    fn what_is_no_source() {
        let error = |text: &str| Source::parse(text).expect_err(text).to_string();
        assert!(error("https://h/a//b/../../c").contains("path traversal"));
        assert!(error("git::ssh://git@host:owner/repo.git").contains("remove the ssh:// portion"));
        assert!(!error("git::ssh://user:secret@host:owner/repo.git").contains("secret"));
        assert!(error("nothing").contains("relative URL without a base"));
    }

    #[test]
    fn secrets_are_hidden() {
        for (text, shown) in [
            ("git::https://u:p@host/r.git?ref=v1", "git::https://u:redacted@host/r.git?ref=v1"),
            ("git::https://host/r.git?ref=v1", "git::https://host/r.git?ref=v1"),
            ("x/y/z", "x/y/z"),
        ] {
            assert_eq!(redacted_source(text), shown);
        }
    }
}
