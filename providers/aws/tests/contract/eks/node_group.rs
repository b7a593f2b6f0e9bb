//! `aws_eks_node_group`.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use super::{cluster, in_surroundings, trust, world};
use crate::harness::{Contract, World, told};

const KIND: &str = "aws_eks_node_group";

fn group(more: Json) -> Json {
    let mut config = json!({
        "cluster_name": "${cluster.name}", "node_group_name": "blue", "node_role_arn": "${nodes.arn}",
        "subnet_ids": ["${a.id}", "${b.id}"], "scaling_config": [sizes(1, 2, 3)],
    });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn sizes(min: i64, desired: i64, max: i64) -> Json {
    json!({ "min_size": min, "desired_size": desired, "max_size": max })
}

fn nodes() -> Json {
    json!({ "name": "nodes", "assume_role_policy": trust("ec2.amazonaws.com") })
}

fn in_cluster(contract: Contract) -> Contract {
    in_surroundings(contract).needs("cluster", "aws_eks_cluster", cluster(json!({ "version": "1.33" }))).needs(
        "nodes",
        "aws_iam_role",
        nodes(),
    )
}

async fn cluster_world() -> World {
    let mut world = world().await;
    world.make("cluster", "aws_eks_cluster", cluster(json!({ "version": "1.33" }))).await;
    world.make("nodes", "aws_iam_role", nodes()).await;
    world
}

#[tokio::test]
async fn node_group() {
    let with = |more: Json| {
        let mut config = group(json!({ "version": "1.33" }));
        config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        config
    };
    let taint = |key: &str, value: &str| json!({ "key": key, "value": value, "effect": "NO_SCHEDULE" });
    let repair = json!([{
        "enabled": true, "max_parallel_nodes_repaired_count": 2, "max_unhealthy_node_threshold_percentage": 40,
        "node_repair_config_overrides": [{
            "min_repair_wait_time_mins": 10, "node_monitoring_condition": "AcceleratedInstanceNotReady",
            "node_unhealthy_reason": "NvidiaXID64Error", "repair_action": "Replace",
        }],
    }]);
    let first = group(json!({ "version": "1.32", "tags": { "Name": "a" }, "labels": { "a": "1", "b": "2" } }));
    in_cluster(Contract::new(KIND, first))
        .update(with(json!({ "tags": { "Name": "a" }, "labels": { "a": "1", "b": "2" } })))
        .update(with(json!({ "tags": { "Name": "b", "X": "y" }, "labels": { "a": "3" } })))
        .update(with(json!({ "taint": [taint("a", "1"), taint("b", "")] })))
        .update(with(json!({ "taint": [taint("a", "2"), taint("c", "3")] })))
        .update(with(json!({ "scaling_config": [sizes(0, 4, 5)] })))
        .update(with(json!({ "update_config": [{ "max_unavailable": 2 }] })))
        .update(with(json!({ "update_config": [{ "max_unavailable_percentage": 50, "update_strategy": "MINIMAL" }] })))
        .update(with(json!({ "node_repair_config": repair })))
        .update(with(json!({ "node_repair_config": [{ "enabled": false }], "release_version": "1.33.1-20250920" })))
        .replaced_by(with(json!({ "node_group_name": "green" })))
        .replaced_by(with(json!({ "subnet_ids": ["${c.id}"] })))
        .replaced_by(with(json!({ "instance_types": ["m5.large"] })))
        .replaced_by(with(json!({ "capacity_type": "SPOT" })))
        .replaced_by(with(json!({ "disk_size": 50 })))
        .replaced_by(with(json!({ "remote_access": [{ "ec2_ssh_key": "k" }] })))
        .unknown_to_import(&["force_update_version"])
        .hold()
        .await;
}

#[tokio::test]
async fn generated_names() {
    in_cluster(Contract::new(KIND, {
        let mut config = group(json!({ "node_group_name_prefix": "blue-", "capacity_type": "SPOT", "disk_size": 40 }));
        config.as_object_mut().expect("an object").remove("node_group_name");
        config["instance_types"] = json!(["m5.large", "m5a.large"]);
        config["ami_type"] = json!("AL2023_ARM_64_STANDARD");
        config
    }))
    .hold()
    .await;
}

#[tokio::test]
async fn sizes_that_an_autoscaler_changed_are_seen() {
    let mut world = cluster_world().await;
    let made = world.make("group", KIND, group(json!({}))).await;
    let config = world.config(KIND, &group(json!({ "scaling_config": [sizes(1, 3, 3)] }))).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    world.apply(KIND, Some(&made), &config, plan).await;
    let read = world.read_one(&made).await.expect("it is there");
    let config = world.config(KIND, &group(json!({}))).await;
    let plan = world.plan(KIND, Some(&read), &config).await;
    assert_ne!(plan.planned, read.value, "what the configuration says counts");
    world.clear().await;
}

#[tokio::test]
async fn a_group_is_only_made_and_changed_while_nothing_else_is_going_on() {
    let mut world = cluster_world().await;
    world.account.transitions_take(Duration::from_millis(500));
    let upgraded = cluster(json!({ "version": "1.34" }));
    let (before, config) = (world.object("cluster").clone(), world.config("aws_eks_cluster", &upgraded).await);
    let plan = world.plan("aws_eks_cluster", Some(&before), &config).await;
    // Whether it is made before or after the cluster's upgrade is not said.
    let blue = group(json!({ "version": before.text("version") }));
    let (_, (made, said)) =
        futures::join!(world.apply("aws_eks_cluster", Some(&before), &config, plan), world.try_make(KIND, &blue));
    assert!(said.is_empty(), "{}", told(&said));
    assert_eq!(made.text("status"), "ACTIVE");
    let wanted = group(json!({ "version": "1.34", "labels": { "a": "b" }, "scaling_config": [sizes(0, 1, 2)] }));
    let config = world.config(KIND, &wanted).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    let changed = world.apply(KIND, Some(&made), &config, plan).await;
    assert_eq!((changed.text("version"), changed.text("status")), ("1.34", "ACTIVE"));
    let calls = world.account.calls();
    assert_eq!((calls.of("eks.UpdateNodegroupVersion"), calls.of("eks.UpdateNodegroupConfig")), (1, 1));
    world.account.transitions_take(Duration::ZERO);
    world.delete(&changed).await;
    world.clear().await;
}

#[tokio::test]
async fn a_cluster_names_what_keeps_it() {
    let mut world = cluster_world().await;
    world.make("group", KIND, group(json!({}))).await;
    let cluster = world.object("cluster").clone();
    let told = told(&world.try_delete(&cluster).await);
    assert!(told.contains("node group blue"), "{told}");
    world.clear().await;
}

#[tokio::test]
async fn a_group_whose_answer_got_lost_is_not_made_twice() {
    let mut world = cluster_world().await;
    world.account.fault(&Fault::reset_after("eks.CreateNodegroup").times(1));
    world.make("group", KIND, group(json!({}))).await;
    let (again, said) = world.try_make(KIND, &group(json!({}))).await;
    assert!(said.has_errors() && again.value.is_null(), "{}", told(&said));
    world.clear().await;
}

#[tokio::test]
async fn groups_are_read_one_call_each() {
    let mut world = cluster_world().await;
    let mut made = Vec::new();
    for name in ["a", "b", "c"] {
        let config = group(json!({ "node_group_name": format!("group-{name}") }));
        made.push(world.make(name_of(name), KIND, config).await);
    }
    made.push(world.object("cluster").clone());
    let before = world.account.calls();
    assert!(world.read(&made).await.iter().all(Option::is_some));
    let after = world.account.calls();
    let asked = |operation: &str| after.of(operation) - before.of(operation);
    assert_eq!((asked("eks.DescribeNodegroup"), asked("eks.DescribeCluster")), (3, 1));
    world.clear().await;
}

/// A name that no other object of the world has.
fn name_of(name: &str) -> &'static str {
    match name {
        "a" => "group a",
        "b" => "group b",
        _ => "group c",
    }
}
