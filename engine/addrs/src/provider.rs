//! Providers and their configurations.

use std::fmt;
use std::sync::LazyLock;

use crate::parse::{AddressError, Cursor};
use crate::{InstanceKey, ModulePath, Str};

/// A provider by its place in a registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderAddr {
    /// The registry's host.
    pub host: Str,
    /// Who publishes it.
    pub namespace: Str,
    /// Its name, which resource types begin with.
    pub name: Str,
}

/// The host that a source address without one means.
const DEFAULT_HOST: &str = "registry.terraform.io";

/// The publisher that one without it means.
const DEFAULT_NAMESPACE: &str = "hashicorp";

impl ProviderAddr {
    /// One of the default registry and publisher: what a missing `source` means.
    pub fn hashicorp(name: impl Into<Str>) -> Self {
        static PUBLISHER: LazyLock<[Str; 2]> = LazyLock::new(|| [DEFAULT_HOST.into(), DEFAULT_NAMESPACE.into()]);
        let [host, namespace] = PUBLISHER.clone();
        Self { host, namespace, name: name.into() }
    }

    /// The provider that is part of the engine: `terraform.io/builtin/terraform`.
    pub fn builtin() -> Self {
        static BUILTIN: LazyLock<ProviderAddr> = LazyLock::new(|| ProviderAddr {
            host: "terraform.io".into(),
            namespace: "builtin".into(),
            name: "terraform".into(),
        });
        BUILTIN.clone()
    }

    /// The provider that a name without `source` means.
    pub fn implied(name: &str) -> Self {
        if name == "terraform" { Self::builtin() } else { Self::hashicorp(name) }
    }

    /// Whether it is part of the engine.
    pub fn is_builtin(&self) -> bool {
        &*self.host == "terraform.io" && &*self.namespace == "builtin"
    }

    /// From a `source` argument: `name`, `namespace/name` or `host/namespace/name`.
    pub fn parse_source(source: &str) -> Result<Self, AddressError> {
        let parts: Vec<&str> = source.split('/').collect();
        let (host, namespace, name) = match parts[..] {
            [name] => (DEFAULT_HOST, DEFAULT_NAMESPACE, name),
            [namespace, name] => (DEFAULT_HOST, namespace, name),
            [host, namespace, name] => (host, namespace, name),
            _ => return Err(AddressError::new("a source address has the form [host/][namespace/]name")),
        };
        let valid = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        if !valid(namespace) || !valid(name) || !is_host(host) {
            return Err(AddressError::new(format!("invalid provider source {source:?}")));
        }
        let lower = |part: &str| Str::from(part.to_ascii_lowercase());
        Ok(Self { host: lower(host), namespace: lower(namespace), name: lower(name) })
    }

    /// As messages name it: without the default registry.
    pub fn for_display(&self) -> String {
        if &*self.host == DEFAULT_HOST { format!("{}/{}", self.namespace, self.name) } else { self.to_string() }
    }
}

/// A name, perhaps of an internationalised domain, and perhaps a port.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
    name.split('.').all(is_label) && !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for ProviderAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.host, self.namespace, self.name)
    }
}

/// A provider configuration: in which module, of which provider, under which alias; and which instance of it, where it
/// has `for_each`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProviderConfigAddr {
    /// The module with the `provider` block.
    pub module: ModulePath,
    /// The provider.
    pub provider: ProviderAddr,
    /// The alias, where there is one.
    pub alias: Option<Str>,
    /// The key of one of its instances.
    pub key: Option<Str>,
}

impl ProviderConfigAddr {
    /// A configuration as a whole.
    pub fn new(module: ModulePath, provider: ProviderAddr, alias: Option<Str>) -> Self {
        Self { module, provider, alias, key: None }
    }

    /// One of its instances, or without a key the whole of it.
    #[must_use]
    pub fn with_key(self, key: Option<Str>) -> Self {
        Self { key, ..self }
    }

    /// Whether this is an instance of a configuration, or the configuration itself.
    pub fn is_of(&self, whole: &Self) -> bool {
        (&self.module, &self.provider, &self.alias) == (&whole.module, &whole.provider, &whole.alias)
    }

    /// The default configuration in the root module.
    pub fn root(provider: ProviderAddr) -> Self {
        Self::new(ModulePath::root(), provider, None)
    }

    /// From state notation: `[module.a.]provider["host/namespace/name"][.alias[["key"]]]`.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let mut cursor = Cursor::new(text);
        let mut module = ModulePath::root();
        while cursor.take_word("module") {
            cursor.expect('.')?;
            module = module.child(cursor.identifier()?);
            cursor.expect('.')?;
        }
        if !cursor.take_word("provider") {
            return Err(AddressError::new("a provider configuration address begins with \"provider\""));
        }
        let provider = if cursor.take('.') {
            ProviderAddr::implied(&cursor.identifier()?)
        } else {
            cursor.expect('[')?;
            let source = cursor.quoted()?;
            cursor.expect(']')?;
            ProviderAddr::parse_source(&source)?
        };
        let alias = if cursor.take('.') { Some(cursor.identifier()?) } else { None };
        let mut key = None;
        if alias.is_some() && cursor.take('[') {
            key = Some(cursor.quoted()?.into());
            cursor.expect(']')?;
        }
        cursor.end()?;
        Ok(Self { module, provider, alias, key })
    }
}

impl fmt::Display for ProviderConfigAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        write!(f, "provider[\"{}\"]", self.provider)?;
        self.alias.iter().try_for_each(|alias| write!(f, ".{alias}"))?;
        self.key.iter().try_for_each(|key| InstanceKey::String(key.clone()).fmt(f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_have_hosts_that_could_be() {
        for (source, expected) in [
            ("aws", "registry.terraform.io/hashicorp/aws"),
            ("Example.com/a/b", "example.com/a/b"),
            ("localhost:8080/a/b", "localhost:8080/a/b"),
            ("испытание.com/a/b", "испытание.com/a/b"),
        ] {
            let source = ProviderAddr::parse_source(source).expect("a source");
            assert_eq!(source.to_string(), expected);
        }
        for source in ["a..b/x/y", "/x/y", ":80/x/y", "a.b:/x/y", "a.b:x/x/y", "a\\b/x/y", "a$b/x/y", "a b/x/y"] {
            assert!(ProviderAddr::parse_source(source).is_err(), "{source}");
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let refused = r#"provider["te$xt\\\\\\x.io/builtin/terraform"]"#;
        assert!(ProviderConfigAddr::parse(refused).is_err());
        let address = r#"module.m.provider["example.com/a/b"].c["x\\y"]"#;
        assert_eq!(ProviderConfigAddr::parse(address).expect("an address").to_string(), address);
    }
}
