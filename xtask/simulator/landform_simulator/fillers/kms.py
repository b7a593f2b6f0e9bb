"""KMS: how often keys are rotated, and keys that cannot be deleted twice."""

import json

from moto.core.exceptions import JsonRESTError
from moto.kms.models import KmsBackend
from moto.kms.responses import KmsResponse

from landform_simulator.fillers.patching import wrap

DEFAULT_PERIOD_IN_DAYS = 365


def install() -> None:
    wrap(KmsResponse, "enable_key_rotation")(_enable_key_rotation)
    wrap(KmsResponse, "get_key_rotation_status")(_get_key_rotation_status)
    wrap(KmsBackend, "schedule_key_deletion")(_schedule_key_deletion)


def _enable_key_rotation(enable, self):
    """https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html"""
    result = enable(self)
    period = self._get_param("RotationPeriodInDays") or DEFAULT_PERIOD_IN_DAYS
    self.kms_backend.describe_key(self._get_param("KeyId")).landform_rotation_period = period
    return result


def _get_key_rotation_status(get_status, self):
    status = json.loads(get_status(self))
    key = self.kms_backend.describe_key(self._get_param("KeyId"))
    status["KeyId"] = key.id
    if status["KeyRotationEnabled"]:
        status["RotationPeriodInDays"] = getattr(key, "landform_rotation_period", DEFAULT_PERIOD_IN_DAYS)
    return json.dumps(status)


def _schedule_key_deletion(schedule, self, key_id, pending_window_in_days):
    key = self.describe_key(key_id)
    if key.key_state == "PendingDeletion":
        raise JsonRESTError("KMSInvalidStateException", f"{key.arn} is pending deletion.")
    return schedule(self, key.id, pending_window_in_days)
