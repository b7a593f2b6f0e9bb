//! The `source` argument of a required provider, with Terraform's words for what is none.

use landform_addrs::{ProviderAddr, Str};

use crate::decode::provider_part;

/// The host that a source without one means.
const DEFAULT_HOST: &str = "registry.terraform.io";

/// A summary and a detail.
pub(crate) type Problem = (&'static str, String);

/// The provider that a source names.
pub(crate) fn parse(source: &str) -> Result<ProviderAddr, Problem> {
    let parts: Vec<&str> = source.split('/').collect();
    if parts.len() > 3 || parts.iter().any(|part| part.is_empty()) {
        let detail = "The \"source\" attribute must be in the format \"[hostname/][namespace/]name\"";
        return Err(("Invalid provider source string", detail.to_owned()));
    }
    let kind = parts[parts.len() - 1];
    let name = provider_part(kind).map_err(|error| {
        ("Invalid provider type", format!("Invalid provider type {kind:?} in source {source:?}: {error}\""))
    })?;
    let [.., namespace, _] = parts[..] else { return Ok(ProviderAddr::hashicorp(name)) };
    let namespace = namespace_part(namespace, source)?;
    let host = if parts.len() == 3 { host_part(parts[0], source)? } else { DEFAULT_HOST.into() };
    if &*namespace == "-" && &*host != DEFAULT_HOST {
        let detail = format!("The legacy provider namespace \"-\" can be used only with hostname {DEFAULT_HOST}.");
        return Err(("Invalid provider namespace", detail));
    }
    let provider = ProviderAddr { host, namespace, name: name.into() };
    check_prefix(&provider)?;
    Ok(provider)
}

fn namespace_part(namespace: &str, source: &str) -> Result<Str, Problem> {
    if namespace == "-" {
        return Ok(namespace.into());
    }
    // The message names an empty namespace, as Terraform's does.
    provider_part(namespace).map(Str::from).map_err(|error| {
        ("Invalid provider namespace", format!("Invalid provider namespace \"\" in source {source:?}: {error}\""))
    })
}

fn host_part(host: &str, source: &str) -> Result<Str, Problem> {
    let wrong = |error: &str| {
        let detail = format!("Invalid provider source hostname namespace \"\" in source {source:?}: {error}\"");
        ("Invalid provider source hostname", detail)
    };
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    if let Some(bad) = name.chars().find(|next| !next.is_alphanumeric() && !matches!(next, '-' | '.')) {
        return Err(wrong(&format!("idna: disallowed rune U+{:04X}", bad as u32)));
    }
    if name.split('.').any(str::is_empty) {
        return Err(wrong("empty label"));
    }
    match port.map(str::parse::<u16>) {
        Some(Err(_)) => Err(wrong("invalid port number")),
        Some(Ok(443)) => Ok(name.to_lowercase().into()),
        _ => Ok(host.to_lowercase().into()),
    }
}

/// Repositories of providers have a prefix that the providers' addresses lack.
fn check_prefix(provider: &ProviderAddr) -> Result<(), Problem> {
    let Some(rest) = provider.name.strip_prefix("terraform-") else { return Ok(()) };
    let detail = match rest.strip_prefix("provider-").filter(|rest| !rest.is_empty()) {
        Some(name) => {
            let meant = ProviderAddr { name: name.into(), ..provider.clone() };
            format!(
                "Provider source {:?} has a type with the prefix \"terraform-provider-\", which isn't valid. Although \
                 that prefix is often used in the names of version control repositories for Terraform providers, \
                 provider source strings should not include it.\n\nDid you mean {:?}?",
                provider.for_display(),
                meant.for_display()
            )
        }
        None => format!(
            "Provider source {:?} has a type with the prefix \"terraform-\", which isn't allowed because it would be \
             redundant to name a Terraform provider with that prefix. If you are the author of this provider, rename \
             it to not include the prefix.",
            provider.to_string()
        ),
    };
    Err(("Invalid provider type", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources() {
        for (source, provider) in [
            ("random", "registry.terraform.io/hashicorp/random"),
            ("HashiCorp/AWS", "registry.terraform.io/hashicorp/aws"),
            ("x.y.z:80/a/b", "x.y.z:80/a/b"),
            ("terraform.io/builtin/terraform", "terraform.io/builtin/terraform"),
            ("registry.terraform.io/-/b", "registry.terraform.io/-/b"),
        ] {
            assert_eq!(parse(source).map(|found| found.to_string()).as_deref(), Ok(provider), "{source}");
        }
    }

    #[test]
    fn what_is_no_source() {
        for (source, summary, detail) in [
            ("", "Invalid provider source string", "must be in the format"),
            ("a/b/", "Invalid provider source string", "must be in the format"),
            ("a b/c", "Invalid provider namespace", "namespace \"\" in source \"a b/c\": must contain only"),
            ("foo/terraform-", "Invalid provider type", "type \"terraform-\" in source"),
            ("bad_host/a/b", "Invalid provider source hostname", "idna: disallowed rune U+005F"),
            ("example.com/-/b", "Invalid provider namespace", "only with hostname registry.terraform.io."),
            ("foo/terraform-provider-x", "Invalid provider type", "Did you mean \"foo/x\"?"),
            ("foo/terraform-x", "Invalid provider type", "Provider source \"registry.terraform.io/foo/terraform-x\""),
        ] {
            let (found, text) = parse(source).expect_err(source);
            assert_eq!(found, summary, "{source}");
            assert!(text.contains(detail), "{source}: {text}");
        }
    }
}
