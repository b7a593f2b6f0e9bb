//! `aws_internet_gateway`.

use landform_simulator::Fault;
use serde_json::json;

use crate::harness::{Contract, World};

#[tokio::test]
async fn internet_gateway() {
    Contract::new("aws_internet_gateway", json!({ "vpc_id": "${v.id}", "tags": { "Name": "a" } }))
        .needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .needs("w", "aws_vpc", json!({ "cidr_block": "10.1.0.0/16" }))
        .update(json!({ "vpc_id": "${v.id}", "tags": { "Name": "b" } }))
        .update(json!({ "vpc_id": "${w.id}" }))
        .update(json!({ "vpc_id": "${w.id}", "timeouts": { "delete": "1m" } }))
        .hold()
        .await;
}

#[tokio::test]
async fn detached_internet_gateway() {
    Contract::new("aws_internet_gateway", json!({}))
        .needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .update(json!({ "vpc_id": "${v.id}" }))
        .hold()
        .await;
}

#[tokio::test]
async fn a_gateway_that_can_not_be_attached_is_kept() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    world.account.fault(&Fault::deny("ec2.AttachInternetGateway"));
    let (gateway, said) = world.try_make("aws_internet_gateway", &json!({ "vpc_id": "${v.id}" })).await;
    assert!(said.has_errors());
    assert!(gateway.text("id").starts_with("igw-"), "what was made has its id");
    world.account.clear_faults();
    world.delete(&gateway).await;
    world.clear().await;
}
