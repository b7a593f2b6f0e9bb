"""EC2 networks as AWS has them."""

import pytest
from conftest import code_of

WEB = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}


def rules(account, group, egress=False):
    found = account.ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return [rule for rule in found if rule["IsEgress"] == egress]


def default_group(account, vpc):
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    return account.ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]


class TestVpc:
    @pytest.mark.parametrize("blocker", ["gateway", "group", "subnet", "endpoint", "acl"])
    def test_is_not_deleted_while_something_is_in_it(self, account, blocker):
        client, vpc = account.ec2, account.vpc()
        if blocker == "gateway":
            gateway = client.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
            client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        elif blocker == "group":
            account.group(vpc)
        elif blocker == "subnet":
            account.subnet(vpc)
        elif blocker == "endpoint":
            client.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3")
        else:
            client.create_network_acl(VpcId=vpc)
        assert code_of(client.delete_vpc, VpcId=vpc) == "DependencyViolation"

    def test_is_deleted_with_what_aws_put_there(self, account):
        vpc = account.vpc()
        account.ec2.delete_vpc(VpcId=vpc)
        assert account.control("GET", "objects") == {}

    def test_gateway_stays_while_addresses_are_mapped(self, account):
        client, vpc = account.ec2, account.vpc()
        gateway = client.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        client.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        nat = account.nat_gateway(account.subnet(vpc))["NatGatewayId"]
        assert code_of(client.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc) == "DependencyViolation"
        client.delete_nat_gateway(NatGatewayId=nat)
        assert code_of(client.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc) == "none"


class TestSubnet:
    def test_state_of_an_ipv6_range_is_a_word(self, account):
        vpc = account.ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
        ipv6 = account.ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"][0]["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
        subnet = account.ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.0.1.0/24", Ipv6CidrBlock=ipv6.replace("/56", "/64"))["Subnet"]
        assert subnet["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlockState"]["State"] == "associated"

    def test_keeps_every_attribute(self, account):
        client = account.ec2
        subnet = account.subnet(account.vpc())
        for change in (
            {"EnableDns64": {"Value": True}},
            {"PrivateDnsHostnameTypeOnLaunch": "resource-name"},
            {"EnableResourceNameDnsAAAARecordOnLaunch": {"Value": True}},
            {"EnableResourceNameDnsARecordOnLaunch": {"Value": True}},
            {"MapPublicIpOnLaunch": {"Value": True}},
            {"EnableLniAtDeviceIndex": 1},
        ):
            client.modify_subnet_attribute(SubnetId=subnet, **change)
        found = client.describe_subnets(SubnetIds=[subnet])["Subnets"][0]
        assert found["EnableDns64"] and found["MapPublicIpOnLaunch"]
        assert found["EnableLniAtDeviceIndex"] == 1
        assert found["PrivateDnsNameOptionsOnLaunch"] == {
            "HostnameType": "resource-name",
            "EnableResourceNameDnsARecord": True,
            "EnableResourceNameDnsAAAARecord": True,
        }

    def test_of_an_own_vpc_is_no_default_one(self, account):
        created = account.ec2.create_subnet(VpcId=account.vpc(), CidrBlock="10.0.1.0/24", AvailabilityZoneId="use1-az1")["Subnet"]
        assert not created["DefaultForAz"] and not created["MapPublicIpOnLaunch"]

    def test_is_not_deleted_while_a_nat_gateway_is_in_it(self, account):
        subnet = account.subnet(account.vpc())
        nat = account.nat_gateway(subnet)["NatGatewayId"]
        assert code_of(account.ec2.delete_subnet, SubnetId=subnet) == "DependencyViolation"
        account.ec2.delete_nat_gateway(NatGatewayId=nat)
        assert code_of(account.ec2.delete_subnet, SubnetId=subnet) == "none"


