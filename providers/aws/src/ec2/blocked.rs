//! What keeps a network object from being deleted.

use super::loads::filter;
use crate::core::prelude::*;

/// Adds to a refused delete what is still there: network interfaces, and who uses them. `field` is the filter that
/// finds them: `vpc-id`, `subnet-id`, `group-id`.
pub(super) async fn explain(cx: &Aws, error: Error, field: &str, id: &str) -> Error {
    if !error.is_in_use() {
        return error;
    }
    let mut blockers = interfaces(cx, field, id).await;
    if field == "vpc-id" {
        blockers.extend(in_vpc(cx, id).await);
    }
    if blockers.is_empty() {
        return error;
    }
    let listed = blockers.join("\n  - ");
    error.hint(format!("Still there and in the way of deleting {id}:\n  - {listed}"))
}

async fn interfaces(cx: &Aws, field: &str, id: &str) -> Vec<String> {
    let request = cx.ec2().describe_network_interfaces().filters(filter(field, vec![id.to_owned()]));
    let Ok(found) = request.send().await else { return Vec::new() };
    let named = found.network_interfaces().iter().map(|interface| {
        let id = interface.network_interface_id().unwrap_or_default();
        let user = interface.attachment().and_then(|it| it.instance_id().or(it.instance_owner_id()));
        let user = user.map(|user| format!(", used by {user}")).unwrap_or_default();
        let what = interface.description().filter(|it| !it.is_empty()).map(|it| format!(" ({it})")).unwrap_or_default();
        format!("network interface {id}{what}{user}")
    });
    named.collect()
}

async fn in_vpc(cx: &Aws, vpc: &str) -> Vec<String> {
    let here = |name: &str| filter(name, vec![vpc.to_owned()]);
    let (subnets, gateways, groups, endpoints, tables) = futures::join!(
        cx.ec2().describe_subnets().filters(here("vpc-id")).send(),
        cx.ec2().describe_internet_gateways().filters(here("attachment.vpc-id")).send(),
        cx.ec2().describe_security_groups().filters(here("vpc-id")).send(),
        cx.ec2().describe_vpc_endpoints().filters(here("vpc-id")).send(),
        cx.ec2().describe_route_tables().filters(here("vpc-id")).send(),
    );
    let mut blockers = Vec::new();
    let mut add = |what: &str, id: Option<&str>| blockers.push(format!("{what} {}", id.unwrap_or_default()));
    for subnet in subnets.iter().flat_map(|it| it.subnets()) {
        add("subnet", subnet.subnet_id());
    }
    for gateway in gateways.iter().flat_map(|it| it.internet_gateways()) {
        add("internet gateway", gateway.internet_gateway_id());
    }
    for group in groups.iter().flat_map(|it| it.security_groups()).filter(|it| it.group_name() != Some("default")) {
        add("security group", group.group_id());
    }
    for endpoint in endpoints.iter().flat_map(|it| it.vpc_endpoints()) {
        add("VPC endpoint", endpoint.vpc_endpoint_id());
    }
    let own = |table: &&aws_sdk_ec2::types::RouteTable| !table.associations().iter().any(|it| it.main() == Some(true));
    for table in tables.iter().flat_map(|it| it.route_tables()).filter(own) {
        add("route table", table.route_table_id());
    }
    blockers
}
