//! A root module with its test files.

use landform_config::load::{DiskFiles, RunTree, load_run_trees};
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
        let (mut root, mut warnings) = session.load_root_with_tests(Some(directory))?;
        let of_module = |found: &Diagnostic| found.subject.is_some_and(|subject| root.files.contains(&subject.file));
        // Those of the module come up again as the tree is loaded.
        warnings = warnings.into_iter().filter(|found| !of_module(found)).collect();
        let (tree, found) = session.load_tree()?;
        let warnings = found.into_iter().chain(warnings).collect();
        root.tests.sort_by(|some, other| some.name.cmp(&other.name));
        Ok(Self { root, tree, manifest: session.manifest()?, warnings })
    }

    /// The modules that runs are of instead of the one under test.
    pub(crate) fn run_trees(&self, session: &Session) -> Result<(Vec<RunTree<'_>>, Diagnostics), Diagnostics> {
        let files = DiskFiles::new(session.world.directory.clone());
        let (trees, found) = load_run_trees(&self.root.tests, &self.manifest, &session.view.sources, &files);
        if found.has_errors() { Err(found) } else { Ok((trees, found)) }
    }
}
