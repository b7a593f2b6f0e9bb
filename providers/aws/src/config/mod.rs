//! The provider's configuration.

mod chain;
mod credentials;
mod endpoints;
mod environment;
mod http;
mod resolve;

use std::collections::{BTreeMap, BTreeSet};

use landform_provider_api::framework::{Attr, Model};

use endpoints::Endpoints;

pub(crate) use resolve::resolve;

/// The configuration block of the public provider.
#[derive(Model, Clone, Debug, Default)]
#[model(conflicts("allowed_account_ids", "forbidden_account_ids"))]
pub(crate) struct ProviderConfig {
    /// Access key id of static credentials.
    #[attr(optional)]
    pub(crate) access_key: Attr<String>,
    /// Accounts that may be managed: any other is an error.
    #[attr(optional)]
    allowed_account_ids: Attr<BTreeSet<String>>,
    /// File with certificate authorities to trust. Also read from `AWS_CA_BUNDLE`.
    #[attr(optional)]
    custom_ca_bundle: Attr<String>,
    /// Address of the instance metadata service.
    #[attr(optional)]
    ec2_metadata_service_endpoint: Attr<String>,
    /// Protocol of the instance metadata service: `IPv4` or `IPv6`.
    #[attr(optional)]
    ec2_metadata_service_endpoint_mode: Attr<String>,
    /// Accounts that must not be managed.
    #[attr(optional)]
    forbidden_account_ids: Attr<BTreeSet<String>>,
    /// Proxy for HTTP. Also read from `HTTP_PROXY`.
    #[attr(optional)]
    http_proxy: Attr<String>,
    /// Proxy for HTTPS. Also read from `HTTPS_PROXY`.
    #[attr(optional)]
    https_proxy: Attr<String>,
    /// Whether certificates are not checked.
    #[attr(optional)]
    insecure: Attr<bool>,
    /// How often a failed call is repeated.
    #[attr(optional)]
    max_retries: Attr<i64>,
    /// Hosts that are reached without a proxy, separated by commas. Also read from `NO_PROXY`.
    #[attr(optional)]
    no_proxy: Attr<String>,
    /// Profile of the shared configuration and credentials files.
    #[attr(optional)]
    profile: Attr<String>,
    /// Region in which resources are, unless they name another.
    #[attr(optional)]
    region: Attr<String>,
    /// `standard` or `adaptive`.
    #[attr(optional, check = one_of(["standard", "adaptive"]))]
    retry_mode: Attr<String>,
    /// Whether S3 in us-east-1 is reached at its global (`legacy`) or `regional` endpoint.
    #[attr(optional, check = one_of(["legacy", "regional"]))]
    s3_us_east_1_regional_endpoint: Attr<String>,
    /// Whether buckets are named in the path rather than in the host name.
    #[attr(optional)]
    s3_use_path_style: Attr<bool>,
    /// Secret access key of static credentials.
    #[attr(optional)]
    pub(crate) secret_key: Attr<String>,
    /// Shared configuration files. By default `~/.aws/config`.
    #[attr(optional)]
    shared_config_files: Attr<Vec<String>>,
    /// Shared credentials files. By default `~/.aws/credentials`.
    #[attr(optional)]
    shared_credentials_files: Attr<Vec<String>>,
    /// Whether credentials are not checked when the provider is configured.
    #[attr(optional)]
    skip_credentials_validation: Attr<bool>,
    /// Whether the instance metadata service is not asked.
    #[attr(optional, check = one_of(["true", "false", ""]))]
    skip_metadata_api_check: Attr<String>,
    /// Whether the region's name is not checked.
    #[attr(optional)]
    skip_region_validation: Attr<bool>,
    /// Whether the account's id is not asked for.
    #[attr(optional)]
    skip_requesting_account_id: Attr<bool>,
    /// Region in which STS is asked.
    #[attr(optional)]
    sts_region: Attr<String>,
    /// Whether tags that an organization demands are checked. Only `disabled` is known here.
    #[attr(optional, check = one_of(["", "disabled"]))]
    tag_policy_compliance: Attr<String>,
    /// Session token of static credentials.
    #[attr(optional)]
    pub(crate) token: Attr<String>,
    /// Capacity of the token bucket that limits repeats.
    #[attr(optional)]
    token_bucket_rate_limiter_capacity: Attr<i64>,
    /// Whether dual-stack endpoints are used.
    #[attr(optional)]
    use_dualstack_endpoint: Attr<bool>,
    /// Whether FIPS endpoints are used.
    #[attr(optional)]
    use_fips_endpoint: Attr<bool>,
    /// Products to name to AWS, as `name/version (comment)`.
    #[attr(optional)]
    user_agent: Attr<Vec<String>>,
    /// Roles to assume, one after the other.
    #[block(list)]
    pub(crate) assume_role: Vec<AssumeRole>,
    /// A role to assume with a web identity.
    #[block(list, max = 1)]
    pub(crate) assume_role_with_web_identity: Vec<AssumeRoleWithWebIdentity>,
    /// Tags for all resources.
    #[block(list, max = 1)]
    default_tags: Vec<DefaultTags>,
    /// Custom service endpoints.
    #[block(set)]
    endpoints: Vec<Endpoints>,
    /// Tags that are left alone on all resources.
    #[block(list, max = 1)]
    ignore_tags: Vec<IgnoreTags>,
}

