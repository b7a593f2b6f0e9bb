//! `aws_instance`.

use std::time::Duration;

use aws_sdk_ec2::types::{InstanceStateName, ShutdownBehavior};
use landform_simulator::Fault;
use landform_values::{Number, Value};
use serde_json::{Value as Json, json};

use crate::harness::{Contract, Object, World, told};
use crate::outside;

const KIND: &str = "aws_instance";
/// An image with Amazon Linux 2 that every account sees.
const LINUX: &str = "ami-04681a1dbd79675a5";
const WINDOWS: &str = "ami-03cf127a";

fn merged(mut config: Json, more: &Json) -> Json {
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn plain(more: Json) -> Json {
    merged(json!({ "ami": LINUX, "instance_type": "t3.micro", "subnet_id": "${s.id}" }), &more)
}

fn in_subnet(contract: Contract) -> Contract {
    contract.needs("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).needs(
        "s",
        "aws_subnet",
        json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" }),
    )
}

/// What is no question to a service, but says how Landform goes about it.
const WISHES: [&str; 3] = ["force_destroy", "user_data_replace_on_change", "get_password_data"];

async fn network(world: &mut World) {
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    world.make("s", "aws_subnet", json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" })).await;
}

async fn changed(world: &World, prior: &Object, config: Json) -> Object {
    let config = world.config(KIND, &config).await;
    let plan = world.plan(KIND, Some(prior), &config).await;
    assert!(plan.requires_replace.is_empty(), "{:?}", plan.requires_replace);
    world.apply(KIND, Some(prior), &config, plan).await
}

fn first<'a>(object: &'a Object, block: &str, name: &str) -> &'a Value {
    let blocks = object.get(block).as_sequence().expect("blocks");
    blocks.first().and_then(|it| it.get_attribute(name)).unwrap_or_else(|| panic!("{block} has {name}"))
}

fn number(value: &Value) -> Option<i64> {
    value.as_number().and_then(Number::to_i64)
}

#[tokio::test]
async fn instance() {
    let groups = |names: &[&str]| json!({ "vpc_security_group_ids": names });
    in_subnet(Contract::new(KIND, plain(json!({ "tags": { "Name": "a" } }))))
        .needs("g", "aws_security_group", json!({ "name": "g", "vpc_id": "${v.id}" }))
        .needs("h", "aws_security_group", json!({ "name": "h", "vpc_id": "${v.id}" }))
        .update(plain(json!({ "tags": { "Name": "b" } })))
        .update(plain(merged(json!({ "tags": { "Name": "b" } }), &groups(&["${g.id}", "${h.id}"]))))
        .update(plain(groups(&["${h.id}"])))
        .update(plain(merged(json!({ "instance_type": "t3.small" }), &groups(&["${h.id}"]))))
        .update(plain(merged(json!({ "monitoring": true, "source_dest_check": false }), &groups(&["${h.id}"]))))
        .update(plain(merged(json!({ "secondary_private_ips": ["10.0.1.44"] }), &groups(&["${h.id}"]))))
        .update(plain(json!({ "secondary_private_ips": ["10.0.1.45"], "user_data": "#!/bin/sh\n" })))
        .update(plain(json!({ "user_data": "#!/bin/sh\necho\n" })))
        .replaced_by(plain(json!({ "ami": WINDOWS })))
        .replaced_by(plain(json!({ "instance_type": "t4g.micro" })))
        .replaced_by(plain(json!({ "key_name": "k" })))
        .replaced_by(plain(json!({ "user_data": "#!/bin/bash\n", "user_data_replace_on_change": true })))
        // Whether one that has none has some now is not asked.
        .unseen(&["user_data"])
        .unknown_to_import(&WISHES)
        .hold()
        .await;
}

