//! `aws_route`.

use aws_sdk_ec2::types::{Route as Remote, RouteOrigin, RouteState};

use super::hash::hash_code;
use super::loads::RouteTables;
use super::routing::{self, Destination, Target, endpoint_of, gateway_of};
use crate::core::prelude::*;
use crate::core::traces::named;

/// One route of a route table.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_route")]
#[model(exactly_one("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"))]
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
#[model(conflicts("carrier_gateway_id", "destination_ipv6_cidr_block"))]
#[model(conflicts("egress_only_gateway_id", "destination_cidr_block"))]
#[model(conflicts("vpc_endpoint_id", "destination_prefix_list_id"))]
pub(super) struct Route {
    /// Id of the carrier gateway that packets go to.
    #[attr(optional)]
    carrier_gateway_id: Attr<String>,
    /// ARN of the core network that packets go to.
    #[attr(optional)]
    core_network_arn: Attr<String>,
    /// IPv4 range that the route is for.
    #[attr(optional, replace, check = cidr_v4())]
    destination_cidr_block: Attr<String>,
    /// IPv6 range that the route is for.
    #[attr(optional, replace, check = cidr_v6(), same = cidr)]
    destination_ipv6_cidr_block: Attr<String>,
    /// Id of the prefix list whose ranges the route is for.
    #[attr(optional, replace)]
    destination_prefix_list_id: Attr<String>,
    /// Id of the egress-only internet gateway that packets go to.
    #[attr(optional)]
    egress_only_gateway_id: Attr<String>,
    /// Id of the internet or VPN gateway that packets go to, or `local`.
    #[attr(optional)]
    gateway_id: Attr<String>,
    /// Id of the route, made of its table's id and its destination.
    #[attr(id)]
    id: Attr<String>,
    /// Id of the instance that packets go to.
    #[attr(computed, after_update)]
    instance_id: Attr<String>,
    /// Id of the account that owns that instance.
    #[attr(computed, after_update)]
    instance_owner_id: Attr<String>,
    /// Id of the Outpost local gateway that packets go to.
    #[attr(optional)]
    local_gateway_id: Attr<String>,
    /// Id of the NAT gateway that packets go to.
    #[attr(optional)]
    nat_gateway_id: Attr<String>,
    /// Id of the network interface that packets go to.
    #[attr(optional, computed, after_update)]
    network_interface_id: Attr<String>,
    /// ARN of the Oracle Database network that packets go to.
    #[attr(optional)]
    odb_network_arn: Attr<String>,
    /// How the route came to be: `CreateRouteTable`, `CreateRoute` or `EnableVgwRoutePropagation`.
    #[attr(computed)]
    origin: Attr<String>,
    /// Region of the route table.
    #[attr(region)]
    region: Attr<String>,
    /// Id of the route table.
    #[attr(required, replace)]
    route_table_id: Attr<String>,
    /// Whether the target is there: `active` or `blackhole`.
    #[attr(computed, after_update)]
    state: Attr<String>,
    /// Id of the transit gateway that packets go to.
    #[attr(optional)]
    transit_gateway_id: Attr<String>,
    /// Id of the VPC endpoint that packets go to.
    #[attr(optional)]
    vpc_endpoint_id: Attr<String>,
    /// Id of the VPC peering connection that packets go to.
    #[attr(optional)]
    vpc_peering_connection_id: Attr<String>,
    /// How long operations may take.
    #[timeouts(create = "5m", update = "2m", delete = "5m")]
    timeouts: Timeouts,
}

