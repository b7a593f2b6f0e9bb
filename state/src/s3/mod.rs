//! States as objects of an S3 bucket, as `backend "s3"` of Terraform 1.11 stores and locks them.

mod api_error;
mod arguments;
mod attempts;
mod bucket;
mod connect;
mod environment;
mod lock;
mod schema;
mod settings;
mod store;
mod table;
mod validate;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_schema::Block;
use landform_values::Value;

pub use environment::Environment;

use crate::backend::{DEFAULT_WORKSPACE, default_workspace_stays};
use crate::{Backend, StateStore, Timer};
use api_error::Kind;
use arguments::{Arguments, Given};
use bucket::{Bucket, Condition};
use connect::Clients;
use lock::{LockFile, Locks};
use settings::ObjectSettings;
use store::{S3Store, Work};
use table::Table;

/// The colon makes it unlikely that other objects are under this prefix.
const DEFAULT_PREFIX: &str = "env:";

/// The configuration of a backend, validated.
#[derive(Clone, Debug)]
pub struct S3Config {
    arguments: Arguments,
    objects: ObjectSettings,
}

impl S3Config {
    /// The arguments of `backend "s3"`.
    pub fn schema() -> Block {
        schema::schema()
    }

    /// From a value of the schema's type, wholly known. With errors there is no configuration, with warnings there is.
    /// Diagnostics about an argument carry its path in [`landform_diagnostics::Extra::attribute`].
    pub fn from_value(value: &Value, environment: &Environment) -> (Option<Self>, Diagnostics) {
        let value = value.clone().unmark_deep().0;
        let given = Given(&value);
        let mut found = validate::validate(given, environment);
        if found.has_errors() {
            return (None, found);
        }
        let arguments = Arguments::read(given);
        found.extend(settings::check_region(&arguments));
        found.extend(settings::legacy_variables(environment));
        match settings::objects(&arguments.encryption, environment) {
            Ok(objects) if !found.has_errors() => (Some(Self { arguments, objects }), found),
            Ok(_) => (None, found),
            Err(diagnostic) => {
                found.push(diagnostic);
                (None, found)
            }
        }
    }

    /// `<prefix>/<workspace>/<key>`, or just the key for the default workspace.
    fn key_of(&self, workspace: &str) -> String {
        let key = &self.arguments.key;
        if workspace == DEFAULT_WORKSPACE { key.clone() } else { join(&[self.prefix(), workspace, key]) }
    }

    fn prefix(&self) -> &str {
        self.arguments.workspace_key_prefix.as_deref().unwrap_or(DEFAULT_PREFIX)
    }

    /// The workspace whose state a key is.
    fn workspace_of<'a>(&self, key: &'a str) -> Option<&'a str> {
        let prefix = self.prefix();
        let rest = if prefix.is_empty() { key } else { key.strip_prefix(prefix)?.strip_prefix('/')? };
        let (workspace, rest) = rest.split_once('/')?;
        (rest == self.arguments.key && !workspace.is_empty()).then_some(workspace)
    }
}

/// Joins the parts of a path and leaves out what has no meaning, as Terraform does.
fn join(parts: &[&str]) -> String {
    let mut result: Vec<&str> = Vec::new();
    for part in parts.iter().flat_map(|part| part.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(result.pop()),
            other => result.push(other),
        }
    }
    result.join("/")
}

/// States in a bucket. Clones share connections.
#[derive(Clone)]
pub struct S3Backend {
    config: Arc<S3Config>,
    clients: Clients,
    timer: Arc<dyn Timer>,
}

impl fmt::Debug for S3Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments = &self.config.arguments;
        f.debug_struct("S3Backend")
            .field("bucket", &arguments.bucket)
            .field("key", &arguments.key)
            .finish_non_exhaustive()
    }
}

impl S3Backend {
    /// Finds credentials and assumes roles. The bucket itself is not looked at: the first operation does that.
    ///
    /// `environment` is all that is known of the process's environment; `timer` is what waiting takes its time from. With
    /// errors there is no backend, with warnings there is.
    pub async fn connect(
        config: S3Config,
        environment: &Environment,
        timer: Arc<dyn Timer>,
    ) -> (Option<Self>, Diagnostics) {
        let mut found = Diagnostics::new();
        match connect::connect(&config.arguments, environment, &mut found).await {
            Ok(clients) => (Some(Self { config: Arc::new(config), clients, timer }), found),
            Err(diagnostic) => {
                found.push(diagnostic);
                (None, found)
            }
        }
    }

    fn bucket(&self) -> Bucket {
        Bucket {
            client: self.clients.s3.clone(),
            name: self.config.arguments.bucket.clone(),
            objects: self.config.objects.clone(),
        }
    }

    fn table(&self, key: &str) -> Option<Table> {
        let arguments = &self.config.arguments;
        let name = arguments.locks.dynamodb_table.clone()?;
        Some(Table { client: self.clients.dynamodb.clone(), name, id: format!("{}/{key}", arguments.bucket) })
    }
}

#[async_trait]
impl Backend for S3Backend {
    async fn workspaces(&self) -> Result<Vec<String>, Diagnostics> {
        let prefix = match self.config.prefix() {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        let bucket = self.bucket();
        let mut names = Vec::new();
        match bucket.list(&prefix).await {
            Ok(keys) => names.extend(keys.iter().filter_map(|key| self.config.workspace_of(key)).map(str::to_owned)),
            // Who only uses the default workspace need not be allowed to list others.
            Err(error) if error.kind == Kind::AccessDenied && self.config.prefix() == DEFAULT_PREFIX => {}
            Err(error) => {
                let what = format!("Unable to list objects in S3 bucket {:?} with prefix {prefix:?}", bucket.name);
                return Err(
                    Diagnostic::error("Failed to get existing workspaces", bucket.explain(&what, &error)).into()
                );
            }
        }
        names.retain(|name| name != DEFAULT_WORKSPACE);
        names.sort();
        names.insert(0, DEFAULT_WORKSPACE.to_owned());
        Ok(names)
    }

    async fn delete_workspace(&self, name: &str) -> Result<(), Diagnostics> {
        if name == DEFAULT_WORKSPACE || name.is_empty() {
            return Err(default_workspace_stays());
        }
        let (bucket, key) = (self.bucket(), self.config.key_of(name));
        let failed = |detail: String| Diagnostics::from(Diagnostic::error("Failed to delete workspace", detail));
        if let Err(failure) = bucket.delete(&key, Condition::Always).await {
            let what = format!("Unable to delete object {key:?} in S3 bucket {:?}", bucket.name);
            return Err(failed(bucket.explain(&what, &failure.error)));
        }
        if let Some(table) = self.table(&key) {
            table.delete_digests().await.map_err(|error| failed(table.explain(&error)))?;
        }
        Ok(())
    }

    async fn open(&self, workspace: &str) -> Result<Arc<dyn StateStore>, Diagnostics> {
        let (bucket, key) = (self.bucket(), self.config.key_of(workspace));
        let lock_file = LockFile { bucket: bucket.clone(), key: format!("{key}.tflock") };
        let locks =
            Locks { file: self.config.arguments.locks.use_lockfile.then_some(lock_file), table: self.table(&key) };
        let work = tokio::sync::Mutex::new(Work::default());
        Ok(Arc::new(S3Store { bucket, key, locks, timer: self.timer.clone(), work }))
    }
}

#[cfg(test)]
mod tests;
