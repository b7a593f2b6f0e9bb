//! `aws_eks_cluster`.

use aws_sdk_eks::types::{ClusterStatus, LogType};
use serde_json::{Map, Value as Json};

use super::cluster_parts::{
    AccessConfig, Certificate, ComputeConfig, EncryptionConfig, Identity, KubernetesNetworkConfig, OutpostConfig,
    RemoteNetworkConfig, ScalingConfig, StorageConfig, UpgradePolicy, VpcConfig, ZonalShiftConfig,
};
use super::loads::{self, Clusters};
use super::{PROPAGATION, cluster_plan, updates};
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::core::traces::named;

/// A Kubernetes control plane.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eks_cluster", version = 1)]
#[model(conflicts("outpost_config", "encryption_config"), conflicts("outpost_config", "kubernetes_network_config"))]
#[model(conflicts("outpost_config", "remote_network_config"))]
pub(super) struct Cluster {
    /// ARN of the cluster.
    #[attr(computed)]
    pub(super) arn: Attr<String>,
    /// Whether a new cluster gets its network add-ons by itself.
    #[attr(optional, default = true, replace)]
    pub(super) bootstrap_self_managed_addons: Attr<bool>,
    /// The certificate of the cluster's API.
    #[attr(computed)]
    pub(super) certificate_authority: Attr<Vec<Certificate>>,
    /// Id of a cluster on an Outpost.
    #[attr(computed)]
    pub(super) cluster_id: Attr<String>,
    /// When the cluster was made.
    #[attr(computed)]
    pub(super) created_at: Attr<String>,
    /// Whether the cluster is kept from being deleted.
    #[attr(optional, computed)]
    pub(super) deletion_protection: Attr<bool>,
    /// What the control plane logs.
    #[attr(optional, check = each(listed(LogType::values())))]
    pub(super) enabled_cluster_log_types: Attr<BTreeSet<String>>,
    /// URL of the cluster's API.
    #[attr(computed)]
    pub(super) endpoint: Attr<String>,
    /// Whether a new version is installed although AWS sees obstacles.
    #[attr(optional)]
    pub(super) force_update_version: Attr<bool>,
    /// Name of the cluster.
    #[attr(id)]
    pub(super) id: Attr<String>,
    /// Who the cluster is to others.
    #[attr(computed)]
    pub(super) identity: Attr<Vec<Identity>>,
    /// Name of the cluster.
    #[attr(required, replace, check = length(1..=100), check = super::cluster_name())]
    pub(super) name: Attr<String>,
    /// Version of what AWS adds to Kubernetes.
    #[attr(computed, after_update("version"))]
    pub(super) platform_version: Attr<String>,
    /// Region of the cluster.
    #[attr(region)]
    region: Attr<String>,
    /// ARN of the role of the control plane.
    #[attr(required, replace, check = arn())]
    pub(super) role_arn: Attr<String>,
    /// State of the cluster.
    #[attr(computed)]
    pub(super) status: Attr<String>,
    /// Tags of the cluster.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the cluster with the provider's default tags.
    #[attr(tags_all)]
    pub(super) tags_all: Attr<Tags>,
    /// Version of Kubernetes: `1.34`.
    #[attr(optional, computed)]
    pub(super) version: Attr<String>,
    /// Who may use the cluster.
    #[block(list, max = 1, computed)]
    pub(super) access_config: Vec<AccessConfig>,
    /// Nodes that EKS manages by itself.
    #[block(list, max = 1, computed)]
    pub(super) compute_config: Vec<ComputeConfig>,
    /// How big the control plane is at least.
    #[block(list, max = 1, computed)]
    pub(super) control_plane_scaling_config: Vec<ScalingConfig>,
    /// How secrets are encrypted.
    #[block(list, max = 1)]
    pub(super) encryption_config: Vec<EncryptionConfig>,
    /// Addresses within the cluster.
    #[block(list, max = 1, computed)]
    pub(super) kubernetes_network_config: Vec<KubernetesNetworkConfig>,
    /// The cluster on an Outpost.
    #[block(list, max = 1)]
    pub(super) outpost_config: Vec<OutpostConfig>,
    /// Networks outside of AWS that belong to the cluster.
    #[block(list, max = 1)]
    pub(super) remote_network_config: Vec<RemoteNetworkConfig>,
    /// Volumes that EKS manages by itself.
    #[block(list, max = 1, computed)]
    pub(super) storage_config: Vec<StorageConfig>,
    /// How long operations may take.
    #[timeouts(create = "30m", update = "60m", delete = "15m")]
    pub(super) timeouts: Timeouts,
    /// What happens when the support of a version ends.
    #[block(list, max = 1, computed)]
    pub(super) upgrade_policy: Vec<UpgradePolicy>,
    /// The network of the cluster.
    #[block(list, min = 1, max = 1)]
    pub(super) vpc_config: Vec<VpcConfig>,
    /// Whether traffic leaves a zone that is ill.
    #[block(list, max = 1)]
    pub(super) zonal_shift_config: Vec<ZonalShiftConfig>,
}

