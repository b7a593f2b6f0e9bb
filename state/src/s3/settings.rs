//! What arguments and environment together mean.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use landform_diagnostics::{AttributeStep, Diagnostic, Diagnostics};
use md5::{Digest as _, Md5};

use super::arguments::{Arguments, Encryption};
use super::environment::{Environment, Secret};

/// Environment variables of old that name endpoints, and those of today.
const LEGACY_VARIABLES: [(&str, &str); 5] = [
    ("AWS_DYNAMODB_ENDPOINT", "AWS_ENDPOINT_URL_DYNAMODB"),
    ("AWS_IAM_ENDPOINT", "AWS_ENDPOINT_URL_IAM"),
    ("AWS_METADATA_URL", "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
    ("AWS_S3_ENDPOINT", "AWS_ENDPOINT_URL_S3"),
    ("AWS_STS_ENDPOINT", "AWS_ENDPOINT_URL_STS"),
];

/// How the server encrypts objects.
#[derive(Clone, Debug)]
pub(super) enum Sse {
    /// As the bucket says.
    Default,
    /// With keys of S3.
    S3,
    /// With this KMS key.
    Kms(String),
    /// With a key that each request brings.
    Customer {
        /// As Base64.
        key: Secret,
        /// Its MD5 digest as Base64.
        md5: String,
    },
}

/// The header of SSE-C and the value of SSE-S3.
pub(super) const AES256: &str = "AES256";

/// How objects are written.
#[derive(Clone, Debug)]
pub(super) struct ObjectSettings {
    pub(super) sse: Sse,
    pub(super) acl: Option<String>,
    /// Whether requests and answers carry a checksum.
    pub(super) checksum: bool,
}

/// The region that is used: `None` only when it was not validated.
pub(super) fn region(arguments: &Arguments, environment: &Environment) -> Option<String> {
    let variable = || environment.first(&["AWS_REGION", "AWS_DEFAULT_REGION"]).map(str::to_owned);
    arguments.network.region.clone().or_else(variable)
}

/// The environment that credentials and endpoints are resolved in: what arguments say goes before what variables say.
pub(super) fn effective_environment(arguments: &Arguments, environment: &Environment) -> Environment {
    let mut effective = environment.clone();
    for (old, new) in LEGACY_VARIABLES {
        if let (None, Some(value)) = (environment.get(new), environment.get(old)) {
            effective.set(new, value);
        }
    }
    let network = &arguments.network;
    for (service, url) in &network.endpoints {
        effective.set(&format!("AWS_ENDPOINT_URL_{}", service.to_uppercase()), complete_url(url));
    }
    for (name, value) in [
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &network.metadata_endpoint),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", &network.metadata_endpoint_mode),
        ("AWS_RETRY_MODE", &network.retry_mode),
    ] {
        if let Some(value) = value {
            effective.set(name, value);
        }
    }
    if let Some(skip) = network.skip_metadata {
        effective.set("AWS_EC2_METADATA_DISABLED", skip.to_string());
    }
    // Terraform's own name for AWS_CONFIG_FILE.
    if let (None, Some(file)) = (environment.get("AWS_CONFIG_FILE"), environment.get("AWS_SHARED_CONFIG_FILE")) {
        effective.set("AWS_CONFIG_FILE", file);
    }
    effective
}

/// A URL without a scheme is one of HTTPS.
fn complete_url(url: &str) -> String {
    if url.contains("://") { url.to_owned() } else { format!("https://{url}") }
}

/// The endpoint of a service, unless it is AWS's own.
pub(super) fn endpoint<'a>(effective: &'a Environment, service: &str) -> Option<&'a str> {
    effective.get(&format!("AWS_ENDPOINT_URL_{}", service.to_uppercase()))
}

/// Warnings of variables that are out of date.
pub(super) fn legacy_variables(environment: &Environment) -> Diagnostics {
    let used = LEGACY_VARIABLES.into_iter().filter(|(old, _)| environment.get(old).is_some());
    used.map(|(old, new)| {
        let detail =
            format!("The environment variable \"{old}\" is deprecated. Use environment variable \"{new}\" instead.");
        Diagnostic::warning("Deprecated Environment Variable", detail)
    })
    .collect()
}

