//! `aws_iam_role_policy`.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use crate::harness::{Contract, World, told};

pub(super) const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}]}"#;

fn with(action: &str, name: &str) -> Json {
    let statement = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    json!({ "role": "${role.id}", "name": name, "policy": document })
}

#[tokio::test]
async fn role_policy() {
    Contract::new("aws_iam_role_policy", with("s3:Get*", "deliver"))
        .needs("role", "aws_iam_role", json!({ "name": "server", "assume_role_policy": TRUST }))
        .update(with("s3:Put*", "deliver"))
        .replaced_by(with("s3:Put*", "other"))
        .hold()
        .await;
}

#[tokio::test]
async fn a_role_may_be_visible_late() {
    let world = World::new().await;
    world.account.fault(&Fault::inconsistent("iam.CreateRole", Duration::from_secs(2)));
    let late = json!({ "name": "late", "assume_role_policy": TRUST });
    let ((_, role), (_, policy)) = tokio::join!(world.try_make("aws_iam_role", &late), async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let mut config = with("s3:Get*", "a");
        config["role"] = json!("late");
        world.try_make("aws_iam_role_policy", &config).await
    });
    assert!(role.is_empty(), "{:#?}", role);
    assert!(policy.is_empty(), "{:#?}", policy);
}

#[tokio::test]
async fn the_arn_of_a_role_is_not_its_name() {
    let world = World::new().await;
    let config = json!({ "role": "arn:aws:iam::111122223333:role/server", "policy": "{}" });
    let told = told(&world.validate("aws_iam_role_policy", &config).await);
    assert!(told.contains("not its ARN"), "{told}");
}
