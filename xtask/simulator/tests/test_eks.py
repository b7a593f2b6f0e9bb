"""EKS: clusters, their node groups and Fargate profiles."""

import base64
import json
import pytest
from conftest import code_of

TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}


def role(account, service: str, name: str) -> str:
    trust = json.loads(json.dumps(TRUST))
    trust["Statement"][0]["Principal"] = {"Service": service}
    return account.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]


class Place:
    """A VPC with two subnets, and a role for clusters."""

    def __init__(self, account) -> None:
        self.account, self.eks = account, account.client("eks")
        self.vpc = account.vpc()
        self.subnets = [account.subnet(self.vpc, f"10.0.{n}.0/24", zone) for n, zone in ((1, "us-east-1a"), (2, "us-east-1b"))]
        self.role = role(account, "eks.amazonaws.com", "cluster")

    def create(self, name: str = "one", **settings) -> dict:
        network = {"subnetIds": self.subnets} | settings.pop("network", {})
        return self.eks.create_cluster(**{"name": name, "roleArn": self.role, "resourcesVpcConfig": network} | settings)["cluster"]

    def cluster(self, name: str = "one") -> dict:
        return self.eks.describe_cluster(name=name)["cluster"]

    def update(self, **change) -> dict:
        return self.eks.update_cluster_config(name="one", **change)["update"]


@pytest.fixture
def place(account) -> Place:
    return Place(account)


