"""EKS access entries: who may use the Kubernetes API of a cluster, and with which of AWS's policies.

https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
"""

from uuid import uuid4

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.eks.exceptions import InvalidRequestException, ResourceInUseException
from moto.eks.models import Cluster
from moto.eks.responses import EKSResponse
from moto.iam.models import iam_backends

from landform_simulator.fillers import eks
from landform_simulator.fillers.eks_calls import body_of, invalid, not_found, route
from landform_simulator.fillers.eks_requests import cluster_of, page
from landform_simulator.fillers.patching import add

# https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
POLICIES = (
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSViewPolicy",
)

# What entries of these types are called in Kubernetes, and their groups.
_NODES = {
    "EC2": ("system:node:{{EC2PrivateDNSName}}", ["system:nodes"]),
    "EC2_LINUX": ("system:node:{{EC2PrivateDNSName}}", ["system:nodes"]),
    "EC2_WINDOWS": ("system:node:{{EC2PrivateDNSName}}", ["eks:kube-proxy-windows", "system:nodes"]),
    "FARGATE_LINUX": ("system:node:{{SessionName}}", ["system:bootstrappers", "system:nodes", "system:node-proxier"]),
    "HYBRID_LINUX": ("system:node:{{SessionName}}", ["system:nodes"]),
    "HYPERPOD_LINUX": ("system:node:{{SessionName}}", ["system:nodes"]),
}


class AccessEntry:
    """An entry, with the policies that are associated with it."""

    def __init__(self, cluster: Cluster, wanted: dict) -> None:
        self.cluster, self.principal = cluster, wanted["principalArn"]
        kind, _, name = self.principal.rpartition(":")[2].rpartition("/")
        own = f"{kind.partition('/')[0]}/{self.principal.split(':')[4]}/{name}/{uuid4()}"
        self.arn = f"arn:aws:eks:{cluster.region_name}:{cluster.account_id}:access-entry/{cluster.name}/{own}"
        self.type = wanted.get("type") or "STANDARD"
        user, groups = _NODES.get(self.type, (_user_of(self.principal), wanted.get("kubernetesGroups") or []))
        self.user, self.groups = wanted.get("username") or user, groups
        self.tags = dict(wanted.get("tags") or {})
        self.created = self.modified = utcnow()
        self.policies: dict[str, dict] = {}

    def told(self) -> dict:
        return {
            "clusterName": self.cluster.name,
            "principalArn": self.principal,
            "kubernetesGroups": self.groups,
            "accessEntryArn": self.arn,
            "createdAt": self.created,
            "modifiedAt": self.modified,
            "tags": self.tags,
            "username": self.user,
            "type": self.type,
        }


def install() -> None:
    # ARNs have slashes, which are no longer encoded when moto sees them.
    for path in ("/clusters/(?P<name>[^/]+)/access-entries$", "/clusters/(?P<name>[^/]+)/access-entries/(?P<principalArn>.+)$", "/access-policies$"):
        route(path)
    add(EKSResponse, create_access_entry, describe_access_entry, update_access_entry, delete_access_entry, list_access_entries)
    add(EKSResponse, associate_access_policy, disassociate_access_policy, list_associated_access_policies, list_access_policies)
    eks.TAGGED.append(lambda cluster: entries_of(cluster).values())
    eks.COMPANIONS.append(_bootstrap)


def entries_of(cluster: Cluster) -> dict[str, AccessEntry]:
    """The access entries of a cluster by their principals."""
    return cluster.__dict__.setdefault("landform_access_entries", {})