#[tokio::test]
async fn options() {
    let metadata = json!({ "http_tokens": "required", "http_put_response_hop_limit": 2 });
    in_subnet(Contract::new(KIND, plain(json!({ "cpu_options": [{ "core_count": 2, "threads_per_core": 1 }] }))))
        .update(plain(json!({ "metadata_options": [metadata] })))
        .update(plain(json!({ "metadata_options": [{ "http_endpoint": "disabled" }] })))
        .update(plain(json!({ "maintenance_options": [{ "auto_recovery": "disabled" }] })))
        .update(plain(json!({ "private_dns_name_options": [{ "enable_resource_name_dns_a_record": true }] })))
        .update(plain(json!({ "private_dns_name_options": [{ "hostname_type": "resource-name" }] })))
        .update(plain(json!({ "capacity_reservation_specification": [{ "capacity_reservation_preference": "none" }] })))
        .update(plain(json!({ "credit_specification": [{ "cpu_credits": "standard" }] })))
        .update(plain(json!({ "credit_specification": [{ "cpu_credits": "unlimited" }] })))
        .update(plain(json!({ "instance_initiated_shutdown_behavior": "terminate" })))
        .update(plain(json!({ "instance_initiated_shutdown_behavior": "stop" })))
        .update(plain(json!({ "disable_api_stop": true })))
        .update(plain(json!({ "disable_api_stop": false, "force_destroy": true, "disable_api_termination": true })))
        .replaced_by(plain(json!({ "cpu_options": [{ "core_count": 4, "threads_per_core": 1 }] })))
        .replaced_by(plain(json!({ "enclave_options": [{ "enabled": true }] })))
        .replaced_by(plain(json!({ "tenancy": "dedicated" })))
        // What is known to be as usual is not asked for.
        .unseen(&["instance_initiated_shutdown_behavior", "disable_api_stop", "disable_api_termination"])
        .unseen(&["credit_specification", "force_destroy"])
        .unknown_to_import(&WISHES)
        .hold()
        .await;
}

#[tokio::test]
async fn disks() {
    let root = |more: Json| json!({ "root_block_device": [merged(json!({ "volume_size": 10 }), &more)] });
    let volume = |more: Json| merged(json!({ "device_name": "/dev/sdb", "volume_size": 5 }), &more);
    let with = |volumes: Json| merged(plain(root(json!({}))), &json!({ "ebs_block_device": volumes }));
    in_subnet(Contract::new(KIND, plain(root(json!({})))))
        .update(plain(root(json!({ "volume_size": 20 }))))
        .update(plain(root(json!({ "volume_size": 20, "volume_type": "gp3", "iops": 4000, "throughput": 200 }))))
        .update(plain(root(json!({ "volume_size": 20, "delete_on_termination": false }))))
        .update(plain(root(json!({ "volume_size": 20, "tags": { "Disk": "root" } }))))
        .replaced_by(plain(root(json!({ "volume_size": 20, "encrypted": true }))))
        .unknown_to_import(&WISHES)
        .hold()
        .await;
    in_subnet(Contract::new(KIND, with(json!([volume(json!({}))]))))
        .update(with(json!([volume(json!({ "tags": { "Disk": "b" } }))])))
        .update(with(json!([volume(json!({ "tags": { "Disk": "c" } }))])))
        .replaced_by(with(json!([volume(json!({ "volume_size": 6 }))])))
        .replaced_by(with(json!([volume(json!({})), { "device_name": "/dev/sdc", "volume_size": 1 }])))
        .unknown_to_import(&WISHES)
        .hold()
        .await;
    in_subnet(Contract::new(KIND, plain(json!({ "volume_tags": { "Disk": "a" } }))))
        .update(plain(json!({ "volume_tags": { "Disk": "b" } })))
        .unknown_to_import(&WISHES)
        .unknown_to_import(&["volume_tags", "root_block_device"])
        .hold()
        .await;
}

#[tokio::test]
async fn made_of_a_launch_template() {
    let template = json!({
        "name": "web", "image_id": LINUX, "instance_type": "t3.micro", "user_data": "IyEvYmluL3NoCmVjaG8gaGVsbG8K",
    });
    let of =
        |more: Json| json!({ "subnet_id": "${s.id}", "launch_template": [merged(json!({ "id": "${t.id}" }), &more)] });
    in_subnet(Contract::new(KIND, of(json!({ "version": "$Latest" }))))
        .needs("t", "aws_launch_template", template)
        .replaced_by(of(json!({ "version": "2" })))
        .unknown_to_import(&WISHES)
        .unknown_to_import(&["launch_template"])
        .hold()
        .await;
}

