//! `aws_nat_gateway`.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::{Value, json};

use crate::harness::{Contract, World};

fn public(name: &str) -> Value {
    json!({ "allocation_id": "${a.id}", "subnet_id": "${s.id}", "tags": { "Name": name } })
}

fn with_network(contract: Contract) -> Contract {
    contract
        .needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .needs("g", "aws_internet_gateway", json!({ "vpc_id": "${v.id}" }))
        .needs("s", "aws_subnet", json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" }))
        .needs("a", "aws_eip", json!({ "domain": "vpc" }))
}

#[tokio::test]
async fn public_gateway() {
    with_network(Contract::new("aws_nat_gateway", public("a")))
        .update(public("b"))
        .replaced_by(json!({ "connectivity_type": "private", "subnet_id": "${s.id}" }))
        .hold()
        .await;
}

#[tokio::test]
async fn private_gateway() {
    let private =
        |address: &str| json!({ "connectivity_type": "private", "subnet_id": "${s.id}", "private_ip": address });
    with_network(Contract::new("aws_nat_gateway", private("10.0.1.10"))).replaced_by(private("10.0.1.11")).hold().await;
}

#[tokio::test]
async fn a_gateway_takes_its_time() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    world.make("s", "aws_subnet", json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" })).await;
    world.make("g", "aws_internet_gateway", json!({ "vpc_id": "${v.id}" })).await;
    world.make("a", "aws_eip", json!({ "domain": "vpc" })).await;
    world.account.transitions_take(Duration::from_secs(1));
    world.account.fault(&Fault::inconsistent("ec2.CreateNatGateway", Duration::from_secs(1)));
    world.make("n", "aws_nat_gateway", public("a")).await;
    world.clear().await;
    assert_eq!(world.account.objects(), []);
}

#[tokio::test]
async fn arguments_of_the_other_kind_are_refused() {
    let world = World::new().await;
    let refused = |config: Value| {
        let world = &world;
        async move {
            let problems = world.validate("aws_nat_gateway", &config).await;
            assert!(problems.has_errors(), "{config} is refused");
        }
    };
    refused(json!({ "subnet_id": "subnet-1", "connectivity_type": "private", "allocation_id": "eipalloc-1" })).await;
    refused(json!({ "subnet_id": "subnet-1", "allocation_id": "eipalloc-1", "secondary_private_ip_address_count": 1 }))
        .await;
    refused(json!({ "allocation_id": "eipalloc-1" })).await;
    refused(json!({ "subnet_id": "subnet-1", "vpc_id": "vpc-1" })).await;
}

#[tokio::test]
async fn public_gateway_with_more_addresses() {
    let with =
        |more: &[&str]| json!({ "allocation_id": "${a.id}", "subnet_id": "${s.id}", "secondary_allocation_ids": more });
    let further = || json!({ "domain": "vpc" });
    with_network(Contract::new("aws_nat_gateway", with(&["${b.id}"])))
        .needs("b", "aws_eip", further())
        .needs("c", "aws_eip", further())
        .update(with(&["${b.id}", "${c.id}"]))
        .update(with(&["${c.id}"]))
        .update(with(&[]))
        .hold()
        .await;
}

#[tokio::test]
async fn private_gateway_with_more_addresses() {
    let with = |more: &[&str]| json!({ "connectivity_type": "private", "subnet_id": "${s.id}", "secondary_private_ip_addresses": more });
    with_network(Contract::new("aws_nat_gateway", with(&["10.0.1.20"])))
        .update(with(&["10.0.1.20", "10.0.1.21"]))
        .update(with(&["10.0.1.21"]))
        .hold()
        .await;
}
