//! Kinds of provisioners that there are not.

use landform_diagnostics::{Diagnostic, Diagnostics};

use crate::load::ModuleTree;

/// The kinds of provisioners that Terraform comes with.
pub const PROVISIONER_KINDS: [&str; 3] = ["file", "local-exec", "remote-exec"];

/// Whether there are all provisioners that resources use. Terraform reports this together with missing providers,
/// which come before, and with [`check_required_versions`](super::check_required_versions), which comes behind.
pub fn check_provisioners(tree: &ModuleTree) -> Diagnostics {
    let resources = tree.nodes().iter().flat_map(|node| node.module.resources.values());
    let used = resources.flat_map(|resource| resource.provisioners.iter().map(|provisioner| &*provisioner.kind));
    let mut missing: Vec<&str> = used.filter(|kind| !PROVISIONER_KINDS.contains(kind)).collect();
    missing.sort_unstable();
    missing.into_iter().map(report).collect()
}

fn report(kind: &str) -> Diagnostic {
    let detail = format!(
        "This configuration requires provisioner plugin {kind:?}, which isn't available. If you're intending to use an \
         external provisioner plugin, you must install it manually into one of the plugin search directories before \
         running Terraform."
    );
    Diagnostic::error("Missing required provisioner plugin", detail)
}
