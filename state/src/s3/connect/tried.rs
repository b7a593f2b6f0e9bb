//! What was tried when there are no credentials.

use std::fmt::Write as _;

use landform_diagnostics::Diagnostic;

use super::profile;
use crate::s3::arguments::Identity;
use crate::s3::environment::Environment;

/// That there are no credentials, where they were looked for and why they were not there.
pub(super) fn no_credentials(identity: &Identity, environment: &Environment, error: &str) -> Diagnostic {
    let mut detail = format!(
        "Please see https://developer.hashicorp.com/terraform/language/backend/s3\nfor more information about providing \
         credentials.\n\nError: {error}\n\nThese were tried, in this order:\n"
    );
    for (source, outcome) in tried(identity, environment) {
        let _ = writeln!(detail, "  - {source}: {outcome}");
    }
    Diagnostic::error("No valid credential sources found", detail)
}

fn tried(identity: &Identity, environment: &Environment) -> Vec<(String, String)> {
    let is_set = |name: &str| if environment.get(name).is_some() { "is set" } else { "is not set" };
    let both = |a: &str, b: &str| format!("{a} {}, {b} {}", is_set(a), is_set(b));
    let metadata = match environment.get("AWS_EC2_METADATA_DISABLED") {
        Some(disabled) if disabled.eq_ignore_ascii_case("true") => "disabled".to_owned(),
        _ => format!(
            "no role found at {}",
            environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT").unwrap_or("http://169.254.169.254")
        ),
    };
    let variables = match identity.profile {
        Some(_) => "not used, because a profile is configured".to_owned(),
        None => both("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    };
    vec![
        ("arguments access_key and secret_key".to_owned(), "not set".to_owned()),
        ("environment variables".to_owned(), variables),
        (profile_source(identity, environment), "no credentials".to_owned()),
        ("web identity token".to_owned(), both("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN")),
        (
            "container credentials".to_owned(),
            both("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        ),
        ("EC2 instance metadata".to_owned(), metadata),
    ]
}

fn profile_source(identity: &Identity, environment: &Environment) -> String {
    let list = |own: &[String], variable: &str, usual: &str| match own {
        [] => environment.get(variable).unwrap_or(usual).to_owned(),
        own => own.join(", "),
    };
    let config = list(&identity.shared_config_files, "AWS_CONFIG_FILE", "~/.aws/config");
    let credentials = list(&identity.shared_credentials_files, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
    let name = profile::name(identity, environment).unwrap_or("default");
    format!("profile {name:?} of {credentials} and {config}")
}
