//! From the configuration block to an account.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_types::SdkConfig;
use aws_types::app_name::AppName;
use aws_types::region::Region;
use landform_provider_api::clock;
use landform_provider_api::framework::{Attr, TagRules};

use super::{ProviderConfig, chain, credentials, environment, http};
use crate::core::{Account, Error, Result, Settings};

/// How often a failed call is repeated, as the public provider does.
const ATTEMPTS: u32 = 25;
/// Before it is repeated for the first time; each further pause is up to twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// Resolves a configuration. Reads the environment and the shared configuration files; calls AWS only to assume roles, and
/// where accounts are allowed or forbidden by name.
pub(crate) async fn resolve(config: &ProviderConfig, engine_version: &str) -> Result<Arc<Account>> {
    let given = credentials::given(config)?;
    chain::check_profile(config).await?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http::client(config)?)
        .retry_config(retries(config)?)
        .timeout_config(TimeoutConfig::builder().connect_timeout(Duration::from_secs(5)).build())
        .no_credentials();
    if let Ok(name) = AppName::new(format!("Landform-{engine_version}")) {
        loader = loader.app_name(name);
    }
    if let Some(profile) = config.profile.text() {
        loader = loader.profile_name(profile);
    }
    if let Some(files) = profile_files(config) {
        loader = loader.profile_files(files);
    }
    if let Some(region) = config.region.param() {
        loader = loader.region(Region::new(region));
    }
    if let Some(fips) = config.use_fips_endpoint.get() {
        loader = loader.use_fips(fips);
    }
    if let Some(dual_stack) = config.use_dualstack_endpoint.get() {
        loader = loader.use_dual_stack(dual_stack);
    }
    let sdk_config = loader.load().await;
    check_region(config, &sdk_config)?;
    let source = match given {
        Some(given) => SharedCredentialsProvider::new(given),
        None => chain::credentials(config, &sdk_config)?,
    };
    let sdk_config = sdk_config.into_builder().credentials_provider(source).build();
    let sdk_config = credentials::with_roles(config, sdk_config)?;
    let sdk_config = credentials::at_hand(sdk_config).await?;
    let account = Account::new(sdk_config, settings(config));
    check_account(config, &account).await?;
    Ok(account)
}

/// The environment counts for what the configuration does not say.
fn retries(config: &ProviderConfig) -> Result<RetryConfig> {
    let mode = config.retry_mode.param().or_else(|| environment::variable("AWS_RETRY_MODE"));
    let base = if mode.as_deref() == Some("adaptive") { RetryConfig::adaptive() } else { RetryConfig::standard() };
    let attempts = match config.max_retries.known() {
        Some(repeats) => u32::try_from(*repeats).ok().map(|repeats| repeats.saturating_add(1)),
        None => match environment::variable("AWS_MAX_ATTEMPTS") {
            Some(text) => text.parse().ok().filter(|attempts| *attempts > 0),
            None => Some(ATTEMPTS),
        },
    };
    let message = "max_retries is a number from 0, AWS_MAX_ATTEMPTS a number from 1.";
    let attempts = attempts.ok_or_else(|| Error::new("Invalid number of retries", message))?;
    Ok(base
        .with_max_attempts(attempts)
        .with_initial_backoff(clock::shortened(FIRST_PAUSE))
        .with_max_backoff(clock::shortened(LONGEST_PAUSE)))
}

/// The shared configuration and credentials files, where others than the usual ones are given.
pub(super) fn profile_files(config: &ProviderConfig) -> Option<EnvConfigFiles> {
    let configs: Vec<&String> = config.shared_config_files.items().collect();
    let credentials: Vec<&String> = config.shared_credentials_files.items().collect();
    if configs.is_empty() && credentials.is_empty() {
        return None;
    }
    let mut files = EnvConfigFiles::builder();
    for file in &configs {
        files = files.with_file(EnvConfigFileKind::Config, file.as_str());
    }
    for file in &credentials {
        files = files.with_file(EnvConfigFileKind::Credentials, file.as_str());
    }
    files = files.include_default_config_file(configs.is_empty());
    files = files.include_default_credentials_file(credentials.is_empty());
    Some(files.build())
}

