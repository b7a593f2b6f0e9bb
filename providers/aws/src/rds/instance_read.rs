//! What RDS tells of an instance, and what of it is still to come.

use aws_sdk_rds::types::{DbInstance, Endpoint, PendingModifiedValues};
use landform_provider_api::framework::Pending;

use super::instance::{Instance, Listener, MasterSecret};
use super::tagging;
use crate::core::prelude::*;
use crate::core::{names, time};

/// Whether a version is the wanted one, or one of those that begin with it: 16.4 of 16.
pub(super) fn satisfies(version: &str, wanted: &str) -> bool {
    version.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What changes wait for, as plans say it.
pub(super) fn window(maintenance_window: &str) -> String {
    format!("the maintenance window ({maintenance_window})")
}

impl Instance {
    /// The instance as RDS tells it. What will change in the maintenance window has its later value.
    pub(super) fn filled(mut self, remote: &DbInstance) -> Self {
        let imported = self.arn.is_null();
        let wanted = self.engine_version.clone();
        self.fill_identity(remote);
        self.fill_storage(remote);
        self.fill_network(remote);
        self.fill_upkeep(remote);
        self.fill_engine(remote);
        self.fill_domain(remote);
        self.fill_secret(remote, imported);
        self.tags_all = Attr::Known(tagging::told(remote.tag_list()));
        self.pending = Pending::default();
        self.fill_groups(remote);
        // A new database has no changes to wait for: what is pending belongs to its making.
        if let Some(values) = remote.pending_modified_values()
            && self.status.text() != Some("creating")
        {
            self.fill_pending(values, &wanted);
        }
        self
    }

    fn fill_identity(&mut self, remote: &DbInstance) {
        let name = remote.db_instance_identifier().unwrap_or_default();
        self.arn = remote.db_instance_arn().into();
        self.id = Attr::from(remote.dbi_resource_id()).or(&self.id);
        self.resource_id = remote.dbi_resource_id().into();
        self.identifier = name.into();
        self.identifier_prefix = names::prefix_of(name);
        self.instance_class = remote.db_instance_class().into();
        self.status = remote.db_instance_status().into();
        self.availability_zone = remote.availability_zone().into();
        self.multi_az = remote.multi_az().into();
        self.replicas = Attr::Known(remote.read_replica_db_instance_identifiers().to_vec());
        self.replicate_source_db = remote.read_replica_source_db_instance_identifier().into();
        self.replica_mode = remote.replica_mode().map(|it| it.as_str()).into();
        self.deletion_protection = remote.deletion_protection().unwrap_or_default().into();
    }

    fn fill_storage(&mut self, remote: &DbInstance) {
        self.allocated_storage = remote.allocated_storage().into();
        // The size itself as the bound is no bound, and not told of.
        let bound = Attr::from(remote.max_allocated_storage());
        let unbounded = bound.is_null() && self.max_allocated_storage == self.allocated_storage;
        self.max_allocated_storage = if unbounded { self.max_allocated_storage } else { bound };
        self.iops = remote.iops().into();
        self.storage_throughput = remote.storage_throughput().into();
        self.storage_type = remote.storage_type().into();
        self.storage_encrypted = remote.storage_encrypted().unwrap_or_default().into();
        self.kms_key_id = remote.kms_key_id().into();
        self.dedicated_log_volume = remote.dedicated_log_volume().unwrap_or_default().into();
    }

    fn fill_network(&mut self, remote: &DbInstance) {
        let endpoint = remote.endpoint();
        self.address = endpoint.and_then(Endpoint::address).into();
        self.hosted_zone_id = endpoint.and_then(Endpoint::hosted_zone_id).into();
        let port = endpoint.and_then(Endpoint::port).or(remote.db_instance_port()).filter(|port| *port != 0);
        self.port = port.into();
        self.endpoint = self.address.text().zip(port).map(|(host, port)| format!("{host}:{port}")).into();
        let listener = remote.listener_endpoint().map(|it| Listener {
            address: it.address().into(),
            hosted_zone_id: it.hosted_zone_id().into(),
            port: it.port().into(),
        });
        self.listener_endpoint = Attr::Known(listener.into_iter().collect());
        let group = remote.db_subnet_group().and_then(|it| it.db_subnet_group_name());
        self.db_subnet_group_name = group.into();
        self.network_type = remote.network_type().into();
        self.publicly_accessible = remote.publicly_accessible().unwrap_or_default().into();
        self.customer_owned_ip_enabled = remote.customer_owned_ip_enabled().unwrap_or_default().into();
        let groups = remote.vpc_security_groups().iter().filter_map(|it| it.vpc_security_group_id());
        self.vpc_security_group_ids = Attr::Known(groups.map(str::to_owned).collect());
        self.ca_cert_identifier = remote.ca_certificate_identifier().into();
    }

    fn fill_upkeep(&mut self, remote: &DbInstance) {
        self.auto_minor_version_upgrade = remote.auto_minor_version_upgrade().unwrap_or_default().into();
        self.backup_retention_period = remote.backup_retention_period().into();
        self.backup_target = remote.backup_target().into();
        self.backup_window = remote.preferred_backup_window().into();
        self.copy_tags_to_snapshot = remote.copy_tags_to_snapshot().unwrap_or_default().into();
        self.latest_restorable_time = remote.latest_restorable_time().map(time::text).into();
        self.maintenance_window = remote.preferred_maintenance_window().into();
        self.upgrade_rollout_order = remote.upgrade_rollout_order().map(|it| it.as_str()).into();
        self.monitoring_interval = remote.monitoring_interval().unwrap_or_default().into();
        self.monitoring_role_arn = remote.monitoring_role_arn().into();
        self.database_insights_mode = remote.database_insights_mode().map(|it| it.as_str()).into();
        self.performance_insights_enabled = remote.performance_insights_enabled().unwrap_or_default().into();
        self.performance_insights_kms_key_id = remote.performance_insights_kms_key_id().into();
        self.performance_insights_retention_period = remote.performance_insights_retention_period().into();
        let logs = remote.enabled_cloudwatch_logs_exports().iter().cloned();
        self.enabled_cloudwatch_logs_exports = Attr::Known(logs.collect());
    }

    fn fill_engine(&mut self, remote: &DbInstance) {
        let version = remote.engine_version().unwrap_or_default();
        if self.engine_version.text().is_none_or(|known| !satisfies(version, known)) {
            self.engine_version = version.into();
        }
        self.engine_version_actual = version.into();
        self.engine = remote.engine().into();
        self.engine_lifecycle_support = remote.engine_lifecycle_support().into();
        self.license_model = remote.license_model().into();
        self.character_set_name = remote.character_set_name().into();
        self.nchar_character_set_name = remote.nchar_character_set_name().into();
        self.timezone = remote.timezone().into();
        self.custom_iam_instance_profile = remote.custom_iam_instance_profile().into();
        self.db_name = remote.db_name().into();
        self.username = remote.master_username().into();
        let enabled = remote.iam_database_authentication_enabled().unwrap_or_default();
        self.iam_database_authentication_enabled = enabled.into();
    }

    fn fill_domain(&mut self, remote: &DbInstance) {
        let membership = remote.domain_memberships().first();
        self.domain = membership.and_then(|it| it.domain()).into();
        self.domain_auth_secret_arn = membership.and_then(|it| it.auth_secret_arn()).into();
        self.domain_dns_ips = membership.map(|it| it.dns_ips().to_vec()).into();
        self.domain_fqdn = membership.and_then(|it| it.fqdn()).into();
        self.domain_iam_role_name = membership.and_then(|it| it.iam_role_name()).into();
        self.domain_ou = membership.and_then(|it| it.ou()).into();
    }

    fn fill_secret(&mut self, remote: &DbInstance, imported: bool) {
        let secret = remote.master_user_secret().map(|it| MasterSecret {
            kms_key_id: it.kms_key_id().into(),
            secret_arn: it.secret_arn().into(),
            secret_status: it.secret_status().into(),
        });
        if imported && secret.is_some() {
            self.manage_master_user_password = true.into();
        }
        self.master_user_secret = Attr::Known(secret.into_iter().collect());
    }

    fn fill_groups(&mut self, remote: &DbInstance) {
        if let Some(group) = remote.db_parameter_groups().first() {
            self.parameter_group_name = group.db_parameter_group_name().into();
            if group.parameter_apply_status() == Some("pending-reboot") {
                self.pending.add_secret("parameter_group_name", "the next reboot of the database");
            }
        }
        let groups = remote.option_group_memberships();
        let waits = |status: &str| ["pending-apply", "pending-maintenance-apply"].contains(&status);
        let pending = groups.iter().find(|it| it.status().is_some_and(waits)).and_then(|it| it.option_group_name());
        let now = groups.first().and_then(|it| it.option_group_name());
        self.option_group_name = now.into();
        if let Some(then) = pending.filter(|then| Some(*then) != now) {
            let when = window(self.maintenance_window.as_str());
            self.pending.add("option_group_name", now.unwrap_or_default(), then, &when);
            self.option_group_name = then.into();
        }
    }

    /// Changes that RDS has accepted. <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PendingModifiedValues.html>
    fn fill_pending(&mut self, values: &PendingModifiedValues, wanted: &Attr<String>) {
        let when = window(self.maintenance_window.as_str());
        macro_rules! pending {
            ($($attribute:ident: $then:expr;)*) => {$(
                if let Some(then) = $then {
                    let now = shown(&self.$attribute);
                    self.$attribute = then.into();
                    self.pending.add(stringify!($attribute), now, shown(&self.$attribute), &when);
                }
            )*};
        }
        pending! {
            allocated_storage: values.allocated_storage();
            backup_retention_period: values.backup_retention_period();
            ca_cert_identifier: values.ca_certificate_identifier();
            db_subnet_group_name: values.db_subnet_group_name();
            dedicated_log_volume: values.dedicated_log_volume();
            iam_database_authentication_enabled: values.iam_database_authentication_enabled();
            identifier: values.db_instance_identifier();
            instance_class: values.db_instance_class();
            iops: values.iops();
            license_model: values.license_model();
            multi_az: values.multi_az();
            port: values.port();
            storage_throughput: values.storage_throughput();
            storage_type: values.storage_type();
        }
        if let Some(then) = values.engine_version() {
            self.pending.add("engine_version", self.engine_version_actual.as_str(), then, &when);
            let wanted = wanted.text().filter(|wanted| satisfies(then, wanted));
            self.engine_version = wanted.unwrap_or(then).into();
        }
        if values.master_user_password().is_some() {
            let attribute = if self.password_wo_version.is_known() { "password_wo" } else { "password" };
            self.pending.add_secret(attribute, &when);
        }
        self.fill_pending_logs(values);
    }

    fn fill_pending_logs(&mut self, values: &PendingModifiedValues) {
        let Some(logs) = values.pending_cloudwatch_logs_exports() else { return };
        let now = self.enabled_cloudwatch_logs_exports.get().unwrap_or_default();
        let mut then = now.clone();
        then.extend(logs.log_types_to_enable().iter().cloned());
        then.retain(|log| !logs.log_types_to_disable().contains(log));
        if then != now {
            let told = |logs: &BTreeSet<String>| format!("[{}]", logs.iter().cloned().collect::<Vec<_>>().join(", "));
            self.pending.add("enabled_cloudwatch_logs_exports", told(&now), told(&then), "RDS has done it");
            self.enabled_cloudwatch_logs_exports = Attr::Known(then);
        }
    }
}

fn shown<T: ToString>(value: &Attr<T>) -> String {
    value.known().map_or_else(|| "none".to_owned(), T::to_string)
}
