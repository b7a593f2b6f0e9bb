"""RDS instances: states that pass, changes that wait for the maintenance window, and what AWS tells of them besides."""

import hashlib
import uuid

from moto.moto_api._internal import mock_random
from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBInstance, RDSBackend
from moto.rds.responses import RDSResponse

from landform_simulator.fillers.patching import wrap
from landform_simulator.transitions import Transition

# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_PostgreSQL.html and the like: what a major version stands for.
VERSIONS = {
    "mariadb": {"10.6": "10.6.20", "10.11": "10.11.10", "11.4": "11.4.4"},
    "mysql": {"8.0": "8.0.40", "8.4": "8.4.3"},
    "postgres": {"13": "13.18", "14": "14.15", "15": "15.10", "16": "16.6", "17": "17.2"},
}
DEFAULT_VERSIONS = {"mariadb": "11.4.4", "mysql": "8.0.40", "MySQL": "8.0.40", "postgres": "17.2"}

# What waits for the maintenance window, by parameter; under which name it is told until then, and where it is kept.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ModifyInstance.Settings.html
DEFERRED = {
    "allocated_storage": ("AllocatedStorage", "allocated_storage"),
    "backup_retention_period": ("BackupRetentionPeriod", "backup_retention_period"),
    "ca_certificate_identifier": ("CACertificateIdentifier", "ca_certificate_identifier"),
    "db_instance_class": ("DBInstanceClass", "db_instance_class"),
    "db_subnet_group_name": ("DBSubnetGroupName", "_db_subnet_group_name"),
    "dedicated_log_volume": ("DedicatedLogVolume", "dedicated_log_volume"),
    "enable_iam_database_authentication": ("IAMDatabaseAuthenticationEnabled", "enable_iam_database_authentication"),
    "engine_version": ("EngineVersion", "engine_version"),
    "iops": ("Iops", "iops"),
    "license_model": ("LicenseModel", "license_model"),
    "multi_az": ("MultiAZ", "multi_az"),
    "new_db_instance_identifier": ("DBInstanceIdentifier", "db_instance_identifier"),
    "option_group_name": (None, "option_group_name"),
    "storage_throughput": ("StorageThroughput", "storage_throughput"),
    "storage_type": ("StorageType", "storage_type"),
}
# Parameters that moto keeps under another name, or not at all.
RENAMED = {"db_port_number": "port", "enable_performance_insights": "performance_insights_enabled"}
KEPT = {
    "database_insights_mode": "standard",
    "dedicated_log_volume": False,
    "engine_lifecycle_support": "open-source-rds-extended-support",
    "network_type": "IPV4",
    "performance_insights_enabled": False,
    "performance_insights_kms_key_id": None,
    "performance_insights_retention_period": None,
}
BASELINE = {"iops": 3000, "storage_throughput": 125}


def install() -> None:
    DBInstance.default_engine_versions = {**DBInstance.default_engine_versions, **DEFAULT_VERSIONS}
    wrap(DBInstance, "__init__")(_init)
    for told in (db_instance_status, pending_modified_values, db_parameter_group_status_list, option_group_memberships, address, endpoint, latest_restorable_time):
        setattr(DBInstance, told.__name__, property(told))
    wrap(RDSBackend, "describe_db_instances")(_describe)
    wrap(RDSBackend, "create_db_instance_read_replica")(_create_replica)
    wrap(RDSBackend, "restore_db_instance_from_db_snapshot")(_restore)
    wrap(RDSBackend, "restore_db_instance_to_point_in_time")(_go_back)
    wrap(RDSBackend, "promote_read_replica")(_promote)
    wrap(RDSBackend, "modify_db_instance")(_modify)
    wrap(RDSBackend, "reboot_db_instance")(_reboot)
    wrap(RDSBackend, "delete_db_instance")(_delete)
    wrap(RDSResponse, "create_db_instance")(_create)


def _init(init, self, backend, *arguments, **keywords):
    if version := keywords.get("engine_version"):
        keywords["engine_version"] = resolved(keywords["engine"], version)
    keywords["ca_certificate_identifier"] = keywords.get("ca_certificate_identifier") or "rds-ca-rsa2048-g1"
    init(self, backend, *arguments, **keywords)
    for name, default in KEPT.items():
        given = keywords.get(name)
        setattr(self, name, default if given is None else given)
    if "enable_performance_insights" in keywords:
        self.performance_insights_enabled = keywords["enable_performance_insights"]
    _begin(self, "creating")
    _settle(self)


def _begin(database, state: str) -> None:
    """A new object, in a state that passes."""
    database.dbi_resource_id = "db-" + "".join(mock_random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=26))
    database.landform_state = Transition(database.account_id, state, "available")
    database.landform_pending = {}
    database.landform_restart_needed = False


