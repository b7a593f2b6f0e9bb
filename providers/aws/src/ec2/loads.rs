//! Reads of EC2 that many types share.

use aws_sdk_ec2::types::{Filter, NetworkAcl, RouteTable, SecurityGroup, Subnet, Vpc, VpcAttributeName};

use futures::TryFutureExt as _;

use crate::core::{Aws, Error, Fetch, Result};

/// A filter with many values: unlike a list of ids, it says nothing of those that do not exist.
pub(super) fn filter(name: &str, values: Vec<String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// A load of the objects of a describe call by the values of a filter.
macro_rules! describe {
    ($(#[$doc:meta])* $load:ident: $item:ty, $call:ident($filter:literal), $items:ident, |$it:ident| $key:expr) => {
        $(#[$doc])*
        pub(super) struct $load;

        impl Fetch for $load {
            type Item = $item;

            async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
                let mut pages = cx.ec2().$call().filters(filter($filter, keys)).into_paginator().send();
                let mut found = Vec::new();
                while let Some(page) = pages.next().await {
                    let items = page?.$items.unwrap_or_default();
                    found.extend(items.into_iter().filter_map(|$it| Some(($key?.to_owned(), $it))));
                }
                Ok(found)
            }
        }
    };
}

describe! {
    /// VPCs by id.
    Vpcs: Vpc, describe_vpcs("vpc-id"), vpcs, |vpc| vpc.vpc_id()
}

describe! {
    /// Subnets by id.
    Subnets: Subnet, describe_subnets("subnet-id"), subnets, |subnet| subnet.subnet_id()
}

describe! {
    /// Security groups by id.
    SecurityGroups: SecurityGroup, describe_security_groups("group-id"), security_groups, |group| group.group_id()
}

describe! {
    /// Route tables by id.
    RouteTables: RouteTable, describe_route_tables("route-table-id"), route_tables, |table| table.route_table_id()
}

describe! {
    /// Network ACLs by id.
    NetworkAcls: NetworkAcl, describe_network_acls("network-acl-id"), network_acls, |acl| acl.network_acl_id()
}

/// What a VPC has from its birth, by the VPC's id.
pub(super) struct VpcDefaults;

/// Ids of a VPC's own objects.
#[derive(Clone, Debug, Default)]
pub(super) struct VpcDefaultIds {
    pub(super) network_acl: Option<String>,
    pub(super) security_group: Option<String>,
    pub(super) main_route_table: Option<String>,
}

impl Fetch for VpcDefaults {
    type Item = VpcDefaultIds;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
        let of_vpcs = || filter("vpc-id", keys.clone());
        let main = filter("association.main", vec!["true".into()]);
        let default = filter("default", vec!["true".into()]);
        let named_default = filter("group-name", vec!["default".into()]);
        let (tables, groups, acls) = futures::try_join!(
            cx.ec2().describe_route_tables().filters(of_vpcs()).filters(main).send().map_err(Error::from),
            cx.ec2().describe_security_groups().filters(of_vpcs()).filters(named_default).send().map_err(Error::from),
            cx.ec2().describe_network_acls().filters(of_vpcs()).filters(default).send().map_err(Error::from),
        )?;
        let found = keys.iter().map(|vpc| {
            let table = tables.route_tables().iter().find(|it| it.vpc_id() == Some(vpc));
            let group = groups.security_groups().iter().find(|it| it.vpc_id() == Some(vpc));
            let acl = acls.network_acls().iter().find(|it| it.vpc_id() == Some(vpc));
            let ids = VpcDefaultIds {
                network_acl: acl.and_then(|it| it.network_acl_id.clone()),
                security_group: group.and_then(|it| it.group_id.clone()),
                main_route_table: table.and_then(|it| it.route_table_id.clone()),
            };
            (vpc.clone(), ids)
        });
        Ok(found.collect())
    }
}

/// One boolean attribute of VPCs, by the VPC's id: EC2 tells it only of one VPC at a time.
macro_rules! vpc_attribute {
    ($(#[$doc:meta])* $load:ident, $name:ident, $field:ident) => {
        $(#[$doc])*
        pub(super) struct $load;

        impl Fetch for $load {
            type Item = bool;
            const CHUNK: usize = 1;

            async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, bool)>> {
                let mut found = Vec::new();
                for vpc in keys {
                    let request = cx.ec2().describe_vpc_attribute().vpc_id(&vpc).attribute(VpcAttributeName::$name);
                    match request.send().await.map_err(Error::from) {
                        Ok(told) => found.push((vpc, told.$field.and_then(|it| it.value).unwrap_or_default())),
                        Err(error) if error.is_missing() => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(found)
            }
        }
    };
}

vpc_attribute! {
    /// Whether instances get DNS host names.
    DnsHostnames, EnableDnsHostnames, enable_dns_hostnames
}

vpc_attribute! {
    /// Whether Amazon's DNS server answers.
    DnsSupport, EnableDnsSupport, enable_dns_support
}

vpc_attribute! {
    /// Whether network address usage is counted.
    AddressUsageMetrics, EnableNetworkAddressUsageMetrics, enable_network_address_usage_metrics
}
