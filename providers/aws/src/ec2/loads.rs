//! Reads of EC2 that many types share.

use std::collections::BTreeMap;
use std::future::Future;

use aws_sdk_ec2::operation::describe_launch_templates::builders::DescribeLaunchTemplatesFluentBuilder;
use aws_sdk_ec2::types::{
    Address, AddressAttributeName, Filter, FlowLog, Instance, InstanceAttributeName, InternetGateway, LaunchTemplate,
    LaunchTemplateVersion, NatGateway, NetworkInterface, RouteTable, SecurityGroup, SecurityGroupRule,
    SpotInstanceRequest, Subnet, Volume, Vpc, VpcAttributeName, VpnGateway,
};
use futures::TryFutureExt as _;

use crate::core::{Aws, Error, Fetch, Result, one_by_one};

/// A filter with many values: unlike a list of ids, it says nothing of those that do not exist.
pub(super) fn filter(name: &str, values: Vec<String>) -> Filter {
    Filter::builder().name(name).set_values(Some(values)).build()
}

/// A load that can ask for what is alike as well.
pub(super) trait List: Fetch {
    /// Everything that passes all filters, each by its key.
    fn list(cx: &Aws, filters: Vec<Filter>) -> impl Future<Output = Result<Vec<(String, Self::Item)>>> + Send;
}

/// A load of the objects of a describe call by the values of a filter, each by its key.
macro_rules! describe {
    ($(#[$doc:meta])* $load:ident: $item:ty, $call:ident.$with:ident($filter:literal), $items:ident, |$it:ident| $key:expr) => {
        $(#[$doc])*
        pub(super) struct $load;

        impl Fetch for $load {
            type Item = $item;

            async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
                Self::list(cx, vec![filter($filter, keys)]).await
            }
        }

        impl List for $load {
            async fn list(cx: &Aws, filters: Vec<Filter>) -> Result<Vec<(String, Self::Item)>> {
                let mut request = cx.ec2().$call();
                for filter in filters {
                    request = request.$with(filter);
                }
                let mut pages = request.into_paginator().send();
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
    Vpcs: Vpc, describe_vpcs.filters("vpc-id"), vpcs, |vpc| vpc.vpc_id()
}

describe! {
    /// Subnets by id.
    Subnets: Subnet, describe_subnets.filters("subnet-id"), subnets, |subnet| subnet.subnet_id()
}

describe! {
    /// Security groups by id.
    SecurityGroups: SecurityGroup,
    describe_security_groups.filters("group-id"), security_groups, |group| group.group_id()
}

describe! {
    /// Security group rules by their own id.
    RulesById: SecurityGroupRule,
    describe_security_group_rules.filters("security-group-rule-id"),
    security_group_rules, |rule| rule.security_group_rule_id()
}

describe! {
    /// Route tables by id.
    RouteTables: RouteTable,
    describe_route_tables.filters("route-table-id"), route_tables, |table| table.route_table_id()
}

describe! {
    /// Internet gateways by id.
    InternetGateways: InternetGateway,
    describe_internet_gateways.filters("internet-gateway-id"),
    internet_gateways, |gateway| gateway.internet_gateway_id()
}

describe! {
    /// NAT gateways by id.
    NatGateways: NatGateway, describe_nat_gateways.filter("nat-gateway-id"), nat_gateways, |it| it.nat_gateway_id()
}

describe! {
    /// Flow logs by id.
    FlowLogs: FlowLog, describe_flow_logs.filter("flow-log-id"), flow_logs, |it| it.flow_log_id()
}

describe! {
    /// Network interfaces by id.
    NetworkInterfaces: NetworkInterface,
    describe_network_interfaces.filters("network-interface-id"),
    network_interfaces, |interface| interface.network_interface_id()
}

/// Launch templates by id, which no filter knows: where one of many is gone, each is asked for by itself.
pub(super) struct LaunchTemplates;

impl Fetch for LaunchTemplates {
    type Item = LaunchTemplate;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, LaunchTemplate)>> {
        match templates(cx, |it| it.set_launch_template_ids(Some(keys.clone()))).await {
            Err(error) if is_gone(&error) && keys.len() > 1 => one_by_one(keys, |key| one_template(cx, key)).await,
            Err(error) if is_gone(&error) => Ok(Vec::new()),
            found => found,
        }
    }
}

impl List for LaunchTemplates {
    async fn list(cx: &Aws, filters: Vec<Filter>) -> Result<Vec<(String, LaunchTemplate)>> {
        templates(cx, |it| it.set_filters(Some(filters))).await
    }
}

async fn one_template(cx: &Aws, id: String) -> Result<Option<LaunchTemplate>> {
    match templates(cx, |it| it.launch_template_ids(id)).await {
        Err(error) if is_gone(&error) => Ok(None),
        found => Ok(found?.pop().map(|(_, template)| template)),
    }
}

async fn templates(
    cx: &Aws,
    which: impl FnOnce(DescribeLaunchTemplatesFluentBuilder) -> DescribeLaunchTemplatesFluentBuilder,
) -> Result<Vec<(String, LaunchTemplate)>> {
    let mut pages = which(cx.ec2().describe_launch_templates()).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let templates = page?.launch_templates.unwrap_or_default().into_iter();
        found.extend(templates.filter_map(|it| Some((it.launch_template_id()?.to_owned(), it))));
    }
    Ok(found)
}

/// The latest versions of launch templates, by the template's id. Those of many are listed with those of all others.
pub(super) struct LatestVersions;

impl Fetch for LatestVersions {
    type Item = LaunchTemplateVersion;
    const CHUNK: usize = usize::MAX;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, LaunchTemplateVersion)>> {
        let request = cx.ec2().describe_launch_template_versions().versions("$Latest");
        let request = match keys.as_slice() {
            [only] => request.launch_template_id(only),
            _ => request,
        };
        let mut pages = request.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let versions = match page.map_err(Error::from) {
                Err(error) if is_gone(&error) => return Ok(Vec::new()),
                page => page?.launch_template_versions.unwrap_or_default().into_iter(),
            };
            found.extend(versions.filter_map(|it| Some((it.launch_template_id()?.to_owned(), it))));
        }
        Ok(found)
    }
}

