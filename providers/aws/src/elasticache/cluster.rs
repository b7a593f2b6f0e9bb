//! `aws_elasticache_cluster`.

use aws_sdk_elasticache::types::{AzMode, CacheNode as RemoteNode, IpDiscovery, NetworkType, OutpostMode};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::framework::{Check, Pending};

use super::engine_version::{self, MEMCACHED};
use super::loads::CacheClusters;
use super::log_delivery::LogDelivery;
use super::replication_group::{group_id, is_hyphenated};
use super::{cluster_plan, settling, windows};
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::core::traces::named;

/// A cache of its own, or one more replica of a replication group.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_elasticache_cluster", exactly_one("engine", "replication_group_id"))]
#[model(needs("outpost_mode", "preferred_outpost_arn"))]
#[model(conflicts("replication_group_id", "az_mode"), conflicts("replication_group_id", "engine_version"))]
#[model(conflicts("replication_group_id", "maintenance_window"), conflicts("replication_group_id", "node_type"))]
#[model(conflicts("replication_group_id", "notification_topic_arn"))]
#[model(conflicts("replication_group_id", "num_cache_nodes"))]
#[model(conflicts("replication_group_id", "parameter_group_name"), conflicts("replication_group_id", "port"))]
#[model(conflicts("replication_group_id", "security_group_ids"), conflicts("replication_group_id", "snapshot_arns"))]
#[model(conflicts("replication_group_id", "snapshot_name"))]
#[model(conflicts("replication_group_id", "snapshot_retention_limit"))]
#[model(conflicts("replication_group_id", "snapshot_window"), conflicts("replication_group_id", "subnet_group_name"))]
pub(super) struct Cluster {
    /// Whether changes are made at once, not in the maintenance window.
    #[attr(optional, computed)]
    pub(super) apply_immediately: Attr<bool>,
    /// ARN of the cluster.
    #[attr(computed)]
    pub(super) arn: Attr<String>,
    /// Whether the service brings the engine's version up to date.
    #[attr(optional, default = "true", check = one_of(["", "true", "false"]))]
    pub(super) auto_minor_version_upgrade: Attr<String>,
    /// Availability zone of the nodes; `Multiple` if they are in more than one.
    #[attr(optional, computed, replace, after_update("az_mode"))]
    pub(super) availability_zone: Attr<String>,
    /// Whether nodes are in more than one availability zone: `single-az` or `cross-az`.
    #[attr(optional, computed, check = listed(AzMode::values()))]
    pub(super) az_mode: Attr<String>,
    /// The nodes.
    #[attr(computed, after_update("num_cache_nodes", "az_mode"))]
    pub(super) cache_nodes: Attr<Vec<Node>>,
    /// Address that tells clients of all nodes.
    #[attr(computed)]
    pub(super) cluster_address: Attr<String>,
    /// Id of the cluster.
    #[attr(required, replace, normal = lower_case, check = cluster_id())]
    pub(super) cluster_id: Attr<String>,
    /// Address and port that tell clients of all nodes.
    #[attr(computed)]
    pub(super) configuration_endpoint: Attr<String>,
    /// `memcached`, `redis` or `valkey`.
    #[attr(optional, computed, replace, check = one_of(["memcached", "redis", "valkey"]))]
    pub(super) engine: Attr<String>,
    /// Version of the engine.
    #[attr(optional, computed)]
    pub(super) engine_version: Attr<String>,
    /// Version of the engine that the service chose.
    #[attr(computed, after_update("engine_version"))]
    pub(super) engine_version_actual: Attr<String>,
    /// Name of the snapshot that is made when the cluster is deleted.
    #[attr(optional)]
    pub(super) final_snapshot_identifier: Attr<String>,
    /// Id of the cluster.
    #[attr(id)]
    pub(super) id: Attr<String>,
    /// How clients hear of addresses: `ipv4` or `ipv6`.
    #[attr(optional, computed, check = listed(IpDiscovery::values()))]
    pub(super) ip_discovery: Attr<String>,
    /// When the service may do its work: `sun:05:00-sun:06:00`.
    #[attr(optional, computed, normal = lower_case, check = windows::weekly())]
    pub(super) maintenance_window: Attr<String>,
    /// `ipv4`, `ipv6` or `dual_stack`.
    #[attr(optional, computed, replace, check = listed(NetworkType::values()))]
    pub(super) network_type: Attr<String>,
    /// Kind of node: `cache.t4g.micro`.
    #[attr(optional, computed)]
    pub(super) node_type: Attr<String>,
    /// ARN of the topic that hears of events.
    #[attr(optional)]
    pub(super) notification_topic_arn: Attr<String>,
    /// How many nodes there are.
    #[attr(optional, computed)]
    pub(super) num_cache_nodes: Attr<i64>,
    /// Whether nodes are on more than one Outpost.
    #[attr(optional, replace, check = listed(OutpostMode::values()))]
    pub(super) outpost_mode: Attr<String>,
    /// Name of the parameter group.
    #[attr(optional, computed, after_update("engine_version"))]
    pub(super) parameter_group_name: Attr<String>,
    /// Port that nodes listen on.
    #[attr(optional, computed, replace)]
    pub(super) port: Attr<i64>,
    /// Availability zones of the nodes.
    #[attr(optional)]
    pub(super) preferred_availability_zones: Attr<Vec<String>>,
    /// ARN of the Outpost of the nodes.
    #[attr(optional, computed, replace, check = arn())]
    pub(super) preferred_outpost_arn: Attr<String>,
    /// Region of the cluster.
    #[attr(region)]
    region: Attr<String>,
    /// Id of the replication group that the cluster is a replica of.
    #[attr(optional, computed, replace, check = group_id())]
    pub(super) replication_group_id: Attr<String>,
    /// Ids of security groups.
    #[attr(optional, computed)]
    pub(super) security_group_ids: Attr<BTreeSet<String>>,
    /// ARN of the file in S3 that the cache is filled from.
    #[attr(optional, replace, check = each(arn()), check = each(characters(|it| it != ',', "no commas")))]
    pub(super) snapshot_arns: Attr<Vec<String>>,
    /// Name of the snapshot that the cache is filled from.
    #[attr(optional, replace)]
    pub(super) snapshot_name: Attr<String>,
    /// For how many days snapshots are kept that the service makes.
    #[attr(optional, check = between(i64::MIN..=35))]
    pub(super) snapshot_retention_limit: Attr<i64>,
    /// When the service makes snapshots: `03:00-04:00`.
    #[attr(optional, computed, check = windows::daily())]
    pub(super) snapshot_window: Attr<String>,
    /// Name of the subnet group.
    #[attr(optional, computed, replace)]
    pub(super) subnet_group_name: Attr<String>,
    /// Tags of the cluster.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the cluster with the provider's default tags.
    #[attr(tags_all)]
    pub(super) tags_all: Attr<Tags>,
    /// Whether what clients say is encrypted.
    #[attr(optional, computed, replace)]
    pub(super) transit_encryption_enabled: Attr<bool>,
    /// Where logs go.
    #[block(set, max = 2)]
    pub(super) log_delivery_configuration: Vec<LogDelivery>,
    /// How long operations may take.
    #[timeouts(create = "40m", update = "80m", delete = "40m")]
    pub(super) timeouts: Timeouts,
    #[pending]
    pub(super) pending: Pending,
}

