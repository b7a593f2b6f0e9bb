//! `aws_s3_bucket_server_side_encryption_configuration`.

use serde_json::{Value as Json, json};

use super::unique;
use crate::harness::{Contract, World};

const KIND: &str = "aws_s3_bucket_server_side_encryption_configuration";

fn with(algorithm: &str, more: Json) -> Json {
    let mut default = json!({ "sse_algorithm": algorithm });
    default.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let rule = json!({ "bucket_key_enabled": true, "apply_server_side_encryption_by_default": [default] });
    json!({ "bucket": "${bucket.id}", "rule": [rule] })
}

#[tokio::test]
async fn encryption() {
    let name = unique("encrypted");
    Contract::new(KIND, with("aws:kms", json!({ "kms_master_key_id": "${key.arn}" })))
        .needs("key", "aws_kms_key", json!({}))
        .needs("bucket", "aws_s3_bucket", json!({ "bucket": name }))
        .update(with("AES256", json!({})))
        .update(with("aws:kms", json!({})))
        .replaced_by(json!({ "bucket": "other", "rule": [{ "bucket_key_enabled": true }] }))
        .stays_after_delete()
        .made_again_when_lost()
        .hold()
        .await;
}

#[tokio::test]
async fn one_call_serves_the_bucket_and_its_encryption() {
    let mut world = World::new().await;
    let bucket = world.make("bucket", "aws_s3_bucket", json!({ "bucket": unique("shared") })).await;
    let encryption = world.make("e", KIND, with("AES256", json!({}))).await;
    let versioning = json!({ "bucket": "${bucket.id}", "versioning_configuration": [{ "status": "Enabled" }] });
    let versioning = world.make("v", "aws_s3_bucket_versioning", versioning).await;
    world.account.reset_calls();
    let read = world.read(&[bucket, encryption, versioning]).await;
    assert_eq!(read.into_iter().flatten().count(), 3);
    let calls = world.account.calls();
    assert_eq!((calls.of("s3.GetBucketEncryption"), calls.of("s3.GetBucketVersioning")), (1, 1), "{calls}");
    assert_eq!(calls.of("s3.HeadBucket"), 0, "{calls}");
    world.clear().await;
}
