//! How a cluster is made: anew, of a snapshot, of a moment of another one, or of a backup in a bucket.

use aws_sdk_rds::types::{ClusterScalabilityType, DatabaseInsightsMode};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::cluster::{Cluster, list};
use super::cluster_blocks::{PointInTime, Scaling, Serverless};
use super::cluster_change::lacks_role;
use super::s3_import::S3Import;
use super::tagging;
use crate::core::prelude::*;

/// How long news of a role or of a bucket's policy may travel.
const PROPAGATION: Duration = Duration::from_secs(120);
const EXISTS: &str = "DBClusterAlreadyExistsFault";

/// What all four calls take.
macro_rules! common {
    ($cluster:expr, $name:expr, $request:expr) => {{
        let it = $cluster;
        $request
            .db_cluster_identifier($name)
            .set_backtrack_window(it.backtrack_window.get())
            .set_copy_tags_to_snapshot(it.copy_tags_to_snapshot.get())
            .set_db_cluster_parameter_group_name(it.db_cluster_parameter_group_name.param())
            .set_db_subnet_group_name(it.db_subnet_group_name.param())
            .set_deletion_protection(it.deletion_protection.get())
            .set_domain(it.domain.param())
            .set_domain_iam_role_name(it.domain_iam_role_name.param())
            .set_enable_cloudwatch_logs_exports(list(&it.enabled_cloudwatch_logs_exports))
            .set_enable_iam_database_authentication(it.iam_database_authentication_enabled.get())
            .set_engine_lifecycle_support(it.engine_lifecycle_support.param())
            .set_kms_key_id(it.kms_key_id.param())
            .set_network_type(it.network_type.param())
            .set_port(it.port.get_i32())
            .set_serverless_v2_scaling_configuration(Serverless::wanted(&it.serverlessv2_scaling_configuration))
            .set_storage_type(it.storage_type.param())
            .set_tags(tagging::on_create(&it.tags_all))
            .set_vpc_security_group_ids(list(&it.vpc_security_group_ids))
    }};
}

/// What the restoring calls of snapshots and moments take beside that.
macro_rules! restored {
    ($cluster:expr, $name:expr, $request:expr) => {{
        let it = $cluster;
        common!(it, $name, $request)
            .set_db_cluster_instance_class(it.db_cluster_instance_class.param())
            .set_enable_performance_insights(it.performance_insights_enabled.get())
            .set_engine_mode(it.engine_mode.param())
            .set_iops(it.iops.get_i32())
            .set_monitoring_interval(it.monitoring_interval.get_i32())
            .set_monitoring_role_arn(it.monitoring_role_arn.param())
            .set_performance_insights_kms_key_id(it.performance_insights_kms_key_id.param())
            .set_performance_insights_retention_period(it.performance_insights_retention_period.get_i32())
            .set_scaling_configuration(Scaling::wanted(&it.scaling_configuration))
    }};
}

/// Sends a create until roles are known everywhere; one whose answer got lost is not made twice.
macro_rules! send {
    ($name:expr, $passing:expr, $request:expr) => {{
        let request = $request;
        let lost = LostAnswer::default();
        let create = || async {
            let sent = request.clone().customize().interceptor(lost.clone()).send().await;
            lost.forgives(EXISTS, sent).map(|_| ())
        };
        retry_while(PROPAGATION, $passing, create)
            .await
            .map_err(|error| error.while_doing(format!("creating RDS cluster {}", $name)))
    }};
}

impl Cluster {
    /// Begins to make it.
    pub(super) async fn make(&self, name: &str, cx: &Aws) -> Result<()> {
        if let Some(source) = self.restore_to_point_in_time.first() {
            return self.make_of_moment(name, source, cx).await;
        }
        if let Some(backup) = self.s3_import.first() {
            return self.make_of_backup(name, backup, cx).await;
        }
        match self.snapshot_identifier.text() {
            Some(snapshot) => self.make_of_snapshot(name, snapshot, cx).await,
            None => self.make_anew(name, cx).await,
        }
    }

