//! `aws_kms_alias`.

use serde_json::json;

use crate::harness::{Contract, World, told};

#[tokio::test]
async fn alias() {
    Contract::new("aws_kms_alias", json!({ "name": "alias/a", "target_key_id": "${first.key_id}" }))
        .needs("first", "aws_kms_key", json!({}))
        .needs("second", "aws_kms_key", json!({}))
        .update(json!({ "name": "alias/a", "target_key_id": "${second.arn}" }))
        .update(json!({ "name": "alias/a", "target_key_id": "${first.arn}" }))
        .replaced_by(json!({ "name": "alias/b", "target_key_id": "${first.arn}" }))
        .hold()
        .await;
}

#[tokio::test]
async fn a_key_by_its_arn_or_id_is_the_same() {
    let mut world = World::new().await;
    world.make("key", "aws_kms_key", json!({})).await;
    let alias = json!({ "name_prefix": "alias/logs-", "target_key_id": "${key.arn}" });
    let alias = world.make("alias", "aws_kms_alias", alias).await;
    assert!(alias.text("name").starts_with("alias/logs-"));
    assert_eq!(alias.text("target_key_arn"), world.object("key").text("arn"));
    let config = json!({ "name_prefix": "alias/logs-", "target_key_id": "${key.key_id}" });
    let config = world.config("aws_kms_alias", &config).await;
    let plan = world.plan("aws_kms_alias", Some(&alias), &config).await;
    assert_eq!(plan.planned, alias.value);
    world.clear().await;
}

#[tokio::test]
async fn one_call_reads_a_key_and_the_alias_that_points_to_it() {
    let mut world = World::new().await;
    let key = world.make("key", "aws_kms_key", json!({ "enable_key_rotation": true })).await;
    let other = world.make("other", "aws_kms_key", json!({})).await;
    let alias = |name: &str, key: &str| json!({ "name": name, "target_key_id": key });
    let first = world.make("first", "aws_kms_alias", alias("alias/first", "${key.key_id}")).await;
    world.account.reset_calls();
    assert_eq!(world.read(&[key.clone(), first.clone()]).await.into_iter().flatten().count(), 2);
    let calls = world.account.calls();
    assert_eq!((calls.of("kms.DescribeKey"), calls.of("kms.ListAliases"), calls.total()), (1, 0, 4), "{calls}");

    let second = world.make("second", "aws_kms_alias", alias("alias/second", "${key.key_id}")).await;
    world.account.reset_calls();
    let all = [key.clone(), other.clone(), first.clone(), second.clone()];
    assert_eq!(world.read(&all).await.into_iter().flatten().count(), 4);
    let calls = world.account.calls();
    assert_eq!((calls.of("kms.DescribeKey"), calls.of("kms.ListAliases")), (2, 1), "{calls}");

    let moved = world.config("aws_kms_alias", &alias("alias/first", "${other.key_id}")).await;
    let plan = world.plan("aws_kms_alias", Some(&first), &moved).await;
    world.apply("aws_kms_alias", Some(&first), &moved, plan).await;
    let read = world.read(&all).await;
    let found = read[2].as_ref().expect("the alias is there");
    assert_eq!(found.text("target_key_id"), other.text("key_id"), "seen where it points to now");
    assert!(read[0].is_some() && read[1].is_some() && read[3].is_some());

    world.delete(&second).await;
    world.delete(&world.read_one(&first).await.expect("the alias is there")).await;
    let read = world.read(&all).await;
    assert!(read[0].is_some() && read[1].is_some() && read[2].is_none() && read[3].is_none());
}

#[tokio::test]
async fn invalid_names() {
    let world = World::new().await;
    for (name, expected) in
        [("logs", "must begin with alias/"), ("alias/aws/s3", "AWS's own"), ("alias/a b", "may only")]
    {
        let told = told(&world.validate("aws_kms_alias", &json!({ "name": name, "target_key_id": "x" })).await);
        assert!(told.contains(expected), "{told}");
    }
}
