//! Where a module comes from: the `source` argument of a module call.

use std::fmt;

use landform_addrs::Str;

/// A module source address in normal form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ModuleSource {
    /// A path that begins with `./` or `../`, relative to the calling module's directory.
    Local(Str),
    /// A module of a registry.
    Registry(RegistryModule),
    /// Anything else: a git, HTTP, S3 or similar address.
    Remote(Str),
}

/// A module of a registry: `[host/]namespace/name/system[//subdirectory]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegistryModule {
    /// The registry's host.
    pub host: Str,
    /// Who publishes it.
    pub namespace: Str,
    /// Its name.
    pub name: Str,
    /// The system that it manages.
    pub system: Str,
    /// The directory of the package to use; empty for its root.
    pub subdirectory: Str,
}

/// The host that a registry address without one means.
const DEFAULT_HOST: &str = "registry.terraform.io";

/// Hosts whose paths are repositories, never registry modules.
const REPOSITORY_HOSTS: [&str; 2] = ["github.com", "bitbucket.org"];

/// Why a text is no module source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceError {
    /// Looks like a path that lacks its `./`.
    MaybeRelativePath(String),
    /// Anything else, as a phrase.
    Invalid(String),
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaybeRelativePath(address) => write!(f, "{address} may be a relative path"),
            Self::Invalid(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for SourceError {}

impl ModuleSource {
    /// From a `source` argument without a `version` beside it.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        if is_local(text) {
            return Ok(Self::Local(clean_local(text).into()));
        }
        match RegistryModule::parse(text) {
            Ok(module) => Ok(Self::Registry(module)),
            Err(_) => Self::parse_remote(text),
        }
    }

    /// From a `source` argument with a `version` beside it, which only a registry's modules have. The error is a
    /// phrase.
    pub fn parse_registry(text: &str) -> Result<Self, String> {
        if is_local(text) {
            return Err(format!("can't use local directory {text:?} as a module registry address"));
        }
        RegistryModule::parse(text).map(Self::Registry)
    }

    fn parse_remote(text: &str) -> Result<Self, SourceError> {
        let (package, subdirectory) = split_subdirectory(text);
        check_inside(&subdirectory)?;
        let (package, detected) = split_subdirectory(&detect(&package)?);
        let subdirectory = match (detected.as_str(), subdirectory.as_str()) {
            ("", given) => given.to_owned(),
            (detected, "") => detected.to_owned(),
            (detected, given) => clean(&format!("{detected}/{given}")),
        };
        check_inside(&subdirectory)?;
        Ok(Self::Remote(join_subdirectory(&package, &subdirectory).into()))
    }

    /// Whether the called module may change independently of the caller.
    pub fn enters_new_package(&self) -> bool {
        !matches!(self, Self::Local(_))
    }

    /// As messages name it: without the default registry.
    pub fn for_display(&self) -> String {
        match self {
            Self::Registry(module) => module.for_display(),
            Self::Local(text) | Self::Remote(text) => text.to_string(),
        }
    }
}

impl fmt::Display for ModuleSource {
    /// As the manifest of installed modules has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(text) | Self::Remote(text) => f.write_str(text),
            Self::Registry(module) => module.fmt(f),
        }
    }
}

impl RegistryModule {
    /// From `[host/]namespace/name/system[//subdirectory]`. The error is a phrase.
    fn parse(text: &str) -> Result<Self, String> {
        let (package, subdirectory) = match text.split_once("//") {
            Some((package, subdirectory)) => (package, clean(subdirectory)),
            None => (text, String::new()),
        };
        if subdirectory.starts_with("..") {
            return Err(format!("subdirectory path {subdirectory:?} leads outside of the module package"));
        }
        let parts: Vec<&str> = package.split('/').collect();
        let (host, namespace, name, system) = match parts[..] {
            [host, ..] if parts.len() == 3 && is_plain_host(host) => {
                return Err("source address must have three more components after the hostname: the namespace, the \
                            name, and the target system"
                    .to_owned());
            }
            [namespace, name, system] => (DEFAULT_HOST, namespace, name, system),
            [host, namespace, name, system] => (host, namespace, name, system),
            _ => {
                return Err("a module registry source address must have either three or four slash-separated \
                            components"
                    .to_owned());
            }
        };
        check_host(host, parts.len() == 4)?;
        check_name("namespace", namespace, true)?;
        check_name("module name", name, true)?;
        check_name("target system", system, false)?;
        Ok(Self {
            host: host.to_ascii_lowercase().into(),
            namespace: namespace.into(),
            name: name.into(),
            system: system.into(),
            subdirectory: subdirectory.into(),
        })
    }

