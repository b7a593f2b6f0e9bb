//! Test files of a root module, and the modules that their runs are of.

use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use landform_lang::syntax::ast::Body;
use landform_lang::syntax::{parse_json, parse_native};

use super::files::{FileSource, is_ignored, join};
use super::module::load_module;
use super::tree::{ModuleTree, RUN_INIT, load_tree, not_installed};
use crate::decode::{decode_mock_file, decode_test_file};
use crate::manifest::Manifest;
use crate::model::{Collision, MockData, Module, ProviderConfig, TestFile, TestRun};
use crate::place::describe;

/// Where test files are, beside the root module's own directory.
pub const TEST_DIRECTORY: &str = "tests";

/// As [`load_module`], with the test files of the directory and of one below it.
pub fn load_module_with_tests(
    directory: &str,
    test_directory: &str,
    sources: &SourceMap,
    files: &dyn FileSource,
) -> (Option<Module>, Diagnostics) {
    let (module, mut diagnostics) = load_module(directory, sources, files);
    let Some(mut module) = module else { return (None, diagnostics) };
    let (paths, found) = test_files(directory, test_directory, files);
    diagnostics.extend(found);
    for path in paths {
        let (file, found) = load_test_file(directory, &path, sources, files);
        diagnostics.extend(found);
        module.tests.extend(file);
    }
    (Some(module), diagnostics)
}

/// The module that a run is of, and what that calls.
#[derive(Clone, Debug)]
pub struct RunTree<'a> {
    /// The file.
    pub file: &'a TestFile,
    /// The run.
    pub run: &'a TestRun,
    /// The module as a root.
    pub tree: ModuleTree,
}

/// The tree of the module that a run is of instead of the one under test, if it names one.
pub fn tree_of_run<'t>(trees: &'t [RunTree<'_>], run: &TestRun) -> Option<&'t ModuleTree> {
    trees.iter().find(|found| std::ptr::eq(found.run, run)).map(|found| &found.tree)
}

/// Loads the modules that runs name. They are found by the manifest, local ones too.
pub fn load_run_trees<'a>(
    tests: &'a [TestFile],
    manifest: &Manifest,
    sources: &SourceMap,
    files: &dyn FileSource,
) -> (Vec<RunTree<'a>>, Diagnostics) {
    let mut trees = Vec::new();
    let mut diagnostics = Diagnostics::new();
    for (file, run) in tests.iter().flat_map(|file| file.runs.iter().map(move |run| (file, run))) {
        let Some(call) = &run.module else { continue };
        let path = file.module_path().child(run.name.clone());
        let source = call.source.as_ref().map(ToString::to_string).unwrap_or_default();
        let directory = match manifest.get(&path) {
            Some(entry) if entry.source != source => {
                let detail = format!("The source address was changed since this module was installed. {RUN_INIT}");
                diagnostics.error(call.source_span.unwrap_or(call.span), "Module source has changed", detail);
                continue;
            }
            Some(entry) if !entry.dir.is_empty() && files.list(&entry.dir).is_ok() => &entry.dir,
            unreadable => {
                diagnostics.push(not_installed(unreadable, call));
                continue;
            }
        };
        let (tree, found) = load_tree(directory, &manifest.below(&path), sources, files);
        diagnostics.extend(found);
        trees.extend(tree.map(|tree| RunTree { file, run, tree }));
    }
    (trees, diagnostics)
}

/// The paths of test files, those of the directory for tests first.
fn test_files(directory: &str, test_directory: &str, files: &dyn FileSource) -> (Vec<String>, Diagnostics) {
    let below = join(directory, test_directory);
    let mut found = Diagnostics::new();
    let mut paths = match files.list(&below) {
        Ok(names) => in_directory(&below, names),
        Err(_) => {
            if test_directory != TEST_DIRECTORY {
                let detail = format!("Requested test directory {below} does not exist.");
                found.push(Diagnostic::warning("Test directory does not exist", detail));
            }
            Vec::new()
        }
    };
    if below != join(directory, ".") {
        paths.extend(in_directory(directory, files.list(directory).unwrap_or_default()));
    }
    (paths, found)
}

