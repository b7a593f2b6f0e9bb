//! Buckets.

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    let _ = registry;
}
