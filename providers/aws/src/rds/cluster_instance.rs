//! `aws_rds_cluster_instance`.

use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDBInstanceFluentBuilder as Modify;
use aws_sdk_rds::types::{DbCluster, DbInstance};
use landform_provider_api::framework::{Check, Pending};

use super::cluster_change::lacks_role;
use super::cluster_loads::{ClusterInstances, Clusters};
use super::cluster_plan::keep_version;
use super::cluster_read::shown_version;
use super::names::{IDENTIFIER, IDENTIFIER_PREFIX, named as name_of};
use super::tagging;
use crate::core::names;
use crate::core::prelude::*;
use crate::core::traces::{named, under};

/// What a generated name begins with when no prefix is given: the public provider's.
const PREFIX: &str = "tf-";
/// How long news of a role may travel, and how long another change may be in the way.
const PATIENCE: Duration = Duration::from_secs(180);
/// What RDS changes in the maintenance window, unless it is told to do so at once.
const WAITING: [&str; 3] = ["ca_cert_identifier", "engine_version", "instance_class"];
/// States that a database does not leave by itself.
const STUCK: [&str; 8] = [
    "failed",
    "inaccessible-encryption-credentials",
    "incompatible-create",
    "incompatible-network",
    "incompatible-parameters",
    "incompatible-restore",
    "insufficient-capacity",
    "restore-error",
];

/// A database in a cluster.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_rds_cluster_instance", conflicts("identifier", "identifier_prefix"))]
pub(super) struct ClusterInstance {
    /// Whether changes are made at once, rather than in the maintenance window.
    #[attr(optional, computed)]
    apply_immediately: Attr<bool>,
    /// ARN of the database.
    #[attr(computed)]
    arn: Attr<String>,
    /// Whether minor versions of the engine are gone to by themselves.
    #[attr(optional, default = true)]
    auto_minor_version_upgrade: Attr<bool>,
    /// Availability zone of the database.
    #[attr(optional, computed, replace)]
    availability_zone: Attr<String>,
    /// Authority that signs the certificate of the database.
    #[attr(optional, computed)]
    ca_cert_identifier: Attr<String>,
    /// Name of the cluster.
    #[attr(required, replace)]
    cluster_identifier: Attr<String>,
    /// Whether snapshots get the tags of the database.
    #[attr(optional, default = false)]
    copy_tags_to_snapshot: Attr<bool>,
    /// Name of the instance profile, of custom engines.
    #[attr(optional, replace, check = profile())]
    custom_iam_instance_profile: Attr<String>,
    /// Name of the parameter group.
    #[attr(optional, computed)]
    db_parameter_group_name: Attr<String>,
    /// Name of the subnet group.
    #[attr(optional, computed, replace)]
    db_subnet_group_name: Attr<String>,
    /// Id of the database that stays when it is renamed.
    #[attr(computed)]
    dbi_resource_id: Attr<String>,
    /// Name of the host.
    #[attr(computed)]
    endpoint: Attr<String>,
    /// Engine of the cluster.
    #[attr(required, replace)]
    engine: Attr<String>,
    /// Version of the engine, which may be given in part.
    #[attr(optional, computed)]
    engine_version: Attr<String>,
    /// Version of the engine that runs.
    #[attr(computed, after_update("engine_version"))]
    engine_version_actual: Attr<String>,
    /// Whether a replica cluster is made independent before its last database is deleted.
    #[attr(optional)]
    force_destroy: Attr<bool>,
    /// Name of the database.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the database.
    #[attr(optional, computed, replace, check = name_of(IDENTIFIER))]
    identifier: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = name_of(IDENTIFIER_PREFIX))]
    identifier_prefix: Attr<String>,
    /// Class of the database.
    #[attr(required)]
    instance_class: Attr<String>,
    /// ARN of the key that encrypts the storage.
    #[attr(computed)]
    kms_key_id: Attr<String>,
    /// Seconds between two enhanced metrics; 0 for none.
    #[attr(optional, default = 0_i64, check = one_of_numbers([0, 1, 5, 10, 15, 30, 60]))]
    monitoring_interval: Attr<i64>,
    /// ARN of the role that sends them.
    #[attr(optional, computed)]
    monitoring_role_arn: Attr<String>,
    /// Addresses: `IPV4` or `DUAL`.
    #[attr(computed)]
    network_type: Attr<String>,
    /// What RDS has accepted and not done yet.
    #[pending]
    pending: Pending,
    /// Whether Performance Insights is on.
    #[attr(optional, computed)]
    performance_insights_enabled: Attr<bool>,
    /// ARN of the key that encrypts what it gathers.
    #[attr(optional, computed, after_update("performance_insights_enabled"), check = arn())]
    performance_insights_kms_key_id: Attr<String>,
    /// How many days it is kept: 7, 731 or a multiple of 31.
    #[attr(optional, computed, after_update("performance_insights_enabled"), check = retention())]
    performance_insights_retention_period: Attr<i64>,
    /// Port that the database listens on.
    #[attr(computed)]
    port: Attr<i64>,
    /// When backups are made, in UTC: `04:00-05:00`.
    #[attr(optional, computed)]
    preferred_backup_window: Attr<String>,
    /// When changes are made, in UTC: `sun:04:00-sun:05:00`.
    #[attr(optional, computed, normal = lower_case)]
    preferred_maintenance_window: Attr<String>,
    /// Which database writes if the writer fails: that with the lowest number.
    #[attr(optional, default = 0_i64, check = between(0..=15))]
    promotion_tier: Attr<i64>,
    /// Whether the database has a public address.
    #[attr(optional, computed)]
    publicly_accessible: Attr<bool>,
    /// Region of the database.
    #[attr(region)]
    region: Attr<String>,
    /// Whether the storage is encrypted.
    #[attr(computed)]
    storage_encrypted: Attr<bool>,
    /// Tags of the database.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the database with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// How long operations may take.
    #[timeouts(create = "90m", update = "90m", delete = "90m")]
    timeouts: Timeouts,
    /// Whether this database writes.
    #[attr(computed)]
    writer: Attr<bool>,
}

