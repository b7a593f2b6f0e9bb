//! `aws_secretsmanager_secret`.

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

const KIND: &str = "aws_secretsmanager_secret";

fn with(more: Json) -> Json {
    let mut config = json!({ "name": "app/db", "recovery_window_in_days": 0 });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn policy(sid: &str) -> String {
    let root = json!({ "AWS": "arn:aws:iam::111122223333:root" });
    let action = "secretsmanager:GetSecretValue";
    let statement = json!({ "Sid": sid, "Effect": "Allow", "Action": action, "Principal": root, "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

#[tokio::test]
async fn secret() {
    Contract::new(KIND, with(json!({ "description": "a", "tags": { "Name": "a" } })))
        .needs("key", "aws_kms_key", json!({}))
        .update(with(json!({ "description": "b", "tags": { "Name": "b", "X": "y" } })))
        .update(with(json!({ "description": "b", "kms_key_id": "${key.arn}", "policy": policy("a") })))
        .update(with(json!({ "policy": policy("b") })))
        .update(with(json!({ "policy": "{}", "recovery_window_in_days": 7 })))
        .update(with(json!({ "force_overwrite_replica_secret": true })))
        .replaced_by(with(json!({ "name": "app/other" })))
        .unknown_to_import(&["recovery_window_in_days", "force_overwrite_replica_secret"])
        .hold()
        .await;
}

#[tokio::test]
async fn a_secret_in_more_regions() {
    let replica = |region: &str| json!({ "region": region });
    Contract::new(KIND, with(json!({ "replica": [replica("eu-west-2")] })))
        .update(with(json!({ "replica": [replica("eu-west-2"), replica("eu-central-1")] })))
        .update(with(json!({ "replica": [replica("eu-central-1")] })))
        .unknown_to_import(&["recovery_window_in_days"])
        .hold()
        .await;
}

#[tokio::test]
async fn names_are_made_of_a_prefix() {
    let config = json!({ "name_prefix": "app-", "recovery_window_in_days": 0, "tags": { "Name": "a" } });
    Contract::new(KIND, config).unknown_to_import(&["recovery_window_in_days"]).hold().await;
}

#[tokio::test]
async fn a_name_that_waits_for_its_end_is_said_to() {
    let mut world = World::new().await;
    let config = json!({ "name": "db", "recovery_window_in_days": 7 });
    let secret = world.make("secret", KIND, config.clone()).await;
    world.delete(&secret).await;
    assert!(world.read_one(&secret).await.is_none(), "a secret that waits for its end is gone");
    let (made, said) = world.try_make(KIND, &config).await;
    let told = told(&said);
    assert!(made.value.is_null());
    for part in ["creating secret db", "restore-secret --secret-id db", "--force-delete-without-recovery"] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[tokio::test]
async fn a_secret_deleted_for_good_leaves_its_name() {
    let mut world = World::new().await;
    let config = json!({ "name": "db", "recovery_window_in_days": 0 });
    let secret = world.make("secret", KIND, config.clone()).await;
    world.delete(&secret).await;
    world.make("again", KIND, config).await;
}

#[tokio::test]
async fn a_name_that_is_taken() {
    let mut world = World::new().await;
    world.make("secret", KIND, json!({ "name": "db" })).await;
    let (_, said) = world.try_make(KIND, &json!({ "name": "db" })).await;
    assert!(told(&said).contains("Import it"), "{}", told(&said));
}

#[tokio::test]
async fn a_create_whose_answer_gets_lost() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("secretsmanager.CreateSecret").times(1));
    let secret = world.make("secret", KIND, json!({ "name": "db" })).await;
    assert!(secret.text("id").contains(":secret:db-"));
}

#[tokio::test]
async fn a_create_that_fails_half_way_keeps_the_secret() {
    let world = World::new().await;
    world.account.fault(&Fault::deny("secretsmanager.PutResourcePolicy"));
    let (made, said) = world.try_make(KIND, &json!({ "name": "db", "policy": policy("a") })).await;
    assert!(told(&said).contains("secretsmanager:PutResourcePolicy"), "{}", told(&said));
    assert!(made.text("id").contains(":secret:db-"));
}

#[tokio::test]
async fn a_secret_is_found_by_name_and_by_arn() {
    let mut world = World::new().await;
    let secret = world.make("secret", KIND, json!({ "name": "db", "description": "a" })).await;
    for config in [json!({ "name": "db" }), json!({ "arn": "${secret.arn}" })] {
        let found = world.data(KIND, config).await;
        assert_eq!(found.text("id"), secret.text("id"));
        assert_eq!((found.text("name"), found.text("description")), ("db", "a"));
    }
    let (_, said) = world.try_data(KIND, json!({ "name": "other" })).await;
    assert!(told(&said).contains("There is no secret other"), "{}", told(&said));
}

#[tokio::test]
async fn invalid_secrets() {
    let world = World::new().await;
    let cases = [
        (json!({ "name": "a b" }), "may only contain"),
        (json!({ "name": "a", "name_prefix": "b" }), "Only one of"),
        (json!({ "name": "a", "recovery_window_in_days": 3 }), "0 or from 7 to 30"),
        (json!({ "name": "a", "policy": "{" }), "invalid JSON"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.contains(expected), "{told}");
    }
}
