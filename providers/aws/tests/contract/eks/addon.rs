//! `aws_eks_addon`.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use super::with_cluster;
use crate::harness::{Contract, told};

fn with(more: Json) -> Json {
    let mut config = json!({ "cluster_name": "main", "addon_name": "vpc-cni" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn values(env: &str) -> String {
    json!({ "env": { "A": env } }).to_string()
}

#[tokio::test]
async fn addon() {
    let identity = |account: &str, role: &str| json!({ "service_account": account, "role_arn": role });
    let both = [identity("x", "${a.arn}"), identity("y", "${b.arn}")];
    Contract::new("aws_eks_addon", with(json!({ "tags": { "Name": "a" } })))
        .update(with(json!({ "addon_version": "v1.20.4-eksbuild.1", "tags": { "Name": "b", "X": "y" } })))
        .update(with(json!({ "configuration_values": values("1"), "service_account_role_arn": "${a.arn}" })))
        .update(with(json!({ "configuration_values": values("2"), "service_account_role_arn": "${b.arn}" })))
        .update(with(json!({ "pod_identity_association": both })))
        .update(with(json!({ "pod_identity_association": [identity("y", "${a.arn}")] })))
        .update(with(json!({ "configuration_values": "", "resolve_conflicts_on_update": "PRESERVE" })))
        .replaced_by(with(json!({ "addon_name": "coredns" })))
        .replaced_by(with(json!({ "cluster_name": "other" })))
        .replaced_by(with(json!({ "namespace_config": [{ "namespace": "network" }] })))
        .unknown_to_import(&["resolve_conflicts_on_update", "modified_at"])
        .hold_in(with_cluster::world().await)
        .await;
}

#[tokio::test]
async fn addon_with_all_from_the_start() {
    let all = json!({
        "addon_version": "v1.19.6-eksbuild.7", "configuration_values": "resources:\n  limits: {}\n",
        "namespace_config": [{ "namespace": "network" }], "resolve_conflicts_on_create": "OVERWRITE",
        "service_account_role_arn": "${a.arn}", "preserve": true,
        "pod_identity_association": [{ "service_account": "x", "role_arn": "${b.arn}" }],
    });
    Contract::new("aws_eks_addon", with(all))
        .unknown_to_import(&["preserve", "resolve_conflicts_on_create", "modified_at"])
        .hold_in(with_cluster::world().await)
        .await;
}

#[tokio::test]
async fn the_same_configuration_in_other_words_is_no_change() {
    let mut world = with_cluster::world().await;
    let config = json!({ "configuration_values": r#"{"env":{"A":"1"},"resources":{}}"# });
    let addon = world.make("addon", "aws_eks_addon", with(config)).await;
    for (values, same) in [(r#"{ "resources": {}, "env": {"A": "1"} }"#, true), (r#"{"env":{"A":"2"}}"#, false)] {
        let config = world.config("aws_eks_addon", &with(json!({ "configuration_values": values }))).await;
        let plan = world.plan("aws_eks_addon", Some(&addon), &config).await;
        assert_eq!(plan.planned == addon.value, same, "{values}");
    }
    world.clear().await;
}

#[tokio::test]
async fn what_takes_a_while_is_waited_for() {
    let mut world = with_cluster::world().await;
    world.account.transitions_take(Duration::from_secs(1));
    let addon = world.make("addon", "aws_eks_addon", with(json!({}))).await;
    let newer = with(json!({ "addon_version": "v1.20.4-eksbuild.1" }));
    let config = world.config("aws_eks_addon", &newer).await;
    let plan = world.plan("aws_eks_addon", Some(&addon), &config).await;
    let addon = world.apply("aws_eks_addon", Some(&addon), &config, plan).await;
    assert_eq!(addon.text("addon_version"), "v1.20.4-eksbuild.1");
    world.clear().await;
    assert!(world.read_one(&addon).await.is_none());
}

#[tokio::test]
async fn a_wait_that_outlives_its_timeout_goes_on_in_the_next_run() {
    let mut world = with_cluster::world().await;
    world.account.transitions_take(Duration::from_secs(3));
    let hurried = with(json!({ "timeouts": { "create": "1s", "update": "1s" } }));
    let (addon, said) = world.try_make("aws_eks_addon", &hurried).await;
    assert!(told(&said).contains("still CREATING"), "{said:#?}");
    let patient = with(json!({ "addon_version": "v1.20.4-eksbuild.1" }));
    let config = world.config("aws_eks_addon", &patient).await;
    let plan = world.plan("aws_eks_addon", Some(&addon), &config).await;
    assert!(plan.requires_replace.is_empty(), "it is not made anew");
    let addon = world.apply("aws_eks_addon", Some(&addon), &config, plan).await;
    assert_eq!(addon.text("addon_version"), "v1.20.4-eksbuild.1");
    world.delete(&addon).await;
    world.clear().await;
}

#[tokio::test]
async fn software_stays_if_told_to_and_is_in_the_way_of_another_configuration() {
    let mut world = with_cluster::world().await;
    let config = with(json!({ "configuration_values": values("1"), "preserve": true }));
    let addon = world.make("kept", "aws_eks_addon", config).await;
    world.delete(&addon).await;
    let (failed, said) = world.try_make("aws_eks_addon", &with(json!({}))).await;
    let said = told(&said);
    assert!(said.contains("ConfigurationConflict") && said.contains("resolve_conflicts_on_create"), "{said}");
    assert_eq!(failed.text("id"), "main:vpc-cni");
    world.delete(&failed).await;
    world.make("addon", "aws_eks_addon", with(json!({ "configuration_values": values("1") }))).await;
    world.clear().await;
}

#[tokio::test]
async fn one_call_reads_an_addon() {
    let mut world = with_cluster::world().await;
    let addon = world.make("addon", "aws_eks_addon", with(json!({}))).await;
    world.account.reset_calls();
    world.read_one(&addon).await.expect("the add-on is there");
    assert_eq!(world.account.calls().to_string(), "     1  eks.DescribeAddon\n     1  in total");
    world.clear().await;
}

#[tokio::test]
async fn a_lost_answer_is_no_error() {
    let mut world = with_cluster::world().await;
    world.account.fault(&Fault::reset_after("eks.CreateAddon").times(1));
    world.make("addon", "aws_eks_addon", with(json!({}))).await;
    assert_eq!(world.account.calls().of("eks.CreateAddon"), 2);
    let (again, said) = world.try_make("aws_eks_addon", &with(json!({}))).await;
    assert!(again.value.is_null() && told(&said).contains("Addon already exists"), "{said:#?}");
    world.clear().await;
}

#[tokio::test]
async fn what_aws_refuses_is_told() {
    let world = with_cluster::world().await;
    let cases = [
        (json!({ "configuration_values": r#"{"nonsense":1}"# }), "ConfigurationValue provided"),
        (json!({ "addon_version": "v0.0.1-eksbuild.1" }), "Addon version specified is not supported"),
        (json!({ "cluster_name": "none" }), "No cluster found for name: none"),
    ];
    for (config, expected) in cases {
        let (made, said) = world.try_make("aws_eks_addon", &with(config)).await;
        assert!(made.value.is_null() && told(&said).contains(expected), "{said:#?}");
    }
}

#[tokio::test]
async fn invalid_addons_are_refused_before_anything_happens() {
    let world = with_cluster::world().await;
    let cases = [
        (json!({ "addon_version": "latest" }), "is not a semantic version"),
        (json!({ "cluster_name": "-x" }), "must begin with a letter or digit"),
        (json!({ "addon_name": "" }), "must have 1 to"),
        (json!({ "resolve_conflicts_on_create": "PRESERVE" }), "must be one of \"NONE\", \"OVERWRITE\""),
        (json!({ "resolve_conflicts_on_update": "x" }), "must be one of"),
        (json!({ "namespace_config": [{ "namespace": "A" }] }), "lower case"),
        (json!({ "service_account_role_arn": "x" }), "is not an ARN"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_eks_addon", &with(config)).await);
        assert!(told.contains(expected), "{told}");
    }
}
