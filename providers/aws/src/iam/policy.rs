//! `aws_iam_policy`.

use aws_sdk_iam::types::{PolicyScopeType, PolicyVersion};

use super::documents::{document, name_characters, policy_json};
use super::{EXISTS, tagging};
use crate::core::names;
use crate::core::prelude::*;
use crate::core::tags::Change;
use crate::core::traces::{named, under};

/// So many versions of a policy can be kept.
const MOST_VERSIONS: usize = 5;

/// A policy that can be attached to many roles, users and groups.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_iam_policy", conflicts("name", "name_prefix"))]
pub(super) struct Policy {
    /// ARN of the policy.
    #[attr(computed)]
    arn: Attr<String>,
    /// How many roles, users and groups have the policy.
    #[attr(computed)]
    attachment_count: Attr<i64>,
    /// How long to wait after the policy was made, in milliseconds.
    #[attr(optional, check = between(0..=60_000))]
    delay_after_policy_creation_in_ms: Attr<i64>,
    /// What the policy is for.
    #[attr(optional, replace)]
    description: Attr<String>,
    /// ARN of the policy.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the policy.
    #[attr(optional, computed, replace, check = length(1..=128), check = name_characters())]
    name: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = length(1..=102), check = name_characters())]
    name_prefix: Attr<String>,
    /// Path of the policy.
    #[attr(optional, default = "/", replace)]
    path: Attr<String>,
    /// The policy document.
    #[attr(required, check = policy_json(), same = policy)]
    policy: Attr<String>,
    /// Unique id of the policy.
    #[attr(computed)]
    policy_id: Attr<String>,
    /// Tags of the policy.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the policy with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
}

impl Resource<Aws> for Policy {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.name, &self.name_prefix);
        let request = cx
            .iam()
            .create_policy()
            .policy_name(&name)
            .set_description(self.description.param())
            .set_path(self.path.param())
            .set_policy_document(self.policy.get())
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let created = lost.forgives(EXISTS, request.customize().interceptor(lost.clone()).send().await);
        let created = created.map_err(|error| error.while_doing(format!("creating IAM policy {name}")))?;
        self.id = match created {
            Some(created) => created.policy.and_then(|policy| policy.arn).into(),
            None => self.future_arn(cx, &name).await?.into(),
        };
        let delay = self.delay_after_policy_creation_in_ms.known().and_then(|it| u64::try_from(*it).ok());
        landform_provider_api::clock::sleep(Duration::from_millis(delay.unwrap_or_default())).await;
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|policy| policy.reread(cx)).await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let arn = self.id.as_str();
        if self.policy != prior.policy {
            make_room(cx, arn).await?;
            let request = cx.iam().create_policy_version().policy_arn(arn).set_as_default(true);
            request.set_policy_document(self.policy.get()).send().await?;
        }
        let change = Change::between(&prior.tags_all, &self.tags_all);
        if !change.removed.is_empty() {
            cx.iam().untag_policy().policy_arn(arn).set_tag_keys(Some(change.removed.clone())).send().await?;
        }
        if !change.added.is_empty() {
            cx.iam().tag_policy().policy_arn(arn).set_tags(Some(tagging::added(&change))).send().await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let arn = self.id.as_str();
        for version in versions(cx, arn).await?.iter().filter(|version| !version.is_default_version()) {
            delete_version(cx, arn, version).await?;
        }
        let delete = || async { Ok(cx.iam().delete_policy().policy_arn(arn).send().await?) };
        // IAM may refuse for a moment because of attachments that are already gone.
        match retry_while(Duration::from_secs(10), Error::is_in_use, delete).await {
            Err(error) if error.is_in_use() => Err(name_users(cx, arn, error).await),
            result => result.map(|_| ()),
        }
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        if let Some(name) = self.name.text() {
            return Ok(named(self, self.future_arn(cx, name).await?));
        }
        let request = cx.iam().list_policies().scope(PolicyScopeType::Local).set_path_prefix(self.path.param());
        let mut pages = request.into_paginator().items().send();
        let mut made = Vec::new();
        while let Some(policy) = pages.next().await {
            let policy = policy?;
            let ours = policy.policy_name().is_some_and(|name| names::is_made_of(name, &self.name_prefix));
            made.extend(policy.arn.filter(|_| ours));
        }
        Ok(Traces::Tagged(under(self, made)))
    }
}

impl Policy {
    /// The ARN that a policy of this name has.
    async fn future_arn(&self, cx: &Aws, name: &str) -> Result<String> {
        let path = self.path.text().unwrap_or("/");
        Ok(format!("arn:{}:iam::{}:policy{path}{name}", cx.partition(), cx.caller().await?.account_id))
    }

    async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let arn = self.id.as_str().to_owned();
        let Some(remote) = cx.iam().get_policy().policy_arn(&arn).send().await?.policy else { return Ok(None) };
        let version = remote.default_version_id().unwrap_or_default();
        let version = cx.iam().get_policy_version().policy_arn(&arn).version_id(version).send().await?;
        let name = remote.policy_name().unwrap_or_default();
        self.arn = remote.arn().into();
        self.attachment_count = remote.attachment_count().into();
        self.description = remote.description().into();
        self.name = name.into();
        self.name_prefix = names::prefix_of(name);
        self.path = remote.path().into();
        self.policy = document(version.policy_version.as_ref().and_then(|it| it.document()));
        self.policy_id = remote.policy_id().into();
        self.tags_all = tagging::read(remote.tags());
        Ok(Some(self))
    }
}

async fn versions(cx: &Aws, arn: &str) -> Result<Vec<PolicyVersion>> {
    let pages = cx.iam().list_policy_versions().policy_arn(arn).into_paginator().items().send();
    Ok(pages.collect::<Result<Vec<_>, _>>().await?)
}

/// Deletes the oldest versions of a policy for as long as there is no room for one more. The one in force stays.
async fn make_room(cx: &Aws, arn: &str) -> Result<()> {
    let mut versions = versions(cx, arn).await?;
    let surplus = (versions.len() + 1).saturating_sub(MOST_VERSIONS);
    versions.sort_by_key(|version| version.create_date().map(|it| (it.secs(), it.subsec_nanos())));
    for version in versions.iter().filter(|version| !version.is_default_version()).take(surplus) {
        delete_version(cx, arn, version).await?;
    }
    Ok(())
}

async fn delete_version(cx: &Aws, arn: &str, version: &PolicyVersion) -> Result<()> {
    let version = version.version_id().unwrap_or_default();
    cx.iam().delete_policy_version().policy_arn(arn).version_id(version).send().await?;
    Ok(())
}

/// Adds to a refused delete who has the policy.
async fn name_users(cx: &Aws, arn: &str, error: Error) -> Error {
    let Ok(found) = cx.iam().list_entities_for_policy().policy_arn(arn).send().await else { return error };
    let roles = found.policy_roles().iter().filter_map(|it| it.role_name()).map(|name| format!("role {name}"));
    let users = found.policy_users().iter().filter_map(|it| it.user_name()).map(|name| format!("user {name}"));
    let groups = found.policy_groups().iter().filter_map(|it| it.group_name()).map(|name| format!("group {name}"));
    let listed: Vec<String> = roles.chain(users).chain(groups).collect();
    if listed.is_empty() {
        return error;
    }
    error.hint(format!("The policy is still attached to:\n  - {}", listed.join("\n  - ")))
}
