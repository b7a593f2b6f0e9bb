//! The arguments of the backend as they are read from a value of its schema's type.

use std::collections::BTreeMap;

use landform_values::Value;

use super::environment::Secret;

/// What a backend is configured by.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) workspace_key_prefix: Option<String>,
    pub(super) encryption: Encryption,
    pub(super) locks: Locks,
    pub(super) identity: Identity,
    pub(super) network: Network,
    pub(super) checks: Checks,
}

/// How objects are encrypted and who may read them.
#[derive(Clone, Debug, Default)]
pub(super) struct Encryption {
    pub(super) encrypt: bool,
    pub(super) kms_key_id: Option<String>,
    pub(super) sse_customer_key: Option<Secret>,
    pub(super) acl: Option<String>,
    pub(super) skip_s3_checksum: bool,
}

/// How states are locked.
#[derive(Clone, Debug, Default)]
pub(super) struct Locks {
    pub(super) use_lockfile: bool,
    pub(super) dynamodb_table: Option<String>,
}

/// Whose credentials are used.
#[derive(Clone, Debug, Default)]
pub(super) struct Identity {
    pub(super) access_key: Option<Secret>,
    pub(super) secret_key: Option<Secret>,
    pub(super) token: Option<Secret>,
    pub(super) profile: Option<String>,
    pub(super) shared_config_files: Vec<String>,
    pub(super) shared_credentials_files: Vec<String>,
    pub(super) assume_role: Option<Role>,
    pub(super) web_identity: Option<WebIdentity>,
}

/// What all roles have.
#[derive(Clone, Debug, Default)]
pub(super) struct RoleBasics {
    pub(super) role_arn: String,
    pub(super) duration: Option<String>,
    pub(super) policy: Option<String>,
    pub(super) policy_arns: Vec<String>,
    pub(super) session_name: Option<String>,
}

/// A role to assume.
#[derive(Clone, Debug, Default)]
pub(super) struct Role {
    pub(super) basics: RoleBasics,
    pub(super) external_id: Option<String>,
    pub(super) source_identity: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) transitive_tag_keys: Vec<String>,
}

/// A role to assume with a token of another identity provider.
#[derive(Clone, Debug, Default)]
pub(super) struct WebIdentity {
    pub(super) basics: RoleBasics,
    pub(super) token: Option<Secret>,
    pub(super) token_file: Option<String>,
}

/// Where services are and how they are reached.
#[derive(Clone, Debug, Default)]
pub(super) struct Network {
    pub(super) region: Option<String>,
    pub(super) sts_region: Option<String>,
    /// By service, those of the deprecated arguments included.
    pub(super) endpoints: BTreeMap<&'static str, String>,
    pub(super) path_style: bool,
    pub(super) fips: Option<bool>,
    pub(super) dual_stack: Option<bool>,
    pub(super) max_retries: Option<u32>,
    pub(super) retry_mode: Option<String>,
    pub(super) custom_ca_bundle: Option<String>,
    pub(super) http_proxy: Option<Secret>,
    pub(super) https_proxy: Option<Secret>,
    pub(super) no_proxy: Option<String>,
    pub(super) insecure: bool,
    pub(super) metadata_endpoint: Option<String>,
    pub(super) metadata_endpoint_mode: Option<String>,
    pub(super) skip_metadata: Option<bool>,
}

/// What is checked before the bucket is used.
#[derive(Clone, Debug, Default)]
pub(super) struct Checks {
    pub(super) allowed_account_ids: Option<Vec<String>>,
    pub(super) forbidden_account_ids: Option<Vec<String>>,
    pub(super) skip_credentials_validation: bool,
    pub(super) skip_region_validation: bool,
    pub(super) skip_requesting_account_id: bool,
}

/// An object whose attributes are looked up by name. What is null is not there.
#[derive(Clone, Copy)]
pub(super) struct Given<'a>(pub(super) &'a Value);

