//! `aws_elasticache_replication_group`.

use aws_sdk_elasticache::types::{
    AuthTokenUpdateStrategyType, ClusterMode, IpDiscovery, NetworkType, TransitEncryptionMode,
};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::framework::{Check, Pending};
use serde_json::{Map, Value as Json};

use super::loads::ReplicationGroups;
use super::log_delivery::LogDelivery;
use super::node_groups::NodeGroup;
use super::{engine_version, replication_group_plan, settling, windows};
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::core::traces::named;

/// A cache of one or more shards, each with a primary node and replicas.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_elasticache_replication_group", version = 3)]
#[model(conflicts("auth_token", "user_group_ids"))]
#[model(conflicts("num_cache_clusters", "num_node_groups"), conflicts("num_cache_clusters", "replicas_per_node_group"))]
#[model(conflicts("node_group_configuration", "preferred_cache_cluster_azs"))]
#[model(conflicts("global_replication_group_id", "num_node_groups"))]
#[model(conflicts("global_replication_group_id", "parameter_group_name"))]
#[model(conflicts("global_replication_group_id", "engine"), conflicts("global_replication_group_id", "engine_version"))]
#[model(conflicts("global_replication_group_id", "node_type"))]
#[model(conflicts("global_replication_group_id", "security_group_names"))]
#[model(conflicts("global_replication_group_id", "transit_encryption_enabled"))]
#[model(conflicts("global_replication_group_id", "transit_encryption_mode"))]
#[model(conflicts("global_replication_group_id", "at_rest_encryption_enabled"))]
#[model(conflicts("global_replication_group_id", "snapshot_arns"))]
#[model(conflicts("global_replication_group_id", "snapshot_name"))]
pub(super) struct Group {
    /// Whether changes are made at once, not in the maintenance window.
    #[attr(optional, computed)]
    pub(super) apply_immediately: Attr<bool>,
    /// ARN of the group.
    #[attr(computed)]
    pub(super) arn: Attr<String>,
    /// Whether what is stored is encrypted.
    #[attr(optional, computed, replace, check = one_of(["", "true", "false"]))]
    pub(super) at_rest_encryption_enabled: Attr<String>,
    /// Password of the cache.
    #[attr(optional, sensitive, check = token())]
    pub(super) auth_token: Attr<String>,
    /// How a new password takes the place of the one before: `ROTATE`, `SET` or `DELETE`.
    #[attr(optional, check = listed(AuthTokenUpdateStrategyType::values()))]
    pub(super) auth_token_update_strategy: Attr<String>,
    /// Whether the service brings the engine's version up to date.
    #[attr(optional, computed, check = one_of(["", "true", "false"]))]
    pub(super) auto_minor_version_upgrade: Attr<String>,
    /// Whether a replica takes the place of a primary node that fails.
    #[attr(optional, default = false)]
    pub(super) automatic_failover_enabled: Attr<bool>,
    /// Whether the keys are spread over shards.
    #[attr(computed, after_update("cluster_mode"))]
    pub(super) cluster_enabled: Attr<bool>,
    /// `enabled`, `disabled`, or `compatible` on the way.
    #[attr(optional, computed, check = listed(ClusterMode::values()))]
    pub(super) cluster_mode: Attr<String>,
    /// Address that tells clients of all shards.
    #[attr(computed, after_update("cluster_mode"))]
    pub(super) configuration_endpoint_address: Attr<String>,
    /// Whether what is seldom used is kept on disk.
    #[attr(optional, computed, replace)]
    pub(super) data_tiering_enabled: Attr<bool>,
    /// What the group is for.
    #[attr(required, check = length(1..=usize::MAX))]
    pub(super) description: Attr<String>,
    /// `redis` or `valkey`.
    #[attr(optional, computed, check = redis_or_valkey())]
    pub(super) engine: Attr<String>,
    /// Version of the engine: `7.1`.
    #[attr(optional, computed, check = engine_version::redis_or_valkey())]
    pub(super) engine_version: Attr<String>,
    /// Version of the engine that the service chose: `7.1.0`.
    #[attr(computed, after_update("engine", "engine_version"))]
    pub(super) engine_version_actual: Attr<String>,
    /// Name of the snapshot that is made when the group is deleted.
    #[attr(optional)]
    pub(super) final_snapshot_identifier: Attr<String>,
    /// Id of the global datastore that the group belongs to.
    #[attr(optional, computed, replace)]
    pub(super) global_replication_group_id: Attr<String>,
    /// Id of the group.
    #[attr(id)]
    pub(super) id: Attr<String>,
    /// How clients hear of addresses: `ipv4` or `ipv6`.
    #[attr(optional, computed, check = listed(IpDiscovery::values()))]
    pub(super) ip_discovery: Attr<String>,
    /// ARN of the key that what is stored is encrypted with.
    #[attr(optional, replace)]
    pub(super) kms_key_id: Attr<String>,
    /// When the service may do its work: `sun:05:00-sun:06:00`.
    #[attr(optional, computed, normal = lower_case, check = windows::weekly())]
    pub(super) maintenance_window: Attr<String>,
    /// Ids of the cache clusters that the group is made of.
    #[attr(computed, after_update("num_cache_clusters", "num_node_groups", "replicas_per_node_group"))]
    pub(super) member_clusters: Attr<BTreeSet<String>>,
    /// Whether nodes are in more than one availability zone.
    #[attr(optional, default = false)]
    pub(super) multi_az_enabled: Attr<bool>,
    /// `ipv4`, `ipv6` or `dual_stack`.
    #[attr(optional, computed, replace, check = listed(NetworkType::values()))]
    pub(super) network_type: Attr<String>,
    /// Kind of node: `cache.t4g.micro`.
    #[attr(optional, computed)]
    pub(super) node_type: Attr<String>,
    /// ARN of the topic that hears of events.
    #[attr(optional, check = arn())]
    pub(super) notification_topic_arn: Attr<String>,
    /// How many nodes there are.
    #[attr(optional, computed, after_update("num_node_groups", "replicas_per_node_group"))]
    pub(super) num_cache_clusters: Attr<i64>,
    /// How many shards there are.
    #[attr(optional, computed)]
    pub(super) num_node_groups: Attr<i64>,
    /// Name of the parameter group.
    #[attr(optional, computed, after_update("engine", "engine_version"))]
    pub(super) parameter_group_name: Attr<String>,
    /// Port that nodes listen on.
    #[attr(optional, replace, default = 6379_i64)]
    pub(super) port: Attr<i64>,
    /// Availability zones of the nodes, first of the primary one.
    #[attr(optional)]
    pub(super) preferred_cache_cluster_azs: Attr<Vec<String>>,
    /// Address of the primary node.
    #[attr(computed, after_update("cluster_mode"))]
    pub(super) primary_endpoint_address: Attr<String>,
    /// Address that leads to any of the replicas.
    #[attr(computed, after_update("cluster_mode"))]
    pub(super) reader_endpoint_address: Attr<String>,
    /// Region of the group.
    #[attr(region)]
    region: Attr<String>,
    /// How many replicas each shard has.
    #[attr(optional, computed, after_update("num_cache_clusters"), check = between(0..=5))]
    pub(super) replicas_per_node_group: Attr<i64>,
    /// Id of the group. It is kept in lower case.
    #[attr(required, replace, normal = lower_case, check = group_id())]
    pub(super) replication_group_id: Attr<String>,
    /// Ids of security groups.
    #[attr(optional, computed)]
    pub(super) security_group_ids: Attr<BTreeSet<String>>,
    /// Names of cache security groups, outside of VPCs.
    #[attr(optional, computed, replace)]
    pub(super) security_group_names: Attr<BTreeSet<String>>,
    /// ARNs of files in S3 that the cache is filled from.
    #[attr(optional, replace, check = each(arn()), check = each(characters(|it| it != ',', "no commas")))]
    pub(super) snapshot_arns: Attr<BTreeSet<String>>,
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
    /// Tags of the group.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the group with the provider's default tags.
    #[attr(tags_all)]
    pub(super) tags_all: Attr<Tags>,
    /// Whether what clients say is encrypted.
    #[attr(optional, computed)]
    pub(super) transit_encryption_enabled: Attr<bool>,
    /// Whether clients must encrypt: `required` or `preferred`.
    #[attr(optional, computed, after_update("transit_encryption_enabled"), check = mode())]
    pub(super) transit_encryption_mode: Attr<String>,
    /// Ids of the user groups that may use the cache.
    #[attr(optional)]
    pub(super) user_group_ids: Attr<BTreeSet<String>>,
    /// Where logs go.
    #[block(set, max = 2)]
    pub(super) log_delivery_configuration: Vec<LogDelivery>,
    /// The shards.
    #[block(set, computed)]
    pub(super) node_group_configuration: Vec<NodeGroup>,
    /// How long operations may take.
    #[timeouts(create = "60m", update = "40m", delete = "45m")]
    pub(super) timeouts: Timeouts,
    #[pending]
    pub(super) pending: Pending,
}

