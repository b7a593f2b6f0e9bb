//! `aws_eks_cluster`.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use super::{cluster, in_surroundings, world};
use crate::harness::{Contract, World, told};

const KIND: &str = "aws_eks_cluster";

#[tokio::test]
async fn cluster_step_by_step() {
    let network = |more: Json| {
        let mut network = json!({ "subnet_ids": ["${a.id}", "${b.id}"] });
        network.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!([network])
    };
    let open = json!({ "endpoint_private_access": true, "public_access_cidrs": ["192.0.2.0/24", "198.51.100.7/32"] });
    let closed = json!({ "endpoint_private_access": true, "endpoint_public_access": false });
    let contract = Contract::new(KIND, cluster(json!({ "tags": { "Name": "a" } })));
    in_surroundings(contract)
        .needs("group", "aws_security_group", json!({ "name": "extra", "vpc_id": "${vpc.id}" }))
        .needs("key", "aws_kms_key", json!({}))
        .update(cluster(json!({ "version": "1.33" })))
        .update(cluster(json!({ "version": "1.33", "tags": { "Name": "b", "X": "y" } })))
        .update(cluster(json!({ "version": "1.33", "enabled_cluster_log_types": ["api", "audit"] })))
        .update(cluster(json!({ "version": "1.33", "enabled_cluster_log_types": ["scheduler"] })))
        .update(cluster(json!({ "version": "1.33", "vpc_config": network(open) })))
        .update(cluster(json!({ "version": "1.33", "vpc_config": network(closed) })))
        .update(cluster(json!({
            "version": "1.33",
            "vpc_config": [{ "subnet_ids": ["${b.id}", "${c.id}"], "security_group_ids": ["${group.id}"] }],
        })))
        .update(cluster(json!({ "version": "1.33", "upgrade_policy": [{ "support_type": "STANDARD" }] })))
        .update(cluster(json!({ "version": "1.33", "zonal_shift_config": [{ "enabled": true }] })))
        .update(cluster(json!({ "version": "1.33", "control_plane_scaling_config": [{ "tier": "tier-xl" }] })))
        .update(cluster(json!({ "version": "1.33", "deletion_protection": true })))
        .update(cluster(json!({
            "version": "1.33", "deletion_protection": false,
            "remote_network_config": [{
                "remote_node_networks": [{ "cidrs": ["10.80.0.0/16"] }], "remote_pod_networks": [{ "cidrs": ["10.85.0.0/16"] }],
            }],
        })))
        .update(cluster(json!({
            "version": "1.33",
            "encryption_config": [{ "resources": ["secrets"], "provider": [{ "key_arn": "${key.arn}" }] }],
        })))
        .replaced_by(cluster(json!({ "version": "1.33" })))
        .replaced_by(cluster(json!({ "name": "other" })))
        .replaced_by(cluster(json!({ "role_arn": "arn:aws:iam::123456789012:role/other" })))
        .replaced_by(cluster(json!({ "bootstrap_self_managed_addons": false })))
        .unknown_to_import(&["access_config", "bootstrap_self_managed_addons", "force_update_version"])
        .hold()
        .await;
}

#[tokio::test]
async fn access_and_auto_mode() {
    let with = |mode: &str, on: bool, pools: &[&str]| {
        cluster(json!({
            "version": "1.33",
            "access_config": [{ "authentication_mode": mode, "bootstrap_cluster_creator_admin_permissions": true }],
            "bootstrap_self_managed_addons": false,
            "compute_config": [{ "enabled": on, "node_pools": pools }],
            "kubernetes_network_config": [{ "service_ipv4_cidr": "172.30.0.0/16", "elastic_load_balancing": [{ "enabled": on }] }],
            "storage_config": [{ "block_storage": [{ "enabled": on }] }],
            "zonal_shift_config": [{ "enabled": false }],
        }))
    };
    let mut other_range = with("API", false, &[]);
    other_range["kubernetes_network_config"][0]["service_ipv4_cidr"] = json!("172.31.0.0/16");
    let mut no_administrator = with("API", false, &[]);
    no_administrator["access_config"][0]["bootstrap_cluster_creator_admin_permissions"] = json!(false);
    let contract = Contract::new(KIND, with("API_AND_CONFIG_MAP", true, &["general-purpose"]));
    in_surroundings(contract)
        .update(with("API_AND_CONFIG_MAP", true, &["general-purpose", "system"]))
        .update(with("API", false, &[]))
        .replaced_by(other_range)
        .replaced_by(no_administrator)
        .unknown_to_import(&["access_config", "bootstrap_self_managed_addons", "zonal_shift_config"])
        .hold()
        .await;
}

#[tokio::test]
async fn several_changes_are_made_one_after_the_other() {
    let mut world = world().await;
    world.account.transitions_take(Duration::from_millis(400));
    let made = world.make("cluster", KIND, cluster(json!({}))).await;
    assert_eq!(made.text("status"), "ACTIVE");
    assert!(made.text("endpoint").starts_with("https://"));
    let wanted = cluster(json!({
        "version": "1.33", "enabled_cluster_log_types": ["api"], "upgrade_policy": [{ "support_type": "STANDARD" }],
        "vpc_config": [{ "subnet_ids": ["${a.id}", "${c.id}"], "endpoint_private_access": true }],
    }));
    let config = world.config(KIND, &wanted).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    let changed = world.apply(KIND, Some(&made), &config, plan).await;
    assert_eq!((changed.text("version"), changed.text("status")), ("1.33", "ACTIVE"));
    let calls = world.account.calls();
    assert_eq!((calls.of("eks.UpdateClusterVersion"), calls.of("eks.UpdateClusterConfig")), (1, 4));
    world.account.transitions_take(Duration::ZERO);
    world.clear().await;
}

