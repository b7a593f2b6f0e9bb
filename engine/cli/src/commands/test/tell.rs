//! What `test` says, to people or to programs.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use landform_addrs::ResourceMode;
use landform_config::{TestFile, TestRun};
use landform_core::ProviderSet;
use landform_core::testing::{Detail, FileReport, FileRunner, LeftState, RunReport, Shown, TestObserver};
use landform_diagnostics::{Diagnostics, Severity};
use landform_plan::{Plan, TestCounts, TestStatus};
use landform_state::State;
use landform_views::json::testing::Progress;
use landform_views::json::ui::Message;
use landform_views::testing::{LeftBy, LeftObject};
use landform_views::{plan, state, testing};

use super::STILL;
use crate::session::Session;
use crate::stream;
use crate::view::View;
use crate::world::{print, print_error, print_with};

/// When a run began, and how long it took once it has ended.
#[derive(Clone, Copy)]
pub(super) struct Execution {
    pub(super) began: time::OffsetDateTime,
    pub(super) took: Duration,
}

/// Says what happens as it happens.
pub(super) struct Teller {
    view: View,
    automation: bool,
    providers: ProviderSet,
    started: Mutex<Started>,
}

#[derive(Default)]
struct Started {
    /// The run that is at work: its file, its name, since when, and whether it is being torn down.
    current: Option<(String, String, Instant, Progress)>,
    executions: HashMap<(String, String), Execution>,
}

impl Teller {
    pub(super) fn new(session: &Session) -> Self {
        Self {
            view: session.view.clone(),
            automation: session.world.in_automation(),
            providers: session.providers(),
            started: Mutex::default(),
        }
    }

    fn started(&self) -> MutexGuard<'_, Started> {
        self.started.lock().expect("no holder of this lock panics")
    }

    /// When a run was executed, if it was.
    pub(super) fn execution(&self, file: &str, run: &str) -> Option<Execution> {
        self.started().executions.get(&(file.to_owned(), run.to_owned())).copied()
    }

    /// Runs to the end, and tells programs on the way that a run still goes on.
    pub(super) async fn while_telling<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        loop {
            tokio::select! {
                result = &mut work => return result,
                () = tokio::time::sleep(STILL) => self.tell_still(),
            }
        }
    }

    fn tell_still(&self) {
        let current = self.started().current.clone();
        if let Some((file, run, since, progress)) = current.filter(|_| self.view.json) {
            stream::message(&Message::test_run(&file, &run, progress, since.elapsed().as_millis()));
        }
    }

    pub(super) fn suite_begins(&self, files: &[&TestFile]) {
        if self.view.json {
            let names: Vec<(&str, Vec<&str>)> = files
                .iter()
                .map(|file| (file.name.as_str(), file.runs.iter().map(|run| &*run.name).collect()))
                .collect();
            stream::message(&Message::test_abstract(&names));
        }
    }

    pub(super) fn file_begins(&self, file: &TestFile) {
        if self.view.json {
            stream::message(&Message::test_file(&file.name, Progress::Starting));
        } else {
            print(&testing::file_begins(&file.name, &self.view.style));
        }
    }

    pub(super) fn file_is_torn_down(&self, file: &TestFile) {
        if self.view.json {
            stream::message(&Message::test_file(&file.name, Progress::Teardown));
        } else {
            print(&testing::file_is_torn_down(&file.name, &self.view.style));
        }
    }

    pub(super) fn file_ended(&self, report: &FileReport<'_>) {
        let name = &report.file.name;
        if self.view.json {
            stream::message(&Message::test_file(name, Progress::Complete(report.status)));
        } else {
            print(&testing::file_ended(name, report.status, &self.view.style));
        }
        self.diagnostics(report.diagnostics.clone(), name, None);
    }

    pub(super) fn suite_ended(&self, status: TestStatus, reports: &[FileReport<'_>]) {
        let mut counts = TestCounts::default();
        reports.iter().flat_map(|report| &report.runs).for_each(|run| counts.add(run.status));
        if self.view.json {
            stream::message(&Message::test_summary(status, counts));
        } else {
            print(&testing::suite_ended(status, counts, &self.view.style));
        }
    }

    /// What is left of a suite that was interrupted twice.
    pub(super) fn cut_short(&self, file: &TestFile, runner: &FileRunner<'_>) {
        let left = runner.left();
        let run = runner.current();
        let planned: Vec<String> = runner.creating().iter().map(ToString::to_string).collect();
        if self.view.json {
            let states: Vec<_> = left.iter().map(|left| (left.run.as_deref(), objects(&left.state))).collect();
            let place = (file.name.as_str(), run.map(|run| &*run.name));
            if !states.is_empty() || !planned.is_empty() {
                stream::message(&Message::test_interrupt(place, &states, &planned));
            }
            return;
        }
        let states: Vec<LeftBy<'_>> = left.iter().map(left_by).collect();
        let module = run.and_then(|run| run.module.as_ref()?.source.as_ref()).map(ToString::to_string);
        let creating = run.map(|run| (&*run.name, module.as_deref(), planned.as_slice()));
        print_error(&testing::cut_short(&file.name, &states, creating, &self.view.style));
    }

    fn diagnostics(&self, found: Diagnostics, file: &str, run: Option<&str>) {
        if !self.view.json {
            self.view.diagnostics(found);
            return;
        }
        // As they were found, and each warning by itself: programs bring them into an order of their own.
        self.view.with_sources(|sources| {
            let message = |found| Message::diagnostic(found, sources).of_test(file, run);
            found.iter().for_each(|found| stream::message(&message(found)));
        });
    }

    fn detail(&self, file: &str, run: &str, detail: &Detail) {
        if self.view.json {
            let used = self.providers.iter().filter(|(address, _)| detail.providers.contains(*address));
            let schemas: Vec<_> = used.map(|(address, provider)| (address, provider.schemas())).collect();
            let schemas = schemas.iter().map(|(address, schemas)| (*address, &**schemas)).collect();
            let message = match &detail.shown {
                Shown::Plan(found) => Message::test_plan(found, &schemas),
                Shown::State(found) => Message::test_state(found, &schemas),
            };
            stream::message(&message.of_test(file, Some(run)));
            return;
        }
        match &detail.shown {
            Shown::Plan(found) => self.show_plan(found),
            Shown::State(found) => {
                print("\n");
                print_with(|out| state::write(found, &self.view.style, out));
            }
        }
        print("\n");
    }

    fn show_plan(&self, found: &Plan) {
        let options = plan::PlanOptions { style: self.view.style, automation: self.automation };
        print_with(|out| plan::write(found, &options, out));
    }

    fn begin(&self, file: &TestFile, run: &TestRun, progress: Progress) {
        let (file, run) = (file.name.clone(), run.name.to_string());
        if self.view.json {
            stream::message(&Message::test_run(&file, &run, progress, 0));
        }
        let going_on = if progress == Progress::Starting { Progress::Running } else { progress };
        let mut started = self.started();
        if progress == Progress::Starting {
            let now = Execution { began: time::OffsetDateTime::now_utc(), took: Duration::ZERO };
            started.executions.insert((file.clone(), run.clone()), now);
        }
        started.current = Some((file, run, Instant::now(), going_on));
    }

    fn end(&self) {
        let mut started = self.started();
        let Some((file, run, since, progress)) = started.current.take() else { return };
        if progress == Progress::Running
            && let Some(execution) = started.executions.get_mut(&(file, run))
        {
            execution.took = since.elapsed();
        }
    }
}

