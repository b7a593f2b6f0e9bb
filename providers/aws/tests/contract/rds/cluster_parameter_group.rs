//! `aws_rds_cluster_parameter_group`.

use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

const KIND: &str = "aws_rds_cluster_parameter_group";

fn group(more: Json) -> Json {
    let mut config = json!({ "name": "tuned", "family": "aurora-postgresql16" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn set(name: &str, value: &str) -> Json {
    json!({ "name": name, "value": value })
}

#[tokio::test]
async fn cluster_parameter_group() {
    let restart = json!({ "name": "shared_buffers", "value": "4096", "apply_method": "pending-reboot" });
    Contract::new(KIND, group(json!({ "tags": { "Name": "a" }, "parameter": [set("log_statement", "all")] })))
        .update(group(
            json!({ "tags": { "Name": "b" }, "parameter": [set("log_statement", "ddl"), set("work_mem", "1")] }),
        ))
        .update(group(json!({ "parameter": [set("work_mem", "1"), restart] })))
        .update(group(json!({ "parameter": [] })))
        .replaced_by(group(json!({ "name": "other" })))
        .replaced_by(group(json!({ "family": "aurora-postgresql17" })))
        .replaced_by(group(json!({ "description": "other" })))
        .hold()
        .await;
}

#[tokio::test]
async fn generated_names() {
    let config = json!({ "name_prefix": "tuned-", "family": "aurora-mysql8.0", "tags": { "Name": "a" } });
    Contract::new(KIND, config).hold().await;
}

#[tokio::test]
async fn the_engines_own_value_is_no_difference() {
    let mut world = World::new().await;
    let config = group(json!({ "parameter": [set("Time_Zone", "UTC"), set("work_mem", "8192")] }));
    let made = world.make("group", KIND, config.clone()).await;
    let read = world.read_one(&made).await.expect("the group is there");
    assert_eq!(read.get("parameter").length(), Some(2));
    let config = world.config(KIND, &config).await;
    assert_eq!(world.plan(KIND, Some(&read), &config).await.planned, read.value);
    world.clear().await;
}

#[tokio::test]
async fn many_groups_cost_few_calls() {
    let mut world = World::new().await;
    let mut made = Vec::new();
    for number in 0..5 {
        let config = group(json!({ "name": format!("g{number}") }));
        made.push(world.make(&format!("g{number}"), KIND, config).await);
    }
    world.account.reset_calls();
    assert_eq!(world.read(&made).await.iter().flatten().count(), 5);
    let calls = world.account.calls();
    assert_eq!(calls.of("rds.DescribeDBClusterParameterGroups"), 1, "{calls}");
    assert_eq!(calls.of("rds.ListTagsForResource"), 0, "{calls}");
}

#[tokio::test]
async fn a_parameter_given_twice() {
    let world = World::new().await;
    let config = group(json!({ "parameter": [set("a", "1"), set("A", "2")] }));
    let told = told(&world.validate(KIND, &config).await);
    assert!(told.contains("given twice"), "{told}");
}
