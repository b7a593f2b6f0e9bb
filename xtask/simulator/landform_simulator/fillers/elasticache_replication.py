"""ElastiCache's replication groups, made of cache clusters."""

import functools

from landform_simulator.fillers import elasticache_clusters as clusters
from landform_simulator.fillers.elasticache import Held, Store, fault, operation, page

SLOTS = 16384


@operation
def create_replication_group(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"""
    name = parameters["ReplicationGroupId"].lower()
    if name in store.replication_groups:
        raise fault("ReplicationGroupAlreadyExistsFault", f"Replication group {name} already exists.")
    shards = _asked_shards(parameters)
    mode = _cluster_mode(store, parameters, len(shards))
    common = clusters.common(store, parameters, cluster_mode=mode == "enabled")
    failover = bool(parameters.get("AutomaticFailoverEnabled"))
    _check(parameters, common, shards, failover)
    told = {
        "ReplicationGroupId": name,
        "Description": parameters["ReplicationGroupDescription"],
        "ARN": store.arn("replicationgroup", name),
        "AutomaticFailover": "enabled" if failover or mode == "enabled" else "disabled",
        "MultiAZ": "enabled" if parameters.get("MultiAZEnabled") else "disabled",
        "ClusterEnabled": mode == "enabled",
        "ClusterMode": mode,
        "SnapshotRetentionLimit": parameters.get("SnapshotRetentionLimit") or 0,
        "SnapshotWindow": parameters.get("SnapshotWindow") or "03:00-04:00",
        "LogDeliveryConfigurations": clusters.log_deliveries(parameters.get("LogDeliveryConfigurations") or []),
        "UserGroupIds": list(parameters.get("UserGroupIds") or []),
        "DataTiering": "enabled" if parameters.get("DataTieringEnabled") else "disabled",
        "PendingModifiedValues": {},
        "landform_common": common,
        "landform_port": parameters.get("Port") or clusters.DEFAULT_PORTS[common["Engine"]],
        "landform_shards": [],
    }
    if parameters.get("KmsKeyId"):
        told["KmsKeyId"] = parameters["KmsKeyId"]
    group = Held(store, told)
    store.replication_groups[name] = group
    store.tag(told["ARN"], parameters.get("Tags"))
    for shard in shards:
        _add_shard(store, told, shard)
    _spread_slots(told)
    group.begin("creating", "available")
    return {"ReplicationGroup": _shown(store, group)}


def _asked_shards(parameters: dict) -> list[dict]:
    """How many nodes each shard is to have, and where."""
    given = parameters.get("NodeGroupConfiguration") or []
    count = parameters.get("NumNodeGroups") or len(given) or 1
    replicas = parameters.get("ReplicasPerNodeGroup")
    if replicas is None:
        replicas = (parameters.get("NumCacheClusters") or 1) - 1
    shards = []
    for index in range(count):
        said = given[index] if index < len(given) else {}
        zones = [it for it in (said.get("PrimaryAvailabilityZone"), *(said.get("ReplicaAvailabilityZones") or [])) if it]
        shards.append(
            {
                "id": said.get("NodeGroupId") or f"{index + 1:04}",
                "slots": said.get("Slots"),
                "nodes": 1 + (said["ReplicaCount"] if said.get("ReplicaCount") is not None else replicas),
                "zones": zones or parameters.get("PreferredCacheClusterAZs") or [],
            }
        )
    return shards


def _cluster_mode(store: Store, parameters: dict, shards: int) -> str:
    if parameters.get("ClusterMode"):
        return parameters["ClusterMode"]
    name = parameters.get("CacheParameterGroupName")
    by_group = bool(name) and clusters.parameter_group(store, name)["changed"].get("cluster-enabled") == "yes"
    return "enabled" if by_group or shards > 1 else "disabled"


def _check(parameters: dict, common: dict, shards: list[dict], failover: bool) -> None:
    if failover and len(shards) == 1 and shards[0]["nodes"] < 2 and "NumNodeGroups" not in parameters:
        raise fault("InvalidParameterCombinationException", "Must have at least 1 replica when cluster mode is disabled with auto failover enabled.")
    if parameters.get("MultiAZEnabled") and not failover:
        raise fault("InvalidParameterCombinationException", "Automatic failover must be enabled for Multi-AZ.")
    if parameters.get("AuthToken") and not common["TransitEncryptionEnabled"]:
        raise fault("InvalidParameterCombinationException", "The AUTH token is only supported when encryption-in-transit is enabled.")
    if parameters.get("UserGroupIds") and not common["TransitEncryptionEnabled"]:
        raise fault("InvalidParameterCombinationException", "User group based access control requires encryption-in-transit.")


def _add_shard(store: Store, told: dict, asked: dict) -> None:
    shard = {"id": asked["id"], "slots": asked["slots"], "zones": asked["zones"], "members": []}
    told["landform_shards"].append(shard)
    for _ in range(asked["nodes"]):
        _add_member(store, told, shard)


def _add_member(store: Store, told: dict, shard: dict, name: str | None = None) -> Held:
    prefix = f"{told['ReplicationGroupId']}-{shard['id']}" if told["ClusterEnabled"] else told["ReplicationGroupId"]
    number = next(it for it in range(1, 1000) if f"{prefix}-{it:03}" not in store.clusters)
    name = name or f"{prefix}-{number:03}"
    zones = shard["zones"] or store.zones(told["landform_common"].get("CacheSubnetGroupName"))
    member = {
        **told["landform_common"],
        "CacheClusterId": name,
        "ARN": store.arn("cluster", name),
        "ReplicationGroupId": told["ReplicationGroupId"],
        "NumCacheNodes": 1,
        "PreferredAvailabilityZone": zones[len(shard["members"]) % len(zones)],
        "SnapshotRetentionLimit": told["SnapshotRetentionLimit"],
        "SnapshotWindow": told["SnapshotWindow"],
        "PendingModifiedValues": {},
        "landform_port": told["landform_port"],
    }
    cluster = Held(store, member, "CacheClusterStatus")
    store.clusters[name] = cluster
    store.tag(member["ARN"], [{"Key": key, "Value": value} for key, value in store.tags[told["ARN"]].items()])
    shard["members"].append(name)
    cluster.begin("creating", "available", lambda: member.update(CacheNodes=clusters.nodes(store, member, [member["PreferredAvailabilityZone"]])))
    return cluster


def _spread_slots(told: dict) -> None:
    shards = told["landform_shards"]
    if not told["ClusterEnabled"] or any(it["slots"] for it in shards) and all(it["slots"] for it in shards):
        return
    bounds = [SLOTS * index // len(shards) for index in range(len(shards) + 1)]
    for shard, first, end in zip(shards, bounds, bounds[1:], strict=False):
        shard["slots"] = f"{first}-{end - 1}"


def _shown(store: Store, group: Held) -> dict:
    told, common = group.told, group.told["landform_common"]
    shown = {key: value for key, value in told.items() if not key.startswith("landform_")}
    shown |= {key: common[key] for key in ("CacheNodeType", "Engine", "AutoMinorVersionUpgrade", "NetworkType", "IpDiscovery")}
    shown |= {key: common[key] for key in ("TransitEncryptionEnabled", "AtRestEncryptionEnabled", "AuthTokenEnabled")}
    if "TransitEncryptionMode" in common:
        shown["TransitEncryptionMode"] = common["TransitEncryptionMode"]
    shown["MemberClusters"] = [name for shard in told["landform_shards"] for name in shard["members"]]
    if group.status == "creating":
        return shown
    shown["NodeGroups"] = [_node_group(store, told, shard) for shard in told["landform_shards"]]
    if told["ClusterEnabled"]:
        shown["ConfigurationEndpoint"] = _endpoint(told, "clustercfg.")
    return shown


def _endpoint(told: dict, prefix: str) -> dict:
    return {"Address": f"{prefix}{told['ReplicationGroupId']}.{clusters.DOMAIN}", "Port": told["landform_port"]}


def _node_group(store: Store, told: dict, shard: dict) -> dict:
    members = [
        {
            "CacheClusterId": name,
            "CacheNodeId": "0001",
            "PreferredAvailabilityZone": store.clusters[name].told["PreferredAvailabilityZone"],
            **({} if told["ClusterEnabled"] else {"CurrentRole": "primary" if index == 0 else "replica"}),
        }
        for index, name in enumerate(shard["members"])
    ]
    group = {"NodeGroupId": shard["id"], "Status": "available", "NodeGroupMembers": members}
    if told["ClusterEnabled"]:
        return group | {"Slots": shard["slots"]}
    return group | {"PrimaryEndpoint": _endpoint(told, "master."), "ReaderEndpoint": _endpoint(told, "replica.")}


def _group_of(store: Store, name: str) -> Held:
    try:
        return store.replication_groups[name.lower()]
    except KeyError:
        raise fault("ReplicationGroupNotFoundFault", f"ReplicationGroup {name} not found.") from None


def _available(store: Store, name: str) -> Held:
    group = _group_of(store, name)
    if group.status != "available":
        raise fault("InvalidReplicationGroupStateFault", f"Replication group must be in available state to be changed: {name} is {group.status}.")
    return group


@operation
def describe_replication_groups(store: Store, parameters: dict) -> dict:
    name = parameters.get("ReplicationGroupId")
    groups = [_group_of(store, name)] if name else list(store.replication_groups.values())
    return page("ReplicationGroups", [_shown(store, it) for it in groups], parameters)


@operation
def modify_replication_group(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html"""
    group = _available(store, parameters["ReplicationGroupId"])
    told = group.told
    pending = _pending(told, parameters)
    _change_now(store, told, parameters)
    waiting = told.setdefault("landform_pending", {})
    if parameters.get("CacheNodeType") == told["landform_common"]["CacheNodeType"]:
        waiting.pop("CacheNodeType", None)
    waiting |= pending
    immediately = bool(parameters.get("ApplyImmediately"))
    if not immediately:
        _show_pending(store, told)
    group.begin("modifying", "available", functools.partial(_apply_pending, store, told) if immediately else None)
    return {"ReplicationGroup": _shown(store, group)}


def _pending(told: dict, parameters: dict) -> dict:
    common = told["landform_common"]
    pending = {}
    if parameters.get("CacheNodeType") not in (None, common["CacheNodeType"]):
        pending["CacheNodeType"] = parameters["CacheNodeType"]
    if parameters.get("EngineVersion") or parameters.get("Engine"):
        engine = parameters.get("Engine") or common["Engine"]
        version = clusters.version_of(engine, parameters.get("EngineVersion"))
        if (engine, version) != (common["Engine"], common["EngineVersion"]):
            pending |= {"Engine": engine, "EngineVersion": version}
    if parameters.get("AutomaticFailoverEnabled") is not None:
        failover = "enabled" if parameters["AutomaticFailoverEnabled"] else "disabled"
        members = [len(shard["members"]) for shard in told["landform_shards"]]
        if failover == "enabled" and not told["ClusterEnabled"] and min(members) < 2:
            raise fault("InvalidParameterValueException", "Automatic failover needs at least one replica.")
        if failover != told["AutomaticFailover"]:
            pending["AutomaticFailover"] = failover
    for key in ("TransitEncryptionEnabled", "TransitEncryptionMode"):
        if parameters.get(key) not in (None, common.get(key)):
            if not parameters.get("ApplyImmediately"):
                raise fault("InvalidParameterCombinationException", f"ApplyImmediately must be true to modify {key}.")
            pending[key] = parameters[key]
    if strategy := parameters.get("AuthTokenUpdateStrategy"):
        if not parameters.get("ApplyImmediately"):
            raise fault("InvalidParameterCombinationException", "ApplyImmediately must be true to modify the AUTH token.")
        pending["AuthTokenEnabled"] = strategy != "DELETE"
    return pending


def _change_now(store: Store, told: dict, parameters: dict) -> None:
    common = told["landform_common"]
    members = [store.clusters[name].told for shard in told["landform_shards"] for name in shard["members"]]
    for it in (common, *members):
        clusters.change_now(store, it, parameters)
    if parameters.get("ReplicationGroupDescription"):
        told["Description"] = parameters["ReplicationGroupDescription"]
    if parameters.get("MultiAZEnabled") is not None:
        told["MultiAZ"] = "enabled" if parameters["MultiAZEnabled"] else "disabled"
    for key in ("SnapshotRetentionLimit", "SnapshotWindow", "ClusterMode"):
        if parameters.get(key) is not None:
            told[key] = parameters[key]
    if "LogDeliveryConfigurations" in parameters:
        told["LogDeliveryConfigurations"] = clusters.log_deliveries(parameters["LogDeliveryConfigurations"], told["LogDeliveryConfigurations"])
    kept = [it for it in told["UserGroupIds"] if it not in (parameters.get("UserGroupIdsToRemove") or [])]
    added = parameters.get("UserGroupIdsToAdd") or []
    unknown = [it for it in added if it not in store.user_groups]
    if unknown:
        raise fault("UserGroupNotFoundFault", f"UserGroup {unknown[0]} not found.")
    told["UserGroupIds"] = [*kept, *(it for it in added if it not in kept)]


def _show_pending(store: Store, told: dict) -> None:
    pending = told["landform_pending"]
    if "AutomaticFailover" in pending:
        told["PendingModifiedValues"]["AutomaticFailoverStatus"] = pending["AutomaticFailover"]
    shown = {key: pending[key] for key in ("CacheNodeType", "EngineVersion") if key in pending}
    for shard in told["landform_shards"]:
        for name in shard["members"]:
            store.clusters[name].told["PendingModifiedValues"] = dict(shown)


def _apply_pending(store: Store, told: dict) -> None:
    pending = told.pop("landform_pending", {})
    if "AutomaticFailover" in pending:
        told["AutomaticFailover"] = pending.pop("AutomaticFailover")
    told["PendingModifiedValues"] = {}
    if pending.get("TransitEncryptionEnabled"):
        pending.setdefault("TransitEncryptionMode", "required")
    old_family = clusters.family_of(told["landform_common"]["Engine"], told["landform_common"]["EngineVersion"])
    members = [store.clusters[name].told for shard in told["landform_shards"] for name in shard["members"]]
    for it in (told["landform_common"], *members):
        it.update(pending)
        it["PendingModifiedValues"] = {}
        family = clusters.family_of(it["Engine"], it["EngineVersion"])
        group = it["CacheParameterGroup"]
        if family != old_family and group["CacheParameterGroupName"].startswith("default."):
            it["CacheParameterGroup"] = group | {"CacheParameterGroupName": group["CacheParameterGroupName"].replace(old_family, family)}


@operation
def increase_replica_count(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_IncreaseReplicaCount.html"""
    group = _available(store, parameters["ReplicationGroupId"])
    wanted = _replicas(parameters, group.told)
    for shard in group.told["landform_shards"]:
        if len(shard["members"]) - 1 >= wanted:
            raise fault("NoOperationFault", "The operation was not performed because no changes were required.")
        while len(shard["members"]) - 1 < wanted:
            _add_member(store, group.told, shard)
    group.begin("modifying", "available")
    return {"ReplicationGroup": _shown(store, group)}


@operation
def decrease_replica_count(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DecreaseReplicaCount.html"""
    group = _available(store, parameters["ReplicationGroupId"])
    told, wanted = group.told, _replicas(parameters, group.told)
    if wanted == 0 and not told["ClusterEnabled"] and told["AutomaticFailover"] == "enabled":
        raise fault("InvalidParameterValueException", "Must have at least 1 replica when cluster mode is disabled with auto failover enabled.")
    for shard in told["landform_shards"]:
        if len(shard["members"]) - 1 <= wanted:
            raise fault("NoOperationFault", "The operation was not performed because no changes were required.")
    for shard in told["landform_shards"]:
        leaving, shard["members"] = shard["members"][wanted + 1 :], shard["members"][: wanted + 1]
        for name in leaving:
            clusters.remove(store, store.clusters[name])
    group.begin("modifying", "available")
    return {"ReplicationGroup": _shown(store, group)}


def _replicas(parameters: dict, told: dict) -> int:
    if not parameters.get("ApplyImmediately"):
        raise fault("InvalidParameterValueException", "ApplyImmediately=False is not currently supported.")
    wanted = parameters["NewReplicaCount"]
    if not 0 <= wanted <= 5:
        raise fault("InvalidParameterValueException", f"NewReplicaCount must be from 0 to 5, not {wanted}.")
    return wanted


@operation
def modify_replication_group_shard_configuration(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroupShardConfiguration.html"""
    group = _available(store, parameters["ReplicationGroupId"])
    told, wanted = group.told, parameters["NodeGroupCount"]
    shards = told["landform_shards"]
    if not told["ClusterEnabled"]:
        raise fault("InvalidReplicationGroupStateFault", "Cluster mode must be enabled to change the number of shards.")
    for shard in shards:
        shard["slots"] = None
    gone = parameters.get("NodeGroupsToRemove") or []
    if wanted < len(shards) and len(shards) - len(gone) != wanted:
        raise fault("InvalidParameterValueException", "NodeGroupsToRemove or NodeGroupsToRetain must say which shards go.")
    told["landform_shards"] = [it for it in shards if it["id"] not in gone]
    for shard in shards:
        if shard["id"] in gone:
            for name in shard["members"]:
                clusters.remove(store, store.clusters[name])
    while len(told["landform_shards"]) < wanted:
        taken = {it["id"] for it in told["landform_shards"]}
        identity = next(it for it in (f"{number:04}" for number in range(1, 1000)) if it not in taken)
        _add_shard(store, told, {"id": identity, "slots": None, "zones": [], "nodes": len(shards[0]["members"])})
    _spread_slots(told)
    group.begin("modifying", "available")
    return {"ReplicationGroup": _shown(store, group)}


@operation
def delete_replication_group(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteReplicationGroup.html"""
    group = _group_of(store, parameters["ReplicationGroupId"])
    told = group.told
    members = [store.clusters[name] for shard in told["landform_shards"] for name in shard["members"]]
    busy = [it.told["CacheClusterId"] for it in members if it.status != "available"]
    if group.status != "available" or busy:
        subject = f"Cache cluster {busy[0]}" if busy else f"Replication group {told['ReplicationGroupId']}"
        raise fault("InvalidReplicationGroupStateFault", f"{subject} is not in a valid state to be deleted.")
    if parameters.get("FinalSnapshotIdentifier"):
        clusters.snapshot(store, parameters["FinalSnapshotIdentifier"], {"ReplicationGroupId": told["ReplicationGroupId"]})

    def gone() -> None:
        store.replication_groups.pop(told["ReplicationGroupId"], None)
        store.tags.pop(told["ARN"], None)

    group.begin("deleting", "deleted", gone)
    for cluster in members:
        clusters.remove(store, cluster)
    return {"ReplicationGroup": _shown(store, group)}


def add_cluster(store: Store, parameters: dict) -> dict:
    """A cache cluster that is made as one more replica."""
    told = _available(store, parameters["ReplicationGroupId"]).told
    if told["ClusterEnabled"]:
        raise fault("InvalidReplicationGroupStateFault", "Replicas of a group with cluster mode are added by IncreaseReplicaCount.")
    cluster = _add_member(store, told, told["landform_shards"][0], parameters["CacheClusterId"].lower())
    if parameters.get("Tags"):
        store.tag(cluster.told["ARN"], parameters["Tags"])
    return clusters.shown(cluster.told, with_nodes=False)


def take_out(store: Store, cluster: Held) -> None:
    """A replica that is deleted by itself leaves its group."""
    told = _group_of(store, cluster.told["ReplicationGroupId"]).told
    name = cluster.told["CacheClusterId"]
    shard = next(it for it in told["landform_shards"] if name in it["members"])
    if told["ClusterEnabled"] or told["MultiAZ"] == "enabled":
        raise fault("InvalidCacheClusterStateFault", f"{name} belongs to a group with cluster mode or Multi-AZ.")
    if shard["members"][0] == name:
        raise fault("InvalidCacheClusterStateFault", f"{name} is serving as primary for replication group {told['ReplicationGroupId']} and cannot be deleted.")
    if told["AutomaticFailover"] == "enabled" and len(shard["members"]) == 2:
        raise fault("InvalidCacheClusterStateFault", f"{name} is the last replica of a group with automatic failover.")
    shard["members"].remove(name)


OPERATIONS = (
    create_replication_group,
    describe_replication_groups,
    modify_replication_group,
    increase_replica_count,
    decrease_replica_count,
    modify_replication_group_shard_configuration,
    delete_replication_group,
)
