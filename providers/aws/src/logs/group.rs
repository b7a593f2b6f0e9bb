//! `aws_cloudwatch_log_group`.

use aws_sdk_cloudwatchlogs::types::{LogGroup as Remote, LogGroupClass};

use super::loads::LogGroups;
use crate::core::checks::listed;
use crate::core::names;
use crate::core::prelude::*;
use crate::core::tags::Change;
use crate::core::traces::{named, under};

/// Days that log groups of this class keep what they have, whatever is said.
const DELIVERY_RETENTION: i64 = 2;

/// How long a log group may be changed by something else.
const PATIENCE: Duration = Duration::from_secs(300);

/// A place for log streams.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_cloudwatch_log_group", conflicts("name", "name_prefix"))]
pub(super) struct LogGroup {
    /// ARN of the log group.
    #[attr(computed)]
    arn: Attr<String>,
    /// Whether the log group is kept from being deleted.
    #[attr(optional, computed)]
    deletion_protection_enabled: Attr<bool>,
    /// Name of the log group.
    #[attr(id)]
    id: Attr<String>,
    /// ARN of the key that encrypts what comes in.
    #[attr(optional, check = arn())]
    kms_key_id: Attr<String>,
    /// What can be done with the log group: `STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`.
    #[attr(optional, computed, replace, check = listed(LogGroupClass::values()))]
    log_group_class: Attr<String>,
    /// Name of the log group.
    #[attr(optional, computed, replace, check = length(1..=512), check = name_characters())]
    name: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = length(1..=483), check = name_characters())]
    name_prefix: Attr<String>,
    /// Region of the log group.
    #[attr(region)]
    region: Attr<String>,
    /// Days that what comes in is kept; 0 for ever.
    #[attr(optional, default = 0_i64, check = one_of_numbers(RETENTIONS))]
    retention_in_days: Attr<i64>,
    /// Whether the log group stays when the resource goes.
    #[attr(optional, default = false)]
    skip_destroy: Attr<bool>,
    /// Tags of the log group.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the log group with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
const RETENTIONS: [i64; 23] =
    [0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

fn name_characters() -> landform_provider_api::framework::Check {
    let allowed = |it: char| it.is_ascii_alphanumeric() || "_./#-".contains(it);
    landform_provider_api::framework::check::characters(allowed, "letters, digits and any of _./#-")
}

impl Resource<Aws> for LogGroup {
    fn identity() -> Option<&'static dyn Identity> {
        Some(&IdentityForm::Within("name"))
    }

    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.name, &self.name_prefix);
        let tags = self.tags_all.get().unwrap_or_default();
        let request = cx
            .logs()
            .create_log_group()
            .log_group_name(&name)
            .set_deletion_protection_enabled(self.deletion_protection_enabled.get().filter(|it| *it))
            .set_kms_key_id(self.kms_key_id.param())
            .set_log_group_class(self.log_group_class.text().map(LogGroupClass::from))
            .set_tags((!tags.is_empty()).then(|| tags.into_iter().collect()));
        let lost = LostAnswer::default();
        let create = || async {
            let sent = request.clone().customize().interceptor(lost.clone()).send().await;
            lost.forgives("ResourceAlreadyExistsException", sent)
        };
        retry_while(Duration::from_secs(30), is_passing, create)
            .await
            .map_err(|error| error.while_doing(format!("creating log group {name}")))?;
        self.id = name.into();
        if !self.delivers() && self.retention_in_days.known().is_some_and(|it| *it > 0) {
            self.set_retention(cx).await?;
        }
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|group| (&group.arn, &group.tags_all)));
        let read = async {
            let groups = cx.load::<LogGroups>(&batch.ids()).await?;
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
        let id = self.id.as_str();
        if self.retention_in_days != prior.retention_in_days && !self.delivers() {
            self.set_retention(cx).await?;
        }
        if self.kms_key_id.text() != prior.kms_key_id.text() {
            self.set_key(cx).await?;
        }
        if let Some(protected) = self.deletion_protection_enabled.get()
            && protected != prior.deletion_protection_enabled.is_true()
        {
            let request = cx.logs().put_log_group_deletion_protection().log_group_identifier(id);
            request.deletion_protection_enabled(protected).send().await?;
        }
        let arn = self.arn.as_str();
        let change = Change::between(&prior.tags_all, &self.tags_all);
        if !change.removed.is_empty() {
            cx.logs().untag_resource().resource_arn(arn).set_tag_keys(Some(change.removed)).send().await?;
        }
        if !change.added.is_empty() {
            let tags = change.added.into_iter().collect();
            cx.logs().tag_resource().resource_arn(arn).set_tags(Some(tags)).send().await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        if self.skip_destroy.is_true() {
            return Ok(());
        }
        let id = self.id.as_str();
        let delete = || async { Ok(cx.logs().delete_log_group().log_group_name(id).send().await?) };
        match retry_while(Duration::from_secs(60), is_conflict, delete).await {
            Err(error) if self.deletion_protection_enabled.is_true() && !error.is_missing() => {
                Err(error.hint("Set deletion_protection_enabled = false and apply that before."))
            }
            result => result.map(|_| ()),
        }
    }

    fn plan(planning: &mut Planning<'_>) {
        if planning.planned("log_group_class").as_str() == Some(LogGroupClass::Delivery.as_str()) {
            planning.set("retention_in_days", landform_values::Value::number(DELIVERY_RETENTION));
        }
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        if let Some(name) = self.name.text() {
            return Ok(named(self, name));
        }
        let request = cx.logs().describe_log_groups().set_log_group_name_prefix(self.name_prefix.param());
        let mut pages = request.into_paginator().items().send();
        let mut made = Vec::new();
        while let Some(group) = pages.next().await {
            made.extend(group?.log_group_name.filter(|name| names::is_made_of(name, &self.name_prefix)));
        }
        Ok(Traces::Tagged(under(self, made)))
    }
}

