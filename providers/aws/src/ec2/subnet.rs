//! `aws_subnet`.

use aws_sdk_ec2::operation::modify_subnet_attribute::builders::ModifySubnetAttributeFluentBuilder;
use aws_sdk_ec2::types::{
    AttributeBooleanValue, HostnameType, ResourceType, Subnet as Remote, SubnetIpv6CidrBlockAssociation, SubnetState,
};

use super::blocked::{self, Subject};
use super::filters::Filters;
use super::loads::Subnets;
use super::tagging;
use super::traces;
use super::vpc::changed;
use crate::core::prelude::*;

/// How long a change of a subnet's IPv6 range takes at most.
const PATIENCE: Duration = Duration::from_secs(180);

/// A range of addresses of a VPC in one availability zone.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_subnet", version = 1)]
#[model(conflicts("availability_zone", "availability_zone_id"))]
#[model(conflicts("cidr_block", "ipv4_netmask_length"), conflicts("ipv6_cidr_block", "ipv6_netmask_length"))]
#[model(needs("customer_owned_ipv4_pool", "map_customer_owned_ip_on_launch", "outpost_arn"))]
#[model(needs("map_customer_owned_ip_on_launch", "customer_owned_ipv4_pool", "outpost_arn"))]
#[model(needs("ipv4_netmask_length", "ipv4_ipam_pool_id"), needs("ipv6_netmask_length", "ipv6_ipam_pool_id"))]
pub(super) struct Subnet {
    /// ARN of the subnet.
    #[attr(computed)]
    arn: Attr<String>,
    /// Whether network interfaces made here get an IPv6 address.
    #[attr(optional, default = false)]
    assign_ipv6_address_on_creation: Attr<bool>,
    /// Availability zone by name.
    #[attr(optional, computed, replace)]
    availability_zone: Attr<String>,
    /// Availability zone by id.
    #[attr(optional, computed, replace)]
    availability_zone_id: Attr<String>,
    /// IPv4 range in CIDR notation.
    #[attr(optional, computed, replace, check = cidr_v4())]
    cidr_block: Attr<String>,
    /// Customer-owned IPv4 pool, on an Outpost.
    #[attr(optional)]
    customer_owned_ipv4_pool: Attr<String>,
    /// Whether DNS queries are answered with synthetic IPv6 addresses for IPv4-only names.
    #[attr(optional, default = false)]
    enable_dns64: Attr<bool>,
    /// Device position of local network interfaces, on an Outpost.
    #[attr(optional)]
    enable_lni_at_device_index: Attr<i64>,
    /// Whether instance host names resolve to IPv4 addresses.
    #[attr(optional, default = false)]
    enable_resource_name_dns_a_record_on_launch: Attr<bool>,
    /// Whether instance host names resolve to IPv6 addresses.
    #[attr(optional, default = false)]
    enable_resource_name_dns_aaaa_record_on_launch: Attr<bool>,
    /// Id of the subnet.
    #[attr(id)]
    id: Attr<String>,
    /// Id of the IPAM pool that the IPv4 range is taken from.
    #[attr(optional, replace)]
    ipv4_ipam_pool_id: Attr<String>,
    /// Prefix length of the IPv4 range to take from the IPAM pool.
    #[attr(optional, replace, check = between(16..=28))]
    ipv4_netmask_length: Attr<i64>,
    /// IPv6 range in CIDR notation.
    #[attr(optional, computed, check = cidr_v6(), same = cidr)]
    ipv6_cidr_block: Attr<String>,
    /// Id of the association with the IPv6 range.
    #[attr(computed, after_update("ipv6_cidr_block"))]
    ipv6_cidr_block_association_id: Attr<String>,
    /// Id of the IPAM pool that the IPv6 range is taken from.
    #[attr(optional, replace)]
    ipv6_ipam_pool_id: Attr<String>,
    /// Whether the subnet has IPv6 only.
    #[attr(optional, replace, default = false)]
    ipv6_native: Attr<bool>,
    /// Prefix length of the IPv6 range to take from the IPAM pool.
    #[attr(optional, replace, check = one_of_numbers([44, 48, 52, 56, 60, 64]))]
    ipv6_netmask_length: Attr<i64>,
    /// Whether network interfaces made here get a customer-owned address.
    #[attr(optional)]
    map_customer_owned_ip_on_launch: Attr<bool>,
    /// Whether instances launched here get a public address.
    #[attr(optional, default = false)]
    map_public_ip_on_launch: Attr<bool>,
    /// ARN of the Outpost.
    #[attr(optional, replace, check = arn())]
    outpost_arn: Attr<String>,
    /// Id of the account that owns the subnet.
    #[attr(computed)]
    owner_id: Attr<String>,
    /// What host names of instances are made of: `ip-name` or `resource-name`.
    #[attr(optional, computed, check = one_of(["ip-name", "resource-name"]))]
    private_dns_hostname_type_on_launch: Attr<String>,
    /// Region of the subnet.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the subnet.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the subnet with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Id of the VPC.
    #[attr(required, replace)]
    vpc_id: Attr<String>,
    /// How long operations may take.
    #[timeouts(create = "10m", delete = "20m")]
    timeouts: Timeouts,
}