    fn package(&self) -> String {
        format!("{}/{}/{}", self.namespace, self.name, self.system)
    }

    fn with_subdirectory(&self, package: String) -> String {
        if self.subdirectory.is_empty() { package } else { format!("{package}//{}", self.subdirectory) }
    }

    fn for_display(&self) -> String {
        let host = if &*self.host == DEFAULT_HOST { String::new() } else { format!("{}/", self.host) };
        self.with_subdirectory(format!("{host}{}", self.package()))
    }
}

impl fmt::Display for RegistryModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_subdirectory(format!("{}/{}", self.host, self.package())))
    }
}

fn check_host(host: &str, explicit: bool) -> Result<(), String> {
    if !explicit {
        return Ok(());
    }
    if REPOSITORY_HOSTS.contains(&host) {
        return Err(format!(
            "can't use {host:?} as a module registry host, because it's reserved for installing \
                            directly from version control repositories"
        ));
    }
    if !host.contains('.') && !host.starts_with("localhost") {
        return Err("invalid module registry hostname: must contain at least one dot".to_owned());
    }
    let characters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    if host.split('.').all(is_host_label) && host.bytes().all(characters) {
        return Ok(());
    }
    let hint = "; internationalized domain names must be given as direct unicode characters, not in punycode";
    Err(format!("invalid module registry hostname {host:?}{}", if host.contains("--") { hint } else { "" }))
}

/// Whether the first part of an address is a host, though it stands where a namespace should.
fn is_plain_host(part: &str) -> bool {
    part.contains('.') && check_host(part, true).is_ok() || REPOSITORY_HOSTS.contains(&part)
}

/// Two dashes behind two characters are for encoded names, which are not written here.
fn is_host_label(label: &str) -> bool {
    let encoded = label.as_bytes().get(2..4) == Some(b"--");
    !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && !encoded
}

/// Up to 64 letters and digits; with `dashes`, also dashes and underscores within.
fn check_name(what: &str, name: &str, dashes: bool) -> Result<(), String> {
    let bytes = name.as_bytes();
    let valid = !bytes.is_empty()
        && bytes.len() <= 64
        && bytes.iter().enumerate().all(|(index, byte)| {
            let inner = dashes && index > 0 && index + 1 < bytes.len() && matches!(byte, b'-' | b'_');
            byte.is_ascii_alphanumeric() || inner
        });
    if valid {
        return Ok(());
    }
    let rule = if dashes {
        "must be between one and 64 characters, including ASCII letters, digits, dashes, and underscores, where \
         dashes and underscores may not be the prefix or suffix"
    } else {
        "must be between one and 64 ASCII letters or digits"
    };
    Err(format!("invalid {what} {name:?}: {rule}"))
}

/// Whether a source is a path within the same package.
fn is_local(text: &str) -> bool {
    ["./", "../", ".\\", "..\\"].iter().any(|prefix| text.starts_with(prefix))
}

fn clean_local(text: &str) -> String {
    let path = clean(&text.replace('\\', "/"));
    if path.starts_with("../") || path == ".." { path } else { format!("./{path}") }
}

/// A slash-separated relative path without empty, `.` and resolvable `..` steps; `.` when nothing is left.
pub fn clean(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|last| *last != "..") => {
                steps.pop();
            }
            ".." if path.starts_with('/') => {}
            other => steps.push(other),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    let joined = format!("{root}{}", steps.join("/"));
    if joined.is_empty() { ".".to_owned() } else { joined }
}

/// Splits a remote address into that of its package and the directory to use of it, which is empty for the package's
/// own root: `https://host/a.zip//sub?x=y` is `https://host/a.zip?x=y` and `sub`.
pub fn split_subdirectory(text: &str) -> (String, String) {
    let (address, query) = text.split_once('?').map_or((text, None), |(address, query)| (address, Some(query)));
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    let Some(at) = address[after_scheme..].find("//") else { return (text.to_owned(), String::new()) };
    let (package, rest) = address.split_at(after_scheme + at);
    let directory = if rest.len() > 2 { clean(&rest[2..]) } else { String::new() };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    (format!("{package}{query}"), directory)
}

