//! `aws_vpc_security_group_ingress_rule` and `aws_vpc_security_group_egress_rule`.

use aws_sdk_ec2::types::{
    ReferencedSecurityGroup, ResourceType, SecurityGroupRule as Remote, SecurityGroupRuleRequest,
    SecurityGroupRuleUpdate,
};

use super::loads::{RulesById, RulesOfGroups};
use super::permissions::{Direction, Peer, Permission, Permissions, Traffic, same_protocol, to_remote};
use super::tagging;
use crate::core::prelude::*;

/// One type a direction; they differ in nothing else.
macro_rules! rule_type {
    ($(#[$doc:meta])* $rule:ident, $name:literal, $direction:expr) => {
        $(#[$doc])*
        #[derive(Model, Clone, Debug, Default)]
        #[model(name = $name, strict)]
        #[model(exactly_one("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"))]
        pub(super) struct $rule {
            /// ARN of the rule.
            #[attr(computed)]
            arn: Attr<String>,
            /// IPv4 range of the other side.
            #[attr(optional, check = cidr_v4())]
            cidr_ipv4: Attr<String>,
            /// IPv6 range of the other side.
            #[attr(optional, check = cidr_v6())]
            cidr_ipv6: Attr<String>,
            /// What the rule is for.
            #[attr(optional)]
            description: Attr<String>,
            /// First port, or ICMP type.
            #[attr(optional, check = between(-1..=65535))]
            from_port: Attr<i64>,
            /// Id of the rule.
            #[attr(id, computed)]
            id: Attr<String>,
            /// Protocol by name or number; `-1` for all.
            #[attr(required, same = same_protocol)]
            ip_protocol: Attr<String>,
            /// Id of a prefix list with ranges of the other side.
            #[attr(optional)]
            prefix_list_id: Attr<String>,
            /// Id of the security group on the other side; `ACCOUNT/ID` when it belongs to another account.
            #[attr(optional)]
            referenced_security_group_id: Attr<String>,
            /// Region of the group.
            #[attr(region)]
            region: Attr<String>,
            /// Id of the group.
            #[attr(required, replace)]
            security_group_id: Attr<String>,
            /// Id of the rule.
            #[attr(computed)]
            security_group_rule_id: Attr<String>,
            /// Tags of the rule.
            #[attr(tags)]
            tags: Attr<Tags>,
            /// Tags of the rule with the provider's default tags.
            #[attr(tags_all, computed)]
            tags_all: Attr<Tags>,
            /// Last port, or ICMP code.
            #[attr(optional, check = between(-1..=65535))]
            to_port: Attr<i64>,
        }

        impl Resource<Aws> for $rule {
            async fn create(&mut self, cx: &Aws) -> Result<()> {
                self.id = authorize(cx, $direction, &self.view()).await?.into();
                Ok(())
            }

            async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
                // The rules of a group come in one answer, for all types of rules. Of an imported one only the id is known.
                let in_group = |rule: &&Self| rule.security_group_id.text().is_some();
                let imported = batch.iter().filter(|rule| !in_group(rule)).filter_map(|rule| rule.id.param());
                let imported: Vec<String> = imported.collect();
                let groups = batch.keys(|rule| rule.security_group_id.text());
                let (account, of_groups, imported) = futures::try_join!(
                    cx.account_of(batch.keys(|rule| rule.arn.text())),
                    cx.load::<RulesOfGroups>(&groups),
                    cx.load::<RulesById>(&imported),
                )?;
                let rules = groups.iter().filter_map(|group| of_groups.get(group)).flatten();
                let rules: BTreeMap<&str, &Remote> =
                    rules.filter_map(|rule| Some((rule.security_group_rule_id()?, rule))).collect();
                Ok(batch.found(|mut rule| {
                    let remote = rules.get(rule.id.as_str()).copied().or_else(|| imported.get(rule.id.as_str()))?;
                    let egress = remote.is_egress().unwrap_or_default();
                    if egress != ($direction == Direction::Egress) {
                        return None;
                    }
                    rule.fill(remote, &account, cx);
                    Some(rule)
                }))
            }

            async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
                if self.view().request() != prior.view().request() {
                    let update = SecurityGroupRuleUpdate::builder().set_security_group_rule_id(self.id.get());
                    let request = cx.ec2().modify_security_group_rules().set_group_id(self.security_group_id.get());
                    let update = update.security_group_rule(self.view().request()).build();
                    request.security_group_rules(update).send().await?;
                }
                tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
            }

            async fn delete(&self, cx: &Aws) -> Result<()> {
                revoke(cx, $direction, self.security_group_id.as_str(), self.id.as_str()).await
            }

            /// A group has room for one rule about the same traffic.
            async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
                let group = self.security_group_id.as_str();
                let rules = cx.load_one::<RulesOfGroups>(group).await?;
                let (wanted, account) = (self.view().permission(), cx.account_id().await?);
                let alike = rules.get(group).into_iter().flatten().filter_map(|remote| {
                    let mut rule = Self { id: remote.security_group_rule_id().into(), ..self.clone() };
                    rule.fill(remote, &account, cx);
                    let egress = remote.is_egress().unwrap_or_default() == ($direction == Direction::Egress);
                    (egress && rule.view().permission() == wanted).then_some(rule)
                });
                Ok(Traces::Only(alike.collect()))
            }

            /// A rule keeps the kind of its other side for as long as it lives.
            fn plan(planning: &mut Planning<'_>) {
                let kinds = ["cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"];
                for name in kinds {
                    if planning.changes(name) && (planning.prior(name).is_null() || planning.planned(name).is_null()) {
                        planning.require_replace(name);
                    }
                }
            }
        }

        impl $rule {
            fn view(&self) -> View<'_> {
                View {
                    group: self.security_group_id.as_str(),
                    protocol: self.ip_protocol.as_str(),
                    ports: (self.from_port.get_i32(), self.to_port.get_i32()),
                    description: &self.description,
                    cidr_ipv4: &self.cidr_ipv4,
                    cidr_ipv6: &self.cidr_ipv6,
                    prefix_list: &self.prefix_list_id,
                    referenced: &self.referenced_security_group_id,
                    tags: &self.tags_all,
                }
            }

            fn fill(&mut self, remote: &Remote, account: &str, cx: &Aws) {
                let id = self.id.as_str();
                self.arn = cx.arn("ec2", account, &format!("security-group-rule/{id}")).into();
                self.cidr_ipv4 = remote.cidr_ipv4().into();
                self.cidr_ipv6 = remote.cidr_ipv6().into();
                // An empty description is none to EC2.
                let description = remote.description().unwrap_or_default();
                self.description = Some(description).filter(|it| !it.is_empty() || self.description.is_known()).into();
                self.from_port = port(remote, remote.from_port(), &self.from_port);
                self.ip_protocol = remote.ip_protocol().into();
                self.prefix_list_id = remote.prefix_list_id().into();
                self.referenced_security_group_id = referenced(remote.referenced_group_info(), account);
                self.security_group_id = remote.group_id().into();
                self.security_group_rule_id = remote.security_group_rule_id().into();
                self.tags_all = tagging::read(remote.tags.as_deref());
                self.to_port = port(remote, remote.to_port(), &self.to_port);
            }
        }
    };
}

