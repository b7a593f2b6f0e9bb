//! Roles that are assumed before anything else is done.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sts::types::{Credentials as Session, PolicyDescriptorType, Tag};
use landform_diagnostics::Diagnostic;

use super::handed_out::HandedOut;
use crate::s3::api_error::{ApiError, chain};
use crate::s3::arguments::{Role, RoleBasics, WebIdentity};
use crate::s3::environment::{Environment, Secret};
use crate::s3::validate::notation::parse_duration;

/// The session of a role that was assumed with credentials.
///
/// # Errors
/// When it can not be assumed.
pub(super) async fn assume(sts: aws_sdk_sts::Client, role: &Role) -> Result<SharedCredentialsProvider, Diagnostic> {
    let arn = &role.basics.role_arn;
    let failed = |error: &dyn std::fmt::Display| {
        let detail = format!(
            "IAM Role ({arn}) cannot be assumed.\n\nThere are a number of possible causes of this - the most common are:\n  \
             * The credentials used in order to assume the role are invalid\n  * The credentials do not have appropriate \
             permission to assume the role\n  * The role ARN is not valid\n\nError: {error}\n"
        );
        Diagnostic::error("Cannot assume IAM Role", detail)
    };
    let session = RoleSession { sts, source: Source::Role(Box::new(role.clone())) };
    HandedOut::first(session).await.map_err(|error| failed(&chain(&error)))
}

/// The session of a role that was assumed with a token.
///
/// # Errors
/// When it can not be assumed.
pub(super) async fn assume_with_web_identity(
    sts: aws_sdk_sts::Client,
    role: &WebIdentity,
    environment: &Environment,
) -> Result<SharedCredentialsProvider, Diagnostic> {
    let mut role = role.clone();
    role.token_file = role.token_file.map(|file| environment.expand(&file));
    let arn = role.basics.role_arn.clone();
    let session = RoleSession { sts, source: Source::WebIdentity(Box::new(role)) };
    HandedOut::first(session).await.map_err(|error| {
        let detail = format!(
            "IAM Role ({arn}) cannot be assumed with web identity token.\n\nThere are a number of possible causes of this - \
             the most common are:\n  * The web identity token used in order to assume the role is invalid\n  * The web \
             identity token does not have appropriate permission to assume the role\n  * The role ARN is not \
             valid\n\nError: {}\n",
            chain(&error)
        );
        Diagnostic::error("Cannot assume IAM Role with web identity", detail)
    })
}

#[derive(Debug)]
enum Source {
    Role(Box<Role>),
    WebIdentity(Box<WebIdentity>),
}

/// Asks for a session, and again when it is about to end.
#[derive(Debug)]
struct RoleSession {
    sts: aws_sdk_sts::Client,
    source: Source,
}

impl ProvideCredentials for RoleSession {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let session = match &self.source {
                Source::Role(role) => self.ask(role).await,
                Source::WebIdentity(role) => self.ask_with_token(role).await,
            };
            let session = session.map_err(CredentialsError::provider_error)?;
            let expires = u64::try_from(session.expiration().secs()).unwrap_or_default();
            Ok(Credentials::new(
                session.access_key_id,
                session.secret_access_key,
                Some(session.session_token),
                Some(SystemTime::UNIX_EPOCH + Duration::from_secs(expires)),
                "assumed role",
            ))
        })
    }
}

impl RoleSession {
    async fn ask(&self, role: &Role) -> Result<Session, String> {
        let tags = role.tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build());
        let tags: Vec<Tag> = tags.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
        let basics = &role.basics;
        let call = self.sts.assume_role().role_arn(&basics.role_arn).role_session_name(session_name(basics));
        let call = call
            .set_external_id(role.external_id.clone())
            .set_policy(basics.policy.clone())
            .set_policy_arns(policies(basics))
            .set_duration_seconds(seconds(basics))
            .set_source_identity(role.source_identity.clone())
            .set_tags(some(tags))
            .set_transitive_tag_keys(some(role.transitive_tag_keys.clone()));
        let answer = call.send().await.map_err(|error| ApiError::new("STS: AssumeRole", error).to_string())?;
        answer.credentials.ok_or_else(no_session)
    }

    async fn ask_with_token(&self, role: &WebIdentity) -> Result<Session, String> {
        let token = match (&role.token, &role.token_file) {
            (Some(Secret(token)), _) => token.clone(),
            (None, file) => {
                let file = file.as_deref().unwrap_or_default();
                fs_err::read_to_string(file).map_err(|error| error.to_string())?.trim().to_owned()
            }
        };
        let basics = &role.basics;
        let call = self.sts.assume_role_with_web_identity().role_arn(&basics.role_arn);
        let call = call
            .role_session_name(session_name(basics))
            .web_identity_token(token)
            .set_policy(basics.policy.clone())
            .set_policy_arns(policies(basics))
            .set_duration_seconds(seconds(basics));
        let answer = call.send().await;
        let answer = answer.map_err(|error| ApiError::new("STS: AssumeRoleWithWebIdentity", error).to_string())?;
        answer.credentials.ok_or_else(no_session)
    }
}

fn no_session() -> String {
    "STS answered without credentials".to_owned()
}

fn session_name(role: &RoleBasics) -> &str {
    role.session_name.as_deref().unwrap_or("landform")
}

fn seconds(role: &RoleBasics) -> Option<i32> {
    let nanoseconds = parse_duration(role.duration.as_deref()?).ok()?;
    i32::try_from(nanoseconds / 1_000_000_000).ok()
}

fn policies(role: &RoleBasics) -> Option<Vec<PolicyDescriptorType>> {
    some(role.policy_arns.iter().map(|arn| PolicyDescriptorType::builder().arn(arn).build()).collect())
}

fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
