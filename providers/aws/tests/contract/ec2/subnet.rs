//! `aws_subnet`.

use serde_json::json;

use crate::harness::Contract;

#[tokio::test]
async fn subnet() {
    let with = |more: serde_json::Value| {
        let mut config = json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24", "availability_zone": "eu-west-1a" });
        config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        config
    };
    Contract::new("aws_subnet", with(json!({ "tags": { "Name": "a" }, "map_public_ip_on_launch": true })))
        .needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .update(with(json!({ "tags": { "Name": "b" } })))
        .update(with(json!({ "map_public_ip_on_launch": true })))
        .update(with(json!({ "enable_resource_name_dns_a_record_on_launch": true })))
        .replaced_by(with(json!({ "cidr_block": "10.0.2.0/24" })))
        .replaced_by(with(json!({ "availability_zone": "eu-west-1b" })))
        .hold()
        .await;
}

#[tokio::test]
async fn ipv6_subnet() {
    let with = |range: &str| json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24", "ipv6_cidr_block": range });
    Contract::new("aws_subnet", json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" }))
        .needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16", "assign_generated_ipv6_cidr_block": true }))
        .update(with("2400:6500::/64"))
        .hold()
        .await;
}