#[tokio::test]
async fn a_new_version_of_its_launch_template_makes_another_instance() {
    let mut world = World::new().await;
    network(&mut world).await;
    let template = |kind: &str| json!({ "name": "web", "image_id": LINUX, "instance_type": kind });
    let made = world.make("t", "aws_launch_template", template("t3.micro")).await;
    let config = json!({ "subnet_id": "${s.id}", "launch_template": [{ "name": "web", "version": "$Latest" }] });
    let instance = world.make("i", KIND, config.clone()).await;
    assert_eq!(first(&instance, "launch_template", "id").as_str(), Some(made.text("id")));
    assert_eq!(first(&instance, "launch_template", "version").as_str(), Some("$Latest"));
    let kind = "aws_launch_template";
    let other = world.config(kind, &template("t3.small")).await;
    let plan = world.plan(kind, Some(&made), &other).await;
    world.apply(kind, Some(&made), &other, plan).await;
    let found = world.read_one(&instance).await.expect("it is there");
    let config = world.config(KIND, &config).await;
    let plan = world.plan(KIND, Some(&found), &config).await;
    assert!(!plan.requires_replace.is_empty());
    world.clear().await;
}

#[tokio::test]
async fn in_a_network_interface_that_is_there() {
    let mut world = World::new().await;
    network(&mut world).await;
    let client = outside::ec2(&world.account);
    let request = client.create_network_interface().subnet_id(world.object("s").text("id"));
    let interface = request.send().await.expect("an interface").network_interface.expect("an interface");
    let id = interface.network_interface_id.expect("an id");
    for block in [
        json!({ "network_interface": [{ "device_index": 0, "network_interface_id": id }] }),
        json!({ "primary_network_interface": [{ "network_interface_id": id }] }),
    ] {
        let config = merged(json!({ "ami": LINUX, "instance_type": "t3.micro" }), &block);
        let instance = world.make("i", KIND, config.clone()).await;
        assert_eq!(instance.text("primary_network_interface_id"), id);
        let found = world.read_one(&instance).await.expect("it is there");
        let config = world.config(KIND, &config).await;
        assert_eq!(world.plan(KIND, Some(&found), &config).await.planned, found.value);
        world.delete(&instance).await;
    }
    client.delete_network_interface().network_interface_id(id).send().await.expect("it is free again");
    world.clear().await;
    assert_eq!(world.account.objects(), []);
}

#[tokio::test]
async fn spot_instances() {
    let market = json!([{ "market_type": "spot", "spot_options": [{ "max_price": "0.0100" }] }]);
    let dearer = json!([{ "market_type": "spot", "spot_options": [{ "max_price": "0.02" }] }]);
    in_subnet(Contract::new(KIND, plain(json!({ "instance_market_options": market }))))
        .update(plain(json!({ "instance_market_options": market, "monitoring": true })))
        .replaced_by(plain(json!({ "instance_market_options": dearer })))
        .unknown_to_import(&WISHES)
        .hold()
        .await;
}

/// Whoever waits for it sees it run, and what belongs to it is gone when it is.
#[tokio::test]
async fn it_runs_when_it_is_made_and_leaves_nothing_behind() {
    let mut world = World::new().await;
    network(&mut world).await;
    let group = world.make("g", "aws_security_group", json!({ "name": "g", "vpc_id": "${v.id}" })).await;
    world.account.transitions_take(Duration::from_millis(700));
    let config = plain(json!({ "vpc_security_group_ids": ["${g.id}"], "associate_public_ip_address": true }));
    let instance = world.make("i", KIND, config.clone()).await;
    assert_eq!(instance.text("instance_state"), "running");
    assert_ne!(instance.text("public_ip"), "");
    let said = told(&world.try_delete(&group).await);
    assert!(said.contains(instance.text("id")), "{said}");
    world.clear().await;
    assert_eq!(world.account.objects(), []);
}

