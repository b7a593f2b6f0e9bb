//! `aws_rds_cluster`.

use aws_sdk_rds::types::{ClusterScalabilityType, DatabaseInsightsMode};
use landform_diagnostics::Diagnostics;
use landform_provider_api::framework::{Check, Pending};
use landform_values::Value;

use super::cluster_blocks::{MasterSecret, PointInTime, Scaling, Serverless};
use super::cluster_loads::Clusters;
use super::names::{IDENTIFIER, IDENTIFIER_PREFIX, named as name_of};
use super::s3_import::S3Import;
use super::{cluster_plan, tagging};
use crate::core::checks::listed;
use crate::core::names;
use crate::core::prelude::*;
use crate::core::traces::{named, under};

/// What a generated name begins with when no prefix is given: the public provider's.
const PREFIX: &str = "tf-";
const ENGINE_MODES: [&str; 5] = ["global", "multimaster", "parallelquery", "provisioned", "serverless"];

/// Databases that share their storage or follow each other, with one name. It has no `Debug`, so that the password is
/// shown nowhere.
#[derive(Model, Clone, Default)]
#[model(name = "aws_rds_cluster", version = 1)]
#[model(conflicts("cluster_identifier", "cluster_identifier_prefix"))]
#[model(conflicts("manage_master_user_password", "master_password", "master_password_wo"))]
#[model(conflicts("restore_to_point_in_time", "s3_import", "snapshot_identifier"))]
#[model(conflicts("snapshot_identifier", "global_cluster_identifier"))]
#[model(needs("master_password_wo_version", "master_password_wo"))]
pub(super) struct Cluster {
    /// Storage of each database in GiB, in clusters of MySQL and PostgreSQL.
    #[attr(optional, computed)]
    pub(super) allocated_storage: Attr<i64>,
    /// Whether another major version of the engine may be gone to.
    #[attr(optional)]
    pub(super) allow_major_version_upgrade: Attr<bool>,
    /// Whether changes are made at once, rather than in the maintenance window.
    #[attr(optional, computed)]
    pub(super) apply_immediately: Attr<bool>,
    /// ARN of the cluster.
    #[attr(computed)]
    pub(super) arn: Attr<String>,
    /// Availability zones of the storage.
    #[attr(optional, computed, replace)]
    pub(super) availability_zones: Attr<BTreeSet<String>>,
    /// How far the cluster can be turned back, in seconds.
    #[attr(optional, check = between(0..=259_200))]
    pub(super) backtrack_window: Attr<i64>,
    /// How many days backups are kept.
    #[attr(optional, computed, check = between(0..=35))]
    pub(super) backup_retention_period: Attr<i64>,
    /// Authority that signs the certificates of the cluster's databases.
    #[attr(optional, computed)]
    pub(super) ca_certificate_identifier: Attr<String>,
    /// Until when the certificate is valid.
    #[attr(computed, after_update("ca_certificate_identifier"))]
    pub(super) ca_certificate_valid_till: Attr<String>,
    /// Name of the cluster.
    #[attr(optional, computed, replace, check = name_of(IDENTIFIER))]
    pub(super) cluster_identifier: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = name_of(IDENTIFIER_PREFIX))]
    pub(super) cluster_identifier_prefix: Attr<String>,
    /// Names of the databases in the cluster.
    #[attr(optional, computed)]
    pub(super) cluster_members: Attr<BTreeSet<String>>,
    /// Id of the cluster that stays when it is renamed.
    #[attr(computed)]
    pub(super) cluster_resource_id: Attr<String>,
    /// How the cluster grows: `standard` or `limitless`.
    #[attr(optional, computed, replace, check = listed(ClusterScalabilityType::values()))]
    pub(super) cluster_scalability_type: Attr<String>,
    /// Whether snapshots get the tags of the cluster.
    #[attr(optional, default = false)]
    pub(super) copy_tags_to_snapshot: Attr<bool>,
    /// What Database Insights looks into: `standard` or `advanced`.
    #[attr(optional, computed, check = listed(DatabaseInsightsMode::values()))]
    pub(super) database_insights_mode: Attr<String>,
    /// Name of the first database in it.
    #[attr(optional, computed, replace)]
    pub(super) database_name: Attr<String>,
    /// Class of the databases, in clusters of MySQL and PostgreSQL.
    #[attr(optional)]
    pub(super) db_cluster_instance_class: Attr<String>,
    /// Name of the parameter group of the cluster.
    #[attr(optional, computed)]
    pub(super) db_cluster_parameter_group_name: Attr<String>,
    /// Name of the parameter group that databases get with another major version.
    #[attr(optional)]
    pub(super) db_instance_parameter_group_name: Attr<String>,
    /// Name of the subnet group.
    #[attr(optional, computed, replace)]
    pub(super) db_subnet_group_name: Attr<String>,
    /// Name of the system, of custom engines.
    #[attr(optional, computed, replace)]
    pub(super) db_system_id: Attr<String>,
    /// Whether automatic backups go with the cluster.
    #[attr(optional, default = true)]
    pub(super) delete_automated_backups: Attr<bool>,
    /// Whether the cluster is kept from being deleted.
    #[attr(optional)]
    pub(super) deletion_protection: Attr<bool>,
    /// Id of the directory that users are in.
    #[attr(optional)]
    pub(super) domain: Attr<String>,
    /// Name of the role that may ask the directory.
    #[attr(optional)]
    pub(super) domain_iam_role_name: Attr<String>,
    /// Whether writes are sent on to the primary cluster of the global database.
    #[attr(optional, default = false)]
    pub(super) enable_global_write_forwarding: Attr<bool>,
    /// Whether the Data API answers.
    #[attr(optional, default = false)]
    pub(super) enable_http_endpoint: Attr<bool>,
    /// Whether readers send writes on to the writer.
    #[attr(optional, default = false)]
    pub(super) enable_local_write_forwarding: Attr<bool>,
    /// Logs that go to CloudWatch Logs.
    #[attr(optional, check = each(log()))]
    pub(super) enabled_cloudwatch_logs_exports: Attr<BTreeSet<String>>,
    /// Name of the host that writes.
    #[attr(computed)]
    pub(super) endpoint: Attr<String>,
    /// Engine of the cluster.
    #[attr(required, replace, check = engine())]
    pub(super) engine: Attr<String>,
    /// Whether support can be had beyond the usual end: `open-source-rds-extended-support` or `…-disabled`.
    #[attr(optional, computed, replace, check = one_of(["open-source-rds-extended-support", "open-source-rds-extended-support-disabled"]))]
    pub(super) engine_lifecycle_support: Attr<String>,
    /// Kind of the cluster: `provisioned`, `serverless`, …
    #[attr(optional, replace, default = "provisioned", check = one_of(ENGINE_MODES))]
    pub(super) engine_mode: Attr<String>,
    /// Version of the engine, which may be given in part.
    #[attr(optional, computed)]
    pub(super) engine_version: Attr<String>,
    /// Version of the engine that runs.
    #[attr(computed, after_update("engine_version"))]
    pub(super) engine_version_actual: Attr<String>,
    /// Name of the snapshot that is made before the cluster is deleted.
    #[attr(optional, check = snapshot_name())]
    pub(super) final_snapshot_identifier: Attr<String>,
    /// Name of the global database that the cluster belongs to.
    #[attr(optional)]
    pub(super) global_cluster_identifier: Attr<String>,
    /// Hosted zone of the host names.
    #[attr(computed)]
    pub(super) hosted_zone_id: Attr<String>,
    /// Whether users of IAM can log in.
    #[attr(optional)]
    pub(super) iam_database_authentication_enabled: Attr<bool>,
    /// ARNs of roles that the cluster may take on.
    #[attr(optional, computed)]
    pub(super) iam_roles: Attr<BTreeSet<String>>,
    /// Name of the cluster.
    #[attr(id)]
    pub(super) id: Attr<String>,
    /// Operations a second of the storage.
    #[attr(optional)]
    pub(super) iops: Attr<i64>,
    /// ARN of the key that encrypts the storage.
    #[attr(optional, computed, replace, check = arn())]
    pub(super) kms_key_id: Attr<String>,
    /// Whether the master user's password is kept in Secrets Manager, and changed by RDS.
    #[attr(optional)]
    pub(super) manage_master_user_password: Attr<bool>,
    /// The master user's password.
    #[attr(optional, sensitive)]
    pub(super) master_password: Attr<String>,
    /// The master user's password, which is not stored.
    #[attr(optional, sensitive, write_only)]
    pub(super) master_password_wo: Attr<String>,
    /// A change of this number sets `master_password_wo` anew.
    #[attr(optional)]
    pub(super) master_password_wo_version: Attr<i64>,
    /// The secret that holds the master user's password.
    #[attr(computed, after_update("manage_master_user_password", "master_user_secret_kms_key_id"))]
    pub(super) master_user_secret: Attr<Vec<MasterSecret>>,
    /// Key that encrypts that secret.
    #[attr(optional, computed)]
    pub(super) master_user_secret_kms_key_id: Attr<String>,
    /// Name of the master user.
    #[attr(optional, computed, replace)]
    pub(super) master_username: Attr<String>,
    /// Seconds between two enhanced metrics; 0 for none.
    #[attr(optional, computed)]
    pub(super) monitoring_interval: Attr<i64>,
    /// ARN of the role that sends them.
    #[attr(optional, computed)]
    pub(super) monitoring_role_arn: Attr<String>,
    /// Addresses: `IPV4` or `DUAL`.
    #[attr(optional, computed, check = one_of(["IPV4", "DUAL"]))]
    pub(super) network_type: Attr<String>,
    /// Whether Performance Insights is on.
    #[attr(optional)]
    pub(super) performance_insights_enabled: Attr<bool>,
    /// ARN of the key that encrypts what it gathers.
    #[attr(optional, computed, after_update("performance_insights_enabled"), check = arn())]
    pub(super) performance_insights_kms_key_id: Attr<String>,
    /// How many days it is kept.
    #[attr(optional, computed, after_update("performance_insights_enabled"))]
    pub(super) performance_insights_retention_period: Attr<i64>,
    /// Port that the cluster listens on.
    #[attr(optional, computed)]
    pub(super) port: Attr<i64>,
    /// When backups are made, in UTC: `04:00-05:00`.
    #[attr(optional, computed)]
    pub(super) preferred_backup_window: Attr<String>,
    /// When changes are made, in UTC: `sun:04:00-sun:05:00`.
    #[attr(optional, computed, normal = lower_case)]
    pub(super) preferred_maintenance_window: Attr<String>,
    /// Name of the host that reads.
    #[attr(computed)]
    pub(super) reader_endpoint: Attr<String>,
    /// Region of the cluster.
    #[attr(region)]
    pub(super) region: Attr<String>,
    /// ARN of the cluster or database that this one follows.
    #[attr(optional)]
    pub(super) replication_source_identifier: Attr<String>,
    /// Whether no snapshot is made before the cluster is deleted.
    #[attr(optional, default = false)]
    pub(super) skip_final_snapshot: Attr<bool>,
    /// Name or ARN of the snapshot that the cluster is made from.
    #[attr(optional, replace_if = to_another)]
    pub(super) snapshot_identifier: Attr<String>,
    /// Region of the cluster that this one follows.
    #[attr(optional, replace)]
    pub(super) source_region: Attr<String>,
    /// Whether the storage is encrypted.
    #[attr(optional, computed, replace)]
    pub(super) storage_encrypted: Attr<bool>,
    /// Kind of the storage: `aurora-iopt1`, `io1`, …
    #[attr(optional, computed)]
    pub(super) storage_type: Attr<String>,
    /// Tags of the cluster.
    #[attr(tags)]
    pub(super) tags: Attr<Tags>,
    /// Tags of the cluster with the provider's default tags.
    #[attr(tags_all)]
    pub(super) tags_all: Attr<Tags>,
    /// When minor versions are gone to: `first`, `second` or `last`.
    #[attr(computed)]
    pub(super) upgrade_rollout_order: Attr<String>,
    /// Ids of the security groups.
    #[attr(optional, computed)]
    pub(super) vpc_security_group_ids: Attr<BTreeSet<String>>,
    /// What RDS has accepted and not done yet.
    #[pending]
    pub(super) pending: Pending,
    /// The cluster that this one is a copy of.
    #[block(list, max = 1, replace)]
    pub(super) restore_to_point_in_time: Vec<PointInTime>,
    /// The backup in a bucket that the cluster is made from.
    #[block(list, max = 1, replace)]
    pub(super) s3_import: Vec<S3Import>,
    /// How a cluster of mode `serverless` grows and shrinks.
    #[block(list, max = 1, kept)]
    pub(super) scaling_configuration: Vec<Scaling>,
    /// How databases of class `db.serverless` grow and shrink.
    #[block(list, max = 1, kept)]
    pub(super) serverlessv2_scaling_configuration: Vec<Serverless>,
    /// How long operations may take.
    #[timeouts(create = "120m", update = "120m", delete = "120m")]
    pub(super) timeouts: Timeouts,
}

