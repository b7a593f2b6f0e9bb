//! `aws_elasticache_cluster`.

use std::time::Duration;

use landform_simulator::Fault;
use landform_values::Value;
use serde_json::{Value as Json, json};

use super::{SUBNETS, with};
use crate::harness::{Contract, World, told};

const KIND: &str = "aws_elasticache_cluster";

fn redis(more: Json) -> Json {
    let least = json!({
        "cluster_id": "cache", "engine": "redis", "node_type": "cache.t4g.micro", "num_cache_nodes": 1,
        "apply_immediately": true,
    });
    with(&least, more)
}

fn memcached(more: Json) -> Json {
    redis(with(&json!({ "engine": "memcached", "num_cache_nodes": 2 }), more))
}

/// Nobody tells these.
const UNTOLD: [&str; 3] = ["apply_immediately", "final_snapshot_identifier", "preferred_availability_zones"];

#[tokio::test]
async fn cluster_of_redis() {
    let placed = |more: Json| redis(with(&json!({ "subnet_group_name": "${subnets.name}" }), more));
    let log = json!([{
        "destination": "logs", "destination_type": "kinesis-firehose", "log_format": "text", "log_type": "slow-log",
    }]);
    let topic = "arn:aws:sns:eu-west-1:111122223333:events";
    let first = placed(json!({ "engine_version": "7.0", "tags": { "Name": "a" } }));
    let mut contract = Contract::new(KIND, first);
    for (name, kind, config) in SUBNETS {
        contract = contract.needs(name, kind, serde_json::from_str(config).expect("a configuration"));
    }
    contract
        .needs("guard", "aws_security_group", json!({ "name": "cache", "vpc_id": "${vpc.id}" }))
        .needs("settings", "aws_elasticache_parameter_group", json!({ "name": "settings", "family": "redis7" }))
        .update(placed(json!({ "engine_version": "7.1", "tags": { "Name": "b", "X": "y" } })))
        .update(placed(json!({ "engine_version": "7.1", "node_type": "cache.m7g.large", "maintenance_window": "Mon:02:00-Mon:03:00" })))
        .update(placed(json!({ "engine_version": "7.1", "security_group_ids": ["${guard.id}"], "snapshot_retention_limit": 3 })))
        .update(placed(json!({
            "engine_version": "7.1", "parameter_group_name": "${settings.name}", "snapshot_window": "01:00-02:00",
            "auto_minor_version_upgrade": "false", "notification_topic_arn": topic, "log_delivery_configuration": log,
        })))
        .update(placed(json!({ "engine_version": "7.1" })))
        .replaced_by(placed(json!({ "engine_version": "7.0" })))
        .replaced_by(placed(json!({ "cluster_id": "other" })))
        .replaced_by(placed(json!({ "port": 6380 })))
        .replaced_by(placed(json!({ "transit_encryption_enabled": true })))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn cluster_of_memcached() {
    Contract::new(KIND, memcached(json!({ "engine_version": "1.6.17" })))
        .update(memcached(json!({ "engine_version": "1.6.22", "az_mode": "cross-az" })))
        .update(memcached(json!({ "num_cache_nodes": 4, "az_mode": "cross-az" })))
        .update(memcached(json!({ "num_cache_nodes": 1, "az_mode": "single-az" })))
        .replaced_by(memcached(json!({ "node_type": "cache.m7g.large" })))
        .replaced_by(memcached(json!({ "engine": "redis", "num_cache_nodes": 1 })))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn a_cluster_can_be_one_more_replica() {
    let group = json!({ "replication_group_id": "group", "description": "-", "node_type": "cache.t4g.micro" });
    Contract::new(KIND, json!({ "cluster_id": "replica", "replication_group_id": "${group.id}" }))
        .needs("group", "aws_elasticache_replication_group", group)
        .update(json!({ "cluster_id": "replica", "replication_group_id": "${group.id}", "tags": { "Name": "a" } }))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn nodes_have_addresses() {
    let mut world = World::new().await;
    world.account.transitions_take(Duration::from_millis(400));
    let made = world.make("c", KIND, memcached(json!({}))).await;
    assert_eq!(made.get("cache_nodes").length(), Some(2));
    assert!(made.text("configuration_endpoint").ends_with(":11211"), "{}", made.text("configuration_endpoint"));
    assert_eq!(made.get("port"), &Value::from(11211_i64));
    world.clear().await;
    assert!(world.account.objects().is_empty(), "{:?}", world.account.objects());
}

#[tokio::test]
async fn what_waits_for_the_maintenance_window_is_neither_done_nor_a_difference() {
    let mut world = World::new().await;
    let waiting = |more: Json| memcached(with(&json!({ "apply_immediately": false }), more));
    let made = world.make("c", KIND, waiting(json!({}))).await;
    let more = waiting(json!({ "num_cache_nodes": 3 }));
    let config = world.config(KIND, &more).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    assert!(plan.notes.iter().any(|note| note.starts_with("num_cache_nodes waits for")), "{:?}", plan.notes);
    let changed = world.apply(KIND, Some(&made), &config, plan).await;
    assert_eq!(changed.get("num_cache_nodes"), &Value::from(3_i64));
    assert_eq!(changed.get("cache_nodes").length(), Some(2));
    let plan = world.plan(KIND, Some(&changed), &config).await;
    assert_eq!(plan.planned, changed.value, "there is nothing to change");
    assert!(plan.notes.iter().any(|note| note.starts_with("num_cache_nodes is 2 until")), "{:?}", plan.notes);

    let config = world.config(KIND, &with(&more, json!({ "apply_immediately": true }))).await;
    let plan = world.plan(KIND, Some(&changed), &config).await;
    let done = world.apply(KIND, Some(&changed), &config, plan).await;
    assert_eq!(done.get("cache_nodes").length(), Some(3));
    world.clear().await;
}

#[tokio::test]
async fn a_lost_answer_is_neither_an_error_nor_somebody_elses_cluster() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("elasticache.CreateCacheCluster").times(1));
    world.make("c", KIND, redis(json!({}))).await;
    let (again, said) = world.try_make(KIND, &redis(json!({}))).await;
    assert!(told(&said).contains("CacheClusterAlreadyExists") && again.value.is_null(), "{said:#?}");
    world.clear().await;
}

#[tokio::test]
async fn many_clusters_cost_one_call() {
    let mut world = World::new().await;
    let mut clusters = Vec::new();
    for number in 0..5 {
        let config = redis(json!({ "cluster_id": format!("cache-{number}") }));
        clusters.push(world.make(&format!("c{number}"), KIND, config).await);
    }
    world.account.reset_calls();
    assert!(world.read(&clusters).await.iter().all(Option::is_some));
    let calls = world.account.calls();
    assert_eq!((calls.of("elasticache.DescribeCacheClusters"), calls.total()), (1, 2), "{calls}");
    world.clear().await;
}

#[tokio::test]
async fn invalid_clusters() {
    let world = World::new().await;
    let cases = [
        (redis(json!({ "num_cache_nodes": 2 })), "has one node"),
        (memcached(json!({ "num_cache_nodes": 1, "az_mode": "cross-az" })), "more than one node"),
        (memcached(json!({ "engine_version": "1.6" })), "must be such as \"1.6.22\""),
        (redis(json!({ "engine_version": "7.1.0" })), "must be such as \"7.1\""),
        (memcached(json!({ "final_snapshot_identifier": "last" })), "makes no snapshots"),
        (redis(json!({ "replication_group_id": "group" })), "Only one of"),
        (redis(json!({ "cluster_id": "Cache" })), "lower case letters"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.contains(expected), "{told}");
    }
}
