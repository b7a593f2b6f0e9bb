"""Where moto differs from AWS in what a user of Landform would notice, and what is done about it.

A module a service. ``install`` patches moto's classes, before its application is made; ``answer`` takes over whole calls.
"""

import functools

from landform_simulator.calls import Call
from landform_simulator.errors import Answer
from landform_simulator.fillers import (
    dynamodb,
    ec2_addresses,
    ec2_flow_logs,
    ec2_instances,
    ec2_launch_templates,
    ec2_nat_addresses,
    ec2_routes,
    ec2_security_groups,
    ec2_spot,
    ec2_subnets,
    ec2_vpcs,
    eks,
    eks_access,
    eks_addons,
    eks_nodes,
    eks_pod_identities,
    elasticache,
    iam,
    iam_keys,
    kms,
    logs,
    rds,
    rds_clusters,
    rds_groups,
    rds_options,
    rds_snapshots,
    rds_windows,
    s3,
    secretsmanager,
    ssm,
)

MODULES = (
    dynamodb,
    ec2_addresses,
    ec2_flow_logs,
    ec2_instances,
    ec2_launch_templates,
    ec2_nat_addresses,
    ec2_routes,
    ec2_security_groups,
    ec2_spot,
    ec2_subnets,
    ec2_vpcs,
    eks,
    eks_access,
    eks_addons,
    eks_nodes,
    eks_pod_identities,
    elasticache,
    iam,
    iam_keys,
    kms,
    logs,
    rds,
    rds_clusters,
    rds_groups,
    rds_options,
    rds_snapshots,
    rds_windows,
    s3,
    secretsmanager,
    ssm,
)


@functools.cache
def install() -> None:
    """Patches moto; once, however often it is called."""
    for module in MODULES:
        module.install()


def answer(call: Call) -> Answer | None:
    """The answer to a call that moto would get badly wrong; None for all others."""
    return s3.answer(call)
