//! `aws_route_table`.

use aws_sdk_ec2::types::{NetworkInterface, ResourceType, Route as Remote, RouteTable as RemoteTable};

use super::loads::{NetworkInterfaces, RouteTables};
use super::routing::{self, Destination, LOCAL, Target, endpoint_of, gateway_of, is_propagated};
use super::{route_table_association, tagging};
use crate::core::{Loaded, prelude::*};

/// The target of routes that VPC Lattice looks after.
const LATTICE: &str = "VpcLattice";

/// The routes that subnets and gateways go by.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_route_table")]
pub(super) struct RouteTable {
    /// ARN of the route table.
    #[attr(computed)]
    arn: Attr<String>,
    /// Id of the route table.
    #[attr(id)]
    id: Attr<String>,
    /// Id of the account that owns the route table.
    #[attr(computed)]
    owner_id: Attr<String>,
    /// Ids of VPN gateways whose routes appear in the table.
    #[attr(optional, computed)]
    propagating_vgws: Attr<BTreeSet<String>>,
    /// Region of the route table.
    #[attr(region)]
    region: Attr<String>,
    /// The routes, but for those that come with the VPC. Use either these or `aws_route`.
    #[attr(optional, computed)]
    route: Attr<BTreeSet<InlineRoute>>,
    /// Tags of the route table.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the route table with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Id of the VPC.
    #[attr(required, replace)]
    vpc_id: Attr<String>,
    /// How long operations may take.
    #[timeouts(create = "5m", update = "2m", delete = "5m")]
    timeouts: Timeouts,
}

/// A route within a table.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[model(exactly_one("cidr_block", "destination_prefix_list_id", "ipv6_cidr_block"))]
#[model(exactly_one(
    "carrier_gateway_id",
    "core_network_arn",
    "egress_only_gateway_id",
    "gateway_id",
    "local_gateway_id",
    "nat_gateway_id",
    "network_interface_id",
    "odb_network_arn",
    "transit_gateway_id",
    "vpc_endpoint_id",
    "vpc_peering_connection_id"
))]
pub(super) struct InlineRoute {
    /// Id of the carrier gateway that packets go to.
    #[attr(optional)]
    carrier_gateway_id: Attr<String>,
    /// IPv4 range that the route is for.
    #[attr(optional, check = cidr_v4())]
    cidr_block: Attr<String>,
    /// ARN of the core network that packets go to.
    #[attr(optional)]
    core_network_arn: Attr<String>,
    /// Id of the prefix list whose ranges the route is for.
    #[attr(optional)]
    destination_prefix_list_id: Attr<String>,
    /// Id of the egress-only internet gateway that packets go to.
    #[attr(optional)]
    egress_only_gateway_id: Attr<String>,
    /// Id of the internet or VPN gateway that packets go to, or `local`.
    #[attr(optional)]
    gateway_id: Attr<String>,
    /// IPv6 range that the route is for.
    #[attr(optional, check = cidr_v6(), normal = cidr)]
    ipv6_cidr_block: Attr<String>,
    /// Id of the Outpost local gateway that packets go to.
    #[attr(optional)]
    local_gateway_id: Attr<String>,
    /// Id of the NAT gateway that packets go to.
    #[attr(optional)]
    nat_gateway_id: Attr<String>,
    /// Id of the network interface that packets go to.
    #[attr(optional)]
    network_interface_id: Attr<String>,
    /// ARN of the Oracle Database network that packets go to.
    #[attr(optional)]
    odb_network_arn: Attr<String>,
    /// Id of the transit gateway that packets go to.
    #[attr(optional)]
    transit_gateway_id: Attr<String>,
    /// Id of the VPC endpoint that packets go to.
    #[attr(optional)]
    vpc_endpoint_id: Attr<String>,
    /// Id of the VPC peering connection that packets go to.
    #[attr(optional)]
    vpc_peering_connection_id: Attr<String>,
}

