//! Changing a replication group, in an order in which it can be used at each step: shards, more replicas, settings, the
//! password, fewer replicas.

use aws_sdk_elasticache::types::{
    AuthTokenUpdateStrategyType, ClusterMode, IpDiscovery, NodeGroup, TransitEncryptionMode,
};

use super::cluster_change::new;
use super::loads::ReplicationGroups;
use super::replication_group::Group;
use super::{log_delivery, tagging};
use crate::core::prelude::*;

/// The attributes whose change may wait for the maintenance window.
pub(super) const WAITING: [&str; 4] = ["automatic_failover_enabled", "engine", "engine_version", "node_type"];

impl Group {
    /// Changes what differs.
    pub(super) async fn change(&self, prior: &Self, cx: &Aws) -> Result<()> {
        self.change_shards(prior, cx).await?;
        self.change_replicas(prior, cx).await?;
        let nodes = new(&self.num_cache_clusters, &prior.num_cache_clusters).zip(prior.num_cache_clusters.get());
        if let Some((wanted, _)) = nodes.filter(|(wanted, before)| wanted > before) {
            self.more_replicas(wanted - 1, cx).await?;
        }
        self.change_settings(prior, cx).await?;
        self.change_token(prior, cx).await?;
        if let Some((wanted, _)) = nodes.filter(|(wanted, before)| wanted < before) {
            self.fewer_replicas(wanted - 1, cx).await?;
        }
        if self.tags_all != prior.tags_all {
            // Groups that change have no tags to be changed.
            self.settle(cx).await?;
        }
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn change_shards(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let Some(wanted) = new(&self.num_node_groups, &prior.num_node_groups) else { return Ok(()) };
        self.settle(cx).await?;
        let id = self.id.as_str();
        let groups = cx.load_one::<ReplicationGroups>(id).await?;
        let shards = groups.get(id).map(|it| it.node_groups()).unwrap_or_default();
        let mut shards: Vec<&str> = shards.iter().filter_map(NodeGroup::node_group_id).collect();
        shards.sort_unstable();
        let request = cx.elasticache().modify_replication_group_shard_configuration().replication_group_id(id);
        let request = request.apply_immediately(true).set_node_group_count(i32::try_from(wanted).ok());
        let gone = shards.into_iter().skip(usize::try_from(wanted).unwrap_or_default()).map(str::to_owned);
        let gone: Vec<String> = gone.collect();
        request.set_node_groups_to_remove((!gone.is_empty()).then_some(gone)).send().await?;
        Ok(())
    }

    async fn change_replicas(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let wanted = new(&self.replicas_per_node_group, &prior.replicas_per_node_group);
        match (wanted, prior.replicas_per_node_group.get()) {
            (Some(wanted), Some(before)) if wanted < before => self.fewer_replicas(wanted, cx).await,
            (Some(wanted), _) => self.more_replicas(wanted, cx).await,
            (None, _) => Ok(()),
        }
    }

    async fn more_replicas(&self, wanted: i64, cx: &Aws) -> Result<()> {
        self.settle(cx).await?;
        let request = cx.elasticache().increase_replica_count().replication_group_id(self.id.as_str());
        let request = request.apply_immediately(true).set_new_replica_count(i32::try_from(wanted).ok());
        done_or_needless(request.send().await)
    }

    async fn fewer_replicas(&self, wanted: i64, cx: &Aws) -> Result<()> {
        self.settle(cx).await?;
        let request = cx.elasticache().decrease_replica_count().replication_group_id(self.id.as_str());
        let request = request.apply_immediately(true).set_new_replica_count(i32::try_from(wanted).ok());
        done_or_needless(request.send().await)
    }

    async fn change_settings(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let nothing = cx.elasticache().modify_replication_group();
        let nothing = nothing.replication_group_id(self.id.as_str());
        let nothing = nothing.apply_immediately(self.apply_immediately.is_true());
        let request = nothing
            .clone()
            .set_auto_minor_version_upgrade(flag(&self.auto_minor_version_upgrade, &prior.auto_minor_version_upgrade))
            .set_automatic_failover_enabled(
                self.waiting("automatic_failover_enabled", prior, |it| &it.automatic_failover_enabled),
            )
            .set_cache_node_type(self.waiting("node_type", prior, |it| &it.node_type))
            .set_cache_parameter_group_name(new(&self.parameter_group_name, &prior.parameter_group_name))
            .set_cluster_mode(new(&self.cluster_mode, &prior.cluster_mode).map(|it| ClusterMode::from(it.as_str())))
            .set_ip_discovery(new(&self.ip_discovery, &prior.ip_discovery).map(|it| IpDiscovery::from(it.as_str())))
            .set_log_delivery_configurations(log_delivery::changes(
                &prior.log_delivery_configuration,
                &self.log_delivery_configuration,
            ))
            .set_multi_az_enabled(new(&self.multi_az_enabled, &prior.multi_az_enabled))
            .set_preferred_maintenance_window(new(&self.maintenance_window, &prior.maintenance_window))
            .set_replication_group_description(new(&self.description, &prior.description))
            .set_security_group_ids(some(new(&self.security_group_ids, &prior.security_group_ids)))
            .set_snapshot_window(new(&self.snapshot_window, &prior.snapshot_window));
        let request = self.with_version(request, prior);
        let request = self.with_access(request, prior);
        let request = self.with_topic(self.with_snapshots(request, prior), prior);
        if request.as_input() == nothing.as_input() {
            return Ok(());
        }
        self.settle(cx).await?;
        done_or_needless(request.send().await)
    }

    /// A value that changes; or one that was accepted before and shall now be applied immediately.
    fn waiting<T: Clone + PartialEq>(&self, name: &str, prior: &Self, of: fn(&Self) -> &Attr<T>) -> Option<T> {
        let hurried = self.apply_immediately.is_true() && prior.pending.of(name).is_some();
        new(of(self), of(prior)).or_else(|| of(self).get().filter(|_| hurried))
    }

    fn with_version(&self, request: Request, prior: &Self) -> Request {
        let engine = new(&self.engine, &prior.engine);
        let version = self.waiting("engine_version", prior, |it| &it.engine_version);
        if engine.is_none() && version.is_none() {
            return request;
        }
        request.set_engine(self.engine.param()).set_engine_version(version)
    }

    fn with_access(&self, request: Request, prior: &Self) -> Request {
        let missing = |a: &Attr<BTreeSet<String>>, b: &Attr<BTreeSet<String>>| {
            let missing: Vec<String> = a.items().filter(|it| b.items().all(|other| other != *it)).cloned().collect();
            (!missing.is_empty()).then_some(missing)
        };
        let added = missing(&self.user_group_ids, &prior.user_group_ids);
        let replaces_token = added.is_some() && self.strategy() == Some(AuthTokenUpdateStrategyType::Delete);
        let mode = new(&self.transit_encryption_mode, &prior.transit_encryption_mode);
        request
            .set_auth_token_update_strategy(replaces_token.then_some(AuthTokenUpdateStrategyType::Delete))
            .set_transit_encryption_enabled(new(&self.transit_encryption_enabled, &prior.transit_encryption_enabled))
            .set_transit_encryption_mode(mode.map(|it| TransitEncryptionMode::from(it.as_str())))
            .set_user_group_ids_to_add(added)
            .set_user_group_ids_to_remove(missing(&prior.user_group_ids, &self.user_group_ids))
    }

    /// Without shards, the service wants to hear which node is to make snapshots.
    fn with_snapshots(&self, request: Request, prior: &Self) -> Request {
        let before = prior.snapshot_retention_limit.get().unwrap_or_default();
        let limit = Some(self.snapshot_retention_limit.get().unwrap_or_default()).filter(|limit| *limit != before);
        let begins = limit.is_some() && before == 0;
        let first = prior.member_clusters.items().next().cloned();
        let first = first.filter(|_| begins && !prior.cluster_enabled.is_true());
        let limit = limit.and_then(|it| i32::try_from(it).ok());
        request.set_snapshotting_cluster_id(first).set_snapshot_retention_limit(limit)
    }

    fn with_topic(&self, request: Request, prior: &Self) -> Request {
        match (self.notification_topic_arn.text(), prior.notification_topic_arn.text()) {
            (topic, before) if topic == before => request,
            (Some(topic), _) => request.notification_topic_arn(topic).notification_topic_status("active"),
            (None, _) => request.notification_topic_status("inactive"),
        }
    }

    async fn change_token(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let Some(token) = self.auth_token.text() else { return Ok(()) };
        let same_strategy = self.auth_token_update_strategy == prior.auth_token_update_strategy;
        if prior.auth_token.text() == Some(token) && same_strategy {
            return Ok(());
        }
        self.settle(cx).await?;
        let strategy = self.strategy().unwrap_or(AuthTokenUpdateStrategyType::Rotate);
        let request = cx.elasticache().modify_replication_group().replication_group_id(self.id.as_str());
        let request = request.apply_immediately(true).auth_token(token).auth_token_update_strategy(strategy);
        done_or_needless(request.send().await)
    }

    fn strategy(&self) -> Option<AuthTokenUpdateStrategyType> {
        self.auth_token_update_strategy.text().map(AuthTokenUpdateStrategyType::from)
    }
}

type Request = aws_sdk_elasticache::operation::modify_replication_group::builders::ModifyReplicationGroupFluentBuilder;

fn flag(now: &Attr<String>, before: &Attr<String>) -> Option<bool> {
    new(now, before).filter(|it| !it.is_empty()).map(|it| it == "true")
}

fn some(items: Option<BTreeSet<String>>) -> Option<Vec<String>> {
    items.filter(|items| !items.is_empty()).map(|items| items.into_iter().collect())
}

/// Somebody else may have made the same change.
fn done_or_needless<T, E: Into<Error>>(answer: Result<T, E>) -> Result<()> {
    match answer.map_err(E::into) {
        Err(error) if error.is(&["NoOperationFault"]) => Ok(()),
        Err(error) if error.message().contains("No modifications were requested") => Ok(()),
        answer => answer.map(|_| ()),
    }
}
