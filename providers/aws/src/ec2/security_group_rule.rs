//! `aws_security_group_rule`.

use std::fmt::Write as _;

use aws_sdk_ec2::types::{SecurityGroup as RemoteGroup, SecurityGroupRule as RemoteRule};
use landform_values::Value;

use super::hash::hash_code;
use super::inline_rules::may_describe;
use super::loads::{RulesOfGroups, SecurityGroups};
use super::permissions::{self, ALL, Direction, Peer, Permission, Permissions, Traffic, from_remote, protocol};
use crate::core::prelude::*;
use crate::core::traces::named;

/// A rule of a security group, which may name several sources or destinations.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_security_group_rule", version = 2)]
#[model(at_least_one("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "self", "source_security_group_id"))]
#[model(conflicts("cidr_blocks", "self"), conflicts("cidr_blocks", "source_security_group_id"))]
#[model(conflicts("ipv6_cidr_blocks", "self"), conflicts("ipv6_cidr_blocks", "source_security_group_id"))]
#[model(conflicts("self", "source_security_group_id"))]
pub(super) struct SecurityGroupRule {
    /// IPv4 ranges of the other side.
    #[attr(optional, replace, check = each(cidr_v4()))]
    cidr_blocks: Attr<Vec<String>>,
    /// What the rule is for.
    #[attr(optional, check = length(0..=255), check = characters(may_describe, "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"))]
    description: Attr<String>,
    /// First port, or ICMP type.
    #[attr(required, replace)]
    from_port: Attr<i64>,
    /// Id of the rule, made of all that it permits.
    #[attr(id)]
    id: Attr<String>,
    /// IPv6 ranges of the other side.
    #[attr(optional, replace, check = each(cidr_v6()))]
    ipv6_cidr_blocks: Attr<Vec<String>>,
    /// Ids of prefix lists with ranges of the other side.
    #[attr(optional, replace, check = each(length(1..=255)))]
    prefix_list_ids: Attr<Vec<String>>,
    /// Protocol by name or number; `-1` for all.
    #[attr(required, replace, normal = protocol)]
    protocol: Attr<String>,
    /// Region of the group.
    #[attr(region)]
    region: Attr<String>,
    /// Id of the group.
    #[attr(required, replace)]
    security_group_id: Attr<String>,
    /// EC2's own id of the rule, where it is a single one to EC2.
    #[attr(computed)]
    security_group_rule_id: Attr<String>,
    /// Whether the group itself is on the other side.
    #[attr(optional, replace, default = false, name = "self")]
    itself: Attr<bool>,
    /// Id of the security group on the other side; `ACCOUNT/ID` when it belongs to another account.
    #[attr(optional, computed, replace)]
    source_security_group_id: Attr<String>,
    /// Last port, or ICMP code.
    #[attr(required, replace)]
    to_port: Attr<i64>,
    /// Whether the rule is about traffic that arrives or leaves: `ingress` or `egress`.
    #[attr(required, replace, name = "type", check = one_of(["egress", "ingress"]))]
    direction: Attr<String>,
    /// How long operations may take.
    #[timeouts(create = "5m")]
    timeouts: Timeouts,
}

impl Resource<Aws> for SecurityGroupRule {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let group = self.security_group_id.as_str();
        let permitted = permissions::authorize(cx, group, self.direction(), &self.permissions()).await;
        permitted.map_err(|error| {
            let hint = "The group has this rule already. Import it to manage it, or remove it first.";
            if error.is(&["InvalidPermission.Duplicate"]) { error.hint(hint) } else { error }
        })?;
        self.id = self.make_id().into();
        self.wait_visible(cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let groups = batch.keys(|rule| rule.security_group_id.text());
        let (groups, rules) =
            futures::try_join!(cx.load::<SecurityGroups>(&groups), cx.load::<RulesOfGroups>(&groups))?;
        Ok(batch.found(|mut rule| {
            let group = rule.security_group_id.as_str();
            let permitted = rule.permitted(groups.get(group)?)?;
            let of_group = rules.get(group).map(Vec::as_slice).unwrap_or_default();
            rule.fill(&permitted, of_group);
            Some(rule)
        }))
    }

    async fn update(&mut self, _prior: &Self, cx: &Aws) -> Result<()> {
        permissions::describe(cx, self.security_group_id.as_str(), self.direction(), &self.permissions()).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        permissions::revoke(cx, self.security_group_id.as_str(), self.direction(), &self.permissions()).await
    }

    fn import(id: &str) -> Result<Self, String> {
        import::parse(id).map_err(|problem| {
            format!("{problem}; give GROUP_TYPE_PROTOCOL_FROMPORT_TOPORT_SOURCE[_SOURCE]*, such as sg-1_ingress_tcp_80_80_10.0.0.0/8")
        })
    }

