//! `aws_db_instance`.

use aws_sdk_rds::types::{DatabaseInsightsMode, ReplicaMode};
use landform_diagnostics::Diagnostics;
use landform_provider_api::framework::Pending;
use serde_json::{Map, Value as Json};

use super::instance_checks as checks;
use super::instance_loads::{Instances, is_put_aside};
use super::s3_import::S3Import;
use super::{instance_plan, instance_wait};
use crate::core::checks::listed;
use crate::core::prelude::*;

/// A database.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_db_instance", version = 2)]
#[model(conflicts("identifier", "identifier_prefix"))]
#[model(
    conflicts("password", "manage_master_user_password", "password_wo"),
    needs("password_wo_version", "password_wo")
)]
#[model(conflicts("replicate_source_db", "db_name"), conflicts("replicate_source_db", "username"))]
#[model(conflicts("s3_import", "backup_target"), conflicts("s3_import", "character_set_name"))]
#[model(conflicts("s3_import", "snapshot_identifier"), conflicts("s3_import", "replicate_source_db"))]
#[model(conflicts("s3_import", "timezone"), conflicts("restore_to_point_in_time", "s3_import"))]
#[model(conflicts("restore_to_point_in_time", "snapshot_identifier"))]
#[model(conflicts("restore_to_point_in_time", "replicate_source_db"))]
#[model(conflicts("domain", "domain_fqdn"), conflicts("domain", "domain_ou"))]
#[model(conflicts("domain", "domain_auth_secret_arn"), conflicts("domain", "domain_dns_ips"))]
#[model(conflicts("domain_iam_role_name", "domain_fqdn"), conflicts("domain_iam_role_name", "domain_ou"))]
#[model(conflicts("domain_iam_role_name", "domain_auth_secret_arn"))]
#[model(conflicts("domain_iam_role_name", "domain_dns_ips"))]
pub(super) struct Instance {
    /// Host name of the database.
    #[attr(computed, after_update("identifier", "identifier_prefix"))]
    pub(super) address: Attr<String>,
    /// Size in GiB. What the service adds up to `max_allocated_storage` is no difference.
    #[attr(optional, computed)]
    pub(super) allocated_storage: Attr<i64>,
    /// Whether the major version may change.
    #[attr(optional)]
    pub(super) allow_major_version_upgrade: Attr<bool>,
    /// Whether changes are made at once rather than in the maintenance window.
    #[attr(optional, default = false)]
    pub(super) apply_immediately: Attr<bool>,
    /// ARN of the database.
    #[attr(computed, after_update("identifier", "identifier_prefix"))]
    pub(super) arn: Attr<String>,
    /// Whether minor versions are taken over by themselves.
    #[attr(optional, default = true)]
    pub(super) auto_minor_version_upgrade: Attr<bool>,
    /// Availability zone of the database.
    #[attr(optional, computed, replace)]
    pub(super) availability_zone: Attr<String>,
    /// Days for which backups are kept; 0 for none.
    #[attr(optional, computed, check = between(0..=35))]
    pub(super) backup_retention_period: Attr<i64>,
    /// Where backups are: `region` or `outposts`.
    #[attr(optional, computed, replace, check = one_of(["outposts", "region"]))]
    pub(super) backup_target: Attr<String>,
    /// When backups are made: `03:00-04:00`.
    #[attr(optional, computed, check = checks::daily())]
    pub(super) backup_window: Attr<String>,
    /// Certificate of the authority that signs the database's certificate.
    #[attr(optional, computed)]
    pub(super) ca_cert_identifier: Attr<String>,
    /// Character set, for Oracle and SQL Server.
    #[attr(optional, computed, replace)]
    pub(super) character_set_name: Attr<String>,
    /// Whether snapshots get the database's tags.
    #[attr(optional, default = false)]
    pub(super) copy_tags_to_snapshot: Attr<bool>,
    /// Instance profile, for RDS Custom.
    #[attr(optional, replace, check = checks::custom_profile())]
    pub(super) custom_iam_instance_profile: Attr<String>,
    /// Whether the database has a customer-owned address, on an Outpost.
    #[attr(optional)]
    pub(super) customer_owned_ip_enabled: Attr<bool>,
    /// What Database Insights looks into: `standard` or `advanced`.
    #[attr(optional, computed, check = listed(DatabaseInsightsMode::values()))]
    pub(super) database_insights_mode: Attr<String>,
    /// Name of the first database within.
    #[attr(optional, computed, replace)]
    pub(super) db_name: Attr<String>,
    /// Subnet group that the database is in.
    #[attr(optional, computed, same = case)]
    pub(super) db_subnet_group_name: Attr<String>,
    /// Whether logs have a volume of their own.
    #[attr(optional, default = false)]
    pub(super) dedicated_log_volume: Attr<bool>,
    /// Whether automated backups go with the database.
    #[attr(optional, default = true)]
    pub(super) delete_automated_backups: Attr<bool>,
    /// Whether the database is kept from being deleted.
    #[attr(optional)]
    pub(super) deletion_protection: Attr<bool>,
    /// Directory that AWS manages.
    #[attr(optional)]
    pub(super) domain: Attr<String>,
    /// Secret with the credentials of one's own directory.
    #[attr(optional, check = arn())]
    pub(super) domain_auth_secret_arn: Attr<String>,
    /// The two domain controllers of one's own directory.
    #[attr(optional, check = each(checks::address()))]
    pub(super) domain_dns_ips: Attr<Vec<String>>,
    /// Name of one's own directory.
    #[attr(optional, computed, after_update("domain"))]
    pub(super) domain_fqdn: Attr<String>,
    /// Role with which the directory is asked.
    #[attr(optional)]
    pub(super) domain_iam_role_name: Attr<String>,
    /// Organizational unit of one's own directory.
    #[attr(optional)]
    pub(super) domain_ou: Attr<String>,
    /// Logs that go to CloudWatch.
    #[attr(optional, check = each(checks::log()))]
    pub(super) enabled_cloudwatch_logs_exports: Attr<BTreeSet<String>>,
    /// Host name and port of the database.
    #[attr(computed, after_update("identifier", "identifier_prefix", "port"))]
    pub(super) endpoint: Attr<String>,
    /// What kind of database it is.
    #[attr(optional, computed, replace, normal = lower_case)]
    pub(super) engine: Attr<String>,
    /// What happens at the end of a version's life.
    #[attr(optional, computed, replace, check = checks::lifecycle())]
    pub(super) engine_lifecycle_support: Attr<String>,
    /// Version of the engine, or what it begins with: `16` goes with all of 16.
    #[attr(optional, computed)]
    pub(super) engine_version: Attr<String>,
    /// Version of the engine that runs.
    #[attr(computed, after_update("engine_version"))]
    pub(super) engine_version_actual: Attr<String>,
    /// Name of the snapshot that is made before the database is deleted.
    #[attr(optional, check = checks::snapshot_name())]
    pub(super) final_snapshot_identifier: Attr<String>,
    /// Hosted zone of the host name.
    #[attr(computed)]
    pub(super) hosted_zone_id: Attr<String>,
    /// Whether IAM tells who may log in.
    #[attr(optional)]
    pub(super) iam_database_authentication_enabled: Attr<bool>,
    /// Id of the database that no rename changes.
    #[attr(id)]
    pub(super) id: Attr<String>,
    /// Name of the database.
    #[attr(optional, computed, after_update("identifier_prefix"), check = checks::identifier())]
    pub(super) identifier: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, after_update("identifier"), check = checks::identifier_prefix())]
    pub(super) identifier_prefix: Attr<String>,
    /// Kind of machine: `db.m7g.large`.
    #[attr(required)]
    pub(super) instance_class: Attr<String>,
    /// Input and output operations a second.
    #[attr(optional, computed, after_update("storage_type", "allocated_storage"))]
    pub(super) iops: Attr<i64>,
    /// ARN of the key that the storage is encrypted with.
    #[attr(optional, computed, replace, check = arn())]
    pub(super) kms_key_id: Attr<String>,
    /// The last moment that the database can be brought back to.
    #[attr(computed, after_update("backup_retention_period"))]
    pub(super) latest_restorable_time: Attr<String>,
    /// Whose license it is.
    #[attr(optional, computed)]
    pub(super) license_model: Attr<String>,
    /// Where SQL Server listens for its availability group.
    #[attr(computed)]
    pub(super) listener_endpoint: Attr<Vec<Listener>>,
    /// When changes are made that need a pause: `sun:04:00-sun:05:00`.
    #[attr(optional, computed, normal = lower_case, check = checks::weekly())]
    pub(super) maintenance_window: Attr<String>,
    /// Whether RDS keeps the password in Secrets Manager.
    #[attr(optional)]
    pub(super) manage_master_user_password: Attr<bool>,
    /// The secret with the password, where RDS keeps it.
    #[attr(computed, after_update("manage_master_user_password", "master_user_secret_kms_key_id"))]
    pub(super) master_user_secret: Attr<Vec<MasterSecret>>,
    /// Key that the secret is encrypted with.
    #[attr(optional, computed)]
    pub(super) master_user_secret_kms_key_id: Attr<String>,
    /// Size in GiB up to which the service adds storage by itself.
    #[attr(optional)]
    pub(super) max_allocated_storage: Attr<i64>,
    /// Seconds between measurements of the operating system; 0 for none.
    #[attr(optional, default = 0_i64, check = one_of_numbers([0, 1, 5, 10, 15, 30, 60]))]
    pub(super) monitoring_interval: Attr<i64>,
    /// Role that delivers the measurements.
    #[attr(optional, computed, check = arn())]
    pub(super) monitoring_role_arn: Attr<String>,
    /// Whether another zone has a copy that can take over.
    #[attr(optional, computed)]
    pub(super) multi_az: Attr<bool>,
    /// National character set, for Oracle.
    #[attr(optional, computed, replace)]
    pub(super) nchar_character_set_name: Attr<String>,
    /// Kinds of addresses: `IPV4` or `DUAL`.
    #[attr(optional, computed, check = one_of(["IPV4", "DUAL"]))]
    pub(super) network_type: Attr<String>,
    /// Option group of the database.
    #[attr(optional, computed, after_update("engine_version"))]
    pub(super) option_group_name: Attr<String>,
    /// Parameter group of the database.
    #[attr(optional, computed, after_update("engine_version"))]
    pub(super) parameter_group_name: Attr<String>,
    /// Password of the master user.
    #[attr(optional, sensitive)]
    pub(super) password: Attr<String>,
    /// Password of the master user, which is stored nowhere. Sent again when `password_wo_version` changes.
    #[attr(optional, sensitive, write_only)]
    pub(super) password_wo: Attr<String>,
    /// A number that says by its change that `password_wo` is another.
    #[attr(optional)]
    pub(super) password_wo_version: Attr<i64>,
    /// Whether Performance Insights is on.
    #[attr(optional, default = false)]
    pub(super) performance_insights_enabled: Attr<bool>,
    /// ARN of the key for what Performance Insights keeps.
    #[attr(optional, computed, after_update("performance_insights_enabled"), check = arn())]
    pub(super) performance_insights_kms_key_id: Attr<String>,
    /// Days for which Performance Insights keeps something.
    #[attr(optional, computed, after_update("performance_insights_enabled"), check = checks::retention())]
    pub(super) performance_insights_retention_period: Attr<i64>,
    /// Port of the database.
    #[attr(optional, computed)]
    pub(super) port: Attr<i64>,
    /// Whether the host name leads to a public address.
    #[attr(optional, default = false)]
    pub(super) publicly_accessible: Attr<bool>,
    /// Region of the database.
    #[attr(region)]
    pub(super) region: Attr<String>,
    /// Whether a replica of Oracle can be read.
    #[attr(optional, computed, check = listed(ReplicaMode::values()))]
    pub(super) replica_mode: Attr<String>,
    /// Names of the replicas.
    #[attr(computed)]
    pub(super) replicas: Attr<Vec<String>>,
    /// Name of the database that this one is a replica of; ARN, if that is in another region.
    #[attr(optional, same = checks::same_database)]
    pub(super) replicate_source_db: Attr<String>,
    /// Id of the database that no rename changes.
    #[attr(computed)]
    pub(super) resource_id: Attr<String>,
    /// Whether the database goes without a last snapshot.
    #[attr(optional, default = false)]
    pub(super) skip_final_snapshot: Attr<bool>,
    /// Snapshot that the database is made from.
    #[attr(optional, computed, replace)]
    pub(super) snapshot_identifier: Attr<String>,
    /// How the service calls the database's state.
    #[attr(computed)]
    pub(super) status: Attr<String>,
    /// Whether the storage is encrypted.
    #[attr(optional, replace)]
    pub(super) storage_encrypted: Attr<bool>,
    /// MiB a second.
    #[attr(optional, computed, after_update("storage_type", "allocated_storage"))]
    pub(super) storage_throughput: Attr<i64>,
    /// Kind of storage: `gp2`, `gp3`, `io1`, `io2` or `standard`.
    #[attr(optional, computed)]
    pub(super) storage_type: Attr<String>,
    /// Tags of the database.
    #[attr(tags)]
    pub(super) tags: Attr<Tags>,
    /// Tags of the database with the provider's default tags.
    #[attr(tags_all)]
    pub(super) tags_all: Attr<Tags>,
    /// Time zone, for SQL Server.
    #[attr(optional, computed, replace)]
    pub(super) timezone: Attr<String>,
    /// Turn of the database when AWS rolls minor versions out.
    #[attr(computed)]
    pub(super) upgrade_rollout_order: Attr<String>,
    /// Whether a replica gets the newest storage configuration.
    #[attr(optional)]
    pub(super) upgrade_storage_config: Attr<bool>,
    /// Name of the master user.
    #[attr(optional, computed, replace)]
    pub(super) username: Attr<String>,
    /// Security groups of the database.
    #[attr(optional, computed)]
    pub(super) vpc_security_group_ids: Attr<BTreeSet<String>>,
    /// Whether changes are made on a copy that then takes the database's place.
    #[block(list, max = 1)]
    pub(super) blue_green_update: Vec<BlueGreenUpdate>,
    /// The moment of another database that this one is made from.
    #[block(list, max = 1, replace)]
    pub(super) restore_to_point_in_time: Vec<PointInTime>,
    /// The backup in a bucket that the database is made from.
    #[block(list, max = 1)]
    pub(super) s3_import: Vec<S3Import>,
    /// How long operations may take.
    #[timeouts(create = "40m", update = "80m", delete = "60m")]
    pub(super) timeouts: Timeouts,
    /// What RDS has accepted and not done yet.
    #[pending]
    pub(super) pending: Pending,
}

