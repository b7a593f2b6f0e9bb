//! `aws_route_table`, `aws_route` and `aws_route_table_association`.

use serde_json::{Value, json};

use crate::harness::{Contract, World};

fn in_vpc(contract: Contract) -> Contract {
    contract
        .needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16", "assign_generated_ipv6_cidr_block": true }))
        .needs("g", "aws_internet_gateway", json!({ "vpc_id": "${v.id}" }))
        .needs("s", "aws_subnet", json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" }))
}

fn with_nat(contract: Contract) -> Contract {
    in_vpc(contract).needs("a", "aws_eip", json!({ "domain": "vpc" })).needs(
        "n",
        "aws_nat_gateway",
        json!({ "allocation_id": "${a.id}", "subnet_id": "${s.id}" }),
    )
}

#[tokio::test]
async fn route_table() {
    with_nat(Contract::new("aws_route_table", json!({ "vpc_id": "${v.id}", "tags": { "Name": "a" } })))
        .update(json!({ "vpc_id": "${v.id}", "tags": { "Name": "b" } }))
        .update(json!({ "vpc_id": "${v.id}", "route": [
            { "cidr_block": "0.0.0.0/0", "gateway_id": "${g.id}" },
            { "ipv6_cidr_block": "::/0", "gateway_id": "${g.id}" },
        ] }))
        .update(json!({ "vpc_id": "${v.id}", "route": [
            { "cidr_block": "0.0.0.0/0", "nat_gateway_id": "${n.id}" },
            { "cidr_block": "192.168.0.0/16", "gateway_id": "${g.id}" },
        ] }))
        .update(json!({ "vpc_id": "${v.id}", "route": [] }))
        .replaced_by(json!({ "vpc_id": "vpc-1" }))
        .hold()
        .await;
}

#[tokio::test]
async fn route_table_with_routes_from_the_start() {
    let route = json!([{ "cidr_block": "0.0.0.0/0", "gateway_id": "${g.id}" }]);
    in_vpc(Contract::new("aws_route_table", json!({ "vpc_id": "${v.id}", "route": route }))).hold().await;
}

#[tokio::test]
async fn propagated_routes() {
    in_vpc(Contract::new("aws_route_table", json!({ "vpc_id": "${v.id}", "propagating_vgws": ["${p.id}"] })))
        .needs("p", "aws_vpn_gateway", json!({ "vpc_id": "${v.id}" }))
        .update(json!({ "vpc_id": "${v.id}", "propagating_vgws": [] }))
        .hold()
        .await;
}

#[tokio::test]
async fn routes_are_checked() {
    let world = World::new().await;
    let check = |route: Value, problems: usize| {
        let world = &world;
        async move {
            let found = world.validate("aws_route_table", &json!({ "vpc_id": "vpc-1", "route": [route] })).await;
            assert_eq!(found.len(), problems, "{route}: {found:#?}");
        }
    };
    check(json!({ "cidr_block": "0.0.0.0/0", "gateway_id": "igw-1" }), 0).await;
    check(json!({ "cidr_block": "0.0.0.0/0", "gateway_id": "igw-1", "nat_gateway_id": "" }), 0).await;
    check(json!({ "cidr_block": "0.0.0.0/0", "gateway_id": "igw-1", "nat_gateway_id": "nat-1" }), 1).await;
    check(json!({ "cidr_block": "10.0.0.1/8", "gateway_id": "igw-1" }), 1).await;
    check(json!({ "cidr_block": "", "gateway_id": "" }), 2).await;
}

fn route(target: &str, id: &str) -> Value {
    json!({ "route_table_id": "${t.id}", "destination_cidr_block": "0.0.0.0/0", target: id })
}

#[tokio::test]
async fn single_route() {
    with_nat(Contract::new("aws_route", route("gateway_id", "${g.id}")))
        .needs("t", "aws_route_table", json!({ "vpc_id": "${v.id}" }))
        .update(route("nat_gateway_id", "${n.id}"))
        .replaced_by(
            json!({ "route_table_id": "${t.id}", "destination_cidr_block": "1.0.0.0/8", "gateway_id": "${g.id}" }),
        )
        .import_by("${it.route_table_id}_${it.destination_cidr_block}")
        .hold()
        .await;
}

#[tokio::test]
async fn a_route_that_is_there_is_not_taken_over() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    world.make("g", "aws_internet_gateway", json!({ "vpc_id": "${v.id}" })).await;
    world.make("t", "aws_route_table", json!({ "vpc_id": "${v.id}" })).await;
    world.make("r", "aws_route", route("gateway_id", "${g.id}")).await;
    let (object, said) = world.try_make("aws_route", &route("gateway_id", "${g.id}")).await;
    assert!(object.value.is_null());
    assert_eq!(said.iter().next().map(|it| &*it.summary), Some("Route already exists"));
    world.clear().await;
}

#[tokio::test]
async fn association() {
    let with = |table: &str| json!({ "route_table_id": table, "subnet_id": "${s.id}" });
    in_vpc(Contract::new("aws_route_table_association", with("${t.id}")))
        .needs("t", "aws_route_table", json!({ "vpc_id": "${v.id}" }))
        .needs("u", "aws_route_table", json!({ "vpc_id": "${v.id}" }))
        .update(with("${u.id}"))
        .replaced_by(json!({ "route_table_id": "${t.id}", "subnet_id": "subnet-1" }))
        .import_by("${it.subnet_id}/${it.route_table_id}")
        .hold()
        .await;
}

#[tokio::test]
async fn a_subnet_that_was_moved_to_another_table_is_moved_back() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    world.make("s", "aws_subnet", json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" })).await;
    world.make("t", "aws_route_table", json!({ "vpc_id": "${v.id}" })).await;
    world.make("u", "aws_route_table", json!({ "vpc_id": "${v.id}" })).await;
    let kind = "aws_route_table_association";
    let wanted = json!({ "route_table_id": "${t.id}", "subnet_id": "${s.id}" });
    let association = world.make("a", kind, wanted.clone()).await;
    let moved = world.config(kind, &json!({ "route_table_id": "${u.id}", "subnet_id": "${s.id}" })).await;
    let plan = world.plan(kind, Some(&association), &moved).await;
    world.apply(kind, Some(&association), &moved, plan).await;

    let found = world.read_one(&association).await.expect("the association is found in the other table");
    assert_ne!(found.text("route_table_id"), association.text("route_table_id"));
    let config = world.config(kind, &wanted).await;
    let plan = world.plan(kind, Some(&found), &config).await;
    assert!(plan.requires_replace.is_empty());
    let repaired = world.apply(kind, Some(&found), &config, plan).await;
    assert_eq!(repaired.text("route_table_id"), association.text("route_table_id"));
    world.delete(&repaired).await;
    world.clear().await;
}