class TestClusters:
    def test_tell_all_that_was_not_given(self, place):
        place.create(version="1.33")
        cluster = place.cluster()
        network = cluster["resourcesVpcConfig"]
        assert network["vpcId"] == place.vpc and network["subnetIds"] == place.subnets
        assert (network["endpointPublicAccess"], network["endpointPrivateAccess"]) == (True, False)
        assert network["publicAccessCidrs"] == ["0.0.0.0/0"]
        assert cluster["accessConfig"] == {"authenticationMode": "CONFIG_MAP"}
        assert cluster["upgradePolicy"] == {"supportType": "EXTENDED"}
        assert cluster["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == "172.20.0.0/16"
        assert "zonalShiftConfig" not in cluster and cluster["deletionProtection"] is False
        assert cluster["health"] == {"issues": []} and cluster["version"] == "1.33"
        assert b"BEGIN CERTIFICATE" in base64.b64decode(cluster["certificateAuthority"]["data"])
        assert cluster["identity"]["oidc"]["issuer"].startswith("https://oidc.eks.us-east-1.amazonaws.com/id/")

    def test_have_identities_of_their_own(self, place):
        place.create("one")
        place.create("two")
        one, two = place.cluster("one"), place.cluster("two")
        assert one["identity"] != two["identity"] and one["endpoint"] != two["endpoint"]

    def test_have_a_security_group_for_as_long_as_they_live(self, place):
        group = place.create()["resourcesVpcConfig"]["clusterSecurityGroupId"]
        found = place.account.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]
        assert found["VpcId"] == place.vpc and found["GroupName"].startswith("eks-cluster-sg-one-")
        assert found["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == group
        place.eks.delete_cluster(name="one")
        assert code_of(place.account.ec2.describe_security_groups, GroupIds=[group]) == "InvalidGroup.NotFound"
        assert code_of(place.eks.describe_cluster, name="one") == "ResourceNotFoundException"

    def test_pass_through_their_states(self, place):
        place.account.transitions_take(60)
        assert place.create()["status"] == "CREATING"
        early = place.cluster()
        assert early["status"] == "CREATING" and "endpoint" not in early
        assert code_of(place.eks.delete_cluster, name="one") == "ResourceInUseException"
        place.account.time_passes(60)
        assert place.cluster()["status"] == "ACTIVE" and place.cluster()["endpoint"]
        update = place.update(resourcesVpcConfig={"endpointPrivateAccess": True})
        assert update["status"] == "InProgress" and update["type"] == "EndpointAccessUpdate"
        assert place.cluster()["status"] == "UPDATING"
        assert not place.cluster()["resourcesVpcConfig"]["endpointPrivateAccess"]
        assert code_of(place.eks.update_cluster_version, name="one", version="1.35") == "ResourceInUseException"
        place.account.time_passes(60)
        assert place.eks.describe_update(name="one", updateId=update["id"])["update"]["status"] == "Successful"
        assert place.cluster()["resourcesVpcConfig"]["endpointPrivateAccess"]
        assert place.eks.delete_cluster(name="one")["cluster"]["status"] == "DELETING"
        assert place.cluster()["status"] == "DELETING"
        place.account.time_passes(60)
        assert code_of(place.eks.describe_cluster, name="one") == "ResourceNotFoundException"

    def test_check_what_they_refer_to(self, place):
        elsewhere = place.account.subnet(place.account.vpc("10.9.0.0/16"), "10.9.1.0/24")
        wrong = (
            {"network": {"subnetIds": ["subnet-0000000000000000"]}},
            {"network": {"subnetIds": place.subnets[:1]}},
            {"network": {"subnetIds": [place.subnets[0], elsewhere]}},
            {"network": {"securityGroupIds": ["sg-0000000000000000"]}},
            {"network": {"endpointPublicAccess": False}},
            {"roleArn": place.role + "x"},
            {"roleArn": role(place.account, "ec2.amazonaws.com", "other")},
            {"version": "1.12"},
            {"name": "-one"},
            {"computeConfig": {"enabled": True}},
            {"encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": "arn:aws:kms:us-east-1:1:key/x"}}]},
        )
        assert [code_of(place.create, **settings) for settings in wrong] == ["InvalidParameterException"] * len(wrong)
        place.create()
        assert code_of(place.create) == "ResourceInUseException"

    def test_a_change_leaves_the_rest_as_it_is(self, place):
        place.create()
        third = place.account.subnet(place.vpc, "10.0.3.0/24", "us-east-1c")
        place.update(resourcesVpcConfig={"subnetIds": [*place.subnets, third]})
        place.update(resourcesVpcConfig={"endpointPrivateAccess": True, "publicAccessCidrs": ["10.0.0.0/8"]})
        group = place.account.group(place.vpc)
        place.update(resourcesVpcConfig={"securityGroupIds": [group]})
        place.update(logging={"clusterLogging": [{"types": ["audit", "api"], "enabled": True}]})
        place.update(logging={"clusterLogging": [{"types": ["api"], "enabled": False}]})
        place.update(accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"})
        place.update(upgradePolicy={"supportType": "STANDARD"})
        place.update(zonalShiftConfig={"enabled": True})
        place.update(deletionProtection=True)
        place.eks.update_cluster_version(name="one", version="1.35")
        cluster = place.cluster()
        network = cluster["resourcesVpcConfig"]
        assert network["subnetIds"] == [*place.subnets, third] and network["securityGroupIds"] == [group]
        assert network["endpointPublicAccess"] and network["publicAccessCidrs"] == ["10.0.0.0/8"]
        assert cluster["logging"]["clusterLogging"][0] == {"types": ["audit"], "enabled": True}
        assert cluster["accessConfig"]["authenticationMode"] == "API_AND_CONFIG_MAP"
        assert (cluster["version"], cluster["upgradePolicy"]["supportType"]) == ("1.35", "STANDARD")
        assert len(place.eks.list_updates(name="one")["updateIds"]) == 10
        assert code_of(place.eks.delete_cluster, name="one") == "InvalidRequestException"

    def test_are_changed_one_part_at_a_time_and_not_for_nothing(self, place):
        place.create(version="1.30", accessConfig={"authenticationMode": "API"})
        group = place.account.group(place.vpc)
        wrong = (
            {},
            {"upgradePolicy": {"supportType": "STANDARD"}, "zonalShiftConfig": {"enabled": True}},
            {"resourcesVpcConfig": {"endpointPrivateAccess": True, "subnetIds": place.subnets}},
            {"resourcesVpcConfig": {"securityGroupIds": [group], "subnetIds": place.subnets}},
            {"resourcesVpcConfig": {"endpointPublicAccess": True}},
            {"logging": {"clusterLogging": [{"types": ["api"], "enabled": False}]}},
            {"accessConfig": {"authenticationMode": "CONFIG_MAP"}},
            {"computeConfig": {"enabled": True, "nodePools": ["system"]}},
        )
        assert [code_of(place.update, **change) for change in wrong] == ["InvalidParameterException"] * len(wrong)
        for version in ("1.30", "1.29", "1.32", "1.99"):
            assert code_of(place.eks.update_cluster_version, name="one", version=version) == "InvalidParameterException"

    def test_are_made_and_changed_once_for_a_token(self, place):
        assert place.create(clientRequestToken="a")["arn"] == place.create(clientRequestToken="a")["arn"]
        change = {"upgradePolicy": {"supportType": "STANDARD"}, "clientRequestToken": "b"}
        assert place.update(**change)["id"] == place.update(**change)["id"]

    def test_are_encrypted_once(self, place):
        place.create()
        key = place.account.client("kms").create_key()["KeyMetadata"]["Arn"]
        encryption = [{"resources": ["secrets"], "provider": {"keyArn": key}}]
        place.eks.associate_encryption_config(clusterName="one", encryptionConfig=encryption)
        assert place.cluster()["encryptionConfig"] == encryption
        again = code_of(place.eks.associate_encryption_config, clusterName="one", encryptionConfig=encryption)
        assert again == "InvalidParameterException"

    def test_are_tagged(self, place):
        arn = place.create(tags={"a": "b", "c": "d", "e": "f"})["arn"]
        place.eks.tag_resource(resourceArn=arn, tags={"a": "x"})
        place.eks.untag_resource(resourceArn=arn, tagKeys=["c", "e"])
        assert place.cluster()["tags"] == place.eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "x"}

    def test_are_counted(self, place):
        place.create()
        assert place.account.control("GET", "objects")["eks.cluster"] == ["one"]
        place.eks.delete_cluster(name="one")
        assert "eks.cluster" not in place.account.control("GET", "objects")


