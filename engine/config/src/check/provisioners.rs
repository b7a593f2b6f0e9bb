//! Kinds of provisioners that there are not.

use landform_diagnostics::{Diagnostic, Diagnostics};

use crate::load::ModuleTree;

/// The kinds of provisioners that Terraform comes with.
pub const PROVISIONER_KINDS: [&str; 3] = ["file", "local-exec", "remote-exec"];

/// Whether there are all provisioners that resources use. Terraform reports this together with missing providers,
/// which come before, and with [`check_required_versions`](super::check_required_versions), which comes behind.
pub fn check_provisioners(tree: &ModuleTree) -> Diagnostics {
    missing(tree).into_iter().map(report).collect()
}

/// As [`check_provisioners`], as who wants to plan is told: schemas are loaded before all else.
pub fn check_provisioner_schemas(tree: &ModuleTree) -> Diagnostics {
    let mut missing = missing(tree);
    missing.dedup();
    let problem = |kind: &&str| {
        format!(
            "Failed to obtain provisioner schema: Could not load the schema for provisioner {kind:?}: failed to \
             instantiate provisioner {kind:?} to obtain schema: unavailable provisioner {kind:?}."
        )
    };
    let problems: Vec<String> = missing.iter().map(problem).collect();
    let problems = match &problems[..] {
        [] => return Diagnostics::new(),
        [only] => only.clone(),
        several => format!("{} problems:\n\n- {}", several.len(), several.join("\n- ")),
    };
    let detail = format!("Error while loading schemas for plugin components: {problems}.");
    Diagnostic::error("Failed to load plugin schemas", detail).into()
}

fn missing(tree: &ModuleTree) -> Vec<&str> {
    let resources = tree.nodes().iter().flat_map(|node| node.module.resources.values());
    let used = resources.flat_map(|resource| resource.provisioners.iter().map(|provisioner| &*provisioner.kind));
    let mut missing: Vec<&str> = used.filter(|kind| !PROVISIONER_KINDS.contains(kind)).collect();
    missing.sort_unstable();
    missing
}

fn report(kind: &str) -> Diagnostic {
    let detail = format!(
        "This configuration requires provisioner plugin {kind:?}, which isn't available. If you're intending to use an \
         external provisioner plugin, you must install it manually into one of the plugin search directories before \
         running Terraform."
    );
    Diagnostic::error("Missing required provisioner plugin", detail)
}