/// The opposite of [`split_subdirectory`].
pub fn join_subdirectory(package: &str, subdirectory: &str) -> String {
    match package.split_once('?') {
        _ if subdirectory.is_empty() => package.to_owned(),
        Some((address, query)) => format!("{address}//{subdirectory}?{query}"),
        None => format!("{package}//{subdirectory}"),
    }
}

fn check_inside(subdirectory: &str) -> Result<(), SourceError> {
    if subdirectory.starts_with("../") {
        let message = format!("subdirectory path {subdirectory:?} leads outside of the module package");
        return Err(SourceError::Invalid(message));
    }
    Ok(())
}

/// Names the protocol that a shorthand means.
fn detect(text: &str) -> Result<String, SourceError> {
    let (forced, address) = split_protocol(text);
    if has_scheme(address) {
        return Ok(text.to_owned());
    }
    let detected = detect_shorthand(address)?;
    Ok(match forced {
        Some(forced) => format!("{forced}::{}", split_protocol(&detected).1),
        None => detected,
    })
}

fn detect_shorthand(address: &str) -> Result<String, SourceError> {
    let detected = [detect_github, detect_git, detect_bitbucket, detect_gcs, detect_s3];
    for detect in detected {
        if let Some(found) = detect(address).map_err(|message| SourceError::Invalid(message.to_owned()))? {
            return Ok(found);
        }
    }
    match address {
        "" => Err(SourceError::Invalid("invalid source address: ".to_owned())),
        path if path.starts_with('/') => Ok(format!("file://{path}")),
        other => Err(SourceError::MaybeRelativePath(other.to_owned())),
    }
}

/// `git::https://…` is the protocol `git` and an address.
pub fn split_protocol(text: &str) -> (Option<&str>, &str) {
    match text.split_once("::") {
        Some((protocol, rest))
            if !protocol.is_empty()
                && !rest.is_empty()
                && protocol.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            (Some(protocol), rest)
        }
        _ => (None, text),
    }
}

