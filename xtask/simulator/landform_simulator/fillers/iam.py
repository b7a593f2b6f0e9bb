"""IAM: a policy that is attached is not deleted."""

from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend

from landform_simulator.fillers.patching import wrap


def install() -> None:
    wrap(IAMBackend, "delete_policy")(_delete_policy)


def _delete_policy(delete, self, policy_arn):
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html"""
    if self.get_policy(policy_arn).attachment_count > 0:
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if len(self.get_policy(policy_arn).versions) > 1:
        raise DeleteConflictException("This policy has more than one version. Before you delete a policy, you must delete the policy's versions.")
    return delete(self, policy_arn)