fn is_gone(error: &Error) -> bool {
    error.is(&["InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.VersionNotFound"])
}

/// Instances by id, each with the account that owns it.
pub(super) struct Instances;

impl Fetch for Instances {
    type Item = (Instance, String);

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
        instances(cx, vec![filter("instance-id", keys)]).await
    }
}

impl List for Instances {
    /// Those that are not gone.
    async fn list(cx: &Aws, filters: Vec<Filter>) -> Result<Vec<(String, Self::Item)>> {
        let states = ["pending", "running", "stopping", "stopped"].map(str::to_owned);
        instances(cx, [filters, vec![filter("instance-state-name", states.to_vec())]].concat()).await
    }
}

async fn instances(cx: &Aws, filters: Vec<Filter>) -> Result<Vec<(String, (Instance, String))>> {
    let mut pages = cx.ec2().describe_instances().set_filters(Some(filters)).into_paginator().send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        for reservation in page?.reservations.unwrap_or_default() {
            let owner = reservation.owner_id.unwrap_or_default();
            let instances = reservation.instances.unwrap_or_default().into_iter();
            found.extend(instances.filter_map(|it| Some((it.instance_id()?.to_owned(), (it, owner.clone())))));
        }
    }
    Ok(found)
}

describe! {
    /// Volumes by id.
    Volumes: Volume, describe_volumes.filters("volume-id"), volumes, |volume| volume.volume_id()
}

describe! {
    /// Requests for spot instances by id.
    SpotRequests: SpotInstanceRequest,
    describe_spot_instance_requests.filters("spot-instance-request-id"),
    spot_instance_requests, |request| request.spot_instance_request_id()
}

/// How instances are paid for, by id. Ask only for burstable ones: for others it is an error for all.
pub(super) struct CreditSpecifications;

impl Fetch for CreditSpecifications {
    type Item = String;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, String)>> {
        let told = cx.ec2().describe_instance_credit_specifications().set_instance_ids(Some(keys)).send().await;
        // Some partitions have no such thing, and what is terminated meanwhile has none any more.
        let told = match told.map_err(Error::from) {
            Err(error) if error.is_missing() || error.is(&["UnsupportedOperation"]) => return Ok(Vec::new()),
            told => told?.instance_credit_specifications.unwrap_or_default(),
        };
        Ok(told.into_iter().filter_map(|it| it.instance_id.zip(it.cpu_credits)).collect())
    }
}

