//! `aws_elasticache_parameter_group`.

use aws_sdk_elasticache::types::{CacheCluster, CacheParameterGroup as Remote, ParameterNameValue};

use super::loads::ParameterGroups;
use super::{DESCRIPTION, in_use, tagging};
use crate::core::prelude::*;
use crate::core::traces::named;

/// So many parameters does one call change.
const AT_ONCE: usize = 20;
/// How long clusters may take to get earlier changes of the group.
const PATIENCE: Duration = Duration::from_secs(30);

/// Settings of cache engines.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_elasticache_parameter_group")]
pub(super) struct ParameterGroup {
    /// ARN of the group.
    #[attr(computed)]
    arn: Attr<String>,
    /// What the group is for.
    #[attr(optional, replace, default = DESCRIPTION)]
    description: Attr<String>,
    /// Engine and version that the settings are for: `redis7`.
    #[attr(required, replace)]
    family: Attr<String>,
    /// Name of the group.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the group. It is kept in lower case.
    #[attr(required, replace, normal = lower_case)]
    name: Attr<String>,
    /// Region of the group.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the group.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the group with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Settings that differ from those of the family.
    #[block(set)]
    parameter: Vec<Parameter>,
}

/// A setting.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parameter {
    /// Name of the setting.
    #[attr(required)]
    name: Attr<String>,
    /// Value of the setting.
    #[attr(required)]
    value: Attr<String>,
}

impl Parameter {
    fn request(&self) -> ParameterNameValue {
        let builder = ParameterNameValue::builder().parameter_name(self.name.as_str());
        builder.parameter_value(self.value.as_str()).build()
    }
}

impl Resource<Aws> for ParameterGroup {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let lost = LostAnswer::default();
        let request = cx
            .elasticache()
            .create_cache_parameter_group()
            .cache_parameter_group_name(self.name.as_str())
            .cache_parameter_group_family(self.family.as_str())
            .description(self.description.as_str())
            .set_tags(tagging::on_create(&self.tags_all));
        let created = request.customize().interceptor(lost.clone()).send().await;
        lost.forgives("CacheParameterGroupAlreadyExists", created)?;
        self.id = self.name.clone();
        self.set(&self.parameter.iter().collect::<Vec<_>>(), cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|group| (&group.arn, &group.tags_all)));
        let read = async {
            let groups = cx.load::<ParameterGroups>(&batch.ids()).await?;
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
        let kept = |it: &Parameter| self.parameter.iter().any(|other| other.name == it.name);
        let gone: Vec<&Parameter> = prior.parameter.iter().filter(|it| !kept(it)).collect();
        let new: Vec<&Parameter> = self.parameter.iter().filter(|it| !prior.parameter.contains(it)).collect();
        self.reset(&gone, cx).await?;
        self.set(&new, cx).await?;
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let delete = || async {
            cx.elasticache().delete_cache_parameter_group().cache_parameter_group_name(id).send().await?;
            Ok(())
        };
        in_use::delete(cx, &format!("parameter group {id}"), |cluster| uses(cluster, id), delete).await
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.name.as_str()))
    }
}

fn uses(cluster: &CacheCluster, name: &str) -> bool {
    cluster.cache_parameter_group().and_then(|it| it.cache_parameter_group_name()) == Some(name)
}

/// Clusters are still about to get an earlier change.
fn has_pending_changes(error: &Error) -> bool {
    error.is(&["InvalidCacheParameterGroupState"]) && error.message().contains("pending changes")
}

impl ParameterGroup {
    async fn set(&self, parameters: &[&Parameter], cx: &Aws) -> Result<()> {
        for some in parameters.chunks(AT_ONCE) {
            let change = || async {
                let request = cx.elasticache().modify_cache_parameter_group();
                let request = request.cache_parameter_group_name(self.id.as_str());
                request.set_parameter_name_values(Some(requests(some))).send().await?;
                Ok(())
            };
            retry_while(PATIENCE, has_pending_changes, change).await?;
        }
        Ok(())
    }

    async fn reset(&self, parameters: &[&Parameter], cx: &Aws) -> Result<()> {
        for some in parameters.chunks(AT_ONCE) {
            let change = || async {
                let request = cx.elasticache().reset_cache_parameter_group();
                let request = request.cache_parameter_group_name(self.id.as_str());
                request.set_parameter_name_values(Some(requests(some))).send().await?;
                Ok(())
            };
            retry_while(PATIENCE, has_pending_changes, change).await?;
        }
        Ok(())
    }

    async fn filled(mut self, remote: &Remote, cx: &Aws) -> Result<Self> {
        let arn = remote.arn().unwrap_or_default();
        let tags = cx.tags_or(&self.arn, &self.tags_all, tagging::read(cx, arn));
        let (tags, parameters) = futures::try_join!(tags, self.parameters(cx))?;
        self.arn = arn.into();
        self.description = remote.description().into();
        self.family = remote.cache_parameter_group_family().into();
        self.name = remote.cache_parameter_group_name().into();
        self.parameter = parameters;
        self.tags_all = Attr::Known(tags);
        Ok(self)
    }

    /// The settings that somebody changed. No call tells them of more than one group.
    async fn parameters(&self, cx: &Aws) -> Result<Vec<Parameter>> {
        let request = cx.elasticache().describe_cache_parameters().source("user");
        let mut pages = request.cache_parameter_group_name(self.id.as_str()).into_paginator().items().send();
        let mut parameters = Vec::new();
        while let Some(told) = pages.next().await.transpose()? {
            let (Some(name), Some(value)) = (told.parameter_name, told.parameter_value) else { continue };
            parameters.push(Parameter { name: Attr::Known(name.to_lowercase()), value: Attr::Known(value) });
        }
        Ok(parameters)
    }
}

fn requests(parameters: &[&Parameter]) -> Vec<ParameterNameValue> {
    parameters.iter().map(|it| it.request()).collect()
}
