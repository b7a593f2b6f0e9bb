"""IAM: a policy that is attached is not deleted; OIDC providers have thumbprints, and audiences that change."""

import hashlib

from moto.core.responses import EmptyResult
from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse

from landform_simulator.fillers.patching import add, wrap


def install() -> None:
    wrap(IAMBackend, "delete_policy")(_delete_policy)
    wrap(IAMBackend, "create_open_id_connect_provider")(_create_open_id_connect_provider)
    add(IamResponse, add_client_id_to_open_id_connect_provider, remove_client_id_from_open_id_connect_provider)


def _delete_policy(delete, self, policy_arn):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html"""
    if self.get_policy(policy_arn).attachment_count > 0:
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if len(self.get_policy(policy_arn).versions) > 1:
        raise DeleteConflictException("This policy has more than one version. Before you delete a policy, you must delete the policy's versions.")
    return delete(self, policy_arn)


def _create_open_id_connect_provider(create, self, url, thumbprint_list, client_id_list, tags):
    """Without thumbprints, IAM takes that of the authority that signed the server's certificate.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    """
    found = [hashlib.sha1(url.encode()).hexdigest()]
    return create(self, url, thumbprint_list or found, client_id_list, tags)


def add_client_id_to_open_id_connect_provider(self):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html"""
    provider = self.backend.get_open_id_connect_provider(self._get_param("OpenIDConnectProviderArn"))
    client = self._get_param("ClientID")
    if client not in provider.client_id_list:
        provider.client_id_list = [*provider.client_id_list, client]
    return EmptyResult()


def remove_client_id_from_open_id_connect_provider(self):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html"""
    provider = self.backend.get_open_id_connect_provider(self._get_param("OpenIDConnectProviderArn"))
    client = self._get_param("ClientID")
    provider.client_id_list = [it for it in provider.client_id_list if it != client]
    return EmptyResult()
