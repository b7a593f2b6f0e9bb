//! The policies of a role, and what else keeps it from being deleted.

use aws_sdk_iam::error::SdkError;

use super::PROPAGATION;
use super::documents::decoded;
use super::role::InlinePolicy;
use crate::core::prelude::*;

/// How long policies may still be told of that were detached before a role is deleted.
const SETTLING: Duration = Duration::from_secs(10);
/// How long others may be at changing a role.
const PATIENCE: Duration = Duration::from_secs(20);

/// ARNs of the managed policies of a role.
pub(super) async fn attached(cx: &Aws, role: &str) -> Result<Vec<String>> {
    let pages = cx.iam().list_attached_role_policies().role_name(role).into_paginator().items().send();
    let policies = none_if_missing(pages.collect::<Result<Vec<_>, _>>().await)?;
    Ok(policies.into_iter().filter_map(|policy| policy.policy_arn).collect())
}

/// Names of the inline policies of a role.
pub(super) async fn inline_names(cx: &Aws, role: &str) -> Result<Vec<String>> {
    let pages = cx.iam().list_role_policies().role_name(role).into_paginator().items().send();
    none_if_missing(pages.collect::<Result<Vec<_>, _>>().await)
}

/// The inline policies of a role.
pub(super) async fn inline(cx: &Aws, role: &str) -> Result<Vec<InlinePolicy>> {
    let mut policies = Vec::new();
    for name in inline_names(cx, role).await? {
        if let Some(policy) = inline_policy(cx, role, &name).await? {
            policies.push(InlinePolicy { name: name.into(), policy: policy.into() });
        }
    }
    Ok(policies)
}

/// One inline policy of a role.
pub(super) async fn inline_policy(cx: &Aws, role: &str, name: &str) -> Result<Option<String>> {
    match cx.iam().get_role_policy().role_name(role).policy_name(name).send().await.map_err(Error::from) {
        Ok(found) => Ok(Some(decoded(&found.policy_document))),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes inline policies; those without a name or a document stand for nothing.
pub(super) async fn put_inline(cx: &Aws, role: &str, policies: &[InlinePolicy]) -> Result<()> {
    for policy in policies {
        if let (Some(name), Some(document)) = (policy.name.text(), policy.policy.text()) {
            put(cx, role, name, document).await?;
        }
    }
    Ok(())
}

/// Writes an inline policy of a role that may be young.
pub(super) async fn put(cx: &Aws, role: &str, name: &str, document: &str) -> Result<()> {
    let request = cx.iam().put_role_policy().role_name(role).policy_name(name).policy_document(document);
    let put = || async { Ok(request.clone().send().await?) };
    let put = retry_while(PATIENCE, is_being_changed, put).await;
    put.map(|_| ()).map_err(|error| error.while_doing(format!("putting policy {name} into IAM role {role}")))
}

/// Deletes inline policies by name.
pub(super) async fn delete_inline(cx: &Aws, role: &str, names: Vec<String>) -> Result<()> {
    for name in names {
        none_if_missing(cx.iam().delete_role_policy().role_name(role).policy_name(name).send().await.map(|_| ()))?;
    }
    Ok(())
}

/// Makes the inline policies of a role the planned ones.
pub(super) async fn change_inline(
    cx: &Aws,
    role: &str,
    prior: &[InlinePolicy],
    planned: &[InlinePolicy],
) -> Result<()> {
    let gone = prior.iter().filter(|it| !planned.iter().any(|planned| planned.name == it.name));
    let gone: Vec<String> = gone.filter_map(|it| it.name.param()).collect();
    delete_inline(cx, role, gone).await?;
    let changed: Vec<InlinePolicy> = planned.iter().filter(|it| !prior.contains(it)).cloned().collect();
    put_inline(cx, role, &changed).await
}

/// Attaches managed policies.
pub(super) async fn attach(cx: &Aws, role: &str, arns: Vec<String>) -> Result<()> {
    for arn in arns {
        let request = cx.iam().attach_role_policy().role_name(role).policy_arn(&arn);
        let attach = || async { Ok(request.clone().send().await?) };
        let attached = retry_while(PATIENCE, is_being_changed, attach).await;
        attached.map_err(|error| error.while_doing(format!("attaching policy {arn} to IAM role {role}")))?;
    }
    Ok(())
}

/// Detaches managed policies; those that are not attached are no error.
pub(super) async fn detach(cx: &Aws, role: &str, arns: Vec<String>) -> Result<()> {
    for arn in arns {
        let request = cx.iam().detach_role_policy().role_name(role).policy_arn(&arn);
        let detach = || async { none_if_missing(request.clone().send().await.map(|_| ())) };
        let detached = retry_while(PATIENCE, is_being_changed, detach).await;
        detached.map_err(|error| error.while_doing(format!("detaching policy {arn} from IAM role {role}")))?;
    }
    Ok(())
}

/// A role that others change at this moment.
fn is_being_changed(error: &Error) -> bool {
    error.is(&["ConcurrentModification", "ConcurrentModificationException"])
}

/// Takes a role out of all instance profiles.
pub(super) async fn leave_instance_profiles(cx: &Aws, role: &str) -> Result<()> {
    for profile in instance_profiles(cx, role).await? {
        let request = cx.iam().remove_role_from_instance_profile().role_name(role).instance_profile_name(profile);
        none_if_missing(request.send().await.map(|_| ()))?;
    }
    Ok(())
}

async fn instance_profiles(cx: &Aws, role: &str) -> Result<Vec<String>> {
    let pages = cx.iam().list_instance_profiles_for_role().role_name(role).into_paginator().items().send();
    let profiles = none_if_missing(pages.collect::<Result<Vec<_>, _>>().await)?;
    Ok(profiles.into_iter().map(|profile| profile.instance_profile_name).collect())
}

/// Deletes a role. IAM may refuse for a while because of policies that are already gone; if it still tells of some
/// after a moment, they are named.
pub(super) async fn delete_role(cx: &Aws, role: &str) -> Result<()> {
    let delete = || async { Ok(cx.iam().delete_role().role_name(role).send().await?) };
    let Err(error) = retry_while(SETTLING, Error::is_in_use, delete).await else { return Ok(()) };
    if !error.is_in_use() {
        return Err(error);
    }
    let blockers = blockers(cx, role).await?;
    if blockers.is_empty() {
        return retry_while(PROPAGATION, Error::is_in_use, delete).await.map(|_| ());
    }
    let listed = blockers.join("\n  - ");
    let remedy = "Set force_detach_policies = true to remove what others added.";
    Err(error.hint(format!("Still there and in the way of deleting {role}:\n  - {listed}\n\n{remedy}")))
}

async fn blockers(cx: &Aws, role: &str) -> Result<Vec<String>> {
    let (attached, inline, profiles) =
        futures::try_join!(attached(cx, role), inline_names(cx, role), instance_profiles(cx, role))?;
    let attached = attached.into_iter().map(|arn| format!("managed policy {arn}"));
    let inline = inline.into_iter().map(|name| format!("inline policy {name}"));
    let profiles = profiles.into_iter().map(|name| format!("instance profile {name}"));
    Ok(attached.chain(inline).chain(profiles).collect())
}

/// What is gone has nothing.
fn none_if_missing<T, E>(result: std::result::Result<T, SdkError<E>>) -> Result<T>
where
    T: Default,
    Error: From<SdkError<E>>,
{
    match result.map_err(Error::from) {
        Err(error) if error.is_missing() => Ok(T::default()),
        other => other,
    }
}
