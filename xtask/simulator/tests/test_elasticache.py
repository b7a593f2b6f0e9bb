"""ElastiCache as AWS has it: groups, clusters, replication groups and users."""

import time

import pytest
from conftest import code_of


@pytest.fixture
def cache(account):
    return account.client("elasticache")


def subnet_group(account, cache, name="g"):
    vpc = account.vpc()
    subnets = [account.subnet(vpc, f"10.0.{number}.0/24", f"us-east-1{zone}") for number, zone in enumerate("ab")]
    cache.create_cache_subnet_group(CacheSubnetGroupName=name, CacheSubnetGroupDescription="-", SubnetIds=subnets)
    return subnets


def replication_group(cache, **more):
    settings = {"ReplicationGroupId": "r", "ReplicationGroupDescription": "-", "CacheNodeType": "cache.t4g.micro", "Engine": "redis"} | more
    return cache.create_replication_group(**settings)["ReplicationGroup"]


def group(cache, name="r"):
    return cache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"][0]


def until(state, ask, seconds=20):
    end = time.monotonic() + seconds
    while ask() != state:
        assert time.monotonic() < end, f"still {ask()}"
        time.sleep(0.05)


class TestSubnetGroups:
    def test_change_and_end(self, account, cache):
        subnets = subnet_group(account, cache, "Name")
        told = cache.describe_cache_subnet_groups(CacheSubnetGroupName="name")["CacheSubnetGroups"][0]
        assert [it["SubnetAvailabilityZone"]["Name"] for it in told["Subnets"]] == ["us-east-1a", "us-east-1b"]
        cache.modify_cache_subnet_group(CacheSubnetGroupName="name", CacheSubnetGroupDescription="other", SubnetIds=subnets[:1])
        told = cache.describe_cache_subnet_groups()["CacheSubnetGroups"][0]
        assert (told["CacheSubnetGroupDescription"], len(told["Subnets"])) == ("other", 1)
        assert account.control("GET", "objects")["elasticache.subnet_group"] == ["name"]
        cache.delete_cache_subnet_group(CacheSubnetGroupName="name")
        assert code_of(cache.delete_cache_subnet_group, CacheSubnetGroupName="name") == "CacheSubnetGroupNotFoundFault"

    def test_refusals(self, account, cache):
        other = account.subnet(account.vpc("10.1.0.0/16"), "10.1.0.0/24")
        subnets = subnet_group(account, cache)
        made = {"CacheSubnetGroupName": "h", "CacheSubnetGroupDescription": "-"}
        assert code_of(cache.create_cache_subnet_group, **made, SubnetIds=["subnet-1"]) == "InvalidSubnet"
        assert code_of(cache.create_cache_subnet_group, **made, SubnetIds=[*subnets, other]) == "InvalidSubnet"
        assert code_of(cache.create_cache_subnet_group, **made | {"CacheSubnetGroupName": "g"}, SubnetIds=subnets) == "CacheSubnetGroupAlreadyExists"
        replication_group(cache, CacheSubnetGroupName="g")
        assert code_of(cache.delete_cache_subnet_group, CacheSubnetGroupName="g") == "CacheSubnetGroupInUse"


