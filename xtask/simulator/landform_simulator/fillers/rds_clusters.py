"""RDS clusters and their parameter groups: states that pass, changes that wait, and what AWS tells of them besides."""

import uuid
from datetime import datetime, timezone

from moto.core.resource_tagging import TaggedResource
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import ec2_backends
from moto.rds.exceptions import DBClusterNotFoundError, DBSubnetGroupNotFoundError, RDSClientError
from moto.rds.models import AssociatedRole, DBCluster, DomainMembership, MasterUserSecret, RDSBackend
from moto.rds.responses import RDSResponse

from landform_simulator.fillers.patching import add, wrap
from landform_simulator.fillers.rds_groups import MOST_PARAMETERS, STATIC
from landform_simulator.transitions import Transition

# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/: what a major version stands for; the last is the default.
VERSIONS = {
    "aurora-mysql": {"8.0": "8.0.mysql_aurora.3.08.0"},
    "aurora-postgresql": {"15": "15.10", "16": "16.6"},
    "mysql": {"8.0": "8.0.40"},
    "postgres": {"16": "16.6", "17": "17.2"},
}
# What waits for the maintenance window, by parameter; under which name it is told until then, and where it is kept.
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ClusterPendingModifiedValues.html
DEFERRED = {
    "allocated_storage": ("AllocatedStorage", "allocated_storage"),
    "enable_iam_database_authentication": ("IAMDatabaseAuthenticationEnabled", "iam_auth"),
    "engine_version": ("EngineVersion", "engine_version"),
    "iops": ("Iops", "iops"),
    "storage_type": ("StorageType", "storage_type"),
}
# What a change sets at once, and where moto keeps it.
SET = {
    "backtrack_window": "backtrack_window",
    "backup_retention_period": "backup_retention_period",
    "copy_tags_to_snapshot": "copy_tags_to_snapshot",
    "database_insights_mode": "database_insights_mode",
    "db_cluster_instance_class": "db_cluster_instance_class",
    "db_cluster_parameter_group_name": "parameter_group",
    "deletion_protection": "deletion_protection",
    "enable_performance_insights": "performance_insights_enabled",
    "monitoring_interval": "monitoring_interval",
    "monitoring_role_arn": "monitoring_role_arn",
    "network_type": "network_type",
    "performance_insights_kms_key_id": "performance_insights_kms_key_id",
    "performance_insights_retention_period": "performance_insights_retention_period",
    "port": "port",
    "preferred_backup_window": "preferred_backup_window",
    "preferred_maintenance_window": "preferred_maintenance_window",
    "scaling_configuration": "scaling_configuration",
    "serverless_v2_scaling_configuration": "serverless_v2_scaling_configuration",
    "vpc_security_group_ids": "vpc_security_group_ids",
}
# What moto does not keep, and how it is unless it is said.
KEPT = {
    "cluster_scalability_type": "standard",
    "database_insights_mode": "standard",
    "engine_lifecycle_support": "open-source-rds-extended-support",
    "monitoring_interval": 0,
    "monitoring_role_arn": None,
    "performance_insights_kms_key_id": None,
    "performance_insights_retention_period": None,
}
# What a restored cluster has of its source, unless it is said.
INHERITED = ("engine", "engine_version", "engine_mode", "master_username", "database_name", "port", "storage_type", "kms_key_id", "storage_encrypted")
AUTHORITY = "rds-ca-rsa2048-g1"
VALID_TILL = datetime(2061, 5, 25, tzinfo=timezone.utc)


def install() -> None:
    wrap(DBCluster, "__init__")(_init)
    DBCluster.status = property(_status, _set_status)
    DBCluster.pending_modified_values = property(_pending_modified_values)
    DBCluster.http_endpoint_enabled = property(lambda self: self.__dict__.get("landform_data_api", False))
    DBCluster.certificate_details = property(lambda self: {"CAIdentifier": self.landform_authority, "ValidTill": VALID_TILL})
    wrap(RDSBackend, "create_db_cluster")(_create)
    wrap(RDSBackend, "modify_db_cluster")(_modify)
    wrap(RDSBackend, "delete_db_cluster")(_delete)
    wrap(RDSBackend, "describe_db_clusters")(_describe)
    wrap(RDSBackend, "restore_db_cluster_from_snapshot")(_restore_from_snapshot)
    wrap(RDSBackend, "restore_db_cluster_to_point_in_time")(_restore_to_point_in_time)
    wrap(RDSBackend, "add_role_to_db_cluster")(_add_role)
    wrap(RDSBackend, "modify_db_cluster_parameter_group")(_modify_group)
    wrap(RDSBackend, "delete_db_cluster_parameter_group")(_delete_group)
    wrap(RDSBackend, "iter_tagged_resources")(_tagged)
    wrap(RDSResponse, "describe_db_cluster_parameters")(_describe_parameters)
    wrap(RDSResponse, "delete_db_cluster")(_delete_unless_unnamed)
    add(RDSResponse, add_role_to_db_cluster, remove_role_from_db_cluster, enable_http_endpoint, disable_http_endpoint, reset_db_cluster_parameter_group)


