//! `aws_elasticache_user`.

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use super::with;
use crate::harness::{Contract, World, told};

const KIND: &str = "aws_elasticache_user";
const SECRET: &str = "a-very-secret-password";

fn user(more: Json) -> Json {
    with(&json!({ "user_id": "app", "user_name": "app", "engine": "REDIS", "access_string": "on ~* +@all" }), more)
}

/// Nobody tells these.
const UNTOLD: [&str; 4] = ["passwords", "passwords_wo_version", "no_password_required", "authentication_mode"];

#[tokio::test]
async fn user_with_passwords() {
    Contract::new(KIND, user(json!({ "passwords": [SECRET], "tags": { "Name": "a" } })))
        .update(user(json!({ "passwords": [SECRET], "tags": { "Name": "b", "X": "y" } })))
        .update(user(json!({ "passwords": [SECRET], "access_string": "off ~app::* +@read" })))
        .update(user(json!({ "passwords": [SECRET, "another-secret-password"] })))
        .update(user(json!({ "passwords": [SECRET, "another-secret-password"], "engine": "valkey" })))
        .replaced_by(user(json!({ "passwords": [SECRET], "user_id": "other" })))
        .replaced_by(user(json!({ "passwords": [SECRET], "user_name": "other" })))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn user_with_a_mode() {
    let mode = |kind: &str| json!([{ "type": kind }]);
    Contract::new(KIND, user(json!({ "authentication_mode": mode("no-password-required") })))
        .update(user(json!({ "authentication_mode": [{ "type": "password", "passwords": [SECRET] }] })))
        .update(user(json!({ "authentication_mode": mode("iam") })))
        .unknown_to_import(&UNTOLD)
        .hold()
        .await;
}

#[tokio::test]
async fn a_password_that_is_kept_nowhere() {
    let mut world = World::new().await;
    let config = user(json!({ "passwords_wo": SECRET, "passwords_wo_version": 1 }));
    let made = world.make("u", KIND, config).await;
    assert!(made.get("passwords_wo").is_null());
    let config = user(json!({ "passwords_wo": "another-secret-password", "passwords_wo_version": 2 }));
    let config = world.config(KIND, &config).await;
    let plan = world.plan(KIND, Some(&made), &config).await;
    world.apply(KIND, Some(&made), &config, plan).await;
    assert_eq!(world.account.calls().of("elasticache.ModifyUser"), 1);
    world.clear().await;
}

#[tokio::test]
async fn passwords_are_told_to_nobody() {
    let world = World::new().await;
    let said = told(&world.validate(KIND, &user(json!({ "passwords": ["short-secret"] }))).await);
    assert!(said.contains("16 to 128 characters") && !said.contains("short-secret"), "{said}");
    world.account.fault(&Fault::deny("elasticache.CreateUser"));
    let (_, said) = world.try_make(KIND, &user(json!({ "passwords": [SECRET] }))).await;
    assert!(!told(&said).contains(SECRET), "{said:#?}");
}

#[tokio::test]
async fn invalid_users() {
    let world = World::new().await;
    let cases = [
        (user(json!({ "engine": "memcached" })), "must be one of"),
        (user(json!({ "authentication_mode": [{ "type": "fingerprint" }] })), "must be one of"),
        (user(json!({ "passwords": [SECRET, "another-secret-password", "a-third-secret-password"] })), "at most two"),
        (user(json!({ "passwords": [SECRET], "passwords_wo": SECRET })), "Only one of"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.contains(expected), "{told}");
    }
}