fn profile() -> Check {
    Check::text(|text| match text.starts_with("AWSRDSCustom") {
        true => Ok(()),
        false => Err(format!("must begin with \"AWSRDSCustom\", not as {text:?} does")),
    })
}

fn retention() -> Check {
    Check::new(|value| {
        let Some(days) = value.as_number() else { return Ok(()) };
        let fine =
            days.to_i64().is_some_and(|days| days == 7 || days == 731 || (31..=713).contains(&days) && days % 31 == 0);
        if fine { Ok(()) } else { Err(format!("must be 7, 731 or a multiple of 31 in between, not {days}")) }
    })
}

impl Resource<Aws> for ClusterInstance {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.identifier, &self.prefix()).to_lowercase();
        let request = cx
            .rds()
            .create_db_instance()
            .db_instance_identifier(&name)
            .set_auto_minor_version_upgrade(self.auto_minor_version_upgrade.get())
            .set_availability_zone(self.availability_zone.param())
            .set_ca_certificate_identifier(self.ca_cert_identifier.param())
            .set_copy_tags_to_snapshot(self.copy_tags_to_snapshot.get())
            .set_custom_iam_instance_profile(self.custom_iam_instance_profile.param())
            .set_db_cluster_identifier(self.cluster_identifier.get())
            .set_db_instance_class(self.instance_class.get())
            .set_db_parameter_group_name(self.db_parameter_group_name.param())
            .set_db_subnet_group_name(self.db_subnet_group_name.param())
            .set_enable_performance_insights(self.performance_insights_enabled.get().filter(|it| *it))
            .set_engine(self.engine.get())
            .set_engine_version(self.engine_version.param())
            .set_monitoring_interval(self.monitoring_interval.get_i32().filter(|it| *it > 0))
            .set_monitoring_role_arn(self.monitoring_role_arn.param())
            .set_performance_insights_kms_key_id(self.performance_insights_kms_key_id.param())
            .set_performance_insights_retention_period(self.performance_insights_retention_period.get_i32())
            .set_preferred_backup_window(self.preferred_backup_window.param())
            .set_preferred_maintenance_window(self.preferred_maintenance_window.param())
            .set_promotion_tier(self.promotion_tier.get_i32())
            .set_publicly_accessible(self.publicly_accessible.get())
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let create = || async {
            let sent = request.clone().customize().interceptor(lost.clone()).send().await;
            lost.forgives("DBInstanceAlreadyExists", sent)
        };
        let created = retry_while(PATIENCE, lacks_role, create).await;
        let cluster = self.cluster_identifier.as_str();
        created.map_err(|error| error.while_doing(format!("creating database {name} of RDS cluster {cluster}")))?;
        self.id = name.into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let clusters = batch.keys(|it| it.cluster_identifier.text());
        let ids = batch.ids();
        let (instances, clusters) =
            futures::try_join!(cx.load::<ClusterInstances>(&ids), cx.load::<Clusters>(&clusters))?;
        let (instances, clusters) = (&instances, &clusters);
        let read = batch.each(|known| async move {
            let Some(remote) = instances.get(known.id.as_str()) else { return Ok(None) };
            if remote.db_instance_status() == Some("deleting") {
                return Ok(None);
            }
            let Some(name) = remote.db_cluster_identifier() else { return Err(not_in_a_cluster(known.id.as_str())) };
            if let Some(cluster) = clusters.get(name) {
                return Ok(Some(known.filled(remote, Some(cluster))));
            }
            let own = cx.load_one::<Clusters>(name).await?;
            Ok(Some(known.filled(remote, own.get(name))))
        });
        Ok(read.await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let base = cx.rds().modify_db_instance().db_instance_identifier(self.id.as_str());
        let request = self.changes(base.clone(), prior);
        if request.as_input() != base.as_input() {
            let request = request.apply_immediately(self.apply_immediately.is_true());
            let busy = |error: &Error| {
                lacks_role(error) || error.is(&["InvalidDBInstanceState", "InvalidDBInstanceStateFault"])
            };
            retry_while(PATIENCE, busy, || async { Ok(request.clone().send().await?) }).await?;
        }
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        // A new database has not been read yet.
        let timeout = if self.arn.is_known() { self.timeouts.update() } else { self.timeouts.create() };
        wait_until(&format!("database {id} to become available"), timeout, || async {
            let instances = cx.load_one::<ClusterInstances>(id).await?;
            let Some(remote) = instances.get(id) else { return Ok(State::Pending("not visible".into())) };
            let status = remote.db_instance_status().unwrap_or("unknown");
            if STUCK.contains(&status) {
                let message = format!("Database {id} is {status}, which it does not leave by itself.");
                return Err(Error::new("Database in a state that needs help", message));
            }
            let there = matches!(status, "available" | "storage-optimization" | "configuring-log-exports");
            Ok(if there { State::Done(()) } else { State::Pending(status.to_owned()) })
        })
        .await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        // Snapshots are made of clusters, not of the databases in them.
        let request = cx.rds().delete_db_instance().db_instance_identifier(id).skip_final_snapshot(true);
        if self.force_destroy.is_true() {
            self.make_independent(cx).await?;
        }
        let delete = || async { Ok(request.clone().send().await?) };
        let busy = |error: &Error| {
            error.is(&["InvalidDBClusterStateFault"]) && error.message().contains("Delete the replica cluster before")
        };
        match retry_while(PATIENCE, busy, delete).await {
            Err(error) if error.message().contains("already being deleted") => {}
            result => {
                result?;
            }
        }
        wait_until(&format!("database {id} to be deleted"), self.timeouts.delete(), || async {
            let instances = cx.load_one::<ClusterInstances>(id).await?;
            let status = instances.get(id).map(|it| it.db_instance_status().unwrap_or("there").to_owned());
            Ok(status.map_or(State::Done(()), State::Pending))
        })
        .await
    }

    fn plan(planning: &mut Planning<'_>) {
        if planning.is_create() {
            return;
        }
        keep_version(planning);
        if planning.planned("apply_immediately").as_bool() == Some(true) {
            return;
        }
        let window = planning.prior("preferred_maintenance_window");
        let until = format!("the maintenance window ({})", window.as_str().unwrap_or("of the database"));
        for name in WAITING.into_iter().filter(|name| planning.changes(name)).collect::<Vec<_>>() {
            planning.postpone(name, until.clone());
        }
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        if let Some(name) = self.identifier.text() {
            return Ok(named(self, name.to_lowercase()));
        }
        let (prefix, cluster) = (self.prefix(), self.cluster_identifier.as_str());
        let found = cx.load_one::<Clusters>(cluster).await?;
        let members = found.get(cluster).map(|it| it.db_cluster_members()).unwrap_or_default();
        let members = members.iter().filter_map(|it| it.db_instance_identifier.clone());
        Ok(Traces::Tagged(under(self, members.filter(|name| names::is_made_of(name, &prefix)))))
    }
}