impl Resource<Aws> for Cluster {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let request = self.create_request(cx)?;
        let lost = LostAnswer::default();
        let create = || async {
            let sent = request.clone().customize().interceptor(lost.clone()).send().await;
            lost.forgives("ResourceInUseException", sent)
        };
        retry_while(PROPAGATION, updates::waits_for_iam, create).await?;
        self.id = self.name.clone();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let clusters = cx.load::<Clusters>(&batch.ids()).await?;
        Ok(batch.found(|cluster| Some(cluster.clone().filled(clusters.get(cluster.id.as_str())?))))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let prior = prior.clone().at_rest(cx).await?;
        self.change(&prior, cx).await
    }

    /// `update` waits for each change of its own, as the next one can not begin before.
    async fn settle(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("EKS cluster {id} to become active"), self.timeouts.create(), || async {
            let Some(cluster) = loads::cluster(cx, id).await? else {
                return Ok(State::Pending("not visible".into()));
            };
            Ok(match cluster.status() {
                Some(ClusterStatus::Active) => State::Done(()),
                Some(ClusterStatus::Failed) => return Err(failed(id, &cluster)),
                status => State::Pending(status.map_or("unknown", ClusterStatus::as_str).to_owned()),
            })
        })
        .await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let timeout = self.timeouts.delete();
        let delete = || async { Ok(cx.eks().delete_cluster().name(id).send().await?) };
        match retry_while(timeout, updates::is_busy, delete).await {
            Err(error) if error.is_in_use() => return Err(error.hint(self.in_the_way(cx).await)),
            Err(error) if self.deletion_protection.is_true() && !error.is_missing() => {
                return Err(error.hint("Set deletion_protection = false and apply that before."));
            }
            result => result?,
        };
        wait_until(&format!("EKS cluster {id} to be gone"), timeout, || async {
            let Some(cluster) = loads::cluster(cx, id).await? else { return Ok(State::Done(())) };
            Ok(match cluster.status() {
                Some(ClusterStatus::Failed) => return Err(failed(id, &cluster)),
                status => State::Pending(status.map_or("unknown", ClusterStatus::as_str).to_owned()),
            })
        })
        .await
    }

    fn plan(planning: &mut Planning<'_>) {
        cluster_plan::adjust(planning);
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.name.as_str()))
    }

    fn upgrade(version: i64, mut stored: Map<String, Json>) -> Map<String, Json> {
        if version == 0 {
            stored.entry("bootstrap_self_managed_addons").or_insert(Json::Bool(true));
        }
        stored
    }
}

impl Cluster {
    /// The cluster as it is once nothing is on its way any more. What an earlier run or somebody else began is not begun
    /// again.
    async fn at_rest(self, cx: &Aws) -> Result<Self> {
        if self.status.text().is_none_or(|status| status == ClusterStatus::Active.as_str()) {
            return Ok(self);
        }
        self.settle(cx).await?;
        let id = self.id.as_str();
        Ok(match loads::cluster(cx, id).await? {
            Some(cluster) => self.filled(&cluster),
            None => self,
        })
    }

    /// What keeps the cluster from being deleted.
    async fn in_the_way(&self, cx: &Aws) -> String {
        let id = self.id.as_str();
        let groups = cx.eks().list_nodegroups().cluster_name(id).send().await;
        let profiles = cx.eks().list_fargate_profiles().cluster_name(id).send().await;
        let groups = groups.ok().and_then(|it| it.nodegroups).unwrap_or_default();
        let profiles = profiles.ok().and_then(|it| it.fargate_profile_names).unwrap_or_default();
        let names = groups.iter().map(|it| format!("node group {it}"));
        let names: Vec<String> = names.chain(profiles.iter().map(|it| format!("Fargate profile {it}"))).collect();
        match names.is_empty() {
            true => "Something else still uses it.".into(),
            false => format!("These have to be deleted before: {}.", names.join(", ")),
        }
    }
}

fn failed(id: &str, cluster: &aws_sdk_eks::types::Cluster) -> Error {
    let issues = cluster.health().map(|health| health.issues()).unwrap_or_default();
    let issues: Vec<String> = issues
        .iter()
        .map(|issue| {
            let code = issue.code().map_or("Unknown", |code| code.as_str());
            format!("{code}: {} ({})", issue.message().unwrap_or_default(), issue.resource_ids().join(", "))
        })
        .collect();
    Error::new("EKS cluster failed", format!("EKS says that cluster {id} has failed. {}", issues.join("\n")))
}
