//! What the provider needs of the program around it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{Path, Str, Value};

/// The program around the provider.
#[async_trait]
pub trait Host: Send + Sync {
    /// Fills a buffer with random bytes. Tests may hand in ones that repeat.
    fn random_bytes(&self, buffer: &mut [u8]);

    /// Reads the text of a `.tfvars` file: an object of its variables, or what is wrong as a phrase without a full
    /// stop, such as `invalid tfvars syntax: …`. A host without the language says so.
    fn decode_tfvars(&self, source: &str) -> Result<Value, String> {
        let _ = source;
        Err("invalid tfvars syntax: this program can not read the language".into())
    }

    /// Checks backend type and configuration (wholly known) of another root's state.
    fn check_backend(&self, request: &RemoteStateRequest) -> Diagnostics {
        let _ = request;
        Diagnostics::new()
    }

    /// The root outputs of another root's state; `None` where there is no state. A host without backends says so.
    async fn remote_outputs(&self, request: RemoteStateRequest) -> Result<Option<BTreeMap<Str, Value>>, Diagnostics> {
        let detail = format!("There is no backend type named {:?}.", request.backend);
        Err(Diagnostic::error("Invalid backend configuration", detail)
            .with_extra(|extra| extra.attribute = Some(Path::root().attribute("backend").attribute_steps()))
            .into())
    }
}

/// Where another root's state is.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteStateRequest {
    /// The backend type.
    pub backend: Str,
    /// Its configuration: an object, empty where none was given.
    pub config: Value,
    /// Which workspace.
    pub workspace: Str,
}
