//! A create whose answer gets lost is neither an error nor made twice, while what somebody else made stays theirs.

use landform_simulator::Fault;
use serde_json::json;

use crate::harness::{World, told};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}"#;

#[tokio::test]
async fn lost_answers() {
    let mut world = World::new().await;
    world.make("key", "aws_kms_key", json!({})).await;
    let bucket = format!("lost-{}", world.account.number());
    let table = json!({
        "name": "t", "billing_mode": "PAY_PER_REQUEST", "hash_key": "a", "attribute": [{ "name": "a", "type": "S" }],
    });
    let cases = [
        ("aws_iam_role", "iam.CreateRole", json!({ "name": "r", "assume_role_policy": TRUST })),
        ("aws_iam_policy", "iam.CreatePolicy", json!({ "name": "p", "path": "/team/", "policy": POLICY })),
        ("aws_cloudwatch_log_group", "logs.CreateLogGroup", json!({ "name": "g", "retention_in_days": 7 })),
        ("aws_dynamodb_table", "dynamodb.CreateTable", table),
        ("aws_s3_bucket", "s3.CreateBucket", json!({ "bucket": bucket, "tags": { "A": "b" } })),
        ("aws_kms_alias", "kms.CreateAlias", json!({ "name": "alias/a", "target_key_id": "${key.id}" })),
    ];
    for (kind, operation, config) in cases {
        world.account.fault(&Fault::reset_after(operation).times(1));
        let object = world.make(kind, kind, config.clone()).await;
        assert_eq!(world.account.calls().of(operation), 2, "{kind} is asked for again");
        let (again, said) = world.try_make(kind, &config).await;
        assert!(said.has_errors() && again.value.is_null(), "{kind} of somebody else: {}", told(&said));
        assert!(world.read_one(&object).await.is_some(), "{kind} stays");
    }
    world.clear().await;
}
