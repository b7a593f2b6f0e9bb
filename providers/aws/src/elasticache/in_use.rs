//! Deleting what cache clusters use.

use std::future::Future;

use aws_sdk_elasticache::types::CacheCluster;

use crate::core::prelude::*;

/// How long clusters that are being deleted may hold on to a group.
const PATIENCE: Duration = Duration::from_secs(300);

/// Deletes a group. Clusters that are being deleted are waited for; others are named.
pub(super) async fn delete<F>(
    cx: &Aws,
    what: &str,
    uses: impl Fn(&CacheCluster) -> bool,
    delete: impl Fn() -> F,
) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let uses = &uses;
    let delete = &delete;
    wait_until(&format!("{what} to be given up by cache clusters"), PATIENCE, || async move {
        match delete().await {
            Err(error) if is_used(&error) => refused(cx, uses, error).await,
            result => result.map(State::Done),
        }
    })
    .await
}

fn is_used(error: &Error) -> bool {
    error.is(&["CacheSubnetGroupInUse", "InvalidCacheParameterGroupState", "DependencyViolation"])
}

async fn refused(cx: &Aws, uses: impl Fn(&CacheCluster) -> bool, error: Error) -> Result<State<()>> {
    let pages = cx.elasticache().describe_cache_clusters().into_paginator().items().send();
    let Ok(clusters) = pages.collect::<Result<Vec<_>, _>>().await else { return Err(error) };
    let staying = clusters.iter().filter(|it| uses(it) && it.cache_cluster_status() != Some("deleting"));
    let staying: Vec<&str> = staying.filter_map(CacheCluster::cache_cluster_id).collect();
    if staying.is_empty() {
        return Ok(State::Pending("in use".into()));
    }
    Err(error.hint(format!("It is used by these cache clusters: {}.", staying.join(", "))))
}
