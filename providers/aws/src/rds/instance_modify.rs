//! What of an instance differs, as one call that changes it.

use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDBInstanceFluentBuilder as Modify;
use aws_sdk_rds::types::{CloudwatchLogsExportConfiguration, DatabaseInsightsMode, ReplicaMode};

use super::instance::Instance;
use super::instance_read::satisfies;
use crate::core::names;
use crate::core::prelude::*;

/// When a change is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// As soon as can be.
    Now,
    /// What takes a pause, in the maintenance window.
    InTheWindow,
}

/// A change in the making.
pub(super) struct Change<'a> {
    now: &'a Instance,
    before: &'a Instance,
    when: When,
    request: Modify,
    /// The attributes that it changes.
    sent: Vec<&'static str>,
}

/// Whether two values differ; null and zero values do not.
fn differ<T: Clone + Default + PartialEq>(now: &Attr<T>, before: &Attr<T>) -> bool {
    !now.is_unknown() && now.get().unwrap_or_default() != before.get().unwrap_or_default()
}

macro_rules! plain {
    ($change:ident, $($attribute:ident => $set:ident),* $(,)?) => {$(
        if $change.wants(stringify!($attribute), &$change.now.$attribute, &$change.before.$attribute) {
            $change.request = $change.request.clone().$set($change.now.$attribute.get());
        }
    )*};
}

macro_rules! numbers {
    ($change:ident, $($attribute:ident => $set:ident),* $(,)?) => {$(
        if $change.wants(stringify!($attribute), &$change.now.$attribute, &$change.before.$attribute) {
            let number = $change.now.$attribute.get_i32().unwrap_or_default();
            $change.request = $change.request.clone().$set(Some(number));
        }
    )*};
}

macro_rules! switches {
    ($change:ident, $($attribute:ident => $set:ident),* $(,)?) => {$(
        if $change.wants(stringify!($attribute), &$change.now.$attribute, &$change.before.$attribute) {
            let on = $change.now.$attribute.is_true();
            $change.request = $change.request.clone().$set(Some(on));
        }
    )*};
}

impl<'a> Change<'a> {
    /// What leads from one state of an instance to the other.
    pub(super) fn between(cx: &Aws, before: &'a Instance, now: &'a Instance, when: When) -> Self {
        let request = cx.rds().modify_db_instance().apply_immediately(when == When::Now);
        let mut change = Self { now, before, when, request, sent: Vec::new() };
        change.add_settings();
        change.add_storage();
        change.add_engine();
        change.add_insights();
        change.add_access();
        change.add_domain();
        change
    }

    /// The attributes that it changes.
    pub(super) fn sent(&self) -> &[&'static str] {
        &self.sent
    }

    /// The call for an instance of this name, if there is something to change.
    pub(super) fn request(self, name: &str) -> Option<Modify> {
        (!self.sent.is_empty()).then(|| self.request.db_instance_identifier(name))
    }

    /// Whether an attribute is to be sent: because it differs, or because it waits and is to wait no longer.
    fn wants<T: Clone + Default + PartialEq>(&mut self, name: &'static str, now: &Attr<T>, before: &Attr<T>) -> bool {
        let hastened = self.when == When::Now && now.is_known() && self.before.pending.of(name).is_some();
        let wanted = hastened || differ(now, before);
        if wanted {
            self.sent.push(name);
        }
        wanted
    }

    fn add_settings(&mut self) {
        plain! { self,
            backup_window => set_preferred_backup_window,
            ca_cert_identifier => set_ca_certificate_identifier,
            db_subnet_group_name => set_db_subnet_group_name,
            instance_class => set_db_instance_class,
            license_model => set_license_model,
            maintenance_window => set_preferred_maintenance_window,
            network_type => set_network_type,
            option_group_name => set_option_group_name,
            parameter_group_name => set_db_parameter_group_name,
        }
        numbers! { self, backup_retention_period => set_backup_retention_period, port => set_db_port_number }
        switches! { self,
            auto_minor_version_upgrade => set_auto_minor_version_upgrade,
            copy_tags_to_snapshot => set_copy_tags_to_snapshot,
            customer_owned_ip_enabled => set_enable_customer_owned_ip,
            dedicated_log_volume => set_dedicated_log_volume,
            deletion_protection => set_deletion_protection,
            iam_database_authentication_enabled => set_enable_iam_database_authentication,
            multi_az => set_multi_az,
            publicly_accessible => set_publicly_accessible,
        }
        if self.wants("replica_mode", &self.now.replica_mode, &self.before.replica_mode) {
            let mode = self.now.replica_mode.text().map(ReplicaMode::from);
            self.request = self.request.clone().set_replica_mode(mode);
        }
        self.add_name();
    }

