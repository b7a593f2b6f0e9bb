"""Subnets: every attribute is stored, only default ones are default, and one in use is not deleted."""

from moto.ec2.models import EC2Backend
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses import EC2Response

from landform_simulator.fillers.patching import has_dependencies, wrap

# Attribute of ModifySubnetAttribute -> attribute of moto's Subnet, for those that moto drops.
_DROPPED_ATTRIBUTES = {
    "EnableDns64": "enable_dns64",
    "MapCustomerOwnedIpOnLaunch": "map_customer_owned_ip_on_launch",
}


def install() -> None:
    Subnet.ipv6_cidr_block_association_set = property(_ipv6_associations)
    Subnet.enable_dns64 = False
    Subnet.map_customer_owned_ip_on_launch = False
    wrap(EC2Backend, "create_subnet")(_create_subnet)
    wrap(EC2Response, "modify_subnet_attribute")(_modify_subnet_attribute)
    wrap(EC2Response, "delete_subnet")(_delete_subnet)


def _ipv6_associations(self) -> list[dict]:
    return [
        {
            "associationId": association["associationId"],
            "ipv6CidrBlock": association["ipv6CidrBlock"],
            "ipv6CidrBlockState": {"state": association["ipv6CidrBlockState"]["State"]},
        }
        for association in self.ipv6_cidr_block_associations.values()
        if association["ipv6CidrBlockState"]["State"] == "associated"
    ]


def _create_subnet(create_subnet, self, *arguments, **keywords):
    """moto takes the first subnet of a zone for its default one, whatever the VPC."""
    subnet = create_subnet(self, *arguments, **keywords)
    if not self.get_vpc(subnet.vpc_id).is_default:
        subnet.default_for_az = False
        subnet.map_public_ip_on_launch = False
    return subnet


def _modify_subnet_attribute(modify, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html"""
    result = modify(self)
    subnet = self.ec2_backend.get_subnet(self._get_param("SubnetId"))
    for parameter, attribute in _DROPPED_ATTRIBUTES.items():
        if (value := self._get_param(f"{parameter}.Value")) is not None:
            setattr(subnet, attribute, value)
    options = subnet.private_dns_name_options_on_launch
    if (hostname_type := self._get_param("PrivateDnsHostnameTypeOnLaunch")) is not None:
        options["HostnameType"] = hostname_type
    if (aaaa := self._get_param("EnableResourceNameDnsAAAARecordOnLaunch.Value")) is not None:
        options["EnableResourceNameDnsAAAARecord"] = aaaa
    if (index := self._get_param("EnableLniAtDeviceIndex")) is not None:
        subnet.enable_lni_at_device_index = int(index)
    if self._get_param("DisableLniAtDeviceIndex.Value"):
        subnet.enable_lni_at_device_index = None
    return result


def _delete_subnet(delete_subnet, self):
    subnet = self._get_param("SubnetId")
    if any(interface.subnet.id == subnet for interface in self.ec2_backend.enis.values()):
        raise has_dependencies("subnet", subnet)
    for table in self.ec2_backend.route_tables.values():
        for association in [a for a, target in table._associations.items() if target == subnet]:
            del table._associations[association]
    return delete_subnet(self)
