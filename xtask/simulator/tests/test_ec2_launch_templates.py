"""Launch templates as AWS has them."""

import base64

from conftest import code_of

DATA = {"InstanceType": "t3.micro", "UserData": base64.b64encode(b"#!/bin/sh").decode()}
LATEST = {"Versions": ["$Latest"]}


def template(account, name="web", **keywords) -> str:
    made = account.ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=DATA, **keywords)
    return made["LaunchTemplate"]["LaunchTemplateId"]


def test_a_token_makes_one(account):
    assert template(account, ClientToken="a") == template(account, ClientToken="a")
    assert code_of(account.ec2.create_launch_template, LaunchTemplateName="web", LaunchTemplateData=DATA) == (
        "InvalidLaunchTemplateName.AlreadyExistsException"
    )
    identity = template(account, "other")
    for _ in range(2):
        made = account.ec2.create_launch_template_version(LaunchTemplateId=identity, LaunchTemplateData=DATA, ClientToken="b")
        assert made["LaunchTemplateVersion"]["VersionNumber"] == 2


def test_tags_are_the_templates_own(account):
    specification = [{"ResourceType": "launch-template", "Tags": [{"Key": "a", "Value": "b"}]}]
    identity = template(account, TagSpecifications=specification)
    account.ec2.create_tags(Resources=[identity], Tags=[{"Key": "c", "Value": "d"}])
    (found,) = account.ec2.describe_launch_templates(LaunchTemplateIds=[identity])["LaunchTemplates"]
    assert {tag["Key"]: tag["Value"] for tag in found["Tags"]} == {"a": "b", "c": "d"}
    filters = [{"Name": "tag:c", "Values": ["d"]}]
    assert len(account.ec2.describe_launch_templates(Filters=filters)["LaunchTemplates"]) == 1
    (version,) = account.ec2.describe_launch_template_versions(LaunchTemplateId=identity, **LATEST)["LaunchTemplateVersions"]
    assert version["LaunchTemplateData"] == DATA


def test_versions(account):
    identity = template(account)
    client = account.ec2
    client.create_launch_template_version(LaunchTemplateId=identity, LaunchTemplateData={"ImageId": "ami-1"}, VersionDescription="two")
    (version,) = client.describe_launch_template_versions(LaunchTemplateId=identity, **LATEST)["LaunchTemplateVersions"]
    assert (version["VersionNumber"], version["VersionDescription"], version["DefaultVersion"]) == (2, "two", False)
    assert version["LaunchTemplateData"] == {"ImageId": "ami-1"}
    client.modify_launch_template(LaunchTemplateId=identity, DefaultVersion="2")
    (found,) = client.describe_launch_templates()["LaunchTemplates"]
    assert (found["DefaultVersionNumber"], found["LatestVersionNumber"]) == (2, 2)


def test_lists_have_pages(account):
    for number in range(3):
        template(account, f"web-{number}")
    client = account.ec2
    for call, keywords in (("describe_launch_templates", {}), ("describe_launch_template_versions", LATEST)):
        pages = client.get_paginator(call).paginate(**keywords, PaginationConfig={"PageSize": 2})
        counts = [len(next(value for value in page.values() if isinstance(value, list))) for page in pages]
        assert counts == [2, 1], call


def test_what_does_not_exist(account):
    client, identity = account.ec2, "lt-00000000000000000"
    assert code_of(client.describe_launch_templates, LaunchTemplateIds=[identity]) == "InvalidLaunchTemplateId.NotFound"
    assert code_of(client.delete_launch_template, LaunchTemplateId=identity) == "InvalidLaunchTemplateId.NotFound"
    assert code_of(client.describe_launch_template_versions, LaunchTemplateId=identity, **LATEST) == "InvalidLaunchTemplateId.NotFound"
