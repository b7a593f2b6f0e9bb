//! Tags of resources: the provider's default ones and those it must not see.

use std::collections::BTreeMap;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// What a provider configuration says about tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagRules {
    /// On every resource that can have tags.
    pub default: Tags,
    /// Keys left alone: neither read, set nor removed.
    pub ignored_keys: Vec<String>,
    /// Prefixes of keys left alone.
    pub ignored_prefixes: Vec<String>,
}

impl TagRules {
    /// Whether a key is left alone.
    pub fn ignores(&self, key: &str) -> bool {
        self.ignored_keys.iter().any(|ignored| ignored == key)
            || self.ignored_prefixes.iter().any(|prefix| key.starts_with(prefix.as_str()))
    }

    /// The default tags and a resource's own, which win.
    pub fn merged(&self, own: &Tags) -> Tags {
        let mut merged = self.default.clone();
        merged.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
        self.without_ignored(merged)
    }

    /// Tags but those left alone.
    pub fn without_ignored(&self, mut tags: Tags) -> Tags {
        tags.retain(|key, _| !self.ignores(key));
        tags
    }

    /// What of all tags of an object are its own: those that no default tag explains, or that it had as its own.
    pub fn own(&self, all: &Tags, prior: Option<&Tags>) -> Tags {
        let explained = |key: &str, value: &str| {
            self.default.get(key).is_some_and(|default| default == value)
                && !prior.is_some_and(|prior| prior.contains_key(key))
        };
        let own = all.iter().filter(|(key, value)| !self.ignores(key) && !explained(key, value));
        own.map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}