fn not_in_a_cluster(id: &str) -> Error {
    let message = format!("Database {id} is in no cluster; aws_db_instance is for such.");
    Error::new("Not in a cluster", message)
}

impl ClusterInstance {
    fn prefix(&self) -> Attr<String> {
        self.identifier_prefix.text().unwrap_or(PREFIX).into()
    }

    /// All that differs. What waits for the maintenance window is asked for once more if it is wanted at once.
    fn changes(&self, request: Modify, prior: &Self) -> Modify {
        let at_once = self.apply_immediately.is_true();
        let text = |name: &str, planned: &Attr<String>, known: &Attr<String>| {
            planned.param().filter(|_| planned != known || at_once && prior.pending.of(name).is_some())
        };
        let flag = |planned: &Attr<bool>, known: &Attr<bool>| planned.get().filter(|_| planned != known);
        let number = |planned: &Attr<i64>, known: &Attr<i64>| planned.get_i32().filter(|_| planned != known);
        let days = number(&self.performance_insights_retention_period, &prior.performance_insights_retention_period);
        let key = text("", &self.performance_insights_kms_key_id, &prior.performance_insights_kms_key_id);
        let on = flag(&self.performance_insights_enabled, &prior.performance_insights_enabled);
        // RDS wants to hear again that it is on.
        let on = on.or_else(|| self.performance_insights_enabled.get().filter(|_| days.is_some() || key.is_some()));
        request
            .set_auto_minor_version_upgrade(flag(&self.auto_minor_version_upgrade, &prior.auto_minor_version_upgrade))
            .set_ca_certificate_identifier(text(
                "ca_cert_identifier",
                &self.ca_cert_identifier,
                &prior.ca_cert_identifier,
            ))
            .set_copy_tags_to_snapshot(flag(&self.copy_tags_to_snapshot, &prior.copy_tags_to_snapshot))
            .set_db_instance_class(text("instance_class", &self.instance_class, &prior.instance_class))
            .set_db_parameter_group_name(text("", &self.db_parameter_group_name, &prior.db_parameter_group_name))
            .set_enable_performance_insights(on)
            .set_monitoring_interval(number(&self.monitoring_interval, &prior.monitoring_interval))
            .set_monitoring_role_arn(text("", &self.monitoring_role_arn, &prior.monitoring_role_arn))
            .set_performance_insights_kms_key_id(key)
            .set_performance_insights_retention_period(days)
            .set_preferred_backup_window(text("", &self.preferred_backup_window, &prior.preferred_backup_window))
            .set_preferred_maintenance_window(text(
                "",
                &self.preferred_maintenance_window,
                &prior.preferred_maintenance_window,
            ))
            .set_promotion_tier(number(&self.promotion_tier, &prior.promotion_tier))
            .set_publicly_accessible(flag(&self.publicly_accessible, &prior.publicly_accessible))
    }

