"""Faults on demand, in the words of each service."""

import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from conftest import code_of

CALLS = {
    "ec2": ("describe_vpcs", {}),
    "iam": ("list_roles", {}),
    "dynamodb": ("list_tables", {}),
    "s3": ("list_buckets", {}),
    "eks": ("list_clusters", {}),
}


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("throttle", ["RequestLimitExceeded", "Throttling", "ThrottlingException", "SlowDown", "TooManyRequestsException"]),
        ("server-error", ["InternalError", "InternalFailure", "InternalServerError", "InternalError", "InternalServerError"]),
        ("expired-credentials", ["RequestExpired", "ExpiredToken", "ExpiredTokenException", "ExpiredToken", "ExpiredTokenException"]),
        ("deny", ["UnauthorizedOperation", "AccessDenied", "AccessDeniedException", "AccessDenied", "AccessDeniedException"]),
    ],
)
def test_answers_are_those_of_the_service(account, kind, codes):
    account.fault(kind=kind)
    answers = [code_of(getattr(account.client(service), method), **arguments) for service, (method, arguments) in CALLS.items()]
    assert answers == codes


def test_a_fault_is_for_its_operations_only(account):
    account.fault(kind="deny", operation="ec2.Create*")
    assert code_of(account.ec2.create_vpc, CidrBlock="10.0.0.0/16") == "UnauthorizedOperation"
    assert code_of(account.ec2.describe_vpcs) == "none"


def test_a_denial_names_who_and_what(account):
    account.fault(kind="deny", operation="ec2.CreateVpc")
    with pytest.raises(ClientError, match=f"arn:aws:sts::{account.number}:user/moto is not authorized to perform: ec2:CreateVpc"):
        account.vpc()


def test_skip_and_times_choose_the_calls(account):
    account.fault(kind="server-error", operation="ec2.DescribeVpcs", skip=1, times=2)
    codes = [code_of(account.ec2.describe_vpcs) for _ in range(4)]
    assert codes == ["none", "InternalError", "InternalError", "none"]


def test_a_rate_is_a_share_of_the_calls(account):
    account.fault(kind="throttle", rate=0.3)
    client = account.client("sts")
    failed = sum(code_of(client.get_caller_identity) != "none" for _ in range(100))
    assert 15 <= failed <= 45


def test_faults_end(account):
    account.fault(kind="throttle")
    account.control("DELETE", "faults")
    assert code_of(account.ec2.describe_vpcs) == "none"


def test_a_reset_keeps_the_call_from_happening(account):
    account.fault(kind="reset", operation="ec2.CreateVpc", times=1)
    with pytest.raises(ConnectionClosedError):
        account.vpc("10.7.0.0/16")
    assert account.ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.7.0.0/16"]}])["Vpcs"] == []


