//! `aws_db_parameter_group`.

use aws_sdk_rds::types::DbParameterGroup as Remote;
use landform_diagnostics::Diagnostics;

use super::group_loads::ParameterGroups;
use super::names::{PARAMETER_GROUP, PARAMETER_GROUP_PREFIX, named as name_of};
use super::parameters::{self, Parameter, STILL_USED, is_used};
use super::tagging;
use crate::core::names;
use crate::core::prelude::*;

/// Settings of databases of one engine.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_db_parameter_group", conflicts("name", "name_prefix"))]
pub(super) struct ParameterGroup {
    /// ARN of the group.
    #[attr(computed)]
    arn: Attr<String>,
    /// What the group is for.
    #[attr(optional, replace, default = "Managed by Terraform")]
    description: Attr<String>,
    /// Engine and version that the group is for: `postgres16`.
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
    /// Whether the group stays when it is no longer managed here.
    #[attr(optional, default = false)]
    skip_destroy: Attr<bool>,
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

impl Resource<Aws> for ParameterGroup {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.name, &self.name_prefix);
        let request = cx
            .rds()
            .create_db_parameter_group()
            .db_parameter_group_name(&name)
            .db_parameter_group_family(self.family.as_str())
            .description(self.description.as_str())
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let sent = request.customize().interceptor(lost.clone()).send().await;
        let created = lost.forgives("DBParameterGroupAlreadyExists", sent);
        created.map_err(|error| error.while_doing(format!("creating DB parameter group {name}")))?;
        self.id = name.to_lowercase().into();
        parameters::change(cx, self.id.as_str(), &[], &self.parameter).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|group| (&group.arn, &group.tags_all)));
        let read = async {
            // Of a group that is known, its parameters are all that can change.
            let is_known = |group: &Self| cx.is_reading_in_bulk() && group.arn.text().is_some();
            let unknown = batch.keys(|group| group.id.text().filter(|_| !is_known(group)));
            let groups = cx.load::<ParameterGroups>(&unknown).await?;
            let groups = &groups;
            let filled = batch.each(|group| async move {
                match groups.get(group.id.as_str()) {
                    Some(remote) => group.filled(remote).reread(cx).await.map(Some),
                    None if is_known(&group) => group.reread(cx).await.map(Some),
                    None => Ok(None),
                }
            });
            Ok(filled.await)
        };
        cx.reading_tags(tagged, read).await
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        parameters::change(cx, self.id.as_str(), &prior.parameter, &self.parameter).await?;
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        if self.skip_destroy.is_true() {
            return Ok(());
        }
        let id = self.id.as_str();
        let delete = || async { Ok(cx.rds().delete_db_parameter_group().db_parameter_group_name(id).send().await?) };
        match retry_while(STILL_USED, is_used, delete).await {
            Err(error) if is_used(&error) => {
                Err(error.hint("Databases or snapshots of them still use it; give them another group before."))
            }
            deleted => deleted.map(|_| ()),
        }
    }

    fn validate(&self) -> Diagnostics {
        parameters::duplicates(&self.parameter)
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        ParameterGroups::traces(self, (&self.name, &self.name_prefix), cx).await
    }
}

impl ParameterGroup {
    /// What changes: the parameters and the tags. It is an error that says that the group does not exist.
    async fn reread(mut self, cx: &Aws) -> Result<Self> {
        let (name, arn) = (self.id.as_str(), self.arn.as_str());
        let tags = cx.tags_or(&self.arn, &self.tags_all, tagging::read(cx, arn));
        let (parameters, tags) = futures::try_join!(parameters::read(cx, name, &self.parameter), tags)?;
        self.parameter = parameters;
        self.tags_all = Attr::Known(tags);
        Ok(self)
    }

    fn filled(mut self, remote: &Remote) -> Self {
        let name = remote.db_parameter_group_name().unwrap_or_default();
        self.arn = remote.db_parameter_group_arn().into();
        self.description = remote.description().into();
        self.family = remote.db_parameter_group_family().into();
        self.id = name.into();
        self.name = name.into();
        self.name_prefix = names::prefix_of(name);
        self
    }
}
