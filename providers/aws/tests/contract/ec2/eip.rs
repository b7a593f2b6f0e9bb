//! `aws_eip`.

use serde_json::json;

use crate::harness::{Contract, World};

#[tokio::test]
async fn eip() {
    Contract::new("aws_eip", json!({ "domain": "vpc", "tags": { "Name": "a" } }))
        .update(json!({ "domain": "vpc", "tags": { "Name": "b" } }))
        .replaced_by(json!({ "domain": "standard" }))
        .replaced_by(json!({ "domain": "vpc", "public_ipv4_pool": "ipv4pool-ec2-012345" }))
        .hold()
        .await;
}

#[tokio::test]
async fn names_of_addresses() {
    let mut world = World::new().await;
    let address = world.make("a", "aws_eip", json!({ "domain": "vpc" })).await;
    let dashed = address.text("public_ip").replace('.', "-");
    assert_eq!(address.text("public_dns"), format!("ec2-{dashed}.eu-west-1.compute.amazonaws.com"));
    assert_eq!(address.text("private_dns"), "");
    assert!(address.text("arn").ends_with(&format!(":elastic-ip/{}", address.text("id"))));
    world.clear().await;
}
