//! Making instances: anew, from a snapshot, from a moment of another one, as a replica, or from files.

use aws_sdk_rds::primitives::{DateTime, DateTimeFormat};
use aws_sdk_rds::types::{DatabaseInsightsMode, DbInstance, ReplicaMode};

use super::instance::{Instance, PointInTime};
use super::instance_change::is_passing;
use super::instance_loads::Instances;
use super::instance_modify::When;
use super::s3_import::S3Import;
use super::{instance_wait, tagging};
use crate::core::names;
use crate::core::prelude::*;
use crate::core::traces::under;

const EXISTS: &str = "DBInstanceAlreadyExists";
/// How long a role that was just made may be unknown to RDS.
const PROPAGATION: Duration = Duration::from_secs(120);

/// What all calls that make an instance take alike.
macro_rules! common {
    ($instance:expr, $request:expr) => {{
        let it = $instance;
        $request
            .db_instance_class(it.instance_class.as_str())
            .set_auto_minor_version_upgrade(it.auto_minor_version_upgrade.get())
            .set_availability_zone(it.availability_zone.param())
            .set_ca_certificate_identifier(it.ca_cert_identifier.param())
            .set_copy_tags_to_snapshot(it.copy_tags_to_snapshot.get())
            .set_db_subnet_group_name(it.db_subnet_group_name.param())
            .set_dedicated_log_volume(it.dedicated_log_volume.get().filter(|it| *it))
            .set_deletion_protection(it.deletion_protection.get())
            .set_enable_cloudwatch_logs_exports(it.logs())
            .set_enable_iam_database_authentication(it.iam_database_authentication_enabled.get())
            .set_iops(it.iops.get_i32().filter(|it| *it > 0))
            .set_multi_az(it.multi_az.get())
            .set_network_type(it.network_type.param())
            .set_option_group_name(it.option_group_name.param())
            .set_port(it.port.get_i32())
            .set_publicly_accessible(it.publicly_accessible.get())
            .set_storage_throughput(it.storage_throughput.get_i32().filter(|it| *it > 0))
            .set_storage_type(it.storage_type.param())
            .set_tags(tagging::on_create(&it.tags_all))
            .set_vpc_security_group_ids(it.security_groups())
    }};
}

/// What an own directory, an Outpost or RDS Custom ask for besides.
macro_rules! place {
    ($instance:expr, $request:expr) => {{
        let it = $instance;
        $request
            .set_backup_target(it.backup_target.param())
            .set_custom_iam_instance_profile(it.custom_iam_instance_profile.param())
            .set_domain(it.domain.param())
            .set_domain_auth_secret_arn(it.domain_auth_secret_arn.param())
            .set_domain_dns_ips(it.domain_dns_ips.get().filter(|it| !it.is_empty()))
            .set_domain_fqdn(it.domain_fqdn.param())
            .set_domain_iam_role_name(it.domain_iam_role_name.param())
            .set_domain_ou(it.domain_ou.param())
            .set_enable_customer_owned_ip(it.customer_owned_ip_enabled.get().filter(|it| *it))
    }};
}

/// Backups and who keeps the password: what restores take as well.
macro_rules! kept {
    ($instance:expr, $request:expr) => {{
        let it = $instance;
        $request
            .set_allocated_storage(it.allocated_storage.get_i32())
            .set_backup_retention_period(it.backup_retention_period.get_i32())
            .set_db_parameter_group_name(it.parameter_group_name.param())
            .set_engine_lifecycle_support(it.engine_lifecycle_support.param())
            .set_license_model(it.license_model.param())
            .set_manage_master_user_password(it.manage_master_user_password.get().filter(|it| *it))
            .set_master_user_secret_kms_key_id(it.master_user_secret_kms_key_id.param())
            .set_preferred_backup_window(it.backup_window.param())
    }};
}

/// Who watches: what new databases and replicas take.
macro_rules! watched {
    ($instance:expr, $request:expr) => {{
        let it = $instance;
        let on = it.performance_insights_enabled.is_true();
        let days = it.performance_insights_retention_period.get_i32().filter(|days| on && *days > 0);
        $request
            .set_database_insights_mode(it.database_insights_mode.text().map(DatabaseInsightsMode::from))
            .set_enable_performance_insights(Some(on).filter(|on| *on))
            .set_kms_key_id(it.kms_key_id.param())
            .set_max_allocated_storage(it.max_allocated_storage.get_i32().filter(|it| *it > 0))
            .set_monitoring_interval(it.monitoring_interval.get_i32().filter(|it| *it > 0))
            .set_monitoring_role_arn(it.monitoring_role_arn.param())
            .set_performance_insights_kms_key_id(it.performance_insights_kms_key_id.param())
            .set_performance_insights_retention_period(days)
    }};
}

