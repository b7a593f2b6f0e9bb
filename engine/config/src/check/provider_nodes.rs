//! Whether there is a provider configuration wherever one is used: by a resource, or to be passed to a called module.

use std::collections::HashSet;

use landform_addrs::{ModulePath, ProviderConfigAddr};
use landform_diagnostics::{Diagnostic, Diagnostics};

use crate::load::{ModuleNode, ModuleTree};
use crate::model::{LocalProvider, ModuleCall};

/// Checks a tree. What is missing for a call is the only thing that is reported.
pub(super) fn check(tree: &ModuleTree) -> Diagnostics {
    let mut declared = HashSet::new();
    for (index, node) in tree.nodes().iter().enumerate() {
        declare(node, &mut declared);
        let (Some(call), Some((parent, _))) = (tree.call(index), node.parent) else { continue };
        if let Err(missing) = pass(node, call, &tree.node(parent).path, &mut declared) {
            return Diagnostic::error(format!("missing provider {missing}"), "").into();
        }
    }
    tree.nodes().iter().flat_map(|node| unconfigured(node, &declared)).collect()
}

fn address(node: &ModuleNode, module: &ModulePath, local: &LocalProvider) -> ProviderConfigAddr {
    let provider = node.module.provider_named(&local.name);
    ProviderConfigAddr::new(module.clone(), provider, local.alias.clone())
}

/// What a module configures itself; in the root module, required providers are configured without a block.
fn declare(node: &ModuleNode, declared: &mut HashSet<ProviderConfigAddr>) {
    let module = &node.module;
    declared.extend(module.provider_configs.keys().map(|local| address(node, &node.path, local)));
    if node.path.is_root() {
        let required = module.required_providers.entries.values();
        declared.extend(required.map(|required| ProviderConfigAddr::root(required.provider.clone())));
    }
}

/// What a module is passed. Terraform takes it for one of the provider that the called module's name means.
fn pass(
    node: &ModuleNode,
    call: &ModuleCall,
    parent: &ModulePath,
    declared: &mut HashSet<ProviderConfigAddr>,
) -> Result<(), ProviderConfigAddr> {
    for passed in &call.providers {
        let here = address(node, &node.path, &passed.in_child.local());
        let there = ProviderConfigAddr::new(parent.clone(), here.provider.clone(), passed.in_parent.alias.clone());
        if !declared.contains(&there) {
            return Err(there);
        }
        declared.insert(here);
    }
    Ok(())
}

/// Resources that name a configuration which there is not. Those without an alias fall back on the root module's.
fn unconfigured<'a>(
    node: &'a ModuleNode,
    declared: &'a HashSet<ProviderConfigAddr>,
) -> impl Iterator<Item = Diagnostic> + 'a {
    let resources = node.module.resources.values();
    let aliased = resources.filter(|resource| resource.local_provider().alias.is_some());
    aliased.filter_map(move |resource| {
        let wanted = address(node, &node.path, &resource.local_provider());
        if declared.contains(&wanted) {
            return None;
        }
        let name = resource.addr().in_module(node.path.clone());
        let detail = format!(
            "To work with {name} its original provider configuration at {wanted} is required, but it has been removed. \
             This occurs when a provider configuration is removed while objects created by that provider still exist \
             in the state. Re-add the provider configuration to destroy {name}, after which you can remove the \
             provider configuration again."
        );
        Some(Diagnostic::error("Provider configuration not present", detail))
    })
}