def test_a_reset_after_the_call_hides_that_it_happened(account):
    account.fault(kind="reset-after", operation="ec2.CreateVpc", times=1)
    with pytest.raises(ConnectionClosedError):
        account.vpc("10.7.0.0/16")
    assert len(account.ec2.describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.7.0.0/16"]}])["Vpcs"]) == 1


def test_a_delay_is_waited_for(account):
    account.fault(kind="delay", operation="ec2.DescribeVpcs", seconds=0.3)
    client, started = account.ec2, time.monotonic()
    client.describe_vpcs()
    assert time.monotonic() - started >= 0.3


def test_what_was_just_created_is_not_found_for_a_while(account):
    account.fault(kind="inconsistent", seconds=60)
    client = account.ec2
    vpc = account.vpc()
    assert code_of(client.describe_vpcs, VpcIds=[vpc]) == "InvalidVpcID.NotFound"
    assert code_of(client.create_subnet, VpcId=vpc, CidrBlock="10.0.1.0/24") == "InvalidVpcID.NotFound"
    assert vpc not in [v["VpcId"] for v in client.describe_vpcs()["Vpcs"]]
    assert client.describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Vpcs"] == []
    assert client.describe_vpcs(Filters=[{"Name": "isDefault", "Values": ["true"]}])["Vpcs"][0]["IsDefault"]
    account.time_passes(60)
    assert client.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["VpcId"] == vpc


def test_databases_and_caches_and_secrets_are_found_late(account):
    subnets = [account.subnet(vpc := account.vpc()), account.subnet(vpc, "10.0.2.0/24", "us-east-1b")]
    rds, caches, secrets = (account.client(name) for name in ("rds", "elasticache", "secretsmanager"))
    account.fault(kind="inconsistent", seconds=60)
    rds.create_db_subnet_group(DBSubnetGroupName="late", DBSubnetGroupDescription="late", SubnetIds=subnets)
    caches.create_cache_subnet_group(CacheSubnetGroupName="late", CacheSubnetGroupDescription="late", SubnetIds=subnets)
    secret = secrets.create_secret(Name="late", SecretString="a")["ARN"]

    database = {"DBInstanceIdentifier": "db", "DBInstanceClass": "db.t3.micro", "Engine": "postgres", "AllocatedStorage": 20}
    login = {"MasterUsername": "somebody", "MasterUserPassword": "password-1"}
    assert code_of(rds.describe_db_subnet_groups, DBSubnetGroupName="late") == "DBSubnetGroupNotFoundFault"
    assert rds.describe_db_subnet_groups()["DBSubnetGroups"] == []
    assert code_of(rds.create_db_instance, **database, **login, DBSubnetGroupName="late") == "DBSubnetGroupNotFoundFault"
    assert code_of(caches.describe_cache_subnet_groups, CacheSubnetGroupName="late") == "CacheSubnetGroupNotFoundFault"
    assert code_of(secrets.put_secret_value, SecretId=secret, SecretString="b") == "ResourceNotFoundException"
    account.time_passes(60)
    assert len(rds.describe_db_subnet_groups(DBSubnetGroupName="late")["DBSubnetGroups"]) == 1
    rds.create_db_instance(**database, **login, DBSubnetGroupName="late")
    assert caches.describe_cache_subnet_groups(CacheSubnetGroupName="late")["CacheSubnetGroups"]
    assert secrets.put_secret_value(SecretId=secret, SecretString="b")["ARN"] == secret


def test_time_can_pass_faster(account):
    account.fault(kind="inconsistent", seconds=3600)
    vpc = account.vpc()
    assert code_of(account.ec2.describe_vpcs, VpcIds=[vpc]) == "InvalidVpcID.NotFound"
    account.control("PUT", "clock", {"speed": 1_000_000})
    time.sleep(0.01)
    assert account.ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["VpcId"] == vpc


def test_new_rules_and_roles_and_keys_and_log_groups_are_found_late(account):
    group = account.group(account.vpc())
    client, iam, kms, logs = account.ec2, account.client("iam"), account.client("kms"), account.client("logs")
    iam.list_roles()  # the first call to moto's IAM takes a second
    account.fault(kind="inconsistent", seconds=60)
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
    rule = client.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])["SecurityGroupRules"][0]
    iam.create_role(RoleName="late", AssumeRolePolicyDocument="{}")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    logs.create_log_group(logGroupName="late")

    listed = client.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    assert rule["SecurityGroupRuleId"] not in [r["SecurityGroupRuleId"] for r in listed]
    assert code_of(iam.get_role, RoleName="late") == "NoSuchEntity"
    assert iam.list_roles()["Roles"] == []
    assert code_of(kms.describe_key, KeyId=key) == "NotFoundException"
    assert logs.describe_log_groups()["logGroups"] == []
    account.time_passes(60)
    assert iam.get_role(RoleName="late")["Role"]["RoleName"] == "late"
    assert logs.describe_log_groups()["logGroups"][0]["logGroupName"] == "late"
