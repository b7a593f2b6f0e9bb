"""CloudWatch Logs: the class of a group and its protection, and keys that come later."""

import json

from moto.logs.exceptions import InvalidParameterException
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

from landform_simulator.fillers.patching import add, wrap


def install() -> None:
    LogGroup.landform_class = "STANDARD"
    LogGroup.landform_protected = False
    wrap(LogGroup, "to_describe_dict")(_describe)
    wrap(LogsResponse, "create_log_group")(_create_log_group)
    wrap(LogsResponse, "describe_log_groups")(_describe_log_groups)
    wrap(LogsResponse, "delete_log_group")(_delete_log_group)
    add(LogsResponse, associate_kms_key, disassociate_kms_key, put_log_group_deletion_protection)


def _describe(describe, self):
    protection = {"deletionProtectionEnabled": self.landform_protected}
    return describe(self) | {"logGroupClass": self.landform_class} | protection


def _create_log_group(create, self):
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"""
    result = create(self)
    group = self.logs_backend.groups[self._get_param("logGroupName")]
    group.landform_class = self._get_param("logGroupClass") or "STANDARD"
    group.landform_protected = bool(self._get_param("deletionProtectionEnabled"))
    return result


def _describe_log_groups(describe, self):
    """Groups by their identifiers, at most 50 of them.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
    """
    identifiers = self._get_param("logGroupIdentifiers")
    if not identifiers:
        return describe(self)
    if len(identifiers) > 50:
        raise InvalidParameterException(msg="logGroupIdentifiers must have length less than or equal to 50")
    names = [_name(identifier) for identifier in identifiers]
    found = [self.logs_backend.groups[name].to_describe_dict() for name in names if name in self.logs_backend.groups]
    return json.dumps({"logGroups": found})


def _delete_log_group(delete, self):
    group = self.logs_backend.groups.get(self._get_param("logGroupName"))
    if group is not None and group.landform_protected:
        raise InvalidParameterException(msg="Log group deletion protection is enabled.")
    return delete(self)


def associate_kms_key(self):
    """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html"""
    _group(self).kms_key_id = self._get_param("kmsKeyId")
    return ""


def disassociate_kms_key(self):
    _group(self).kms_key_id = None
    return ""


def put_log_group_deletion_protection(self):
    _group(self).landform_protected = bool(self._get_param("deletionProtectionEnabled"))
    return ""


def _group(self) -> LogGroup:
    from moto.logs.exceptions import ResourceNotFoundException

    given = self._get_param("logGroupName") or self._get_param("logGroupIdentifier") or self._get_param("resourceIdentifier") or ""
    name = _name(given)
    if name not in self.logs_backend.groups:
        raise ResourceNotFoundException(f"The specified log group does not exist: {name}")
    return self.logs_backend.groups[name]


def _name(identifier: str) -> str:
    """The name of a group that is given by name or by ARN."""
    return identifier.partition(":log-group:")[2].removesuffix(":*") or identifier
