"""ElastiCache's cache clusters: those of their own, and what those of a replication group have in common with them."""

import functools

from landform_simulator.fillers.elasticache import Held, Store, fault, operation, page
from landform_simulator.fillers.elasticache_groups import parameter_group

DEFAULT_VERSIONS = {"redis": "7.1.0", "valkey": "8.0.1", "memcached": "1.6.22"}
_VERSIONS = {"6.x": "6.2.6", "6.0": "6.0.5", "6.2": "6.2.6", "7.x": "7.1.0", "7.0": "7.0.7", "7.1": "7.1.0", "7.2": "7.2.6", "8.0": "8.0.1"}
DEFAULT_PORTS = {"redis": 6379, "valkey": 6379, "memcached": 11211}
DOMAIN = "abc123.use1.cache.amazonaws.com"
# What waits for the maintenance window unless it is to be applied immediately.
PENDING = ("CacheNodeType", "EngineVersion", "NumCacheNodes")


def version_of(engine: str, asked: str | None) -> str:
    version = asked or DEFAULT_VERSIONS[engine]
    return _VERSIONS.get(version, version if version.count(".") == 2 else f"{version}.0")


def family_of(engine: str, version: str) -> str:
    major, minor = version.split(".")[:2]
    if engine == "memcached" or engine == "redis" and int(major) < 6:
        return f"{engine}{major}.{minor}"
    return "redis6.x" if (engine, major) == ("redis", "6") else f"{engine}{major}"


def common(store: Store, parameters: dict, *, cluster_mode: bool = False) -> dict:
    """What a create says of every cache cluster."""
    engine = (parameters.get("Engine") or "redis").lower()
    version = version_of(engine, parameters.get("EngineVersion"))
    family = family_of(engine, version)
    group = parameter_group(store, parameters.get("CacheParameterGroupName") or f"default.{family}{'.cluster.on' if cluster_mode else ''}")
    if group["told"]["CacheParameterGroupFamily"] != family:
        raise fault("InvalidParameterCombinationException", f"Expected a parameter group of family {family} but found one of {group['told']['CacheParameterGroupFamily']}.")
    subnet_group = (parameters.get("CacheSubnetGroupName") or "").lower() or None
    if subnet_group and subnet_group not in store.subnet_groups:
        raise fault("CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {subnet_group} does not exist.")
    told = {
        "CacheNodeType": parameters["CacheNodeType"],
        "Engine": engine,
        "EngineVersion": version,
        "PreferredMaintenanceWindow": (parameters.get("PreferredMaintenanceWindow") or "sun:05:00-sun:06:00").lower(),
        "CacheParameterGroup": _parameter_group_status(group),
        "AutoMinorVersionUpgrade": parameters.get("AutoMinorVersionUpgrade", True) is not False,
        "SecurityGroups": security_groups(store, parameters.get("SecurityGroupIds"), subnet_group),
        "CacheSecurityGroups": [],
        "TransitEncryptionEnabled": bool(parameters.get("TransitEncryptionEnabled")),
        "AtRestEncryptionEnabled": bool(parameters.get("AtRestEncryptionEnabled")),
        "AuthTokenEnabled": bool(parameters.get("AuthToken")),
        "NetworkType": parameters.get("NetworkType") or "ipv4",
        "IpDiscovery": parameters.get("IpDiscovery") or "ipv4",
        "PendingModifiedValues": {},
    }
    if subnet_group:
        told["CacheSubnetGroupName"] = subnet_group
    if told["TransitEncryptionEnabled"]:
        told["TransitEncryptionMode"] = parameters.get("TransitEncryptionMode") or "required"
    if parameters.get("NotificationTopicArn"):
        told["NotificationConfiguration"] = {"TopicArn": parameters["NotificationTopicArn"], "TopicStatus": "active"}
    return told


def _parameter_group_status(group: dict) -> dict:
    return {"CacheParameterGroupName": group["told"]["CacheParameterGroupName"], "ParameterApplyStatus": "in-sync", "CacheNodeIdsToReboot": []}


def security_groups(store: Store, identities: list[str] | None, subnet_group: str | None) -> list[dict]:
    every = {group.id: group for groups in store.ec2.groups.values() for group in groups.values()}
    if not identities and subnet_group:
        vpc = store.subnet_groups[subnet_group]["VpcId"]
        identities = [it.id for it in every.values() if it.vpc_id == vpc and it.name == "default"]
    unknown = [it for it in identities or [] if it not in every]
    if unknown:
        raise fault("InvalidParameterValueException", f"Some security groups are invalid: {', '.join(unknown)}")
    return [{"SecurityGroupId": it, "Status": "active"} for it in identities or []]


