//! Which credentials are used, and which roles are assumed with them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_sdk_sts::operation::assume_role::AssumeRoleInput;
use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityInput;
use aws_sdk_sts::types::{Credentials as StsCredentials, PolicyDescriptorType, Tag};
use aws_types::SdkConfig;
use aws_types::region::Region;
use landform_provider_api::framework::{Attr, parse_duration};

use super::{AssumeRole, AssumeRoleWithWebIdentity, ProviderConfig, environment};
use crate::core::{Error, NoPointlessRetry, Result, RoleNotAssumed};

/// Credentials that the configuration itself holds.
pub(super) fn given(config: &ProviderConfig) -> Result<Option<Credentials>> {
    match (config.access_key.param(), config.secret_key.param()) {
        (Some(access), Some(secret)) => {
            Ok(Some(Credentials::new(access, secret, config.token.param(), None, "provider configuration")))
        }
        (None, None) => Ok(None),
        _ => Err(Error::new("Incomplete credentials", "access_key and secret_key can only be given together.")),
    }
}

/// The configuration with the credentials of the roles that are to be assumed, one after the other.
pub(super) fn with_roles(config: &ProviderConfig, mut sdk_config: SdkConfig) -> Result<SdkConfig> {
    let endpoint = config.endpoints.iter().find_map(|it| it.0.get("sts").cloned());
    let region = config.sts_region.text();
    if let Some(web) = config.assume_role_with_web_identity.first() {
        let source = web_identity(web)?;
        sdk_config = assume(source, sdk_config, region, endpoint.as_deref());
    }
    for role in config.assume_role.iter().filter(|role| role.role_arn.text().is_some()) {
        let source = role_request(role)?;
        sdk_config = assume(source, sdk_config, region, endpoint.as_deref());
    }
    Ok(sdk_config)
}

/// The configuration with credentials that were asked for already, so that missing ones are missed once and not by every
/// object.
pub(super) async fn at_hand(sdk_config: SdkConfig) -> Result<SdkConfig> {
    let Some(source) = sdk_config.credentials_provider() else { return Ok(sdk_config) };
    let first = source.provide_credentials().await?;
    let source = AtHand { first: Mutex::new(Some(first)), source };
    Ok(sdk_config.into_builder().credentials_provider(SharedCredentialsProvider::new(source)).build())
}

/// Hands out credentials that are there, then those that the source has.
#[derive(Debug)]
struct AtHand {
    first: Mutex<Option<Credentials>>,
    source: SharedCredentialsProvider,
}

impl ProvideCredentials for AtHand {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(first) => future::ProvideCredentials::ready(Ok(first)),
            None => self.source.provide_credentials(),
        }
    }
}

/// What is asked of STS.
#[derive(Debug)]
enum Source {
    Role(Box<AssumeRoleInput>),
    WebIdentity(Box<AssumeRoleWithWebIdentityInput>, Option<PathBuf>),
}

impl Source {
    fn role(&self) -> Option<&str> {
        match self {
            Self::Role(request) => request.role_arn(),
            Self::WebIdentity(request, _) => request.role_arn(),
        }
    }
}

/// The session of an assumed role.
#[derive(Debug)]
struct RoleSession {
    sts: aws_sdk_sts::Client,
    source: Source,
}

fn assume(source: Source, base: SdkConfig, region: Option<&str>, endpoint: Option<&str>) -> SdkConfig {
    let mut builder = aws_sdk_sts::config::Builder::from(&base).retry_classifier(NoPointlessRetry::default());
    if let Some(region) = region {
        builder = builder.region(Region::new(region.to_owned()));
    }
    if let Some(endpoint) = endpoint {
        builder = builder.endpoint_url(endpoint);
    }
    let session = RoleSession { sts: aws_sdk_sts::Client::from_conf(builder.build()), source };
    base.into_builder().credentials_provider(SharedCredentialsProvider::new(session)).build()
}

fn session_name(name: &Attr<String>) -> String {
    name.text().unwrap_or("landform").to_owned()
}

fn seconds(text: &Attr<String>) -> Result<Option<i32>> {
    let Some(text) = text.text() else { return Ok(None) };
    let wrong = || Error::new("Invalid duration", format!("{text:?} is not a duration such as \"1h30m\"."));
    let duration = parse_duration(text).ok_or_else(wrong)?;
    i32::try_from(duration.as_secs()).map(Some).map_err(|_| wrong())
}

fn descriptors(arns: &Attr<std::collections::BTreeSet<String>>) -> Option<Vec<PolicyDescriptorType>> {
    let arns: Vec<_> = arns.items().map(|arn| PolicyDescriptorType::builder().arn(arn).build()).collect();
    (!arns.is_empty()).then_some(arns)
}

