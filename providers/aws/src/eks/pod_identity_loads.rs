//! Pod identity associations by cluster and id. EKS describes one at a time.

use aws_sdk_eks::types::PodIdentityAssociation;

use crate::core::{Aws, Error, Fetch, Result, one_by_one};

/// Associations by `CLUSTER,ID`.
pub(super) enum PodIdentities {}

impl PodIdentities {
    /// The key of an association of a cluster.
    pub(super) fn key(cluster: &str, id: &str) -> String {
        format!("{cluster},{id}")
    }

    /// The key of an association with an ARN: `arn:aws:eks:REGION:ACCOUNT:podidentityassociation/CLUSTER/ID`.
    pub(super) fn key_of(cluster: &str, arn: &str) -> Option<String> {
        arn.rsplit_once('/').map(|(_, id)| Self::key(cluster, id))
    }
}

impl Fetch for PodIdentities {
    type Item = PodIdentityAssociation;
    const CHUNK: usize = usize::MAX;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
        one_by_one(keys, |key| async move {
            let (cluster, id) = key.split_once(',').unwrap_or_default();
            let asked = cx.eks().describe_pod_identity_association().cluster_name(cluster).association_id(id);
            match asked.send().await.map_err(Error::from) {
                Ok(found) => Ok(found.association),
                Err(error) if error.is_missing() => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await
    }
}