class TestParameterGroups:
    def test_only_what_was_changed_is_the_users(self, cache):
        cache.create_cache_parameter_group(CacheParameterGroupName="P", CacheParameterGroupFamily="redis7", Description="-")
        names = {"CacheParameterGroupName": "p"}
        change = [{"ParameterName": "timeout", "ParameterValue": "10"}, {"ParameterName": "maxmemory-policy", "ParameterValue": "noeviction"}]
        cache.modify_cache_parameter_group(**names, ParameterNameValues=change)
        told = cache.describe_cache_parameters(**names, Source="user")["Parameters"]
        assert {it["ParameterName"]: it["ParameterValue"] for it in told} == {"timeout": "10", "maxmemory-policy": "noeviction"}
        cache.reset_cache_parameter_group(**names, ParameterNameValues=change[:1])
        told = cache.describe_cache_parameters(**names)["Parameters"]
        assert {it["ParameterName"]: it["ParameterValue"] for it in told}["timeout"] == "0"
        cache.delete_cache_parameter_group(**names)
        assert code_of(cache.describe_cache_parameter_groups, **names) == "CacheParameterGroupNotFound"

    def test_refusals(self, cache):
        made = {"CacheParameterGroupName": "p", "CacheParameterGroupFamily": "redis7", "Description": "-"}
        cache.create_cache_parameter_group(**made)
        assert code_of(cache.create_cache_parameter_group, **made) == "CacheParameterGroupAlreadyExists"
        assert code_of(cache.create_cache_parameter_group, **made | {"CacheParameterGroupFamily": "redis99"}) == "InvalidParameterValue"
        change = [{"ParameterName": "unheard-of", "ParameterValue": "1"}]
        assert code_of(cache.modify_cache_parameter_group, CacheParameterGroupName="p", ParameterNameValues=change) == "InvalidParameterValue"
        many = [{"ParameterName": "timeout", "ParameterValue": "1"}] * 21
        assert code_of(cache.modify_cache_parameter_group, CacheParameterGroupName="p", ParameterNameValues=many) == "InvalidParameterValue"
        assert code_of(cache.delete_cache_parameter_group, CacheParameterGroupName="default.redis7") == "InvalidCacheParameterGroupState"
        replication_group(cache, CacheParameterGroupName="p", EngineVersion="7.1")
        assert code_of(cache.delete_cache_parameter_group, CacheParameterGroupName="p") == "InvalidCacheParameterGroupState"

    def test_those_of_aws_are_there(self, cache):
        names = [it["CacheParameterGroupName"] for it in cache.describe_cache_parameter_groups()["CacheParameterGroups"]]
        assert {"default.redis7", "default.redis7.cluster.on", "default.valkey8", "default.memcached1.6"} <= set(names)


