"""IAM, KMS, CloudWatch Logs, S3 and DynamoDB as AWS has them."""

import json

from conftest import code_of


def test_an_attached_policy_is_not_deleted(account):
    iam = account.client("iam")
    statement = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    policy = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}))["Policy"]["Arn"]
    iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    iam.attach_role_policy(RoleName="r", PolicyArn=policy)
    assert code_of(iam.delete_policy, PolicyArn=policy) == "DeleteConflict"
    iam.detach_role_policy(RoleName="r", PolicyArn=policy)
    assert code_of(iam.delete_policy, PolicyArn=policy) == "none"


def test_policies_of_aws_can_be_attached(account):
    iam = account.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    iam.attach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy")
    attached = iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"]
    assert attached[0]["PolicyArn"] == "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"


def test_an_oidc_provider_has_a_thumbprint_and_audiences_that_change(account):
    iam = account.client("iam")
    arn = iam.create_open_id_connect_provider(Url="https://example.com/id", ClientIDList=["a"])["OpenIDConnectProviderArn"]
    found = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert (found["Url"], [len(it) for it in found["ThumbprintList"]]) == ("example.com/id", [40])
    for client in ("b", "b"):
        iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=client)
    for client in ("a", "none"):
        iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID=client)
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ClientIDList"] == ["b"]
    assert account.control("GET", "objects") == {"iam.openid_connect_provider": [arn]}
    assert code_of(iam.add_client_id_to_open_id_connect_provider, OpenIDConnectProviderArn=f"{arn}x", ClientID="a") == "NoSuchEntity"


def test_a_key_says_how_often_it_is_rotated(account):
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert "RotationPeriodInDays" not in kms.get_key_rotation_status(KeyId=key)
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 90


def test_a_key_is_not_deleted_twice(account):
    kms = account.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert code_of(kms.schedule_key_deletion, KeyId=key, PendingWindowInDays=7) == "KMSInvalidStateException"
    assert account.control("GET", "objects") == {}


def test_a_log_group_keeps_class_key_and_protection(account):
    logs = account.client("logs")
    logs.create_log_group(logGroupName="g", logGroupClass="INFREQUENT_ACCESS")
    logs.associate_kms_key(logGroupName="g", kmsKeyId="arn:aws:kms:us-east-1:1:key/k")
    group = logs.describe_log_groups()["logGroups"][0]
    assert (group["logGroupClass"], group["kmsKeyId"]) == ("INFREQUENT_ACCESS", "arn:aws:kms:us-east-1:1:key/k")
    logs.disassociate_kms_key(logGroupName="g")
    assert "kmsKeyId" not in logs.describe_log_groups()["logGroups"][0]
    logs.put_log_group_deletion_protection(logGroupIdentifier="g", deletionProtectionEnabled=True)
    assert code_of(logs.delete_log_group, logGroupName="g") == "InvalidParameterException"


