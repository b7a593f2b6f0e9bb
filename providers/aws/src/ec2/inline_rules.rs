//! The rules within `aws_security_group` and `aws_default_security_group`.

use super::permissions::{ALL, Peer, Permission, Permissions, Traffic, protocol, same_protocol};
use crate::core::prelude::*;

/// A rule within a security group.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct InlineRule {
    /// IPv4 ranges of the other side.
    #[attr(optional, check = each(cidr_v4()))]
    cidr_blocks: Attr<Vec<String>>,
    /// What the rule is for.
    #[attr(optional, check = length(0..=255), check = characters(may_describe, "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*"))]
    description: Attr<String>,
    /// First port, or ICMP type.
    #[attr(required)]
    from_port: Attr<i64>,
    /// IPv6 ranges of the other side.
    #[attr(optional, check = each(cidr_v6()))]
    ipv6_cidr_blocks: Attr<Vec<String>>,
    /// Ids of prefix lists with ranges of the other side.
    #[attr(optional)]
    prefix_list_ids: Attr<Vec<String>>,
    /// Protocol by name or number; `-1` for all.
    #[attr(required, normal = protocol)]
    protocol: Attr<String>,
    /// Ids of security groups of the other side.
    #[attr(optional)]
    security_groups: Attr<BTreeSet<String>>,
    /// Whether the group itself is on the other side.
    #[attr(optional, default = false, name = "self")]
    itself: Attr<bool>,
    /// Last port, or ICMP code.
    #[attr(required)]
    to_port: Attr<i64>,
}

/// Rules within a security group.
pub(super) type InlineRules = Attr<BTreeSet<InlineRule>>;

/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html>
pub(super) fn may_describe(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_ .:/()#,@[]+=&;{}!$*-".contains(character)
}

impl InlineRule {
    fn traffic(&self) -> Traffic {
        Traffic::new(self.protocol.as_str(), self.from_port.get_i32(), self.to_port.get_i32())
    }

    /// What it permits in a group.
    fn peers(&self, group: &str) -> Vec<Peer> {
        let v4 = self.cidr_blocks.items().cloned().map(Peer::V4);
        let v6 = self.ipv6_cidr_blocks.items().cloned().map(Peer::V6);
        let lists = self.prefix_list_ids.items().cloned().map(Peer::PrefixList);
        let groups = self.security_groups.items().cloned().map(Peer::Group);
        let itself = self.itself.is_true().then(|| Peer::Group(group.to_owned()));
        v4.chain(v6).chain(lists).chain(groups).chain(itself).collect()
    }

    fn permissions(&self, group: &str) -> impl Iterator<Item = Permission> {
        let traffic = self.traffic();
        self.peers(group).into_iter().map(move |peer| Permission { traffic: traffic.clone(), peer })
    }

    /// Why the rule can not be, if so.
    pub(super) fn problem(&self) -> Option<String> {
        let (from, to) = (*self.from_port.known()?, *self.to_port.known()?);
        let all = same_protocol(self.protocol.text()?, ALL);
        let wrong = all && (from != 0 || to != 0);
        wrong.then(|| format!("from_port ({from}) and to_port ({to}) must both be 0 for all protocols (\"-1\")."))
    }

    /// One rule for all permissions with the same traffic and description.
    fn of(traffic: &Traffic, description: &str, peers: Vec<Peer>, group: &str) -> Self {
        let (first, last) = traffic.first_and_last();
        let mut rule = Self {
            cidr_blocks: Vec::new().into(),
            description: description.into(),
            from_port: first.into(),
            ipv6_cidr_blocks: Vec::new().into(),
            prefix_list_ids: Vec::new().into(),
            protocol: traffic.protocol.as_str().into(),
            security_groups: BTreeSet::new().into(),
            itself: false.into(),
            to_port: last.into(),
        };
        for peer in peers {
            match peer {
                Peer::Group(id) if id == group => rule.itself = true.into(),
                Peer::Group(id) => push_set(&mut rule.security_groups, id),
                Peer::V4(range) => push(&mut rule.cidr_blocks, range),
                Peer::V6(range) => push(&mut rule.ipv6_cidr_blocks, range),
                Peer::PrefixList(id) => push(&mut rule.prefix_list_ids, id),
            }
        }
        rule
    }
}

fn push(items: &mut Attr<Vec<String>>, item: String) {
    if let Attr::Known(items) = items {
        items.push(item);
    }
}

fn push_set(items: &mut Attr<BTreeSet<String>>, item: String) {
    if let Attr::Known(items) = items {
        items.insert(item);
    }
}

