//! `aws_eks_access_policy_association`.

use aws_sdk_eks::types::{AccessScope, AccessScopeType, AssociatedAccessPolicy};
use aws_smithy_types::DateTime;

use super::PROPAGATION;
use crate::core::prelude::*;
use crate::core::traces::named;
use crate::core::{Fetch, one_by_one, time};

/// One of EKS's policies that somebody with an access entry has.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eks_access_policy_association")]
pub(super) struct AccessPolicyAssociation {
    /// When the policy was associated.
    #[attr(computed)]
    associated_at: Attr<String>,
    /// Name of the cluster.
    #[attr(required, replace, check = length(1..=100), check = super::cluster_name())]
    cluster_name: Attr<String>,
    /// Name of the cluster, ARN of the principal and ARN of the policy: `CLUSTER#ARN#ARN`.
    #[attr(id)]
    id: Attr<String>,
    /// When the association was last changed.
    #[attr(computed)]
    modified_at: Attr<String>,
    /// ARN of the policy.
    #[attr(required, replace, check = arn())]
    policy_arn: Attr<String>,
    /// ARN of the role or user.
    #[attr(required, replace, check = arn())]
    principal_arn: Attr<String>,
    /// Region of the cluster.
    #[attr(region)]
    region: Attr<String>,
    /// Where in the cluster the policy holds.
    #[block(list, min = 1, max = 1, replace)]
    access_scope: Vec<Scope>,
    /// How long operations may take.
    #[timeouts(create = "10m", delete = "10m")]
    timeouts: Timeouts,
}

/// Where in a cluster a policy holds.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scope {
    /// The namespaces, for the type `namespace`.
    #[attr(optional, replace)]
    namespaces: Attr<BTreeSet<String>>,
    /// In all of the `cluster`, or in some `namespace`.
    #[attr(name = "type", required, replace)]
    kind: Attr<String>,
}

impl Resource<Aws> for AccessPolicyAssociation {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let (cluster, principal, policy) =
            (self.cluster_name.as_str(), self.principal_arn.as_str(), self.policy_arn.as_str());
        let request = cx
            .eks()
            .associate_access_policy()
            .cluster_name(cluster)
            .principal_arn(principal)
            .policy_arn(policy)
            .set_access_scope(self.access_scope.first().map(Scope::wanted));
        let associate = || async { Ok(request.clone().send().await?) };
        let associated = retry_while(PROPAGATION, names_young_entry, associate).await;
        let doing = || format!("associating {policy} with {principal} in EKS cluster {cluster}");
        associated.map_err(|error| error.while_doing(doing()))?;
        self.id = self.future_id().into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let entries: Vec<String> = batch.iter().filter_map(|it| Some(it.entry_and_policy()?.0.to_owned())).collect();
        let policies = cx.load::<AssociatedPolicies>(&entries).await?;
        Ok(batch.found(|association| {
            let (entry, policy) = association.entry_and_policy()?;
            let told = policies.get(entry)?.iter().find(|told| told.policy_arn() == Some(policy))?;
            Some(association.clone().filled(told))
        }))
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let (cluster, principal, policy) =
            (self.cluster_name.as_str(), self.principal_arn.as_str(), self.policy_arn.as_str());
        let request = cx.eks().disassociate_access_policy().cluster_name(cluster).principal_arn(principal);
        request.policy_arn(policy).send().await?;
        Ok(())
    }

    fn import(id: &str) -> Result<Self, String> {
        let parts: Vec<&str> = id.splitn(3, '#').collect();
        match parts[..] {
            [cluster, principal, policy] if !cluster.is_empty() && !principal.is_empty() && !policy.is_empty() => {
                Ok(Self {
                    cluster_name: cluster.into(),
                    id: id.into(),
                    policy_arn: policy.into(),
                    principal_arn: principal.into(),
                    ..Self::default()
                })
            }
            _ => Err("wanted is CLUSTER#PRINCIPAL#POLICY, the cluster's name and two ARNs".into()),
        }
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.future_id()))
    }
}

impl AccessPolicyAssociation {
    fn future_id(&self) -> String {
        let (cluster, principal) = (self.cluster_name.as_str(), self.principal_arn.as_str());
        format!("{cluster}#{principal}#{}", self.policy_arn.as_str())
    }

    /// The key of the access entry, and the ARN of the policy.
    fn entry_and_policy(&self) -> Option<(&str, &str)> {
        self.id.as_str().rsplit_once('#')
    }

    fn filled(mut self, remote: &AssociatedAccessPolicy) -> Self {
        self.access_scope = remote.access_scope().map(Scope::told).into_iter().collect();
        self.associated_at = remote.associated_at().map(spelled).into();
        self.modified_at = remote.modified_at().map(spelled).into();
        self
    }
}

impl Scope {
    fn wanted(&self) -> AccessScope {
        let namespaces: Vec<String> = self.namespaces.items().cloned().collect();
        AccessScope::builder()
            .set_type(self.kind.text().map(AccessScopeType::from))
            .set_namespaces(Some(namespaces).filter(|it| !it.is_empty()))
            .build()
    }

    fn told(remote: &AccessScope) -> Self {
        Self {
            namespaces: Attr::Known(remote.namespaces().iter().cloned().collect()),
            kind: remote.r#type().map(AccessScopeType::as_str).into(),
        }
    }
}

/// The policies of access entries, by `CLUSTER#PRINCIPAL`: one call answers for all policies of an entry.
enum AssociatedPolicies {}

impl Fetch for AssociatedPolicies {
    type Item = Vec<AssociatedAccessPolicy>;
    const CHUNK: usize = usize::MAX;

    async fn fetch(cx: &Aws, keys: Vec<String>) -> Result<Vec<(String, Self::Item)>> {
        one_by_one(keys, |key| async move {
            let (cluster, principal) = key.split_once('#').unwrap_or_default();
            let request = cx.eks().list_associated_access_policies().cluster_name(cluster).principal_arn(principal);
            let pages = request.into_paginator().items().send();
            match pages.collect::<Result<Vec<_>, _>>().await.map_err(Error::from) {
                Err(error) if error.is_missing() => Ok(None),
                found => found.map(Some),
            }
        })
        .await
    }
}

/// Whether an access entry that was just made is still unknown.
fn names_young_entry(error: &Error) -> bool {
    error.is_missing() && error.message().contains("principalArn could not be found")
}

/// A point in time as the public provider stores it in this type: `2026-01-31 12:00:00.25 +0000 UTC`, to the millisecond.
fn spelled(at: &DateTime) -> String {
    let milliseconds = (f64::from(at.subsec_nanos()) / 1e6).round();
    let seconds = time::text(at).replace('T', " ");
    let seconds = seconds.trim_end_matches('Z');
    let fraction = format!("{:.3}", milliseconds.min(999.0) / 1e3);
    let fraction = fraction.trim_start_matches('0').trim_end_matches('0').trim_end_matches('.');
    format!("{seconds}{fraction} +0000 UTC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spelled_as_the_public_provider_does() {
        let cases = [
            (0, "2026-01-31 12:00:00 +0000 UTC"),
            (250_000_000, "2026-01-31 12:00:00.25 +0000 UTC"),
            (123_000_020, "2026-01-31 12:00:00.123 +0000 UTC"),
            (1_000_000, "2026-01-31 12:00:00.001 +0000 UTC"),
        ];
        for (nanoseconds, expected) in cases {
            assert_eq!(spelled(&DateTime::from_secs_and_nanos(1_769_860_800, nanoseconds)), expected);
        }
    }
}
