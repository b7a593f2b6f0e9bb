"""What an EKS cluster is configured to be: checked and completed when it is made, and changed one part at a time.

https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
"""

import ipaddress
import json

from moto.ec2.models import ec2_backends
from moto.eks.exceptions import InvalidRequestException
from moto.eks.models import Cluster, EKSBackend
from moto.eks.responses import EKSResponse
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends

from landform_simulator.fillers.eks_calls import body_of, invalid, route
from landform_simulator.fillers.eks_updates import Update, asked_before, begin, refuse_while_updating
from landform_simulator.fillers.patching import add

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
MINORS = range(28, 36)
DEFAULT_VERSION = "1.34"
MODES = ("CONFIG_MAP", "API_AND_CONFIG_MAP", "API")


def install() -> None:
    route("/clusters/(?P<name>[^/]+)/encryption-config/associate$")
    add(EKSResponse, update_cluster_config, update_cluster_version, associate_encryption_config)


def checked(backend: EKSBackend, wanted: dict) -> dict:
    """The settings of a new cluster as moto's attributes, with all defaults."""
    require_role(backend, wanted["roleArn"], "eks.amazonaws.com")
    version = wanted.get("version") or DEFAULT_VERSION
    if not version.startswith("1.") or int(version[2:]) not in MINORS:
        raise invalid("unsupported Kubernetes version")
    access = wanted.get("accessConfig") or {}
    network = _vpc_config(backend, wanted["resourcesVpcConfig"])
    kubernetes = _kubernetes_network_config(backend, network, wanted.get("kubernetesNetworkConfig") or {})
    _check_auto_mode(wanted.get("computeConfig"), wanted.get("storageConfig"), wanted.get("kubernetesNetworkConfig"))
    encryption = wanted.get("encryptionConfig") or []
    _check_encryption(backend, encryption)
    return {
        "version": version,
        "platformVersion": platform_version(version),
        "resources_vpc_config": network,
        "kubernetes_network_config": kubernetes,
        "logging": _logging(set(), wanted.get("logging")),
        "encryption_config": encryption,
        "access_config": {"authenticationMode": access.get("authenticationMode") or "CONFIG_MAP"},
        "upgrade_policy": wanted.get("upgradePolicy") or {"supportType": "EXTENDED"},
        "zonal_shift_config": wanted.get("zonalShiftConfig"),
        "compute_config": _compute(wanted.get("computeConfig")),
        "storage_config": wanted.get("storageConfig"),
        "remote_network_config": wanted.get("remoteNetworkConfig"),
        "outpost_config": wanted.get("outpostConfig"),
        "deletion_protection": bool(wanted.get("deletionProtection")),
        "control_plane_scaling_config": wanted.get("controlPlaneScalingConfig") or {"tier": "standard"},
    }


def platform_version(version: str) -> str:
    """The older a version, the more often AWS has renewed its platform."""
    return f"eks.{2 * (MINORS.stop - int(version[2:]))}"


def require_role(backend: EKSBackend, arn: str, service: str) -> None:
    roles = iam_backends[backend.account_id][backend.partition].roles.values()
    role = next((role for role in roles if role.arn == arn), None)
    document = role.assume_role_policy_document if role else ""
    if service not in (document if isinstance(document, str) else json.dumps(document)):
        message = f"Role with arn: {arn}, could not be assumed because it does not exist or the trusted entity is not correct"
        raise invalid(message)


def subnets_of(backend: EKSBackend, identities: list[str]) -> list:
    """Subnets that exist and are in one VPC."""
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    there = {subnet.id: subnet for zone in ec2.subnets.values() for subnet in zone.values()}
    for identity in identities:
        if identity not in there:
            raise invalid(f"The subnet ID '{identity}' does not exist")
    subnets = [there[identity] for identity in identities]
    if len({subnet.vpc_id for subnet in subnets}) > 1:
        raise invalid("Subnets specified must belong to the same VPC")
    return subnets


def _check_zones(subnets: list) -> None:
    if len({subnet.availability_zone for subnet in subnets}) < 2:
        raise invalid("Subnets specified must be in at least two different AZs")


