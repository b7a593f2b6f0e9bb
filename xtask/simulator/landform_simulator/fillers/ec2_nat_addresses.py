"""Further addresses of NAT gateways, which moto does not know."""

from moto.core.responses import ActionResult
from moto.ec2.models.nat_gateways import NatGateway
from moto.ec2.responses import EC2Response

from landform_simulator.fillers.ec2_addresses import existing_nat_gateway
from landform_simulator.fillers.patching import add, ec2_error, wrap


def install() -> None:
    wrap(EC2Response, "create_nat_gateway")(_create_nat_gateway)
    add(
        EC2Response,
        associate_nat_gateway_address,
        disassociate_nat_gateway_address,
        assign_private_nat_gateway_address,
        unassign_private_nat_gateway_address,
    )


def _create_nat_gateway(create, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html"""
    before = set(self.ec2_backend.nat_gateways)
    result = create(self)
    for identity in set(self.ec2_backend.nat_gateways) - before:
        gateway = self.ec2_backend.nat_gateways[identity]
        _add(gateway, self._get_param("SecondaryAllocationIds", []), list(self._get_param("SecondaryPrivateIpAddresses", [])))
        _add(gateway, [], [], int(self._get_param("SecondaryPrivateIpAddressCount") or 0))
    return result


def associate_nat_gateway_address(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateNatGatewayAddress.html"""
    gateway = existing_nat_gateway(self.ec2_backend, self._get_param("NatGatewayId"))
    if gateway.connectivity_type == "private":
        raise ec2_error("InvalidParameter", f"The NAT gateway {gateway.id} is private")
    _add(gateway, self._get_param("AllocationIds", []), list(self._get_param("PrivateIpAddresses", [])))
    return _answer(gateway)


def disassociate_nat_gateway_address(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateNatGatewayAddress.html"""
    gateway = existing_nat_gateway(self.ec2_backend, self._get_param("NatGatewayId"))
    for association in self._get_param("AssociationIds", []):
        entry = _entry(gateway, "associationId", association)
        self.ec2_backend.disassociate_address(association_id=association)
        gateway.address_set.remove(entry)
    return _answer(gateway)


def assign_private_nat_gateway_address(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateNatGatewayAddress.html"""
    gateway = existing_nat_gateway(self.ec2_backend, self._get_param("NatGatewayId"))
    if gateway.connectivity_type != "private":
        raise ec2_error("InvalidParameter", f"The NAT gateway {gateway.id} is public")
    private = list(self._get_param("PrivateIpAddresses", []))
    _add(gateway, [], private, int(self._get_param("PrivateIpAddressCount") or 0))
    return _answer(gateway)


def unassign_private_nat_gateway_address(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignPrivateNatGatewayAddress.html"""
    gateway = existing_nat_gateway(self.ec2_backend, self._get_param("NatGatewayId"))
    for address in self._get_param("PrivateIpAddresses", []):
        gateway.address_set.remove(_entry(gateway, "privateIp", address))
    return _answer(gateway)


def _add(gateway: NatGateway, allocations: list[str], private: list[str], count: int = 0) -> None:
    """Adds an address for each allocation, or each private one, or as many private ones; takes from ``private``."""
    for allocation in [*allocations] or [None] * max(count, len(private)):
        subnet = gateway.ec2_backend.get_subnet(gateway.subnet_id)
        entry = {
            "networkInterfaceId": gateway._eni.id,
            "privateIp": private.pop(0) if private else subnet.get_available_subnet_ip(gateway._eni),
            "isPrimary": False,
            "status": "succeeded",
        }
        if allocation:
            entry |= _associate(gateway, allocation)
        gateway.address_set.append(entry)


def _associate(gateway: NatGateway, allocation: str) -> dict:
    backend, interface = gateway.ec2_backend, gateway._eni
    address = backend.address_by_allocation([allocation])[0]
    if address.association_id:
        raise ec2_error("Resource.AlreadyAssociated", f"Elastic IP address [{allocation}] is already associated")
    first = interface.public_ip
    backend.associate_address(eni=interface, allocation_id=allocation)
    interface.public_ip = first
    return {"allocationId": allocation, "publicIp": address.public_ip, "associationId": address.association_id}


def _entry(gateway: NatGateway, key: str, value: str) -> dict:
    """A further address; the first one stays for as long as the gateway."""
    for entry in gateway.address_set:
        if entry.get(key) == value and not entry["isPrimary"]:
            return entry
    raise ec2_error("InvalidParameter", f"{value} is no further address of NAT gateway {gateway.id}")


def _answer(gateway: NatGateway) -> ActionResult:
    return ActionResult({"NatGatewayId": gateway.id, "NatGatewayAddresses": gateway.address_set})
