"""Parameters: their tier is chosen and kept, values match their pattern, and descriptions have pages and no values."""

import re

from moto.ssm.exceptions import SSMException, ValidationException
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse
from moto.ssm.utils import parameter_arn

from landform_simulator.fillers.patching import wrap

STANDARD_BYTES = 4096
ADVANCED_BYTES = 8192


def install() -> None:
    wrap(SimpleSystemManagerBackend, "put_parameter")(_put_parameter)
    wrap(SimpleSystemManagerResponse, "describe_parameters")(_describe_parameters)


def _put_parameter(
    put, self, name, description, value, parameter_type, allowed_pattern, keyid, overwrite, tags, data_type, tier, policies
):
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html"""
    before = self._parameters[name][-1] if name in self._parameters and self._parameters[name] else None
    pattern = allowed_pattern if allowed_pattern is not None else before and before.allowed_pattern
    if value and pattern and not re.search(pattern, value):
        raise SSMException("ParameterPatternMismatchException", f"Parameter value, cannot be validated against allowedPattern: {pattern}")
    tier = _tier(tier, before and before.tier, len((value or "").encode()))
    return put(
        self, name, description, value, parameter_type, allowed_pattern, keyid, overwrite, tags, data_type, tier=tier, policies=policies
    )


def _tier(wanted: str | None, before: str | None, size: int) -> str:
    """https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"""
    if size > ADVANCED_BYTES or (wanted == "Standard" and size > STANDARD_BYTES):
        raise ValidationException("Standard tier parameters support a maximum parameter value of 4096 characters.")
    if before == "Advanced" and wanted == "Standard":
        raise ValidationException("This parameter uses the advanced-parameter tier. You can't downgrade a parameter to the standard-parameter tier.")
    if wanted in ("Standard", "Advanced"):
        return wanted
    return "Advanced" if before == "Advanced" or (wanted and size > STANDARD_BYTES) else "Standard"


def _describe_parameters(describe, self):
    """https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html"""
    size = self._get_param("MaxResults") or 50
    if size > 50:
        raise ValidationException("MaxResults must be less than or equal to 50.")
    start = int((self._get_param("NextToken") or "0").strip() or 0)
    result = describe(self)
    found = self.ssm_backend.describe_parameters(self._get_param("Filters"), self._get_param("ParameterFilters"))
    result._result = {"Parameters": [_described(self, parameter) for parameter in found[start : start + size]]}
    if start + size < len(found):
        result._result["NextToken"] = str(start + size)
    return result


def _described(self, parameter) -> dict:
    told = parameter.describe_response_object(False)
    del told["Value"]
    return told | {"ARN": parameter_arn(self.current_account, self.region, parameter.name)}
