//! `aws_db_parameter_group`.

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

fn group(more: Json) -> Json {
    let mut config = json!({ "name": "tuned", "family": "postgres16" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn set(name: &str, value: &str) -> Json {
    json!({ "name": name, "value": value })
}

fn after_restart(name: &str, value: &str) -> Json {
    json!({ "name": name, "value": value, "apply_method": "pending-reboot" })
}

#[tokio::test]
async fn parameter_group() {
    let kind = "aws_db_parameter_group";
    Contract::new(kind, group(json!({ "tags": { "Name": "a" }, "parameter": [set("log_connections", "1")] })))
        .update(group(
            json!({ "tags": { "Name": "b" }, "parameter": [set("log_connections", "0"), set("work_mem", "8192")] }),
        ))
        .update(group(json!({ "parameter": [set("work_mem", "8192"), after_restart("shared_buffers", "4096")] })))
        .update(group(json!({ "parameter": [] })))
        .replaced_by(group(json!({ "name": "other" })))
        .replaced_by(group(json!({ "family": "postgres17" })))
        .replaced_by(group(json!({ "description": "other" })))
        .unknown_to_import(&["skip_destroy"])
        .hold()
        .await;
}

#[tokio::test]
async fn generated_names() {
    let config = json!({ "name_prefix": "tuned-", "family": "postgres16", "tags": { "Name": "a" } });
    Contract::new("aws_db_parameter_group", config).hold().await;
}

#[tokio::test]
async fn the_engines_own_value_is_no_difference() {
    let mut world = World::new().await;
    let config = group(json!({ "parameter": [set("Autovacuum", "1"), set("work_mem", "8192")] }));
    let made = world.make("group", "aws_db_parameter_group", config.clone()).await;
    let read = world.read_one(&made).await.expect("the group is there");
    assert_eq!(read.get("parameter").length(), Some(2));
    let config = world.config("aws_db_parameter_group", &config).await;
    assert_eq!(world.plan("aws_db_parameter_group", Some(&read), &config).await.planned, read.value);
    world.clear().await;
}

#[tokio::test]
async fn many_parameters_are_set_in_parts() {
    let mut world = World::new().await;
    let many: Vec<Json> = (0..45).map(|number| set(&format!("p{number}"), "1")).collect();
    let made = world.make("group", "aws_db_parameter_group", group(json!({ "parameter": many }))).await;
    assert_eq!(world.account.calls().of("rds.ModifyDBParameterGroup"), 3);
    world.account.reset_calls();
    assert_eq!(world.read_one(&made).await.expect("the group").get("parameter").length(), Some(45));
    let calls = world.account.calls();
    assert_eq!((calls.of("rds.DescribeDBParameterGroups"), calls.of("rds.DescribeDBParameters")), (0, 1), "{calls}");
    world.clear().await;
}

#[tokio::test]
async fn a_lost_answer_is_no_error() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("rds.CreateDBParameterGroup").times(1));
    world.make("group", "aws_db_parameter_group", group(json!({}))).await;
    let (_, said) = world.try_make("aws_db_parameter_group", &group(json!({}))).await;
    assert!(told(&said).contains("already exists"), "{}", told(&said));
    world.clear().await;
}

#[tokio::test]
async fn a_group_can_be_left_behind() {
    let mut world = World::new().await;
    let group = world.make("group", "aws_db_parameter_group", group(json!({ "skip_destroy": true }))).await;
    world.delete(&group).await;
    assert_eq!(world.account.objects(), [("rds.parameter_group".to_owned(), "tuned".to_owned())]);
}

#[tokio::test]
async fn invalid_groups() {
    let world = World::new().await;
    let cases = [
        (json!({ "name": "1a", "family": "x" }), "must begin with a letter"),
        (json!({ "name": "a--b", "family": "x" }), "two hyphens"),
        (json!({ "name": "a-", "family": "x" }), "must not end"),
        (json!({ "name": "a_b", "family": "x" }), "may only contain"),
        (group(json!({ "parameter": [set("a", "1"), set("A", "2")] })), "given twice"),
        (group(json!({ "parameter": [{ "name": "a", "value": "1", "apply_method": "later" }] })), "must be one of"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_db_parameter_group", &config).await);
        assert!(told.contains(expected), "{told}");
    }
}
