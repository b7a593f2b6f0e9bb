//! A whole network: what a plan without changes costs, and that it comes up and goes down in bad weather.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::json;

use crate::harness::{Object, World};

/// A VPC as `modules/vpc` makes it, in three zones with a NAT gateway each, and three security groups with rules.
async fn build(world: &mut World) {
    world.make("vpc", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16", "enable_dns_hostnames": true })).await;
    world.make("default", "aws_default_security_group", json!({ "vpc_id": "${vpc.id}" })).await;
    world.make("gateway", "aws_internet_gateway", json!({ "vpc_id": "${vpc.id}" })).await;
    world.make("public", "aws_route_table", json!({ "vpc_id": "${vpc.id}" })).await;
    let internet = json!({ "route_table_id": "${public.id}", "destination_cidr_block": "0.0.0.0/0", "gateway_id": "${gateway.id}" });
    world.make("internet", "aws_route", internet).await;
    for (index, zone) in ["a", "b", "c"].into_iter().enumerate() {
        zone_of(world, index, zone).await;
    }
    groups(world).await;
}

async fn zone_of(world: &mut World, index: usize, zone: &str) {
    for (tier, offset) in [("public", 101), ("private", 1)] {
        let subnet = json!({ "vpc_id": "${vpc.id}", "availability_zone": format!("eu-west-1{zone}"),
            "cidr_block": format!("10.0.{}.0/24", offset + index), "tags": { "Tier": tier } });
        world.make(&format!("{tier}-{zone}"), "aws_subnet", subnet).await;
    }
    world.make(&format!("address-{zone}"), "aws_eip", json!({ "domain": "vpc" })).await;
    let nat =
        json!({ "allocation_id": format!("${{address-{zone}.id}}"), "subnet_id": format!("${{public-{zone}.id}}") });
    world.make(&format!("nat-{zone}"), "aws_nat_gateway", nat).await;
    world.make(&format!("table-{zone}"), "aws_route_table", json!({ "vpc_id": "${vpc.id}" })).await;
    let route = json!({ "route_table_id": format!("${{table-{zone}.id}}"), "destination_cidr_block": "0.0.0.0/0",
        "nat_gateway_id": format!("${{nat-{zone}.id}}") });
    world.make(&format!("route-{zone}"), "aws_route", route).await;
    for (tier, table) in [("public", "public".to_owned()), ("private", format!("table-{zone}"))] {
        let association =
            json!({ "subnet_id": format!("${{{tier}-{zone}.id}}"), "route_table_id": format!("${{{table}.id}}") });
        world.make(&format!("{tier}-association-{zone}"), "aws_route_table_association", association).await;
    }
}

async fn groups(world: &mut World) {
    for name in ["web", "application", "database"] {
        let group = json!({ "name_prefix": format!("{name}-"), "vpc_id": "${vpc.id}" });
        world.make(name, "aws_security_group", group).await;
    }
    let rule = |group: &str, more: serde_json::Value| {
        let mut rule = json!({ "security_group_id": format!("${{{group}.id}}"), "ip_protocol": "-1" });
        rule.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        rule
    };
    let (ingress, egress) = ("aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule");
    world.make("clients", ingress, rule("web", json!({ "cidr_ipv4": "0.0.0.0/0" }))).await;
    world
        .make("to-application", egress, rule("web", json!({ "referenced_security_group_id": "${application.id}" })))
        .await;
    world.make("from-web", ingress, rule("application", json!({ "referenced_security_group_id": "${web.id}" }))).await;
    let old = json!({ "security_group_id": "${database.id}", "type": "ingress", "protocol": "tcp", "from_port": 5432,
        "to_port": 5432, "cidr_blocks": ["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"] });
    world.make("postgresql", "aws_security_group_rule", old).await;
}

#[tokio::test]
async fn a_plan_without_changes_costs_one_call_a_type() {
    let mut world = World::new().await;
    build(&mut world).await;
    let objects: Vec<Object> = world.objects().cloned().collect();
    // What became of objects after others were made, such as the association of an address.
    let settled: Vec<Object> = world.read(&objects).await.into_iter().flatten().collect();
    assert_eq!(settled.len(), objects.len());
    world.account.reset_calls();
    let again: Vec<Object> = world.read(&settled).await.into_iter().flatten().collect();
    let calls = world.account.calls();
    for (a, b) in settled.iter().zip(&again) {
        assert_eq!(a.value, b.value, "{} reads the same", a.kind);
    }
    assert!(calls.total() <= 11, "{} objects cost too many calls:\n{calls}", objects.len());
    world.clear().await;
    assert_eq!(world.account.objects(), []);
}

#[tokio::test]
async fn a_network_comes_up_in_bad_weather() {
    let mut world = World::new().await;
    let late = Duration::from_millis(700);
    for operation in ["ec2.Create*", "ec2.Allocate*", "ec2.Authorize*"] {
        world.account.fault(&Fault::inconsistent(operation, late).rate(0.5));
    }
    world.account.fault(&Fault::throttle("ec2.*").rate(0.2));
    world.account.transitions_take(Duration::from_millis(300));
    build(&mut world).await;
    world.clear().await;
    assert_eq!(world.account.objects(), []);
}
