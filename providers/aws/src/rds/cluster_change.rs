//! How a cluster is changed and deleted, and what is waited for.

use aws_sdk_rds::operation::modify_db_cluster::builders::ModifyDBClusterFluentBuilder as Modify;
use aws_sdk_rds::types::{CloudwatchLogsExportConfiguration, DatabaseInsightsMode, DbCluster};

use super::cluster::Cluster;
use super::cluster_blocks::{Scaling, Serverless};
use super::cluster_loads::Clusters;
use crate::core::prelude::*;

/// How long a change waits for another one to end, and for roles to be known everywhere.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// How long a change that is to be made at once is waited for, once the cluster says that it is available.
const APPLYING: Duration = Duration::from_secs(120);
/// States that a cluster does not leave by itself.
const STUCK: [&str; 6] = [
    "cloning-failed",
    "failed",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "incompatible-parameters",
    "migration-failed",
];

/// A role, perhaps just made, that RDS does not know of yet.
pub(super) fn lacks_role(error: &Error) -> bool {
    error.is(&["InvalidParameterValue"]) && error.message().contains("IAM role ARN value is invalid")
}

/// Something else is done with the cluster at this moment.
fn is_busy(error: &Error) -> bool {
    lacks_role(error) || error.is(&["InvalidDBClusterStateFault"])
}

/// The planned value, where it is known and another one.
fn changed<T: Clone + PartialEq>(planned: &Attr<T>, prior: &Attr<T>) -> Option<T> {
    planned.known().filter(|_| planned != prior).cloned()
}

impl Cluster {
    /// Changes what differs.
    pub(super) async fn change(&self, prior: &Self, cx: &Aws) -> Result<()> {
        self.leave_global_cluster(prior, cx).await?;
        let base = cx.rds().modify_db_cluster().db_cluster_identifier(self.id.as_str());
        let request = self.changes(base.clone(), prior);
        if request.as_input() != base.as_input() {
            self.modify(request).await?;
            self.wait_available(cx, self.timeouts.update()).await?;
        }
        self.switch_data_api(prior, cx).await?;
        self.change_roles(&prior.iam_roles.get().unwrap_or_default(), cx).await
    }

    async fn modify(&self, request: Modify) -> Result<()> {
        let group = self.db_instance_parameter_group_name.param();
        let request = request
            .apply_immediately(self.apply_immediately.is_true())
            .set_allow_major_version_upgrade(self.allow_major_version_upgrade.get());
        let send = |request: Modify| async move {
            retry_while(PATIENCE, is_busy, || async { Ok(request.clone().send().await?) }).await
        };
        // RDS tells nobody which group it is, and takes it only with another major version.
        match send(request.clone().set_db_instance_parameter_group_name(group)).await {
            Err(error) if error.message().contains("db-instance-parameter-group-name can only be") => {
                send(request).await
            }
            result => result,
        }
        .map(|_| ())
    }

    /// The one call with all that differs. What waits for the maintenance window is asked for once more if it is wanted
    /// at once.
    fn changes(&self, request: Modify, prior: &Self) -> Modify {
        let at_once = self.apply_immediately.is_true();
        let waits = |name: &str| at_once && prior.pending.of(name).is_some();
        let number = |name: &str, planned: &Attr<i64>, prior: &Attr<i64>| {
            planned.get_i32().filter(|_| planned != prior || waits(name))
        };
        let version = self.engine_version.param();
        let version = version.filter(|_| self.engine_version != prior.engine_version || waits("engine_version"));
        let login = self.iam_database_authentication_enabled.is_true();
        let other_login = login != prior.iam_database_authentication_enabled.is_true()
            || waits("iam_database_authentication_enabled");
        let storage = self.storage_type.param();
        let storage = storage.filter(|_| self.storage_type != prior.storage_type || waits("storage_type"));
        let period = ("backup_retention_period", &self.backup_retention_period, &prior.backup_retention_period);
        let request = request
            .set_allocated_storage(number("allocated_storage", &self.allocated_storage, &prior.allocated_storage))
            .set_backup_retention_period(number(period.0, period.1, period.2))
            .set_iops(number("iops", &self.iops, &prior.iops))
            .set_engine_version(version)
            .set_enable_iam_database_authentication(other_login.then_some(login))
            .set_storage_type(storage);
        let request = self.settings(request, prior);
        let request = self.places(request, prior);
        self.master(self.insights(request, prior), prior)
    }

