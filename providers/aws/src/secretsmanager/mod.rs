//! Secrets Manager.

mod loads;
mod replicas;
mod secret;
mod secret_data;
mod secret_version;
mod secret_version_data;
mod stages;

use aws_smithy_types::{Blob, base64};
use landform_provider_api::framework::{Attr, Registry};

use crate::core::{Aws, Error};

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<secret::Secret>();
    registry.resource::<secret_version::SecretVersion>();
    registry.data_source::<secret_data::Secret>();
    registry.data_source::<secret_version_data::SecretVersion>();
}

/// Whether the error says that the secret is on its way out: it can neither be used nor made anew.
fn is_ending(error: &Error) -> bool {
    let says = ["was deleted", "marked for deletion", "marked deleted", "scheduled for deletion"];
    error.is(&["InvalidRequestException"]) && says.iter().any(|text| error.message().contains(text))
}

/// The id of a version: `SECRET|VERSION`.
fn version_id(secret: &str, version: &str) -> String {
    format!("{secret}|{version}")
}

/// Bytes as an attribute holds them; empty where there are none.
fn encoded(bytes: Option<&Blob>) -> Attr<String> {
    bytes.map(|it| base64::encode(it.as_ref())).unwrap_or_default().into()
}
