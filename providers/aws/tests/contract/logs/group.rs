//! `aws_cloudwatch_log_group`.

use landform_provider_api::ImportBy;
use landform_simulator::Fault;
use landform_values::{Type, Value};
use serde_json::json;

use crate::harness::{Contract, World, told};

#[tokio::test]
async fn log_group() {
    let with = |more: serde_json::Value| {
        let mut config = json!({ "name": "/vpc/flow" });
        config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        config
    };
    Contract::new("aws_cloudwatch_log_group", with(json!({ "retention_in_days": 7, "tags": { "Name": "a" } })))
        .needs("key", "aws_kms_key", json!({}))
        .update(with(json!({ "retention_in_days": 30, "tags": { "Name": "b", "X": "y" } })))
        .update(with(json!({ "retention_in_days": 30, "kms_key_id": "${key.arn}" })))
        .update(with(json!({ "deletion_protection_enabled": true })))
        .update(with(json!({ "deletion_protection_enabled": false, "retention_in_days": 1 })))
        .replaced_by(with(json!({ "name": "/vpc/other" })))
        .replaced_by(with(json!({ "log_group_class": "INFREQUENT_ACCESS" })))
        .hold()
        .await;
}

#[tokio::test]
async fn the_identity_of_a_group() {
    let mut world = World::new().await;
    let group = world.make("a", "aws_cloudwatch_log_group", json!({ "name": "a" })).await;
    let identity = world.identity(&group).await.expect("groups have identities");
    let expected = [("account_id", world.account.number()), ("name", "a"), ("region", "eu-west-1")];
    assert_eq!(identity, Value::object(expected.map(|(name, value)| (name, Value::from(value)))));
    let partly = identity.with_attribute("account_id", Value::null(Type::String));
    let found = world.import_by("aws_cloudwatch_log_group", ImportBy::Identity(partly)).await;
    assert_eq!(found.get("arn"), group.get("arn"));
}

#[tokio::test]
async fn a_group_with_a_key_and_a_class_from_the_start() {
    let config = json!({ "name": "a", "kms_key_id": "${key.arn}", "log_group_class": "INFREQUENT_ACCESS" });
    let contract = Contract::new("aws_cloudwatch_log_group", config);
    contract.needs("key", "aws_kms_key", json!({})).hold().await;
}

#[tokio::test]
async fn a_group_of_a_longer_name_is_another() {
    let mut world = World::new().await;
    let short = world.make("short", "aws_cloudwatch_log_group", json!({ "name": "app" })).await;
    let long = world.make("long", "aws_cloudwatch_log_group", json!({ "name": "app-and-more" })).await;
    world.delete(&short).await;
    assert!(world.read_one(&short).await.is_none());
    assert!(world.read_one(&long).await.is_some());
}

#[tokio::test]
async fn one_call_finds_many_groups() {
    let mut world = World::new().await;
    let mut groups = Vec::new();
    for number in 0..60 {
        let config = json!({ "name": format!("group-{number}") });
        groups.push(world.make(&format!("g{number}"), "aws_cloudwatch_log_group", config).await);
    }
    world.make("other", "aws_cloudwatch_log_group", json!({ "name": "not-asked-for" })).await;
    world.delete(&groups[3]).await;
    world.account.reset_calls();
    let read = world.read(&groups).await;
    assert_eq!(read.iter().filter(|it| it.is_some()).count(), 59);
    assert!(read[3].is_none());
    assert_eq!(world.account.calls().of("logs.DescribeLogGroups"), 2, "{}", world.account.calls());
}

#[tokio::test]
async fn kept_when_the_resource_goes() {
    let mut world = World::new().await;
    let group = world.make("g", "aws_cloudwatch_log_group", json!({ "name": "kept", "skip_destroy": true })).await;
    world.delete(&group).await;
    assert!(world.read_one(&group).await.is_some());
}

#[tokio::test]
async fn a_protected_group_says_how_to_delete_it() {
    let mut world = World::new().await;
    let config = json!({ "name": "safe", "deletion_protection_enabled": true });
    let group = world.make("g", "aws_cloudwatch_log_group", config).await;
    let told = told(&world.try_delete(&group).await);
    assert!(told.contains("deletion_protection_enabled = false"), "{told}");
}

#[tokio::test]
async fn delivery_groups_keep_what_they_have_for_two_days() {
    let world = World::new().await;
    let config = json!({ "name": "a", "log_group_class": "DELIVERY", "retention_in_days": 30 });
    let config = world.config("aws_cloudwatch_log_group", &config).await;
    let plan = world.plan("aws_cloudwatch_log_group", None, &config).await;
    let days = plan.planned.get_attribute("retention_in_days").expect("planned");
    assert_eq!(days, &landform_values::Value::from(2_i64));
}

#[tokio::test]
async fn a_create_that_fails_half_way_keeps_the_group() {
    let world = World::new().await;
    world.account.fault(&Fault::deny("logs.PutRetentionPolicy"));
    let (made, said) =
        world.try_make("aws_cloudwatch_log_group", &json!({ "name": "half", "retention_in_days": 7 })).await;
    assert!(told(&said).contains("logs:PutRetentionPolicy"), "{:#?}", said);
    assert_eq!(made.value.get_attribute("id").and_then(|it| it.as_str()), Some("half"));
}

#[tokio::test]
async fn invalid_groups() {
    let world = World::new().await;
    let cases = [
        (json!({ "name": "a b" }), "may only contain"),
        (json!({ "name": "a", "retention_in_days": 2 }), "must be one of"),
        (json!({ "name": "a", "name_prefix": "b" }), "Only one of"),
        (json!({ "name": "a", "log_group_class": "COLD" }), "must be one of"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_cloudwatch_log_group", &config).await);
        assert!(told.contains(expected), "{told}");
    }
}
