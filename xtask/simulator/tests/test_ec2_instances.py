"""Instances as AWS has them."""

import time

import pytest
from conftest import code_of

LINUX = "ami-04681a1dbd79675a5"


def run(account, **keywords) -> dict:
    keywords = {"ImageId": LINUX, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1} | keywords
    return account.ec2.run_instances(**keywords)["Instances"][0]


def found(account, identity: str) -> dict:
    filters = [{"Name": "instance-id", "Values": [identity]}]
    return account.ec2.describe_instances(Filters=filters)["Reservations"][0]["Instances"][0]


def test_states_take_time(account):
    account.transitions_take(2)
    client, identity = account.ec2, run(account)["InstanceId"]

    def passes(during, after):
        assert found(account, identity)["State"]["Name"] == during
        while found(account, identity)["State"]["Name"] == during:
            time.sleep(0.2)
        assert found(account, identity)["State"]["Name"] == after

    passes("pending", "running")
    client.stop_instances(InstanceIds=[identity])
    passes("stopping", "stopped")
    client.start_instances(InstanceIds=[identity])
    passes("pending", "running")
    client.terminate_instances(InstanceIds=[identity])
    passes("shutting-down", "terminated")
    client.terminate_instances(InstanceIds=[identity])
    assert found(account, identity)["State"]["Name"] == "terminated"
    assert account.control("GET", "objects") == {}


def test_a_token_makes_one(account):
    assert run(account, ClientToken="a")["InstanceId"] == run(account, ClientToken="a")["InstanceId"]
    assert run(account, ClientToken="b")["InstanceId"] != run(account, ClientToken="a")["InstanceId"]


def test_images_must_exist(account):
    keywords = {"InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    assert code_of(account.ec2.run_instances, ImageId="ami-00000000000000000", **keywords) == "InvalidAMIID.NotFound"


def test_groups_are_those_of_the_interface_and_stay_while_it_does(account):
    client, vpc = account.ec2, account.vpc()
    subnet, web, other = account.subnet(vpc), account.group(vpc), account.group(vpc, "other")
    instance = run(account, SubnetId=subnet, SecurityGroupIds=[web])
    (interface,) = found(account, instance["InstanceId"])["NetworkInterfaces"]
    assert interface["Attachment"]["DeleteOnTermination"]
    assert code_of(client.delete_security_group, GroupId=web) == "DependencyViolation"
    client.modify_network_interface_attribute(NetworkInterfaceId=interface["NetworkInterfaceId"], Groups=[other])
    assert [g["GroupId"] for g in found(account, instance["InstanceId"])["SecurityGroups"]] == [other]
    assert code_of(client.delete_security_group, GroupId=web) == "none"
    client.modify_instance_attribute(InstanceId=instance["InstanceId"], Groups=[account.group(vpc, "third")])
    assert code_of(client.delete_security_group, GroupId=other) == "none"
    assert code_of(client.delete_subnet, SubnetId=subnet) == "DependencyViolation"
    client.terminate_instances(InstanceIds=[instance["InstanceId"]])
    assert code_of(client.delete_subnet, SubnetId=subnet) == "none"


def test_an_interface_of_somebody_else_outlives_the_instance(account):
    client = account.ec2
    interface = client.create_network_interface(SubnetId=account.subnet(account.vpc()))["NetworkInterface"]["NetworkInterfaceId"]
    instance = run(account, NetworkInterfaces=[{"DeviceIndex": 0, "NetworkInterfaceId": interface}])
    client.terminate_instances(InstanceIds=[instance["InstanceId"]])
    (left,) = client.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"]
    assert left["Status"] == "available" and "Attachment" not in left


def test_volumes_are_those_of_the_image_and_the_request(account):
    devices = [
        {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3"}},
        {"DeviceName": "/dev/sdb", "Ebs": {"VolumeSize": 5, "DeleteOnTermination": False}},
        {"DeviceName": "/dev/sdc", "VirtualName": "ephemeral0"},
    ]
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "a", "Value": "b"}]}]
    instance = found(account, run(account, BlockDeviceMappings=devices, TagSpecifications=tags)["InstanceId"])
    assert instance["RootDeviceName"] == "/dev/xvda"
    places = {m["DeviceName"]: m["Ebs"] for m in instance["BlockDeviceMappings"]}
    assert {name: ebs["DeleteOnTermination"] for name, ebs in places.items()} == {"/dev/xvda": True, "/dev/sdb": False}
    ids = [places[name]["VolumeId"] for name in ("/dev/xvda", "/dev/sdb")]
    volumes = {v["VolumeId"]: v for v in account.ec2.describe_volumes(VolumeIds=ids)["Volumes"]}
    root, other = (volumes[identity] for identity in ids)
    assert (root["Size"], root["VolumeType"], root["Iops"], root["Throughput"]) == (20, "gp3", 3000, 125)
    assert (other["Size"], other["VolumeType"], other["Iops"]) == (5, "gp2", 100)
    assert root["Tags"] == other["Tags"] == [{"Key": "a", "Value": "b"}]
    account.ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    assert account.control("GET", "objects") == {"ec2.volume": [ids[1]]}


