"""RDS as AWS has it."""

import functools
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


INSTANCE = {
    "DBInstanceIdentifier": "db",
    "DBInstanceClass": "db.t4g.micro",
    "Engine": "postgres",
    "AllocatedStorage": 20,
    "MasterUsername": "root",
    "MasterUserPassword": "12345678",
}


class TestInstance:
    def described(self, rds, name="db") -> dict:
        return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]

    def test_has_an_id_of_its_own(self, rds):
        first = rds.create_db_instance(**INSTANCE)["DBInstance"]
        second = rds.create_db_instance(**INSTANCE | {"DBInstanceIdentifier": "other"})["DBInstance"]
        assert first["DbiResourceId"] != second["DbiResourceId"]
        replica = rds.create_db_instance_read_replica(DBInstanceIdentifier="replica", SourceDBInstanceIdentifier="db")["DBInstance"]
        assert replica["DbiResourceId"] not in (first["DbiResourceId"], second["DbiResourceId"])
        ids = [first["DbiResourceId"], second["DbiResourceId"]]
        found = rds.describe_db_instances(Filters=[{"Name": "dbi-resource-id", "Values": ids}])["DBInstances"]
        assert sorted(it["DBInstanceIdentifier"] for it in found) == ["db", "other"]

    def test_tells_what_was_asked_for(self, rds):
        extra = {"StorageType": "gp3", "NetworkType": "DUAL", "EnablePerformanceInsights": True, "EngineVersion": "15"}
        rds.create_db_instance(**INSTANCE, **extra)
        told = self.described(rds)
        assert (told["EngineVersion"], told["NetworkType"], told["PerformanceInsightsEnabled"]) == ("15.10", "DUAL", True)
        assert (told["Iops"], told["StorageThroughput"], told["PerformanceInsightsRetentionPeriod"]) == (3000, 125, 7)
        assert told["OptionGroupMemberships"][0]["OptionGroupName"] == "default:postgres-15"
        assert told["DBParameterGroups"][0]["DBParameterGroupName"] == "default.postgres15"

    def test_passes_through_states(self, account, rds):
        account.transitions_take(60)
        rds.create_db_instance(**INSTANCE)
        told = self.described(rds)
        assert told["DBInstanceStatus"] == "creating" and "Endpoint" not in told
        assert code_of(rds.modify_db_instance, DBInstanceIdentifier="db", MultiAZ=True) == "InvalidDBInstanceState"
        account.time_passes(60)
        told = self.described(rds)
        assert told["DBInstanceStatus"] == "available" and told["Endpoint"]["Address"].startswith("db.")
        rds.delete_db_instance(DBInstanceIdentifier="db", SkipFinalSnapshot=True)
        assert self.described(rds)["DBInstanceStatus"] == "deleting"
        assert code_of(rds.delete_db_instance, DBInstanceIdentifier="db", SkipFinalSnapshot=True) == "InvalidDBInstanceState"
        account.time_passes(60)
        assert code_of(rds.describe_db_instances, DBInstanceIdentifier="db") == "DBInstanceNotFound"

    def test_changes_wait_for_the_maintenance_window(self, rds):
        rds.create_db_instance(**INSTANCE)
        rds.modify_db_instance(DBInstanceIdentifier="db", AllocatedStorage=30, DBInstanceClass="db.m7g.large", BackupRetentionPeriod=3)
        told = self.described(rds)
        assert told["PendingModifiedValues"] == {"AllocatedStorage": 30, "DBInstanceClass": "db.m7g.large"}
        assert (told["AllocatedStorage"], told["BackupRetentionPeriod"]) == (20, 3)
        rds.modify_db_instance(DBInstanceIdentifier="db", AllocatedStorage=20)
        assert self.described(rds)["PendingModifiedValues"] == {"DBInstanceClass": "db.m7g.large"}
        rds.modify_db_instance(DBInstanceIdentifier="db", ApplyImmediately=True)
        told = self.described(rds)
        assert told["PendingModifiedValues"] == {} and told["DBInstanceClass"] == "db.m7g.large"

    def test_a_parameter_group_waits_for_a_restart(self, rds):
        rds.create_db_parameter_group(DBParameterGroupName="g", DBParameterGroupFamily="postgres17", Description="-")
        rds.create_db_instance(**INSTANCE)
        rds.modify_db_instance(DBInstanceIdentifier="db", DBParameterGroupName="g")
        assert self.described(rds)["DBParameterGroups"] == [{"DBParameterGroupName": "g", "ParameterApplyStatus": "pending-reboot"}]
        assert code_of(rds.delete_db_parameter_group, DBParameterGroupName="g") == "InvalidDBParameterGroupState"
        rds.reboot_db_instance(DBInstanceIdentifier="db")
        assert self.described(rds)["DBParameterGroups"][0]["ParameterApplyStatus"] == "in-sync"

    def test_a_replica_is_promoted(self, rds):
        rds.create_db_instance(**INSTANCE)
        rds.create_db_instance_read_replica(DBInstanceIdentifier="replica", SourceDBInstanceIdentifier="db")
        assert self.described(rds, "replica")["ReadReplicaSourceDBInstanceIdentifier"] == "db"
        rds.promote_read_replica(DBInstanceIdentifier="replica")
        assert "ReadReplicaSourceDBInstanceIdentifier" not in self.described(rds, "replica")
        assert self.described(rds)["ReadReplicaDBInstanceIdentifiers"] == []

    def test_leaves_a_last_snapshot(self, account, rds):
        rds.create_db_instance(**INSTANCE)
        assert code_of(rds.delete_db_instance, DBInstanceIdentifier="db") == "InvalidParameterCombination"
        rds.delete_db_instance(DBInstanceIdentifier="db", FinalDBSnapshotIdentifier="last")
        assert account.control("GET", "objects") == {"rds.snapshot": ["last"]}

    def test_needs_a_password(self, rds):
        without = {name: value for name, value in INSTANCE.items() if name != "MasterUserPassword"}
        assert code_of(rds.create_db_instance, **without) == "InvalidParameterValue"
        assert code_of(rds.create_db_instance, **without, MasterUserPassword="short") == "InvalidParameterValue"
        rds.create_db_instance(**without, ManageMasterUserPassword=True)
        assert self.described(rds)["MasterUserSecret"]["SecretArn"]


