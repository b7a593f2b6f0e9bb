"""EKS updates: changes that take a while, and what tells of them.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Update.html
"""

import json
import threading
from collections.abc import Callable
from uuid import uuid4

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks.exceptions import ResourceInUseException
from moto.eks.models import Cluster
from moto.eks.responses import EKSResponse

from landform_simulator.fillers.eks_calls import body_of, not_found, route
from landform_simulator.fillers.patching import add
from landform_simulator.transitions import Transition

# One at a time brings objects up to date, whichever call it serves.
LOCK = threading.RLock()


def install() -> None:
    route("/clusters/(?P<name>[^/]+)/updates$")
    route("/clusters/(?P<name>[^/]+)/updates/(?P<updateId>[^/]+)$")
    add(EKSResponse, describe_update, list_updates)


class Update:
    """A change on its way: it comes about, by ``finish``, when the account's transition time is over."""

    def __init__(self, account: str, kind: str, params: dict, finish: Callable[[], None]) -> None:
        self.id = str(uuid4())
        self.type = kind
        self.params = [{"type": name, "value": value if isinstance(value, str) else json.dumps(value)} for name, value in params.items()]
        self.created_at = utcnow()
        self.errors: list[dict] = []
        self.token: str | None = None
        self._transition = Transition(account, "InProgress", "Successful")
        self._finish: Callable[[], None] | None = finish

    @property
    def status(self) -> str:
        return "InProgress" if self._finish else "Successful"

    def advance(self) -> None:
        """Brings the change about, once it is time."""
        with LOCK:
            if self._finish and self._transition.is_over:
                finish, self._finish = self._finish, None
                finish()


def updates_of(owner) -> dict[str, Update]:
    """The updates of a cluster, node group or add-on, by id, brought up to date."""
    updates = owner.__dict__.setdefault("landform_updates", {})
    for update in list(updates.values()):
        update.advance()
    return updates


def is_updating(owner) -> bool:
    return any(update.status == "InProgress" for update in updates_of(owner).values())


def asked_before(owner, response) -> ActionResult | None:
    """The answer to a call that is made again with the same ``clientRequestToken``."""
    token = body_of(response).get("clientRequestToken")
    update = next((update for update in updates_of(owner).values() if token and update.token == token), None)
    return update and ActionResult({"update": update})


def begin(response, owner, update: Update) -> ActionResult:
    """Begins an update; the answer to the call that asked for it."""
    update.token = body_of(response).get("clientRequestToken")
    updates_of(owner)[update.id] = update
    update.advance()
    return ActionResult({"update": update})


def refuse_while_updating(owner, noun: str, name: str, operation: str) -> None:
    for update in updates_of(owner).values():
        if update.status == "InProgress":
            message = f"Cannot {operation} because {noun} {name} currently has update {update.id} in progress"
            raise ResourceInUseException(clusterName=name, message=message)


# What has updates besides the cluster, by the parameter of DescribeUpdate that names it; others add theirs.
OWNERS: dict[str, Callable[[Cluster, str], object]] = {
    "nodegroupName": lambda cluster, name: cluster.nodegroups.get(name),
}


def describe_update(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeUpdate.html"""
    identity = self._get_param("updateId")
    update = updates_of(_owner(self)).get(identity)
    if update is None:
        raise not_found(f"No update found for ID: {identity}", self._get_param("name"))
    return ActionResult({"update": update})


def list_updates(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListUpdates.html"""
    return ActionResult({"updateIds": sorted(updates_of(_owner(self)))})


def _owner(self):
    cluster = self.eks_backend.describe_cluster(self._get_param("name"))
    for parameter, find in OWNERS.items():
        if name := self._get_param(parameter):
            owner = find(cluster, name)
            if owner is None:
                raise not_found(f"No {parameter.removesuffix('Name')} found for name: {name}.", cluster.name)
            return owner
    return cluster
