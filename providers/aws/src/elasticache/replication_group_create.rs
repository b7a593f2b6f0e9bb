//! Making a replication group.

use aws_sdk_elasticache::operation::create_replication_group::builders::CreateReplicationGroupFluentBuilder as Request;
use aws_sdk_elasticache::types::{ClusterMode, IpDiscovery, NetworkType, TransitEncryptionMode};

use super::node_groups::NodeGroup;
use super::replication_group::Group;
use super::{log_delivery, tagging};
use crate::core::prelude::*;

/// The engine of groups that do not say it.
const ENGINE: &str = "redis";

impl Group {
    /// Sends the create; until the group is available takes minutes.
    pub(super) async fn make(&mut self, cx: &Aws) -> Result<()> {
        let lost = LostAnswer::default();
        let request = self.with_nodes(cx.elasticache().create_replication_group())?;
        let request = self.with_protection(self.with_sources(self.with_upkeep(request)));
        let created = request.customize().interceptor(lost.clone()).send().await;
        lost.forgives("ReplicationGroupAlreadyExists", created)?;
        self.id = self.replication_group_id.clone();
        Ok(())
    }

    /// What it is made of. A member of a global datastore has this from the primary group.
    fn with_nodes(&self, request: Request) -> Result<Request> {
        let shards = &self.node_group_configuration;
        let request = request
            .replication_group_id(self.replication_group_id.as_str())
            .replication_group_description(self.description.as_str())
            .set_engine_version(self.engine_version.param())
            .set_num_cache_clusters(some(&self.num_cache_clusters))
            .set_num_node_groups(some(&self.num_node_groups))
            .set_replicas_per_node_group(self.replicas_per_node_group.get_i32())
            .set_preferred_cache_cluster_azs(self.preferred_cache_cluster_azs.get().filter(|zones| !zones.is_empty()))
            .set_node_group_configuration((!shards.is_empty()).then(|| shards.iter().map(NodeGroup::request).collect()))
            .set_cluster_mode(self.cluster_mode.text().map(ClusterMode::from))
            .set_tags(tagging::on_create(&self.tags_all));
        if let Some(global) = self.global_replication_group_id.text() {
            return Ok(request.global_replication_group_id(global));
        }
        let Some(node_type) = self.node_type.text() else {
            let detail = "node_type must be given unless global_replication_group_id is.";
            return Err(Error::new("Missing node type", detail));
        };
        Ok(request
            .automatic_failover_enabled(self.automatic_failover_enabled.is_true())
            .cache_node_type(node_type)
            .engine(self.engine.text().unwrap_or(ENGINE))
            .transit_encryption_enabled(self.transit_encryption_enabled.is_true()))
    }

    fn with_upkeep(&self, request: Request) -> Request {
        request
            .set_auto_minor_version_upgrade(self.auto_minor_version_upgrade.text().map(|it| it == "true"))
            .set_cache_parameter_group_name(self.parameter_group_name.param())
            .set_log_delivery_configurations(log_delivery::requests(&self.log_delivery_configuration))
            .set_multi_az_enabled(self.multi_az_enabled.get().filter(|it| *it))
            .set_notification_topic_arn(self.notification_topic_arn.param())
            .set_preferred_maintenance_window(self.maintenance_window.param())
            .set_snapshot_retention_limit(some(&self.snapshot_retention_limit))
            .set_snapshot_window(self.snapshot_window.param())
    }

    fn with_sources(&self, request: Request) -> Request {
        request
            .set_data_tiering_enabled(self.data_tiering_enabled.get().filter(|it| *it))
            .set_snapshot_arns(items(&self.snapshot_arns))
            .set_snapshot_name(self.snapshot_name.param())
    }

    fn with_protection(&self, request: Request) -> Request {
        request
            .set_at_rest_encryption_enabled(self.at_rest_encryption_enabled.text().map(|it| it == "true"))
            .set_auth_token(self.auth_token.param())
            .set_cache_security_group_names(items(&self.security_group_names))
            .set_cache_subnet_group_name(self.subnet_group_name.param())
            .set_ip_discovery(self.ip_discovery.text().map(IpDiscovery::from))
            .set_kms_key_id(self.kms_key_id.param())
            .set_network_type(self.network_type.text().map(NetworkType::from))
            .set_port(some(&self.port).filter(|_| self.global_replication_group_id.text().is_none()))
            .set_security_group_ids(items(&self.security_group_ids))
            .set_transit_encryption_mode(self.transit_encryption_mode.text().map(TransitEncryptionMode::from))
            .set_user_group_ids(items(&self.user_group_ids))
    }
}

/// The number; zero counts as none.
pub(super) fn some(number: &Attr<i64>) -> Option<i32> {
    number.get_i32().filter(|it| *it != 0)
}

/// The items, where there are any.
pub(super) fn items(set: &Attr<BTreeSet<String>>) -> Option<Vec<String>> {
    set.known().filter(|items| !items.is_empty()).map(|items| items.iter().cloned().collect())
}
