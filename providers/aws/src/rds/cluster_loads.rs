//! Reads of clusters and of the databases in them.

use aws_sdk_rds::types::{DbCluster, DbInstance, Filter};

use crate::core::{Aws, Error, Fetch, Result};

/// Clusters by name.
pub(super) struct Clusters;

/// Databases in clusters by name.
pub(super) struct ClusterInstances;

impl Fetch for Clusters {
    type Item = DbCluster;
    const CHUNK: usize = 100;

    async fn fetch(cx: &Aws, names: Vec<String>) -> Result<Vec<(String, DbCluster)>> {
        let request = cx.rds().describe_db_clusters().filters(named("db-cluster-id", names));
        let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        Ok(or_none(found.map_err(Error::from))?
            .into_iter()
            .filter_map(|it| Some((name(it.db_cluster_identifier())?, it)))
            .collect())
    }
}

impl Fetch for ClusterInstances {
    type Item = DbInstance;
    const CHUNK: usize = 100;

    async fn fetch(cx: &Aws, names: Vec<String>) -> Result<Vec<(String, DbInstance)>> {
        let request = cx.rds().describe_db_instances().filters(named("db-instance-id", names));
        let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        Ok(or_none(found.map_err(Error::from))?
            .into_iter()
            .filter_map(|it| Some((name(it.db_instance_identifier())?, it)))
            .collect())
    }
}

/// Names that match nothing are no error.
fn named(filter: &str, names: Vec<String>) -> Filter {
    Filter::builder().name(filter).set_values(Some(names)).build()
}

fn name(told: Option<&str>) -> Option<String> {
    told.map(str::to_owned)
}

fn or_none<T>(found: Result<Vec<T>>) -> Result<Vec<T>> {
    match found {
        Err(error) if error.is_missing() => Ok(Vec::new()),
        found => found,
    }
}
