//! `aws_db_instance` as a data source.

use aws_sdk_rds::types::{DbInstance, Endpoint};

use super::instance::MasterSecret;
use super::instance_loads::Instances;
use super::tagging;
use crate::core::prelude::*;

/// A database that is there.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_db_instance")]
pub(super) struct InstanceData {
    /// Host name of the database.
    #[attr(computed)]
    address: Attr<String>,
    /// Size in GiB.
    #[attr(computed)]
    allocated_storage: Attr<i64>,
    /// Whether minor versions are taken over by themselves.
    #[attr(computed)]
    auto_minor_version_upgrade: Attr<bool>,
    /// Availability zone of the database.
    #[attr(computed)]
    availability_zone: Attr<String>,
    /// Days for which backups are kept.
    #[attr(computed)]
    backup_retention_period: Attr<i64>,
    /// Certificate of the authority that signs the database's certificate.
    #[attr(computed)]
    ca_cert_identifier: Attr<String>,
    /// What Database Insights looks into.
    #[attr(computed)]
    database_insights_mode: Attr<String>,
    /// Cluster that the database belongs to.
    #[attr(computed)]
    db_cluster_identifier: Attr<String>,
    /// ARN of the database.
    #[attr(computed)]
    db_instance_arn: Attr<String>,
    /// Kind of machine.
    #[attr(computed)]
    db_instance_class: Attr<String>,
    /// Name of the database.
    #[attr(optional, computed)]
    db_instance_identifier: Attr<String>,
    /// Port of the database in a cluster.
    #[attr(computed)]
    db_instance_port: Attr<i64>,
    /// Name of the first database within.
    #[attr(computed)]
    db_name: Attr<String>,
    /// Parameter groups of the database.
    #[attr(computed)]
    db_parameter_groups: Attr<Vec<String>>,
    /// Subnet group that the database is in.
    #[attr(computed)]
    db_subnet_group: Attr<String>,
    /// Logs that go to CloudWatch.
    #[attr(computed)]
    enabled_cloudwatch_logs_exports: Attr<Vec<String>>,
    /// Host name and port of the database.
    #[attr(computed)]
    endpoint: Attr<String>,
    /// What kind of database it is.
    #[attr(computed)]
    engine: Attr<String>,
    /// Version of the engine.
    #[attr(computed)]
    engine_version: Attr<String>,
    /// Hosted zone of the host name.
    #[attr(computed)]
    hosted_zone_id: Attr<String>,
    /// Name of the database.
    #[attr(id)]
    id: Attr<String>,
    /// Input and output operations a second.
    #[attr(computed)]
    iops: Attr<i64>,
    /// ARN of the key that the storage is encrypted with.
    #[attr(computed)]
    kms_key_id: Attr<String>,
    /// Whose license it is.
    #[attr(computed)]
    license_model: Attr<String>,
    /// The secret with the password, where RDS keeps it.
    #[attr(computed)]
    master_user_secret: Attr<Vec<MasterSecret>>,
    /// Name of the master user.
    #[attr(computed)]
    master_username: Attr<String>,
    /// Size in GiB up to which the service adds storage by itself.
    #[attr(computed)]
    max_allocated_storage: Attr<i64>,
    /// Seconds between measurements of the operating system.
    #[attr(computed)]
    monitoring_interval: Attr<i64>,
    /// Role that delivers the measurements.
    #[attr(computed)]
    monitoring_role_arn: Attr<String>,
    /// Whether another zone has a copy that can take over.
    #[attr(computed)]
    multi_az: Attr<bool>,
    /// Kinds of addresses.
    #[attr(computed)]
    network_type: Attr<String>,
    /// Option groups of the database.
    #[attr(computed)]
    option_group_memberships: Attr<Vec<String>>,
    /// Port of the database.
    #[attr(computed)]
    port: Attr<i64>,
    /// When backups are made.
    #[attr(computed)]
    preferred_backup_window: Attr<String>,
    /// When changes are made that need a pause.
    #[attr(computed)]
    preferred_maintenance_window: Attr<String>,
    /// Whether the host name leads to a public address.
    #[attr(computed)]
    publicly_accessible: Attr<bool>,
    /// Region of the database.
    #[attr(region)]
    region: Attr<String>,
    /// Database that this one is a replica of.
    #[attr(computed)]
    replicate_source_db: Attr<String>,
    /// Id of the database that no rename changes.
    #[attr(computed)]
    resource_id: Attr<String>,
    /// Whether the storage is encrypted.
    #[attr(computed)]
    storage_encrypted: Attr<bool>,
    /// MiB a second.
    #[attr(computed)]
    storage_throughput: Attr<i64>,
    /// Kind of storage.
    #[attr(computed)]
    storage_type: Attr<String>,
    /// Tags of the database; those given must be among them.
    #[attr(optional, computed)]
    tags: Attr<Tags>,
    /// Time zone.
    #[attr(computed)]
    timezone: Attr<String>,
    /// Turn of the database when AWS rolls minor versions out.
    #[attr(computed)]
    upgrade_rollout_order: Attr<String>,
    /// Security groups of the database.
    #[attr(computed)]
    vpc_security_groups: Attr<Vec<String>>,
}

