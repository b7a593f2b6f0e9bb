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
    are_seen_and_repaired(&Root::network("dev"), &changes);
}

#[test]
fn changes_of_platforms_are_seen_and_repaired() {
    let changes = [
        (
            "the size of a node group",
            "eks.update_nodegroup_config(clusterName=NAME, nodegroupName='main', scalingConfig={'minSize': 1, 'desiredSize': 3, 'maxSize': 3})",
        ),
        (
            "labels of a node group",
            "eks.update_nodegroup_config(clusterName=NAME, nodegroupName='main', labels={'removeLabels': ['NodeGroup']})",
        ),
        ("a tag of a node group", "eks.tag_resource(resourceArn=node_group()['nodegroupArn'], tags={'Owner': 'me'})"),
        ("a tag of the cluster", "eks.untag_resource(resourceArn=cluster()['arn'], tagKeys=['Environment'])"),
        (
            "logs of the control plane",
            "eks.update_cluster_config(name=NAME, logging={'clusterLogging': [{'types': ['audit'], 'enabled': False}]})",
        ),
        (
            "who reaches the API",
            "eks.update_cluster_config(name=NAME, resourcesVpcConfig={'publicAccessCidrs': ['10.0.0.0/8']})",
        ),
        ("an add-on", "eks.delete_addon(clusterName=NAME, addonName='coredns')"),
        (
            "the issuer's clients",
            "iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=iam.list_open_id_connect_providers()['OpenIDConnectProviderList'][0]['Arn'], ClientID='sts.amazonaws.com')",
        ),
        (
            "a policy of the nodes",
            "role = node_group()['nodeRole'].split('/')[-1]\niam.detach_role_policy(RoleName=role, PolicyArn='arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy')",
        ),
        (
            "the rotation of a key",
            "kms.disable_key_rotation(KeyId=cluster()['encryptionConfig'][0]['provider']['keyArn'])",
        ),
        (
            "the instance class",
            "rds.modify_db_instance(DBInstanceIdentifier=NAME, DBInstanceClass='db.t3.small', ApplyImmediately=True)",
        ),
        (
            "the backup retention",
            "rds.modify_db_instance(DBInstanceIdentifier=NAME, BackupRetentionPeriod=1, ApplyImmediately=True)",
        ),
        (
            "a log export",
            "rds.modify_db_instance(DBInstanceIdentifier=NAME, CloudwatchLogsExportConfiguration={'DisableLogTypes': ['upgrade']}, ApplyImmediately=True)",
        ),
        (
            "the protection of the database",
            "rds.modify_db_instance(DBInstanceIdentifier=NAME, DeletionProtection=True, ApplyImmediately=True)",
        ),
        (
            "the maintenance window",
            "rds.modify_db_instance(DBInstanceIdentifier=NAME, PreferredMaintenanceWindow='mon:04:00-mon:05:00', ApplyImmediately=True)",
        ),
        (
            "a tag of the database",
            "rds.add_tags_to_resource(ResourceName=database()['DBInstanceArn'], Tags=[{'Key': 'Owner', 'Value': 'me'}])",
        ),
        (
            "a rule of the database",
            "group = database()['VpcSecurityGroups'][0]['VpcSecurityGroupId']\nrules = [it for it in ec2.describe_security_group_rules(Filters=[{'Name': 'group-id', 'Values': [group]}])['SecurityGroupRules'] if not it['IsEgress']]\nec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rules[0]['SecurityGroupRuleId']])",
        ),
        (
            "a removed replica",
            "elasticache.decrease_replica_count(ReplicationGroupId=NAME, NewReplicaCount=0, ApplyImmediately=True)",
        ),
        (
            "the snapshot window",
            "elasticache.modify_replication_group(ReplicationGroupId=NAME, SnapshotWindow='08:00-09:00', ApplyImmediately=True)",
        ),
        (
            "the node type",
            "elasticache.modify_replication_group(ReplicationGroupId=NAME, CacheNodeType='cache.t3.small', ApplyImmediately=True)",
        ),
        (
            "a tag of the cache",
            "elasticache.add_tags_to_resource(ResourceName=elasticache.describe_replication_groups()['ReplicationGroups'][0]['ARN'], Tags=[{'Key': 'Owner', 'Value': 'me'}])",
        ),
    ];
    are_seen_and_repaired(&Root::new("events-registration", "dev"), &changes);
}

/// In Python: the parts of the platform.
const PARTS: &str = "
NAME = 'events-registration-dev'
cluster = lambda: eks.describe_cluster(name=NAME)['cluster']
node_group = lambda: eks.describe_nodegroup(clusterName=NAME, nodegroupName='main')['nodegroup']
database = lambda: rds.describe_db_instances(DBInstanceIdentifier=NAME)['DBInstances'][0]
";

fn are_seen_and_repaired(root: &Root, changes: &[(&str, &str)]) {
    root.plans(0, &["apply", "-auto-approve"]);
    for (what, code) in changes {
        root.outside(&format!("{FIND}\n{PARTS}\n{code}"));
        let seen = root.planning(&["plan", "-detailed-exitcode"]).output().expect("the binary runs");
        assert_eq!(seen.status.code(), Some(2), "{what} is seen: {}", String::from_utf8_lossy(&seen.stdout));
        root.plans(0, &["apply", "-auto-approve"]);
        root.plans(0, &["plan", "-detailed-exitcode"]);
    }
    root.is_destroyed_without_a_trace();
}