impl Resource<Aws> for RouteTable {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let tags = tagging::on_create(ResourceType::RouteTable, &self.tags_all);
        let request = cx.ec2().create_route_table().set_vpc_id(self.vpc_id.get()).set_tag_specifications(tags);
        self.id = request.send().await?.route_table.and_then(|it| it.route_table_id).into();
        self.wait_visible(cx).await?;
        self.update_propagation(&Self::default(), cx).await?;
        self.update_routes(&Self::default(), self.timeouts.create(), cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tables = cx.load::<RouteTables>(&batch.ids()).await?;
        let routes = batch.iter().filter_map(|it| tables.get(it.id.as_str())).flat_map(RemoteTable::routes);
        let interfaces: BTreeSet<String> = routes.filter_map(|it| it.network_interface_id.clone()).collect();
        let interfaces = cx.load::<NetworkInterfaces>(&interfaces.into_iter().collect::<Vec<_>>()).await?;
        Ok(batch.found(|mut table| {
            table.fill(tables.get(table.id.as_str())?, &interfaces, cx);
            Some(table)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.update_propagation(prior, cx).await?;
        self.update_routes(prior, self.timeouts.update(), cx).await?;
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let (id, timeout) = (self.id.as_str(), self.timeouts.delete());
        let tables = cx.load_one::<RouteTables>(id).await?;
        let associations = tables.get(id).map(RemoteTable::associations).unwrap_or_default();
        for association in associations.iter().filter(|it| it.main() != Some(true)) {
            let association = association.route_table_association_id().unwrap_or_default();
            route_table_association::disassociate(cx, id, association, timeout).await?;
        }
        cx.ec2().delete_route_table().route_table_id(id).send().await?;
        wait_until(&format!("route table {id} to be deleted"), timeout, || async {
            let gone = cx.load_one::<RouteTables>(id).await?.get(id).is_none();
            Ok(if gone { State::Done(()) } else { State::Pending("there".into()) })
        })
        .await
    }
}

impl RouteTable {
    async fn wait_visible(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("route table {id} to become visible"), self.timeouts.create(), || async {
            let there = cx.load_one::<RouteTables>(id).await?.get(id).is_some();
            Ok(if there { State::Done(()) } else { State::Pending("not visible".into()) })
        })
        .await
    }

    async fn update_propagation(&self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.propagating_vgws.is_unknown() {
            return Ok(());
        }
        let table = self.id.as_str();
        let none = BTreeSet::new();
        let (before, after) =
            (prior.propagating_vgws.known().unwrap_or(&none), self.propagating_vgws.known().unwrap_or(&none));
        for gateway in before.difference(after) {
            cx.ec2().disable_vgw_route_propagation().route_table_id(table).gateway_id(gateway).send().await?;
        }
        for gateway in after.difference(before) {
            let request = cx.ec2().enable_vgw_route_propagation().route_table_id(table).gateway_id(gateway);
            let not_attached = |error: &Error| error.is(&["Gateway.NotAttached"]);
            retry_while(self.timeouts.create(), not_attached, || async { Ok(request.clone().send().await?) }).await?;
        }
        Ok(())
    }

    /// Routes are added and changed before others go, so that traffic which has a new way never lacks one.
    async fn update_routes(&self, prior: &Self, timeout: Duration, cx: &Aws) -> Result<()> {
        if self.route.is_unknown() {
            return Ok(());
        }
        let table = self.id.as_str();
        let before: BTreeMap<Destination, Option<Target>> =
            prior.route.items().filter_map(InlineRoute::parts).collect();
        let after: BTreeMap<Destination, Option<Target>> = self.route.items().filter_map(InlineRoute::parts).collect();
        for (destination, target) in &after {
            let target = target.as_ref().ok_or_else(|| Error::new("Missing argument", "A route has no target."))?;
            match before.get(destination) {
                Some(known) if known.as_ref() == Some(target) => {}
                Some(_) => routing::replace(cx, table, destination, target).await?,
                // It is there already and is only adopted.
                None if *target == Target::Gateway(LOCAL.into()) => {}
                None => routing::create(cx, table, destination, target, timeout).await?,
            }
        }
        for destination in before.keys().filter(|it| !after.contains_key(it)) {
            routing::delete(cx, table, destination, timeout).await?;
        }
        Ok(())
    }

    fn fill(&mut self, remote: &RemoteTable, interfaces: &Loaded<NetworkInterface>, cx: &Aws) {
        let owner = remote.owner_id().unwrap_or_default();
        self.arn = cx.arn("ec2", owner, &format!("route-table/{}", self.id.as_str())).into();
        self.owner_id = owner.into();
        let gateways = remote.propagating_vgws().iter().filter_map(|it| it.gateway_id.clone());
        self.propagating_vgws = Attr::Known(gateways.collect());
        let routes = remote.routes().iter().filter(|route| self.manages(route, interfaces));
        self.route = Attr::Known(routes.map(InlineRoute::of).collect());
        self.vpc_id = remote.vpc_id().into();
        self.tags_all = tagging::read(remote.tags.as_deref());
        if let Attr::Known(tags) = &mut self.tags_all {
            // Set by the file system service on tables that it writes its routes into.
            tags.remove("AmazonFSx");
        }
    }

    /// Whether a route is the business of this resource: not those that come with the VPC (unless the configuration names
    /// them), nor those that services put in.
    fn manages(&self, route: &Remote, interfaces: &Loaded<NetworkInterface>) -> bool {
        match route.gateway_id() {
            Some(LATTICE) => false,
            Some(LOCAL) => self.names_local(route),
            _ if is_propagated(route) => false,
            _ if route.destination_prefix_list_id().is_some() && endpoint_of(route).is_some() => false,
            _ => !route.network_interface_id().and_then(|id| interfaces.get(id)).is_some_and(is_of_service),
        }
    }

    fn names_local(&self, route: &Remote) -> bool {
        self.route.items().any(|known| {
            let same = known.cidr_block.text() == route.destination_cidr_block()
                && known.ipv6_cidr_block.text() == route.destination_ipv6_cidr_block()
                && known.destination_prefix_list_id.text() == route.destination_prefix_list_id();
            same && known.gateway_id.text() == Some(LOCAL)
        })
    }
}

/// Interfaces that a service keeps in this account for instances in its own.
fn is_of_service(interface: &NetworkInterface) -> bool {
    let owner = interface.owner_id().unwrap_or_default();
    let instance_owner = interface.attachment().map(|it| it.instance_owner_id().unwrap_or_default());
    !owner.is_empty() && instance_owner.is_some_and(|it| it != owner)
}

impl InlineRoute {
    /// What the route is for and where it leads to.
    fn parts(&self) -> Option<(Destination, Option<Target>)> {
        let destination = Destination::of(&self.cidr_block, &self.ipv6_cidr_block, &self.destination_prefix_list_id)?;
        Some((destination, self.target()))
    }

    fn target(&self) -> Option<Target> {
        type Make = fn(String) -> Target;
        let targets: [(&Attr<String>, Make); 11] = [
            (&self.carrier_gateway_id, Target::CarrierGateway),
            (&self.core_network_arn, Target::CoreNetwork),
            (&self.egress_only_gateway_id, Target::EgressOnlyGateway),
            (&self.gateway_id, Target::Gateway),
            (&self.local_gateway_id, Target::LocalGateway),
            (&self.nat_gateway_id, Target::NatGateway),
            (&self.network_interface_id, Target::NetworkInterface),
            (&self.odb_network_arn, Target::OdbNetwork),
            (&self.transit_gateway_id, Target::TransitGateway),
            (&self.vpc_endpoint_id, Target::VpcEndpoint),
            (&self.vpc_peering_connection_id, Target::VpcPeering),
        ];
        targets.into_iter().find_map(|(id, make)| id.param().map(make))
    }

    fn of(remote: &Remote) -> Self {
        let text = |text: Option<&str>| Attr::from(text.unwrap_or_default());
        Self {
            carrier_gateway_id: text(remote.carrier_gateway_id()),
            cidr_block: text(remote.destination_cidr_block()),
            core_network_arn: text(remote.core_network_arn()),
            destination_prefix_list_id: text(remote.destination_prefix_list_id()),
            egress_only_gateway_id: text(remote.egress_only_internet_gateway_id()),
            gateway_id: text(gateway_of(remote)),
            ipv6_cidr_block: text(remote.destination_ipv6_cidr_block()),
            local_gateway_id: text(remote.local_gateway_id()),
            nat_gateway_id: text(remote.nat_gateway_id()),
            network_interface_id: text(remote.network_interface_id()),
            odb_network_arn: text(remote.odb_network_arn()),
            transit_gateway_id: text(remote.transit_gateway_id()),
            vpc_endpoint_id: text(endpoint_of(remote)),
            vpc_peering_connection_id: text(remote.vpc_peering_connection_id()),
        }
    }
}
