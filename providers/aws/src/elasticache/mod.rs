//! ElastiCache.

mod cluster;
mod cluster_change;
mod cluster_plan;
mod cluster_read;
mod engine_version;
mod in_use;
mod loads;
mod log_delivery;
mod node_groups;
mod parameter_group;
mod replication_group;
mod replication_group_change;
mod replication_group_create;
mod replication_group_plan;
mod replication_group_read;
mod settling;
mod subnet_group;
mod tagging;
mod user;
mod user_group;
mod windows;

use landform_provider_api::framework::Registry;

use crate::core::Aws;

/// The types of this service.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry
        .resource::<cluster::Cluster>()
        .resource::<parameter_group::ParameterGroup>()
        .resource::<replication_group::Group>()
        .resource::<subnet_group::SubnetGroup>()
        .resource::<user::User>()
        .resource::<user_group::UserGroup>();
}

/// What a description says that nobody wrote. The public provider's, as it is stored.
const DESCRIPTION: &str = "Managed by Terraform";
