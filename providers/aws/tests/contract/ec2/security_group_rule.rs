//! `aws_security_group_rule`, `aws_vpc_security_group_ingress_rule` and `aws_vpc_security_group_egress_rule`.

use serde_json::{Value, json};

use crate::harness::{Contract, World};

fn extended(mut config: Value, more: Value) -> Value {
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn in_groups(contract: Contract) -> Contract {
    contract
        .needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
        .needs("g", "aws_security_group", json!({ "name": "web", "vpc_id": "${v.id}" }))
        .needs("o", "aws_security_group", json!({ "name": "other", "vpc_id": "${v.id}" }))
}

fn old(more: Value) -> Value {
    extended(
        json!({ "security_group_id": "${g.id}", "type": "ingress", "protocol": "tcp", "from_port": 80, "to_port": 81 }),
        more,
    )
}

#[tokio::test]
async fn rule_of_ranges() {
    let ranges = ["10.0.0.0/8", "11.0.0.0/8"];
    in_groups(Contract::new(
        "aws_security_group_rule",
        old(json!({ "cidr_blocks": ranges, "ipv6_cidr_blocks": ["::/0"] })),
    ))
    .update(old(json!({ "cidr_blocks": ranges, "ipv6_cidr_blocks": ["::/0"], "description": "web" })))
    .replaced_by(old(json!({ "cidr_blocks": ["10.0.0.0/8"], "description": "web" })))
    .replaced_by(old(json!({ "cidr_blocks": ranges, "to_port": 82 })))
    .import_by("${it.security_group_id}_ingress_tcp_80_81_10.0.0.0/8_11.0.0.0/8_::/0")
    .hold()
    .await;
}

#[tokio::test]
async fn rule_of_a_group() {
    let all = json!({ "protocol": "all", "from_port": 0, "to_port": 65535, "type": "egress", "source_security_group_id": "${o.id}" });
    in_groups(Contract::new("aws_security_group_rule", old(all)))
        .replaced_by(old(json!({ "self": true })))
        .import_by("${it.security_group_id}_egress_all_0_65535_${it.source_security_group_id}")
        .hold()
        .await;
    in_groups(Contract::new("aws_security_group_rule", old(json!({ "self": true, "protocol": "6" }))))
        .update(old(json!({ "self": true, "description": "itself" })))
        .import_by("${it.security_group_id}_ingress_tcp_80_81_self")
        .hold()
        .await;
}

#[tokio::test]
async fn single_rules_have_ec2s_id_too() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    world.make("g", "aws_security_group", json!({ "name": "web", "vpc_id": "${v.id}" })).await;
    let one = world.make("r", "aws_security_group_rule", old(json!({ "cidr_blocks": ["10.0.0.0/8"] }))).await;
    assert!(one.text("security_group_rule_id").starts_with("sgr-"));
    let two =
        world.make("s", "aws_security_group_rule", old(json!({ "cidr_blocks": ["11.0.0.0/8", "12.0.0.0/8"] }))).await;
    assert_eq!(two.text("security_group_rule_id"), "");
    assert!(two.text("id").starts_with("sgrule-"));
    world.clear().await;
}

#[tokio::test]
async fn a_rule_of_which_a_part_is_gone_is_made_again() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let group = world.make("g", "aws_security_group", json!({ "name": "web", "vpc_id": "${v.id}" })).await;
    let rule =
        world.make("r", "aws_security_group_rule", old(json!({ "cidr_blocks": ["10.0.0.0/8", "11.0.0.0/8"] }))).await;
    let part =
        world.import("aws_security_group_rule", &format!("{}_ingress_tcp_80_81_11.0.0.0/8", group.text("id"))).await;
    world.delete(&part).await;
    assert!(world.read_one(&rule).await.is_none());
    world.clear().await;
}

fn new(more: Value) -> Value {
    extended(json!({ "security_group_id": "${g.id}", "ip_protocol": "tcp", "from_port": 80, "to_port": 80 }), more)
}

#[tokio::test]
async fn ingress_rule() {
    in_groups(Contract::new(
        "aws_vpc_security_group_ingress_rule",
        new(json!({ "cidr_ipv4": "10.0.0.0/8", "tags": { "Name": "a" } })),
    ))
    .update(new(json!({ "cidr_ipv4": "10.0.0.0/8", "tags": { "Name": "b" } })))
    .update(new(json!({ "cidr_ipv4": "11.0.0.0/8", "description": "web", "to_port": 81 })))
    .replaced_by(new(json!({ "cidr_ipv6": "::/0" })))
    .replaced_by(new(json!({ "security_group_id": "${o.id}", "cidr_ipv4": "11.0.0.0/8" })))
    .hold()
    .await;
}

#[tokio::test]
async fn egress_rule() {
    let all = |more: Value| extended(json!({ "security_group_id": "${g.id}", "ip_protocol": "-1" }), more);
    in_groups(Contract::new(
        "aws_vpc_security_group_egress_rule",
        all(json!({ "referenced_security_group_id": "${o.id}" })),
    ))
    .update(all(json!({ "referenced_security_group_id": "${g.id}", "description": "itself" })))
    .replaced_by(all(json!({ "cidr_ipv4": "0.0.0.0/0" })))
    .hold()
    .await;
}

#[tokio::test]
async fn a_protocol_may_be_a_number() {
    in_groups(Contract::new(
        "aws_vpc_security_group_ingress_rule",
        new(json!({ "ip_protocol": "6", "cidr_ipv4": "10.0.0.0/8" })),
    ))
    .hold()
    .await;
}

#[tokio::test]
async fn ports_of_protocols_without_ports_are_kept() {
    in_groups(Contract::new("aws_security_group_rule", old(json!({ "protocol": "50", "self": true }))))
        .import_by("${it.security_group_id}_ingress_50_80_81_self")
        .hold()
        .await;
    let rule = |more: Value| new(extended(json!({ "ip_protocol": "-1", "cidr_ipv4": "10.0.0.0/8" }), more));
    in_groups(Contract::new("aws_vpc_security_group_ingress_rule", rule(json!({ "from_port": 0, "to_port": 0 }))))
        .unknown_to_import(&["from_port", "to_port"])
        .hold()
        .await;
}

#[tokio::test]
async fn an_empty_description_is_one() {
    in_groups(Contract::new(
        "aws_vpc_security_group_ingress_rule",
        new(json!({ "cidr_ipv4": "10.0.0.0/8", "description": "" })),
    ))
    .unknown_to_import(&["description"])
    .hold()
    .await;
}

#[tokio::test]
async fn rules_of_the_other_direction_are_not_found() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    world.make("g", "aws_security_group", json!({ "name": "web", "vpc_id": "${v.id}" })).await;
    let mut rule =
        world.make("r", "aws_vpc_security_group_ingress_rule", new(json!({ "cidr_ipv4": "10.0.0.0/8" }))).await;
    rule.kind = "aws_vpc_security_group_egress_rule".into();
    assert!(world.read_one(&rule).await.is_none());
    world.clear().await;
}
