//! `aws_rds_cluster`.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, Object, World, told};

const KIND: &str = "aws_rds_cluster";

fn with(more: Json) -> Json {
    let mut config = json!({
        "cluster_identifier": "db", "engine": "aurora-postgresql", "engine_version": "16", "master_username": "root",
        "master_password": "hunter2-hunter2", "skip_final_snapshot": true, "apply_immediately": true,
    });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

/// With null, an attribute is taken away.
fn without(name: &str, more: Json) -> Json {
    let mut config = with(more);
    config[name] = Json::Null;
    config
}

const UNTOLD: [&str; 13] = [
    "apply_immediately",
    "allow_major_version_upgrade",
    "db_instance_parameter_group_name",
    "delete_automated_backups",
    "enable_global_write_forwarding",
    "enable_local_write_forwarding",
    "final_snapshot_identifier",
    "manage_master_user_password",
    "master_password",
    "master_password_wo_version",
    "master_user_secret_kms_key_id",
    "skip_final_snapshot",
    "snapshot_identifier",
];

#[tokio::test]
async fn cluster() {
    let insights = json!({ "performance_insights_enabled": true, "performance_insights_retention_period": 31 });
    Contract::new(KIND, with(json!({ "database_name": "app", "storage_encrypted": true, "tags": { "Name": "a" } })))
        .needs("group", "aws_rds_cluster_parameter_group", json!({ "name": "g", "family": "aurora-postgresql16" }))
        .needs("vpc", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .needs("sg", "aws_security_group", json!({ "name": "db", "vpc_id": "${vpc.id}" }))
        .update(with(
            json!({ "database_name": "app", "tags": { "Name": "b" }, "backup_retention_period": 7, "port": 5433,
            "copy_tags_to_snapshot": true, "deletion_protection": true, "preferred_backup_window": "02:00-03:00" }),
        ))
        .update(with(
            json!({ "db_cluster_parameter_group_name": "${group.name}", "vpc_security_group_ids": ["${sg.id}"],
            "preferred_maintenance_window": "Sun:04:00-Sun:05:00", "iam_database_authentication_enabled": true }),
        ))
        .update(with(json!({ "db_cluster_parameter_group_name": "default.aurora-postgresql16",
            "enabled_cloudwatch_logs_exports": ["postgresql"], "enable_http_endpoint": true,
            "iam_roles": ["arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/b"] })))
        .update(with(
            json!({ "enabled_cloudwatch_logs_exports": [], "iam_roles": ["arn:aws:iam::123456789012:role/b"] }),
        ))
        .update(with(insights))
        .update(with(json!({ "storage_type": "aurora-iopt1", "enable_local_write_forwarding": true })))
        .replaced_by(with(json!({ "cluster_identifier": "other" })))
        .replaced_by(with(json!({ "engine": "aurora-mysql", "engine_version": "8.0" })))
        .replaced_by(with(json!({ "database_name": "other" })))
        .replaced_by(with(json!({ "master_username": "admin" })))
        .replaced_by(with(json!({ "snapshot_identifier": "s" })))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn a_serverless_cluster() {
    let scaling = |least: f64, most: f64| json!({ "serverlessv2_scaling_configuration": [{ "min_capacity": least, "max_capacity": most }] });
    Contract::new(KIND, with(scaling(0.5, 2.0)))
        .update(with(scaling(1.0, 4.5)))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn a_cluster_of_three_instances() {
    let mysql = |more: Json| {
        let mut config =
            with(json!({ "engine": "mysql", "engine_version": "8.0", "db_cluster_instance_class": "db.r6gd.large",
            "storage_type": "io1", "allocated_storage": 100, "iops": 1000 }));
        config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        config
    };
    Contract::new(KIND, mysql(json!({})))
        .update(mysql(json!({ "allocated_storage": 200, "iops": 2000 })))
        .update(mysql(json!({ "db_cluster_instance_class": "db.r6gd.xlarge" })))
        .replaced_by(mysql(json!({ "storage_type": "gp3" })))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn names_are_made_of_a_prefix() {
    let config = without("cluster_identifier", json!({ "cluster_identifier_prefix": "app-", "tags": { "Name": "a" } }));
    Contract::new(KIND, config).unknown_to_import(&UNTOLD).hold().await;
    let config = without("cluster_identifier", json!({ "tags": { "Name": "a" } }));
    Contract::new(KIND, config).unknown_to_import(&UNTOLD).hold().await;
}

#[tokio::test]
async fn a_password_in_secrets_manager() {
    let managed = |more: Json| {
        let mut config = without("master_password", json!({ "manage_master_user_password": true }));
        config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        config
    };
    let mut world = World::new().await;
    let cluster = world.make("cluster", KIND, managed(json!({}))).await;
    assert_eq!(cluster.get("master_user_secret").length(), Some(1));
    let own = world.config(KIND, &with(json!({}))).await;
    let plan = world.plan(KIND, Some(&cluster), &own).await;
    assert!(plan.requires_replace.is_empty());
    let cluster = world.apply(KIND, Some(&cluster), &own, plan).await;
    assert_eq!(cluster.get("master_user_secret").length(), Some(0));
    world.delete(&cluster).await;
}

#[tokio::test]
async fn a_password_that_is_not_stored() {
    let config = |password: &str, version: i64| {
        without("master_password", json!({ "master_password_wo": password, "master_password_wo_version": version }))
    };
    let mut world = World::new().await;
    let cluster = world.make("cluster", KIND, config("hunter2-hunter2", 1)).await;
    world.account.reset_calls();
    let other = world.config(KIND, &config("hunter3-hunter3", 2)).await;
    let plan = world.plan(KIND, Some(&cluster), &other).await;
    let cluster = world.apply(KIND, Some(&cluster), &other, plan).await;
    assert_eq!(world.account.calls().of("rds.ModifyDBCluster"), 1);
    assert!(!format!("{:?}", cluster.value).contains("hunter"), "the password is stored");
    world.clear().await;
}

#[tokio::test]
async fn what_waits_for_the_maintenance_window_is_no_difference() {
    let mut world = World::new().await;
    let later = |more: Json| {
        let mut config = with(more);
        config["apply_immediately"] = json!(false);
        config["preferred_maintenance_window"] = json!("sun:04:00-sun:05:00");
        config
    };
    let cluster = world.make("cluster", KIND, later(json!({}))).await;
    let login = later(json!({ "iam_database_authentication_enabled": true }));
    let config = world.config(KIND, &login).await;
    let plan = world.plan(KIND, Some(&cluster), &config).await;
    let cluster = world.apply(KIND, Some(&cluster), &config, plan).await;
    let cluster = world.read_one(&cluster).await.expect("it is there");
    assert_eq!(cluster.get("iam_database_authentication_enabled").as_bool(), Some(true));
    let plan = world.plan(KIND, Some(&cluster), &config).await;
    assert_eq!(plan.planned, cluster.value, "what is asked for already is no difference");
    let now = world.config(KIND, &with(json!({ "iam_database_authentication_enabled": true }))).await;
    let plan = world.plan(KIND, Some(&cluster), &now).await;
    world.account.reset_calls();
    world.apply(KIND, Some(&cluster), &now, plan).await;
    assert_eq!(world.account.calls().of("rds.ModifyDBCluster"), 1, "what waits is asked for at once");
    world.clear().await;
}

#[tokio::test]
async fn a_cluster_is_restored() {
    let mut world = World::new().await;
    let last =
        with(json!({ "skip_final_snapshot": false, "final_snapshot_identifier": "last", "database_name": "app" }));
    let cluster = world.make("source", KIND, last).await;
    let moment = with(json!({ "cluster_identifier": "copy",
        "restore_to_point_in_time": [{ "source_cluster_identifier": "db", "use_latest_restorable_time": true }] }));
    let copy = world.make("copy", KIND, moment).await;
    assert_eq!(copy.text("database_name"), "app");
    world.delete(&cluster).await;
    let restored = with(json!({ "snapshot_identifier": "last", "backup_retention_period": 9,
        "iam_roles": ["arn:aws:iam::123456789012:role/a"] }));
    let restored = world.make("restored", KIND, restored).await;
    assert_eq!((restored.text("database_name"), restored.get("iam_roles").length()), ("app", Some(1)));
    let unnamed = world.config(KIND, &with(json!({ "backup_retention_period": 9 }))).await;
    let plan = world.plan(KIND, Some(&restored), &unnamed).await;
    assert_eq!(plan.planned, restored.value, "a snapshot need not be named for ever");
}

#[tokio::test]
async fn a_password_that_a_restore_did_not_set_is_set_later() {
    let mut world = World::new().await;
    let last = with(json!({ "skip_final_snapshot": false, "final_snapshot_identifier": "last" }));
    let cluster = world.make("source", KIND, last).await;
    world.delete(&cluster).await;
    world.account.fault(&Fault::deny("rds.ModifyDBCluster"));
    let restored = with(json!({ "snapshot_identifier": "last" }));
    let (made, said) = world.try_make(KIND, &restored).await;
    assert!(said.has_errors() && made.get("master_password").is_null(), "{said:?}");
    world.account.clear_faults();
    let made = world.read_one(&made).await.expect("it is there");
    let config = world.config(KIND, &restored).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    assert!(plan.requires_replace.is_empty());
    world.account.reset_calls();
    world.apply(KIND, Some(&made), &config, plan).await;
    assert_eq!(world.account.calls().of("rds.ModifyDBCluster"), 1);
}

#[tokio::test]
async fn a_wait_that_is_too_short_leaves_the_cluster_alone() {
    let world = World::new().await;
    world.account.transitions_take(Duration::from_secs(120));
    let config = with(json!({ "timeouts": { "create": "1s" } }));
    let (made, said) = world.try_make(KIND, &config).await;
    assert!(told(&said).contains("RDS cluster db to become available"), "{}", told(&said));
    assert_eq!(made.text("id"), "db");
}

#[tokio::test]
async fn what_stands_in_the_way_of_a_delete() {
    let mut world = World::new().await;
    let nameless = world.make("nameless", KIND, with(json!({ "skip_final_snapshot": false }))).await;
    let said = told(&world.try_delete(&nameless).await);
    assert!(said.contains("final_snapshot_identifier"), "{said}");
    let safe = with(json!({ "cluster_identifier": "safe", "deletion_protection": true }));
    let safe = world.make("safe", KIND, safe).await;
    let said = told(&world.try_delete(&safe).await);
    assert!(said.contains("deletion_protection = false"), "{said}");
    let full = world.make("full", KIND, with(json!({ "cluster_identifier": "full" }))).await;
    let instance = json!({ "identifier": "one", "cluster_identifier": "full", "engine": "aurora-postgresql",
        "instance_class": "db.r6g.large" });
    world.make("instance", "aws_rds_cluster_instance", instance).await;
    let full = world.read_one(&full).await.expect("it is there");
    let said = told(&world.try_delete(&full).await);
    assert!(said.contains("have to go before it: one"), "{said}");
}

#[tokio::test]
async fn many_clusters_cost_one_call() {
    let mut world = World::new().await;
    let mut made: Vec<Object> = Vec::new();
    for number in 0..4 {
        let config = with(json!({ "cluster_identifier": format!("c{number}") }));
        made.push(world.make(&format!("c{number}"), KIND, config).await);
    }
    world.delete(&made[2]).await;
    world.account.reset_calls();
    let read = world.read(&made).await;
    assert!(read[2].is_none());
    assert_eq!(read.iter().flatten().count(), 3);
    assert_eq!(world.account.calls().total(), 1, "{}", world.account.calls());
}

#[tokio::test]
async fn a_create_whose_answer_gets_lost() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("rds.CreateDBCluster").times(1));
    world.make("cluster", KIND, with(json!({}))).await;
    assert_eq!(world.account.calls().of("rds.CreateDBCluster"), 2);
    let (_, said) = world.try_make(KIND, &with(json!({}))).await;
    assert!(told(&said).contains("DBClusterAlreadyExistsFault"), "{}", told(&said));
}

#[tokio::test]
async fn passwords_are_in_no_error() {
    let world = World::new().await;
    world.account.fault(&Fault::deny("rds.CreateDBCluster"));
    let (_, said) = world.try_make(KIND, &with(json!({}))).await;
    assert!(said.has_errors() && !format!("{said:?}").contains("hunter2"), "{said:?}");
}

#[tokio::test]
async fn invalid_clusters() {
    let world = World::new().await;
    let copy = |source: Json| with(json!({ "restore_to_point_in_time": [source] }));
    let cases = [
        (with(json!({ "cluster_identifier": "Db" })), "may only contain"),
        (with(json!({ "engine": "oracle" })), "must be one of"),
        (with(json!({ "manage_master_user_password": true })), "Only one of"),
        (with(json!({ "backup_retention_period": 36 })), "must be from 0 to 35"),
        (with(json!({ "final_snapshot_identifier": "a--b" })), "single hyphens"),
        (copy(json!({ "source_cluster_identifier": "a" })), "needs restore_to_time"),
        (copy(json!({ "use_latest_restorable_time": true })), "needs source_cluster_identifier"),
        (with(json!({ "serverlessv2_scaling_configuration": [{ "min_capacity": 0.5, "max_capacity": 500 }] })), "256"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.contains(expected), "{expected}: {told}");
    }
}

#[tokio::test]
async fn a_cluster_does_not_join_a_global_database_later() {
    let mut world = World::new().await;
    let cluster = world.make("cluster", KIND, with(json!({}))).await;
    let config = world.config(KIND, &with(json!({ "global_cluster_identifier": "world" }))).await;
    let said = world.try_plan(KIND, Some(&cluster), &config).await.diagnostics;
    assert!(told(&said).contains("can not join a global database"), "{}", told(&said));
}