impl Resource<Aws> for Subnet {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let request = cx.ec2().create_subnet();
        let request = request
            .set_availability_zone(self.availability_zone.param())
            .set_availability_zone_id(self.availability_zone_id.param())
            .set_cidr_block(self.cidr_block.param())
            .set_ipv4_ipam_pool_id(self.ipv4_ipam_pool_id.param())
            .set_ipv4_netmask_length(self.ipv4_netmask_length.get_i32())
            .set_ipv6_cidr_block(self.ipv6_cidr_block.param())
            .set_ipv6_ipam_pool_id(self.ipv6_ipam_pool_id.param())
            .set_ipv6_native(self.ipv6_native.get().filter(|native| *native))
            .set_ipv6_netmask_length(self.ipv6_netmask_length.get_i32())
            .set_outpost_arn(self.outpost_arn.param())
            .set_tag_specifications(tagging::on_create(ResourceType::Subnet, &self.tags_all))
            .set_vpc_id(self.vpc_id.param());
        let created = request.send().await?;
        self.id = created.subnet.and_then(|subnet| subnet.subnet_id).into();
        let remote = self.wait_available(cx).await?;
        let fresh = Self { ipv6_cidr_block: self.ipv6_cidr_block.clone(), ..Self::default() };
        self.set_attributes(&fresh.filled(&remote), cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let subnets = cx.load::<Subnets>(&batch.ids()).await?;
        Ok(batch.found(|subnet| Some(subnet.clone().filled(subnets.get(subnet.id.as_str())?))))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.set_attributes(prior, cx).await?;
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let delete = || async {
            cx.ec2().delete_subnet().subnet_id(id).send().await?;
            Ok(())
        };
        blocked::delete(cx, Subject::Subnet(id), self.timeouts.delete(), delete).await
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        let (vpc, range) = (self.vpc_id.param(), self.cidr_block.param());
        if range.is_none() {
            return traces::tagged::<_, Subnets>(self, cx, Filters::default().with("vpc-id", vpc), &self.tags_all)
                .await;
        }
        let filters = Filters::default().with("vpc-id", vpc).with("cidr-block", range).build().unwrap_or_default();
        Ok(Traces::Only(traces::like::<_, Subnets>(self, cx, filters).await?))
    }
}

impl Subnet {
    async fn wait_available(&self, cx: &Aws) -> Result<Remote> {
        let id = self.id.as_str();
        wait_until(&format!("subnet {id} to become available"), self.timeouts.create(), || async {
            Ok(match cx.load_one::<Subnets>(id).await?.get(id) {
                Some(subnet) if subnet.state() == Some(&SubnetState::Available) => State::Done(subnet.clone()),
                Some(subnet) => State::Pending(subnet.state().map_or("unknown", SubnetState::as_str).to_owned()),
                None => State::Pending("not visible".into()),
            })
        })
        .await
    }