rule_type! {
    /// A rule of a security group about traffic that arrives.
    IngressRule, "aws_vpc_security_group_ingress_rule", Direction::Ingress
}

rule_type! {
    /// A rule of a security group about traffic that leaves.
    EgressRule, "aws_vpc_security_group_egress_rule", Direction::Egress
}

/// What both types have.
struct View<'a> {
    group: &'a str,
    protocol: &'a str,
    ports: (Option<i32>, Option<i32>),
    description: &'a Attr<String>,
    cidr_ipv4: &'a Attr<String>,
    cidr_ipv6: &'a Attr<String>,
    prefix_list: &'a Attr<String>,
    referenced: &'a Attr<String>,
    tags: &'a Attr<Tags>,
}

impl View<'_> {
    fn permission(&self) -> Option<Permission> {
        let v4 = self.cidr_ipv4.param().map(Peer::V4);
        let v6 = self.cidr_ipv6.param().map(Peer::V6);
        let list = self.prefix_list.param().map(Peer::PrefixList);
        let peer = v4.or(v6).or(list).or_else(|| self.referenced.param().map(Peer::Group))?;
        Some(Permission { traffic: Traffic::new(self.protocol, self.ports.0, self.ports.1), peer })
    }

    fn request(&self) -> SecurityGroupRuleRequest {
        SecurityGroupRuleRequest::builder()
            .set_cidr_ipv4(self.cidr_ipv4.param())
            .set_cidr_ipv6(self.cidr_ipv6.param())
            .set_description(self.description.get())
            .set_from_port(self.ports.0)
            .ip_protocol(self.protocol)
            .set_prefix_list_id(self.prefix_list.param())
            .set_referenced_group_id(self.referenced.param())
            .set_to_port(self.ports.1)
            .build()
    }
}

/// Makes a rule; returns its id.
async fn authorize(cx: &Aws, direction: Direction, rule: &View<'_>) -> Result<Option<String>> {
    let permission = rule.permission().ok_or_else(|| Error::new("Missing argument", "The rule has no other side."))?;
    let permissions = Permissions::from([(permission, rule.description.as_str().to_owned())]);
    let wanted = Some(to_remote(&permissions));
    let tags = tagging::on_create(ResourceType::SecurityGroupRule, rule.tags);
    let rules = match direction {
        Direction::Ingress => {
            let request = cx.ec2().authorize_security_group_ingress().group_id(rule.group);
            request.set_ip_permissions(wanted).set_tag_specifications(tags).send().await?.security_group_rules
        }
        Direction::Egress => {
            let request = cx.ec2().authorize_security_group_egress().group_id(rule.group);
            request.set_ip_permissions(wanted).set_tag_specifications(tags).send().await?.security_group_rules
        }
    };
    Ok(rules.unwrap_or_default().into_iter().find_map(|it| it.security_group_rule_id))
}

async fn revoke(cx: &Aws, direction: Direction, group: &str, id: &str) -> Result<()> {
    match direction {
        Direction::Ingress => {
            cx.ec2().revoke_security_group_ingress().group_id(group).security_group_rule_ids(id).send().await?;
        }
        Direction::Egress => {
            cx.ec2().revoke_security_group_egress().group_id(group).security_group_rule_ids(id).send().await?;
        }
    }
    Ok(())
}

/// EC2 reports -1 where there is no port. What somebody says about ports that a protocol does not have is kept.
fn port(remote: &Remote, port: Option<i32>, known: &Attr<i64>) -> Attr<i64> {
    let traffic = Traffic::new(remote.ip_protocol().unwrap_or_default(), None, None);
    if traffic.ports.is_none() {
        return known.get().into();
    }
    if port == Some(-1) && !known.is_known() { Attr::Null } else { port.into() }
}

/// The account is named when it is another one.
fn referenced(group: Option<&ReferencedSecurityGroup>, account: &str) -> Attr<String> {
    let Some(group) = group else { return Attr::Null };
    let id = group.group_id().unwrap_or_default();
    match group.user_id().filter(|owner| !owner.is_empty() && *owner != account) {
        Some(owner) => format!("{owner}/{id}").into(),
        None => id.into(),
    }
}
