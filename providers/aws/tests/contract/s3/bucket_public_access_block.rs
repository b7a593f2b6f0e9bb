//! `aws_s3_bucket_public_access_block`.

use serde_json::json;

use super::unique;
use crate::harness::{Contract, World};

const KIND: &str = "aws_s3_bucket_public_access_block";

#[tokio::test]
async fn public_access_block() {
    let name = unique("private");
    Contract::new(KIND, json!({ "bucket": "${bucket.id}", "block_public_acls": true, "ignore_public_acls": true }))
        .needs("bucket", "aws_s3_bucket", json!({ "bucket": name }))
        .update(json!({ "bucket": "${bucket.id}", "block_public_policy": true, "restrict_public_buckets": true }))
        .update(json!({ "bucket": "${bucket.id}", "block_public_policy": false }))
        .replaced_by(json!({ "bucket": "other" }))
        .made_again_when_lost()
        .hold()
        .await;
}

#[tokio::test]
async fn kept_when_the_resource_goes() {
    let mut world = World::new().await;
    world.make("bucket", "aws_s3_bucket", json!({ "bucket": unique("still-private") })).await;
    let block = world.make("p", KIND, json!({ "bucket": "${bucket.id}", "skip_destroy": true })).await;
    world.delete(&block).await;
    assert!(world.read_one(&block).await.is_some());
}
