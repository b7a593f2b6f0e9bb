"""Secrets Manager: names that wait for their end stay taken, and what is said of secrets that do."""

import json

from moto.secretsmanager.exceptions import InvalidParameterException, InvalidRequestException, SecretHasNoValueException
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend
from moto.secretsmanager.responses import SecretsManagerResponse

from landform_simulator.fillers.patching import wrap
from landform_simulator.transitions import Transition


def install() -> None:
    wrap(FakeSecret, "create_replicas")(_create_replicas)
    wrap(SecretsManagerBackend, "create_secret")(_create_secret)
    wrap(SecretsManagerBackend, "get_secret_value")(_get_secret_value)
    wrap(SecretsManagerBackend, "batch_get_secret_value")(_batch_get_secret_value)
    wrap(SecretsManagerBackend, "update_secret")(_update_secret)
    wrap(SecretsManagerBackend, "update_secret_version_stage")(_update_secret_version_stage)
    wrap(SecretsManagerBackend, "describe_secret")(_describe_secret)
    for name in ("put_secret_value", "put_resource_policy", "get_resource_policy", "delete_resource_policy"):
        wrap(SecretsManagerBackend, name)(_unless_deleted)
    wrap(SecretsManagerResponse, "describe_secret")(_tell_what_is_set)


def _create_secret(create, self, name, *arguments, **keywords):
    """https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html"""
    existing = self.secrets.get(name) if name in self.secrets else None
    if existing is not None and existing.is_deleted():
        raise InvalidRequestException("You can't create this secret because a secret with this name is already scheduled for deletion.")
    return create(self, name, *arguments, **keywords)


def _unless_deleted(operation, self, secret_id, *arguments, **keywords):
    _refuse_deleted(self, secret_id)
    return operation(self, secret_id, *arguments, **keywords)


def _refuse_deleted(self, secret_id) -> None:
    if secret_id in self.secrets and self.secrets[secret_id].is_deleted():
        raise InvalidRequestException("You can't perform this operation on the secret because it was marked for deletion.")


def _get_secret_value(get, self, secret_id, version_id, version_stage):
    """A value that was never set is missing, whatever it is asked for by."""
    _refuse_deleted(self, secret_id)
    if secret_id in self.secrets and not version_id and version_stage:
        stages = [stage for version in self.secrets[secret_id].versions.values() for stage in version["version_stages"]]
        if version_stage not in stages:
            raise SecretHasNoValueException(version_stage)
    return get(self, secret_id, version_id or None, version_stage or None)


def _batch_get_secret_value(batch_get, self, secret_id_list=None, *arguments, **keywords):
    """At most 20 secrets. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html"""
    if secret_id_list and len(secret_id_list) > 20:
        raise InvalidParameterException("SecretIdList must have length less than or equal to 20")
    return batch_get(self, secret_id_list, *arguments, **keywords)


def _update_secret(update, self, secret_id, secret_string=None, secret_binary=None, client_request_token=None, kms_key_id=None, description=None):
    """A description can be made empty.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
    """
    result = update(self, secret_id, secret_string, secret_binary, client_request_token, kms_key_id, description)
    if description is not None:
        self.secrets[secret_id].description = description
    return result


def _update_secret_version_stage(update, self, secret_id, version_stage, remove_from_version_id, move_to_version_id):
    """A label that another version has is only moved from there.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
    """
    _refuse_deleted(self, secret_id)
    if secret_id in self.secrets:
        versions = self.secrets[secret_id].versions
        holder = next((version for version, it in versions.items() if version_stage in it["version_stages"]), None)
        if version_stage == "AWSCURRENT" and not move_to_version_id:
            raise InvalidParameterException("You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.")
        if holder and holder not in (remove_from_version_id, move_to_version_id):
            raise InvalidParameterException(
                f"The parameter RemoveFromVersionId can't be empty. Staging label {version_stage} is currently attached to version {holder}, "
                "so you must explicitly reference that version in RemoveFromVersionId."
            )
    return update(self, secret_id, version_stage, remove_from_version_id, move_to_version_id)


def _create_replicas(create, self, replica_regions, force_overwrite):
    """Copying takes a while, and the key is the one that is asked for.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicationStatusType.html
    """
    keys = {region["Region"]: region.get("KmsKeyId") for region in replica_regions or []}
    replicas = create(self, replica_regions, force_overwrite)
    for replica in replicas:
        replica.config["KmsKeyId"] = keys[replica.region] or replica.config["KmsKeyId"]
        if replica.has_replica:
            replica.landform_copying = Transition(self.account_id, "InProgress", "InSync")
    return replicas


def _describe_secret(describe, self, secret_id):
    secret = describe(self, secret_id)
    for replica in [] if isinstance(secret, ReplicaSecret) else secret.replicas:
        if copying := getattr(replica, "landform_copying", None):
            replica.config["Status"] = copying.state
    return secret


def _tell_what_is_set(describe, self):
    """What is not set is not told of."""
    told = json.loads(describe(self))
    if told.get("KmsKeyId") == SecretsManagerBackend.DEFAULT_KMS_KEY_ALIAS:
        del told["KmsKeyId"]
    return json.dumps({name: value for name, value in told.items() if value is not None})
