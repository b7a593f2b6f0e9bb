//! What goes wrong with AWS, said so that it can be put right.

use std::error::Error as StdError;
use std::fmt::Write as _;
use std::sync::Arc;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::error::operation::BuildError;
use landform_diagnostics::Diagnostic;

/// A result of a call to AWS.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed call, or a failure of our own. Cheap to clone: one failed call answers many readers.
#[derive(Clone, Debug)]
pub(crate) struct Error(Arc<Inner>);

#[derive(Clone, Debug)]
struct Inner {
    cause: Cause,
    /// `ec2:DescribeVpcs`, where it was a call.
    operation: Option<String>,
    /// What the service says, or the chain of causes.
    message: String,
    request_id: Option<String>,
    /// What was being done, innermost first.
    doing: Vec<String>,
    /// What else helps: what blocks, what to do.
    hints: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    /// The service answered with an error code.
    Code(String),
    /// The service answered with something that is no AWS error.
    NotAws(u16),
    /// No answer.
    Unreachable,
    /// No answer in time.
    TimedOut,
    /// No usable credentials.
    NoCredentials,
    /// What was waited for did not come in time.
    Late,
    /// Of our own: the summary.
    Own(String),
}

const DENIED: [&str; 5] =
    ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized"];
const EXPIRED: [&str; 4] = ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
const BAD_CREDENTIALS: [&str; 5] = [
    "InvalidClientTokenId",
    "AuthFailure",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
];

impl Error {
    /// An error of our own.
    pub(crate) fn new(summary: impl Into<String>, message: impl Into<String>) -> Self {
        Self::of(Cause::Own(summary.into()), None, message.into(), None)
    }

    /// What was waited for did not come in time.
    pub(crate) fn late(message: impl Into<String>) -> Self {
        Self::of(Cause::Late, None, message.into(), None)
    }

    /// Whether what was waited for did not come in time.
    pub(crate) fn is_timeout(&self) -> bool {
        self.0.cause == Cause::Late
    }

    /// The error of one part of a call that succeeded as a whole.
    pub(crate) fn answered(code: &str, message: &str) -> Self {
        Self::of(Cause::Code(code.to_owned()), None, message.to_owned(), None)
    }

    fn of(cause: Cause, operation: Option<String>, message: String, request_id: Option<String>) -> Self {
        Self(Arc::new(Inner { cause, operation, message, request_id, doing: Vec::new(), hints: Vec::new() }))
    }

    /// The error code that the service answered with.
    pub(crate) fn code(&self) -> Option<&str> {
        if let Cause::Code(code) = &self.0.cause { Some(code) } else { None }
    }

    /// What the service says.
    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    /// Whether the service answered with one of these codes.
    pub(crate) fn is(&self, codes: &[&str]) -> bool {
        self.code().is_some_and(|code| codes.contains(&code))
    }

    /// Whether the service says that the object does not exist. Never true of an answer without an AWS error code.
    pub(crate) fn is_missing(&self) -> bool {
        self.code().is_some_and(|code| means_missing(code, self.message()))
    }

    /// Whether the call was refused because other objects still need this one.
    pub(crate) fn is_in_use(&self) -> bool {
        self.is(&[
            "DependencyViolation",
            "InvalidGroup.InUse",
            "ResourceInUse",
            "ResourceInUseException",
            "DeleteConflict",
        ])
    }

    /// Whether a policy was refused because it names somebody who does not exist, or whom IAM has only just made.
    pub(crate) fn names_unknown_principal(&self) -> bool {
        self.is(&["MalformedPolicyDocument", "MalformedPolicyDocumentException", "MalformedPolicy"])
            && self.message().to_ascii_lowercase().contains("invalid principal")
    }