    /// Rules for all protocols have no ports, whatever is given.
    fn plan(planning: &mut Planning<'_>) {
        if planning.planned("protocol").as_str() == Some(ALL) {
            for name in ["from_port", "to_port"] {
                if planning.planned(name).is_known() {
                    planning.set(name, Value::number(0_i64));
                }
            }
        }
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.make_id()))
    }
}

impl SecurityGroupRule {
    fn direction(&self) -> Direction {
        if self.direction.text() == Some("egress") { Direction::Egress } else { Direction::Ingress }
    }

    fn traffic(&self) -> Traffic {
        Traffic::new(self.protocol.as_str(), self.from_port.get_i32(), self.to_port.get_i32())
    }

    fn peers(&self) -> Vec<Peer> {
        let group = self.security_group_id.as_str();
        let v4 = self.cidr_blocks.items().cloned().map(Peer::V4);
        let v6 = self.ipv6_cidr_blocks.items().cloned().map(Peer::V6);
        let lists = self.prefix_list_ids.items().cloned().map(Peer::PrefixList);
        let itself = self.itself.is_true().then_some(group);
        let source = self.source_security_group_id.text().filter(|source| Some(*source) != itself);
        let groups = itself.into_iter().chain(source).map(|it| Peer::Group(it.to_owned()));
        v4.chain(v6).chain(lists).chain(groups).collect()
    }

    fn permissions(&self) -> Permissions {
        let traffic = self.traffic();
        let described = |peer| (Permission { traffic: traffic.clone(), peer }, self.description.as_str().to_owned());
        self.peers().into_iter().map(described).collect()
    }

    /// What the group permits of this rule; `None` unless it is all.
    fn permitted(&self, group: &RemoteGroup) -> Option<Permissions> {
        let there = match self.direction() {
            Direction::Ingress => group.ip_permissions(),
            Direction::Egress => group.ip_permissions_egress(),
        };
        // A group of the same account may be named with or without it.
        let owner = group.owner_id();
        let there = from_remote(there, owner);
        let own = self.permissions().into_keys().map(|permission| {
            let peer = match &permission.peer {
                Peer::Group(id) => match id.split_once('/') {
                    Some((account, id)) => Peer::group(id, Some(account), owner),
                    None => permission.peer.clone(),
                },
                other => other.clone(),
            };
            let permission = Permission { traffic: permission.traffic, peer };
            let description = there.get(&permission)?.clone();
            Some((permission, description))
        });
        own.collect()
    }

    async fn wait_visible(&self, cx: &Aws) -> Result<()> {
        let group = self.security_group_id.as_str();
        wait_until(&format!("rule of security group {group} to become visible"), self.timeouts.create(), || async {
            let groups = cx.load_one::<SecurityGroups>(group).await?;
            let there = groups.get(group).and_then(|group| self.permitted(group)).is_some();
            Ok(if there { State::Done(()) } else { State::Pending("not visible".into()) })
        })
        .await
    }

    fn fill(&mut self, permitted: &Permissions, rules: &[RemoteRule]) {
        let description = permitted.values().find(|text| !text.is_empty());
        self.description = description.map_or("", String::as_str).into();
        self.protocol = protocol(self.protocol.as_str()).into();
        if self.protocol.text() == Some(ALL) {
            self.from_port = 0.into();
            self.to_port = 0.into();
        }
        // Not told by EC2, but what was not planned is not there.
        if self.source_security_group_id.is_unknown() {
            self.source_security_group_id = Attr::Null;
        }
        let mut single = permitted.keys();
        let wanted = single.next().filter(|_| single.next().is_none());
        let egress = self.direction() == Direction::Egress;
        let same = |rule: &&RemoteRule| {
            rule.is_egress().unwrap_or_default() == egress && Permission::of(rule).as_ref() == wanted
        };
        let rule = wanted.and_then(|_| rules.iter().find(same));
        self.security_group_rule_id = rule.and_then(|it| it.security_group_rule_id()).unwrap_or_default().into();
        if self.id.text().is_none() {
            self.id = self.make_id().into();
        }
    }

    /// As the public provider makes it.
    fn make_id(&self) -> String {
        let protocol = protocol(self.protocol.as_str());
        let mut text = format!("{}-", self.security_group_id.as_str());
        let ports = [&self.from_port, &self.to_port].into_iter().filter_map(Attr::get);
        for port in ports.filter(|port| *port > 0 && protocol != ALL) {
            let _ = write!(text, "{port}-");
        }
        let _ = write!(text, "{protocol}-{}-", self.direction.as_str());
        // Permissions are sorted: by kind as the public provider has them, then by text.
        for permission in self.permissions().into_keys() {
            let _ = match permission.peer {
                Peer::V4(text_of) | Peer::V6(text_of) | Peer::PrefixList(text_of) => write!(text, "{text_of}-"),
                // What follows would be the group's name, had it one.
                Peer::Group(id) => write!(text, "{}--", id.rsplit('/').next().unwrap_or(&id)),
            };
        }
        format!("sgrule-{}", hash_code(&text))
    }
}

