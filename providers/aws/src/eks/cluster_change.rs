//! Changes of a cluster: one after the other, as EKS makes only one at a time.

use std::future::Future;

use aws_sdk_eks::operation::update_cluster_config::builders::UpdateClusterConfigInputBuilder as Change;
use aws_sdk_eks::types::{Update, VpcConfigRequest};

use super::cluster::Cluster;
use super::cluster_parts::{RemoteNetworkConfig, ZonalShiftConfig};
use super::cluster_requests::list;
use super::{tagging, updates};
use crate::core::prelude::*;

impl Cluster {
    /// Makes all changes. The version comes first, as other changes may need it.
    pub(super) async fn change(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await?;
        if self.version.is_known() && self.version != prior.version {
            let request = cx.eks().update_cluster_version().name(id).set_version(self.version.param());
            let request = request.force(self.force_update_version.is_true());
            self.carry_out(cx, || async { Ok(request.clone().send().await?.update) }).await?;
        }
        for change in self.config_changes(prior) {
            let client = cx.eks();
            let send = || async { Ok(change.clone().name(id).send_with(client).await?.update) };
            self.carry_out(cx, send).await?;
        }
        if prior.encryption_config.is_empty() && !self.encryption_config.is_empty() {
            let request = cx.eks().associate_encryption_config().cluster_name(id);
            let request = request.set_encryption_config(self.encryption_request());
            self.carry_out(cx, || async { Ok(request.clone().send().await?.update) }).await?;
        }
        Ok(())
    }

    /// Begins one change, as soon as no other one is on its way, and waits for it.
    async fn carry_out<F>(&self, cx: &Aws, begin: impl Fn() -> F) -> Result<()>
    where
        F: Future<Output = Result<Option<Update>>>,
    {
        let id = self.id.as_str();
        let timeout = self.timeouts.update();
        let update = retry_while(timeout, updates::is_busy, begin).await?;
        updates::ended(cx.eks().describe_update().name(id), update, &format!("cluster {id}"), timeout).await
    }

    /// What differs, each part in a call of its own.
    fn config_changes(&self, prior: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        let mode = |it: &Self| it.access_config.first().and_then(|access| access.authentication_mode.param());
        if let (true, Some(access)) = (mode(self).is_some() && mode(self) != mode(prior), self.access_config.first()) {
            changes.push(Change::default().access_config(access.change_request()));
        }
        changes.extend(self.auto_mode_change(prior));
        if let (true, Some(scaling)) = (
            self.control_plane_scaling_config != prior.control_plane_scaling_config,
            self.control_plane_scaling_config.first(),
        ) {
            changes.push(Change::default().control_plane_scaling_config(scaling.request()));
        }
        if self.deletion_protection.is_true() != prior.deletion_protection.is_true() {
            changes.push(Change::default().deletion_protection(self.deletion_protection.is_true()));
        }
        if list(&self.enabled_cluster_log_types) != list(&prior.enabled_cluster_log_types) {
            changes.push(Change::default().logging(self.logging_request()));
        }
        if self.remote_network_config != prior.remote_network_config {
            let none = RemoteNetworkConfig::default();
            let config = self.remote_network_config.first().unwrap_or(&none);
            changes.push(Change::default().remote_network_config(config.change_request()));
        }
        if let (true, Some(policy)) = (self.upgrade_policy != prior.upgrade_policy, self.upgrade_policy.first()) {
            changes.push(Change::default().upgrade_policy(policy.request()));
        }
        changes.extend(self.network_changes(prior));
        changes.extend(self.zonal_shift_change(prior));
        changes
    }

    fn auto_mode_change(&self, prior: &Self) -> Option<Change> {
        let differs = self.compute_request() != prior.compute_request()
            || self.storage_request() != prior.storage_request()
            || self.load_balancing_request() != prior.load_balancing_request();
        let change = Change::default()
            .compute_config(self.compute_request())
            .storage_config(self.storage_request())
            .kubernetes_network_config(self.load_balancing_request());
        differs.then_some(change)
    }

    fn network_changes(&self, prior: &Self) -> Vec<Change> {
        let (Some(wanted), Some(known)) = (self.vpc_config.first(), prior.vpc_config.first()) else {
            return Vec::new();
        };
        let endpoint = (wanted.endpoint_request() != known.endpoint_request()).then(|| wanted.endpoint_request());
        let subnets = (list(&wanted.subnet_ids) != list(&known.subnet_ids))
            .then(|| VpcConfigRequest::builder().set_subnet_ids(Some(list(&wanted.subnet_ids))).build());
        let groups = (list(&wanted.security_group_ids) != list(&known.security_group_ids)).then(|| {
            VpcConfigRequest::builder().set_security_group_ids(Some(list(&wanted.security_group_ids))).build()
        });
        let parts = [endpoint, subnets, groups].into_iter().flatten();
        parts.map(|part| Change::default().resources_vpc_config(part)).collect()
    }

    /// No block stands for off.
    fn zonal_shift_change(&self, prior: &Self) -> Option<Change> {
        let is_on = |it: &Self| it.zonal_shift_config.first().is_some_and(|shift| shift.enabled.is_true());
        let wanted = ZonalShiftConfig { enabled: is_on(self).into() };
        (is_on(self) != is_on(prior)).then(|| Change::default().zonal_shift_config(wanted.request()))
    }
}
