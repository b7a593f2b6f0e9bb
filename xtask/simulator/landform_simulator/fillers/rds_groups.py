"""RDS's subnet groups and parameter groups: changes, what is in the way of a delete, and parameters that are taken back."""

from moto.core.resource_tagging import TaggedResource
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import ec2_backends
from moto.rds.exceptions import DBParameterGroupNotFoundError, DBSubnetGroupNotFoundError, RDSClientError
from moto.rds.models import DBSubnetGroup, RDSBackend
from moto.rds.responses import RDSResponse

from landform_simulator.fillers.patching import add, wrap

# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html
MOST_PARAMETERS = 20

# Some of the engines' own values. https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/
DEFAULTS = {"log_min_duration_statement": "-1", "max_connections": "100", "shared_buffers": "16384", "autovacuum": "1"}

# Parameters that only a restart can change.
STATIC = {"max_connections", "shared_buffers", "shared_preload_libraries", "rds.logical_replication", "innodb_buffer_pool_instances"}


def install() -> None:
    wrap(RDSBackend, "iter_tagged_resources")(_tagged)
    wrap(RDSBackend, "create_subnet_group")(_create_subnet_group)
    wrap(RDSBackend, "modify_db_subnet_group")(_modify_subnet_group)
    wrap(RDSBackend, "delete_subnet_group")(_delete_subnet_group)
    wrap(RDSBackend, "modify_db_parameter_group")(_modify_parameter_group)
    wrap(RDSBackend, "delete_db_parameter_group")(_delete_parameter_group)
    wrap(RDSBackend, "describe_db_parameter_groups")(_describe_parameter_groups)
    wrap(RDSResponse, "describe_db_parameters")(_describe_parameters)
    add(RDSResponse, reset_db_parameter_group)
    DBSubnetGroup.supported_network_types = property(_network_types)


def _tagged(tagged, self):
    """https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html"""
    yield from tagged(self)
    for kind, groups in (("subgrp", self.subnet_groups), ("pg", self.db_parameter_groups), ("og", self.option_groups)):
        for group in groups.values():
            tags = {tag["Key"]: tag["Value"] for tag in group.get_tags()}
            yield TaggedResource(arn=group.arn, tags=tags, resource_type=f"rds:{kind}")


def _create_subnet_group(create, self, subnet_name, description, subnets, tags):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html"""
    name = subnet_name.lower()
    if name in self.subnet_groups:
        raise RDSClientError("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")
    _check_zones(subnets)
    return create(self, name, description, subnets, tags)


def _check_zones(subnets) -> None:
    if len({subnet.availability_zone for subnet in subnets}) < 2:
        message = "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Add subnets to cover at least 2 AZs."
        raise RDSClientError("DBSubnetGroupDoesNotCoverEnoughAZs", message)


def _modify_subnet_group(_modify, self, subnet_name, description, subnets):
    """moto takes the group away. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSubnetGroup.html"""
    group = self.subnet_groups.get(subnet_name.lower())
    if group is None:
        raise DBSubnetGroupNotFoundError(subnet_name)
    _check_zones(subnets)
    used = {subnet["SubnetIdentifier"] for subnet in group.subnets} - {subnet.id for subnet in subnets}
    if used & _subnets_in_use(self, group):
        raise RDSClientError("SubnetInUse", "Some of the subnets to be deleted are currently in use.")
    group.subnets = subnets
    group.vpc_id = subnets[0].vpc_id
    if description is not None:
        group.description = description
    return group


def _subnets_in_use(backend, group) -> set[str]:
    """The subnets that databases are in, by their availability zones."""
    zones = {database.availability_zone for database in _databases_in(backend, group.name)}
    found = [s["SubnetIdentifier"] for s in group.subnets if s["SubnetAvailabilityZone"]["Name"] in zones]
    return set(found)


def _databases_in(backend, name: str) -> list:
    return [it for it in backend.databases.values() if getattr(it, "db_subnet_group", None) and it.db_subnet_group.name == name]


def _delete_subnet_group(delete, self, subnet_name):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSubnetGroup.html"""
    name = subnet_name.lower()
    if databases := _databases_in(self, name):
        message = f"Cannot delete the subnet group '{name}' because at least one database instance: {databases[0].db_instance_identifier} is still using it."
        raise RDSClientError("InvalidDBSubnetGroupStateFault", message)
    return delete(self, name)


