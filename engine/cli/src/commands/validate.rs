//! `landform validate`: the configuration alone, without state and without asking anybody.

use std::collections::HashSet;

use landform_config::check::{check_run, check_test_file};
use landform_config::load::{RunTree, load_run_trees, tree_of_run};
use landform_config::source::ModuleSource;
use landform_config::{Module, ModuleTree, TestFile};
use landform_diagnostics::Diagnostics;
use landform_views::json;

use crate::args::{self, FlagKind, Flags, Parsed};
use crate::failure::{Failure, Outcome};
use crate::interrupt::Ends;
use crate::operation::VARIABLE_FLAGS;
use crate::session::Session;
use crate::test_files;
use crate::world::print;

const FLAGS: Flags = &[("json", FlagKind::Bool), ("no-tests", FlagKind::Bool), ("test-directory", FlagKind::Value)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] validate [options] [DIR]

  Checks whether the configuration is right in itself: syntax, names, types,
  what providers say of each block. Reads neither state nor real objects.
  With DIR, the root module is in that folder, and what init installed in
  the current one.

Options:

  -json                  One JSON document, for programs.
  -no-color              No colours.
  -no-tests              Leave out test files.
  -test-directory=PATH   Where test files are, beside the root module's own
                         directory: tests if nothing is said.
  -var 'name=value', -var-file=FILE
                         Set variables that sources of modules are made from.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS, VARIABLE_FLAGS], arguments).map_err(Failure::flags)?;
    if parsed.positional.len() > 1 {
        return Err(super::too_many("Expected at most one positional argument."));
    }
    session.interrupts.watch(&session.view, Ends::Command);
    let session = &match parsed.positional.first() {
        Some(folder) => session.configured_in(&session.world.seen_from_here(folder)),
        None => session.clone(),
    };
    let diagnostics = check(session, &parsed).await;
    let failed = diagnostics.has_errors();
    if parsed.is("json", false) {
        // As they were found, and each warning by itself: programs bring them into an order of their own.
        let text = session.view.with_sources(|sources| json::validation(diagnostics.iter(), sources));
        print(&text.unwrap_or_default());
    } else {
        say(session, diagnostics, failed);
    }
    Ok(u8::from(failed))
}

fn say(session: &Session, diagnostics: Diagnostics, failed: bool) {
    let but = if diagnostics.is_empty() { "." } else { ", but there were some validation warnings\nas shown above." };
    session.view.diagnostics(diagnostics);
    if !failed {
        print(&session.view.style.paint(&format!("[green][bold]Success![reset] The configuration is valid{but}\n\n")));
    }
}

async fn check(session: &Session, parsed: &Parsed) -> Diagnostics {
    let (root, warnings_of_tests) = match load_root(session, parsed) {
        Ok(loaded) => loaded,
        Err(found) => return found,
    };
    let loaded = session.load_tree();
    let (runs, found) = match session.manifest() {
        Ok(manifest) => load_run_trees(&root.tests, &manifest, &session.view.sources, &session.files()),
        Err(found) => return found,
    };
    let (tree, mut diagnostics) = match loaded {
        Ok((tree, mut warnings)) => {
            warnings.extend(warnings_of_tests.into_iter().chain(found));
            (Some(tree), warnings)
        }
        Err(errors) => (None, errors.into_iter().chain(found).collect()),
    };
    let Some(tree) = tree.filter(|_| !diagnostics.has_errors()) else { return diagnostics };
    diagnostics.extend(validate(session, &tree).await);
    diagnostics.extend(check_tests(session, &tree, &root.tests, &runs).await);
    diagnostics
}

async fn validate(session: &Session, tree: &ModuleTree) -> Diagnostics {
    landform_core::validate(tree, &session.providers(), &session.settings()).await
}

/// The root module, and warnings of its test files: the others come up as the tree is loaded.
fn load_root(session: &Session, parsed: &Parsed) -> Result<(Module, Diagnostics), Diagnostics> {
    if parsed.is("no-tests", false) {
        return Ok(((*session.load_root()?).clone(), Diagnostics::new()));
    }
    test_files::load_root(session, parsed.value("test-directory"))
}

/// Test files, and the local modules that their runs are of, each once.
async fn check_tests(session: &Session, tree: &ModuleTree, tests: &[TestFile], runs: &[RunTree<'_>]) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let mut checked = HashSet::new();
    for file in tests {
        diagnostics.extend(check_test_file(file, tree, runs));
        for run in &file.runs {
            let own = tree_of_run(runs, run);
            let source = run.module.as_ref().and_then(|module| module.source.as_ref());
            if let (Some(own), Some(source @ ModuleSource::Local(_))) = (own, source)
                && checked.insert(source.to_string())
            {
                diagnostics.extend(validate(session, own).await);
            }
            diagnostics.extend(check_run(run, own.unwrap_or(tree)));
        }
    }
    diagnostics
}
