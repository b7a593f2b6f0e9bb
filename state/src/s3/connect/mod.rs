//! From arguments and environment to clients that can be called.

mod account;
mod handed_out;
mod http;
mod insecure;
mod profile;
mod roles;
mod tried;

use std::collections::HashMap;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_types::app_name::AppName;
use aws_types::os_shim_internal::Env;
use aws_types::region::Region;
use landform_diagnostics::{Diagnostic, Diagnostics};

use super::api_error::chain;
use super::arguments::{Arguments, Identity, Network, Role};
use super::environment::{Environment, Secret};
use super::settings;
use handed_out::HandedOut;

/// How often a request is made at most, as with Terraform's backend.
const ATTEMPTS: u32 = 5;
/// What Go's SDK does when it is told 0.
const DEFAULT_ATTEMPTS: u32 = 3;
/// The pause before the first repeat, at most.
const FIRST_PAUSE: Duration = Duration::from_millis(300);

/// The clients of a backend.
#[derive(Clone, Debug)]
pub(super) struct Clients {
    pub(super) s3: aws_sdk_s3::Client,
    pub(super) dynamodb: aws_sdk_dynamodb::Client,
}

/// Makes the clients. `found` takes warnings.
///
/// # Errors
/// When there are no credentials, a role can not be assumed, or the account is not allowed.
pub(super) async fn connect(
    arguments: &Arguments,
    environment: &Environment,
    found: &mut Diagnostics,
) -> Result<Clients, Diagnostic> {
    let effective = settings::effective_environment(arguments, environment);
    let config = with_credentials(arguments, &effective, found).await?;
    account::check(&arguments.checks, &sts(&config, &arguments.network, &effective)).await?;
    Ok(clients(&config, arguments, &effective))
}

/// The configuration of all clients, with the credentials that are used in the end.
async fn with_credentials(
    arguments: &Arguments,
    effective: &Environment,
    found: &mut Diagnostics,
) -> Result<SdkConfig, Diagnostic> {
    let (identity, network) = (&arguments.identity, &arguments.network);
    let mut config = load(arguments, effective, found).await?;
    let mut roles: Vec<Role> = Vec::new();
    if let Some(given) = given(identity)? {
        config = with(config, SharedCredentialsProvider::new(given));
    } else if let Some(role) = &identity.web_identity {
        let anonymous = config.to_builder().credentials_provider(no_credentials()).build();
        let session = roles::assume_with_web_identity(sts(&anonymous, network, effective), role, effective).await?;
        config = with(config, session);
    } else {
        let (provider, first) = chain_provider(identity, effective, &config).await?;
        roles.extend(first);
        let provider = HandedOut::first(provider).await;
        let failed = |error| tried::no_credentials(identity, effective, &chain(&error));
        config = with(config, provider.map_err(failed)?);
    }
    roles.extend(identity.assume_role.clone());
    for role in &roles {
        let session = roles::assume(sts(&config, network, effective), role).await?;
        config = with(config, session);
    }
    Ok(config)
}

fn with(config: SdkConfig, credentials: SharedCredentialsProvider) -> SdkConfig {
    config.into_builder().credentials_provider(credentials).build()
}

/// Web identity needs none, and the chain's would be looked for in vain.
fn no_credentials() -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(Credentials::new("", "", None, None, "none"))
}

/// Credentials that the configuration itself holds.
fn given(identity: &Identity) -> Result<Option<Credentials>, Diagnostic> {
    let token = identity.token.as_ref().map(|Secret(token)| token.clone());
    match (&identity.access_key, &identity.secret_key, &token) {
        (None, None, None) => Ok(None),
        (Some(Secret(access)), Some(Secret(secret)), _) => {
            Ok(Some(Credentials::new(access, secret, token, None, "backend configuration")))
        }
        _ => {
            let detail = "retrieving credentials: static credentials are empty. The arguments \"access_key\" and \
                          \"secret_key\" can only be given together, and \"token\" only with them.";
            Err(Diagnostic::error("Incomplete credentials", detail))
        }
    }
}