    /// A new prefix makes a new name.
    fn add_name(&mut self) {
        let prefix = self.now.identifier_prefix.text();
        let renewed =
            self.now.identifier.is_unknown() && prefix.is_some() && prefix != self.before.identifier_prefix.text();
        let name = match self.wants("identifier", &self.now.identifier, &self.before.identifier) {
            true => self.now.identifier.param(),
            false if renewed => {
                self.sent.push("identifier");
                Some(names::given_or_new(&Attr::Null, &self.now.identifier_prefix))
            }
            false => return,
        };
        self.request = self.request.clone().set_new_db_instance_identifier(name);
    }

    /// RDS wants size and speed of storage together.
    fn add_storage(&mut self) {
        let (now, before) = (self.now, self.before);
        let size = self.wants("allocated_storage", &now.allocated_storage, &before.allocated_storage);
        let speed = self.wants("iops", &now.iops, &before.iops);
        let kind = self.wants("storage_type", &now.storage_type, &before.storage_type);
        let throughput = self.wants("storage_throughput", &now.storage_throughput, &before.storage_throughput);
        if size || speed || throughput || (kind && now.is_provisioned()) {
            self.request = self.request.clone().set_allocated_storage(now.allocated_storage.get_i32());
            let tunable = now.is_provisioned() || now.is_tunable();
            let iops = now.iops.get_i32().filter(|iops| *iops > 0 && (speed || tunable));
            self.request = self.request.clone().set_iops(iops);
        }
        if kind {
            self.request = self.request.clone().set_storage_type(now.storage_type.param());
        }
        if throughput {
            self.request = self.request.clone().set_storage_throughput(now.storage_throughput.get_i32());
        }
        if self.wants("max_allocated_storage", &now.max_allocated_storage, &before.max_allocated_storage) {
            // The size itself as the bound ends the growth.
            let bound = now.max_allocated_storage.get_i32().filter(|it| *it > 0).or(now.allocated_storage.get_i32());
            self.request = self.request.clone().set_max_allocated_storage(bound);
        }
    }

    /// 16 is no change of 16.4; but if a later version is pending, to say so takes that back.
    fn add_engine(&mut self) {
        let (wanted, actual) = (&self.now.engine_version, self.before.engine_version_actual.as_str());
        let pending = self.before.pending.of("engine_version").is_some();
        let there = wanted.text().is_some_and(|wanted| satisfies(actual, wanted));
        if there && !pending || !self.wants("engine_version", wanted, &self.before.engine_version) {
            return;
        }
        let version = if there { actual } else { wanted.as_str() };
        let allowed = self.now.allow_major_version_upgrade.is_true();
        self.request = self.request.clone().engine_version(version).allow_major_version_upgrade(allowed);
    }

    fn add_insights(&mut self) {
        numbers! { self, monitoring_interval => set_monitoring_interval }
        plain! { self, monitoring_role_arn => set_monitoring_role_arn }
        let (now, before) = (self.now, self.before);
        let on = self.wants(
            "performance_insights_enabled",
            &now.performance_insights_enabled,
            &before.performance_insights_enabled,
        );
        let key = self.wants(
            "performance_insights_kms_key_id",
            &now.performance_insights_kms_key_id,
            &before.performance_insights_kms_key_id,
        );
        let days = self.wants(
            "performance_insights_retention_period",
            &now.performance_insights_retention_period,
            &before.performance_insights_retention_period,
        );
        let mode = self.wants("database_insights_mode", &now.database_insights_mode, &before.database_insights_mode);
        if on || key || days || mode {
            let enabled = now.performance_insights_enabled.is_true();
            let kept = now.performance_insights_retention_period.get_i32().filter(|it| enabled && *it > 0);
            self.request = self
                .request
                .clone()
                .enable_performance_insights(enabled)
                .set_performance_insights_kms_key_id(now.performance_insights_kms_key_id.param().filter(|_| enabled))
                .set_performance_insights_retention_period(kept)
                .set_database_insights_mode(now.database_insights_mode.text().map(DatabaseInsightsMode::from));
        }
        let logs = (&now.enabled_cloudwatch_logs_exports, &before.enabled_cloudwatch_logs_exports);
        if self.wants("enabled_cloudwatch_logs_exports", logs.0, logs.1) {
            let (now, before) = (logs.0.get().unwrap_or_default(), logs.1.get().unwrap_or_default());
            let logs = CloudwatchLogsExportConfiguration::builder()
                .set_enable_log_types(Some(now.difference(&before).cloned().collect()))
                .set_disable_log_types(Some(before.difference(&now).cloned().collect()));
            self.request = self.request.clone().cloudwatch_logs_export_configuration(logs.build());
        }
    }