    /// Attributes are set one a call. What needs an IPv6 range is switched off before the range goes and on after it
    /// came.
    async fn set_attributes(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let assign = changed(&self.assign_ipv6_address_on_creation, &prior.assign_ipv6_address_on_creation);
        let dns64 = changed(&self.enable_dns64, &prior.enable_dns64);
        let off = |value: &AttributeBooleanValue| value.value == Some(false);
        self.modify(cx, assign.clone().filter(off), |it, value| it.assign_ipv6_address_on_creation(value)).await?;
        self.modify(cx, dns64.clone().filter(off), |it, value| it.enable_dns64(value)).await?;
        if self.ipv6_cidr_block.is_known() && self.ipv6_cidr_block != prior.ipv6_cidr_block {
            self.replace_ipv6(prior, cx).await?;
        }
        self.modify(cx, dns64.filter(|it| !off(it)), |it, value| it.enable_dns64(value)).await?;
        self.modify(cx, assign.filter(|it| !off(it)), |it, value| it.assign_ipv6_address_on_creation(value)).await?;
        self.set_dns(prior, cx).await?;
        let public = changed(&self.map_public_ip_on_launch, &prior.map_public_ip_on_launch);
        self.modify(cx, public, |it, value| it.map_public_ip_on_launch(value)).await?;
        self.set_outpost(prior, cx).await
    }

    async fn set_dns(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let (planned, known) = (
            &self.enable_resource_name_dns_aaaa_record_on_launch,
            &prior.enable_resource_name_dns_aaaa_record_on_launch,
        );
        let set = |it: Modify, value| it.enable_resource_name_dns_aaaa_record_on_launch(value);
        self.modify(cx, changed(planned, known), set).await?;
        let (planned, known) =
            (&self.enable_resource_name_dns_a_record_on_launch, &prior.enable_resource_name_dns_a_record_on_launch);
        let set = |it: Modify, value| it.enable_resource_name_dns_a_record_on_launch(value);
        self.modify(cx, changed(planned, known), set).await?;
        let planned = &self.private_dns_hostname_type_on_launch;
        let hostname = planned.text().filter(|_| *planned != prior.private_dns_hostname_type_on_launch);
        let hostname = hostname.map(HostnameType::from);
        self.modify(cx, hostname, |it, value| it.private_dns_hostname_type_on_launch(value)).await
    }

    async fn set_outpost(&self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.customer_owned_ipv4_pool.text() != prior.customer_owned_ipv4_pool.text()
            || self.map_customer_owned_ip_on_launch.is_true() != prior.map_customer_owned_ip_on_launch.is_true()
        {
            let map = AttributeBooleanValue::builder().value(self.map_customer_owned_ip_on_launch.is_true()).build();
            let pool = self.customer_owned_ipv4_pool.param();
            let set = |it: Modify, map| it.map_customer_owned_ip_on_launch(map).set_customer_owned_ipv4_pool(pool);
            self.modify(cx, Some(map), set).await?;
        }
        let index = self.enable_lni_at_device_index.get_i32();
        let index = index.filter(|_| self.enable_lni_at_device_index != prior.enable_lni_at_device_index);
        self.modify(cx, index, |it, value| it.enable_lni_at_device_index(value)).await
    }

    /// Sends one attribute, if there is one to send.
    async fn modify<T>(&self, cx: &Aws, value: Option<T>, set: impl FnOnce(Modify, T) -> Modify) -> Result<()> {
        if let Some(value) = value {
            let request = cx.ec2().modify_subnet_attribute().set_subnet_id(self.id.get());
            set(request, value).send().await?;
        }
        Ok(())
    }

