//! RDS.

mod blue_green;
mod group_loads;
mod instance;
mod instance_change;
mod instance_checks;
mod instance_create;
mod instance_data;
mod instance_loads;
mod instance_modify;
mod instance_plan;
mod instance_read;
mod instance_wait;
mod names;
mod parameter_group;
mod parameters;
mod subnet_group;
mod tagging;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<instance::Instance>();
    registry.resource::<parameter_group::ParameterGroup>();
    registry.resource::<subnet_group::SubnetGroup>();
    registry.data_source::<instance_data::InstanceData>();
}
