//! The content of the dependency lock file, and its text.

use std::collections::BTreeMap;
use std::fmt::Write;

use landform_addrs::ProviderAddr;
use landform_config::version::Version;
use landform_values::quote;

/// The selected version of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderLock {
    /// The version.
    pub version: Version,
    /// The constraints by which it was selected, in normal form; empty for none. Only a hint for people.
    pub constraints: String,
    /// What its package may be: `h1:…` and `zh:…`. Sorted, without duplicates. Empty when nothing is known.
    pub hashes: Vec<String>,
}

/// All that is locked, by provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locks(BTreeMap<ProviderAddr, ProviderLock>);

const HEADER: &str = "# This file is maintained automatically by \"terraform init\".
# Manual edits may be lost in future updates.
";

impl ProviderLock {
    /// With hashes in any order.
    pub fn new(version: Version, constraints: String, mut hashes: Vec<String>) -> Self {
        hashes.sort();
        hashes.dedup();
        Self { version, constraints, hashes }
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        // Names are aligned on neighbouring lines, as the canonical format of the language has it.
        let has_constraints = !self.constraints.is_empty();
        let space = if has_constraints { "    " } else { "" };
        writeln!(text, "  version{space} = {}", quoted(&self.version.to_string()))?;
        if has_constraints {
            writeln!(text, "  constraints = {}", quoted(&self.constraints))?;
        }
        if !self.hashes.is_empty() {
            writeln!(text, "  hashes = [")?;
            self.hashes.iter().try_for_each(|hash| writeln!(text, "    {},", quoted(hash)))?;
            writeln!(text, "  ]")?;
        }
        Ok(())
    }
}

impl Locks {
    /// The lock of a provider.
    pub fn get(&self, provider: &ProviderAddr) -> Option<&ProviderLock> {
        self.0.get(provider)
    }

    /// Locks a provider, in place of what was locked before.
    pub fn insert(&mut self, provider: ProviderAddr, lock: ProviderLock) {
        self.0.insert(provider, lock);
    }

    /// Removes what is not to be kept.
    pub fn retain(&mut self, keep: impl Fn(&ProviderAddr) -> bool) {
        self.0.retain(|provider, _| keep(provider));
    }

    /// By provider.
    pub fn iter(&self) -> impl Iterator<Item = (&ProviderAddr, &ProviderLock)> {
        self.0.iter()
    }

    /// Whether nothing is locked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both select the same packages. Constraints make no difference: they are hints.
    pub fn selects_as(&self, other: &Self) -> bool {
        let selection = |(provider, lock): (&ProviderAddr, &ProviderLock)| {
            (provider.clone(), lock.version.clone(), lock.hashes.clone())
        };
        self.0.iter().map(selection).eq(other.0.iter().map(selection))
    }

    /// Whether both lock the same providers.
    pub fn same_providers(&self, other: &Self) -> bool {
        self.0.keys().eq(other.0.keys())
    }

    /// As Terraform writes it.
    pub fn to_text(&self) -> String {
        let mut text = HEADER.to_owned();
        for (provider, lock) in &self.0 {
            let _ = writeln!(text, "\nprovider {} {{", quoted(&provider.to_string()));
            let _ = lock.write(&mut text);
            text.push_str("}\n");
        }
        text
    }
}

/// As a string of the language.
fn quoted(text: &str) -> String {
    quote(text).replace("${", "$${").replace("%{", "%%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(version: &str, constraints: &str, hashes: &[&str]) -> ProviderLock {
        let hashes = hashes.iter().map(|hash| (*hash).to_owned()).collect();
        ProviderLock::new(version.parse().expect("a version"), constraints.into(), hashes)
    }

    #[test]
    fn text_as_terraform_writes_it() {
        let mut locks = Locks::default();
        locks.insert(ProviderAddr::hashicorp("random"), lock("3.7.2", ">= 3.1.0, < 4.0.0", &[]));
        locks.insert(ProviderAddr::hashicorp("null"), lock("3.2.4", "", &["zh:b", "h1:a", "zh:b"]));
        locks.insert(ProviderAddr::hashicorp("aws"), lock("6.50.0", "~> 6.0", &["h1:x="]));
        locks.insert(ProviderAddr::hashicorp("tls"), lock("4.0.0", "", &[]));
        assert_eq!(
            locks.to_text(),
            r#"# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/aws" {
  version     = "6.50.0"
  constraints = "~> 6.0"
  hashes = [
    "h1:x=",
  ]
}

provider "registry.terraform.io/hashicorp/null" {
  version = "3.2.4"
  hashes = [
    "h1:a",
    "zh:b",
  ]
}

provider "registry.terraform.io/hashicorp/random" {
  version     = "3.7.2"
  constraints = ">= 3.1.0, < 4.0.0"
}

provider "registry.terraform.io/hashicorp/tls" {
  version = "4.0.0"
}
"#
        );
    }

    #[test]
    fn constraints_are_no_selection() {
        let locks = |constraints: &str, hashes: &[&str]| {
            Locks([(ProviderAddr::hashicorp("aws"), lock("6.0.0", constraints, hashes))].into())
        };
        assert!(locks("~> 6.0", &["h1:a"]).selects_as(&locks("", &["h1:a"])));
        assert!(!locks("", &["h1:a"]).selects_as(&locks("", &["h1:b"])));
        assert!(!locks("", &[]).selects_as(&Locks::default()));
        assert!(!locks("", &[]).same_providers(&Locks::default()));
    }
}
