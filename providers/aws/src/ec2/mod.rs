//! EC2 and VPC networking.

mod blocked;
mod loads;
mod subnet;
mod tagging;
mod vpc;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<subnet::Subnet>();
    registry.resource::<vpc::Vpc>();
}
