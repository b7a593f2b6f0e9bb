"""Secrets Manager as AWS has it."""

from conftest import code_of


def test_a_name_stays_taken_until_the_end(account):
    client = account.client("secretsmanager")
    secret = client.create_secret(Name="db", SecretString="a")["ARN"]
    client.delete_secret(SecretId=secret, RecoveryWindowInDays=7)
    assert code_of(client.create_secret, Name="db") == "InvalidRequestException"
    assert code_of(client.get_secret_value, SecretId=secret) == "InvalidRequestException"
    assert code_of(client.put_secret_value, SecretId=secret, SecretString="b") == "InvalidRequestException"
    assert "DeletedDate" in client.describe_secret(SecretId=secret)
    assert account.control("GET", "objects") == {}
    client.restore_secret(SecretId=secret)
    assert client.get_secret_value(SecretId=secret)["SecretString"] == "a"
    client.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
    assert code_of(client.create_secret, Name="db") == "none"


def test_a_description_can_be_made_empty_and_a_key_given_back(account):
    client = account.client("secretsmanager")
    client.create_secret(Name="db", Description="a", KmsKeyId="alias/mine")
    client.update_secret(SecretId="db", Description="", KmsKeyId="alias/aws/secretsmanager")
    told = client.describe_secret(SecretId="db")
    assert "Description" not in told and "KmsKeyId" not in told


def test_a_label_is_moved_from_where_it_is(account):
    client = account.client("secretsmanager")
    client.create_secret(Name="db")
    one = client.put_secret_value(SecretId="db", SecretString="a")["VersionId"]
    two = client.put_secret_value(SecretId="db", SecretString="b", VersionStages=["blue"])["VersionId"]
    move = client.update_secret_version_stage
    assert code_of(move, SecretId="db", VersionStage="blue", MoveToVersionId=one) == "InvalidParameterException"
    assert code_of(move, SecretId="db", VersionStage="AWSCURRENT", RemoveFromVersionId=one) == "InvalidParameterException"
    move(SecretId="db", VersionStage="blue", MoveToVersionId=one, RemoveFromVersionId=two)
    assert client.describe_secret(SecretId="db")["VersionIdsToStages"][one] == ["AWSCURRENT", "blue"]


def test_a_value_that_was_never_set_is_missing(account):
    client = account.client("secretsmanager")
    client.create_secret(Name="db")
    assert code_of(client.get_secret_value, SecretId="db", VersionStage="AWSCURRENT") == "ResourceNotFoundException"


def test_twenty_values_at_once(account):
    client = account.client("secretsmanager")
    client.create_secret(Name="db", SecretString="a")
    assert code_of(client.batch_get_secret_value, SecretIdList=["db"] * 21) == "InvalidParameterException"
    assert client.batch_get_secret_value(SecretIdList=["db"])["SecretValues"][0]["SecretString"] == "a"


def test_replicas_take_a_while(account):
    client = account.client("secretsmanager")
    account.transitions_take(60)
    client.create_secret(Name="db", AddReplicaRegions=[{"Region": "eu-west-1", "KmsKeyId": "alias/mine"}])
    replica = client.describe_secret(SecretId="db")["ReplicationStatus"][0]
    assert (replica["Status"], replica["KmsKeyId"]) == ("InProgress", "alias/mine")
    account.transitions_take(0)
    client.replicate_secret_to_regions(SecretId="db", AddReplicaRegions=[{"Region": "eu-west-2"}])
    states = {it["Region"]: it["Status"] for it in client.describe_secret(SecretId="db")["ReplicationStatus"]}
    assert states["eu-west-2"] == "InSync"
