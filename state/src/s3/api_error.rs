//! Failed calls of AWS: what failed and what can be done about it.

use std::error::Error;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A call that failed. Prints in one line as the AWS SDK that Terraform uses does.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    /// Service and operation: `S3: PutObject`.
    operation: &'static str,
    pub(super) kind: Kind,
    text: String,
}

/// What a caller may want to tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    NoSuchBucket,
    NoSuchKey,
    /// The condition of the request does not hold.
    Precondition,
    /// Another request about the same object was under way; it may be repeated.
    Conflict,
    /// The endpoint can not do conditional requests.
    NotImplemented,
    /// The bucket is in that region, where it is known.
    WrongRegion(Option<String>),
    AccessDenied,
    /// The credentials were refused.
    BadCredentials,
    /// There are no credentials.
    NoCredentials,
    NoSuchTable,
    /// There was no answer.
    Unreachable,
    /// The service failed, or has too much to do.
    ServerError,
    Other,
}

impl ApiError {
    /// Of a service's operation.
    pub(super) fn new<E>(operation: &'static str, error: SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let Some(response) = error.raw_response() else {
            let credentials = find::<CredentialsError>(&error);
            let kind = if credentials { Kind::NoCredentials } else { Kind::Unreachable };
            return Self { operation, kind, text: format!("request send failed, {}", chain(&error)) };
        };
        let header = |name: &str| response.headers().get(name).unwrap_or_default().to_owned();
        let status = response.status().as_u16();
        let (code, message) = match error.as_service_error() {
            Some(found) => (found.code().unwrap_or_default(), found.message().unwrap_or_default()),
            None => ("", ""),
        };
        let request_id = [header("x-amz-request-id"), header("x-amzn-requestid")].concat();
        let host_id = match operation.starts_with("S3") {
            true => format!("HostID: {}, ", header("x-amz-id-2")),
            false => String::new(),
        };
        let what = if code.is_empty() { chain(&error) } else { format!("api error {code}: {message}") };
        let text = format!("https response error StatusCode: {status}, RequestID: {request_id}, {host_id}{what}");
        let region = Some(header("x-amz-bucket-region")).filter(|region| !region.is_empty());
        Self { operation, kind: kind(status, code, message, region), text }
    }

    /// Of an answer that broke off.
    pub(super) fn broken(operation: &'static str, error: &(dyn Error + 'static)) -> Self {
        Self { operation, kind: Kind::Unreachable, text: format!("response body broke off, {}", chain(error)) }
    }

    /// Whether the call may have been done all the same.
    pub(super) fn is_uncertain(&self) -> bool {
        matches!(self.kind, Kind::Unreachable | Kind::ServerError)
    }

    /// What to do, as sentences after a blank line; nothing when the message says it all.
    pub(super) fn advice(&self) -> String {
        let advice = match &self.kind {
            Kind::WrongRegion(Some(region)) => {
                format!("The bucket is in the region {region:?}. Set \"region\" in the backend's configuration to that.")
            }
            Kind::WrongRegion(None) => "The bucket is in another region than \"region\" in the backend's configuration \
                                        says."
                .to_owned(),
            Kind::AccessDenied => format!(
                "The credentials are valid but do not allow this operation ({}). The backend needs s3:ListBucket on the \
                 bucket; s3:GetObject, s3:PutObject and s3:DeleteObject on the state and its lock file; with a DynamoDB \
                 table dynamodb:GetItem, dynamodb:PutItem and dynamodb:DeleteItem on it; and, where objects are encrypted \
                 with a KMS key, the use of that key.",
                self.operation
            ),
            Kind::BadCredentials => {
                "The credentials are wrong or have expired. Renew them and try again.".to_owned()
            }
            Kind::Unreachable => "The endpoint could not be reached or did not answer. Check the network, the proxy, \
                                  \"region\" and \"endpoints\" in the backend's configuration, and the AWS_ENDPOINT_URL \
                                  variables."
                .to_owned(),
            Kind::NoSuchTable => "The DynamoDB table must have been previously created in the same region and account, \
                                  with a partition key named \"LockID\" of type String."
                .to_owned(),
            Kind::NoSuchBucket
            | Kind::NoSuchKey
            | Kind::Precondition
            | Kind::Conflict
            | Kind::NotImplemented
            | Kind::NoCredentials
            | Kind::ServerError
            | Kind::Other => return String::new(),
        };
        format!("\n\n{advice}")
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operation error {}, {}", self.operation, self.text)
    }
}

fn kind(status: u16, code: &str, message: &str, region: Option<String>) -> Kind {
    match (status, code) {
        (_, "NoSuchBucket") => Kind::NoSuchBucket,
        (_, "NoSuchKey") => Kind::NoSuchKey,
        (412, _) | (_, "PreconditionFailed" | "ConditionalCheckFailedException") => Kind::Precondition,
        (409, "ConditionalRequestConflict" | "OperationAborted") => Kind::Conflict,
        (501, _) | (_, "NotImplemented") => Kind::NotImplemented,
        (301 | 307, _) | (_, "PermanentRedirect" | "IllegalLocationConstraintException") => Kind::WrongRegion(region),
        (_, "AuthorizationHeaderMalformed") => Kind::WrongRegion(region.or_else(|| expected_region(message))),
        (_, "AccessDenied" | "AccessDeniedException" | "AllAccessDisabled" | "UnauthorizedOperation") => {
            Kind::AccessDenied
        }
        (
            _,
            "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidToken"
            | "TokenRefreshRequired"
            | "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "InvalidSignatureException"
            | "MissingAuthenticationTokenException",
        ) => Kind::BadCredentials,
        (_, "ResourceNotFoundException") => Kind::NoSuchTable,
        (500..=599, _) => Kind::ServerError,
        _ => Kind::Other,
    }
}

/// From "the region 'us-east-1' is wrong; expecting 'eu-west-1'".
fn expected_region(message: &str) -> Option<String> {
    let (_, expected) = message.rsplit_once("expecting '")?;
    expected.split_once('\'').map(|(region, _)| region.to_owned())
}

/// The messages of an error and its causes, each once.
pub(super) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut result = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !result.contains(&text) {
            result = format!("{result}: {text}");
        }
        next = cause.source();
    }
    result
}

fn find<T: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |&error| error.source()).any(|error| error.downcast_ref::<T>().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let of = |status, code| kind(status, code, "the region 'a' is wrong; expecting 'eu-west-1'", None);
        assert_eq!(of(404, "NoSuchKey"), Kind::NoSuchKey);
        assert_eq!(of(404, ""), Kind::Other, "a page of some web server is no missing state");
        assert_eq!(of(412, ""), Kind::Precondition);
        assert_eq!(of(400, "ConditionalCheckFailedException"), Kind::Precondition);
        assert_eq!(of(301, "PermanentRedirect"), Kind::WrongRegion(None));
        assert_eq!(of(400, "AuthorizationHeaderMalformed"), Kind::WrongRegion(Some("eu-west-1".to_owned())));
        assert_eq!(of(403, "AccessDenied"), Kind::AccessDenied);
        assert_eq!(of(400, "ExpiredToken"), Kind::BadCredentials);
        assert_eq!(of(503, "SlowDown"), Kind::ServerError);
    }
}