fn has_scheme(address: &str) -> bool {
    let Some((scheme, _)) = address.split_once(':') else { return false };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

type Detected = Result<Option<String>, &'static str>;

/// `github.com/owner/repository[/path]`.
fn detect_github(address: &str) -> Detected {
    if !address.starts_with("github.com/") {
        return Ok(None);
    }
    let (path, query) = address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
    let parts: Vec<&str> = path.split('/').collect();
    if parts.len() < 3 {
        return Err("GitHub URLs should be github.com/username/repo");
    }
    let suffix = if parts[2].ends_with(".git") { "" } else { ".git" };
    let inner = if parts.len() > 3 { format!("//{}", parts[3..].join("/")) } else { String::new() };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Ok(Some(format!("git::https://{}{suffix}{inner}{query}", parts[..3].join("/"))))
}

/// `git@host:path`, as git users write it.
fn detect_git(address: &str) -> Detected {
    let Some((host, path)) = address.strip_prefix("git@").and_then(|rest| rest.split_once(':')) else {
        return Ok(None);
    };
    let path = path.strip_prefix('/').unwrap_or(path);
    if host.is_empty() || path.is_empty() {
        return Ok(None);
    }
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let query = query.map(|query| format!("?{}", sorted_query(query))).unwrap_or_default();
    Ok(Some(format!("git::ssh://git@{host}/{path}{query}")))
}

/// Parameters in alphabetical order.
fn sorted_query(query: &str) -> String {
    let mut parameters: Vec<&str> = query.split('&').filter(|parameter| !parameter.is_empty()).collect();
    parameters.sort_by_key(|parameter| parameter.split('=').next());
    parameters.join("&")
}

/// `bitbucket.org/owner/repository`.
fn detect_bitbucket(address: &str) -> Detected {
    if !address.starts_with("bitbucket.org/") {
        return Ok(None);
    }
    let (path, query) = address.split_once('?').map_or((address, None), |(path, query)| (path, Some(query)));
    let suffix = if path.ends_with(".git") { "" } else { ".git" };
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Ok(Some(format!("git::https://{path}{suffix}{query}")))
}

/// `www.googleapis.com/storage/v1/bucket/object`.
fn detect_gcs(address: &str) -> Detected {
    if !address.contains("googleapis.com/") {
        return Ok(None);
    }
    match address.splitn(5, '/').collect::<Vec<_>>()[..] {
        [_, _, version, bucket, object] => {
            Ok(Some(format!("gcs::https://www.googleapis.com/storage/{version}/{bucket}/{object}")))
        }
        _ => Err("URL is not a valid GCS URL"),
    }
}

/// `s3-region.amazonaws.com/bucket/key`, `bucket.s3-region.amazonaws.com/key` and `bucket.s3.region.amazonaws.com/key`.
fn detect_s3(address: &str) -> Detected {
    if !address.contains(".amazonaws.com/") {
        return Ok(None);
    }
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let address = match host.split('.').collect::<Vec<_>>()[..] {
        [region, _, _] => format!("{region}.amazonaws.com/{path}"),
        [bucket, region, _, _] => format!("{region}.amazonaws.com/{bucket}/{path}"),
        [bucket, "s3", region, _, _] => format!("s3.{region}.amazonaws.com/{bucket}/{path}"),
        _ => return Err("URL is not a valid S3 URL"),
    };
    Ok(Some(format!("s3::https://{address}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_in_normal_form() {
        for (text, normal) in [
            ("./child", Some("./child")),
            ("./a//b/../c/", Some("./a/c")),
            ("./", Some("./.")),
            ("../modules/vpc", Some("../modules/vpc")),
            (".\\child", Some("./child")),
            ("terraform-aws-modules/vpc/aws", Some("registry.terraform.io/terraform-aws-modules/vpc/aws")),
            ("example.com/a/b/c//sub", Some("example.com/a/b/c//sub")),
            ("github.com/owner/repo", Some("git::https://github.com/owner/repo.git")),
            ("github.com/owner/repo//sub?ref=v1", Some("git::https://github.com/owner/repo.git//sub?ref=v1")),
            ("github.com/owner/repo/a/b//c?ref=v1", Some("git::https://github.com/owner/repo.git//a/b/c?ref=v1")),
            ("github.com/owner", None),
            ("bitbucket.org/owner/repo//sub", Some("git::https://bitbucket.org/owner/repo.git//sub")),
            ("gitlab.com/owner/repo", None),
            ("git@github.com:owner/repo.git", Some("git::ssh://git@github.com/owner/repo.git")),
            ("git@host:/o/r.git//sub?ref=v1&depth=1", Some("git::ssh://git@host/o/r.git//sub?depth=1&ref=v1")),
            ("git::git@host:o/r.git", Some("git::ssh://git@host/o/r.git")),
            ("other@host:o/r.git", None),
            ("git::https://host/r.git//../x", None),
            ("s3-eu-west-1.amazonaws.com/b/k.zip", Some("s3::https://s3-eu-west-1.amazonaws.com/b/k.zip")),
            ("b.s3-eu-west-1.amazonaws.com/k.zip", Some("s3::https://s3-eu-west-1.amazonaws.com/b/k.zip")),
            ("b.s3.eu-west-1.amazonaws.com/k.zip", Some("s3::https://s3.eu-west-1.amazonaws.com/b/k.zip")),
            ("www.googleapis.com/storage/v1/b/k", Some("gcs::https://www.googleapis.com/storage/v1/b/k")),
            ("git::https://example.com/vpc.git", Some("git::https://example.com/vpc.git")),
            ("https://example.com/vpc.zip", Some("https://example.com/vpc.zip")),
            ("/abs/path", Some("file:///abs/path")),
            ("child", None),
            ("modules/child", None),
        ] {
            assert_eq!(ModuleSource::parse(text).ok().map(|source| source.to_string()).as_deref(), normal, "{text}");
        }
    }

    #[test]
    fn hosts_without_all_that_belongs_behind_them() {
        let why = |text: &str| ModuleSource::parse_registry(text).err().unwrap_or_default();
        for text in ["github.com/a/b", "example.com/a/b", "gitlab.com/a/b"] {
            assert!(why(text).contains("three more components after the hostname"), "{}", why(text));
        }
        assert!(why("github.com/a/b/c").contains("reserved"), "{}", why("github.com/a/b/c"));
        assert!(why("localhost:80/a/b").contains("invalid namespace"), "{}", why("localhost:80/a/b"));
        assert_eq!(why("gitlab.com/a/b/c"), "");
    }

    #[test]
    fn only_registries_have_versions() {
        assert!(ModuleSource::parse_registry("./a").is_err());
        assert!(ModuleSource::parse_registry("a").is_err());
        assert!(ModuleSource::parse_registry("github.com/a/b/c").is_err());
        let parsed = ModuleSource::parse_registry("registry.terraform.io/a/b/c").map(|source| source.for_display());
        assert_eq!(parsed.as_deref(), Ok("a/b/c"));
    }
}
