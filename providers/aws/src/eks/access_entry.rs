//! `aws_eks_access_entry`.

use aws_sdk_eks::types::AccessEntry as Remote;
use landform_provider_api::framework::{Check, check};

use super::{EXISTS, PROPAGATION, tagging};
use crate::core::prelude::*;
use crate::core::time;
use crate::core::traces::named;

/// Somebody of IAM who may use the Kubernetes API of a cluster.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eks_access_entry")]
pub(super) struct AccessEntry {
    /// ARN of the access entry.
    #[attr(computed)]
    access_entry_arn: Attr<String>,
    /// Name of the cluster.
    #[attr(required, replace, check = length(1..=100), check = super::cluster_name())]
    cluster_name: Attr<String>,
    /// When the access entry was made.
    #[attr(computed)]
    created_at: Attr<String>,
    /// Name of the cluster and ARN of the principal: `CLUSTER:ARN`.
    #[attr(id)]
    id: Attr<String>,
    /// Groups of Kubernetes that the principal is in.
    #[attr(optional, computed)]
    kubernetes_groups: Attr<BTreeSet<String>>,
    /// When the access entry was last changed.
    #[attr(computed, after_update)]
    modified_at: Attr<String>,
    /// ARN of the role or user.
    #[attr(required, replace, check = arn())]
    principal_arn: Attr<String>,
    /// Region of the cluster.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the access entry.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the access entry with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Whom the entry is for: `STANDARD`, or what kind of nodes.
    #[attr(name = "type", optional, replace, default = "STANDARD", check = entry_type())]
    kind: Attr<String>,
    /// Name of the principal in Kubernetes.
    #[attr(optional, computed)]
    user_name: Attr<String>,
    /// How long operations may take.
    #[timeouts(create = "10m", delete = "10m")]
    timeouts: Timeouts,
}

impl Resource<Aws> for AccessEntry {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let (cluster, principal) = (self.cluster_name.as_str(), self.principal_arn.as_str());
        let request = cx
            .eks()
            .create_access_entry()
            .cluster_name(cluster)
            .principal_arn(principal)
            .set_kubernetes_groups(self.groups().filter(|it| !it.is_empty()))
            .set_tags(tagging::on_create(&self.tags_all))
            .set_type(self.kind.param())
            .set_username(self.user_name.param());
        let lost = LostAnswer::default();
        let create =
            || async { lost.forgives(EXISTS, request.clone().customize().interceptor(lost.clone()).send().await) };
        let created = retry_while(PROPAGATION, names_young_principal, create).await;
        let doing = || format!("creating an access entry for {principal} in EKS cluster {cluster}");
        created.map_err(|error| error.while_doing(doing()))?;
        self.id = id_of(cluster, principal).into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|entry| entry.reread(cx)).await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let groups = self.kubernetes_groups.is_known() && self.kubernetes_groups != prior.kubernetes_groups;
        if groups || self.user_name.text() != prior.user_name.text() {
            let (cluster, principal) = self.names();
            let request = cx.eks().update_access_entry().cluster_name(cluster).principal_arn(principal);
            request.set_kubernetes_groups(self.groups()).set_username(self.user_name.param()).send().await?;
        }
        tagging::update(cx, self.access_entry_arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let (cluster, principal) = self.names();
        cx.eks().delete_access_entry().cluster_name(cluster).principal_arn(principal).send().await?;
        Ok(())
    }

    fn import(id: &str) -> Result<Self, String> {
        match id.split_once(':') {
            Some((cluster, principal)) if !cluster.is_empty() && principal.starts_with("arn:") => {
                Ok(Self { id: id.into(), ..Self::default() })
            }
            _ => Err("wanted is CLUSTER:ARN, the cluster's name and the ARN of the role or user".into()),
        }
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, id_of(self.cluster_name.as_str(), self.principal_arn.as_str())))
    }
}

impl AccessEntry {
    /// The name of the cluster and the ARN of the principal.
    fn names(&self) -> (&str, &str) {
        self.id.as_str().split_once(':').unwrap_or_default()
    }

    fn groups(&self) -> Option<Vec<String>> {
        self.kubernetes_groups.known().map(|groups| groups.iter().cloned().collect())
    }

    async fn reread(self, cx: &Aws) -> Result<Option<Self>> {
        let (cluster, principal) = self.names();
        let asked = cx.eks().describe_access_entry().cluster_name(cluster).principal_arn(principal);
        Ok(asked.send().await?.access_entry.map(|remote| self.filled(&remote)))
    }

    fn filled(mut self, remote: &Remote) -> Self {
        self.access_entry_arn = remote.access_entry_arn().into();
        self.cluster_name = remote.cluster_name().into();
        self.created_at = remote.created_at().map(time::text).into();
        self.kubernetes_groups = Attr::Known(remote.kubernetes_groups().iter().cloned().collect());
        self.modified_at = remote.modified_at().map(time::text).into();
        self.principal_arn = remote.principal_arn().into();
        self.tags_all = tagging::read(remote.tags());
        self.kind = remote.r#type().into();
        self.user_name = remote.username().into();
        self
    }
}

fn id_of(cluster: &str, principal: &str) -> String {
    format!("{cluster}:{principal}")
}

/// A type of access entries; the SDK has no list of them.
fn entry_type() -> Check {
    check::one_of(["EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX", "STANDARD"])
}

/// Whether a role or user that was just made is still unknown.
fn names_young_principal(error: &Error) -> bool {
    error.is(&["InvalidParameterException"]) && error.message().contains("invalid principal")
}
