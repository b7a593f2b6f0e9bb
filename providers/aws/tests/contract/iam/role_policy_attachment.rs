//! `aws_iam_role_policy_attachment`.

use serde_json::json;

use super::role_policy::TRUST;
use crate::harness::{Contract, World};

#[tokio::test]
async fn role_policy_attachment() {
    let with =
        |policy: &str| json!({ "role": "${role.name}", "policy_arn": format!("arn:aws:iam::aws:policy/{policy}") });
    Contract::new("aws_iam_role_policy_attachment", with("ReadOnlyAccess"))
        .needs("role", "aws_iam_role", json!({ "name": "server", "assume_role_policy": TRUST }))
        .replaced_by(with("SecurityAudit"))
        .made_again_when_lost()
        .hold()
        .await;
}

#[tokio::test]
async fn one_call_reads_all_attachments_of_a_role() {
    let mut world = World::new().await;
    world.make("role", "aws_iam_role", json!({ "name": "server", "assume_role_policy": TRUST })).await;
    let mut attachments = Vec::new();
    for policy in ["ReadOnlyAccess", "SecurityAudit", "IAMFullAccess", "AmazonS3FullAccess"] {
        let config = json!({ "role": "${role.name}", "policy_arn": format!("arn:aws:iam::aws:policy/{policy}") });
        attachments.push(world.make(policy, "aws_iam_role_policy_attachment", config).await);
    }
    world.account.reset_calls();
    assert_eq!(world.read(&attachments).await.into_iter().flatten().count(), 4);
    assert_eq!(world.account.calls().to_string(), "     1  iam.ListAttachedRolePolicies\n     1  in total");
    world.clear().await;
}
