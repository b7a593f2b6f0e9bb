//! Data sources: `aws_availability_zones`, `aws_vpc`, `aws_subnet`, `aws_subnets` and `aws_security_group`.

use landform_diagnostics::Diagnostics;
use serde_json::json;

use crate::harness::{Object, World};

fn texts(object: &Object, name: &str) -> Vec<String> {
    let items = object.get(name).as_sequence().expect("a list").iter();
    items.map(|it| it.as_str().expect("text").to_owned()).collect()
}

fn summary(said: Diagnostics) -> Vec<String> {
    said.iter().map(|it| it.summary.to_string()).collect()
}

#[tokio::test]
async fn availability_zones() {
    let world = World::new().await;
    let zones = world.data("aws_availability_zones", json!({ "state": "available" })).await;
    assert_eq!(texts(&zones, "names"), ["eu-west-1a", "eu-west-1b", "eu-west-1c"]);
    assert_eq!(zones.get("zone_ids").length(), Some(3));
    assert_eq!(zones.text("id"), "eu-west-1");
    let fewer = json!({ "exclude_names": ["eu-west-1b"], "filter": [{ "name": "opt-in-status", "values": ["opt-in-not-required"] }] });
    assert_eq!(texts(&world.data("aws_availability_zones", fewer).await, "names"), ["eu-west-1a", "eu-west-1c"]);
    let elsewhere = world.data("aws_availability_zones", json!({ "region": "us-east-1" })).await;
    assert!(texts(&elsewhere, "names").contains(&"us-east-1f".to_owned()));
}

#[tokio::test]
async fn vpc_and_subnets() {
    let mut world = World::new().await;
    let vpc = world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16", "tags": { "Name": "a" } })).await;
    world.make("w", "aws_vpc", json!({ "cidr_block": "10.1.0.0/16" })).await;
    let subnet = |cidr: &str, tier: &str| json!({ "vpc_id": "${v.id}", "cidr_block": cidr, "tags": { "Tier": tier } });
    let private = world.make("s", "aws_subnet", subnet("10.0.1.0/24", "private")).await;
    world.make("t", "aws_subnet", subnet("10.0.2.0/24", "public")).await;

    for config in
        [json!({ "id": "${v.id}" }), json!({ "tags": { "Name": "a" } }), json!({ "cidr_block": "10.0.0.0/16" })]
    {
        let found = world.data("aws_vpc", config.clone()).await;
        for name in ["id", "arn", "cidr_block", "main_route_table_id", "owner_id"] {
            assert_eq!(found.text(name), vpc.text(name), "{name} of the one with {config}");
        }
        assert_eq!(found.get("cidr_block_associations").length(), Some(1));
        assert_eq!(found.get("tags").length(), Some(2));
    }
    let default = world.data("aws_vpc", json!({ "default": true })).await;
    assert_eq!(default.text("cidr_block"), "172.31.0.0/16");

    let here = json!([{ "name": "vpc-id", "values": ["${v.id}"] }]);
    assert_eq!(world.data("aws_subnets", json!({ "filter": here })).await.get("ids").length(), Some(2));
    let found = world.data("aws_subnets", json!({ "filter": here, "tags": { "Tier": "private" } })).await;
    assert_eq!(texts(&found, "ids"), [private.text("id")]);
    world.clear().await;
}

#[tokio::test]
async fn none_and_several_vpcs_are_errors() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let missing = world.try_data("aws_vpc", json!({ "id": "vpc-00000000000000000" })).await.1;
    assert_eq!(summary(missing), ["No EC2 VPC matched"]);
    let none = world.try_data("aws_vpc", json!({ "tags": { "Name": "none" } })).await.1;
    assert_eq!(summary(none), ["No EC2 VPC matched"]);
    let several = world.try_data("aws_vpc", json!({})).await.1;
    assert_eq!(summary(several), ["Several EC2 VPCs matched"]);
    world.clear().await;
}

#[tokio::test]
async fn one_subnet() {
    let mut world = World::new().await;
    let vpc = json!({ "cidr_block": "10.0.0.0/16", "assign_generated_ipv6_cidr_block": true });
    world.make("v", "aws_vpc", vpc).await;
    let subnet = |cidr: &str, tier: &str| {
        json!({
            "vpc_id": "${v.id}", "cidr_block": cidr, "tags": { "Tier": tier }, "map_public_ip_on_launch": true,
            "enable_resource_name_dns_a_record_on_launch": true,
        })
    };
    let made = world.make("s", "aws_subnet", subnet("10.0.1.0/24", "private")).await;
    world.make("t", "aws_subnet", subnet("10.0.2.0/24", "public")).await;
    let here = json!([{ "name": "vpc-id", "values": ["${v.id}"] }]);
    for config in [
        json!({ "id": "${s.id}" }),
        json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" }),
        json!({ "filter": here, "tags": { "Tier": "private" } }),
    ] {
        let found = world.data("aws_subnet", config.clone()).await;
        let same = [
            "id",
            "arn",
            "availability_zone",
            "availability_zone_id",
            "cidr_block",
            "enable_resource_name_dns_a_record_on_launch",
            "map_public_ip_on_launch",
            "owner_id",
            "private_dns_hostname_type_on_launch",
            "vpc_id",
        ];
        for name in same {
            assert_eq!(found.get(name), made.get(name), "{name} of the one with {config}");
        }
        assert_eq!(found.text("state"), "available");
        assert_eq!(found.get("tags").length(), Some(2));
    }
    let missing = world.try_data("aws_subnet", json!({ "id": "subnet-00000000000000000" })).await.1;
    assert_eq!(summary(missing), ["No EC2 subnet matched"]);
    let several = world.try_data("aws_subnet", json!({ "vpc_id": "${v.id}" })).await.1;
    assert_eq!(summary(several), ["Several EC2 subnets matched"]);
    world.clear().await;
}

#[tokio::test]
async fn one_security_group() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let group = json!({ "vpc_id": "${v.id}", "name": "web", "description": "-", "tags": { "Tier": "web" } });
    let made = world.make("g", "aws_security_group", group).await;
    for config in [
        json!({ "id": "${g.id}" }),
        json!({ "vpc_id": "${v.id}", "name": "web" }),
        json!({ "tags": { "Tier": "web" } }),
        json!({ "filter": [{ "name": "description", "values": ["-"] }] }),
    ] {
        let found = world.data("aws_security_group", config.clone()).await;
        for name in ["id", "arn", "description", "name", "vpc_id"] {
            assert_eq!(found.text(name), made.text(name), "{name} of the one with {config}");
        }
        assert_eq!(found.get("tags").length(), Some(2));
    }
    let missing = world.try_data("aws_security_group", json!({ "id": "sg-00000000000000000" })).await.1;
    assert_eq!(summary(missing), ["No EC2 security group matched"]);
    let several = world.try_data("aws_security_group", json!({ "vpc_id": "${v.id}" })).await.1;
    assert_eq!(summary(several), ["Several EC2 security groups matched"]);
    world.clear().await;
}
