"""Accounts, counts and what is not implemented."""

import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from conftest import Account, code_of, control


def test_an_access_key_selects_its_account(account):
    assert account.client("sts").get_caller_identity()["Account"] == account.number


def test_accounts_do_not_see_each_other(account, endpoint):
    vpc = account.vpc()
    other = Account(endpoint, control(endpoint, "POST", "accounts")["account"])
    assert other.number != account.number
    assert code_of(other.ec2.describe_vpcs, VpcIds=[vpc]) == "InvalidVpcID.NotFound"


def test_calls_of_every_protocol_are_counted(account):
    vpc = account.vpc()
    account.ec2.describe_vpcs(VpcIds=[vpc])
    account.ec2.describe_vpcs()
    account.client("iam").list_roles()
    account.client("dynamodb").list_tables()
    account.client("eks").list_clusters()
    s3 = account.client("s3")
    s3.create_bucket(Bucket=f"bucket-{account.number}")
    s3.get_bucket_versioning(Bucket=f"bucket-{account.number}")
    s3.put_object(Bucket=f"bucket-{account.number}", Key="a/b", Body=b"x")
    s3.head_object(Bucket=f"bucket-{account.number}", Key="a/b")
    s3.list_objects_v2(Bucket=f"bucket-{account.number}")
    assert account.calls() == {
        "dynamodb.ListTables": 1,
        "ec2.CreateVpc": 1,
        "ec2.DescribeVpcs": 2,
        "eks.ListClusters": 1,
        "iam.ListRoles": 1,
        "s3.CreateBucket": 1,
        "s3.GetBucketVersioning": 1,
        "s3.HeadObject": 1,
        "s3.ListObjectsV2": 1,
        "s3.PutObject": 1,
    }


def test_counts_start_anew(account):
    account.vpc()
    account.control("DELETE", "calls")
    assert account.calls() == {}


def test_what_moto_lacks_is_said_and_not_retried(account):
    assert code_of(account.ec2.create_placement_group, GroupName="g", Strategy="cluster") == "NotImplemented"
    assert code_of(account.client("eks").list_insights, clusterName="none") == "NotImplemented"


def test_objects_left_behind_are_listed_without_those_of_aws(account):
    assert account.control("GET", "objects") == {}
    vpc = account.vpc()
    address = account.address()
    bucket = f"left-{account.number}"
    account.client("s3").create_bucket(Bucket=bucket)
    assert account.control("GET", "objects") == {"ec2.address": [address], "ec2.vpc": [vpc], "s3.bucket": [bucket]}


def test_answers_come_as_lines_for_those_who_ask(account):
    vpc = account.vpc()
    request = urllib.request.Request(f"{account.endpoint}/landform-simulator/objects?account={account.number}", headers={"Accept": "text/plain"})
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == f"ec2.vpc {vpc}\n".encode()


def test_a_body_in_chunks_is_understood(account):
    def chunks():
        yield b"Action=CreateVpc&CidrBlock=10.9.0.0/16&Version=2016-11-15"

    authorization = f"AWS4-HMAC-SHA256 Credential=LANDFORM{account.number}/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=0"
    headers = {"Authorization": authorization, "Content-Type": "application/x-www-form-urlencoded", "Transfer-Encoding": "chunked"}
    with urllib.request.urlopen(urllib.request.Request(account.endpoint, chunks(), headers, method="POST")) as answer:
        assert b"10.9.0.0/16" in answer.read()
    assert account.calls() == {"ec2.CreateVpc": 1}


def test_it_ends_when_its_stdin_closes():
    process = subprocess.Popen([sys.executable, "-m", "landform_simulator"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline().startswith(b"listening on 127.0.0.1:")
    process.stdin.close()
    assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("body", [{"kind": "earthquake"}, {"kind": "deny", "rate": 2}, {"kind": "deny", "colour": "red"}])
def test_a_fault_that_makes_no_sense_is_refused(endpoint, body):
    with pytest.raises(urllib.error.HTTPError) as refused:
        control(endpoint, "POST", "faults", body)
    assert refused.value.code == 400
