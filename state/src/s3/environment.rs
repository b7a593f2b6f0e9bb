//! The environment variables that a backend may look at.

use std::collections::BTreeMap;
use std::fmt;

/// Environment variables, as the caller hands them in. Values are secret.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl From<BTreeMap<String, String>> for Environment {
    fn from(variables: BTreeMap<String, String>) -> Self {
        Self(variables)
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(variables: T) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Environment {
    /// A variable that is set and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The first of several variables that is set and not empty.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_owned(), value.into());
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    pub(super) fn variables(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// A path with `$NAME`, `${NAME}` and a leading `~` replaced, as Terraform does.
    pub(super) fn expand(&self, path: &str) -> String {
        let expanded = self.expand_variables(path);
        match expanded.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                format!("{}{rest}", self.get("HOME").unwrap_or("~"))
            }
            _ => expanded,
        }
    }

    fn expand_variables(&self, text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(dollar) = rest.find('$') {
            result.push_str(&rest[..dollar]);
            let after = &rest[dollar + 1..];
            let (name, left) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
                Some((name, left)) => (name, left),
                None => {
                    let end = after.find(|c: char| c != '_' && !c.is_ascii_alphanumeric()).unwrap_or(after.len());
                    after.split_at(end)
                }
            };
            if name.is_empty() {
                result.push('$');
            }
            result.push_str(self.0.get(name).map_or("", String::as_str));
            rest = left;
        }
        result.push_str(rest);
        result
    }
}

/// Text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub(super) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_expanded() {
        let environment: Environment = [("HOME", "/home/a"), ("DIR", "x")].into_iter().collect();
        for (path, expected) in [
            ("~/.aws/config", "/home/a/.aws/config"),
            ("~", "/home/a"),
            ("~b/config", "~b/config"),
            ("/${DIR}/$DIR-y/$NONE/z", "/x/x-y//z"),
            ("a$", "a$"),
            ("plain", "plain"),
        ] {
            assert_eq!(environment.expand(path), expected, "{path}");
        }
    }

    #[test]
    fn values_do_not_show() {
        let environment: Environment = [("AWS_SECRET_ACCESS_KEY", "hush")].into_iter().collect();
        assert!(!format!("{environment:?} {:?}", Secret("hush".to_owned())).contains("hush"));
    }
}
