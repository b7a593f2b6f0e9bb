"""ElastiCache: moto's has neither member clusters nor parameter groups nor an end of deletions, so all of it is kept here.

What is there is held in the shapes of the API, https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/Welcome.html
"""

import copy
import functools
import threading
from collections.abc import Callable, Iterator

from moto.core.resource_tagging import TaggedResource
from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response
from moto.elasticache.exceptions import ElastiCacheException
from moto.elasticache.models import ElastiCacheBackend, elasticache_backends
from moto.elasticache.responses import ElastiCacheResponse

from landform_simulator.fillers.patching import add, ec2_error, has_dependencies, wrap
from landform_simulator.transitions import Transition

PAGE = 100


def install() -> None:
    from landform_simulator.fillers import elasticache_clusters, elasticache_groups, elasticache_replication, elasticache_users

    for module in (elasticache_groups, elasticache_clusters, elasticache_replication, elasticache_users):
        add(ElastiCacheResponse, *module.OPERATIONS)
    add(ElastiCacheResponse, list_tags_for_resource, add_tags_to_resource, remove_tags_from_resource)
    add(ElastiCacheBackend, iter_tagged_resources, tag_resource, untag_resource)
    wrap(EC2Response, "delete_security_group")(_delete_security_group)
    wrap(EC2Response, "delete_subnet")(_delete_subnet)


def fault(code: str, message: str) -> ElastiCacheException:
    return ElastiCacheException(code, message)


class Held:
    """Something whose status passes: what is told of it, and what happens once it is what it was asked to be."""

    def __init__(self, store: "Store", told: dict, status_key: str = "Status") -> None:
        self.told = told
        self._store, self._status_key = store, status_key
        self._transition: Transition | None = None
        self._then: Callable[[], None] | None = None

    def begin(self, during: str, after: str, then: Callable[[], None] | None = None) -> None:
        self._transition = Transition(self._store.account, during, after)
        self._then = then
        self.told[self._status_key] = self._transition.state

    def settle(self) -> None:
        if self._transition is None or not self._transition.is_over:
            return
        self.told[self._status_key] = self._transition.state
        then, self._transition, self._then = self._then, None, None
        if then:
            then()

    @property
    def status(self) -> str:
        return self.told[self._status_key]


class Store:
    """What is there in a region of an account."""

    def __init__(self, account: str, region: str) -> None:
        self.account, self.region = account, region
        self.lock = threading.RLock()
        self.subnet_groups: dict[str, dict] = {}
        self.parameter_groups: dict[str, dict] = {}
        self.clusters: dict[str, Held] = {}
        self.replication_groups: dict[str, Held] = {}
        self.users: dict[str, Held] = {}
        self.user_groups: dict[str, Held] = {}
        self.snapshots: dict[str, dict] = {}
        self.tags: dict[str, dict[str, str]] = {}

    def arn(self, kind: str, name: str) -> str:
        return f"arn:aws:elasticache:{self.region}:{self.account}:{kind}:{name}"

    def settle(self) -> None:
        for held in (self.clusters, self.replication_groups, self.users, self.user_groups):
            for it in list(held.values()):
                it.settle()

    def tag(self, arn: str, tags: list[dict] | None) -> None:
        self.tags[arn] = {tag["Key"]: tag.get("Value", "") for tag in tags or []}

    @property
    def ec2(self):
        from moto.ec2.models import ec2_backends

        return ec2_backends[self.account][self.region]

    def zones(self, subnet_group: str | None) -> list[str]:
        if subnet_group:
            return sorted({it["SubnetAvailabilityZone"]["Name"] for it in self.subnet_groups[subnet_group]["Subnets"]})
        return [f"{self.region}{letter}" for letter in "abc"]


def store_of(backend: ElastiCacheBackend) -> Store:
    return backend.__dict__.setdefault("landform_store", Store(backend.account_id, backend.region_name))


