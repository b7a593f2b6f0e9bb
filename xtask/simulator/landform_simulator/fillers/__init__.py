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
    ec2_nat_addresses,
    ec2_routes,
    ec2_security_groups,
    ec2_subnets,
    ec2_vpcs,
    eks,
    eks_nodes,
    iam,
    kms,
    logs,
    s3,
)


@functools.cache
def install() -> None:
    """Patches moto; once, however often it is called."""
    for module in (ec2_vpcs, ec2_subnets, ec2_routes, ec2_addresses, ec2_nat_addresses, ec2_security_groups, ec2_flow_logs, dynamodb, eks, eks_nodes, iam, kms, logs, s3):
        module.install()


def answer(call: Call) -> Answer | None:
    """The answer to a call that moto would get badly wrong; None for all others."""
    return s3.answer(call)
