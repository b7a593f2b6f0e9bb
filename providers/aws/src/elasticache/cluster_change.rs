//! Making and changing a cache cluster.

use aws_sdk_elasticache::operation::create_cache_cluster::builders::CreateCacheClusterFluentBuilder as Create;
use aws_sdk_elasticache::operation::modify_cache_cluster::builders::ModifyCacheClusterFluentBuilder as Modify;
use aws_sdk_elasticache::types::{AzMode, IpDiscovery, NetworkType, OutpostMode};

use super::cluster::{Cluster, Node};
use super::replication_group_create::{items, some};
use super::{log_delivery, tagging};
use crate::core::prelude::*;

impl Cluster {
    /// Sends the create; until the cluster is available takes minutes.
    pub(super) async fn make(&mut self, cx: &Aws) -> Result<()> {
        let lost = LostAnswer::default();
        let request = self.with_upkeep(self.with_nodes(cx.elasticache().create_cache_cluster()));
        let created = request.customize().interceptor(lost.clone()).send().await;
        lost.forgives("CacheClusterAlreadyExists", created)?;
        self.id = self.cluster_id.clone();
        Ok(())
    }

    fn with_nodes(&self, request: Create) -> Create {
        request
            .cache_cluster_id(self.cluster_id.as_str())
            .set_az_mode(self.az_mode.text().map(AzMode::from))
            .set_cache_node_type(self.node_type.param())
            .set_cache_subnet_group_name(self.subnet_group_name.param())
            .set_engine(self.engine.param())
            .set_engine_version(self.engine_version.param())
            .set_ip_discovery(self.ip_discovery.text().map(IpDiscovery::from))
            .set_network_type(self.network_type.text().map(NetworkType::from))
            .set_num_cache_nodes(some(&self.num_cache_nodes))
            .set_outpost_mode(self.outpost_mode.text().map(OutpostMode::from))
            .set_port(some(&self.port))
            .set_preferred_availability_zone(self.availability_zone.param())
            .set_preferred_availability_zones(list(&self.preferred_availability_zones))
            .set_preferred_outpost_arn(self.preferred_outpost_arn.param())
            .set_replication_group_id(self.replication_group_id.param())
            .set_security_group_ids(items(&self.security_group_ids))
            .set_snapshot_arns(list(&self.snapshot_arns))
            .set_snapshot_name(self.snapshot_name.param())
    }

    fn with_upkeep(&self, request: Create) -> Create {
        request
            .set_auto_minor_version_upgrade(self.auto_minor_version_upgrade.text().map(|it| it == "true"))
            .set_cache_parameter_group_name(self.parameter_group_name.param())
            .set_log_delivery_configurations(log_delivery::requests(&self.log_delivery_configuration))
            .set_notification_topic_arn(self.notification_topic_arn.param())
            .set_preferred_maintenance_window(self.maintenance_window.param())
            .set_snapshot_retention_limit(some(&self.snapshot_retention_limit))
            .set_snapshot_window(self.snapshot_window.param())
            .set_tags(tagging::on_create(&self.tags_all))
            .set_transit_encryption_enabled(self.transit_encryption_enabled.get().filter(|it| *it))
    }

