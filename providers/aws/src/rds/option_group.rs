//! `aws_db_option_group`.

use aws_sdk_rds::types::OptionGroup as Remote;
use landform_diagnostics::{Diagnostic, Diagnostics};

use super::group_loads::OptionGroups;
use super::names::{OPTION_GROUP, OPTION_GROUP_PREFIX, named as name_of};
use super::options::{self, GroupOption};
use super::{option_group_users, tagging};
use crate::core::names;
use crate::core::prelude::*;

/// What databases of one engine can do besides.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_db_option_group", conflicts("name", "name_prefix"))]
pub(super) struct OptionGroup {
    /// ARN of the group.
    #[attr(computed)]
    arn: Attr<String>,
    /// Engine that the group is for.
    #[attr(required, replace)]
    engine_name: Attr<String>,
    /// Name of the group.
    #[attr(id)]
    id: Attr<String>,
    /// Major version of the engine: `8.0`.
    #[attr(required, replace)]
    major_engine_version: Attr<String>,
    /// Name of the group.
    #[attr(optional, computed, replace, check = name_of(OPTION_GROUP))]
    name: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = name_of(OPTION_GROUP_PREFIX))]
    name_prefix: Attr<String>,
    /// Options that databases of the group have.
    #[block(set)]
    option: Vec<GroupOption>,
    /// What the group is for.
    #[attr(optional, replace, default = "Managed by Terraform")]
    option_group_description: Attr<String>,
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
    /// How long operations may take.
    #[timeouts(delete = "15m")]
    timeouts: Timeouts,
}

impl Resource<Aws> for OptionGroup {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.name, &self.name_prefix);
        let request = cx
            .rds()
            .create_option_group()
            .option_group_name(&name)
            .engine_name(self.engine_name.as_str())
            .major_engine_version(self.major_engine_version.as_str())
            .option_group_description(self.option_group_description.as_str())
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let sent = request.customize().interceptor(lost.clone()).send().await;
        let created = lost.forgives("OptionGroupAlreadyExistsFault", sent);
        created.map_err(|error| error.while_doing(format!("creating DB option group {name}")))?;
        self.id = name.to_lowercase().into();
        options::change(cx, self.id.as_str(), &[], &self.option).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|group| (&group.arn, &group.tags_all)));
        let read = async {
            let groups = cx.load::<OptionGroups>(&batch.ids()).await?;
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
        options::change(cx, self.id.as_str(), &prior.option, &self.option).await?;
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        if self.skip_destroy.is_true() {
            return Ok(());
        }
        let id = self.id.as_str();
        wait_until(&format!("DB option group {id} to be no longer used"), self.timeouts.delete(), || async {
            match cx.rds().delete_option_group().option_group_name(id).send().await.map_err(Error::from) {
                Err(error) if is_used(&error) => option_group_users::passing(cx, id, error).await.map(State::Pending),
                deleted => deleted.map(|_| State::Done(())),
            }
        })
        .await
    }

    fn validate(&self) -> Diagnostics {
        let mut seen = BTreeSet::new();
        let names = self.option.iter().filter_map(|it| it.option_name.known());
        let twice = names.filter(|name| !seen.insert(*name));
        let duplicate = |name: &String| {
            let detail = format!("The option {name:?} is given twice; put all of its settings into one block.");
            Diagnostic::error("Duplicate option", detail)
        };
        twice.map(duplicate).collect()
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        OptionGroups::traces(self, (&self.name, &self.name_prefix), cx).await
    }
}

fn is_used(error: &Error) -> bool {
    error.is(&["InvalidOptionGroupStateFault", "InvalidOptionGroupState"])
}

impl OptionGroup {
    async fn filled(mut self, remote: &Remote, cx: &Aws) -> Result<Self> {
        let arn = remote.option_group_arn().unwrap_or_default();
        let name = remote.option_group_name().unwrap_or_default();
        self.tags_all = Attr::Known(cx.tags_or(&self.arn, &self.tags_all, tagging::read(cx, arn)).await?);
        self.arn = arn.into();
        self.engine_name = remote.engine_name().into();
        self.id = name.into();
        self.major_engine_version = remote.major_engine_version().into();
        self.name = name.into();
        self.name_prefix = names::prefix_of(name);
        self.option = options::told(remote.options(), &self.option);
        self.option_group_description = remote.option_group_description().into();
        Ok(self)
    }
}
