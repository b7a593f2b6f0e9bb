//! Reading replication groups: what only their members tell comes from one list of all cache clusters.

use aws_sdk_elasticache::types::{
    AutomaticFailoverStatus, CacheCluster, ClusterMode, DataTieringStatus, IpDiscovery, MultiAzStatus, NetworkType,
    PendingAutomaticFailoverStatus, ReplicationGroup as Remote, SecurityGroupMembership, TransitEncryptionMode,
};
use landform_provider_api::framework::Pending;

use super::loads::{CacheClusters, ReplicationGroups};
use super::node_groups::NodeGroup;
use super::replication_group::Group;
use super::{engine_version, log_delivery, tagging, windows};
use crate::core::Loaded;
use crate::core::prelude::*;

impl Group {
    /// Reads groups, then the first member of each.
    pub(super) async fn read_all(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|group| (&group.arn, &group.tags_all)));
        let read = async {
            let groups = cx.load::<ReplicationGroups>(&batch.ids()).await?;
            let firsts = batch.keys(|group| groups.get(group.id.as_str()).and_then(first_member));
            let clusters = cx.load::<CacheClusters>(&firsts).await?;
            let (groups, clusters) = (&groups, &clusters);
            let filled = batch.each(|group| async move {
                match groups.get(group.id.as_str()) {
                    Some(remote) if remote.status() != Some("deleting") => {
                        group.filled(remote, clusters, cx).await.map(Some)
                    }
                    _ => Ok(None),
                }
            });
            Ok(filled.await)
        };
        cx.reading_tags(tagged, read).await
    }

    async fn filled(mut self, remote: &Remote, clusters: &Loaded<CacheCluster>, cx: &Aws) -> Result<Self> {
        self.tags_all = self.read_tags(remote, cx).await?;
        self.pending = Pending::default();
        self.fill_group(remote);
        self.fill_nodes(remote);
        self.fill_endpoints(remote);
        if let Some(member) = first_member(remote).and_then(|id| clusters.get(id)) {
            self.fill_member(member);
            self.fill_pending(remote, member);
        }
        Ok(self)
    }

    /// Groups that change tell nothing of their tags.
    async fn read_tags(&self, remote: &Remote, cx: &Aws) -> Result<Attr<Tags>> {
        if remote.status() != Some("available") && self.tags_all.is_known() {
            return Ok(self.tags_all.clone());
        }
        let own = tagging::read(cx, remote.arn().unwrap_or_default());
        cx.tags_or(&self.arn, &self.tags_all, own).await.map(Attr::Known)
    }

    fn fill_group(&mut self, remote: &Remote) {
        self.arn = remote.arn().into();
        self.automatic_failover_enabled = match remote.automatic_failover() {
            Some(AutomaticFailoverStatus::Disabled | AutomaticFailoverStatus::Disabling) => false.into(),
            Some(AutomaticFailoverStatus::Enabled | AutomaticFailoverStatus::Enabling) => true.into(),
            _ => self.automatic_failover_enabled,
        };
        self.cluster_enabled = remote.cluster_enabled().into();
        self.cluster_mode = remote.cluster_mode().map(ClusterMode::as_str).into();
        self.data_tiering_enabled = (remote.data_tiering() == Some(&DataTieringStatus::Enabled)).into();
        self.description = remote.description().into();
        let global = remote.global_replication_group_info().and_then(|it| it.global_replication_group_id());
        self.global_replication_group_id = global.into();
        self.ip_discovery = remote.ip_discovery().map(IpDiscovery::as_str).into();
        self.kms_key_id = remote.kms_key_id().into();
        self.log_delivery_configuration = log_delivery::read(remote.log_delivery_configurations());
        self.multi_az_enabled = (remote.multi_az() == Some(&MultiAzStatus::Enabled)).into();
        self.network_type = remote.network_type().map(NetworkType::as_str).into();
        self.node_type = Attr::from(remote.cache_node_type()).or(&self.node_type);
        self.replication_group_id = remote.replication_group_id().into();
        self.snapshot_retention_limit = remote.snapshot_retention_limit().into();
        self.snapshot_window = remote.snapshot_window().into();
        self.user_group_ids = Attr::Known(remote.user_group_ids().iter().cloned().collect());
    }

    /// A group in the making does not tell of its shards.
    fn fill_nodes(&mut self, remote: &Remote) {
        let members = remote.member_clusters();
        self.member_clusters = Attr::Known(members.iter().cloned().collect());
        self.num_cache_clusters = count(members.len());
        let shards = remote.node_groups();
        if let Some(first) = shards.first() {
            self.num_node_groups = count(shards.len());
            self.replicas_per_node_group = count(first.node_group_members().len().saturating_sub(1));
            self.node_group_configuration = shards.iter().map(NodeGroup::of).collect();
        }
    }

    fn fill_endpoints(&mut self, remote: &Remote) {
        let shard = remote.node_groups().first();
        let all = remote.configuration_endpoint();
        let primary = shard.and_then(|it| it.primary_endpoint()).filter(|_| all.is_none());
        let reader = shard.and_then(|it| it.reader_endpoint()).filter(|_| all.is_none());
        self.configuration_endpoint_address = all.and_then(|it| it.address()).into();
        self.primary_endpoint_address = primary.and_then(|it| it.address()).into();
        self.reader_endpoint_address = reader.and_then(|it| it.address()).into();
        self.port = Attr::from(all.or(primary).and_then(|it| it.port())).or(&self.port);
    }

    fn fill_member(&mut self, member: &CacheCluster) {
        let flag = |it: Option<bool>| Attr::from(if it.unwrap_or_default() { "true" } else { "false" });
        self.at_rest_encryption_enabled = flag(member.at_rest_encryption_enabled());
        self.auto_minor_version_upgrade = flag(member.auto_minor_version_upgrade());
        if member.auth_token_enabled() == Some(false) {
            self.auth_token = Attr::Null;
        }
        self.engine = member.engine().into();
        self.node_type = member.cache_node_type().into();
        self.engine_version_actual = member.engine_version().into();
        self.engine_version = self.version_shown(member.engine_version()).into();
        self.maintenance_window = member.preferred_maintenance_window().into();
        let topic = member.notification_configuration().filter(|it| it.topic_status() == Some("active"));
        self.notification_topic_arn = topic.and_then(|it| it.topic_arn()).into();
        let parameters = member.cache_parameter_group().and_then(|it| it.cache_parameter_group_name());
        self.parameter_group_name = parameters.into();
        let names = member.cache_security_groups().iter().filter_map(|it| it.cache_security_group_name());
        self.security_group_names = Attr::Known(names.map(str::to_owned).collect());
        let ids = member.security_groups().iter().filter_map(SecurityGroupMembership::security_group_id);
        self.security_group_ids = Attr::Known(ids.map(str::to_owned).collect());
        self.subnet_group_name = member.cache_subnet_group_name().into();
        self.transit_encryption_enabled = member.transit_encryption_enabled().into();
        self.transit_encryption_mode =
            member.transit_encryption_mode().map(TransitEncryptionMode::as_str).unwrap_or_default().into();
    }

    fn version_shown(&self, actual: Option<&str>) -> Option<String> {
        Some(engine_version::shown(self.engine.as_str(), actual?, self.engine_version.text()))
    }

    /// What is accepted and not done yet is shown as it will be.
    fn fill_pending(&mut self, remote: &Remote, member: &CacheCluster) {
        let when = match remote.status() {
            Some("available") => windows::maintenance(self.maintenance_window.as_str()),
            _ => windows::CHANGING.to_owned(),
        };
        let waiting = member.pending_modified_values();
        if let Some(then) = waiting.and_then(|it| it.cache_node_type()) {
            self.pending.add("node_type", self.node_type.as_str(), then, &when);
            self.node_type = then.into();
        }
        if let Some(then) = self.version_shown(waiting.and_then(|it| it.engine_version())) {
            self.pending.add("engine_version", self.engine_version.as_str(), &then, &when);
            self.engine_version = then.into();
        }
        let failover = remote.pending_modified_values().and_then(|it| it.automatic_failover_status());
        if let Some(then) = failover.map(|it| *it == PendingAutomaticFailoverStatus::Enabled) {
            self.pending.add("automatic_failover_enabled", self.automatic_failover_enabled.is_true(), then, &when);
            self.automatic_failover_enabled = then.into();
        }
    }
}

/// The cluster that tells what all members have in common.
fn first_member(remote: &Remote) -> Option<&str> {
    let shard = remote.node_groups().first().and_then(|it| it.node_group_members().first()?.cache_cluster_id());
    shard.or(remote.member_clusters().first().map(String::as_str))
}

fn count(number: usize) -> Attr<i64> {
    i64::try_from(number).ok().into()
}
