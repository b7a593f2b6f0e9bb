//! Tests of configurations: what the `run` blocks of a test file plan, apply and assert.
//!
//! A [`FileRunner`] takes one file through its runs and then destroys what they made. Objects that a test overrides, and
//! providers that it mocks, are not reached: what they would compute is given by the test, or made up.

mod asserts;
mod expected;
mod lookup;
pub(crate) mod mocking;
pub(crate) mod overrides;
mod prepare;
mod runner;

pub use lookup::GlobalVariables;
pub use overrides::Overrides;
pub use runner::{FileRunner, LeftState, Suite};

use std::collections::BTreeSet;

use landform_addrs::ProviderAddr;
use landform_config::{TestFile, TestRun};
use landform_diagnostics::Diagnostics;
use landform_plan::{Plan, State, TestStatus};

/// What came of a run.
#[derive(Debug)]
pub struct RunReport<'a> {
    /// The run.
    pub run: &'a TestRun,
    /// How it turned out.
    pub status: TestStatus,
    /// What was found.
    pub diagnostics: Diagnostics,
    /// What it planned or led to, where somebody wants to see that.
    pub detail: Option<Detail>,
}

/// What a run planned or led to, and the providers of its configuration.
#[derive(Debug)]
pub struct Detail {
    /// The one or the other.
    pub shown: Shown,
    /// The providers that the configuration or the state has a use for.
    pub providers: BTreeSet<ProviderAddr>,
}

/// What a run planned, or led to.
#[derive(Debug)]
pub enum Shown {
    /// The plan of a run that only plans.
    Plan(Box<Plan>),
    /// The state after a run that applies.
    State(Box<State>),
}

/// What came of a file.
#[derive(Debug)]
pub struct FileReport<'a> {
    /// The file.
    pub file: &'a TestFile,
    /// How it turned out.
    pub status: TestStatus,
    /// What was found of it as a whole.
    pub diagnostics: Diagnostics,
    /// Its runs.
    pub runs: Vec<RunReport<'a>>,
}

/// Who is told how tests go on.
pub trait TestObserver: Sync {
    /// A run begins.
    fn run_begins(&self, file: &TestFile, run: &TestRun);

    /// A run has ended, or was left out.
    fn run_ended(&self, file: &TestFile, report: &RunReport<'_>);

    /// What a run has made is destroyed.
    fn destroying(&self, file: &TestFile, run: &TestRun);

    /// What a run has made was destroyed, as far as that could be done.
    fn destroyed(&self, file: &TestFile, run: &TestRun, diagnostics: Diagnostics, left: &landform_state::State);
}

impl<'a> FileReport<'a> {
    fn new(file: &'a TestFile) -> Self {
        let report =
            |run| RunReport { run, status: TestStatus::Pending, diagnostics: Diagnostics::new(), detail: None };
        let runs = file.runs.iter().map(report).collect();
        Self { file, status: TestStatus::Pending, diagnostics: Diagnostics::new(), runs }
    }
}