fn mode() -> Check {
    listed(TransitEncryptionMode::values())
}

/// What the service takes for a password. The value is in no error.
fn token() -> Check {
    Check::text(|text| {
        let fine = (16..=128).contains(&text.chars().count()) && !text.contains(['@', '"', '/']);
        let problem = "must have 16 to 128 characters, none of them @, \" or /";
        fine.then_some(()).ok_or_else(|| problem.into())
    })
}

fn redis_or_valkey() -> Check {
    Check::text(|text| match text.to_ascii_lowercase().as_str() {
        "redis" | "valkey" => Ok(()),
        _ => Err(format!("must be one of \"redis\", \"valkey\", not {text:?}")),
    })
}

/// Whether a text is one to so many letters, digits and single hyphens, begins with a letter and does not end with a hyphen.
pub(super) fn is_hyphenated(text: &str, longest: usize) -> bool {
    (1..=longest).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
        && text.starts_with(|it: char| it.is_ascii_alphabetic())
        && !text.contains("--")
        && !text.ends_with('-')
}

/// What the service takes for the id of a group.
pub(super) fn group_id() -> Check {
    Check::text(|text| {
        let fine = is_hyphenated(text, 40);
        let problem =
            "must have up to 40 letters, digits and single hyphens, begin with a letter and not end with a hyphen";
        fine.then_some(()).ok_or_else(|| format!("{problem}: {text:?}"))
    })
}

