"""ElastiCache's subnet groups and parameter groups."""

from landform_simulator.fillers.elasticache import Store, fault, operation, page
from landform_simulator.fillers.elasticache_parameters import FAMILIES, parameters_of

MOST_AT_ONCE = 20


@operation
def create_cache_subnet_group(store: Store, parameters: dict) -> dict:
    name = parameters["CacheSubnetGroupName"].lower()
    if name in store.subnet_groups:
        raise fault("CacheSubnetGroupAlreadyExistsFault", f"Cache subnet group {name} already exists.")
    group = {
        "CacheSubnetGroupName": name,
        "CacheSubnetGroupDescription": parameters["CacheSubnetGroupDescription"],
        "ARN": store.arn("subnetgroup", name),
        **_placed(store, parameters["SubnetIds"]),
    }
    store.subnet_groups[name] = group
    store.tag(group["ARN"], parameters.get("Tags"))
    return {"CacheSubnetGroup": group}


@operation
def modify_cache_subnet_group(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyCacheSubnetGroup.html"""
    group = _subnet_group(store, parameters["CacheSubnetGroupName"])
    if "CacheSubnetGroupDescription" in parameters:
        group["CacheSubnetGroupDescription"] = parameters["CacheSubnetGroupDescription"]
    if parameters.get("SubnetIds"):
        group |= _placed(store, parameters["SubnetIds"])
    return {"CacheSubnetGroup": group}


@operation
def describe_cache_subnet_groups(store: Store, parameters: dict) -> dict:
    name = parameters.get("CacheSubnetGroupName")
    groups = [_subnet_group(store, name)] if name else list(store.subnet_groups.values())
    return page("CacheSubnetGroups", groups, parameters)


@operation
def delete_cache_subnet_group(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheSubnetGroup.html"""
    group = _subnet_group(store, parameters["CacheSubnetGroupName"])
    name = group["CacheSubnetGroupName"]
    if any(it.told.get("CacheSubnetGroupName") == name for it in store.clusters.values()):
        raise fault("CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by a cache cluster.")
    del store.subnet_groups[name], store.tags[group["ARN"]]
    return {}


def _subnet_group(store: Store, name: str) -> dict:
    try:
        return store.subnet_groups[name.lower()]
    except KeyError:
        raise fault("CacheSubnetGroupNotFoundFault", f"Cache Subnet Group {name} does not exist.") from None


def _placed(store: Store, identities: list[str]) -> dict:
    every = {subnet.id: subnet for subnets in store.ec2.subnets.values() for subnet in subnets.values()}
    unknown = [it for it in identities if it not in every]
    if unknown:
        raise fault("InvalidSubnet", f"Some input subnets in :[{', '.join(unknown)}] are invalid.")
    subnets = [every[it] for it in identities]
    if len({subnet.vpc_id for subnet in subnets}) > 1:
        raise fault("InvalidSubnet", "The subnets belong to different VPCs.")
    told = [
        {"SubnetIdentifier": it.id, "SubnetAvailabilityZone": {"Name": it.availability_zone}, "SupportedNetworkTypes": ["ipv4"]}
        for it in subnets
    ]
    return {"VpcId": subnets[0].vpc_id, "Subnets": told, "SupportedNetworkTypes": ["ipv4"]}


@operation
def create_cache_parameter_group(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html"""
    name, family = parameters["CacheParameterGroupName"].lower(), parameters["CacheParameterGroupFamily"]
    if family not in FAMILIES:
        raise fault("InvalidParameterValueException", f"CacheParameterGroupFamily {family} is not a valid parameter group family.")
    if name in store.parameter_groups:
        raise fault("CacheParameterGroupAlreadyExistsFault", f"Parameter group {name} already exists.")
    arn = store.arn("parametergroup", name)
    group = {"CacheParameterGroupName": name, "CacheParameterGroupFamily": family, "Description": parameters["Description"], "IsGlobal": False, "ARN": arn}
    store.parameter_groups[name] = {"told": group, "changed": {}}
    store.tag(arn, parameters.get("Tags"))
    return {"CacheParameterGroup": group}


@operation
def describe_cache_parameter_groups(store: Store, parameters: dict) -> dict:
    name = parameters.get("CacheParameterGroupName")
    groups = [parameter_group(store, name)] if name else [*_defaults(store).values(), *store.parameter_groups.values()]
    return page("CacheParameterGroups", [it["told"] for it in groups], parameters)


@operation
def describe_cache_parameters(store: Store, parameters: dict) -> dict:
    group = parameter_group(store, parameters["CacheParameterGroupName"])
    family, changed = group["told"]["CacheParameterGroupFamily"], group["changed"]
    told = [
        {
            "ParameterName": name,
            "ParameterValue": changed.get(name, value),
            "Source": "user" if name in changed else "system",
            "DataType": "string",
            "IsModifiable": True,
            "ChangeType": "immediate",
        }
        for name, value in parameters_of(family).items()
    ]
    source = parameters.get("Source")
    return page("Parameters", [it for it in told if source in (None, it["Source"])], parameters)


@operation
def modify_cache_parameter_group(store: Store, parameters: dict) -> dict:
    group = _own_group(store, parameters)
    changes = parameters["ParameterNameValues"]
    if len(changes) > MOST_AT_ONCE:
        raise fault("InvalidParameterValueException", "A maximum of 20 parameters may be modified per request.")
    for change in changes:
        _known(group, change["ParameterName"])
    group["changed"] |= {it["ParameterName"]: it["ParameterValue"] for it in changes}
    return {"CacheParameterGroupName": group["told"]["CacheParameterGroupName"]}


@operation
def reset_cache_parameter_group(store: Store, parameters: dict) -> dict:
    """https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ResetCacheParameterGroup.html"""
    group = _own_group(store, parameters)
    if parameters.get("ResetAllParameters"):
        group["changed"].clear()
    for change in parameters.get("ParameterNameValues") or []:
        _known(group, change["ParameterName"])
        group["changed"].pop(change["ParameterName"], None)
    return {"CacheParameterGroupName": group["told"]["CacheParameterGroupName"]}


@operation
def delete_cache_parameter_group(store: Store, parameters: dict) -> dict:
    group = _own_group(store, parameters)["told"]
    name = group["CacheParameterGroupName"]
    if any(it.told["CacheParameterGroup"]["CacheParameterGroupName"] == name for it in store.clusters.values()):
        raise fault("InvalidCacheParameterGroupStateFault", f"One or more cache clusters are still members of this parameter group {name}.")
    del store.parameter_groups[name], store.tags[group["ARN"]]
    return {}


def parameter_group(store: Store, name: str) -> dict:
    found = store.parameter_groups.get(name.lower()) or _defaults(store).get(name.lower())
    if not found:
        raise fault("CacheParameterGroupNotFoundFault", f"CacheParameterGroup {name} not found.")
    return found


def _own_group(store: Store, parameters: dict) -> dict:
    name = parameters["CacheParameterGroupName"]
    group = parameter_group(store, name)
    if name.startswith("default."):
        raise fault("InvalidCacheParameterGroupStateFault", f"Default parameter group {name} can not be changed.")
    return group


def _known(group: dict, name: str) -> None:
    if name not in parameters_of(group["told"]["CacheParameterGroupFamily"]):
        raise fault("InvalidParameterValueException", f"Parameter {name} doesn't exist")


def _defaults(store: Store) -> dict[str, dict]:
    """The groups that AWS keeps, one a family and another for cluster mode."""
    groups = {}
    for family in FAMILIES:
        modes = [("", {})] if family.startswith("memcached") else [("", {}), (".cluster.on", {"cluster-enabled": "yes"})]
        for suffix, changed in modes:
            name = f"default.{family}{suffix}"
            told = {
                "CacheParameterGroupName": name,
                "CacheParameterGroupFamily": family,
                "Description": f"Default parameter group for {family}",
                "IsGlobal": False,
                "ARN": store.arn("parametergroup", name),
            }
            groups[name] = {"told": told, "changed": changed}
    return groups


OPERATIONS = (
    create_cache_subnet_group,
    modify_cache_subnet_group,
    describe_cache_subnet_groups,
    delete_cache_subnet_group,
    create_cache_parameter_group,
    describe_cache_parameter_groups,
    describe_cache_parameters,
    modify_cache_parameter_group,
    reset_cache_parameter_group,
    delete_cache_parameter_group,
)
