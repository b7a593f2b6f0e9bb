//! `aws_elasticache_subnet_group`.

use aws_sdk_elasticache::types::{CacheSubnetGroup as Remote, Subnet};

use super::loads::SubnetGroups;
use super::{DESCRIPTION, in_use, tagging};
use crate::core::prelude::*;
use crate::core::traces::named;

/// The subnets in which cache clusters are placed.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_elasticache_subnet_group")]
pub(super) struct SubnetGroup {
    /// ARN of the group.
    #[attr(computed)]
    arn: Attr<String>,
    /// What the group is for.
    #[attr(optional, default = DESCRIPTION)]
    description: Attr<String>,
    /// Name of the group.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the group. It is kept in lower case.
    #[attr(required, replace, normal = lower_case)]
    name: Attr<String>,
    /// Region of the group.
    #[attr(region)]
    region: Attr<String>,
    /// Ids of the subnets.
    #[attr(required)]
    subnet_ids: Attr<BTreeSet<String>>,
    /// Tags of the group.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the group with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Id of the VPC that the subnets are in.
    #[attr(computed, after_update("subnet_ids"))]
    vpc_id: Attr<String>,
}

impl Resource<Aws> for SubnetGroup {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let lost = LostAnswer::default();
        let request = cx
            .elasticache()
            .create_cache_subnet_group()
            .cache_subnet_group_name(self.name.as_str())
            .cache_subnet_group_description(self.description.as_str())
            .set_subnet_ids(Some(self.subnet_ids.items().cloned().collect()))
            .set_tags(tagging::on_create(&self.tags_all));
        let created = request.customize().interceptor(lost.clone()).send().await;
        lost.forgives("CacheSubnetGroupAlreadyExists", created)?;
        self.id = self.name.clone();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|group| (&group.arn, &group.tags_all)));
        let read = async {
            let groups = cx.load::<SubnetGroups>(&batch.ids()).await?;
            let groups = &groups;
            let filled = batch.each(|group| async move {
                let Some(remote) = groups.get(group.id.as_str()) else { return Ok(None) };
                group.filled(remote, cx).await.map(Some)
            });
            Ok(filled.await)
        };
        cx.reading_tags(tagged, read).await
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        if self.description != prior.description || self.subnet_ids != prior.subnet_ids {
            let request = cx.elasticache().modify_cache_subnet_group().cache_subnet_group_name(self.id.as_str());
            let request = request.cache_subnet_group_description(self.description.as_str());
            request.set_subnet_ids(Some(self.subnet_ids.items().cloned().collect())).send().await?;
        }
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let delete = || async {
            cx.elasticache().delete_cache_subnet_group().cache_subnet_group_name(id).send().await?;
            Ok(())
        };
        let uses = |cluster: &_| in_subnet_group(cluster, id);
        in_use::delete(cx, &format!("subnet group {id}"), uses, delete).await
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.name.as_str()))
    }
}

fn in_subnet_group(cluster: &aws_sdk_elasticache::types::CacheCluster, name: &str) -> bool {
    cluster.cache_subnet_group_name() == Some(name)
}

impl SubnetGroup {
    async fn filled(mut self, remote: &Remote, cx: &Aws) -> Result<Self> {
        let arn = remote.arn().unwrap_or_default();
        let tags = cx.tags_or(&self.arn, &self.tags_all, tagging::read(cx, arn)).await?;
        self.arn = arn.into();
        self.description = remote.cache_subnet_group_description().into();
        self.name = remote.cache_subnet_group_name().into();
        let subnets = remote.subnets().iter().filter_map(Subnet::subnet_identifier);
        self.subnet_ids = Attr::Known(subnets.map(str::to_owned).collect());
        self.tags_all = Attr::Known(tags);
        self.vpc_id = remote.vpc_id().into();
        Ok(self)
    }
}
