//! `aws_vpn_gateway`.

use serde_json::json;

use crate::harness::Contract;

#[tokio::test]
async fn vpn_gateway() {
    Contract::new("aws_vpn_gateway", json!({ "vpc_id": "${v.id}", "tags": { "Name": "a" } }))
        .needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .needs("w", "aws_vpc", json!({ "cidr_block": "10.1.0.0/16" }))
        .update(json!({ "vpc_id": "${v.id}", "tags": { "Name": "b" } }))
        .update(json!({ "vpc_id": "${w.id}" }))
        .replaced_by(json!({ "vpc_id": "${w.id}", "amazon_side_asn": "64513" }))
        .hold()
        .await;
}