def log_deliveries(asked: list[dict], now: list[dict] | tuple = ()) -> list[dict]:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_LogDeliveryConfigurationRequest.html"""
    told = {it["LogType"]: it for it in now}
    for request in asked or []:
        if request.get("Enabled") is False:
            told.pop(request["LogType"], None)
        else:
            told[request["LogType"]] = {key: value for key, value in request.items() if key != "Enabled"} | {"Status": "active"}
    return list(told.values())


def nodes(store: Store, told: dict, zones: list[str]) -> list[dict]:
    name = told["CacheClusterId"]
    return [
        {
            "CacheNodeId": f"{number + 1:04}",
            "CacheNodeStatus": "available",
            "Endpoint": {"Address": f"{name}.{DOMAIN.replace('.', f'.{number + 1:04}.', 1)}", "Port": told["landform_port"]},
            "ParameterGroupStatus": "in-sync",
            "CustomerAvailabilityZone": zones[number % len(zones)],
        }
        for number in range(told["NumCacheNodes"])
    ]


@operation
def create_cache_cluster(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html"""
    name = parameters["CacheClusterId"].lower()
    if name in store.clusters:
        raise fault("CacheClusterAlreadyExistsFault", f"Cache cluster {name} already exists.")
    if parameters.get("ReplicationGroupId"):
        from landform_simulator.fillers import elasticache_replication

        return {"CacheCluster": elasticache_replication.add_cluster(store, parameters)}
    told = common(store, parameters)
    told |= {
        "CacheClusterId": name,
        "ARN": store.arn("cluster", name),
        "NumCacheNodes": parameters.get("NumCacheNodes") or 1,
        "SnapshotRetentionLimit": parameters.get("SnapshotRetentionLimit") or 0,
        "LogDeliveryConfigurations": log_deliveries(parameters.get("LogDeliveryConfigurations") or []),
        "landform_port": parameters.get("Port") or DEFAULT_PORTS[told["Engine"]],
    }
    if told["Engine"] != "memcached":
        if told["NumCacheNodes"] != 1:
            raise fault("InvalidParameterValueException", "Cannot create a Redis cluster with a NumCacheNodes parameter greater than 1.")
        told["SnapshotWindow"] = parameters.get("SnapshotWindow") or "03:00-04:00"
    zones = store.zones(told.get("CacheSubnetGroupName"))
    spread = parameters.get("AZMode") == "cross-az" or len(set(parameters.get("PreferredAvailabilityZones") or [])) > 1
    zone = parameters.get("PreferredAvailabilityZone") or zones[0]
    told["PreferredAvailabilityZone"] = "Multiple" if spread else zone
    told["landform_zones"] = (parameters.get("PreferredAvailabilityZones") or zones) if spread else [zone]
    if told["Engine"] == "memcached":
        told["ConfigurationEndpoint"] = {"Address": f"{name}.{DOMAIN.replace('.', '.cfg.', 1)}", "Port": told["landform_port"]}
    cluster = Held(store, told, "CacheClusterStatus")
    store.clusters[name] = cluster
    store.tag(told["ARN"], parameters.get("Tags"))
    cluster.begin("creating", "available", lambda: told.update(CacheNodes=nodes(store, told, told["landform_zones"])))
    return {"CacheCluster": shown(told, with_nodes=False)}


def cluster_of(store: Store, name: str) -> Held:
    try:
        return store.clusters[name.lower()]
    except KeyError:
        raise fault("CacheClusterNotFoundFault", f"CacheCluster {name} not found.") from None


def shown(told: dict, *, with_nodes: bool) -> dict:
    return {key: value for key, value in told.items() if not key.startswith("landform_") and (with_nodes or key != "CacheNodes")}


@operation
def describe_cache_clusters(store: Store, parameters: dict) -> dict:
    name = parameters.get("CacheClusterId")
    clusters = [cluster_of(store, name)] if name else list(store.clusters.values())
    if parameters.get("ShowCacheClustersNotInReplicationGroups"):
        clusters = [it for it in clusters if "ReplicationGroupId" not in it.told]
    with_nodes = bool(parameters.get("ShowCacheNodeInfo"))
    return page("CacheClusters", [shown(it.told, with_nodes=with_nodes) for it in clusters], parameters)


