//! `aws_eks_fargate_profile`.

use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{cluster, in_surroundings, trust, world};
use crate::harness::Contract;

const KIND: &str = "aws_eks_fargate_profile";

fn profile(more: Json) -> Json {
    let mut config = json!({
        "cluster_name": "${cluster.name}", "fargate_profile_name": "default", "pod_execution_role_arn": "${pods.arn}",
        "subnet_ids": ["${a.id}"], "selector": [{ "namespace": "default" }, { "namespace": "jobs", "labels": { "on": "fargate" } }],
    });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

fn pods() -> Json {
    json!({ "name": "pods", "assume_role_policy": trust("eks-fargate-pods.amazonaws.com") })
}

#[tokio::test]
async fn fargate_profile() {
    in_surroundings(Contract::new(KIND, profile(json!({ "tags": { "Name": "a" } }))))
        .needs("cluster", "aws_eks_cluster", cluster(json!({})))
        .needs("pods", "aws_iam_role", pods())
        .update(profile(json!({ "tags": { "Name": "b", "X": "y" } })))
        .update(profile(json!({})))
        .replaced_by(profile(json!({ "fargate_profile_name": "other" })))
        .replaced_by(profile(json!({ "subnet_ids": ["${b.id}"] })))
        .replaced_by(profile(json!({ "selector": [{ "namespace": "other" }] })))
        .hold()
        .await;
}

#[tokio::test]
async fn profiles_of_a_cluster_wait_for_each_other() {
    let mut world = world().await;
    world.make("cluster", "aws_eks_cluster", cluster(json!({}))).await;
    world.make("pods", "aws_iam_role", pods()).await;
    world.account.transitions_take(Duration::from_millis(700));
    let (one, two) = (profile(json!({})), profile(json!({ "fargate_profile_name": "other" })));
    let (one, two) = futures::join!(world.try_make(KIND, &one), world.try_make(KIND, &two));
    for (made, said) in [&one, &two] {
        assert!(said.is_empty(), "{said:?}");
        assert_eq!(made.text("status"), "ACTIVE");
    }
    futures::join!(world.delete(&one.0), world.delete(&two.0));
    world.account.transitions_take(Duration::ZERO);
    world.clear().await;
}
