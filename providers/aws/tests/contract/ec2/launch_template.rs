//! `aws_launch_template`.

use landform_values::{Number, Value};
use serde_json::{Value as Json, json};

use crate::harness::{Contract, Object, World, told};
use crate::outside;

const KIND: &str = "aws_launch_template";

fn number(value: &Value) -> Option<i64> {
    value.as_number().and_then(Number::to_i64)
}

fn versions(object: &Object) -> (Option<i64>, Option<i64>) {
    (number(object.get("default_version")), number(object.get("latest_version")))
}

fn web(more: Json) -> Json {
    let mut config = json!({ "name": "web" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn launch_template() {
    Contract::new(KIND, web(json!({ "instance_type": "t3.micro", "tags": { "Name": "a" } })))
        .needs("o", KIND, json!({ "name": "other" }))
        .update(web(json!({ "instance_type": "t3.small", "tags": { "Name": "a" } })))
        .update(web(json!({ "instance_type": "t3.small", "tags": { "Name": "b" } })))
        .update(web(json!({ "instance_type": "t3.small", "description": "small", "user_data": "aGk=" })))
        .update(web(json!({ "instance_type": "t3.small", "image_id": "ami-1", "default_version": 2 })))
        .update(web(json!({ "image_id": "ami-1", "ebs_optimized": "true", "key_name": "k",
            "vpc_security_group_ids": ["sg-1", "sg-2"], "instance_initiated_shutdown_behavior": "terminate",
            "disable_api_termination": true, "disable_api_stop": true })))
        .update(web(json!({ "security_group_names": ["a"], "ebs_optimized": "false" })))
        .replaced_by(json!({ "name": "web2" }))
        .replaced_by(json!({ "name_prefix": "web-" }))
        .hold()
        .await;
}

#[tokio::test]
async fn every_block() {
    let devices = json!([
        { "device_name": "/dev/sdb", "ebs": [{ "volume_size": 20, "volume_type": "gp3", "encrypted": "true",
            "delete_on_termination": "false", "iops": 4000, "throughput": 200 }] },
        { "device_name": "/dev/sdc", "no_device": "true" },
        { "device_name": "/dev/sdd", "virtual_name": "ephemeral0" },
    ]);
    let interfaces = json!([
        { "associate_public_ip_address": "true", "device_index": 0, "security_groups": ["sg-1"], "subnet_id": "subnet-1",
            "ipv4_addresses": ["10.0.0.4", "10.0.0.5"], "private_ip_address": "10.0.0.4",
            "connection_tracking_specification": [{ "udp_timeout": 40 }] },
        { "device_index": 1, "ipv6_address_count": 2, "delete_on_termination": "true", "interface_type": "efa",
            "ena_srd_specification": [{ "ena_srd_enabled": true,
                "ena_srd_udp_specification": [{ "ena_srd_udp_enabled": true }] }] },
    ]);
    Contract::new(KIND, web(json!({ "block_device_mappings": devices })))
        .update(web(json!({ "network_interfaces": interfaces })))
        .update(web(json!({
            "capacity_reservation_specification": [{ "capacity_reservation_target": [{ "capacity_reservation_id": "cr-1" }] }],
            "cpu_options": [{ "core_count": 2, "threads_per_core": 1 }],
            "credit_specification": [{ "cpu_credits": "unlimited" }],
            "enclave_options": [{ "enabled": true }],
            "hibernation_options": [{ "configured": true }],
            "iam_instance_profile": [{ "name": "web" }],
        })))
        .update(web(json!({
            "instance_market_options": [{ "market_type": "spot", "spot_options": [{ "max_price": "0.1",
                "spot_instance_type": "persistent", "valid_until": "2036-01-31T12:00:00Z" }] }],
            "license_specification": [
                { "license_configuration_arn": "arn:aws:license-manager:eu-west-1:123456789012:license-configuration:lic-1" },
            ],
            "maintenance_options": [{ "auto_recovery": "disabled" }],
            "metadata_options": [{ "http_tokens": "required", "http_put_response_hop_limit": 2 }],
            "monitoring": [{ "enabled": true }],
        })))
        .update(web(json!({
            "metadata_options": [{ "http_tokens": "optional", "http_endpoint": "enabled" }],
            "network_performance_options": [{ "bandwidth_weighting": "vpc-1" }],
            "placement": [{ "availability_zone": "eu-west-1a", "tenancy": "dedicated", "partition_number": 2 }],
            "private_dns_name_options": [{ "hostname_type": "resource-name", "enable_resource_name_dns_a_record": true }],
            "secondary_interfaces": [{ "secondary_subnet_id": "ss-1", "private_ip_addresses": ["10.0.0.9"] }],
            "tag_specifications": [{ "resource_type": "instance", "tags": { "Name": "web" } }],
        })))
        .update(web(json!({
            "metadata_options": [{ "http_tokens": "optional", "http_endpoint": "enabled" }],
            "instance_requirements": [{
                "memory_mib": [{ "min": 1024 }], "vcpu_count": [{ "min": 0, "max": 4 }],
                "memory_gib_per_vcpu": [{ "min": 0.5, "max": 8.25 }], "accelerator_count": [{ "max": 0 }],
                "cpu_manufacturers": ["amd", "intel"], "burstable_performance": "included",
            }],
        })))
        .hold()
        .await;
}

#[tokio::test]
async fn generated_names() {
    Contract::new(KIND, json!({ "name_prefix": "web-", "tags": { "Name": "a" } })).hold().await;
    Contract::new(KIND, json!({ "instance_type": "t3.micro" })).hold().await;
}

/// What refers to a version is planned with the version that there will be.
#[tokio::test]
async fn the_next_version_is_known_before_it_is_made() {
    let mut world = World::new().await;
    let made = world.make("t", KIND, web(json!({ "instance_type": "t3.micro" }))).await;
    assert_eq!(versions(&made), (Some(1), Some(1)));

    let config = world.config(KIND, &web(json!({ "instance_type": "t3.small" }))).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    assert_eq!(number(plan.planned.get_attribute("latest_version").expect("a version")), Some(2));
    let second = world.apply(KIND, Some(&made), &config, plan).await;
    assert_eq!(versions(&second), (Some(1), Some(2)), "the default stays");

    let config = web(json!({ "instance_type": "t3.small", "update_default_version": true }));
    let config = world.config(KIND, &config).await;
    let plan = world.plan(KIND, Some(&second), &config).await;
    assert_eq!(number(plan.planned.get_attribute("default_version").expect("a version")), Some(2));
    let followed = world.apply(KIND, Some(&second), &config, plan).await;
    assert_eq!(versions(&followed), (Some(2), Some(2)), "no version is made for it");

    let config = json!({ "instance_type": "t3.small", "update_default_version": true, "tags": { "Name": "a" } });
    let config = world.config(KIND, &web(config)).await;
    let plan = world.plan(KIND, Some(&followed), &config).await;
    let tagged = world.apply(KIND, Some(&followed), &config, plan).await;
    assert_eq!(versions(&tagged), (Some(2), Some(2)), "tags are the template's own");

    let config = world.config(KIND, &web(json!({ "update_default_version": true, "description": "three" }))).await;
    let plan = world.plan(KIND, Some(&tagged), &config).await;
    assert_eq!(number(plan.planned.get_attribute("default_version").expect("a version")), Some(3));
    let third = world.apply(KIND, Some(&tagged), &config, plan).await;
    assert_eq!(versions(&third), (Some(3), Some(3)));
    world.clear().await;
}

#[tokio::test]
async fn a_version_made_outside_is_seen() {
    let mut world = World::new().await;
    let made = world.make("t", KIND, web(json!({ "instance_type": "t3.micro" }))).await;
    let data = aws_sdk_ec2::types::RequestLaunchTemplateData::builder().image_id("ami-2").build();
    let request = outside::ec2(&world.account).create_launch_template_version().launch_template_id(made.text("id"));
    request.launch_template_data(data).send().await.expect("a version");
    let found = world.read_one(&made).await.expect("it is there");
    assert_eq!((found.text("image_id"), versions(&found)), ("ami-2", (Some(1), Some(2))));
    world.clear().await;
}

#[tokio::test]
async fn many_are_read_with_one_call() {
    let mut world = World::new().await;
    let mut objects = Vec::new();
    for name in ["one", "two", "three"] {
        objects.push(world.make(name, KIND, json!({ "name": name })).await);
    }
    let before = world.account.calls().total();
    assert!(world.read(&objects).await.iter().all(Option::is_some));
    assert_eq!(world.account.calls().total() - before, 1, "versions never change");

    let client = outside::ec2(&world.account);
    client.delete_launch_template().launch_template_id(objects[1].text("id")).send().await.expect("it is deleted");
    let found: Vec<bool> = world.read(&objects).await.iter().map(Option::is_some).collect();
    assert_eq!(found, [true, false, true]);
    world.clear().await;
}

#[tokio::test]
async fn a_name_that_somebody_else_has_stays_theirs() {
    let mut world = World::new().await;
    world.make("t", KIND, web(json!({}))).await;
    let (object, said) = world.try_make(KIND, &web(json!({}))).await;
    assert!(object.value.is_null() && told(&said).contains("AlreadyExists"), "{}", told(&said));
    world.clear().await;
    assert_eq!(world.account.objects(), []);
}
