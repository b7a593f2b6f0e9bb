//! `aws_security_group` and `aws_default_security_group`.

use landform_simulator::Fault;
use serde_json::{Value, json};

use crate::harness::{Contract, Object, World, told};

fn group(more: Value) -> Value {
    let mut config = json!({ "name": "web", "vpc_id": "${v.id}" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn tcp(port: u16, cidrs: &[&str], description: &str) -> Value {
    json!({ "protocol": "tcp", "from_port": port, "to_port": port, "cidr_blocks": cidrs, "description": description })
}

fn everything() -> Value {
    json!({ "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"] })
}

fn in_vpc(contract: Contract) -> Contract {
    contract.needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" }))
}

#[tokio::test]
async fn security_group() {
    let both = ["10.0.0.0/8", "11.0.0.0/8"];
    in_vpc(Contract::new("aws_security_group", group(json!({ "tags": { "Name": "a" } }))))
        .needs("o", "aws_security_group", json!({ "name": "other", "vpc_id": "${v.id}" }))
        .update(group(json!({ "tags": { "Name": "b" } })))
        .update(group(json!({ "ingress": [tcp(80, &both, "web")], "egress": [everything()] })))
        .update(group(
            json!({ "ingress": [tcp(80, &both[..1], "web"), tcp(443, &both, "tls")], "egress": [everything()] }),
        ))
        .update(group(json!({ "ingress": [tcp(80, &both[..1], "other"), tcp(443, &both, "tls")], "egress": [] })))
        .update(group(json!({ "ingress": [
            { "protocol": "icmp", "from_port": -1, "to_port": -1, "self": true },
            { "protocol": "UDP", "from_port": 53, "to_port": 53, "security_groups": ["${o.id}"] },
            { "protocol": "50", "from_port": 0, "to_port": 65535, "cidr_blocks": ["10.0.0.0/8"] },
            { "protocol": "6", "from_port": 1, "to_port": 2, "ipv6_cidr_blocks": ["::/0"] },
        ] })))
        .update(group(json!({ "ingress": [], "revoke_rules_on_delete": true })))
        .replaced_by(group(json!({ "description": "of the web" })))
        .replaced_by(group(json!({ "name": "web2" })))
        .replaced_by(json!({ "name_prefix": "web-", "vpc_id": "${v.id}" }))
        .unknown_to_import(&["revoke_rules_on_delete"])
        .hold()
        .await;
}

#[tokio::test]
async fn generated_names() {
    in_vpc(Contract::new("aws_security_group", json!({ "name_prefix": "web-", "vpc_id": "${v.id}" }))).hold().await;
    in_vpc(Contract::new("aws_security_group", json!({ "vpc_id": "${v.id}" }))).hold().await;
}

#[tokio::test]
async fn a_new_group_lets_nothing_out() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let group = world.make("g", "aws_security_group", group(json!({}))).await;
    assert_eq!(group.get("egress").as_sequence(), Some(&[][..]));
    world.clear().await;
}

#[tokio::test]
async fn rules_made_and_removed_outside_are_seen_and_repaired() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let kind = "aws_security_group";
    let wanted = group(json!({ "ingress": [tcp(80, &["10.0.0.0/8", "11.0.0.0/8"], "web")] }));
    let made = world.make("g", kind, wanted.clone()).await;
    let rule = |more: Value| {
        let mut rule = json!({ "security_group_id": "${g.id}", "type": "ingress", "protocol": "tcp" });
        rule.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        rule
    };
    // Somebody opens a port.
    world
        .make(
            "r",
            "aws_security_group_rule",
            rule(json!({ "from_port": 22, "to_port": 22, "cidr_blocks": ["0.0.0.0/0"] })),
        )
        .await;
    let found = world.read_one(&made).await.expect("the group is there");
    assert_eq!(found.get("ingress").length(), Some(2));
    let repaired = repair(&world, kind, &found, &wanted).await;
    assert_eq!(repaired.get("ingress"), made.get("ingress"));
    // Somebody closes half of what is open.
    let half = rule(json!({ "from_port": 80, "to_port": 80, "cidr_blocks": ["11.0.0.0/8"] }));
    let imported =
        world.import("aws_security_group_rule", &format!("{}_ingress_tcp_80_80_11.0.0.0/8", made.text("id"))).await;
    let config = world.config("aws_security_group_rule", &half).await;
    assert_eq!(imported.get("cidr_blocks"), config.get_attribute("cidr_blocks").expect("ranges"));
    world.delete(&imported).await;
    let found = world.read_one(&made).await.expect("the group is there");
    assert_ne!(found.get("ingress"), made.get("ingress"));
    let repaired = repair(&world, kind, &found, &wanted).await;
    assert_eq!(repaired.get("ingress"), made.get("ingress"));
    world.clear().await;
}

async fn repair(world: &World, kind: &str, found: &Object, wanted: &Value) -> Object {
    let config = world.config(kind, wanted).await;
    let plan = world.plan(kind, Some(found), &config).await;
    assert!(plan.planned != found.value, "the drift of {kind} is planned away");
    world.apply(kind, Some(found), &config, plan).await
}

