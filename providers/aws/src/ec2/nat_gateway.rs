//! `aws_nat_gateway`.

mod addresses;

use aws_sdk_ec2::types::{
    AutoProvisionZonesState, AutoScalingIpsState, AvailabilityMode, AvailabilityZoneAddress, ConnectivityType,
    NatGateway as Remote, NatGatewayAddress, NatGatewayAddressStatus, NatGatewayState, ResourceType,
};
use landform_diagnostics::{Diagnostic, Diagnostics};

use super::loads::NatGateways;
use super::tagging;
use crate::core::prelude::*;

/// Address translation for subnets that the internet must not reach.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_nat_gateway", exactly_one("subnet_id", "vpc_id"))]
#[model(conflicts("secondary_private_ip_address_count", "secondary_private_ip_addresses"))]
pub(super) struct NatGateway {
    /// Id of the address of a public gateway.
    #[attr(optional, replace)]
    allocation_id: Attr<String>,
    /// Id of the association with the address.
    #[attr(computed)]
    association_id: Attr<String>,
    /// Whether a regional gateway spreads to further zones by itself.
    #[attr(computed)]
    auto_provision_zones: Attr<String>,
    /// Whether a regional gateway takes further addresses by itself.
    #[attr(computed)]
    auto_scaling_ips: Attr<String>,
    /// Whether the gateway serves one zone, from a subnet, or the whole VPC: `zonal` or `regional`.
    #[attr(optional, computed, replace, check = one_of(["zonal", "regional"]))]
    availability_mode: Attr<String>,
    /// Whether the gateway leads to the internet: `public` or `private`.
    #[attr(optional, replace, default = "public", check = one_of(["private", "public"]))]
    connectivity_type: Attr<String>,
    /// Id of the gateway.
    #[attr(id)]
    id: Attr<String>,
    /// Id of the gateway's network interface.
    #[attr(computed)]
    network_interface_id: Attr<String>,
    /// The gateway's address in its subnet.
    #[attr(optional, computed, replace, check = ipv4())]
    private_ip: Attr<String>,
    /// The gateway's address in the internet.
    #[attr(computed)]
    public_ip: Attr<String>,
    /// Region of the gateway.
    #[attr(region)]
    region: Attr<String>,
    /// Addresses of a regional gateway.
    #[attr(computed, after_update("availability_zone_address"))]
    regional_nat_gateway_address: Attr<BTreeSet<RegionalAddress>>,
    /// Whether a regional gateway decides by itself about zones and addresses.
    #[attr(computed)]
    regional_nat_gateway_auto_mode: Attr<String>,
    /// Id of the route table of a regional gateway.
    #[attr(computed)]
    route_table_id: Attr<String>,
    /// Ids of further addresses of a public gateway.
    #[attr(optional, computed)]
    secondary_allocation_ids: Attr<BTreeSet<String>>,
    /// How many further private addresses the gateway has.
    #[attr(optional, computed, replace, after_update("secondary_allocation_ids", "secondary_private_ip_addresses"))]
    secondary_private_ip_address_count: Attr<i64>,
    /// Further private addresses of the gateway.
    #[attr(optional, computed, after_update("secondary_allocation_ids"))]
    secondary_private_ip_addresses: Attr<BTreeSet<String>>,
    /// Id of the subnet that a zonal gateway is in.
    #[attr(optional, replace)]
    subnet_id: Attr<String>,
    /// Tags of the gateway.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the gateway with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Id of the VPC that a regional gateway is in.
    #[attr(optional, computed, replace)]
    vpc_id: Attr<String>,
    /// The addresses of a regional gateway, zone by zone. Without any, the gateway decides by itself.
    #[block(set)]
    availability_zone_address: Vec<ZoneAddress>,
    /// How long operations may take.
    #[timeouts(create = "10m", update = "10m", delete = "30m")]
    timeouts: Timeouts,
}

/// An address of a regional gateway.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RegionalAddress {
    /// Id of the address.
    #[attr(computed)]
    allocation_id: Attr<String>,
    /// Id of its association.
    #[attr(computed)]
    association_id: Attr<String>,
    /// The zone that it serves, by name.
    #[attr(computed)]
    availability_zone: Attr<String>,
    /// The zone that it serves, by id.
    #[attr(computed)]
    availability_zone_id: Attr<String>,
    /// Id of its network interface.
    #[attr(computed)]
    network_interface_id: Attr<String>,
    /// The address.
    #[attr(computed)]
    public_ip: Attr<String>,
    /// How far its association is.
    #[attr(computed)]
    status: Attr<String>,
}

