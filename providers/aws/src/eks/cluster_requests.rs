//! What a cluster's parts are in calls.

use aws_sdk_eks::operation::create_cluster::builders::CreateClusterFluentBuilder;
use aws_sdk_eks::types;

use super::cluster::Cluster;
use super::cluster_parts::{
    AccessConfig, ComputeConfig, EncryptionConfig, KubernetesNetworkConfig, OutpostConfig, RemoteNetwork,
    RemoteNetworkConfig, ScalingConfig, StorageConfig, Switch, UpgradePolicy, VpcConfig, ZonalShiftConfig,
};
use super::tagging;
use crate::core::prelude::*;

/// A set as calls want it.
pub(super) fn list(set: &Attr<BTreeSet<String>>) -> Vec<String> {
    set.items().cloned().collect()
}

impl Cluster {
    /// The call that makes it.
    pub(super) fn create_request(&self, cx: &Aws) -> Result<CreateClusterFluentBuilder> {
        let outpost = self.outpost_config.first().map(OutpostConfig::request).transpose()?;
        let manages_itself = outpost.is_none();
        let request = cx
            .eks()
            .create_cluster()
            .name(self.name.as_str())
            .role_arn(self.role_arn.as_str())
            .set_bootstrap_self_managed_addons(self.bootstrap_self_managed_addons.get())
            .set_version(self.version.param())
            .set_deletion_protection(self.deletion_protection.get().filter(|protected| *protected))
            .set_resources_vpc_config(self.vpc_config.first().map(VpcConfig::request))
            .set_access_config(self.access_config.first().map(AccessConfig::request))
            .set_control_plane_scaling_config(self.control_plane_scaling_config.first().map(ScalingConfig::request))
            .set_encryption_config(self.encryption_request())
            .set_logging(Some(self.logging_request()))
            .set_outpost_config(outpost)
            .set_remote_network_config(self.remote_network_config.first().map(RemoteNetworkConfig::request))
            .set_upgrade_policy(self.upgrade_policy.first().map(UpgradePolicy::request))
            .set_zonal_shift_config(self.zonal_shift_config.first().map(ZonalShiftConfig::request))
            .set_tags(tagging::on_create(&self.tags_all));
        Ok(request
            .set_compute_config(manages_itself.then(|| self.compute_request()))
            .set_storage_config(manages_itself.then(|| self.storage_request()))
            .set_kubernetes_network_config(manages_itself.then(|| self.kubernetes_network_request())))
    }

    /// How secrets are encrypted.
    pub(super) fn encryption_request(&self) -> Option<Vec<types::EncryptionConfig>> {
        let configs: Vec<_> = self.encryption_config.iter().map(EncryptionConfig::request).collect();
        (!configs.is_empty()).then_some(configs)
    }

    /// What is logged, and what is not.
    pub(super) fn logging_request(&self) -> types::Logging {
        let wanted: BTreeSet<&str> = self.enabled_cluster_log_types.items().map(String::as_str).collect();
        let setup = |enabled: bool| {
            let kinds = types::LogType::values().iter().filter(|kind| wanted.contains(**kind) == enabled);
            let kinds = kinds.map(|kind| types::LogType::from(*kind)).collect();
            types::LogSetup::builder().enabled(enabled).set_types(Some(kinds)).build()
        };
        types::Logging::builder().cluster_logging(setup(true)).cluster_logging(setup(false)).build()
    }

    /// Nodes that EKS manages by itself. EKS wants to hear of the three parts of its auto mode together, also when off.
    pub(super) fn compute_request(&self) -> types::ComputeConfigRequest {
        let off = ComputeConfig { enabled: false.into(), ..ComputeConfig::default() };
        let config = self.compute_config.first().unwrap_or(&off);
        let pools = list(&config.node_pools);
        types::ComputeConfigRequest::builder()
            .set_enabled(Some(config.enabled.is_true()))
            .set_node_pools((!pools.is_empty()).then_some(pools))
            .set_node_role_arn(config.node_role_arn.param())
            .build()
    }

    /// Volumes that EKS manages by itself.
    pub(super) fn storage_request(&self) -> types::StorageConfigRequest {
        let block_storage = self.storage_config.first().and_then(StorageConfig::block_storage);
        let enabled = block_storage.is_some_and(Switch::is_on);
        let block_storage = types::BlockStorage::builder().enabled(enabled).build();
        types::StorageConfigRequest::builder().block_storage(block_storage).build()
    }

    /// Addresses within the cluster, and whether EKS makes load balancers by itself.
    pub(super) fn kubernetes_network_request(&self) -> types::KubernetesNetworkConfigRequest {
        let none = KubernetesNetworkConfig::default();
        let config = self.kubernetes_network_config.first().unwrap_or(&none);
        let request = types::KubernetesNetworkConfigRequest::builder()
            .set_ip_family(config.ip_family.text().map(types::IpFamily::from))
            .set_service_ipv4_cidr(config.service_ipv4_cidr.param());
        request.elastic_load_balancing(config.load_balancing()).build()
    }

    /// Only what can be changed of it.
    pub(super) fn load_balancing_request(&self) -> types::KubernetesNetworkConfigRequest {
        let none = KubernetesNetworkConfig::default();
        let config = self.kubernetes_network_config.first().unwrap_or(&none);
        types::KubernetesNetworkConfigRequest::builder().elastic_load_balancing(config.load_balancing()).build()
    }
}

