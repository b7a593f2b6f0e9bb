"""EKS: add-ons, access entries with their policies, and pod identity associations."""

import json
import pytest
from botocore.exceptions import ClientError
from conftest import code_of

VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


class Place:
    """A cluster, with a role for everything."""

    def __init__(self, account, mode: str = "API") -> None:
        self.account, self.eks = account, account.client("eks")
        trust = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["eks.amazonaws.com", "pods.eks.amazonaws.com"]}}]}
        self.iam = account.client("iam")
        self.role = self.iam.create_role(RoleName="all", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        vpc = account.vpc()
        subnets = [account.subnet(vpc, f"10.0.{n}.0/24", zone) for n, zone in ((1, "us-east-1a"), (2, "us-east-1b"))]
        access = {"authenticationMode": mode, "bootstrapClusterCreatorAdminPermissions": False}
        self.eks.create_cluster(name="one", version="1.33", roleArn=self.role, resourcesVpcConfig={"subnetIds": subnets}, accessConfig=access)

    def addon(self, name: str = "vpc-cni", **settings) -> dict:
        return self.eks.create_addon(clusterName="one", addonName=name, **settings)["addon"]

    def told(self, name: str = "vpc-cni") -> dict:
        return self.eks.describe_addon(clusterName="one", addonName=name)["addon"]

    def entry(self, **settings) -> dict:
        return self.eks.create_access_entry(clusterName="one", **{"principalArn": self.role} | settings)["accessEntry"]

    def identity(self, account: str = "web", **settings) -> dict:
        wanted = {"namespace": "default", "serviceAccount": account, "roleArn": self.role} | settings
        return self.eks.create_pod_identity_association(clusterName="one", **wanted)["association"]


@pytest.fixture
def place(account) -> Place:
    return Place(account)


class TestAddons:
    def test_tell_all_that_was_not_given(self, place):
        addon = place.addon()
        assert addon["addonVersion"] == "v1.20.3-eksbuild.1" and addon["health"] == {"issues": []}
        assert addon["namespaceConfig"] == {"namespace": "kube-system"}
        assert addon["addonArn"].startswith(f"arn:aws:eks:us-east-1:{place.account.number}:addon/one/vpc-cni/")
        assert "configurationValues" not in addon and "serviceAccountRoleArn" not in addon
        assert place.eks.list_addons(clusterName="one")["addons"] == ["vpc-cni"]
        assert place.account.control("GET", "objects")["eks.addon"] == ["one:vpc-cni"]

    def test_pass_through_their_states(self, place):
        place.account.transitions_take(60)
        assert place.addon()["status"] == "CREATING"
        assert code_of(place.eks.update_addon, clusterName="one", addonName="vpc-cni") == "ResourceInUseException"
        place.account.transitions_take(0)
        place.account.time_passes(60)
        assert place.told()["status"] == "ACTIVE"
        place.account.transitions_take(60)
        update = place.eks.update_addon(clusterName="one", addonName="vpc-cni", addonVersion="v1.20.4-eksbuild.1")["update"]
        assert (update["type"], update["status"], place.told()["status"]) == ("AddonUpdate", "InProgress", "UPDATING")
        assert code_of(place.eks.delete_addon, clusterName="one", addonName="vpc-cni") == "ResourceInUseException"
        place.account.time_passes(60)
        found = place.eks.describe_update(name="one", addonName="vpc-cni", updateId=update["id"])["update"]
        assert (found["status"], place.told()["addonVersion"]) == ("Successful", "v1.20.4-eksbuild.1")
        assert place.eks.list_updates(name="one", addonName="vpc-cni")["updateIds"] == [update["id"]]
        assert place.eks.delete_addon(clusterName="one", addonName="vpc-cni", preserve=True)["addon"]["status"] == "DELETING"
        place.account.time_passes(60)
        assert code_of(place.eks.describe_addon, clusterName="one", addonName="vpc-cni") == "ResourceNotFoundException"

    def test_are_configured_with_what_they_know(self, place):
        for values in ('{"nonsense": 1}', "[1]", "a: b: c"):
            assert code_of(place.addon, configurationValues=values) == "InvalidParameterException"
        assert place.addon(configurationValues='{"env": {"A": "b"}}')["configurationValues"] == '{"env": {"A": "b"}}'
        place.eks.update_addon(clusterName="one", addonName="vpc-cni", configurationValues="resources:\n  limits: {}\n")
        assert place.told()["configurationValues"] == "resources:\n  limits: {}\n"

    def test_say_what_is_wrong(self, place):
        for operation in (place.eks.describe_addon, place.eks.delete_addon, place.eks.update_addon):
            assert code_of(operation, clusterName="one", addonName="none") == "ResourceNotFoundException"
            assert code_of(operation, clusterName="none", addonName="vpc-cni") == "ResourceNotFoundException"
        assert code_of(place.addon, name="none") == "InvalidParameterException"
        assert code_of(place.addon, addonVersion="v0.0.1-eksbuild.1") == "InvalidParameterException"
        assert code_of(place.addon, serviceAccountRoleArn=place.role + "x") == "InvalidParameterException"
        place.addon()
        with pytest.raises(ClientError) as raised:
            place.addon()
        assert raised.value.response["Error"] == {"Code": "ResourceInUseException", "Message": "Addon already exists."}
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409

    def test_own_the_pod_identities_that_they_are_given(self, place):
        roles = [{"serviceAccount": name, "roleArn": place.role} for name in ("a", "b")]
        [first, _] = place.addon(podIdentityAssociations=roles)["podIdentityAssociations"]
        found = place.eks.describe_pod_identity_association(clusterName="one", associationId=first.rpartition("/")[2])["association"]
        assert (found["serviceAccount"], found["namespace"], found["ownerArn"]) == ("a", "kube-system", place.told()["addonArn"])
        place.eks.update_addon(clusterName="one", addonName="vpc-cni", podIdentityAssociations=roles[:1])
        assert place.told()["podIdentityAssociations"] == [first]
        place.eks.delete_addon(clusterName="one", addonName="vpc-cni")
        assert place.eks.list_pod_identity_associations(clusterName="one")["associations"] == []

    def test_leave_their_software_behind_if_told_to(self, place):
        place.addon(configurationValues='{"env": {"A": "b"}}')
        place.eks.delete_addon(clusterName="one", addonName="vpc-cni", preserve=True)
        failed = place.addon(resolveConflicts="NONE")
        assert (failed["status"], failed["health"]["issues"][0]["code"]) == ("CREATE_FAILED", "ConfigurationConflict")
        place.eks.delete_addon(clusterName="one", addonName="vpc-cni", preserve=True)
        assert place.addon(configurationValues='{"env": {}}', resolveConflicts="OVERWRITE")["status"] == "ACTIVE"
        place.eks.delete_addon(clusterName="one", addonName="vpc-cni")
        assert place.addon(resolveConflicts="NONE")["status"] == "ACTIVE"

    def test_have_versions_for_versions_of_kubernetes(self, place):
        describe = place.eks.describe_addon_versions
        [addon] = describe(addonName="kube-proxy", kubernetesVersion="1.33")["addons"]
        assert [it["addonVersion"] for it in addon["addonVersions"]] == ["v1.33.3-eksbuild.4", "v1.33.3-eksbuild.2"]
        defaults = [it["compatibilities"][0]["defaultVersion"] for it in addon["addonVersions"]]
        assert defaults == [False, True] and addon["defaultNamespace"] == "kube-system"
        assert {it["addonName"] for it in describe(types=["storage"])["addons"]} == {"aws-ebs-csi-driver"}
        assert describe(addonName="kube-proxy", kubernetesVersion="1.1")["addons"] == []
        assert code_of(describe, addonName="none") == "ResourceNotFoundException"
        pages = [describe(maxResults=4)]
        pages.append(describe(maxResults=4, nextToken=pages[0]["nextToken"]))
        assert [len(it["addons"]) for it in pages] == [4, 2] and "nextToken" not in pages[1]

    def test_have_a_schema_for_their_configuration(self, place):
        describe = place.eks.describe_addon_configuration
        found = describe(addonName="vpc-cni", addonVersion="v1.20.4-eksbuild.1")
        assert "env" in json.loads(found["configurationSchema"])["properties"]
        assert found["podIdentityConfiguration"][0]["serviceAccount"] == "aws-node"
        assert code_of(describe, addonName="vpc-cni", addonVersion="v9.0.0-eksbuild.1") == "ResourceNotFoundException"


class TestAccessEntries:
    def test_are_made_changed_and_deleted(self, place):
        entry = place.entry(tags={"a": "b"})
        number = place.account.number
        assert entry["username"] == f"arn:aws:sts::{number}:assumed-role/all/{{{{SessionName}}}}" and entry["type"] == "STANDARD"
        assert entry["accessEntryArn"].startswith(f"arn:aws:eks:us-east-1:{number}:access-entry/one/role/{number}/all/")
        place.eks.update_access_entry(clusterName="one", principalArn=place.role, kubernetesGroups=["viewers"], username="web")
        found = place.eks.describe_access_entry(clusterName="one", principalArn=place.role)["accessEntry"]
        assert (found["kubernetesGroups"], found["username"], found["tags"]) == (["viewers"], "web", {"a": "b"})
        assert place.eks.list_access_entries(clusterName="one")["accessEntries"] == [place.role]
        place.eks.delete_access_entry(clusterName="one", principalArn=place.role)
        assert code_of(place.eks.describe_access_entry, clusterName="one", principalArn=place.role) == "ResourceNotFoundException"
        assert place.account.calls()["eks.DescribeAccessEntry"] == 2

    def test_say_what_is_wrong(self, place):
        assert code_of(place.entry, principalArn=place.role + "x") == "InvalidParameterException"
        assert code_of(place.entry, type="NONE") == "InvalidParameterException"
        assert code_of(place.entry, kubernetesGroups=["system:masters"]) == "InvalidParameterException"
        assert code_of(place.entry, type="EC2_LINUX", kubernetesGroups=["viewers"]) == "InvalidParameterException"
        place.entry()
        assert code_of(place.entry) == "ResourceInUseException"

    def test_of_nodes_have_groups_of_their_own(self, place):
        entry = place.entry(type="EC2_LINUX")
        assert (entry["username"], entry["kubernetesGroups"]) == ("system:node:{{EC2PrivateDNSName}}", ["system:nodes"])
        scope = {"type": "cluster"}
        associate = place.eks.associate_access_policy
        assert code_of(associate, clusterName="one", principalArn=place.role, policyArn=VIEW, accessScope=scope) == "InvalidParameterException"

    def test_count_only_where_the_mode_says_so(self, account):
        assert code_of(Place(account, "CONFIG_MAP").entry) == "InvalidRequestException"

    def test_have_policies(self, place):
        place.entry()
        names = {"clusterName": "one", "principalArn": place.role}
        associate = place.eks.associate_access_policy
        scope = {"type": "namespace", "namespaces": ["web"]}
        first = associate(**names, policyArn=VIEW, accessScope=scope)["associatedAccessPolicy"]
        associate(**names, policyArn=ADMIN, accessScope={"type": "cluster"})
        again = associate(**names, policyArn=VIEW, accessScope={"type": "cluster"})["associatedAccessPolicy"]
        assert (first["accessScope"], again["accessScope"]["type"]) == (scope, "cluster")
        assert again["associatedAt"] == first["associatedAt"]
        found = place.eks.list_associated_access_policies(**names)["associatedAccessPolicies"]
        assert [it["policyArn"] for it in found] == [VIEW, ADMIN]
        assert place.eks.list_access_entries(clusterName="one", associatedPolicyArn=VIEW)["accessEntries"] == [place.role]
        place.eks.disassociate_access_policy(**names, policyArn=VIEW)
        assert code_of(place.eks.disassociate_access_policy, **names, policyArn=VIEW) == "ResourceNotFoundException"
        assert code_of(associate, **names, policyArn=VIEW + "x", accessScope=scope) == "ResourceNotFoundException"
        assert code_of(associate, **names, policyArn=VIEW, accessScope={"type": "namespace"}) == "InvalidParameterException"
        assert ADMIN in [it["arn"] for it in place.eks.list_access_policies()["accessPolicies"]]

    def test_of_who_made_the_cluster_is_there_unless_told_otherwise(self, place):
        cluster = place.eks.describe_cluster(name="one")["cluster"]
        subnets = {"subnetIds": cluster["resourcesVpcConfig"]["subnetIds"]}
        place.eks.create_cluster(name="two", roleArn=place.role, resourcesVpcConfig=subnets, accessConfig={"authenticationMode": "API"})
        [creator] = place.eks.list_access_entries(clusterName="two")["accessEntries"]
        [policy] = place.eks.list_associated_access_policies(clusterName="two", principalArn=creator)["associatedAccessPolicies"]
        assert policy["policyArn"] == ADMIN
        assert place.eks.list_access_entries(clusterName="one")["accessEntries"] == []


class TestPodIdentities:
    def test_are_made_changed_and_deleted(self, place):
        made = place.identity(tags={"a": "b"})
        names = {"clusterName": "one", "associationId": made["associationId"]}
        assert made["disableSessionTags"] is False and "externalId" not in made
        place.eks.update_pod_identity_association(**names, targetRoleArn="arn:aws:iam::999999999999:role/there", disableSessionTags=True)
        found = place.eks.describe_pod_identity_association(**names)["association"]
        assert found["targetRoleArn"].endswith("there") and found["externalId"] and found["disableSessionTags"] and found["tags"] == {"a": "b"}
        assert found["associationArn"] == f"arn:aws:eks:us-east-1:{place.account.number}:podidentityassociation/one/{made['associationId']}"
        place.eks.delete_pod_identity_association(**names)
        assert code_of(place.eks.describe_pod_identity_association, **names) == "ResourceNotFoundException"

    def test_are_found_by_their_service_account(self, place):
        made = place.identity()
        place.identity("other")
        place.identity(namespace="other")
        found = place.eks.list_pod_identity_associations(clusterName="one", namespace="default", serviceAccount="web")["associations"]
        assert [it["associationId"] for it in found] == [made["associationId"]]
        assert len(place.eks.list_pod_identity_associations(clusterName="one", maxResults=2)["associations"]) == 2

    def test_say_what_is_wrong(self, place):
        place.identity()
        assert code_of(place.identity) == "ResourceInUseException"
        assert code_of(place.identity, account="other", roleArn=place.role + "x") == "InvalidParameterException"


def test_tags_are_changed_by_arn(place):
    arns = [place.addon()["addonArn"], place.entry()["accessEntryArn"], place.identity()["associationArn"]]
    for arn in arns:
        place.eks.tag_resource(resourceArn=arn, tags={"a": "b", "c": "d", "e": "f"})
        place.eks.untag_resource(resourceArn=arn, tagKeys=["a", "e"])
        assert place.eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "d"}
    assert code_of(place.eks.tag_resource, resourceArn=arns[0] + "x", tags={"a": "b"}) == "ResourceNotFoundException"
    assert place.account.calls()["eks.TagResource"] == 4
