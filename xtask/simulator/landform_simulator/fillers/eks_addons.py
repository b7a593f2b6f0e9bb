"""EKS add-ons: made, changed and deleted over time.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html
"""

from uuid import uuid4

import yaml
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.eks.exceptions import InvalidParameterException, ResourceInUseException, ResourceNotFoundException
from moto.eks.models import Cluster
from moto.eks.responses import EKSResponse

from landform_simulator.fillers import eks, eks_updates
from landform_simulator.fillers.eks_addon_catalog import KINDS, Kind, configuration, described
from landform_simulator.fillers.eks_calls import body_of, route
from landform_simulator.fillers.eks_pod_identities import PodIdentity, checked_role, identities_of, make_identity
from landform_simulator.fillers.eks_requests import cluster_of, page
from landform_simulator.fillers.eks_updates import LOCK, Update, asked_before, begin, is_updating, refuse_while_updating
from landform_simulator.fillers.patching import add
from landform_simulator.transitions import Transition


class Addon:
    """An add-on of a cluster, with the names of AWS's answers."""

    def __init__(self, cluster: Cluster, kind: Kind, wanted: dict) -> None:
        self.arn = f"arn:aws:eks:{cluster.region_name}:{cluster.account_id}:addon/{cluster.name}/{kind.name}/{uuid4()}"
        self.kind, self.cluster = kind, cluster
        self.version = wanted.get("addonVersion") or kind.default_for(cluster.version)
        self.configuration = wanted.get("configurationValues")
        self.role = wanted.get("serviceAccountRoleArn")
        self.namespace = (wanted.get("namespaceConfig") or {}).get("namespace") or kind.namespace
        self.created = self.modified = utcnow()
        self.tags = dict(wanted.get("tags") or {})
        self.beginning = Transition(cluster.account_id, "CREATING", "ACTIVE")
        self.ending: Transition | None = None
        # What an earlier add-on of this name left behind is in the way where it was configured otherwise.
        left = _preserved(cluster).get(kind.name, self.configuration)
        self.conflicts = left != self.configuration and wanted.get("resolveConflicts") != "OVERWRITE"

    @property
    def is_gone(self) -> bool:
        return self.ending is not None and self.ending.is_over

    @property
    def status(self) -> str:
        if self.ending:
            return "DELETING"
        if not self.beginning.is_over:
            return "CREATING"
        if self.conflicts:
            return "CREATE_FAILED"
        return "UPDATING" if is_updating(self) else "ACTIVE"

    @property
    def identities(self) -> list[PodIdentity]:
        return [identity for identity in identities_of(self.cluster).values() if identity.owner is self]

    def told(self) -> dict:
        status = self.status
        told = {
            "addonName": self.kind.name,
            "clusterName": self.cluster.name,
            "status": status,
            "addonVersion": self.version,
            "health": {"issues": [_CONFLICT] if status == "CREATE_FAILED" else []},
            "addonArn": self.arn,
            "createdAt": self.created,
            "modifiedAt": self.modified,
            "tags": self.tags,
            "podIdentityAssociations": [identity.arn for identity in self.identities],
            "namespaceConfig": {"namespace": self.namespace},
        }
        given = {"serviceAccountRoleArn": self.role, "configurationValues": self.configuration}
        return told | {name: value for name, value in given.items() if value}

    def set_identities(self, wanted: list[dict]) -> None:
        """Makes the roles of its service accounts the wanted ones."""
        roles = {it["serviceAccount"]: it["roleArn"] for it in wanted}
        for identity in self.identities:
            if identity.account not in roles:
                del identities_of(self.cluster)[identity.id]
            else:
                identity.role = roles.pop(identity.account)
        for account, role in roles.items():
            make_identity(self.cluster, {"namespace": self.namespace, "serviceAccount": account, "roleArn": role}, self)


def install() -> None:
    for path in ("addons", "addons/(?P<addonName>[^/]+)", "addons/(?P<addonName>[^/]+)/update"):
        route(f"/clusters/(?P<name>[^/]+)/{path}$")
    route("/addons/supported-versions$")
    route("/addons/configuration-schemas$")
    add(EKSResponse, create_addon, describe_addon, update_addon, delete_addon, list_addons)
    add(EKSResponse, describe_addon_versions, describe_addon_configuration)
    eks.TAGGED.append(lambda cluster: addons_of(cluster).values())
    eks_updates.OWNERS["addonName"] = lambda cluster, name: addons_of(cluster).get(name)


def addons_of(cluster: Cluster) -> dict[str, Addon]:
    """The add-ons of a cluster by name, as they are by now."""
    addons: dict[str, Addon] = cluster.__dict__.setdefault("landform_addons", {})
    with LOCK:
        for addon in [addon for addon in addons.values() if addon.is_gone]:
            del addons[addon.kind.name]
    return addons


