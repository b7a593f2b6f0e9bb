//! `data.aws_ssm_parameter`.

use aws_sdk_ssm::types::ParameterType;

use crate::core::prelude::*;

/// A parameter that is there. It has no `Debug`, so that the value is shown nowhere.
#[derive(Model, Clone, Default)]
#[model(name = "aws_ssm_parameter")]
pub(super) struct Parameter {
    /// ARN of the parameter.
    #[attr(computed)]
    arn: Attr<String>,
    /// Name of the parameter.
    #[attr(id)]
    id: Attr<String>,
    /// The value, unless it is a secret.
    #[attr(computed)]
    insecure_value: Attr<String>,
    /// Name of the parameter, which may end with a version or label: `name:3`.
    #[attr(required)]
    name: Attr<String>,
    /// Region of the parameter.
    #[attr(region)]
    region: Attr<String>,
    /// Kind of the value: `String`, `StringList` or `SecureString`.
    #[attr(computed, name = "type")]
    kind: Attr<String>,
    /// The value.
    #[attr(computed, sensitive)]
    value: Attr<String>,
    /// How often the parameter was set.
    #[attr(computed)]
    version: Attr<i64>,
    /// Whether a `SecureString` is told in plain text.
    #[attr(optional, default = true)]
    with_decryption: Attr<bool>,
}

impl DataSource<Aws> for Parameter {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let name = self.name.as_str().to_owned();
        let request = cx.ssm().get_parameter().name(&name);
        let sent = request.with_decryption(self.with_decryption.get().unwrap_or(true)).send().await;
        let told = sent.map_err(|error| Error::from(error).while_doing(format!("reading parameter {name}")))?;
        let Some(told) = told.parameter else {
            return Err(Error::new("No such parameter", format!("There is no parameter {name} in {}.", cx.region())));
        };
        let secret = told.r#type() == Some(&ParameterType::SecureString);
        self.arn = told.arn().into();
        self.id = told.name().into();
        self.insecure_value = told.value().filter(|_| !secret).into();
        self.kind = told.r#type().map(ParameterType::as_str).into();
        self.value = told.value().into();
        self.version = told.version().into();
        Ok(self)
    }
}