mod import {
    //! Ids that users give to import: all that the rule permits.

    use super::*;

    pub(super) fn parse(id: &str) -> Result<SecurityGroupRule, &'static str> {
        let parts: Vec<&str> = id.split('_').collect();
        let [group, direction, protocol_text, from, to, sources @ ..] = parts.as_slice() else {
            return Err("too few parts");
        };
        if sources.is_empty() {
            return Err("too few parts");
        }
        if !group.starts_with("sg-") {
            return Err("the first part must be the id of a security group");
        }
        if !["ingress", "egress"].contains(direction) {
            return Err("the second part must be ingress or egress");
        }
        let protocol = protocol(protocol_text);
        if !["tcp", "udp", "icmp", "icmpv6", ALL].contains(&protocol.as_str()) && protocol.parse::<u8>().is_err() {
            return Err("the protocol must be tcp, udp, icmp, icmpv6, all or a number");
        }
        let (from, to) = ports(&protocol, from, to)?;
        let mut rule = SecurityGroupRule {
            direction: (*direction).into(),
            from_port: from.into(),
            itself: false.into(),
            protocol: protocol.into(),
            security_group_id: (*group).into(),
            to_port: to.into(),
            ..SecurityGroupRule::default()
        };
        for source in sources {
            add(&mut rule, source)?;
        }
        Ok(rule)
    }

    fn ports(protocol: &str, from: &str, to: &str) -> Result<(i64, i64), &'static str> {
        let (Ok(from), Ok(to)) = (from.parse::<i64>(), to.parse::<i64>()) else {
            return Err("the ports must be numbers");
        };
        let icmp = ["icmp", "icmpv6"].contains(&protocol);
        let valid = if icmp { (-1..=255).contains(&from) && (-1..=255).contains(&to) } else { from <= to };
        let problem =
            if icmp { "ICMP type and code must be from -1 to 255" } else { "the last port is below the first" };
        if valid { Ok((from, to)) } else { Err(problem) }
    }

    fn add(rule: &mut SecurityGroupRule, source: &str) -> Result<(), &'static str> {
        let push = |items: &mut Attr<Vec<String>>| {
            let mut all = std::mem::take(items).into_known().unwrap_or_default();
            all.push(source.to_owned());
            *items = all.into();
        };
        if source == "self" {
            rule.itself = true.into();
        } else if source.contains("sg-") {
            rule.source_security_group_id = source.into();
        } else if source.contains(':') {
            push(&mut rule.ipv6_cidr_blocks);
        } else if source.contains("pl-") {
            push(&mut rule.prefix_list_ids);
        } else if source.contains('.') {
            push(&mut rule.cidr_blocks);
        } else {
            return Err("a source must be a range, a prefix list, a security group or self");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_public_providers() {
        let check = |import: &str, expected| {
            assert_eq!(import::parse(import).expect("an id to import").make_id(), expected, "{import}");
        };
        check("sg-12345_ingress_tcp_80_8000_10.0.0.0/8", "sgrule-3403497314");
        check("sg-12345_egress_tcp_80_8000_10.0.0.0/8", "sgrule-1173186295");
        check("sg-12345_egress_all_0_0_10.0.0.0/8", "sgrule-766323498");
    }

    #[test]
    fn import_ids() {
        let check = |id: &str, expected: Result<usize, &str>| {
            assert_eq!(import::parse(id).map(|it| it.permissions().len()), expected, "{id}");
        };
        check("sg-1_ingress_tcp_8000_8000_10.0.3.0/24", Ok(1));
        check("sg-1_ingress_92_0_65536_10.0.3.0/24_10.0.4.0/24", Ok(2));
        check("sg-1_egress_tcp_8000_8000_pl-34800000", Ok(1));
        check("sg-1_ingress_all_0_65536_sg-2", Ok(1));
        check("sg-1_ingress_all_0_65536_999999999999/sg-2", Ok(1));
        check("sg-1_ingress_tcp_100_121_10.1.0.0/16_2001:db8::/48_10.2.0.0/16_2002:db8::/48", Ok(4));
        check("sg-1_ingress_icmp_-1_-1_self", Ok(1));
        check("sg-1_ingress_tcp_80_80", Err("too few parts"));
        check("x-1_ingress_tcp_80_80_self", Err("the first part must be the id of a security group"));
        check("sg-1_both_tcp_80_80_self", Err("the second part must be ingress or egress"));
        check("sg-1_ingress_xyz_80_80_self", Err("the protocol must be tcp, udp, icmp, icmpv6, all or a number"));
        check("sg-1_ingress_tcp_a_80_self", Err("the ports must be numbers"));
        check("sg-1_ingress_tcp_81_80_self", Err("the last port is below the first"));
        check("sg-1_ingress_icmp_256_0_self", Err("ICMP type and code must be from -1 to 255"));
        check("sg-1_ingress_tcp_80_80_here", Err("a source must be a range, a prefix list, a security group or self"));
    }
}
