//! `data.aws_security_group`.

use aws_sdk_ec2::types::SecurityGroup as Remote;
use landform_provider_api::framework::Context as _;

use super::filters::{Filter, Filters};
use super::one::Wanted;
use super::security_group::arn;
use super::tagging;
use crate::core::prelude::*;

const WANTED: Wanted = Wanted { one: "security group", many: "security groups" };

/// A security group that is there.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_security_group")]
pub(super) struct SecurityGroup {
    /// ARN of the group.
    #[attr(computed)]
    arn: Attr<String>,
    /// What the group is for.
    #[attr(computed)]
    description: Attr<String>,
    /// Id of the group.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the group.
    #[attr(optional, computed)]
    name: Attr<String>,
    /// Region of the group.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the group.
    #[attr(optional, computed)]
    tags: Attr<Tags>,
    /// Id of the VPC.
    #[attr(optional, computed)]
    vpc_id: Attr<String>,
    /// Which group to find.
    #[block(set)]
    filter: Vec<Filter>,
    /// How long operations may take.
    #[timeouts(read = "20m")]
    timeouts: Timeouts,
}

impl DataSource<Aws> for SecurityGroup {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let remote = self.find(cx).await?;
        self.arn = arn(cx, &remote).into();
        self.description = remote.description().into();
        self.id = remote.group_id().into();
        self.name = remote.group_name().into();
        self.vpc_id = remote.vpc_id().into();
        let tags = tagging::read(remote.tags.as_deref()).into_known().unwrap_or_default();
        self.tags = cx.tag_rules().without_ignored(tags).into();
        Ok(self)
    }
}

impl SecurityGroup {
    async fn find(&self, cx: &Aws) -> Result<Remote> {
        let filters = Filters::of(&self.filter)
            .with("group-name", self.name.param())
            .with("vpc-id", self.vpc_id.param())
            .with_tags(&self.tags);
        let ids = self.id.param().map(|id| vec![id]);
        let request = cx.ec2().describe_security_groups().set_filters(filters.build()).set_group_ids(ids);
        let mut pages = request.into_paginator().send();
        let mut found = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| WANTED.none_if_missing(error.into()))?;
            found.extend(page.security_groups.unwrap_or_default());
        }
        WANTED.only_one_of(found)
    }
}
