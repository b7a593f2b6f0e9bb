//! `aws_elasticache_user_group`.

use aws_sdk_elasticache::types::UserGroup as Remote;

use super::loads::UserGroups;
use super::user::engine;
use super::{settling, tagging};
use crate::core::prelude::*;
use crate::core::traces::named;

/// How long a change of a group may take.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// Users who may use the same caches.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_elasticache_user_group")]
pub(super) struct UserGroup {
    /// ARN of the group.
    #[attr(computed)]
    arn: Attr<String>,
    /// `redis` or `valkey`.
    #[attr(required, same = case, check = engine())]
    engine: Attr<String>,
    /// Id of the group.
    #[attr(id)]
    id: Attr<String>,
    /// Region of the group.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the group.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the group with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Id of the group.
    #[attr(required, replace)]
    user_group_id: Attr<String>,
    /// Ids of the users.
    #[attr(optional)]
    user_ids: Attr<BTreeSet<String>>,
}

impl Resource<Aws> for UserGroup {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let lost = LostAnswer::default();
        let users: Vec<String> = self.user_ids.items().cloned().collect();
        let request = cx
            .elasticache()
            .create_user_group()
            .engine(self.engine.as_str())
            .set_tags(tagging::on_create(&self.tags_all))
            .user_group_id(self.user_group_id.as_str())
            .set_user_ids((!users.is_empty()).then_some(users));
        let created = request.customize().interceptor(lost.clone()).send().await;
        let created = lost.forgives("UserGroupAlreadyExists", created)?;
        self.id = Attr::from(created.and_then(|it| it.user_group_id)).or(&self.user_group_id);
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|group| (&group.arn, &group.tags_all)));
        let read = async {
            let groups = cx.load::<UserGroups>(&batch.ids()).await?;
            let groups = &groups;
            let filled = batch.each(|group| async move {
                match groups.get(group.id.as_str()) {
                    Some(remote) if remote.status() != Some("deleting") => group.filled(remote, cx).await.map(Some),
                    _ => Ok(None),
                }
            });
            Ok(filled.await)
        };
        cx.reading_tags(tagged, read).await
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let missing = |a: &Attr<BTreeSet<String>>, b: &Attr<BTreeSet<String>>| {
            let missing: Vec<String> = a.items().filter(|it| b.items().all(|other| other != *it)).cloned().collect();
            (!missing.is_empty()).then_some(missing)
        };
        let engine = self.engine.get().filter(|engine| !engine.eq_ignore_ascii_case(prior.engine.as_str()));
        let nothing = cx.elasticache().modify_user_group().user_group_id(self.id.as_str());
        let request = nothing
            .clone()
            .set_engine(engine)
            .set_user_ids_to_add(missing(&self.user_ids, &prior.user_ids))
            .set_user_ids_to_remove(missing(&prior.user_ids, &self.user_ids));
        if request.as_input() != nothing.as_input() {
            request.send().await?;
            self.settle(cx).await?;
        }
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        settling::ready::<UserGroups>(cx, self.id.as_str(), PATIENCE).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let delete = || async { Ok(cx.elasticache().delete_user_group().user_group_id(id).send().await?) };
        // The group may still be changing: that of the last cache that used it.
        let groups = cx.load_one::<UserGroups>(id).await?;
        let used = groups.get(id).map(|it| it.replication_groups().join(", ")).unwrap_or_default();
        let is_busy = |error: &Error| used.is_empty() && error.is(&["InvalidUserGroupState"]);
        match retry_while(PATIENCE, is_busy, delete).await {
            Err(error) if !used.is_empty() => {
                return Err(error.hint(format!("It is used by these replication groups: {used}.")));
            }
            result => result?,
        };
        settling::gone::<UserGroups>(cx, id, PATIENCE).await
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.user_group_id.as_str()))
    }
}

impl UserGroup {
    async fn filled(mut self, remote: &Remote, cx: &Aws) -> Result<Self> {
        let arn = remote.arn().unwrap_or_default();
        let tags = cx.tags_or(&self.arn, &self.tags_all, tagging::read(cx, arn)).await?;
        self.arn = arn.into();
        self.engine = remote.engine().into();
        self.tags_all = Attr::Known(tags);
        self.user_group_id = remote.user_group_id().into();
        self.user_ids = Attr::Known(remote.user_ids().iter().cloned().collect());
        Ok(self)
    }
}