fn in_directory(directory: &str, mut names: Vec<(String, bool)>) -> Vec<String> {
    names.sort();
    let is_test = |name: &str| name.ends_with(".tftest.hcl") || name.ends_with(".tftest.json");
    let tests = names.into_iter().filter(|(name, is_directory)| !is_directory && !is_ignored(name) && is_test(name));
    tests.map(|(name, _)| join(directory, &name)).collect()
}

fn load_test_file(
    directory: &str,
    path: &str,
    sources: &SourceMap,
    files: &dyn FileSource,
) -> (Option<TestFile>, Diagnostics) {
    let (body, mut diagnostics) = match parse_file(path, sources, files) {
        Ok(parsed) => parsed,
        Err(problem) => return (None, problem.into()),
    };
    let prefix = format!("{}/", crate::source::clean(directory));
    let name = path.strip_prefix(&prefix).unwrap_or(path);
    let (mut decoded, found) = decode_test_file(name, &body, sources);
    diagnostics.extend(found);
    for config in &mut decoded.providers {
        diagnostics.extend(add_shared_mocks(config, sources, files));
    }
    (Some(decoded), diagnostics)
}

fn parse_file(path: &str, sources: &SourceMap, files: &dyn FileSource) -> Result<(Body, Diagnostics), Diagnostic> {
    let unreadable = |_| Diagnostic::error("Failed to read file", format!("The file {path:?} could not be read."));
    let bytes = files.read(path).map_err(unreadable)?;
    let file = sources.add(path, String::from_utf8_lossy(&bytes).into_owned());
    let parse = if path.ends_with(".json") { parse_json } else { parse_native };
    Ok(parse(sources, file))
}

/// Adds what the directory has that a mock names as its source.
fn add_shared_mocks(config: &mut ProviderConfig, sources: &SourceMap, files: &dyn FileSource) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let Some(mock) = &mut config.mock else { return diagnostics };
    let Some(directory) = mock.source.clone().filter(|directory| !directory.is_empty()) else { return diagnostics };
    let Ok(mut names) = files.list(&directory) else {
        let detail = format!("Mock data directory {directory} does not exist or cannot be read.");
        diagnostics.error(config.span, "Failed to read mock data directory", detail);
        return diagnostics;
    };
    names.sort();
    let is_mock = |name: &str| name.ends_with(".tfmock.hcl") || name.ends_with(".tfmock.json");
    let mut shared = MockData::default();
    for (name, _) in names.iter().filter(|(name, is_directory)| !is_directory && !is_ignored(name) && is_mock(name)) {
        match parse_file(&join(&directory, name), sources, files) {
            Err(problem) => diagnostics.push(problem),
            Ok((body, found)) => {
                diagnostics.extend(found);
                let (data, found) = decode_mock_file(&body, mock.known_in_plan, sources);
                diagnostics.extend(found);
                shared.add(&data, &mut |both| diagnostics.push(duplicate_mock(&both, sources)));
            }
        }
    }
    Arc::make_mut(mock).add_missing(&shared);
    diagnostics
}

fn duplicate_mock(both: &Collision<'_>, sources: &SourceMap) -> Diagnostic {
    match both {
        Collision::Type { block, kind, first, second } => {
            let detail = format!("A {block} {kind:?} block already exists at {}.", describe(sources, *first));
            Diagnostic::error("Duplicate mock resource block", detail).at(*second)
        }
        Collision::Target { first, second } => {
            let place = describe(sources, first.span);
            let detail = format!("An override block for {} already exists at {place}.", second.target);
            Diagnostic::error("Duplicate override block", detail).at(second.span)
        }
    }
}
