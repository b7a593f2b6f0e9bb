//! `aws_secretsmanager_secret_version`.

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, Object, World, told};

const KIND: &str = "aws_secretsmanager_secret_version";
const SECRET: &str = "aws_secretsmanager_secret";

fn with(more: Json) -> Json {
    let mut config = json!({ "secret_id": "${secret.id}" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn secret() -> Json {
    json!({ "name": "db", "recovery_window_in_days": 0 })
}

#[tokio::test]
async fn secret_version() {
    Contract::new(KIND, with(json!({ "secret_string": "hunter2" })))
        .needs("secret", SECRET, secret())
        .update(with(json!({ "secret_string": "hunter2", "version_stages": ["AWSCURRENT", "blue"] })))
        .update(with(json!({ "secret_string": "hunter2", "version_stages": ["AWSCURRENT", "green"] })))
        .replaced_by(with(json!({ "secret_string": "hunter3" })))
        .replaced_by(with(json!({ "secret_binary": "aHVudGVyMg==" })))
        .replaced_by(with(json!({ "secret_string_wo": "hunter2", "secret_string_wo_version": 1 })))
        .stays_after_delete()
        .hold()
        .await;
}

#[tokio::test]
async fn bytes() {
    let contract = Contract::new(KIND, with(json!({ "secret_binary": "AP8B" })));
    contract.needs("secret", SECRET, secret()).stays_after_delete().hold().await;
}

#[tokio::test]
async fn a_value_that_is_not_stored() {
    let config =
        |value: &str, version: i64| with(json!({ "secret_string_wo": value, "secret_string_wo_version": version }));
    Contract::new(KIND, config("hunter2", 1))
        .needs("secret", SECRET, secret())
        .replaced_by(config("hunter3", 2))
        .unknown_to_import(&["secret_string_wo_version", "has_secret_string_wo", "secret_string"])
        .made_again_when_lost()
        .stays_after_delete()
        .hold()
        .await;
    let mut world = World::new().await;
    world.make("secret", SECRET, secret()).await;
    let version = world.make("version", KIND, config("hunter2", 1)).await;
    let read = world.read_one(&version).await.expect("it is there");
    for object in [&version, &read] {
        assert!(!format!("{:?}", object.value).contains("hunter2"), "the value is stored");
    }
    let told = world.data(KIND, with(json!({}))).await;
    assert_eq!(told.text("secret_string"), "hunter2");
}

#[tokio::test]
async fn the_present_value_follows_the_label() {
    let mut world = World::new().await;
    world.make("secret", SECRET, secret()).await;
    let first = world.make("first", KIND, with(json!({ "secret_string": "one" }))).await;
    world.make("second", KIND, with(json!({ "secret_string": "two" }))).await;
    let current = |stage: &str| with(json!({ "version_stage": stage }));
    assert_eq!(world.data(KIND, current("AWSCURRENT")).await.text("secret_string"), "two");
    assert_eq!(world.data(KIND, current("AWSPREVIOUS")).await.text("secret_string"), "one");
    let by_id = world.data(KIND, with(json!({ "version_id": "${first.version_id}" }))).await;
    assert_eq!(by_id.text("secret_string"), "one");
    let config = with(json!({ "secret_string": "one", "version_stages": ["AWSCURRENT"] }));
    let config = world.config(KIND, &config).await;
    let first = world.read_one(&first).await.expect("it is there");
    let plan = world.plan(KIND, Some(&first), &config).await;
    let first = world.apply(KIND, Some(&first), &config, plan).await;
    assert_eq!(first.get("version_stages").length(), Some(1));
    assert_eq!(world.data(KIND, current("AWSCURRENT")).await.text("secret_string"), "one");
}

#[tokio::test]
async fn many_values_cost_few_calls() {
    let mut world = World::new().await;
    let mut versions: Vec<Object> = Vec::new();
    for number in 0..5 {
        let secret = format!("s{number}");
        world.make(&secret, SECRET, json!({ "name": secret })).await;
        let config = json!({ "secret_id": format!("${{{secret}.id}}"), "secret_string": format!("v{number}") });
        versions.push(world.make(&format!("v{number}"), KIND, config).await);
    }
    let config = json!({ "secret_id": "${s0.id}", "secret_string": "newer" });
    versions.push(world.make("newer", KIND, config).await);
    world.account.reset_calls();
    let read: Vec<Object> = world.read(&versions).await.into_iter().flatten().collect();
    let values: Vec<&str> = read.iter().map(|it| it.text("secret_string")).collect();
    assert_eq!(values, ["v0", "v1", "v2", "v3", "v4", "newer"]);
    let calls = world.account.calls();
    let asked = (calls.of("secretsmanager.BatchGetSecretValue"), calls.of("secretsmanager.GetSecretValue"));
    assert_eq!(asked, (1, 1), "only an older value is asked for by itself: {calls}");
    world.account.fault(&Fault::deny("secretsmanager.BatchGetSecretValue"));
    assert_eq!(world.read(&versions).await.iter().flatten().count(), 6, "who may not ask for many asks for each");
}

#[tokio::test]
async fn a_version_goes_with_its_secret() {
    let mut world = World::new().await;
    let config = json!({ "name": "db", "recovery_window_in_days": 7 });
    let secret = world.make("secret", SECRET, config).await;
    let version = world.make("version", KIND, with(json!({ "secret_string": "hunter2" }))).await;
    world.delete(&secret).await;
    assert!(world.read_one(&version).await.is_none());
    world.delete(&version).await;
}

#[tokio::test]
async fn secrets_are_in_no_error() {
    let mut world = World::new().await;
    world.make("secret", SECRET, secret()).await;
    world.account.fault(&Fault::deny("secretsmanager.PutSecretValue"));
    let (_, said) = world.try_make(KIND, &with(json!({ "secret_string": "hunter2" }))).await;
    assert!(said.has_errors() && !format!("{said:?}").contains("hunter2"), "{said:?}");
}

#[tokio::test]
async fn what_is_not_there() {
    let mut world = World::new().await;
    world.make("secret", SECRET, secret()).await;
    let (_, said) = world.try_data(KIND, with(json!({}))).await;
    assert!(told(&said).contains("no version AWSCURRENT"), "{}", told(&said));
}

#[tokio::test]
async fn invalid_versions() {
    let world = World::new().await;
    let cases = [
        (json!({ "secret_id": "a", "secret_string": "b", "secret_binary": "Yw==" }), "Only one of"),
        (json!({ "secret_id": "a", "secret_binary": "?!secret" }), "must be in Base64"),
        (json!({ "secret_id": "a", "secret_string_wo_version": 1, "secret_string": "b" }), "secret_string_wo"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.contains(expected) && !told.contains("?!secret"), "{told}");
    }
    let config = world.config(KIND, &json!({ "secret_id": "a" })).await;
    let said = world.try_plan(KIND, None, &config).await.diagnostics;
    assert!(told(&said).contains("a version is a value"), "{}", told(&said));
}
