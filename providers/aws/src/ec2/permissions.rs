//! What security groups permit, one source of traffic at a time: the form in which rules from configurations and from
//! EC2, however they are grouped, can be compared.

use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, SecurityGroupRule as RemoteRule, UserIdGroupPair,
};

use crate::core::prelude::*;

/// All protocols.
pub(super) const ALL: &str = "-1";

/// A protocol in EC2's form: by name where EC2 has one, else by number.
pub(super) fn protocol(text: &str) -> String {
    match text.to_lowercase().as_str() {
        "-1" | "all" => ALL,
        "1" => "icmp",
        "6" => "tcp",
        "17" => "udp",
        "58" => "icmpv6",
        other => return other.to_owned(),
    }
    .to_owned()
}

/// Whether two texts name one protocol.
pub(super) fn same_protocol(a: &str, b: &str) -> bool {
    protocol(a) == protocol(b)
}

/// The way that traffic goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ingress,
    Egress,
}

/// Who may send, or be sent to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Peer {
    V4(String),
    V6(String),
    PrefixList(String),
    /// A security group, as `ACCOUNT/ID` when it belongs to another account.
    Group(String),
}

/// Protocol and ports. Only TCP and UDP have ports, and ICMP has type and code in their place; with other protocols EC2
/// lets all traffic pass, whatever ports are given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Traffic {
    pub(super) protocol: String,
    pub(super) ports: Option<(i32, i32)>,
}

/// The least that can be permitted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Permission {
    pub(super) traffic: Traffic,
    pub(super) peer: Peer,
}

/// Permissions with their descriptions, which may be empty.
pub(super) type Permissions = BTreeMap<Permission, String>;

impl Traffic {
    /// Of a protocol in any form.
    pub(super) fn new(protocol_text: &str, from: Option<i32>, to: Option<i32>) -> Self {
        let protocol = protocol(protocol_text);
        let has_ports = ["icmp", "icmpv6", "tcp", "udp"].contains(&protocol.as_str());
        let ports = has_ports.then(|| (from.unwrap_or(-1), to.unwrap_or(-1)));
        Self { protocol, ports }
    }

    /// First and last port; 0 where there are none, as the public provider stores it.
    pub(super) fn first_and_last(&self) -> (i64, i64) {
        self.ports.map_or((0, 0), |(first, last)| (first.into(), last.into()))
    }
}

impl Permission {
    /// What a rule of a group permits.
    pub(super) fn of(rule: &RemoteRule) -> Option<Self> {
        let owner = rule.group_owner_id();
        let peer = if let Some(range) = rule.cidr_ipv4() {
            Peer::V4(range.to_owned())
        } else if let Some(range) = rule.cidr_ipv6() {
            Peer::V6(range.to_owned())
        } else if let Some(id) = rule.prefix_list_id() {
            Peer::PrefixList(id.to_owned())
        } else {
            let group = rule.referenced_group_info()?;
            Peer::group(group.group_id()?, group.user_id(), owner)
        };
        let traffic = Traffic::new(rule.ip_protocol()?, rule.from_port(), rule.to_port());
        Some(Self { traffic, peer })
    }
}

impl Peer {
    /// A group; its account is named when it is not that of the group with the rule.
    pub(super) fn group(id: &str, account: Option<&str>, own_account: Option<&str>) -> Self {
        match account.filter(|account| !account.is_empty() && Some(*account) != own_account) {
            Some(account) => Self::Group(format!("{account}/{id}")),
            None => Self::Group(id.to_owned()),
        }
    }
}

/// What EC2 reports of a group. `owner` is the group's account.
pub(super) fn from_remote(permissions: &[IpPermission], owner: Option<&str>) -> Permissions {
    let mut found = Permissions::new();
    for remote in permissions {
        let traffic = Traffic::new(remote.ip_protocol().unwrap_or_default(), remote.from_port(), remote.to_port());
        let mut add = |peer, description: Option<&str>| {
            let permission = Permission { traffic: traffic.clone(), peer };
            found.insert(permission, description.unwrap_or_default().to_owned());
        };
        for range in remote.ip_ranges() {
            add(Peer::V4(range.cidr_ip().unwrap_or_default().to_owned()), range.description());
        }
        for range in remote.ipv6_ranges() {
            add(Peer::V6(range.cidr_ipv6().unwrap_or_default().to_owned()), range.description());
        }
        for list in remote.prefix_list_ids() {
            add(Peer::PrefixList(list.prefix_list_id().unwrap_or_default().to_owned()), list.description());
        }
        for pair in remote.user_id_group_pairs() {
            add(Peer::group(pair.group_id().unwrap_or_default(), pair.user_id(), owner), pair.description());
        }
    }
    found
}

