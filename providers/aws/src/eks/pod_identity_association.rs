//! `aws_eks_pod_identity_association`.

use aws_sdk_eks::types::PodIdentityAssociation as Remote;
use landform_values::Value;

use super::pod_identity_loads::PodIdentities;
use super::{EXISTS, PROPAGATION, tagging};
use crate::core::prelude::*;
use crate::core::traces::under;

/// The role that pods of a service account have.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eks_pod_identity_association", strict)]
pub(super) struct PodIdentityAssociation {
    /// ARN of the association.
    #[attr(computed)]
    association_arn: Attr<String>,
    /// Id of the association.
    #[attr(computed)]
    association_id: Attr<String>,
    /// Name of the cluster.
    #[attr(required, replace)]
    cluster_name: Attr<String>,
    /// Whether sessions are without the tags that name cluster, namespace and service account.
    #[attr(optional, computed, default = false)]
    disable_session_tags: Attr<bool>,
    /// What EKS says of itself when it assumes the target role.
    #[attr(computed, after_update)]
    external_id: Attr<String>,
    /// Id of the association.
    #[attr(id, computed)]
    id: Attr<String>,
    /// Namespace of the service account.
    #[attr(required, replace)]
    namespace: Attr<String>,
    /// Region of the cluster.
    #[attr(region)]
    region: Attr<String>,
    /// ARN of the role.
    #[attr(required, check = arn())]
    role_arn: Attr<String>,
    /// Name of the service account.
    #[attr(required, replace)]
    service_account: Attr<String>,
    /// Tags of the association.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the association with the provider's default tags.
    #[attr(tags_all, computed)]
    tags_all: Attr<Tags>,
    /// ARN of the role, of another account for example, that the first one assumes. EKS can change it, but not take it away.
    #[attr(optional, replace_if = is_taken_away, check = arn())]
    target_role_arn: Attr<String>,
}

impl Resource<Aws> for PodIdentityAssociation {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let request = cx
            .eks()
            .create_pod_identity_association()
            .set_cluster_name(self.cluster_name.get())
            .set_disable_session_tags(self.disable_session_tags.get())
            .set_namespace(self.namespace.get())
            .set_role_arn(self.role_arn.get())
            .set_service_account(self.service_account.get())
            .set_tags(tagging::on_create(&self.tags_all))
            .set_target_role_arn(self.target_role_arn.param());
        let lost = LostAnswer::default();
        let create =
            || async { lost.forgives(EXISTS, request.clone().customize().interceptor(lost.clone()).send().await) };
        let created = retry_while(PROPAGATION, names_young_role, create).await;
        let created = created.map_err(|error| error.while_doing(self.creating()))?;
        self.id = match created {
            Some(created) => created.association.and_then(|it| it.association_id).into(),
            None => self.made(cx).await?.into_iter().next().into(),
        };
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let keys: Vec<String> = batch.iter().map(Self::key).collect();
        let identities = cx.load::<PodIdentities>(&keys).await?;
        Ok(batch.found(|association| {
            let remote = identities.get(&association.key())?;
            Some(association.filled(remote))
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let same = self.disable_session_tags == prior.disable_session_tags
            && self.role_arn == prior.role_arn
            && self.target_role_arn == prior.target_role_arn;
        if !same {
            let request = cx
                .eks()
                .update_pod_identity_association()
                .set_association_id(self.id.get())
                .set_cluster_name(self.cluster_name.get())
                .set_disable_session_tags(self.disable_session_tags.get())
                .set_role_arn(self.role_arn.get())
                .set_target_role_arn(self.target_role_arn.param());
            let update = || async { Ok(request.clone().send().await?) };
            retry_while(PROPAGATION, names_young_role, update).await?;
        }
        tagging::update(cx, self.association_arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let (cluster, id) = (self.cluster_name.as_str(), self.id.as_str());
        cx.eks().delete_pod_identity_association().cluster_name(cluster).association_id(id).send().await?;
        Ok(())
    }

    fn import(id: &str) -> Result<Self, String> {
        match id.split_once(',') {
            Some((cluster, id)) if !cluster.is_empty() && !id.is_empty() => {
                Ok(Self { cluster_name: cluster.into(), id: id.into(), ..Self::default() })
            }
            _ => Err("wanted is CLUSTER,ID, the cluster's name and the id of the association".into()),
        }
    }

    /// A service account has one association at most.
    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        Ok(Traces::Only(under(self, self.made(cx).await?)))
    }
}

impl PodIdentityAssociation {
    fn key(&self) -> String {
        PodIdentities::key(self.cluster_name.as_str(), self.id.as_str())
    }

    fn creating(&self) -> String {
        let (namespace, account) = (self.namespace.as_str(), self.service_account.as_str());
        let cluster = self.cluster_name.as_str();
        format!("giving a role to service account {account} of namespace {namespace} in EKS cluster {cluster}")
    }

    /// The ids of associations of the service account.
    async fn made(&self, cx: &Aws) -> Result<Vec<String>> {
        let request = cx.eks().list_pod_identity_associations().set_cluster_name(self.cluster_name.get());
        let request = request.set_namespace(self.namespace.get()).set_service_account(self.service_account.get());
        let found = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await;
        match found.map_err(Error::from) {
            Err(error) if error.is_missing() => Ok(Vec::new()),
            found => Ok(found?.into_iter().filter_map(|it| it.association_id).collect()),
        }
    }

    fn filled(mut self, remote: &Remote) -> Self {
        self.association_arn = remote.association_arn().into();
        self.association_id = remote.association_id().into();
        self.cluster_name = remote.cluster_name().into();
        self.disable_session_tags = Attr::Known(remote.disable_session_tags().unwrap_or_default());
        self.external_id = remote.external_id().into();
        self.namespace = remote.namespace().into();
        self.role_arn = remote.role_arn().into();
        self.service_account = remote.service_account().into();
        self.tags_all = tagging::read(remote.tags());
        self.target_role_arn = remote.target_role_arn().into();
        self
    }
}

/// Whether a role that was just made is still unknown.
fn names_young_role(error: &Error) -> bool {
    error.is(&["InvalidParameterException"]) && error.message().contains("does not exist")
}

fn is_taken_away(_prior: &Value, planned: &Value) -> bool {
    planned.is_null()
}
