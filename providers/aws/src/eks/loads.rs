//! Clusters by name. EKS describes one at a time.

use aws_sdk_eks::types::Cluster;

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
