//! `aws_eks_access_policy_association`.

use serde_json::{Value as Json, json};

use super::with_cluster;
use crate::harness::Contract;

const VIEW: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
const EDIT: &str = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy";

fn with(policy: &str, scope: Json) -> Json {
    json!({ "cluster_name": "main", "principal_arn": "${entry.principal_arn}", "policy_arn": policy, "access_scope": [scope] })
}

fn entry() -> Json {
    json!({ "cluster_name": "main", "principal_arn": "${a.arn}" })
}

#[tokio::test]
async fn access_policy_association() {
    let namespaces = json!({ "type": "namespace", "namespaces": ["web", "api"] });
    Contract::new("aws_eks_access_policy_association", with(VIEW, namespaces.clone()))
        .needs("entry", "aws_eks_access_entry", entry())
        .replaced_by(with(EDIT, namespaces))
        .replaced_by(with(VIEW, json!({ "type": "namespace", "namespaces": ["web"] })))
        .replaced_by(with(VIEW, json!({ "type": "cluster" })))
        .hold_in(with_cluster::world().await)
        .await;
}

#[tokio::test]
async fn one_call_reads_all_policies_of_an_entry() {
    let mut world = with_cluster::world().await;
    world.make("entry", "aws_eks_access_entry", entry()).await;
    let mut made = Vec::new();
    for (name, policy) in [("view", VIEW), ("edit", EDIT)] {
        let config = with(policy, json!({ "type": "cluster" }));
        made.push(world.make(name, "aws_eks_access_policy_association", config).await);
    }
    world.account.reset_calls();
    let read = world.read(&made).await;
    assert!(read.iter().zip(&made).all(|(read, made)| read.as_ref().is_some_and(|read| read.value == made.value)));
    assert_eq!(world.account.calls().to_string(), "     1  eks.ListAssociatedAccessPolicies\n     1  in total");
    world.delete(world.object("entry")).await;
    assert!(world.read(&made).await.iter().all(Option::is_none), "they go with the entry");
    world.clear().await;
}