class TestNodeGroups:
    @pytest.fixture
    def nodes(self, place):
        place.create(version="1.33")
        place.nodes = role(place.account, "ec2.amazonaws.com", "nodes")
        return place

    def create(self, nodes, name: str = "blue", **settings) -> dict:
        given = {"clusterName": "one", "nodegroupName": name, "nodeRole": nodes.nodes, "subnets": nodes.subnets}
        return nodes.eks.create_nodegroup(**given | settings)["nodegroup"]

    def group(self, nodes, name: str = "blue") -> dict:
        return nodes.eks.describe_nodegroup(clusterName="one", nodegroupName=name)["nodegroup"]

    def of(self, **more) -> dict:
        return {"clusterName": "one", "nodegroupName": "blue"} | more

    def test_tell_all_that_was_not_given(self, nodes):
        self.create(nodes)
        group = self.group(nodes)
        assert (group["version"], group["amiType"]) == ("1.33", "AL2023_x86_64_STANDARD")
        assert group["updateConfig"] == {"maxUnavailable": 1} and group["diskSize"] == 20
        assert "remoteAccess" not in group and "nodeRepairConfig" not in group and "launchTemplate" not in group
        assert group["nodegroupArn"].startswith("arn:aws:eks:us-east-1:")

    def test_are_changed(self, nodes):
        taint = {"key": "a", "value": "b", "effect": "NO_SCHEDULE"}
        self.create(nodes, version="1.32", labels={"a": "1", "b": "2"}, taints=[taint])
        change = {
            "labels": {"addOrUpdateLabels": {"a": "3"}, "removeLabels": ["b"]},
            "taints": {"removeTaints": [taint], "addOrUpdateTaints": [taint | {"key": "c"}]},
            "scalingConfig": {"minSize": 0, "maxSize": 5, "desiredSize": 3},
            "updateConfig": {"maxUnavailablePercentage": 50},
            "nodeRepairConfig": {"enabled": True},
        }
        update = nodes.eks.update_nodegroup_config(**self.of(**change))["update"]
        assert nodes.eks.describe_update(name="one", nodegroupName="blue", updateId=update["id"])["update"]["status"] == "Successful"
        nodes.eks.update_nodegroup_version(**self.of(version="1.33"))
        group = self.group(nodes)
        assert group["labels"] == {"a": "3"} and group["taints"] == [taint | {"key": "c"}]
        assert group["scalingConfig"]["maxSize"] == 5 and group["updateConfig"] == {"maxUnavailablePercentage": 50}
        assert group["nodeRepairConfig"] == {"enabled": True}
        assert (group["version"], group["releaseVersion"]) == ("1.33", "1.33.0-20250915")
        older = code_of(nodes.eks.update_nodegroup_version, **self.of(version="1.32"))
        newer = code_of(nodes.eks.update_nodegroup_version, **self.of(version="1.34"))
        assert (older, newer) == ("InvalidParameterException",) * 2

    def test_follow_their_launch_template(self, nodes):
        template = nodes.account.ec2.create_launch_template(LaunchTemplateName="t", LaunchTemplateData={"InstanceType": "m5.large"})
        identity = template["LaunchTemplate"]["LaunchTemplateId"]
        nodes.account.ec2.create_launch_template_version(LaunchTemplateId=identity, LaunchTemplateData={"InstanceType": "m5.xlarge"})
        self.create(nodes, launchTemplate={"name": "t", "version": "1"})
        assert self.group(nodes)["launchTemplate"] == {"id": identity, "name": "t", "version": "1"}
        assert "diskSize" not in self.group(nodes) and "instanceTypes" not in self.group(nodes)
        nodes.eks.update_nodegroup_version(**self.of(launchTemplate={"id": identity, "version": "2"}))
        assert self.group(nodes)["launchTemplate"]["version"] == "2"
        for wrong in ({"id": identity, "name": "t"}, {"id": identity, "version": "9"}):
            assert code_of(nodes.eks.update_nodegroup_version, **self.of(launchTemplate=wrong)) == "InvalidParameterException"

    def test_pass_through_their_states_and_keep_the_cluster(self, nodes):
        nodes.account.transitions_take(60)
        self.create(nodes)
        assert self.group(nodes)["status"] == "CREATING"
        assert code_of(nodes.eks.delete_cluster, name="one") == "ResourceInUseException"
        nodes.account.time_passes(60)
        nodes.eks.update_nodegroup_config(**self.of(labels={"addOrUpdateLabels": {"a": "b"}}))
        assert self.group(nodes)["status"] == "UPDATING" and self.group(nodes)["labels"] == {}
        assert code_of(nodes.eks.update_nodegroup_version, **self.of()) == "ResourceInUseException"
        nodes.account.time_passes(60)
        assert self.group(nodes)["labels"] == {"a": "b"}
        nodes.eks.delete_nodegroup(**self.of())
        assert self.group(nodes)["status"] == "DELETING"
        nodes.account.time_passes(60)
        assert code_of(nodes.eks.describe_nodegroup, **self.of()) == "ResourceNotFoundException"
        nodes.eks.delete_cluster(name="one")

    def test_are_tagged(self, nodes):
        arn = self.create(nodes, tags={"a": "b"})["nodegroupArn"]
        nodes.eks.tag_resource(resourceArn=arn, tags={"c": "d"})
        assert self.group(nodes)["tags"] == {"a": "b", "c": "d"}

    def test_need_a_role_for_nodes(self, nodes):
        assert code_of(self.create, nodes=nodes, nodeRole=nodes.role) == "InvalidParameterException"


