//! `aws_vpc`.

use aws_sdk_ec2::types::{
    AttributeBooleanValue, ResourceType, Tenancy, Vpc as Remote, VpcCidrBlockStateCode, VpcIpv6CidrBlockAssociation,
    VpcState, VpcTenancy,
};

use super::blocked::{self, Subject};
use super::loads::{AddressUsageMetrics, DnsHostnames, DnsSupport, RouteTables, VpcDefaultIds, VpcDefaults, Vpcs};
use super::tagging;
use crate::core::prelude::*;

/// The pool that addresses come from which Amazon assigns.
const AMAZON_POOL: &str = "Amazon";
const IPAM_POOL: &str = "IPAM Managed";
/// How long changes of a VPC take at most.
const PATIENCE: Duration = Duration::from_secs(600);

/// A virtual network.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_vpc", version = 1)]
#[model(conflicts("assign_generated_ipv6_cidr_block", "ipv6_ipam_pool_id"))]
#[model(conflicts("assign_generated_ipv6_cidr_block", "ipv6_cidr_block", "ipv6_netmask_length"))]
#[model(conflicts("cidr_block", "ipv4_netmask_length"))]
#[model(needs("ipv4_netmask_length", "ipv4_ipam_pool_id"), needs("ipv6_netmask_length", "ipv6_ipam_pool_id"))]
#[model(needs("ipv6_cidr_block", "ipv6_ipam_pool_id"))]
#[model(needs("ipv6_cidr_block_network_border_group", "assign_generated_ipv6_cidr_block"))]
pub(super) struct Vpc {
    /// ARN of the VPC.
    #[attr(computed)]
    arn: Attr<String>,
    /// Whether Amazon assigns a /56 IPv6 block.
    #[attr(optional)]
    assign_generated_ipv6_cidr_block: Attr<bool>,
    /// IPv4 range in CIDR notation.
    #[attr(optional, computed, replace, check = cidr_v4_within(16..=28))]
    cidr_block: Attr<String>,
    /// Id of the network ACL that the VPC came with.
    #[attr(computed)]
    default_network_acl_id: Attr<String>,
    /// Id of the route table that the VPC came with.
    #[attr(computed)]
    default_route_table_id: Attr<String>,
    /// Id of the security group that the VPC came with.
    #[attr(computed)]
    default_security_group_id: Attr<String>,
    /// Id of the DHCP options in use.
    #[attr(computed)]
    dhcp_options_id: Attr<String>,
    /// Whether instances get DNS host names.
    #[attr(optional, computed)]
    enable_dns_hostnames: Attr<bool>,
    /// Whether Amazon's DNS server answers in the VPC.
    #[attr(optional, default = true)]
    enable_dns_support: Attr<bool>,
    /// Whether network address usage is counted.
    #[attr(optional, computed)]
    enable_network_address_usage_metrics: Attr<bool>,
    /// Id of the VPC.
    #[attr(id)]
    id: Attr<String>,
    /// Whether instances run on hardware of their own: `default` or `dedicated`.
    #[attr(optional, default = "default", check = one_of(["default", "dedicated"]), replace_if = tenancy_is_final)]
    instance_tenancy: Attr<String>,
    /// Id of the IPAM pool that the IPv4 range is taken from.
    #[attr(optional, replace)]
    ipv4_ipam_pool_id: Attr<String>,
    /// Prefix length of the IPv4 range to take from the IPAM pool.
    #[attr(optional, replace, check = between(16..=28))]
    ipv4_netmask_length: Attr<i64>,
    /// Id of the association with the IPv6 range.
    #[attr(computed, after_update("assign_generated_ipv6_cidr_block", "ipv6_cidr_block", "ipv6_ipam_pool_id"))]
    ipv6_association_id: Attr<String>,
    /// IPv6 range in CIDR notation, from an IPAM pool.
    #[attr(optional, computed, after_update("assign_generated_ipv6_cidr_block"), check = cidr_v6(), same = cidr)]
    ipv6_cidr_block: Attr<String>,
    /// Where Amazon announces the IPv6 range.
    #[attr(optional, computed, after_update("assign_generated_ipv6_cidr_block"))]
    ipv6_cidr_block_network_border_group: Attr<String>,
    /// Id of the IPAM pool that the IPv6 range is taken from.
    #[attr(optional)]
    ipv6_ipam_pool_id: Attr<String>,
    /// Prefix length of the IPv6 range to take from the IPAM pool.
    #[attr(optional, check = one_of_numbers([44, 48, 52, 56, 60]))]
    ipv6_netmask_length: Attr<i64>,
    /// Id of the route table that subnets have which name none.
    #[attr(computed)]
    main_route_table_id: Attr<String>,
    /// Id of the account that owns the VPC.
    #[attr(computed)]
    owner_id: Attr<String>,
    /// Region of the VPC.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the VPC.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the VPC with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
}

