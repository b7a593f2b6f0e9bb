//! EKS.

use std::time::Duration;

use landform_provider_api::framework::{Check, Registry};

use crate::core::Aws;

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
mod tagging;
mod updates;

/// How long IAM takes to tell EKS of a new role.
const PROPAGATION: Duration = Duration::from_secs(120);

/// The types of this service.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.data_source::<cluster_auth_data::ClusterAuth>();
    registry.data_source::<cluster_data::Cluster>();
    registry.resource::<cluster::Cluster>();
    registry.resource::<fargate_profile::Profile>();
    registry.resource::<node_group::NodeGroup>();
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