class TestFargateProfiles:
    def test_come_and_go_one_at_a_time(self, place):
        place.create()
        pods = role(place.account, "eks-fargate-pods.amazonaws.com", "pods")
        given = {"clusterName": "one", "podExecutionRoleArn": pods, "selectors": [{"namespace": "default"}]}
        assert code_of(place.eks.create_fargate_profile, **given | {"fargateProfileName": "a", "podExecutionRoleArn": place.role}) == "InvalidParameterException"
        place.account.transitions_take(60)
        arn = place.eks.create_fargate_profile(fargateProfileName="a", tags={"a": "b"}, **given)["fargateProfile"]["fargateProfileArn"]
        assert code_of(place.eks.create_fargate_profile, **given | {"fargateProfileName": "b"}) == "ResourceInUseException"
        place.account.time_passes(60)
        place.eks.tag_resource(resourceArn=arn, tags={"c": "d"})
        profile = place.eks.describe_fargate_profile(clusterName="one", fargateProfileName="a")["fargateProfile"]
        assert (profile["status"], profile["tags"], profile["subnets"]) == ("ACTIVE", {"a": "b", "c": "d"}, place.subnets)
        assert code_of(place.eks.delete_cluster, name="one") == "ResourceInUseException"
        place.eks.delete_fargate_profile(clusterName="one", fargateProfileName="a")
        place.account.time_passes(60)
        assert code_of(place.eks.describe_fargate_profile, clusterName="one", fargateProfileName="a") == "ResourceNotFoundException"
