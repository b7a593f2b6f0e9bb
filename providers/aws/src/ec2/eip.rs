//! `aws_eip`.

use aws_sdk_ec2::types::{Address as Remote, DomainType, ResourceType};

use super::filters::Filters;
use super::loads::{Addresses, ReverseNames};
use super::tagging;
use super::traces;
use crate::core::prelude::*;

/// How long an association takes at most to become visible.
const PATIENCE: Duration = CONSISTENCY;

/// A public IPv4 address that stays.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eip")]
pub(super) struct Eip {
    /// Address to get back, or to take from a BYOIP pool.
    #[attr(optional, replace)]
    address: Attr<String>,
    /// Id of the allocation.
    #[attr(computed)]
    allocation_id: Attr<String>,
    /// ARN of the address.
    #[attr(computed)]
    arn: Attr<String>,
    /// Private address of the instance or network interface to associate with.
    #[attr(optional)]
    associate_with_private_ip: Attr<String>,
    /// Id of the association.
    #[attr(computed, after_update("associate_with_private_ip", "instance", "network_interface"))]
    association_id: Attr<String>,
    /// Carrier address, in a wavelength zone.
    #[attr(computed)]
    carrier_ip: Attr<String>,
    /// Customer-owned address, on an Outpost.
    #[attr(computed)]
    customer_owned_ip: Attr<String>,
    /// Customer-owned pool to take the address from.
    #[attr(optional)]
    customer_owned_ipv4_pool: Attr<String>,
    /// Where the address can be used: `vpc`.
    #[attr(optional, computed, replace, check = one_of(["vpc", "standard"]))]
    domain: Attr<String>,
    /// Id of the address: that of its allocation.
    #[attr(id)]
    id: Attr<String>,
    /// Id of the instance to associate with.
    #[attr(optional, computed, after_update("network_interface"))]
    instance: Attr<String>,
    /// Id of the IPAM pool to take the address from.
    #[attr(optional, computed, replace)]
    ipam_pool_id: Attr<String>,
    /// Where the address is announced.
    #[attr(optional, computed, replace)]
    network_border_group: Attr<String>,
    /// Id of the network interface to associate with.
    #[attr(optional, computed, after_update("instance"))]
    network_interface: Attr<String>,
    /// Private DNS name of the associated private address.
    #[attr(computed, after_update("associate_with_private_ip", "instance", "network_interface"))]
    private_dns: Attr<String>,
    /// The associated private address.
    #[attr(computed, after_update("associate_with_private_ip", "instance", "network_interface"))]
    private_ip: Attr<String>,
    /// Name that reverse DNS has for the address.
    #[attr(computed)]
    ptr_record: Attr<String>,
    /// Public DNS name of the address.
    #[attr(computed)]
    public_dns: Attr<String>,
    /// The address.
    #[attr(computed)]
    public_ip: Attr<String>,
    /// Pool to take the address from: `amazon`, or one of your own.
    #[attr(optional, computed, replace)]
    public_ipv4_pool: Attr<String>,
    /// Region of the address.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the address.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the address with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// How long operations may take.
    #[timeouts(read = "15m", update = "5m", delete = "3m")]
    timeouts: Timeouts,
}

