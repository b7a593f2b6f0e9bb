"""Eventual consistency: what was just created is, for a while, not found and not listed."""

import json
import re
import threading
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

from landform_simulator import clock, errors
from landform_simulator.calls import Call


@dataclass(frozen=True)
class Kind:
    """A kind of object that AWS finds late. ``key`` names its identity in answers.

    ``parameters`` are the request parameters that name such an object; None where identities are unlike anything else,
    so that any parameter with that value names it.
    """

    service: str
    creators: tuple[str, ...]
    key: str
    code: str
    message: str
    status: int = 400
    parameters: tuple[str, ...] | None = None


def _ec2(creator: str, key: str, code: str, noun: str) -> Kind:
    return Kind("ec2", tuple(creator.split()), key, code, f"The {noun} '{{}}' does not exist")


def _iam(creator: str, key: str, noun: str, parameters: str) -> Kind:
    return Kind("iam", (creator,), key, "NoSuchEntity", f"The {noun} with name {{}} cannot be found.", 404, (parameters,))


def _query(service: str, creator: str, key: str, code: str, message: str) -> Kind:
    return Kind(service, (creator,), key, code, message, 404, (key,))


KINDS = (
    _ec2("CreateVpc", "vpcId", "InvalidVpcID.NotFound", "vpc ID"),
    _ec2("CreateSubnet", "subnetId", "InvalidSubnetID.NotFound", "subnet ID"),
    _ec2("CreateInternetGateway", "internetGatewayId", "InvalidInternetGatewayID.NotFound", "internetGateway ID"),
    _ec2("AllocateAddress", "allocationId", "InvalidAllocationID.NotFound", "allocation ID"),
    _ec2("CreateNatGateway", "natGatewayId", "NatGatewayNotFound", "NAT gateway"),
    _ec2("CreateRouteTable", "routeTableId", "InvalidRouteTableID.NotFound", "routeTable ID"),
    _ec2("CreateSecurityGroup", "groupId", "InvalidGroup.NotFound", "security group"),
    _ec2(
        "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress",
        "securityGroupRuleId",
        "InvalidSecurityGroupRuleId.NotFound",
        "security group rule ID",
    ),
    _ec2("CreateVpnGateway", "vpnGatewayId", "InvalidVpnGatewayID.NotFound", "vpnGateway ID"),
    _ec2("CreateLaunchTemplate", "launchTemplateId", "InvalidLaunchTemplateId.NotFound", "launch template ID"),
    _ec2("RunInstances", "instanceId", "InvalidInstanceID.NotFound", "instance ID"),
    _ec2("CreateNetworkInterface", "networkInterfaceId", "InvalidNetworkInterfaceID.NotFound", "networkInterface ID"),
    _iam("CreateRole", "RoleName", "role", "RoleName"),
    _iam("CreatePolicy", "Arn", "policy", "PolicyArn"),
    _iam("CreateInstanceProfile", "InstanceProfileName", "instance profile", "InstanceProfileName"),
    _query("rds", "CreateDBSubnetGroup", "DBSubnetGroupName", "DBSubnetGroupNotFoundFault", "DB subnet group '{}' not found."),
    _query("rds", "CreateDBParameterGroup", "DBParameterGroupName", "DBParameterGroupNotFound", "DBParameterGroup not found: {}"),
    _query("rds", "CreateOptionGroup", "OptionGroupName", "OptionGroupNotFoundFault", "Specified OptionGroupName: {} not found."),
    _query("rds", "CreateDBInstance", "DBInstanceIdentifier", "DBInstanceNotFound", "DBInstance {} not found."),
    _query("elasticache", "CreateCacheSubnetGroup", "CacheSubnetGroupName", "CacheSubnetGroupNotFoundFault", "CacheSubnetGroup {} not found."),
    _query(
        "elasticache",
        "CreateCacheParameterGroup",
        "CacheParameterGroupName",
        "CacheParameterGroupNotFound",
        "CacheParameterGroup {} not found.",
    ),
    _query("elasticache", "CreateReplicationGroup", "ReplicationGroupId", "ReplicationGroupNotFoundFault", "ReplicationGroup {} not found."),
    Kind("secretsmanager", ("CreateSecret",), "ARN", "ResourceNotFoundException", "Secrets Manager can't find the specified secret."),
    Kind("kms", ("CreateKey",), "KeyId", "NotFoundException", "Key '{}' does not exist"),
    Kind(
        "logs",
        ("CreateLogGroup",),
        "logGroupName",
        "ResourceNotFoundException",
        "The specified log group does not exist: {}",
        parameters=("logGroupName", "logGroupIdentifier"),
    ),
)