/// Somebody else changes the log group at this moment.
fn is_conflict(error: &Error) -> bool {
    error.is(&["OperationAbortedException"])
}

/// The key's policy, perhaps just set, has not reached CloudWatch Logs yet.
fn is_passing(error: &Error) -> bool {
    is_conflict(error) || error.is(&["InvalidParameterException"]) && error.message().contains("KMS key")
}

impl LogGroup {
    fn delivers(&self) -> bool {
        self.log_group_class.text() == Some(LogGroupClass::Delivery.as_str())
    }

    async fn set_retention(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let days = self.retention_in_days.get_i32().filter(|days| *days > 0);
        retry_while(PATIENCE, is_conflict, || async {
            match days {
                Some(days) => {
                    cx.logs().put_retention_policy().log_group_name(id).retention_in_days(days).send().await?;
                }
                None => {
                    cx.logs().delete_retention_policy().log_group_name(id).send().await?;
                }
            }
            Ok(())
        })
        .await
    }

    async fn set_key(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        retry_while(Duration::from_secs(30), is_passing, || async {
            match self.kms_key_id.text() {
                Some(key) => {
                    cx.logs().associate_kms_key().log_group_name(id).kms_key_id(key).send().await?;
                }
                None => {
                    cx.logs().disassociate_kms_key().log_group_name(id).send().await?;
                }
            }
            Ok(())
        })
        .await
    }

    async fn filled(mut self, remote: &Remote, cx: &Aws) -> Result<Self> {
        let arn = remote.arn().unwrap_or_default();
        let arn = arn.strip_suffix(":*").unwrap_or(arn).to_owned();
        let tags = cx.tags_or(&self.arn, &self.tags_all, tags(cx, &arn)).await?;
        let name = remote.log_group_name().unwrap_or_default();
        self.arn = arn.into();
        self.deletion_protection_enabled = remote.deletion_protection_enabled().unwrap_or_default().into();
        self.kms_key_id = remote.kms_key_id().into();
        self.log_group_class = remote.log_group_class().map(LogGroupClass::as_str).into();
        self.name = name.into();
        self.name_prefix = names::prefix_of(name);
        self.retention_in_days = remote.retention_in_days().unwrap_or_default().into();
        self.tags_all = Attr::Known(tags);
        Ok(self)
    }
}

async fn tags(cx: &Aws, arn: &str) -> Result<Tags> {
    let told = cx.logs().list_tags_for_resource().resource_arn(arn).send().await?.tags;
    Ok(told.unwrap_or_default().into_iter().collect())
}
