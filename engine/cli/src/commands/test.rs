//! `landform test`: runs the test files of a module, on real objects or on mocks.

mod report;
mod tell;

use std::path::{Component, Path};
use std::time::Duration;

use landform_config::load::TEST_DIRECTORY;
use landform_config::{Module, TestFile};
use landform_core::testing::{FileReport, FileRunner, GlobalVariables, Suite};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::TestStatus;

use crate::args::{self, FlagKind, Flags, Parsed};
use crate::failure::{Failure, Outcome};
use crate::operation::{VARIABLE_FLAGS, variable_flags};
use crate::session::Session;
use crate::test_files::TestFiles;
use crate::variables::TestVariables;
use tell::Teller;

const FLAGS: Flags = &[
    ("filter", FlagKind::Value),
    ("json", FlagKind::Bool),
    ("junit-xml", FlagKind::Value),
    ("test-directory", FlagKind::Value),
    ("verbose", FlagKind::Bool),
    ("cloud-run", FlagKind::Value),
];

pub(crate) const HELP: &str = "\
Usage: landform [global options] test [options]

  Runs the test files (*.tftest.hcl, *.tftest.json) of the root module and of
  its directory for tests. Each 'run' block plans or applies the module and
  checks what came of it; what was made is destroyed at the end of its file.
  Nothing of this touches the state of the root module.

  What is not mocked or overridden is real: it is created, and may cost money.

Options:

  -filter=FILE           Run only this test file. May be repeated.
  -json                  Messages as JSON, one a line.
  -junit-xml=FILE        Write a report in the form of JUnit as well.
  -no-color              No colours.
  -test-directory=PATH   Where test files are, beside the root module's own
                         directory: tests if nothing is said.
  -var 'name=value'      Set a variable for all tests. May be repeated.
  -var-file=FILE         Set variables from a file, besides terraform.tfvars and
                         *.auto.tfvars. May be repeated.
  -verbose               Show the plan or the state of each run.
";

/// How often is told that a run still goes on, to programs.
const STILL: Duration = Duration::from_secs(2);

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS, VARIABLE_FLAGS], arguments).map_err(Failure::flags)?;
    if parsed.value("cloud-run").is_some() {
        let detail = "Landform runs tests on this machine only. Leave out the -cloud-run option.";
        return Err(Failure::error("Remote tests are not supported", detail));
    }
    let directory = parsed.value("test-directory").unwrap_or(TEST_DIRECTORY);
    if !is_below(directory) {
        let detail = "The testing directory must be a relative path pointing to a directory local to the configuration directory.";
        return Err(Failure::error("Invalid testing directory", detail));
    }
    let loaded = TestFiles::load(session, directory)?;
    let (run_trees, warnings) = loaded.run_trees(session)?;
    let flags = variable_flags(&parsed);
    let (of_root, of_directory, found) = TestVariables::gather(session, &flags, directory)?;
    let (files, unknown) = chosen(&loaded.root, &parsed);
    session.view.diagnostics(loaded.warnings.iter().cloned().chain(warnings).chain(found).chain(unknown).collect());
    let globals = |file: &TestFile| -> &dyn GlobalVariables {
        if folder_of(&file.name) == clean(directory) { &of_directory } else { &of_root }
    };
    let teller = Teller::new(session);
    teller.suite_begins(&files);
    let suite = Suite {
        tree: &loaded.tree,
        run_trees: &run_trees,
        providers: &session.providers(),
        settings: session.settings(),
        observer: &teller,
        stop: session.interrupts.stop(),
        with_details: parsed.is("verbose", false),
    };
    let mut reports: Vec<FileReport<'_>> = Vec::new();
    for file in files {
        let runner = FileRunner::new(&suite, file, globals(file));
        let running = teller.while_telling(run_file(&runner, file, &teller));
        match session.interrupts.unless_two(&session.view, running).await {
            Some(report) => reports.push(report),
            None => {
                teller.cut_short(file, &runner);
                return Err(Failure::Told);
            }
        }
    }
    let status = reports.iter().map(|report| report.status).max().unwrap_or_default().max(TestStatus::Pass);
    teller.suite_ended(status, &reports);
    if let Some(path) = parsed.value("junit-xml") {
        report::write(session, path, &reports, suite.stop.is_stopped(), &teller)?;
    }
    Ok(u8::from(status != TestStatus::Pass))
}

async fn run_file<'a>(runner: &FileRunner<'a>, file: &TestFile, teller: &Teller) -> FileReport<'a> {
    teller.file_begins(file);
    let mut report = runner.run().await;
    teller.file_is_torn_down(file);
    runner.clean_up(&mut report).await;
    teller.file_ended(&report);
    report
}

/// The files that are to be run, in order, and a word on those that are asked for and not there.
fn chosen<'a>(root: &'a Module, parsed: &Parsed) -> (Vec<&'a TestFile>, Diagnostics) {
    let wanted: Vec<&str> = parsed.values("filter").collect();
    let unknown = wanted.iter().filter(|name| root.tests.iter().all(|file| file.name != **name));
    let unknown = unknown.map(|name| {
        let detail = format!("The specified test file, {name}, could not be found.");
        Diagnostic::warning("Unknown test file", detail)
    });
    let is_wanted = |file: &&TestFile| wanted.is_empty() || wanted.contains(&file.name.as_str());
    (root.tests.iter().filter(is_wanted).collect(), unknown.collect())
}

/// Whether a path leads to something below the working directory.
fn is_below(path: &str) -> bool {
    let mut depth = 0_i32;
    for component in Path::new(path).components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::ParentDir => depth -= 1,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return false,
        }
        if depth < 0 {
            return false;
        }
    }
    !path.is_empty()
}

fn folder_of(file: &str) -> String {
    clean(file.rsplit_once('/').map_or(".", |(folder, _)| folder))
}

fn clean(path: &str) -> String {
    landform_config::source::clean(path)
}
