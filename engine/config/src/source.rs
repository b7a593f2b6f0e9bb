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
const REPOSITORY_HOSTS: [&str; 3] = ["github.com", "bitbucket.org", "gitlab.com"];

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
        let looks_remote = text.contains("::")
            || text.contains("://")
            || text.contains('@')
            || text.starts_with('/')
            || REPOSITORY_HOSTS.iter().any(|host| text.strip_prefix(host).is_some_and(|rest| rest.starts_with('/')))
            || text.contains(".amazonaws.com/")
            || text.contains("googleapis.com/");
        if text.is_empty() {
            return Err(SourceError::Invalid("invalid source address: ".to_owned()));
        }
        if !looks_remote {
            return Err(SourceError::MaybeRelativePath(text.to_owned()));
        }
        if subdirectory(text).is_some_and(|path| path.starts_with("../")) {
            let path = subdirectory(text).unwrap_or_default();
            let message = format!("subdirectory path {path:?} leads outside of the module package");
            return Err(SourceError::Invalid(message));
        }
        Ok(Self::Remote(detect(text).into()))
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

/// What follows the `//` that is not part of a scheme, without a query.
fn subdirectory(text: &str) -> Option<&str> {
    let after_scheme = text.find("://").map_or(0, |at| at + 3);
    let at = text[after_scheme..].find("//")? + after_scheme;
    let path = &text[at + 2..];
    Some(path.split_once('?').map_or(path, |(path, _)| path))
}

/// Names the protocol that a shorthand means.
fn detect(text: &str) -> String {
    if text.contains("::") {
        return text.to_owned();
    }
    for host in REPOSITORY_HOSTS {
        if text.strip_prefix(host).is_some_and(|rest| rest.starts_with('/')) {
            return format!("git::https://{}", with_git_suffix(text));
        }
    }
    if let Some((user, rest)) = text.split_once('@').filter(|_| !text.contains("://")) {
        return format!("git::ssh://{user}@{}", rest.replacen(':', "/", 1));
    }
    if text.starts_with('/') {
        return format!("file://{text}");
    }
    text.to_owned()
}

/// `host/owner/repository[.git][//subdirectory][?query]` with the `.git`.
fn with_git_suffix(text: &str) -> String {
    let (address, query) = text.split_once('?').map_or((text, None), |(address, query)| (address, Some(query)));
    let (package, subdirectory) = address.split_once("//").map_or((address, None), |(a, b)| (a, Some(b)));
    let mut parts: Vec<&str> = package.split('/').collect();
    let inner = if parts.len() > 3 { Some(parts.split_off(3).join("/")) } else { None };
    let mut result = parts.join("/");
    if !result.ends_with(".git") {
        result.push_str(".git");
    }
    for path in inner.as_deref().into_iter().chain(subdirectory) {
        result.push_str("//");
        result.push_str(path);
    }
    query.map_or(result.clone(), |query| format!("{result}?{query}"))
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
            ("git@github.com:owner/repo.git", Some("git::ssh://git@github.com/owner/repo.git")),
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
    fn only_registries_have_versions() {
        assert!(ModuleSource::parse_registry("./a").is_err());
        assert!(ModuleSource::parse_registry("a").is_err());
        assert!(ModuleSource::parse_registry("github.com/a/b/c").is_err());
        let parsed = ModuleSource::parse_registry("registry.terraform.io/a/b/c").map(|source| source.for_display());
        assert_eq!(parsed.as_deref(), Ok("a/b/c"));
    }
}
