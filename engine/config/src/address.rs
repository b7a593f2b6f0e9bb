//! Addresses given as texts, such as on a command line.

use landform_addrs::{
    AbsResource, AddressError, InstanceKey, Pattern, ProviderAddr, ResourceInstance, Selector, Target,
};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_lang::syntax::{Traversal, parse_traversal};

use crate::decode::address::Steps;

/// A module instance, resource or resource instance. Diagnostics point into a source without a name, whose text is not
/// shown.
///
/// # Errors
/// When it is none.
pub fn parse_target(text: &str, sources: &SourceMap) -> Result<Target, Diagnostics> {
    let written = parse_traversal(sources, sources.add("", text))?;
    Ok(target(&written)?)
}

/// As [`parse_target`], or what an address with wildcards names.
///
/// # Errors
/// When it is neither.
pub fn parse_selector(text: &str, sources: &SourceMap) -> Result<Selector, Diagnostics> {
    if !Pattern::is_pattern(text) {
        return parse_target(text, sources).map(Selector::Target);
    }
    let pattern = text.parse().map_err(|error: AddressError| {
        let detail = format!("This is no address with wildcards: {error}.");
        Diagnostic::error("Invalid address", detail)
    })?;
    Ok(Selector::Pattern(pattern))
}

/// A resource instance, as [`parse_target`].
///
/// # Errors
/// When it is none.
pub fn parse_resource_instance(text: &str, sources: &SourceMap) -> Result<ResourceInstance, Diagnostics> {
    Ok(resource_instance(&parse_traversal(sources, sources.add("", text))?)?)
}

/// The resource instance that a reference names.
///
/// # Errors
/// When it names none.
pub fn resource_instance(written: &Traversal) -> Result<ResourceInstance, Diagnostic> {
    match target(written)? {
        Target::Instance(instance) => Ok(instance),
        Target::Resource(resource) => Ok(resource.instance(InstanceKey::None)),
        Target::Module(_) => Err(not_an_instance(written.span)),
    }
}

/// A provider's source address, such as `hashicorp/aws`.
///
/// # Errors
/// When it is none.
pub fn parse_provider(text: &str) -> Result<ProviderAddr, Diagnostic> {
    crate::provider_source::parse(text).map_err(|(summary, detail)| Diagnostic::error(summary, detail))
}

/// What a reference names, as [`parse_target`].
///
/// # Errors
/// When it names none of them.
pub fn target(written: &Traversal) -> Result<Target, Diagnostic> {
    let mut steps = Steps::new(written);
    let module = steps.module_instance()?;
    if steps.rest().is_empty() {
        return Ok(Target::Module(module));
    }
    let instance = steps.resource_instance(module)?;
    Ok(match instance.key {
        InstanceKey::None => Target::Resource(AbsResource { module: instance.module, resource: instance.resource }),
        _ => Target::Instance(instance),
    })
}

/// A module stands where a resource instance is wanted.
pub(crate) fn not_an_instance(span: Span) -> Diagnostic {
    let detail = "A resource instance address is required here. The module path must be followed by a resource \
                  instance specification.";
    Diagnostic::error("Invalid address", detail).at(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: std::fmt::Display>(parsed: Result<T, Diagnostics>) -> String {
        match parsed {
            Ok(address) => address.to_string(),
            Err(found) => found.iter().map(|found| format!("{}: {}", found.summary, found.detail)).collect(),
        }
    }

    #[test]
    fn targets() {
        for text in ["a.b", "a.b[0]", "data.a.b[\"k\"]", "module.m[1].a.b", "module.m", "module.m[\"x\"].module.n"] {
            assert_eq!(check(parse_target(text, &SourceMap::new())), text);
        }
        for (text, expected) in [
            ("bad..x", "Attribute name required: Dot must be followed by attribute name."),
            ("x", "Invalid address: Resource specification must include a resource type and name."),
            ("a.b.c", "Invalid address: Resource instance key must be given in square brackets."),
            ("module", "Invalid address operator: Prefix \"module.\" must be followed by a module name."),
        ] {
            assert_eq!(check(parse_target(text, &SourceMap::new())), expected, "{text}");
        }
    }

    #[test]
    fn selectors() {
        for text in ["a.b[0]", "module.m", "module.*.a.b[0]", "**"] {
            assert_eq!(check(parse_selector(text, &SourceMap::new())), text);
        }
        let expected = "Invalid address: This is no address with wildcards: '.' expected at character 2 of \"*\".";
        assert_eq!(check(parse_selector("*", &SourceMap::new())), expected);
    }

    #[test]
    fn resource_instances() {
        assert_eq!(check(parse_resource_instance("resource.a.b", &SourceMap::new())), "a.b");
        let module = check(parse_resource_instance("module.m", &SourceMap::new()));
        assert!(module.starts_with("Invalid address: A resource instance address is required here."), "{module}");
    }
}