def operation(function: Callable[[Store, dict], dict]) -> Callable:
    """A call of the API: ``function`` gets what is there and the parameters, and says what the answer is."""

    @functools.wraps(function)
    def respond(self: ElastiCacheResponse) -> ActionResult:
        parameters = self._get_params()
        parameters = parameters.original_dict() if hasattr(parameters, "original_dict") else dict(parameters)
        store = store_of(self.elasticache_backend)
        with store.lock:
            store.settle()
            return ActionResult(copy.deepcopy(function(store, parameters)))

    return respond


def page(key: str, items: list[dict], parameters: dict) -> dict:
    start = int(parameters.get("Marker") or 0)
    end = start + int(parameters.get("MaxRecords") or PAGE)
    answer: dict = {key: items[start:end]}
    if end < len(items):
        answer["Marker"] = str(end)
    return answer


def _clusters(response: EC2Response) -> list[dict]:
    if response.current_account not in elasticache_backends:
        return []
    store = store_of(elasticache_backends[response.current_account][response.region])
    with store.lock:
        store.settle()
        groups = store.subnet_groups
        return [
            {"groups": [it["SecurityGroupId"] for it in told["SecurityGroups"]], "subnets": groups.get(told.get("CacheSubnetGroupName"), {}).get("Subnets", [])}
            for told in (cluster.told for cluster in store.clusters.values())
        ]


def _delete_security_group(delete, self):
    """Nodes have network interfaces of their own."""
    group = self._get_param("GroupId")
    if any(group in cluster["groups"] for cluster in _clusters(self)):
        raise ec2_error("DependencyViolation", f"resource {group} has a dependent object")
    return delete(self)


def _delete_subnet(delete, self):
    subnet = self._get_param("SubnetId")
    if any(subnet == it["SubnetIdentifier"] for cluster in _clusters(self) for it in cluster["subnets"]):
        raise has_dependencies("subnet", subnet)
    return delete(self)


@operation
def list_tags_for_resource(store: Store, parameters: dict) -> dict:
    return _tag_list(_tags_of(store, parameters["ResourceName"]))


@operation
def add_tags_to_resource(store: Store, parameters: dict) -> dict:
    tags = _tags_of(store, parameters["ResourceName"])
    tags |= {tag["Key"]: tag.get("Value", "") for tag in parameters["Tags"]}
    return _tag_list(tags)


@operation
def remove_tags_from_resource(store: Store, parameters: dict) -> dict:
    tags = _tags_of(store, parameters["ResourceName"])
    for key in parameters["TagKeys"]:
        tags.pop(key, None)
    return _tag_list(tags)


_NOT_FOUND = {
    "cluster": "CacheClusterNotFoundFault",
    "parametergroup": "CacheParameterGroupNotFoundFault",
    "replicationgroup": "ReplicationGroupNotFoundFault",
    "snapshot": "SnapshotNotFoundFault",
    "subnetgroup": "CacheSubnetGroupNotFoundFault",
    "user": "UserNotFoundFault",
    "usergroup": "UserGroupNotFoundFault",
}


def _tags_of(store: Store, arn: str) -> dict[str, str]:
    """Things that are not available have tags that are not told of."""
    kind, _, name = arn.partition(f":{store.account}:")[2].partition(":")
    held = {"cluster": store.clusters, "replicationgroup": store.replication_groups, "user": store.users}.get(kind, {})
    busy = name in held and held[name].status not in ("available", "active")
    if arn not in store.tags or busy:
        raise fault(_NOT_FOUND.get(kind, "InvalidARNFault"), f"{name} is either not present or not available for tagging.")
    return store.tags[arn]


def _tag_list(tags: dict[str, str]) -> dict:
    return {"TagList": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]}


def iter_tagged_resources(self: ElastiCacheBackend) -> Iterator[TaggedResource]:
    for arn, tags in list(store_of(self).tags.items()):
        kind = arn.split(":")[5]
        yield TaggedResource(arn=arn, tags=dict(tags), resource_type=f"elasticache:{kind}", extra={"include_untagged": True})


def tag_resource(self: ElastiCacheBackend, arn: str, tags: dict[str, str]) -> None:
    store_of(self).tags[arn] |= tags


def untag_resource(self: ElastiCacheBackend, arn: str, tag_keys: list[str]) -> None:
    for key in tag_keys:
        store_of(self).tags[arn].pop(key, None)