impl DataSource<Aws> for InstanceData {
    async fn read(self, cx: &Aws) -> Result<Self> {
        let found = match self.db_instance_identifier.text() {
            Some(name) => cx.load_one::<Instances>(name).await?.get(name).cloned().into_iter().collect(),
            None => {
                let listed = cx.rds().describe_db_instances().into_paginator().items().send();
                listed.collect::<Result<Vec<_>, _>>().await?
            }
        };
        let mut fitting = found.into_iter().filter(|it| self.fits(it));
        match (fitting.next(), fitting.count()) {
            (Some(only), 0) => Ok(self.filled(&only)),
            (None, _) => Err(Error::new("No database found", "No DB instance has the name and tags that are given.")),
            (Some(_), more) => {
                let message = format!("{} DB instances have the tags that are given.", more + 1);
                Err(Error::new("Several databases found", message).hint("Give db_instance_identifier, or more tags."))
            }
        }
    }
}

impl InstanceData {
    fn fits(&self, remote: &DbInstance) -> bool {
        let tags = tagging::told(remote.tag_list());
        self.tags.items().all(|(key, value)| tags.get(key) == Some(value))
    }

    fn filled(mut self, remote: &DbInstance) -> Self {
        self.fill_identity(remote);
        self.fill_engine(remote);
        self.fill_network(remote);
        self.fill_upkeep(remote);
        self
    }

    fn fill_identity(&mut self, remote: &DbInstance) {
        self.id = remote.db_instance_identifier().into();
        self.db_instance_identifier = remote.db_instance_identifier().into();
        self.db_instance_arn = remote.db_instance_arn().into();
        self.db_instance_class = remote.db_instance_class().into();
        self.db_cluster_identifier = remote.db_cluster_identifier().into();
        self.resource_id = remote.dbi_resource_id().into();
        self.replicate_source_db = remote.read_replica_source_db_instance_identifier().into();
        self.allocated_storage = remote.allocated_storage().into();
        self.max_allocated_storage = remote.max_allocated_storage().into();
        self.iops = remote.iops().into();
        self.storage_throughput = remote.storage_throughput().into();
        self.storage_type = remote.storage_type().into();
        self.storage_encrypted = remote.storage_encrypted().into();
        self.kms_key_id = remote.kms_key_id().into();
        self.tags = Attr::Known(tagging::told(remote.tag_list()));
    }

    fn fill_engine(&mut self, remote: &DbInstance) {
        self.engine = remote.engine().into();
        self.engine_version = remote.engine_version().into();
        self.license_model = remote.license_model().into();
        self.timezone = remote.timezone().into();
        self.db_name = remote.db_name().into();
        self.master_username = remote.master_username().into();
        let secret = remote.master_user_secret().map(|it| MasterSecret {
            kms_key_id: it.kms_key_id().into(),
            secret_arn: it.secret_arn().into(),
            secret_status: it.secret_status().into(),
        });
        self.master_user_secret = Attr::Known(secret.into_iter().collect());
        let groups = remote.db_parameter_groups().iter().filter_map(|it| it.db_parameter_group_name());
        self.db_parameter_groups = Attr::Known(groups.map(str::to_owned).collect());
        let groups = remote.option_group_memberships().iter().filter_map(|it| it.option_group_name());
        self.option_group_memberships = Attr::Known(groups.map(str::to_owned).collect());
    }

    fn fill_network(&mut self, remote: &DbInstance) {
        let endpoint = remote.endpoint();
        self.address = endpoint.and_then(Endpoint::address).into();
        self.hosted_zone_id = endpoint.and_then(Endpoint::hosted_zone_id).into();
        self.port = endpoint.and_then(Endpoint::port).into();
        let whole = endpoint.and_then(|it| Some(format!("{}:{}", it.address()?, it.port()?)));
        self.endpoint = whole.into();
        self.db_instance_port = remote.db_instance_port().into();
        self.availability_zone = remote.availability_zone().into();
        self.multi_az = remote.multi_az().into();
        self.network_type = remote.network_type().into();
        self.publicly_accessible = remote.publicly_accessible().into();
        self.db_subnet_group = remote.db_subnet_group().and_then(|it| it.db_subnet_group_name()).into();
        let groups = remote.vpc_security_groups().iter().filter_map(|it| it.vpc_security_group_id());
        self.vpc_security_groups = Attr::Known(groups.map(str::to_owned).collect());
    }

    fn fill_upkeep(&mut self, remote: &DbInstance) {
        self.auto_minor_version_upgrade = remote.auto_minor_version_upgrade().into();
        self.backup_retention_period = remote.backup_retention_period().into();
        self.ca_cert_identifier = remote.ca_certificate_identifier().into();
        self.database_insights_mode = remote.database_insights_mode().map(|it| it.as_str()).into();
        self.enabled_cloudwatch_logs_exports = Attr::Known(remote.enabled_cloudwatch_logs_exports().to_vec());
        self.monitoring_interval = remote.monitoring_interval().into();
        self.monitoring_role_arn = remote.monitoring_role_arn().into();
        self.preferred_backup_window = remote.preferred_backup_window().into();
        self.preferred_maintenance_window = remote.preferred_maintenance_window().into();
        self.upgrade_rollout_order = remote.upgrade_rollout_order().map(|it| it.as_str()).into();
    }
}
