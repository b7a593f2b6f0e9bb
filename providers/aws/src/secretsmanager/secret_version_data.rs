//! `data.aws_secretsmanager_secret_version`.

use super::loads::{Which, version};
use super::stages::CURRENT;
use super::{encoded, version_id};
use crate::core::prelude::*;
use crate::core::time;

/// A value of a secret. It has no `Debug`, so that the value is shown nowhere.
#[derive(Model, Clone, Default)]
#[model(name = "aws_secretsmanager_secret_version")]
pub(super) struct SecretVersion {
    /// ARN of the secret.
    #[attr(computed)]
    arn: Attr<String>,
    /// When the version was made.
    #[attr(computed)]
    created_date: Attr<String>,
    /// Secret and version, or secret and label: `SECRET|AWSCURRENT`.
    #[attr(id)]
    id: Attr<String>,
    /// Region of the secret.
    #[attr(region)]
    region: Attr<String>,
    /// ARN of the secret.
    #[attr(computed)]
    secret_arn: Attr<String>,
    /// The value as bytes: as text where it is any, else in Base64.
    #[attr(computed, sensitive)]
    secret_binary: Attr<String>,
    /// ARN or name of the secret.
    #[attr(required)]
    secret_id: Attr<String>,
    /// The value as text.
    #[attr(computed, sensitive)]
    secret_string: Attr<String>,
    /// Id of the version.
    #[attr(optional, computed)]
    version_id: Attr<String>,
    /// Label of the version, where no id is given.
    #[attr(optional, default = "AWSCURRENT")]
    version_stage: Attr<String>,
    /// All labels of the version.
    #[attr(computed)]
    version_stages: Attr<BTreeSet<String>>,
}

impl DataSource<Aws> for SecretVersion {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let secret = self.secret_id.as_str().to_owned();
        let stage = self.version_stage.text().unwrap_or(CURRENT).to_owned();
        let (which, called) = match self.version_id.text() {
            Some(id) => (Which::Id(id), id.to_owned()),
            None => (Which::Stage(&stage), stage.clone()),
        };
        let Some(told) = version(cx, &secret, which).await? else {
            let message = format!("Secret {secret} has no version {called} in {}, or does not exist.", cx.region());
            return Err(Error::new("No such version of a secret", message));
        };
        self.arn = told.arn.clone().into();
        self.created_date = told.created.as_ref().map(time::text).into();
        self.id = version_id(&secret, &called).into();
        self.secret_arn = told.arn.into();
        let text = told.binary.as_ref().and_then(|it| std::str::from_utf8(it.as_ref()).ok());
        self.secret_binary = text.map_or_else(|| encoded(told.binary.as_ref()), Attr::from);
        self.secret_string = told.string.unwrap_or_default().into();
        self.version_id = told.id.into();
        self.version_stages = Attr::Known(told.stages.into_iter().collect());
        Ok(self)
    }
}