class TestRouteTable:
    def table(self, account, vpc):
        return account.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]

    def test_a_subnet_has_one_association(self, account):
        vpc = account.vpc()
        subnet, first, second = account.subnet(vpc), self.table(account, vpc), self.table(account, vpc)
        account.ec2.associate_route_table(SubnetId=subnet, RouteTableId=first)
        assert code_of(account.ec2.associate_route_table, SubnetId=subnet, RouteTableId=second) == "Resource.AlreadyAssociated"

    def test_is_found_by_any_of_its_subnets(self, account):
        vpc = account.vpc()
        table = self.table(account, vpc)
        subnets = [account.subnet(vpc, f"10.0.{n}.0/24") for n in (1, 2)]
        for subnet in subnets:
            account.ec2.associate_route_table(SubnetId=subnet, RouteTableId=table)
        other = account.subnet(vpc, "10.0.9.0/24")
        filters = [{"Name": "association.subnet-id", "Values": [subnets[0], other]}]
        assert [t["RouteTableId"] for t in account.ec2.describe_route_tables(Filters=filters)["RouteTables"]] == [table]

    def test_main_one_is_not_deleted(self, account):
        filters = [{"Name": "vpc-id", "Values": [account.vpc()]}]
        main = account.ec2.describe_route_tables(Filters=filters)["RouteTables"][0]["RouteTableId"]
        assert code_of(account.ec2.delete_route_table, RouteTableId=main) == "DependencyViolation"

    def test_propagates_from_an_attached_vpn_gateway(self, account):
        client, vpc = account.ec2, account.vpc()
        table = self.table(account, vpc)
        gateway = client.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
        arguments = {"RouteTableId": table, "GatewayId": gateway}
        assert code_of(client.enable_vgw_route_propagation, **arguments) == "Gateway.NotAttached"
        client.attach_vpn_gateway(VpcId=vpc, VpnGatewayId=gateway)
        client.enable_vgw_route_propagation(**arguments)
        described = client.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]
        assert described["PropagatingVgws"] == [{"GatewayId": gateway}]
        client.disable_vgw_route_propagation(**arguments)
        assert client.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["PropagatingVgws"] == []
        assert code_of(client.delete_vpn_gateway, VpnGatewayId=gateway) == "IncorrectState"

    def test_a_route_wants_a_nat_gateway_that_exists(self, account):
        table = self.table(account, account.vpc())
        arguments = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-00000000000000000"}
        assert code_of(account.ec2.create_route, **arguments) == "InvalidNatGatewayID.NotFound"


class TestNatGateway:
    def state(self, account, nat):
        return account.ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"]

    def test_says_what_kind_it_is_and_which_address_it_has(self, account):
        nat = account.nat_gateway(account.subnet(account.vpc()))
        found = account.ec2.describe_nat_gateways(NatGatewayIds=[nat["NatGatewayId"]])["NatGateways"][0]
        assert (found["State"], found["ConnectivityType"]) == ("available", "public")
        (address,) = found["NatGatewayAddresses"]
        assert address["IsPrimary"] and address["Status"] == "succeeded" and address["PublicIp"].startswith("52.")

    def test_takes_its_time(self, account):
        account.transitions_take(60)
        nat = account.nat_gateway(account.subnet(account.vpc()))
        assert nat["State"] == "pending"
        account.time_passes(60)
        assert self.state(account, nat["NatGatewayId"]) == "available"
        account.ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
        assert self.state(account, nat["NatGatewayId"]) == "deleting"
        account.time_passes(60)
        assert self.state(account, nat["NatGatewayId"]) == "deleted"

    def test_gives_its_address_back(self, account):
        client, subnet, address = account.ec2, account.subnet(account.vpc()), account.address()
        nat = client.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
        assert code_of(client.create_nat_gateway, SubnetId=subnet, AllocationId=address) == "Resource.AlreadyAssociated"
        assert code_of(client.release_address, AllocationId=address) == "InvalidIPAddress.InUse"
        client.delete_nat_gateway(NatGatewayId=nat)
        assert code_of(client.release_address, AllocationId=address) == "none"

    def test_takes_further_addresses(self, account):
        client, subnet = account.ec2, account.subnet(account.vpc())
        first, second, third = (account.address() for _ in range(3))
        made = client.create_nat_gateway(SubnetId=subnet, AllocationId=first, SecondaryAllocationIds=[second])["NatGateway"]
        nat = made["NatGatewayId"]
        assert [a["IsPrimary"] for a in made["NatGatewayAddresses"]] == [True, False]
        added = client.associate_nat_gateway_address(NatGatewayId=nat, AllocationIds=[third], PrivateIpAddresses=["10.0.1.77"])
        assert added["NatGatewayAddresses"][2]["PrivateIp"] == "10.0.1.77"
        association = added["NatGatewayAddresses"][1]["AssociationId"]
        left = client.disassociate_nat_gateway_address(NatGatewayId=nat, AssociationIds=[association])["NatGatewayAddresses"]
        assert [a["AllocationId"] for a in left] == [first, third]
        assert code_of(client.release_address, AllocationId=second) == "none"
        primary = left[0]["AssociationId"]
        assert code_of(client.disassociate_nat_gateway_address, NatGatewayId=nat, AssociationIds=[primary]) == "InvalidParameter"

    def test_a_private_one_takes_further_private_addresses(self, account):
        client, subnet = account.ec2, account.subnet(account.vpc())
        arguments = {"SubnetId": subnet, "ConnectivityType": "private", "SecondaryPrivateIpAddressCount": 2}
        nat = client.create_nat_gateway(**arguments)["NatGateway"]["NatGatewayId"]
        assigned = client.assign_private_nat_gateway_address(NatGatewayId=nat, PrivateIpAddresses=["10.0.1.77"])
        assert len(assigned["NatGatewayAddresses"]) == 4
        left = client.unassign_private_nat_gateway_address(NatGatewayId=nat, PrivateIpAddresses=["10.0.1.77"])
        assert len(left["NatGatewayAddresses"]) == 3

    def test_a_token_makes_one(self, account):
        client, subnet, address = account.ec2, account.subnet(account.vpc()), account.address()
        made = [client.create_nat_gateway(SubnetId=subnet, AllocationId=address, ClientToken="t")["NatGateway"]["NatGatewayId"] for _ in range(2)]
        assert made[0] == made[1]

    def test_a_missing_one_is_not_found(self, account):
        assert code_of(account.ec2.describe_nat_gateways, NatGatewayIds=["nat-0"]) == "NatGatewayNotFound"
        assert code_of(account.ec2.delete_nat_gateway, NatGatewayId="nat-0") == "NatGatewayNotFound"


