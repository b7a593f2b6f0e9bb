//! The manifest of installed modules: `.terraform/modules/modules.json`.

use std::collections::BTreeMap;

use landform_addrs::ModulePath;
use landform_values::json::write_string;
use serde_json::Value as Json;

use crate::source::ModuleSource;
use crate::version::Version;

/// Where the manifest lies within the data directory.
pub const MANIFEST_FILE: &str = "modules/modules.json";

/// An installed module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestEntry {
    /// The source address in normal form; empty for the root module.
    pub source: String,
    /// The version, of a registry's module.
    pub version: Option<Version>,
    /// The directory, relative to the working directory, with forward slashes.
    pub dir: String,
}

/// Installed modules by the names of calls that lead to them, joined by dots; the root module has the empty key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    entries: BTreeMap<String, ManifestEntry>,
}

/// A manifest that can not be understood.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// No JSON.
    #[error("error unmarshalling snapshot: {0}")]
    Json(#[from] serde_json::Error),
    /// A version that is none.
    #[error("invalid version {version:?} for {key}")]
    Version {
        /// The text.
        version: String,
        /// The entry.
        key: String,
    },
    /// Two entries of one key.
    #[error("snapshot file contains two records for path {0}")]
    Duplicate(String),
}

impl Manifest {
    /// From the manifest's text; empty text is an empty manifest.
    pub fn parse(text: &str) -> Result<Self, ManifestError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let json: Json = serde_json::from_str(text)?;
        let mut manifest = Self::default();
        for record in json.get("Modules").and_then(Json::as_array).into_iter().flatten() {
            let (key, entry) = read_record(record)?;
            if manifest.entries.contains_key(&key) {
                return Err(ManifestError::Duplicate(key));
            }
            manifest.entries.insert(key, entry);
        }
        Ok(manifest)
    }

    /// As Terraform writes it: one line, sorted by key.
    pub fn to_json(&self) -> String {
        let records: Vec<String> = self.entries.iter().map(|(key, entry)| write_record(key, entry)).collect();
        format!("{{\"Modules\":[{}]}}", records.join(","))
    }

    /// The entry of a module.
    pub fn get(&self, module: &ModulePath) -> Option<&ManifestEntry> {
        self.entries.get(&key_of(module))
    }

    /// Records a module, in place of what was recorded before.
    pub fn insert(&mut self, module: &ModulePath, entry: ManifestEntry) {
        self.entries.insert(key_of(module), entry);
    }

    /// Forgets a module and all that it calls.
    pub fn remove(&mut self, module: &ModulePath) {
        let key = key_of(module);
        let within = format!("{key}.");
        self.entries.retain(|other, _| *other != key && !other.starts_with(&within));
    }

    /// What a module calls, as if that was the root module.
    #[must_use]
    pub fn below(&self, module: &ModulePath) -> Self {
        let within = format!("{}.", key_of(module));
        let entries = self.entries.iter();
        let below = entries.filter_map(|(key, entry)| Some((key.strip_prefix(&within)?.to_owned(), entry.clone())));
        Self { entries: below.collect() }
    }

    /// Keys and entries by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ManifestEntry)> {
        self.entries.iter().map(|(key, entry)| (key.as_str(), entry))
    }
}

fn key_of(module: &ModulePath) -> String {
    module.calls().join(".")
}

fn read_record(record: &Json) -> Result<(String, ManifestEntry), ManifestError> {
    let field = |name: &str| record.get(name).and_then(Json::as_str).unwrap_or_default();
    let key = field("Key").to_owned();
    let version = match field("Version") {
        "" => None,
        text => Some(text.parse().map_err(|_| ManifestError::Version { version: text.into(), key: key.clone() })?),
    };
    let source = match field("Source") {
        "" => String::new(),
        text => ModuleSource::parse(text).map_or_else(|_| text.to_owned(), |source| source.to_string()),
    };
    Ok((key, ManifestEntry { source, version, dir: field("Dir").replace('\\', "/") }))
}

fn write_record(key: &str, entry: &ManifestEntry) -> String {
    let quote = |text: &str| {
        let mut quoted = String::new();
        write_string(text, &mut quoted);
        quoted
    };
    let version = entry
        .version
        .as_ref()
        .map_or_else(String::new, |version| format!("\"Version\":{},", quote(&version.to_string())));
    format!("{{\"Key\":{},\"Source\":{},{version}\"Dir\":{}}}", quote(key), quote(&entry.source), quote(&entry.dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terraform_text_survives_a_round_trip() {
        let text = concat!(
            r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"a","Source":"./mod","Dir":"mod"},"#,
            r#"{"Key":"a.vpc","Source":"registry.terraform.io/x/vpc/aws","Version":"5.1.0","Dir":".terraform/modules/a.vpc"},"#,
            r#"{"Key":"ab","Source":"git::https://x/y.git//z?ref=v1\u0026depth=1","Dir":".terraform/modules/ab/z"}]}"#
        );
        let manifest = Manifest::parse(text).expect("a manifest");
        assert_eq!(manifest.to_json(), text);
        let vpc = manifest.get(&ModulePath::new(["a".into(), "vpc".into()])).expect("an entry");
        assert_eq!(vpc.version, Some(Version::new(5, 1, 0)));
    }

    #[test]
    fn a_module_goes_with_what_it_calls() {
        let mut manifest = Manifest::default();
        for key in ["a", "a.b", "ab", "c"] {
            let entry = ManifestEntry { source: "./x".into(), version: None, dir: "x".into() };
            manifest.insert(&ModulePath::new(key.split('.').map(Into::into)), entry);
        }
        manifest.remove(&ModulePath::new(["a".into()]));
        assert_eq!(manifest.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["ab", "c"]);
    }

    #[test]
    fn what_is_no_manifest() {
        for (text, error) in [
            ("{", "error unmarshalling snapshot: EOF while parsing an object at line 1 column 1"),
            (r#"{"Modules":[{"Key":"a","Version":"x"}]}"#, "invalid version \"x\" for a"),
            (r#"{"Modules":[{"Key":"a"},{"Key":"a"}]}"#, "snapshot file contains two records for path a"),
        ] {
            assert_eq!(Manifest::parse(text).expect_err(text).to_string(), error);
        }
        assert_eq!(Manifest::parse("").expect("an empty manifest"), Manifest::default());
    }
}