def create_addon(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html"""
    cluster, wanted = cluster_of(self), body_of(self)
    kind = KINDS.get(wanted["addonName"])
    if not kind or not kind.versions_for(cluster.version):
        raise _invalid(cluster, wanted["addonName"], f"Addon {wanted['addonName']} specified is not supported in {cluster.version} kubernetes version")
    if kind.name in addons_of(cluster):
        raise ResourceInUseException(clusterName=cluster.name, addonName=kind.name, message="Addon already exists.")
    _check(cluster, kind, wanted)
    addon = Addon(cluster, kind, wanted)
    addon.set_identities(wanted.get("podIdentityAssociations") or [])
    addons_of(cluster)[kind.name] = addon
    return ActionResult({"addon": addon.told()})


def describe_addon(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddon.html"""
    return ActionResult({"addon": _addon(self).told()})


def update_addon(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAddon.html"""
    addon, wanted = _addon(self), body_of(self)
    if answer := asked_before(addon, self):
        return answer
    if addon.status in ("CREATING", "CREATE_FAILED", "DELETING"):
        raise ResourceInUseException(clusterName=addon.cluster.name, addonName=addon.kind.name, message=f"Addon is in {addon.status} state")
    refuse_while_updating(addon, "addon", addon.kind.name, "UpdateAddon")
    _check(addon.cluster, addon.kind, wanted)
    params = {name[0].upper() + name[1:]: value for name, value in wanted.items() if name in _CHANGEABLE}

    def finish() -> None:
        addon.version = wanted.get("addonVersion") or addon.version
        # Text that is empty takes away what was set.
        addon.configuration = wanted.get("configurationValues", addon.configuration)
        addon.role = wanted.get("serviceAccountRoleArn", addon.role)
        if wanted.get("podIdentityAssociations") is not None:
            addon.set_identities(wanted["podIdentityAssociations"])
        addon.modified = utcnow()

    return begin(self, addon, Update(addon.cluster.account_id, "AddonUpdate", params, finish))


def delete_addon(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteAddon.html"""
    addon = _addon(self)
    refuse_while_updating(addon, "addon", addon.kind.name, "DeleteAddon")
    addon.ending = addon.ending or Transition(addon.cluster.account_id, "DELETING", "")
    if self._get_param("preserve") not in (True, "true"):
        _preserved(addon.cluster).pop(addon.kind.name, None)
    elif not addon.conflicts:
        _preserved(addon.cluster)[addon.kind.name] = addon.configuration
    return ActionResult({"addon": addon.told()})


def list_addons(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAddons.html"""
    return ActionResult(page(self, "addons", sorted(addons_of(cluster_of(self)))))


def describe_addon_versions(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html"""
    name, kubernetes = self._get_param("addonName"), self._get_param("kubernetesVersion")
    if name and name not in KINDS:
        raise ResourceNotFoundException(addonName=name, message=f"Addon {name} specified is not supported")
    filters = {"type": self._get_param("types"), "publisher": self._get_param("publishers"), "owner": self._get_param("owners")}
    all_kinds = [described(kind, kubernetes) for kind in KINDS.values() if name in (None, kind.name)]
    wanted = [it for it in all_kinds if it["addonVersions"] and all(it[key] in values for key, values in filters.items() if values)]
    return ActionResult(page(self, "addons", wanted))


def describe_addon_configuration(self):
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonConfiguration.html"""
    name, version = self._get_param("addonName"), self._get_param("addonVersion")
    kind = KINDS.get(name)
    if not kind or version not in kind.all_versions():
        raise ResourceNotFoundException(addonName=name, message=f"Addon {name} with version {version} is not supported")
    return ActionResult(configuration(kind, version))


_CONFLICT = {
    "code": "ConfigurationConflict",
    "message": "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode.",
    "resourceIds": [],
}
_CHANGEABLE = ("addonVersion", "serviceAccountRoleArn", "resolveConflicts", "configurationValues", "podIdentityAssociations")


def _preserved(cluster: Cluster) -> dict[str, str | None]:
    """How add-ons were configured whose software stayed in the cluster, by name."""
    return cluster.__dict__.setdefault("landform_preserved_addons", {})


def _addon(self) -> Addon:
    cluster, name = cluster_of(self), self._get_param("addonName")
    addon = addons_of(cluster).get(name)
    if addon is None:
        raise ResourceNotFoundException(clusterName=cluster.name, addonName=name, message=f"No addon: {name} found in cluster: {cluster.name}")
    return addon


def _check(cluster: Cluster, kind: Kind, wanted: dict) -> None:
    version = wanted.get("addonVersion")
    if version and version not in kind.versions_for(cluster.version):
        raise _invalid(cluster, kind.name, "Addon version specified is not supported")
    if wanted.get("configurationValues") and not _fits(kind, wanted["configurationValues"]):
        raise _invalid(cluster, kind.name, "ConfigurationValue provided in request is not supported")
    for role in [wanted.get("serviceAccountRoleArn"), *(it["roleArn"] for it in wanted.get("podIdentityAssociations") or [])]:
        if role:
            checked_role(cluster, role)


def _fits(kind: Kind, values: str) -> bool:
    """Whether values are JSON or YAML that has only what the add-on knows."""
    try:
        parsed = yaml.safe_load(values)
    except yaml.YAMLError:
        return False
    return isinstance(parsed, dict) and set(parsed) <= set(kind.properties)


def _invalid(cluster: Cluster, name: str, message: str) -> InvalidParameterException:
    return InvalidParameterException(clusterName=cluster.name, addonName=name, message=message)
