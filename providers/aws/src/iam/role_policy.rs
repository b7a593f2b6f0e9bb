//! `aws_iam_role_policy`.

use landform_provider_api::framework::Check;

use super::documents::{name_characters, policy_json};
use super::loads::told_with_roles;
use super::role_policies;
use crate::core::names;
use crate::core::prelude::*;
use crate::core::traces::named;

/// A policy that is part of a role.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_iam_role_policy", conflicts("name", "name_prefix"))]
pub(super) struct RolePolicy {
    /// Names of role and policy: `ROLE:POLICY`.
    #[attr(id)]
    id: Attr<String>,
    /// Name of the policy.
    #[attr(optional, computed, replace, check = length(1..=128), check = name_characters())]
    name: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = length(1..=102), check = name_characters())]
    name_prefix: Attr<String>,
    /// The policy document.
    #[attr(required, check = policy_json(), same = policy)]
    policy: Attr<String>,
    /// Name of the role.
    #[attr(required, replace, check = role_name())]
    role: Attr<String>,
}

/// A role by its name: the ARN, often given in its place, would only be refused by IAM.
fn role_name() -> Check {
    Check::text(|text| match text {
        _ if text.starts_with("arn:") => Err(format!("must be the name of the role, not its ARN: {text:?}")),
        _ if text.is_empty() || text.len() > 128 => Err("must be the name of a role".into()),
        _ => Ok(()),
    })
}

impl Resource<Aws> for RolePolicy {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.name, &self.name_prefix);
        role_policies::put(cx, self.role.as_str(), &name, self.policy.as_str()).await?;
        self.id = format!("{}:{name}", self.role.as_str()).into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|policy| policy.reread(cx)).await)
    }

    async fn update(&mut self, _prior: &Self, cx: &Aws) -> Result<()> {
        let (role, name) = self.names();
        role_policies::put(cx, role, name, self.policy.as_str()).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let (role, name) = self.names();
        role_policies::delete_inline(cx, role, vec![name.to_owned()]).await
    }

    fn import(id: &str) -> Result<Self, String> {
        match id.split_once(':') {
            Some((role, name)) if !role.is_empty() && !name.is_empty() => Ok(Self { id: id.into(), ..Self::default() }),
            _ => Err("wanted is ROLE:POLICY, the names of both".into()),
        }
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        // One under a made up name can not be told from others, and would be there twice.
        Ok(self.name.text().map_or(Traces::Lost, |name| named(self, format!("{}:{name}", self.role.as_str()))))
    }
}

impl RolePolicy {
    fn names(&self) -> (&str, &str) {
        self.id.as_str().split_once(':').unwrap_or_default()
    }

    async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let (role, name) = self.names();
        let (role, name) = (role.to_owned(), name.to_owned());
        let Some(document) = known_or_asked(cx, &role, &name).await? else { return Ok(None) };
        self.policy = document.into();
        self.name_prefix = names::prefix_of(&name);
        self.name = name.into();
        self.role = role.into();
        Ok(Some(self))
    }
}

/// The document of a policy: told with its role, if that is read at the same time.
async fn known_or_asked(cx: &Aws, role: &str, name: &str) -> Result<Option<String>> {
    if cx.is_reading_in_bulk() {
        // By then all roles are asked for.
        cx.rounds(1).await;
    }
    let told = told_with_roles(cx).await;
    match told.get(role).and_then(|found| found.policies.as_ref()) {
        Some(policies) => Ok(policies.inline.get(name).cloned()),
        None => role_policies::inline_policy(cx, role, name).await,
    }
}