    /// The last database of a cluster that follows another can only go once the cluster is independent.
    async fn make_independent(&self, cx: &Aws) -> Result<()> {
        let cluster = self.cluster_identifier.as_str();
        let found = cx.load_one::<Clusters>(cluster).await?;
        let follows =
            found.get(cluster).is_some_and(|it| it.replication_source_identifier().is_some_and(|it| !it.is_empty()));
        if !follows {
            return Ok(());
        }
        cx.rds().promote_read_replica_db_cluster().db_cluster_identifier(cluster).send().await?;
        wait_until(&format!("RDS cluster {cluster} to become independent"), self.timeouts.delete(), || async {
            let found = cx.load_one::<Clusters>(cluster).await?;
            let status = found.get(cluster).map(|it| it.status().unwrap_or("unknown").to_owned());
            Ok(match status {
                Some(status) if status != "available" => State::Pending(status),
                _ => State::Done(()),
            })
        })
        .await
    }

    fn filled(mut self, remote: &DbInstance, cluster: Option<&DbCluster>) -> Self {
        let name = remote.db_instance_identifier().unwrap_or_default();
        self.apply_immediately = self.apply_immediately.or(&false.into());
        self.arn = remote.db_instance_arn().into();
        self.auto_minor_version_upgrade = remote.auto_minor_version_upgrade().unwrap_or_default().into();
        self.availability_zone = remote.availability_zone().into();
        self.ca_cert_identifier = remote.ca_certificate_identifier().into();
        self.cluster_identifier = remote.db_cluster_identifier().into();
        self.copy_tags_to_snapshot = remote.copy_tags_to_snapshot().unwrap_or_default().into();
        self.custom_iam_instance_profile = remote.custom_iam_instance_profile().into();
        let groups = remote.db_parameter_groups().first();
        self.db_parameter_group_name = groups.and_then(|it| it.db_parameter_group_name()).into();
        self.db_subnet_group_name = remote.db_subnet_group().and_then(|it| it.db_subnet_group_name()).into();
        self.dbi_resource_id = remote.dbi_resource_id().into();
        self.endpoint = remote.endpoint().and_then(|it| it.address()).into();
        self.engine = remote.engine().into();
        self.id = name.into();
        self.identifier = name.into();
        self.identifier_prefix = names::prefix_of(name);
        self.instance_class = remote.db_instance_class().into();
        self.kms_key_id = remote.kms_key_id().into();
        self.network_type = remote.network_type().into();
        self.port = remote.endpoint().and_then(|it| it.port()).into();
        self.preferred_backup_window = remote.preferred_backup_window().into();
        self.preferred_maintenance_window = remote.preferred_maintenance_window().into();
        self.promotion_tier = remote.promotion_tier().unwrap_or_default().into();
        self.publicly_accessible = remote.publicly_accessible().unwrap_or_default().into();
        self.storage_encrypted = remote.storage_encrypted().unwrap_or_default().into();
        self.tags_all = Attr::Known(tagging::told(remote.tag_list()));
        let members = cluster.map(|it| it.db_cluster_members()).unwrap_or_default();
        let member = members.iter().find(|it| it.db_instance_identifier() == Some(name));
        self.writer = member.and_then(|it| it.is_cluster_writer()).unwrap_or_default().into();
        self.fill_insights(remote);
        self.fill_pending(remote);
        self
    }

