//! Whether the credentials are those of an account that may be used.

use aws_sdk_sts::Client;
use landform_diagnostics::Diagnostic;

use crate::s3::api_error::ApiError;
use crate::s3::arguments::Checks;

/// Holds an account to the lists of allowed and forbidden ones. Asks for the account only when there is such a list: wrong
/// credentials show with the first request for the state as well.
pub(super) async fn check(checks: &Checks, sts: &Client) -> Result<(), Diagnostic> {
    let (allowed, forbidden) = (&checks.allowed_account_ids, &checks.forbidden_account_ids);
    if allowed.is_none() && forbidden.is_none() {
        return Ok(());
    }
    // Terraform can not know the account then, and allows none of those that are listed.
    let id = match checks.skip_credentials_validation && checks.skip_requesting_account_id {
        true => String::new(),
        false => account_id(sts).await?,
    };
    let listed = |list: &Option<Vec<String>>| list.as_ref().map(|ids| ids.contains(&id));
    if listed(forbidden) == Some(true) || listed(allowed) == Some(false) {
        return Err(Diagnostic::error("Invalid account ID", format!("AWS account ID not allowed: {id}")));
    }
    Ok(())
}

async fn account_id(sts: &Client) -> Result<String, Diagnostic> {
    let failed = |error: &str, advice: &str| {
        let detail = format!("validating provider credentials: retrieving caller identity from STS: {error}{advice}");
        Diagnostic::error("Retrieving AWS account details", detail)
    };
    let answer = sts.get_caller_identity().send().await.map_err(|error| {
        let error = ApiError::new("STS: GetCallerIdentity", error);
        failed(&error.to_string(), &error.advice())
    })?;
    answer.account.ok_or_else(|| failed("empty response", ""))
}