def _init(init, self, backend, *arguments, **keywords):
    engine = keywords.get("engine")
    versions = VERSIONS.get(engine, {})
    given = keywords.get("engine_version") or (list(versions.values())[-1] if versions else None)
    keywords["engine_version"] = versions.get(given, given)
    storage = keywords.pop("storage_type", None)
    init(self, backend, *arguments, **keywords)
    self.storage_type = storage or (None if engine.startswith("aurora") else "io1")
    for name, default in KEPT.items():
        setattr(self, name, default if keywords.get(name) is None else keywords[name])
    self.performance_insights_enabled = bool(keywords.get("enable_performance_insights"))
    self.landform_data_api = bool(keywords.get("enable_http_endpoint")) and engine.startswith("aurora")
    self.landform_authority = keywords.get("ca_certificate_identifier") or AUTHORITY
    self.landform_pending = {}
    _settle(self, keywords)


def _settle(cluster, keywords: dict) -> None:
    """What follows from other settings."""
    if not keywords.get("db_cluster_parameter_group_name"):
        major = cluster.engine_version.split(".")[0] if "postgres" in cluster.engine else "8.0"
        cluster.parameter_group = f"default.{cluster.engine}{major}"
    if not cluster.storage_encrypted:
        cluster.kms_key_id = None
    elif cluster.kms_key_id == "default_kms_key_id":
        cluster.kms_key_id = _key(cluster)
    if not cluster.vpc_security_group_ids:
        ec2 = ec2_backends[cluster.account_id][cluster.region]
        cluster.vpc_security_group_ids = [ec2.get_default_security_group(ec2.default_vpc.id).id]
    _settle_insights(cluster)


def _settle_insights(cluster) -> None:
    if cluster.performance_insights_enabled:
        cluster.performance_insights_retention_period = cluster.performance_insights_retention_period or 7
        cluster.performance_insights_kms_key_id = cluster.performance_insights_kms_key_id or _key(cluster)
    else:
        cluster.performance_insights_retention_period = cluster.performance_insights_kms_key_id = None


def _key(cluster) -> str:
    return f"arn:aws:kms:{cluster.region}:{cluster.account_id}:key/{uuid.uuid4()}"


def _status(self) -> str:
    """https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html"""
    passing = self.__dict__.get("landform_state")
    return passing.state if passing and self._status in ("available", "creating") else self._status


def _set_status(self, value: str) -> None:
    self._status = value


def _pending_modified_values(self) -> dict:
    return {DEFERRED[name][0]: value for name, value in self.landform_pending.items()}


