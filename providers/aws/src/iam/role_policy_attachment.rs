//! `aws_iam_role_policy_attachment`.

use super::loads::AttachedPolicies;
use super::role_policies;
use crate::core::prelude::*;

/// A managed policy of a role.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_iam_role_policy_attachment")]
pub(super) struct RolePolicyAttachment {
    /// Name of the role and ARN of the policy. Other tools make up other ids; nothing is read from them.
    #[attr(id)]
    id: Attr<String>,
    /// ARN of the policy.
    #[attr(required, replace, check = arn())]
    policy_arn: Attr<String>,
    /// Name of the role.
    #[attr(required, replace)]
    role: Attr<String>,
}

impl Resource<Aws> for RolePolicyAttachment {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let (role, policy) = (self.role.as_str(), self.policy_arn.as_str());
        role_policies::attach(cx, role, vec![policy.to_owned()]).await?;
        self.id = format!("{role}/{policy}").into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let roles = batch.keys(|attachment| attachment.role.text());
        let attached = cx.load::<AttachedPolicies>(&roles).await?;
        Ok(batch.found(|attachment| {
            let there = attached.get(attachment.role.as_str())?.contains(attachment.policy_arn.as_str());
            there.then_some(attachment)
        }))
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        role_policies::detach(cx, self.role.as_str(), vec![self.policy_arn.as_str().to_owned()]).await
    }

    fn import(id: &str) -> Result<Self, String> {
        match id.split_once('/') {
            Some((role, policy)) if !role.is_empty() && policy.starts_with("arn:") => {
                Ok(Self { id: id.into(), policy_arn: policy.into(), role: role.into() })
            }
            _ => Err("wanted is ROLE/ARN, the role's name and the policy's ARN".into()),
        }
    }
}
