//! `data.aws_subnet`.

use aws_sdk_ec2::types::{HostnameType, Subnet as Remote, SubnetState};
use landform_provider_api::framework::Context as _;

use super::filters::{Filter, Filters};
use super::one::Wanted;
use super::subnet::live_ipv6;
use super::tagging;
use crate::core::prelude::*;

const WANTED: Wanted = Wanted { one: "subnet", many: "subnets" };

/// A subnet that is there.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_subnet")]
pub(super) struct Subnet {
    /// ARN of the subnet.
    #[attr(computed)]
    arn: Attr<String>,
    /// Whether network interfaces made here get an IPv6 address.
    #[attr(computed)]
    assign_ipv6_address_on_creation: Attr<bool>,
    /// Availability zone by name.
    #[attr(optional, computed)]
    availability_zone: Attr<String>,
    /// Availability zone by id.
    #[attr(optional, computed)]
    availability_zone_id: Attr<String>,
    /// How many addresses are free.
    #[attr(computed)]
    available_ip_address_count: Attr<i64>,
    /// IPv4 range in CIDR notation.
    #[attr(optional, computed)]
    cidr_block: Attr<String>,
    /// Customer-owned IPv4 pool, on an Outpost.
    #[attr(computed)]
    customer_owned_ipv4_pool: Attr<String>,
    /// Whether it is its zone's default subnet.
    #[attr(optional, computed)]
    default_for_az: Attr<bool>,
    /// Whether DNS queries are answered with synthetic IPv6 addresses for IPv4-only names.
    #[attr(computed)]
    enable_dns64: Attr<bool>,
    /// Device position of local network interfaces, on an Outpost.
    #[attr(computed)]
    enable_lni_at_device_index: Attr<i64>,
    /// Whether instance host names resolve to IPv4 addresses.
    #[attr(computed)]
    enable_resource_name_dns_a_record_on_launch: Attr<bool>,
    /// Whether instance host names resolve to IPv6 addresses.
    #[attr(computed)]
    enable_resource_name_dns_aaaa_record_on_launch: Attr<bool>,
    /// Id of the subnet.
    #[attr(id)]
    id: Attr<String>,
    /// IPv6 range in CIDR notation.
    #[attr(optional, computed)]
    ipv6_cidr_block: Attr<String>,
    /// Id of the association with the IPv6 range.
    #[attr(computed)]
    ipv6_cidr_block_association_id: Attr<String>,
    /// Whether the subnet has IPv6 only.
    #[attr(computed)]
    ipv6_native: Attr<bool>,
    /// Whether network interfaces made here get a customer-owned address.
    #[attr(computed)]
    map_customer_owned_ip_on_launch: Attr<bool>,
    /// Whether instances launched here get a public address.
    #[attr(computed)]
    map_public_ip_on_launch: Attr<bool>,
    /// ARN of the Outpost.
    #[attr(computed)]
    outpost_arn: Attr<String>,
    /// Id of the account that owns the subnet.
    #[attr(computed)]
    owner_id: Attr<String>,
    /// What host names of instances are made of: `ip-name` or `resource-name`.
    #[attr(computed)]
    private_dns_hostname_type_on_launch: Attr<String>,
    /// Region of the subnet.
    #[attr(region)]
    region: Attr<String>,
    /// State of the subnet: `pending` or `available`.
    #[attr(optional, computed)]
    state: Attr<String>,
    /// Tags of the subnet.
    #[attr(optional, computed)]
    tags: Attr<Tags>,
    /// Id of the VPC.
    #[attr(optional, computed)]
    vpc_id: Attr<String>,
    /// Which subnet to find.
    #[block(set)]
    filter: Vec<Filter>,
    /// How long operations may take.
    #[timeouts(read = "20m")]
    timeouts: Timeouts,
}

impl DataSource<Aws> for Subnet {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let remote = self.find(cx).await?;
        self.fill(&remote);
        self.fill_launch_options(&remote);
        let tags = tagging::read(remote.tags.as_deref()).into_known().unwrap_or_default();
        self.tags = cx.tag_rules().without_ignored(tags).into();
        Ok(self)
    }
}

impl Subnet {
    async fn find(&self, cx: &Aws) -> Result<Remote> {
        let filters = Filters::of(&self.filter)
            .with("availabilityZone", self.availability_zone.param())
            .with("availabilityZoneId", self.availability_zone_id.param())
            .with("cidrBlock", self.cidr_block.param())
            .with("defaultForAz", self.default_for_az.is_true().then(|| "true".to_owned()))
            .with("ipv6-cidr-block-association.ipv6-cidr-block", self.ipv6_cidr_block.param())
            .with("state", self.state.param())
            .with("vpc-id", self.vpc_id.param())
            .with_tags(&self.tags);
        let ids = self.id.param().map(|id| vec![id]);
        let request = cx.ec2().describe_subnets().set_filters(filters.build()).set_subnet_ids(ids);
        let mut pages = request.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            found.extend(page.map_err(|error| WANTED.none_if_missing(error.into()))?.subnets.unwrap_or_default());
        }
        WANTED.only_one_of(found)
    }

    fn fill(&mut self, remote: &Remote) {
        let ipv6 = live_ipv6(remote);
        self.arn = remote.subnet_arn().into();
        self.availability_zone = remote.availability_zone().into();
        self.availability_zone_id = remote.availability_zone_id().into();
        self.available_ip_address_count = remote.available_ip_address_count().into();
        self.cidr_block = remote.cidr_block().into();
        self.customer_owned_ipv4_pool = remote.customer_owned_ipv4_pool().unwrap_or_default().into();
        self.default_for_az = remote.default_for_az().unwrap_or_default().into();
        self.id = remote.subnet_id().into();
        self.ipv6_cidr_block = ipv6.and_then(|it| it.ipv6_cidr_block()).unwrap_or_default().into();
        self.ipv6_cidr_block_association_id = ipv6.and_then(|it| it.association_id()).unwrap_or_default().into();
        self.outpost_arn = remote.outpost_arn().unwrap_or_default().into();
        self.owner_id = remote.owner_id().into();
        self.state = remote.state().map(SubnetState::as_str).into();
        self.vpc_id = remote.vpc_id().into();
    }

    /// What holds for instances that are launched here.
    fn fill_launch_options(&mut self, remote: &Remote) {
        let options = remote.private_dns_name_options_on_launch();
        let or_off = |option: Option<bool>| Attr::Known(option.unwrap_or_default());
        self.assign_ipv6_address_on_creation = or_off(remote.assign_ipv6_address_on_creation());
        self.enable_dns64 = or_off(remote.enable_dns64());
        self.enable_lni_at_device_index = remote.enable_lni_at_device_index().unwrap_or_default().into();
        self.enable_resource_name_dns_a_record_on_launch =
            or_off(options.and_then(|it| it.enable_resource_name_dns_a_record()));
        self.enable_resource_name_dns_aaaa_record_on_launch =
            or_off(options.and_then(|it| it.enable_resource_name_dns_aaaa_record()));
        self.ipv6_native = or_off(remote.ipv6_native());
        self.map_customer_owned_ip_on_launch = or_off(remote.map_customer_owned_ip_on_launch());
        self.map_public_ip_on_launch = or_off(remote.map_public_ip_on_launch());
        self.private_dns_hostname_type_on_launch =
            options.and_then(|it| it.hostname_type()).map(HostnameType::as_str).into();
    }
}