/// All that rules of a group permit.
pub(super) fn of_rules(rules: &InlineRules, group: &str) -> Permissions {
    let described = |rule: &InlineRule| rule.description.as_str().to_owned();
    rules.items().flat_map(|rule| rule.permissions(group).map(move |it| (it, described(rule)))).collect()
}

/// The rules that describe what a group permits: those that were known as far as they still say the truth, for EC2 does
/// not keep how permissions were grouped, and further ones for the rest.
pub(super) fn to_rules(permissions: &Permissions, known: &InlineRules, group: &str) -> InlineRules {
    let mut rest: BTreeSet<&Permission> = permissions.keys().collect();
    let mut rules = BTreeSet::new();
    for rule in known.items() {
        let own: Vec<Permission> = rule.permissions(group).collect();
        let descriptions: Option<BTreeSet<&String>> = own.iter().map(|it| permissions.get(it)).collect();
        // Nothing, or only in part, or described in several ways: no longer this rule.
        let Some(description) = descriptions.filter(|it| it.len() == 1).and_then(|it| it.into_iter().next()) else {
            continue;
        };
        for permission in &own {
            rest.remove(permission);
        }
        rules.insert(InlineRule { description: description.as_str().into(), ..rule.clone() });
    }
    let mut unknown: BTreeMap<(&Traffic, &String), Vec<Peer>> = BTreeMap::new();
    for permission in rest {
        let key = (&permission.traffic, &permissions[permission]);
        unknown.entry(key).or_default().push(permission.peer.clone());
    }
    rules.extend(unknown.into_iter().map(|((traffic, text), peers)| InlineRule::of(traffic, text, peers, group)));
    rules.into()
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{IpPermission, UserIdGroupPair};

    use super::super::permissions::{from_remote, to_remote};
    use super::*;

    fn rule(cidrs: &[&str], description: &str) -> InlineRule {
        let peers = cidrs.iter().map(|it| Peer::V4((*it).to_owned())).collect();
        InlineRule::of(&Traffic::new("tcp", Some(80), Some(80)), description, peers, "sg-1")
    }

    fn rules<const N: usize>(rules: [InlineRule; N]) -> InlineRules {
        BTreeSet::from(rules).into()
    }

    #[test]
    fn rules_are_kept_as_they_were_grouped() {
        let check = |known: InlineRules, there: InlineRules, expected: InlineRules| {
            let permissions = of_rules(&there, "sg-1");
            assert_eq!(to_rules(&permissions, &known, "sg-1"), expected);
        };
        let grouped = || rules([rule(&["10.0.0.0/8", "11.0.0.0/8"], "a")]);
        let single = || rules([rule(&["10.0.0.0/8"], "a"), rule(&["11.0.0.0/8"], "a")]);
        check(single(), grouped(), single());
        check(grouped(), single(), grouped());
        check(Attr::Null, single(), grouped());
        // One more, one less, one described otherwise.
        check(grouped(), rules([rule(&["10.0.0.0/8"], "a")]), rules([rule(&["10.0.0.0/8"], "a")]));
        let one_more = rules([rule(&["10.0.0.0/8", "11.0.0.0/8", "12.0.0.0/8"], "a")]);
        check(grouped(), one_more, rules([rule(&["10.0.0.0/8", "11.0.0.0/8"], "a"), rule(&["12.0.0.0/8"], "a")]));
        let other_text = rules([rule(&["10.0.0.0/8"], "a"), rule(&["11.0.0.0/8"], "b")]);
        check(grouped(), other_text.clone(), other_text);
        check(grouped(), Attr::Null, rules([]));
    }

    #[test]
    fn the_group_itself_and_other_accounts() {
        let pairs = [
            UserIdGroupPair::builder().group_id("sg-1").build(),
            UserIdGroupPair::builder().user_id("999999999999").group_id("sg-2").description("peer").build(),
        ];
        let remote = IpPermission::builder().ip_protocol("-1").set_user_id_group_pairs(Some(pairs.into())).build();
        let permissions = from_remote(&[remote], Some("111111111111"));
        let found = to_rules(&permissions, &Attr::Null, "sg-1");
        let of_itself = found.items().find(|it| it.itself.is_true()).expect("a rule for itself");
        assert_eq!((of_itself.from_port.get(), of_itself.protocol.as_str()), (Some(0), ALL));
        let other = found.items().find(|it| !it.itself.is_true()).expect("a rule for the other account");
        assert_eq!(other.security_groups, BTreeSet::from(["999999999999/sg-2".to_owned()]).into());
        assert_eq!(to_remote(&permissions)[0].user_id_group_pairs()[0].user_id(), Some("999999999999"));
    }
}