    fn settings(&self, request: Modify, prior: &Self) -> Modify {
        let switch = |planned: &Attr<bool>, prior: &Attr<bool>| {
            (planned.is_true() != prior.is_true()).then_some(planned.is_true())
        };
        let seconds = |it: &Self| Some(it.backtrack_window.get().unwrap_or_default());
        let http =
            switch(&self.enable_http_endpoint, &prior.enable_http_endpoint).filter(|_| !self.has_data_api_calls());
        request
            .set_backtrack_window(seconds(self).filter(|it| Some(*it) != seconds(prior)))
            .set_ca_certificate_identifier(changed(&self.ca_certificate_identifier, &prior.ca_certificate_identifier))
            .set_copy_tags_to_snapshot(switch(&self.copy_tags_to_snapshot, &prior.copy_tags_to_snapshot))
            .set_db_cluster_instance_class(changed(&self.db_cluster_instance_class, &prior.db_cluster_instance_class))
            .set_deletion_protection(switch(&self.deletion_protection, &prior.deletion_protection))
            .set_enable_http_endpoint(http)
            .set_enable_global_write_forwarding(switch(
                &self.enable_global_write_forwarding,
                &prior.enable_global_write_forwarding,
            ))
            .set_enable_local_write_forwarding(switch(
                &self.enable_local_write_forwarding,
                &prior.enable_local_write_forwarding,
            ))
            .set_preferred_backup_window(changed(&self.preferred_backup_window, &prior.preferred_backup_window))
            .set_preferred_maintenance_window(changed(
                &self.preferred_maintenance_window,
                &prior.preferred_maintenance_window,
            ))
    }

    fn places(&self, request: Modify, prior: &Self) -> Modify {
        let group = changed(&self.db_cluster_parameter_group_name, &prior.db_cluster_parameter_group_name);
        let groups = changed(&self.vpc_security_group_ids, &prior.vpc_security_group_ids);
        let scaling = Scaling::wanted(&self.scaling_configuration);
        let serverless = Serverless::wanted(&self.serverlessv2_scaling_configuration);
        let other_domain = self.domain.text() != prior.domain.text()
            || self.domain_iam_role_name.text() != prior.domain_iam_role_name.text();
        request
            .set_cloudwatch_logs_export_configuration(self.logs(prior))
            .set_db_cluster_parameter_group_name(group)
            .set_domain(other_domain.then(|| self.domain.as_str().to_owned()))
            .set_domain_iam_role_name(other_domain.then(|| self.domain_iam_role_name.as_str().to_owned()))
            .set_network_type(changed(&self.network_type, &prior.network_type))
            .set_port(self.port.get_i32().filter(|_| self.port != prior.port))
            .set_scaling_configuration(scaling.filter(|_| self.scaling_configuration != prior.scaling_configuration))
            .set_serverless_v2_scaling_configuration(
                serverless
                    .filter(|_| self.serverlessv2_scaling_configuration != prior.serverlessv2_scaling_configuration),
            )
            .set_vpc_security_group_ids(groups.map(|it| it.into_iter().collect()))
    }

    fn insights(&self, request: Modify, prior: &Self) -> Modify {
        let mode = changed(&self.database_insights_mode, &prior.database_insights_mode);
        let on = self.performance_insights_enabled.is_true();
        let turned = on != prior.performance_insights_enabled.is_true();
        let key = changed(&self.performance_insights_kms_key_id, &prior.performance_insights_kms_key_id);
        let days = &self.performance_insights_retention_period;
        let days = days.get_i32().filter(|_| *days != prior.performance_insights_retention_period);
        let interval =
            self.monitoring_interval.get_i32().filter(|_| self.monitoring_interval != prior.monitoring_interval);
        // RDS wants to hear again that it is on, and the period with the mode.
        let switched = turned || on && (mode.is_some() || key.is_some() || days.is_some());
        let days = days.or_else(|| self.performance_insights_retention_period.get_i32().filter(|_| mode.is_some()));
        request
            .set_database_insights_mode(mode.as_deref().map(DatabaseInsightsMode::from))
            .set_enable_performance_insights(switched.then_some(on))
            .set_monitoring_interval(interval)
            .set_monitoring_role_arn(changed(&self.monitoring_role_arn, &prior.monitoring_role_arn))
            .set_performance_insights_kms_key_id(key)
            .set_performance_insights_retention_period(days)
    }

