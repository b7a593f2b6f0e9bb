//! `aws_iam_role`.

use aws_sdk_iam::types::Role as Remote;

use super::documents::{document, name_characters, policy_json};
use super::loads::{AttachedPolicies, Roles};
use super::{EXISTS, PROPAGATION, role_policies, tagging};
use crate::core::names;
use crate::core::prelude::*;
use crate::core::tags::Change;
use crate::core::traces::{named, under};

/// An identity that services and users take on.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_iam_role", conflicts("name", "name_prefix"))]
pub(super) struct Role {
    /// ARN of the role.
    #[attr(computed)]
    arn: Attr<String>,
    /// Policy that says who may take on the role.
    #[attr(required, check = policy_json(), same = policy)]
    assume_role_policy: Attr<String>,
    /// When the role was made.
    #[attr(computed)]
    create_date: Attr<String>,
    /// What the role is for.
    #[attr(optional, check = length(0..=1000), check = characters(|it| !"“‘".contains(it), "plain quotes"))]
    description: Attr<String>,
    /// Whether policies that others attached are detached before the role is deleted.
    #[attr(optional, default = false)]
    force_detach_policies: Attr<bool>,
    /// Name of the role.
    #[attr(id)]
    id: Attr<String>,
    /// ARNs of all managed policies of the role; any other is detached. Null where they are not managed here.
    #[attr(optional, computed, check = each(arn()), deprecated = "Use aws_iam_role_policy_attachment instead.")]
    managed_policy_arns: Attr<BTreeSet<String>>,
    /// Longest session in seconds.
    #[attr(optional, default = 3600_i64, check = between(3600..=43200))]
    max_session_duration: Attr<i64>,
    /// Name of the role.
    #[attr(optional, computed, replace, check = length(1..=64), check = name_characters())]
    name: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = length(1..=38), check = name_characters())]
    name_prefix: Attr<String>,
    /// Path of the role.
    #[attr(optional, default = "/", replace, check = length(0..=512))]
    path: Attr<String>,
    /// ARN of the policy that bounds what the role can be allowed.
    #[attr(optional, check = arn())]
    permissions_boundary: Attr<String>,
    /// Tags of the role.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the role with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Unique id of the role.
    #[attr(computed)]
    unique_id: Attr<String>,
    /// All inline policies of the role; any other is deleted. One empty block stands for none at all.
    #[block(set, computed, deprecated = "Use aws_iam_role_policy instead.")]
    inline_policy: Vec<InlinePolicy>,
}

/// An inline policy.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct InlinePolicy {
    /// Name of the policy.
    #[attr(optional, check = length(1..=128), check = name_characters())]
    pub(super) name: Attr<String>,
    /// The policy.
    #[attr(optional, check = policy_json(), same = policy)]
    pub(super) policy: Attr<String>,
}

impl Resource<Aws> for Role {
    fn identity() -> Option<&'static dyn Identity> {
        Some(&IdentityForm::Within("name"))
    }

    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.name, &self.name_prefix);
        let request = cx
            .iam()
            .create_role()
            .role_name(&name)
            .set_assume_role_policy_document(self.assume_role_policy.get())
            .set_description(self.description.param())
            .set_max_session_duration(self.max_session_duration.get_i32())
            .set_path(self.path.param())
            .set_permissions_boundary(self.permissions_boundary.param())
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let create =
            || async { lost.forgives(EXISTS, request.clone().customize().interceptor(lost.clone()).send().await) };
        let created = retry_while(PROPAGATION, Error::names_unknown_principal, create).await;
        let created = created.map_err(|error| error.while_doing(format!("creating IAM role {name}")))?;
        self.id = name.into();
        self.arn = created.and_then(|created| created.role).map(|role| role.arn).into();
        self.wait_known(cx).await?;
        role_policies::put_inline(cx, self.id.as_str(), &self.inline_policy).await?;
        let attached = self.managed_policy_arns.items().cloned().collect();
        role_policies::attach(cx, self.id.as_str(), attached).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|role| role.reread(cx)).await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        self.update_settings(prior, cx).await?;
        if self.permissions_boundary.text() != prior.permissions_boundary.text() {
            match self.permissions_boundary.param() {
                Some(boundary) => {
                    let request = cx.iam().put_role_permissions_boundary().role_name(id);
                    request.permissions_boundary(boundary).send().await?;
                }
                None => {
                    cx.iam().delete_role_permissions_boundary().role_name(id).send().await?;
                }
            }
        }
        role_policies::change_inline(cx, id, &prior.inline_policy, &self.inline_policy).await?;
        if self.managed_policy_arns.is_known() {
            let (has, wants) = (set_of(&prior.managed_policy_arns), set_of(&self.managed_policy_arns));
            role_policies::detach(cx, id, has.difference(&wants).cloned().collect()).await?;
            role_policies::attach(cx, id, wants.difference(&has).cloned().collect()).await?;
        }
        let change = Change::between(&prior.tags_all, &self.tags_all);
        if !change.removed.is_empty() {
            cx.iam().untag_role().role_name(id).set_tag_keys(Some(change.removed.clone())).send().await?;
        }
        if !change.added.is_empty() {
            cx.iam().tag_role().role_name(id).set_tags(Some(tagging::added(&change))).send().await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        role_policies::leave_instance_profiles(cx, id).await?;
        let force = self.force_detach_policies.is_true();
        if force || self.managed_policy_arns.items().next().is_some() {
            let attached = role_policies::attached(cx, id).await?;
            role_policies::detach(cx, id, attached).await?;
        }
        if force || !self.inline_policy.is_empty() {
            let names = role_policies::inline_names(cx, id).await?;
            role_policies::delete_inline(cx, id, names).await?;
        }
        role_policies::delete_role(cx, id).await
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        if let Some(name) = self.name.text() {
            return Ok(named(self, name));
        }
        let mut pages = cx.iam().list_roles().set_path_prefix(self.path.param()).into_paginator().items().send();
        let mut made = Vec::new();
        while let Some(role) = pages.next().await {
            made.extend(Some(role?.role_name).filter(|name| names::is_made_of(name, &self.name_prefix)));
        }
        Ok(Traces::Tagged(under(self, made)))
    }
}