def create_access_entry(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html"""
    cluster, wanted = _cluster(self), body_of(self)
    _check(cluster, wanted)
    if wanted["principalArn"] in entries_of(cluster):
        message = "The specified access entry resource is already in use on this cluster."
        raise ResourceInUseException(clusterName=cluster.name, message=message)
    entry = AccessEntry(cluster, wanted)
    entries_of(cluster)[entry.principal] = entry
    return ActionResult({"accessEntry": entry.told()})


def describe_access_entry(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAccessEntry.html"""
    return ActionResult({"accessEntry": _entry(self).told()})


def update_access_entry(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAccessEntry.html"""
    entry, wanted = _entry(self), body_of(self)
    _check_names(entry.type, wanted)
    if wanted.get("kubernetesGroups") is not None:
        entry.groups = wanted["kubernetesGroups"]
    entry.user = wanted.get("username") or entry.user
    entry.modified = utcnow()
    return ActionResult({"accessEntry": entry.told()})


def delete_access_entry(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteAccessEntry.html"""
    entry = _entry(self)
    del entries_of(entry.cluster)[entry.principal]
    return EmptyResult()


def list_access_entries(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessEntries.html"""
    policy = self._get_param("associatedPolicyArn")
    entries = entries_of(_cluster(self)).values()
    return ActionResult(page(self, "accessEntries", [it.principal for it in entries if policy is None or policy in it.policies]))


def associate_access_policy(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html"""
    entry, wanted = _entry(self), body_of(self)
    policy, scope = wanted["policyArn"], wanted["accessScope"]
    if policy not in _policy_arns():
        raise not_found("The specified policyArn could not be found. You can view available policies with 'list-access-policies'.", entry.cluster.name)
    if entry.type in _NODES and entry.type != "EC2":
        raise invalid(f"Access policies can not be associated with access entries of type {entry.type}.", entry.cluster.name)
    if (scope["type"] == "namespace") != bool(scope.get("namespaces")):
        raise invalid("The access scope of type namespace, and no other, has namespaces.", entry.cluster.name)
    return ActionResult({"clusterName": entry.cluster.name, "principalArn": entry.principal, "associatedAccessPolicy": _associate(entry, policy, scope)})


def disassociate_access_policy(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DisassociateAccessPolicy.html"""
    entry, policy = _entry(self), self._get_param("policyArn")
    if entry.policies.pop(policy, None) is None:
        raise not_found("The specified policyArn is not associated with the access entry.", entry.cluster.name)
    return EmptyResult()


def list_associated_access_policies(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAssociatedAccessPolicies.html"""
    entry = _entry(self)
    told = page(self, "associatedAccessPolicies", list(entry.policies.values()))
    return ActionResult({"clusterName": entry.cluster.name, "principalArn": entry.principal} | told)


def list_access_policies(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessPolicies.html"""
    return ActionResult(page(self, "accessPolicies", [{"name": arn.rpartition("/")[2], "arn": arn} for arn in _policy_arns()]))


def _policy_arns() -> list[str]:
    return [f"arn:aws:eks::aws:cluster-access-policy/{name}" for name in POLICIES]


def _associate(entry: AccessEntry, policy: str, scope: dict) -> dict:
    now = utcnow()
    earlier = entry.policies.get(policy, {"associatedAt": now})
    entry.policies[policy] = earlier | {"policyArn": policy, "accessScope": {"namespaces": []} | scope, "modifiedAt": now}
    return entry.policies[policy]


def _bootstrap(cluster: Cluster, wanted: dict) -> None:
    """Who makes a cluster may use it, unless told otherwise.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessConfigRequest.html
    """
    access = wanted.get("accessConfig") or {}
    if cluster.access_config["authenticationMode"] == "CONFIG_MAP" or access.get("bootstrapClusterCreatorAdminPermissions") is False:
        return
    entry = AccessEntry(cluster, {"principalArn": f"arn:aws:iam::{cluster.account_id}:user/moto"})
    entries_of(cluster)[entry.principal] = entry
    _associate(entry, "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", {"type": "cluster"})


def _cluster(self) -> Cluster:
    """The cluster of a request, if access entries count there."""
    cluster = cluster_of(self)
    if cluster.access_config["authenticationMode"] == "CONFIG_MAP":
        message = "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation."
        raise InvalidRequestException(clusterName=cluster.name, message=message)
    return cluster


def _entry(self) -> AccessEntry:
    cluster = _cluster(self)
    entry = entries_of(cluster).get(self._get_param("principalArn"))
    if entry is None:
        message = "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'."
        raise not_found(message, cluster.name)
    return entry


def _check(cluster: Cluster, wanted: dict) -> None:
    kind = wanted.get("type") or "STANDARD"
    if kind != "STANDARD" and kind not in _NODES:
        raise invalid(f"The specified type {kind} is invalid.", cluster.name)
    if not _is_there(cluster, wanted["principalArn"]):
        raise invalid("The specified principalArn is invalid: invalid principal.", cluster.name)
    _check_names(kind, wanted)


def _check_names(kind: str, wanted: dict) -> None:
    groups, user = wanted.get("kubernetesGroups") or [], wanted.get("username") or ""
    if kind in _NODES and (groups or user) and (groups, user) != (_NODES[kind][1], _NODES[kind][0]):
        raise invalid(f"An access entry of type {kind} can not have kubernetesGroups or a username.")
    if kind == "STANDARD" and any(name.startswith(("system:", "eks:", "aws:", "amazon:", "iam:")) for name in [*groups, user]):
        raise invalid(f"The username {user!r} or one of the groups {groups} begins with a prefix that is reserved.")


def _is_there(cluster: Cluster, principal: str) -> bool:
    """Roles and users of the same account have to exist; those of others are not looked for."""
    if principal.split(":")[4] != cluster.account_id:
        return principal.startswith("arn:aws:iam::")
    iam = iam_backends[cluster.account_id]["aws"]
    return any(it.arn == principal for it in [*iam.roles.values(), *iam.users.values()])


def _user_of(principal: str) -> str:
    """What Kubernetes calls who comes as a principal of IAM."""
    before, _, name = principal.partition(":role/")
    account = before.split(":")[4]
    return f"arn:aws:sts::{account}:assumed-role/{name.rpartition('/')[2]}/{{{{SessionName}}}}" if name else principal