    fn master(&self, request: Modify, prior: &Self) -> Modify {
        let managed = self.manage_master_user_password.is_true();
        let other_keeper = managed != prior.manage_master_user_password.is_true();
        let anew = self.master_password.text() != prior.master_password.text()
            || self.master_password_wo_version != prior.master_password_wo_version
            || other_keeper;
        let key = changed(&self.master_user_secret_kms_key_id, &prior.master_user_secret_kms_key_id);
        request
            .set_manage_master_user_password(other_keeper.then_some(managed))
            .set_master_user_password(self.password().filter(|_| anew))
            .set_master_user_secret_kms_key_id(key)
    }

    /// What restoring calls do not take.
    pub(super) fn after_restore(&self, request: Modify) -> Modify {
        request
            .set_backup_retention_period(self.backup_retention_period.get_i32().filter(|days| *days > 0))
            .set_manage_master_user_password(self.manage_master_user_password.get().filter(|it| *it))
            .set_master_user_password(self.password())
            .set_master_user_secret_kms_key_id(self.master_user_secret_kms_key_id.param())
            .set_preferred_backup_window(self.preferred_backup_window.param())
            .set_preferred_maintenance_window(self.preferred_maintenance_window.param())
    }

    fn logs(&self, prior: &Self) -> Option<CloudwatchLogsExportConfiguration> {
        let (from, to) = (&prior.enabled_cloudwatch_logs_exports, &self.enabled_cloudwatch_logs_exports);
        let missing = |a: &Attr<BTreeSet<String>>, b: &Attr<BTreeSet<String>>| {
            let b = b.get().unwrap_or_default();
            a.items().filter(|it| !b.contains(*it)).cloned().collect::<Vec<_>>()
        };
        let (on, off) = (missing(to, from), missing(from, to));
        if on.is_empty() && off.is_empty() {
            return None;
        }
        let change = CloudwatchLogsExportConfiguration::builder();
        Some(change.set_enable_log_types(Some(on)).set_disable_log_types(Some(off)).build())
    }

    /// Clusters that are not of mode `serverless` have calls of their own for the Data API.
    fn has_data_api_calls(&self) -> bool {
        self.is_aurora() && self.engine_mode.as_str() != "serverless"
    }

    async fn switch_data_api(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let (on, arn) = (self.enable_http_endpoint.is_true(), self.arn.as_str());
        if !self.has_data_api_calls() || on == prior.enable_http_endpoint.is_true() {
            return Ok(());
        }
        if on {
            cx.rds().enable_http_endpoint().resource_arn(arn).send().await?;
        } else {
            cx.rds().disable_http_endpoint().resource_arn(arn).send().await?;
        }
        Ok(())
    }

