//! `aws_security_group`.

use aws_sdk_ec2::types::{ResourceType, SecurityGroup as Remote};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::framework::Check;

use super::blocked::{self, Subject};
use super::filters::Filters;
use super::inline_rules::{InlineRules, of_rules, to_rules};
use super::loads::{RulesOfGroups, SecurityGroups, filter};
use super::permissions::{self, Direction, from_remote};
use super::tagging;
use super::traces;
use crate::core::names;
use crate::core::prelude::*;

/// A set of rules about the traffic of whatever is in the group.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_security_group", version = 1, conflicts("name", "name_prefix"))]
pub(super) struct SecurityGroup {
    /// ARN of the group.
    #[attr(computed)]
    arn: Attr<String>,
    /// What the group is for.
    #[attr(optional, replace, default = "Managed by Terraform", check = length(0..=255))]
    description: Attr<String>,
    /// Rules about traffic that leaves. Use either these or rule resources.
    #[attr(optional, computed)]
    egress: InlineRules,
    /// Id of the group.
    #[attr(id)]
    id: Attr<String>,
    /// Rules about traffic that arrives. Use either these or rule resources.
    #[attr(optional, computed)]
    ingress: InlineRules,
    /// Name of the group; a new one when not given.
    #[attr(optional, computed, replace, check = length(0..=255), check = no_id())]
    name: Attr<String>,
    /// What a new name begins with.
    #[attr(optional, computed, replace, check = length(0..=229), check = no_id())]
    name_prefix: Attr<String>,
    /// Id of the account that owns the group.
    #[attr(computed)]
    owner_id: Attr<String>,
    /// Region of the group.
    #[attr(region)]
    region: Attr<String>,
    /// Whether a delete first revokes all rules of the group and those of other groups that refer to it.
    #[attr(optional, default = false)]
    revoke_rules_on_delete: Attr<bool>,
    /// Tags of the group.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the group with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Id of the VPC; the region's default one when not given.
    #[attr(optional, computed, replace)]
    vpc_id: Attr<String>,
    /// How long operations may take.
    #[timeouts(create = "10m", delete = "15m")]
    timeouts: Timeouts,
}

/// EC2 would take such a name for an id.
fn no_id() -> Check {
    Check::text(|text| if text.starts_with("sg-") { Err("must not begin with \"sg-\"".into()) } else { Ok(()) })
}

impl Resource<Aws> for SecurityGroup {
    /// What uses the group keeps it from being deleted. Two of them can only stand side by side under different names.
    fn plan(planning: &mut Planning<'_>) {
        if planning.config("name").is_null() || planning.changes("name") || planning.changes("vpc_id") {
            planning.prefer_create_first();
        }
    }

    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let request = cx.ec2().create_security_group();
        let request = request
            .group_name(names::given_or_new(&self.name, &self.name_prefix))
            .description(self.description.as_str())
            .set_tag_specifications(tagging::on_create(ResourceType::SecurityGroup, &self.tags_all))
            .set_vpc_id(self.vpc_id.param());
        self.id = request.send().await?.group_id.into();
        let remote = self.wait_visible(cx).await?;
        // EC2 lets everything out of a new group. Nobody asked for that.
        Rules { id: self.id.as_str(), ingress: &self.ingress, egress: &self.egress }.set(&remote, cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let groups = cx.load::<SecurityGroups>(&batch.ids()).await?;
        Ok(batch.found(|mut group| {
            group.fill(groups.get(group.id.as_str())?, cx);
            Some(group)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let (before, after) = (prior.rules(), self.rules());
        after.update(&before, cx).await?;
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if self.revoke_rules_on_delete.is_true() {
            revoke_all(cx, id).await?;
        }
        let delete = || async {
            cx.ec2().delete_security_group().group_id(id).send().await?;
            Ok(())
        };
        blocked::delete(cx, Subject::SecurityGroup(id), self.timeouts.delete(), delete).await?;
        wait_until(&format!("security group {id} to be deleted"), self.timeouts.delete(), || async {
            let gone = cx.load_one::<SecurityGroups>(id).await?.get(id).is_none();
            Ok(if gone { State::Done(()) } else { State::Pending("there".into()) })
        })
        .await
    }

    fn validate(&self) -> Diagnostics {
        self.rules().validate()
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        let filters = Filters::default().with("vpc-id", self.vpc_id.param());
        let Some(name) = self.name.param() else {
            return traces::tagged::<_, SecurityGroups>(self, cx, filters, &self.tags_all).await;
        };
        let filters = filters.with("group-name", Some(name)).build().unwrap_or_default();
        Ok(Traces::Only(traces::like::<_, SecurityGroups>(self, cx, filters).await?))
    }

    /// EC2's own rule, which nobody asked for, is the last thing to go when a group is made.
    fn is_half_made(&self, planned: &Self) -> bool {
        planned.egress.items().next().is_none() && self.egress.items().next().is_some()
    }
}

impl SecurityGroup {
    fn rules(&self) -> Rules<'_> {
        Rules { id: self.id.as_str(), ingress: &self.ingress, egress: &self.egress }
    }

    async fn wait_visible(&self, cx: &Aws) -> Result<Remote> {
        let id = self.id.as_str();
        wait_until(&format!("security group {id} to become visible"), self.timeouts.create(), || async {
            let groups = cx.load_one::<SecurityGroups>(id).await?;
            Ok(groups.get(id).cloned().map_or_else(|| State::Pending("not visible".into()), State::Done))
        })
        .await
    }

    fn fill(&mut self, remote: &Remote, cx: &Aws) {
        let (id, owner) = (self.id.as_str(), remote.owner_id());
        let name = remote.group_name().unwrap_or_default();
        self.arn = arn(cx, remote).into();
        self.ingress = to_rules(&from_remote(remote.ip_permissions(), owner), &self.ingress, id);
        self.egress = to_rules(&from_remote(remote.ip_permissions_egress(), owner), &self.egress, id);
        self.description = remote.description().into();
        self.name = name.into();
        self.name_prefix = names::prefix_of(name);
        self.owner_id = owner.into();
        self.vpc_id = remote.vpc_id().into();
        self.tags_all = tagging::read(remote.tags.as_deref());
    }
}

/// The ARN of a group.
pub(super) fn arn(cx: &Aws, remote: &Remote) -> String {
    let id = remote.group_id().unwrap_or_default();
    cx.arn("ec2", remote.owner_id().unwrap_or_default(), &format!("security-group/{id}"))
}

/// The rules within a group.
pub(super) struct Rules<'a> {
    pub(super) id: &'a str,
    pub(super) ingress: &'a InlineRules,
    pub(super) egress: &'a InlineRules,
}

impl Rules<'_> {
    /// Gives a group these rules, and none where none are known, whatever it had.
    pub(super) async fn set(&self, remote: &Remote, cx: &Aws) -> Result<()> {
        let (ingress, egress) = (of_rules(self.ingress, self.id), of_rules(self.egress, self.id));
        let owner = remote.owner_id();
        let before = from_remote(remote.ip_permissions(), owner);
        permissions::change(cx, self.id, Direction::Ingress, &before, &ingress).await?;
        let before = from_remote(remote.ip_permissions_egress(), owner);
        permissions::change(cx, self.id, Direction::Egress, &before, &egress).await
    }

