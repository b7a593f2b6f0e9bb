//! A root module with its test files.

use landform_config::load::{RunTree, load_run_trees};
use landform_config::manifest::Manifest;
use landform_config::{Module, ModuleTree};
use landform_diagnostics::{Diagnostic, Diagnostics};

use crate::session::Session;

/// The configuration under test with its test files.
pub(crate) struct TestFiles {
    /// The root module with its files in order.
    pub(crate) root: Module,
    /// All that it calls.
    pub(crate) tree: ModuleTree,
    /// Warnings.
    pub(crate) warnings: Diagnostics,
    manifest: Manifest,
}

impl TestFiles {
    /// Loads them, and the configuration.
    pub(crate) fn load(session: &Session, directory: &str) -> Result<Self, Diagnostics> {
        let (mut root, warnings) = load_root(session, Some(directory))?;
        let (tree, found) = session.load_tree()?;
        let warnings = found.into_iter().chain(warnings).collect();
        root.tests.sort_by(|some, other| some.name.cmp(&other.name));
        Ok(Self { root, tree, manifest: session.manifest()?, warnings })
    }

    /// The modules that runs are of instead of the one under test.
    pub(crate) fn run_trees(&self, session: &Session) -> Result<(Vec<RunTree<'_>>, Diagnostics), Diagnostics> {
        let (trees, found) = load_run_trees(&self.root.tests, &self.manifest, &session.view.sources, &session.files());
        if found.has_errors() { Err(found) } else { Ok((trees, found)) }
    }
}

/// The root module with its test files, and warnings of these: the others come up as the tree is loaded.
pub(crate) fn load_root(session: &Session, directory: Option<&str>) -> Result<(Module, Diagnostics), Diagnostics> {
    let (root, warnings) = session.load_root_with_tests(directory)?;
    let of_module = |found: &Diagnostic| found.subject.is_some_and(|subject| root.files.contains(&subject.file));
    let of_tests = warnings.into_iter().filter(|found| !of_module(found)).collect();
    Ok((root, of_tests))
}
