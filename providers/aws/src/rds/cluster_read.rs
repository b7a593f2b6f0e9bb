//! What RDS tells of a cluster.

use aws_sdk_rds::types::{ClusterPendingModifiedValues, ClusterScalabilityType, DatabaseInsightsMode, DbCluster};
use landform_provider_api::framework::Pending;

use super::cluster::Cluster;
use super::cluster_blocks::{MasterSecret, Scaling, Serverless};
use super::tagging;
use crate::core::prelude::*;
use crate::core::{names, time};

/// The version to show: what was asked for, as long as it says in part what is or will be.
pub(super) fn shown_version(asked: &Attr<String>, running: Option<&str>, pending: Option<&str>) -> Attr<String> {
    let holds = |asked: &&str| [running, pending].into_iter().flatten().any(|version| is_part(asked, version));
    match (pending, asked.text().filter(holds)) {
        (Some(pending), Some(asked)) if is_part(asked, pending) => asked.into(),
        (Some(pending), _) => pending.into(),
        (None, Some(asked)) => asked.into(),
        (None, None) => running.into(),
    }
}

/// Whether a version is said in part: `16` of `16.4`, but not `1` of `16.4`.
pub(super) fn is_part(asked: &str, version: &str) -> bool {
    version.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('_'))
}

impl Cluster {
    pub(super) fn filled(mut self, remote: &DbCluster) -> Self {
        let name = remote.db_cluster_identifier().unwrap_or_default();
        self.arn = remote.db_cluster_arn().into();
        self.cluster_identifier = name.into();
        self.cluster_identifier_prefix = names::prefix_of(name);
        self.cluster_resource_id = remote.db_cluster_resource_id().into();
        self.db_system_id = remote.db_system_id().into();
        self.id = name.into();
        self.tags_all = Attr::Known(tagging::told(remote.tag_list()));
        // What no service tells.
        self.apply_immediately = self.apply_immediately.or(&false.into());
        self.fill_engine(remote);
        self.fill_storage(remote);
        self.fill_places(remote);
        self.fill_operation(remote);
        self.fill_access(remote);
        self.fill_pending(remote);
        self
    }

    fn fill_engine(&mut self, remote: &DbCluster) {
        let pending = remote.pending_modified_values().and_then(|it| it.engine_version());
        self.ca_certificate_identifier = remote.certificate_details().and_then(|it| it.ca_identifier()).into();
        self.ca_certificate_valid_till =
            remote.certificate_details().and_then(|it| it.valid_till()).map(time::text).into();
        let scalability = remote.cluster_scalability_type().map(ClusterScalabilityType::as_str);
        self.cluster_scalability_type = scalability.into();
        self.engine = remote.engine().into();
        self.engine_lifecycle_support = remote.engine_lifecycle_support().into();
        self.engine_mode = Attr::from(remote.engine_mode()).or(&self.engine_mode);
        self.engine_version = shown_version(&self.engine_version, remote.engine_version(), pending);
        self.engine_version_actual = remote.engine_version().into();
        self.upgrade_rollout_order = remote.upgrade_rollout_order().map(|it| it.as_str()).into();
    }

    fn fill_storage(&mut self, remote: &DbCluster) {
        self.allocated_storage = remote.allocated_storage().into();
        self.availability_zones = Attr::Known(remote.availability_zones().iter().cloned().collect());
        self.backtrack_window = remote.backtrack_window().into();
        // RDS does not always tell it of clusters that it was given for.
        self.database_name = match &self.database_name {
            Attr::Unknown => remote.database_name().into(),
            known => Attr::from(remote.database_name()).or(known),
        };
        self.db_cluster_instance_class = remote.db_cluster_instance_class().into();
        self.iops = remote.iops().into();
        self.kms_key_id = remote.kms_key_id().unwrap_or_default().into();
        self.storage_encrypted = remote.storage_encrypted().unwrap_or_default().into();
        self.storage_type = remote.storage_type().unwrap_or_default().into();
    }

    fn fill_places(&mut self, remote: &DbCluster) {
        let members = remote.db_cluster_members().iter().filter_map(|it| it.db_instance_identifier.clone());
        self.cluster_members = Attr::Known(members.collect());
        self.db_subnet_group_name = remote.db_subnet_group().into();
        let membership = remote.domain_memberships().first();
        self.domain = membership.and_then(|it| it.domain()).into();
        self.domain_iam_role_name = membership.and_then(|it| it.iam_role_name()).into();
        self.endpoint = remote.endpoint().into();
        self.global_cluster_identifier = remote.global_cluster_identifier().into();
        self.hosted_zone_id = remote.hosted_zone_id().into();
        self.network_type = remote.network_type().into();
        self.port = remote.port().into();
        self.reader_endpoint = remote.reader_endpoint().into();
        self.replication_source_identifier = remote.replication_source_identifier().into();
        let groups = remote.vpc_security_groups().iter().filter_map(|it| it.vpc_security_group_id.clone());
        self.vpc_security_group_ids = Attr::Known(groups.collect());
    }