impl Switch {
    /// Whether it is on.
    pub(super) fn is_on(&self) -> bool {
        self.enabled.is_true()
    }
}

impl StorageConfig {
    fn block_storage(&self) -> Option<&Switch> {
        self.block_storage.first()
    }
}

impl KubernetesNetworkConfig {
    fn load_balancing(&self) -> types::ElasticLoadBalancing {
        let enabled = self.elastic_load_balancing.first().is_some_and(Switch::is_on);
        types::ElasticLoadBalancing::builder().enabled(enabled).build()
    }
}

impl AccessConfig {
    /// Where nothing is said of who makes the cluster, but a mode is, that is no administrator, as with the public
    /// provider.
    fn request(&self) -> types::CreateAccessConfigRequest {
        types::CreateAccessConfigRequest::builder()
            .set_authentication_mode(self.authentication_mode.text().map(types::AuthenticationMode::from))
            .bootstrap_cluster_creator_admin_permissions(self.bootstrap_cluster_creator_admin_permissions.is_true())
            .build()
    }

    /// What can be changed of it.
    pub(super) fn change_request(&self) -> types::UpdateAccessConfigRequest {
        let mode = self.authentication_mode.text().map(types::AuthenticationMode::from);
        types::UpdateAccessConfigRequest::builder().set_authentication_mode(mode).build()
    }
}

impl ScalingConfig {
    /// In a call.
    pub(super) fn request(&self) -> types::ControlPlaneScalingConfig {
        let tier = self.tier.text().map(types::ProvisionedControlPlaneTier::from);
        types::ControlPlaneScalingConfig::builder().set_tier(tier).build()
    }
}

impl EncryptionConfig {
    #[expect(deprecated, reason = "EKS encrypts all resources by now, but the public provider wants them named")]
    fn request(&self) -> types::EncryptionConfig {
        let key = self.provider.first().and_then(|provider| provider.key_arn.param());
        let provider = types::Provider::builder().set_key_arn(key).build();
        types::EncryptionConfig::builder().set_resources(Some(list(&self.resources))).provider(provider).build()
    }
}

impl OutpostConfig {
    fn request(&self) -> Result<types::OutpostConfigRequest> {
        let placement = self.control_plane_placement.first().map(|placement| {
            types::ControlPlanePlacementRequest::builder().set_group_name(placement.group_name.param()).build()
        });
        let request = types::OutpostConfigRequest::builder()
            .set_outpost_arns(Some(list(&self.outpost_arns)))
            .control_plane_instance_type(self.control_plane_instance_type.as_str())
            .set_control_plane_placement(placement)
            .build();
        request.map_err(|error| Error::new("Invalid outpost_config", error.to_string()))
    }
}

impl RemoteNetworkConfig {
    fn request(&self) -> types::RemoteNetworkConfigRequest {
        let pods = self.pods();
        types::RemoteNetworkConfigRequest::builder()
            .set_remote_node_networks(Some(self.nodes()))
            .set_remote_pod_networks((!pods.is_empty()).then_some(pods))
            .build()
    }

    /// In a call that changes it: what is not named is taken away.
    pub(super) fn change_request(&self) -> types::RemoteNetworkConfigRequest {
        types::RemoteNetworkConfigRequest::builder()
            .set_remote_node_networks(Some(self.nodes()))
            .set_remote_pod_networks(Some(self.pods()))
            .build()
    }

    fn nodes(&self) -> Vec<types::RemoteNodeNetwork> {
        let network = |it: &RemoteNetwork| types::RemoteNodeNetwork::builder().set_cidrs(Some(list(&it.cidrs))).build();
        self.remote_node_networks.iter().map(network).collect()
    }

    fn pods(&self) -> Vec<types::RemotePodNetwork> {
        let network = |it: &RemoteNetwork| types::RemotePodNetwork::builder().set_cidrs(Some(list(&it.cidrs))).build();
        self.remote_pod_networks.iter().map(network).collect()
    }
}

impl UpgradePolicy {
    /// In a call.
    pub(super) fn request(&self) -> types::UpgradePolicyRequest {
        let support = self.support_type.text().map(types::SupportType::from);
        types::UpgradePolicyRequest::builder().set_support_type(support).build()
    }
}

impl ZonalShiftConfig {
    /// In a call.
    pub(super) fn request(&self) -> types::ZonalShiftConfigRequest {
        types::ZonalShiftConfigRequest::builder().enabled(self.enabled.is_true()).build()
    }
}

impl VpcConfig {
    fn request(&self) -> types::VpcConfigRequest {
        let request = self.endpoint_builder().set_security_group_ids(Some(list(&self.security_group_ids)));
        request.set_subnet_ids(Some(list(&self.subnet_ids))).build()
    }

    /// From where the API can be reached.
    pub(super) fn endpoint_request(&self) -> types::VpcConfigRequest {
        self.endpoint_builder().build()
    }

    fn endpoint_builder(&self) -> types::builders::VpcConfigRequestBuilder {
        let cidrs = list(&self.public_access_cidrs);
        types::VpcConfigRequest::builder()
            .endpoint_private_access(self.endpoint_private_access.is_true())
            .endpoint_public_access(self.endpoint_public_access.is_true())
            .set_public_access_cidrs((!cidrs.is_empty()).then_some(cidrs))
    }
}
