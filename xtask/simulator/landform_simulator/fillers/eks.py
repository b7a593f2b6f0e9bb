"""EKS clusters: all that DescribeCluster tells, a security group, checks of what they refer to, states that pass.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html
"""

import re
from collections.abc import Callable, Iterable
from uuid import uuid4

from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models import ec2_backends
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.eks.exceptions import InvalidRequestException, ResourceInUseException
from moto.eks.models import CLUSTER_EXISTS_MSG, CLUSTER_IN_USE_MSG, Cluster, EKSBackend
from moto.eks.responses import EKSResponse

from landform_simulator.fillers import eks_cluster_config, eks_identity, eks_updates
from landform_simulator.fillers.ec2_security_groups import _is_attached, _is_referenced
from landform_simulator.fillers.eks_calls import body_of, invalid, not_found
from landform_simulator.fillers.eks_updates import LOCK, is_updating, refuse_while_updating, updates_of
from landform_simulator.fillers.patching import add
from landform_simulator.transitions import Transition

# What of a cluster can be tagged, besides itself: functions from a cluster to objects with ``arn`` and ``tags``.
TAGGED: list[Callable[[Cluster], Iterable]] = []
# What keeps a cluster from being deleted: functions from a cluster to what AWS says; "" for nothing.
HOLDERS: list[Callable[[Cluster], str]] = [lambda cluster: CLUSTER_IN_USE_MSG if cluster.nodegroups else ""]
# What AWS makes together with a cluster.
COMPANIONS: list[Callable[[Cluster, dict], None]] = []


def install() -> None:
    eks_updates.install()
    EKSBackend.clusters = property(_living, _set_living)
    Cluster.status = property(_status, lambda _self, _status: None)
    add(EKSResponse, create_cluster, delete_cluster, tag_resource, untag_resource, list_tags_for_resource)
    eks_cluster_config.install()


def create_cluster(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html"""
    backend, wanted = self.eks_backend, body_of(self)
    name = wanted["name"]
    if not re.fullmatch(r"[0-9A-Za-z][A-Za-z0-9\-_]{0,99}", name):
        raise invalid(f"Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9A-Za-z][A-Za-z0-9\\-_]*")
    existing = backend.clusters.get(name)
    token = wanted.get("clientRequestToken")
    if existing and token and existing.client_request_token == token:
        return ActionResult({"cluster": existing})
    if existing:
        raise ResourceInUseException(clusterName=name, message=CLUSTER_EXISTS_MSG.format(clusterName=name))
    settings = eks_cluster_config.checked(backend, wanted)
    cluster = Cluster(
        name=name,
        role_arn=wanted["roleArn"],
        resources_vpc_config={},
        account_id=backend.account_id,
        region_name=backend.region_name,
        aws_partition=backend.partition,
        client_request_token=token,
        tags=dict(wanted.get("tags") or {}),
    )
    cluster.account_id, cluster.region_name = backend.account_id, backend.region_name
    cluster.__dict__.update(settings)
    cluster.id = str(uuid4()) if wanted.get("outpostConfig") else None
    cluster.health = {"issues": []}
    # Told once they are there.
    cluster.endpoint = cluster.identity = None
    cluster.certificate_authority = {}
    cluster.landform_beginning = Transition(backend.account_id, "CREATING", "ACTIVE")
    cluster.landform_ending = None
    _make_security_group(cluster)
    for companion in COMPANIONS:
        companion(cluster, wanted)
    backend.clusters[name] = cluster
    _advance(cluster)
    return ActionResult({"cluster": cluster})


def delete_cluster(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html"""
    cluster = self.eks_backend.describe_cluster(self._get_param("name"))
    if cluster.deletion_protection:
        message = f"Cannot delete cluster {cluster.name} because deletion protection is enabled."
        raise InvalidRequestException(clusterName=cluster.name, message=message)
    for reason in (holder(cluster) for holder in HOLDERS):
        if reason:
            raise ResourceInUseException(clusterName=cluster.name, message=reason)
    if cluster.status == "CREATING":
        message = f"Cannot delete cluster {cluster.name} because its creation is in progress"
        raise ResourceInUseException(clusterName=cluster.name, message=message)
    refuse_while_updating(cluster, "cluster", cluster.name, "DeleteCluster")
    if cluster.landform_ending is None:
        cluster.landform_ending = Transition(cluster.account_id, "DELETING", "")
    _living(self.eks_backend)
    return ActionResult({"cluster": cluster})


def _living(self) -> dict[str, Cluster]:
    """The clusters as they are by now."""
    clusters = self.__dict__["landform_clusters"]
    for cluster in list(clusters.values()):
        _advance(cluster)
        if cluster.landform_ending and cluster.landform_ending.is_over:
            with LOCK:
                if clusters.pop(cluster.name, None):
                    _delete_security_group(cluster)
    return clusters


def _set_living(self, clusters: dict[str, Cluster]) -> None:
    self.__dict__["landform_clusters"] = clusters


def _advance(cluster: Cluster) -> None:
    updates_of(cluster)
    if cluster.endpoint is None and cluster.landform_beginning.is_over:
        with LOCK:
            identity = uuid4().hex.upper()
            host = f"{cluster.region_name}.eks.amazonaws.com"
            cluster.certificate_authority = {"data": eks_identity.certificate_data()}
            cluster.identity = {"oidc": {"issuer": f"https://oidc.eks.{cluster.region_name}.amazonaws.com/id/{identity}"}}
            cluster.endpoint = f"https://{identity}.gr7.{host}"


def _status(self) -> str:
    if self.__dict__.get("landform_ending"):
        return "DELETING"
    if not self.landform_beginning.is_over:
        return "CREATING"
    return "UPDATING" if is_updating(self) else "ACTIVE"


def _make_security_group(cluster: Cluster) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html"""
    ec2 = ec2_backends[cluster.account_id][cluster.region_name]
    name = f"eks-cluster-sg-{cluster.name}-{uuid4().int % 10**10}"
    group = ec2.create_security_group(
        name,
        "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.",
        vpc_id=cluster.resources_vpc_config["vpcId"],
        tags={"Name": name, f"kubernetes.io/cluster/{cluster.name}": "owned", "aws:eks:cluster-name": cluster.name},
    )
    itself = {"GroupId": group.id, "UserId": cluster.account_id}
    group.ingress_rules.append(SecurityGroupRule(ec2, "-1", group.id, None, None, None, itself, is_egress=False))
    cluster.resources_vpc_config["clusterSecurityGroupId"] = group.id


def _delete_security_group(cluster: Cluster) -> None:
    """It stays where somebody else still uses it."""
    ec2 = ec2_backends[cluster.account_id][cluster.region_name]
    group = ec2.get_security_group_from_id(cluster.resources_vpc_config["clusterSecurityGroupId"])
    if group and not _is_referenced(ec2, group) and not _is_attached(ec2, group):
        ec2.delete_security_group(group_id=group.id)


def tag_resource(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_TagResource.html"""
    _tagged(self).tags.update(self._get_param("tags"))
    return EmptyResult()


def untag_resource(self):
    for key in self.querystring.get("tagKeys", []):
        _tagged(self).tags.pop(key, None)
    return EmptyResult()


def list_tags_for_resource(self):
    return ActionResult({"tags": _tagged(self).tags})


def _tagged(self):
    arn = self._extract_arn_from_path()
    for cluster in self.eks_backend.clusters.values():
        for owner in (cluster, *(owner for tagged in TAGGED for owner in tagged(cluster))):
            if owner.arn == arn:
                return owner
    raise not_found(f"The specified resource {arn} could not be found.")
