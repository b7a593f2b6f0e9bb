//! `aws_eks_pod_identity_association`.

use landform_simulator::Fault;
use serde_json::{Value as Json, json};

use super::with_cluster;
use crate::harness::{Contract, told};

fn with(more: Json) -> Json {
    let mut config =
        json!({ "cluster_name": "main", "namespace": "web", "service_account": "server", "role_arn": "${a.arn}" });
    config.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    config
}

#[tokio::test]
async fn pod_identity_association() {
    let target = |name: &str| format!("arn:aws:iam::999999999999:role/{name}");
    Contract::new("aws_eks_pod_identity_association", with(json!({ "tags": { "Name": "a" } })))
        .update(with(json!({ "role_arn": "${b.arn}", "tags": { "Name": "b", "X": "y" } })))
        .update(with(json!({ "disable_session_tags": true, "target_role_arn": target("x") })))
        .update(with(json!({ "disable_session_tags": false, "target_role_arn": target("y") })))
        .replaced_by(with(json!({})))
        .replaced_by(with(json!({ "target_role_arn": target("y"), "namespace": "other" })))
        .replaced_by(with(json!({ "target_role_arn": target("y"), "service_account": "other" })))
        .import_by("${it.cluster_name},${it.association_id}")
        .hold_in(with_cluster::world().await)
        .await;
}

#[tokio::test]
async fn a_lost_answer_is_no_error() {
    let mut world = with_cluster::world().await;
    world.account.fault(&Fault::reset_after("eks.CreatePodIdentityAssociation").times(1));
    world.make("identity", "aws_eks_pod_identity_association", with(json!({}))).await;
    let (again, said) = world.try_make("aws_eks_pod_identity_association", &with(json!({}))).await;
    assert!(again.value.is_null() && told(&said).contains("Association already exists"), "{said:#?}");
    world.clear().await;
}

#[tokio::test]
async fn an_association_that_somebody_deleted_is_gone() {
    let mut world = with_cluster::world().await;
    let made = world.make("identity", "aws_eks_pod_identity_association", with(json!({}))).await;
    let eks = with_cluster::eks(&world);
    let delete = eks.delete_pod_identity_association().cluster_name("main");
    delete.association_id(made.text("association_id")).send().await.expect("it is deleted");
    assert!(world.read_one(&made).await.is_none());
    world.clear().await;
}
