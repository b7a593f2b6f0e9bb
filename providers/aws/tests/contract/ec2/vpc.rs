//! `aws_vpc`.

use serde_json::json;

use crate::harness::{Contract, World};

#[tokio::test]
async fn vpc() {
    Contract::new("aws_vpc", json!({ "cidr_block": "10.0.0.0/16", "tags": { "Name": "a" } }))
        .update(
            json!({ "cidr_block": "10.0.0.0/16", "enable_dns_hostnames": true, "tags": { "Name": "b", "Env": "dev" } }),
        )
        .update(json!({ "cidr_block": "10.0.0.0/16", "enable_dns_support": false, "enable_dns_hostnames": false }))
        .update(json!({ "cidr_block": "10.0.0.0/16", "enable_network_address_usage_metrics": true }))
        .update(json!({ "cidr_block": "10.0.0.0/16", "assign_generated_ipv6_cidr_block": true }))
        .unseen(&["enable_network_address_usage_metrics"])
        .replaced_by(json!({ "cidr_block": "10.1.0.0/16" }))
        .replaced_by(json!({ "cidr_block": "10.0.0.0/16", "instance_tenancy": "dedicated" }))
        .hold()
        .await;
}

#[tokio::test]
async fn default_tags_are_not_own_tags() {
    let mut world = World::new().await;
    let vpc =
        world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16", "tags": { "Owner": "me", "A": "b" } })).await;
    assert_eq!(vpc.get("tags_all").get_attribute("Owner").and_then(|it| it.as_str()), Some("me"));
    let other = world.make("w", "aws_vpc", json!({ "cidr_block": "10.1.0.0/16" })).await;
    assert!(other.get("tags").is_null());
    assert_eq!(other.get("tags_all").get_attribute("Owner").and_then(|it| it.as_str()), Some("tests"));
    let imported = world.import("aws_vpc", other.text("id")).await;
    assert!(imported.get("tags").is_null());
    world.clear().await;
}