    async fn replace_ipv6(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if let Some(association) = prior.ipv6_cidr_block_association_id.text() {
            cx.ec2().disassociate_subnet_cidr_block().association_id(association).send().await?;
            wait_until(&format!("IPv6 range of subnet {id} to be given up"), PATIENCE, || async {
                let subnets = cx.load_one::<Subnets>(id).await?;
                let there = subnets.get(id).and_then(live_ipv6).is_some();
                Ok(if there { State::Pending("associated".into()) } else { State::Done(()) })
            })
            .await?;
        }
        let Some(range) = self.ipv6_cidr_block.text() else { return Ok(()) };
        cx.ec2().associate_subnet_cidr_block().subnet_id(id).ipv6_cidr_block(range).send().await?;
        wait_until(&format!("IPv6 range of subnet {id} to be associated"), PATIENCE, || async {
            let subnets = cx.load_one::<Subnets>(id).await?;
            let there = subnets.get(id).and_then(live_ipv6).is_some();
            Ok(if there { State::Done(()) } else { State::Pending("associating".into()) })
        })
        .await
    }

    fn filled(mut self, remote: &Remote) -> Self {
        self.arn = remote.subnet_arn().into();
        self.assign_ipv6_address_on_creation = remote.assign_ipv6_address_on_creation().into();
        self.availability_zone = remote.availability_zone().into();
        self.availability_zone_id = remote.availability_zone_id().into();
        self.cidr_block = remote.cidr_block().into();
        self.customer_owned_ipv4_pool = remote.customer_owned_ipv4_pool().into();
        self.enable_dns64 = Attr::from(remote.enable_dns64()).or(&self.enable_dns64);
        self.enable_lni_at_device_index = remote.enable_lni_at_device_index().into();
        self.ipv6_native = Attr::from(remote.ipv6_native()).or(&self.ipv6_native);
        let map_customer = Attr::from(remote.map_customer_owned_ip_on_launch());
        self.map_customer_owned_ip_on_launch = map_customer.or(&self.map_customer_owned_ip_on_launch);
        self.map_public_ip_on_launch = remote.map_public_ip_on_launch().into();
        self.outpost_arn = remote.outpost_arn().into();
        self.owner_id = remote.owner_id().into();
        self.vpc_id = remote.vpc_id().into();
        let ipv6 = live_ipv6(remote);
        self.ipv6_cidr_block = ipv6.and_then(|it| it.ipv6_cidr_block()).unwrap_or_default().into();
        self.ipv6_cidr_block_association_id = ipv6.and_then(|it| it.association_id()).unwrap_or_default().into();
        if let Some(options) = remote.private_dns_name_options_on_launch() {
            let (a, aaaa) =
                (options.enable_resource_name_dns_a_record(), options.enable_resource_name_dns_aaaa_record());
            let hostname = Attr::from(options.hostname_type().map(HostnameType::as_str));
            self.enable_resource_name_dns_a_record_on_launch =
                Attr::from(a).or(&self.enable_resource_name_dns_a_record_on_launch);
            self.enable_resource_name_dns_aaaa_record_on_launch =
                Attr::from(aaaa).or(&self.enable_resource_name_dns_aaaa_record_on_launch);
            self.private_dns_hostname_type_on_launch = hostname.or(&self.private_dns_hostname_type_on_launch);
        }
        self.tags_all = tagging::read(remote.tags.as_deref());
        self
    }
}

type Modify = ModifySubnetAttributeFluentBuilder;

/// The one IPv6 range of a subnet, once it is associated.
pub(super) fn live_ipv6(remote: &Remote) -> Option<&SubnetIpv6CidrBlockAssociation> {
    let state =
        |it: &SubnetIpv6CidrBlockAssociation| it.ipv6_cidr_block_state()?.state().map(|it| it.as_str().to_owned());
    let gone = ["disassociating", "disassociated", "failing", "failed", "associating"];
    remote.ipv6_cidr_block_association_set().iter().find(|it| state(it).is_some_and(|it| !gone.contains(&it.as_str())))
}
