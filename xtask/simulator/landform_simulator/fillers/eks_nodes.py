"""EKS node groups and Fargate profiles: all that is told of them, updates, checks, states that pass.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html
"""

from uuid import uuid4

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.eks.exceptions import InvalidRequestException, ResourceInUseException
from moto.eks.models import (
    CLUSTER_NOT_READY_MSG,
    FARGATE_PROFILE_EXISTS_MSG,
    NODEGROUP_EXISTS_MSG,
    Cluster,
    FargateProfile,
    Nodegroup,
    validate_launch_template_combination,
)
from moto.eks.responses import EKSResponse

from landform_simulator.fillers import eks
from landform_simulator.fillers.eks_calls import body_of, invalid, route
from landform_simulator.fillers.eks_cluster_config import require_role, subnets_of
from landform_simulator.fillers.eks_updates import LOCK, Update, asked_before, begin, is_updating, refuse_while_updating, updates_of
from landform_simulator.fillers.patching import add, wrap
from landform_simulator.transitions import Transition

_ATTRIBUTES = ("nodegroups", "fargate_profiles")


def install() -> None:
    route("/clusters/(?P<name>[^/]+)/node-groups/(?P<nodegroupName>[^/]+)/update-version$")
    for name in _ATTRIBUTES:
        setattr(Cluster, name, property(_living(name), _set_living(name)))
    for kind in (Nodegroup, FargateProfile):
        kind.status = property(_status, lambda _self, _status: None)
    FargateProfile.arn = property(lambda self: self.fargate_profile_arn)
    eks.TAGGED.append(lambda cluster: [*cluster.nodegroups.values(), *cluster.fargate_profiles.values()])
    eks.HOLDERS.append(lambda cluster: "Cluster has Fargate profiles attached" if cluster.fargate_profiles else "")
    add(EKSResponse, create_nodegroup, update_nodegroup_config, update_nodegroup_version, delete_nodegroup, delete_fargate_profile)
    wrap(EKSResponse, "create_fargate_profile")(_create_fargate_profile)


def _living(name: str):
    """What there is by now in a cluster."""

    def living(self) -> dict:
        there = self.__dict__[f"landform_{name}"]
        with LOCK:
            for key, thing in list(there.items()):
                updates_of(thing)
                ending = thing.__dict__.get("landform_ending")
                if ending and ending.is_over:
                    there.pop(key, None)
        return there

    return living


def _set_living(name: str):
    def set_living(self, there: dict) -> None:
        self.__dict__[f"landform_{name}"] = there

    return set_living


def _status(self) -> str:
    beginning, ending = self.__dict__.get("landform_beginning"), self.__dict__.get("landform_ending")
    if ending:
        return "DELETING"
    if beginning and not beginning.is_over:
        return "CREATING"
    return "UPDATING" if is_updating(self) else "ACTIVE"


def _active_cluster(self) -> Cluster:
    cluster = self.eks_backend.describe_cluster(self._get_param("name"))
    if cluster.status != "ACTIVE":
        raise InvalidRequestException(clusterName=cluster.name, message=CLUSTER_NOT_READY_MSG.format(clusterName=cluster.name))
    return cluster