impl Resource<Aws> for Route {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let (table, destination) = (self.route_table_id.as_str(), self.destination()?);
        // EC2 takes a second route that is like the first for the first: somebody else's would be taken over.
        let tables = cx.load_one::<RouteTables>(table).await?;
        let there = tables.get(table).and_then(|it| destination.find(it));
        if there.is_some_and(|it| it.origin() == Some(&RouteOrigin::CreateRoute)) {
            let message = format!("Route table {table} already has a route for {}.", destination.text());
            return Err(Error::new("Route already exists", message).hint("Import it to manage it, or remove it first."));
        }
        let target = self.target(&Self::default()).ok_or_else(no_target)?;
        routing::create(cx, table, &destination, &target, self.timeouts.create()).await?;
        self.id = id_of(table, &destination).into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tables = cx.load::<RouteTables>(&batch.keys(|route| route.route_table_id.text())).await?;
        Ok(batch.try_found(|mut route| {
            let destination = route.destination()?;
            let Some(remote) = tables.get(route.route_table_id.as_str()).and_then(|it| destination.find(it)) else {
                return Ok(None);
            };
            route.fill(remote);
            Ok(Some(route))
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let Some(target) = self.target(prior) else { return Ok(()) };
        routing::replace(cx, self.route_table_id.as_str(), &self.destination()?, &target).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        routing::delete(cx, self.route_table_id.as_str(), &self.destination()?, self.timeouts.delete()).await
    }

    fn import(id: &str) -> Result<Self, String> {
        let wanted = "give ROUTETABLEID_DESTINATION, such as rtb-1_10.0.0.0/16";
        let (table, destination) =
            id.split_once('_').filter(|(table, to)| !table.is_empty() && !to.is_empty()).ok_or(wanted)?;
        let mut route = Self { route_table_id: table.into(), ..Self::default() };
        if destination.contains(':') {
            route.destination_ipv6_cidr_block = destination.into();
        } else if destination.contains('.') {
            route.destination_cidr_block = destination.into();
        } else {
            route.destination_prefix_list_id = destination.into();
        }
        route.id = format!("r-{table}{}", hash_code(destination)).into();
        Ok(route)
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        let id = id_of(self.route_table_id.as_str(), &self.destination()?);
        Ok(named(self, id))
    }
}

fn no_target() -> Error {
    Error::new("Missing argument", "The route has no target.")
}

/// As the public provider makes it.
fn id_of(table: &str, destination: &Destination) -> String {
    format!("r-{table}{}", hash_code(destination.text()))
}

impl Route {
    fn destination(&self) -> Result<Destination> {
        let (v4, v6) = (&self.destination_cidr_block, &self.destination_ipv6_cidr_block);
        Destination::of(v4, v6, &self.destination_prefix_list_id)
            .ok_or_else(|| Error::new("Missing argument", "The route has no destination."))
    }

    /// The target that differs from the prior one. An interface that is only known from reading goes with its target.
    fn target(&self, prior: &Self) -> Option<Target> {
        type Make = fn(String) -> Target;
        let targets: [(&Attr<String>, &Attr<String>, Make); 11] = [
            (&self.carrier_gateway_id, &prior.carrier_gateway_id, Target::CarrierGateway),
            (&self.core_network_arn, &prior.core_network_arn, Target::CoreNetwork),
            (&self.egress_only_gateway_id, &prior.egress_only_gateway_id, Target::EgressOnlyGateway),
            (&self.gateway_id, &prior.gateway_id, Target::Gateway),
            (&self.local_gateway_id, &prior.local_gateway_id, Target::LocalGateway),
            (&self.nat_gateway_id, &prior.nat_gateway_id, Target::NatGateway),
            (&self.network_interface_id, &prior.network_interface_id, Target::NetworkInterface),
            (&self.odb_network_arn, &prior.odb_network_arn, Target::OdbNetwork),
            (&self.transit_gateway_id, &prior.transit_gateway_id, Target::TransitGateway),
            (&self.vpc_endpoint_id, &prior.vpc_endpoint_id, Target::VpcEndpoint),
            (&self.vpc_peering_connection_id, &prior.vpc_peering_connection_id, Target::VpcPeering),
        ];
        let mut changed = targets.into_iter().filter(|(planned, prior, _)| planned.text() != prior.text());
        changed.find_map(|(planned, _, make)| planned.param().map(make))
    }

    fn fill(&mut self, remote: &Remote) {
        self.carrier_gateway_id = remote.carrier_gateway_id().into();
        self.core_network_arn = remote.core_network_arn().into();
        self.destination_cidr_block = remote.destination_cidr_block().into();
        self.destination_ipv6_cidr_block = remote.destination_ipv6_cidr_block().into();
        self.destination_prefix_list_id = remote.destination_prefix_list_id().into();
        self.egress_only_gateway_id = remote.egress_only_internet_gateway_id().into();
        self.gateway_id = gateway_of(remote).into();
        self.instance_id = remote.instance_id().unwrap_or_default().into();
        self.instance_owner_id = remote.instance_owner_id().unwrap_or_default().into();
        self.local_gateway_id = remote.local_gateway_id().into();
        self.nat_gateway_id = remote.nat_gateway_id().into();
        self.network_interface_id = remote.network_interface_id().unwrap_or_default().into();
        self.odb_network_arn = remote.odb_network_arn().into();
        self.origin = remote.origin().map_or("", RouteOrigin::as_str).into();
        self.state = remote.state().map_or("", RouteState::as_str).into();
        self.transit_gateway_id = remote.transit_gateway_id().into();
        self.vpc_endpoint_id = endpoint_of(remote).into();
        self.vpc_peering_connection_id = remote.vpc_peering_connection_id().into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn import_ids() {
        let imported = |id| Route::import(id).map(|it| it.destination().expect("a destination"));
        assert_eq!(imported("rtb-1_10.0.0.0/16"), Ok(Destination::V4("10.0.0.0/16".into())));
        assert_eq!(imported("rtb-1_::/0"), Ok(Destination::V6("::/0".into())));
        assert_eq!(imported("rtb-1_pl-1"), Ok(Destination::PrefixList("pl-1".into())));
        for wrong in ["rtb-1", "rtb-1_", "_10.0.0.0/16", ""] {
            assert!(imported(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ids_are_the_public_providers() {
        assert_eq!(id_of("rtb-656c65616e6f72", &Destination::V4("0.0.0.0/0".into())), "r-rtb-656c65616e6f721080289494");
    }
}