impl<'a> Given<'a> {
    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get_attribute(name).filter(|value| !value.is_null())
    }

    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.value(name)?.as_str()
    }

    pub(super) fn object(self, name: &str) -> Option<Given<'a>> {
        self.value(name).map(Given)
    }

    pub(super) fn set(self, name: &str) -> Option<Vec<String>> {
        let items = self.value(name)?.as_sequence()?;
        Some(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// Text that says nothing when it is empty.
    fn some_text(self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn secret(self, name: &str) -> Option<Secret> {
        self.some_text(name).map(Secret)
    }

    fn flag(self, name: &str) -> Option<bool> {
        self.value(name)?.as_bool()
    }

    fn map(self, name: &str) -> BTreeMap<String, String> {
        let Some(map) = self.value(name).and_then(Value::as_mapping) else { return BTreeMap::new() };
        map.items().iter().filter_map(|(key, value)| Some((key.to_string(), value.as_str()?.to_owned()))).collect()
    }
}

impl Arguments {
    /// Reads arguments that were validated.
    pub(super) fn read(given: Given<'_>) -> Self {
        let text = |name| given.some_text(name);
        Self {
            bucket: text("bucket").unwrap_or_default(),
            key: text("key").unwrap_or_default(),
            workspace_key_prefix: given.text("workspace_key_prefix").map(str::to_owned),
            encryption: Encryption {
                encrypt: given.flag("encrypt").unwrap_or_default(),
                kms_key_id: text("kms_key_id"),
                sse_customer_key: given.text("sse_customer_key").map(|key| Secret(key.to_owned())),
                acl: text("acl"),
                skip_s3_checksum: given.flag("skip_s3_checksum").unwrap_or_default(),
            },
            locks: Locks {
                use_lockfile: given.flag("use_lockfile").unwrap_or_default(),
                dynamodb_table: text("dynamodb_table"),
            },
            identity: identity(given),
            network: network(given),
            checks: Checks {
                allowed_account_ids: given.set("allowed_account_ids").filter(|ids| !ids.is_empty()),
                forbidden_account_ids: given.set("forbidden_account_ids").filter(|ids| !ids.is_empty()),
                skip_credentials_validation: given.flag("skip_credentials_validation").unwrap_or_default(),
                skip_region_validation: given.flag("skip_region_validation").unwrap_or_default(),
                skip_requesting_account_id: given.flag("skip_requesting_account_id").unwrap_or_default(),
            },
        }
    }
}

fn identity(given: Given<'_>) -> Identity {
    let one_file = given.some_text("shared_credentials_file").into_iter().collect();
    Identity {
        access_key: given.secret("access_key"),
        secret_key: given.secret("secret_key"),
        token: given.secret("token"),
        profile: given.some_text("profile"),
        shared_config_files: given.set("shared_config_files").unwrap_or_default(),
        shared_credentials_files: given.set("shared_credentials_files").unwrap_or(one_file),
        assume_role: given.object("assume_role").map(role),
        web_identity: given.object("assume_role_with_web_identity").map(web_identity),
    }
}

fn role_basics(given: Given<'_>) -> RoleBasics {
    RoleBasics {
        role_arn: given.some_text("role_arn").unwrap_or_default(),
        duration: given.some_text("duration"),
        policy: given.some_text("policy").map(|policy| policy.trim().to_owned()),
        policy_arns: given.set("policy_arns").unwrap_or_default(),
        session_name: given.some_text("session_name"),
    }
}

fn role(given: Given<'_>) -> Role {
    Role {
        basics: role_basics(given),
        external_id: given.some_text("external_id"),
        source_identity: given.some_text("source_identity"),
        tags: given.map("tags"),
        transitive_tag_keys: given.set("transitive_tag_keys").unwrap_or_default(),
    }
}

fn web_identity(given: Given<'_>) -> WebIdentity {
    WebIdentity {
        basics: role_basics(given),
        token: given.secret("web_identity_token"),
        token_file: given.some_text("web_identity_token_file"),
    }
}

/// Services, and the deprecated arguments for their endpoints.
pub(super) const LEGACY_ENDPOINTS: [(&str, &str); 4] =
    [("dynamodb_endpoint", "dynamodb"), ("endpoint", "s3"), ("iam_endpoint", "iam"), ("sts_endpoint", "sts")];

fn network(given: Given<'_>) -> Network {
    let retries = given.value("max_retries").and_then(Value::as_number).and_then(landform_values::Number::to_i64);
    let mut endpoints = BTreeMap::new();
    for (name, service) in LEGACY_ENDPOINTS {
        endpoints.extend(given.some_text(name).map(|url| (service, url)));
    }
    if let Some(own) = given.object("endpoints") {
        for (service, _) in super::schema::ENDPOINTS {
            endpoints.extend(own.some_text(service).map(|url| (service, url)));
        }
    }
    Network {
        region: given.some_text("region"),
        sts_region: given.some_text("sts_region"),
        endpoints,
        path_style: given.flag("use_path_style").or(given.flag("force_path_style")).unwrap_or_default(),
        fips: given.flag("use_fips_endpoint"),
        dual_stack: given.flag("use_dualstack_endpoint"),
        max_retries: retries.and_then(|retries| u32::try_from(retries).ok()),
        retry_mode: given.some_text("retry_mode"),
        custom_ca_bundle: given.some_text("custom_ca_bundle"),
        http_proxy: given.text("http_proxy").map(|url| Secret(url.to_owned())),
        https_proxy: given.text("https_proxy").map(|url| Secret(url.to_owned())),
        no_proxy: given.some_text("no_proxy"),
        insecure: given.flag("insecure").unwrap_or_default(),
        metadata_endpoint: given.some_text("ec2_metadata_service_endpoint"),
        metadata_endpoint_mode: given.some_text("ec2_metadata_service_endpoint_mode"),
        skip_metadata: given.flag("skip_metadata_api_check"),
    }
}
