//! `aws_iam_policy`.

use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

fn with(action: &str, more: Json) -> Json {
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let mut config = json!({ "name": "reader", "policy": document });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn policy() {
    Contract::new("aws_iam_policy", with("s3:Get*", json!({ "description": "a", "tags": { "Name": "a" } })))
        .update(with("s3:List*", json!({ "description": "a", "tags": { "Name": "b" } })))
        .update(with("s3:List*", json!({ "description": "a", "tags": { "Other": "c" } })))
        .replaced_by(with("s3:List*", json!({ "description": "b" })))
        .replaced_by(with("s3:List*", json!({ "description": "a", "name": "other" })))
        .replaced_by(with("s3:List*", json!({ "description": "a", "path": "/team/" })))
        .hold()
        .await;
}

#[tokio::test]
async fn many_changes_leave_room_for_more() {
    let mut contract = Contract::new("aws_iam_policy", with("s3:0", json!({})));
    for number in 1..9 {
        contract = contract.update(with(&format!("s3:{number}"), json!({})));
    }
    contract.hold().await;
}

#[tokio::test]
async fn who_has_a_policy_is_named_when_it_can_not_be_deleted() {
    let mut world = World::new().await;
    let policy = world.make("policy", "aws_iam_policy", with("s3:Get*", json!({}))).await;
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
    world.make("role", "aws_iam_role", json!({ "name": "server", "assume_role_policy": trust })).await;
    let attachment = json!({ "role": "${role.name}", "policy_arn": "${policy.arn}" });
    world.make("attachment", "aws_iam_role_policy_attachment", attachment).await;
    let refused = world.try_delete(&policy).await;
    assert!(told(&refused).contains("role server"), "{:#?}", refused);
    let read = world.read_one(&policy).await.expect("the policy is there");
    assert_eq!(read.get("attachment_count"), &landform_values::Value::from(1_i64));
    world.clear().await;
}