    /// Says what was being done.
    pub(crate) fn while_doing(mut self, what: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).doing.push(what.into());
        self
    }

    /// Adds what helps.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).hints.push(hint.into());
        self
    }

    fn summary(&self) -> String {
        match &self.0.cause {
            Cause::Own(summary) => summary.clone(),
            Cause::Late => "Timed out waiting".into(),
            Cause::Code(code) if DENIED.contains(&code.as_str()) => "Access denied by AWS".into(),
            Cause::Code(code) if EXPIRED.contains(&code.as_str()) => "AWS credentials have expired".into(),
            Cause::Code(code) if BAD_CREDENTIALS.contains(&code.as_str()) => "AWS credentials are not valid".into(),
            Cause::Code(_) => "AWS refused the request".into(),
            Cause::NotAws(_) => "Unexpected answer from AWS".into(),
            Cause::Unreachable => "AWS can not be reached".into(),
            Cause::TimedOut => "AWS did not answer in time".into(),
            Cause::NoCredentials => "No valid credential sources found".into(),
        }
    }

    fn detail(&self) -> String {
        let inner = &*self.0;
        let mut detail = String::new();
        for doing in inner.doing.iter().rev() {
            let _ = write!(detail, "{doing}: ");
        }
        match (&inner.cause, &inner.operation) {
            (Cause::Code(code), Some(operation)) => {
                let _ = write!(detail, "{operation} failed with {code}: {}", inner.message);
            }
            (Cause::Code(code), None) => {
                let _ = write!(detail, "{code}: {}", inner.message);
            }
            (Cause::NotAws(status), Some(operation)) => {
                let _ = write!(
                    detail,
                    "{operation} was answered with HTTP status {status} and no AWS error: {}",
                    inner.message
                );
            }
            (_, Some(operation)) => {
                let _ = write!(detail, "{operation} failed: {}", inner.message);
            }
            (_, None) => detail.push_str(&inner.message),
        }
        let full_stop = if detail.ends_with('.') { "" } else { "." };
        detail.push_str(full_stop);
        if let Some(request_id) = &inner.request_id {
            let _ = write!(detail, " (Request id: {request_id})");
        }
        for hint in self.own_hint().iter().chain(&inner.hints) {
            let _ = write!(detail, "\n\n{hint}");
        }
        detail
    }

    fn own_hint(&self) -> Option<String> {
        let operation = self.0.operation.as_deref().unwrap_or("the action");
        match &self.0.cause {
            Cause::Code(code) if DENIED.contains(&code.as_str()) => {
                Some(format!("The credentials in use need permission for {operation}."))
            }
            Cause::Code(code) if EXPIRED.contains(&code.as_str()) => {
                Some("Get fresh credentials (for single sign-on: aws sso login) and run again.".into())
            }
            Cause::NoCredentials => Some(
                "Tried in this order: access_key and secret_key of the provider configuration; its profile, if it names \
                 one; the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY); a web identity token \
                 (AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN); the profile (AWS_PROFILE) in the shared configuration and \
                 credentials files, with its role, single sign-on or credential process; the container credentials \
                 endpoint; the instance metadata service."
                    .into(),
            ),
            Cause::Unreachable => {
                Some("Check the network, the region's name, proxies, and custom endpoints (AWS_ENDPOINT_URL).".into())
            }
            _ => None,
        }
    }
}

/// Whether an error code means that something does not exist.
pub(super) fn means_missing(code: &str, message: &str) -> bool {
    code.ends_with("NotFound")
        || code.ends_with("NotFoundException")
        || code.ends_with("NotFoundFault")
        || code.ends_with(".Malformed") && message.contains("does not exist")
        || matches!(code, "NoSuchEntity" | "NoSuchBucket" | "NoSuchKey" | "NoSuchHostedZone" | "404")
}

impl From<Error> for Diagnostic {
    fn from(error: Error) -> Self {
        Self::error(error.summary(), error.detail())
    }
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Self {
        Self::new("Incomplete request", causes(&error))
    }
}

/// A role that can not be assumed, and why; it travels among the SDK's own errors.
#[derive(Debug)]
pub(crate) struct RoleNotAssumed {
    /// Its ARN.
    pub(crate) role: String,
    /// What STS says.
    pub(crate) why: Error,
}

impl std::fmt::Display for RoleNotAssumed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "role {} can not be assumed: {}", self.role, self.why.detail())
    }
}

impl StdError for RoleNotAssumed {}