#[tokio::test]
async fn permitted_traffic_is_not_cut_off_by_a_change() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let kind = "aws_security_group";
    let made = world.make("g", kind, group(json!({ "ingress": [tcp(80, &["10.0.0.0/8", "11.0.0.0/8"], "")] }))).await;
    // Revoking fails, so what comes before it is what has taken effect.
    world.account.fault(&Fault::deny("ec2.RevokeSecurityGroupIngress"));
    let config = world.config(kind, &group(json!({ "ingress": [tcp(80, &["10.0.0.0/8", "12.0.0.0/8"], "")] }))).await;
    let plan = world.plan(kind, Some(&made), &config).await;
    let (now, said) = world.try_apply(kind, Some(&made), &config, plan).await;
    assert!(said.has_errors());
    let rules = now.get("ingress").as_sequence().expect("a set");
    let open: usize = rules.iter().filter_map(|it| it.get_attribute("cidr_blocks")?.length()).sum();
    assert_eq!(open, 3, "the new range is open before the old one closes: {rules:#?}");
    world.account.clear_faults();
    world.clear().await;
}

#[tokio::test]
async fn groups_that_refer_to_each_other() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let with = |name: &str| json!({ "name": name, "vpc_id": "${v.id}", "revoke_rules_on_delete": true });
    let rule = |group: &str, source: &str| {
        json!({ "security_group_id": group, "type": "ingress", "protocol": "-1", "from_port": 0, "to_port": 0,
            "source_security_group_id": source })
    };
    let one = world.make("a", "aws_security_group", with("a")).await;
    world.make("b", "aws_security_group", with("b")).await;
    world.make("r", "aws_security_group_rule", rule("${a.id}", "${b.id}")).await;
    world.make("s", "aws_security_group_rule", rule("${b.id}", "${a.id}")).await;
    world.delete(&one).await;
    world.clear().await;
}

#[tokio::test]
async fn what_is_in_the_way_of_a_delete_is_named() {
    let mut world = World::new().await;
    let vpc = world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let group = world.make("g", "aws_security_group", group(json!({}))).await;
    let other = world.make("o", "aws_security_group", json!({ "name": "other", "vpc_id": "${v.id}" })).await;
    let rule =
        json!({ "security_group_id": "${o.id}", "ip_protocol": "-1", "referenced_security_group_id": "${g.id}" });
    world.make("r", "aws_vpc_security_group_ingress_rule", rule).await;
    world.account.reset_calls();
    let (of_group, of_vpc) = futures::join!(world.try_delete(&group), world.try_delete(&vpc));
    let calls = world.account.calls();
    assert!(
        calls.of("ec2.DeleteVpc") <= 10 && calls.of("ec2.DeleteSecurityGroup") <= 10,
        "the cause is named soon: {calls}"
    );
    let (of_group, of_vpc) = (told(&of_group), told(&of_vpc));
    assert!(of_group.contains(&format!("a rule of security group {}", other.text("id"))), "{of_group}");
    assert!(of_vpc.contains(&format!("security group {}", group.text("id"))), "{of_vpc}");
    world.clear().await;
}

#[tokio::test]
async fn rules_are_checked() {
    let world = World::new().await;
    let check = |rule: Value, problems: usize| {
        let world = &world;
        async move {
            let found = world.validate("aws_security_group", &json!({ "ingress": [rule] })).await;
            assert_eq!(found.len(), problems, "{rule}: {found:#?}");
        }
    };
    check(tcp(80, &["10.0.0.0/8"], ""), 0).await;
    check(tcp(80, &["10.0.0.1/8"], ""), 1).await;
    check(tcp(80, &["10.0.0.0/8"], "ümlaut"), 1).await;
    check(json!({ "cidr_blocks": ["10.0.0.0/8"] }), 3).await;
    check(json!({ "protocol": "all", "from_port": 1, "to_port": 2, "self": true }), 1).await;
}

#[tokio::test]
async fn default_security_group() {
    in_vpc(Contract::new("aws_default_security_group", json!({ "vpc_id": "${v.id}", "tags": { "Name": "a" } })))
        .update(json!({ "vpc_id": "${v.id}", "tags": { "Name": "b" } }))
        .update(json!({ "vpc_id": "${v.id}", "ingress": [tcp(80, &["10.0.0.0/8"], "web")], "egress": [everything()] }))
        .update(json!({ "vpc_id": "${v.id}", "ingress": [], "egress": [] }))
        .replaced_by(json!({ "vpc_id": "vpc-1" }))
        .stays_after_delete()
        .made_again_when_lost()
        .hold()
        .await;
}

#[tokio::test]
async fn a_default_group_that_is_taken_over_has_no_rules() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    let group = world.make("g", "aws_default_security_group", json!({ "vpc_id": "${v.id}" })).await;
    for name in ["ingress", "egress"] {
        assert_eq!(group.get(name).as_sequence(), Some(&[][..]), "{name}");
    }
    assert_eq!(group.text("name"), "default");
    world.clear().await;
}
