//! `aws_db_subnet_group`.

use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

fn subnet(number: u8, zone: &str) -> Json {
    json!({ "vpc_id": "${vpc.id}", "cidr_block": format!("10.0.{number}.0/24"), "availability_zone": zone })
}

fn group(more: Json) -> Json {
    let mut config = json!({ "name": "data", "subnet_ids": ["${a.id}", "${b.id}"] });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn contract(config: Json) -> Contract {
    Contract::new("aws_db_subnet_group", config)
        .needs("vpc", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .needs("a", "aws_subnet", subnet(1, "eu-west-1a"))
        .needs("b", "aws_subnet", subnet(2, "eu-west-1b"))
        .needs("c", "aws_subnet", subnet(3, "eu-west-1c"))
}

#[tokio::test]
async fn subnet_group() {
    contract(group(json!({ "tags": { "Name": "a" } })))
        .update(group(json!({ "tags": { "Name": "b", "X": "y" }, "description": "databases" })))
        .update(group(json!({ "subnet_ids": ["${a.id}", "${c.id}"] })))
        .replaced_by(group(json!({ "name": "other" })))
        .hold()
        .await;
}

#[tokio::test]
async fn generated_names() {
    contract(json!({ "name_prefix": "data-", "subnet_ids": ["${a.id}", "${b.id}"], "tags": { "Name": "a" } }))
        .replaced_by(json!({ "name_prefix": "other-", "subnet_ids": ["${a.id}", "${b.id}"] }))
        .hold()
        .await;
}

#[tokio::test]
async fn many_groups_are_listed_at_once() {
    let mut world = World::new().await;
    world.make("vpc", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    world.make("a", "aws_subnet", subnet(1, "eu-west-1a")).await;
    world.make("b", "aws_subnet", subnet(2, "eu-west-1b")).await;
    let mut groups = Vec::new();
    for name in ["one", "two", "three"] {
        groups.push(world.make(name, "aws_db_subnet_group", group(json!({ "name": name }))).await);
    }
    world.account.reset_calls();
    let read = world.read(&groups).await;
    assert!(read.iter().all(Option::is_some));
    let calls = world.account.calls();
    assert_eq!((calls.of("rds.DescribeDBSubnetGroups"), calls.of("rds.ListTagsForResource")), (1, 0), "{calls}");
    world.clear().await;
}

#[tokio::test]
async fn invalid_groups() {
    let world = World::new().await;
    let cases = [
        (json!({ "name": "Data", "subnet_ids": ["a"] }), "lower case"),
        (json!({ "name": "default", "subnet_ids": ["a"] }), "RDS keeps that name"),
        (json!({ "name": "a", "name_prefix": "b", "subnet_ids": ["a"] }), "name_prefix"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_db_subnet_group", &config).await);
        assert!(told.contains(expected), "{told}");
    }
}
