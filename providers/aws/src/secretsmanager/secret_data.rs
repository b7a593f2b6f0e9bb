//! `data.aws_secretsmanager_secret`.

use super::loads::described;
use super::secret::tags;
use crate::core::prelude::*;
use crate::core::time;

/// A secret that is there, but for its values.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_secretsmanager_secret", exactly_one("arn", "name"))]
pub(super) struct Secret {
    /// ARN of the secret.
    #[attr(optional, computed, check = arn())]
    arn: Attr<String>,
    /// When the secret was made.
    #[attr(computed)]
    created_date: Attr<String>,
    /// What the secret is for.
    #[attr(computed)]
    description: Attr<String>,
    /// ARN of the secret.
    #[attr(id)]
    id: Attr<String>,
    /// Key that encrypts values.
    #[attr(computed)]
    kms_key_id: Attr<String>,
    /// When the secret was last changed.
    #[attr(computed)]
    last_changed_date: Attr<String>,
    /// Name of the secret.
    #[attr(optional, computed)]
    name: Attr<String>,
    /// Policy that says who may do what with the secret.
    #[attr(computed)]
    policy: Attr<String>,
    /// Region of the secret.
    #[attr(region)]
    region: Attr<String>,
    /// Tags of the secret.
    #[attr(optional, computed)]
    tags: Attr<Tags>,
}

impl DataSource<Aws> for Secret {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let wanted = self.arn.text().or(self.name.text()).unwrap_or_default().to_owned();
        let secret = described(cx, &wanted).await?.filter(|secret| secret.deleted_date().is_none());
        let Some(secret) = secret else {
            return Err(Error::new("No such secret", format!("There is no secret {wanted} in {}.", cx.region())));
        };
        let policy = cx.secretsmanager().get_resource_policy().secret_id(&wanted).send().await?;
        self.arn = secret.arn().into();
        self.created_date = secret.created_date().map(time::text).into();
        self.description = secret.description().unwrap_or_default().into();
        self.id = secret.arn().into();
        self.kms_key_id = secret.kms_key_id().unwrap_or_default().into();
        self.last_changed_date = secret.last_changed_date().map(time::text).into();
        self.name = secret.name().into();
        self.policy = policy.resource_policy.unwrap_or_default().into();
        self.tags = Attr::Known(tags(&secret));
        Ok(self)
    }
}
