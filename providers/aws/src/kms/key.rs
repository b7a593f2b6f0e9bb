//! `aws_kms_key`.

use aws_sdk_kms::types::{KeyMetadata, KeySpec, KeyState, KeyUsageType, MultiRegionKeyType, OriginType, Tag};
use aws_sdk_resourcegroupstagging::types::TagFilter;

use super::PROPAGATION;
use super::loads::Keys;
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::core::tags::Change;
use crate::core::traces::under;

/// The only name that a key's policy can have.
const POLICY: &str = "default";

/// A key that KMS keeps.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_kms_key", needs("xks_key_id", "custom_key_store_id"))]
#[model(needs("rotation_period_in_days", "enable_key_rotation"))]
pub(super) struct Key {
    /// ARN of the key.
    #[attr(computed)]
    arn: Attr<String>,
    /// Whether a policy is taken that locks out who sets it.
    #[attr(optional, default = false)]
    bypass_policy_lockout_safety_check: Attr<bool>,
    /// Id of the custom key store that holds the key.
    #[attr(optional, replace, check = length(1..=22))]
    custom_key_store_id: Attr<String>,
    /// What the key is made of.
    #[attr(optional, replace, default = "SYMMETRIC_DEFAULT", check = listed(KeySpec::values()))]
    customer_master_key_spec: Attr<String>,
    /// Days between the end of the resource and that of the key. KMS takes 30 if none are given.
    #[attr(optional, check = between(7..=30))]
    deletion_window_in_days: Attr<i64>,
    /// What the key is for.
    #[attr(optional, computed, check = length(0..=8192))]
    description: Attr<String>,
    /// Whether the key's material is changed regularly.
    #[attr(optional, default = false)]
    enable_key_rotation: Attr<bool>,
    /// Id of the key.
    #[attr(id)]
    id: Attr<String>,
    /// Whether the key can be used.
    #[attr(optional, default = true)]
    is_enabled: Attr<bool>,
    /// Id of the key.
    #[attr(computed)]
    key_id: Attr<String>,
    /// What the key can do.
    #[attr(optional, replace, default = "ENCRYPT_DECRYPT", check = listed(KeyUsageType::values()))]
    key_usage: Attr<String>,
    /// Whether the key can have replicas in other regions.
    #[attr(optional, computed, replace)]
    multi_region: Attr<bool>,
    /// Policy that says who may do what with the key.
    #[attr(optional, computed, check = json(), same = policy)]
    policy: Attr<String>,
    /// Region of the key.
    #[attr(region)]
    region: Attr<String>,
    /// Days between changes of the key's material.
    #[attr(optional, computed, after_update("enable_key_rotation"), check = between(90..=2560))]
    rotation_period_in_days: Attr<i64>,
    /// Tags of the key.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the key with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Id of the key in an external key store.
    #[attr(optional, replace, check = length(1..=128))]
    xks_key_id: Attr<String>,
    /// How long operations may take.
    #[timeouts(create = "2m")]
    timeouts: Timeouts,
}

