//! Reads of ElastiCache: one object by its name, or pages of all.

use std::collections::BTreeSet;

use aws_sdk_elasticache::types::{
    CacheCluster, CacheParameterGroup, CacheSubnetGroup, ReplicationGroup, User, UserGroup,
};

use crate::core::{Aws, Error, Fetch, Result};

macro_rules! loads {
    ($($(#[$doc:meta])* $load:ident: $item:ident = $operation:ident($name:ident $(, $more:ident)?) by $key:ident;)*) => {
        $(
            $(#[$doc])*
            pub(super) enum $load {}

            impl Fetch for $load {
                type Item = $item;
                /// More than one are found in pages of all.
                const CHUNK: usize = usize::MAX;

                async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, $item)>> {
                    let request = cx.elasticache().$operation()$(.$more(true))?;
                    let request = if let [key] = keys.as_slice() { request.$name(key) } else { request };
                    let items = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
                    asked_for(&keys, items.map_err(Error::from), |it: &$item| it.$key())
                }
            }
        )*
    };
}

loads! {
    /// Cache clusters with their nodes, also those of replication groups.
    CacheClusters: CacheCluster = describe_cache_clusters(cache_cluster_id, show_cache_node_info) by cache_cluster_id;
    /// Parameter groups.
    ParameterGroups: CacheParameterGroup =
        describe_cache_parameter_groups(cache_parameter_group_name) by cache_parameter_group_name;
    /// Replication groups.
    ReplicationGroups: ReplicationGroup =
        describe_replication_groups(replication_group_id) by replication_group_id;
    /// Subnet groups.
    SubnetGroups: CacheSubnetGroup =
        describe_cache_subnet_groups(cache_subnet_group_name) by cache_subnet_group_name;
    /// User groups.
    UserGroups: UserGroup = describe_user_groups(user_group_id) by user_group_id;
    /// Users.
    Users: User = describe_users(user_id) by user_id;
}

fn asked_for<T>(keys: &[String], items: Result<Vec<T>>, key: impl Fn(&T) -> Option<&str>) -> Result<Vec<(String, T)>> {
    let items = match items {
        Err(error) if error.is_missing() => return Ok(Vec::new()),
        items => items?,
    };
    let wanted: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    let named = items.into_iter().filter_map(|item| Some((key(&item)?.to_owned(), item)));
    Ok(named.filter(|(key, _)| wanted.contains(key.as_str())).collect())
}
