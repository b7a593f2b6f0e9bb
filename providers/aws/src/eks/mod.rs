//! EKS.

use std::time::Duration;

use landform_provider_api::framework::{Check, Registry};

use crate::core::Aws;

mod access_entry;
mod access_policy_association;
mod addon;
mod addon_progress;
mod addon_version_data;
mod cluster;
mod cluster_auth_data;
mod cluster_change;
mod cluster_data;
mod cluster_parts;
mod cluster_plan;
mod cluster_read;
mod cluster_requests;
mod fargate_profile;
mod loads;
mod node_group;
mod node_parts;
mod node_read;
mod node_requests;
mod pod_identity_association;
mod pod_identity_loads;
mod tagging;
mod updates;

/// What EKS answers when there is one already.
const EXISTS: &str = "ResourceInUseException";
/// How long what was just made in IAM or in a cluster may be unknown to EKS.
const PROPAGATION: Duration = Duration::from_secs(120);

/// The types of this service.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.data_source::<addon_version_data::AddonVersion>();
    registry.data_source::<cluster_auth_data::ClusterAuth>();
    registry.data_source::<cluster_data::Cluster>();
    registry.resource::<access_entry::AccessEntry>();
    registry.resource::<access_policy_association::AccessPolicyAssociation>();
    registry.resource::<addon::Addon>();
    registry.resource::<cluster::Cluster>();
    registry.resource::<fargate_profile::Profile>();
    registry.resource::<node_group::NodeGroup>();
    registry.resource::<pod_identity_association::PodIdentityAssociation>();
}

/// A name of a cluster.
fn cluster_name() -> Check {
    Check::text(|name| {
        let fits = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
        let begins = name.starts_with(|it: char| it.is_ascii_alphanumeric());
        let fine = name.is_empty() || begins && name.chars().all(fits);
        fine.then_some(()).ok_or_else(|| {
            format!("{name:?} must begin with a letter or digit, and have only these, '-' and '_' in it")
        })
    })
}
