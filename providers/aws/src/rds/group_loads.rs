//! Reads of groups: RDS tells of one, by its name, or of all.

use aws_sdk_rds::types::{DbClusterParameterGroup, DbParameterGroup, DbSubnetGroup, OptionGroup};

use landform_provider_api::framework::{Attr, Model, Traces};

use crate::core::traces::{named, under};
use crate::core::{Aws, Error, Fetch, Result, names};

/// Writes a load that asks for one object by name and for several by listing all; names of groups do not tell upper
/// from lower case.
macro_rules! groups {
    ($(#[$doc:meta])* $load:ident, $item:ty, $call:ident, $filter:ident, $name:ident) => {
        $(#[$doc])*
        pub(super) struct $load;

        impl Fetch for $load {
            type Item = $item;
            /// All are listed anyway.
            const CHUNK: usize = 100_000;

            async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, $item)>> {
                let only = keys.first().filter(|_| keys.len() == 1).cloned();
                let request = cx.rds().$call().$filter(only);
                let listed = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
                let groups = match listed.map_err(Error::from) {
                    Err(error) if error.is_missing() => Vec::new(),
                    listed => listed?,
                };
                let named = |group: $item| Some((group.$name()?.to_owned(), group));
                let mut found: Vec<(String, $item)> = groups.into_iter().filter_map(named).collect();
                // Whoever asks for a name in capitals gets his answer under the name he asked for.
                for key in keys.iter().filter(|key| key.chars().any(|it| it.is_ascii_uppercase())) {
                    let alike = found.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
                    let alike = alike.map(|(_, group)| (key.clone(), group.clone()));
                    found.extend(alike);
                }
                Ok(found)
            }
        }

        impl $load {
            /// Where a group may be that was perhaps made: under the name that was given, or under one that was generated.
            pub(super) async fn traces<M: Model>(
                planned: &M,
                given: (&Attr<String>, &Attr<String>),
                cx: &Aws,
            ) -> Result<Traces<M>> {
                let (name, prefix) = given;
                if let Some(name) = name.text() {
                    return Ok(named(planned, name));
                }
                let mut pages = cx.rds().$call().into_paginator().items().send();
                let mut made = Vec::new();
                while let Some(group) = pages.next().await {
                    made.extend(group?.$name.filter(|name| names::is_made_of(name, prefix)));
                }
                Ok(Traces::Tagged(under(planned, made)))
            }
        }
    };
}

groups!(
    /// Subnet groups by name.
    SubnetGroups,
    DbSubnetGroup,
    describe_db_subnet_groups,
    set_db_subnet_group_name,
    db_subnet_group_name
);
groups!(
    /// Parameter groups by name.
    ParameterGroups,
    DbParameterGroup,
    describe_db_parameter_groups,
    set_db_parameter_group_name,
    db_parameter_group_name
);
groups!(
    /// Parameter groups of clusters by name.
    ClusterParameterGroups,
    DbClusterParameterGroup,
    describe_db_cluster_parameter_groups,
    set_db_cluster_parameter_group_name,
    db_cluster_parameter_group_name
);
groups!(
    /// Option groups by name.
    OptionGroups,
    OptionGroup,
    describe_option_groups,
    set_option_group_name,
    option_group_name
);
