//! `aws_iam_openid_connect_provider`.

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

const URL: &str = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF";

fn with(more: Json) -> Json {
    let mut config = json!({ "url": URL, "client_id_list": ["sts.amazonaws.com"] });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn openid_connect_provider() {
    let thumbprints = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280", "06b25927c42a721631c1efd9431e648fa62e1e39"];
    Contract::new("aws_iam_openid_connect_provider", with(json!({ "tags": { "Name": "a" } })))
        .update(with(json!({ "client_id_list": ["sts.amazonaws.com", "other"], "tags": { "Name": "b", "X": "y" } })))
        .update(with(json!({ "client_id_list": ["third", "other"], "tags": { "Name": "b" } })))
        .update(with(json!({ "client_id_list": ["third", "other"], "thumbprint_list": thumbprints })))
        .replaced_by(with(json!({ "url": "https://example.com" })))
        .hold()
        .await;
}

#[tokio::test]
async fn a_thumbprint_is_found_where_none_is_given() {
    let mut world = World::new().await;
    for (name, given) in [("a", json!({})), ("b", json!({ "url": "https://example.com", "thumbprint_list": [] }))] {
        let made = world.make(name, "aws_iam_openid_connect_provider", with(given)).await;
        assert_eq!(made.get("thumbprint_list").length(), Some(1), "{:?}", made.get("thumbprint_list"));
        assert!(!made.text("url").contains("//"), "{}", made.text("url"));
    }
    world.clear().await;
}

#[tokio::test]
async fn a_lost_answer_is_no_error() {
    let mut world = World::new().await;
    world.account.fault(&Fault::reset_after("iam.CreateOpenIDConnectProvider").times(1));
    world.make("provider", "aws_iam_openid_connect_provider", with(json!({}))).await;
    let (_, said) = world.try_make("aws_iam_openid_connect_provider", &with(json!({}))).await;
    assert!(told(&said).contains("EntityAlreadyExists"), "{said:#?}");
    world.clear().await;
}

#[tokio::test]
async fn invalid_providers_are_refused_before_anything_happens() {
    let world = World::new().await;
    let cases = [
        (json!({ "url": "http://example.com" }), "does not begin with https://"),
        (json!({ "url": "https://" }), "names no host"),
        (json!({ "url": "https://example.com?a=b" }), "has a query"),
        (json!({ "thumbprint_list": ["abc"] }), "40"),
        (json!({ "client_id_list": [""] }), "must"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_iam_openid_connect_provider", &with(config)).await);
        assert!(told.contains(expected), "{told}");
    }
}