class TestReplicationGroups:
    def test_members_are_cache_clusters(self, account, cache):
        subnet_group(account, cache)
        replication_group(cache, NumCacheClusters=2, AutomaticFailoverEnabled=True, CacheSubnetGroupName="g", EngineVersion="7.0")
        told = group(cache)
        assert told["MemberClusters"] == ["r-001", "r-002"]
        assert told["NodeGroups"][0]["PrimaryEndpoint"]["Port"] == 6379
        members = cache.describe_cache_clusters(ShowCacheNodeInfo=True)["CacheClusters"]
        assert [it["PreferredAvailabilityZone"] for it in members] == ["us-east-1a", "us-east-1b"]
        assert {it["EngineVersion"] for it in members} == {"7.0.7"}
        assert members[0]["CacheParameterGroup"]["CacheParameterGroupName"] == "default.redis7"
        assert len(members[0]["SecurityGroups"]) == 1
        assert members[0]["CacheNodes"][0]["Endpoint"]["Port"] == 6379

    def test_cluster_mode(self, cache):
        replication_group(cache, NumNodeGroups=2, ReplicasPerNodeGroup=1, AutomaticFailoverEnabled=True)
        told = group(cache)
        assert told["ClusterEnabled"] and told["ConfigurationEndpoint"]["Address"].startswith("clustercfg.")
        assert told["MemberClusters"] == ["r-0001-001", "r-0001-002", "r-0002-001", "r-0002-002"]
        assert [it["Slots"] for it in told["NodeGroups"]] == ["0-8191", "8192-16383"]
        cache.modify_replication_group_shard_configuration(ReplicationGroupId="r", NodeGroupCount=3, ApplyImmediately=True)
        assert len(group(cache)["MemberClusters"]) == 6
        cache.modify_replication_group_shard_configuration(ReplicationGroupId="r", NodeGroupCount=1, NodeGroupsToRemove=["0001", "0003"], ApplyImmediately=True)
        assert group(cache)["MemberClusters"] == ["r-0002-001", "r-0002-002"]
        assert len(cache.describe_cache_clusters()["CacheClusters"]) == 2

    def test_replicas_come_and_go(self, cache):
        replication_group(cache, NumCacheClusters=2, AutomaticFailoverEnabled=True)
        change = {"ReplicationGroupId": "r", "ApplyImmediately": True}
        cache.increase_replica_count(**change, NewReplicaCount=3)
        assert len(group(cache)["MemberClusters"]) == len(cache.describe_cache_clusters()["CacheClusters"]) == 4
        assert code_of(cache.increase_replica_count, **change, NewReplicaCount=3) == "NoOperationFault"
        assert code_of(cache.increase_replica_count, **change, NewReplicaCount=6) == "InvalidParameterValue"
        cache.decrease_replica_count(**change, NewReplicaCount=1)
        assert len(group(cache)["MemberClusters"]) == len(cache.describe_cache_clusters()["CacheClusters"]) == 2
        assert code_of(cache.decrease_replica_count, **change, NewReplicaCount=0) == "InvalidParameterValue"
        assert code_of(cache.delete_cache_cluster, CacheClusterId="r-001") == "InvalidCacheClusterState"
        assert code_of(cache.delete_cache_cluster, CacheClusterId="r-002") == "InvalidCacheClusterState"
        cache.increase_replica_count(**change, NewReplicaCount=2)
        cache.delete_cache_cluster(CacheClusterId="r-002")
        assert group(cache)["MemberClusters"] == ["r-001", "r-003"]

    def test_what_is_not_immediate_waits(self, cache):
        replication_group(cache, EngineVersion="7.0")
        cache.modify_replication_group(ReplicationGroupId="r", CacheNodeType="cache.m7g.large", EngineVersion="7.1", ReplicationGroupDescription="other")
        member = cache.describe_cache_clusters()["CacheClusters"][0]
        assert (member["CacheNodeType"], member["EngineVersion"]) == ("cache.t4g.micro", "7.0.7")
        assert member["PendingModifiedValues"] == {"CacheNodeType": "cache.m7g.large", "EngineVersion": "7.1.0"}
        assert (group(cache)["Description"], group(cache)["CacheNodeType"]) == ("other", "cache.t4g.micro")
        cache.modify_replication_group(ReplicationGroupId="r", ApplyImmediately=True)
        member = cache.describe_cache_clusters()["CacheClusters"][0]
        assert (member["CacheNodeType"], member["EngineVersion"]) == ("cache.m7g.large", "7.1.0")
        assert member["PendingModifiedValues"] == {}

    def test_what_waits_can_be_taken_back(self, cache):
        replication_group(cache)
        cache.modify_replication_group(ReplicationGroupId="r", CacheNodeType="cache.m7g.large")
        cache.modify_replication_group(ReplicationGroupId="r", CacheNodeType="cache.t4g.micro")
        assert cache.describe_cache_clusters()["CacheClusters"][0]["PendingModifiedValues"] == {}

    def test_states_pass(self, account, cache):
        account.transitions_take(2)
        replication_group(cache)
        assert group(cache)["Status"] == "creating" and "NodeGroups" not in group(cache)
        assert code_of(cache.delete_replication_group, ReplicationGroupId="r") == "InvalidReplicationGroupState"
        until("available", lambda: group(cache)["Status"])
        cache.modify_replication_group(ReplicationGroupId="r", CacheNodeType="cache.m7g.large", ApplyImmediately=True)
        assert (group(cache)["Status"], group(cache)["CacheNodeType"]) == ("modifying", "cache.t4g.micro")
        assert code_of(cache.modify_replication_group, ReplicationGroupId="r", CacheNodeType="x") == "InvalidReplicationGroupState"
        until("cache.m7g.large", lambda: group(cache)["CacheNodeType"])
        cache.delete_replication_group(ReplicationGroupId="r", FinalSnapshotIdentifier="last")
        assert group(cache)["Status"] == "deleting"
        until("ReplicationGroupNotFoundFault", lambda: code_of(cache.describe_replication_groups, ReplicationGroupId="r"))
        assert account.control("GET", "objects") == {"elasticache.snapshot": ["last"]}

    def test_refusals(self, cache):
        token = "a" * 16
        for more in (
            {"AutomaticFailoverEnabled": True, "NumCacheClusters": 1},
            {"MultiAZEnabled": True, "NumCacheClusters": 2},
            {"AuthToken": token},
        ):
            assert code_of(replication_group, cache=cache, **more) == "InvalidParameterCombination"
        assert code_of(replication_group, cache=cache, CacheSubnetGroupName="none") == "CacheSubnetGroupNotFoundFault"
        assert code_of(replication_group, cache=cache, CacheParameterGroupName="default.redis6.x") == "InvalidParameterCombination"
        assert code_of(replication_group, cache=cache, SecurityGroupIds=["sg-1"]) == "InvalidParameterValue"

    def test_tags(self, cache):
        arn = replication_group(cache, Tags=[{"Key": "a", "Value": "b"}])["ARN"]
        cache.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "c", "Value": "d"}])
        cache.remove_tags_from_resource(ResourceName=arn, TagKeys=["a"])
        assert cache.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "c", "Value": "d"}]
        assert code_of(cache.list_tags_for_resource, ResourceName=arn + "x") == "ReplicationGroupNotFoundFault"


