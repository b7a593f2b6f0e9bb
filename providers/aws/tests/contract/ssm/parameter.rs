//! `aws_ssm_parameter`.

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, Object, World, told};

const KIND: &str = "aws_ssm_parameter";

fn with(more: Json) -> Json {
    let mut config = json!({ "name": "/app/db", "type": "String" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn parameter() {
    Contract::new(KIND, with(json!({ "value": "a", "tags": { "Name": "a" } })))
        .update(with(json!({ "value": "b", "description": "what for", "tags": { "Name": "b", "X": "y" } })))
        .update(with(json!({ "value": "b", "allowed_pattern": "^[a-z]$" })))
        .update(with(json!({ "value": "b", "tier": "Advanced" })))
        .replaced_by(with(json!({ "value": "b", "tier": "Standard" })))
        .replaced_by(with(json!({ "value": "b", "name": "/app/other" })))
        .replaced_by(with(json!({ "value": "ami-1", "data_type": "aws:ec2:image" })))
        .hold()
        .await;
}

#[tokio::test]
async fn a_value_that_is_shown() {
    Contract::new(KIND, with(json!({ "insecure_value": "a" })))
        .update(with(json!({ "insecure_value": "b" })))
        .update(with(json!({ "value": "b" })))
        .update(with(json!({ "insecure_value": "c" })))
        .unknown_to_import(&["value", "insecure_value", "version"])
        .hold()
        .await;
}

#[tokio::test]
async fn a_secret() {
    let secret = |more: Json| {
        let mut config = with(more);
        config["type"] = json!("SecureString");
        config
    };
    Contract::new(KIND, secret(json!({ "value": "hunter2" })))
        .needs("key", "aws_kms_key", json!({}))
        .update(secret(json!({ "value": "hunter3" })))
        .update(secret(json!({ "value": "hunter3", "key_id": "${key.arn}" })))
        .hold()
        .await;
}

#[tokio::test]
async fn a_value_that_is_not_stored() {
    let config = |value: &str, version: i64| json!({ "name": "/app/db", "type": "SecureString", "value_wo": value, "value_wo_version": version });
    Contract::new(KIND, config("hunter2", 1))
        .update(config("hunter3", 2))
        .unknown_to_import(&["value", "value_wo_version", "has_value_wo", "version"])
        .hold()
        .await;
    let mut world = World::new().await;
    let made = world.make("it", KIND, config("hunter2", 1)).await;
    world.account.reset_calls();
    let read = world.read_one(&made).await.expect("it is there");
    assert_eq!(world.account.calls().of("ssm.GetParameters"), 0, "the value is not asked for");
    for object in [&made, &read] {
        assert!(!format!("{:?}", object.value).contains("hunter2"), "the value is stored");
    }
    let told = world.data(KIND, json!({ "name": "/app/db" })).await;
    assert_eq!(told.text("value"), "hunter2");
}

#[tokio::test]
async fn the_service_chooses_the_tier() {
    let mut world = World::new().await;
    let config = |value: &str| with(json!({ "value": value, "tier": "Intelligent-Tiering" }));
    let (made, said) = world.try_make(KIND, &config("a")).await;
    assert!(said.is_empty(), "{said:#?}");
    let unchanged = world.config(KIND, &config("a")).await;
    let imported = world.import(KIND, "/app/db").await;
    assert_eq!(imported.text("tier"), "Standard");
    for object in [&made, &imported] {
        let plan = world.plan(KIND, Some(object), &unchanged).await;
        assert_eq!(plan.planned.get_attribute("tier"), Some(object.get("tier")));
    }
    let long = world.config(KIND, &config(&"x".repeat(5000))).await;
    let plan = world.plan(KIND, Some(&imported), &long).await;
    let grown = world.apply(KIND, Some(&imported), &long, plan).await;
    assert_eq!(grown.text("tier"), "Advanced");
    let fixed = world.config(KIND, &with(json!({ "value": "a", "tier": "Standard" }))).await;
    let plan = world.plan(KIND, Some(&made), &fixed).await;
    assert_eq!(plan.planned.get_attribute("tier").and_then(|it| it.as_str()), Some("Standard"));
    world.delete(&grown).await;
    world.clear().await;
}

#[tokio::test]
async fn what_is_there_is_taken_over_only_where_that_is_said() {
    let mut world = World::new().await;
    world.make("it", KIND, with(json!({ "value": "a" }))).await;
    let (_, said) = world.try_make(KIND, &with(json!({ "value": "b" }))).await;
    assert!(told(&said).contains("overwrite = true"), "{}", told(&said));
    let config = with(json!({ "value": "b", "overwrite": true, "tags": { "A": "b" } }));
    let taken = world.make("taken", KIND, config).await;
    assert_eq!((taken.text("value"), taken.get("tags_all").length()), ("b", Some(2)));
    let fixed = world.config(KIND, &with(json!({ "value": "c", "overwrite": false, "tags": { "A": "b" } }))).await;
    let plan = world.plan(KIND, Some(&taken), &fixed).await;
    let (_, said) = world.try_apply(KIND, Some(&taken), &fixed, plan).await;
    assert!(told(&said).contains("overwrite = false"), "{}", told(&said));
}

#[tokio::test]
async fn many_parameters_cost_few_calls() {
    let mut world = World::new().await;
    let mut made: Vec<Object> = Vec::new();
    for number in 0..12 {
        let config =
            json!({ "name": format!("/app/p{number}"), "type": "SecureString", "value": format!("v{number}") });
        made.push(world.make(&format!("p{number}"), KIND, config).await);
    }
    world.delete(&made[3]).await;
    world.account.reset_calls();
    let read = world.read(&made).await;
    assert!(read[3].is_none());
    assert_eq!(read.iter().flatten().count(), 11);
    let calls = world.account.calls();
    let asked = ["ssm.GetParameters", "ssm.DescribeParameters", "tagging.GetResources"].map(|it| calls.of(it));
    assert_eq!(asked, [2, 1, 1], "{calls}");
    assert_eq!(calls.total(), 4, "{calls}");
}

#[tokio::test]
async fn a_create_whose_answer_gets_lost() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("ssm.PutParameter").times(1));
    let made = world.make("it", KIND, with(json!({ "value": "a" }))).await;
    assert_eq!(made.text("value"), "a");
}

#[tokio::test]
async fn values_are_in_no_error() {
    let world = World::new().await;
    world.account.fault(&Fault::deny("ssm.PutParameter"));
    let (_, said) = world.try_make(KIND, &with(json!({ "value": "hunter2" }))).await;
    assert!(said.has_errors() && !format!("{said:?}").contains("hunter2"), "{said:?}");
}

#[tokio::test]
async fn a_parameter_that_is_there() {
    let mut world = World::new().await;
    world.make("secret", KIND, json!({ "name": "/a", "type": "SecureString", "value": "hunter2" })).await;
    world.make("text", KIND, json!({ "name": "/b", "type": "StringList", "value": "x,y" })).await;
    let secret = world.data(KIND, json!({ "name": "/a" })).await;
    assert_eq!((secret.text("value"), secret.get("insecure_value").is_null()), ("hunter2", true));
    let sealed = world.data(KIND, json!({ "name": "/a", "with_decryption": false })).await;
    assert_ne!(sealed.text("value"), "hunter2");
    let text = world.data(KIND, json!({ "name": "/b" })).await;
    assert_eq!((text.text("insecure_value"), text.text("type")), ("x,y", "StringList"));
    let (_, said) = world.try_data(KIND, json!({ "name": "/c" })).await;
    assert!(told(&said).contains("reading parameter /c"), "{}", told(&said));
}

#[tokio::test]
async fn invalid_parameters() {
    let world = World::new().await;
    let cases = [
        (json!({ "name": "a", "type": "String" }), "one of"),
        (json!({ "name": "a", "type": "String", "value": "b", "insecure_value": "c" }), "one of"),
        (json!({ "name": "a", "type": "SecureString", "insecure_value": "c" }), "use value or value_wo"),
        (json!({ "name": "a", "type": "Number", "value": "1" }), "must be one of"),
        (json!({ "name": "a", "type": "String", "value": "1", "value_wo_version": 1 }), "value_wo"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate(KIND, &config).await);
        assert!(told.to_lowercase().contains(expected), "{expected}: {told}");
    }
}
