//! `aws_iam_instance_profile`.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::json;

use crate::harness::{Contract, World, told};

const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;

#[tokio::test]
async fn instance_profile() {
    let role = |name: &str| json!({ "name": name, "assume_role_policy": TRUST });
    Contract::new("aws_iam_instance_profile", json!({ "name": "web", "role": "${a.name}", "tags": { "Name": "a" } }))
        .needs("a", "aws_iam_role", role("a"))
        .needs("b", "aws_iam_role", role("b"))
        .update(json!({ "name": "web", "role": "${b.name}", "tags": { "Name": "b", "X": "y" } }))
        .update(json!({ "name": "web", "tags": { "Name": "b" } }))
        .update(json!({ "name": "web", "role": "${a.name}" }))
        .replaced_by(json!({ "name": "other", "role": "${a.name}" }))
        .replaced_by(json!({ "name": "web", "role": "${a.name}", "path": "/team/" }))
        .hold()
        .await;
}

#[tokio::test]
async fn names_are_generated() {
    let mut world = World::new().await;
    let profile = world.make("profile", "aws_iam_instance_profile", json!({ "name_prefix": "web-" })).await;
    assert!(profile.text("name").starts_with("web-") && profile.text("name").len() == 30, "{}", profile.text("name"));
    assert_eq!(profile.text("name_prefix"), "web-");
    world.clear().await;
}

#[tokio::test]
async fn a_profile_and_a_role_that_are_visible_late_come_together() {
    let mut world = World::new().await;
    world.account.fault(&Fault::inconsistent("iam.Create*", Duration::from_secs(1)));
    world.make("role", "aws_iam_role", json!({ "name": "a", "assume_role_policy": TRUST })).await;
    let profile = json!({ "name": "web", "role": "${role.name}" });
    let profile = world.make("profile", "aws_iam_instance_profile", profile).await;
    assert_eq!(profile.text("role"), "a");
    world.clear().await;
}

#[tokio::test]
async fn lost_answers_are_no_errors() {
    let mut world = World::new().await;
    world.make("role", "aws_iam_role", json!({ "name": "a", "assume_role_policy": TRUST })).await;
    let config = json!({ "name": "web", "role": "${role.name}" });
    for operation in ["iam.CreateInstanceProfile", "iam.AddRoleToInstanceProfile"] {
        world.account.fault(&Fault::reset_after(operation).times(1));
    }
    world.make("profile", "aws_iam_instance_profile", config.clone()).await;
    assert_eq!(world.account.calls().of("iam.AddRoleToInstanceProfile"), 2);
    let (_, said) = world.try_make("aws_iam_instance_profile", &config).await;
    assert!(told(&said).contains("EntityAlreadyExists"), "{said:#?}");
    world.clear().await;
}

#[tokio::test]
async fn invalid_profiles_are_refused_before_anything_happens() {
    let world = World::new().await;
    let cases = [
        (json!({ "name": "a b" }), "may only contain"),
        (json!({ "name": "a", "name_prefix": "b" }), "Only one of name, name_prefix"),
        (json!({ "name": "" }), "must"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_iam_instance_profile", &config).await);
        assert!(told.contains(expected), "{told}");
    }
}
