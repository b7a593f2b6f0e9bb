//! `aws_default_security_group`.

use aws_sdk_ec2::types::SecurityGroup as Remote;
use landform_diagnostics::Diagnostics;
use landform_provider_api::framework::Context as _;

use super::inline_rules::{InlineRules, to_rules};
use super::loads::{SecurityGroups, filter};
use super::permissions::from_remote;
use super::security_group::{Rules, arn};
use super::tagging;
use crate::core::prelude::*;

/// The security group that a VPC comes with: it can be managed, but neither made nor deleted.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_default_security_group", version = 1)]
pub(super) struct DefaultSecurityGroup {
    /// ARN of the group.
    #[attr(computed)]
    arn: Attr<String>,
    /// What the group is for.
    #[attr(computed)]
    description: Attr<String>,
    /// Rules about traffic that leaves. All others are removed.
    #[attr(optional, computed)]
    egress: InlineRules,
    /// Id of the group.
    #[attr(id)]
    id: Attr<String>,
    /// Rules about traffic that arrives. All others are removed.
    #[attr(optional, computed)]
    ingress: InlineRules,
    /// Name of the group: `default`.
    #[attr(computed)]
    name: Attr<String>,
    /// Empty: the name was not made from a prefix.
    #[attr(computed)]
    name_prefix: Attr<String>,
    /// Id of the account that owns the group.
    #[attr(computed)]
    owner_id: Attr<String>,
    /// Region of the group.
    #[attr(region)]
    region: Attr<String>,
    /// Not used.
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
}

impl Resource<Aws> for DefaultSecurityGroup {
    /// Takes the group over as it is, with all rules and tags replaced.
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let remote = self.find(cx).await?;
        self.id = remote.group_id().into();
        let tags = tagging::read(remote.tags.as_deref()).into_known().unwrap_or_default();
        let tags = cx.tag_rules().without_ignored(tags);
        tagging::update(cx, self.id.as_str(), &tags.into(), &self.tags_all).await?;
        self.rules().set(&remote, cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let groups = cx.load::<SecurityGroups>(&batch.ids()).await?;
        Ok(batch.found(|mut group| {
            group.fill(groups.get(group.id.as_str())?, cx);
            Some(group)
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.rules().update(&prior.rules(), cx).await?;
        tagging::update(cx, self.id.as_str(), &prior.tags_all, &self.tags_all).await
    }

    /// It stays as it is for as long as its VPC does.
    async fn delete(&self, _cx: &Aws) -> Result<()> {
        Ok(())
    }

    fn validate(&self) -> Diagnostics {
        self.rules().validate()
    }
}

impl DefaultSecurityGroup {
    fn rules(&self) -> Rules<'_> {
        Rules { id: self.id.as_str(), ingress: &self.ingress, egress: &self.egress }
    }

    async fn find(&self, cx: &Aws) -> Result<Remote> {
        let request = cx.ec2().describe_security_groups().filters(filter("group-name", vec!["default".into()]));
        let request = match self.vpc_id.param() {
            Some(vpc) => request.filters(filter("vpc-id", vec![vpc])),
            None => request.filters(filter("description", vec!["default group".into()])),
        };
        let groups = request.send().await?.security_groups.unwrap_or_default();
        groups.into_iter().next().ok_or_else(|| {
            let place = self.vpc_id.text().map_or_else(|| "the region".to_owned(), |vpc| format!("VPC {vpc}"));
            Error::new("Default security group not found", format!("{place} has no default security group."))
        })
    }

    fn fill(&mut self, remote: &Remote, cx: &Aws) {
        let (id, owner) = (self.id.as_str(), remote.owner_id());
        self.arn = arn(cx, remote).into();
        self.ingress = to_rules(&from_remote(remote.ip_permissions(), owner), &self.ingress, id);
        self.egress = to_rules(&from_remote(remote.ip_permissions_egress(), owner), &self.egress, id);
        self.description = remote.description().into();
        self.name = remote.group_name().into();
        self.name_prefix = "".into();
        self.owner_id = owner.into();
        self.vpc_id = remote.vpc_id().into();
        self.tags_all = tagging::read(remote.tags.as_deref());
    }
}