/// As requests want them: one item for all that share protocol and ports.
pub(super) fn to_remote(permissions: &Permissions) -> Vec<IpPermission> {
    let mut by_traffic: BTreeMap<&Traffic, Vec<(&Peer, Option<String>)>> = BTreeMap::new();
    for (permission, description) in permissions {
        let description = Some(description.clone()).filter(|it| !it.is_empty());
        by_traffic.entry(&permission.traffic).or_default().push((&permission.peer, description));
    }
    let remote = by_traffic.into_iter().map(|(traffic, peers)| {
        let mut remote = IpPermission::builder().ip_protocol(&traffic.protocol);
        if let Some((from, to)) = traffic.ports {
            remote = remote.from_port(from).to_port(to);
        }
        for (peer, description) in peers {
            remote = match peer.clone() {
                Peer::V4(it) => remote.ip_ranges(IpRange::builder().cidr_ip(it).set_description(description).build()),
                Peer::V6(it) => {
                    remote.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(it).set_description(description).build())
                }
                Peer::PrefixList(it) => remote
                    .prefix_list_ids(PrefixListId::builder().prefix_list_id(it).set_description(description).build()),
                Peer::Group(it) => remote.user_id_group_pairs(group_pair(&it, description)),
            };
        }
        remote.build()
    });
    remote.collect()
}

fn group_pair(id: &str, description: Option<String>) -> UserIdGroupPair {
    let pair = UserIdGroupPair::builder().set_description(description);
    match id.split_once('/') {
        Some((account, id)) => pair.user_id(account).group_id(id).build(),
        None => pair.group_id(id).build(),
    }
}

/// Permits more.
pub(super) async fn authorize(cx: &Aws, group: &str, direction: Direction, permissions: &Permissions) -> Result<()> {
    if permissions.is_empty() {
        return Ok(());
    }
    let wanted = Some(to_remote(permissions));
    match direction {
        Direction::Ingress => {
            cx.ec2().authorize_security_group_ingress().group_id(group).set_ip_permissions(wanted).send().await?;
        }
        Direction::Egress => {
            cx.ec2().authorize_security_group_egress().group_id(group).set_ip_permissions(wanted).send().await?;
        }
    }
    Ok(())
}

/// Permits less. What is not permitted anyway is no error.
pub(super) async fn revoke(cx: &Aws, group: &str, direction: Direction, permissions: &Permissions) -> Result<()> {
    if permissions.is_empty() {
        return Ok(());
    }
    let gone = Some(to_remote(permissions));
    let result = match direction {
        Direction::Ingress => {
            let request = cx.ec2().revoke_security_group_ingress().group_id(group).set_ip_permissions(gone);
            request.send().await.map(|_| ()).map_err(Error::from)
        }
        Direction::Egress => {
            let request = cx.ec2().revoke_security_group_egress().group_id(group).set_ip_permissions(gone);
            request.send().await.map(|_| ()).map_err(Error::from)
        }
    };
    result.or_else(|error| if error.is(&["InvalidPermission.NotFound"]) { Ok(()) } else { Err(error) })
}

/// Changes descriptions.
pub(super) async fn describe(cx: &Aws, group: &str, direction: Direction, permissions: &Permissions) -> Result<()> {
    if permissions.is_empty() {
        return Ok(());
    }
    let described = Some(to_remote(permissions));
    match direction {
        Direction::Ingress => {
            let request = cx.ec2().update_security_group_rule_descriptions_ingress().group_id(group);
            request.set_ip_permissions(described).send().await?;
        }
        Direction::Egress => {
            let request = cx.ec2().update_security_group_rule_descriptions_egress().group_id(group);
            request.set_ip_permissions(described).send().await?;
        }
    }
    Ok(())
}

/// Goes from some permissions to others. New ones are granted before old ones are taken, so that traffic which is
/// permitted before and after is never cut off; only where a group would for a moment have too many, it is the other way
/// round.
pub(super) async fn change(
    cx: &Aws,
    group: &str,
    direction: Direction,
    before: &Permissions,
    after: &Permissions,
) -> Result<()> {
    let lacking = |all: &Permissions, other: &Permissions| -> Permissions {
        let lacking = all.iter().filter(|(permission, _)| !other.contains_key(*permission));
        lacking.map(|(permission, description)| (permission.clone(), description.clone())).collect()
    };
    let (new, gone) = (lacking(after, before), lacking(before, after));
    let described = after.iter().filter(|(permission, text)| before.get(*permission).is_some_and(|it| it != *text));
    let described: Permissions = described.map(|(permission, text)| (permission.clone(), text.clone())).collect();
    match authorize(cx, group, direction, &new).await {
        Err(error) if error.is(&["RulesPerSecurityGroupLimitExceeded"]) && !gone.is_empty() => {
            revoke(cx, group, direction, &gone).await?;
            authorize(cx, group, direction, &new).await?;
        }
        result => {
            result?;
            revoke(cx, group, direction, &gone).await?;
        }
    }
    describe(cx, group, direction, &described).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols() {
        for (given, stored) in
            [("TCP", "tcp"), ("6", "tcp"), ("all", "-1"), ("-1", "-1"), ("58", "icmpv6"), ("50", "50")]
        {
            assert_eq!(protocol(given), stored, "{given}");
        }
    }
}
