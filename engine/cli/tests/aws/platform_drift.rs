//! What somebody changes of a platform is reported exactly by `drift`, and repaired by apply.

use crate::drift::lines;
use crate::roots::Root;

/// In Python: the parts of the platform.
const PARTS: &str = "
NAME = 'events-registration-dev'
cluster = lambda: eks.describe_cluster(name=NAME)['cluster']
node_group = lambda: eks.describe_nodegroup(clusterName=NAME, nodegroupName='main')['nodegroup']
database = lambda: rds.describe_db_instances(DBInstanceIdentifier=NAME)['DBInstances'][0]
";

/// What somebody does, and what is said of it.
const CHANGES: [(&str, &[&str]); 24] = [
    (
        "eks.update_nodegroup_config(clusterName=NAME, nodegroupName='main', scalingConfig={'minSize': 1, 'desiredSize': 3, 'maxSize': 3})",
        &[
            "module.eks.aws_eks_node_group.this[\"main\"] scaling_config[0].desired_size 1 3 ../../modules/eks/node_groups.tf",
        ],
    ),
    (
        "eks.update_nodegroup_config(clusterName=NAME, nodegroupName='main', labels={'removeLabels': ['NodeGroup']})",
        &[
            "module.eks.aws_eks_node_group.this[\"main\"] labels[\"NodeGroup\"] \"main\" null ../../modules/eks/node_groups.tf",
        ],
    ),
    (
        "eks.tag_resource(resourceArn=node_group()['nodegroupArn'], tags={'Owner': 'me'})",
        &["module.eks.aws_eks_node_group.this[\"main\"] tags[\"Owner\"] null \"me\" ../../modules/eks/node_groups.tf"],
    ),
    (
        "eks.untag_resource(resourceArn=cluster()['arn'], tagKeys=['Environment'])",
        &["module.eks.aws_eks_cluster.this tags_all[\"Environment\"] \"dev\" null "],
    ),
    (
        "eks.update_cluster_config(name=NAME, logging={'clusterLogging': [{'types': ['audit'], 'enabled': False}]})",
        &[
            "module.eks.aws_eks_cluster.this enabled_cluster_log_types [\"api\",\"audit\",\"authenticator\"] [\"api\",\"authenticator\"] ../../modules/eks/variables.tf",
        ],
    ),
    (
        "eks.update_cluster_config(name=NAME, resourcesVpcConfig={'publicAccessCidrs': ['10.0.0.0/8']})",
        &[
            "module.eks.aws_eks_cluster.this vpc_config[0].public_access_cidrs [\"0.0.0.0/0\"] [\"10.0.0.0/8\"] ../../modules/eks/main.tf",
        ],
    ),
    (
        "eks.delete_addon(clusterName=NAME, addonName='coredns')",
        &["module.eks.aws_eks_addon.after_nodes[\"coredns\"] vanished"],
    ),
    (
        "iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=iam.list_open_id_connect_providers()['OpenIDConnectProviderList'][0]['Arn'], ClientID='sts.amazonaws.com')",
        &[
            "module.eks.aws_iam_openid_connect_provider.this client_id_list [\"sts.amazonaws.com\"] [] ../../modules/eks/main.tf",
        ],
    ),
    (
        "role = node_group()['nodeRole'].split('/')[-1]\niam.detach_role_policy(RoleName=role, PolicyArn='arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy')",
        &["module.eks.aws_iam_role_policy_attachment.node[\"AmazonEKS_CNI_Policy\"] vanished"],
    ),
    (
        "kms.disable_key_rotation(KeyId=cluster()['encryptionConfig'][0]['provider']['keyArn'])",
        &["module.eks.aws_kms_key.secrets[0] enable_key_rotation true false ../../modules/eks/main.tf"],
    ),
    (
        "rds.modify_db_instance(DBInstanceIdentifier=NAME, DBInstanceClass='db.t3.small', ApplyImmediately=True)",
        &["module.database.aws_db_instance.this instance_class \"db.t3.micro\" \"db.t3.small\" variables.tf"],
    ),
    (
        "rds.modify_db_instance(DBInstanceIdentifier=NAME, BackupRetentionPeriod=1, ApplyImmediately=True)",
        &["module.database.aws_db_instance.this backup_retention_period 7 1 main.tf"],
    ),
    (
        "rds.modify_db_instance(DBInstanceIdentifier=NAME, CloudwatchLogsExportConfiguration={'DisableLogTypes': ['upgrade']}, ApplyImmediately=True)",
        &[
            "module.database.aws_db_instance.this enabled_cloudwatch_logs_exports [\"postgresql\",\"upgrade\"] [\"postgresql\"] main.tf",
        ],
    ),
    (
        "rds.modify_db_instance(DBInstanceIdentifier=NAME, DeletionProtection=True, ApplyImmediately=True)",
        &["module.database.aws_db_instance.this deletion_protection false true main.tf"],
    ),
    (
        "rds.modify_db_instance(DBInstanceIdentifier=NAME, PreferredMaintenanceWindow='mon:04:00-mon:05:00', ApplyImmediately=True)",
        &[
            "module.database.aws_db_instance.this maintenance_window \"sun:04:00-sun:05:00\" \"mon:04:00-mon:05:00\" main.tf",
        ],
    ),
    (
        "group = database()['DBParameterGroups'][0]['DBParameterGroupName']\nrds.modify_db_parameter_group(DBParameterGroupName=group, Parameters=[{'ParameterName': 'log_min_duration_statement', 'ParameterValue': '500', 'ApplyMethod': 'immediate'}])",
        &[
            "module.database.aws_db_parameter_group.this parameter [] [{\"apply_method\":\"immediate\",\"name\":\"log_min_duration_statement\",\"value\":\"500\"}] ../../modules/rds/main.tf",
        ],
    ),
    (
        "rds.modify_db_subnet_group(DBSubnetGroupName=NAME, DBSubnetGroupDescription='mine', SubnetIds=[it['SubnetIdentifier'] for it in database()['DBSubnetGroup']['Subnets']])",
        &[
            "module.database.aws_db_subnet_group.this description \"Where events-registration-dev lives.\" \"mine\" ../../modules/rds/main.tf",
        ],
    ),
    (
        "logs.put_retention_policy(logGroupName=f'/aws/eks/{NAME}/cluster', retentionInDays=1)",
        &["module.eks.aws_cloudwatch_log_group.control_plane retention_in_days 7 1 dev.tfvars"],
    ),
    (
        "rds.add_tags_to_resource(ResourceName=database()['DBInstanceArn'], Tags=[{'Key': 'Owner', 'Value': 'me'}])",
        &["module.database.aws_db_instance.this tags[\"Owner\"] null \"me\" ../../modules/rds/main.tf"],
    ),
    (
        "group = database()['VpcSecurityGroups'][0]['VpcSecurityGroupId']\nrules = [it for it in ec2.describe_security_group_rules(Filters=[{'Name': 'group-id', 'Values': [group]}])['SecurityGroupRules'] if not it['IsEgress']]\nec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[rules[0]['SecurityGroupRuleId']])",
        &["module.database.aws_vpc_security_group_ingress_rule.from_security_group[\"cluster\"] vanished"],
    ),
    (
        "elasticache.modify_replication_group(ReplicationGroupId=NAME, AutomaticFailoverEnabled=False, MultiAZEnabled=False, ApplyImmediately=True)\nelasticache.decrease_replica_count(ReplicationGroupId=NAME, NewReplicaCount=0, ApplyImmediately=True)",
        &[
            "module.cache.aws_elasticache_replication_group.this automatic_failover_enabled true false ../../modules/elasticache/main.tf",
            "module.cache.aws_elasticache_replication_group.this multi_az_enabled true false ../../modules/elasticache/main.tf",
            "module.cache.aws_elasticache_replication_group.this num_cache_clusters 2 1 main.tf",
            "module.cache.aws_elasticache_replication_group.this node_group_configuration [{\"node_group_id\":\"0001\",\"primary_availability_zone\":\"us-west-2a\",\"primary_outpost_arn\":\"\",\"replica_availability_zones\":[\"us-west-2b\"],\"replica_count\":1,\"replica_outpost_arns\":[],\"slots\":null}] [{\"node_group_id\":\"0001\",\"primary_availability_zone\":\"us-west-2a\",\"primary_outpost_arn\":\"\",\"replica_availability_zones\":[],\"replica_count\":null,\"replica_outpost_arns\":[],\"slots\":null}] ../../modules/elasticache/main.tf",
            "module.cache.aws_elasticache_replication_group.this member_clusters [\"events-registration-dev-001\",\"events-registration-dev-002\"] [\"events-registration-dev-001\"] ",
        ],
    ),
    (
        "elasticache.modify_replication_group(ReplicationGroupId=NAME, SnapshotWindow='08:00-09:00', ApplyImmediately=True)",
        &[
            "module.cache.aws_elasticache_replication_group.this snapshot_window \"02:00-03:00\" \"08:00-09:00\" ../../modules/elasticache/variables.tf",
        ],
    ),
    (
        "elasticache.modify_replication_group(ReplicationGroupId=NAME, CacheNodeType='cache.t3.small', ApplyImmediately=True)",
        &[
            "module.cache.aws_elasticache_replication_group.this node_type \"cache.t3.micro\" \"cache.t3.small\" variables.tf",
        ],
    ),
    (
        "elasticache.add_tags_to_resource(ResourceName=elasticache.describe_replication_groups()['ReplicationGroups'][0]['ARN'], Tags=[{'Key': 'Owner', 'Value': 'me'}])",
        &[
            "module.cache.aws_elasticache_replication_group.this tags[\"Owner\"] null \"me\" ../../modules/elasticache/main.tf",
        ],
    ),
];

#[test]
fn changes_are_listed_exactly_and_repaired() {
    let root = Root::new("events-registration", "dev");
    root.plans(0, &["apply", "-auto-approve"]);
    assert_eq!(lines(&root.drift(0, &[])), [""; 0]);
    for (code, expected) in CHANGES {
        root.outside(&format!("{PARTS}\n{code}"));
        assert_eq!(lines(&root.drift(2, &[])), expected, "{code}");
        root.plans(2, &["plan", "-detailed-exitcode"]);
        root.plans(0, &["apply", "-auto-approve"]);
        root.plans(0, &["plan", "-detailed-exitcode"]);
    }
    root.is_destroyed_without_a_trace();
}