#[tokio::test]
async fn a_change_that_needs_it_to_stand_stops_it_once_and_starts_it_again() {
    let mut world = World::new().await;
    network(&mut world).await;
    let instance = world.make("i", KIND, plain(json!({ "user_data": "#!/bin/sh\n" }))).await;
    world.account.transitions_take(Duration::from_millis(300));
    let both = plain(json!({ "instance_type": "t3.small", "user_data": "#!/bin/bash\n" }));
    let other = changed(&world, &instance, both.clone()).await;
    assert_eq!((other.text("instance_type"), other.text("instance_state")), ("t3.small", "running"));
    assert_eq!(world.account.calls().of("ec2.StopInstances"), 1);
    assert_eq!(world.account.calls().of("ec2.StartInstances"), 1);

    // What fails in between does not leave it standing.
    world.account.fault(&Fault::deny("ec2.ModifyInstanceAttribute").times(1));
    let config =
        world.config(KIND, &plain(json!({ "instance_type": "t3.medium", "user_data": "#!/bin/bash\n" }))).await;
    let plan = world.plan(KIND, Some(&other), &config).await;
    let (object, said) = world.try_apply(KIND, Some(&other), &config, plan).await;
    assert!(said.has_errors(), "{}", told(&said));
    assert_eq!((object.text("instance_type"), object.text("instance_state")), ("t3.small", "running"));

    // What somebody has stopped stays so.
    let client = outside::ec2(&world.account);
    client.stop_instances().instance_ids(object.text("id")).send().await.expect("it is stopped");
    tokio::time::sleep(Duration::from_millis(400)).await;
    let stopped = world.read_one(&object).await.expect("it is there");
    let third =
        changed(&world, &stopped, plain(json!({ "instance_type": "t3.large", "user_data": "#!/bin/bash\n" }))).await;
    assert_eq!((third.text("instance_type"), third.text("instance_state")), ("t3.large", "stopped"));
    world.clear().await;
}

#[tokio::test]
async fn user_data_are_the_same_in_every_form() {
    let mut world = World::new().await;
    network(&mut world).await;
    let script = "#!/bin/sh\necho hello\n";
    let encoded = "IyEvYmluL3NoCmVjaG8gaGVsbG8K";
    let instance = world.make("i", KIND, plain(json!({ "user_data": script }))).await;
    assert_eq!(instance.text("user_data"), script);
    // As the public provider stored it before its version 6.
    let hash = plain(json!({ "user_data": "9db6f074fca0a903137b91c7c866b21d4e7205a7" }));
    let config = world.config(KIND, &hash).await;
    let plan = world.plan(KIND, Some(&instance), &config).await;
    assert_eq!(plan.planned.get_attribute("user_data").and_then(Value::as_str), Some(script));

    let in_base64 = plain(json!({ "user_data_base64": encoded }));
    let given = world.make("j", KIND, in_base64).await;
    assert_eq!(given.text("user_data_base64"), encoded);
    assert!(given.get("user_data").is_null());
    world.clear().await;
}

#[tokio::test]
async fn protection_is_lifted_only_on_demand() {
    let mut world = World::new().await;
    network(&mut world).await;
    let protected = world.make("i", KIND, plain(json!({ "disable_api_termination": true }))).await;
    let said = told(&world.try_delete(&protected).await);
    assert!(said.contains("disable_api_termination = false"), "{said}");
    let config = plain(json!({ "disable_api_termination": true, "force_destroy": true }));
    let forced = changed(&world, &protected, config).await;
    world.delete(&forced).await;
    world.clear().await;
    assert_eq!(world.account.objects(), []);
}

#[tokio::test]
async fn an_elastic_address_is_no_reason_to_replace() {
    let mut world = World::new().await;
    world.make("v", "aws_vpc", json!({ "cidr_block": "10.0.0.0/16" })).await;
    world.make("w", "aws_internet_gateway", json!({ "vpc_id": "${v.id}" })).await;
    world.make("s", "aws_subnet", json!({ "vpc_id": "${v.id}", "cidr_block": "10.0.1.0/24" })).await;
    let config = plain(json!({ "associate_public_ip_address": false }));
    let instance = world.make("i", KIND, config.clone()).await;
    world.make("e", "aws_eip", json!({ "instance": "${i.id}" })).await;
    let found = world.read_one(&instance).await.expect("it is there");
    assert_ne!(found.text("public_ip"), "");
    let config = world.config(KIND, &config).await;
    assert_eq!(world.plan(KIND, Some(&found), &config).await.requires_replace, []);
    world.clear().await;
}

#[tokio::test]
async fn the_password_of_windows() {
    let mut world = World::new().await;
    network(&mut world).await;
    let windows = plain(json!({ "ami": WINDOWS, "get_password_data": true }));
    let instance = world.make("i", KIND, windows).await;
    assert_ne!(instance.text("password_data"), "");
    let before = world.account.calls().of("ec2.GetPasswordData");
    world.read_one(&instance).await.expect("it is there");
    assert_eq!(world.account.calls().of("ec2.GetPasswordData"), before, "it does not change");
    world.clear().await;
}

