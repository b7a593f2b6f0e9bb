//! CloudWatch Logs.

mod group;
mod loads;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<group::LogGroup>();
}
