//! `file`: copies a file, a folder or a text to another machine.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::{Attribute, Block, ProvisionRequest, Provisioner};
use landform_values::{Type, Value};

use crate::Machine;
use crate::ssh::{Communicator, Failure, Local, Progress, validate_connection};

/// Copies files.
pub(crate) struct File {
    machine: Machine,
    schema: Block,
}

impl File {
    pub(crate) fn new(machine: Machine) -> Self {
        let mut schema = crate::optional_arguments([("content", Type::String), ("source", Type::String)]);
        schema.attributes.insert("destination".into(), Attribute::of(Type::String).required());
        Self { machine, schema }
    }

    async fn copy(&self, request: ProvisionRequest<'_>) -> Result<(), Failure> {
        let ProvisionRequest { config, connection, mut stop, .. } = request;
        let mut communicator = Communicator::new(&connection, &self.machine)?;
        communicator.connect_in_time(Progress::Quiet, &mut stop).await?;
        let copied = tokio::select! {
            copied = self.upload(&mut communicator, &config) => copied,
            () = stop => Err(Failure::interrupted()),
        };
        communicator.disconnect().await;
        copied
    }

    async fn upload(&self, communicator: &mut Communicator, config: &Value) -> Result<(), Failure> {
        let text = |name: &str| config.get_attribute(name).and_then(Value::as_str);
        let destination = text("destination").unwrap_or_default();
        let uploaded = match (text("content"), text("source").unwrap_or_default()) {
            (Some(content), _) => communicator.upload(destination, content.as_bytes()).await,
            (None, source) => {
                let path = self.path_of(source)?;
                let metadata = fs_err::metadata(&path).map_err(|error| Failure::local("stat", source, error))?;
                let local = Local { path: &path, name: source };
                match metadata.is_dir() {
                    true => communicator.upload_folder(destination, &local).await,
                    false => communicator.upload_file(destination, &local).await,
                }
            }
        };
        uploaded.map_err(|failure| failure.within("Upload failed"))
    }

    /// A source may begin with `~`, which is the home folder.
    fn path_of(&self, source: &str) -> Result<PathBuf, Failure> {
        let Some(rest) = source.strip_prefix('~') else { return Ok(self.machine.directory.join(source)) };
        if !rest.is_empty() && !rest.starts_with('/') {
            return Err(Failure::plain("cannot expand user-specific home dir"));
        }
        let home = self.machine.home.as_deref().ok_or_else(|| Failure::plain("there is no home folder for \"~\""))?;
        Ok(home.join(Path::new(rest.trim_start_matches('/'))))
    }
}

#[async_trait]
impl Provisioner for File {
    fn schema(&self) -> &Block {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let is_set = |name: &str| config.get_attribute(name).is_some_and(|value| !value.is_null());
        let summary = match (is_set("source"), is_set("content")) {
            (true, true) => "Cannot set both 'source' and 'content'",
            (false, false) => "Must provide one of 'source' or 'content'",
            (true, false) | (false, true) => return Diagnostics::new(),
        };
        Diagnostic::error(summary, "").into()
    }

    fn validate_connection(&self, connection: &Value) -> Diagnostics {
        validate_connection(connection)
    }

    async fn provision(&self, request: ProvisionRequest<'_>) -> Diagnostics {
        let hidden = request.hidden;
        let Err(failure) = self.copy(request).await else { return Diagnostics::new() };
        Diagnostic::error("file provisioner error", failure.text(hidden)).into()
    }
}

#[cfg(test)]
mod tests;
