//! What EKS tells of a cluster.

use aws_sdk_eks::types;

use super::cluster::Cluster;
use super::cluster_parts::{
    AccessConfig, Certificate, ComputeConfig, EncryptionConfig, Identity, KeyProvider, KubernetesNetworkConfig, Oidc,
    OutpostConfig, Placement, RemoteNetwork, RemoteNetworkConfig, ScalingConfig, StorageConfig, Switch, UpgradePolicy,
    VpcConfig, ZonalShiftConfig,
};
use super::tagging;
use crate::core::prelude::*;

/// A list as a set.
pub(super) fn set(list: &[String]) -> Attr<BTreeSet<String>> {
    list.iter().cloned().collect::<BTreeSet<_>>().into()
}

impl Cluster {
    /// With all that EKS tells.
    pub(super) fn filled(mut self, remote: &types::Cluster) -> Self {
        let imported = self.name.text().is_none();
        self.arn = remote.arn().into();
        self.certificate_authority = certificate(remote);
        self.cluster_id = remote.outpost_config().and_then(|_| remote.id()).unwrap_or_default().into();
        self.created_at = remote.created_at().map(crate::core::time::text).into();
        self.deletion_protection = remote.deletion_protection().unwrap_or_default().into();
        self.enabled_cluster_log_types = enabled_log_types(remote);
        self.endpoint = remote.endpoint().unwrap_or_default().into();
        self.identity = identity(remote);
        self.name = remote.name().into();
        self.platform_version = remote.platform_version().unwrap_or_default().into();
        self.role_arn = remote.role_arn().into();
        self.status = remote.status().map(types::ClusterStatus::as_str).into();
        self.tags_all = tagging::read(remote.tags());
        self.version = remote.version().into();
        if imported {
            self.bootstrap_self_managed_addons = self.bootstrap_self_managed_addons.or(&true.into());
        }
        self.fill_parts(remote, imported);
        self
    }

    fn fill_parts(&mut self, remote: &types::Cluster, imported: bool) {
        self.access_config = self.access(remote, imported);
        if let Some(compute) = remote.compute_config() {
            self.compute_config = vec![ComputeConfig::told(compute)];
        }
        if let Some(storage) = remote.storage_config() {
            self.storage_config = vec![StorageConfig::told(storage)];
        }
        self.control_plane_scaling_config = remote.control_plane_scaling_config().map(scaling).into_iter().collect();
        self.encryption_config = remote.encryption_config().iter().map(EncryptionConfig::told).collect();
        let network = remote.kubernetes_network_config();
        self.kubernetes_network_config = network.map(KubernetesNetworkConfig::told).into_iter().collect();
        self.outpost_config = remote.outpost_config().map(OutpostConfig::told).into_iter().collect();
        self.remote_network_config = remote.remote_network_config().and_then(remote_network).into_iter().collect();
        self.upgrade_policy = remote.upgrade_policy().map(upgrade_policy).into_iter().collect();
        let known = self.vpc_config.first().cloned().unwrap_or_default();
        self.vpc_config = remote.resources_vpc_config().map(|it| known.told(it)).into_iter().collect();
        let shift = remote.zonal_shift_config().and_then(types::ZonalShiftConfigResponse::enabled).unwrap_or_default();
        if shift || !self.zonal_shift_config.is_empty() {
            self.zonal_shift_config = vec![ZonalShiftConfig { enabled: shift.into() }];
        }
    }

    /// EKS does not tell whether who made the cluster is its administrator: it is what was asked for, and where nothing
    /// was, it is so.
    fn access(&self, remote: &types::Cluster, imported: bool) -> Vec<AccessConfig> {
        let Some(told) = remote.access_config() else { return Vec::new() };
        let bootstrap = match self.access_config.first() {
            Some(known) => known.bootstrap_cluster_creator_admin_permissions,
            None if imported => Attr::Null,
            None => true.into(),
        };
        vec![AccessConfig {
            authentication_mode: told.authentication_mode().map(types::AuthenticationMode::as_str).into(),
            bootstrap_cluster_creator_admin_permissions: bootstrap,
        }]
    }
}

/// The certificate of a cluster, once it has one.
pub(super) fn certificate(remote: &types::Cluster) -> Attr<Vec<Certificate>> {
    let data = remote.certificate_authority().and_then(types::Certificate::data);
    data.map(|data| Certificate { data: data.into() }).into_iter().collect::<Vec<_>>().into()
}

/// Who a cluster is, once it is somebody.
pub(super) fn identity(remote: &types::Cluster) -> Attr<Vec<Identity>> {
    let oidc = remote.identity().and_then(types::Identity::oidc);
    let identity = oidc.map(|oidc| Identity { oidc: vec![Oidc { issuer: oidc.issuer().into() }].into() });
    identity.into_iter().collect::<Vec<_>>().into()
}

