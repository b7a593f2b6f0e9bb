//! Objects that are parts of others can be written within them or on their own, but not both: each apply would undo the
//! other's half.

use std::collections::{HashMap, HashSet};

use landform_addrs::ResourceMode;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::PartSchema;

use crate::program::{CompiledModule, CompiledResource, Program, Target};
use crate::providers::ProviderSet;

/// Finds parts that are configured both ways.
pub(crate) fn check(program: &Program, providers: &ProviderSet) -> Diagnostics {
    let schemas: Vec<_> = providers.iter().map(|(address, provider)| (address, provider.schemas())).collect();
    let mut parts: HashMap<(&_, &str), Vec<&PartSchema>> = HashMap::new();
    for (address, schemas) in &schemas {
        for part in &schemas.parts {
            parts.entry((*address, &*part.kind)).or_default().push(part);
        }
    }
    let mut found = Diagnostics::new();
    let mut seen = HashSet::new();
    for node in &program.tree {
        let module = &*node.module;
        // Many calls share a module.
        if !seen.insert(std::ptr::from_ref(module)) {
            continue;
        }
        for (resource, config) in module.resources.iter().zip(module.config.resources.values()) {
            let parts = parts.get(&(&config.provider_addr, &*resource.address.kind)).into_iter().flatten();
            found.extend(parts.filter_map(|part| conflict(module, resource, part)));
        }
    }
    found
}

/// The problem of a part whose whole is configured with such parts too.
fn conflict(module: &CompiledModule, resource: &CompiledResource, part: &PartSchema) -> Option<Diagnostic> {
    if resource.address.mode != ResourceMode::Managed || !is_meant(resource, part) {
        return None;
    }
    let reference = resource.body.attribute(&part.by)?;
    let wholes = module.targets_of([reference]).into_iter().filter_map(|target| match target {
        Target::Resource(index) => Some(&module.resources[index]),
        _ => None,
    });
    let mut wholes =
        wholes.filter(|whole| whole.address.mode == ResourceMode::Managed && *whole.address.kind == *part.whole);
    let (whole, within) = wholes.find_map(|whole| {
        let within = part.within.iter().find(|name| whole.body.has(name))?;
        Some((whole, within))
    })?;
    let (address, whole) = (&resource.address, &whole.address);
    let detail = format!(
        "{whole} lists what belongs to it in its own {within}, and {address} adds to that: each apply would undo the \
         other's half. Write all of it in {within} of {whole}, or none there and each as a {}.",
        address.kind
    );
    Some(Diagnostic::error("Written both within an object and on its own", detail).at(reference.span()))
}

/// Whether this resource is one of those that the rule is about.
fn is_meant(resource: &CompiledResource, part: &PartSchema) -> bool {
    part.only
        .as_ref()
        .is_none_or(|(name, value)| resource.body.constant(name).and_then(|given| given.as_str()) == Some(&**value))
}
