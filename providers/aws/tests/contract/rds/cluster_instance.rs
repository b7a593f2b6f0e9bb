//! `aws_rds_cluster_instance`.

use serde_json::{Value as Json, json};

use crate::harness::{Contract, Object, World, told};

const KIND: &str = "aws_rds_cluster_instance";

fn cluster(name: &str) -> Json {
    json!({ "cluster_identifier": name, "engine": "aurora-postgresql", "master_username": "root",
        "master_password": "hunter2-hunter2", "skip_final_snapshot": true })
}

fn with(more: Json) -> Json {
    let mut config = json!({ "identifier": "one", "cluster_identifier": "${cluster.id}", "engine": "aurora-postgresql",
        "instance_class": "db.r6g.large", "apply_immediately": true });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn cluster_instance() {
    Contract::new(KIND, with(json!({ "tags": { "Name": "a" } })))
        .needs("cluster", "aws_rds_cluster", cluster("db"))
        .update(with(json!({ "tags": { "Name": "b" }, "instance_class": "db.r6g.xlarge", "promotion_tier": 2 })))
        .update(with(json!({ "auto_minor_version_upgrade": false, "copy_tags_to_snapshot": true })))
        .update(with(json!({ "preferred_maintenance_window": "Sun:04:00-Sun:05:00" })))
        .update(with(json!({ "performance_insights_enabled": true, "performance_insights_retention_period": 31 })))
        .update(with(json!({ "performance_insights_enabled": false })))
        .replaced_by(with(json!({ "identifier": "other" })))
        .replaced_by(with(json!({ "availability_zone": "eu-west-1b" })))
        .unknown_to_import(&["apply_immediately", "force_destroy"])
        .hold()
        .await;
}

#[tokio::test]
async fn names_are_made_of_a_prefix() {
    let mut config = with(json!({ "identifier_prefix": "app-", "tags": { "Name": "a" } }));
    config["identifier"] = Json::Null;
    Contract::new(KIND, config)
        .needs("cluster", "aws_rds_cluster", cluster("db"))
        .unknown_to_import(&["apply_immediately"])
        .hold()
        .await;
}

#[tokio::test]
async fn the_first_one_writes() {
    let mut world = World::new().await;
    world.make("cluster", "aws_rds_cluster", cluster("db")).await;
    let first = world.make("first", KIND, with(json!({}))).await;
    let second = world.make("second", KIND, with(json!({ "identifier": "two" }))).await;
    assert_eq!((first.get("writer").as_bool(), second.get("writer").as_bool()), (Some(true), Some(false)));
    world.account.reset_calls();
    let cluster = world.object("cluster").clone();
    let read: Vec<Object> = world.read(&[cluster, first, second]).await.into_iter().flatten().collect();
    assert_eq!(read[0].get("cluster_members").length(), Some(2));
    let calls = world.account.calls();
    assert_eq!((calls.of("rds.DescribeDBInstances"), calls.of("rds.DescribeDBClusters")), (1, 1), "{calls}");
    assert_eq!(calls.total(), 2, "{calls}");
    world.clear().await;
}

#[tokio::test]
async fn a_class_that_waits_for_the_maintenance_window_is_no_difference() {
    let mut world = World::new().await;
    world.make("cluster", "aws_rds_cluster", cluster("db")).await;
    let instance = world.make("one", KIND, with(json!({ "apply_immediately": false }))).await;
    let other = |at_once: bool| with(json!({ "apply_immediately": at_once, "instance_class": "db.r6g.xlarge" }));
    let config = world.config(KIND, &other(false)).await;
    let plan = world.plan(KIND, Some(&instance), &config).await;
    let instance = world.apply(KIND, Some(&instance), &config, plan).await;
    let instance = world.read_one(&instance).await.expect("it is there");
    assert_eq!(instance.text("instance_class"), "db.r6g.xlarge");
    assert_eq!(world.plan(KIND, Some(&instance), &config).await.planned, instance.value);
    let now = world.config(KIND, &other(true)).await;
    let plan = world.plan(KIND, Some(&instance), &now).await;
    world.account.reset_calls();
    world.apply(KIND, Some(&instance), &now, plan).await;
    assert_eq!(world.account.calls().of("rds.ModifyDBInstance"), 1, "what waits is asked for at once");
    world.clear().await;
}

#[tokio::test]
async fn invalid_instances() {
    let world = World::new().await;
    let config = |more: Json| {
        let mut config = with(more);
        config["cluster_identifier"] = json!("db");
        config
    };
    let cases = [
        (config(json!({ "identifier": "a--b" })), "two hyphens"),
        (config(json!({ "performance_insights_retention_period": 8 })), "multiple of 31"),
        (config(json!({ "monitoring_interval": 7 })), "must be one of"),
        (config(json!({ "custom_iam_instance_profile": "mine" })), "AWSRDSCustom"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.contains(expected), "{expected}: {told}");
    }
}
