//! Where credentials are looked for when the configuration holds none: the standard places, in the public provider's order.

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds;
use aws_config::imds::client::EndpointMode;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig as Settings;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::SdkConfig;
use aws_types::os_shim_internal::{Env, Fs};

use super::{ProviderConfig, environment, resolve};
use crate::core::{Error, Result, causes};

/// What answers for credentials.
///
/// Keys in the environment come first, unless the configuration names a profile: then they must not win over it.
pub(super) fn credentials(config: &ProviderConfig, sdk_config: &SdkConfig) -> Result<SharedCredentialsProvider> {
    let settings = settings(sdk_config);
    let profile = || profile(config, &settings);
    let chain = if config.profile.text().is_some() {
        CredentialsProviderChain::first_try("profile", profile())
    } else {
        let keys = EnvironmentVariableCredentialsProvider::new();
        let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(&settings).build();
        CredentialsProviderChain::first_try("environment", keys)
            .or_else("web identity token", web_identity)
            .or_else("profile", profile())
    };
    let chain = chain.or_else("container", EcsCredentialsProvider::builder().configure(&settings).build());
    let chain = match metadata(config, &settings)? {
        Some(metadata) => chain.or_else("instance metadata", metadata),
        None => chain,
    };
    Ok(SharedCredentialsProvider::new(chain))
}

/// A profile that the configuration or, where it decides, the environment names must be there.
pub(super) async fn check_profile(config: &ProviderConfig) -> Result<()> {
    let by_environment = || {
        let elsewhere = config.access_key.text().is_some() || environment::variable("AWS_ACCESS_KEY_ID").is_some();
        environment::variable("AWS_PROFILE").filter(|_| !elsewhere)
    };
    let Some(name) = config.profile.param().or_else(by_environment) else { return Ok(()) };
    let files = resolve::profile_files(config).unwrap_or_default();
    let found = aws_config::profile::load(&Fs::real(), &Env::real(), &files, Some(name.clone().into())).await;
    let found = found.map_err(|error| Error::new("Unreadable shared configuration", causes(&error)))?;
    if found.get_profile(&name).is_some() {
        return Ok(());
    }
    let message =
        format!("Neither the shared configuration files nor the shared credentials files have profile {name:?}.");
    let mut known: Vec<&str> = found.profiles().collect();
    known.sort_unstable();
    let hint = if known.is_empty() {
        "They have no profile at all. Others than the usual files are named by shared_config_files and \
         shared_credentials_files, or AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE."
            .to_owned()
    } else {
        format!("They have: {}.", known.join(", "))
    };
    Err(Error::new("Missing profile", message).hint(hint))
}

/// How the places are asked: as AWS is.
fn settings(sdk_config: &SdkConfig) -> Settings {
    let settings = Settings::default()
        .with_region(sdk_config.region().cloned())
        .with_use_fips(sdk_config.use_fips())
        .with_use_dual_stack(sdk_config.use_dual_stack());
    match sdk_config.http_client() {
        Some(client) => settings.with_http_client(client),
        None => settings,
    }
}

/// A profile: keys, a role, single sign-on, a web identity or a process that tells them.
fn profile(config: &ProviderConfig, settings: &Settings) -> ProfileFileCredentialsProvider {
    let mut builder = ProfileFileCredentialsProvider::builder().configure(settings);
    if let Some(name) = config.profile.text() {
        builder = builder.profile_name(name);
    }
    if let Some(files) = resolve::profile_files(config) {
        builder = builder.profile_files(files);
    }
    builder.build()
}

/// The instance metadata service, unless it is not to be asked.
fn metadata(config: &ProviderConfig, settings: &Settings) -> Result<Option<ImdsCredentialsProvider>> {
    if config.skip_metadata_api_check.text() == Some("true") {
        return Ok(None);
    }
    let invalid = |error: String| Error::new("Invalid instance metadata endpoint", error);
    let mut client = imds::Client::builder().configure(settings);
    if let Some(endpoint) = config.ec2_metadata_service_endpoint.text() {
        client = client.endpoint(endpoint).map_err(|error| invalid(error.to_string()))?;
    }
    if let Some(mode) = config.ec2_metadata_service_endpoint_mode.text() {
        let mode: EndpointMode = mode.parse().map_err(|_| invalid(format!("{mode:?} is neither IPv4 nor IPv6.")))?;
        client = client.endpoint_mode(mode);
    }
    let provider = ImdsCredentialsProvider::builder().configure(settings).imds_client(client.build());
    Ok(Some(provider.build()))
}