/// One attribute of instances, by the instance's id: EC2 tells it only of one instance at a time.
macro_rules! instance_attribute {
    ($(#[$doc:meta])* $load:ident: $item:ty, $name:ident, |$told:ident| $value:expr) => {
        $(#[$doc])*
        pub(super) struct $load;

        impl Fetch for $load {
            type Item = $item;

            async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, $item)>> {
                one_by_one(keys, |id| async move {
                    let request = cx.ec2().describe_instance_attribute().instance_id(id);
                    match request.attribute(InstanceAttributeName::$name).send().await.map_err(Error::from) {
                        Ok($told) => Ok($value),
                        // Some partitions lack some attributes.
                        Err(error) if error.is_missing() || error.is(&["UnsupportedOperation"]) => Ok(None),
                        Err(error) => Err(error),
                    }
                })
                .await
            }
        }
    };
}

instance_attribute! {
    /// What instances do when they start first, in base64.
    UserData: String, UserData, |told| told.user_data.map(|it| it.value.unwrap_or_default())
}

instance_attribute! {
    /// Whether instances can not be stopped by calls.
    StopProtection: bool, DisableApiStop, |told| told.disable_api_stop.and_then(|it| it.value)
}

instance_attribute! {
    /// Whether instances can not be terminated by calls.
    TerminationProtection: bool, DisableApiTermination, |told| told.disable_api_termination.and_then(|it| it.value)
}

instance_attribute! {
    /// What happens when instances shut themselves down.
    ShutdownBehaviors: String, InstanceInitiatedShutdownBehavior,
    |told| told.instance_initiated_shutdown_behavior.and_then(|it| it.value)
}

/// Elastic IP addresses by allocation id.
pub(super) struct Addresses;

impl Fetch for Addresses {
    type Item = Address;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Address)>> {
        Self::list(cx, vec![filter("allocation-id", keys)]).await
    }
}

impl List for Addresses {
    async fn list(cx: &Aws, filters: Vec<Filter>) -> Result<Vec<(String, Address)>> {
        let found = cx.ec2().describe_addresses().set_filters(Some(filters)).send().await?;
        let addresses = found.addresses.unwrap_or_default().into_iter();
        Ok(addresses.filter_map(|it| Some((it.allocation_id()?.to_owned(), it))).collect())
    }
}

/// Names that reverse DNS has for elastic IP addresses, by allocation id. Ask only for addresses that exist.
pub(super) struct ReverseNames;

impl Fetch for ReverseNames {
    type Item = String;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, String)>> {
        let request = cx.ec2().describe_addresses_attribute().set_allocation_ids(Some(keys));
        let mut pages = request.attribute(AddressAttributeName::DomainName).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let addresses = page?.addresses.unwrap_or_default().into_iter();
            found.extend(addresses.filter_map(|it| it.allocation_id.zip(it.ptr_record)));
        }
        Ok(found)
    }
}

/// VPN gateways by id.
pub(super) struct VpnGateways;

impl Fetch for VpnGateways {
    type Item = VpnGateway;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, VpnGateway)>> {
        Self::list(cx, vec![filter("vpn-gateway-id", keys)]).await
    }
}

impl List for VpnGateways {
    async fn list(cx: &Aws, filters: Vec<Filter>) -> Result<Vec<(String, VpnGateway)>> {
        let found = cx.ec2().describe_vpn_gateways().set_filters(Some(filters)).send().await?;
        let gateways = found.vpn_gateways.unwrap_or_default().into_iter();
        Ok(gateways.filter_map(|it| Some((it.vpn_gateway_id()?.to_owned(), it))).collect())
    }
}

/// All rules of security groups, by the group's id. Groups without rules are left out.
pub(super) struct RulesOfGroups;

impl Fetch for RulesOfGroups {
    type Item = Vec<SecurityGroupRule>;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
        let request = cx.ec2().describe_security_group_rules().filters(filter("group-id", keys));
        let mut pages = request.into_paginator().send();
        let mut found: BTreeMap<String, Self::Item> = BTreeMap::new();
        while let Some(page) = pages.next().await {
            for rule in page?.security_group_rules.unwrap_or_default() {
                if let Some(group) = rule.group_id.clone() {
                    found.entry(group).or_default().push(rule);
                }
            }
        }
        Ok(found.into_iter().collect())
    }
}

/// The route table that a subnet is explicitly associated with, and the association's id, by the subnet's id.
pub(super) struct AssociationsOfSubnets;

impl Fetch for AssociationsOfSubnets {
    type Item = aws_sdk_ec2::types::RouteTableAssociation;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
        let request = cx.ec2().describe_route_tables().filters(filter("association.subnet-id", keys));
        let mut pages = request.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let tables = page?.route_tables.unwrap_or_default().into_iter();
            let associations = tables.flat_map(|it| it.associations.unwrap_or_default());
            found.extend(associations.filter_map(|it| Some((it.subnet_id()?.to_owned(), it))));
        }
        Ok(found)
    }
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