    /// Adds the roles that are missing, then takes away those that are too many.
    pub(super) async fn change_roles(&self, from: &BTreeSet<String>, cx: &Aws) -> Result<()> {
        let (id, Some(to)) = (self.id.as_str(), self.iam_roles.known()) else { return Ok(()) };
        for role in to.difference(from) {
            let add = || async {
                Ok(cx.rds().add_role_to_db_cluster().db_cluster_identifier(id).role_arn(role).send().await?)
            };
            retry_while(PATIENCE, is_busy, add).await?;
        }
        for role in from.difference(to) {
            let request = cx.rds().remove_role_from_db_cluster().db_cluster_identifier(id).role_arn(role);
            match retry_while(PATIENCE, is_busy, || async { Ok(request.clone().send().await?) }).await {
                Err(error) if !error.is_missing() => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    async fn leave_global_cluster(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let Some(global) = prior.global_cluster_identifier.text() else { return Ok(()) };
        if self.global_cluster_identifier.text() == Some(global) {
            return Ok(());
        }
        let request = cx.rds().remove_from_global_cluster().global_cluster_identifier(global);
        match request.db_cluster_identifier(prior.arn.as_str()).send().await.map_err(Error::from) {
            Err(error) if !error.is_missing() && !error.message().contains("is not found in global cluster") => {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    /// Waits until nothing is done with the cluster.
    pub(super) async fn wait_available(&self, cx: &Aws, timeout: Duration) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("RDS cluster {id} to become available"), timeout, || async {
            match cx.load_one::<Clusters>(id).await?.get(id).map(|it| it.status().unwrap_or("unknown").to_owned()) {
                Some(status) if status == "available" => Ok(State::Done(())),
                Some(status) if STUCK.contains(&status.as_str()) => {
                    let message = format!("RDS cluster {id} is {status}, which it does not leave by itself.");
                    Err(Error::new("Cluster in a state that needs help", message))
                }
                Some(status) => Ok(State::Pending(status)),
                None => Ok(State::Pending("not visible".into())),
            }
        })
        .await
    }

    /// Changes that are to be made at once may be pending for a while although the cluster is available. What takes longer
    /// is told as pending.
    pub(super) async fn wait_applied(&self, cx: &Aws) -> Result<()> {
        if !self.apply_immediately.is_true() {
            return Ok(());
        }
        let id = self.id.as_str();
        let what = format!("changes of RDS cluster {id} to be made");
        let applied = wait_until(&what, APPLYING, || async {
            let clusters = cx.load_one::<Clusters>(id).await?;
            let done = clusters.get(id).is_none_or(|it| it.status() == Some("available") && !has_pending(it));
            Ok(if done { State::Done(()) } else { State::Pending("pending".into()) })
        });
        match applied.await {
            Err(error) if error.is_timeout() => Ok(()),
            result => result,
        }
    }

    /// Deletes it, after the last snapshot was made.
    pub(super) async fn end(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let skip = self.skip_final_snapshot.is_true();
        if !skip && self.final_snapshot_identifier.text().is_none() {
            let message = format!("Deleting RDS cluster {id} makes a last snapshot, which has no name.");
            let hint = "Set final_snapshot_identifier, or skip_final_snapshot = true, and apply that before.";
            return Err(Error::new("No name for the last snapshot", message).hint(hint));
        }
        let none = Self::default();
        none.leave_global_cluster(self, cx).await?;
        let request = cx
            .rds()
            .delete_db_cluster()
            .db_cluster_identifier(id)
            .skip_final_snapshot(skip)
            .set_delete_automated_backups(self.delete_automated_backups.get())
            .set_final_db_snapshot_identifier(self.final_snapshot_identifier.param().filter(|_| !skip));
        let busy = |error: &Error| {
            let says = ["is not currently in the available state", "is a part of a global cluster"];
            error.is(&["InvalidDBClusterStateFault"]) && says.iter().any(|text| error.message().contains(text))
        };
        let delete = || async { Ok(request.clone().send().await?) };
        match retry_while(self.timeouts.delete(), busy, delete).await {
            Err(error) if error.message().contains("already being deleted") => {}
            Err(error) => return Err(self.explained(error)),
            Ok(_) => {}
        }
        wait_until(&format!("RDS cluster {id} to be deleted"), self.timeouts.delete(), || async {
            let clusters = cx.load_one::<Clusters>(id).await?;
            Ok(clusters.get(id).map_or(State::Done(()), |it| State::Pending(it.status().unwrap_or("there").to_owned())))
        })
        .await
    }

    /// What stands in the way of a delete.
    fn explained(&self, error: Error) -> Error {
        if error.message().contains("still contains DB instances") {
            let members: Vec<&str> = self.cluster_members.items().map(String::as_str).collect();
            return error.hint(format!("Its databases have to go before it: {}.", members.join(", ")));
        }
        if error.message().to_lowercase().contains("deletion protection") {
            return error.hint("Set deletion_protection = false and apply that before.");
        }
        if error.is(&["DBClusterSnapshotAlreadyExistsFault"]) {
            return error
                .hint("Give final_snapshot_identifier another name and apply that, or delete the old snapshot.");
        }
        error
    }
}

/// Whether there are changes that are to be made at once.
fn has_pending(cluster: &DbCluster) -> bool {
    cluster.pending_modified_values().is_some_and(|it| {
        it.allocated_storage().is_some()
            || it.engine_version().is_some()
            || it.iam_database_authentication_enabled().is_some()
            || it.iops().is_some()
            || it.master_user_password().is_some()
            || it.storage_type().is_some()
    })
}