impl Resource<Aws> for Group {
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
        settling::replication_group(cx, self.id.as_str(), timeout).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        self.leave_global(cx).await?;
        let (id, timeout) = (self.id.as_str(), self.timeouts.delete());
        let request = cx.elasticache().delete_replication_group().replication_group_id(id);
        let request = request.set_final_snapshot_identifier(self.final_snapshot_identifier.param());
        // Nodes that come or go, or a snapshot in the making.
        let is_busy = |error: &Error| error.is(&["InvalidReplicationGroupState"]);
        let call = || async { Ok(request.clone().send().await.map(|_| ())?) };
        settling::delete::<ReplicationGroups, _>(cx, id, timeout, is_busy, call).await
    }

    fn plan(planning: &mut Planning<'_>) {
        replication_group_plan::adjust(planning);
    }

    fn validate(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        found.extend(self.failover_problem());
        found.extend(self.token_problem());
        found
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, self.replication_group_id.as_str()))
    }

    /// Before version 2 the strategy was always to rotate; since version 3 it is given only together with a password.
    fn upgrade(version: i64, mut stored: Map<String, Json>) -> Map<String, Json> {
        let has_token = stored.get("auth_token").and_then(Json::as_str).is_some_and(|it| !it.is_empty());
        if !has_token {
            stored.remove("auth_token_update_strategy");
        } else if version < 2 {
            stored.insert("auth_token_update_strategy".into(), "ROTATE".into());
        }
        stored
    }
}

impl Group {
    fn failover_problem(&self) -> Option<Diagnostic> {
        let unsure = self.automatic_failover_enabled.is_unknown();
        let fails_over = self.automatic_failover_enabled.is_true();
        let detail = if self.multi_az_enabled.is_true() && !fails_over && !unsure {
            "automatic_failover_enabled must be true if multi_az_enabled is true."
        } else if fails_over && self.num_cache_clusters.known().is_some_and(|count| *count < 2) {
            "num_cache_clusters must be at least 2 if automatic_failover_enabled is true."
        } else {
            return None;
        };
        Some(Diagnostic::error("Invalid failover", detail))
    }

    fn token_problem(&self) -> Option<Diagnostic> {
        let deletes = self.auth_token_update_strategy.text()? == AuthTokenUpdateStrategyType::Delete.as_str();
        let detail = match (deletes, self.auth_token.is_null()) {
            (true, false) => "auth_token must not be given when auth_token_update_strategy is \"DELETE\".",
            (false, true) => "auth_token must be given when auth_token_update_strategy is given.",
            _ => return None,
        };
        Some(Diagnostic::error("Invalid update of the AUTH token", detail))
    }

    /// A group can not be deleted while it belongs to a global datastore.
    async fn leave_global(&self, cx: &Aws) -> Result<()> {
        let Some(global) = self.global_replication_group_id.text() else { return Ok(()) };
        let request = cx
            .elasticache()
            .disassociate_global_replication_group()
            .global_replication_group_id(global)
            .replication_group_id(self.id.as_str())
            .replication_group_region(cx.region());
        let is_busy = |error: &Error| error.is(&["InvalidGlobalReplicationGroupState"]);
        match retry_while(self.timeouts.delete(), is_busy, || async { Ok(request.clone().send().await?) }).await {
            Err(error) if error.is_missing() || error.message().contains("is not associated with") => Ok(()),
            result => result.map(|_| ()),
        }
    }
}
