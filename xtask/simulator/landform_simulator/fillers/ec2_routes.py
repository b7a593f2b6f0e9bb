"""Route tables: propagation from VPN gateways, one association a subnet, and the main table stays."""

from moto.core.responses import EmptyResult
from moto.ec2.models import EC2Backend
from moto.ec2.models.route_tables import RouteTable
from moto.ec2.models.vpn_gateway import VpnGatewayBackend
from moto.ec2.responses import EC2Response

from landform_simulator.fillers.patching import add, ec2_error, has_dependencies, wrap


def install() -> None:
    RouteTable.propagating_vgws = property(_propagating_vgws)
    add(EC2Response, enable_vgw_route_propagation, disable_vgw_route_propagation)
    wrap(EC2Backend, "associate_route_table")(_associate_route_table)
    wrap(EC2Response, "delete_route_table")(_delete_route_table)
    wrap(EC2Response, "create_route")(_create_route)
    wrap(EC2Response, "describe_vpn_gateways")(_describe_vpn_gateways)
    wrap(VpnGatewayBackend, "delete_vpn_gateway")(_delete_vpn_gateway)


def _propagating_vgws(self) -> list[dict]:
    return [{"GatewayId": gateway} for gateway in sorted(self.__dict__.get("landform_propagating", ()))]


def enable_vgw_route_propagation(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableVgwRoutePropagation.html"""
    table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
    gateway = self.ec2_backend.get_vpn_gateway(self._get_param("GatewayId"))
    attachment = gateway.attachments.get(table.vpc_id)
    if attachment is None or attachment.state != "attached":
        raise ec2_error("Gateway.NotAttached", f"resource {gateway.id} is not attached to network {table.vpc_id}")
    table.__dict__.setdefault("landform_propagating", set()).add(gateway.id)
    return EmptyResult()


def disable_vgw_route_propagation(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableVgwRoutePropagation.html"""
    table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
    table.__dict__.get("landform_propagating", set()).discard(self._get_param("GatewayId"))
    return EmptyResult()


def _associate_route_table(associate, self, route_table_id, gateway_id=None, subnet_id=None):
    """moto answers a second association of a subnet with the first one."""
    table = self.get_route_table(route_table_id)
    target = gateway_id or subnet_id
    if any(target in other._associations.values() for other in self.route_tables.values()):
        raise ec2_error(
            "Resource.AlreadyAssociated",
            f"the specified association for route table {table.id} conflicts with an existing association",
        )
    return associate(self, route_table_id, gateway_id, subnet_id)


def _delete_route_table(delete_route_table, self):
    table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
    if table.main_association_id:
        raise has_dependencies("routeTable", table.id)
    return delete_route_table(self)


def _create_route(create_route, self):
    """moto accepts a NAT gateway that does not exist, and makes a route that leads nowhere."""
    gateway = self._get_param("NatGatewayId")
    if gateway and gateway not in self.ec2_backend.nat_gateways:
        raise ec2_error("InvalidNatGatewayID.NotFound", f"The natGateway ID '{gateway}' does not exist")
    return create_route(self)


def _describe_vpn_gateways(describe, self):
    for gateway in self._get_param("VpnGatewayIds", []):
        self.ec2_backend.get_vpn_gateway(gateway)
    return describe(self)


def _delete_vpn_gateway(delete, self, vpn_gateway_id):
    gateway = self.get_vpn_gateway(vpn_gateway_id)
    if any(attachment.state == "attached" for attachment in gateway.attachments.values()):
        raise ec2_error("IncorrectState", f"The VPN gateway {vpn_gateway_id} is in use.")
    return delete(self, vpn_gateway_id)
