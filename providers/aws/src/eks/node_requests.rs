//! What a node group's parts are in calls.

use aws_sdk_eks::types;

use super::cluster_requests::list;
use super::node_parts::{
    LaunchTemplate, RemoteAccess, RepairConfig, RepairOverride, ScalingConfig, Taint, UpdateConfig,
};
use crate::core::prelude::*;

/// Numbers where zero stands for none.
fn positive(number: &Attr<i64>) -> Option<i32> {
    number.get_i32().filter(|number| *number != 0)
}

impl LaunchTemplate {
    /// In a call, which wants either the id or the name.
    pub(super) fn request(&self) -> types::LaunchTemplateSpecification {
        let name = self.name.param().filter(|_| self.id.text().is_none());
        types::LaunchTemplateSpecification::builder()
            .set_id(self.id.param())
            .set_name(name)
            .set_version(self.version.param())
            .build()
    }
}

impl RepairConfig {
    /// In a call.
    pub(super) fn request(&self) -> types::NodeRepairConfig {
        let overrides: Vec<_> = self.node_repair_config_overrides.iter().map(RepairOverride::request).collect();
        types::NodeRepairConfig::builder()
            .enabled(self.enabled.is_true())
            .set_max_parallel_nodes_repaired_count(positive(&self.max_parallel_nodes_repaired_count))
            .set_max_parallel_nodes_repaired_percentage(positive(&self.max_parallel_nodes_repaired_percentage))
            .set_max_unhealthy_node_threshold_count(positive(&self.max_unhealthy_node_threshold_count))
            .set_max_unhealthy_node_threshold_percentage(positive(&self.max_unhealthy_node_threshold_percentage))
            .set_node_repair_config_overrides((!overrides.is_empty()).then_some(overrides))
            .build()
    }
}

impl RepairOverride {
    fn request(&self) -> types::NodeRepairConfigOverrides {
        types::NodeRepairConfigOverrides::builder()
            .set_min_repair_wait_time_mins(self.min_repair_wait_time_mins.get_i32())
            .set_node_monitoring_condition(self.node_monitoring_condition.param())
            .set_node_unhealthy_reason(self.node_unhealthy_reason.param())
            .set_repair_action(self.repair_action.text().map(types::RepairAction::from))
            .build()
    }
}

impl RemoteAccess {
    /// In a call.
    pub(super) fn request(&self) -> types::RemoteAccessConfig {
        let groups = list(&self.source_security_group_ids);
        types::RemoteAccessConfig::builder()
            .set_ec2_ssh_key(self.ec2_ssh_key.param())
            .set_source_security_groups((!groups.is_empty()).then_some(groups))
            .build()
    }
}

impl ScalingConfig {
    /// In a call.
    pub(super) fn request(&self) -> types::NodegroupScalingConfig {
        types::NodegroupScalingConfig::builder()
            .set_desired_size(self.desired_size.get_i32())
            .set_max_size(self.max_size.get_i32())
            .set_min_size(self.min_size.get_i32())
            .build()
    }
}

impl Taint {
    /// In a call.
    pub(super) fn request(&self) -> types::Taint {
        types::Taint::builder()
            .set_effect(self.effect.text().map(types::TaintEffect::from))
            .set_key(self.key.get())
            .value(self.value.as_str())
            .build()
    }

    /// A node has one taint of a key and effect.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.key == other.key && self.effect == other.effect
    }
}

impl UpdateConfig {
    /// In a call.
    pub(super) fn request(&self) -> types::NodegroupUpdateConfig {
        let strategy = self.update_strategy.text().map(types::NodegroupUpdateStrategies::from);
        types::NodegroupUpdateConfig::builder()
            .set_max_unavailable(positive(&self.max_unavailable))
            .set_max_unavailable_percentage(positive(&self.max_unavailable_percentage))
            .set_update_strategy(strategy)
            .build()
    }
}
