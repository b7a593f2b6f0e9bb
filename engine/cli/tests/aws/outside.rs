//! What somebody changes behind Landform's back is seen by plan and repaired by apply.

use crate::roots::Root;

/// In Python: what was made, by the names that the example gives.
pub(crate) const FIND: &str = r#"
def named(kind, pattern, **more):
    describe = getattr(ec2, f"describe_{kind}")
    filters = "Filter" if kind in ("nat_gateways", "flow_logs") else "Filters"
    found = describe(**{filters: [{"Name": "tag:Name", "Values": [pattern]}]})
    key = "".join(part.capitalize() for part in kind.split("_"))
    return found[key][0]
"#;

#[test]
fn changes_are_seen_and_repaired() {
    let changes = [
        ("a tag", "ec2.create_tags(Resources=[named('vpcs', '*')['VpcId']], Tags=[{'Key': 'Owner', 'Value': 'me'}])"),
        ("a removed tag", "ec2.delete_tags(Resources=[named('vpcs', '*')['VpcId']], Tags=[{'Key': 'Environment'}])"),
        (
            "an attribute",
            "ec2.modify_vpc_attribute(VpcId=named('vpcs', '*')['VpcId'], EnableDnsHostnames={'Value': False})",
        ),
        (
            "a route",
            "ec2.delete_route(RouteTableId=named('route_tables', '*-public')['RouteTableId'], DestinationCidrBlock='0.0.0.0/0')",
        ),
        (
            "public addresses",
            "ec2.modify_subnet_attribute(SubnetId=named('subnets', '*private*')['SubnetId'], MapPublicIpOnLaunch={'Value': True})",
        ),
        (
            "a retention",
            "logs.put_retention_policy(logGroupName=logs.describe_log_groups()['logGroups'][0]['logGroupName'], retentionInDays=1)",
        ),
        (
            "a role's policy",
            "role = iam.list_roles()['Roles'][0]['RoleName']\niam.delete_role_policy(RoleName=role, PolicyName=iam.list_role_policies(RoleName=role)['PolicyNames'][0])",
        ),
        (
            "a trust",
            "role = iam.list_roles()['Roles'][0]['RoleName']\nimport json\niam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': 'sts:AssumeRole', 'Principal': {'Service': 'ec2.amazonaws.com'}}]}))",
        ),
        (
            "a rule",
            "rules = [it for it in ec2.describe_security_group_rules()['SecurityGroupRules'] if not it['IsEgress'] and it.get('CidrIpv4', '').startswith('192.')]\nec2.revoke_security_group_ingress(GroupId=rules[0]['GroupId'], SecurityGroupRuleIds=[rules[0]['SecurityGroupRuleId']])",
        ),
        (
            "a rule of the default group",
            "vpc = named('vpcs', '*')['VpcId']\ngroup = ec2.describe_security_groups(Filters=[{'Name': 'vpc-id', 'Values': [vpc]}, {'Name': 'group-name', 'Values': ['default']}])['SecurityGroups'][0]['GroupId']\nec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[{'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}])",
        ),
        (
            "an association",
            "association = [it for it in named('route_tables', '*-public')['Associations'] if it.get('SubnetId')][0]\nec2.disassociate_route_table(AssociationId=association['RouteTableAssociationId'])",
        ),
        ("a flow log", "ec2.delete_flow_logs(FlowLogIds=[ec2.describe_flow_logs()['FlowLogs'][0]['FlowLogId']])"),
    ];
    let root = Root::network("dev");
    root.plans(0, &["apply", "-auto-approve"]);
    for (what, code) in changes {
        root.outside(&format!("{FIND}\n{code}"));
        let seen = root.planning(&["plan", "-detailed-exitcode"]).output().expect("the binary runs");
        assert_eq!(seen.status.code(), Some(2), "{what} is seen: {}", String::from_utf8_lossy(&seen.stdout));
        root.plans(0, &["apply", "-auto-approve"]);
        root.plans(0, &["plan", "-detailed-exitcode"]);
    }
    root.is_destroyed_without_a_trace();
}
