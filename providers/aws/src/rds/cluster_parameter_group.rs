//! `aws_rds_cluster_parameter_group`.

use aws_sdk_rds::types::DbClusterParameterGroup as Remote;
use landform_diagnostics::Diagnostics;

use super::cluster_parameters;
use super::group_loads::ClusterParameterGroups;
use super::names::{PARAMETER_GROUP, PARAMETER_GROUP_PREFIX, named as name_of};
use super::parameters::{self, Parameter, STILL_USED, is_used};
use super::tagging;
use crate::core::names;
use crate::core::prelude::*;

/// Settings of clusters of one engine.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_rds_cluster_parameter_group", conflicts("name", "name_prefix"))]
pub(super) struct ClusterParameterGroup {
    /// ARN of the group.
    #[attr(computed)]
    arn: Attr<String>,
    /// What the group is for.
    #[attr(optional, replace, default = "Managed by Terraform")]
    description: Attr<String>,
    /// Engine and version that the group is for: `aurora-postgresql16`.
    #[attr(required, replace)]
    family: Attr<String>,
    /// Name of the group.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the group.
    #[attr(optional, computed, replace, check = name_of(PARAMETER_GROUP))]
    name: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = name_of(PARAMETER_GROUP_PREFIX))]
    name_prefix: Attr<String>,
    /// Region of the group.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the group.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the group with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Parameters that differ from the engine's defaults.
    #[block(set)]
    parameter: Vec<Parameter>,
}

impl Resource<Aws> for ClusterParameterGroup {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.name, &self.name_prefix);
        let request = cx
            .rds()
            .create_db_cluster_parameter_group()
            .db_cluster_parameter_group_name(&name)
            .db_parameter_group_family(self.family.as_str())
            .description(self.description.as_str())
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let sent = request.customize().interceptor(lost.clone()).send().await;
        let created = lost.forgives("DBParameterGroupAlreadyExists", sent);
        created.map_err(|error| error.while_doing(format!("creating DB cluster parameter group {name}")))?;
        self.id = name.to_lowercase().into();
        cluster_parameters::change(cx, self.id.as_str(), &[], &self.parameter).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|group| (&group.arn, &group.tags_all)));
        let read = async {
            let groups = cx.load::<ClusterParameterGroups>(&batch.ids()).await?;
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
        cluster_parameters::change(cx, self.id.as_str(), &prior.parameter, &self.parameter).await?;
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let delete = || async {
            Ok(cx.rds().delete_db_cluster_parameter_group().db_cluster_parameter_group_name(id).send().await?)
        };
        match retry_while(STILL_USED, is_used, delete).await {
            Err(error) if is_used(&error) => {
                Err(error.hint("Clusters or snapshots of them still use it; give them another group before."))
            }
            deleted => deleted.map(|_| ()),
        }
    }

    fn validate(&self) -> Diagnostics {
        parameters::duplicates(&self.parameter)
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        ClusterParameterGroups::traces(self, (&self.name, &self.name_prefix), cx).await
    }
}

impl ClusterParameterGroup {
    async fn filled(mut self, remote: &Remote, cx: &Aws) -> Result<Self> {
        let arn = remote.db_cluster_parameter_group_arn().unwrap_or_default();
        let name = remote.db_cluster_parameter_group_name().unwrap_or_default();
        let tags = cx.tags_or(&self.arn, &self.tags_all, tagging::read(cx, arn));
        let (parameters, tags) = futures::try_join!(cluster_parameters::read(cx, name, &self.parameter), tags)?;
        self.arn = arn.into();
        self.description = remote.description().into();
        self.family = remote.db_parameter_group_family().into();
        self.id = name.into();
        self.name = name.into();
        self.name_prefix = names::prefix_of(name);
        self.parameter = parameters;
        self.tags_all = Attr::Known(tags);
        Ok(self)
    }
}