/// Sends a call that makes an instance; `None` where only a lost attempt has made it.
macro_rules! send {
    ($request:expr) => {{
        let request = $request;
        let lost = LostAnswer::default();
        let create = || async {
            let sent = request.clone().customize().interceptor(lost.clone()).send().await;
            lost.forgives(EXISTS, sent)
        };
        retry_while(PROPAGATION, is_passing, create).await?.and_then(|made| made.db_instance)
    }};
}

impl Instance {
    /// Begins to make the database. What the making can not give, it gets as soon as it is there.
    pub(super) async fn make(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.identifier, &self.identifier_prefix);
        let begun = self.begin(cx, &name).await;
        let made = begun.map_err(|error| error.while_doing(format!("creating DB instance {name}")))?;
        self.id = made.and_then(|made| made.dbi_resource_id).unwrap_or_else(|| name.clone()).into();
        self.identifier = name.into();
        if self.has_source() {
            let completed = self.complete(cx).await;
            if completed.is_err() {
                // It is not said that the database has this password: the next plan sets it.
                self.forget_password();
            }
            completed?;
        }
        Ok(())
    }

    async fn begin(&self, cx: &Aws, name: &str) -> Result<Option<DbInstance>> {
        if let Some(source) = self.replicate_source_db.text() {
            return self.replicate(cx, name, source).await;
        }
        if let Some(source) = self.s3_import.first() {
            return self.import_files(cx, name, source).await;
        }
        if let Some(snapshot) = self.snapshot_identifier.text() {
            return self.restore(cx, name, snapshot).await;
        }
        match self.restore_to_point_in_time.first() {
            Some(moment) => self.go_back(cx, name, moment).await,
            None => self.create_anew(cx, name).await,
        }
    }

    async fn create_anew(&self, cx: &Aws, name: &str) -> Result<Option<DbInstance>> {
        let request = cx.rds().create_db_instance().db_instance_identifier(name);
        let request = kept!(self, watched!(self, place!(self, common!(self, request))));
        let request = request
            .set_character_set_name(self.character_set_name.param())
            .set_db_name(self.db_name.param())
            .set_engine(self.engine.param())
            .set_engine_version(self.engine_version.param())
            .set_master_user_password(self.first_password())
            .set_master_username(self.username.param())
            .set_nchar_character_set_name(self.nchar_character_set_name.param())
            .set_preferred_maintenance_window(self.maintenance_window.param())
            .set_storage_encrypted(self.storage_encrypted.get())
            .set_timezone(self.timezone.param());
        Ok(send!(request))
    }

    async fn import_files(&self, cx: &Aws, name: &str, source: &S3Import) -> Result<Option<DbInstance>> {
        let request = cx.rds().restore_db_instance_from_s3().db_instance_identifier(name);
        let request = kept!(self, watched!(self, common!(self, request)));
        let request = request
            .set_db_name(self.db_name.param())
            .set_engine(self.engine.param())
            .set_engine_version(self.engine_version.param())
            .set_master_user_password(self.first_password())
            .set_master_username(self.username.param())
            .set_preferred_maintenance_window(self.maintenance_window.param())
            .s3_bucket_name(source.bucket_name.as_str())
            .s3_ingestion_role_arn(source.ingestion_role.as_str())
            .set_s3_prefix(source.bucket_prefix.param())
            .source_engine(source.source_engine.as_str())
            .source_engine_version(source.source_engine_version.as_str())
            .set_storage_encrypted(self.storage_encrypted.get());
        Ok(send!(request))
    }

    async fn restore(&self, cx: &Aws, name: &str, snapshot: &str) -> Result<Option<DbInstance>> {
        let request = cx.rds().restore_db_instance_from_db_snapshot().db_instance_identifier(name);
        let request = kept!(self, place!(self, common!(self, request)));
        // These engines have databases of their own names in the snapshot.
        let nameless = ["mariadb", "mysql", "postgres"].contains(&self.engine.as_str());
        let request = request
            .set_db_name(self.db_name.param().filter(|_| !nameless))
            .db_snapshot_identifier(snapshot)
            .set_engine(self.engine.param());
        Ok(send!(request))
    }

    async fn go_back(&self, cx: &Aws, name: &str, moment: &PointInTime) -> Result<Option<DbInstance>> {
        let request = cx.rds().restore_db_instance_to_point_in_time().target_db_instance_identifier(name);
        let request = kept!(self, place!(self, common!(self, request)));
        let time = moment.restore_time.text().and_then(|it| DateTime::from_str(it, DateTimeFormat::DateTime).ok());
        let backups = moment.source_db_instance_automated_backups_arn.param();
        let request = request
            .set_db_name(self.db_name.param())
            .set_engine(self.engine.param())
            .set_max_allocated_storage(self.max_allocated_storage.get_i32().filter(|it| *it > 0))
            .set_restore_time(time)
            .set_source_db_instance_automated_backups_arn(backups)
            .set_source_db_instance_identifier(moment.source_db_instance_identifier.param())
            .set_source_dbi_resource_id(moment.source_dbi_resource_id.param())
            .set_use_latest_restorable_time(moment.use_latest_restorable_time.get().filter(|it| *it));
        Ok(send!(request))
    }

    /// A replica in the region of its source gets its parameter group later only.
    async fn replicate(&self, cx: &Aws, name: &str, source: &str) -> Result<Option<DbInstance>> {
        let request = cx.rds().create_db_instance_read_replica().db_instance_identifier(name);
        let request = watched!(self, place!(self, common!(self, request)));
        let elsewhere = source.split(':').nth(3).is_some_and(|region| region != cx.region());
        let request = request
            .set_db_parameter_group_name(self.parameter_group_name.param().filter(|_| elsewhere))
            .set_replica_mode(self.replica_mode.text().map(ReplicaMode::from))
            .source_db_instance_identifier(source)
            .set_upgrade_storage_config(self.upgrade_storage_config.get().filter(|it| *it));
        Ok(send!(request))
    }

    /// Gives a database that was made from another what the making could not give.
    async fn complete(&self, cx: &Aws) -> Result<()> {
        instance_wait::settled(self, cx).await?;
        let id = self.id.as_str();
        let found = cx.load_one::<Instances>(id).await?;
        let Some(remote) = found.get(id) else { return Ok(()) };
        let known =
            Self { engine_version: self.engine_version.clone(), timeouts: self.timeouts.clone(), ..Self::default() };
        let mut there = known.filled(remote);
        there.manage_master_user_password = remote.master_user_secret().is_some().into();
        if self.replicate_source_db.text().is_some() {
            // A replica is as large as its source, and can not be changed in its first hours.
            there.allocated_storage = self.allocated_storage;
        }
        let sent = self.send(&there, cx, When::Now).await?;
        if sent.is_empty() {
            return Ok(());
        }
        instance_wait::settled(self, cx).await?;
        if sent.contains(&"parameter_group_name") {
            cx.rds().reboot_db_instance().db_instance_identifier(there.name()).send().await?;
            instance_wait::settled(self, cx).await?;
        }
        Ok(())
    }

    fn first_password(&self) -> Option<String> {
        self.password.param().or_else(|| self.password_wo.param())
    }

    fn forget_password(&mut self) {
        self.password = Attr::Null;
        self.password_wo_version = Attr::Null;
    }

    fn logs(&self) -> Option<Vec<String>> {
        let logs: Vec<String> = self.enabled_cloudwatch_logs_exports.items().cloned().collect();
        (!logs.is_empty()).then_some(logs)
    }

    fn security_groups(&self) -> Option<Vec<String>> {
        let groups: Vec<String> = self.vpc_security_group_ids.items().cloned().collect();
        (!groups.is_empty()).then_some(groups)
    }

    /// Where a database is that a dead run made: under its name, or under one that was made of its prefix.
    pub(super) async fn find(&self, cx: &Aws) -> Result<Traces<Self>> {
        let mut planned = self.clone();
        if self.has_source() {
            planned.forget_password();
        }
        if let Some(name) = self.identifier.text() {
            return Ok(Traces::Only(under(&planned, [name.to_owned()])));
        }
        let mut pages = cx.rds().describe_db_instances().into_paginator().items().send();
        let mut made = Vec::new();
        while let Some(instance) = pages.next().await {
            made.extend(instance?.db_instance_identifier.filter(|it| names::is_made_of(it, &self.identifier_prefix)));
        }
        Ok(Traces::Tagged(under(&planned, made)))
    }
}