/// Whether changes are made on a copy.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct BlueGreenUpdate {
    /// Whether they are.
    #[attr(optional)]
    pub(super) enabled: Attr<bool>,
}

/// A moment of another database.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PointInTime {
    /// The moment: `2026-01-31T12:00:00Z`.
    #[attr(optional, check = checks::moment())]
    pub(super) restore_time: Attr<String>,
    /// ARN of the other database's backups in another region.
    #[attr(optional)]
    pub(super) source_db_instance_automated_backups_arn: Attr<String>,
    /// Name of the other database.
    #[attr(optional)]
    pub(super) source_db_instance_identifier: Attr<String>,
    /// Id of the other database, which may be gone.
    #[attr(optional)]
    pub(super) source_dbi_resource_id: Attr<String>,
    /// Whether it is the last moment there is.
    #[attr(optional)]
    pub(super) use_latest_restorable_time: Attr<bool>,
}

/// Where an availability group listens.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listener {
    /// Host name.
    #[attr(computed)]
    pub(super) address: Attr<String>,
    /// Hosted zone of the host name.
    #[attr(computed)]
    pub(super) hosted_zone_id: Attr<String>,
    /// Port.
    #[attr(computed)]
    pub(super) port: Attr<i64>,
}

/// The secret with a password that RDS keeps.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MasterSecret {
    /// Key that the secret is encrypted with.
    #[attr(computed)]
    pub(super) kms_key_id: Attr<String>,
    /// ARN of the secret.
    #[attr(computed)]
    pub(super) secret_arn: Attr<String>,
    /// How the service calls the secret's state.
    #[attr(computed)]
    pub(super) secret_status: Attr<String>,
}