fn invalid(error: impl std::fmt::Display) -> Error {
    Error::new("Invalid role to assume", error.to_string())
}

fn role_request(role: &AssumeRole) -> Result<Source> {
    let tags = role.tags.items().map(|(key, value)| Tag::builder().key(key).value(value).build().map_err(invalid));
    let tags = tags.collect::<Result<Vec<_>>>()?;
    let transitive: Vec<String> = role.transitive_tag_keys.items().cloned().collect();
    let request = AssumeRoleInput::builder()
        .set_role_arn(role.role_arn.param())
        .role_session_name(session_name(&role.session_name))
        .set_external_id(role.external_id.param())
        .set_policy(role.policy.param())
        .set_policy_arns(descriptors(&role.policy_arns))
        .set_duration_seconds(seconds(&role.duration)?)
        .set_source_identity(role.source_identity.param())
        .set_tags((!tags.is_empty()).then_some(tags))
        .set_transitive_tag_keys((!transitive.is_empty()).then_some(transitive))
        .build();
    Ok(Source::Role(Box::new(request.map_err(invalid)?)))
}

fn web_identity(web: &AssumeRoleWithWebIdentity) -> Result<Source> {
    let or_variable = |given: &Attr<String>, name: &str| given.param().or_else(|| environment::variable(name));
    let token = web.web_identity_token.param();
    let file = match &token {
        Some(_) => None,
        None => or_variable(&web.web_identity_token_file, "AWS_WEB_IDENTITY_TOKEN_FILE").map(PathBuf::from),
    };
    if token.is_none() && file.is_none() {
        let message = "assume_role_with_web_identity needs web_identity_token or web_identity_token_file.";
        return Err(Error::new("Invalid role to assume", message));
    }
    let name = or_variable(&web.session_name, "AWS_ROLE_SESSION_NAME");
    let request = AssumeRoleWithWebIdentityInput::builder()
        .set_role_arn(or_variable(&web.role_arn, "AWS_ROLE_ARN"))
        .role_session_name(name.unwrap_or_else(|| session_name(&Attr::Null)))
        .set_policy(web.policy.param())
        .set_policy_arns(descriptors(&web.policy_arns))
        .set_duration_seconds(seconds(&web.duration)?)
        .set_web_identity_token(token)
        .build();
    Ok(Source::WebIdentity(Box::new(request.map_err(invalid)?), file))
}

impl ProvideCredentials for RoleSession {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let session = self.ask().await.map_err(|why| {
                let role = self.source.role().unwrap_or_default().to_owned();
                CredentialsError::provider_error(RoleNotAssumed { role, why })
            })?;
            let expiration = session.expiration();
            let seconds = u64::try_from(expiration.secs()).unwrap_or_default();
            let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            Ok(Credentials::new(
                session.access_key_id,
                session.secret_access_key,
                Some(session.session_token),
                Some(expires),
                "assumed role",
            ))
        })
    }
}

impl RoleSession {
    async fn ask(&self) -> Result<StsCredentials> {
        let answered = match &self.source {
            Source::Role(request) => {
                let call = self.sts.assume_role();
                let call = call
                    .set_role_arn(request.role_arn.clone())
                    .set_role_session_name(request.role_session_name.clone())
                    .set_external_id(request.external_id.clone())
                    .set_policy(request.policy.clone())
                    .set_policy_arns(request.policy_arns.clone())
                    .set_duration_seconds(request.duration_seconds)
                    .set_source_identity(request.source_identity.clone())
                    .set_tags(request.tags.clone())
                    .set_transitive_tag_keys(request.transitive_tag_keys.clone());
                call.send().await?.credentials
            }
            Source::WebIdentity(request, file) => {
                let token = match file {
                    Some(file) => Some(token_in(file).await?),
                    None => request.web_identity_token.clone(),
                };
                let call = self.sts.assume_role_with_web_identity();
                let call = call
                    .set_role_arn(request.role_arn.clone())
                    .set_role_session_name(request.role_session_name.clone())
                    .set_policy(request.policy.clone())
                    .set_policy_arns(request.policy_arns.clone())
                    .set_duration_seconds(request.duration_seconds)
                    .set_web_identity_token(token);
                call.send().await?.credentials
            }
        };
        answered.ok_or_else(|| Error::new("Unexpected answer from AWS", "STS answered without credentials."))
    }
}

async fn token_in(file: &Path) -> Result<String> {
    let text = fs_err::tokio::read_to_string(file).await;
    let text = text.map_err(|error| Error::new("Unreadable web identity token", error.to_string()))?;
    Ok(text.trim().to_owned())
}