impl Resource<Aws> for Key {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let origin = match (self.xks_key_id.text(), self.custom_key_store_id.text()) {
            (Some(_), _) => Some(OriginType::ExternalKeyStore),
            (None, Some(_)) => Some(OriginType::AwsCloudhsm),
            (None, None) => None,
        };
        let request = cx
            .kms()
            .create_key()
            .set_bypass_policy_lockout_safety_check(self.bypass_policy_lockout_safety_check.get())
            .set_custom_key_store_id(self.custom_key_store_id.param())
            .set_description(self.description.param())
            .set_key_spec(self.customer_master_key_spec.text().map(KeySpec::from))
            .set_key_usage(self.key_usage.text().map(KeyUsageType::from))
            .set_multi_region(self.multi_region.get().filter(|it| *it))
            .set_origin(origin)
            .set_policy(self.policy.param())
            .set_tags(Some(tags_of(&self.tags_all.get().unwrap_or_default())))
            .set_xks_key_id(self.xks_key_id.param());
        let create = || async { Ok(request.clone().send().await?) };
        let created = retry_while(self.timeouts.create(), Error::names_unknown_principal, create).await;
        let created = created.map_err(|error| error.while_doing("creating a KMS key"))?;
        self.id = created.key_metadata.map(|key| key.key_id).into();
        if self.enable_key_rotation.is_true() {
            self.set_rotation(cx).await?;
        }
        if !self.is_enabled.is_true() {
            self.set_enabled(cx).await?;
        }
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|key| (&key.arn, &key.tags_all)));
        Ok(cx.reading_tags(tagged, batch.each(|key| key.reread(cx))).await)
    }

    /// A disabled key can not be changed: it is enabled first, or disabled last.
    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let switched = self.is_enabled.is_true() != prior.is_enabled.is_true();
        if switched && self.is_enabled.is_true() {
            self.set_enabled(cx).await?;
        }
        let rotates = self.enable_key_rotation.is_true();
        let other_period = rotates && self.rotation_period_in_days.is_known();
        if rotates != prior.enable_key_rotation.is_true()
            || other_period && self.rotation_period_in_days != prior.rotation_period_in_days
        {
            self.set_rotation(cx).await?;
        }
        if self.description.as_str() != prior.description.as_str() {
            cx.kms().update_key_description().key_id(id).description(self.description.as_str()).send().await?;
        }
        if self.policy != prior.policy {
            self.set_policy(cx).await?;
        }
        if switched && !self.is_enabled.is_true() {
            self.set_enabled(cx).await?;
        }
        let change = Change::between(&prior.tags_all, &self.tags_all);
        if !change.removed.is_empty() {
            cx.kms().untag_resource().key_id(id).set_tag_keys(Some(change.removed)).send().await?;
        }
        if !change.added.is_empty() {
            cx.kms().tag_resource().key_id(id).set_tags(Some(tags_of(&change.added))).send().await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let request = cx.kms().schedule_key_deletion().key_id(id);
        let request = request.set_pending_window_in_days(self.deletion_window_in_days.get_i32());
        match request.send().await.map_err(Error::from) {
            Err(error) if error.message().contains("is pending deletion") => return Ok(()),
            result => result?,
        };
        wait_until(&format!("KMS key {id} to be scheduled for deletion"), Duration::from_secs(20 * 60), || async {
            Ok(match described(cx, id).await? {
                Some(key) => State::Pending(key.key_state().map_or("there", KeyState::as_str).into()),
                None => State::Done(()),
            })
        })
        .await
    }

    /// Keys have no names: only tags tell them apart.
    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        if self.tags_all.items().next().is_none() {
            return Ok(Traces::Lost);
        }
        let tag = |(key, value): (&String, &String)| TagFilter::builder().key(key).values(value).build();
        let request = cx.resourcegroupstagging().get_resources().resource_type_filters("kms:key");
        let request = request.set_tag_filters(Some(self.tags_all.items().map(tag).collect()));
        let mut pages = request.into_paginator().items().send();
        let mut made = Vec::new();
        while let Some(key) = pages.next().await {
            let arn = key?.resource_arn.unwrap_or_default();
            made.extend(arn.rsplit_once('/').map(|(_, id)| id.to_owned()));
        }
        Ok(Traces::Tagged(under(self, made)))
    }
}

/// A key; one that is scheduled for deletion counts as deleted.
async fn described(cx: &Aws, id: &str) -> Result<Option<KeyMetadata>> {
    let keys = cx.load_one::<Keys>(id).await?;
    let Some(found) = keys.get(id) else { return Ok(None) };
    let metadata = found.as_ref().map_err(Error::clone)?.metadata.clone();
    let ending =
        |it: &KeyMetadata| matches!(it.key_state(), Some(KeyState::PendingDeletion | KeyState::PendingReplicaDeletion));
    Ok(metadata.filter(|key| !ending(key)))
}

/// Tags as calls want them; key and value are there, which is all the builder asks for.
fn tags_of(tags: &Tags) -> Vec<Tag> {
    tags.iter().filter_map(|(key, value)| Tag::builder().tag_key(key).tag_value(value).build().ok()).collect()
}

/// A key that is still disabled to the part of KMS that was asked.
fn is_disabled(error: &Error) -> bool {
    error.is(&["DisabledException"])
}

