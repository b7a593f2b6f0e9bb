"""RDS as AWS has it."""

import pytest
from conftest import code_of


def subnets(account, zones=("us-east-1a", "us-east-1b")) -> list[str]:
    vpc = account.vpc()
    return [account.subnet(vpc, f"10.0.{number}.0/24", zone) for number, zone in enumerate(zones)]


@pytest.fixture
def rds(account):
    return account.client("rds")


class TestSubnetGroup:
    def test_is_changed(self, account, rds):
        first = subnets(account)
        rds.create_db_subnet_group(DBSubnetGroupName="Group", DBSubnetGroupDescription="-", SubnetIds=first)
        other = subnets(account, ("us-east-1b", "us-east-1c"))
        rds.modify_db_subnet_group(DBSubnetGroupName="group", SubnetIds=other)
        [group] = rds.describe_db_subnet_groups(DBSubnetGroupName="group")["DBSubnetGroups"]
        assert sorted(it["SubnetIdentifier"] for it in group["Subnets"]) == sorted(other)
        assert group["SupportedNetworkTypes"] == ["IPV4"]
        assert code_of(rds.modify_db_subnet_group, DBSubnetGroupName="none", SubnetIds=other) == "DBSubnetGroupNotFoundFault"

    def test_is_made_once_and_covers_two_zones(self, account, rds):
        group = {"DBSubnetGroupName": "g", "DBSubnetGroupDescription": "-"}
        alone = subnets(account, ("us-east-1a",))
        assert code_of(rds.create_db_subnet_group, **group, SubnetIds=alone) == "DBSubnetGroupDoesNotCoverEnoughAZs"
        ids = subnets(account)
        rds.create_db_subnet_group(**group, SubnetIds=ids)
        assert code_of(rds.create_db_subnet_group, **group, SubnetIds=ids) == "DBSubnetGroupAlreadyExists"
        assert account.control("GET", "objects")["rds.subnet_group"] == ["g"]


class TestParameterGroup:
    def group(self, rds) -> str:
        rds.create_db_parameter_group(DBParameterGroupName="g", DBParameterGroupFamily="postgres16", Description="-")
        return "g"

    def told(self, rds, **keywords) -> dict:
        found = rds.describe_db_parameters(DBParameterGroupName="g", **keywords)["Parameters"]
        return {it["ParameterName"]: (it["ParameterValue"], it["Source"]) for it in found}

    def test_takes_parameters_back(self, rds):
        name = self.group(rds)
        set_them = [("log_connections", "1"), ("work_mem", "8192")]
        parameters = [{"ParameterName": n, "ParameterValue": v, "ApplyMethod": "immediate"} for n, v in set_them]
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=parameters)
        assert self.told(rds, Source="user") == {n: (v, "user") for n, v in set_them}
        rds.reset_db_parameter_group(DBParameterGroupName=name, Parameters=parameters[:1])
        assert list(self.told(rds, Source="user")) == ["work_mem"]
        rds.reset_db_parameter_group(DBParameterGroupName=name, ResetAllParameters=True)
        assert self.told(rds, Source="user") == {}

    def test_tells_the_engines_own_values(self, rds):
        name = self.group(rds)
        default = {"ParameterName": "autovacuum", "ParameterValue": "1", "ApplyMethod": "immediate"}
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=[default])
        assert self.told(rds, Source="user") == {}
        assert self.told(rds)["autovacuum"] == ("1", "engine-default")

    def test_refuses(self, rds):
        name = self.group(rds)
        static = [{"ParameterName": "shared_buffers", "ParameterValue": "1", "ApplyMethod": "immediate"}]
        assert code_of(rds.modify_db_parameter_group, DBParameterGroupName=name, Parameters=static) == "InvalidParameterCombination"
        many = [{"ParameterName": f"p{number}", "ParameterValue": "1", "ApplyMethod": "immediate"} for number in range(21)]
        assert code_of(rds.modify_db_parameter_group, DBParameterGroupName=name, Parameters=many) == "InvalidParameterValue"
        assert code_of(rds.describe_db_parameter_groups, DBParameterGroupName="none") == "DBParameterGroupNotFound"
        rds.delete_db_parameter_group(DBParameterGroupName=name)
        assert account_is_empty(rds)


def account_is_empty(rds) -> bool:
    return rds.describe_db_parameter_groups()["DBParameterGroups"] == []


def test_groups_tags_are_told_of_together(account, rds):
    tags = [{"Key": "a", "Value": "b"}]
    group = rds.create_db_subnet_group(DBSubnetGroupName="g", DBSubnetGroupDescription="-", SubnetIds=subnets(account), Tags=tags)["DBSubnetGroup"]
    parameters = rds.create_db_parameter_group(DBParameterGroupName="g", DBParameterGroupFamily="postgres16", Description="-", Tags=tags)["DBParameterGroup"]
    arns = [group["DBSubnetGroupArn"], parameters["DBParameterGroupArn"]]
    found = account.client("resourcegroupstaggingapi").get_resources(ResourceARNList=arns)["ResourceTagMappingList"]
    assert sorted(it["ResourceARN"] for it in found) == sorted(arns) and all(it["Tags"] == tags for it in found)
