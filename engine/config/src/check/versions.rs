//! `required_version`.

use landform_diagnostics::Diagnostics;

use crate::load::ModuleTree;
use crate::model::VersionRequirement;
use crate::version::{Constraint, LANGUAGE_VERSION, Version};

const SUMMARY: &str = "Unsupported Terraform Core version";
const ADVICE: &str = "To proceed, either choose another supported Terraform version or update this version constraint. \
                      Version constraints are normally set for good reason, so updating the constraint may lead to \
                      other errors or unexpected behavior.";

/// Reports versions of the engine that a module of the tree does not allow.
pub(super) fn check(tree: &ModuleTree) -> Diagnostics {
    let [major, minor, patch] = LANGUAGE_VERSION;
    let version = Version::new(major, minor, patch);
    let mut found = Diagnostics::new();
    for (index, node) in tree.nodes().iter().enumerate() {
        for required in &node.module.required_versions {
            let subject = match tree.call(index).and_then(|call| call.source.as_ref()) {
                Some(source) => format!("Module {} (from {source})", node.path),
                None => "This configuration".to_owned(),
            };
            check_one(required, &version, &subject, &mut found);
        }
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
