//! Reads of IAM that many types share.

use std::collections::BTreeSet;

use crate::core::{Aws, Fetch, Result, one_by_one};

/// ARNs of the managed policies that are attached to roles, by the role's name: one call answers for all attachments of
/// a role.
pub(super) struct AttachedPolicies;

impl Fetch for AttachedPolicies {
    type Item = BTreeSet<String>;
    const CHUNK: usize = usize::MAX;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
        one_by_one(keys, |role| async move {
            match attached(cx, &role).await {
                Err(error) if error.is_missing() => Ok(None),
                found => found.map(Some),
            }
        })
        .await
    }
}

async fn attached(cx: &Aws, role: &str) -> Result<BTreeSet<String>> {
    let pages = cx.iam().list_attached_role_policies().role_name(role).into_paginator().items().send();
    let policies = pages.collect::<Result<Vec<_>, _>>().await?;
    Ok(policies.into_iter().filter_map(|policy| policy.policy_arn).collect())
}
