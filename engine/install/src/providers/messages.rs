//! What is said of providers that can not be used, or not as the lock file says.

use landform_addrs::ProviderAddr;
use landform_config::version::Version;
use landform_diagnostics::{Diagnostic, suggestion};

use super::{NativeProvider, Requirement};

const QUERY: &str = "Failed to query available provider packages";

/// The lock file selects a version that the constraints do not allow.
pub(super) fn locked_out(provider: &ProviderAddr, locked: &Version, requirement: &Requirement) -> Diagnostic {
    unavailable(
        provider,
        &format!(
            "locked provider {provider} {locked} does not match configured version constraint {}; must use landform init \
             -upgrade to allow selection of new versions",
            requirement.constraints.normalized()
        ),
        &required_by(provider, requirement),
    )
}

/// The constraints do not allow the built-in version, which is used all the same.
pub(super) fn not_allowed(native: &NativeProvider, requirement: &Requirement) -> Diagnostic {
    let NativeProvider { addr, version } = native;
    let name = addr.for_display();
    let detail = format!(
        "The configuration asks for {name} {}, but v{version} is built in to Landform and is used in its place. {} Where \
         the versions differ in what the configuration uses, plans tell: look at the first one with care, or change the \
         version constraints so that they allow {version}.",
        requirement.constraints.normalized(),
        required_by(addr, requirement)
    );
    Diagnostic::warning("Provider version differs from the version constraints", detail)
}

/// The provider is not built in.
pub(super) fn unknown(provider: &ProviderAddr, requirement: &Requirement, native: &[NativeProvider]) -> Diagnostic {
    let names: Vec<String> = native.iter().map(|native| native.addr.for_display()).collect();
    let list: Vec<String> =
        native.iter().map(|native| format!("  - {} v{}", native.addr.for_display(), native.version)).collect();
    let meant = suggestion(&provider.for_display(), names.iter().map(String::as_str)).map_or_else(String::new, |meant| {
        format!(
            "Did you intend to use {meant}? If so, you must specify that source address in each module which requires \
             that provider. "
        )
    });
    unavailable(
        provider,
        &format!("provider {provider} is not built in to Landform, which can not install provider plugins yet"),
        &format!(
            "{meant}{}\n\nProviders built in to Landform:\n{}",
            required_by(provider, requirement),
            list.join("\n")
        ),
    )
}

/// A provider that is part of the language has no versions, or is not known.
pub(super) fn invalid_builtin(provider: &ProviderAddr, why: &str) -> Diagnostic {
    let detail = format!("Cannot use {}: {why}.", provider.for_display());
    Diagnostic::error("Invalid dependency on built-in provider", detail)
}

/// An address from before providers had namespaces.
pub(super) fn legacy(provider: &ProviderAddr) -> Diagnostic {
    let detail = format!(
        "This configuration or its associated state refers to the unqualified provider {:?}.\n\nYou must complete the \
         Terraform 0.13 upgrade process before upgrading to later versions.",
        &*provider.name
    );
    Diagnostic::error("Invalid legacy provider address", detail)
}

/// The lock file selects a version that is newer than the built-in one, or of another major version.
pub(super) fn differs(native: &NativeProvider, locked: &Version) -> Option<Diagnostic> {
    let NativeProvider { addr, version } = native;
    let is_near = locked <= version && locked.segments().first() == version.segments().first();
    if is_near {
        return None;
    }
    let name = addr.for_display();
    let detail = format!(
        "The dependency lock file selects v{locked} of {name}, but v{version} is built in to Landform and is used in its \
         place. The configuration and the state must suit both versions as long as Terraform is used beside Landform."
    );
    Some(Diagnostic::warning("Provider version differs from the dependency lock file", detail))
}

fn unavailable(provider: &ProviderAddr, why: &str, what_to_do: &str) -> Diagnostic {
    let name = provider.for_display();
    let detail =
        format!("Could not retrieve the list of available versions for provider {name}: {why}\n\n{what_to_do}");
    Diagnostic::error(QUERY, detail)
}

/// Who needs a provider; not more than a few names.
fn required_by(provider: &ProviderAddr, requirement: &Requirement) -> String {
    const MANY: usize = 5;
    let names: Vec<&str> = requirement.required_by.iter().take(MANY).map(String::as_str).collect();
    let more = match requirement.required_by.len().saturating_sub(MANY) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{} is required by {}{more}.", provider.for_display(), names.join(", "))
}