/// Ten plain instances cost as many calls as one.
#[tokio::test]
async fn many_are_read_with_few_calls() {
    let mut world = World::new().await;
    network(&mut world).await;
    let mut objects = Vec::new();
    for name in ["a", "b", "c", "d"] {
        objects.push(world.make(name, KIND, plain(json!({ "tags": { "Name": name } }))).await);
    }
    let before = world.account.calls().total();
    assert!(world.read(&objects).await.iter().all(Option::is_some));
    let calls = world.account.calls();
    assert_eq!(calls.total() - before, 3, "instances, volumes and the VPC: {:?}", calls.iter().collect::<Vec<_>>());
    world.clear().await;
}

#[tokio::test]
async fn one_that_was_terminated_outside_is_gone() {
    let mut world = World::new().await;
    network(&mut world).await;
    let instance = world.make("i", KIND, plain(json!({}))).await;
    let client = outside::ec2(&world.account);
    client.terminate_instances().instance_ids(instance.text("id")).send().await.expect("it is terminated");
    assert!(world.read_one(&instance).await.is_none());
    world.clear().await;
}

#[tokio::test]
async fn changes_made_outside_are_seen() {
    let mut world = World::new().await;
    network(&mut world).await;
    let wanted = json!({ "instance_initiated_shutdown_behavior": "terminate", "user_data": "#!/bin/sh\n" });
    let instance = world.make("i", KIND, plain(wanted)).await;
    let client = outside::ec2(&world.account);
    let behavior = aws_sdk_ec2::types::AttributeValue::builder().value(ShutdownBehavior::Stop.as_str()).build();
    let request = client.modify_instance_attribute().instance_id(instance.text("id"));
    request.instance_initiated_shutdown_behavior(behavior).send().await.expect("it is changed");
    client.stop_instances().instance_ids(instance.text("id")).send().await.expect("it is stopped");
    let found = world.read_one(&instance).await.expect("it is there");
    assert_eq!(found.text("instance_initiated_shutdown_behavior"), "stop");
    assert_eq!(found.text("instance_state"), InstanceStateName::Stopped.as_str());
    world.clear().await;
}

#[tokio::test]
async fn a_lost_answer_makes_one_instance() {
    let mut world = World::new().await;
    network(&mut world).await;
    world.account.fault(&Fault::reset_after("ec2.RunInstances").times(1));
    world.make("i", KIND, plain(json!({}))).await;
    assert_eq!(world.account.calls().of("ec2.RunInstances"), 2);
    let instances = world.account.objects().into_iter().filter(|(kind, _)| kind == "ec2.instance");
    assert_eq!(instances.count(), 1);
    world.clear().await;
}

#[tokio::test]
async fn it_may_take_a_while_to_be_seen() {
    let mut world = World::new().await;
    network(&mut world).await;
    world.account.fault(&Fault::inconsistent("ec2.RunInstances", Duration::from_millis(700)).times(1));
    let config = json!({ "source_dest_check": false, "root_block_device": [{ "tags": { "Disk": "root" } }] });
    let instance = world.make("i", KIND, plain(config)).await;
    assert_eq!(instance.get("source_dest_check").as_bool(), Some(false));
    assert_eq!(number(first(&instance, "root_block_device", "volume_size")), Some(8));
    world.clear().await;
}

#[tokio::test]
async fn mistakes_are_told() {
    let world = World::new().await;
    let cases = [
        (json!({ "instance_type": "t3.micro" }), "ami"),
        (
            json!({ "ami": LINUX, "instance_type": "t3.micro", "user_data": "a", "user_data_base64": "YQ==" }),
            "user_data_base64",
        ),
        (
            json!({ "ami": LINUX, "instance_type": "t3.micro",
                "root_block_device": [{ "volume_type": "gp2", "iops": 200 }] }),
            "iops can not be given",
        ),
        (
            json!({ "ami": LINUX, "instance_type": "t3.micro", "ephemeral_block_device": [{ "device_name": "/dev/sdb" }] }),
            "virtual_name",
        ),
        (
            json!({ "ami": LINUX, "instance_type": "t3.micro", "volume_tags": { "A": "b" },
                "root_block_device": [{ "tags": { "A": "c" } }] }),
            "volume_tags",
        ),
    ];
    for (config, wanted) in cases {
        let said = told(&world.validate(KIND, &config).await);
        assert!(said.contains(wanted), "{config}: {said}");
    }
}