def create_nodegroup(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html"""
    backend, wanted = self.eks_backend, body_of(self)
    cluster, name = _active_cluster(self), wanted["nodegroupName"]
    existing, token = cluster.nodegroups.get(name), wanted.get("clientRequestToken")
    if existing and token and existing.client_request_token == token:
        return ActionResult({"nodegroup": existing})
    if existing:
        message = NODEGROUP_EXISTS_MSG.format(nodegroupName=name, clusterName=cluster.name)
        raise ResourceInUseException(clusterName=cluster.name, nodegroupName=name, message=message)
    require_role(backend, wanted["nodeRole"], "ec2.amazonaws.com")
    subnets = subnets_of(backend, wanted["subnets"])
    if subnets[0].vpc_id != cluster.resources_vpc_config["vpcId"]:
        raise invalid("Subnets are not in the VPC of the cluster", cluster.name)
    template = _template(backend, wanted.get("launchTemplate"))
    if template:
        validate_launch_template_combination(wanted.get("diskSize"), wanted.get("remoteAccess"))
    version = wanted.get("version") or cluster.version
    _check_version(cluster, version)
    group = Nodegroup(
        cluster_name=cluster.name,
        node_role=wanted["nodeRole"],
        nodegroup_name=name,
        subnets=wanted["subnets"],
        account_id=backend.account_id,
        region_name=backend.region_name,
        aws_partition=backend.partition,
        scaling_config=_scaling({"minSize": 1, "maxSize": 2, "desiredSize": 2} | (wanted.get("scalingConfig") or {})),
        labels=wanted.get("labels"),
        taints=wanted.get("taints"),
        tags=dict(wanted.get("tags") or {}),
        client_request_token=token,
        capacity_type=wanted.get("capacityType"),
        version=version,
        release_version=wanted.get("releaseVersion") or release_of(version),
        ami_type=wanted.get("amiType") or "AL2023_x86_64_STANDARD",
        instance_types=wanted.get("instanceTypes"),
        disk_size=wanted.get("diskSize"),
        update_config=wanted.get("updateConfig") or {"maxUnavailable": 1},
        node_repair_config=wanted.get("nodeRepairConfig"),
    )
    group.health = {"issues": []}
    group.launch_template = template
    _without_what_the_template_says(backend, group, wanted)
    group.remote_access = wanted.get("remoteAccess")
    group.resources = {"autoScalingGroups": [{"name": f"eks-{name}-{group.uuid}"}]}
    if group.remote_access:
        group.resources["remoteAccessSecurityGroup"] = "sg-" + uuid4().hex[:17]
    group.account_id = backend.account_id
    group.landform_beginning = Transition(backend.account_id, "CREATING", "ACTIVE")
    cluster.nodegroups[name] = group
    return ActionResult({"nodegroup": group})


def release_of(version: str) -> str:
    """The newest release of the image for a version of Kubernetes."""
    return f"{version}.0-20250915"


def _check_version(cluster: Cluster, version: str) -> None:
    if not 0 <= int(cluster.version[2:]) - int(version[2:]) <= 3:
        raise invalid(f"Nodegroup Kubernetes version {version} is not supported with cluster version {cluster.version}", cluster.name)


def _scaling(config: dict) -> dict:
    if not config["minSize"] <= config["desiredSize"] <= config["maxSize"]:
        raise invalid(f"Minimum capacity {config['minSize']}, desired {config['desiredSize']} and maximum {config['maxSize']} are not in this order")
    return config


def _template(backend, wanted: dict | None) -> dict | None:
    """The launch template with id, name and version, however it was named."""
    if not wanted:
        return None
    if bool(wanted.get("id")) == bool(wanted.get("name")):
        raise invalid("Either provide launch template ID or launch template name in the request.")
    templates = ec2_backends[backend.account_id][backend.region_name].launch_templates.values()
    found = next((it for it in templates if wanted.get("id") == it.id or wanted.get("name") == it.name), None)
    if found is None:
        raise invalid(f"Launch template {wanted} was not found")
    version = wanted.get("version") or str(found.default_version_number)
    if not version.isdigit() or int(version) > found.latest_version_number:
        raise invalid(f"Launch template version {version} does not exist")
    return {"id": found.id, "name": found.name, "version": version}


def _without_what_the_template_says(backend, group: Nodegroup, wanted: dict) -> None:
    """https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html"""
    if not group.launch_template:
        return
    group.disk_size = None
    data = _data(backend, group.launch_template)
    if data.get("InstanceType"):
        group.instance_types = None
    if data.get("ImageId"):
        group.ami_type, group.release_version = "CUSTOM", data["ImageId"]


def _data(backend, template: dict) -> dict:
    found = ec2_backends[backend.account_id][backend.region_name].launch_templates[template["id"]]
    return found.get_version(int(template["version"])).data


def _group(self) -> tuple[Cluster, Nodegroup]:
    cluster, name = self._get_param("name"), self._get_param("nodegroupName")
    return self.eks_backend.describe_cluster(cluster), self.eks_backend.describe_nodegroup(cluster, name)


def _refuse_unless_active(group: Nodegroup, operation: str) -> None:
    refuse_while_updating(group, "node group", group.nodegroup_name, operation)
    if group.status != "ACTIVE":
        message = f"Nodegroup cannot be updated as it is currently not in Active State: its {group.status} is in progress"
        raise ResourceInUseException(nodegroupName=group.nodegroup_name, message=message)


def update_nodegroup_config(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupConfig.html"""
    _cluster, group = _group(self)
    if answer := asked_before(group, self):
        return answer
    _refuse_unless_active(group, "UpdateNodegroupConfig")
    wanted = body_of(self)
    settings: dict = {}
    if labels := wanted.get("labels"):
        kept = {key: value for key, value in group.labels.items() if key not in (labels.get("removeLabels") or [])}
        settings["labels"] = kept | (labels.get("addOrUpdateLabels") or {})
    if taints := wanted.get("taints"):
        settings["taints"] = _taints(group.taints, taints)
    if scaling := wanted.get("scalingConfig"):
        settings["scaling_config"] = _scaling(group.scaling_config | scaling)
    if update := wanted.get("updateConfig"):
        settings["update_config"] = _update_config(update)
    if repair := wanted.get("nodeRepairConfig"):
        settings["node_repair_config"] = repair
    if not settings:
        raise invalid("No changes needed for the node group", group.cluster_name)
    params = {name: value for name, value in wanted.items() if name != "clientRequestToken"}
    return begin(self, group, Update(group.account_id, "ConfigUpdate", params, lambda: _set(group, settings)))


def _set(group: Nodegroup, settings: dict) -> None:
    group.__dict__.update(settings)
    group.modified_at = utcnow()


def _update_config(update: dict) -> dict:
    if ("maxUnavailable" in update) == ("maxUnavailablePercentage" in update):
        raise invalid("Exactly one of maxUnavailable and maxUnavailablePercentage must be given")
    return update


def _taints(there: list[dict], change: dict) -> list[dict]:
    def identity(taint: dict):
        return taint["key"], taint["effect"]

    added = change.get("addOrUpdateTaints") or []
    gone = {identity(taint) for taint in [*added, *(change.get("removeTaints") or [])]}
    return [*(taint for taint in there if identity(taint) not in gone), *added]


def update_nodegroup_version(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupVersion.html"""
    cluster, group = _group(self)
    if answer := asked_before(group, self):
        return answer
    _refuse_unless_active(group, "UpdateNodegroupVersion")
    wanted = body_of(self)
    settings: dict = {}
    if "launchTemplate" in wanted:
        template = _template(self.eks_backend, wanted["launchTemplate"])
        if not group.launch_template or group.launch_template["id"] != template["id"]:
            raise invalid("You cannot specify a launch template other than the one that the node group was made with", cluster.name)
        settings["launch_template"] = template
    if group.ami_type == "CUSTOM" and ("version" in wanted or "releaseVersion" in wanted):
        raise invalid("You cannot specify the field kubernetesVersion or releaseVersion when using custom AMIs.", cluster.name)
    if group.ami_type != "CUSTOM":
        version = wanted.get("version") or (cluster.version if not wanted.get("launchTemplate") and "releaseVersion" not in wanted else group.version)
        _check_version(cluster, version)
        if int(version[2:]) < int(group.version[2:]):
            raise invalid(f"Nodegroup cannot be downgraded from {group.version} to {version}", cluster.name)
        release = wanted.get("releaseVersion") or (release_of(version) if version != group.version else group.release_version)
        settings |= {"version": version, "release_version": release}
    elif "launch_template" in settings:
        settings["release_version"] = _data(self.eks_backend, settings["launch_template"])["ImageId"]
    params = {name: value for name, value in wanted.items() if name not in ("clientRequestToken", "force")}
    return begin(self, group, Update(group.account_id, "VersionUpdate", params, lambda: _set(group, settings)))


def delete_nodegroup(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteNodegroup.html"""
    cluster, group = _group(self)
    refuse_while_updating(group, "node group", group.nodegroup_name, "DeleteNodegroup")
    if not group.__dict__.get("landform_ending"):
        group.landform_ending = Transition(group.account_id, "DELETING", "")
    _ = cluster.nodegroups
    return ActionResult({"nodegroup": group})


def _create_fargate_profile(create, self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateFargateProfile.html"""
    backend, wanted = self.eks_backend, body_of(self)
    cluster = _active_cluster(self)
    existing, token = cluster.fargate_profiles.get(wanted["fargateProfileName"]), wanted.get("clientRequestToken")
    if existing and token and existing.client_request_token == token:
        return ActionResult({"fargateProfile": existing})
    if existing:
        raise ResourceInUseException(clusterName=cluster.name, message=FARGATE_PROFILE_EXISTS_MSG)
    _refuse_while_another_is_busy(cluster)
    try:
        require_role(backend, wanted["podExecutionRoleArn"], "eks-fargate-pods.amazonaws.com")
    except Exception as problem:
        message = "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal"
        raise invalid(message, cluster.name) from problem
    if wanted.get("subnets"):
        subnets_of(backend, wanted["subnets"])
    answer = create(self)
    profile = cluster.fargate_profiles[wanted["fargateProfileName"]]
    profile.subnets = wanted.get("subnets") or cluster.resources_vpc_config["subnetIds"]
    profile.tags = dict(wanted.get("tags") or {})
    profile.account_id = backend.account_id
    profile.landform_beginning = Transition(backend.account_id, "CREATING", "ACTIVE")
    return answer


def _refuse_while_another_is_busy(cluster: Cluster) -> None:
    """One profile of a cluster is made or deleted at a time."""
    for profile in cluster.fargate_profiles.values():
        if profile.status in ("CREATING", "DELETING"):
            message = f"Cannot continue because the {profile.status} of Fargate profile {profile.fargate_profile_name} is in progress"
            raise ResourceInUseException(clusterName=cluster.name, message=message)


def delete_fargate_profile(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteFargateProfile.html"""
    backend, name = self.eks_backend, self._get_param("name")
    cluster = backend.describe_cluster(name)
    profile = backend.describe_fargate_profile(name, self._get_param("fargateProfileName"))
    _refuse_while_another_is_busy(cluster)
    profile.landform_ending = Transition(profile.account_id, "DELETING", "")
    _ = cluster.fargate_profiles
    return ActionResult({"fargateProfile": profile})
