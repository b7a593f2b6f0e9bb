//! One route of a route table: where it leads from and to, and how it is made, changed and removed. Shared by
//! `aws_route` and the routes within `aws_route_table`.

use aws_sdk_ec2::types::{Route as Remote, RouteOrigin, RouteTable};

use super::loads::RouteTables;
use crate::core::prelude::*;

/// The target that EC2 gives to the routes which every route table has from its birth.
pub(super) const LOCAL: &str = "local";

/// Which addresses a route is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Destination {
    V4(String),
    V6(String),
    PrefixList(String),
}

/// Where packets go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    CarrierGateway(String),
    CoreNetwork(String),
    EgressOnlyGateway(String),
    Gateway(String),
    LocalGateway(String),
    NatGateway(String),
    NetworkInterface(String),
    OdbNetwork(String),
    TransitGateway(String),
    VpcEndpoint(String),
    VpcPeering(String),
}

impl Destination {
    /// The first of the three that is given.
    pub(super) fn of(v4: &Attr<String>, v6: &Attr<String>, prefix_list: &Attr<String>) -> Option<Self> {
        let v4 = v4.param().map(Self::V4);
        v4.or_else(|| v6.param().map(Self::V6)).or_else(|| prefix_list.param().map(Self::PrefixList))
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::V4(text) | Self::V6(text) | Self::PrefixList(text) => text,
        }
    }

    /// The route of a table that is for these addresses.
    pub(super) fn find<'a>(&self, table: &'a RouteTable) -> Option<&'a Remote> {
        let same_network = |a: &str, b: &str| {
            use landform_provider_api::framework::same::cidr;
            cidr(a, b)
        };
        table.routes().iter().find(|route| match self {
            Self::V4(range) => route.destination_cidr_block() == Some(range),
            Self::V6(range) => route.destination_ipv6_cidr_block().is_some_and(|it| same_network(it, range)),
            Self::PrefixList(id) => route.destination_prefix_list_id() == Some(id),
        })
    }
}

/// Puts destination and target into a request; the requests that make and replace a route have the same parameters.
macro_rules! fill_request {
    ($request:expr, $destination:expr, $target:expr) => {{
        let request = with_destination!($request, $destination);
        match $target.clone() {
            Target::CarrierGateway(id) => request.carrier_gateway_id(id),
            Target::CoreNetwork(arn) => request.core_network_arn(arn),
            Target::EgressOnlyGateway(id) => request.egress_only_internet_gateway_id(id),
            Target::Gateway(id) => request.gateway_id(id),
            Target::LocalGateway(id) => request.local_gateway_id(id),
            Target::NatGateway(id) => request.nat_gateway_id(id),
            Target::NetworkInterface(id) => request.network_interface_id(id),
            Target::OdbNetwork(arn) => request.odb_network_arn(arn),
            Target::TransitGateway(id) => request.transit_gateway_id(id),
            Target::VpcEndpoint(id) => request.vpc_endpoint_id(id),
            Target::VpcPeering(id) => request.vpc_peering_connection_id(id),
        }
    }};
}

macro_rules! with_destination {
    ($request:expr, $destination:expr) => {
        match $destination.clone() {
            Destination::V4(range) => $request.destination_cidr_block(range),
            Destination::V6(range) => $request.destination_ipv6_cidr_block(range),
            Destination::PrefixList(id) => $request.destination_prefix_list_id(id),
        }
    };
}

/// Makes a route. It shows only after a while.
pub(super) async fn create(
    cx: &Aws,
    table: &str,
    destination: &Destination,
    target: &Target,
    timeout: Duration,
) -> Result<()> {
    let request = fill_request!(cx.ec2().create_route().route_table_id(table), destination, target);
    // Transit gateways and their attachments become usable only after they are available.
    let too_early = |error: &Error| error.is(&["InvalidParameterException", "InvalidTransitGatewayID.NotFound"]);
    let created = retry_while(timeout, too_early, || async { Ok(request.clone().send().await?) }).await;
    match created {
        Err(error) if error.is(&["InvalidGatewayID.NotFound"]) && *target == Target::Gateway(LOCAL.into()) => {
            Err(error.hint("A local route can not be made: it comes with the VPC. Import it to manage it."))
        }
        Err(error) => Err(error),
        Ok(_) => Ok(()),
    }
}

/// Lets a route lead somewhere else.
pub(super) async fn replace(cx: &Aws, table: &str, destination: &Destination, target: &Target) -> Result<()> {
    let request = cx.ec2().replace_route().route_table_id(table);
    if *target == Target::Gateway(LOCAL.into()) {
        with_destination!(request, destination).local_target(true).send().await?;
    } else {
        fill_request!(request, destination, target).send().await?;
    }
    Ok(())
}

/// Removes a route and waits until it is gone: another one for the same addresses could not be made before. A local
/// route can not be removed; it is left alone.
pub(super) async fn delete(cx: &Aws, table: &str, destination: &Destination, timeout: Duration) -> Result<()> {
    let request = with_destination!(cx.ec2().delete_route().route_table_id(table), destination);
    let too_early = |error: &Error| error.is(&["InvalidParameterException"]);
    match retry_while(timeout, too_early, || async { Ok(request.clone().send().await?) }).await {
        Err(error) if error.is_missing() => return Ok(()),
        Err(error) if error.message().contains("cannot remove local route") => return Ok(()),
        result => result?,
    };
    wait_until(&format!("route of {table} for {} to be removed", destination.text()), timeout, || async {
        let tables = cx.load_one::<RouteTables>(table).await?;
        let there = tables.get(table).is_some_and(|it| destination.find(it).is_some());
        Ok(if there { State::Pending("there".into()) } else { State::Done(()) })
    })
    .await
}

/// Whether a route was propagated by a VPN gateway rather than made.
pub(super) fn is_propagated(route: &Remote) -> bool {
    route.origin() == Some(&RouteOrigin::EnableVgwRoutePropagation)
}

/// The id of the gateway that a route leads to, unless it is that of a VPC endpoint, which EC2 puts into the same field.
pub(super) fn gateway_of(route: &Remote) -> Option<&str> {
    route.gateway_id().filter(|id| !id.starts_with("vpce-"))
}

/// The id of the VPC endpoint that a route leads to.
pub(super) fn endpoint_of(route: &Remote) -> Option<&str> {
    route.gateway_id().filter(|id| id.starts_with("vpce-"))
}