/// Dedicated tenancy can be given up in place, but not taken up.
fn tenancy_is_final(prior: &landform_values::Value, planned: &landform_values::Value) -> bool {
    prior.as_str() != Some("dedicated") || planned.as_str() != Some("default")
}

impl Resource<Aws> for Vpc {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let request = cx.ec2().create_vpc();
        let request = request
            .set_amazon_provided_ipv6_cidr_block(self.assign_generated_ipv6_cidr_block.get())
            .set_cidr_block(self.cidr_block.param())
            .set_instance_tenancy(self.instance_tenancy.text().map(Tenancy::from))
            .set_ipv4_ipam_pool_id(self.ipv4_ipam_pool_id.param())
            .set_ipv4_netmask_length(self.ipv4_netmask_length.get_i32())
            .set_ipv6_cidr_block(self.ipv6_cidr_block.param())
            .set_ipv6_cidr_block_network_border_group(self.ipv6_cidr_block_network_border_group.param())
            .set_ipv6_ipam_pool_id(self.ipv6_ipam_pool_id.param())
            .set_ipv6_netmask_length(self.ipv6_netmask_length.get_i32())
            .set_tag_specifications(tagging::on_create(ResourceType::Vpc, &self.tags_all));
        let unmonitored = |error: &Error| error.message().contains("is not monitored by IPAM");
        let created = retry_while(PATIENCE, unmonitored, || async { Ok(request.clone().send().await?) }).await?;
        self.id = created.vpc.and_then(|vpc| vpc.vpc_id).into();
        let vpc = self.wait_available(cx).await?;
        if let Some(association) = vpc.ipv6_cidr_block_association_set().first() {
            self.wait_ipv6(cx, association.association_id().unwrap_or_default()).await?;
        }
        let fresh = Self { enable_dns_support: true.into(), enable_dns_hostnames: false.into(), ..Self::default() };
        self.set_attributes(&fresh, cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let ids = batch.ids();
        let mains = batch.keys(|vpc| vpc.main_route_table_id.text());
        let young: Vec<String> =
            batch.iter().filter(|vpc| !vpc.knows_defaults()).filter_map(|vpc| vpc.id.param()).collect();
        // Hardly anybody counts addresses: what is known to be off is not asked for again, which saves a call a VPC.
        let is_off = |vpc: &&Self| vpc.enable_network_address_usage_metrics.known() == Some(&false);
        let metered: Vec<String> = batch.iter().filter(|vpc| !is_off(vpc)).filter_map(|vpc| vpc.id.param()).collect();
        let (vpcs, hostnames, support, metrics, tables, defaults) = futures::try_join!(
            cx.load::<Vpcs>(&ids),
            cx.load::<DnsHostnames>(&ids),
            cx.load::<DnsSupport>(&ids),
            cx.load::<AddressUsageMetrics>(&metered),
            cx.load::<RouteTables>(&mains),
            cx.load::<VpcDefaults>(&young),
        )?;
        let is_main = |vpc: &Self| {
            let table = tables.get(vpc.main_route_table_id.as_str());
            table.is_some_and(|it| it.associations().iter().any(|it| it.main() == Some(true)))
        };
        let moved: Vec<String> =
            batch.iter().filter(|vpc| vpc.knows_defaults() && !is_main(vpc)).filter_map(|vpc| vpc.id.param()).collect();
        let moved = cx.load::<VpcDefaults>(&moved).await?;
        Ok(batch.found(|mut vpc| {
            let id = vpc.id.as_str().to_owned();
            vpc.fill(vpcs.get(&id)?, cx);
            vpc.enable_dns_hostnames = hostnames.get(&id).copied().into();
            vpc.enable_dns_support = support.get(&id).copied().into();
            if let Some(metered) = metrics.get(&id) {
                vpc.enable_network_address_usage_metrics = Some(*metered).into();
            }
            if let Some(ids) = defaults.get(&id).or_else(|| moved.get(&id)) {
                vpc.fill_defaults(ids);
            }
            Some(vpc)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.set_attributes(prior, cx).await?;
        if self.instance_tenancy != prior.instance_tenancy {
            let tenancy = self.instance_tenancy.text().map(VpcTenancy::from);
            cx.ec2().modify_vpc_tenancy().set_vpc_id(self.id.get()).set_instance_tenancy(tenancy).send().await?;
        }
        if self.assign_generated_ipv6_cidr_block != prior.assign_generated_ipv6_cidr_block
            || self.ipv6_cidr_block != prior.ipv6_cidr_block
            || self.ipv6_ipam_pool_id != prior.ipv6_ipam_pool_id
        {
            self.replace_ipv6(prior, cx).await?;
        }
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let delete = || async {
            cx.ec2().delete_vpc().vpc_id(id).send().await?;
            Ok(())
        };
        blocked::delete(cx, Subject::Vpc(id), Duration::from_secs(300), delete).await?;
        wait_until(&format!("VPC {id} to be deleted"), PATIENCE, || async {
            let gone = cx.load_one::<Vpcs>(id).await?.get(id).is_none();
            Ok(if gone { State::Done(()) } else { State::Pending("there".into()) })
        })
        .await
    }
}

impl Vpc {
    async fn wait_available(&self, cx: &Aws) -> Result<Remote> {
        let id = self.id.as_str();
        wait_until(&format!("VPC {id} to become available"), PATIENCE, || async {
            Ok(match cx.load_one::<Vpcs>(id).await?.get(id) {
                Some(vpc) if vpc.state() == Some(&VpcState::Available) => State::Done(vpc.clone()),
                Some(vpc) => State::Pending(vpc.state().map_or("unknown", VpcState::as_str).to_owned()),
                None => State::Pending("not visible".into()),
            })
        })
        .await
    }

    async fn wait_ipv6(&self, cx: &Aws, association: &str) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("IPv6 range of VPC {id} to be associated"), PATIENCE, || async {
            let vpcs = cx.load_one::<Vpcs>(id).await?;
            let all = vpcs.get(id).map(Remote::ipv6_cidr_block_association_set).unwrap_or_default();
            let state = all.iter().find(|it| it.association_id() == Some(association)).and_then(state_of);
            Ok(match state {
                Some(VpcCidrBlockStateCode::Associated) => State::Done(()),
                Some(VpcCidrBlockStateCode::Failed | VpcCidrBlockStateCode::Failing) => {
                    let message = format!("VPC {id} did not get its IPv6 range.");
                    return Err(Error::new("IPv6 range not associated", message));
                }
                other => State::Pending(other.map_or("not visible", VpcCidrBlockStateCode::as_str).to_owned()),
            })
        })
        .await
    }

    /// Attributes are set one a call.
    async fn set_attributes(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let request = || cx.ec2().modify_vpc_attribute().set_vpc_id(self.id.get());
        if let Some(value) = changed(&self.enable_dns_support, &prior.enable_dns_support) {
            request().enable_dns_support(value).send().await?;
        }
        if let Some(value) = changed(&self.enable_dns_hostnames, &prior.enable_dns_hostnames) {
            request().enable_dns_hostnames(value).send().await?;
        }
        let metrics = &self.enable_network_address_usage_metrics;
        if let Some(value) = changed(metrics, &prior.enable_network_address_usage_metrics) {
            request().enable_network_address_usage_metrics(value).send().await?;
        }
        Ok(())
    }

    async fn replace_ipv6(&self, prior: &Self, cx: &Aws) -> Result<()> {
        if let Some(association) = prior.ipv6_association_id.text() {
            cx.ec2().disassociate_vpc_cidr_block().association_id(association).send().await?;
        }
        let generated = self.assign_generated_ipv6_cidr_block.is_true();
        if !generated && self.ipv6_ipam_pool_id.text().is_none() {
            return Ok(());
        }
        let request = cx.ec2().associate_vpc_cidr_block().set_vpc_id(self.id.get());
        let request = if generated {
            let group = self.ipv6_cidr_block_network_border_group.param();
            request.amazon_provided_ipv6_cidr_block(true).set_ipv6_cidr_block_network_border_group(group)
        } else {
            request
                .set_ipv6_cidr_block(self.ipv6_cidr_block.param())
                .set_ipv6_ipam_pool_id(self.ipv6_ipam_pool_id.param())
                .set_ipv6_netmask_length(self.ipv6_netmask_length.get_i32())
        };
        let made = request.send().await?.ipv6_cidr_block_association;
        self.wait_ipv6(cx, made.as_ref().and_then(|it| it.association_id()).unwrap_or_default()).await
    }

    /// Whether all is known that never changes, and the main route table as it was.
    fn knows_defaults(&self) -> bool {
        [&self.default_network_acl_id, &self.default_security_group_id, &self.main_route_table_id]
            .into_iter()
            .all(|id| id.text().is_some())
    }

    fn fill(&mut self, remote: &Remote, cx: &Aws) {
        let owner = remote.owner_id().unwrap_or_default();
        self.arn = cx.arn("ec2", owner, &format!("vpc/{}", self.id.as_str())).into();
        self.cidr_block = remote.cidr_block().into();
        self.dhcp_options_id = remote.dhcp_options_id().into();
        self.instance_tenancy = remote.instance_tenancy().map(Tenancy::as_str).into();
        self.owner_id = owner.into();
        self.tags_all = tagging::read(remote.tags.as_deref());
        self.fill_ipv6(remote.ipv6_cidr_block_association_set());
    }

    fn fill_ipv6(&mut self, associations: &[VpcIpv6CidrBlockAssociation]) {
        let live = || associations.iter().filter(|it| state_of(it) == Some(&VpcCidrBlockStateCode::Associated));
        let known = live().find(|it| it.association_id() == self.ipv6_association_id.text());
        let Some(association) = known.or_else(|| live().next_back()) else {
            self.assign_generated_ipv6_cidr_block = false.into();
            self.ipv6_association_id = "".into();
            self.ipv6_cidr_block = "".into();
            self.ipv6_cidr_block_network_border_group = "".into();
            self.ipv6_ipam_pool_id = Attr::Null;
            self.ipv6_netmask_length = Attr::Null;
            return;
        };
        let pool = association.ipv6_pool().unwrap_or_default();
        let from_amazon = pool == AMAZON_POOL;
        self.assign_generated_ipv6_cidr_block = from_amazon.into();
        self.ipv6_association_id = association.association_id().into();
        self.ipv6_cidr_block = association.ipv6_cidr_block().into();
        self.ipv6_cidr_block_network_border_group = association.network_border_group().into();
        if from_amazon {
            self.ipv6_ipam_pool_id = Attr::Null;
            self.ipv6_netmask_length = Attr::Null;
        } else if !pool.is_empty() {
            if pool != IPAM_POOL {
                self.ipv6_ipam_pool_id = pool.into();
            }
            let prefix = association.ipv6_cidr_block().and_then(|it| it.split_once('/')?.1.parse::<i64>().ok());
            self.ipv6_netmask_length = prefix.into();
        }
    }

    fn fill_defaults(&mut self, ids: &VpcDefaultIds) {
        self.default_network_acl_id = ids.network_acl.clone().into();
        self.default_security_group_id = ids.security_group.clone().into();
        self.main_route_table_id = ids.main_route_table.clone().into();
        if self.default_route_table_id.text().is_none() {
            self.default_route_table_id = ids.main_route_table.clone().into();
        }
    }
}

fn state_of(association: &VpcIpv6CidrBlockAssociation) -> Option<&VpcCidrBlockStateCode> {
    association.ipv6_cidr_block_state()?.state()
}

/// The planned value as calls want it, where it is known and another one.
pub(super) fn changed(planned: &Attr<bool>, prior: &Attr<bool>) -> Option<AttributeBooleanValue> {
    let value = *planned.known()?;
    (value != prior.is_true()).then(|| AttributeBooleanValue::builder().value(value).build())
}