    /// Goes from other rules to these.
    pub(super) async fn update(&self, before: &Self, cx: &Aws) -> Result<()> {
        if !self.ingress.is_unknown() {
            let (before, after) = (of_rules(before.ingress, self.id), of_rules(self.ingress, self.id));
            permissions::change(cx, self.id, Direction::Ingress, &before, &after).await?;
        }
        if !self.egress.is_unknown() {
            let (before, after) = (of_rules(before.egress, self.id), of_rules(self.egress, self.id));
            permissions::change(cx, self.id, Direction::Egress, &before, &after).await?;
        }
        Ok(())
    }

    pub(super) fn validate(&self) -> Diagnostics {
        let problems = self.ingress.items().chain(self.egress.items()).filter_map(|rule| rule.problem());
        problems.map(|problem| Diagnostic::error("Invalid security group rule", problem)).collect()
    }
}

/// Revokes all rules of a group, and the rules of other groups that refer to it: two groups whose rules refer to each
/// other could not be deleted otherwise.
async fn revoke_all(cx: &Aws, id: &str) -> Result<()> {
    let mut groups = vec![id.to_owned()];
    for name in ["ip-permission.group-id", "egress.ip-permission.group-id"] {
        let request = cx.ec2().describe_security_groups().filters(filter(name, vec![id.to_owned()]));
        let found = request.send().await?.security_groups.unwrap_or_default();
        groups.extend(found.into_iter().filter_map(|it| it.group_id).filter(|it| it != id));
    }
    groups.sort_unstable();
    groups.dedup();
    let rules = cx.load::<RulesOfGroups>(&groups).await?;
    for group in &groups {
        let touching = rules.get(group).into_iter().flatten().filter(|rule| {
            let referred = rule.referenced_group_info().and_then(|it| it.group_id());
            group == id || referred == Some(id)
        });
        let (egress, ingress): (Vec<_>, Vec<_>) = touching.partition(|it| it.is_egress() == Some(true));
        let ids = |rules: Vec<&aws_sdk_ec2::types::SecurityGroupRule>| -> Vec<String> {
            rules.into_iter().filter_map(|it| it.security_group_rule_id.clone()).collect()
        };
        revoke_by_id(cx, group, ids(ingress), ids(egress)).await?;
    }
    Ok(())
}

async fn revoke_by_id(cx: &Aws, group: &str, ingress: Vec<String>, egress: Vec<String>) -> Result<()> {
    let gone = ["InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound"];
    let tolerate = |error: Error| if error.is(&gone) { Ok(()) } else { Err(error) };
    if !ingress.is_empty() {
        let request = cx.ec2().revoke_security_group_ingress().group_id(group);
        let sent = request.set_security_group_rule_ids(Some(ingress)).send().await.map(|_| ());
        sent.map_err(Error::from).or_else(tolerate)?;
    }
    if !egress.is_empty() {
        let request = cx.ec2().revoke_security_group_egress().group_id(group);
        let sent = request.set_security_group_rule_ids(Some(egress)).send().await.map(|_| ());
        sent.map_err(Error::from).or_else(tolerate)?;
    }
    Ok(())
}