    /// Who gets in: passwords and security groups.
    fn add_access(&mut self) {
        let (now, before) = (self.now, self.before);
        let groups = (&now.vpc_security_group_ids, &before.vpc_security_group_ids);
        if groups.0.items().next().is_some() && self.wants("vpc_security_group_ids", groups.0, groups.1) {
            let groups = groups.0.items().cloned().collect();
            self.request = self.request.clone().set_vpc_security_group_ids(Some(groups));
        }
        let managed = (&now.manage_master_user_password, &before.manage_master_user_password);
        let managed_changes = self.wants("manage_master_user_password", managed.0, managed.1);
        if managed_changes {
            self.request = self.request.clone().manage_master_user_password(managed.0.is_true());
        }
        let key = (&now.master_user_secret_kms_key_id, &before.master_user_secret_kms_key_id);
        if key.0.text().is_some() && self.wants("master_user_secret_kms_key_id", key.0, key.1) {
            let request = self.request.clone().manage_master_user_password(managed.0.is_true());
            self.request = request.set_master_user_secret_kms_key_id(key.0.param());
        }
        if now.manage_master_user_password.is_true() {
            return;
        }
        let changed = self.wants("password", &now.password, &before.password);
        let another = self.wants("password_wo_version", &now.password_wo_version, &before.password_wo_version);
        if changed || another || managed_changes {
            let password = now.password.param().or_else(|| now.password_wo.param());
            self.request = self.request.clone().set_master_user_password(password);
        }
    }

    fn add_domain(&mut self) {
        let (now, before) = (self.now, self.before);
        let managed = self.wants("domain", &now.domain, &before.domain);
        if self.wants("domain_iam_role_name", &now.domain_iam_role_name, &before.domain_iam_role_name) || managed {
            let request = self.request.clone().domain(now.domain.as_str());
            self.request = request.domain_iam_role_name(now.domain_iam_role_name.as_str());
            return;
        }
        let secret = self.wants("domain_auth_secret_arn", &now.domain_auth_secret_arn, &before.domain_auth_secret_arn);
        let addresses = self.wants("domain_dns_ips", &now.domain_dns_ips, &before.domain_dns_ips);
        let name = self.wants("domain_fqdn", &now.domain_fqdn, &before.domain_fqdn);
        if self.wants("domain_ou", &now.domain_ou, &before.domain_ou) || secret || addresses || name {
            self.request = self
                .request
                .clone()
                .set_domain_auth_secret_arn(now.domain_auth_secret_arn.param())
                .set_domain_dns_ips(now.domain_dns_ips.get().filter(|it| !it.is_empty()))
                .set_domain_fqdn(now.domain_fqdn.param())
                .set_domain_ou(now.domain_ou.param());
        }
    }
}

impl Instance {
    /// Whether operations a second are bought.
    fn is_provisioned(&self) -> bool {
        matches!(self.storage_type.text(), Some("io1" | "io2"))
    }

    /// Whether more operations a second than the usual can be bought.
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html>
    fn is_tunable(&self) -> bool {
        let least = match self.engine.as_str() {
            engine if engine.starts_with("sqlserver") => 0,
            engine if engine.starts_with("oracle") => 200,
            _ => 400,
        };
        self.storage_type.text() == Some("gp3") && self.allocated_storage.get_i32().is_some_and(|size| size >= least)
    }
}
