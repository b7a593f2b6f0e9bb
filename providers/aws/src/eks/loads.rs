//! Clusters, node groups and Fargate profiles. EKS describes one at a time.

use aws_sdk_eks::types::{Cluster, FargateProfile, Nodegroup};

use crate::core::{Aws, Error, Fetch, Result, one_by_one};

/// Clusters by name.
pub(super) enum Clusters {}

impl Fetch for Clusters {
    type Item = Cluster;

    async fn fetch(cx: &Aws, names: Vec<String>) -> Result<Vec<(String, Cluster)>> {
        one_by_one(names, |name| async move { cluster(cx, &name).await }).await
    }
}

/// A cluster as it is now; `None` where there is none.
pub(super) async fn cluster(cx: &Aws, name: &str) -> Result<Option<Cluster>> {
    match cx.eks().describe_cluster().name(name).send().await.map_err(Error::from) {
        Ok(found) => Ok(found.cluster),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Node groups by id, `CLUSTER:NODE_GROUP`.
pub(super) enum NodeGroups {}

impl Fetch for NodeGroups {
    type Item = Nodegroup;

    async fn fetch(cx: &Aws, ids: Vec<String>) -> Result<Vec<(String, Nodegroup)>> {
        one_by_one(ids, |id| async move { node_group(cx, &id).await }).await
    }
}

/// A node group as it is now; `None` where there is none.
pub(super) async fn node_group(cx: &Aws, id: &str) -> Result<Option<Nodegroup>> {
    let (cluster, name) = parts(id);
    let request = cx.eks().describe_nodegroup().cluster_name(cluster).nodegroup_name(name);
    match request.send().await.map_err(Error::from) {
        Ok(found) => Ok(found.nodegroup),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Fargate profiles by id, `CLUSTER:PROFILE`.
pub(super) enum FargateProfiles {}

impl Fetch for FargateProfiles {
    type Item = FargateProfile;

    async fn fetch(cx: &Aws, ids: Vec<String>) -> Result<Vec<(String, FargateProfile)>> {
        one_by_one(ids, |id| async move { fargate_profile(cx, &id).await }).await
    }
}

/// A Fargate profile as it is now; `None` where there is none.
pub(super) async fn fargate_profile(cx: &Aws, id: &str) -> Result<Option<FargateProfile>> {
    let (cluster, name) = parts(id);
    let request = cx.eks().describe_fargate_profile().cluster_name(cluster).fargate_profile_name(name);
    match request.send().await.map_err(Error::from) {
        Ok(found) => Ok(found.fargate_profile),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Cluster and name of an id.
pub(super) fn parts(id: &str) -> (&str, &str) {
    id.split_once(':').unwrap_or((id, ""))
}

/// Refuses an id that has not both. `wanted` reads `CLUSTER:NODE_GROUP`.
pub(super) fn checked_parts(id: &str, wanted: &str) -> std::result::Result<(), String> {
    match id.split_once(':') {
        Some((cluster, name)) if !cluster.is_empty() && !name.is_empty() && !name.contains(':') => Ok(()),
        _ => Err(format!("it has the form {wanted}")),
    }
}
