//! The profile that is asked for by name.

use std::borrow::Cow;

use aws_config::profile::{ProfileSet, load};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_types::os_shim_internal::{Env, Fs};
use landform_diagnostics::Diagnostic;

use crate::s3::arguments::{Identity, Role, RoleBasics};
use crate::s3::environment::Environment;

/// The shared configuration and credentials files.
pub(super) fn files(identity: &Identity, environment: &Environment) -> EnvConfigFiles {
    let mut files = EnvConfigFiles::builder()
        .include_default_config_file(identity.shared_config_files.is_empty())
        .include_default_credentials_file(identity.shared_credentials_files.is_empty());
    for file in &identity.shared_config_files {
        files = files.with_file(EnvConfigFileKind::Config, environment.expand(file));
    }
    for file in &identity.shared_credentials_files {
        files = files.with_file(EnvConfigFileKind::Credentials, environment.expand(file));
    }
    files.build()
}

/// The profile that an argument or a variable names.
pub(super) fn name<'a>(identity: &'a Identity, environment: &'a Environment) -> Option<&'a str> {
    identity.profile.as_deref().or_else(|| environment.get("AWS_PROFILE"))
}

/// The profiles there are. A profile that is named must be among them: the SDK would go on without it, and might find
/// the credentials of someone else.
pub(super) async fn profiles(
    identity: &Identity,
    environment: &Environment,
    env: &Env,
) -> Result<ProfileSet, Diagnostic> {
    let name = name(identity, environment);
    let selected = name.map(|name| Cow::Owned(name.to_owned()));
    let failed = |detail: String| Diagnostic::error("Failed to load shared configuration", detail);
    let loaded = load(&Fs::real(), env, &files(identity, environment), selected).await;
    let profiles = loaded.map_err(|error| failed(crate::s3::api_error::chain(&error)))?;
    match name.filter(|name| profiles.get_profile(name).is_none()) {
        None => Ok(profiles),
        Some(name) => {
            let known: Vec<&str> = profiles.profiles().collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            Err(failed(format!("failed to get shared config profile, {name}. Profiles found: {known}.")))
        }
    }
}

/// The roles, first to last, by which a profile starts from the environment's own credentials
/// (`credential_source = Environment`); `None` when it starts from something else.
pub(super) fn roles_from_environment(profiles: &ProfileSet, name: &str) -> Option<Vec<Role>> {
    let mut roles = Vec::new();
    let mut next = name;
    // As many steps as there are profiles: more is a loop, which the SDK reports.
    for _ in profiles.profiles() {
        let profile = profiles.get_profile(next)?;
        roles.push(Role {
            basics: RoleBasics {
                role_arn: profile.get("role_arn")?.to_owned(),
                duration: profile.get("duration_seconds").map(|seconds| format!("{seconds}s")),
                session_name: profile.get("role_session_name").map(str::to_owned),
                ..RoleBasics::default()
            },
            external_id: profile.get("external_id").map(str::to_owned),
            ..Role::default()
        });
        if profile.get("credential_source") == Some("Environment") {
            roles.reverse();
            return Some(roles);
        }
        next = profile.get("source_profile")?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "\
[profile a]
role_arn = arn:a
source_profile = b
[profile b]
role_arn = arn:b
credential_source = Environment
duration_seconds = 900
[profile c]
role_arn = arn:c
source_profile = c
[profile d]
region = eu-west-1
";

    async fn set(profile: Option<&str>) -> Result<ProfileSet, Diagnostic> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs_err::write(folder.path().join("config"), CONFIG).expect("a file");
        let file = folder.path().join("config").display().to_string();
        let identity =
            Identity { profile: profile.map(str::to_owned), shared_config_files: vec![file], ..Identity::default() };
        profiles(&identity, &Environment::default(), &Env::from_slice(&[])).await
    }

    #[tokio::test]
    async fn roles_of_the_environment() {
        let profiles = set(Some("a")).await.expect("there is such a profile");
        let roles = |name: &str| -> Option<Vec<String>> {
            let roles = roles_from_environment(&profiles, name)?;
            Some(roles.into_iter().map(|role| role.basics.role_arn).collect())
        };
        assert_eq!(roles("a"), Some(vec!["arn:b".to_owned(), "arn:a".to_owned()]));
        assert_eq!(roles("c"), None);
        assert_eq!(roles("d"), None);
    }

    #[tokio::test]
    async fn a_profile_that_is_not_there() {
        let diagnostic = set(Some("x")).await.expect_err("there is no such profile");
        assert!(diagnostic.detail.starts_with("failed to get shared config profile, x."), "{}", diagnostic.detail);
        assert!(diagnostic.detail.contains('d'), "{}", diagnostic.detail);
        assert!(set(None).await.is_ok());
    }
}