@pytest.mark.parametrize(("window", "code"), [("sun:04:00-sun:05:00", None), ("sun:03:30-sun:04:30", "InvalidParameterValue")])
def test_windows_may_touch(account, window, code):
    wanted = {"DBInstanceIdentifier": "windows", "Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20}
    wanted |= {"MasterUsername": "somebody", "MasterUserPassword": "a-password", "PreferredBackupWindow": "03:00-04:00"}
    create = functools.partial(account.client("rds").create_db_instance, PreferredMaintenanceWindow=window, **wanted)
    if code:
        assert code_of(create) == code
    else:
        assert create()["DBInstance"]["PreferredMaintenanceWindow"] == window


class TestSnapshot:
    def described(self, rds, name: str = "s") -> dict:
        [told] = rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"]
        return told

    def test_passes_through_states(self, account, rds):
        rds.create_db_instance(**INSTANCE)
        account.transitions_take(60)
        rds.create_db_snapshot(DBInstanceIdentifier="db", DBSnapshotIdentifier="S", Tags=[{"Key": "a", "Value": "b"}])
        told = self.described(rds)
        assert told["Status"] == "creating" and told["TagList"] == [{"Key": "a", "Value": "b"}]
        share = {"DBSnapshotIdentifier": "s", "AttributeName": "restore", "ValuesToAdd": ["111111111111"]}
        assert code_of(rds.modify_db_snapshot_attribute, **share) == "InvalidDBSnapshotState"
        assert code_of(rds.delete_db_snapshot, DBSnapshotIdentifier="s") == "InvalidDBSnapshotState"
        copy = {"SourceDBSnapshotIdentifier": "s", "TargetDBSnapshotIdentifier": "copy"}
        assert code_of(rds.copy_db_snapshot, **copy) == "InvalidDBSnapshotState"
        account.time_passes(60)
        assert self.described(rds)["Status"] == "available"
        rds.modify_db_snapshot_attribute(**share)
        rds.copy_db_snapshot(**copy)
        assert self.described(rds, "copy")["SourceDBSnapshotIdentifier"] == told["DBSnapshotArn"]
        rds.delete_db_snapshot(DBSnapshotIdentifier="s")
        assert code_of(rds.delete_db_snapshot, DBSnapshotIdentifier="s") == "DBSnapshotNotFound"

    def test_keeps_what_the_database_was(self, rds):
        rds.create_db_instance(**INSTANCE)
        rds.create_db_snapshot(DBInstanceIdentifier="db", DBSnapshotIdentifier="s")
        told = self.described(rds)
        assert (told["Engine"], told["EngineVersion"], told["AllocatedStorage"], told["Port"]) == ("postgres", "17.2", 20, 5432)
        assert (told["SnapshotType"], told["OptionGroupName"]) == ("manual", "default:postgres-17")
        assert {"AvailabilityZone", "LicenseModel", "StorageType", "VpcId"} <= told.keys() and "SourceRegion" not in told

    def test_needs_an_available_database(self, account, rds):
        account.transitions_take(5)
        rds.create_db_instance(**INSTANCE)
        assert code_of(rds.create_db_snapshot, DBInstanceIdentifier="db", DBSnapshotIdentifier="s") == "InvalidDBInstanceState"


class TestOptionGroup:
    def group(self, rds, engine: str = "mysql", version: str = "8.0") -> str:
        rds.create_option_group(OptionGroupName="g", EngineName=engine, MajorEngineVersion=version, OptionGroupDescription="-")
        return "g"

    def told(self, rds) -> dict:
        [group] = rds.describe_option_groups(OptionGroupName="g")["OptionGroupsList"]
        return {it["OptionName"]: it for it in group["Options"]}

    def settings(self, rds, option: str) -> dict:
        return {it["Name"]: it.get("Value") for it in self.told(rds)[option]["OptionSettings"]}

    def test_an_option_has_all_of_its_settings(self, rds):
        name = self.group(rds)
        users = {"Name": "SERVER_AUDIT_EXCL_USERS", "Value": "root"}
        limit = {"Name": "SERVER_AUDIT_QUERY_LOG_LIMIT", "Value": "2048"}
        option = {"OptionName": "MARIADB_AUDIT_PLUGIN", "OptionSettings": [users, limit]}
        rds.modify_option_group(OptionGroupName=name, OptionsToInclude=[option])
        told = self.settings(rds, "MARIADB_AUDIT_PLUGIN")
        assert (told["SERVER_AUDIT_EXCL_USERS"], told["SERVER_AUDIT_QUERY_LOG_LIMIT"], told["SERVER_AUDIT_LOGGING"]) == ("root", "2048", "ON")
        rds.modify_option_group(OptionGroupName=name, OptionsToInclude=[option | {"OptionSettings": [users]}])
        assert self.settings(rds, "MARIADB_AUDIT_PLUGIN")["SERVER_AUDIT_QUERY_LOG_LIMIT"] == "1024"
        rds.modify_option_group(OptionGroupName=name, OptionsToRemove=["MARIADB_AUDIT_PLUGIN"])
        assert self.told(rds) == {}

    def test_options_have_versions_ports_and_secrets(self, rds):
        name = self.group(rds, "oracle-ee", "19")
        password = {"Name": "AGENT_REGISTRATION_PASSWORD", "Value": "secret"}
        option = {"OptionName": "OEM_AGENT", "OptionVersion": "13.2.0.0.v1", "VpcSecurityGroupMemberships": ["sg-1"], "OptionSettings": [password]}
        rds.modify_option_group(OptionGroupName=name, OptionsToInclude=[option])
        told = self.told(rds)["OEM_AGENT"]
        assert (told["Port"], told["OptionVersion"]) == (3872, "13.2.0.0.v1")
        assert told["VpcSecurityGroupMemberships"] == [{"VpcSecurityGroupId": "sg-1", "Status": "active"}]
        assert self.settings(rds, "OEM_AGENT")["AGENT_REGISTRATION_PASSWORD"] == "****"

    def test_refuses(self, rds):
        name = self.group(rds)
        again = {"EngineName": "mysql", "MajorEngineVersion": "8.0", "OptionGroupDescription": "-"}
        assert code_of(rds.create_option_group, OptionGroupName="G", **again) == "OptionGroupAlreadyExistsFault"
        assert code_of(rds.create_option_group, OptionGroupName="h", **again | {"MajorEngineVersion": "1"}) == "InvalidParameterCombination"
        other = [{"OptionName": "TDE"}]
        assert code_of(rds.modify_option_group, OptionGroupName=name, OptionsToInclude=other) == "InvalidParameterValue"
        rds.delete_option_group(OptionGroupName=name)
        assert rds.describe_option_groups()["OptionGroupsList"] == []
        assert code_of(rds.describe_option_groups, OptionGroupName=name) == "OptionGroupNotFoundFault"

    def test_is_not_deleted_while_it_is_used(self, rds):
        name = self.group(rds)
        rds.create_db_instance(**INSTANCE | {"Engine": "mysql"}, EngineVersion="8.0", OptionGroupName=name)
        assert code_of(rds.delete_option_group, OptionGroupName=name) == "InvalidOptionGroupStateFault"
        rds.delete_db_instance(DBInstanceIdentifier="db", FinalDBSnapshotIdentifier="last")
        assert code_of(rds.delete_option_group, OptionGroupName=name) == "InvalidOptionGroupStateFault"
        rds.delete_db_snapshot(DBSnapshotIdentifier="last")
        rds.delete_option_group(OptionGroupName=name)
