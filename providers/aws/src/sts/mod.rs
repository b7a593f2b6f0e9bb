//! Who and where we are.

mod caller_identity_data;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.data_source::<caller_identity_data::CallerIdentity>();
}