def test_type_and_user_data_change_while_it_stands(account):
    client, identity = account.ec2, run(account)["InstanceId"]
    changes = {"InstanceType": {"Value": "t3.small"}}, {"UserData": {"Value": b"hello"}}
    for change in changes:
        assert code_of(client.modify_instance_attribute, InstanceId=identity, **change) == "IncorrectInstanceState"
    client.stop_instances(InstanceIds=[identity])
    for change in changes:
        client.modify_instance_attribute(InstanceId=identity, **change)
    assert found(account, identity)["InstanceType"] == "t3.small"
    assert client.describe_instance_attribute(InstanceId=identity, Attribute="userData")["UserData"]["Value"] == "aGVsbG8="


def test_options_come_back_and_change(account):
    client = account.ec2
    instance = run(account, CpuOptions={"CoreCount": 2, "ThreadsPerCore": 1}, DisableApiTermination=True, Placement={"Tenancy": "dedicated"})
    identity = instance["InstanceId"]
    assert found(account, identity)["CpuOptions"] == {"CoreCount": 2, "ThreadsPerCore": 1}
    assert found(account, identity)["Placement"]["Tenancy"] == "dedicated"
    assert code_of(client.terminate_instances, InstanceIds=[identity]) == "OperationNotPermitted"
    client.monitor_instances(InstanceIds=[identity])
    client.modify_instance_maintenance_options(InstanceId=identity, AutoRecovery="disabled")
    client.modify_private_dns_name_options(InstanceId=identity, EnableResourceNameDnsARecord=True)
    client.modify_instance_metadata_options(InstanceId=identity, HttpPutResponseHopLimit=3)
    client.modify_instance_metadata_options(InstanceId=identity, HttpTokens="required")
    client.modify_instance_attribute(InstanceId=identity, SourceDestCheck={"Value": False})
    client.modify_instance_attribute(InstanceId=identity, InstanceInitiatedShutdownBehavior={"Value": "terminate"})
    now = found(account, identity)
    assert now["Monitoring"]["State"] == "enabled"
    assert now["MaintenanceOptions"]["AutoRecovery"] == "disabled"
    assert now["PrivateDnsNameOptions"]["EnableResourceNameDnsARecord"]
    assert (now["MetadataOptions"]["HttpPutResponseHopLimit"], now["MetadataOptions"]["HttpTokens"]) == (3, "required")
    assert not now["NetworkInterfaces"][0]["SourceDestCheck"]
    told = client.describe_instance_attribute(InstanceId=identity, Attribute="instanceInitiatedShutdownBehavior")
    assert told["InstanceInitiatedShutdownBehavior"]["Value"] == "terminate"


@pytest.mark.parametrize(("kind", "usual"), [("t2.micro", "standard"), ("t3.micro", "unlimited")])
def test_burstable_instances_have_credits(account, kind, usual):
    client, identity = account.ec2, run(account, InstanceType=kind)["InstanceId"]

    def credits():
        told = client.describe_instance_credit_specifications(InstanceIds=[identity])
        return told["InstanceCreditSpecifications"][0]["CpuCredits"]

    assert credits() == usual
    client.modify_instance_credit_specification(InstanceCreditSpecifications=[{"InstanceId": identity, "CpuCredits": "standard"}])
    assert credits() == "standard"
    other = run(account, InstanceType="m5.large")["InstanceId"]
    code = code_of(client.describe_instance_credit_specifications, InstanceIds=[other])
    assert code == "InstanceCreditSpecification.NotSupported"


def test_launch_templates(account):
    data = {"ImageId": LINUX, "InstanceType": "m5.large", "Monitoring": {"Enabled": True}}
    template = account.ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)["LaunchTemplate"]["LaunchTemplateId"]
    made = account.ec2.run_instances(LaunchTemplate={"LaunchTemplateId": template}, MinCount=1, MaxCount=1)["Instances"][0]
    instance = found(account, made["InstanceId"])
    assert (instance["InstanceType"], instance["Monitoring"]["State"]) == ("m5.large", "enabled")
    assert {"Key": "aws:ec2launchtemplate:version", "Value": "1"} in instance["Tags"]


def test_spot_instances_have_a_request(account):
    client = account.ec2
    options = {"MarketType": "spot", "SpotOptions": {"MaxPrice": "0.01", "SpotInstanceType": "persistent"}}
    instance = found(account, run(account, InstanceMarketOptions=options)["InstanceId"])
    assert instance["InstanceLifecycle"] == "spot"
    wanted = [{"Name": "spot-instance-request-id", "Values": [instance["SpotInstanceRequestId"]]}]
    (request,) = client.describe_spot_instance_requests(Filters=wanted)["SpotInstanceRequests"]
    assert (request["SpotPrice"], request["Type"], request["State"]) == ("0.01", "persistent", "active")
    client.cancel_spot_instance_requests(SpotInstanceRequestIds=[instance["SpotInstanceRequestId"]])
    (request,) = client.describe_spot_instance_requests(Filters=wanted)["SpotInstanceRequests"]
    assert request["State"] == "cancelled"