def resolved(engine: str, version: str) -> str:
    """The version that a major version stands for."""
    return VERSIONS.get(engine, {}).get(version, version)


def _settle(database) -> None:
    """What follows from other settings; of a database in a cluster, storage and options are the cluster's."""
    _settle_insights(database)
    if database.db_cluster_identifier is not None:
        return
    if database.storage_type == "gp3":
        database.iops = database.iops or BASELINE["iops"]
        database.storage_throughput = database.storage_throughput or BASELINE["storage_throughput"]
    elif database.storage_type not in ("io1", "io2"):
        database.iops = database.storage_throughput = None
    if database.kms_key_id == "default_kms_key_id":
        database.kms_key_id = f"arn:aws:kms:{database.region}:{database.account_id}:key/{uuid.uuid4()}"
    if database.option_group_name.startswith("default:"):
        major = database.engine_version.rpartition(".")[0] or database.engine_version
        database.option_group_name = f"default:{database.engine}-{major.replace('.', '-')}"


def _settle_insights(database) -> None:
    if database.performance_insights_enabled:
        database.performance_insights_retention_period = database.performance_insights_retention_period or 7
        key = f"arn:aws:kms:{database.region}:{database.account_id}:key/{uuid.uuid4()}"
        database.performance_insights_kms_key_id = database.performance_insights_kms_key_id or key
    else:
        database.performance_insights_retention_period = database.performance_insights_kms_key_id = None


def db_instance_status(self) -> str:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html"""
    return self.landform_state.state if self.status == "available" else self.status


def pending_modified_values(self) -> dict:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PendingModifiedValues.html"""
    return {DEFERRED[name][0]: value for name, value in self.landform_pending.items() if DEFERRED[name][0]}


def db_parameter_group_status_list(self) -> list[dict]:
    status = "pending-reboot" if self.landform_restart_needed else "in-sync"
    return [{"DBParameterGroupName": group.name, "ParameterApplyStatus": status} for group in self.db_parameter_groups()]


def option_group_memberships(self) -> list[dict]:
    told = [{"OptionGroupName": self.option_group_name, "Status": "in-sync"}]
    if pending := self.landform_pending.get("option_group_name"):
        told.append({"OptionGroupName": pending, "Status": "pending-maintenance-apply"})
    return told


def address(self) -> str:
    """The middle part is the account's in the region."""
    account = hashlib.sha256(f"{self.account_id}{self.region}".encode()).hexdigest()[:12]
    return f"{self.db_instance_identifier}.{account}.{self.region}.rds.amazonaws.com"


def endpoint(self) -> dict | None:
    """There is none before there is a database."""
    if self.db_instance_status == "creating":
        return None
    return {"Address": self.address, "Port": self.port, "HostedZoneId": "Z29XKXDKYMONMX"}


def latest_restorable_time(self):
    if self.db_instance_status == "creating" or not self.backup_retention_period:
        return None
    return self.instance_create_time.replace(microsecond=0)


def _create(create, self):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""
    params = self.params
    if not params.get("DBClusterIdentifier") and not params.get("ManageMasterUserPassword"):
        password = params.get("MasterUserPassword") or ""
        if not password:
            raise RDSClientError("InvalidParameterValue", "The parameter MasterUserPassword must be provided and must not be blank.")
        _check_password(password)
    return create(self)


def _check_password(password: str) -> None:
    if len(password) < 8:
        message = "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters."
        raise RDSClientError("InvalidParameterValue", message)


def _describe(describe, self, *arguments, **keywords):
    for name, database in list(self.databases.items()):
        gone = getattr(database, "landform_gone", None)
        if gone and gone.is_over:
            del self.databases[name]
    return describe(self, *arguments, **keywords)


def _create_replica(create, self, db_kwargs):
    """moto's replica is the primary under another name."""
    primary = self.find_db_from_id(db_kwargs["source_db_instance_identifier"])
    keywords = dict(db_kwargs)
    replica = create(self, keywords)
    replica.tags = keywords.get("tags") or []
    replica.enabled_cloudwatch_logs_exports = list(keywords.get("enable_cloudwatch_logs_exports") or [])
    replica.deletion_protection = bool(keywords.get("deletion_protection"))
    replica.backup_retention_period = 0
    replica.__dict__.pop("master_user_secret", None)
    replica.manage_master_user_password = False
    if primary.region == replica.region:
        replica.source_db_instance_identifier = primary.db_instance_identifier
    _begin(replica, "creating")
    _settle(replica)
    return replica


def _restore(restore, self, from_snapshot_id, overrides):
    """What is said to be false is false."""
    database = restore(self, from_snapshot_id, overrides)
    for name in ("deletion_protection", "publicly_accessible", "copy_tags_to_snapshot", "auto_minor_version_upgrade", "multi_az"):
        if overrides.get(name) is False:
            setattr(database, name, False)
    return database


