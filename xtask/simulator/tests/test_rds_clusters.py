"""RDS clusters as AWS has them."""

from conftest import code_of


def cluster(rds, name="c", **keywords):
    given = {"Engine": "aurora-postgresql", "MasterUsername": "root", "MasterUserPassword": "password1"} | keywords
    return rds.create_db_cluster(DBClusterIdentifier=name, **given)["DBCluster"]


def told(rds, name="c"):
    return rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]


def test_a_cluster_takes_a_while_to_come_and_to_go(account):
    rds = account.client("rds")
    account.transitions_take(60)
    assert cluster(rds)["Status"] == "creating"
    assert code_of(rds.modify_db_cluster, DBClusterIdentifier="c", Port=5433) == "InvalidDBClusterStateFault"
    assert code_of(cluster, rds=rds) == "DBClusterAlreadyExistsFault"
    account.time_passes(60)
    assert told(rds)["Status"] == "available"
    assert code_of(rds.delete_db_cluster, DBClusterIdentifier="c") == "InvalidParameterCombination"
    rds.delete_db_cluster(DBClusterIdentifier="c", SkipFinalSnapshot=True)
    assert told(rds)["Status"] == "deleting"
    account.time_passes(60)
    assert code_of(rds.describe_db_clusters, DBClusterIdentifier="c") == "DBClusterNotFoundFault"
    assert account.control("GET", "objects") == {}


def test_changes_wait_for_the_maintenance_window(account):
    rds = account.client("rds")
    cluster(rds, EngineVersion="15")
    rds.modify_db_cluster(DBClusterIdentifier="c", EnableIAMDatabaseAuthentication=True, BackupRetentionPeriod=7)
    found = told(rds)
    assert (found["IAMDatabaseAuthenticationEnabled"], found["BackupRetentionPeriod"]) == (False, 7)
    assert found["PendingModifiedValues"] == {"IAMDatabaseAuthenticationEnabled": True}
    rds.modify_db_cluster(DBClusterIdentifier="c", Port=5433, ApplyImmediately=True)
    assert told(rds)["IAMDatabaseAuthenticationEnabled"] and told(rds)["PendingModifiedValues"] == {}
    assert code_of(rds.modify_db_cluster, DBClusterIdentifier="c", EngineVersion="16") == "InvalidParameterCombination"
    rds.modify_db_cluster(DBClusterIdentifier="c", EngineVersion="16", AllowMajorVersionUpgrade=True, ApplyImmediately=True)
    assert told(rds)["EngineVersion"] == "16.6"


def test_roles_and_the_data_api(account):
    rds = account.client("rds")
    arn = cluster(rds)["DBClusterArn"]
    for role in ("arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"):
        rds.add_role_to_db_cluster(DBClusterIdentifier="c", RoleArn=role)
    assert code_of(rds.add_role_to_db_cluster, DBClusterIdentifier="c", RoleArn="arn:aws:iam::1:role/a") == "DBClusterRoleAlreadyExists"
    rds.remove_role_from_db_cluster(DBClusterIdentifier="c", RoleArn="arn:aws:iam::1:role/a")
    rds.enable_http_endpoint(ResourceArn=arn)
    found = told(rds)
    assert [role["RoleArn"] for role in found["AssociatedRoles"]] == ["arn:aws:iam::1:role/b"]
    assert found["HttpEndpointEnabled"]


def test_a_managed_password_is_a_secret(account):
    rds = account.client("rds")
    rds.create_db_cluster(DBClusterIdentifier="c", Engine="aurora-mysql", MasterUsername="root", ManageMasterUserPassword=True)
    assert ":secret:rds!cluster-" in told(rds)["MasterUserSecret"]["SecretArn"]
    rds.modify_db_cluster(DBClusterIdentifier="c", ManageMasterUserPassword=False, MasterUserPassword="password1", ApplyImmediately=True)
    assert "MasterUserSecret" not in told(rds)


def test_a_cluster_is_restored(account):
    rds = account.client("rds")
    cluster(rds, StorageEncrypted=True, StorageType="aurora-iopt1")
    rds.create_db_cluster_snapshot(DBClusterIdentifier="c", DBClusterSnapshotIdentifier="s")
    rds.restore_db_cluster_from_snapshot(DBClusterIdentifier="d", SnapshotIdentifier="s", Engine="aurora-postgresql")
    rds.restore_db_cluster_to_point_in_time(DBClusterIdentifier="e", SourceDBClusterIdentifier="c", UseLatestRestorableTime=True)
    for name in ("d", "e"):
        found = told(rds, name)
        assert (found["KmsKeyId"], found["StorageType"]) == (told(rds)["KmsKeyId"], "aurora-iopt1")
        assert found["DbClusterResourceId"] != told(rds)["DbClusterResourceId"]


def test_parameters_are_set_and_taken_back(account):
    rds = account.client("rds")
    name = {"DBClusterParameterGroupName": "g"}
    rds.create_db_cluster_parameter_group(**name, DBParameterGroupFamily="aurora-postgresql16", Description="-")
    parameter = {"ParameterName": "log_statement", "ParameterValue": "all", "ApplyMethod": "immediate"}
    rds.modify_db_cluster_parameter_group(**name, Parameters=[parameter])
    found = rds.describe_db_cluster_parameters(**name, Source="user")["Parameters"]
    assert [it["ParameterName"] for it in found] == ["log_statement"]
    rds.reset_db_cluster_parameter_group(**name, Parameters=[parameter])
    assert rds.describe_db_cluster_parameters(**name, Source="user")["Parameters"] == []
    cluster(rds, DBClusterParameterGroupName="g")
    assert code_of(rds.delete_db_cluster_parameter_group, **name) == "InvalidDBParameterGroupState"


def test_a_database_in_a_cluster_changes(account):
    rds = account.client("rds")
    cluster(rds)
    name = {"DBInstanceIdentifier": "i"}
    rds.create_db_instance(**name, DBClusterIdentifier="c", Engine="aurora-postgresql", DBInstanceClass="db.r6g.large")
    rds.modify_db_instance(**name, DBInstanceClass="db.r6g.xlarge", EnablePerformanceInsights=True)
    found = rds.describe_db_instances(**name)["DBInstances"][0]
    assert (found["DBInstanceClass"], found["PerformanceInsightsRetentionPeriod"]) == ("db.r6g.large", 7)
    assert found["PendingModifiedValues"] == {"DBInstanceClass": "db.r6g.xlarge"}
    assert code_of(rds.delete_db_cluster, DBClusterIdentifier="c", SkipFinalSnapshot=True) == "InvalidDBClusterStateFault"
    rds.delete_db_instance(**name, SkipFinalSnapshot=True)
    rds.delete_db_cluster(DBClusterIdentifier="c", SkipFinalSnapshot=True)
    assert account.control("GET", "objects") == {}