def _network_types(self) -> list[str]:
    subnets = [ec2_backends[self.account_id][self.region].get_subnet(subnet.id) for subnet in self._subnets]
    return ["IPV4", "DUAL"] if all(subnet.ipv6_cidr_block_associations for subnet in subnets) else ["IPV4"]


def _describe_parameter_groups(describe, self, kwargs):
    """A group that does not exist is an error. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameterGroups.html"""
    found = describe(self, kwargs)
    if (name := kwargs.get("db_parameter_group_name")) and not found:
        raise DBParameterGroupNotFoundError(name)
    return found


def _modify_parameter_group(modify, self, db_parameter_group_name, db_parameter_group_parameters):
    parameters = list(db_parameter_group_parameters)
    _check_count(parameters)
    for parameter in parameters:
        if parameter["ParameterName"] in STATIC and parameter.get("ApplyMethod") == "immediate":
            raise RDSClientError("InvalidParameterCombination", "cannot use immediate apply method for static parameter")
    group = modify(self, db_parameter_group_name, parameters)
    _note_restart(self, group.name, [parameter["ParameterName"] for parameter in parameters])
    return group


def _check_count(parameters: list) -> None:
    if len(parameters) > MOST_PARAMETERS:
        raise RDSClientError("InvalidParameterValue", f"A maximum of {MOST_PARAMETERS} parameters can be modified in a single request.")


def _note_restart(backend, group: str, names: list[str]) -> None:
    """Databases of the group wait for a restart, if only that changes a parameter."""
    if STATIC.isdisjoint(names):
        return
    for database in backend.databases.values():
        if database.db_parameter_group_name == group:
            database.landform_restart_needed = True


def reset_db_parameter_group(self) -> ActionResult:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ResetDBParameterGroup.html"""
    name = self.params["DBParameterGroupName"]
    group = self.backend.describe_db_parameter_groups({"db_parameter_group_name": name})[0]
    parameters = [parameter.original_dict() for parameter in self.params.get("Parameters", [])]
    _check_count(parameters)
    names = list(group.parameters) if self.params.get("ResetAllParameters") else [it["ParameterName"] for it in parameters]
    for parameter in names:
        group.parameters.pop(parameter, None)
    _note_restart(self.backend, group.name, names)
    return ActionResult({"DBParameterGroupName": group.name})


def _delete_parameter_group(delete, self, db_parameter_group_name):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBParameterGroup.html"""
    if any(database.db_parameter_group_name == db_parameter_group_name for database in self.databases.values()):
        message = f"One or more database instances are still members of this parameter group {db_parameter_group_name}, so the group cannot be deleted"
        raise RDSClientError("InvalidDBParameterGroupState", message)
    delete(self, db_parameter_group_name)
    return EmptyResult()


def _describe_parameters(_describe, self):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html"""
    name = self.params.get("DBParameterGroupName")
    group = self.backend.describe_db_parameter_groups({"db_parameter_group_name": name})[0]
    known = {name: _parameter(name, value, "engine-default") for name, value in DEFAULTS.items()}
    for parameter in group.parameters.values():
        value = parameter.get("ParameterValue")
        is_default = DEFAULTS.get(parameter["ParameterName"]) == value
        told = _parameter(parameter["ParameterName"], value, "engine-default" if is_default else "user")
        known[told["ParameterName"]] = told | {"ApplyMethod": parameter.get("ApplyMethod") or "immediate"}
    source = self.params.get("Source")
    found = [parameter for parameter in known.values() if source in (None, parameter["Source"])]
    return ActionResult({"Parameters": found})


def _parameter(name: str, value: str | None, source: str) -> dict:
    apply_type = "static" if name in STATIC else "dynamic"
    method = "pending-reboot" if name in STATIC else "immediate"
    return {"ParameterName": name, "ParameterValue": value, "Source": source, "ApplyMethod": method, "ApplyType": apply_type, "IsModifiable": True}
