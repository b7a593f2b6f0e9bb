//! `aws_elasticache_replication_group`.

use std::time::Duration;

use landform_simulator::Fault;
use landform_values::Value;
use serde_json::{Value as Json, json};

use super::{SUBNETS, make_subnet_group, outside, with};
use crate::harness::{Contract, Object, World, told};

const KIND: &str = "aws_elasticache_replication_group";

fn group(more: Json) -> Json {
    let least = json!({
        "replication_group_id": "Cache", "description": "sessions", "node_type": "cache.t4g.micro",
        "apply_immediately": true,
    });
    with(&least, more)
}

/// Nobody tells these.
const UNTOLD: [&str; 4] =
    ["apply_immediately", "auth_token", "auth_token_update_strategy", "final_snapshot_identifier"];

#[tokio::test]
async fn replication_group() {
    let two = |more: Json| {
        let two = json!({
            "num_cache_clusters": 2, "automatic_failover_enabled": true, "engine_version": "7.0",
            "subnet_group_name": "${subnets.name}",
        });
        group(with(&two, more))
    };
    let log = |kind: &str, group: &str| json!({ "destination": group, "destination_type": "cloudwatch-logs", "log_format": "json", "log_type": kind });
    let topic = "arn:aws:sns:eu-west-1:111122223333:events";
    let mut contract = Contract::new(KIND, two(json!({ "tags": { "Name": "a" } })));
    for (name, kind, config) in SUBNETS {
        contract = contract.needs(name, kind, serde_json::from_str(config).expect("a configuration"));
    }
    contract
        .needs("guard", "aws_security_group", json!({ "name": "cache", "vpc_id": "${vpc.id}" }))
        .needs("settings", "aws_elasticache_parameter_group", json!({ "name": "settings", "family": "redis7" }))
        .update(two(json!({ "tags": { "Name": "b", "X": "y" }, "description": "other" })))
        .update(two(json!({ "num_cache_clusters": 4, "multi_az_enabled": true })))
        .update(two(json!({ "num_cache_clusters": 3, "node_type": "cache.m7g.large" })))
        .update(two(json!({ "engine_version": "7.1", "maintenance_window": "Mon:02:00-Mon:03:00" })))
        .update(two(
            json!({ "engine_version": "7.1", "security_group_ids": ["${guard.id}"], "snapshot_retention_limit": 5 }),
        ))
        .update(two(json!({
            "engine_version": "7.1", "parameter_group_name": "${settings.name}", "snapshot_window": "01:00-02:00",
            "auto_minor_version_upgrade": "false",
        })))
        .update(two(json!({
            "engine_version": "7.1", "notification_topic_arn": topic,
            "log_delivery_configuration": [log("slow-log", "a"), log("engine-log", "b")],
        })))
        .update(two(json!({ "engine_version": "7.1", "log_delivery_configuration": [log("slow-log", "c")] })))
        .update(two(json!({ "engine_version": "7.1", "snapshot_retention_limit": 0 })))
        .update(group(json!({ "engine_version": "7.1", "num_cache_clusters": 1 })))
        .replaced_by(group(json!({ "engine_version": "7.0" })))
        .replaced_by(group(json!({ "replication_group_id": "other" })))
        .replaced_by(group(json!({ "at_rest_encryption_enabled": "true" })))
        .replaced_by(group(json!({ "port": 6380 })))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn shards() {
    let sharded = |more: Json| group(with(&json!({ "automatic_failover_enabled": true }), more));
    Contract::new(KIND, sharded(json!({ "num_node_groups": 2, "replicas_per_node_group": 1 })))
        .update(sharded(json!({ "num_node_groups": 3, "replicas_per_node_group": 1 })))
        .update(sharded(json!({ "num_node_groups": 3, "replicas_per_node_group": 2 })))
        .update(sharded(json!({ "num_node_groups": 1, "replicas_per_node_group": 0 })))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn shards_that_are_described() {
    let shard = |id: &str, slots: &str, zone: &str| {
        json!({
            "node_group_id": id, "slots": slots, "replica_count": 1, "primary_availability_zone": zone,
            "replica_availability_zones": ["eu-west-1c"],
        })
    };
    let sharded = |shards: Json| {
        group(json!({ "automatic_failover_enabled": true, "num_node_groups": 2, "node_group_configuration": shards }))
    };
    let (first, second) = (shard("0001", "0-999", "eu-west-1a"), shard("0002", "1000-16383", "eu-west-1b"));
    Contract::new(KIND, sharded(json!([first, second])))
        .replaced_by(sharded(json!([first, shard("0002", "1000-16383", "eu-west-1a")])))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn encrypted_with_a_password() {
    let token = |last: &str| format!("a-very-secret-token-{last}");
    let encrypted = json!({ "transit_encryption_enabled": true, "at_rest_encryption_enabled": "true" });
    let secret = |more: Json| group(with(&encrypted, more));
    Contract::new(
        KIND,
        secret(json!({ "auth_token": token("1"), "kms_key_id": "${key.arn}", "engine_version": "7.x" })),
    )
    .needs("key", "aws_kms_key", json!({}))
    .update(secret(json!({
        "auth_token": token("2"), "auth_token_update_strategy": "SET", "kms_key_id": "${key.arn}",
        "transit_encryption_mode": "preferred",
    })))
    .replaced_by(secret(json!({ "auth_token": token("2"), "auth_token_update_strategy": "SET" })))
    .unknown_to_import(&UNTOLD)
    .unknown_to_import(&["engine_version"])
    .hold()
    .await;
}

#[tokio::test]
async fn passwords_are_told_to_nobody() {
    let world = World::new().await;
    let said = told(&world.validate(KIND, &group(json!({ "auth_token": "p@ss" }))).await);
    assert!(said.contains("16 to 128 characters") && !said.contains("p@ss"), "{said}");
    let mut world = World::new().await;
    let config = json!({ "auth_token": "a-very-secret-token", "transit_encryption_enabled": true });
    let made = world.make("g", KIND, group(config)).await;
    let config = world.config(KIND, &group(json!({ "transit_encryption_enabled": true }))).await;
    let said = told(&world.try_plan(KIND, Some(&made), &config).await.diagnostics);
    assert!(said.contains("auth_token_update_strategy = \"DELETE\"") && !said.contains("very-secret"), "{said}");
    world.clear().await;
}

async fn change(world: &World, object: &Object, config: Json) -> Object {
    let config = world.config(KIND, &config).await;
    let plan = world.plan(KIND, Some(object), &config).await;
    world.apply(KIND, Some(object), &config, plan).await
}

#[tokio::test]
async fn what_waits_for_the_maintenance_window_is_neither_done_nor_a_difference() {
    let mut world = World::new().await;
    let waiting = |more: Json| group(with(&json!({ "apply_immediately": false, "engine_version": "7.0" }), more));
    let made = world.make("g", KIND, waiting(json!({ "maintenance_window": "mon:02:00-mon:03:00" }))).await;
    let larger = waiting(json!({ "node_type": "cache.m7g.large", "engine_version": "7.1" }));
    let config = world.config(KIND, &larger).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    let notes: Vec<String> = plan.notes.iter().map(ToString::to_string).collect();
    assert!(notes.contains(&"node_type waits for the maintenance window (mon:02:00-mon:03:00)".into()), "{notes:?}");
    let changed = world.apply(KIND, Some(&made), &config, plan).await;
    assert_eq!((changed.text("node_type"), changed.text("engine_version")), ("cache.m7g.large", "7.1"));
    assert_eq!(changed.text("engine_version_actual"), "7.0.7");

    let read = world.read_one(&changed).await.expect("there");
    let plan = world.plan(KIND, Some(&read), &config).await;
    assert_eq!(plan.planned, read.value, "there is nothing to change");
    let notes: Vec<String> = plan.notes.iter().map(ToString::to_string).collect();
    let expected =
        "node_type is cache.t4g.micro until the maintenance window (mon:02:00-mon:03:00), then cache.m7g.large";
    assert!(notes.contains(&expected.into()), "{notes:?}");

    let hurried = with(&larger, json!({ "apply_immediately": true }));
    let done = change(&world, &read, hurried.clone()).await;
    assert_eq!((done.text("node_type"), done.text("engine_version_actual")), ("cache.m7g.large", "7.1.0"));
    let config = world.config(KIND, &hurried).await;
    assert!(world.plan(KIND, Some(&done), &config).await.notes.is_empty());
    world.clear().await;
}

#[tokio::test]
async fn a_replica_that_somebody_removed_comes_back() {
    let mut world = World::new().await;
    let config = group(json!({ "num_cache_clusters": 3 }));
    let made = world.make("g", KIND, config.clone()).await;
    let cache = outside(&world.account);
    cache.delete_cache_cluster().cache_cluster_id("cache-002").send().await.expect("deleted");
    let read = world.read_one(&made).await.expect("there");
    assert_eq!(read.get("num_cache_clusters"), &Value::from(2_i64));
    assert_eq!(read.get("member_clusters").length(), Some(2));
    let mended = change(&world, &read, config).await;
    assert_eq!(mended.get("member_clusters").length(), Some(3));
    world.clear().await;
}

#[tokio::test]
async fn states_are_waited_for() {
    let mut world = World::new().await;
    world.account.transitions_take(Duration::from_millis(600));
    let made = world.make("g", KIND, group(json!({ "num_cache_clusters": 2 }))).await;
    assert!(!made.text("primary_endpoint_address").is_empty());
    let changed =
        change(&world, &made, group(json!({ "num_cache_clusters": 3, "node_type": "cache.m7g.large" }))).await;
    assert_eq!(changed.text("node_type"), "cache.m7g.large");
    world.clear().await;
    assert_eq!(world.account.objects().len(), 0, "{:?}", world.account.objects());
}

#[tokio::test]
async fn a_wait_that_ends_too_early_goes_on() {
    let world = World::new().await;
    world.account.transitions_take(Duration::from_secs(5));
    let config = group(json!({ "timeouts": { "create": "300ms" } }));
    let parsed = world.config(KIND, &config).await;
    let plan = world.plan(KIND, None, &parsed).await;
    let (made, said) = world.try_apply(KIND, None, &parsed, plan).await;
    assert!(told(&said).contains("still creating"), "{said:#?}");
    assert_eq!((made.text("id"), made.text("description")), ("cache", "sessions"));
    let done = change(&world, &made, config).await;
    assert!(!done.text("primary_endpoint_address").is_empty());
    world.delete(&done).await;
}

#[tokio::test]
async fn the_last_snapshot_is_made() {
    let mut world = World::new().await;
    world.make("g", KIND, group(json!({ "final_snapshot_identifier": "last" }))).await;
    world.clear().await;
    let snapshots = outside(&world.account).describe_snapshots().send().await.expect("an answer");
    assert_eq!(snapshots.snapshots()[0].snapshot_name(), Some("last"));
}

#[tokio::test]
async fn many_groups_cost_a_call_for_groups_and_one_for_members() {
    let mut world = World::new().await;
    let mut groups = Vec::new();
    for number in 0..5 {
        let config = group(json!({ "replication_group_id": format!("cache-{number}"), "num_cache_clusters": 2 }));
        groups.push(world.make(&format!("g{number}"), KIND, config).await);
    }
    world.account.reset_calls();
    assert!(world.read(&groups).await.iter().all(Option::is_some));
    let calls = world.account.calls();
    let of = |operation: &str| calls.of(&format!("elasticache.{operation}"));
    assert_eq!((of("DescribeReplicationGroups"), of("DescribeCacheClusters"), calls.total()), (1, 1, 3), "{calls}");
    world.clear().await;
}

#[tokio::test]
async fn a_lost_answer_is_neither_an_error_nor_somebody_elses_group() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("elasticache.CreateReplicationGroup").times(1));
    world.make("g", KIND, group(json!({}))).await;
    let (again, said) = world.try_make(KIND, &group(json!({}))).await;
    assert!(told(&said).contains("ReplicationGroupAlreadyExists") && again.value.is_null(), "{said:#?}");
    world.clear().await;
}

#[tokio::test]
async fn redis_becomes_valkey_and_not_back() {
    let mut world = World::new().await;
    make_subnet_group(&mut world).await;
    let made = world.make("g", KIND, group(json!({ "engine": "redis", "engine_version": "7.1" }))).await;
    let config = world.config(KIND, &group(json!({ "engine": "valkey" }))).await;
    let said = told(&world.try_plan(KIND, Some(&made), &config).await.diagnostics);
    assert!(said.contains("engine_version must be given"), "{said}");
    let valkey = change(&world, &made, group(json!({ "engine": "valkey", "engine_version": "8.0" }))).await;
    assert_eq!((valkey.text("engine"), valkey.text("parameter_group_name")), ("valkey", "default.valkey8"));
    let config = world.config(KIND, &group(json!({ "engine": "redis", "engine_version": "8.0" }))).await;
    let plan = world.plan(KIND, Some(&valkey), &config).await;
    assert!(!plan.requires_replace.is_empty());
    world.clear().await;
}

#[tokio::test]
async fn invalid_groups() {
    let world = World::new().await;
    let cases = [
        (group(json!({ "multi_az_enabled": true })), "automatic_failover_enabled must be true"),
        (group(json!({ "automatic_failover_enabled": true, "num_cache_clusters": 1 })), "at least 2"),
        (group(json!({ "num_cache_clusters": 2, "num_node_groups": 2 })), "Only one of"),
        (group(json!({ "auth_token": "a-very-secret-token", "user_group_ids": ["a"] })), "Only one of"),
        (group(json!({ "auth_token_update_strategy": "SET" })), "auth_token must be given"),
        (group(json!({ "replication_group_id": "a--b" })), "single hyphens"),
        (group(json!({ "engine_version": "7.1.0" })), "must be such as"),
        (group(json!({ "maintenance_window": "monday" })), "is not a window"),
        (group(json!({ "engine": "memcached" })), "must be one of"),
        (group(json!({ "description": "" })), "must have"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.contains(expected), "{told}");
    }
    let (_, said) = world.try_make(KIND, &json!({ "replication_group_id": "a", "description": "b" })).await;
    assert!(told(&said).contains("node_type must be given"), "{said:#?}");
}