def _create(create, self, kwargs):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html"""
    name = kwargs["db_cluster_identifier"] = kwargs["db_cluster_identifier"].lower()
    if name in self.clusters:
        raise RDSClientError("DBClusterAlreadyExistsFault", "DB Cluster already exists")
    group = kwargs.get("db_subnet_group_name")
    if group and group not in self.subnet_groups:
        raise DBSubnetGroupNotFoundError(group)
    group = kwargs.get("db_cluster_parameter_group_name")
    if group and not group.startswith("default.") and group not in self.db_cluster_parameter_groups:
        raise RDSClientError("DBClusterParameterGroupNotFound", f"DBClusterParameterGroup not found: {group}")
    cluster = create(self, kwargs)
    cluster.landform_state = Transition(cluster.account_id, "creating", "available")
    return cluster


def _cluster(backend, name: str) -> DBCluster:
    cluster = backend.clusters.get(name.lower())
    if cluster is None:
        raise DBClusterNotFoundError(name)
    return cluster


def _modify(_modify_at_once, self, kwargs):
    """moto changes all at once. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html"""
    wanted = {name: value for name, value in dict(kwargs).items() if value is not None}
    cluster = _cluster(self, wanted.pop("db_cluster_identifier"))
    if cluster.status != "available":
        message = f"DB Cluster {cluster.db_cluster_identifier} is not currently in the available state."
        raise RDSClientError("InvalidDBClusterStateFault", message)
    major = "engine_version" in wanted and not wanted["engine_version"].startswith(cluster.engine_version.split(".")[0])
    if major and not wanted.get("allow_major_version_upgrade"):
        raise RDSClientError("InvalidParameterCombination", "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.")
    if wanted.pop("db_instance_parameter_group_name", None) and not major:
        message = "The db-instance-parameter-group-name can only be specified for a major version upgrade."
        raise RDSClientError("InvalidParameterCombination", message)
    _defer(cluster, wanted)
    if wanted.get("apply_immediately"):
        for name, value in cluster.landform_pending.items():
            setattr(cluster, DEFERRED[name][1], value)
        cluster.landform_pending = {}
    for name, value in wanted.items():
        if name in SET:
            setattr(cluster, SET[name], value)
    _set_the_rest(cluster, wanted)
    _settle_insights(cluster)
    cluster.landform_state = Transition(cluster.account_id, "modifying", "available")
    return cluster


def _defer(cluster, wanted: dict) -> None:
    for name, (_, kept) in DEFERRED.items():
        if name not in wanted:
            continue
        value = VERSIONS.get(cluster.engine, {}).get(wanted[name], wanted[name]) if name == "engine_version" else wanted[name]
        cluster.landform_pending.pop(name, None)
        if value != getattr(cluster, kept):
            cluster.landform_pending[name] = value


def _set_the_rest(cluster, wanted: dict) -> None:
    if logs := wanted.get("cloudwatch_logs_export_configuration"):
        off, on = logs.get("DisableLogTypes", []), logs.get("EnableLogTypes", [])
        cluster.enabled_cloudwatch_logs_exports = sorted({*cluster.enabled_cloudwatch_logs_exports, *on} - set(off))
    if "master_user_password" in wanted:
        cluster.master_user_password = wanted["master_user_password"]
    if "domain" in wanted:
        domain = wanted["domain"]
        cluster.domain_memberships = [DomainMembership(domain=domain, iam_role_name=wanted.get("domain_iam_role_name"))] if domain else []
    cluster.landform_authority = wanted.get("ca_certificate_identifier", cluster.landform_authority)
    managed = wanted.get("manage_master_user_password")
    if managed and not cluster.manage_master_user_password:
        cluster.master_user_secret = MasterUserSecret(cluster, wanted.get("master_user_secret_kms_key_id"))
    elif managed is False and cluster.manage_master_user_password:
        cluster.master_user_secret.delete_secret()
        del cluster.master_user_secret
    if managed is not None:
        cluster.manage_master_user_password = managed


def _delete_unless_unnamed(delete, self):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html"""
    if not self.params.get("SkipFinalSnapshot") and not self.params.get("FinalDBSnapshotIdentifier"):
        raise RDSClientError("InvalidParameterCombination", "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
    return delete(self)


def _delete(delete, self, cluster_identifier, snapshot_name=None):
    cluster = _cluster(self, cluster_identifier)
    if cluster.status != "available":
        doing = "is already being deleted" if cluster.status == "deleting" else "is not currently in the available state"
        raise RDSClientError("InvalidDBClusterStateFault", f"Cluster {cluster_identifier} {doing}.")
    deleted = delete(self, cluster.db_cluster_identifier, snapshot_name)
    automatic = [s for s in self.cluster_snapshots.values() if s.snapshot_type == "automated" and s.db_cluster_identifier == cluster.db_cluster_identifier]
    for snapshot in automatic:
        self.delete_db_cluster_snapshot(snapshot.db_cluster_snapshot_identifier)
    gone = Transition(deleted.account_id, "deleting", "gone")
    if not gone.is_over:
        deleted.landform_gone, deleted.status = gone, "deleting"
        self.clusters[deleted.db_cluster_identifier] = deleted
    return deleted


def _describe(describe, self, *arguments, **keywords):
    for name, cluster in list(self.clusters.items()):
        gone = getattr(cluster, "landform_gone", None)
        if gone and gone.is_over:
            del self.clusters[name]
    return describe(self, *arguments, **keywords)


def _restore_from_snapshot(_restore, self, from_snapshot_id, overrides):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html"""
    snapshots = self.describe_db_cluster_snapshots(None, from_snapshot_id.rpartition(":")[2])
    return self.create_db_cluster(_inherited(snapshots[0].cluster, overrides))


def _restore_to_point_in_time(_restore, self, source_db_cluster_identifier=None, restore_to_time=None, use_latest_restorable_time=False, **overrides):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html"""
    if bool(restore_to_time) == bool(use_latest_restorable_time):
        raise RDSClientError("InvalidParameterCombination", "Specify either RestoreToTime or UseLatestRestorableTime.")
    source = _cluster(self, source_db_cluster_identifier.rpartition(":")[2])
    return self.create_db_cluster(_inherited(source, overrides))


def _inherited(source, overrides) -> dict:
    given = {name: value for name, value in dict(overrides).items() if value is not None}
    return {name: getattr(source, name) for name in INHERITED} | {"master_user_password": "restored-password"} | given


def _add_role(_add, self, db_cluster_identifier, role_arn, feature_name=None):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AddRoleToDBCluster.html"""
    cluster = _cluster(self, db_cluster_identifier)
    if any(role.role_arn == role_arn for role in cluster._associated_roles):
        raise RDSClientError("DBClusterRoleAlreadyExists", f"Role ARN {role_arn} is already associated with DB Cluster: {db_cluster_identifier}.")
    cluster._associated_roles.append(AssociatedRole(role_arn=role_arn, feature_name=feature_name))


def add_role_to_db_cluster(self) -> ActionResult:
    self.backend.add_role_to_db_cluster(self.params["DBClusterIdentifier"], self.params["RoleArn"], self.params.get("FeatureName"))
    return EmptyResult()


def remove_role_from_db_cluster(self) -> ActionResult:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RemoveRoleFromDBCluster.html"""
    cluster = _cluster(self.backend, self.params["DBClusterIdentifier"])
    kept = [role for role in cluster._associated_roles if role.role_arn != self.params["RoleArn"]]
    if len(kept) == len(cluster._associated_roles):
        raise RDSClientError("DBClusterRoleNotFound", f"Role ARN {self.params['RoleArn']} cannot be found for DB Cluster.")
    cluster._associated_roles = kept
    return EmptyResult()


def enable_http_endpoint(self) -> ActionResult:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EnableHttpEndpoint.html"""
    return _switch_data_api(self, True)


def disable_http_endpoint(self) -> ActionResult:
    return _switch_data_api(self, False)


def _switch_data_api(self, on: bool) -> ActionResult:
    arn = self.params["ResourceArn"]
    _cluster(self.backend, arn.rpartition(":")[2]).landform_data_api = on
    return ActionResult({"ResourceArn": arn, "HttpEndpointEnabled": on})


def _modify_group(modify, self, db_cluster_parameter_group_name, db_cluster_parameter_group_parameters):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBClusterParameterGroup.html"""
    parameters = list(db_cluster_parameter_group_parameters)
    _check_count(parameters)
    for parameter in parameters:
        if parameter["ParameterName"] in STATIC and parameter.get("ApplyMethod") == "immediate":
            raise RDSClientError("InvalidParameterCombination", "cannot use immediate apply method for static parameter")
    return modify(self, db_cluster_parameter_group_name, parameters)


def _check_count(parameters: list) -> None:
    if len(parameters) > MOST_PARAMETERS:
        raise RDSClientError("InvalidParameterValue", f"A maximum of {MOST_PARAMETERS} parameters can be modified in a single request.")


def reset_db_cluster_parameter_group(self) -> ActionResult:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBClusterParameterGroup.html"""
    name = self.params["DBClusterParameterGroupName"]
    group = self.backend.describe_db_cluster_parameter_groups(name)[0]
    parameters = [parameter.original_dict() for parameter in self.params.get("Parameters", [])]
    _check_count(parameters)
    names = list(group.parameters) if self.params.get("ResetAllParameters") else [it["ParameterName"] for it in parameters]
    for parameter in names:
        group.parameters.pop(parameter, None)
    return ActionResult({"DBClusterParameterGroupName": name})


def _delete_group(delete, self, db_cluster_parameter_group_name):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterParameterGroup.html"""
    if any(cluster.parameter_group == db_cluster_parameter_group_name for cluster in self.clusters.values()):
        message = f"One or more DB clusters are still members of this parameter group {db_cluster_parameter_group_name}"
        raise RDSClientError("InvalidDBParameterGroupState", message)
    return delete(self, db_cluster_parameter_group_name)


def _describe_parameters(_describe, self):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterParameters.html"""
    defaults = {"time_zone": "UTC", "max_connections": "100"}
    set_by_user = {it["ParameterName"]: it for it in self.backend.describe_db_cluster_parameters(self.params["DBClusterParameterGroupName"])}
    told = []
    for name in sorted({*defaults, *set_by_user}):
        own = set_by_user.get(name, {})
        value = own.get("ParameterValue", defaults.get(name))
        method = own.get("ApplyMethod") or ("pending-reboot" if name in STATIC else "immediate")
        source = "engine-default" if value == defaults.get(name) else "user"
        told.append({"ParameterName": name, "ParameterValue": value, "ApplyMethod": method, "Source": source, "IsModifiable": True})
    source = self.params.get("Source")
    return ActionResult({"Parameters": [parameter for parameter in told if source in (None, parameter["Source"])]})


def _tagged(tagged, self):
    yield from tagged(self)
    for group in self.db_cluster_parameter_groups.values():
        tags = {tag["Key"]: tag["Value"] for tag in group.get_tags()}
        yield TaggedResource(arn=group.arn, tags=tags, resource_type="rds:cluster-pg")