    fn fill_operation(&mut self, remote: &DbCluster) {
        self.backup_retention_period = remote.backup_retention_period().into();
        self.copy_tags_to_snapshot = remote.copy_tags_to_snapshot().unwrap_or_default().into();
        self.database_insights_mode = remote.database_insights_mode().map(DatabaseInsightsMode::as_str).into();
        self.db_cluster_parameter_group_name = remote.db_cluster_parameter_group().into();
        self.deletion_protection = remote.deletion_protection().unwrap_or_default().into();
        let logs: BTreeSet<String> = remote.enabled_cloudwatch_logs_exports().iter().cloned().collect();
        self.enabled_cloudwatch_logs_exports = Attr::Known(logs);
        self.monitoring_interval = remote.monitoring_interval().into();
        self.monitoring_role_arn = remote.monitoring_role_arn().unwrap_or_default().into();
        self.performance_insights_enabled = remote.performance_insights_enabled().unwrap_or_default().into();
        self.performance_insights_kms_key_id = remote.performance_insights_kms_key_id().unwrap_or_default().into();
        self.performance_insights_retention_period = remote.performance_insights_retention_period().into();
        self.preferred_backup_window = remote.preferred_backup_window().into();
        self.preferred_maintenance_window = remote.preferred_maintenance_window().into();
        self.scaling_configuration = Scaling::told(remote.scaling_configuration_info());
        self.serverlessv2_scaling_configuration = Serverless::told(remote.serverless_v2_scaling_configuration());
    }

    fn fill_access(&mut self, remote: &DbCluster) {
        self.enable_http_endpoint = remote.http_endpoint_enabled().unwrap_or_default().into();
        self.iam_database_authentication_enabled =
            remote.iam_database_authentication_enabled().unwrap_or_default().into();
        let roles = remote.associated_roles().iter().filter_map(|it| it.role_arn.clone());
        self.iam_roles = Attr::Known(roles.collect());
        self.master_user_secret = Attr::Known(MasterSecret::told(remote.master_user_secret()));
        if self.master_user_secret_kms_key_id.is_unknown() {
            self.master_user_secret_kms_key_id = remote.master_user_secret().and_then(|it| it.kms_key_id()).into();
        }
        self.master_username = remote.master_username().into();
    }

    /// Shows what will be, and says what is until then.
    fn fill_pending(&mut self, remote: &DbCluster) {
        self.pending = Pending::default();
        let Some(pending) = remote.pending_modified_values() else { return };
        let window = remote.preferred_maintenance_window().unwrap_or_default();
        let when = if self.apply_immediately.is_true() {
            "RDS has made the change".to_owned()
        } else {
            format!("the maintenance window ({window})")
        };
        if let Some(version) = pending.engine_version() {
            self.pending.add("engine_version", self.engine_version_actual.as_str(), version, &when);
        }
        if let Some(on) = pending.iam_database_authentication_enabled() {
            let now = self.iam_database_authentication_enabled.is_true();
            self.pending.add("iam_database_authentication_enabled", now, on, &when);
            self.iam_database_authentication_enabled = on.into();
        }
        if let Some(kind) = pending.storage_type() {
            self.pending.add("storage_type", self.storage_type.as_str(), kind, &when);
            self.storage_type = kind.into();
        }
        if pending.master_user_password().is_some() {
            self.pending.add_secret("master_password", &when);
        }
        self.fill_pending_numbers(pending, &when);
    }

    fn fill_pending_numbers(&mut self, pending: &ClusterPendingModifiedValues, when: &str) {
        let numbers = [
            ("allocated_storage", &mut self.allocated_storage, pending.allocated_storage()),
            ("backup_retention_period", &mut self.backup_retention_period, pending.backup_retention_period()),
            ("iops", &mut self.iops, pending.iops()),
        ];
        for (name, attribute, then) in numbers {
            let Some(then) = then else { continue };
            let now = attribute.known().map_or_else(|| "none".to_owned(), i64::to_string);
            self.pending.add(name, now, then, when);
            *attribute = then.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_may_be_given_in_part() {
        let cases = [
            (Some("16"), Some("16.4"), None, "16"),
            (Some("1"), Some("16.4"), None, "16.4"),
            (Some("16.3"), Some("16.4"), None, "16.4"),
            (Some("8.0.mysql_aurora.3"), Some("8.0.mysql_aurora.3.05.2"), None, "8.0.mysql_aurora.3"),
            (Some("17"), Some("16.4"), Some("17.1"), "17"),
            (Some("16"), Some("16.4"), Some("17.1"), "17.1"),
            (None, Some("16.4"), None, "16.4"),
        ];
        for (asked, running, pending, shown) in cases {
            assert_eq!(
                shown_version(&asked.into(), running, pending),
                shown.into(),
                "{asked:?} {running:?} {pending:?}"
            );
        }
    }
}