class TestBucket:
    def bucket(self, account):
        name = f"bucket-{account.number}"
        account.client("s3").create_bucket(Bucket=name)
        return name

    def test_is_encrypted_and_private_from_the_start(self, account):
        s3, name = account.client("s3"), self.bucket(account)
        rule = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
        assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())

    def test_answers_have_their_names(self, account):
        s3, name, answers = account.client("s3"), self.bucket(account), []
        s3.meta.events.register("after-call.s3", lambda http_response, **_: answers.append(http_response.content))
        s3.get_bucket_accelerate_configuration(Bucket=name)
        s3.get_bucket_versioning(Bucket=name)
        s3.list_object_versions(Bucket=name)
        expected = ("<AccelerateConfiguration ", "<VersioningConfiguration ", "<ListVersionsResult ")
        assert all(name in answer.decode() for name, answer in zip(expected, answers, strict=True))

    def test_is_made_with_tags(self, account):
        s3, name = account.client("s3"), f"tagged-{account.number}"
        tags = [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": ""}]
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"Tags": tags})
        assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == tags

    def test_keeps_its_versions_when_versioning_is_suspended(self, account):
        s3, name = account.client("s3"), self.bucket(account)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        for key in ("a", "b"):
            s3.put_object(Bucket=name, Key=key, Body=b"1")
            s3.delete_object(Bucket=name, Key=key)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
        found = s3.list_object_versions(Bucket=name)
        versions = [{"Key": it["Key"], "VersionId": it["VersionId"]} for it in found["Versions"] + found["DeleteMarkers"]]
        s3.delete_objects(Bucket=name, Delete={"Objects": versions[:2]})
        assert len(s3.list_object_versions(Bucket=name)["DeleteMarkers"]) == 2
        s3.delete_objects(Bucket=name, Delete={"Objects": versions[2:]})
        s3.delete_bucket(Bucket=name)

    def test_survives_what_moto_does_not_know(self, account):
        s3, name = account.client("s3"), self.bucket(account)
        for method, identity in (
            ("delete_bucket_analytics_configuration", "a"),
            ("delete_bucket_metrics_configuration", "a"),
            ("delete_bucket_intelligent_tiering_configuration", "a"),
            ("delete_bucket_inventory_configuration", "a"),
        ):
            assert code_of(getattr(s3, method), Bucket=name, Id=identity) == "NotImplemented"
        assert s3.get_bucket_request_payment(Bucket=name)["Payer"] == "BucketOwner"
        assert code_of(s3.head_bucket, Bucket=name) == "none"

    def test_says_what_is_not_there(self, account):
        s3, name = account.client("s3"), self.bucket(account)
        assert code_of(s3.head_object, Bucket=name, Key="none") == "404"
        assert code_of(s3.get_object, Bucket=name, Key="none") == "NoSuchKey"
        assert code_of(s3.head_bucket, Bucket=f"no-{name}") == "404"
        assert code_of(s3.delete_object, Bucket=name, Key="none") == "none"

    def test_writes_under_conditions(self, account):
        s3, name = account.client("s3"), self.bucket(account)
        etag = s3.put_object(Bucket=name, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
        assert code_of(s3.put_object, Bucket=name, Key="k", Body=b"2", IfNoneMatch="*") == "PreconditionFailed"
        assert code_of(s3.put_object, Bucket=name, Key="k", Body=b"2", IfMatch='"0"') == "PreconditionFailed"
        assert code_of(s3.put_object, Bucket=name, Key="k", Body=b"2", IfMatch=etag) == "none"


def test_a_table_says_its_class_and_id(account):
    dynamodb = account.client("dynamodb")
    table = {
        "TableName": "t",
        "AttributeDefinitions": [{"AttributeName": "LockID", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "LockID", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    dynamodb.create_table(**table, TableClass="STANDARD_INFREQUENT_ACCESS")
    found = dynamodb.describe_table(TableName="t")["Table"]
    assert found["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert found["TableId"] == dynamodb.describe_table(TableName="t")["Table"]["TableId"]


def test_tables_keep_bounds_and_encryption(account):
    dynamodb = account.client("dynamodb")
    key = account.client("kms").create_key()["KeyMetadata"]["Arn"]
    table = {
        "TableName": "t",
        "AttributeDefinitions": [{"AttributeName": "LockID", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "LockID", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "OnDemandThroughput": {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6},
    }
    created = dynamodb.create_table(**table)["TableDescription"]
    assert created["OnDemandThroughput"] == {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6}
    encryption = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    dynamodb.update_table(TableName="t", SSESpecification=encryption)
    assert dynamodb.describe_table(TableName="t")["Table"]["SSEDescription"]["KMSMasterKeyArn"] == key
    dynamodb.update_table(TableName="t", SSESpecification={"Enabled": False})
    assert "SSEDescription" not in dynamodb.describe_table(TableName="t")["Table"]


def test_tables_have_replicas(account):
    dynamodb = account.client("dynamodb")
    table = {
        "TableName": "t",
        "AttributeDefinitions": [{"AttributeName": "LockID", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "LockID", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    }
    dynamodb.create_table(**table)
    dynamodb.update_table(TableName="t", ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
    [replica] = dynamodb.describe_table(TableName="t")["Table"]["Replicas"]
    assert (replica["RegionName"], replica["ReplicaStatus"]) == ("eu-west-1", "ACTIVE")
    there = account.client("dynamodb", region="eu-west-1")
    copied = there.describe_table(TableName="t")["Table"]
    assert ":eu-west-1:" in copied["TableArn"] and copied["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert ":eu-west-1:" in copied["LatestStreamArn"]
    dynamodb.update_table(TableName="t", ReplicaUpdates=[{"Delete": {"RegionName": "eu-west-1"}}])
    assert "Replicas" not in dynamodb.describe_table(TableName="t")["Table"]
    assert code_of(there.describe_table, TableName="t") == "ResourceNotFoundException"


def test_log_groups_are_found_by_identifiers(account):
    logs = account.client("logs")
    for name in ("a", "b", "ab"):
        logs.create_log_group(logGroupName=name)
    arn = logs.describe_log_groups(logGroupNamePrefix="b")["logGroups"][0]["arn"]
    found = logs.describe_log_groups(logGroupIdentifiers=["a", arn, "missing"])["logGroups"]
    assert [group["logGroupName"] for group in found] == ["a", "b"]
    many = [f"g{number}" for number in range(51)]
    assert code_of(logs.describe_log_groups, logGroupIdentifiers=many) == "InvalidParameterException"


def test_a_stream_can_be_ended_and_begun_again(account):
    dynamodb = account.client("dynamodb")
    dynamodb.create_table(
        TableName="t",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
    )
    begin = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    first = dynamodb.update_table(TableName="t", StreamSpecification=begin)["TableDescription"]
    assert code_of(dynamodb.update_table, TableName="t", StreamSpecification=begin) == "ResourceInUseException"
    dynamodb.update_table(TableName="t", StreamSpecification={"StreamEnabled": False})
    ended = dynamodb.describe_table(TableName="t")["Table"]
    assert ended["LatestStreamArn"] == first["LatestStreamArn"]
    second = dynamodb.update_table(TableName="t", StreamSpecification=begin)["TableDescription"]
    assert second["LatestStreamArn"] != first["LatestStreamArn"]
