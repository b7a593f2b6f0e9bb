//! What can be said of test files by the configurations that they test.

use landform_addrs::{ModulePath, Resource, Target};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::syntax::Traversal;

use crate::load::{ModuleTree, RunTree};
use crate::model::{Override, TestFile, TestRun};
use crate::reference::{Subject, TestSubject, parse_test_reference};

/// Warnings of overrides in a file that are of nothing in the tested configuration nor in those of its runs.
pub fn check_test_file(file: &TestFile, tree: &ModuleTree, runs: &[RunTree<'_>]) -> Diagnostics {
    let of_runs: Vec<&ModuleTree> = runs.iter().filter(|run| run.file == file).map(|run| &run.tree).collect();
    let exists =
        |found: &Override| std::iter::once(tree).chain(of_runs.iter().copied()).any(|tree| has(tree, &found.target));
    let of_mocks = file.providers.iter().filter_map(|config| config.mock.as_ref()).flat_map(|mock| &mock.overrides);
    let own = of_mocks.filter(|found| !found.shared).chain(&file.overrides);
    own.filter(|found| !exists(found)).map(no_such_target).collect()
}

/// What a run expects to fail must be something that has conditions, and what it overrides be there.
pub fn check_run(run: &TestRun, tree: &ModuleTree) -> Diagnostics {
    let mut found: Diagnostics = run.expect_failures.iter().filter_map(unexpected).collect();
    found.extend(run.overrides.iter().filter(|found| !has(tree, &found.target)).map(no_such_target));
    found
}

fn no_such_target(found: &Override) -> Diagnostic {
    let detail = format!(
        "The override target {} does not exist within the configuration under test. This could indicate a typo in the \
         target address or an unnecessary override.",
        found.target
    );
    Diagnostic::warning("Invalid override target", detail).at(found.target_span)
}

fn has(tree: &ModuleTree, target: &Target) -> bool {
    let declared = |module: &ModulePath, resource: &Resource| {
        tree.find(module).is_some_and(|found| tree.node(found).module.resources.contains_key(resource))
    };
    match target {
        Target::Module(module) => tree.find(&module.path()).is_some(),
        Target::Resource(found) => declared(&found.module.path(), &found.resource),
        Target::Instance(found) => declared(&found.module.path(), &found.resource),
    }
}

/// Why a reference is to nothing that can fail.
fn unexpected(written: &Traversal) -> Option<Diagnostic> {
    let reference = match parse_test_reference(written.as_ref()) {
        Ok(reference) => reference,
        Err(problem) => return Some(problem),
    };
    if matches!(
        reference.subject,
        TestSubject::Output(_)
            | TestSubject::Check(_)
            | TestSubject::Module(Subject::Resource { .. } | Subject::Variable(_))
    ) {
        return None;
    }
    let detail = format!(
        "You cannot expect failures from {}. You can only expect failures from checkable objects such as input \
         variables, output values, check blocks, managed resources and data sources.",
        reference.subject
    );
    Some(Diagnostic::error("Invalid `expect_failures` reference", detail).at(reference.span))
}
