"""Elastic addresses and NAT gateways: states that take time, tokens that repeat, addresses that are given back."""

import random

import moto.ec2.models.elastic_ip_addresses as elastic_addresses
from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_ip_addresses import ElasticAddress
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.responses import EC2Response

from landform_simulator.fillers.patching import ec2_error, wrap
from landform_simulator.transitions import Transition


def install() -> None:
    elastic_addresses.random_ip = _public_ip
    ElasticAddress.public_ipv4_pool = "amazon"
    ElasticAddress.network_border_group = property(lambda self: self.ec2_backend.region_name)
    NatGateway.state = property(_nat_gateway_state, _set_nat_gateway_state)
    wrap(EC2Response, "release_address")(_release_address)
    wrap(EC2Response, "create_nat_gateway")(_create_nat_gateway)
    wrap(EC2Response, "delete_nat_gateway")(_delete_nat_gateway)
    wrap(EC2Response, "describe_nat_gateways")(_describe_nat_gateways)
    wrap(EC2Backend, "describe_addresses")(_describe_addresses)


def _public_ip() -> str:
    """An address as EC2 hands out; moto's are in 127.0.0.0/8."""
    return f"52.{random.randint(0, 95)}.{random.randint(0, 255)}.{random.randint(1, 254)}"


def _release_address(release, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html"""
    allocation = self._get_param("AllocationId")
    if allocation:
        address = self.ec2_backend.address_by_allocation([allocation])[0]
        if address.association_id:
            raise ec2_error("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")
    return release(self)


def _describe_addresses(describe, self, allocation_ids=None, public_ips=None, filters=None):
    """moto's message names the ids as a Python set."""
    known = {address.allocation_id for address in self.addresses}
    for missing in [a for a in allocation_ids or [] if a not in known]:
        raise ec2_error("InvalidAllocationID.NotFound", f"The allocation ID '{missing}' does not exist")
    return describe(self, allocation_ids, public_ips, filters)


def _nat_gateway_state(self) -> str:
    return self.__dict__["landform_transition"].state


def _set_nat_gateway_state(self, state: str) -> None:
    """moto sets the state that a gateway ends in; it gets there through the one before it."""
    account = self.__dict__["ec2_backend"].account_id if "ec2_backend" in self.__dict__ else ""
    during = {"available": "pending", "deleted": "deleting"}[state]
    self.__dict__["landform_transition"] = Transition(account, during, state)


def _create_nat_gateway(create, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html"""
    backend = self.ec2_backend
    tokens = backend.__dict__.setdefault("landform_nat_gateway_tokens", {})
    token = self._get_param("ClientToken")
    if token in tokens:
        return ActionResult({"NatGateway": tokens[token], "ClientToken": token})
    allocation = self._get_param("AllocationId")
    if allocation:
        address = backend.address_by_allocation([allocation])[0]
        if address.association_id:
            raise ec2_error("Resource.AlreadyAssociated", f"Elastic IP address [{allocation}] is already associated")
    before = set(backend.nat_gateways)
    result = create(self)
    (identity,) = set(backend.nat_gateways) - before
    gateway = backend.nat_gateways[identity]
    _complete(gateway, self._get_param("ConnectivityType"), self._get_param("PrivateIpAddress"))
    if token:
        tokens[token] = gateway
    return result


def _complete(gateway: NatGateway, connectivity_type: str | None, private_ip: str | None) -> None:
    gateway.connectivity_type = connectivity_type or "public"
    gateway.state = "available"
    interface = gateway._eni
    interface.description = f"Interface for NAT Gateway {gateway.id}"
    interface.interface_type = "nat_gateway"
    interface.requester_managed = True
    interface._group_set = []
    if private_ip:
        interface.private_ip_address = private_ip
    for address in gateway.address_set:
        address |= {"privateIp": interface.private_ip_address, "isPrimary": True, "status": "succeeded"}


def _delete_nat_gateway(delete, self):
    backend = self.ec2_backend
    gateway = existing_nat_gateway(backend, self._get_param("NatGatewayId"))
    if gateway.state not in ("deleting", "deleted"):
        result = delete(self)
        for address in [a for a in backend.addresses if a.eni is gateway._eni]:
            backend.disassociate_address(association_id=address.association_id)
        backend.enis.pop(gateway._eni.id, None)
        return result
    return ActionResult({"NatGatewayId": gateway.id})


def _describe_nat_gateways(describe, self):
    for identity in self._get_param("NatGatewayIds", []):
        existing_nat_gateway(self.ec2_backend, identity)
    return describe(self)


def existing_nat_gateway(backend: EC2Backend, identity: str) -> NatGateway:
    """The gateway, or the error that there is none."""
    if identity not in backend.nat_gateways:
        raise ec2_error("NatGatewayNotFound", f"The Nat Gateway {identity} was not found")
    return backend.nat_gateways[identity]