impl From<CredentialsError> for Error {
    fn from(error: CredentialsError) -> Self {
        about_role(&error).unwrap_or_else(|| Self::of(Cause::NoCredentials, None, causes(&error), None))
    }
}

/// What a role that can not be assumed has to say.
fn about_role(error: &(dyn StdError + 'static)) -> Option<Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(failed) = error.downcast_ref::<RoleNotAssumed>() {
            return Some(Error::new("Cannot assume IAM Role", failed.to_string()));
        }
        next = error.source();
    }
    None
}

impl<E> From<SdkError<E, HttpResponse>> for Error
where
    E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let operation = Some(operation_name(std::any::type_name::<E>()));
        let request_id = error.meta().extra("aws_request_id").map(str::to_owned);
        if let (Some(code), Some(_)) = (error.meta().code(), error.raw_response()) {
            let message = error.meta().message().unwrap_or("no message").to_owned();
            return Self::of(Cause::Code(code.to_owned()), operation, message, request_id);
        }
        if let Some(failed) = about_role(&error) {
            return failed;
        }
        if let Some(status) = bare_not_found(&error) {
            return Self::of(Cause::Code(status), operation, "not found".into(), request_id);
        }
        let cause = match &error {
            SdkError::ServiceError(context) => Cause::NotAws(context.raw().status().as_u16()),
            SdkError::ResponseError(context) => Cause::NotAws(context.raw().status().as_u16()),
            SdkError::TimeoutError(_) => Cause::TimedOut,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Cause::TimedOut,
            SdkError::DispatchFailure(failure) if failure.is_io() => Cause::Unreachable,
            _ if is_about_credentials(&error) => Cause::NoCredentials,
            _ => Cause::Unreachable,
        };
        Self::of(cause, operation, causes(&error), request_id)
    }
}

/// `HEAD` requests are answered without a body, so S3's 404 carries no code; it does carry S3's own header.
fn bare_not_found<E>(error: &SdkError<E, HttpResponse>) -> Option<String> {
    let response = error.raw_response()?;
    let headers = response.headers();
    let html = headers.get("content-type").is_some_and(|kind| kind.contains("html"));
    let empty = headers.get("content-length").is_none_or(|length| length == "0");
    (response.status().as_u16() == 404 && !html && empty).then(|| "404".to_owned())
}

/// `ec2:DescribeVpcs` of `aws_sdk_ec2::operation::describe_vpcs::DescribeVpcsError`.
fn operation_name(type_name: &str) -> String {
    let service = type_name.split("::").next().unwrap_or_default().trim_start_matches("aws_sdk_");
    let operation = type_name.rsplit("::").next().unwrap_or_default().trim_end_matches("Error");
    let service = match service {
        "cloudwatchlogs" => "logs",
        "resourcegroupstagging" => "tag",
        other => other,
    };
    format!("{service}:{operation}")
}

/// The messages of an error and its causes, without repeats.
pub(crate) fn causes(error: &dyn StdError) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    parts.join(": ")
}

fn is_about_credentials(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<CredentialsError>()
            || error.to_string().contains("credential")
            || error.to_string().contains("identity")
        {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_named_as_in_policies() {
        let name = "aws_sdk_ec2::operation::describe_vpcs::DescribeVpcsError";
        assert_eq!(operation_name(name), "ec2:DescribeVpcs");
        let name = "aws_sdk_cloudwatchlogs::operation::describe_log_groups::DescribeLogGroupsError";
        assert_eq!(operation_name(name), "logs:DescribeLogGroups");
    }

    #[test]
    fn denied_actions_are_named() {
        let cause = Cause::Code("UnauthorizedOperation".into());
        let error = Error::of(cause, Some("ec2:CreateVpc".into()), "You may not.".into(), Some("r-1".into()));
        let diagnostic = Diagnostic::from(error.while_doing("creating a VPC"));
        assert_eq!(diagnostic.summary, "Access denied by AWS");
        assert_eq!(
            diagnostic.detail,
            "creating a VPC: ec2:CreateVpc failed with UnauthorizedOperation: You may not. (Request id: r-1)\n\n\
             The credentials in use need permission for ec2:CreateVpc."
        );
    }
}
