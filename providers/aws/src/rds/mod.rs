//! RDS.

mod group_loads;
mod names;
mod parameter_group;
mod parameters;
mod subnet_group;
mod tagging;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<parameter_group::ParameterGroup>();
    registry.resource::<subnet_group::SubnetGroup>();
}
