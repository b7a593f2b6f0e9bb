//! `required_version`.

use landform_addrs::ModulePath;
use landform_diagnostics::Diagnostics;

use crate::load::ModuleTree;
use crate::model::{Module, VersionRequirement};
use crate::source::ModuleSource;
use crate::version::{Constraint, Version, language_version};

const SUMMARY: &str = "Unsupported Terraform Core version";
const ADVICE: &str = "To proceed, either choose another supported Terraform version or update this version constraint. \
                      Version constraints are normally set for good reason, so updating the constraint may lead to \
                      other errors or unexpected behavior.";

/// Reports versions of the engine that a module of the tree does not allow.
pub(super) fn check(tree: &ModuleTree) -> Diagnostics {
    let nodes = tree.nodes().iter().enumerate();
    let source = |index| tree.call(index).and_then(|call| call.source.as_ref());
    nodes
        .flat_map(|(index, node)| check_module(&node.module, source(index).map(|source| (&node.path, source))))
        .collect()
}

/// Reports versions of the engine that a module does not allow. A called one is named by its path and source.
pub fn check_module(module: &Module, called: Option<(&ModulePath, &ModuleSource)>) -> Diagnostics {
    let version = language_version();
    let subject = match called {
        Some((path, source)) => format!("Module {path} (from {source})"),
        None => "This configuration".to_owned(),
    };
    let mut found = Diagnostics::new();
    for required in &module.required_versions {
        check_one(required, &version, &subject, &mut found);
    }
    found
}

fn check_one(required: &VersionRequirement, version: &Version, subject: &str, found: &mut Diagnostics) {
    let prereleases: Vec<&Constraint> = required.constraints.iter().filter(|it| it.version.is_prerelease()).collect();
    for constraint in &prereleases {
        let detail = format!(
            "Prerelease version constraints are not supported: {constraint}. Remove the prerelease information from \
             the constraint. Prerelease versions of terraform will match constraints using their version core only."
        );
        found.error(required.span, "Invalid required_version constraint", detail);
    }
    if prereleases.is_empty() && !required.constraints.allow(version) {
        let detail = format!("{subject} does not support Terraform version {version}. {ADVICE}");
        found.error(required.span, SUMMARY, detail);
    }
}