impl Role {
    /// A role that was just made is, for a while, not found, or told with its unique id in place of its ARN.
    async fn wait_known(&mut self, cx: &Aws) -> Result<()> {
        if self.arn.as_str().starts_with("arn:") {
            return Ok(());
        }
        let id = self.id.as_str();
        let arn = wait_until(&format!("IAM role {id} to get its ARN"), CONSISTENCY, || async {
            Ok(match cx.iam().get_role().role_name(id).send().await.map_err(Error::from) {
                Ok(found) => match found.role.map(|role| role.arn) {
                    Some(arn) if arn.starts_with("arn:") => State::Done(arn),
                    other => State::Pending(other.unwrap_or_default()),
                },
                Err(error) if error.is_missing() => State::Pending("not visible".into()),
                Err(error) => return Err(error),
            })
        })
        .await?;
        self.arn = arn.into();
        Ok(())
    }

    async fn update_settings(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        if self.assume_role_policy != prior.assume_role_policy {
            let document = self.assume_role_policy.get();
            let request = cx.iam().update_assume_role_policy().role_name(id).set_policy_document(document);
            let update = || async { Ok(request.clone().send().await?) };
            retry_while(PROPAGATION, Error::names_unknown_principal, update).await?;
        }
        let described = self.description.text() != prior.description.text();
        if described || self.max_session_duration != prior.max_session_duration {
            let request = cx.iam().update_role().role_name(id).description(self.description.as_str());
            request.set_max_session_duration(self.max_session_duration.get_i32()).send().await?;
        }
        Ok(())
    }

    /// One call for the role itself. Its policies are only asked for where they are managed here, or after import.
    async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let id = self.id.as_str().to_owned();
        let found = cx.load_one::<Roles>(&id).await?;
        let Some(remote) = found.get(&id).map(|found| &found.role) else { return Ok(None) };
        let imported = self.arn.text().is_none();
        if imported || self.managed_policy_arns.is_known() {
            let attached = cx.load_one::<AttachedPolicies>(&id).await?;
            self.managed_policy_arns = attached.get(&id).cloned().unwrap_or_default().into();
        }
        if imported || !self.inline_policy.is_empty() {
            let found = role_policies::inline(cx, &id).await?;
            if !(found.is_empty() && self.wants_no_inline_policy()) {
                self.inline_policy = found;
            }
        }
        Ok(Some(self.filled(remote)))
    }

    /// One empty block says that there are to be none.
    fn wants_no_inline_policy(&self) -> bool {
        matches!(self.inline_policy.as_slice(), [only] if only.name.text().is_none())
    }

    fn filled(mut self, remote: &Remote) -> Self {
        self.arn = remote.arn().into();
        self.assume_role_policy = document(remote.assume_role_policy_document());
        self.create_date = crate::core::time::text(remote.create_date()).into();
        self.description = remote.description().into();
        self.max_session_duration = remote.max_session_duration().into();
        self.name = remote.role_name().into();
        self.name_prefix = names::prefix_of(remote.role_name());
        self.path = remote.path().into();
        let boundary = remote.permissions_boundary();
        self.permissions_boundary = boundary.and_then(|it| it.permissions_boundary_arn()).into();
        self.tags_all = tagging::read(remote.tags());
        self.unique_id = remote.role_id().into();
        self
    }
}

fn set_of(arns: &Attr<BTreeSet<String>>) -> BTreeSet<String> {
    arns.get().unwrap_or_default()
}
