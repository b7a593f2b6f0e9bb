//! `aws_iam_instance_profile`.

use aws_sdk_iam::types::InstanceProfile as Remote;

use super::documents::name_characters;
use super::{EXISTS, PROPAGATION, tagging};
use crate::core::prelude::*;
use crate::core::tags::Change;
use crate::core::traces::{named, under};
use crate::core::{names, time};

/// What IAM answers when a profile has a role already.
const FULL: &str = "LimitExceeded";

/// What hands a role to instances.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_iam_instance_profile", conflicts("name", "name_prefix"))]
pub(super) struct InstanceProfile {
    /// ARN of the instance profile.
    #[attr(computed)]
    arn: Attr<String>,
    /// When the instance profile was made.
    #[attr(computed)]
    create_date: Attr<String>,
    /// Name of the instance profile.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the instance profile.
    #[attr(optional, computed, replace, check = length(1..=128), check = name_characters())]
    name: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = length(1..=102), check = name_characters())]
    name_prefix: Attr<String>,
    /// Path of the instance profile.
    #[attr(optional, default = "/", replace)]
    path: Attr<String>,
    /// Name of the role.
    #[attr(optional)]
    role: Attr<String>,
    /// Tags of the instance profile.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the instance profile with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Unique id of the instance profile.
    #[attr(computed)]
    unique_id: Attr<String>,
}

impl Resource<Aws> for InstanceProfile {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.name, &self.name_prefix);
        let request = cx
            .iam()
            .create_instance_profile()
            .instance_profile_name(&name)
            .set_path(self.path.param())
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let created = lost.forgives(EXISTS, request.customize().interceptor(lost.clone()).send().await);
        created.map_err(|error| error.while_doing(format!("creating IAM instance profile {name}")))?;
        self.id = name.into();
        self.wait_known(cx).await?;
        self.add_role(cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|profile| profile.reread(cx)).await)
    }

    /// A profile has one role at most, so the old one goes first.
    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if self.role.text() != prior.role.text() {
            prior.remove_role(cx).await?;
            self.add_role(cx).await?;
        }
        let change = Change::between(&prior.tags_all, &self.tags_all);
        if !change.removed.is_empty() {
            let request = cx.iam().untag_instance_profile().instance_profile_name(id);
            request.set_tag_keys(Some(change.removed.clone())).send().await?;
        }
        if !change.added.is_empty() {
            let request = cx.iam().tag_instance_profile().instance_profile_name(id);
            request.set_tags(Some(tagging::added(&change))).send().await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        self.remove_role(cx).await?;
        cx.iam().delete_instance_profile().instance_profile_name(self.id.as_str()).send().await?;
        Ok(())
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        if let Some(name) = self.name.text() {
            return Ok(named(self, name));
        }
        let request = cx.iam().list_instance_profiles().set_path_prefix(self.path.param());
        let mut pages = request.into_paginator().items().send();
        let mut made = Vec::new();
        while let Some(profile) = pages.next().await {
            let name = profile?.instance_profile_name;
            made.extend(Some(name).filter(|name| names::is_made_of(name, &self.name_prefix)));
        }
        Ok(Traces::Tagged(under(self, made)))
    }
}

impl InstanceProfile {
    /// A profile that was just made is, for a while, not found, or told without its ARN; then it takes no role either.
    async fn wait_known(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("IAM instance profile {id} to become visible"), CONSISTENCY, || async {
            Ok(match cx.iam().get_instance_profile().instance_profile_name(id).send().await.map_err(Error::from) {
                Ok(found) => match found.instance_profile.map(|profile| profile.arn) {
                    Some(arn) if arn.starts_with("arn:") => State::Done(()),
                    other => State::Pending(other.unwrap_or_default()),
                },
                Err(error) if error.is_missing() => State::Pending("not visible".into()),
                Err(error) => return Err(error),
            })
        })
        .await
    }

    async fn add_role(&self, cx: &Aws) -> Result<()> {
        let (id, Some(role)) = (self.id.as_str(), self.role.text()) else { return Ok(()) };
        let request = cx.iam().add_role_to_instance_profile().instance_profile_name(id).role_name(role);
        let lost = LostAnswer::default();
        let add = || async { lost.forgives(FULL, request.clone().customize().interceptor(lost.clone()).send().await) };
        let added = retry_while(PROPAGATION, is_young, add).await;
        let doing = || format!("adding IAM role {role} to instance profile {id}");
        added.map(|_| ()).map_err(|error| error.while_doing(doing()))
    }

    async fn remove_role(&self, cx: &Aws) -> Result<()> {
        let (id, Some(role)) = (self.id.as_str(), self.role.text()) else { return Ok(()) };
        let request = cx.iam().remove_role_from_instance_profile().instance_profile_name(id).role_name(role);
        match request.send().await.map_err(Error::from) {
            Err(error) if !error.is_missing() => {
                Err(error.while_doing(format!("removing IAM role {role} from instance profile {id}")))
            }
            _ => Ok(()),
        }
    }

    async fn reread(self, cx: &Aws) -> Result<Option<Self>> {
        let request = cx.iam().get_instance_profile().instance_profile_name(self.id.as_str());
        Ok(request.send().await?.instance_profile.map(|remote| self.filled(&remote)))
    }

    fn filled(mut self, remote: &Remote) -> Self {
        let name = remote.instance_profile_name();
        self.arn = remote.arn().into();
        self.create_date = time::text(remote.create_date()).into();
        self.name = name.into();
        self.name_prefix = names::prefix_of(name);
        self.path = remote.path().into();
        self.role = remote.roles().first().map(|role| role.role_name()).into();
        self.tags_all = tagging::read(remote.tags());
        self.unique_id = remote.instance_profile_id().into();
        self
    }
}

/// Whether the profile is still unknown to the part of IAM that was asked.
fn is_young(error: &Error) -> bool {
    error.is(&["InvalidParameterValue"]) && error.message().contains("Invalid IAM Instance Profile name")
}