    fn fill_insights(&mut self, remote: &DbInstance) {
        self.monitoring_interval = remote.monitoring_interval().unwrap_or_default().into();
        self.monitoring_role_arn = remote.monitoring_role_arn().unwrap_or_default().into();
        self.performance_insights_enabled = remote.performance_insights_enabled().unwrap_or_default().into();
        self.performance_insights_kms_key_id = remote.performance_insights_kms_key_id().unwrap_or_default().into();
        self.performance_insights_retention_period =
            remote.performance_insights_retention_period().unwrap_or_default().into();
    }

    /// Shows what will be, and says what is until then.
    fn fill_pending(&mut self, remote: &DbInstance) {
        let pending = remote.pending_modified_values();
        let version = pending.and_then(|it| it.engine_version());
        self.engine_version = shown_version(&self.engine_version, remote.engine_version(), version);
        self.engine_version_actual = remote.engine_version().into();
        self.pending = Pending::default();
        let when = if self.apply_immediately.is_true() {
            "RDS has made the change".to_owned()
        } else {
            format!("the maintenance window ({})", remote.preferred_maintenance_window().unwrap_or_default())
        };
        if let Some(version) = version {
            self.pending.add("engine_version", self.engine_version_actual.as_str(), version, &when);
        }
        if let Some(class) = pending.and_then(|it| it.db_instance_class()) {
            self.pending.add("instance_class", self.instance_class.as_str(), class, &when);
            self.instance_class = class.into();
        }
        if let Some(authority) = pending.and_then(|it| it.ca_certificate_identifier()) {
            self.pending.add("ca_cert_identifier", self.ca_cert_identifier.as_str(), authority, &when);
            self.ca_cert_identifier = authority.into();
        }
    }
}
