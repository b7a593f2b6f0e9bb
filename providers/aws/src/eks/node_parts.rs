//! The blocks of `aws_eks_node_group`.

use aws_sdk_eks::types::{NodegroupUpdateStrategies, RepairAction, TaintEffect};

use crate::core::checks::listed;
use crate::core::prelude::*;

/// A launch template that nodes are made from.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LaunchTemplate {
    /// Id of the template.
    #[attr(optional, computed, replace)]
    pub(super) id: Attr<String>,
    /// Name of the template.
    #[attr(optional, computed, replace)]
    pub(super) name: Attr<String>,
    /// Version of the template.
    #[attr(required, check = length(1..=255))]
    pub(super) version: Attr<String>,
}

/// Whether and how EKS replaces nodes that are ill.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RepairConfig {
    /// Whether it does.
    #[attr(optional)]
    pub(super) enabled: Attr<bool>,
    /// How many nodes it repairs at a time.
    #[attr(optional)]
    pub(super) max_parallel_nodes_repaired_count: Attr<i64>,
    /// What share of ill nodes it repairs at a time, in percent.
    #[attr(optional)]
    pub(super) max_parallel_nodes_repaired_percentage: Attr<i64>,
    /// With more ill nodes than this it repairs none.
    #[attr(optional)]
    pub(super) max_unhealthy_node_threshold_count: Attr<i64>,
    /// With a greater share of ill nodes than this, in percent, it repairs none.
    #[attr(optional)]
    pub(super) max_unhealthy_node_threshold_percentage: Attr<i64>,
    /// What it does about particular illnesses.
    #[block(list)]
    pub(super) node_repair_config_overrides: Vec<RepairOverride>,
}

/// What is done about one illness of nodes.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RepairOverride {
    /// How many minutes it may last.
    #[attr(required)]
    pub(super) min_repair_wait_time_mins: Attr<i64>,
    /// The condition that the monitoring agent reports.
    #[attr(required)]
    pub(super) node_monitoring_condition: Attr<String>,
    /// The reason that the monitoring agent reports.
    #[attr(required)]
    pub(super) node_unhealthy_reason: Attr<String>,
    /// What is done: `Replace`, `Reboot` or `NoAction`.
    #[attr(required, check = listed(RepairAction::values()))]
    pub(super) repair_action: Attr<String>,
}

/// How people get at nodes.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RemoteAccess {
    /// Name of the key pair.
    #[attr(optional, replace)]
    pub(super) ec2_ssh_key: Attr<String>,
    /// Ids of the security groups from which nodes can be reached.
    #[attr(optional, replace)]
    pub(super) source_security_group_ids: Attr<BTreeSet<String>>,
}

/// What EKS made for a node group.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Resources {
    /// Auto Scaling groups.
    #[attr(computed)]
    pub(super) autoscaling_groups: Attr<Vec<ScalingGroup>>,
    /// Id of the security group for remote access.
    #[attr(computed)]
    pub(super) remote_access_security_group_id: Attr<String>,
}

/// An Auto Scaling group.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ScalingGroup {
    /// Name of the group.
    #[attr(computed)]
    pub(super) name: Attr<String>,
}

/// How many nodes there are.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ScalingConfig {
    /// How many there are to be.
    #[attr(required, check = between(0..=i64::from(i32::MAX)))]
    pub(super) desired_size: Attr<i64>,
    /// How many there may be.
    #[attr(required, check = between(1..=i64::from(i32::MAX)))]
    pub(super) max_size: Attr<i64>,
    /// How many there are at least.
    #[attr(required, check = between(0..=i64::from(i32::MAX)))]
    pub(super) min_size: Attr<i64>,
}

/// What keeps pods from nodes.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Taint {
    /// What happens to pods that do not tolerate it.
    #[attr(required, check = listed(TaintEffect::values()))]
    pub(super) effect: Attr<String>,
    /// Key of the taint.
    #[attr(required, check = length(1..=63))]
    pub(super) key: Attr<String>,
    /// Value of the taint.
    #[attr(optional, check = length(0..=63))]
    pub(super) value: Attr<String>,
}

/// How nodes are exchanged for newer ones.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
#[model(exactly_one("max_unavailable", "max_unavailable_percentage"))]
pub(super) struct UpdateConfig {
    /// How many may be missing meanwhile.
    #[attr(optional, check = between(1..=100))]
    pub(super) max_unavailable: Attr<i64>,
    /// What share may be missing meanwhile, in percent.
    #[attr(optional, check = between(1..=100))]
    pub(super) max_unavailable_percentage: Attr<i64>,
    /// Whether new nodes come before old ones go.
    #[attr(optional, check = listed(NodegroupUpdateStrategies::values()))]
    pub(super) update_strategy: Attr<String>,
}