def test_an_address_says_where_it_is_from(account):
    found = account.ec2.describe_addresses(AllocationIds=[account.address()])["Addresses"][0]
    assert (found["PublicIpv4Pool"], found["NetworkBorderGroup"]) == ("amazon", "us-east-1")
    assert code_of(account.ec2.describe_addresses, AllocationIds=["eipalloc-0"]) == "InvalidAllocationID.NotFound"


class TestSecurityGroup:
    def test_default_one_lets_its_members_in(self, account):
        group = default_group(account, account.vpc())
        (rule,) = rules(account, group["GroupId"])
        assert (rule["IpProtocol"], rule["ReferencedGroupInfo"]["GroupId"]) == ("-1", group["GroupId"])
        assert group["IpPermissions"][0]["UserIdGroupPairs"][0]["UserId"] == account.number

    def test_default_one_is_not_deleted(self, account):
        group = default_group(account, account.vpc())
        assert code_of(account.ec2.delete_security_group, GroupId=group["GroupId"]) == "CannotDelete"

    def test_is_not_deleted_while_a_rule_refers_to_it(self, account):
        vpc = account.vpc()
        web, app = account.group(vpc, "web"), account.group(vpc, "app")
        permission = WEB | {"UserIdGroupPairs": [{"GroupId": web}]}
        account.ec2.authorize_security_group_ingress(GroupId=app, IpPermissions=[permission])
        assert code_of(account.ec2.delete_security_group, GroupId=web) == "DependencyViolation"
        assert code_of(account.ec2.delete_security_group, GroupId=app) == "none"
        assert code_of(account.ec2.delete_security_group, GroupId=web) == "none"

    def test_is_not_deleted_while_an_interface_uses_it(self, account):
        vpc = account.vpc()
        group = account.group(vpc)
        interface = account.ec2.create_network_interface(SubnetId=account.subnet(vpc), Groups=[group])["NetworkInterface"]["NetworkInterfaceId"]
        assert code_of(account.ec2.delete_security_group, GroupId=group) == "DependencyViolation"
        account.ec2.delete_network_interface(NetworkInterfaceId=interface)
        assert code_of(account.ec2.delete_security_group, GroupId=group) == "none"

    @pytest.mark.parametrize("source", ["cidr", "group", "prefix list"])
    def test_keeps_descriptions(self, account, source):
        client, group = account.ec2, account.group(account.vpc())
        if source == "cidr":
            target = {"IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "first"}]}
        elif source == "group":
            target = {"UserIdGroupPairs": [{"GroupId": group, "Description": "first"}]}
        else:
            lists = client.describe_managed_prefix_lists()["PrefixLists"]
            target = {"PrefixListIds": [{"PrefixListId": lists[0]["PrefixListId"], "Description": "first"}]}
        added = client.authorize_security_group_ingress(GroupId=group, IpPermissions=[WEB | target])["SecurityGroupRules"]
        assert added[0]["Description"] == "first"
        assert rules(account, group)[0]["Description"] == "first"
        described = client.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"][0]
        (kind,) = target
        assert described[kind][0]["Description"] == "first"
        change = {"SecurityGroupRuleId": added[0]["SecurityGroupRuleId"], "Description": "second"}
        client.update_security_group_rule_descriptions_ingress(GroupId=group, SecurityGroupRuleDescriptions=[change])
        assert rules(account, group)[0]["Description"] == "second"

    def test_revokes_a_reference_whatever_its_description(self, account):
        client, group = account.ec2, account.group(account.vpc())
        pair = {"GroupId": group}
        client.authorize_security_group_ingress(GroupId=group, IpPermissions=[WEB | {"UserIdGroupPairs": [pair | {"Description": "x"}]}])
        client.revoke_security_group_ingress(GroupId=group, IpPermissions=[WEB | {"UserIdGroupPairs": [pair]}])
        assert rules(account, group) == []

    @pytest.mark.parametrize(("given", "kept"), [("icmpv6", "icmpv6"), ("50", "50"), ("58", "icmpv6"), ("all", "-1"), ("6", "tcp")])
    def test_takes_protocols_without_ports(self, account, given, kept):
        group = account.group(account.vpc())
        permission = {"IpProtocol": given, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
        account.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
        (rule,) = rules(account, group)
        assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == (kept, -1, -1)

    def test_answers_with_the_rules_of_all_permissions_or_adds_none(self, account):
        client, group = account.ec2, account.group(account.vpc())
        permissions = [WEB | {"IpRanges": [{"CidrIp": cidr}]} for cidr in ("10.0.0.0/8", "10.1.0.0/16")]
        added = client.authorize_security_group_ingress(GroupId=group, IpPermissions=permissions)["SecurityGroupRules"]
        assert [rule["CidrIpv4"] for rule in added] == ["10.0.0.0/8", "10.1.0.0/16"]
        again = [WEB | {"IpRanges": [{"CidrIp": "10.2.0.0/16"}]}, permissions[0]]
        assert code_of(client.authorize_security_group_ingress, GroupId=group, IpPermissions=again) == "InvalidPermission.Duplicate"
        assert len(rules(account, group)) == 2

    def test_modifies_rules_of_every_kind(self, account):
        client, vpc = account.ec2, account.vpc()
        group, other = account.group(vpc), account.group(vpc, "other")
        permission = WEB | {"UserIdGroupPairs": [{"GroupId": group}]}
        rule = client.authorize_security_group_egress(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        wanted = {"IpProtocol": "-1", "ReferencedGroupId": other, "Description": "all"}
        client.modify_security_group_rules(GroupId=group, SecurityGroupRules=[{"SecurityGroupRuleId": rule, "SecurityGroupRule": wanted}])
        found = next(r for r in rules(account, group, egress=True) if r["SecurityGroupRuleId"] == rule)
        assert (found["IpProtocol"], found["ReferencedGroupInfo"]["GroupId"], found["Description"]) == ("-1", other, "all")
        wanted = {"IpProtocol": "-1", "CidrIpv4": "10.0.0.0/8"}
        change = [{"SecurityGroupRuleId": rule, "SecurityGroupRule": wanted}]
        assert code_of(client.modify_security_group_rules, GroupId=group, SecurityGroupRules=change) == "InvalidParameterValue"


class TestFlowLog:
    def flow_log(self, account, **destination):
        account.client("logs").create_log_group(logGroupName="traffic")
        made = account.ec2.create_flow_logs(
            ResourceIds=[account.vpc()], ResourceType="VPC", TrafficType="ALL", DeliverLogsPermissionArn="arn:aws:iam::1:role/r", **destination
        )
        assert made["Unsuccessful"] == []
        return account.ec2.describe_flow_logs(FlowLogIds=made["FlowLogIds"])["FlowLogs"][0]

    def test_to_a_log_group_by_arn(self, account):
        arn = f"arn:aws:logs:us-east-1:{account.number}:log-group:traffic"
        found = self.flow_log(account, LogDestinationType="cloud-watch-logs", LogDestination=arn)
        assert (found["LogDestination"], found["LogGroupName"], found["DeliverLogsStatus"]) == (arn, "traffic", "SUCCESS")

    def test_to_a_log_group_by_name(self, account):
        found = self.flow_log(account, LogGroupName="traffic")
        assert found["LogDestination"] == f"arn:aws:logs:us-east-1:{account.number}:log-group:traffic"

    def test_to_a_folder_of_a_bucket_with_options(self, account):
        bucket = f"flow-{account.number}"
        account.client("s3").create_bucket(Bucket=bucket)
        options = {"FileFormat": "parquet", "HiveCompatiblePartitions": True, "PerHourPartition": True}
        made = account.ec2.create_flow_logs(
            ResourceIds=[account.vpc()],
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestinationType="s3",
            LogDestination=f"arn:aws:s3:::{bucket}/network/",
            DestinationOptions=options,
        )
        found = account.ec2.describe_flow_logs(FlowLogIds=made["FlowLogIds"])["FlowLogs"][0]
        assert (found["LogDestination"], found["DestinationOptions"]) == (f"arn:aws:s3:::{bucket}/network/", options)
