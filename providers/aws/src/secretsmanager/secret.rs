//! `aws_secretsmanager_secret`.

use aws_sdk_secretsmanager::operation::describe_secret::DescribeSecretOutput as Remote;
use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType, Tag};
use landform_provider_api::framework::Check;

use super::is_ending;
use super::loads::described;
use super::replicas::{self, Replica};
use crate::core::names;
use crate::core::prelude::*;
use crate::core::tags::Change;
use crate::core::traces::{named, under};

/// How long a name that has just been given up may stay taken, and how long IAM's news travel.
const PROPAGATION: Duration = Duration::from_secs(120);
/// How long a create waits for a name that was given up in the moment before.
const NAME_FREES: Duration = Duration::from_secs(4);
/// The key that AWS keeps for Secrets Manager, which is not told of.
const DEFAULT_KEY: &str = "alias/aws/secretsmanager";

/// A secret: a name with values, which `aws_secretsmanager_secret_version` sets.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_secretsmanager_secret", conflicts("name", "name_prefix"))]
pub(super) struct Secret {
    /// ARN of the secret.
    #[attr(computed)]
    arn: Attr<String>,
    /// What the secret is for.
    #[attr(optional)]
    description: Attr<String>,
    /// Whether replicas take the place of secrets that have the same name in their regions.
    #[attr(optional, default = false)]
    force_overwrite_replica_secret: Attr<bool>,
    /// ARN of the secret.
    #[attr(id)]
    id: Attr<String>,
    /// ARN, id or alias of the key that encrypts values; without, the one that AWS keeps for Secrets Manager.
    #[attr(optional)]
    kms_key_id: Attr<String>,
    /// Name of the secret.
    #[attr(optional, computed, replace, check = length(1..=512), check = name_characters())]
    name: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = length(1..=486), check = name_characters())]
    name_prefix: Attr<String>,
    /// Policy that says who may do what with the secret.
    #[attr(optional, computed, check = json(), same = policy)]
    policy: Attr<String>,
    /// Days in which a deleted secret can be restored, in which its name stays taken; 0 for none.
    #[attr(optional, default = 30_i64, check = window())]
    recovery_window_in_days: Attr<i64>,
    /// Region of the secret.
    #[attr(region)]
    region: Attr<String>,
    /// Copies in other regions.
    #[block(set, computed)]
    replica: Vec<Replica>,
    /// Tags of the secret.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the secret with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>
fn name_characters() -> Check {
    let allowed = |it: char| it.is_ascii_alphanumeric() || "/_+=.@-".contains(it);
    landform_provider_api::framework::check::characters(allowed, "letters, digits and any of /_+=.@-")
}

fn window() -> Check {
    Check::new(|value| {
        let Some(days) = value.as_number() else { return Ok(()) };
        let fine = days.to_i64().is_some_and(|days| days == 0 || (7..=30).contains(&days));
        if fine { Ok(()) } else { Err(format!("must be 0 or from 7 to 30, not {days}")) }
    })
}

impl Resource<Aws> for Secret {
    fn identity() -> Option<&'static dyn Identity> {
        Some(&IdentityForm::Arn)
    }

    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.name, &self.name_prefix);
        let request = cx
            .secretsmanager()
            .create_secret()
            .name(&name)
            .description(self.description.as_str())
            .set_kms_key_id(self.kms_key_id.param())
            .set_tags(Some(tags_of(&self.tags_all.get().unwrap_or_default())))
            .set_add_replica_regions(replicas::wanted(&self.replica))
            .force_overwrite_replica_secret(self.force_overwrite_replica_secret.is_true());
        let lost = LostAnswer::default();
        let create = || async {
            let sent = request.clone().customize().interceptor(lost.clone()).send().await;
            lost.forgives("ResourceExistsException", sent)
        };
        let created = match retry_while(NAME_FREES, is_ending, create).await {
            Err(error) => return Err(refused(cx, &name, error).await),
            Ok(created) => created,
        };
        self.id = match created {
            Some(created) => created.arn.into(),
            None => described(cx, &name).await?.and_then(|secret| secret.arn).into(),
        };
        if !is_no_policy(&self.policy) {
            self.set_policy(cx).await?;
        }
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|secret| secret.reread(cx)).await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let force = self.force_overwrite_replica_secret.is_true();
        replicas::change(cx, id, &prior.replica, &self.replica, force).await?;
        let other_key = self.kms_key_id.text() != prior.kms_key_id.text();
        if other_key || self.description.as_str() != prior.description.as_str() {
            let request = cx.secretsmanager().update_secret().secret_id(id).description(self.description.as_str());
            let key = other_key.then(|| self.kms_key_id.text().unwrap_or(DEFAULT_KEY).to_owned());
            request.set_kms_key_id(key).send().await?;
        }
        if self.policy.is_known() && self.policy != prior.policy {
            if is_no_policy(&self.policy) {
                cx.secretsmanager().delete_resource_policy().secret_id(id).send().await?;
            } else {
                self.set_policy(cx).await?;
            }
        }
        let change = Change::between(&prior.tags_all, &self.tags_all);
        if !change.removed.is_empty() {
            cx.secretsmanager().untag_resource().secret_id(id).set_tag_keys(Some(change.removed)).send().await?;
        }
        if !change.added.is_empty() {
            cx.secretsmanager().tag_resource().secret_id(id).set_tags(Some(tags_of(&change.added))).send().await?;
        }
        Ok(())
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        if self.replica.is_empty() { Ok(()) } else { replicas::settle(cx, self.id.as_str()).await }
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        replicas::remove(cx, id, &self.replica).await?;
        let window = self.recovery_window_in_days.get_i32().map_or(30, i64::from);
        let request = cx.secretsmanager().delete_secret().secret_id(id);
        let request = if window == 0 {
            request.force_delete_without_recovery(true)
        } else {
            request.recovery_window_in_days(window)
        };
        match request.send().await.map_err(Error::from) {
            Err(error) if error.is_missing() || is_ending(&error) => return Ok(()),
            result => result?,
        };
        self.wait_deleted(window == 0, cx).await
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        if let Some(name) = self.name.text() {
            let secret = described(cx, name).await?.and_then(|secret| secret.arn);
            return Ok(secret.map_or(Traces::Only(Vec::new()), |arn| named(self, arn)));
        }
        let prefix = self.name_prefix.text().unwrap_or_default();
        let filter = Filter::builder().key(FilterNameStringType::Name).values(prefix).build();
        let request = cx.secretsmanager().list_secrets();
        let request = if prefix.is_empty() { request } else { request.filters(filter) };
        let mut pages = request.into_paginator().send();
        let mut made = Vec::new();
        while let Some(page) = pages.next().await.transpose()? {
            let alike = page.secret_list.unwrap_or_default().into_iter();
            let alike = alike.filter(|it| names::is_made_of(it.name().unwrap_or_default(), &self.name_prefix));
            made.extend(alike.filter_map(|it| it.arn));
        }
        Ok(Traces::Tagged(under(self, made)))
    }
}

