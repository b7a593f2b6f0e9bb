//! Reads of IAM that many types share.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use aws_sdk_iam::types::{EntityType, Role, RoleDetail};
use futures::TryFutureExt as _;

use super::documents::decoded;
use crate::core::{Aws, Error, Fetch, Result, one_by_one};

/// From so many roles on, those of the whole account are listed: two calls for up to [`PAGE`] of them.
const WORTHWHILE: usize = 3;
/// As many roles as one call tells of at most.
const PAGE: i32 = 1000;

/// What is known of roles, by name. Those that a list tells of have their policies with them.
pub(super) struct Roles;

/// A role, and its policies where they were told with it.
pub(super) struct RoleFound {
    pub(super) role: Role,
    pub(super) policies: Option<RolePolicies>,
}

/// What belongs to a role: ARNs of managed policies, and inline policies with their documents by name.
pub(super) struct RolePolicies {
    pub(super) attached: BTreeSet<String>,
    pub(super) inline: BTreeMap<String, String>,
}

impl Fetch for Roles {
    type Item = RoleFound;
    const CHUNK: usize = usize::MAX;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, RoleFound)>> {
        let mut listed = match keys.len() {
            WORTHWHILE.. => listed(cx).await.unwrap_or_default(),
            _ => HashMap::new(),
        };
        let mut found: Vec<(String, RoleFound)> = keys.iter().filter_map(|key| listed.remove_entry(key)).collect();
        let told: BTreeSet<&String> = found.iter().map(|(name, _)| name).collect();
        let rest: Vec<String> = keys.iter().filter(|key| !told.contains(key)).cloned().collect();
        found.extend(one_by_one(rest, |name| one_role(cx, name)).await?);
        Ok(found)
    }
}

async fn one_role(cx: &Aws, name: String) -> Result<Option<RoleFound>> {
    match cx.iam().get_role().role_name(name).send().await.map_err(Error::from) {
        Ok(found) => Ok(found.role.map(|role| RoleFound { role, policies: None })),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The first [`PAGE`] roles of the account. One list lacks tags and boundaries, the other descriptions and durations.
/// Nobody has to be allowed to ask for either: those who are not are told of each role by itself.
async fn listed(cx: &Aws) -> Result<HashMap<String, RoleFound>> {
    let details = cx.iam().get_account_authorization_details().filter(EntityType::Role).max_items(PAGE).send();
    let roles = cx.iam().list_roles().max_items(PAGE).send();
    let (details, roles) = futures::try_join!(details.map_err(Error::from), roles.map_err(Error::from))?;
    let mut roles: HashMap<String, Role> = roles.roles.into_iter().map(|role| (role.role_name.clone(), role)).collect();
    let found = details.role_detail_list.unwrap_or_default().into_iter().filter_map(|detail| {
        let name = detail.role_name.clone()?;
        let role = roles.remove(&name).filter(|role| Some(role.role_id()) == detail.role_id())?;
        Some((name, of_both(role, detail)))
    });
    Ok(found.collect())
}

fn of_both(mut role: Role, detail: RoleDetail) -> RoleFound {
    let attached = detail.attached_managed_policies.unwrap_or_default().into_iter().filter_map(|it| it.policy_arn);
    let inline = detail.role_policy_list.unwrap_or_default().into_iter();
    let inline = inline.filter_map(|it| Some((it.policy_name?, decoded(&it.policy_document?))));
    let policies = RolePolicies { attached: attached.collect(), inline: inline.collect() };
    role.assume_role_policy_document = detail.assume_role_policy_document;
    role.permissions_boundary = detail.permissions_boundary;
    role.tags = detail.tags;
    RoleFound { role, policies: Some(policies) }
}

/// ARNs of the managed policies that are attached to roles, by the role's name: one call answers for all attachments of
/// a role.
pub(super) struct AttachedPolicies;

impl Fetch for AttachedPolicies {
    type Item = BTreeSet<String>;
    const CHUNK: usize = usize::MAX;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
        let told = told_with_roles(cx).await;
        let of_role = |name: &String| Some((name.clone(), told.get(name)?.policies.as_ref()?.attached.clone()));
        let mut found: Vec<(String, Self::Item)> = keys.iter().filter_map(of_role).collect();
        let known: BTreeSet<String> = found.iter().map(|(name, _)| name.clone()).collect();
        let rest = keys.into_iter().filter(|key| !known.contains(key)).collect();
        let asked = one_by_one(rest, |role| async move {
            match attached(cx, &role).await {
                Err(error) if error.is_missing() => Ok(None),
                found => found.map(Some),
            }
        });
        found.extend(asked.await?);
        Ok(found)
    }
}

/// The roles that were asked for in this bulk read, by name.
pub(super) async fn told_with_roles(cx: &Aws) -> HashMap<String, Arc<RoleFound>> {
    if !cx.is_reading_in_bulk() {
        return HashMap::new();
    }
    let told = cx.told::<Roles>().await;
    told.into_iter().map(|found| (found.role.role_name.clone(), found)).collect()
}

async fn attached(cx: &Aws, role: &str) -> Result<BTreeSet<String>> {
    let pages = cx.iam().list_attached_role_policies().role_name(role).into_paginator().items().send();
    let policies = pages.collect::<Result<Vec<_>, _>>().await?;
    Ok(policies.into_iter().filter_map(|policy| policy.policy_arn).collect())
}