/// Whether a region is of the form that AWS's partitions use, so that new regions need no new release.
pub(super) fn looks_like_region(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    let letters = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let Some((number, words)) = parts.split_last() else { return false };
    words.len() >= 2
        && words.iter().all(letters)
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is wrong with the region.
pub(super) fn check_region(arguments: &Arguments) -> Option<Diagnostic> {
    let name = arguments.network.region.as_deref()?;
    if arguments.checks.skip_region_validation || looks_like_region(name) {
        return None;
    }
    let diagnostic = Diagnostic::error("Invalid region value", format!("Invalid AWS Region: {name}"));
    Some(diagnostic.with_extra(|extra| extra.attribute = Some(vec![AttributeStep::Name("region".to_owned())])))
}

const KMS_AND_CUSTOMER_KEY: &str = "Only one of \"kms_key_id\" and the environment variable \"AWS_SSE_CUSTOMER_KEY\" \
     can be set.\n\nThe \"kms_key_id\" is used for encryption with KMS-Managed Keys (SSE-KMS)\nwhile \
     \"AWS_SSE_CUSTOMER_KEY\" is used for encryption with customer-managed keys (SSE-C).\nPlease choose one or the other.";

/// How objects are written.
///
/// # Errors
/// When the customer's key is none, or there is another one too.
pub(super) fn objects(arguments: &Encryption, environment: &Environment) -> Result<ObjectSettings, Diagnostic> {
    const VARIABLE: &str = "AWS_SSE_CUSTOMER_KEY";
    let variable = environment.get(VARIABLE);
    if arguments.kms_key_id.is_some() && variable.is_some() {
        return Err(Diagnostic::error("Invalid encryption configuration", KMS_AND_CUSTOMER_KEY));
    }
    let customer_key = match (&arguments.sse_customer_key, variable) {
        (Some(Secret(key)), _) => Some(customer_key(key).map_err(|problem| {
            let diagnostic = Diagnostic::error("Invalid sse_customer_key value", format!("sse_customer_key {problem}"));
            diagnostic
                .with_extra(|extra| extra.attribute = Some(vec![AttributeStep::Name("sse_customer_key".to_owned())]))
        })?),
        (None, Some(key)) => Some(customer_key(key).map_err(|problem| {
            let detail = format!("The environment variable \"{VARIABLE}\" {problem}");
            Diagnostic::error("Invalid AWS_SSE_CUSTOMER_KEY value", detail)
        })?),
        (None, None) => None,
    };
    let sse = match (arguments.encrypt, &arguments.kms_key_id, customer_key) {
        (false, _, _) => Sse::Default,
        (true, Some(key), _) => Sse::Kms(key.clone()),
        (true, None, Some(customer)) => customer,
        (true, None, None) => Sse::S3,
    };
    Ok(ObjectSettings { sse, acl: arguments.acl.clone(), checksum: !arguments.skip_s3_checksum })
}

fn customer_key(key: &str) -> Result<Sse, String> {
    if key.len() != 44 {
        return Err("must be 44 characters in length".to_owned());
    }
    // The error would show a character of the key.
    let bytes = STANDARD.decode(key).map_err(|_| "must be base64 encoded".to_owned())?;
    Ok(Sse::Customer { key: Secret(key.to_owned()), md5: STANDARD.encode(Md5::digest(&bytes)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions() {
        for (name, fine) in
            [("eu-west-1", true), ("us-gov-east-1", true), ("us-isob-east-1", true), ("europe", false), ("", false)]
        {
            assert_eq!(looks_like_region(name), fine, "{name}");
        }
    }

    #[test]
    fn arguments_go_before_variables() {
        let mut arguments = Arguments::default();
        arguments.network.endpoints.insert("sts", "sts.example.com".to_owned());
        arguments.network.skip_metadata = Some(true);
        let environment: Environment = [
            ("AWS_STS_ENDPOINT", "https://old"),
            ("AWS_S3_ENDPOINT", "https://old"),
            ("AWS_DYNAMODB_ENDPOINT", "https://old"),
            ("AWS_ENDPOINT_URL_DYNAMODB", "https://new"),
        ]
        .into_iter()
        .collect();
        let effective = effective_environment(&arguments, &environment);
        for (service, expected) in
            [("sts", "https://sts.example.com"), ("s3", "https://old"), ("dynamodb", "https://new")]
        {
            assert_eq!(endpoint(&effective, service), Some(expected), "{service}");
        }
        assert_eq!(endpoint(&effective, "iam"), None);
        assert_eq!(effective.get("AWS_EC2_METADATA_DISABLED"), Some("true"));
        assert_eq!(legacy_variables(&environment).len(), 3);
    }

    #[test]
    fn encryption() {
        let key = STANDARD.encode([7; 32]);
        let with = |change: &dyn Fn(&mut Encryption), variable: &str| {
            let mut arguments = Encryption { encrypt: true, ..Encryption::default() };
            change(&mut arguments);
            let environment = [("AWS_SSE_CUSTOMER_KEY", variable)].into_iter().collect();
            match objects(&arguments, &environment) {
                Ok(settings) => format!("{:?}", settings.sse),
                Err(diagnostic) => diagnostic.detail,
            }
        };
        let kms = |arguments: &mut Encryption| arguments.kms_key_id = Some("alias/a".to_owned());
        assert_eq!(with(&|_| (), ""), "S3");
        assert_eq!(with(&|arguments| arguments.encrypt = false, ""), "Default");
        assert_eq!(with(&kms, ""), "Kms(\"alias/a\")");
        assert!(with(&kms, &key).starts_with("Only one of \"kms_key_id\""));
        assert_eq!(with(&|_| (), &key), "Customer { key: (secret), md5: \"y4HAEFCYWuvAXWFTtA1Qpg==\" }");
        assert!(with(&|_| (), "short").ends_with("\"AWS_SSE_CUSTOMER_KEY\" must be 44 characters in length"));
        let bad = "?".repeat(44);
        let given = |arguments: &mut Encryption| arguments.sse_customer_key = Some(Secret(bad.clone()));
        assert_eq!(with(&given, ""), "sse_customer_key must be base64 encoded");
    }
}