impl Resource<Aws> for Instance {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        self.make(cx).await
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let found = cx.load::<Instances>(&batch.ids()).await?;
        // The old database keeps its id when another takes its place, and gets another name.
        let moved = batch.keys(|it| it.identifier.text().filter(|name| is_put_aside(found.get(it.id.as_str()), name)));
        let others = cx.load::<Instances>(&moved).await?;
        let answer = batch.found(|instance| {
            let successor = others.get(instance.identifier.as_str());
            let remote = successor.or_else(|| found.get(instance.id.as_str()))?;
            Some(instance.clone().filled(remote))
        });
        Ok(answer)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.change(prior, cx).await
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        instance_wait::settled(self, cx).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        self.remove(cx).await
    }

    /// Nobody tells whether there is to be a last snapshot.
    fn import(id: &str) -> Result<Self, String> {
        Ok(Self {
            id: id.into(),
            delete_automated_backups: true.into(),
            skip_final_snapshot: true.into(),
            ..Self::default()
        })
    }

    fn plan(planning: &mut Planning<'_>) {
        instance_plan::adjust(planning);
    }

    fn validate(&self) -> Diagnostics {
        checks::problems(self)
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        self.find(cx).await
    }

    /// Version 0 knew no `delete_automated_backups`; up to version 1 the id was the name.
    fn upgrade(version: i64, mut stored: Map<String, Json>) -> Map<String, Json> {
        if version < 1 {
            stored.insert("delete_automated_backups".into(), Json::Bool(true));
        }
        if let Some(id) = stored.get("resource_id").filter(|id| id.as_str().is_some_and(|id| !id.is_empty())) {
            let id = id.clone();
            stored.insert("id".into(), id);
        }
        stored
    }
}

impl Instance {
    /// The name that RDS knows the database by at this time, which is not the one that it is to get.
    pub(super) fn name(&self) -> &str {
        let in_arn = self.arn.text().and_then(|arn| arn.rsplit(':').next());
        in_arn.or_else(|| self.identifier.text()).unwrap_or(self.id.as_str())
    }

    /// Whether changes are made on a copy.
    pub(super) fn is_blue_green(&self) -> bool {
        self.blue_green_update.first().is_some_and(|it| it.enabled.is_true())
    }

    /// Whether the database is made from something that is there, rather than anew.
    pub(super) fn has_source(&self) -> bool {
        self.replicate_source_db.text().is_some()
            || self.snapshot_identifier.text().is_some()
            || !self.restore_to_point_in_time.is_empty()
    }
}
