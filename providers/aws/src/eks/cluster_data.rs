//! `data.aws_eks_cluster`.

use aws_sdk_eks::types::ZonalShiftConfigResponse;
use landform_provider_api::framework::Context as _;

use super::cluster;
use super::cluster_parts::{
    AccessConfig, Certificate, ComputeConfig, Identity, KubernetesNetworkConfig, OutpostConfig, RemoteNetworkConfig,
    ScalingConfig, StorageConfig, UpgradePolicy, VpcConfig, ZonalShiftConfig,
};
use super::loads::Clusters;
use crate::core::prelude::*;

/// A Kubernetes control plane.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eks_cluster")]
pub(super) struct Cluster {
    /// Who may use the cluster.
    #[attr(computed)]
    access_config: Attr<Vec<AccessConfig>>,
    /// ARN of the cluster.
    #[attr(computed)]
    arn: Attr<String>,
    /// The certificate of the cluster's API.
    #[attr(computed)]
    certificate_authority: Attr<Vec<Certificate>>,
    /// Id of a cluster on an Outpost.
    #[attr(computed)]
    cluster_id: Attr<String>,
    /// Nodes that EKS manages by itself.
    #[attr(computed)]
    compute_config: Attr<Vec<ComputeConfig>>,
    /// How big the control plane is at least.
    #[attr(computed)]
    control_plane_scaling_config: Attr<Vec<ScalingConfig>>,
    /// When the cluster was made.
    #[attr(computed)]
    created_at: Attr<String>,
    /// Whether the cluster is kept from being deleted.
    #[attr(computed)]
    deletion_protection: Attr<bool>,
    /// What the control plane logs.
    #[attr(computed)]
    enabled_cluster_log_types: Attr<BTreeSet<String>>,
    /// URL of the cluster's API.
    #[attr(computed)]
    endpoint: Attr<String>,
    /// Name of the cluster.
    #[attr(id)]
    id: Attr<String>,
    /// Who the cluster is to others.
    #[attr(computed)]
    identity: Attr<Vec<Identity>>,
    /// Addresses within the cluster.
    #[attr(computed)]
    kubernetes_network_config: Attr<Vec<KubernetesNetworkConfig>>,
    /// Name of the cluster.
    #[attr(required, check = length(1..=100), check = super::cluster_name())]
    name: Attr<String>,
    /// The cluster on an Outpost.
    #[attr(computed)]
    outpost_config: Attr<Vec<OutpostConfig>>,
    /// Version of what AWS adds to Kubernetes.
    #[attr(computed)]
    platform_version: Attr<String>,
    /// Region of the cluster.
    #[attr(region)]
    region: Attr<String>,
    /// Networks outside of AWS that belong to the cluster.
    #[attr(computed)]
    remote_network_config: Attr<Vec<RemoteNetworkConfig>>,
    /// ARN of the role of the control plane.
    #[attr(computed)]
    role_arn: Attr<String>,
    /// State of the cluster.
    #[attr(computed)]
    status: Attr<String>,
    /// Volumes that EKS manages by itself.
    #[attr(computed)]
    storage_config: Attr<Vec<StorageConfig>>,
    /// Tags of the cluster.
    #[attr(optional, computed)]
    tags: Attr<Tags>,
    /// What happens when the support of a version ends.
    #[attr(computed)]
    upgrade_policy: Attr<Vec<UpgradePolicy>>,
    /// Version of Kubernetes.
    #[attr(computed)]
    version: Attr<String>,
    /// The network of the cluster.
    #[attr(computed)]
    vpc_config: Attr<Vec<VpcConfig>>,
    /// Whether traffic leaves a zone that is ill.
    #[attr(computed)]
    zonal_shift_config: Attr<Vec<ZonalShiftConfig>>,
}

impl DataSource<Aws> for Cluster {
    async fn read(self, cx: &Aws) -> Result<Self> {
        let name = self.name.as_str();
        let clusters = cx.load_one::<Clusters>(name).await?;
        let Some(remote) = clusters.get(name) else {
            let message = format!("There is no EKS cluster {name:?} in {}.", cx.region());
            return Err(Error::new("No EKS cluster matched", message));
        };
        let shift = remote.zonal_shift_config().map(ZonalShiftConfigResponse::enabled);
        let shift = shift.map(|on| ZonalShiftConfig { enabled: on.unwrap_or_default().into() });
        let told = cluster::Cluster::default().filled(remote);
        Ok(Self { zonal_shift_config: shift.into_iter().collect::<Vec<_>>().into(), ..self.filled(told, cx) })
    }
}

impl Cluster {
    fn filled(self, told: cluster::Cluster, cx: &Aws) -> Self {
        // Nobody tells whether who made it is its administrator; the public provider says yes.
        let access = told.access_config.into_iter();
        let access = access.map(|it| AccessConfig { bootstrap_cluster_creator_admin_permissions: true.into(), ..it });
        let tags = told.tags_all.into_known().unwrap_or_default();
        Self {
            access_config: access.collect::<Vec<_>>().into(),
            arn: told.arn,
            certificate_authority: told.certificate_authority,
            cluster_id: told.cluster_id,
            compute_config: told.compute_config.into(),
            control_plane_scaling_config: told.control_plane_scaling_config.into(),
            created_at: told.created_at,
            deletion_protection: told.deletion_protection,
            enabled_cluster_log_types: told.enabled_cluster_log_types,
            endpoint: told.endpoint,
            id: self.name.clone(),
            identity: told.identity,
            kubernetes_network_config: told.kubernetes_network_config.into(),
            outpost_config: told.outpost_config.into(),
            platform_version: told.platform_version,
            remote_network_config: told.remote_network_config.into(),
            role_arn: told.role_arn,
            status: told.status,
            storage_config: told.storage_config.into(),
            tags: cx.tag_rules().without_ignored(tags).into(),
            upgrade_policy: told.upgrade_policy.into(),
            version: told.version,
            vpc_config: told.vpc_config.into(),
            ..self
        }
    }
}