/// Where credentials come from, and the roles of the profile that the SDK does not assume itself.
async fn chain_provider(
    identity: &Identity,
    effective: &Environment,
    config: &SdkConfig,
) -> Result<(SharedCredentialsProvider, Vec<Role>), Diagnostic> {
    let profiles = profile::profiles(identity, effective, &env(effective)).await?;
    let from_variables = || {
        let [access, secret] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| effective.get(name));
        let token = effective.get("AWS_SESSION_TOKEN").map(str::to_owned);
        Some(SharedCredentialsProvider::new(Credentials::new(access?, secret?, token, None, "environment")))
    };
    // With a profile in the arguments, the variables are hidden from the SDK, unless the profile itself asks for them.
    if let Some(name) = &identity.profile
        && let Some(roles) = profile::roles_from_environment(&profiles, name)
        && let Some(variables) = from_variables()
    {
        return Ok((variables, roles));
    }
    let provider = config.credentials_provider().unwrap_or_else(no_credentials);
    Ok((provider, Vec::new()))
}

fn env(environment: &Environment) -> Env {
    let variables = environment.variables();
    Env::from(variables.iter().map(|(name, value)| (name.clone(), value.clone())).collect::<HashMap<_, _>>())
}

/// All but the credentials of arguments and roles.
async fn load(
    arguments: &Arguments,
    effective: &Environment,
    found: &mut Diagnostics,
) -> Result<SdkConfig, Diagnostic> {
    let (identity, network) = (&arguments.identity, &arguments.network);
    let mut visible = effective.clone();
    if identity.profile.is_some() {
        // Terraform takes the profile that it is told, where the SDK would prefer these.
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
            visible.remove(name);
        }
    }
    let timeouts =
        TimeoutConfig::builder().connect_timeout(Duration::from_secs(10)).read_timeout(Duration::from_secs(120));
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .env(env(&visible))
        .http_client(http::client(network, effective, found)?)
        .retry_config(retries(network, effective))
        .timeout_config(timeouts.build())
        .profile_files(profile::files(identity, effective));
    if let Ok(name) = AppName::new(concat!("Landform-", env!("CARGO_PKG_VERSION"))) {
        loader = loader.app_name(name);
    }
    if let Some(region) = settings::region(arguments, effective) {
        loader = loader.region(Region::new(region));
    }
    if let Some(profile) = &identity.profile {
        loader = loader.profile_name(profile);
    }
    // Terraform takes any value for true; that "false" is meant to be false is clear.
    let flag = |argument: Option<bool>, name: &str| argument.or(effective.get(name).map(|value| value != "false"));
    if let Some(fips) = flag(network.fips, "AWS_USE_FIPS_ENDPOINT") {
        loader = loader.use_fips(fips);
    }
    if let Some(dual_stack) = flag(network.dual_stack, "AWS_USE_DUALSTACK_ENDPOINT") {
        loader = loader.use_dual_stack(dual_stack);
    }
    Ok(loader.load().await)
}

fn retries(network: &Network, effective: &Environment) -> RetryConfig {
    let base = match effective.get("AWS_RETRY_MODE") {
        Some("adaptive") => RetryConfig::adaptive(),
        _ => RetryConfig::standard(),
    };
    let attempts = match network.max_retries {
        None => ATTEMPTS,
        Some(0) => DEFAULT_ATTEMPTS,
        Some(attempts) => attempts,
    };
    base.with_max_attempts(attempts).with_initial_backoff(FIRST_PAUSE)
}

fn sts(config: &SdkConfig, network: &Network, effective: &Environment) -> aws_sdk_sts::Client {
    let mut builder = aws_sdk_sts::config::Builder::from(config);
    if let Some(region) = &network.sts_region {
        builder = builder.region(Region::new(region.clone()));
    }
    if let Some(endpoint) = settings::endpoint(effective, "sts") {
        builder = builder.endpoint_url(endpoint);
    }
    aws_sdk_sts::Client::from_conf(builder.build())
}

fn clients(config: &SdkConfig, arguments: &Arguments, effective: &Environment) -> Clients {
    let mut s3 = aws_sdk_s3::config::Builder::from(config).force_path_style(arguments.network.path_style);
    if arguments.encryption.skip_s3_checksum {
        s3 = s3
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    }
    let mut dynamodb = aws_sdk_dynamodb::config::Builder::from(config);
    if let Some(endpoint) = settings::endpoint(effective, "s3") {
        s3 = s3.endpoint_url(endpoint);
    }
    if let Some(endpoint) = settings::endpoint(effective, "dynamodb") {
        dynamodb = dynamodb.endpoint_url(endpoint);
    }
    Clients {
        s3: aws_sdk_s3::Client::from_conf(s3.build()),
        dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
    }
}
