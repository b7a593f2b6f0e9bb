//! What EKS tells of a node group.

use aws_sdk_eks::types;

use super::cluster_read::set;
use super::node_group::NodeGroup;
use super::node_parts::{
    LaunchTemplate, RemoteAccess, RepairConfig, RepairOverride, Resources, ScalingConfig, ScalingGroup, Taint,
    UpdateConfig,
};
use super::tagging;
use crate::core::names;
use crate::core::prelude::*;

impl NodeGroup {
    /// With all that EKS tells.
    pub(super) fn filled(mut self, remote: &types::Nodegroup) -> Self {
        let name = remote.nodegroup_name().unwrap_or_default();
        self.ami_type = remote.ami_type().map(types::AmiTypes::as_str).unwrap_or_default().into();
        self.arn = remote.nodegroup_arn().into();
        self.capacity_type = remote.capacity_type().map(types::CapacityTypes::as_str).unwrap_or_default().into();
        self.cluster_name = remote.cluster_name().into();
        self.disk_size = remote.disk_size().unwrap_or_default().into();
        self.instance_types = remote.instance_types().to_vec().into();
        self.labels = remote
            .labels()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect::<BTreeMap<_, _>>()
            .into();
        self.node_group_name = name.into();
        self.node_group_name_prefix = names::prefix_of(name);
        self.node_role_arn = remote.node_role().into();
        self.release_version = remote.release_version().unwrap_or_default().into();
        self.status = remote.status().map(types::NodegroupStatus::as_str).into();
        self.subnet_ids = set(remote.subnets());
        self.tags_all = tagging::read(remote.tags());
        self.version = remote.version().unwrap_or_default().into();
        self.fill_parts(remote);
        self
    }

    fn fill_parts(&mut self, remote: &types::Nodegroup) {
        self.launch_template = remote.launch_template().map(LaunchTemplate::told).into_iter().collect();
        self.node_repair_config = remote.node_repair_config().map(RepairConfig::told).into_iter().collect();
        self.remote_access = remote.remote_access().map(RemoteAccess::told).into_iter().collect();
        self.resources = remote.resources().map(Resources::told).into_iter().collect::<Vec<_>>().into();
        self.scaling_config = remote.scaling_config().map(ScalingConfig::told).into_iter().collect();
        self.taint = remote.taints().iter().map(Taint::told).collect();
        self.update_config = remote.update_config().map(UpdateConfig::told).into_iter().collect();
    }
}

impl LaunchTemplate {
    fn told(remote: &types::LaunchTemplateSpecification) -> Self {
        Self { id: remote.id().into(), name: remote.name().into(), version: remote.version().into() }
    }
}

impl RepairConfig {
    fn told(remote: &types::NodeRepairConfig) -> Self {
        Self {
            enabled: remote.enabled().into(),
            max_parallel_nodes_repaired_count: remote.max_parallel_nodes_repaired_count().into(),
            max_parallel_nodes_repaired_percentage: remote.max_parallel_nodes_repaired_percentage().into(),
            max_unhealthy_node_threshold_count: remote.max_unhealthy_node_threshold_count().into(),
            max_unhealthy_node_threshold_percentage: remote.max_unhealthy_node_threshold_percentage().into(),
            node_repair_config_overrides: remote
                .node_repair_config_overrides()
                .iter()
                .map(RepairOverride::told)
                .collect(),
        }
    }
}

impl RepairOverride {
    fn told(remote: &types::NodeRepairConfigOverrides) -> Self {
        Self {
            min_repair_wait_time_mins: remote.min_repair_wait_time_mins().into(),
            node_monitoring_condition: remote.node_monitoring_condition().into(),
            node_unhealthy_reason: remote.node_unhealthy_reason().into(),
            repair_action: remote.repair_action().map(types::RepairAction::as_str).into(),
        }
    }
}

impl RemoteAccess {
    fn told(remote: &types::RemoteAccessConfig) -> Self {
        Self {
            ec2_ssh_key: remote.ec2_ssh_key().unwrap_or_default().into(),
            source_security_group_ids: set(remote.source_security_groups()),
        }
    }
}

impl Resources {
    fn told(remote: &types::NodegroupResources) -> Self {
        let groups = remote.auto_scaling_groups().iter().map(|group| ScalingGroup { name: group.name().into() });
        Self {
            autoscaling_groups: groups.collect::<Vec<_>>().into(),
            remote_access_security_group_id: remote.remote_access_security_group().unwrap_or_default().into(),
        }
    }
}

impl ScalingConfig {
    fn told(remote: &types::NodegroupScalingConfig) -> Self {
        Self {
            desired_size: remote.desired_size().into(),
            max_size: remote.max_size().into(),
            min_size: remote.min_size().into(),
        }
    }
}

impl Taint {
    fn told(remote: &types::Taint) -> Self {
        Self {
            effect: remote.effect().map(types::TaintEffect::as_str).into(),
            key: remote.key().into(),
            value: remote.value().unwrap_or_default().into(),
        }
    }
}

impl UpdateConfig {
    fn told(remote: &types::NodegroupUpdateConfig) -> Self {
        Self {
            max_unavailable: remote.max_unavailable().unwrap_or_default().into(),
            max_unavailable_percentage: remote.max_unavailable_percentage().unwrap_or_default().into(),
            update_strategy: remote
                .update_strategy()
                .map(types::NodegroupUpdateStrategies::as_str)
                .unwrap_or_default()
                .into(),
        }
    }
}
