//! Where we are: `data.aws_region`, `data.aws_partition`, `data.aws_caller_identity`.

use serde_json::{Value as Json, json};

use crate::harness::{World, told};

async fn check(kind: &str, config: Json, expected: &[(&str, &str)]) {
    let world = World::new().await;
    let data = world.data(kind, config).await;
    for (name, value) in expected {
        assert_eq!(data.text(name), *value, "{kind}.{name}");
    }
    assert_eq!(world.account.calls().total(), 0, "it asks nobody");
}

#[tokio::test]
async fn region() {
    let ireland = [
        ("region", "eu-west-1"),
        ("name", "eu-west-1"),
        ("id", "eu-west-1"),
        ("description", "Europe (Ireland)"),
        ("endpoint", "ec2.eu-west-1.amazonaws.com"),
    ];
    check("aws_region", json!({}), &ireland).await;
    check("aws_region", json!({ "region": "us-west-2" }), &[("description", "US West (Oregon)")]).await;
    check("aws_region", json!({ "name": "eu-west-1" }), &ireland).await;
    check("aws_region", json!({ "endpoint": "ec2.eu-west-1.amazonaws.com" }), &ireland).await;
    let china = [("region", "cn-north-1"), ("endpoint", "ec2.cn-north-1.amazonaws.com.cn")];
    check("aws_region", json!({ "region": "cn-north-1" }), &china).await;
    let world = World::new().await;
    let told = told(&world.try_data("aws_region", json!({ "endpoint": "ec2.nowhere" })).await.1);
    assert!(told.contains("ec2.nowhere"), "{told}");
}

#[tokio::test]
async fn partition() {
    let expected =
        [("partition", "aws"), ("id", "aws"), ("dns_suffix", "amazonaws.com"), ("reverse_dns_prefix", "com.amazonaws")];
    check("aws_partition", json!({}), &expected).await;
}

#[tokio::test]
async fn caller_identity_is_asked_for_once() {
    let world = World::new().await;
    for _ in 0..3 {
        let data = world.data("aws_caller_identity", json!({})).await;
        assert_eq!(data.text("account_id"), world.account.number());
        assert_eq!(data.text("id"), world.account.number());
        assert!(data.text("arn").contains(world.account.number()) && !data.text("user_id").is_empty());
    }
    assert_eq!(world.account.calls().total(), 1);
}