fn log() -> Check {
    let logs = ["audit", "error", "general", "iam-db-auth-error", "instance", "postgresql", "slowquery", "upgrade"];
    landform_provider_api::framework::check::one_of(logs)
}

fn engine() -> Check {
    Check::text(|text| {
        let known = ["aurora-mysql", "aurora-postgresql", "mysql", "postgres"];
        if known.contains(&text) || text.starts_with("custom-") {
            return Ok(());
        }
        Err(format!("must be one of {}, or begin with \"custom-\", not {text:?}", known.join(", ")))
    })
}

fn snapshot_name() -> Check {
    Check::text(|text| {
        let fits = text.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
        if fits && !text.contains("--") && !text.ends_with('-') {
            return Ok(());
        }
        Err(format!("may only contain letters, digits and single hyphens, and not end with one, as {text:?} does"))
    })
}

/// A change to another snapshot makes another cluster; that the snapshot is no longer named does not.
fn to_another(prior: &Value, planned: &Value) -> bool {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    !planned.is_known() || text(prior) != text(planned) && !text(planned).is_empty()
}

impl Resource<Aws> for Cluster {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.cluster_identifier, &self.prefix()).to_lowercase();
        self.make(&name, cx).await?;
        self.id = name.into();
        let set_up = self.set_up(cx).await;
        if set_up.is_err() && self.is_restored() {
            self.forget_password();
        }
        set_up
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let clusters = cx.load::<Clusters>(&batch.ids()).await?;
        Ok(batch.found(|cluster| {
            let remote = clusters.get(cluster.id.as_str())?;
            (remote.status() != Some("deleting")).then(|| cluster.filled(remote))
        }))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.change(prior, cx).await?;
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        // A new cluster has not been read yet.
        let timeout = if self.arn.is_known() { self.timeouts.update() } else { self.timeouts.create() };
        self.wait_available(cx, timeout).await?;
        self.wait_applied(cx).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        self.end(cx).await
    }

    fn import(id: &str) -> Result<Self, String> {
        let kept = Self { skip_final_snapshot: true.into(), delete_automated_backups: true.into(), ..Self::default() };
        Ok(Self { id: id.into(), ..kept })
    }

    fn plan(planning: &mut Planning<'_>) {
        cluster_plan::adjust(planning);
    }

    fn validate(&self) -> Diagnostics {
        cluster_plan::problems(self)
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        let mut planned = self.clone();
        if self.is_restored() {
            planned.forget_password();
        }
        if let Some(name) = self.cluster_identifier.text() {
            return Ok(named(&planned, name.to_lowercase()));
        }
        let prefix = self.prefix();
        let mut pages = cx.rds().describe_db_clusters().into_paginator().items().send();
        let mut made = Vec::new();
        while let Some(cluster) = pages.next().await {
            made.extend(cluster?.db_cluster_identifier.filter(|name| names::is_made_of(name, &prefix)));
        }
        Ok(Traces::Tagged(under(&planned, made)))
    }
}

impl Cluster {
    fn prefix(&self) -> Attr<String> {
        self.cluster_identifier_prefix.text().unwrap_or(PREFIX).into()
    }

    /// Whether it was made of another cluster's data: then much is set by a second call.
    pub(super) fn is_restored(&self) -> bool {
        self.snapshot_identifier.text().is_some() || !self.restore_to_point_in_time.is_empty()
    }

    /// RDS does not tell whose password it is: where it may not have been set, the next plan sets it.
    fn forget_password(&mut self) {
        self.manage_master_user_password = Attr::Null;
        self.master_password = Attr::Null;
        self.master_password_wo_version = Attr::Null;
    }

    /// Whether the storage is Aurora's.
    pub(super) fn is_aurora(&self) -> bool {
        self.engine.as_str().starts_with("aurora")
    }

    /// The master user's password, where it is given.
    pub(super) fn password(&self) -> Option<String> {
        self.master_password_wo.param().or_else(|| self.master_password.param())
    }
}

/// Items as calls want them; none for none.
pub(super) fn list(items: &Attr<BTreeSet<String>>) -> Option<Vec<String>> {
    let items: Vec<String> = items.items().cloned().collect();
    (!items.is_empty()).then_some(items)
}
