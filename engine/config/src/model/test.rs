//! Test files, as far as anybody looks at them who does not run them.

use landform_addrs::{ModulePath, Str, Target};
use landform_diagnostics::Span;

use super::{ModuleCall, Traversal};

/// A test file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestFile {
    /// Its path, relative to the root module.
    pub name: String,
    /// What it runs, in order.
    pub runs: Vec<TestRun>,
    /// Objects that no run reaches: those of the file and of its mocked providers.
    pub overrides: Vec<Override>,
}

/// A `run` block.
#[derive(Clone, Debug, PartialEq)]
pub struct TestRun {
    /// Its name.
    pub name: Str,
    /// The module that it runs instead of the one that is tested.
    pub module: Option<ModuleCall>,
    /// What it expects to fail.
    pub expect_failures: Vec<Traversal>,
    /// Objects that it does not reach.
    pub overrides: Vec<Override>,
}

/// An `override_resource`, `override_data` or `override_module` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// What is replaced.
    pub target: Target,
    /// The `target` argument.
    pub target_span: Span,
    /// The block's header.
    pub span: Span,
}

impl TestFile {
    /// The path by which the module of a run is known among installed modules, without the run's name.
    pub fn module_path(&self) -> ModulePath {
        let name = self.name.strip_suffix(".tftest.hcl").unwrap_or(&self.name);
        name.split('/').fold(ModulePath::root().child("test"), |path, part| path.child(part))
    }
}