impl Key {
    async fn set_enabled(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let enabled = self.is_enabled.is_true();
        if enabled {
            cx.kms().enable_key().key_id(id).send().await?;
        } else {
            cx.kms().disable_key().key_id(id).send().await?;
        }
        Ok(())
    }

    async fn set_rotation(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        retry_while(PROPAGATION, is_disabled, || async {
            if self.enable_key_rotation.is_true() {
                let request = cx.kms().enable_key_rotation().key_id(id);
                request.set_rotation_period_in_days(self.rotation_period_in_days.get_i32()).send().await?;
            } else {
                cx.kms().disable_key_rotation().key_id(id).send().await?;
            }
            Ok(())
        })
        .await
    }

    async fn set_policy(&self, cx: &Aws) -> Result<()> {
        let request = cx
            .kms()
            .put_key_policy()
            .key_id(self.id.as_str())
            .policy_name(POLICY)
            .policy(self.policy.as_str())
            .set_bypass_policy_lockout_safety_check(self.bypass_policy_lockout_safety_check.get());
        retry_while(PROPAGATION, Error::names_unknown_principal, || async { Ok(request.clone().send().await?) })
            .await?;
        Ok(())
    }

    async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let id = self.id.as_str().to_owned();
        let Some(key) = described(cx, &id).await? else { return Ok(None) };
        check_primary(&key)?;
        self.fill(&key);
        let rotation = async { if rotates(&key) { Some(rotation(cx, &id).await).transpose() } else { Ok(None) } };
        let tags = cx.tags_or(&self.arn, &self.tags_all, tags(cx, &id));
        let (policy, rotation, tags) = futures::try_join!(policy(cx, &id), rotation, tags)?;
        let (rotates, period) = rotation.unwrap_or_default();
        self.policy = policy.into();
        self.enable_key_rotation = rotates.into();
        self.rotation_period_in_days = period.into();
        self.tags_all = Attr::Known(tags);
        Ok(Some(self))
    }

    fn fill(&mut self, key: &KeyMetadata) {
        self.arn = key.arn().into();
        self.custom_key_store_id = key.custom_key_store_id().into();
        self.customer_master_key_spec = key.key_spec().map(KeySpec::as_str).into();
        self.description = key.description().into();
        self.is_enabled = key.enabled().into();
        self.key_id = key.key_id().into();
        self.key_usage = key.key_usage().map(KeyUsageType::as_str).into();
        self.multi_region = key.multi_region().into();
        self.xks_key_id = key.xks_key_configuration().and_then(|it| it.id()).into();
    }
}

fn check_primary(key: &KeyMetadata) -> Result<()> {
    let kind = key.multi_region_configuration().and_then(|it| it.multi_region_key_type());
    if key.multi_region() == Some(true) && kind == Some(&MultiRegionKeyType::Replica) {
        let message = format!("KMS key {} is the replica of a key in another region.", key.key_id());
        return Err(Error::new("Not a primary key", message));
    }
    Ok(())
}

/// Only symmetric keys whose material is AWS's own rotate; of all others KMS says that they do not.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>
fn rotates(key: &KeyMetadata) -> bool {
    key.origin() == Some(&OriginType::AwsKms) && key.key_spec() == Some(&KeySpec::SymmetricDefault)
}

async fn policy(cx: &Aws, id: &str) -> Result<Option<String>> {
    Ok(cx.kms().get_key_policy().key_id(id).policy_name(POLICY).send().await?.policy)
}

/// Whether a key rotates, and after how many days.
async fn rotation(cx: &Aws, id: &str) -> Result<(bool, Option<i32>)> {
    let status = cx.kms().get_key_rotation_status().key_id(id).send().await?;
    Ok((status.key_rotation_enabled, status.rotation_period_in_days))
}

async fn tags(cx: &Aws, id: &str) -> Result<Tags> {
    let pages = cx.kms().list_resource_tags().key_id(id).into_paginator().items().send();
    let tags = pages.collect::<Result<Vec<_>, _>>().await?;
    Ok(tags.into_iter().map(|tag| (tag.tag_key, tag.tag_value)).collect())
}
