"""Somebody with the AWS console: changes a tag, a route and a rule of the demo's network."""

import boto3

ec2 = boto3.client("ec2")
vpc = ec2.describe_vpcs(Filters=[{"Name": "tag:Environment", "Values": ["dev"]}])["Vpcs"][0]["VpcId"]
in_vpc = [{"Name": "vpc-id", "Values": [vpc]}]

ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Component", "Value": "mine"}])
print(f"{vpc}: tag Component is now mine")

tables = ec2.describe_route_tables(Filters=[*in_vpc, {"Name": "tag:Name", "Values": ["*-public"]}])
table = tables["RouteTables"][0]["RouteTableId"]
ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
print(f"{table}: the route to the internet is gone")

groups = ec2.describe_security_groups(Filters=[*in_vpc, {"Name": "group-name", "Values": ["*-load-balancer-*"]}])
group = groups["SecurityGroups"][0]["GroupId"]
rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
rule = next(rule["SecurityGroupRuleId"] for rule in rules["SecurityGroupRules"] if not rule["IsEgress"])
ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rule])
print(f"{group}: rule {rule} is gone")