def _go_back(go_back, self, source_db_identifier, target_db_identifier, overrides):
    """What is made from a moment of another is no replica of it."""
    others = {name: value for name, value in dict(overrides).items() if name != "source_db_instance_identifier"}
    return go_back(self, source_db_identifier, target_db_identifier, others)


def _promote(promote, self, db_kwargs):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplica.html"""
    replica = self.describe_db_instances(db_kwargs["db_instance_identifier"])[0]
    if not replica.is_replica:
        raise RDSClientError("InvalidDBInstanceState", f"DB Instance {replica.db_instance_identifier} is not a read replica.")
    self.find_db_from_id(replica.source_db_instance_identifier).remove_replica(replica)
    replica.source_db_instance_identifier = None
    replica = promote(self, dict(db_kwargs))
    replica.landform_state = Transition(replica.account_id, "modifying", "available")
    return replica


def _modify(modify, self, db_instance_identifier, db_kwargs):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html"""
    wanted = {RENAMED.get(name, name): value for name, value in dict(db_kwargs).items() if value is not None}
    if set(wanted) == {"new_db_instance_identifier"}:  # moto's own, at a blue/green switchover
        return modify(self, db_instance_identifier, wanted)
    database = self.describe_db_instances(db_instance_identifier)[0]
    _check_change(database, wanted)
    at_once = bool(wanted.pop("apply_immediately", False))
    if "engine_version" in wanted:
        wanted["engine_version"] = resolved(database.engine, wanted["engine_version"])
    deferred = {name: wanted.pop(name) for name in list(wanted) if name in DEFERRED and _waits(database, name, wanted[name])}
    for name, value in deferred.items():
        database.landform_pending.pop(name, None)
        if value != getattr(database, DEFERRED[name][1], None):
            database.landform_pending[name] = value
    if "db_parameter_group_name" in wanted and wanted["db_parameter_group_name"] != database.db_parameter_group_name:
        database.landform_restart_needed = True
    if at_once:
        wanted |= _due(database)
    return _apply(modify, self, database, wanted)


def _check_change(database, wanted: dict) -> None:
    if database.db_instance_status in ("creating", "deleting"):
        name = database.db_instance_identifier
        raise RDSClientError("InvalidDBInstanceState", f"Database instance is not in available state: {name} is {database.db_instance_status}.")
    if wanted.get("allocated_storage", database.allocated_storage) < database.allocated_storage:
        raise RDSClientError("InvalidParameterCombination", f"Invalid storage size for engine name {database.engine}: it can not shrink.")
    if "master_user_password" in wanted:
        _check_password(wanted["master_user_password"])


def _waits(database, name: str, value) -> bool:
    """Backups that are kept for longer or shorter are kept so at once; only to begin or to end them takes a restart."""
    return name != "backup_retention_period" or bool(value) != bool(database.backup_retention_period)


def _due(database) -> dict:
    due = database.landform_pending
    database.landform_pending = {}
    return due


def _apply(modify, backend, database, wanted: dict):
    for name in ("storage_type", "db_instance_class"):
        if wanted.get(name):
            setattr(database, name, wanted[name])
    if wanted.get("db_parameter_group_name", "").startswith("default."):
        # These are always there; moto has those only that a database has been in.
        database.db_parameter_group_name = wanted.pop("db_parameter_group_name")
    database.landform_state = Transition(database.account_id, "modifying", "available")
    changed = modify(backend, database.db_instance_identifier, wanted)
    _settle(changed)
    return changed


def _reboot(reboot, self, db_instance_identifier):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RebootDBInstance.html"""
    database = reboot(self, db_instance_identifier)
    database.landform_restart_needed = False
    database.landform_state = Transition(database.account_id, "rebooting", "available")
    return database


def _delete(delete, self, db_instance_identifier, final_db_snapshot_identifier=None, skip_final_snapshot=False, **keywords):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html"""
    [database] = self.describe_db_instances(db_instance_identifier)
    if database.db_instance_status == "deleting":
        raise RDSClientError("InvalidDBInstanceState", f"Instance {db_instance_identifier} is already being deleted.")
    if not skip_final_snapshot and not final_db_snapshot_identifier and not database.is_replica:
        message = "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
        raise RDSClientError("InvalidParameterCombination", message)
    replicas = [it for it in self.databases.values() if it.source_db_instance_identifier == database.db_instance_identifier]
    deleted = delete(self, db_instance_identifier, final_db_snapshot_identifier, skip_final_snapshot, **keywords)
    for replica in replicas:
        replica.is_replica, replica.source_db_instance_identifier = False, None
    gone = Transition(deleted.account_id, "deleting", "gone")
    if not gone.is_over:
        deleted.landform_gone = gone
        self.databases[deleted.db_instance_identifier] = deleted
    return deleted