impl Resource<Aws> for Eip {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let request = cx.ec2().allocate_address();
        let request = request
            .set_address(self.address.param())
            .set_customer_owned_ipv4_pool(self.customer_owned_ipv4_pool.param())
            .set_domain(self.domain.text().map(DomainType::from))
            .set_ipam_pool_id(self.ipam_pool_id.param())
            .set_network_border_group(self.network_border_group.param())
            .set_public_ipv4_pool(self.public_ipv4_pool.param())
            .set_tag_specifications(tagging::on_create(ResourceType::ElasticIp, &self.tags_all));
        self.id = request.send().await?.allocation_id.into();
        // A new address has no name yet; `read` need not ask for it.
        self.ptr_record = "".into();
        if self.instance.text().or(self.network_interface.text()).is_some() { self.associate(cx).await } else { Ok(()) }
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let ids = batch.ids();
        let account = cx.account_of(batch.keys(|it| it.arn.text()));
        let (account, addresses) = futures::try_join!(account, cx.load::<Addresses>(&ids))?;
        // Only `aws_eip_domain_name` gives an address a name: one that has none yet is not asked for it each time.
        let may_have_name = |it: &&Self| it.ptr_record.known().is_none_or(|name| !name.is_empty());
        let named = batch.iter().filter(may_have_name).filter(|it| addresses.get(it.id.as_str()).is_some());
        let names = cx.load::<ReverseNames>(&named.filter_map(|it| it.id.param()).collect::<Vec<_>>()).await?;
        Ok(batch.found(|mut address| {
            let id = address.id.as_str().to_owned();
            address.fill(addresses.get(&id)?, &account, cx);
            address.ptr_record = names.get(&id).map_or("", String::as_str).into();
            Some(address)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let moved = [
            (&self.associate_with_private_ip, &prior.associate_with_private_ip),
            (&self.instance, &prior.instance),
            (&self.network_interface, &prior.network_interface),
        ];
        if moved.into_iter().any(|(planned, prior)| !planned.is_unknown() && planned.text() != prior.text()) {
            prior.disassociate(cx).await?;
            if self.instance.text().or(self.network_interface.text()).is_some() {
                self.associate(cx).await?;
            }
        }
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        self.disassociate(cx).await?;
        let release = || async {
            let request = cx.ec2().release_address().set_allocation_id(self.id.get());
            request.set_network_border_group(self.network_border_group.param()).send().await?;
            Ok(())
        };
        // A NAT gateway that was just deleted holds its address a little longer.
        let held = |error: &Error| {
            error.is(&["InvalidIPAddress.InUse"])
                || error.is(&["AuthFailure"]) && error.message().contains("permission to access the specified resource")
        };
        retry_while(self.timeouts.delete(), held, release).await
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        traces::tagged::<_, Addresses>(self, cx, Filters::default(), &self.tags_all).await
    }
}

impl Eip {
    async fn associate(&self, cx: &Aws) -> Result<()> {
        let request = cx.ec2().associate_address();
        let request = request
            .set_allocation_id(self.id.get())
            .set_instance_id(self.instance.param())
            .set_network_interface_id(self.network_interface.param())
            .set_private_ip_address(self.associate_with_private_ip.param());
        let too_early =
            |error: &Error| error.is(&["InvalidInstanceID"]) && error.message().contains("pending instance");
        let made = retry_while(PATIENCE, too_early, || async { Ok(request.clone().send().await?) }).await?;
        let id = self.id.as_str();
        wait_until(&format!("address {id} to be associated"), PATIENCE, || async {
            let addresses = cx.load_one::<Addresses>(id).await?;
            let there = addresses.get(id).and_then(Remote::association_id) == made.association_id();
            Ok(if there { State::Done(()) } else { State::Pending("not associated".into()) })
        })
        .await
    }

    async fn disassociate(&self, cx: &Aws) -> Result<()> {
        let Some(association) = self.association_id.text() else { return Ok(()) };
        match cx.ec2().disassociate_address().association_id(association).send().await.map_err(Error::from) {
            Err(error) if !error.is_missing() => Err(error),
            _ => Ok(()),
        }
    }

    fn fill(&mut self, remote: &Remote, account: &str, cx: &Aws) {
        let private = remote.private_ip_address().unwrap_or_default();
        let public = remote.public_ip().unwrap_or_default();
        self.allocation_id = remote.allocation_id().into();
        self.arn = cx.arn("ec2", account, &format!("elastic-ip/{}", self.id.as_str())).into();
        self.association_id = remote.association_id().unwrap_or_default().into();
        self.carrier_ip = remote.carrier_ip().unwrap_or_default().into();
        self.customer_owned_ip = remote.customer_owned_ip().unwrap_or_default().into();
        self.customer_owned_ipv4_pool = remote.customer_owned_ipv4_pool().unwrap_or_default().into();
        self.domain = remote.domain().map(DomainType::as_str).into();
        self.instance = remote.instance_id().unwrap_or_default().into();
        self.network_border_group = remote.network_border_group().into();
        self.network_interface = remote.network_interface_id().unwrap_or_default().into();
        self.private_dns = private_name(private, cx.region()).into();
        self.private_ip = private.into();
        self.public_dns = public_name(public, cx).into();
        self.public_ip = public.into();
        self.public_ipv4_pool = remote.public_ipv4_pool().unwrap_or_default().into();
        self.tags_all = tagging::read(remote.tags.as_deref());
    }
}

/// The name of a private address: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html>.
fn private_name(address: &str, region: &str) -> String {
    let zone = if region == "us-east-1" { "ec2.internal".to_owned() } else { format!("{region}.compute.internal") };
    if address.is_empty() { String::new() } else { format!("ip-{}.{zone}", address.replace('.', "-")) }
}

fn public_name(address: &str, cx: &Aws) -> String {
    let region = cx.region();
    let zone = if region == "us-east-1" { "compute-1".to_owned() } else { format!("{region}.compute") };
    let suffix = cx.dns_suffix();
    if address.is_empty() { String::new() } else { format!("ec2-{}.{zone}.{suffix}", address.replace('.', "-")) }
}
