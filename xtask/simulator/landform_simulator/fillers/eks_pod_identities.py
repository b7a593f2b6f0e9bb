"""EKS pod identity associations: which role the pods of a service account have.

https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociation.html
"""

import random
import string
from typing import Protocol
from uuid import uuid4

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks.exceptions import ResourceInUseException
from moto.eks.models import Cluster
from moto.eks.responses import EKSResponse
from moto.iam.models import iam_backends

from landform_simulator.fillers import eks
from landform_simulator.fillers.eks_calls import body_of, invalid, not_found, route
from landform_simulator.fillers.eks_requests import cluster_of, page
from landform_simulator.fillers.patching import add


class Owner(Protocol):
    """An add-on that has associations: they go with it."""

    arn: str
    is_gone: bool


class PodIdentity:
    """An association; ``owner`` is the add-on that it belongs to, if it does."""

    def __init__(self, cluster: Cluster, wanted: dict, owner: Owner | None) -> None:
        self.id = "a-" + "".join(random.choices(string.ascii_lowercase + string.digits, k=17))
        self.arn = f"arn:aws:eks:{cluster.region_name}:{cluster.account_id}:podidentityassociation/{cluster.name}/{self.id}"
        self.cluster, self.owner = cluster, owner
        self.namespace, self.account, self.role = wanted["namespace"], wanted["serviceAccount"], wanted["roleArn"]
        self.target = wanted.get("targetRoleArn")
        self.external = _external_id(self) if self.target else None
        self.has_session_tags = not wanted.get("disableSessionTags")
        self.tags = dict(wanted.get("tags") or {})
        self.created = self.modified = utcnow()

    def summary(self) -> dict:
        told = {
            "clusterName": self.cluster.name,
            "namespace": self.namespace,
            "serviceAccount": self.account,
            "associationArn": self.arn,
            "associationId": self.id,
        }
        return told | ({"ownerArn": self.owner.arn} if self.owner else {})

    def told(self) -> dict:
        target = {"targetRoleArn": self.target, "externalId": self.external} if self.target else {}
        return self.summary() | target | {
            "roleArn": self.role,
            "tags": self.tags,
            "createdAt": self.created,
            "modifiedAt": self.modified,
            "disableSessionTags": not self.has_session_tags,
        }


def install() -> None:
    route("/clusters/(?P<name>[^/]+)/pod-identity-associations$")
    route("/clusters/(?P<name>[^/]+)/pod-identity-associations/(?P<associationId>[^/]+)$")
    add(EKSResponse, create_pod_identity_association, describe_pod_identity_association)
    add(EKSResponse, update_pod_identity_association, delete_pod_identity_association, list_pod_identity_associations)
    eks.TAGGED.append(lambda cluster: identities_of(cluster).values())


def identities_of(cluster: Cluster) -> dict[str, PodIdentity]:
    """The associations of a cluster by id."""
    identities: dict[str, PodIdentity] = cluster.__dict__.setdefault("landform_pod_identities", {})
    for identity in [it for it in list(identities.values()) if it.owner and it.owner.is_gone]:
        identities.pop(identity.id, None)
    return identities


def make_identity(cluster: Cluster, wanted: dict, owner: Owner | None) -> PodIdentity:
    for other in identities_of(cluster).values():
        if (other.namespace, other.account) == (wanted["namespace"], wanted["serviceAccount"]):
            raise ResourceInUseException(clusterName=cluster.name, message=f"Association already exists: {other.id}")
    identity = PodIdentity(cluster, wanted, owner)
    identities_of(cluster)[identity.id] = identity
    return identity


def checked_role(cluster: Cluster, role: str) -> None:
    """Roles of the same account have to be there."""
    roles = iam_backends[cluster.account_id]["aws"].roles.values()
    if role.split(":")[4] == cluster.account_id and not any(it.arn == role for it in roles):
        raise invalid("Role provided in the request does not exist.", cluster.name)


def create_pod_identity_association(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html"""
    cluster, wanted = cluster_of(self), body_of(self)
    checked_role(cluster, wanted["roleArn"])
    return ActionResult({"association": make_identity(cluster, wanted, None).told()})


def describe_pod_identity_association(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribePodIdentityAssociation.html"""
    return ActionResult({"association": _identity(self).told()})


def update_pod_identity_association(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdatePodIdentityAssociation.html"""
    identity, wanted = _identity(self), body_of(self)
    if wanted.get("roleArn"):
        checked_role(identity.cluster, wanted["roleArn"])
        identity.role = wanted["roleArn"]
    if wanted.get("targetRoleArn"):
        identity.target = wanted["targetRoleArn"]
        identity.external = identity.external or _external_id(identity)
    if wanted.get("disableSessionTags") is not None:
        identity.has_session_tags = not wanted["disableSessionTags"]
    identity.modified = utcnow()
    return ActionResult({"association": identity.told()})


def delete_pod_identity_association(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeletePodIdentityAssociation.html"""
    identity = _identity(self)
    del identities_of(identity.cluster)[identity.id]
    return ActionResult({"association": identity.told()})


def list_pod_identity_associations(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListPodIdentityAssociations.html"""
    namespace, account = self._get_param("namespace"), self._get_param("serviceAccount")
    all_of_them = identities_of(cluster_of(self)).values()
    wanted = [it.summary() for it in all_of_them if namespace in (None, it.namespace) and account in (None, it.account)]
    return ActionResult(page(self, "associations", wanted))


def _identity(self) -> PodIdentity:
    cluster, name = cluster_of(self), self._get_param("associationId")
    identity = identities_of(cluster).get(name)
    if identity is None:
        raise not_found(f"No association found for ID {name}.", cluster.name)
    return identity


def _external_id(identity: PodIdentity) -> str:
    """https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html"""
    cluster = identity.cluster
    return f"{cluster.region_name}/{cluster.account_id}/{cluster.name}/{identity.namespace}/{identity.account}/{uuid4().hex[:8]}"
