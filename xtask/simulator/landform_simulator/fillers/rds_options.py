"""RDS's option groups: engines of today, options with all their settings, and what is in the way of a delete."""

from moto.rds.exceptions import OptionGroupNotFoundFaultError, RDSClientError
from moto.rds.models import OptionGroup, RDSBackend

from landform_simulator.fillers.patching import wrap

# Engines without options. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithOptionGroups.html
WITHOUT_OPTIONS = {"postgres": ("11", "12", "13", "14", "15", "16", "17")}


def install() -> None:
    OptionGroup.options = property(_options)
    wrap(RDSBackend, "create_option_group")(_create)
    wrap(RDSBackend, "describe_option_groups")(_describe)
    wrap(RDSBackend, "modify_option_group")(_modify)
    wrap(RDSBackend, "delete_option_group")(_delete)


def _create(_create, self, option_group_kwargs):
    """moto's list of versions is of 2022. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateOptionGroup.html"""
    keywords = dict(option_group_kwargs)
    name, engine, version = (keywords[it] for it in ("option_group_name", "engine_name", "major_engine_version"))
    if name.lower() in self.option_groups:
        raise RDSClientError("OptionGroupAlreadyExistsFault", f"An option group named {name} already exists.")
    if not keywords.get("option_group_description"):
        message = "The parameter OptionGroupDescription must be provided and must not be blank."
        raise RDSClientError("InvalidParameterValue", message)
    if version not in WITHOUT_OPTIONS.get(engine, ()):
        _catalogue(engine, version)
    group = OptionGroup(self, **keywords)
    self.option_groups[group.name] = group
    return group


def _catalogue(engine: str, version: str) -> dict[str, dict]:
    """The options that there are, by name."""
    return {it["Name"]: it for it in RDSBackend.describe_option_group_options(engine, version)}


def _describe(_describe, self, option_group_kwargs):
    """moto can not list them all. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOptionGroups.html"""
    if name := option_group_kwargs.get("option_group_name"):
        if name not in self.option_groups:
            raise OptionGroupNotFoundFaultError(name)
        return [self.option_groups[name]]
    wanted = {it: option_group_kwargs[it] for it in ("engine_name", "major_engine_version") if option_group_kwargs.get(it)}
    return [group for group in self.option_groups.values() if all(getattr(group, it) == value for it, value in wanted.items())]


def _modify(modify, self, option_group_name, options_to_include=None, options_to_remove=None):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyOptionGroup.html"""
    group = self.option_groups.get(option_group_name)
    if group is None:
        raise OptionGroupNotFoundFaultError(option_group_name)
    included = list(options_to_include or [])
    known = _catalogue(group.engine_name, group.major_engine_version) if included else {}
    for option in included:
        _check_option(group, option, known)
    changed = modify(self, option_group_name, included, list(options_to_remove or []))
    # The whole of an option: settings that are not given go back to their defaults.
    for option in included:
        group._options[option["OptionName"]] = option
    return changed


def _check_option(group, option: dict, known: dict) -> None:
    name = option["OptionName"]
    if name not in known:
        message = f"Invalid option specified: {name} for {group.engine_name} {group.major_engine_version}"
        raise RDSClientError("InvalidParameterValue", message)
    settings = {it["SettingName"] for it in known[name].get("OptionGroupOptionSettings", [])}
    for setting in option.get("OptionSettings") or []:
        if setting["Name"] not in settings:
            raise RDSClientError("InvalidParameterValue", f"Invalid option setting: {setting['Name']} for {name}")


def _options(self) -> list[dict]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Option.html"""
    known = _catalogue(self.engine_name, self.major_engine_version) if self._options else {}
    return [_option(known[name], given) for name, given in self._options.items()]


def _option(known: dict, given: dict) -> dict:
    settings = {it["Name"]: it.get("Value") for it in given.get("OptionSettings") or []}
    versions = [it["Version"] for it in known.get("OptionGroupOptionVersions", []) if it.get("IsDefault")]
    return {
        "OptionName": known["Name"],
        "OptionDescription": known.get("Description"),
        "Persistent": known.get("Persistent", False),
        "Permanent": known.get("Permanent", False),
        "Port": given.get("Port") or known.get("DefaultPort"),
        "OptionVersion": given.get("OptionVersion") or next(iter(versions), None),
        "OptionSettings": [_setting(it, settings) for it in known.get("OptionGroupOptionSettings", [])],
        "DBSecurityGroupMemberships": [{"DBSecurityGroupName": it, "Status": "active"} for it in given.get("DBSecurityGroupMemberships") or []],
        "VpcSecurityGroupMemberships": [{"VpcSecurityGroupId": it, "Status": "active"} for it in given.get("VpcSecurityGroupMemberships") or []],
    }


def _setting(known: dict, given: dict) -> dict:
    """Passwords are not told."""
    name, default = known["SettingName"], known.get("DefaultValue")
    value = given.get(name, default)
    if "PASSWORD" in name and value is not None:
        value = "****"
    return {"Name": name, "Value": value, "DefaultValue": default, "IsModifiable": known.get("IsModifiable", True)}


def _delete(delete, self, option_group_name):
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteOptionGroup.html"""
    name = option_group_name.lower()
    users = [it for it in self.databases.values() if name in (it.option_group_name, it.landform_pending.get("option_group_name"))]
    users += [it for it in self.database_snapshots.values() if it.option_group_name == name]
    if users:
        message = f"The option group '{name}' cannot be deleted because it is in use."
        raise RDSClientError("InvalidOptionGroupStateFault", message)
    return delete(self, name)