/// What a cluster logs.
pub(super) fn enabled_log_types(remote: &types::Cluster) -> Attr<BTreeSet<String>> {
    let setups = remote.logging().map(types::Logging::cluster_logging).unwrap_or_default();
    let enabled = setups.iter().filter(|setup| setup.enabled() == Some(true)).flat_map(types::LogSetup::types);
    enabled.map(|kind| kind.as_str().to_owned()).collect::<BTreeSet<_>>().into()
}

impl ComputeConfig {
    /// As EKS tells it.
    pub(super) fn told(remote: &types::ComputeConfigResponse) -> Self {
        Self {
            enabled: remote.enabled().unwrap_or_default().into(),
            node_pools: set(remote.node_pools()),
            node_role_arn: remote.node_role_arn().unwrap_or_default().into(),
        }
    }
}

impl StorageConfig {
    /// As EKS tells it.
    pub(super) fn told(remote: &types::StorageConfigResponse) -> Self {
        let block_storage =
            remote.block_storage().map(|it| Switch { enabled: it.enabled().unwrap_or_default().into() });
        Self { block_storage: block_storage.into_iter().collect() }
    }
}

impl EncryptionConfig {
    #[expect(deprecated, reason = "EKS encrypts all resources by now, but the public provider tells of those named")]
    fn told(remote: &types::EncryptionConfig) -> Self {
        let key = |it: &types::Provider| KeyProvider { key_arn: it.key_arn().into() };
        Self { resources: set(remote.resources()), provider: remote.provider().map(key).into_iter().collect() }
    }
}

impl KubernetesNetworkConfig {
    /// As EKS tells it.
    pub(super) fn told(remote: &types::KubernetesNetworkConfigResponse) -> Self {
        let balancing = remote.elastic_load_balancing();
        let balancing = balancing.map(|it| Switch { enabled: it.enabled().unwrap_or_default().into() });
        Self {
            ip_family: remote.ip_family().map(types::IpFamily::as_str).into(),
            service_ipv4_cidr: remote.service_ipv4_cidr().unwrap_or_default().into(),
            service_ipv6_cidr: remote.service_ipv6_cidr().unwrap_or_default().into(),
            elastic_load_balancing: balancing.into_iter().collect(),
        }
    }
}

impl OutpostConfig {
    /// As EKS tells it.
    pub(super) fn told(remote: &types::OutpostConfigResponse) -> Self {
        let placement = remote
            .control_plane_placement()
            .map(|it| Placement { group_name: it.group_name().unwrap_or_default().into() });
        Self {
            control_plane_instance_type: remote.control_plane_instance_type().into(),
            outpost_arns: set(remote.outpost_arns()),
            control_plane_placement: placement.into_iter().collect(),
        }
    }
}

impl VpcConfig {
    /// As EKS tells it. It does not tell from where a closed door could be reached.
    pub(super) fn told(self, remote: &types::VpcConfigResponse) -> Self {
        let is_open = remote.endpoint_public_access();
        let cidrs = set(remote.public_access_cidrs());
        let kept = !is_open && remote.public_access_cidrs().is_empty() && self.public_access_cidrs.is_known();
        Self {
            cluster_security_group_id: remote.cluster_security_group_id().unwrap_or_default().into(),
            endpoint_private_access: remote.endpoint_private_access().into(),
            endpoint_public_access: is_open.into(),
            public_access_cidrs: if kept { self.public_access_cidrs } else { cidrs },
            security_group_ids: set(remote.security_group_ids()),
            subnet_ids: set(remote.subnet_ids()),
            vpc_id: remote.vpc_id().unwrap_or_default().into(),
        }
    }
}

fn scaling(remote: &types::ControlPlaneScalingConfig) -> ScalingConfig {
    ScalingConfig { tier: remote.tier().map(types::ProvisionedControlPlaneTier::as_str).into() }
}

fn upgrade_policy(remote: &types::UpgradePolicyResponse) -> UpgradePolicy {
    UpgradePolicy { support_type: remote.support_type().map(types::SupportType::as_str).into() }
}

/// `None` where all networks were taken away.
fn remote_network(remote: &types::RemoteNetworkConfigResponse) -> Option<RemoteNetworkConfig> {
    let nodes = remote.remote_node_networks().iter().map(|it| RemoteNetwork { cidrs: set(it.cidrs()) });
    let pods = remote.remote_pod_networks().iter().map(|it| RemoteNetwork { cidrs: set(it.cidrs()) });
    let config = RemoteNetworkConfig { remote_node_networks: nodes.collect(), remote_pod_networks: pods.collect() };
    (config != RemoteNetworkConfig::default()).then_some(config)
}