/// A node.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Node {
    /// Address of the node.
    #[attr(computed)]
    address: Attr<String>,
    /// Availability zone of the node.
    #[attr(computed)]
    availability_zone: Attr<String>,
    /// Four digits that name the node.
    #[attr(computed)]
    pub(super) id: Attr<String>,
    /// ARN of the Outpost of the node.
    #[attr(computed)]
    outpost_arn: Attr<String>,
    /// Port that the node listens on.
    #[attr(computed)]
    port: Attr<i64>,
}

impl Node {
    /// As the service tells it.
    pub(super) fn of(told: &RemoteNode) -> Self {
        Self {
            address: told.endpoint().and_then(|it| it.address()).into(),
            availability_zone: told.customer_availability_zone().into(),
            id: told.cache_node_id().into(),
            outpost_arn: told.customer_outpost_arn().unwrap_or_default().into(),
            port: told.endpoint().and_then(|it| it.port()).into(),
        }
    }
}

fn cluster_id() -> Check {
    Check::text(|text| {
        let fine = is_hyphenated(text, 50) && !text.bytes().any(|it| it.is_ascii_uppercase());
        let problem = "must have up to 50 lower case letters, digits and single hyphens, begin with a letter and not end \
                       with a hyphen";
        fine.then_some(()).ok_or_else(|| format!("{problem}: {text:?}"))
    })
}

