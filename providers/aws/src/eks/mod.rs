//! EKS.

use landform_provider_api::framework::{Check, Registry};

use crate::core::Aws;

mod cluster;
mod cluster_change;
mod cluster_parts;
mod cluster_plan;
mod cluster_read;
mod cluster_requests;
mod loads;
mod tagging;
mod updates;

/// The types of this service.
pub(crate) fn register(registry: &mut Registry<Aws>) {
    registry.resource::<cluster::Cluster>();
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