class TestClusters:
    def test_hold_on_to_subnets_and_security_groups(self, account, cache):
        subnet = subnet_group(account, cache)[0]
        vpc = cache.describe_cache_subnet_groups()["CacheSubnetGroups"][0]["VpcId"]
        guard = account.group(vpc)
        made = {"CacheClusterId": "c", "Engine": "redis", "CacheNodeType": "cache.t4g.micro", "NumCacheNodes": 1}
        cache.create_cache_cluster(**made, CacheSubnetGroupName="g", SecurityGroupIds=[guard])
        assert code_of(account.ec2.delete_security_group, GroupId=guard) == "DependencyViolation"
        assert code_of(account.ec2.delete_subnet, SubnetId=subnet) == "DependencyViolation"
        cache.delete_cache_cluster(CacheClusterId="c")
        account.ec2.delete_security_group(GroupId=guard)
        account.ec2.delete_subnet(SubnetId=subnet)

    def test_memcached(self, cache):
        cache.create_cache_cluster(CacheClusterId="m", Engine="memcached", CacheNodeType="cache.t4g.micro", NumCacheNodes=2)
        told = cache.describe_cache_clusters(CacheClusterId="m", ShowCacheNodeInfo=True)["CacheClusters"][0]
        assert (told["ConfigurationEndpoint"]["Port"], [it["CacheNodeId"] for it in told["CacheNodes"]]) == (11211, ["0001", "0002"])
        cache.modify_cache_cluster(CacheClusterId="m", NumCacheNodes=3)
        told = cache.describe_cache_clusters(CacheClusterId="m")["CacheClusters"][0]
        assert (told["NumCacheNodes"], told["PendingModifiedValues"]) == (2, {"NumCacheNodes": 3})
        cache.modify_cache_cluster(CacheClusterId="m", ApplyImmediately=True)
        assert cache.describe_cache_clusters(CacheClusterId="m")["CacheClusters"][0]["NumCacheNodes"] == 3
        cache.delete_cache_cluster(CacheClusterId="m")
        assert code_of(cache.describe_cache_clusters, CacheClusterId="m") == "CacheClusterNotFound"

    def test_many_come_in_pages(self, cache):
        for number in range(23):
            cache.create_cache_cluster(CacheClusterId=f"c{number}", Engine="redis", CacheNodeType="cache.t4g.micro", NumCacheNodes=1)
        pages = list(cache.get_paginator("describe_cache_clusters").paginate(PaginationConfig={"PageSize": 20}))
        assert [len(it["CacheClusters"]) for it in pages] == [20, 3]


class TestUsers:
    def user(self, cache, identity="u", **more):
        settings = {"UserId": identity, "UserName": identity, "Engine": "redis", "AccessString": "on ~* +@all", "NoPasswordRequired": True} | more
        return cache.create_user(**settings)

    def test_changes(self, cache):
        self.user(cache)
        cache.modify_user(UserId="u", AccessString="off ~x", AuthenticationMode={"Type": "password", "Passwords": ["p" * 16]})
        told = cache.describe_users(UserId="u")["Users"][0]
        assert told["AccessString"] == "off ~x"
        assert told["Authentication"] == {"Type": "password", "PasswordCount": 1}
        cache.delete_user(UserId="u")
        assert code_of(cache.delete_user, UserId="u") == "UserNotFound"

    def test_groups(self, account, cache):
        self.user(cache)
        self.user(cache, "d", UserName="default")
        made = {"UserGroupId": "g", "Engine": "redis"}
        assert code_of(cache.create_user_group, **made, UserIds=["u"]) == "DefaultUserRequired"
        assert code_of(cache.create_user_group, **made, UserIds=["default", "d"]) == "DuplicateUserName"
        cache.create_user_group(**made, UserIds=["default", "u"])
        replication_group(cache, UserGroupIds=["g"], TransitEncryptionEnabled=True)
        assert cache.describe_user_groups(UserGroupId="g")["UserGroups"][0]["ReplicationGroups"] == ["r"]
        assert code_of(cache.delete_user_group, UserGroupId="g") == "InvalidUserGroupState"
        cache.modify_user_group(UserGroupId="g", UserIdsToAdd=["d"], UserIdsToRemove=["default"])
        assert code_of(cache.delete_user, UserId="d") == "DefaultUserAssociatedToUserGroup"
        cache.modify_replication_group(ReplicationGroupId="r", UserGroupIdsToRemove=["g"], ApplyImmediately=True)
        cache.delete_user_group(UserGroupId="g")
        cache.delete_replication_group(ReplicationGroupId="r")
        cache.delete_user(UserId="d")
        cache.delete_user(UserId="u")
        assert account.control("GET", "objects") == {}