impl Resource<Aws> for Cluster {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        self.make(cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Self::read_all(batch, cx).await
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.change(prior, cx).await
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        let timeout = if self.arn.is_known() { self.timeouts.update() } else { self.timeouts.create() };
        settling::ready::<CacheClusters>(cx, self.id.as_str(), timeout).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let (id, timeout) = (self.id.as_str(), self.timeouts.delete());
        let request = cx.elasticache().delete_cache_cluster().cache_cluster_id(id);
        let request = request.set_final_snapshot_identifier(self.final_snapshot_identifier.param());
        let call = || async { Ok(request.clone().send().await.map(|_| ())?) };
        settling::delete::<CacheClusters, _>(cx, id, timeout, is_busy, call).await
    }

    fn plan(planning: &mut Planning<'_>) {
        cluster_plan::adjust(planning);
    }

    fn validate(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        found.extend(self.version_problem());
        found.extend(self.nodes_problem());
        found.extend(self.snapshot_problem());
        found
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.cluster_id.as_str()))
    }
}

/// A snapshot is in the making, perhaps. That a primary node can not be deleted does not pass.
fn is_busy(error: &Error) -> bool {
    let stays = ["serving as primary", "only member of a replication group", "last replica", "Multi-AZ"];
    error.is(&["InvalidCacheClusterState"]) && !stays.iter().any(|text| error.message().contains(text))
}

impl Cluster {
    fn version_problem(&self) -> Option<Diagnostic> {
        let (engine, version) = (self.engine.text()?, self.engine_version.text()?);
        let problem = if engine == MEMCACHED {
            engine_version::memcached().run(&version.into())
        } else {
            engine_version::redis_or_valkey().run(&version.into())
        };
        let detail = |problem: String| format!("engine_version of {engine} {problem}.");
        problem.err().map(|problem| Diagnostic::error("Invalid engine version", detail(problem)))
    }

    fn nodes_problem(&self) -> Option<Diagnostic> {
        let count = *self.num_cache_nodes.known()?;
        let spread = self.az_mode.text() == Some(AzMode::CrossAz.as_str());
        let detail = match self.engine.text() {
            Some(engine) if engine != MEMCACHED && count > 1 => {
                format!("A cluster of {engine} has one node: num_cache_nodes can not be {count}.")
            }
            _ if spread && count == 1 => "az_mode \"cross-az\" needs more than one node in num_cache_nodes.".into(),
            _ => return None,
        };
        Some(Diagnostic::error("Invalid number of nodes", detail))
    }

    fn snapshot_problem(&self) -> Option<Diagnostic> {
        let wrong = self.engine.text() == Some(MEMCACHED) && self.final_snapshot_identifier.text().is_some();
        let detail = "Memcached makes no snapshots: final_snapshot_identifier can not be given.";
        wrong.then(|| Diagnostic::error("Invalid snapshot", detail))
    }
}
