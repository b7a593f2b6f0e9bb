//! `data.aws_vpc`.

use aws_sdk_ec2::types::{Tenancy, Vpc as Remote, VpcCidrBlockAssociation, VpcCidrBlockStateCode, VpcState};

use landform_provider_api::framework::Context as _;

use super::filters::{Filter, Filters};
use super::loads::{AddressUsageMetrics, DnsHostnames, DnsSupport, VpcDefaults};
use super::one::Wanted;
use super::tagging;
use crate::core::prelude::*;

const WANTED: Wanted = Wanted { one: "VPC", many: "VPCs" };

/// A VPC that is there.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_vpc")]
pub(super) struct Vpc {
    /// ARN of the VPC.
    #[attr(computed)]
    arn: Attr<String>,
    /// IPv4 range of the VPC.
    #[attr(optional, computed)]
    cidr_block: Attr<String>,
    /// All IPv4 ranges of the VPC.
    #[attr(computed)]
    cidr_block_associations: Attr<Vec<CidrBlock>>,
    /// Whether it is the region's default VPC.
    #[attr(optional, computed)]
    default: Attr<bool>,
    /// Id of the DHCP options in use.
    #[attr(optional, computed)]
    dhcp_options_id: Attr<String>,
    /// Whether instances get DNS host names.
    #[attr(computed)]
    enable_dns_hostnames: Attr<bool>,
    /// Whether Amazon's DNS server answers in the VPC.
    #[attr(computed)]
    enable_dns_support: Attr<bool>,
    /// Whether network address usage is counted.
    #[attr(computed)]
    enable_network_address_usage_metrics: Attr<bool>,
    /// Id of the VPC.
    #[attr(id)]
    id: Attr<String>,
    /// Whether instances run on hardware of their own.
    #[attr(computed)]
    instance_tenancy: Attr<String>,
    /// Id of the association with the IPv6 range.
    #[attr(computed)]
    ipv6_association_id: Attr<String>,
    /// IPv6 range of the VPC.
    #[attr(computed)]
    ipv6_cidr_block: Attr<String>,
    /// Id of the route table that subnets have which name none.
    #[attr(computed)]
    main_route_table_id: Attr<String>,
    /// Id of the account that owns the VPC.
    #[attr(computed)]
    owner_id: Attr<String>,
    /// Region of the VPC.
    #[attr(region)]
    region: Attr<String>,
    /// State of the VPC: `pending` or `available`.
    #[attr(optional, computed)]
    state: Attr<String>,
    /// Tags of the VPC.
    #[attr(optional, computed)]
    tags: Attr<Tags>,
    /// Which VPC to find.
    #[block(set)]
    filter: Vec<Filter>,
    /// How long operations may take.
    #[timeouts(read = "20m")]
    timeouts: Timeouts,
}

/// One IPv4 range.
#[derive(Model, Clone, Debug, Default)]
pub(super) struct CidrBlock {
    /// Id of its association.
    #[attr(computed)]
    association_id: Attr<String>,
    /// The range.
    #[attr(computed)]
    cidr_block: Attr<String>,
    /// How far the association is.
    #[attr(computed)]
    state: Attr<String>,
}

impl DataSource<Aws> for Vpc {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let remote = self.find(cx).await?;
        let id = remote.vpc_id().unwrap_or_default();
        let (hostnames, support, metrics, defaults) = futures::try_join!(
            cx.load_one::<DnsHostnames>(id),
            cx.load_one::<DnsSupport>(id),
            cx.load_one::<AddressUsageMetrics>(id),
            cx.load_one::<VpcDefaults>(id),
        )?;
        self.enable_dns_hostnames = hostnames.get(id).copied().into();
        self.enable_dns_support = support.get(id).copied().into();
        self.enable_network_address_usage_metrics = metrics.get(id).copied().into();
        self.main_route_table_id = defaults.get(id).and_then(|it| it.main_route_table.clone()).into();
        self.fill(&remote, cx);
        Ok(self)
    }
}

impl Vpc {
    async fn find(&self, cx: &Aws) -> Result<Remote> {
        let filters = Filters::of(&self.filter)
            .with("cidr", self.cidr_block.param())
            .with("dhcp-options-id", self.dhcp_options_id.param())
            .with("is-default", self.default.is_true().then(|| "true".to_owned()))
            .with("state", self.state.param())
            .with_tags(&self.tags);
        let ids = self.id.param().map(|id| vec![id]);
        let mut pages = cx.ec2().describe_vpcs().set_filters(filters.build()).set_vpc_ids(ids).into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            found.extend(page.map_err(|error| WANTED.none_if_missing(error.into()))?.vpcs.unwrap_or_default());
        }
        WANTED.only_one_of(found)
    }

    fn fill(&mut self, remote: &Remote, cx: &Aws) {
        let id = remote.vpc_id().unwrap_or_default();
        let owner = remote.owner_id().unwrap_or_default();
        let ipv6 = remote.ipv6_cidr_block_association_set().first();
        self.arn = cx.arn("ec2", owner, &format!("vpc/{id}")).into();
        self.cidr_block = remote.cidr_block().into();
        self.cidr_block_associations =
            Attr::Known(remote.cidr_block_association_set().iter().map(CidrBlock::of).collect());
        self.default = remote.is_default().unwrap_or_default().into();
        self.dhcp_options_id = remote.dhcp_options_id().into();
        self.id = id.into();
        self.instance_tenancy = remote.instance_tenancy().map(Tenancy::as_str).into();
        self.ipv6_association_id = ipv6.and_then(|it| it.association_id()).unwrap_or_default().into();
        self.ipv6_cidr_block = ipv6.and_then(|it| it.ipv6_cidr_block()).unwrap_or_default().into();
        self.owner_id = owner.into();
        self.state = remote.state().map(VpcState::as_str).into();
        let tags = tagging::read(remote.tags.as_deref()).into_known().unwrap_or_default();
        self.tags = cx.tag_rules().without_ignored(tags).into();
    }
}

impl CidrBlock {
    fn of(remote: &VpcCidrBlockAssociation) -> Self {
        let state = remote.cidr_block_state().and_then(|it| it.state());
        Self {
            association_id: remote.association_id().into(),
            cidr_block: remote.cidr_block().into(),
            state: state.map(VpcCidrBlockStateCode::as_str).into(),
        }
    }
}