impl Secret {
    async fn set_policy(&self, cx: &Aws) -> Result<()> {
        let request = cx.secretsmanager().put_resource_policy().secret_id(self.id.as_str());
        let request = request.resource_policy(self.policy.as_str());
        retry_while(PROPAGATION, names_unknown_principal, || async { Ok(request.clone().send().await?) }).await?;
        Ok(())
    }

    /// A secret that was deleted for good keeps its name for a moment. One that can be restored keeps it much longer, and
    /// counts as gone.
    async fn wait_deleted(&self, for_good: bool, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let what = format!("secret {id} to be deleted");
        let gone = wait_until(&what, PROPAGATION, || async {
            Ok(match described(cx, id).await? {
                Some(secret) if secret.deleted_date().is_none() => State::Pending("there".into()),
                Some(_) if for_good => State::Pending("being deleted".into()),
                _ => State::Done(()),
            })
        });
        match gone.await {
            Err(error) if error.is_timeout() && for_good => Ok(()),
            result => result,
        }
    }

    async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let id = self.id.as_str().to_owned();
        let policy = async {
            match cx.secretsmanager().get_resource_policy().secret_id(&id).send().await.map_err(Error::from) {
                Err(error) if error.is_missing() || is_ending(&error) => Ok(None),
                answer => answer.map(|it| it.resource_policy),
            }
        };
        let (secret, policy) = futures::try_join!(described(cx, &id), policy)?;
        let Some(secret) = secret.filter(|secret| secret.deleted_date().is_none()) else { return Ok(None) };
        self.fill(&secret);
        self.policy = policy.unwrap_or_default().into();
        Ok(Some(self))
    }

    fn fill(&mut self, secret: &Remote) {
        let name = secret.name().unwrap_or_default();
        self.arn = secret.arn().into();
        self.description = secret.description().into();
        self.id = secret.arn().into();
        // The key that AWS keeps is not told of, though it can be asked for by its name.
        let asked_for = self.kms_key_id.text().filter(|key| *key == DEFAULT_KEY).map(str::to_owned);
        self.kms_key_id = secret.kms_key_id().map(str::to_owned).or(asked_for).into();
        self.name = name.into();
        self.name_prefix = names::prefix_of(name);
        self.replica = secret.replication_status().iter().map(Replica::told).collect();
        self.tags_all = Attr::Known(tags(secret));
    }
}

/// Tags as the service tells them.
pub(super) fn tags(secret: &Remote) -> Tags {
    let tags = secret.tags().iter();
    tags.map(|tag| (tag.key().unwrap_or_default().to_owned(), tag.value().unwrap_or_default().to_owned())).collect()
}

fn tags_of(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

fn is_no_policy(policy: &Attr<String>) -> bool {
    matches!(policy.as_str().trim(), "" | "{}")
}

/// A policy that names somebody whom IAM has only just made.
fn names_unknown_principal(error: &Error) -> bool {
    error.names_unknown_principal()
        || error.is(&["MalformedPolicyDocumentException"]) && error.message().contains("unsupported principal")
}

/// What a refused name means.
async fn refused(cx: &Aws, name: &str, error: Error) -> Error {
    let error = error.while_doing(format!("creating secret {name}"));
    if is_ending(&error) {
        let deleted = described(cx, name).await.ok().flatten().and_then(|secret| secret.deleted_date);
        let when = deleted.map(|it| format!(" on {}", crate::core::time::text(&it))).unwrap_or_default();
        return error.hint(format!(
            "A secret of this name was deleted; it ends{when} and keeps its name until then. To have it back, run \
             `aws secretsmanager restore-secret --secret-id {name}` and import it. To be rid of it at once, run `aws \
             secretsmanager delete-secret --secret-id {name} --force-delete-without-recovery`, and apply again; \
             recovery_window_in_days = 0 avoids this in future. Or choose another name."
        ));
    }
    if error.is(&["ResourceExistsException"]) {
        return error.hint(format!("Import it, or choose another name than {name:?}."));
    }
    error
}