    async fn make_anew(&self, name: &str, cx: &Aws) -> Result<()> {
        let replicates =
            self.replication_source_identifier.param().filter(|_| !self.global_cluster_identifier.is_known());
        let request = common!(self, name, cx.rds().create_db_cluster())
            .set_allocated_storage(self.allocated_storage.get_i32())
            .set_availability_zones(list(&self.availability_zones))
            .set_backup_retention_period(self.backup_retention_period.get_i32().filter(|days| *days > 0))
            .set_ca_certificate_identifier(self.ca_certificate_identifier.param())
            .set_cluster_scalability_type(self.cluster_scalability_type.text().map(ClusterScalabilityType::from))
            .set_database_insights_mode(self.database_insights_mode.text().map(DatabaseInsightsMode::from))
            .set_database_name(self.database_name.param())
            .set_db_cluster_instance_class(self.db_cluster_instance_class.param())
            .set_db_system_id(self.db_system_id.param())
            .set_enable_global_write_forwarding(self.enable_global_write_forwarding.get().filter(|it| *it))
            .set_enable_http_endpoint(self.enable_http_endpoint.get().filter(|it| *it))
            .set_enable_local_write_forwarding(self.enable_local_write_forwarding.get().filter(|it| *it))
            .set_enable_performance_insights(self.performance_insights_enabled.get())
            .set_engine(self.engine.get())
            .set_engine_mode(self.engine_mode.param())
            .set_engine_version(self.engine_version.param())
            .set_global_cluster_identifier(self.global_cluster_identifier.param())
            .set_iops(self.iops.get_i32())
            .set_manage_master_user_password(self.manage_master_user_password.get())
            .set_master_user_password(self.password())
            .set_master_user_secret_kms_key_id(self.master_user_secret_kms_key_id.param())
            .set_master_username(self.master_username.param())
            .set_monitoring_interval(self.monitoring_interval.get_i32())
            .set_monitoring_role_arn(self.monitoring_role_arn.param())
            .set_performance_insights_kms_key_id(self.performance_insights_kms_key_id.param())
            .set_performance_insights_retention_period(self.performance_insights_retention_period.get_i32())
            .set_preferred_backup_window(self.preferred_backup_window.param())
            .set_preferred_maintenance_window(self.preferred_maintenance_window.param())
            .set_replication_source_identifier(replicates)
            .set_scaling_configuration(Scaling::wanted(&self.scaling_configuration))
            .set_storage_encrypted(self.storage_encrypted.get());
        send!(name, lacks_role, request)
    }

    async fn make_of_snapshot(&self, name: &str, snapshot: &str, cx: &Aws) -> Result<()> {
        let request = restored!(self, name, cx.rds().restore_db_cluster_from_snapshot())
            .set_availability_zones(list(&self.availability_zones))
            .set_database_name(self.database_name.param())
            .set_engine(self.engine.get())
            .set_engine_version(self.engine_version.param())
            .snapshot_identifier(snapshot);
        send!(name, lacks_role, request)
    }

    async fn make_of_moment(&self, name: &str, source: &PointInTime, cx: &Aws) -> Result<()> {
        let moment = source.restore_to_time.text().and_then(|text| DateTime::from_str(text, Format::DateTime).ok());
        let request = restored!(self, name, cx.rds().restore_db_cluster_to_point_in_time())
            .set_restore_to_time(moment)
            .set_restore_type(source.restore_type.param())
            .set_source_db_cluster_identifier(source.source_cluster_identifier.param())
            .set_source_db_cluster_resource_id(source.source_cluster_resource_id.param())
            .set_use_latest_restorable_time(source.use_latest_restorable_time.get().filter(|it| *it));
        send!(name, lacks_role, request)
    }

    async fn make_of_backup(&self, name: &str, backup: &S3Import, cx: &Aws) -> Result<()> {
        let request = common!(self, name, cx.rds().restore_db_cluster_from_s3())
            .set_availability_zones(list(&self.availability_zones))
            .set_backup_retention_period(self.backup_retention_period.get_i32().filter(|days| *days > 0))
            .set_database_name(self.database_name.param())
            .set_engine(self.engine.get())
            .set_engine_version(self.engine_version.param())
            .set_manage_master_user_password(self.manage_master_user_password.get())
            .set_master_user_password(self.password())
            .set_master_user_secret_kms_key_id(self.master_user_secret_kms_key_id.param())
            .set_master_username(self.master_username.param())
            .set_preferred_backup_window(self.preferred_backup_window.param())
            .set_preferred_maintenance_window(self.preferred_maintenance_window.param())
            .set_s3_bucket_name(backup.bucket_name.get())
            .set_s3_ingestion_role_arn(backup.ingestion_role.get())
            .set_s3_prefix(backup.bucket_prefix.param())
            .set_source_engine(backup.source_engine.get())
            .set_source_engine_version(backup.source_engine_version.get())
            .set_storage_encrypted(self.storage_encrypted.get());
        send!(name, cannot_read_yet, request)
    }

    /// What no creating call takes, or not every one. It can not be done before the cluster is there.
    pub(super) async fn set_up(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let base = cx.rds().modify_db_cluster().db_cluster_identifier(id);
        let request = if self.is_restored() { self.after_restore(base.clone()) } else { base.clone() };
        let roles = self.iam_roles.items().next().is_some();
        if !roles && request.as_input() == base.as_input() {
            return Ok(());
        }
        self.wait_available(cx, self.timeouts.create()).await?;
        self.change_roles(&BTreeSet::new(), cx).await?;
        if request.as_input() != base.as_input() {
            let request = request.apply_immediately(true);
            retry_while(PROPAGATION, lacks_role, || async { Ok(request.clone().send().await?) }).await?;
        }
        Ok(())
    }
}

/// A role or a bucket's policy, perhaps just made, that RDS does not know of yet.
fn cannot_read_yet(error: &Error) -> bool {
    let says = ["cannot be downloaded", "S3_SNAPSHOT_INGESTION", "S3 bucket cannot be found"];
    lacks_role(error) || error.is(&["InvalidParameterValue"]) && says.iter().any(|text| error.message().contains(text))
}
