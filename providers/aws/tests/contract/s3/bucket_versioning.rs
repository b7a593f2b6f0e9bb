//! `aws_s3_bucket_versioning`.

use serde_json::{Value as Json, json};

use super::unique;
use crate::harness::{Contract, World, told};

fn with(status: &str) -> Json {
    json!({ "bucket": "${bucket.id}", "versioning_configuration": [{ "status": status }] })
}

#[tokio::test]
async fn versioning() {
    let name = unique("versioned");
    Contract::new("aws_s3_bucket_versioning", with("Enabled"))
        .needs("bucket", "aws_s3_bucket", json!({ "bucket": name }))
        .update(with("Suspended"))
        .update(with("Enabled"))
        .replaced_by(json!({ "bucket": "other", "versioning_configuration": [{ "status": "Enabled" }] }))
        .stays_after_delete()
        .made_again_when_lost()
        .hold()
        .await;
}

#[tokio::test]
async fn a_bucket_that_never_had_versions() {
    let name = unique("unversioned");
    Contract::new("aws_s3_bucket_versioning", with("Disabled"))
        .needs("bucket", "aws_s3_bucket", json!({ "bucket": name }))
        .update(with("Enabled"))
        .stays_after_delete()
        .made_again_when_lost()
        .hold()
        .await;
}

#[tokio::test]
async fn there_is_no_way_back() {
    let mut world = World::new().await;
    world.make("bucket", "aws_s3_bucket", json!({ "bucket": unique("no-way-back") })).await;
    let versioning = world.make("v", "aws_s3_bucket_versioning", with("Enabled")).await;
    let config = world.config("aws_s3_bucket_versioning", &with("Disabled")).await;
    let told = told(&world.try_plan("aws_s3_bucket_versioning", Some(&versioning), &config).await.diagnostics);
    assert!(told.contains("Suspended"), "{told}");
    world.clear().await;
}

#[tokio::test]
async fn an_expected_owner_is_part_of_the_id() {
    let mut world = World::new().await;
    let account = world.account.number().to_owned();
    let name = unique("owned");
    world.make("bucket", "aws_s3_bucket", json!({ "bucket": name })).await;
    let mut config = with("Enabled");
    config["expected_bucket_owner"] = json!(account);
    let versioning = world.make("v", "aws_s3_bucket_versioning", config).await;
    assert_eq!(versioning.text("id"), format!("{name},{account}"));
    let imported = world.import("aws_s3_bucket_versioning", versioning.text("id")).await;
    assert_eq!(imported.text("expected_bucket_owner"), account);
    world.clear().await;
}

#[tokio::test]
async fn it_goes_with_its_bucket() {
    let mut world = World::new().await;
    let bucket = world.make("bucket", "aws_s3_bucket", json!({ "bucket": unique("going") })).await;
    let versioning = world.make("v", "aws_s3_bucket_versioning", with("Enabled")).await;
    world.delete(&bucket).await;
    assert!(world.read_one(&versioning).await.is_none());
    world.delete(&versioning).await;
}
