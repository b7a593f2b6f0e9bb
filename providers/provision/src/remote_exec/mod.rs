//! `remote-exec`: scripts that run on another machine.

mod scripts;

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::{Block, ProvisionRequest, Provisioner};
use landform_values::{Type, Value};

use crate::Machine;
use crate::ssh::{Communicator, Failure, Progress, validate_connection};
use scripts::Script;

/// Runs scripts.
pub(crate) struct RemoteExec {
    machine: Machine,
    schema: Block,
}

impl RemoteExec {
    pub(crate) fn new(machine: Machine) -> Self {
        let texts = Type::list(Type::String);
        let schema =
            crate::optional_arguments([("inline", texts.clone()), ("script", Type::String), ("scripts", texts)]);
        Self { machine, schema }
    }

    async fn run(&self, request: ProvisionRequest<'_>) -> Result<(), Failure> {
        let ProvisionRequest { config, connection, output, mut stop, .. } = request;
        let mut communicator = Communicator::new(&connection, &self.machine)?;
        let scripts = scripts::collect(&config, &self.machine.directory)?;
        communicator.connect_in_time(Progress::Told(output), &mut stop).await?;
        let ran = tokio::select! {
            ran = run_all(&mut communicator, scripts, output) => ran,
            () = stop => Err(Failure::interrupted()),
        };
        communicator.disconnect().await;
        ran
    }
}

/// One after the other. A script that has run is overwritten with nothing, since it may hold secrets.
async fn run_all(
    communicator: &mut Communicator,
    scripts: Vec<Script>,
    output: &(dyn Fn(&str) + Send + Sync),
) -> Result<(), Failure> {
    for script in scripts {
        let path = communicator.script_path();
        let uploaded = async { communicator.upload_script(&path, &script.read()?).await }.await;
        uploaded.map_err(|failure| failure.within("Failed to upload script"))?;
        communicator.run(&path, output).await?;
        // The work is done; a machine that is about to restart may not answer any more.
        let _ = communicator.upload(&path, b"").await;
    }
    Ok(())
}

#[async_trait]
impl Provisioner for RemoteExec {
    fn schema(&self) -> &Block {
        &self.schema
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let is_set = |name: &&str| config.get_attribute(name).is_some_and(|value| !value.is_null());
        if ["inline", "script", "scripts"].iter().filter(|name| is_set(name)).count() == 1 {
            return Diagnostics::new();
        }
        let detail = r#"Only one of "inline", "script", or "scripts" must be set"#;
        Diagnostic::error("Invalid remote-exec provisioner configuration", detail).into()
    }

    fn validate_connection(&self, connection: &Value) -> Diagnostics {
        validate_connection(connection)
    }

    async fn provision(&self, request: ProvisionRequest<'_>) -> Diagnostics {
        let hidden = request.hidden;
        let Err(failure) = self.run(request).await else { return Diagnostics::new() };
        Diagnostic::error("remote-exec provisioner error", failure.text(hidden)).into()
    }
}

#[cfg(test)]
mod tests;
