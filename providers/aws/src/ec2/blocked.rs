//! Deletes that other objects may stand in the way of.

use aws_sdk_ec2::types::{
    AttachmentStatus, InstanceStateName, NatGatewayState, NetworkInterface, NetworkInterfaceStatus, RouteTable,
    SecurityGroup, State as EndpointState, VpcAttachment,
};
use futures::TryFutureExt as _;
use landform_provider_api::clock;

use super::loads::filter;
use crate::core::prelude::*;

/// After so long, what does not go away by itself is reported rather than waited for.
const SOON: Duration = Duration::from_secs(5);
/// Lambda takes up to 45 minutes to give its network interfaces back, as the public provider knows.
const LAMBDA: Duration = Duration::from_secs(45 * 60);

/// What is to be deleted or detached.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject<'a> {
    Vpc(&'a str),
    Subnet(&'a str),
    SecurityGroup(&'a str),
    /// The internet gateway of a VPC.
    GatewayOf(&'a str),
}

/// Something that is in the way.
struct Blocker {
    what: String,
    /// Whether it stays until somebody removes it.
    lasts: bool,
}

impl Blocker {
    fn lasting(what: impl Into<String>) -> Self {
        Self { what: what.into(), lasts: true }
    }
}

/// Deletes an object that others may still need: repeats `call` for as long as they do and may go away by themselves,
/// within `timeout`. What does not go away by itself is an error within seconds, and named.
pub(super) async fn delete<F>(cx: &Aws, subject: Subject<'_>, timeout: Duration, call: impl Fn() -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let mut waited = Duration::ZERO;
    let mut timeout = timeout;
    let mut pause = Duration::from_millis(500);
    loop {
        let error = match call().await {
            Err(error) if error.is_in_use() => error,
            result => return result,
        };
        if waited >= SOON.min(timeout) {
            let interfaces = subject.interfaces(cx).await;
            give_back(cx, &interfaces).await;
            if interfaces.iter().any(|it| described(it).starts_with("AWS Lambda VPC ENI")) {
                timeout = timeout.max(LAMBDA);
            }
            let blockers = subject.blockers(cx, &interfaces).await;
            if waited >= timeout || blockers.iter().any(|it| it.lasts) {
                return Err(explained(error, subject, &blockers));
            }
        }
        clock::sleep(pause).await;
        waited += pause;
        pause = (pause * 3 / 2).min(Duration::from_secs(10));
    }
}

fn explained(error: Error, subject: Subject<'_>, blockers: &[Blocker]) -> Error {
    if blockers.is_empty() {
        return error;
    }
    let listed: Vec<&str> = blockers.iter().map(|it| it.what.as_str()).collect();
    error.hint(format!("Still there and in the way of {}:\n  - {}", subject.doing(), listed.join("\n  - ")))
}

/// Deletes network interfaces that their services leave behind unattached, as the public provider does.
async fn give_back(cx: &Aws, interfaces: &[NetworkInterface]) {
    let left =
        interfaces.iter().filter(|it| it.status() == Some(&NetworkInterfaceStatus::Available) && is_leftover(it));
    let deletes =
        left.map(|it| cx.ec2().delete_network_interface().set_network_interface_id(it.network_interface_id.clone()));
    // Where this fails, the interface is named as being in the way.
    futures::future::join_all(deletes.map(|it| it.send())).await;
}

fn is_leftover(interface: &NetworkInterface) -> bool {
    let description = described(interface);
    description.starts_with("AWS Lambda VPC ENI")
        || description.starts_with("aws-K8S-")
        || description == "DMSNetworkInterface"
}

fn described(interface: &NetworkInterface) -> &str {
    interface.description().unwrap_or_default()
}

impl Subject<'_> {
    fn doing(self) -> String {
        match self {
            Self::Vpc(id) | Self::Subnet(id) | Self::SecurityGroup(id) => format!("deleting {id}"),
            Self::GatewayOf(vpc) => format!("detaching the internet gateway of {vpc}"),
        }
    }

    /// The filter that finds the network interfaces which need it.
    fn filter(self) -> aws_sdk_ec2::types::Filter {
        match self {
            Self::Vpc(id) | Self::GatewayOf(id) => filter("vpc-id", vec![id.to_owned()]),
            Self::Subnet(id) => filter("subnet-id", vec![id.to_owned()]),
            Self::SecurityGroup(id) => filter("group-id", vec![id.to_owned()]),
        }
    }

    async fn interfaces(self, cx: &Aws) -> Vec<NetworkInterface> {
        let found = cx.ec2().describe_network_interfaces().filters(self.filter()).send().await;
        let mut interfaces = found.ok().and_then(|it| it.network_interfaces).unwrap_or_default();
        if let Self::GatewayOf(_) = self {
            interfaces.retain(|it| it.association().is_some());
        }
        interfaces
    }

    async fn blockers(self, cx: &Aws, interfaces: &[NetworkInterface]) -> Vec<Blocker> {
        let mut blockers = of_interfaces(cx, interfaces).await;
        match self {
            Self::Vpc(id) => blockers.extend(in_vpc(cx, id).await),
            Self::SecurityGroup(id) => blockers.extend(referring_groups(cx, id).await),
            Self::Subnet(_) | Self::GatewayOf(_) => {}
        }
        blockers
    }
}

/// Interfaces last unless a service manages them or what they belong to is about to end.
async fn of_interfaces(cx: &Aws, interfaces: &[NetworkInterface]) -> Vec<Blocker> {
    let instance = |it: &NetworkInterface| it.attachment().and_then(|it| it.instance_id()).map(str::to_owned);
    let ending = ending_instances(cx, interfaces.iter().filter_map(instance).collect()).await;
    let gateways = working_gateways(cx, interfaces).await;
    let named = interfaces.iter().map(|interface| {
        let id = interface.network_interface_id().unwrap_or_default();
        let description = described(interface);
        let gateway = gateways.iter().find(|it| description.ends_with(it.as_str()));
        let user = instance(interface).or(gateway.cloned());
        let managed = interface.requester_managed() == Some(true) && gateway.is_none();
        let what = if description.is_empty() { String::new() } else { format!(" ({description})") };
        let used = user.as_ref().map(|user| format!(", used by {user}")).unwrap_or_default();
        let address = interface.association().and_then(|it| it.public_ip());
        let mapped = address.map(|address| format!(", with public address {address}")).unwrap_or_default();
        Blocker {
            what: format!("network interface {id}{what}{used}{mapped}"),
            lasts: !managed && !is_leftover(interface) && !user.is_some_and(|user| ending.contains(&user)),
        }
    });
    named.collect()
}

/// Which of these instances are about to end.
async fn ending_instances(cx: &Aws, ids: Vec<String>) -> Vec<String> {
    if ids.is_empty() {
        return ids;
    }
    let found = cx.ec2().describe_instances().filters(filter("instance-id", ids)).send().await;
    let is_ending = |it: &aws_sdk_ec2::types::Instance| {
        let state = it.state().and_then(|it| it.name());
        matches!(state, Some(InstanceStateName::ShuttingDown | InstanceStateName::Terminated))
    };
    let instances = found.iter().flat_map(|it| it.reservations()).flat_map(|it| it.instances());
    instances.filter(|it| is_ending(it)).filter_map(|it| it.instance_id.clone()).collect()
}

/// The NAT gateways among the owners of interfaces that nobody is deleting.
async fn working_gateways(cx: &Aws, interfaces: &[NetworkInterface]) -> Vec<String> {
    let owner = |it: &NetworkInterface| described(it).strip_prefix("Interface for NAT Gateway ").map(str::to_owned);
    let ids: Vec<String> = interfaces.iter().filter_map(owner).collect();
    if ids.is_empty() {
        return ids;
    }
    let found = cx.ec2().describe_nat_gateways().filter(filter("nat-gateway-id", ids)).send().await;
    let gateways = found.iter().flat_map(|it| it.nat_gateways());
    let working =
        gateways.filter(|it| matches!(it.state(), Some(NatGatewayState::Available | NatGatewayState::Pending)));
    working.filter_map(|it| it.nat_gateway_id.clone()).collect()
}

async fn in_vpc(cx: &Aws, vpc: &str) -> Vec<Blocker> {
    let here = |name: &str| filter(name, vec![vpc.to_owned()]);
    let own = || filter("default", vec!["false".into()]);
    let (subnets, gateways, vpn_gateways, groups, endpoints, tables, acls) = futures::join!(
        cx.ec2().describe_subnets().filters(here("vpc-id")).send(),
        cx.ec2().describe_internet_gateways().filters(here("attachment.vpc-id")).send(),
        cx.ec2().describe_vpn_gateways().filters(here("attachment.vpc-id")).send(),
        cx.ec2().describe_security_groups().filters(here("vpc-id")).send(),
        cx.ec2().describe_vpc_endpoints().filters(here("vpc-id")).send(),
        cx.ec2().describe_route_tables().filters(here("vpc-id")).send(),
        cx.ec2().describe_network_acls().filters(here("vpc-id")).filters(own()).send(),
    );
    let mut blockers = Vec::new();
    let mut add = |what: &str, id: Option<&str>, lasts: bool| {
        blockers.push(Blocker { what: format!("{what} {}", id.unwrap_or_default()), lasts });
    };
    subnets.iter().flat_map(|it| it.subnets()).for_each(|it| add("subnet", it.subnet_id(), true));
    for gateway in gateways.iter().flat_map(|it| it.internet_gateways()) {
        add("internet gateway", gateway.internet_gateway_id(), true);
    }
    for gateway in vpn_gateways.iter().flat_map(|it| it.vpn_gateways()) {
        let attached = |it: &VpcAttachment| it.state() == Some(&AttachmentStatus::Attached);
        add("VPN gateway", gateway.vpn_gateway_id(), gateway.vpc_attachments().iter().any(attached));
    }
    for group in groups.iter().flat_map(|it| it.security_groups()).filter(|it| it.group_name() != Some("default")) {
        add("security group", group.group_id(), true);
    }
    for endpoint in endpoints.iter().flat_map(|it| it.vpc_endpoints()) {
        let ending = matches!(endpoint.state(), Some(EndpointState::Deleting | EndpointState::Deleted));
        add("VPC endpoint", endpoint.vpc_endpoint_id(), !ending);
    }
    let is_main = |table: &RouteTable| table.associations().iter().any(|it| it.main() == Some(true));
    for table in tables.iter().flat_map(|it| it.route_tables()).filter(|table| !is_main(table)) {
        add("route table", table.route_table_id(), true);
    }
    acls.iter().flat_map(|it| it.network_acls()).for_each(|it| add("network ACL", it.network_acl_id(), true));
    blockers
}

/// Rules of other security groups that refer to this one.
async fn referring_groups(cx: &Aws, id: &str) -> Vec<Blocker> {
    let of = |name: &str| {
        let request = cx.ec2().describe_security_groups().filters(filter(name, vec![id.to_owned()]));
        request.send().map_ok(|it| it.security_groups.unwrap_or_default())
    };
    let (ingress, egress) = futures::join!(of("ip-permission.group-id"), of("egress.ip-permission.group-id"));
    let groups = ingress.into_iter().flatten().chain(egress.into_iter().flatten());
    let others: BTreeSet<String> = groups.filter_map(|it: SecurityGroup| it.group_id).filter(|it| it != id).collect();
    others.iter().map(|other| Blocker::lasting(format!("a rule of security group {other} that refers to it"))).collect()
}