def _check_groups(backend: EKSBackend, groups: list[str], vpc: str) -> None:
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    for identity in groups:
        group = ec2.get_security_group_from_id(identity)
        if group is None:
            raise invalid(f"The security group '{identity}' does not exist")
        if group.vpc_id != vpc:
            raise invalid(f"Security group(s) [{identity}] are not in the same VPC as the subnets.")


def _vpc_config(backend: EKSBackend, wanted: dict) -> dict:
    subnets = subnets_of(backend, wanted.get("subnetIds") or [])
    _check_zones(subnets)
    vpc = subnets[0].vpc_id
    groups = wanted.get("securityGroupIds") or []
    _check_groups(backend, groups, vpc)
    config = {
        "subnetIds": [subnet.id for subnet in subnets],
        "securityGroupIds": groups,
        "vpcId": vpc,
        "endpointPublicAccess": wanted.get("endpointPublicAccess", True),
        "endpointPrivateAccess": wanted.get("endpointPrivateAccess", False),
        "publicAccessCidrs": wanted.get("publicAccessCidrs") or ["0.0.0.0/0"],
    }
    return _checked_endpoint(config)


def _checked_endpoint(config: dict) -> dict:
    if not (config["endpointPublicAccess"] or config["endpointPrivateAccess"]):
        raise invalid("Private and public endpoint access cannot both be disabled")
    if not config["endpointPublicAccess"]:
        config["publicAccessCidrs"] = []
    return config


