"""VPCs and internet gateways: deletes are blocked by what AWS says blocks them; filters match any of their values."""

import fnmatch

import moto.ec2.utils
from moto.ec2.models import EC2Backend
from moto.ec2.responses import EC2Response
from moto.ec2.utils import is_filter_matching

from landform_simulator.fillers.patching import ec2_error, has_dependencies, wrap


def install() -> None:
    wrap(EC2Response, "delete_vpc")(_delete_vpc)
    wrap(EC2Backend, "detach_internet_gateway")(_detach_internet_gateway)
    moto.ec2.utils.is_filter_matching = _is_filter_matching


def _delete_vpc(delete_vpc, self):
    """https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html"""
    vpc, backend = self._get_param("VpcId"), self.ec2_backend
    blocked = (
        any(g.vpc and g.vpc.id == vpc for g in backend.internet_gateways.values())
        or any(not group.is_default for group in backend.groups.get(vpc, {}).values())
        or any(e.vpc_id == vpc and e.state != "deleted" for e in backend.vpc_end_points.values())
        or any(g.vpc_id == vpc for g in backend.egress_only_internet_gateways.values())
        or any(acl.vpc_id == vpc and not acl.default for acl in backend.network_acls.values())
    )
    if blocked:
        raise has_dependencies("vpc", vpc)
    return delete_vpc(self)


def _detach_internet_gateway(detach, self, internet_gateway_id, vpc_id):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html"""
    if any(address.eni and address.eni.subnet.vpc_id == vpc_id for address in self.addresses):
        raise ec2_error(
            "DependencyViolation",
            f"Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.",
        )
    return detach(self, internet_gateway_id, vpc_id)


def _is_filter_matching(thing, name: str, values) -> bool:
    """A property with several values matches when one of them does; moto wants all of them to."""
    value = thing.get_filter_value(name)
    if isinstance(value, (list, tuple, set, type({}.keys()), type({}.values()))) and isinstance(values, list):
        return any(fnmatch.fnmatch(str(element), pattern) for element in value for pattern in values)
    return is_filter_matching(thing, name, values)
