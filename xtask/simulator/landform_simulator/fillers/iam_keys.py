"""Whose access keys are whose.

moto looks through the IAM of every account in every partition, and makes those that are not there yet, each with a copy of AWS's
managed policies: a second and many megabytes for every key that it does not know.
"""

from moto.iam import models
from moto.iam.models import IAMBackend

from landform_simulator.fillers.patching import wrap

_account_of: dict[str, str] = {}


def install() -> None:
    wrap(IAMBackend, "create_access_key")(_note)
    wrap(IAMBackend, "create_temp_access_key")(_note)
    mark_as_visited = models.mark_account_as_visited

    def mark_account_as_visited(account_id: str, access_key: str, service: str, region: str) -> None:
        if access_key in _account_of:
            mark_as_visited(account_id, access_key, service, region)

    models.mark_account_as_visited = mark_account_as_visited
    models.get_account_id_from = lambda access_key: _account_of.get(access_key, models.DEFAULT_ACCOUNT_ID)


def _note(create, self, *arguments, **keywords):
    key = create(self, *arguments, **keywords)
    _account_of[key.access_key_id] = self.account_id
    return key
