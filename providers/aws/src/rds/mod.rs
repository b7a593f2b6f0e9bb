//! RDS.

mod blue_green;
mod cluster;
mod cluster_blocks;
mod cluster_change;
mod cluster_create;
mod cluster_instance;
mod cluster_loads;
mod cluster_parameter_group;
mod cluster_parameters;
mod cluster_plan;
mod cluster_read;
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
mod option_group;
mod option_group_users;
mod options;
mod parameter_group;
mod parameters;
mod s3_import;
mod snapshot;
mod snapshot_loads;
mod subnet_group;
mod tagging;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// One line a type.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<cluster::Cluster>();
    registry.resource::<cluster_instance::ClusterInstance>();
    registry.resource::<cluster_parameter_group::ClusterParameterGroup>();
    registry.resource::<instance::Instance>();
    registry.resource::<option_group::OptionGroup>();
    registry.resource::<parameter_group::ParameterGroup>();
    registry.resource::<snapshot::Snapshot>();
    registry.resource::<subnet_group::SubnetGroup>();
    registry.data_source::<instance_data::InstanceData>();
}
