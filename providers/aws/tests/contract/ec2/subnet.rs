//! `aws_subnet`.

use serde_json::json;

use crate::harness::{Contract, World, told};
use crate::outside;

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

#[tokio::test]
async fn what_is_in_the_way_of_a_delete_is_named() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let subnet = world.make("s", "aws_subnet", json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" })).await;
    let client = outside::ec2(&world.account);
    let request = client.create_network_interface().subnet_id(subnet.text("id")).description("of somebody");
    let interface = request.send().await.expect("an interface").network_interface.expect("an interface");
    let id = interface.network_interface_id.expect("an id");
    let said = world.try_delete(&subnet).await;
    let said = told(&said);
    assert!(said.contains(&format!("network interface {id} (of somebody)")), "{said}");
    client.delete_network_interface().network_interface_id(id).send().await.expect("the interface is deleted");
    world.clear().await;
}

#[tokio::test]
async fn what_lambda_leaves_behind_is_tidied_away() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let subnet = world.make("s", "aws_subnet", json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" })).await;
    let request = outside::ec2(&world.account).create_network_interface().subnet_id(subnet.text("id"));
    request.description("AWS Lambda VPC ENI-web").send().await.expect("an interface");
    world.delete(&subnet).await;
    world.clear().await;
    assert_eq!(world.account.objects(), []);
}
