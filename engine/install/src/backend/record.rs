//! The record itself.

use std::fmt;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_schema::Block;
use landform_values::json::{decode, encode, write_string};
use landform_values::{PathError, Value};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::BackendConfig;
use super::indent::indented;
use crate::files;
use crate::modules::WorkingDirectory;

/// Where the record is within the data directory.
const FILE: &str = "terraform.tfstate";
/// The only version of the file's form.
const VERSION: u64 = 3;

/// The backend that the last `init` set up.
#[derive(Clone, PartialEq, Eq)]
pub struct BackendRecord {
    /// Its type.
    pub kind: String,
    /// Of the block alone, without `-backend-config`.
    pub hash: u64,
    /// Its configuration as JSON.
    pub(super) config: String,
}

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    backend: Option<Recorded<'a>>,
    #[serde(borrow)]
    remote: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Recorded<'a> {
    #[serde(default)]
    r#type: String,
    #[serde(borrow)]
    config: Option<&'a RawValue>,
    #[serde(default)]
    hash: u64,
}

/// The version is looked at before anything else.
#[derive(Deserialize)]
struct Sniffed {
    #[serde(default)]
    version: u64,
    #[serde(default)]
    terraform_version: String,
}

impl BackendRecord {
    /// Of a backend as it is used.
    ///
    /// # Errors
    /// When the value is not of the schema's type.
    pub fn new(config: &BackendConfig, schema: &Block) -> Result<Self, PathError> {
        let json = encode(&config.value, &schema.implied_type())?;
        Ok(Self { kind: config.kind.to_string(), hash: config.hash, config: json })
    }

    /// Its configuration.
    ///
    /// # Errors
    /// When it is not of the schema's type.
    pub fn config(&self, schema: &Block) -> Result<Value, Diagnostics> {
        decode(&self.config, &schema.implied_type()).map_err(|error| {
            let detail = format!(
                "The backend configuration created by the most recent run of \"landform init\" could not be decoded: \
                 {error}. The configuration may have been initialized by an earlier version that used an incompatible \
                 configuration structure. Run \"landform init -reconfigure\" to force re-initialization of the backend."
            );
            Diagnostic::error("Failed to decode current backend config", detail).into()
        })
    }

    fn parse(text: &str) -> Result<Option<Self>, String> {
        let syntax = |error: serde_json::Error| format!("invalid syntax: {error}");
        let sniffed: Sniffed = serde_json::from_str(text).map_err(syntax)?;
        match sniffed.version {
            VERSION => {}
            0 => return Err("invalid syntax: no format version number".to_owned()),
            other => {
                return Err(format!(
                    "unsupported backend state version {other}; you may need to use Terraform CLI v{} to work in this \
                     directory",
                    sniffed.terraform_version
                ));
            }
        }
        let file: File = serde_json::from_str(text).map_err(syntax)?;
        if file.backend.is_none() && file.remote.is_some() {
            return Err(
                "this working directory uses legacy remote state and so must first be upgraded using Terraform \
                        v0.9"
                    .to_owned(),
            );
        }
        let record = file.backend.filter(|recorded| !recorded.r#type.is_empty()).map(|recorded| Self {
            kind: recorded.r#type,
            hash: recorded.hash,
            config: recorded.config.map_or("null", RawValue::get).to_owned(),
        });
        Ok(record)
    }
}

impl fmt::Debug for BackendRecord {
    /// Without the configuration, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackendRecord").field("kind", &self.kind).field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// The record of a working directory; `None` when there is none, or when it says that there is no backend.
///
/// # Errors
/// When it can not be read or understood.
pub fn read_record(directory: &WorkingDirectory) -> Result<Option<BackendRecord>, Diagnostics> {
    let problem = |error: String| Diagnostic::error(format!("Failed to load state: {error}"), "").into();
    match fs_err::read_to_string(directory.absolute(&directory.data_dir).join(FILE)) {
        Ok(text) => BackendRecord::parse(&text).map_err(problem),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(problem(error.to_string())),
    }
}

/// Writes the record, whole or not at all. Without a backend, the file says so, unless there is none. `engine_version`
/// is the version of Terraform whose form it is.
///
/// # Errors
/// When it can not be written.
pub fn write_record(
    record: Option<&BackendRecord>,
    directory: &WorkingDirectory,
    engine_version: &str,
) -> Result<(), Diagnostics> {
    let path = directory.absolute(&directory.data_dir).join(FILE);
    if record.is_none() && !path.exists() {
        return Ok(());
    }
    files::write_whole(&path, &to_text(record, engine_version)).map_err(|error| {
        let detail = format!(
            "Error saving the backend configuration: {error}\n\nLandform saves the complete backend configuration in a \
             local file for\nconfiguring the backend on future operations. This cannot be disabled. Errors\nare usually \
             due to simple file permission errors. Please look at the error\nabove, resolve it, and try again."
        );
        Diagnostic::error("Failed to save the backend configuration", detail).into()
    })
}

fn to_text(record: Option<&BackendRecord>, engine_version: &str) -> String {
    let quoted = |text: &str| {
        let mut quoted = String::new();
        write_string(text, &mut quoted);
        quoted
    };
    let backend = record.map_or_else(String::new, |record| {
        let (kind, config, hash) = (quoted(&record.kind), &record.config, record.hash);
        format!(",\"backend\":{{\"type\":{kind},\"config\":{config},\"hash\":{hash}}}")
    });
    indented(&format!("{{\"version\":{VERSION},\"terraform_version\":{}{backend}}}", quoted(engine_version)))
}
