//! `aws_kms_key`.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

fn with(more: Json) -> Json {
    let mut config = json!({ "description": "logs", "deletion_window_in_days": 7 });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn policy(sid: &str) -> String {
    let root = json!({ "AWS": "arn:aws:iam::111122223333:root" });
    let statement = json!({ "Sid": sid, "Effect": "Allow", "Action": "kms:*", "Principal": root, "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

#[tokio::test]
async fn key() {
    Contract::new("aws_kms_key", with(json!({ "tags": { "Name": "a" } })))
        .update(with(json!({ "tags": { "Name": "b", "X": "y" }, "enable_key_rotation": true })))
        .update(with(json!({ "enable_key_rotation": true, "rotation_period_in_days": 180 })))
        .update(with(json!({ "policy": policy("a"), "description": "other" })))
        .update(with(json!({ "policy": policy("b"), "description": "other", "is_enabled": false })))
        .update(with(json!({ "policy": policy("b"), "description": "again" })))
        .replaced_by(with(json!({ "customer_master_key_spec": "RSA_2048", "key_usage": "SIGN_VERIFY" })))
        .replaced_by(with(json!({ "multi_region": true })))
        .unknown_to_import(&["deletion_window_in_days"])
        .hold()
        .await;
}

#[tokio::test]
async fn keys_that_do_not_rotate() {
    let signing = json!({ "customer_master_key_spec": "ECC_NIST_P256", "key_usage": "SIGN_VERIFY" });
    Contract::new("aws_kms_key", signing.clone()).hold().await;
    let mut world = World::new().await;
    let key = world.make("key", "aws_kms_key", signing).await;
    world.account.reset_calls();
    world.read_one(&key).await.expect("the key is there");
    assert_eq!(world.account.calls().of("kms.GetKeyRotationStatus"), 0);
    world.clear().await;
}

#[tokio::test]
async fn multi_region_key() {
    Contract::new("aws_kms_key", json!({ "multi_region": true, "is_enabled": false })).hold().await;
}

#[tokio::test]
async fn a_key_that_is_visible_late_is_set_up() {
    let world = World::new().await;
    world.account.fault(&Fault::inconsistent("kms.CreateKey", Duration::from_secs(2)));
    let (_, said) = world.try_make("aws_kms_key", &json!({ "enable_key_rotation": true, "is_enabled": false })).await;
    assert!(said.is_empty(), "{:#?}", said);
}

#[tokio::test]
async fn a_create_that_fails_half_way_keeps_the_key() {
    let world = World::new().await;
    world.account.fault(&Fault::deny("kms.EnableKeyRotation"));
    let (made, said) = world.try_make("aws_kms_key", &json!({ "enable_key_rotation": true })).await;
    assert!(told(&said).contains("kms:EnableKeyRotation"), "{:#?}", said);
    assert!(made.value.get_attribute("id").is_some_and(|it| it.as_str().is_some()));
}

#[tokio::test]
async fn invalid_keys() {
    let world = World::new().await;
    let cases = [
        (json!({ "deletion_window_in_days": 3 }), "must be from 7 to 30"),
        (json!({ "customer_master_key_spec": "AES" }), "must be one of"),
        (json!({ "policy": "{" }), "invalid JSON"),
        (json!({ "rotation_period_in_days": 10, "enable_key_rotation": true }), "must be from 90"),
        (json!({ "rotation_period_in_days": 100 }), "enable_key_rotation"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_kms_key", &config).await);
        assert!(told.contains(expected), "{told}");
    }
}
