"""RDS's snapshots of instances: states that pass, what AWS tells of them, and what it refuses."""

from moto.ec2.models import ec2_backends
from moto.rds.exceptions import RDSClientError
from moto.rds.models import DBSnapshot, RDSBackend
from moto.rds.responses import RDSResponse

from landform_simulator.fillers.patching import wrap
from landform_simulator.transitions import Transition

# What a snapshot keeps of its database. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBSnapshot.html
KEPT = ("availability_zone", "iops", "license_model", "option_group_name", "storage_throughput", "storage_type")


def install() -> None:
    DBSnapshot.status = property(_status, _set_status)
    wrap(DBSnapshot, "__init__")(_init)
    wrap(RDSResponse, "create_db_snapshot")(_create)
    wrap(RDSBackend, "copy_db_snapshot")(_copy)
    wrap(RDSBackend, "restore_db_instance_from_db_snapshot")(_restore)
    wrap(RDSBackend, "modify_db_snapshot_attribute")(_share)
    wrap(RDSResponse, "delete_db_snapshot")(_delete)


def _init(init, self, backend, database, *arguments, **keywords):
    init(self, backend, database, *arguments, **keywords)
    self.landform_state = Transition(backend.account_id, "creating", "available")
    for name in KEPT:
        setattr(self, name, getattr(database, name, None))
    self.vpc_id = _vpc_of(backend, database)


def _vpc_of(backend, database) -> str | None:
    """A database without a subnet group is in the default VPC."""
    if group := getattr(database, "db_subnet_group", None):
        return group.vpc_id
    default = ec2_backends[backend.account_id][backend.region_name].get_default_vpc()
    return default.id if default else None


def _status(self) -> str:
    return self.landform_state.state if "landform_state" in self.__dict__ else "creating"


def _set_status(self, _status: str) -> None:
    """moto says that it is available before it is."""


def _create(create, self):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSnapshot.html"""
    name = self.params["DBInstanceIdentifier"]
    database = self.backend.databases.get(name)
    if database and database.db_instance_status in ("creating", "modifying", "rebooting"):
        message = f"Cannot create a snapshot because the database instance {name} is not currently in the available state."
        raise RDSClientError("InvalidDBInstanceState", message)
    return create(self)


def _copy(copy, self, source_db_snapshot_identifier, *arguments, **keywords):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CopyDBSnapshot.html"""
    source = self.get_db_snapshot(source_db_snapshot_identifier)
    _check_available(source)
    made = copy(self, source_db_snapshot_identifier, *arguments, **keywords)
    made.source_db_snapshot_identifier, made.source_region = source.arn, source.region
    return made


def _restore(restore, self, from_snapshot_id, overrides):
    [snapshot] = self.describe_db_snapshots(None, from_snapshot_id.rpartition("snapshot:")[2])
    _check_available(snapshot)
    return restore(self, from_snapshot_id, overrides)


def _share(share, self, db_snapshot_identifier, *arguments, **keywords):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html"""
    [snapshot] = self.describe_db_snapshots(None, db_snapshot_identifier)
    _check_available(snapshot)
    return share(self, db_snapshot_identifier, *arguments, **keywords)


def _delete(delete, self):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSnapshot.html"""
    [snapshot] = self.backend.describe_db_snapshots(None, self.params["DBSnapshotIdentifier"])
    if snapshot.snapshot_type != "manual":
        raise RDSClientError("InvalidDBSnapshotState", "Only manual snapshots may be deleted.")
    _check_available(snapshot)
    return delete(self)


def _check_available(snapshot) -> None:
    if snapshot.status != "available":
        message = f"Snapshot {snapshot.db_snapshot_identifier} is in the {snapshot.status} state; it has to be available."
        raise RDSClientError("InvalidDBSnapshotState", message)