impl TestObserver for Teller {
    fn run_begins(&self, file: &TestFile, run: &TestRun) {
        self.begin(file, run, Progress::Starting);
    }

    fn run_ended(&self, file: &TestFile, report: &RunReport<'_>) {
        self.end();
        let (file, run) = (file.name.as_str(), &*report.run.name);
        if self.view.json {
            stream::message(&Message::test_run(file, run, Progress::Complete(report.status), 0));
        } else {
            print(&testing::run_ended(run, report.status, &self.view.style));
        }
        if let Some(detail) = &report.detail {
            self.detail(file, run, detail);
        }
        self.diagnostics(report.diagnostics.clone(), file, Some(run));
        if !self.view.json && report.diagnostics.iter().any(|found| found.severity == Severity::Warning) {
            print("\n");
        }
    }

    fn destroying(&self, file: &TestFile, run: &TestRun) {
        self.begin(file, run, Progress::Teardown);
    }

    fn destroyed(&self, file: &TestFile, run: &TestRun, diagnostics: Diagnostics, left: &State) {
        self.end();
        let (file, run) = (file.name.as_str(), &*run.name);
        let left = objects(left);
        let of = format!("{file}/{run}");
        if self.view.json {
            if !left.is_empty() {
                stream::message(&Message::test_cleanup(file, run, &left));
            }
            self.diagnostics(diagnostics, file, Some(run));
            return;
        }
        if diagnostics.has_errors() {
            print_error(&testing::destroying_failed(&of, &self.view.style));
        }
        self.diagnostics(diagnostics, file, Some(run));
        if !left.is_empty() {
            print_error(&testing::left_behind(&of, &left, &self.view.style));
        }
    }
}

fn left_by(left: &LeftState) -> LeftBy<'_> {
    let run = left.run.as_deref().map(|run| (run, left.module.as_deref().unwrap_or_default()));
    LeftBy { run, objects: objects(&left.state) }
}

/// The managed objects in a state, with the keys of deposed ones.
fn objects(state: &State) -> Vec<LeftObject<'_>> {
    let managed = state.objects().filter(|found| found.resource.resource.mode == ResourceMode::Managed);
    managed.map(|found| (found.address().to_string(), found.deposed.map(|key| &**key))).collect()
}