def _kubernetes_network_config(backend: EKSBackend, network: dict, wanted: dict) -> dict:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html"""
    family = wanted.get("ipFamily") or "ipv4"
    config = {"ipFamily": family, "elasticLoadBalancing": wanted.get("elasticLoadBalancing") or {"enabled": False}}
    if family == "ipv6":
        return config | {"serviceIpv6Cidr": "fd12:3456:789a::/108"}
    vpc = ec2_backends[backend.account_id][backend.region_name].vpcs[network["vpcId"]]
    within_ten = ipaddress.ip_network(vpc.cidr_block, strict=False).overlaps(ipaddress.ip_network("10.0.0.0/8"))
    return config | {"serviceIpv4Cidr": wanted.get("serviceIpv4Cidr") or ("172.20.0.0/16" if within_ten else "10.100.0.0/16")}


def _check_auto_mode(compute: dict | None, storage: dict | None, kubernetes: dict | None) -> None:
    parts = (compute or {}, (storage or {}).get("blockStorage") or {}, (kubernetes or {}).get("elasticLoadBalancing") or {})
    if len({bool(part.get("enabled")) for part in parts}) > 1:
        raise invalid(
            "For EKS Auto Mode, please ensure that all required configs, including computeConfig, kubernetesNetworkConfig, "
            "and blockStorage are all either fully enabled or fully disabled."
        )


def _compute(wanted: dict | None) -> dict | None:
    return wanted and {"nodePools": [], **wanted}


def _check_encryption(backend: EKSBackend, encryption: list[dict]) -> None:
    keys = kms_backends[backend.account_id][backend.region_name].keys.values()
    for entry in encryption:
        if entry.get("resources") != ["secrets"]:
            raise invalid("Invalid resources in encryption config. Only secrets are supported.")
        if entry["provider"]["keyArn"] not in [key.arn for key in keys]:
            raise invalid(f"KMS key {entry['provider']['keyArn']} is invalid or does not exist")


def _enabled(logging: dict) -> set[str]:
    return {kind for setup in logging["clusterLogging"] if setup.get("enabled") for kind in setup["types"]}


def _logging(enabled: set[str], change: dict | None) -> dict:
    for setup in (change or {}).get("clusterLogging") or []:
        kinds = set(setup.get("types") or [])
        if unknown := kinds - set(LOG_TYPES):
            raise invalid(f"Unsupported log types {sorted(unknown)}")
        enabled = enabled | kinds if setup.get("enabled") else enabled - kinds
    setups = [([kind for kind in LOG_TYPES if (kind in enabled) == on], on) for on in (True, False)]
    return {"clusterLogging": [{"types": kinds, "enabled": on} for kinds, on in setups if kinds]}


def _parts(wanted: dict) -> dict[str, dict]:
    """What a request is about, by the kind of its update: the API takes one at a time."""
    network = wanted.get("resourcesVpcConfig") or {}

    def of(source: dict, *names: str) -> dict:
        return {name: source[name] for name in names if source.get(name) is not None}

    parts = {
        "EndpointAccessUpdate": of(network, "endpointPublicAccess", "endpointPrivateAccess", "publicAccessCidrs"),
        "VpcConfigUpdate": of(network, "subnetIds") or of(network, "securityGroupIds"),
        "VpcConfigUpdate of groups": of(network, "securityGroupIds") if network.get("subnetIds") else {},
        "LoggingUpdate": of(wanted, "logging"),
        "AccessConfigUpdate": of(wanted, "accessConfig"),
        "UpgradePolicyUpdate": of(wanted, "upgradePolicy"),
        "ZonalShiftConfigUpdate": of(wanted, "zonalShiftConfig"),
        "AutoModeUpdate": of(wanted, "computeConfig", "storageConfig", "kubernetesNetworkConfig"),
        "RemoteNetworkConfigUpdate": of(wanted, "remoteNetworkConfig"),
        "DeletionProtectionUpdate": of(wanted, "deletionProtection"),
        "ControlPlaneScalingConfigUpdate": of(wanted, "controlPlaneScalingConfig"),
    }
    return {kind: part for kind, part in parts.items() if part}


_PARAMETERS = {
    "endpointPublicAccess": "EndpointPublicAccess",
    "endpointPrivateAccess": "EndpointPrivateAccess",
    "publicAccessCidrs": "PublicAccessCidrs",
    "subnetIds": "Subnets",
    "securityGroupIds": "SecurityGroups",
    "logging": "ClusterLogging",
    "accessConfig": "AuthenticationMode",
    "upgradePolicy": "UpgradePolicy",
    "zonalShiftConfig": "ZonalShiftConfig",
    "computeConfig": "ComputeConfig",
    "storageConfig": "StorageConfig",
    "kubernetesNetworkConfig": "KubernetesNetworkConfig",
    "remoteNetworkConfig": "RemoteNetworkConfig",
    "deletionProtection": "DeletionProtection",
    "controlPlaneScalingConfig": "UpdatedTier",
}


def update_cluster_config(self):
    """It changes one part, and leaves what that does not name as it is."""
    backend = self.eks_backend
    if answer := asked_before(backend.describe_cluster(self._get_param("name")), self):
        return answer
    cluster = _changeable(self, "UpdateClusterConfig")
    parts = _parts(body_of(self))
    if not parts:
        raise invalid("The type for cluster update was not provided.")
    if len(parts) > 1:
        raise invalid("Only one type of update can be allowed.")
    kind, part = next(iter(parts.items()))
    settings = _CHANGES[kind](backend, cluster, part)
    if all(getattr(cluster, name, None) == value for name, value in settings.items()):
        raise invalid(f"Cluster is already at the desired configuration: {json.dumps(part)}")
    params = {_PARAMETERS[name]: value for name, value in part.items()}
    return begin(self, cluster, Update(cluster.account_id, kind, params, lambda: cluster.__dict__.update(settings)))


def _changeable(self, operation: str) -> Cluster:
    cluster = self.eks_backend.describe_cluster(self._get_param("name"))
    refuse_while_updating(cluster, "cluster", cluster.name, operation)
    if cluster.status != "ACTIVE":
        raise InvalidRequestException(clusterName=cluster.name, message=f"Cluster '{cluster.name}' is not in ACTIVE status")
    return cluster


def _endpoint(_backend, cluster: Cluster, part: dict) -> dict:
    config = cluster.resources_vpc_config | part
    if config["endpointPublicAccess"] and not config["publicAccessCidrs"]:
        config["publicAccessCidrs"] = ["0.0.0.0/0"]
    return {"resources_vpc_config": _checked_endpoint(config)}


def _network(backend, cluster: Cluster, part: dict) -> dict:
    config = cluster.resources_vpc_config
    if "subnetIds" in part:
        subnets = subnets_of(backend, part["subnetIds"])
        _check_zones(subnets)
        if subnets[0].vpc_id != config["vpcId"]:
            raise invalid("Provided subnets belong to a different VPC than the one of the cluster")
    _check_groups(backend, part.get("securityGroupIds") or [], config["vpcId"])
    return {"resources_vpc_config": config | part}


def _access(_backend, cluster: Cluster, part: dict) -> dict:
    """https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html: there is no way back."""
    now, then = cluster.access_config["authenticationMode"], part["accessConfig"]["authenticationMode"]
    if now == then or MODES.index(then) != MODES.index(now) + 1:
        raise invalid(f"Unsupported authentication mode update from {now} to {then}")
    return {"access_config": cluster.access_config | part["accessConfig"]}


def _auto_mode(_backend, cluster: Cluster, part: dict) -> dict:
    _check_auto_mode(part.get("computeConfig"), part.get("storageConfig"), part.get("kubernetesNetworkConfig"))
    balancing = (part.get("kubernetesNetworkConfig") or {}).get("elasticLoadBalancing") or {"enabled": False}
    return {
        "compute_config": _compute(part.get("computeConfig")),
        "storage_config": part.get("storageConfig"),
        "kubernetes_network_config": cluster.kubernetes_network_config | {"elasticLoadBalancing": balancing},
    }


def _whole(attribute: str, name: str):
    return lambda _backend, _cluster, part: {attribute: part[name]}


_CHANGES = {
    "EndpointAccessUpdate": _endpoint,
    "VpcConfigUpdate": _network,
    "LoggingUpdate": lambda _backend, cluster, part: {"logging": _logging(_enabled(cluster.logging), part["logging"])},
    "AccessConfigUpdate": _access,
    "UpgradePolicyUpdate": _whole("upgrade_policy", "upgradePolicy"),
    "ZonalShiftConfigUpdate": _whole("zonal_shift_config", "zonalShiftConfig"),
    "AutoModeUpdate": _auto_mode,
    "RemoteNetworkConfigUpdate": _whole("remote_network_config", "remoteNetworkConfig"),
    "DeletionProtectionUpdate": _whole("deletion_protection", "deletionProtection"),
    "ControlPlaneScalingConfigUpdate": _whole("control_plane_scaling_config", "controlPlaneScalingConfig"),
}


def update_cluster_version(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterVersion.html"""
    if answer := asked_before(self.eks_backend.describe_cluster(self._get_param("name")), self):
        return answer
    cluster = _changeable(self, "UpdateClusterVersion")
    now, then = cluster.version, self._get_param("version")
    if then == now:
        raise invalid(f"Cluster is already at version {then}")
    if int(then[2:]) not in MINORS:
        raise invalid("unsupported Kubernetes version")
    if int(then[2:]) != int(now[2:]) + 1:
        raise invalid(f"Unsupported Kubernetes minor version update from {now} to {then}")
    params = {"Version": then, "PlatformVersion": platform_version(then)}
    settings = {"version": then, "platformVersion": platform_version(then)}
    return begin(self, cluster, Update(cluster.account_id, "VersionUpdate", params, lambda: cluster.__dict__.update(settings)))


def associate_encryption_config(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateEncryptionConfig.html"""
    if answer := asked_before(self.eks_backend.describe_cluster(self._get_param("name")), self):
        return answer
    cluster = _changeable(self, "AssociateEncryptionConfig")
    if cluster.encryption_config:
        raise invalid("Cluster already has an encryption config, which can not be changed")
    encryption = self._get_param("encryptionConfig")
    _check_encryption(self.eks_backend, encryption)
    settings = {"encryption_config": encryption}
    update = Update(cluster.account_id, "AssociateEncryptionConfig", {"EncryptionConfig": encryption}, lambda: cluster.__dict__.update(settings))
    return begin(self, cluster, update)