# What the entries of lists are called: in EC2, in IAM, and in services that call them by what they are.
ENTRIES = (
    "item",
    "member",
    "DBSubnetGroup",
    "DBParameterGroup",
    "OptionGroup",
    "DBInstance",
    "CacheSubnetGroup",
    "CacheParameterGroup",
    "ReplicationGroup",
)


class Young:
    """The objects that are too young to be found."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[tuple[str, str, str], tuple[Kind, float]] = {}

    def note_created(self, call: Call, body: bytes, seconds: float) -> None:
        """Remembers what the answer to ``call`` says it created."""
        kind = next((k for k in KINDS if k.service == call.service and call.operation in k.creators), None)
        if kind is None or seconds <= 0:
            return
        with self._lock:
            for identity in _identities(kind, call, body):
                self._until[(call.account, call.service, identity)] = (kind, clock.now(call.account) + seconds)

    def refusal(self, call: Call) -> errors.Answer | None:
        """The not-found error for a call that names an object which is too young."""
        young = self._of(call)
        if not young:
            return None
        for name, value in _parameters(call):
            kind = young.get(value)
            if kind and (kind.parameters is None or name in kind.parameters) and call.operation not in kind.creators:
                return errors.error(call, kind.status, kind.code, kind.message.format(value))
        return None

    def without_young(self, call: Call, body: bytes) -> bytes:
        """The answer to a list call, without what is too young to be listed."""
        young = self._of(call)
        if not young or not call.operation.startswith(("Describe", "List", "Get")):
            return body
        keys = {kind.key for kind in young.values()}
        if call.protocol == "json":
            return json.dumps(_prune_json(json.loads(body or b"{}"), keys, young)).encode()
        return _prune_xml(body, keys, young)

    def _of(self, call: Call) -> dict[str, Kind]:
        if not self._until:
            return {}
        with self._lock:
            self._until = {identity: entry for identity, entry in self._until.items() if entry[1] > clock.now(identity[0])}
            return {i: kind for (account, service, i), (kind, _) in self._until.items() if (account, service) == (call.account, call.service)}


def _identities(kind: Kind, call: Call, body: bytes) -> list[str]:
    if call.service == "logs":
        return [value for name, value in _parameters(call) if name == kind.key]
    pattern = rf'"{kind.key}"\s*:\s*"([^"]+)"' if call.protocol == "json" else rf"<{kind.key}>([^<]+)</{kind.key}>"
    found = re.findall(pattern, body.decode("utf-8", "replace"))
    # A creator that makes one object names it once as such; further mentions are other objects.
    return found if kind.key in ("securityGroupRuleId", "instanceId") else found[:1]


def _parameters(call: Call):
    """Every parameter that names objects as (name, value); ``GroupId.1`` is called GroupId.

    Filters do not name objects: those that do not exist do not match, which is no error.
    """
    for name, values in call.parameters.items():
        if name.startswith("Filter."):
            continue
        for value in values:
            yield name.rstrip(".0123456789"), value
    if call.protocol == "json" and call.body:
        for name, value in json.loads(call.body).items():
            yield name, value if isinstance(value, str) else ""


def _prune_json(value, keys: set[str], young: dict[str, Kind]):
    if isinstance(value, dict):
        return {name: _prune_json(inner, keys, young) for name, inner in value.items()}
    if isinstance(value, list):
        return [_prune_json(i, keys, young) for i in value if not (isinstance(i, dict) and any(i.get(k) in young for k in keys))]
    return value


def _prune_xml(body: bytes, keys: set[str], young: dict[str, Kind]) -> bytes:
    root = ElementTree.fromstring(body)
    namespace = root.tag[1:].partition("}")[0] if root.tag.startswith("{") else ""
    if namespace:
        ElementTree.register_namespace("", namespace)
    # Only whole entries of the answer's own list: a young object mentioned inside another one stays mentioned.
    for parent in [root, *root, *(grandchild for child in root for grandchild in child)]:
        for entry in [e for e in parent if e.tag.rpartition("}")[2] in ENTRIES]:
            own = [child.text for child in entry if child.tag.rpartition("}")[2] in keys]
            if own and own[0] in young:
                parent.remove(entry)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