@operation
def modify_cache_cluster(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheCluster.html"""
    cluster = cluster_of(store, parameters["CacheClusterId"])
    told = cluster.told
    if cluster.status != "available":
        raise fault("InvalidCacheClusterStateFault", f"Cache cluster {told['CacheClusterId']} is not in available state.")
    asked = {key: parameters[key] for key in PENDING if parameters.get(key) not in (None, told[key])}
    if "EngineVersion" in asked:
        asked["EngineVersion"] = version_of(told["Engine"], asked["EngineVersion"])
    change_now(store, told, parameters)
    if parameters.get("SnapshotRetentionLimit") is not None:
        told["SnapshotRetentionLimit"] = parameters["SnapshotRetentionLimit"]
    if parameters.get("SnapshotWindow"):
        told["SnapshotWindow"] = parameters["SnapshotWindow"]
    if parameters.get("AZMode"):
        told["PreferredAvailabilityZone"] = "Multiple" if parameters["AZMode"] == "cross-az" else told["landform_zones"][0]
        told["landform_zones"] = store.zones(told.get("CacheSubnetGroupName")) if parameters["AZMode"] == "cross-az" else told["landform_zones"][:1]
    if "LogDeliveryConfigurations" in parameters:
        told["LogDeliveryConfigurations"] = log_deliveries(parameters["LogDeliveryConfigurations"], told["LogDeliveryConfigurations"])
    if parameters.get("NewAvailabilityZones"):
        told["landform_zones"] = [*told["landform_zones"], *parameters["NewAvailabilityZones"]]
    told["PendingModifiedValues"] |= asked
    if parameters.get("ApplyImmediately"):
        cluster.begin("modifying", "available", functools.partial(_apply_pending, store, told))
    else:
        cluster.begin("modifying", "available")
    return {"CacheCluster": shown(told, with_nodes=False)}


def _apply_pending(store: Store, told: dict) -> None:
    told.update(told["PendingModifiedValues"])
    told["PendingModifiedValues"] = {}
    told["CacheNodes"] = nodes(store, told, told["landform_zones"])


def change_now(store: Store, told: dict, parameters: dict) -> None:
    """What does not wait for a maintenance window."""
    if parameters.get("CacheParameterGroupName"):
        told["CacheParameterGroup"] = _parameter_group_status(parameter_group(store, parameters["CacheParameterGroupName"]))
    if parameters.get("SecurityGroupIds"):
        told["SecurityGroups"] = security_groups(store, parameters["SecurityGroupIds"], told.get("CacheSubnetGroupName"))
    if parameters.get("PreferredMaintenanceWindow"):
        told["PreferredMaintenanceWindow"] = parameters["PreferredMaintenanceWindow"].lower()
    if parameters.get("AutoMinorVersionUpgrade") is not None:
        told["AutoMinorVersionUpgrade"] = parameters["AutoMinorVersionUpgrade"]
    if parameters.get("IpDiscovery"):
        told["IpDiscovery"] = parameters["IpDiscovery"]
    if parameters.get("NotificationTopicArn"):
        told["NotificationConfiguration"] = {"TopicArn": parameters["NotificationTopicArn"], "TopicStatus": "active"}
    if parameters.get("NotificationTopicStatus") and "NotificationConfiguration" in told:
        told["NotificationConfiguration"]["TopicStatus"] = parameters["NotificationTopicStatus"]


@operation
def delete_cache_cluster(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheCluster.html"""
    cluster = cluster_of(store, parameters["CacheClusterId"])
    name = cluster.told["CacheClusterId"]
    if cluster.status != "available":
        raise fault("InvalidCacheClusterStateFault", f"Cache cluster {name} is not in a valid state to be deleted.")
    if "ReplicationGroupId" in cluster.told:
        from landform_simulator.fillers import elasticache_replication

        elasticache_replication.take_out(store, cluster)
    if parameters.get("FinalSnapshotIdentifier"):
        snapshot(store, parameters["FinalSnapshotIdentifier"], {"CacheClusterId": name})
    remove(store, cluster)
    return {"CacheCluster": shown(cluster.told, with_nodes=False)}


def remove(store: Store, cluster: Held) -> None:
    def gone() -> None:
        store.clusters.pop(cluster.told["CacheClusterId"], None)
        store.tags.pop(cluster.told["ARN"], None)

    cluster.begin("deleting", "deleted", gone)


def snapshot(store: Store, name: str, of: dict) -> dict:
    if name in store.snapshots:
        raise fault("SnapshotAlreadyExistsFault", f"Snapshot {name} already exists.")
    store.snapshots[name] = {"SnapshotName": name, "SnapshotStatus": "available", "SnapshotSource": "manual", "ARN": store.arn("snapshot", name), **of}
    return store.snapshots[name]


@operation
def create_snapshot(store: Store, parameters: dict) -> dict:
    of = {key: parameters[key] for key in ("CacheClusterId", "ReplicationGroupId") if parameters.get(key)}
    made = snapshot(store, parameters["SnapshotName"], of)
    store.tag(made["ARN"], parameters.get("Tags"))
    return {"Snapshot": made}


@operation
def describe_snapshots(store: Store, parameters: dict) -> dict:
    wanted = {key: parameters[key] for key in ("SnapshotName", "CacheClusterId", "ReplicationGroupId") if parameters.get(key)}
    return page("Snapshots", [it for it in store.snapshots.values() if wanted.items() <= it.items()], parameters)


@operation
def delete_snapshot(store: Store, parameters: dict) -> dict:
    try:
        return {"Snapshot": store.snapshots.pop(parameters["SnapshotName"])}
    except KeyError:
        raise fault("SnapshotNotFoundFault", f"Snapshot {parameters['SnapshotName']} not found.") from None


OPERATIONS = (
    create_cache_cluster,
    describe_cache_clusters,
    modify_cache_cluster,
    delete_cache_cluster,
    create_snapshot,
    describe_snapshots,
    delete_snapshot,
)