    /// Changes what differs, with one call.
    pub(super) async fn change(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let nothing = cx.elasticache().modify_cache_cluster().cache_cluster_id(self.id.as_str());
        let nothing = nothing.apply_immediately(self.apply_immediately.is_true());
        let request = self.with_other_settings(self.with_other_nodes(nothing.clone(), prior)?, prior);
        if request.as_input() != nothing.as_input() {
            request.send().await?;
            // Clusters that change have no tags to be changed.
            self.settle(cx).await?;
        }
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    fn with_other_nodes(&self, request: Modify, prior: &Self) -> Result<Modify> {
        let request = request
            .set_az_mode(new(&self.az_mode, &prior.az_mode).map(|it| AzMode::from(it.as_str())))
            .set_cache_node_type(self.waiting("node_type", prior, |it| &it.node_type))
            .set_engine_version(self.waiting("engine_version", prior, |it| &it.engine_version));
        let Some(wanted) = self.waiting("num_cache_nodes", prior, |it| &it.num_cache_nodes) else { return Ok(request) };
        let request = request.set_num_cache_nodes(i32::try_from(wanted).ok());
        let wanted = usize::try_from(wanted).unwrap_or_default();
        let mut ids: Vec<&str> = prior.cache_nodes.items().map(|node: &Node| node.id.as_str()).collect();
        ids.sort_unstable();
        let zones = self.preferred_availability_zones.known().filter(|zones| !zones.is_empty());
        match zones {
            _ if wanted < ids.len() => {
                let gone = ids.split_off(wanted).into_iter().map(str::to_owned).collect();
                Ok(request.set_cache_node_ids_to_remove(Some(gone)))
            }
            Some(zones) if zones.len() != wanted => {
                let detail = format!(
                    "preferred_availability_zones has {} items, but num_cache_nodes is {wanted}: give one for each node.",
                    zones.len()
                );
                Err(Error::new("Invalid availability zones", detail))
            }
            Some(zones) => {
                let added = zones.iter().skip(ids.len()).cloned().collect();
                Ok(request.set_new_availability_zones(Some(added)))
            }
            None => Ok(request),
        }
    }

    fn with_other_settings(&self, request: Modify, prior: &Self) -> Modify {
        let upgrades = new(&self.auto_minor_version_upgrade, &prior.auto_minor_version_upgrade);
        let before = prior.snapshot_retention_limit.get().unwrap_or_default();
        let limit = Some(self.snapshot_retention_limit.get().unwrap_or_default()).filter(|limit| *limit != before);
        let groups = new(&self.security_group_ids, &prior.security_group_ids).filter(|groups| !groups.is_empty());
        let deliveries = log_delivery::changes(&prior.log_delivery_configuration, &self.log_delivery_configuration);
        let request = request
            .set_auto_minor_version_upgrade(upgrades.filter(|it| !it.is_empty()).map(|it| it == "true"))
            .set_cache_parameter_group_name(new(&self.parameter_group_name, &prior.parameter_group_name))
            .set_ip_discovery(new(&self.ip_discovery, &prior.ip_discovery).map(|it| IpDiscovery::from(it.as_str())))
            .set_log_delivery_configurations(deliveries)
            .set_preferred_maintenance_window(new(&self.maintenance_window, &prior.maintenance_window))
            .set_security_group_ids(groups.map(|groups| groups.into_iter().collect()))
            .set_snapshot_retention_limit(limit.and_then(|it| i32::try_from(it).ok()))
            .set_snapshot_window(new(&self.snapshot_window, &prior.snapshot_window));
        match (self.notification_topic_arn.text(), prior.notification_topic_arn.text()) {
            (topic, before) if topic == before => request,
            (Some(topic), _) => request.notification_topic_arn(topic).notification_topic_status("active"),
            (None, _) => request.notification_topic_status("inactive"),
        }
    }

    /// A value that changes; or one that was accepted before and shall now be applied immediately.
    fn waiting<T: Clone + PartialEq>(&self, name: &str, prior: &Self, of: fn(&Self) -> &Attr<T>) -> Option<T> {
        let hurried = self.apply_immediately.is_true() && prior.pending.of(name).is_some();
        new(of(self), of(prior)).or_else(|| of(self).get().filter(|_| hurried))
    }
}

/// A value that is known and differs.
pub(super) fn new<T: Clone + PartialEq>(now: &Attr<T>, before: &Attr<T>) -> Option<T> {
    now.get().filter(|_| now != before)
}

fn list(items: &Attr<Vec<String>>) -> Option<Vec<String>> {
    items.get().filter(|items| !items.is_empty())
}
