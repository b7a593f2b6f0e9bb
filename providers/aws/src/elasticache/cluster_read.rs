//! Reading cache clusters, all from one list.

use aws_sdk_elasticache::types::{AzMode, CacheCluster as Remote, IpDiscovery, NetworkType, SecurityGroupMembership};
use landform_provider_api::framework::Pending;

use super::cluster::{Cluster, Node};
use super::loads::CacheClusters;
use super::{engine_version, log_delivery, tagging, windows};
use crate::core::prelude::*;

/// What the zone of nodes in more than one is called.
const MULTIPLE: &str = "Multiple";

impl Cluster {
    /// Reads clusters.
    pub(super) async fn read_all(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let tagged = cx.with_known_tags(batch.iter().map(|cluster| (&cluster.arn, &cluster.tags_all)));
        let read = async {
            let clusters = cx.load::<CacheClusters>(&batch.ids()).await?;
            let clusters = &clusters;
            let filled = batch.each(|cluster| async move {
                match clusters.get(cluster.id.as_str()) {
                    Some(remote) if remote.cache_cluster_status() != Some("deleting") => {
                        cluster.filled(remote, cx).await.map(Some)
                    }
                    _ => Ok(None),
                }
            });
            Ok(filled.await)
        };
        cx.reading_tags(tagged, read).await
    }

    async fn filled(mut self, remote: &Remote, cx: &Aws) -> Result<Self> {
        // Clusters that change tell nothing of their tags.
        if remote.cache_cluster_status() == Some("available") || !self.tags_all.is_known() {
            let own = tagging::read(cx, remote.arn().unwrap_or_default());
            self.tags_all = Attr::Known(cx.tags_or(&self.arn, &self.tags_all, own).await?);
        }
        self.pending = Pending::default();
        self.fill(remote);
        self.fill_nodes(remote);
        self.fill_pending(remote);
        Ok(self)
    }

    fn fill(&mut self, remote: &Remote) {
        self.arn = remote.arn().into();
        let upgrades = remote.auto_minor_version_upgrade().unwrap_or_default();
        self.auto_minor_version_upgrade = if upgrades { "true" } else { "false" }.into();
        self.cluster_id = remote.cache_cluster_id().into();
        self.engine = remote.engine().into();
        self.engine_version_actual = remote.engine_version().into();
        self.engine_version = self.version_shown(remote.engine_version()).into();
        self.ip_discovery = remote.ip_discovery().map(IpDiscovery::as_str).into();
        self.log_delivery_configuration = log_delivery::read(remote.log_delivery_configurations());
        self.maintenance_window = remote.preferred_maintenance_window().into();
        self.network_type = remote.network_type().map(NetworkType::as_str).into();
        let topic = remote.notification_configuration().filter(|it| it.topic_status() == Some("active"));
        self.notification_topic_arn = topic.and_then(|it| it.topic_arn()).into();
        let parameters = remote.cache_parameter_group().and_then(|it| it.cache_parameter_group_name());
        self.parameter_group_name = parameters.into();
        self.preferred_outpost_arn = remote.preferred_outpost_arn().unwrap_or_default().into();
        self.replication_group_id = remote.replication_group_id().unwrap_or_default().into();
        let groups = remote.security_groups().iter().filter_map(SecurityGroupMembership::security_group_id);
        self.security_group_ids = Attr::Known(groups.map(str::to_owned).collect());
        self.snapshot_retention_limit = remote.snapshot_retention_limit().into();
        self.snapshot_window = remote.snapshot_window().unwrap_or_default().into();
        self.subnet_group_name = remote.cache_subnet_group_name().into();
        self.transit_encryption_enabled = remote.transit_encryption_enabled().into();
    }

    fn fill_nodes(&mut self, remote: &Remote) {
        let spread = remote.preferred_availability_zone() == Some(MULTIPLE);
        self.availability_zone = Attr::from(remote.preferred_availability_zone()).or(&self.availability_zone);
        self.az_mode = if spread { AzMode::CrossAz } else { AzMode::SingleAz }.as_str().into();
        self.node_type = remote.cache_node_type().into();
        self.num_cache_nodes = remote.num_cache_nodes().into();
        let mut nodes: Vec<Node> = remote.cache_nodes().iter().map(Node::of).collect();
        nodes.sort_by(|a, b| a.id.cmp(&b.id));
        let all = remote.configuration_endpoint();
        let first = remote.cache_nodes().first().and_then(|it| it.endpoint());
        self.cluster_address = all.and_then(|it| it.address()).unwrap_or_default().into();
        let endpoint = all.and_then(|it| Some(format!("{}:{}", it.address()?, it.port()?)));
        self.configuration_endpoint = endpoint.unwrap_or_default().into();
        self.port = Attr::from(all.or(first).and_then(|it| it.port())).or(&self.port);
        self.cache_nodes = Attr::Known(nodes);
    }

    fn version_shown(&self, actual: Option<&str>) -> Option<String> {
        Some(engine_version::shown(self.engine.as_str(), actual?, self.engine_version.text()))
    }

    /// What is accepted and not done yet is shown as it will be.
    fn fill_pending(&mut self, remote: &Remote) {
        let Some(waiting) = remote.pending_modified_values() else { return };
        let when = match remote.cache_cluster_status() {
            Some("available") => windows::maintenance(self.maintenance_window.as_str()),
            _ => windows::CHANGING.to_owned(),
        };
        if let Some(then) = waiting.cache_node_type() {
            self.pending.add("node_type", self.node_type.as_str(), then, &when);
            self.node_type = then.into();
        }
        if let Some(then) = self.version_shown(waiting.engine_version()) {
            self.pending.add("engine_version", self.engine_version.as_str(), &then, &when);
            self.engine_version = then.into();
        }
        if let Some(then) = waiting.num_cache_nodes() {
            self.pending.add("num_cache_nodes", self.num_cache_nodes.get().unwrap_or_default(), then, &when);
            self.num_cache_nodes = then.into();
        }
    }
}
