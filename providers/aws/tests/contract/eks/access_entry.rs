//! `aws_eks_access_entry`.

use std::time::Duration;

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use super::with_cluster;
use crate::harness::{Contract, told};
use crate::outside;

fn with(more: Json) -> Json {
    let mut config = json!({ "cluster_name": "main", "principal_arn": "${a.arn}" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn access_entry() {
    Contract::new("aws_eks_access_entry", with(json!({ "tags": { "Name": "a" } })))
        .update(with(json!({ "kubernetes_groups": ["viewers", "editors"], "tags": { "Name": "b", "X": "y" } })))
        .update(with(json!({ "kubernetes_groups": ["editors"], "user_name": "web" })))
        .update(with(json!({ "kubernetes_groups": [] })))
        .replaced_by(with(json!({ "type": "EC2_LINUX" })))
        .replaced_by(with(json!({ "principal_arn": "${b.arn}" })))
        .replaced_by(with(json!({ "cluster_name": "other" })))
        .hold_in(with_cluster::world().await)
        .await;
}

#[tokio::test]
async fn access_entry_of_nodes() {
    Contract::new("aws_eks_access_entry", with(json!({ "type": "EC2_LINUX" })))
        .update(with(json!({ "type": "EC2_LINUX", "tags": { "Name": "a" } })))
        .hold_in(with_cluster::world().await)
        .await;
}

#[tokio::test]
async fn a_role_that_eks_hears_of_late_is_waited_for() {
    let mut world = with_cluster::world().await;
    let arn = format!("arn:aws:iam::{}:role/late", world.account.number());
    let iam = aws_sdk_iam::Client::new(&outside::config(&world.account));
    let config = with(json!({ "principal_arn": arn }));
    let make_role = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        iam.create_role().role_name("late").assume_role_policy_document("{}").send().await.expect("a role");
    };
    let ((entry, said), ()) = tokio::join!(world.try_make("aws_eks_access_entry", &config), make_role);
    assert!(said.is_empty(), "{said:#?}");
    world.delete(&entry).await;
    world.clear().await;
}

#[tokio::test]
async fn a_lost_answer_is_no_error() {
    let mut world = with_cluster::world().await;
    world.account.fault(&Fault::reset_after("eks.CreateAccessEntry").times(1));
    world.make("entry", "aws_eks_access_entry", with(json!({}))).await;
    let (again, said) = world.try_make("aws_eks_access_entry", &with(json!({}))).await;
    assert!(again.value.is_null() && told(&said).contains("already in use on this cluster"), "{said:#?}");
    world.clear().await;
}

#[tokio::test]
async fn invalid_entries_are_refused_before_anything_happens() {
    let world = with_cluster::world().await;
    let cases = [
        (json!({ "type": "NONE" }), "must be one of \"EC2\""),
        (json!({ "principal_arn": "a" }), "is not an ARN"),
        (json!({ "cluster_name": "a b" }), "must begin with a letter or digit"),
    ];
    for (config, expected) in cases {
        let told = told(&world.validate("aws_eks_access_entry", &with(config)).await);
        assert!(told.contains(expected), "{told}");
    }
}