/// The addresses of a regional gateway in one zone.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[model(conflicts("availability_zone", "availability_zone_id"))]
pub(super) struct ZoneAddress {
    /// Ids of the addresses.
    #[attr(optional)]
    allocation_ids: Attr<BTreeSet<String>>,
    /// The zone by name.
    #[attr(optional)]
    availability_zone: Attr<String>,
    /// The zone by id.
    #[attr(optional, computed)]
    availability_zone_id: Attr<String>,
}

/// Ids of allocations, or addresses themselves.
type Addresses = BTreeSet<String>;

impl Resource<Aws> for NatGateway {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let zones: Vec<AvailabilityZoneAddress> =
            self.availability_zone_address.iter().map(ZoneAddress::wanted).collect();
        let request = cx.ec2().create_nat_gateway();
        let request = request
            .set_allocation_id(self.allocation_id.param())
            .set_availability_mode(self.availability_mode.text().map(AvailabilityMode::from))
            .set_availability_zone_addresses((!zones.is_empty()).then_some(zones))
            .set_connectivity_type(self.connectivity_type.text().map(ConnectivityType::from))
            .set_private_ip_address(self.private_ip.param())
            .set_secondary_allocation_ids(some(&self.secondary_allocation_ids))
            .set_secondary_private_ip_address_count(self.secondary_private_ip_address_count.get_i32())
            .set_secondary_private_ip_addresses(some(&self.secondary_private_ip_addresses))
            .set_subnet_id(self.subnet_id.param())
            .set_tag_specifications(tagging::on_create(ResourceType::Natgateway, &self.tags_all))
            .set_vpc_id(self.vpc_id.param());
        self.id = request.send().await?.nat_gateway.and_then(|it| it.nat_gateway_id).into();
        self.wait_available(cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let gateways = cx.load::<NatGateways>(&batch.ids()).await?;
        Ok(batch.found(|mut gateway| {
            let remote = gateways.get(gateway.id.as_str()).filter(|it| !is_gone(it))?;
            gateway.fill(remote);
            Some(gateway)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.availability_zone_address != prior.availability_zone_address {
            self.update_zones(prior, cx).await?;
        }
        if self.connectivity_type.text() == Some("private") {
            self.update_private_addresses(prior, cx).await?;
        } else if !self.secondary_allocation_ids.is_unknown() {
            self.update_allocations(prior, cx).await?;
        }
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        cx.ec2().delete_nat_gateway().nat_gateway_id(id).send().await?;
        wait_until(&format!("NAT gateway {id} to be deleted"), self.timeouts.delete(), || async {
            Ok(match cx.load_one::<NatGateways>(id).await?.get(id) {
                Some(gateway) if !is_gone(gateway) => State::Pending(state_of(gateway).to_owned()),
                _ => State::Done(()),
            })
        })
        .await
    }

    /// Zones and addresses of a regional gateway are decided by the gateway or by the configuration, for good.
    fn plan(planning: &mut Planning<'_>) {
        let none = |blocks: &landform_values::Value| blocks.as_sequence().is_some_and(<[_]>::is_empty);
        let (prior, planned) =
            (planning.prior("availability_zone_address"), planning.planned("availability_zone_address"));
        if !planning.is_create() && planned.is_known() && none(&prior) != none(&planned) {
            planning.require_replace("availability_zone_address");
        }
    }

    fn validate(&self) -> Diagnostics {
        let private = self.connectivity_type.text() == Some("private");
        let unsupported = [
            ("allocation_id", self.allocation_id.is_known(), private),
            ("secondary_allocation_ids", self.secondary_allocation_ids.items().next().is_some(), private),
            ("secondary_private_ip_address_count", self.secondary_private_ip_address_count.is_known(), !private),
        ];
        let kind = if private { "private" } else { "public" };
        let refused = |name: &str| {
            let detail = format!("{name} is not supported with connectivity_type = {kind:?}.");
            Diagnostic::error("Unsupported argument", detail)
        };
        let unsupported = unsupported.into_iter().filter(|(_, given, unsupported)| *given && *unsupported);
        unsupported.map(|(name, ..)| refused(name)).collect()
    }
}

impl NatGateway {
    async fn wait_available(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("NAT gateway {id} to become available"), self.timeouts.create(), || async {
            let gateways = cx.load_one::<NatGateways>(id).await?;
            let Some(gateway) = gateways.get(id) else { return Ok(State::Pending("not visible".into())) };
            match gateway.state() {
                Some(NatGatewayState::Available) => Ok(State::Done(())),
                Some(NatGatewayState::Failed) => Err(failed(gateway)),
                _ => Ok(State::Pending(state_of(gateway).to_owned())),
            }
        })
        .await
    }

    fn fill(&mut self, remote: &Remote) {
        let mode = remote.availability_mode().map_or("zonal", AvailabilityMode::as_str);
        let regional = mode == "regional";
        self.auto_provision_zones = remote.auto_provision_zones().map_or("", AutoProvisionZonesState::as_str).into();
        self.auto_scaling_ips = remote.auto_scaling_ips().map_or("", AutoScalingIpsState::as_str).into();
        self.availability_mode = mode.into();
        self.connectivity_type = remote.connectivity_type().map(ConnectivityType::as_str).into();
        self.regional_nat_gateway_auto_mode = if regional { self.auto_provision_zones.clone() } else { "".into() };
        self.route_table_id = remote.route_table_id().unwrap_or_default().into();
        self.subnet_id = remote.subnet_id().filter(|_| !regional).into();
        self.vpc_id = remote.vpc_id().into();
        self.tags_all = tagging::read(remote.tags.as_deref());
        let addresses = remote.nat_gateway_addresses();
        self.fill_primary(addresses.iter().find(|it| !regional && is_primary(it, addresses)));
        self.fill_secondary(addresses.iter().filter(|it| !regional && !is_primary(it, addresses)).collect());
        let regional_addresses = addresses.iter().filter(|_| regional).map(RegionalAddress::of);
        self.regional_nat_gateway_address = Attr::Known(regional_addresses.collect());
        let manual = regional && remote.auto_provision_zones() == Some(&AutoProvisionZonesState::Disabled);
        self.fill_zones(if manual { addresses } else { &[] });
    }

    fn fill_primary(&mut self, address: Option<&NatGatewayAddress>) {
        let text = |of: AddressKey| address.and_then(of).unwrap_or_default();
        self.allocation_id = text(NatGatewayAddress::allocation_id).into();
        self.association_id = text(NatGatewayAddress::association_id).into();
        self.network_interface_id = text(NatGatewayAddress::network_interface_id).into();
        self.private_ip = text(NatGatewayAddress::private_ip).into();
        self.public_ip = text(NatGatewayAddress::public_ip).into();
    }

    fn fill_secondary(&mut self, addresses: Vec<&NatGatewayAddress>) {
        let all =
            |of: AddressKey| -> Addresses { addresses.iter().filter_map(|it| of(it).map(str::to_owned)).collect() };
        let private = all(NatGatewayAddress::private_ip);
        self.secondary_allocation_ids = all(NatGatewayAddress::allocation_id).into();
        self.secondary_private_ip_address_count = i64::try_from(private.len()).ok().into();
        self.secondary_private_ip_addresses = private.into();
    }

    /// EC2 tells zones by name and id; which of them the configuration names, only the prior object tells.
    fn fill_zones(&mut self, addresses: &[NatGatewayAddress]) {
        let mut zones: BTreeMap<(&str, &str), Addresses> = BTreeMap::new();
        for address in addresses {
            let zone =
                (address.availability_zone().unwrap_or_default(), address.availability_zone_id().unwrap_or_default());
            zones.entry(zone).or_default().extend(address.allocation_id.clone());
        }
        let by_id = |id: &str| {
            let known = self.availability_zone_address.iter().find(|it| it.availability_zone_id.text() == Some(id));
            known.is_some_and(|it| it.availability_zone.text().is_none())
        };
        let filled = zones.into_iter().map(|((name, id), allocations)| ZoneAddress {
            allocation_ids: allocations.into(),
            availability_zone: Some(name).filter(|_| !by_id(id)).into(),
            availability_zone_id: id.into(),
        });
        self.availability_zone_address = filled.collect();
    }
}

impl ZoneAddress {
    fn allocations(&self) -> impl Iterator<Item = String> {
        self.allocation_ids.items().cloned()
    }

    fn wanted(&self) -> AvailabilityZoneAddress {
        AvailabilityZoneAddress::builder()
            .set_allocation_ids(some(&self.allocation_ids))
            .set_availability_zone(self.availability_zone.param())
            .set_availability_zone_id(self.availability_zone_id.param())
            .build()
    }
}

impl RegionalAddress {
    fn of(remote: &NatGatewayAddress) -> Self {
        Self {
            allocation_id: remote.allocation_id().into(),
            association_id: remote.association_id().into(),
            availability_zone: remote.availability_zone().into(),
            availability_zone_id: remote.availability_zone_id().into(),
            network_interface_id: remote.network_interface_id().into(),
            public_ip: remote.public_ip().into(),
            status: remote.status().map(NatGatewayAddressStatus::as_str).into(),
        }
    }
}

/// What tells addresses of a gateway apart.
type AddressKey = fn(&NatGatewayAddress) -> Option<&str>;

/// A gateway with one address need not say which is the first.
fn is_primary(address: &NatGatewayAddress, all: &[NatGatewayAddress]) -> bool {
    address.is_primary() == Some(true) || all.len() == 1
}

fn is_gone(gateway: &Remote) -> bool {
    matches!(gateway.state(), Some(NatGatewayState::Deleted))
}

fn state_of(gateway: &Remote) -> &str {
    gateway.state().map_or("unknown", NatGatewayState::as_str)
}

fn failed(gateway: &Remote) -> Error {
    let id = gateway.nat_gateway_id().unwrap_or_default();
    let code = gateway.failure_code().unwrap_or("no code");
    let message = gateway.failure_message().unwrap_or("EC2 does not say why.");
    Error::new("NAT gateway failed", format!("NAT gateway {id} could not be made: {code}: {message}"))
}

/// The items as calls want them, where there are any.
fn some(items: &Attr<Addresses>) -> Option<Vec<String>> {
    let items: Vec<String> = items.items().cloned().collect();
    (!items.is_empty()).then_some(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The simulator has no regional gateways: this is what EC2 tells of them.
    fn regional(auto: &str) -> Remote {
        let address = |allocation: &str, zone: &str| {
            NatGatewayAddress::builder()
                .allocation_id(allocation)
                .availability_zone(format!("eu-west-1{zone}"))
                .availability_zone_id(format!("euw1-az-{zone}"))
                .status(NatGatewayAddressStatus::Succeeded)
                .build()
        };
        Remote::builder()
            .availability_mode(AvailabilityMode::Regional)
            .auto_provision_zones(auto.into())
            .nat_gateway_addresses(address("eipalloc-1", "a"))
            .nat_gateway_addresses(address("eipalloc-2", "a"))
            .nat_gateway_addresses(address("eipalloc-3", "b"))
            .vpc_id("vpc-1")
            .build()
    }

    fn zone(name: Option<&str>, id: &str, allocations: &[&str]) -> ZoneAddress {
        let allocations: Addresses = allocations.iter().map(|it| (*it).to_owned()).collect();
        ZoneAddress {
            allocation_ids: allocations.into(),
            availability_zone: name.into(),
            availability_zone_id: id.into(),
        }
    }

    #[test]
    fn zones_of_regional_gateways_are_named_as_they_were() {
        let mut gateway = NatGateway {
            availability_zone_address: vec![zone(None, "euw1-az-b", &["eipalloc-3"])],
            ..NatGateway::default()
        };
        gateway.fill(&regional("disabled"));
        let expected = [
            zone(Some("eu-west-1a"), "euw1-az-a", &["eipalloc-1", "eipalloc-2"]),
            zone(None, "euw1-az-b", &["eipalloc-3"]),
        ];
        assert_eq!(gateway.availability_zone_address, expected);
        assert_eq!(gateway.regional_nat_gateway_address.items().count(), 3);
        assert_eq!(gateway.allocation_id.text(), None);
    }

    #[test]
    fn zones_of_automatic_gateways_are_nobodys_business() {
        let mut gateway = NatGateway::default();
        gateway.fill(&regional("enabled"));
        assert_eq!(gateway.availability_zone_address, []);
        assert_eq!(gateway.regional_nat_gateway_auto_mode.as_str(), "enabled");
        assert_eq!(gateway.regional_nat_gateway_address.items().count(), 3);
    }
}