/// A role to assume.
#[derive(Model, Clone, Debug, Default)]
pub(crate) struct AssumeRole {
    /// How long the session lasts, from 15 minutes to 12 hours: `1h30m`.
    #[attr(optional)]
    duration: Attr<String>,
    /// Id that the role's owner asks for.
    #[attr(optional)]
    external_id: Attr<String>,
    /// Policy that further limits the session.
    #[attr(optional, check = json())]
    policy: Attr<String>,
    /// Managed policies that further limit the session.
    #[attr(optional)]
    policy_arns: Attr<BTreeSet<String>>,
    /// The role.
    #[attr(optional)]
    role_arn: Attr<String>,
    /// Name of the session.
    #[attr(optional)]
    session_name: Attr<String>,
    /// Identity that the session is logged under.
    #[attr(optional)]
    source_identity: Attr<String>,
    /// Tags of the session.
    #[attr(optional)]
    tags: Attr<BTreeMap<String, String>>,
    /// Keys of tags that are handed on to sessions of further roles.
    #[attr(optional)]
    transitive_tag_keys: Attr<BTreeSet<String>>,
}

/// A role to assume with a web identity.
#[derive(Model, Clone, Debug, Default)]
#[model(conflicts("web_identity_token", "web_identity_token_file"))]
pub(crate) struct AssumeRoleWithWebIdentity {
    /// How long the session lasts.
    #[attr(optional)]
    duration: Attr<String>,
    /// Policy that further limits the session.
    #[attr(optional, check = json())]
    policy: Attr<String>,
    /// Managed policies that further limit the session.
    #[attr(optional)]
    policy_arns: Attr<BTreeSet<String>>,
    /// The role.
    #[attr(optional)]
    role_arn: Attr<String>,
    /// Name of the session.
    #[attr(optional)]
    session_name: Attr<String>,
    /// The token itself.
    #[attr(optional)]
    web_identity_token: Attr<String>,
    /// File with the token.
    #[attr(optional)]
    web_identity_token_file: Attr<String>,
}

/// Tags for all resources.
#[derive(Model, Clone, Debug, Default)]
pub(crate) struct DefaultTags {
    /// The tags.
    #[attr(optional)]
    tags: Attr<BTreeMap<String, String>>,
}

/// Tags that are left alone.
#[derive(Model, Clone, Debug, Default)]
pub(crate) struct IgnoreTags {
    /// Prefixes of their keys.
    #[attr(optional)]
    key_prefixes: Attr<BTreeSet<String>>,
    /// Their keys.
    #[attr(optional)]
    keys: Attr<BTreeSet<String>>,
}