#[tokio::test]
async fn a_wait_that_took_too_long_goes_on_in_the_next_run() {
    let mut world = world().await;
    world.account.transitions_take(Duration::from_secs(8));
    let (made, said) = world.try_make(KIND, &cluster(json!({ "timeouts": { "create": "1s" } }))).await;
    assert!(told(&said).contains("EKS cluster main to become active"), "{}", told(&said));
    assert_eq!(made.text("status"), "CREATING");
    let longer = json!({ "enabled_cluster_log_types": ["api"], "timeouts": { "create": "30s" } });
    let config = world.config(KIND, &cluster(longer)).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    assert!(plan.requires_replace.is_empty());
    world.account.transitions_take(Duration::ZERO);
    tokio::time::sleep(Duration::from_secs(8)).await;
    let (changed, said) = world.try_apply(KIND, Some(&made), &config, plan).await;
    assert!(!said.has_errors(), "{}", told(&said));
    assert_eq!(changed.text("status"), "ACTIVE");
    assert!(changed.text("endpoint").starts_with("https://"));
    world.delete(&changed).await;
    world.clear().await;
}

#[tokio::test]
async fn a_change_that_is_on_its_way_already_is_not_begun_again() {
    let mut world = world().await;
    let made = world.make("cluster", KIND, cluster(json!({}))).await;
    world.account.transitions_take(Duration::from_secs(8));
    let change = |timeout: &str| cluster(json!({ "version": "1.33", "timeouts": { "update": timeout } }));
    let config = world.config(KIND, &change("1s")).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    let (late, said) = world.try_apply(KIND, Some(&made), &config, plan).await;
    assert!(told(&said).contains("of EKS cluster main; it is still InProgress"), "{}", told(&said));
    assert_eq!((late.text("version"), late.text("status")), ("1.32", "UPDATING"));
    let config = world.config(KIND, &change("30s")).await;
    let plan = world.plan(KIND, Some(&late), &config).await;
    let (changed, said) = world.try_apply(KIND, Some(&late), &config, plan).await;
    assert!(!said.has_errors(), "{}", told(&said));
    assert_eq!(changed.text("version"), "1.33");
    assert_eq!(world.account.calls().of("eks.UpdateClusterVersion"), 1);
    world.account.transitions_take(Duration::ZERO);
    world.clear().await;
}

#[tokio::test]
async fn a_protected_cluster_says_how_to_delete_it() {
    let mut world = world().await;
    let made = world.make("cluster", KIND, cluster(json!({ "deletion_protection": true }))).await;
    let told = told(&world.try_delete(&made).await);
    assert!(told.contains("deletion_protection = false"), "{told}");
    let config = world.config(KIND, &cluster(json!({ "deletion_protection": false }))).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    world.apply(KIND, Some(&made), &config, plan).await;
    world.clear().await;
}

#[tokio::test]
async fn lost_answers() {
    let mut world = world().await;
    world.account.fault(&Fault::reset_after("eks.CreateCluster").times(1));
    let made = world.make("cluster", KIND, cluster(json!({}))).await;
    assert_eq!(world.account.calls().of("eks.CreateCluster"), 2);
    let (again, said) = world.try_make(KIND, &cluster(json!({}))).await;
    assert!(said.has_errors() && again.value.is_null(), "{}", told(&said));
    world.account.fault(&Fault::reset_after("eks.UpdateClusterConfig").times(1));
    let config = world.config(KIND, &cluster(json!({ "enabled_cluster_log_types": ["api"] }))).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    world.apply(KIND, Some(&made), &config, plan).await;
    world.clear().await;
}

#[tokio::test]
async fn mistakes_are_named() {
    let world = World::new().await;
    let part = |name: &str, block: Json| {
        let mut config = json!({
            "name": "main", "role_arn": "arn:aws:iam::123456789012:role/r", "vpc_config": [{ "subnet_ids": ["subnet-1"] }],
        });
        config[name] = block;
        config
    };
    let cases = [
        ("must begin with a letter or digit", part("name", json!("-main"))),
        ("must not be empty", part("vpc_config", json!([{ "subnet_ids": [] }]))),
        ("is not an ARN", part("role_arn", json!("r"))),
        ("must be one of", part("enabled_cluster_log_types", json!(["all"]))),
        ("172.16.0.0/12", part("kubernetes_network_config", json!([{ "service_ipv4_cidr": "8.8.0.0/16" }]))),
        ("must be one of", part("access_config", json!([{ "authentication_mode": "NONE" }]))),
    ];
    for (expected, config) in cases {
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.contains(expected), "{told} says {expected}");
    }
    let half = part("compute_config", json!([{ "enabled": true, "node_pools": ["system"] }]));
    let config = world.config(KIND, &half).await;
    let plan = world.try_plan(KIND, None, &config).await;
    assert!(told(&plan.diagnostics).contains("must all be true, or none of them"), "{}", told(&plan.diagnostics));
}
