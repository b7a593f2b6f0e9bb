//! `data.aws_caller_identity`.

use crate::core::prelude::*;

/// The account, user or role that the provider's credentials belong to.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_caller_identity")]
pub(super) struct CallerIdentity {
    /// Id of the account.
    #[attr(computed)]
    account_id: Attr<String>,
    /// ARN of the user or role session.
    #[attr(computed)]
    arn: Attr<String>,
    /// Id of the account.
    #[attr(id)]
    id: Attr<String>,
    /// Unique id of the user or role session.
    #[attr(computed)]
    user_id: Attr<String>,
}

impl DataSource<Aws> for CallerIdentity {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let caller = cx.caller().await?;
        self.id = caller.account_id.as_str().into();
        self.account_id = caller.account_id.as_str().into();
        self.arn = caller.arn.as_str().into();
        self.user_id = caller.user_id.as_str().into();
        Ok(self)
    }
}
