//! `aws_eip`.

use serde_json::json;

use crate::harness::{Contract, World};
use crate::outside;

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

/// Two network interfaces of somebody else's, in the default VPC.
async fn interfaces(client: &aws_sdk_ec2::Client) -> [String; 2] {
    let subnets = client.describe_subnets().send().await.expect("subnets of the default VPC");
    let subnet = subnets.subnets()[0].subnet_id().expect("an id").to_owned();
    let make = || async {
        let created = client.create_network_interface().subnet_id(&subnet).send().await;
        let interface = created.expect("an interface").network_interface.expect("an interface");
        interface.network_interface_id.expect("an id")
    };
    [make().await, make().await]
}

#[tokio::test]
async fn an_address_goes_from_interface_to_interface() {
    let world = World::new().await;
    let [one, two] = interfaces(&outside::ec2(&world.account)).await;
    Contract::new("aws_eip", json!({ "domain": "vpc", "network_interface": one }))
        .update(json!({ "domain": "vpc", "network_interface": two }))
        .hold_in(world)
        .await;
}

#[tokio::test]
async fn an_address_that_was_released_outside_is_gone() {
    let mut world = World::new().await;
    let address = world.make("a", "aws_eip", json!({ "domain": "vpc" })).await;
    let release = outside::ec2(&world.account).release_address().allocation_id(address.text("id"));
    release.send().await.expect("a released address");
    assert!(world.read_one(&address).await.is_none());
    world.clear().await;
}
