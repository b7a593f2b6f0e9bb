//! Backends by configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use landform_config::Module;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_builtin::{Host, RemoteStateRequest};
use landform_state::{Backend, DEFAULT_WORKSPACE, LocalBackend, LocalConfig, StateStore};
use landform_values::{Str, Value};

use crate::session::Session;

/// The backend that a root module says, as it was initialised.
pub(crate) fn open(session: &Session, root: &Module, local: &LocalConfig) -> Result<Arc<dyn Backend>, Diagnostics> {
    match &root.backend {
        None => Ok(Arc::new(LocalBackend::new(&session.world.directory, local.clone()))),
        Some(backend) => Err(Diagnostic::error(
            "Unsupported backend type",
            format!("There is no backend type named {:?}.", &*backend.kind),
        )
        .at(backend.kind_span)
        .into()),
    }
}

/// The store of the selected workspace.
pub(crate) async fn store(
    session: &Session,
    root: &Module,
    local: &LocalConfig,
) -> Result<Arc<dyn StateStore>, Diagnostics> {
    open(session, root, local)?.open(&session.workspace()).await
}

/// The states of other roots, for `terraform_remote_state`.
pub(crate) struct RemoteStates {
    directory: std::path::PathBuf,
}

impl RemoteStates {
    pub(crate) fn new(session: &Session) -> Self {
        Self { directory: session.world.directory.clone() }
    }

    fn backend(&self, request: &RemoteStateRequest) -> Result<Arc<dyn Backend>, Diagnostics> {
        match &*request.backend {
            "local" => {
                let config = LocalConfig::from_value(&request.config)?;
                Ok(Arc::new(LocalBackend::new(&self.directory, config)))
            }
            other => {
                let detail = format!("There is no backend type named {other:?}.");
                Err(Diagnostic::error("Invalid backend configuration", detail).into())
            }
        }
    }
}

#[async_trait]
impl Host for RemoteStates {
    fn random_bytes(&self, buffer: &mut [u8]) {
        rand::fill(buffer);
    }

    async fn remote_outputs(&self, request: RemoteStateRequest) -> Result<Option<BTreeMap<Str, Value>>, Diagnostics> {
        let backend = self.backend(&request)?;
        let workspace = if request.workspace.is_empty() { DEFAULT_WORKSPACE } else { &request.workspace };
        let Some(state) = backend.open(workspace).await?.read().await? else { return Ok(None) };
        Ok(Some(landform_core::stored_outputs(&state)))
    }
}