fn check_region(config: &ProviderConfig, sdk_config: &SdkConfig) -> Result<()> {
    let Some(region) = sdk_config.region() else {
        let hint = "Set region in the provider configuration, AWS_REGION, or region in the shared configuration file.";
        return Err(Error::new("Missing region", "No AWS region is configured.").hint(hint));
    };
    let name = region.as_ref();
    if config.skip_region_validation.is_true() || looks_like_region(name) {
        return Ok(());
    }
    let hint = "For services that only look like AWS, set skip_region_validation = true.";
    Err(Error::new("Invalid region", format!("{name:?} is not the name of an AWS region.")).hint(hint))
}

/// `eu-west-1`, `us-gov-east-1`, `us-isob-east-1`: new regions need no new release.
fn looks_like_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let letters = |part: &&str| !part.is_empty() && part.chars().all(|it| it.is_ascii_lowercase());
    let Some((number, words)) = parts.split_last() else { return false };
    words.len() >= 2 && words.iter().all(letters) && !number.is_empty() && number.chars().all(|it| it.is_ascii_digit())
}

fn settings(config: &ProviderConfig) -> Settings {
    let ignored = config.ignore_tags.first();
    let owned = |items: Option<&Attr<BTreeSet<String>>>, variable: &str| {
        let given = items.into_iter().flat_map(|items| items.items().cloned());
        let listed = environment::variable(variable).filter(|_| items.is_none_or(|it| it.items().next().is_none()));
        given.chain(listed.iter().flat_map(|it| it.split(',').map(|key| key.trim().to_owned()))).collect::<Vec<_>>()
    };
    // Keys with this prefix belong to AWS itself and can not be set.
    let mut ignored_prefixes = vec!["aws:".to_owned()];
    ignored_prefixes.extend(owned(ignored.map(|it| &it.key_prefixes), "TF_AWS_IGNORE_TAGS_KEY_PREFIXES"));
    Settings {
        tags: TagRules {
            default: config.default_tags.first().and_then(|it| it.tags.get()).unwrap_or_default(),
            ignored_keys: owned(ignored.map(|it| &it.keys), "TF_AWS_IGNORE_TAGS_KEYS"),
            ignored_prefixes,
        },
        endpoints: config.endpoints.iter().flat_map(|it| it.0.clone()).collect(),
        s3_path_style: config.s3_use_path_style.is_true(),
        sts_region: config.sts_region.param(),
        skip_account_id: config.skip_requesting_account_id.is_true(),
        products: config.user_agent.items().cloned().collect(),
        retry_tokens: config.token_bucket_rate_limiter_capacity.known().and_then(|it| usize::try_from(*it).ok()),
    }
}

async fn check_account(config: &ProviderConfig, account: &Account) -> Result<()> {
    let allowed: Vec<&String> = config.allowed_account_ids.items().collect();
    let forbidden: Vec<&String> = config.forbidden_account_ids.items().collect();
    if allowed.is_empty() && forbidden.is_empty() || config.skip_requesting_account_id.is_true() {
        return Ok(());
    }
    let id = &account.caller().await?.account_id;
    if forbidden.contains(&id) || !allowed.is_empty() && !allowed.contains(&id) {
        let message =
            format!("The credentials belong to account {id}, which the provider configuration does not allow.");
        return Err(Error::new("Account not allowed", message));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions() {
        for (name, fine) in
            [("eu-west-1", true), ("us-gov-east-1", true), ("europe", false), ("eu-west", false), ("", false)]
        {
            assert_eq!(looks_like_region(name), fine, "{name}");
        }
    }
}
